"""Languages and directions: told apart when read, kept and shown in every format."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import lxml.etree
import lxml.html
import pytest
from msgspec.structs import replace

from converters.article import (
    Article,
    CodeBlock,
    Heading,
    Link,
    Note,
    OrderedList,
    Paragraph,
    Span,
    Text,
    plain_text,
    query,
    walk,
)
from converters.edition import Edition, edition
from converters.images import Pictures
from converters.language_data import LABELS
from converters.languages import detect, direction
from converters.notes import shown_address
from converters.readers.markup import read_html
from converters.writers import WRITERS, Context
from converters.writers._text_direction import directed, isolated
from tests.browser import Chromium
from tests.pdf_pages import Page, made, pages
from tests.pieces import RIGHT_TO_LEFT, TAGS, piece
from tests.sentences import SHORT_TEXTS

MARKS = re.compile("[\u200f\u2068\u2069]")


def written(name: str, *articles: Article, **options: Any) -> bytes:
    module = WRITERS[name].load()
    out = io.BytesIO()
    module.write(edition(articles), out, module.Options(**options), Context(Pictures()))
    return out.getvalue()


# --- Told apart ----------------------------------------------------------------------------

# Too short to be sure of: the source's own word decides.
UNSURE = {("pt", 0), ("tr", 0), ("bg", 1)}


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    ("tag", "index"), [(tag, n) for tag, texts in SHORT_TEXTS.items() for n in range(len(texts))]
)
def test_language_of_two_sentences(tag: str, index: int) -> None:
    text = SHORT_TEXTS[tag][index]
    assert detect(text) == (None if (tag, index) in UNSURE else tag)
    assert detect(text, tag) == tag
    wrong = "en" if tag != "en" else "de"
    if (tag, index) not in UNSURE:
        assert detect(text, wrong) == tag  # a template's language loses


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize("tag", TAGS)
def test_language_of_an_article_with_code_and_latin_names(tag: str) -> None:
    assert detect(plain_text(piece(tag).body)) == tag


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *((tag, "rtl") for tag in ("ar", "ar-EG", "fa", "fa-IR", "he", "he-IL", "ur", "ur-PK")),
        *((tag, "rtl") for tag in ("ps", "sd", "ug", "yi", "ckb", "dv", "az-Arab", "pa-Arab")),
        *(
            (tag, "ltr")
            for tag in ("en", "zh-Hant", "ja", "ko", "az", "ku", "ur-Latn", "ar-Latn", "")
        ),
    ],
)
def test_direction_of_a_tag(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_right_to_left_languages_have_labels_in_their_script() -> None:
    for tag in RIGHT_TO_LEFT:
        for key, words in LABELS[tag].items():
            letters = [c for c in re.sub(r"\{\w+\}", "", words) if c.isalpha()]
            assert all(bidirectional(letter) in {"R", "AL"} for letter in letters), key


@pytest.mark.requirement("ALL-6")
def test_language_and_direction_of_the_source_are_kept() -> None:
    spans = list(query(piece("ar").body, Span))
    assert [(span.language, span.direction) for span in spans] == [("en", "ltr"), ("fr", "")]
    html = '<html dir="rtl"><p>نص <bdi dir="ltr">C++</bdi> <span dir="rtl">نص</span> <b dir="ltr">x</b>'
    (paragraph,) = read_html(html).blocks
    assert [(plain_text(s), s.direction) for s in query(paragraph, Span)] == [
        ("C++", "ltr"),
        ("x", "ltr"),
    ]


# --- Plain text ----------------------------------------------------------------------------


def base(line: str) -> str:
    """Return the direction in which a viewer runs a line (UAX #9, P2 and P3)."""
    depth = 0
    for character in line:
        kind = bidirectional(character)
        depth += (kind in {"LRI", "RLI", "FSI"}) - (kind == "PDI")
        if depth == 0 and kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


@pytest.mark.requirement("ALL-5", "ALL-6")
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
@pytest.mark.parametrize("width", [0, 30, 40, 72])
def test_every_line_of_text_runs_its_way(tag: str, width: int) -> None:
    article = piece(tag)
    text = written("text", article, width=width).decode()
    code = {
        row.strip() for block in query(article.body, CodeBlock) for row in block.text.split("\n")
    }
    for line in text.split("\n"):
        if line.strip() in code or re.search(r"https?://", line):
            assert base(line) == "ltr"
            assert not MARKS.search(line)
        elif any(bidirectional(character) in {"R", "AL"} for character in line):
            assert base(line) == "rtl", line
    # Marks are put before lines and around cells; the words stay what they were.
    plain = MARKS.sub("", text)
    for block in query(article.body, Paragraph, Heading):
        words = re.findall(r"[^\W\d_]{2,}", plain_text(block))
        assert [word for word in words if word not in plain] == []


@pytest.mark.requirement("ALL-5")
def test_text_that_runs_from_left_to_right_gets_no_marks() -> None:
    for tag in ("en", "zh-Hant", "ja"):
        assert not MARKS.search(written("text", piece(tag)).decode())


def test_marks_stand_where_a_viewer_needs_them() -> None:
    lines = ["GitHub عربي", "عربي GitHub", "Latin alone", "=====", "", isolated("7.5 °C")]
    assert list(directed(lines)) == [
        "\u200fGitHub عربي",
        "عربي GitHub",
        "Latin alone",
        "\u200f=====",
        "",
        "\u200f\u2068" + "7.5 °C" + "\u2069",
    ]


@pytest.mark.requirement("ALL-5", "MD-14")
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_markdown_has_no_marks(tag: str) -> None:
    text = written("markdown", piece(tag)).decode()
    assert not MARKS.search(text)
    assert piece(tag).title in text


# --- EPUB and HTML -------------------------------------------------------------------------


def documents(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.requirement("ALL-6", "EP-1", "EP-13")
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_epub_runs_from_right_to_left(
    tag: str, tmp_path: Path, epubcheck: Callable[[Path], list[Any]]
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(written("epub", piece(tag)))
    assert [message for message in epubcheck(path) if message.severity != "USAGE"] == []
    files = documents(path.read_bytes())
    assert b'page-progression-direction="rtl"' in files["EPUB/content.opf"]
    for name, data in files.items():
        if name.endswith(".xhtml"):
            assert lxml.etree.fromstring(data).get("dir") == "rtl", name


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize("name", ["epub", "html"])
def test_what_runs_from_left_to_right_says_so(name: str) -> None:
    data = written(name, piece("ar"))
    if name == "epub":
        data = next(data for at, data in documents(data).items() if "/a-" in at)
    tree = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    assert [pre.get("dir") for pre in tree.iter("pre")] == ["ltr"]
    cells = {cell.text_content(): cell.get("dir") for cell in tree.iter("td", "th")}
    assert cells["7.5 °C"] == cells["−240.1"] == "ltr"
    assert cells["1 آذار"] is None
    address = shown_address("https://ar.wikipedia.org/wiki/%D8%B3%D8%A7%D8%B9%D8%A9")
    (link,) = [a for a in tree.iter("a") if a.text_content() == address]
    assert link.get("dir") == "ltr"
    assert [(s.get("lang"), s.get("dir")) for s in tree.iter("span") if s.get("lang")] == [
        ("en", "ltr"),
        ("fr", None),
    ]


_SIDES = """() => Object.fromEntries(['.title', '.text > p', 'pre code', 'td', 'li', 'figcaption',
    '.source'].map(what => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector(what));
    const box = range.getBoundingClientRect();
    const text = document.querySelector('.text').getBoundingClientRect();
    return [what, [box.left - text.left, text.right - box.right]];
}))"""


@pytest.mark.requirement("HT-7", "ALL-6")
def test_page_stands_on_its_right_edge(chromium: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(written("html", piece("ar")))
    for width in (390, 1600):
        with chromium.open(path, width=width) as opened:
            sides = opened.value(_SIDES)
            for what in (".title", ".text > p", ".source"):
                left, right = sides[what]
                assert abs(right) < 2, what
                assert left >= -1
            assert sides["pre code"][0] < sides["pre code"][1] or width == 390
            first, *_, last = opened.value(
                "[...document.querySelector('tr').cells].map(cell => cell.getBoundingClientRect().x)"
            )
            assert first > last  # the first column is the rightmost


# --- PDF -----------------------------------------------------------------------------------


def edges(page: Page) -> tuple[float, float]:
    """Return the left and right edge of the text."""
    return min(word.left for word in page.words), max(word.right for word in page.words)


@pytest.mark.requirement("ALL-6")
def test_pdf_stands_on_its_right_edge() -> None:
    first, second = pages(made(piece("ar")))[:2]
    left, right = edges(first)
    assert abs(first.find("def").left - left) < 20  # code keeps to the left, in its box
    assert first.find("return").left > first.find("def").left + 10  # with its indent
    assert first.find("7.5").left > first.find("−240.1").left  # columns count from the right
    assert first.find("°C").left > first.find("7.5").left
    # poppler gives the letters of a place in the order in which they stand.
    assert right - first.find("رخأتت").right < 2
    assert second.find(".1").left > second.width * 0.7  # the number of a list's first item


@pytest.mark.requirement("ALL-6", "PDF-1")
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_pdf_is_accessible(tag: str, pdf_check: Callable[..., list[str]]) -> None:
    assert pdf_check(made(piece(tag), variant="pdf/ua-1")) == []


@pytest.mark.requirement("ALL-6")
def test_articles_of_both_directions_in_one_file() -> None:
    """In an edition that is mostly Arabic, an English article still stands on its left edge."""
    found = pages(made(piece("ar"), piece("he"), piece("en")))
    page = next(page for page in found if "Hurry" in page.text and "harbour" in page.text)
    assert abs(page.find("The").left - edges(page)[0]) < 2
    quote = next(page for page in found if "always" in page.text)
    assert quote.find("always").left < quote.width / 2


# --- The same article in all formats -------------------------------------------------------


@pytest.mark.requirement("ALL-1", "ALL-6")
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_all_formats_have_all_words(tag: str) -> None:
    article = piece(tag)
    titles = [plain_text(heading) for heading in query(article.body, Heading)]
    items = [plain_text(block.items[0]) for block in query(article.body, OrderedList)]
    book = documents(written("epub", article))
    chapter = next(data for name, data in book.items() if "/a-" in name)
    forms = {
        "markdown": written("markdown", article).decode(),
        "text": MARKS.sub("", written("text", article, width=0).decode()),
        "html": written("html", article).decode(),
        "epub": chapter.decode(),
    }
    for name, form in forms.items():
        for words in (article.title, *titles, *items):
            assert words in form, (name, words)


@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_notes_with_words_of_both_directions(tag: str) -> None:
    def noted(node: Any) -> Any:
        if isinstance(node, Link):
            return (*node.content, Note((Paragraph((Text("Invar 36, "), *node.content)),)))
        return node

    article = replace(piece(tag), body=walk(piece(tag).body, noted))
    for name in ("markdown", "text", "epub", "html", "pdf"):
        assert written(name, article)


def test_edition_of_all_in_every_format(pdf_check: Callable[..., list[str]]) -> None:
    book: Edition = edition([piece(tag) for tag in TAGS], title="Clocks", language="en")
    for name in ("markdown", "text", "epub", "html"):
        module = WRITERS[name].load()
        out = io.BytesIO()
        module.write(book, out, module.Options(), Context(Pictures()))
        assert out.getvalue()


def test_pdf_words_can_be_copied() -> None:
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=made(piece("he")), capture_output=True, check=True
    )
    text = re.sub("[\u200e\u200f\u202a-\u202e]", "", done.stdout.decode())
    assert "השעון שאינו ממהר" in text
    assert "מפתח" in text
