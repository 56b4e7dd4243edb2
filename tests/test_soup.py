"""The tree that the builder makes is the one that Beautiful Soup makes itself."""

import gc
import itertools
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from hypothesis import given
from hypothesis import strategies as st

from converters.decoding import decode
from converters.errors import UnsafeSource
from converters.readers.soup import parse

PIECES = (
    "<p>", "</p>", "<div id=a class='b c'>", "</div>", "<b>", "</b>", "<a href='#a'>", "</a>",
    "<table>", "<tr>", "<td>", "</td>", "</table>", "<pre>", "</pre>", " \n ", "  ", "words", "&amp;",
    "<br>", "<img src=x>", "<!-- c -->", "<script>1 < 2</script>", "<style>p{}</style>", "<li>",
    "<ul>", "</ul>", "<template><p>t</p></template>", "<select><option>1", "</select>", "<body>",
    "</body>", "</html>", "<html lang=en>", "<head><title>T</title></head>", "<textarea>  \n</textarea>",
    "<?php x ?>", "<!doctype html>", "<svg><path/></svg>", "<h1>", "</h1>", "<ruby>漢<rt>kan</ruby>",
)  # fmt: skip


def plain(html: str) -> BeautifulSoup:
    """The tree by Beautiful Soup's own builder, with our table of strings."""
    from converters.readers.soup import _STRINGS

    return BeautifulSoup(html, "lxml", string_containers=_STRINGS, multi_valued_attributes=None)


def shape(node: PageElement) -> Any:
    """All that can be seen of a tree; document types by their name alone."""
    if isinstance(node, Tag):
        inner = [shape(child) for child in node.contents]
        return (node.name, dict(node.attrs), node.can_be_empty_element, inner)
    text = str(node)
    return (
        type(node).__name__,
        text.split(maxsplit=1)[0] if type(node).__name__ == "Doctype" else text,
    )


def assert_tied(root: Tag) -> None:
    """Every element knows its neighbours, in both directions."""
    order = [root, *_walk(root)]
    for before, after in itertools.pairwise(order):
        assert before.next_element is after
        assert after.previous_element is before
    assert order[-1].next_element is None
    for node in order:
        if isinstance(node, Tag):
            for index, child in enumerate(node.contents):
                assert child.parent is node
                assert child.previous_sibling is (node.contents[index - 1] if index else None)
                following = node.contents[index + 1 : index + 2]
                assert child.next_sibling is (following[0] if following else None)


def _walk(tag: Tag) -> list[PageElement]:
    out: list[PageElement] = []
    stack: list[PageElement] = list(reversed(tag.contents))
    while stack:
        node = stack.pop()
        out.append(node)
        if isinstance(node, Tag):
            stack.extend(reversed(node.contents))
    return out


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_markup_gives_the_tree_of_beautiful_soup(html: str) -> None:
    ours = parse(html).soup
    assert shape(ours) == shape(plain(html))
    assert_tied(ours)


def test_the_corpus_gives_the_trees_of_beautiful_soup(corpus: Path) -> None:
    for path in sorted((corpus / "pages").iterdir())[::12]:
        html = decode(path.read_bytes()).text
        ours = parse(html).soup
        assert shape(ours) == shape(plain(html))
        assert_tied(ours)


def test_the_tree_can_be_searched_and_changed() -> None:
    soup = parse("<div><p class='a b'>One <b>two</b></p><script>no</script><p>three</p></div>").soup
    assert soup.get_text() == "One twothree"
    assert [tag.get_text() for tag in soup.select("p.a b")] == ["two"]
    bold = soup.b
    assert bold is not None
    assert bold.find_next("p") is not None
    bold.replace_with(soup.new_tag("i"))
    first = soup.p
    assert first is not None
    first.append(NavigableString("!"))
    assert str(first) == '<p class="a b">One <i></i>!</p>'


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        parse("<p>One</p>")
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


MANY = [f"a{number}" for number in range(5000)]


@pytest.mark.requirement("ALL-10")
@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(MANY) + ">",
        "<p " + " ".join(f"{name}=x" for name in MANY) + ">",
        "<p" + "".join(f" {name} = 'x'" for name in MANY) + ">",
        "<p " + "".join(f'{name}="x"' for name in MANY) + ">",
        '<p a=">" b=\'<p "\' ' + "/".join(MANY),
        '<p "x" a=b" == ' + "\n".join(MANY),
        "<i>" * 700_000,
    ],
    ids=["bare", "values", "single", "tight", "marks in values", "broken", "tags"],
)
def test_markup_that_would_take_for_ever_is_refused(html: str) -> None:
    """A million attributes of one element are compared each with each; tags take memory."""
    with pytest.raises(UnsafeSource, match=r"attributes|tags"):
        parse(html)


@pytest.mark.parametrize(
    "html",
    [
        f'<p title="{"many words " * 9000}" data-x=\'{{"a": "{"b c = " * 9000}"}}\'>text</p>',
        "<p a=1 b=2>text</p>" * 5000,
        "1 < 2 and a <b " + "words " * 1500 + "<p>text</p>",
        "<p>" + "words = words / words " * 9000 + "text</p>",
    ],
    ids=["long values", "many elements", "no tag", "text"],
)
def test_long_attributes_and_texts_are_no_crowds(html: str) -> None:
    assert "text" in parse(html).soup.get_text()
