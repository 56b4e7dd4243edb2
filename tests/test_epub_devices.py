"""Books for one kind of reader: Kindle, Kobo, Duokan's notes, vertical writing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from converters.article import (
    Article,
    BulletList,
    CodeBlock,
    Figure,
    Heading,
    Image,
    Link,
    Paragraph,
    Ruby,
    Span,
    Text,
)
from converters.convert import write_edition
from converters.edition import Edition, Section, edition
from converters.writers import WRITERS, Context, epub
from converters.writers._epub_device import Finish, _sentences, _with_upright
from tests.checkers import EpubMessage
from tests.test_epub import EVERYTHING, OPF, XHTML, BookFiles, article, made, p, written
from tests.test_epub import picture_address as picture
from tests.test_epub_bundle import LARGEST, assert_divided, halved

EpubCheck = Callable[[Path], list[EpubMessage]]
TYPE = "{http://www.idpf.org/2007/ops}type"


def bundle(language: str = "zh-Hant", **changes: Any) -> Edition:
    """Two articles in a section, and one alone."""
    texts = ("二〇二〇年。第12屆，2020年10月3日！", "他說：“好。”她走了。Then he left. 1.5 倍。")
    members = [
        article(
            p(texts[0], Link((Text("見"),), "https://example.com/x"), "。"),
            Heading(2, (Text("第3節"),)),
            p(texts[1], Ruby((Text("漢"),), "hàn")),
            Figure((Image(picture(), alt="山"),), (Text("圖1"),)),
            CodeBlock("x = 12\n"),
            url=f"https://example.com/{number}",
            language=language,
            title=f"第{number}篇",
        )
        for number in (1, 2, 3)
    ]
    whole = edition(members, title="三篇 12 月", language=language)
    sections = (
        Section(
            title="十月",
            kind="month",
            value="2020-10",
            start=0,
            stop=2,
            children=(Section(title="某報", kind="source", value="某報", start=0, stop=2),),
        ),
    )
    values = {name: getattr(whole, name) for name in whole.__struct_fields__}
    return Edition(**{**values, "sections": sections, "is_bundle": True, **changes})


def document(body: str, language: str = "zh-Hant") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{language}" xml:lang="{language}"><head><title>x</title></head>'
        f"<body>{body}</body></html>\n"
    ).encode()


def body_of(data: bytes) -> str:
    found = re.search("<body>(.*)</body>", data.decode(), re.DOTALL)
    assert found is not None
    return found[1]


def words(data: bytes) -> str:
    return "".join(map(str, etree.fromstring(data).itertext()))


# --- EPUBCheck -----------------------------------------------------------------------------

OPTIONS: dict[str, dict[str, Any]] = {
    "kindle": {"device": "kindle"},
    "kobo": {"device": "kobo"},
    "duokan": {"notes": "duokan"},
    "vertical": {"vertical": True},
    "all": {"device": "kobo", "vertical": True, "notes": "duokan"},
    "vertical kindle": {"device": "kindle", "vertical": True},
}


@pytest.mark.requirement("EP-1", "EP-18", "EP-27")
@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("kind", ["bundle", "article"])
def test_epubcheck_has_nothing_to_say(
    name: str, kind: str, tmp_path: Path, epubcheck: EpubCheck
) -> None:
    book = tmp_path / "book.epub"
    source: Edition | Article = bundle() if kind == "bundle" else EVERYTHING
    book.write_bytes(written(source, cover="", **OPTIONS[name]))
    assert [str(message) for message in epubcheck(book)] == []


@pytest.mark.requirement("ALL-3", "EP-8")
@pytest.mark.parametrize("name", OPTIONS)
def test_no_word_changes_and_the_same_book_is_the_same_bytes(name: str) -> None:
    plain, made_for = made(bundle()), made(bundle(), **OPTIONS[name])
    assert made_for.data == written(bundle(), **OPTIONS[name])
    for file in plain.files:
        if re.fullmatch(r"EPUB/a-.*\.xhtml", file):
            assert words(made_for.files[file]).split() == words(plain.files[file]).split()


def test_without_a_device_documents_are_not_touched() -> None:
    data = document("<p>12  <b/></p>")
    assert Finish().document(data) is data
    assert Finish("kindle").document(data) is data
    cover = document('<section class="cover"><img src="cover.jpg" alt="2020"/></section>')
    assert Finish("kobo", vertical=True, duokan=True).document(cover) == cover


# --- Kindle --------------------------------------------------------------------------------


@pytest.mark.requirement("EP-27", "EP-30")
def test_kindle_has_the_picture_of_a_cover_and_no_page_of_it() -> None:
    book = made(bundle(), cover="", device="kindle")
    assert "EPUB/cover.jpg" in book.files
    assert "EPUB/cover.xhtml" not in book.files
    package = book.files["EPUB/content.opf"].decode()
    assert 'properties="cover-image"' in package
    assert 'name="cover"' in package
    assert "cover.xhtml" not in package + book.files["EPUB/nav.xhtml"].decode()
    assert "EPUB/cover.xhtml" in made(bundle(), cover="").files


@pytest.mark.requirement("EP-27")
def test_kindle_shows_two_levels_of_contents() -> None:
    assert max(depth for depth, _, _ in made(bundle(), toc_depth=4).contents()) > 2
    book = made(bundle(), toc_depth=4, device="kindle")
    assert max(depth for depth, _, _ in book.contents()) == 2
    every = [(title, address) for _, title, address in made(bundle(), toc_depth=4).contents()]
    assert [(title, address) for _, title, address in book.contents()] == every
    assert b'name="dtb:depth" content="2"' in book.files["EPUB/toc.ncx"]


# --- Kobo ----------------------------------------------------------------------------------


@pytest.mark.requirement("EP-27")
def test_kobo_finds_sentences_by_spans() -> None:
    data = document("<h1>題</h1><p>一。<b>二！”</b>三 <i>four. Five</i></p><ul><li>六</li></ul>")
    found = body_of(Finish("kobo").document(data))
    assert found == (
        '<div id="book-columns"><div id="book-inner">'
        '<h1><span class="koboSpan" id="kobo.1.1">題</span></h1>'
        '<p><span class="koboSpan" id="kobo.2.1">一。</span>'
        '<b><span class="koboSpan" id="kobo.2.2">二！”</span></b>'
        '<span class="koboSpan" id="kobo.2.3">三 </span>'
        '<i><span class="koboSpan" id="kobo.2.4">four. </span>'
        '<span class="koboSpan" id="kobo.2.5">Five</span></i></p>'
        '<ul><li><span class="koboSpan" id="kobo.4.1">六</span></li></ul></div></div>'
    )


def test_kobo_leaves_marks_of_notes_and_code_alone_and_marks_pictures() -> None:
    mark = '<sup><a epub:type="noteref" id="r1" href="#n1">1</a></sup>'
    data = document(f'<p>字{mark}字</p><pre>x = 1\n</pre><figure><img src="a" alt=""/></figure>')
    found = body_of(Finish("kobo").document(data))
    assert mark in found
    assert "<pre>x = 1\n</pre>" in found
    assert '<figure><span class="koboSpan" id="kobo.3.1"><img src="a" alt=""/></span>' in found


def test_digits_that_share_a_square_stay_together_in_a_span_of_their_own() -> None:
    found = body_of(Finish("kobo", vertical=True).document(document("<p>第12屆。</p>")))
    assert (
        '<p><span class="koboSpan" id="kobo.1.1">第</span><span class="koboSpan" id="kobo.1.2">'
        '<span class="combined">12</span></span><span class="koboSpan" id="kobo.1.3">屆。</span></p>'
    ) in found


def test_every_id_of_a_span_is_there_once() -> None:
    book = made(EVERYTHING, device="kobo")
    for name, root in book.documents():
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一。二！三", ["一。", "二！", "三"]),
        ("他说：“好。”她走了。", ["他说：“好。”", "她走了。"]),
        ("Mr. 3.5 x.y? No", ["Mr. ", "3.5 x.y? ", "No"]),
        (" 空 ", [" 空 "]),
        ("", []),
        ("……！？", ["……！？"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


@pytest.mark.requirement("EP-27")
def test_a_name_that_kobo_does_not_take_is_told(tmp_path: Path) -> None:
    options = epub.Options(device="kobo")
    assert epub.name_advice("week.kepub.epub", options) == ""
    assert epub.name_advice("Week.EPUB", epub.Options()) == ""
    for name in ("week.epub", "week"):
        assert "name it week.kepub.epub" in epub.name_advice(name, options)
    told: list[str] = []
    writer, one = WRITERS["epub"], edition([article(p("字"))])
    for name in ("a.epub", "a.kepub.epub"):
        context = Context(warn=told.append)
        write_edition(one, tmp_path / name, writer, options, context, force=False)
    assert len(told) == 1


# --- Duokan --------------------------------------------------------------------------------


@pytest.mark.requirement("EP-27")
def test_notes_for_duokan_are_a_list_with_its_classes() -> None:
    book = made(EVERYTHING, notes="duokan")
    root = book.xml(book.chapters[0])
    marks = [a for a in root.iter(f"{XHTML}a") if a.get(TYPE) == "noteref"]
    items = list(root.iter(f"{XHTML}li"))
    notes = [item for item in items if "duokan-footnote-item" in (item.get("class") or "")]
    assert marks
    assert len(notes) == len(marks)
    assert all(mark.get("class") == "duokan-footnote" for mark in marks)
    assert [mark.get("href") for mark in marks] == [f"#{note.get('id')}" for note in notes]
    parents = {note.getparent() for note in notes}
    assert [parent.get("class") for parent in parents if parent is not None] == [
        "duokan-footnote-content"
    ]
    assert not list(root.iter(f"{XHTML}aside"))
    # Each note has its number; the list must not count, too.
    assert b".duokan-footnote-content {\n  list-style-type: none" in book.files["EPUB/style.css"]


# --- Vertical writing ----------------------------------------------------------------------


@pytest.mark.requirement("EP-18")
def test_a_vertical_book_turns_its_pages_to_the_left() -> None:
    book = made(bundle(), vertical=True)
    (spine,) = book.package.iter(f"{OPF}spine")
    assert spine.get("page-progression-direction") == "rtl"
    style = book.files["EPUB/style.css"].decode()
    for name in ("-epub-writing-mode", "-webkit-writing-mode", " writing-mode"):
        assert f"{name}: vertical-rl" in style
    for name, root in book.documents():
        assert "vertical" in (root.get("class") or ""), name
        assert root.get("dir") != "rtl"
    plain = made(bundle())
    assert b"vertical-rl" not in plain.files["EPUB/style.css"]


def test_articles_in_other_languages_stay_horizontal() -> None:
    english = article(p("Text 12"), url="https://example.com/e", language="en", title="One")
    chinese = article(p("字"), language="ja", title="日")
    whole = edition([chinese, english], title="二", language="ja")
    book = made(whole, vertical=True)
    marked = {
        root.get("lang"): root.get("class") for name, root in book.documents() if name[:2] == "a-"
    }
    assert marked == {"ja": "vertical", "en": None}


def test_a_book_that_cannot_be_vertical_says_so_once() -> None:
    told: list[str] = []
    book = BookFiles(written(bundle("en"), Context(warn=told.append), vertical=True))
    assert len(told) == 1
    assert "only Chinese, Japanese and Korean" in told[0]
    assert b"vertical-rl" not in book.files["EPUB/style.css"]
    assert b"page-progression-direction" not in book.files["EPUB/content.opf"].replace(
        b'page-progression-direction="ltr"', b""
    )


@pytest.mark.parametrize(
    ("text", "combined", "upright"),
    [
        ("第12屆", ["12"], []),
        ("2020年10月3日", ["10", "3"], ["2020"]),
        ("12345人", [], []),
        ("1.5倍", [], []),
        ("iPhone 12", [], []),
        ("用 12 個", ["12"], []),
        ("真的!?」", ["!?"], []),
        ("第3-4節", [], []),
        ("", [], []),
    ],
)
def test_short_numbers_stand_upright(text: str, combined: list[str], upright: list[str]) -> None:
    pieces = _with_upright(etree.Element("body"), text)
    spans = [piece for piece in pieces if not isinstance(piece, str)]
    assert [span.text for span in spans if span.get("class") == "combined"] == combined
    assert [span.text for span in spans if span.get("class") == "upright"] == upright
    assert (
        "".join(piece if isinstance(piece, str) else piece.text or "" for piece in pieces) == text
    )


def test_code_tables_and_other_languages_keep_their_numbers() -> None:
    data = document('<p><code>12</code><span xml:lang="en">12</span>字12字</p><pre>12</pre>')
    found = body_of(Finish(vertical=True).document(data))
    assert found.count("combined") == 1
    assert '字<span class="combined">12</span>字' in found


def test_what_a_style_sheet_writes_stands_upright_where_it_has_no_words() -> None:
    links = ("港報 · 2026年3月4日", "The Post · 2026年3月4日")
    data = document("".join(f'<p><a href="a" data-from="{words}">字</a></p>' for words in links))
    found = body_of(Finish(vertical=True).document(data))
    assert found.count("upright-from") == 1
    assert 'data-from="港報 · 2026年3月4日" class="upright-from"' in found


# --- Deep and odd documents ----------------------------------------------------------------


def test_deep_lists_are_no_danger() -> None:
    inner: tuple[Any, ...] = (Paragraph((Text("底。"),)),)
    for _ in range(18):
        inner = (BulletList((inner,)),)
    book = made(
        article(*inner, p(Span((Text("末"),), language="en"))),
        device="kobo",
        vertical=True,
        notes="duokan",
    )
    assert "底。" in words(book.files[f"EPUB/{book.chapters[0]}"])


def test_thousands_of_notes_and_numbers_take_time_in_proportion() -> None:
    mark = '字12字。<sup><a epub:type="noteref" id="r{0}" href="#n{0}">{0}</a></sup>'
    finish = Finish("kobo", vertical=True, duokan=True)
    times = []
    for count in (1000, 8000):
        data = document(f"<p>{''.join(map(mark.format, range(count)))}</p>")
        began = time.process_time()
        finish.document(data)
        times.append(time.process_time() - began)
    assert times[1] < 30 * times[0]
    began = time.process_time()
    for text in ("." * 300_000, "。”" * 100_000, "”" * 200_000, ".”" * 100_000, "a" * 500_000):
        assert "".join(_sentences(text)) == text
    assert time.process_time() - began < 3


def test_empty_elements_keep_their_end_tags() -> None:
    found = Finish("kobo").document(document("<table><tr><td></td></tr></table><p><br/></p>"))
    assert "<td></td>" in found.decode()
    assert "<br/>" in found.decode()


def test_dates_are_those_of_the_articles() -> None:
    """The passes read no clock."""
    book = article(p("字"), published=datetime(2020, 1, 1, tzinfo=UTC))
    assert written(book, device="kobo") == written(book, device="kobo")


# --- Sizes ---------------------------------------------------------------------------------


@pytest.mark.requirement("EP-17", "EP-12")
@pytest.mark.parametrize(
    "options",
    [{"vertical": True}, {"device": "kobo"}, {"device": "kobo", "vertical": True}],
    ids=["vertical", "kobo", "both"],
)
def test_what_a_device_adds_makes_no_document_too_large(options: dict[str, Any]) -> None:
    sentences = "第12回，他說：「好。」於是在2020年走了34里路，天亮。" * 6
    note = Link((Text("見"),), "https://example.com/note")
    long = article(*(p(sentences, note) for _ in range(280)), language="zh-Hant")
    assert len(made(long).chapters) == 1
    book = made(long, **options)
    sizes = [len(book.files[f"EPUB/{name}"]) for name in book.chapters]
    assert len(sizes) > 1
    assert max(sizes) <= LARGEST
    words = "".join(str(book.xml(name).xpath("string()")) for name in book.chapters)
    assert words.count("於是在2020年走了34里路") == 280 * 6
    nav = book.xml("nav.xhtml")
    assert set(book.chapters) <= {link.get("href") for link in nav.iter(f"{XHTML}a")}


@pytest.mark.requirement("EP-17")
def test_what_a_device_adds_makes_no_list_too_large() -> None:
    many = halved(700)
    assert "nav.xhtml" in made(many).spine  # all of it fits one page
    assert_divided(made(many, device="kobo", vertical=True), LARGEST)
