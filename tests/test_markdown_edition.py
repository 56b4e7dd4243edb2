"""Bundles as Markdown, in one file and in a folder, as parsers see them and read back."""

import re
from io import BytesIO
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import lxml.html
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from converters.article import (
    Article,
    Heading,
    Link,
    Note,
    Paragraph,
    Span,
    Text,
    trimmed,
)
from converters.convert import read_articles
from converters.edition import Edition, LeftOut, edition
from converters.notes import number
from converters.source import Source
from converters.writers import Context
from converters.writers.markdown import Options, write, write_folder
from tests import strategies
from tests.bundles import ODD_TITLES, odd, week
from tests.lazily import Lazily
from tests.markdown_meaning import github, markdown_it, of_article

A, B = "https://example.org/a", "https://example.org/b"
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def file(whole: Edition, **options: Any) -> str:
    target = BytesIO()
    write(whole, target, Options(**options), Context())
    return target.getvalue().decode()


def folder(whole: Edition, **options: Any) -> dict[str, str]:
    files: dict[str, bytes] = {}
    write_folder(whole, files.__setitem__, Options(**options), Context())
    return {name: data.decode() for name, data in files.items()}


def without_front_matter(text: str) -> str:
    return text.split("---\n", 2)[2]


def page(text: str, parser: Any = github) -> Any:
    return lxml.html.fromstring(f"<main>{parser(without_front_matter(text))}</main>")


def back(text: str) -> list[Article]:
    return list(read_articles(Source("a.md", content=text.encode(), relative="a.md")))


def para(*items: Any) -> Paragraph:
    return Paragraph(trimmed(Text(each) if isinstance(each, str) else each for each in items))


def link(words: str, url: str) -> Link:
    return Link((Text(words),), url)


def bundle(*articles: Article, **fields: Any) -> Edition:
    made = edition(articles, title=fields.pop("title", "All"), language="en")
    return replace(made, is_bundle=True, **fields)


def test_front_matter_is_that_of_the_edition() -> None:
    whole = replace(week(), series="Harbour", series_index="7", authors=("Ed",))
    head = yaml.safe_load(file(whole).split("---\n")[1])
    assert head == {
        "title": "The Harbour Week",
        "subtitle": "23–25 October 2023 · 2 sources · 9 articles",
        "authors": ["Ed"],
        "date": whole.date,
        "language": "en",
        "series": "Harbour",
        "series_index": "7",
        "description": "What two papers wrote about clocks.",
        "articles": 9,
    }
    assert file(whole, front_matter=False).startswith("# The Harbour Week\n")


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize("parser", [github, markdown_it])
def test_headings_skip_no_level_and_sections_stand_above_their_articles(parser: Any) -> None:
    levels = [
        int(node.tag[1]) for node in page(file(week()), parser).iter() if node.tag in HEADINGS
    ]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tops = [
        (node.tag, node.text_content())
        for node in page(file(week()), parser).iter("h2", "h3", "h4")
        if node.tag != "h4" or node.find("a") is not None
    ]
    assert tops[:4] == [
        ("h2", "Contents"),
        ("h2", "Example Review"),
        ("h3", "23 October 2023"),
        ("h4", "A Clock That Does Not Hurry"),
    ]
    assert [words for tag, words in tops if tag == "h2"][2:] == [
        "The Other Paper",
        "Sources",
        "Left out",
    ]


@pytest.mark.requirement("ALL-9", "EP-7")
@pytest.mark.parametrize("parser", [github, markdown_it])
def test_every_link_inside_leads_to_its_place(parser: Any) -> None:
    shown = page(file(week()), parser)
    anchors = {node.get("id"): node.getparent() for node in shown.iter("a") if node.get("id")}
    contents = shown.xpath("//ul[1]//ol/li/a | //ul[1]//ol/li/p/a")
    assert len(contents) == 9
    for entry in contents:
        heading = anchors[entry.get("href")[1:]]
        assert heading.tag in HEADINGS
        assert entry.text_content() == heading.text_content()
    (clock,) = shown.xpath("//a[text()='a clock that is late']")
    assert anchors[clock.get("href")[1:]].text_content() == "A Clock That Does Not Hurry"
    wanted = {
        node.get("href")[1:]
        for node in shown.iter("a")
        if re.match("#(article|section)-", node.get("href") or "")
    }
    assert wanted <= anchors.keys()


def test_numbers_in_contents_go_on_from_section_to_section() -> None:
    starts = [node.get("start", "1") for node in page(file(week())).xpath("//ul[1]//ol")]
    assert starts == ["1", "4", "7", "8", "9"]


def test_links_stay_out_where_none_are_wanted() -> None:
    found = file(week(), links="none")
    assert "a clock that is late" in found
    assert not re.search(r"clock that is late\]", found)


def test_a_link_to_itself_stays_a_note() -> None:
    one = Article(title="One", url=A, language="en", body=(para(link("here", A)),))
    found = file(bundle(one, Article(title="Two", url=B)))
    assert "here[^1-1]" in found
    assert f"[^1-1]: <{A}>" in found


def test_notes_of_other_articles_are_not_called_by_a_title() -> None:
    one = Article(title="One", language="en", body=(para("x", Note((para("note"),))),))
    whole = bundle(one, Article(title="About [^1-1]"))
    for parser in (github, markdown_it):
        shown = page(file(whole), parser)
        (title,) = [node for node in shown.iter("h2") if "About" in node.text_content()]
        assert title.text_content() == "About [^1-1]"


@pytest.mark.requirement("MD-14")
def test_odd_titles_stand_in_contents_and_headings_as_they_are() -> None:
    expected = [title or "Untitled" for title in ODD_TITLES]
    for parser in (github, markdown_it):
        shown = page(file(odd()), parser)
        found = [
            node.text_content() for node in shown.iter("h2") if node.find("a[@id]") is not None
        ]
        assert found == expected
        assert [node.text_content() for node in shown.xpath("//ol[1]/li")] == expected
    assert [each.title for each in back(file(odd()))] == list(ODD_TITLES)


def test_hundreds_that_were_left_out() -> None:
    left = tuple(
        LeftOut(title=f"- {n}. *x*", url=f"{A}/{n}", kind="same text", reason="", kept="[K](k)")
        for n in range(300)
    )
    shown = page(file(bundle(Article(title="A"), left_out=left)))
    items = shown.xpath("//h2[.='Left out']/following-sibling::ul[1]/li")
    assert [item.text_content() for item in items] == [
        f"- {n}. *x*: the same as “[K](k)”" for n in range(300)
    ]
    assert items[7].find("a").get("href") == f"{A}/7"


@pytest.mark.requirement("MD-14")
def test_a_bundle_comes_back_as_its_articles() -> None:
    found = back(file(week()))
    given = list(week().articles)
    for field in ("title", "url", "site", "authors"):
        assert [getattr(each, field) for each in found] == [getattr(each, field) for each in given]
    assert [each.published and each.published.date() for each in found] == [
        each.published and each.published.date() for each in given
    ]
    assert [each.language for each in found] == [each.language for each in given]
    for one, other in zip(found, given, strict=True):
        (alone,) = back(file(edition([other])))
        assert meaning(one) == meaning(alone), one.title


def meaning(article: Article, links: Any = "notes") -> Any:
    """What an article says, apart from the names of places and the form of addresses."""
    form = of_article(number(article, links, in_headings=False), title=False)
    return re.sub(r"'%23[^']*'", "'#'", repr(form))


def test_front_matter_alone_makes_no_bundle() -> None:
    text = '---\ntitle: "T"\narticles: 3\n---\n\n# T\n\nWords.\n'
    (only,) = back(text)
    assert (only.title, len(only.body)) == ("T", 1)


def test_headings_below_the_sixth_level_stay_on_it() -> None:
    body = tuple(Heading(level, (Text(f"h{level}"),)) for level in range(2, 7))
    sections = week().sections
    whole = replace(
        week(),
        articles=[replace(each, body=body) for each in week().articles],
        sections=sections,
    )
    shown = page(file(whole))
    assert {node.tag for node in shown.iter() if node.text_content() == "h5"} >= {"h6"}
    assert "#######" not in file(whole)


def test_slugs_count_all_headings_before() -> None:
    place = Heading(2, (Text("Contents"),), "here")
    one = Article(title="One", language="en", body=(place, para(link("there", "#here"))))
    found = file(bundle(one, Article(title="Two")))
    assert "[there](#contents-1)" in found
    marked = para(Span((), identifier="spot"), "x", link("y", "#spot"))
    found = file(bundle(Article(title="One", url=A, body=(marked,)), Article(title="Two")))
    name = re.search(r"\[y\]\(#(.*?)\)", found)
    assert name is not None
    assert name[1].startswith("article-")
    assert f'<a id="{name[1]}"></a>x' in found


@given(st.lists(strategies.articles(1), min_size=1, max_size=3))
@settings(max_examples=25)
def test_any_articles_come_back_as_from_files_of_their_own(articles: list[Article]) -> None:
    # Two of one address are doubles, which no bundle has.
    given_ = [replace(each, url=f"{A}/{place}") for place, each in enumerate(articles)]
    found = back(file(bundle(*given_), links="inline"))
    assert len(found) == len(given_)
    for one, other in zip(found, given_, strict=True):
        (alone,) = back(file(edition([replace(other, title=other.title or "x")]), links="inline"))
        assert one.url == alone.url
        assert flat(one) == flat(alone)


def flat(article: Article) -> Any:
    """The meaning of an article but for the levels that a bundle has no room for."""
    return re.sub(r"\('h', [56]", "('h', 5", meaning(article, "inline"))


# --- A folder ------------------------------------------------------------------------------


@pytest.mark.parametrize("parser", [github, markdown_it])
def test_folder_has_an_index_that_leads_to_every_file(parser: Any) -> None:
    files = folder(week())
    assert next(iter(files)) == "index.md"
    assert len(files) == 10
    shown = page(files["index.md"], parser)
    links = shown.xpath("//ul[1]//ol/li/a | //ul[1]//ol/li/p/a")
    assert [unquote(node.get("href")) for node in links] == list(files)[1:]
    line = links[0].getparent().text_content()
    assert line == "A Clock That Does Not Hurry · Example Review · 2023-10-23"
    assert "Sources" in [node.text_content() for node in shown.iter("h2")]


@pytest.mark.requirement("ALL-9")
def test_articles_of_a_folder_are_as_alone_but_for_links_to_each_other() -> None:
    files = folder(week())
    tides = files["Tides by Hand.md"]
    assert "[a clock that is late](A%20Clock%20That%20Does%20Not%20Hurry.md)" in tides
    names = list(files)[1:]
    for name, article in zip(names, week().articles, strict=True):
        if name != "Tides by Hand.md":
            assert files[name] == file(edition([article]))
            (again,) = back(files[name])
            assert again.title == article.title


@pytest.mark.parametrize("parser", [github, markdown_it])
def test_names_of_files_are_followed_whatever_is_in_them(parser: Any) -> None:
    titles = ["a b", "100%", "#1 (best)", "[x] & <y>", "a?b*c", "Ünïcode 字", "index", "🙂", "a b"]
    files = folder(bundle(*(Article(title=title, language="en") for title in titles)))
    shown = page(files["index.md"], parser)
    assert [unquote(node.get("href")) for node in shown.xpath("//ol[1]/li/a")] == list(files)[1:]
    assert len(files) == 1 + len(titles)


def test_odd_titles_have_files() -> None:
    files = folder(odd())
    assert len(files) == 1 + len(ODD_TITLES)
    assert all(len(name.encode()) <= 120 for name in files)


# --- As a stream ---------------------------------------------------------------------------


@pytest.mark.requirement("ALL-10")
def test_articles_are_read_once_and_let_go() -> None:
    lazy = Lazily(week().articles)
    assert file(replace(week(), articles=lazy)) == file(week())
    assert lazy.taken == list(range(len(lazy)))
    assert lazy.most_alive <= 2
    lazy = Lazily(week().articles)
    assert folder(replace(week(), articles=lazy)) == folder(week())
    assert lazy.taken == list(range(len(lazy)))
    assert lazy.most_alive <= 2
