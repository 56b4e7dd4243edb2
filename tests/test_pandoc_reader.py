"""Office and text formats: every part of pandoc's tree, every format, bad input and bounds."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import pandoc as runner
from converters.article import (
    MAX_DEPTH,
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Emphasis,
    Field,
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
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    depth,
    plain_text,
    query,
)
from converters.errors import UnreadableSource, UnsafeSource
from converters.images import Pictures
from converters.readers import ReadOptions, pandoc
from converters.readers._pandoc_ast import _BLOCKS, _INLINES, Foreign, Mapper
from converters.readers._pandoc_body import Settings, Tree, read_body
from converters.source import Document, Source

A: list[Any] = ["", [], []]


def pixels() -> str:
    """Return a picture in base64."""
    from PIL import Image as Raster

    buffer = io.BytesIO()
    Raster.new("RGB", (10, 8), "red").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


PIXELS = pixels()


def node(kind: str, content: Any = None) -> dict[str, Any]:
    return {"t": kind} if content is None else {"t": kind, "c": content}


def words(text: str) -> list[dict[str, Any]]:
    return [node("Str", text)]


def para(*items: Any) -> dict[str, Any]:
    return node("Para", [words(i)[0] if isinstance(i, str) else i for i in items])


def mapped(*nodes: Any, **options: Any) -> tuple[Block, ...]:
    return Mapper(**options).document(nodes)


def document(data: bytes | str, name: str) -> Document:
    content = data.encode() if isinstance(data, str) else data
    return Source(name, content=content, relative=name).open()


def read(data: bytes | str, name: str, **options: Any) -> Article:
    opened = document(data, name)
    assert pandoc.recognises(opened) >= 50
    return next(pandoc.read(opened, ReadOptions(**options)))


def made(text: str, writer: str, *arguments: str) -> bytes:
    """Return a document in ``writer``'s format, of Markdown, by pandoc itself."""
    command = [
        pypandoc.get_pandoc_path(),
        "-f",
        "markdown-smart",
        "-t",
        writer,
        "-s",
        "--wrap=none",
        "-o",
        "-",
    ]
    environment = {"SOURCE_DATE_EPOCH": "1700000000"}
    return subprocess.run(
        [*command, *arguments],
        input=text.encode(),
        capture_output=True,
        check=True,
        env=environment,
    ).stdout


# --- The tree ------------------------------------------------------------------------------

SIMPLE = [
    ("Emph", Emphasis),
    ("Underline", Underline),
    ("Strong", Strong),
    ("Strikeout", Strikeout),
    ("Superscript", Superscript),
    ("Subscript", Subscript),
]
T = (Text("x"),)
INLINES: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("Str", "x", T),
    ("Space", None, (Text("a b"),)),
    ("SoftBreak", None, (Text("a b"),)),
    ("LineBreak", None, (Text("a"), LineBreak(), Text("b"))),
    *[(name, words("x"), (kind(T),)) for name, kind in SIMPLE],
    ("SmallCaps", words("x"), T),
    ("Quoted", [node("SingleQuote"), words("x")], (Text("‘x’"),)),
    ("Quoted", [node("DoubleQuote"), words("x")], (Text("“x”"),)),
    ("Cite", [[{"citationId": "k"}], words("x")], T),
    ("Cite", [[{"citationId": "k"}], [node("RawInline", ["latex", "\\cite{k}"])]], (Text("[k]"),)),
    ("Code", [A, "a  b"], (Code("a b"),)),
    ("Math", [node("InlineMath"), "x^2"], (Math("x^2"),)),
    ("Math", [node("DisplayMath"), "x^2"], (Math("x^2", display=True),)),
    ("RawInline", ["html", "<br>"], (Text("a"), LineBreak(), Text("b"))),
    ("Link", [A, words("x"), ["https://e.org/", "t"]], (Link(T, "https://e.org/", "t"),)),
    ("Link", [A, words("x"), ["javascript:x()", ""]], T),
    ("Note", [para("x")], (Note((Paragraph(T),)),)),
    ("Span", [A, words("x")], T),
    ("Span", [["", [], [["lang", "fr"], ["dir", "ltr"]]], words("x")], (Span(T, "fr", "ltr"),)),
    ("Span", [["", ["mark"], []], words("x")], (Span(T, mark=True),)),
    ("Span", [["", ["underline"], []], words("x")], (Underline(T),)),
    ("Span", [["", ["abbr"], [["title", "long"]]], words("x")], (Span(T, title="long"),)),
    ("Span", [["", ["insertion"], []], words("x")], T),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "expected"), INLINES)
def test_inlines(kind: str, content: Any, expected: tuple[Any, ...]) -> None:
    between = kind in ("Space", "SoftBreak", "LineBreak") or expected[:1] == (Text("a"),)
    items = ["a", node(kind, content), "b"] if between else [node(kind, content)]
    assert mapped(para(*items)) == (Paragraph(expected),)


@pytest.mark.parametrize("kind", ["deletion", "comment-start"])
def test_what_a_word_processor_keeps_beside_the_text_is_told(kind: str) -> None:
    mapper = Mapper()
    span = node("Span", [["", [kind], []], words("old")])
    assert mapper.document([para("a", span)]) == (Paragraph((Text("a"),)),)
    assert [(d.what, d.text) for d in mapper.findings.dropped()] == [
        (kind.split("-", maxsplit=1)[0], "old")
    ]


def test_markup_of_other_formats_is_kept_in_the_provenance() -> None:
    mapper = Mapper()
    raw = [para("a", node("RawInline", ["tex", "\\x{y}"])), node("RawBlock", ["openxml", "<w:p/>"])]
    assert mapper.document(raw) == (Paragraph((Text("a"),)),)
    assert {(d.what, d.text) for d in mapper.findings.dropped()} == {
        ("raw tex", "\\x{y}"),
        ("raw openxml", "<w:p/>"),
    }


def test_an_image_in_the_line_alone_and_as_a_link() -> None:
    image = node(
        "Image", [["", [], [["width", "1in"], ["height", "50%"]]], words("alt"), ["a.png", "t"]]
    )
    picture = Image("a.png", "alt", "t", width=96)
    assert mapped(para("x", image)) == (Paragraph((Text("x"), picture)),)
    assert mapped(para(image, node("Space"), image)) == (Figure((picture, picture)),)
    link = node("Link", [A, [image], ["https://e.org/", ""]])
    (figure,) = mapped(para(link))
    assert isinstance(figure, Figure)
    assert figure.images[0].link == "https://e.org/"


def cell(*blocks: Any, down: int = 1, across: int = 1) -> Any:
    return [A, node("AlignDefault"), down, across, list(blocks)]


def test_a_table_with_every_part() -> None:
    heads = [[A, [cell(para("h"), across=2)]]]
    first = [
        A,
        1,
        [[A, [cell(para("i")), cell(para("j"))]]],
        [[A, [cell(para("r"), down=2), cell(para("1"))]], [A, [cell(para("2"))]]],
    ]
    second = [A, 0, [], [[A, [cell(para("3")), cell(node("Plain", words("4")), para("5"))]]]]
    foot = [[A, [cell(para("f")), cell()]]]
    columns = [
        [node("AlignLeft"), node("ColWidthDefault")],
        [node("AlignRight"), node("ColWidth", 0.5)],
    ]
    caption = [None, [para("cap"), para("more")]]
    (table,) = mapped(node("Table", [A, caption, columns, [A, heads], [first, second], [A, foot]]))

    def made_cell(
        text: str, *more: str, header: bool = False, across: int = 1, down: int = 1
    ) -> Cell:
        blocks = tuple(Paragraph((Text(t),)) for t in (text, *more) if t)
        return Cell(blocks, header, across, down)

    assert table == Table(
        head=(Row((made_cell("h", header=True, across=2),)),),
        body=(
            Row((made_cell("i", header=True), made_cell("j", header=True))),
            Row((made_cell("r", header=True, down=2), made_cell("1"))),
            Row((made_cell("2"),)),
            Row((made_cell("3"), made_cell("4", "5"))),
        ),
        foot=(Row((made_cell("f"), made_cell(""))),),
        caption=(Text("cap"), LineBreak(), Text("more")),
        alignments=("left", "right"),
    )


X = Paragraph(T)
BLOCKS: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("Plain", words("x"), (X,)),
    ("Para", words("x"), (X,)),
    ("LineBlock", [words("x"), words("y")], (Paragraph((*T, LineBreak(), Text("y"))),)),
    ("CodeBlock", [["", ["sourceCode", "Python"], []], "a\n\tb"], (CodeBlock("a\n\tb", "python"),)),
    ("RawBlock", ["html", "<!-- c -->"], ()),
    ("BlockQuote", [para("x")], (BlockQuote((X,)),)),
    ("OrderedList", [[3, node("LowerRoman"), node("Period")], [[para("x")]]], (OrderedList(((X,),), 3, "lower-roman"),)),
    ("OrderedList", [[1, node("Example"), node("TwoParens")], [[para("x")]]], (OrderedList(((X,),)),)),
    ("BulletList", [[para("x")], []], (BulletList(((X,), ())),)),
    ("DefinitionList", [[words("x"), [[para("x")], [para("x")]]]], (DefinitionList((Definition(T, ((X,), (X,))),)),)),
    ("Header", [2, ["id", [], []], words("x")], (Heading(2, T),)),
    ("HorizontalRule", None, (ThematicBreak(),)),
    ("Div", [["", ["x"], []], [para("x")]], (X,)),
    ("Div", [["", [], [["lang", "fr"]]], [para("x"), node("BulletList", [[para("x")]])]],
     (Paragraph((Span(T, "fr"),)), BulletList(((Paragraph((Span(T, "fr"),)),),)))),
    ("Null", None, ()),
    ("Figure", [A, [None, [para("c")]], [node("Plain", [node("Image", [A, words("c"), ["a.png", ""]])])]],
     (Figure((Image("a.png"),), (Text("c"),)),)),
    ("Figure", [A, [None, [para("c")]], [node("CodeBlock", [A, "x"])]], (CodeBlock("x"), Paragraph((Text("c"),)))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "expected"), BLOCKS)
def test_blocks(kind: str, content: Any, expected: tuple[Any, ...]) -> None:
    assert mapped(node(kind, content)) == expected


def test_every_constructor_of_pandoc_types_is_tested() -> None:
    # https://hackage.haskell.org/package/pandoc-types-1.23.1/docs/Text-Pandoc-Definition.html
    blocks = {"Plain", "Para", "LineBlock", "CodeBlock", "RawBlock", "BlockQuote", "OrderedList"}
    blocks |= {"BulletList", "DefinitionList", "Header", "HorizontalRule", "Table", "Figure", "Div"}
    inlines = {"Str", "Emph", "Underline", "Strong", "Strikeout", "Superscript", "Subscript"}
    inlines |= {"SmallCaps", "Quoted", "Cite", "Code", "Space", "SoftBreak", "LineBreak", "Math"}
    inlines |= {"RawInline", "Link", "Image", "Note", "Span"}
    assert set(_BLOCKS) == blocks | {"Null"}
    assert set(_INLINES) == inlines
    assert {kind for kind, *_ in BLOCKS} | {"Table"} == set(_BLOCKS)
    assert {kind for kind, *_ in INLINES} | {"Image"} == set(_INLINES)


def test_an_unknown_constructor_is_told() -> None:
    mapper = Mapper()
    assert mapper.document([node("Chart", []), para("x", node("Emoji", "y"))]) == (X,)
    assert [d.what for d in mapper.findings.dropped()] == ["block Chart", "inline Emoji"]


def test_only_identifiers_that_links_lead_to_stay() -> None:
    link = node("Link", [A, words("x"), ["#b", ""]])
    tree = [
        node("Header", [1, ["a", [], []], words("x")]),
        node("Header", [1, ["b", [], []], words("x")]),
        node("Div", [["b", [], []], [para(link)]]),
    ]
    body = read_body(Tree("x", blocks=tree), Settings())
    assert [heading.identifier for heading in query(body.blocks, Heading)] == ["", "b"]
    assert [found.url for found in query(body.blocks, Link)] == ["#b"]


@st.composite
def trees(draw: st.DrawFn) -> list[Any]:
    """Draw trees of any nesting, most of it wild."""
    text = st.sampled_from(["a", "字", "", "\x00", "*"]).map(words)
    inlines = st.recursive(
        text,
        lambda inner: st.one_of(
            st.builds(lambda kind, c: [node(kind, c)], st.sampled_from([k for k, _ in SIMPLE]), inner),
            st.builds(lambda c: [node("Link", [A, c, ["https://e.org/", ""]])], inner),
            st.builds(lambda c: [node("Image", [A, c, ["a.png", ""]])], inner),
            st.builds(lambda c: [node("Note", [node("Para", c)])], inner),
            st.builds(lambda c: [node("Quoted", [node("DoubleQuote"), c])], inner),
            st.builds(lambda tag, c: [node("RawInline", ["html", tag]), *c], st.sampled_from(["<u>", "</u>", "<br>", "<div>", "<x"]), inner),
            st.builds(lambda a, b: [*a, *b], inner, inner),
        ),
        max_leaves=8,
    )  # fmt: skip
    blocks = st.recursive(
        inlines.map(lambda c: [node("Para", c)]),
        lambda inner: st.one_of(
            st.builds(lambda c: [node("BlockQuote", c)], inner),
            st.builds(lambda c: [node("BulletList", [c, []])], inner),
            st.builds(lambda c: [node("Div", [A, c])], inner),
            st.builds(lambda tag, c: [node("RawBlock", ["html", tag]), *c], st.sampled_from(["<ul><li>", "</li></ul>", "<table>", "x"]), inner),
            st.builds(lambda a, b: [*a, *b], inner, inner),
        ),
        max_leaves=8,
    )  # fmt: skip
    return draw(blocks)


def text_of(tree: Any) -> list[str]:
    if isinstance(tree, list):
        return [text for child in tree for text in text_of(child)]
    if not isinstance(tree, dict) or tree.get("t") in ("RawInline", "RawBlock"):
        return []
    return [tree["c"]] if tree["t"] == "Str" else text_of(tree.get("c"))


@given(trees())
@settings(max_examples=60)
def test_no_word_is_lost_whatever_the_tree(tree: list[Any]) -> None:
    mapper = Mapper(lenient=True)
    blocks = mapper.document(tree)
    assert depth(blocks) <= MAX_DEPTH
    given_words = sorted(c for text in text_of(tree) for c in text if c in "a字*")
    found = "".join(
        plain_text(part) for part in [blocks, *(n.content for n in query(blocks, Note))]
    )
    found += "".join(image.alt for image in query(blocks, Image) if image.alt)
    assert set(given_words) <= set(found) | set("")
    with contextlib.suppress(Foreign):
        Mapper().document(tree)


@pytest.mark.parametrize("kind", ["BlockQuote", "BulletList", "Div", "Table", "Note", "Emph"])
@pytest.mark.parametrize("levels", [30, 100])
def test_deep_trees_are_flattened_and_keep_their_words(kind: str, levels: int) -> None:
    inner: Any = [para("deep")]
    for _ in range(levels):
        if kind == "BulletList":
            inner = [node("BulletList", [inner])]
        elif kind == "Div":
            inner = [node("Div", [A, inner])]
        elif kind == "Table":
            columns = [[node("AlignDefault"), node("ColWidthDefault")]]
            rows = [[A, 0, [], [[A, [cell(*inner)]]]]]
            inner = [node("Table", [A, [None, []], columns, [A, []], rows, [A, []]])]
        elif kind == "Note":
            inner = [para("n", node("Note", inner))]
        elif kind == "Emph":
            inner = [node("Para", [node("Emph", [node("Strong", inner[0]["c"])])])]
        else:
            inner = [node(kind, inner)]
    blocks = mapped(*inner)
    assert depth(blocks) <= MAX_DEPTH
    text = msgspec.json.encode(blocks).decode()
    assert "deep" in text


# --- Formats -------------------------------------------------------------------------------

SAMPLE = """---
title: 标题
author: [张三, Jane Roe]
date: 2024-05-06
lang: zh-CN
keywords: [甲, 乙]
abstract: 摘要
extra: more
---

# 第一节

正文 **重点** 和 *强调* 再[链接](https://e.org/a)。[^1] “引号”和"直引号"。

- 一
- 二

1. 甲
2. 乙

> 引用

| a | b |
|---|--:|
| 1 | 2 |

```python
x = 1
```

# 第二节

完。

[^1]: 注释。
"""


def check(article: Article, kind: str) -> None:
    """Check what every format that holds SAMPLE should give back."""
    headings = [plain_text(heading) for heading in query(article.body, Heading)]
    assert headings == ["第一节", "第二节"], kind
    assert {heading.level for heading in query(article.body, Heading)} == {2}
    text = plain_text(article.body)
    for part in (
        "正文 重点 和 强调 再链接。",
        '“引号”和"直引号"',
        "一\n二",
        "甲\n乙",
        "引用",
        "x = 1",
    ):
        assert part in text, (kind, part)
    assert [plain_text(note.content) for note in query(article.body, Note)] == ["注释。"]
    assert Strong((Text("重点"),)) in list(query(article.body, Strong))
    assert [link.url for link in query(article.body, Link)] == ["https://e.org/a"]
    (table,) = query(article.body, Table)
    cells = [plain_text(c) for row in (*table.head, *table.body) for c in row.cells]
    assert cells == ["a", "b", "1", "2"]
    assert [len(items.items) for items in query(article.body, BulletList)] == [2]
    assert article.language == "zh-Hans"
    assert article.provenance.reader == "pandoc"


@pytest.mark.requirement("IN-15", "IN-17")
@pytest.mark.parametrize(
    "kind",
    [
        "docx",
        "odt",
        "epub",
        "latex",
        "org",
        "mediawiki",
        "rst",
        "markdown",
        "textile",
        "docbook5",
        "jats",
        "muse",
        "dokuwiki",
    ],
)
def test_formats_give_the_same_text(kind: str) -> None:
    writer = {"textile": "textile", "markdown": "gfm"}.get(kind, kind)
    suffix = {"latex": "tex", "mediawiki": "wiki", "markdown": "md", "docbook5": "dbk"}.get(
        kind, kind
    )
    if kind in ("muse", "dokuwiki", "textile", "jats", "docbook5"):
        # These have no word for some of it; reading them is shown with less.
        article = read(made("# 第一节\n\n正文 **重点** 。\n\n- 一\n- 二\n", writer), f"a.{suffix}")
        assert "正文 重点 。" in plain_text(article.body)
        assert Strong((Text("重点"),)) in list(query(article.body, Strong))
        return
    article = read(made(SAMPLE, writer), f"a.{suffix}")
    check(article, kind)
    assert article.title == "标题" or kind == "mediawiki"


@pytest.mark.parametrize("kind", ["docx", "epub", "markdown", "odt"])
def test_metadata(kind: str) -> None:
    article = read(made(SAMPLE, kind), {"markdown": "a.md"}.get(kind, f"a.{kind}"))
    assert article.title == "标题"
    assert sorted(article.authors) == ["Jane Roe", "张三"]
    if kind != "odt":
        assert article.published == datetime(2024, 5, 6, tzinfo=UTC)
    if kind in ("docx", "markdown"):
        assert article.summary == "摘要"
        assert article.tags == ("甲", "乙")
    if kind == "markdown":
        assert article.provenance.metadata == (Field("extra", "more"),)


def test_metadata_of_every_kind_of_value() -> None:
    text = "---\ntitle: A *b*\nsubtitle: s\nauthor:\n- name: Nina\n  org: O\n- M; P\nflag: true\nlist: [1, x]\nmap: {k: v}\n...\n\ntext\n"
    article = read(text, "a.md")
    assert article.title == "A b"
    assert article.summary == "s"
    assert article.authors == ("Nina", "M", "P")
    assert set(article.provenance.metadata) == {
        Field("flag", "true"),
        Field("list", '["1", "x"]'),
        Field("map", '{"k": "v"}'),
    }


def test_rtf_with_a_code_page_and_notes() -> None:
    text = "{\\rtf1\\ansi\\ansicpg936 {\\b \\'d6\\'d0\\'ce\\'c4} \\uc2\\u25991\\'ce\\'c4 a{\\*\\footnote n}\\par}"
    article = read(text, "a.rtf")
    assert plain_text(article.body) == "中文 文 a"
    assert [plain_text(note.content) for note in query(article.body, Note)] == ["n"]


def test_a_notebook() -> None:
    picture = {"image/png": PIXELS, "text/plain": ["<Figure>"]}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "a $x$ <b>h</b>"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "source": ["print('hello')"],
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["hello\n"]},
                {"output_type": "display_data", "data": picture, "metadata": {}},
            ],
        },
    ]
    language = {"language_info": {"name": "python"}}
    book = {"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5}
    article = read(json.dumps(book), "a.json")
    assert article.title == "Title"
    assert [block.text for block in query(article.body, CodeBlock)] == ["print('hello')", "hello"]
    assert list(query(article.body, Math)) == [Math("x")]
    assert list(query(article.body, Strong)) == [Strong((Text("h"),))]
    (image,) = query(article.body, Image)
    assert image.url.startswith("data:image/png;base64,")


def test_latex_keeps_its_quotes_and_tells_what_is_unknown() -> None:
    text = "\\documentclass{article}\\title{T\\thanks{t}}\\begin{document}\\maketitle ``q'' \\foo{gone}\\begin{odd}kept\\end{odd}\\end{document}"
    article = read(text, "-")
    assert "“q”" in plain_text(article.body)
    assert "kept" in plain_text(article.body)
    dropped = {d.what: d.text for d in article.provenance.dropped}
    assert "\\foo{gone}" in dropped["unknown command"]
    assert dropped["note at the title"] == "t"


def test_fields_of_restructuredtext_are_metadata() -> None:
    article = read(
        "标题\n====\n\n:Author: 甲\n:Date: 2024-05-06\n\nText ``x``.\n\n.. note:: n\n", "a.rst"
    )
    assert (article.title, article.authors) == ("标题", ("甲",))
    assert article.published == datetime(2024, 5, 6, tzinfo=UTC)
    assert list(query(article.body, Code)) == [Code("x")]


def test_a_heading_that_opens_the_text_is_its_title() -> None:
    article = read("# One\n\ntext\n\n## Two\n\ntext\n\n### Three\n", "a.md")
    assert article.title == "One"
    assert [(h.level, plain_text(h)) for h in query(article.body, Heading)] == [
        (2, "Two"),
        (3, "Three"),
    ]
    article = read("# One\n\ntext\n\n# Two\n", "a.md")
    assert article.title == "a"
    assert len(list(query(article.body, Heading))) == 2


# --- Pictures ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_pictures_inside_travel(kind: str, tmp_path: Path) -> None:
    data = f"data:image/png;base64,{PIXELS}"
    article = read(made(f"text\n\n![caption]({data})\n\nmore\n", kind), f"a.{kind}")
    (image,) = query(article.body, Image)
    found = Pictures().get(image)
    assert found is not None
    assert (found.width, found.height) == (10, 8)
    assert str(tmp_path.anchor) not in plain_text(article.body)
    if kind != "odt":
        assert "caption" in plain_text(article.body)


@pytest.mark.requirement("SEC-13")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", ".. image:: {path}\n\n.. include:: {path}\n\n.. raw:: html\n   :file: {path}\n\ntext\n"),
        ("a.tex", "\\documentclass{{article}}\\begin{{document}}x \\input{{{path}}} \\includegraphics{{{path}}}\\end{{document}}"),
        ("a.org", "#+TITLE: t\n#+INCLUDE: {path}\n[[file:{path}]]\n\ntext\n"),
        ("a.typ", "= T\n\ntext #image(\"{path}\")\n"),
        ("a.md", "---\ntitle: x\nbibliography: {path}\n---\n\ntext ![]({path})\n"),
    ],
)  # fmt: skip
def test_no_file_is_read(name: str, text: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    opened = document(text.format(path=secret), name)
    try:
        articles = list(pandoc.read(opened, ReadOptions()))
    except UnreadableSource:
        return
    assert "TOP SECRET" not in msgspec.json.encode(articles).decode()
    assert (
        base64.b64encode(b"TOP SECRET").decode()[:10] not in msgspec.json.encode(articles).decode()
    )


# --- Chapters ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["epub", "fb2"])
def test_the_chapters_of_a_book(kind: str) -> None:
    text = "---\ntitle: Book\nauthor: A\nlang: en\n---\n\n# One\n\nfirst words\n\n## Sub\n\nx\n\n# Two\n\nsecond words\n"
    opened = document(made(text, kind), f"a.{kind}")
    whole = list(pandoc.read(opened, ReadOptions()))
    assert [article.title for article in whole] == ["Book"]
    chapters = list(pandoc.read(opened, ReadOptions(chapters=True)))
    assert [article.title for article in chapters] == ["One", "Two"]
    assert [article.site for article in chapters] == ["Book", "Book"]
    assert [article.authors for article in chapters] == [("A",), ("A",)]
    assert "second words" not in plain_text(chapters[0].body)
    assert [plain_text(h) for h in query(chapters[0].body, Heading)] == ["Sub"]
    assert Field("chapter", "2") in chapters[1].provenance.metadata


# --- What is none, and bounds --------------------------------------------------------------


def package(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name.replace("__", "/").replace("_", "."), data)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BAD: list[tuple[str, bytes, str]] = [
    ("a.docx", b"<!doctype html><p>no</p>", "is no DOCX file but an HTML page"),
    ("a.docx", b"plain words", "is no DOCX file: it is not a ZIP package"),
    ("a.docx", made("x", "docx")[:900], "is a broken DOCX file"),
    ("a.docx", package(mimetype=b"text/plain"), "holds no word/document.xml"),
    ("a.docx", package(word__document_xml=b"<broken"), "pandoc cannot read it"),
    ("a.docx", OLE, "is an old Word document"),
    ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
    ("a.odt", package(mimetype=b"application/vnd.oasis.opendocument.text"), "holds no content.xml"),
    ("a.epub", package(mimetype=b"application/epub+zip"), "holds no META-INF/container.xml"),
    ("a.tex", b"\\documentclass{article}\\begin{document}\\begin{a}", "pandoc cannot read it"),
    ("a.ipynb", b'{"cells": [], "nbformat": "x"}', "pandoc cannot read it"),
]


@pytest.mark.parametrize(("name", "data", "reason"), BAD, ids=[f"{n}-{r}" for n, _, r in BAD])
def test_what_is_not_what_it_says(name: str, data: bytes, reason: str) -> None:
    kind = {"tex": "latex"}.get(name[2:], name[2:])
    reader = getattr(pandoc, kind)
    opened = Document(source=Source(name, content=data, relative=name), data=data)
    with pytest.raises(UnreadableSource) as caught:
        list(reader.read(opened, ReadOptions()))
    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_an_encrypted_book() -> None:
    data = package(
        mimetype=b"application/epub+zip",
        **{
            "META-INF__container_xml": b"<container/>",
            "META-INF__encryption_xml": b'<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e>',
        },
    )
    opened = Document(source=Source("a.epub", content=data, relative="a.epub"), data=data)
    assert pandoc.recognises(opened) > 90
    with pytest.raises(UnreadableSource, match="is encrypted"):
        list(pandoc.read(opened, ReadOptions()))


def test_a_package_that_unpacks_to_too_much() -> None:
    bomb = package(word__document_xml=b" " * 300_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(UnsafeSource, match="unpacks to more than 256 MB"):
        list(pandoc.read(document(bomb, "a.docx"), ReadOptions()))


def test_time_and_output_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnsafeSource, match=r"needs more than 0\.01 seconds"):
        runner.run(b"*a **b " * 200_000, "commonmark", "json", source="x", seconds=0.01)
    monkeypatch.setattr(runner, "MAX_OUTPUT", 1000)
    with pytest.raises(UnsafeSource, match="is too large"):
        runner.run(b"word " * 1000, "commonmark", "json", source="x")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_MEMORY", "-M2M")
    with pytest.raises(UnsafeSource, match="needs more than 2 MB of memory"):
        runner.run(b"word *word* " * 50_000, "commonmark", "json", source="x")


def test_warnings_of_pandoc_are_told() -> None:
    said = runner.run(b"[^a]: x\n\n[^a]: y\n", "markdown", "json", source="x").warnings
    assert any("Duplicate note" in warning for warning in said)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.html", "<!doctype html><p>x"), ("a.md", "<p>x</p>"), ("-", '{"type": "article"}'), ("-", "word")],
)  # fmt: skip
def test_other_readers_go_first(name: str, text: str) -> None:
    assert pandoc.recognises(document(text, name)) < 40


def test_every_format_has_a_reader_of_its_name() -> None:
    article = next(pandoc.org.read(document("* One\n\n/em/ text", "x.txt"), ReadOptions()))
    assert list(query(article.body, Emphasis)) == [Emphasis((Text("em"),))]
    assert set(pandoc.FORMATS) >= {
        "docx",
        "odt",
        "rtf",
        "epub",
        "rst",
        "org",
        "latex",
        "mediawiki",
        "ipynb",
    }
    known = subprocess.run(
        [pypandoc.get_pandoc_path(), "--list-input-formats"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    assert {kind.reader.partition("+")[0].partition("-")[0] for kind in pandoc.FORMATS.values()} - {
        ""
    } <= set(known)


def test_markdown_is_known_by_its_signs_where_it_has_no_name() -> None:
    text = "# T\n\nSome **md** and <b>html</b>\n\n- a\n- b\n"
    assert pandoc.recognises(document(text, "-")) == 45
    assert pandoc.recognises(document(text, "a.md")) == 50
    assert pandoc.recognises(document("<p>x</p>\n\n" + text, "a.md")) == 5
