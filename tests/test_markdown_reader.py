"""Markdown read: with HTML in it, and our own back to the article that it was."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import Phase, assume, given, settings
from msgspec.structs import replace

import converters
from converters.article import (
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
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Row,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    plain_text,
    query,
    trimmed,
    walk,
)
from converters.notes import Links, number
from converters.readers import ReadOptions, pandoc
from converters.readers.markdown import own_file, read_markdown
from converters.source import Source
from tests import strategies
from tests.markdown_meaning import of_article

T = (Text("x"),)


def blocks(text: str, **options: Any) -> tuple[Any, ...]:
    return read_markdown(text, "x", **options).blocks


def words(*items: Any) -> Paragraph:
    return Paragraph(trimmed(Text(i) if isinstance(i, str) else i for i in items))


# --- HTML in Markdown ----------------------------------------------------------------------


@pytest.mark.requirement("IN-17")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <u>b *c*</u> d", ("a ", Underline((Text("b "), Emphasis((Text("c"),)))), " d")),
        ("H<sub>2</sub>O<sup>+</sup>", ("H", Subscript((Text("2"),)), "O", Superscript((Text("+"),)))),
        ("a<br>b<br/>c", ("a", LineBreak(), "b", LineBreak(), "c")),
        ("<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rt>zì</rt></ruby>。",
         (Ruby((Text("漢"),), "hàn"), Ruby((Text("字"),), "zì"), "。")),
        ("<mark>m</mark> <del>d</del> <abbr title=\"long\">s</abbr>",
         (Span((Text("m"),), mark=True), " ", Strikeout((Text("d"),)), " ", Span((Text("s"),), title="long"))),
        ("<span lang=\"fr\">oui</span> <kbd>Ctrl</kbd>", (Span((Text("oui"),), "fr"), " ", Code("Ctrl"))),
        ("1 &lt; 2 &amp; “q” 'r' -- ...", ("1 < 2 & “q” 'r' -- ...",)),
        ("$x^2$ and $5 or $6", (Math("x^2"), " and $5 or $6")),
        ("a<!-- hidden -->b", ("ab",)),
    ],
)  # fmt: skip
def test_html_in_the_line(text: str, expected: tuple[Any, ...]) -> None:
    assert blocks(text) == (words(*expected),)


def test_markdown_between_tags() -> None:
    found = blocks(
        "<div class='box'>\n\nin *Markdown* [l](b.html)\n\n- a\n- b\n\n</div>\n\nafter",
        base="https://e.org/p/",
    )
    link = Link((Text("l"),), "https://e.org/p/b.html")
    assert found == (
        words("in ", Emphasis((Text("Markdown"),)), " ", link),
        BulletList(((words("a"),), (words("b"),))),
        words("after"),
    )


def test_figures_tables_and_frames_are_read_as_html_is() -> None:
    found = blocks(
        "intro[^1] with $a<b$\n\n<figure>\n<img src='/a.jpg' alt='x'>\n<figcaption>cap</figcaption>\n</figure>\n\n"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>\n\n"
        "<iframe src='https://www.youtube.com/embed/abcdefg'></iframe>\n\n"
        "```python\nif a < b:\n\tx\n```\n\n[^1]: a *note* with $y$\n",
        base="https://e.org/",
    )
    note = Note((words("a ", Emphasis((Text("note"),)), " with ", Math("y")),))
    assert found[0] == words("intro", note, " with ", Math("a<b"))
    assert found[1] == Figure((Image("https://e.org/a.jpg", "x"),), (Text("cap"),))
    assert isinstance(found[2], Table)
    assert [plain_text(cell) for row in found[2].head for cell in row.cells] == ["A", "B"]
    assert isinstance(found[3], Embed)
    assert found[4] == CodeBlock("if a < b:\n\tx", "python")


@pytest.mark.parametrize(
    "text", ["<b>a", "a</b>", "*a <u>b* c</u>", "<td>a</td>", "<div>\n\na\n\nb", "<x-y>a</x-y>"]
)
def test_tags_that_do_not_nest_lose_no_word(text: str) -> None:
    found = plain_text(blocks(text))
    assert [c for c in found if c in "abc"] == [
        c for c in text if c in "abc" and f"<{c}>" not in text and f"</{c}>" not in text
    ]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>\n\nx", "<style>p{}</style>\n\nx", "x <!-- more -->"]
)
def test_what_is_no_text_goes(text: str) -> None:
    assert plain_text(blocks(text)) == "x"


def test_the_dialect() -> None:
    found = blocks(
        "~~a~~ https://e.org/x\n\nterm\n:   meaning\n\n| a | b |\n|:-:|---|\n| 1 | 2 |\n\n2. x\n3. y\n\n***\n"
    )
    url = "https://e.org/x"
    assert found[0] == words(Strikeout((Text("a"),)), " ", Link((Text(url),), url))
    assert found[1] == DefinitionList((Definition((Text("term"),), ((words("meaning"),),)),))
    assert isinstance(found[2], Table)
    assert found[2].alignments == ("center", "")
    assert found[3] == OrderedList(((words("x"),), (words("y"),)), 2)
    assert blocks("x\n\n***\n\nend")[1] == ThematicBreak()


def test_a_bold_line_heads_only_where_nothing_else_does() -> None:
    text = "**第一节**\n\n文字文字文字文字。\n\n**第二节**\n\n文字文字文字文字。"
    assert [type(block) for block in blocks(text)] == [Heading, Paragraph] * 2
    assert [type(block) for block in blocks(text, headings=False)] == [Paragraph] * 4
    assert [type(block) for block in blocks("## h\n\n" + text)][1] is Paragraph


def test_four_hundred_quotes_in_each_other() -> None:
    assert plain_text(blocks(">" * 400 + " deep")).strip() == "deep"


def test_a_body_can_be_looked_at_first() -> None:
    body = read_markdown("# T\n\nBy A\n\ntext", "x", before=lambda pieces, findings: pieces[2:])
    assert body.title == "T"
    assert body.blocks == (words("text"),)


# --- Our own -------------------------------------------------------------------------------


def written(article: Article, **options: Any) -> bytes:
    target = io.BytesIO()
    converters.write([article], target, "markdown", **options)
    return target.getvalue()


def read_back(data: bytes) -> Article:
    document = Source("a.md", content=data, relative="a.md").open()
    assert pandoc.recognises(document) > 95
    return next(pandoc.read(document, ReadOptions()))


FULL = Article(
    title="标题: “a” *b*",
    url="https://example.org/a_b",
    site="S",
    authors=("甲", 'B "C"'),
    published=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    archived=datetime(2024, 5, 7, tzinfo=UTC),
    language="zh-Hans",
    summary="s",
    tags=("t", "u"),
    image="https://example.org/i.jpg",
    body=(
        words("a ", Strong((Text("b"),)), Link((Text("c"),), "https://e.org/?a=1&b=2", "t"), Note((words("n"), words("m")))),
        Heading(2, (Text("第一节"),), "第一节"),
        words("to ", Link((Text("it"),), "#第一节"), " ", Ruby((Text("漢"),), "hàn"), Underline(T), Span(T, "fr")),
        Figure((Image("a.jpg"), Image("b.jpg", "alt", "t")), (Text("cap "), Emphasis(T)), (Text("who"),)),
        Figure((Image("c.jpg", link="https://e.org/"),)),
        BlockQuote((words("q"), words("r")), (Text("鲁迅"),)),
        BulletList(((words("a"), BulletList(((words("b"),),))), ())),
        OrderedList(((words("a"), CodeBlock("x\n\ty", "python")),), 3),
        DefinitionList((Definition(T, ((words("m"),), (words("n"),))),)),
        Table(
            body=(Row((Cell((words("1"),)), Cell((words("2 | 3"),)))),),
            head=(Row((Cell((words("A"),), True), Cell((), True))),),
            caption=(Text("tab"),),
            alignments=("left", ""),
        ),
        Table(
            body=(Row((Cell((words("1"), words("2")), colspan=2),)), Row((Cell(()), Cell((words("3"),), rowspan=1)))),
            head=(Row((Cell((words("A"),), True, 2),)),),
            foot=(Row((Cell((words("f"),)), Cell((words("g"),)))),),
            caption=(Text("rich"),),
            alignments=("", "right"),
        ),
        ThematicBreak(),
        words(Math("x", display=True), " ", Math("y"), " ", Code("a`b")),
        Embed("https://v.example/1", "video", "V", "YouTube", Image("p.jpg"), (Text("under"),)),
        Embed("https://v.example/2", "audio", "W"),
    ),
)  # fmt: skip


@pytest.mark.requirement("MD-14")
def test_a_whole_article_comes_back() -> None:
    article = read_back(written(FULL, links="inline"))
    assert replace(article, provenance=FULL.provenance) == number(
        FULL, "inline", in_headings=False
    ) or (replace(article, provenance=FULL.provenance) == FULL)


def test_links_that_became_notes_come_back_as_notes() -> None:
    """Where the words of such a link began is not in the file; the address and its place are."""
    article = read_back(written(FULL, links="notes"))
    numbered = number(FULL, "notes", in_headings=False)
    assert number(article, "notes", in_headings=False).body == numbered.body
    assert written(article) == written(FULL)


@pytest.mark.requirement("MD-14")
@pytest.mark.parametrize("links", ["inline", "notes"])
@given(article=strategies.articles())
@settings(
    max_examples=30, phases=(Phase.explicit, Phase.generate)
)  # no shrinking: 4 processes each
def test_what_was_written_reads_back(links: Links, article: Article) -> None:
    """Metadata is the same; the body means the same, and is a fixed point from there on.

    Not carried: other addresses and sizes of pictures, the style of list numbers, the number of
    a negative list, words of no width at an edge, and U+2028, which is white space to some of
    pandoc's parsers and a character to others.
    """
    data = written(article, links=links)
    assume("\u2028" not in data.decode())
    if own_file(data.decode()) is None:
        assert not data.startswith(b"---\n")
        return
    back = read_back(data)
    for name in (
        "title",
        "url",
        "site",
        "authors",
        "published",
        "updated",
        "archived",
        "language",
        "summary",
        "tags",
        "image",
        "direction",
    ):
        assert getattr(back, name) == getattr(article, name), name
    again = written(back, links=links)
    twice = read_back(again)
    assert replace(twice, provenance=back.provenance) == back
    assert written(twice, links=links) == again
    expected = of_article(number(article, links, in_headings=False))
    if of_article(number(back, links, in_headings=False)) != expected:
        # An embed's provider may be its title; pandoc composes letters and their accents.
        kept, shown = (set(normalize("NFC", squeezed(each))) for each in (back, article))
        assert kept >= shown


def squeezed(article: Article) -> str:
    """Return the letters of all that a reader sees."""
    body = walk(article.body, lambda node: None if isinstance(node, Image) else node)
    parts = [plain_text(body)]
    parts += [plain_text(note.content) for note in query(body, Note)]
    return "".join(sorted(filter(str.isalnum, set("".join(parts)))))


@pytest.mark.parametrize(
    "front",
    [
        "title: T\n",  # not quoted: another's
        'title: "T"\nlayout: "post"\n',
        'url: "u"\ntitle: "T"\n',  # not our order
        'title: "T"\ntitle: "U"\n',
        'published: 2024-01-02\n',  # no time zone
        'tags: "a"\n',
        '  - "a"\n',
        'title: "\\x"\n',
        "",
    ],
)  # fmt: skip
def test_front_matter_of_others_is_not_ours(front: str) -> None:
    assert own_file(f"---\n{front}---\n\n# T\n\ntext\n") is None


def test_a_file_of_ours_that_somebody_edited_still_reads() -> None:
    data = written(FULL, links="inline").decode().replace("第一节", "第二节")
    article = read_back((data + "\n\nmore <b>bold\n\n<div>x</div>\n").encode())
    assert "第二节" in [plain_text(h) for h in query(article.body, Heading)]
    assert "bold" in plain_text(article.body)


@pytest.mark.requirement("MD-14")
@pytest.mark.parametrize("links", ["inline", "notes"])
def test_the_seed_comes_back(seed: Any, links: Links) -> None:
    article = converters.read(seed)
    data = written(article, links=links)
    back = converters.read(data)
    assert back.provenance.reader == "pandoc"
    assert written(back, links=links) == data
    numbered = number(article, links, in_headings=False)
    assert of_article(number(back, links, in_headings=False)) == of_article(numbered)


def test_an_edition_comes_back_as_its_articles() -> None:
    target = io.BytesIO()
    second = replace(FULL, title="Second")
    converters.write([FULL, second], target, "markdown", title="Both", links="inline")
    document = Source("a.md", content=target.getvalue(), relative="a.md").open()
    first, other = pandoc.read(document, ReadOptions())
    assert (first.title, other.title) == (FULL.title, "Second")
    for article in (first, other):
        assert [h.level for h in query(article.body, Heading)] == [2]
        assert len(list(query(article.body, Note))) == 1
