"""The model: canonical runs, walking, querying, JSON and its schema."""

import json
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from converters.article import (
    MAX_DEPTH,
    MODEL_VERSION,
    Article,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    Paragraph,
    Row,
    Ruby,
    Span,
    Strong,
    Superscript,
    Table,
    Text,
    clean,
    depth,
    from_json,
    inlines,
    json_schema,
    plain_text,
    query,
    to_json,
    trimmed,
    walk,
    with_children,
)
from converters.languages import UNSPACED_CLASS, joins_without_space
from tests.strategies import articles, bodies, texts

ROOT = Path(__file__).resolve().parent.parent
SCHEMA_FILE = ROOT / "docs" / "article.schema.json"
Inlines = tuple[Inline, ...]


def em(*content: Inline | str) -> Emphasis:
    return Emphasis(run(*content))


def strong(*content: Inline | str) -> Strong:
    return Strong(run(*content))


def run(*items: Inline | str) -> Inlines:
    return tuple(Text(item) if isinstance(item, str) else item for item in items)


def target(identifier: str = "here") -> Span:
    return Span((), identifier=identifier)


# --- Runs of inlines, by example ------------------------------------------------------------


@pytest.mark.requirement("MD-2", "ALL-5")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (("a", "b"), ("ab",)),
        (("a \n\t b",), ("a b",)),
        (("a ", " b"), ("a b",)),
        # A line break of the source is nothing between Chinese characters and a space elsewhere.
        (("中\n文",), ("中文",)),
        (("中 \n  文",), ("中文",)),
        (("中", "\r\n", "文"), ("中文",)),
        (("中，\n“文",), ("中，“文",)),
        (("……\n文",), ("……文",)),
        (("中 文",), ("中 文",)),
        (("中\nword",), ("中 word",)),
        (("한\n글",), ("한 글",)),
        # Emphasis, links and targets do not hide the neighbour.
        (("中\n", em("文")), ("中", em("文"))),
        ((em("中"), "\n文"), (em("中"), "文")),
        (("中\n", target(), "文"), ("中", target(), "文")),
        ((em("a"), "\n", strong("b")), (em("a"), " ", strong("b"))),
        # What is no text on one side leaves a space, never a line feed within a run.
        (("a\n", Code("x"), "\nb"), ("a ", Code("x"), " b")),
        (("中\n", Image("i.jpg"), "\n文"), ("中 ", Image("i.jpg"), " 文")),
        # A line break swallows the spaces beside it, also those of emphasis.
        (("a ", LineBreak(), "\n b"), ("a", LineBreak(), "b")),
        (("a", LineBreak(), em(" b")), ("a", LineBreak(), em("b"))),
        ((em("a", LineBreak()), " b"), (em("a"), LineBreak(), "b")),
        # Spaces, breaks and empty targets stand outside emphasis and links.
        ((em(" a "), "b"), (" ", em("a"), " b")),
        (("x", Link(run(" a"), "u:")), ("x ", Link(run("a"), "u:"))),
        (("x", em(target(), " a")), ("x", target(), " ", em("a"))),
        (("a ", target(), " b"), ("a", target(), " b")),
        # The empty vanishes, equal neighbours are one, emphasis in emphasis is one emphasis.
        ((em(), "a", em(" "), Code("")), ("a ",)),
        ((em("a"), em("b")), (em("ab"),)),
        ((em("中"), "\n", em("文")), (em("中文"),)),
        ((em(strong(em("a"))),), (em(strong("a")),)),
        ((Link(run("a"), "u:"), Link(run("b"), "u:")), (Link(run("ab"), "u:"),)),
        (
            (Link(run("a"), "u:"), Link(run("b"), "v:")),
            (Link(run("a"), "u:"), Link(run("b"), "v:")),
        ),
        ((Link(run(Link(run("a"), "v:")), "u:"),), (Link(run("a"), "u:"),)),
        ((Span(run("a"), mark=True), Span(run("b"), mark=True)), (Span(run("ab"), mark=True),)),
        (
            (Span(run("a"), title="x"), Span(run("b"), title="x")),
            (Span(run("a"), title="x"), Span(run("b"), title="x")),
        ),
        ((Span(run("a", em("b"))), "c"), ("a", em("b"), "c")),
        # Characters that no format may hold go; all others stay.
        (("a\x00\x1b\x85\ufeff\ufffeb",), ("ab",)),
        (("a\u00a0\u00a0\u3000\u200b\u200d\u00ad\ufb01b",),) * 2,
    ],
)
def test_inlines_join_into_one_canonical_run(
    source: tuple[Inline | str, ...], expected: tuple[Inline | str, ...]
) -> None:
    assert inlines(run(*source)) == run(*expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((" a ",), ("a",)),
        (("\u3000\u3000\u00a0中\u200b",), ("中",)),
        (("\n", em("\u00a0", LineBreak(), "a", " "), LineBreak(), " "), (em("a"),)),
        ((target(), " a"), (target(), "a")),
        (("a ", target()), ("a", target())),
        ((em("\u3000", target()), "a"), (target(), "a")),
        ((em("\u00a0"), LineBreak(), "\u3000"), ()),
        (("a\u3000b\u00a0c",),) * 2,
        ((LineBreak(), Code(" x "), LineBreak()), (Code(" x "),)),
        (("\u00a0", Note((Paragraph(run("n")),))), (Note((Paragraph(run("n")),)),)),
    ],
)
def test_a_block_neither_begins_nor_ends_with_white_space(
    source: tuple[Inline | str, ...], expected: tuple[Inline | str, ...]
) -> None:
    assert trimmed(run(*source)) == run(*expected)


def test_an_open_end_keeps_a_line_feed_for_the_larger_run() -> None:
    inner = inlines(run("文\n"))
    assert inner == run("文\n")
    assert inlines(run(em(*inner), "字")) == run(em("文"), "字")
    assert inlines(run(em(*inner), "word")) == run(em("文"), " word")


@pytest.mark.requirement("MD-2")
def test_scripts_without_word_spaces_are_those_of_the_languages_module() -> None:
    """The model may import nothing of ours, so it has its own copy of the characters."""
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    inner = "\n".join(re.findall(f"[{UNSPACED_CLASS}]", everything))
    assert "\n" not in plain_text(trimmed(run(inner)))
    assert " " not in plain_text(trimmed(run(inner)))
    for character in ("a", "é", "한", "1", "(", "😀", "\u302a", "ж"):
        assert plain_text(trimmed(run(f"中\n{character}中"))).count(" ") == 1


# --- Runs of inlines, by property -----------------------------------------------------------

SOURCE_TEXT = st.lists(
    st.sampled_from(
        (*"ab中文한，。“”…·", "word", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u200b")
    ),
    min_size=1,
    max_size=6,
).map("".join)


def source_runs(depth: int = 2) -> SearchStrategy[Inlines]:
    """Build runs as a reader does, from the leaves up, out of text as it stands in a source."""
    leaves: list[SearchStrategy[Any]] = [
        st.builds(Text, SOURCE_TEXT),
        st.builds(Text, SOURCE_TEXT),
        st.builds(Text, texts()),
        st.sampled_from((LineBreak(), Code("x  y"), Image("i.jpg"), target(), Math("a b"))),
        st.just(Note((Paragraph(run("n")),))),
    ]
    if depth:
        inner = source_runs(depth - 1).map(inlines)
        leaves += [
            st.builds(Emphasis, inner),
            st.builds(Strong, inner),
            st.builds(Superscript, inner),
            st.builds(Link, inner, st.sampled_from(("u:", "v:"))),
            st.builds(Span, inner, mark=st.booleans(), identifier=st.sampled_from(("", "i"))),
            st.builds(Ruby, inner.filter(bool), st.just("r")),
        ]
    return st.lists(st.one_of(leaves), max_size=5).map(tuple)


def shown(items: Any) -> str:
    """All characters that a run shows, without white space and what no format may hold."""
    parts = (
        node.tex if isinstance(node, Math) else node.text
        for node in query(items, Node)
        if isinstance(node, Text | Code | Math)
    )
    return "".join(clean("".join(parts)).split())


@pytest.mark.requirement("ALL-1", "ALL-2")
@given(source_runs())
def test_no_character_is_lost_or_added(source: Inlines) -> None:
    assert shown(inlines(source)) == shown(source)


@given(source_runs())
def test_a_canonical_run_stays_as_it_is(source: Inlines) -> None:
    once = inlines(source)
    assert inlines(once) == once
    block = trimmed(source)
    assert trimmed(block) == block == inlines(block)
    assert trimmed(once) == block


def sketch(items: Inlines) -> str:
    """Draw a run as a string, its emphasis as <e>…</e>, what is no text as a box."""
    return "".join(map(_sketch_of, items))


def _sketch_of(item: Inline) -> str:
    match item:
        case Text(text=text):
            assert text, "an empty text"
            return text.replace("<", "▮")
        case LineBreak():
            return "<br>"
        case Emphasis() | Strong() | Superscript() | Link() | Span():
            assert item.content or isinstance(item, Span), "empty emphasis"
            kind = type(item).__name__ + (item.url if isinstance(item, Link) else "")
            return f"<{kind}>{sketch(item.content)}</{kind}>" if item.content else "⚓"
        case _:
            return "▮"


@given(source_runs())
def test_a_canonical_run_has_one_form_only(source: Inlines) -> None:
    drawn = sketch(inlines(source))
    words = drawn.replace("⚓", "")
    assert not re.search(r"[\t\r\f\v]|[ \n][ \n]", words), "white space that would collapse"
    assert "\n" not in words.strip("\n"), "a line feed inside"
    assert not re.search(r"[ \n]<br>|<br>[ \n]", words), "space beside a line break"
    opening, closing = r"<(?!br)\w+:?>", r"</\w+:?>"
    edge = "[ \n⚓]|<br>"
    assert not re.search(f"{opening}(?:{edge})|(?:{edge}){closing}", drawn), "edge of emphasis"
    for kind in ("Emphasis", "Strong", "Superscript", "Linku:"):
        assert f"</{kind}><{kind}>" not in drawn, "neighbours that are one"
        assert not re.search(f"<{kind}>(?:(?!</{kind}>).)*<{kind}>", drawn), "nested in itself"


@pytest.mark.requirement("MD-2")
@given(st.lists(st.sampled_from("中文あ字，。《“"), min_size=2, max_size=12), st.data())
def test_no_space_appears_between_chinese_characters(characters: list[str], data: Any) -> None:
    text = "".join(characters)
    cuts = data.draw(st.lists(st.integers(1, len(text) - 1), max_size=4))
    broken = text
    for cut in sorted(set(cuts), reverse=True):
        left, right = broken[cut - 1], broken[cut]
        if joins_without_space(left, right):
            broken = f"{broken[:cut]} \n {broken[cut:]}"
    assert plain_text(trimmed(run(broken))) == text


@given(texts(), st.lists(st.integers(0, 30), max_size=4))
def test_text_is_the_same_however_it_was_cut(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    pieces = [text[a:b] for a, b in pairwise(places)]
    wrapped = [Span(inlines((Text(piece),))) if piece else Span(()) for piece in pieces]
    whole = inlines((Text(text),))
    assert inlines(tuple(Text(piece) for piece in pieces if piece)) == whole
    assert inlines(wrapped) == whole
    # Spaces stand outside emphasis, so only text without them is one emphasis again.
    words = [Emphasis((Text(word),)) for piece in pieces if (word := "".join(clean(piece).split()))]
    assert sum(isinstance(item, Emphasis) for item in inlines(words)) == bool(words)


@pytest.mark.requirement("ALL-10")
def test_long_runs_take_linear_time() -> None:
    """Each of these takes minutes where one step is quadratic."""
    many = 60_000
    assert trimmed(run("\u00a0" * many + "a" + "\u3000" * many + "b")) == run(
        "a" + "\u3000" * many + "b"
    )
    assert trimmed((LineBreak(),) * many + run("a") + (LineBreak(),) * many) == run("a")
    assert inlines(run("a", *(" ",) * many, "b")) == run("a b")
    assert inlines(run(*("word", " ") * (8 * many))) == run("word " * (8 * many))
    assert inlines((em("a"),) * many) == (em("a" * many),)
    assert inlines((Emphasis((Code("a"),)),) * many) == (Emphasis((Code("a"),) * many),)
    assert len(trimmed((target(),) * many + run("a"))) == many + 1


# --- Walking and querying -------------------------------------------------------------------

BODY = (
    Heading(2, run("一"), "one"),
    Paragraph(run("a", em("b"), Note((Paragraph(run("c")),)))),
    Figure((Image("1.jpg", "d"), Image("2.jpg", "e")), run("f"), run("g")),
    BulletList(((Paragraph(run("h")),), (Paragraph(run("i")), CodeBlock("j")))),
    DefinitionList((Definition(run("k"), ((Paragraph(run("l")),), (Paragraph(run("m")),))),)),
    Table(
        (Row((Cell((Paragraph(run("p")),)),)),),
        (Row((Cell((Paragraph(run("o")),), header=True),)),),
        (Row((Cell((Paragraph(run("q")),)),)),),
        run("n"),
    ),
    BlockQuote((Paragraph(run("r")),), run("s")),
    Embed("https://example.com/v", "video", "t", "u", Image("v.jpg", "w"), run("x")),
)


def test_query_gives_nodes_in_reading_order_parents_first() -> None:
    letters = "".join(text.text for text in query(BODY, Text))
    assert letters == "一abcfghiklmnopqrsx"
    assert [image.url for image in query(BODY, Image)] == ["1.jpg", "2.jpg", "v.jpg"]
    kinds = [type(node) for node in query(BODY[1], Node)]
    assert kinds == [Paragraph, Text, Emphasis, Text, Note, Paragraph, Text]
    assert [type(node) for node in query(BODY, BlockQuote, Embed)] == [BlockQuote, Embed]


def test_query_takes_trees_deeper_than_the_stack() -> None:
    tree: Any = Paragraph(run("a"))
    for _ in range(50_000):
        tree = BlockQuote((tree,))
    assert depth(tree) == 50_002
    assert next(query(tree, Text)).text == "a"
    while isinstance(tree, BlockQuote):  # taken apart by hand: CPython frees it by recursion
        tree = tree.content[0]


@given(articles())
def test_walking_without_a_change_returns_the_same_tree(article: Article) -> None:
    assert walk(article, lambda node: node).body is article.body


def test_walk_replaces_drops_and_splices() -> None:
    def rewrite(node: Any) -> Any:
        match node:
            case Text(text="a"):
                return Text("A")
            case Emphasis(content=content):
                return content  # a sequence stands in the node's place
            case Note() | CodeBlock() | Image(url="1.jpg") | Image(url="v.jpg"):
                return None
            case Paragraph(content=(Text(text="h"),)):
                return (node, node)
            case _:
                return node

    out = walk(BODY, rewrite)
    assert out[1] == Paragraph(run("Ab")), "texts that meet become one"
    assert out[2] == replace(BODY[2], images=(Image("2.jpg", "e"),))
    assert out[3] == BulletList(((Paragraph(run("h")),) * 2, (Paragraph(run("i")),)))
    assert out[4] is BODY[4], "what did not change is the same object"
    assert isinstance(out[7], Embed)
    assert out[7].poster is None


def test_walk_hands_over_children_before_their_parents() -> None:
    seen: list[str] = []

    def note(node: Any) -> Any:
        seen.append(type(node).__name__)
        return node

    walk(BODY[1:2], note)
    assert seen == ["Text", "Text", "Emphasis", "Text", "Paragraph", "Note", "Paragraph"]


def test_walk_leaves_no_white_space_at_the_edge_of_a_block() -> None:
    block = Paragraph(run(Image("i.jpg"), " a ", Image("i.jpg")))

    def without_images(node: Any) -> Any:
        return None if isinstance(node, Image) else node

    assert walk((block,), without_images) == (Paragraph(run("a")),)


@given(bodies())
def test_a_transform_that_is_done_changes_nothing_more(body: tuple[Any, ...]) -> None:
    def plain(node: Any) -> Any:
        return node.content if isinstance(node, Strong | Emphasis | Link) else node

    once = walk(body, plain)
    assert walk(once, plain) is once
    assert not list(query(once, Strong, Emphasis, Link))
    assert shown(once) == shown(body)


def test_with_children_rewrites_each_sequence_and_keeps_what_is_unchanged() -> None:
    figure = BODY[2]
    assert with_children(figure, lambda children: children) is figure
    assert with_children(figure, lambda children: ()) == replace(
        figure, images=(), caption=(), credit=()
    )


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Paragraph(run("a", LineBreak(), em("b"), Note((Paragraph(run("c")),)))), "a\nb"),
        (
            Paragraph(run(Ruby(run("漢"), "hàn"), Code("x"), Math("y"), Image("i", "alt"))),
            "漢xyalt",
        ),
        (BODY[2], "f\ng"),
        (BODY[3], "h\ni\nj"),
        (BODY[7], "t\nx"),
        ((Paragraph(run("a")), Paragraph(run("b"))), "a\nb"),
    ],
)
def test_plain_text_is_the_words_without_markup(tree: Any, expected: str) -> None:
    assert plain_text(tree) == expected


# --- JSON -----------------------------------------------------------------------------------


@given(articles())
def test_json_gives_the_article_back_byte_for_byte(article: Article) -> None:
    data = to_json(article)
    assert from_json(data) == article
    assert to_json(from_json(data)) == data
    assert from_json(to_json(article, indent=2).decode()) == article


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    schema = json_schema()
    assert jsonschema_rs.meta.is_valid(schema)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@given(article=articles())
def test_the_schema_accepts_what_is_written(
    article: Article, validator: jsonschema_rs.Draft202012Validator
) -> None:
    validator.validate(json.loads(to_json(article)))


BROKEN = {
    "a wrong type": ({"title": 1}, r"Expected `str`, got `int` - at `\$\.title`"),
    "an unknown field": ({"titel": "x"}, "unknown field `titel`"),
    "an unknown kind of node": ({"body": [{"type": "nope"}]}, r"'nope'.* at `\$\.body\[0\]"),
    "an unknown field of a node": (
        {"body": [{"type": "paragraph", "content": [], "x": 1}]},
        r"unknown field `x` - at `\$\.body\[0\]`",
    ),
    "an inline among the blocks": ({"body": [{"type": "text", "text": "a"}]}, "text"),
    "a level that no heading has": (
        {"body": [{"type": "heading", "level": 7, "content": []}]},
        r"<= 6 - at `\$\.body\[0\]\.level`",
    ),
    "a date without a zone": (
        {"published": "2023-10-28T02:04:53"},
        r"timezone component - at `\$\.published`",
    ),
    "a date that is none": ({"published": "yesterday"}, r"`\$\.published`"),
    "version 0": ({"version": 0}, r">= 1 - at `\$\.version`"),
    "a version that is no number": ({"version": "1"}, r"`\$\.version`"),
}


@pytest.mark.parametrize(("fields", "message"), BROKEN.values(), ids=BROKEN)
def test_json_that_breaks_the_schema_is_refused_with_the_place(
    fields: dict[str, Any], message: str, validator: jsonschema_rs.Draft202012Validator
) -> None:
    document = {"type": "article", **fields}
    with pytest.raises(ValueError, match=message):
        from_json(json.dumps(document))
    if "date" not in message and "timezone" not in message and "published" not in message:
        assert not validator.is_valid(document)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"type":"article"', "truncated"),
        (b'{"type":"article","title":"\xff"}', "UTF-8"),
        (b'{"type":"article"} x', "trailing|invalid"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(data)


def test_a_newer_version_says_what_to_do() -> None:
    newer = json.dumps({"version": MODEL_VERSION + 1, "type": "article", "novelty": []})
    with pytest.raises(ValueError, match="install a newer broadsheet"):
        from_json(newer)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 100_000])
def test_json_that_nests_too_deep_is_refused(levels: int) -> None:
    opening, closing = '{"type":"block_quote","content":[', "]}"
    deep = opening * levels + closing * levels
    with pytest.raises(ValueError, match=f"deeper than {MAX_DEPTH}"):
        from_json(f'{{"type":"article","body":[{deep}]}}')


def test_the_published_schema_is_that_of_this_version(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--accept"):
        text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
        SCHEMA_FILE.write_text(text + "\n", encoding="utf-8")
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert published == json_schema(), "pytest --accept writes it anew"


def test_dates_keep_their_offset() -> None:
    article = Article(published=datetime(2023, 10, 28, 2, 4, 53, tzinfo=UTC))
    assert b'"published":"2023-10-28T02:04:53Z"' in to_json(article)
    shifted = b'{"type":"article","published":"2023-10-28T10:04:53+08:00"}'
    assert b'"published":"2023-10-28T10:04:53+08:00"' in to_json(from_json(shifted))
