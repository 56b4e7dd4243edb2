"""Markdown as it is written: front matter, escapes, emphasis, notes, and what parsers make of it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import converters
from converters.article import (
    Article,
    Cell,
    Code,
    CodeBlock,
    Emphasis,
    Figure,
    Heading,
    Image,
    Link,
    Math,
    Note,
    Paragraph,
    Row,
    Ruby,
    Strong,
    Table,
    Text,
    trimmed,
    walk,
)
from converters.notes import number
from tests import strategies
from tests.markdown_meaning import github, markdown_it, of_article, of_html

URL = "https://example.org/a"


def written(article: Article, **options: Any) -> str:
    target = io.BytesIO()
    converters.write([article], target, "markdown", **options)
    return target.getvalue().decode()


def body(*blocks: Any, **options: Any) -> str:
    """Return the Markdown of blocks alone, without the title's line."""
    return written(Article(body=blocks), front_matter=False, **options).rstrip("\n")


def text(*items: Any) -> Paragraph:
    return Paragraph(trimmed(Text(item) if isinstance(item, str) else item for item in items))


ODD_TITLES = [
    ": # [ ] { } --- ...",
    "“他说”：'a' \"b\" \\",
    "no",
    "1e3",
    "2024-01-02",
    'x"\n---\nkey: y',
    "emoji 🙏 and \u2028",
    "~",
    "",
    "null",
    "- a",
    "? b",
    "!c",
    "%d",
    "@e",
    "`f`",
]


@pytest.mark.requirement("MD-3", "SEC-9")
@pytest.mark.parametrize("title", ODD_TITLES)
def test_front_matter_gives_back_every_title(title: str) -> None:
    article = Article(title=title, site=title, tags=(title,) if title else ())
    parts = written(article).split("\n---\n")
    assert parts[0].startswith("---\n") or not title
    front = yaml.safe_load(parts[0].removeprefix("---\n")) if title else {}
    assert front.get("title", "") == title
    assert set(front) <= {"title", "site", "tags", "url", "language"}


@pytest.mark.requirement("MD-3")
def test_front_matter_names_what_is_known_in_a_fixed_order(seed: Any) -> None:
    front = written(converters.read(seed)).split("---\n")[1]
    keys = re.findall(r"^(\w+):", front, re.MULTILINE)
    assert keys == ["title", "url", "site", "published", "archived", "language", "image"]
    read = yaml.safe_load(front)
    assert read["published"].isoformat() == "2023-10-28T02:04:53+00:00"


@pytest.mark.requirement("MD-1")
@given(strategies.articles())
def test_the_file_is_clean(article: Article) -> None:
    data = written(article)
    assert not data.startswith("\ufeff")
    assert "\r" not in data
    assert data.endswith("\n")
    assert not data.endswith("\n\n")


@pytest.mark.requirement("MD-2", "MD-4", "MD-10", "MD-7", "MD-9")
def test_the_seed(seed: Any) -> None:
    article = converters.read(seed)
    lines = written(article).split("---\n", 2)[2].strip().split("\n\n")
    assert sum(line.startswith("# ") for line in lines) == 1
    assert [line for line in lines if line.startswith("## ")] == ["## 中东", "## 南中国海"]
    assert all("\n" not in line for line in lines)
    references = re.findall(r"\[\^(\d)\](?!:)", "\n".join(lines))
    definitions = [line for line in lines if line.startswith("[^")]
    assert references == list("12345678")
    assert lines[-8:] == definitions
    assert all(re.fullmatch(r"\[\^\d\]: <https://[^ >]+>", line) for line in definitions)
    picture = next(i for i, line in enumerate(lines) if line.startswith("![]("))
    assert "美国国务卿布林肯" in lines[picture + 1]
    assert "<" not in re.sub(r"<https?:[^>]*>", "", "\n".join(lines))


@pytest.mark.requirement("MD-5", "MD-6")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a_b 3.5 2*3 C# x-y", "a_b 3.5 2*3 C# x-y"),
        ("1. 不是列表", "1\\. 不是列表"),
        ("# 不是标题", "\\# 不是标题"),
        ("> 不是引用", "\\> 不是引用"),
        ("- 不是列表", "\\- 不是列表"),
        ("*重*", "\\*重*"),
        ("[a](b)", None),
        ("<b>", None),
        ("&amp;", None),
        ("`x`", None),
        ("a\\*b", None),
        ("~~x~~", None),
        ("---", None),
        ("[^1]", None),
        ("https://example.org/中文", None),
    ],
)
def test_escapes(words: str, expected: str | None) -> None:
    found = body(text(words))
    if expected is not None:
        assert found == expected
    (paragraph,) = of_html(github(found))
    assert of_article(Article(body=(text(words),)), title=False) == (paragraph,)


@pytest.mark.requirement("MD-6")
@given(st.text(alphabet="中文ab1 *_`[]()<>&#+-=|~!^\\.:\"'“”，。", min_size=1, max_size=24))
def test_no_escape_is_needless(words: str) -> None:
    paragraph = text(words)
    if not paragraph.content:
        return
    found = body(paragraph)
    meant = github(found), markdown_it(found)
    for match in re.finditer(r"\\", found):
        shorter = found[: match.start()] + found[match.end() :]
        assert (github(shorter), markdown_it(shorter)) != meant, (found, shorter)


@pytest.mark.requirement("MD-8")
@given(
    st.sampled_from(["", "强调", "a", "。", "“", "（", "1", " "]),
    st.sampled_from(["“重点”", "重点", "bold", "（注）", "《书》", "a。", "1", "“a"]),
    st.sampled_from(["", "后", "b", "，", "”", "）", "2", " "]),
    st.sampled_from([Strong, Emphasis]),
)
def test_emphasis_renders_beside_anything(
    before: str, inside: str, after: str, kind: type[Strong | Emphasis]
) -> None:
    paragraph = Paragraph(trimmed((Text(before), kind((Text(inside),)), Text(after))))
    found = body(paragraph)
    expected = of_article(Article(body=(paragraph,)), title=False)
    assert of_html(github(found)) == expected
    assert of_html(markdown_it(found)) == expected


@pytest.mark.requirement("MD-9")
def test_figures() -> None:
    figure = Figure((Image("https://e.org/a.jpg", alt="远景"),), (Text("说明"),), (Text("某社"),))
    lines = body(figure).split("\n\n")
    assert lines[0] == "![远景](https://e.org/a.jpg)"
    assert len(lines) == 2
    assert lines[1].count("说明") == lines[1].count("某社") == 1


@pytest.mark.requirement("MD-7")
def test_bare_addresses_stand_in_angle_brackets() -> None:
    found = body(text("见", Link((Text(URL),), URL), "后面的中文"))
    assert found == f"见<{URL}>后面的中文"


@pytest.mark.requirement("MD-10")
def test_no_note_stands_in_a_heading() -> None:
    heading = Heading(2, (Text("题"), Note((text("注"),)), Link((Text("链"),), URL)))
    lines = body(heading, text("正文")).split("\n\n")
    assert "[^" not in lines[0]
    assert lines[1] == "正文[^1]"


@pytest.mark.requirement("MD-11")
def test_tables() -> None:
    plain = Table(
        (Row((Cell((text("a|b"),)), Cell((text("c"),)))),),
        (Row((Cell((text("H"),), header=True), Cell((text("I"),), header=True))),),
    )
    assert body(plain) == "| H | I |\n| --- | --- |\n| a\\|b | c |"
    spans = Table(
        (Row((Cell((text("a"),), colspan=2),)), Row((Cell((text("b"),)), Cell((text("c"),)))))
    )
    assert "<table>" in body(spans)
    assert 'colspan="2"' in body(spans)


@pytest.mark.requirement("MD-12")
def test_code_and_ruby() -> None:
    fenced = body(CodeBlock("```\nx\n````", "python"))
    assert fenced == "`````python\n```\nx\n````\n`````"
    assert body(text(Code("a`b"))) == "``a`b``"
    ruby = body(text(Ruby((Text("漢"),), "hàn")))
    assert "漢hàn" not in ruby
    assert "hàn" in ruby


@pytest.mark.requirement("MD-14", "SEC-10")
@given(strategies.articles())
def test_other_parsers_read_the_same_article(article: Article) -> None:
    """Structure, words, marks, addresses, captions and notes, as GitHub's and another parser see it."""
    without_formulas = walk(article, lambda n: Code(n.tex) if isinstance(n, Math) else n)
    for sample, parse in ((without_formulas, github), (article, markdown_it)):
        found = written(sample, front_matter=False)
        assert without_mail(of_html(parse(found))) == without_mail(
            of_article(number(sample, in_headings=False))
        )


def without_mail(form: Any) -> Any:
    """``form`` without links to mail addresses that parsers find in words by themselves."""
    if not isinstance(form, tuple):
        return form
    if len(form) == 3 and form[0] == "text":
        marks = frozenset(
            mark
            for mark in form[2]
            if not (isinstance(mark, tuple) and str(mark[1]).startswith(("mailto%3A", "xmpp%3A")))
        )
        return ("text", form[1], marks)
    out: list[Any] = []
    for part in map(without_mail, form):
        same = out and isinstance(part, tuple) and part[:1] == ("text",) == out[-1][:1]
        if same and out[-1][2] == part[2]:
            out[-1] = ("text", out[-1][1] + part[1], part[2])
        else:
            out.append(part)
    return tuple(out)


@pytest.mark.requirement("MD-14")
def test_the_corpus_reads_back(corpus: Any) -> None:
    paths = [*sorted((corpus / "archive").glob("*.md")), *sorted((corpus / "dated").glob("*.md"))]
    for path in paths[::3]:
        article = converters.read(path)
        found = written(article, front_matter=False)
        expected = without_mail(of_article(number(article, in_headings=False)))
        assert without_mail(of_html(github(found))) == expected, path.name
