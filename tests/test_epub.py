"""The EPUB writer: what is in the archive, and what EPUBCheck says of it."""

from __future__ import annotations

import base64
import locale
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Self
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from PIL import Image as Pillow

import converters
from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Row,
    Ruby,
    Span,
    Table,
    Text,
    plain_text,
    query,
)
from converters.edition import Edition, edition
from converters.errors import ConversionError, WriteError
from converters.images import Need, Picture, Pictures
from converters.notes import number
from converters.writers import Context, epub
from converters.writers._epub_split import parts
from converters.writers._epub_style import portable
from tests.checkers import EpubMessage
from tests.strategies import articles

EpubCheck = Callable[[Path], list[EpubMessage]]

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


# --- Books ---------------------------------------------------------------------------------


class BookFiles:
    """A written book, its files parsed where they are XML."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self.entries = archive.infolist()
            self.files = {entry.filename: archive.read(entry) for entry in self.entries}
        self.package = etree.fromstring(self.files["EPUB/content.opf"])

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.files[f"EPUB/{name}"])

    @property
    def spine(self) -> list[str]:
        """The names of the documents, in reading order."""
        hrefs = {item.get("id"): item.get("href") for item in self.package.iter(f"{OPF}item")}
        return [str(hrefs[ref.get("idref")]) for ref in self.package.iter(f"{OPF}itemref")]

    @property
    def chapters(self) -> list[str]:
        return [name for name in self.spine if name != "nav.xhtml"]

    def documents(self) -> Iterator[tuple[str, etree._Element]]:
        for name in sorted(self.files):
            if name.endswith(".xhtml"):
                yield name.removeprefix("EPUB/"), etree.fromstring(self.files[name])

    def metadata(self, name: str) -> list[str]:
        """The values of ``dc:name``, or of the ``meta`` whose property is ``name``."""
        if name.startswith("dc:"):
            found = self.package.iter(DC + name.removeprefix("dc:"))
        else:
            found = self.package.iterfind(f".//{OPF}meta[@property='{name}']")
        return [node.text or "" for node in found]

    def contents(self) -> list[tuple[int, str, str]]:
        """The lines of the navigation document: depth, words, address."""
        return list(_lines(self.xml("nav.xhtml").find(f".//{XHTML}nav/{XHTML}ol"), 1))


def _lines(ol: etree._Element | None, depth: int) -> Iterator[tuple[int, str, str]]:
    assert ol is not None
    for item in ol:
        link = item[0]
        yield depth, "".join(map(str, link.itertext())), str(link.get("href"))
        if len(item) > 1:
            yield from _lines(item[1], depth + 1)


def written(book: Edition | Article, context: Context | None = None, **options: Any) -> bytes:
    """The book, without a cover unless ``options`` ask for one: it is the same for all of them."""
    book = edition([book]) if isinstance(book, Article) else book
    out = BytesIO()
    options = {"cover": "none", **options}
    epub.write(book, out, epub.Options(**options), context or Context())
    return out.getvalue()


def made(book: Edition | Article, context: Context | None = None, **options: Any) -> BookFiles:
    return BookFiles(written(book, context, **options))


def t(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def p(*content: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in content))


def picture_address(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> str:
    out = BytesIO()
    Pillow.radial_gradient("L").resize(size).convert("RGB").save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def article(*body: Block, **metadata: Any) -> Article:
    return Article(
        body=body,
        **{
            "title": "测试文章",
            "url": "https://example.com/a/1.html",
            "site": "某报",
            "authors": ("甲",),
            "published": datetime(2023, 10, 28, 2, 4, 53, tzinfo=UTC),
            "language": "zh-Hans",
            **metadata,
        },
    )


EVERYTHING = article(
    p("正文", Link(t("链接"), "https://example.com/%E4%B8%AD"), "。", Emphasis(t("重点"))),
    Heading(2, t("中东"), identifier="east"),
    p("见", Link(t("上文"), "#east"), "，", Ruby(t("漢"), "hàn"), Math("x^2")),
    Figure((Image(picture_address(), alt="渐变"),), t("说明"), t("摄影：某")),
    Figure((Image("https://example.com/remote.jpg", alt="山"),), t("远处的图")),
    Heading(3, t("更小")),
    BlockQuote((p("引文"),), t("出处")),
    BulletList(((p("一"),), (p("二"), OrderedList(((p("三"),),), start=3)))),
    Table(
        (Row((Cell((p("甲"),), header=True), Cell((p("乙"),)))),),
        head=(Row((Cell((p("头"),), header=True, colspan=2),)),),
        caption=t("表"),
    ),
    CodeBlock("print('<&>')\n", "python"),
    Embed("https://www.youtube.com/watch?v=x", "video", "影片", "YouTube"),
    Heading(2, t("南中国海")),
    p("注", Note((p("原注"),)), "和", Link(t("再"), "https://example.com/%E4%B8%AD")),
    p(Note((p("只有注"),))),
    p(Span(t("World"), language="en", title="earth", mark=True)),
)


def several() -> Edition:
    """Three articles: Chinese, English, Arabic; the second has no address."""
    english = article(Heading(2, t("Part")), p("text"), title="Two", url="", language="en")
    arabic = article(
        p("نص"), title="ثلاثة", url="https://example.com/3", language="ar", direction="rtl"
    )
    return edition([EVERYTHING, english, arabic], title="三篇")


# --- EPUBCheck -----------------------------------------------------------------------------

BOOKS: dict[str, Callable[[], bytes]] = {
    "everything": lambda: written(EVERYTHING, cover=""),
    "visible notes": lambda: written(EVERYTHING, notes="visible"),
    "links inline": lambda: written(EVERYTHING, links="inline"),
    "no links": lambda: written(EVERYTHING, links="none"),
    "several": lambda: written(several()),
    "twice the same": lambda: written(edition([EVERYTHING, EVERYTHING])),
    "nothing but an article": lambda: written(Article(), cover=""),
    "right to left": lambda: written(article(p("نص"), language="ar", direction="rtl")),
    "long": lambda: written(long_article()),
    "deep contents": lambda: written(EVERYTHING, toc_depth=6),
    "no headings in the contents": lambda: written(EVERYTHING, toc_depth=1),
    "old and far dates": lambda: written(
        article(published=datetime(1, 1, 1, tzinfo=UTC), updated=datetime(9999, 12, 31, tzinfo=UTC))
    ),
}


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.requirement("EP-1", "EP-16", "EP-18")
def test_epubcheck_has_nothing_to_say(name: str, tmp_path: Path, epubcheck: EpubCheck) -> None:
    book = tmp_path / "book.epub"
    book.write_bytes(BOOKS[name]())
    assert [str(message) for message in epubcheck(book)] == []


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(
    st.lists(articles(), min_size=6, max_size=6),
    st.sampled_from(["notes", "inline", "none"]),
    st.sampled_from(["popup", "visible"]),
)
@pytest.mark.requirement("EP-1", "EP-13")
def test_epubcheck_has_nothing_to_say_of_any_articles(
    tmp_path: Path, epubcheck: EpubCheck, many: list[Article], links: str, notes: str
) -> None:
    book = tmp_path / "book.epub"
    book.write_bytes(written(edition(many), links=links, notes=notes))
    assert [str(message) for message in epubcheck(book)] == []


# --- The archive ---------------------------------------------------------------------------


@pytest.mark.requirement("EP-8", "EP-9")
def test_the_archive_has_its_type_first_and_fixed_entries() -> None:
    book = made(EVERYTHING)
    first = book.entries[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.files["mimetype"] == b"application/epub+zip"
    assert b"mimetypeapplication/epub+zip" in book.data[:80]  # neither extra field nor deflation
    # The order is that of reading, since each document is written when it is made; what tells of
    # them all comes after them.
    names = [entry.filename for entry in book.entries[1:]]
    chapters = [f"EPUB/{name}" for name in book.chapters]
    assert names[: 1 + len(chapters)] == ["META-INF/container.xml", *chapters]
    rest = [name for name in names[1 + len(chapters) :] if "/images/" not in name]
    assert rest == [f"EPUB/{name}" for name in ("nav.xhtml", "toc.ncx", "style.css", "content.opf")]
    pictures = [name for name in names if "/images/" in name]
    assert pictures == sorted(pictures)
    for entry in book.entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr >> 16 == 0o100644
        assert not entry.extra
        assert re.fullmatch(r"[a-zA-Z-]+/[a-z0-9/.-]{1,64}|mimetype", entry.filename)
    assert len({entry.filename.lower() for entry in book.entries}) == len(book.entries)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another day, time zone, locale and folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    before = locale.setlocale(locale.LC_ALL)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    locale.setlocale(locale.LC_ALL, "C")
    yield
    locale.setlocale(locale.LC_ALL, before)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.requirement("ALL-3", "EP-8", "EP-3")
def test_the_same_edition_gives_the_same_bytes_anywhere(request: pytest.FixtureRequest) -> None:
    here = written(several())
    covered = written(several(), cover="")
    request.getfixturevalue("elsewhere")
    assert written(several()) == here
    assert written(several(), cover="") == covered


@pytest.mark.requirement("SEC-14")
def test_nothing_in_the_book_tells_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from converters.article import Provenance

    name = str(tmp_path / "someone" / "a.html")
    source = replace(EVERYTHING, provenance=Provenance(source=name))
    for content in made(source).files.values():
        assert b"someone" not in content
        assert os.fsencode(tmp_path) not in content


# --- Package -------------------------------------------------------------------------------


@pytest.mark.requirement("EP-2")
def test_the_identifier_is_that_of_the_address_and_the_same_in_both_places() -> None:
    book = made(EVERYTHING)
    (identifier,) = book.metadata("dc:identifier")
    assert UUID(identifier.removeprefix("urn:uuid:")).version == 5
    uid = book.xml("toc.ncx").find(f".//{NCX}meta[@name='dtb:uid']")
    assert uid is not None
    assert uid.get("content") == identifier
    revised = replace(EVERYTHING, title="新题", body=(), url=EVERYTHING.url + "#part")
    assert made(revised).metadata("dc:identifier") == [identifier]
    other = replace(EVERYTHING, url="https://example.com/2")
    assert made(other).metadata("dc:identifier") != [identifier]


@pytest.mark.requirement("EP-2")
def test_the_identifier_of_several_is_that_of_its_members_in_any_order() -> None:
    book = several()
    turned = replace(edition(book.articles[::-1]), title="Another name")
    assert made(book).metadata("dc:identifier") == made(turned).metadata("dc:identifier")
    fewer = edition(book.articles[:2])
    assert made(book).metadata("dc:identifier") != made(fewer).metadata("dc:identifier")


@pytest.mark.requirement("EP-3")
def test_the_book_changed_when_its_newest_article_did(monkeypatch: pytest.MonkeyPatch) -> None:
    east = timezone(timedelta(hours=8))
    updated = replace(EVERYTHING, updated=datetime(2023, 10, 29, 1, tzinfo=east))
    assert made(updated).metadata("dcterms:modified") == ["2023-10-28T17:00:00Z"]
    undated = replace(EVERYTHING, published=None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert made(undated).metadata("dcterms:modified") == ["2023-11-14T22:13:20Z"]
    assert made(EVERYTHING).metadata("dcterms:modified") == ["2023-10-28T02:04:53Z"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert made(undated).metadata("dcterms:modified") == ["1980-01-01T00:00:00Z"]


@pytest.mark.requirement("EP-4")
def test_the_package_says_what_is_known_of_the_article() -> None:
    book = made(replace(EVERYTHING, authors=("甲", "Ann B"), tags=("一", "二", "一"), summary="摘"))
    assert book.metadata("dc:title") == ["测试文章"]
    assert book.metadata("dc:creator") == ["甲", "Ann B"]
    assert book.metadata("role") == ["aut", "aut"]
    assert book.metadata("file-as") == ["甲", "Ann B"]
    refined = [node.get("refines") for node in book.package.iter(f"{OPF}meta")]
    assert {"#creator-1", "#creator-2"} <= set(refined)
    assert book.metadata("dc:publisher") == ["某报"]
    assert book.metadata("dc:date") == ["2023-10-28T02:04:53+00:00"]
    assert book.metadata("dc:source") == [EVERYTHING.url]
    assert book.metadata("dc:subject") == ["一", "二"]
    assert book.metadata("dc:description") == ["摘"]
    assert book.metadata("dc:language") == ["zh-Hans"]
    assert book.package.get(XML_LANG) == "zh-Hans"


@pytest.mark.requirement("EP-4")
def test_the_package_of_several_names_each() -> None:
    book = made(several())
    assert book.metadata("dc:title") == ["三篇"]
    assert book.metadata("dc:language") == ["zh-Hans", "en", "ar"]
    assert book.metadata("dc:source") == [EVERYTHING.url, "https://example.com/3"]
    assert book.metadata("dc:description") == ["测试文章 · Two · ثلاثة"]


@pytest.mark.parametrize("language", ["", "und", "us", "x-default", "Chinesisch"])
@pytest.mark.requirement("EP-4")
def test_the_language_is_always_one_that_e_readers_know(language: str) -> None:
    assert made(article(p("a"), language=language)).metadata("dc:language") == ["en"]


def features(book: BookFiles) -> set[str]:
    return set(book.metadata("schema:accessibilityFeature"))


ALWAYS = {"structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"}


@pytest.mark.requirement("EP-5", "EP-6")
def test_access_is_told_from_what_is_in_the_book() -> None:
    words = made(article(p("a"), Figure((Image("https://example.com/far.jpg"),))))
    assert words.metadata("schema:accessMode") == ["textual"]
    assert words.metadata("schema:accessModeSufficient") == ["textual"]
    assert features(words) == ALWAYS
    described = made(article(Figure((Image(picture_address(), alt="a dog"),)), p(Math("x"))))
    assert described.metadata("schema:accessMode") == ["textual", "visual"]
    assert described.metadata("schema:accessModeSufficient") == ["textual"]
    assert features(described) == {*ALWAYS, "alternativeText", "latex"}
    bare = made(article(Figure((Image(picture_address()),))))
    assert bare.metadata("schema:accessModeSufficient") == ["textual,visual"]
    assert features(bare) == ALWAYS
    assert "1 of 1 pictures have no description" in bare.metadata("schema:accessibilitySummary")[0]
    for book in (words, described, bare):
        assert book.metadata("schema:accessibilityHazard") == ["none"]
        assert b"conformsTo" not in book.files["EPUB/content.opf"]


@pytest.mark.requirement("EP-5", "EP-15")
def test_a_caption_describes_a_picture_whose_words_it_repeats() -> None:
    image = Image(picture_address(), alt="a dog")
    said = made(article(Figure((image,), t("A dog.")), Figure((Image(image.url),), t("Bello"))))
    assert "alternativeText" in features(said)
    shown = list(said.xml(said.chapters[0]).iter(f"{XHTML}img"))
    assert [(img.get("alt"), img.get("role")) for img in shown] == [("", "presentation")] * 2
    both = made(article(Figure((Image(image.url),), t("Bello")), Figure((Image(image.url),))))
    assert "alternativeText" not in features(both)


def test_pages_turn_to_the_right_in_right_to_left_books() -> None:
    book = made(article(p("نص"), language="ar", direction="rtl"))
    spine = book.package.find(f"{OPF}spine")
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    assert book.xml(book.chapters[0]).get("dir") == "rtl"
    assert b"page-progression" not in made(EVERYTHING).files["EPUB/content.opf"]


# --- Navigation ----------------------------------------------------------------------------


def ncx_lines(points: etree._Element, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    for point in points.iterfind(f"{NCX}navPoint"):
        text = point.find(f"{NCX}navLabel/{NCX}text")
        content = point.find(f"{NCX}content")
        assert text is not None
        assert content is not None
        yield depth + 1, text.text or "", str(content.get("src"))
        yield from ncx_lines(point, depth + 1)


@pytest.mark.parametrize("book", [several(), edition([EVERYTHING])], ids=["several", "one"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.requirement("EP-10", "EP-12", "EP-9")
def test_the_two_contents_are_the_same_and_true(book: Edition, depth: int) -> None:
    files = made(book, toc_depth=depth)
    lines = files.contents()
    root = files.xml("toc.ncx")
    nav_map = root.find(f"{NCX}navMap")
    assert nav_map is not None
    assert list(ncx_lines(nav_map)) == lines
    points = list(root.iter(f"{NCX}navPoint"))
    assert [point.get("playOrder") for point in points] == [
        str(number) for number in range(1, len(points) + 1)
    ]
    assert all((point.get("id") or "")[:1].isalpha() for point in points)
    told = root.find(f".//{NCX}meta[@name='dtb:depth']")
    assert told is not None
    assert told.get("content") == str(max(line[0] for line in lines))
    assert max(line[0] for line in lines) == depth


@pytest.mark.requirement("EP-12", "EP-23")
def test_the_contents_lead_everywhere_in_reading_order() -> None:
    book = made(several())
    targets = [address for _, _, address in book.contents()]
    files = list(dict.fromkeys(address.partition("#")[0] for address in targets))
    assert files == book.chapters
    for address in targets:
        name, _, anchor = address.partition("#")
        document = book.xml(name)
        found = [node for node in document.iter() if node.get("id") == anchor] if anchor else [1]
        assert len(found) == 1
    assert [words for _, words, _ in book.contents()] == [
        "测试文章", "中东", "南中国海", "Two", "Part", "ثلاثة",
    ]  # fmt: skip


@pytest.mark.requirement("EP-11")
def test_landmarks_are_hidden_and_in_the_language_of_the_book() -> None:
    book = made(several())
    _, landmarks = book.xml("nav.xhtml").iter(f"{XHTML}nav")
    assert landmarks.get("hidden") == "hidden"
    assert landmarks.get(EPUB_TYPE) == "landmarks"
    found = [(a.get(EPUB_TYPE), a.text) for a in landmarks.iter(f"{XHTML}a")]
    assert found == [("toc", "目录"), ("bodymatter", "正文")]
    for _, document in book.documents():
        assert "page-list" not in [node.get(EPUB_TYPE) for node in document.iter()]


@pytest.mark.requirement("EP-7")
def test_names_and_anchors_survive_another_order() -> None:
    book = several()
    turned = replace(edition(book.articles[::-1]), title=book.title)
    assert sorted(made(book).chapters) == sorted(made(turned).chapters)
    lines = {words: address for _, words, address in made(book).contents()}
    assert {words: address for _, words, address in made(turned).contents()} == lines


# --- Documents -----------------------------------------------------------------------------


@pytest.mark.requirement("EP-13", "EP-14")
def test_a_chapter_declares_what_readers_look_for() -> None:
    book = made(EVERYTHING)
    name = book.chapters[0]
    head = book.files[f"EPUB/{name}"].decode()
    assert head.startswith('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html ')
    assert 'xmlns:epub="http://www.idpf.org/2007/ops"' in head[: head.index(">", 60)]
    root = book.xml(name)
    assert (root.get("lang"), root.get(XML_LANG)) == ("zh-Hans", "zh-Hans")
    assert root.findtext(f".//{XHTML}title") == "测试文章"
    section = root.find(f"{XHTML}body/{XHTML}section")
    assert section is not None
    assert (section.get(EPUB_TYPE), section.get("role")) == ("chapter", "doc-chapter")
    header = section.find(f"{XHTML}header")
    assert header is not None
    words = "".join(map(str, header.itertext()))
    assert words == "测试文章甲 · 某报 · 2023年10月28日来源：https://example.com/a/1.html"


@pytest.mark.requirement("EP-16", "ALL-4", "SEC-3")
def test_nothing_runs_and_nothing_is_fetched() -> None:
    forbidden = {"script", "form", "iframe", "object", "embed", "base", "rp", "svg", "input"}
    book = made(several())
    names = {name.removeprefix("EPUB/") for name in book.files}
    for _, document in book.documents():
        for node in document.iter():
            assert etree.QName(node).localname not in forbidden
            assert not [name for name in node.attrib if str(name).startswith("on")]
            assert "style" not in node.attrib
            for attribute in ("src", "poster", "data", "srcset"):
                assert node.get(attribute, "") in {"", *names}
            link = node.get("href", "#")
            assert re.match(r"#|https?:|mailto:|tel:|ftp:", link) or (
                link.partition("#")[0] in names
            )
    assert b"url(" not in book.files["EPUB/style.css"]


@pytest.mark.requirement("EP-15", "ALL-4")
def test_pictures_travel_with_words_and_far_ones_leave_a_place() -> None:
    book = made(EVERYTHING)
    near, far = (
        figure
        for figure in book.xml(book.chapters[0]).iter(f"{XHTML}figure")
        if figure.get("class") != "embed"
    )
    image = near.find(f"{XHTML}img")
    assert image is not None
    assert image.get("alt") == "渐变"
    assert book.files[f"EPUB/{image.get('src')}"].startswith(b"\xff\xd8\xff")
    credit = near.find(f"{XHTML}figcaption/{XHTML}small")
    assert credit is not None
    assert credit.text == "摄影：某"
    assert far.find(f".//{XHTML}img") is None
    assert "".join(map(str, far.itertext())).split() == [
        "图", "山2远处的图",
    ]  # fmt: skip


def test_a_picture_used_twice_is_stored_once() -> None:
    image = Image(picture_address(), alt="a")
    book = made(edition([article(Figure((image, image))), article(p(image), url="")]))
    assert sum(name.startswith("EPUB/images/") for name in book.files) == 1


def names_of(book: BookFiles) -> list[str]:
    return [name for name in book.files if name.startswith("EPUB/images/")]


@pytest.mark.requirement("EP-15", "ALL-4")
def test_the_markup_of_pictures(golden: Callable[[str, str], None]) -> None:
    near, tall = picture_address(size=(600, 400)), picture_address(size=(400, 1700))
    small, formula = picture_address(size=(120, 80)), picture_address(size=(120, 48))
    far = Image("https://example.com/far.jpg", alt="A ship at anchor")
    book = made(
        article(
            p("A formula ", Image(formula, alt="a² + b²"), " in the line."),
            Figure(
                (Image(near, alt="The harbour"),), t("The harbour at dawn"), t("A. Photographer")
            ),
            Figure((Image(small, alt="A stamp"),), t("Of 1903")),
            Figure((Image(near, alt="One"), Image(small, alt="Two")), t("Both")),
            Figure(
                (Image(near, alt="To the shop", link="https://example.com/shop"),), t("To the shop")
            ),
            Figure((Image(tall, alt="A long letter"),), t("From the archive")),
            Figure((far,), t("Before the storm")),
            Figure((Image("https://example.com/nameless.jpg"),)),
            Figure((Image("lost.png", alt="A file that is gone"),)),
            p("A missing one ", far, " in the line."),
            language="en",
            title="Pictures",
        )
    )
    markup = book.files[f"EPUB/{book.chapters[0]}"].decode()
    names: dict[str, str] = {}
    # Pillow's next version may compress otherwise.
    stable = re.sub(
        "images/([0-9a-f]{20})",
        lambda match: "images/" + names.setdefault(match[1], f"picture-{len(names) + 1}"),
        markup,
    )
    golden("pictures.xhtml", re.sub("(<figure|<p|</figure>|<aside)", r"\n\1", stable))


@pytest.mark.requirement("EP-29", "EP-9")
def test_a_strip_is_in_pieces_that_fit_a_screen(tmp_path: Path, epubcheck: EpubCheck) -> None:
    strip = Image(picture_address(size=(500, 4000)), alt="长图")
    data = written(article(p("字"), Figure((strip,), t("说明")), Figure((strip,), t("长图"))))
    book = BookFiles(data)
    heights = []
    for image in book.xml(book.chapters[0]).iter(f"{XHTML}img"):
        with Pillow.open(BytesIO(book.files[f"EPUB/{image.get('src')}"])) as piece:
            heights.append(piece.height)
            assert piece.width == 500
    assert sum(heights) == 2 * 4000
    assert max(heights) <= 625
    count = len(heights) // 2
    assert len(names_of(book)) == count  # and nowhere the whole
    words = [image.get("alt") for image in book.xml(book.chapters[0]).iter(f"{XHTML}img")]
    assert words == ["长图", *(f"长图 ({n}/{count})" for n in range(2, count + 1)), *[""] * count]
    path = tmp_path / "strip.epub"
    path.write_bytes(data)
    assert [str(message) for message in epubcheck(path)] == []
    assert written(article(Figure((strip,)))) == written(article(Figure((strip,))))


@pytest.mark.requirement("EP-18")
def test_formulas_in_the_line_have_a_size_in_letters() -> None:
    formula = Image(picture_address(size=(120, 48)), alt="x")
    icon = Image(picture_address(size=(64, 64)), alt="y", width=16, height=16)
    book = made(article(p("字", formula, "字", icon), Figure((formula,))))
    images = book.xml(book.chapters[0]).iter(f"{XHTML}img")
    assert [image.get("class") for image in images] == ["w30 in-line", "icon", None]
    assert ".w30 {\n  width: 7.5em;\n}" in book.files["EPUB/style.css"].decode()


@pytest.mark.requirement("EP-30", "EP-11", "EP-12")
def test_the_cover_is_a_page_and_a_picture(tmp_path: Path, epubcheck: EpubCheck) -> None:
    image = Image(picture_address(size=(700, 500)), alt="山")
    one = article(p("字"), Figure((image,), t("说明")), image=image.url)
    two = article(p("字"), url="https://example.com/2", title="乙")
    data = written(edition([two, one], title="两篇"), cover="")
    book = BookFiles(data)
    assert len(names_of(book)) == 1  # the figure
    (item,) = (
        item for item in book.package.iter(f"{OPF}item") if item.get("properties") == "cover-image"
    )
    assert (item.get("href"), item.get("media-type")) == ("cover.jpg", "image/jpeg")
    assert Pillow.open(BytesIO(book.files["EPUB/cover.jpg"])).size == (1600, 2560)
    (meta,) = (m for m in book.package.iter(f"{OPF}meta") if m.get("name") == "cover")
    assert meta.get("content") == item.get("id")
    first = next(book.package.iter(f"{OPF}itemref"))
    assert (first.get("idref"), first.get("linear")) == ("cover", "no")
    body = book.xml("cover.xhtml").find(f"{XHTML}body")
    assert body is not None
    assert [etree.QName(node).localname for node in body.iter()] == ["body", "section", "img"]
    shown = next(body.iter(f"{XHTML}img"))
    assert (shown.get("src"), shown.get("alt")) == (item.get("href"), "封面：两篇")
    links = [a for a in book.xml("nav.xhtml").iter(f"{XHTML}a") if a.get(EPUB_TYPE)]
    assert next((a.get(EPUB_TYPE), a.text) for a in links) == ("cover", "封面")
    assert "cover.xhtml" not in [address for _, _, address in book.contents()]
    (guide, *_) = book.package.iter(f"{OPF}reference")
    assert (guide.get("type"), guide.get("href")) == ("cover", "cover.xhtml")
    path = tmp_path / "cover.epub"
    path.write_bytes(data)
    assert [str(message) for message in epubcheck(path)] == []


@pytest.mark.requirement("EP-30")
@pytest.mark.parametrize("size", [(590, 500), (700, 300), (2000, 500)])
def test_a_small_or_narrow_lead_is_not_on_the_cover(size: tuple[int, int]) -> None:
    book = made(article(p("字"), image=picture_address(size=size)), cover="")
    assert len(names_of(book)) == 1  # at the head of the article
    plain, large = made(article(p("字")), cover=""), picture_address(size=(700, 500))
    assert book.files["EPUB/cover.jpg"] == plain.files["EPUB/cover.jpg"]
    shown = made(article(p("字"), image=large), cover="")
    assert shown.files["EPUB/cover.jpg"] != plain.files["EPUB/cover.jpg"]


@pytest.mark.requirement("EP-30")
def test_no_cover_where_none_is_wanted() -> None:
    book = made(EVERYTHING, cover="none")
    assert not [name for name in book.files if "cover" in name]
    assert b'name="cover"' not in book.files["EPUB/content.opf"]


@pytest.mark.requirement("EP-28", "EP-29")
def test_what_e_readers_can_use_of_a_picture() -> None:
    book = edition([EVERYTHING])
    assert epub.picture_need(book, epub.Options()) == Need(1600, 1600, 2_000_000)
    small = epub.picture_need(book, epub.Options(image_width=800, gray=True))
    assert small == Need(800, 800, 2_000_000, grey=True)
    # Who asks for wider pictures wants more pixels, and 0 is no limit.
    assert epub.picture_need(book, epub.Options(image_width=3000)) == Need(3000, 3000, 0)
    assert epub.picture_need(book, epub.Options(image_width=0)) == Need(0, 0, 0)


class _Data(bytes):
    """The bytes of a picture, which count how many pictures are in memory."""

    alive: ClassVar = 0
    most: ClassVar = 0

    def __new__(cls, data: bytes) -> Self:
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, data)

    def __del__(self) -> None:
        type(self).alive -= 1


class _Heavy(Pictures):
    """Gives every image a picture of its own of 1 MB."""

    def get(self, image: Image, source: str = "") -> Picture | None:
        digest = image.url.rpartition("/")[2]
        size = 1_000_002
        return Picture(
            "image/jpeg",
            10,
            10,
            digest,
            "jpg",
            size,
            1.0,
            lambda: _Data(b"\xff\xd8" + bytes(10**6)),
        )


@pytest.mark.requirement("EP-29")
def test_one_picture_at_a_time_is_in_memory_and_large_books_are_told_of() -> None:
    heavy, warnings = _Heavy(), list[str]()
    images = [Figure((Image(f"https://example.com/{n:020x}"),)) for n in range(51)]
    target = _Sink()
    book = edition([article(*images)])
    epub.write(book, target, epub.Options(), Context(heavy, warnings.append))
    assert _Data.most == 1
    assert target.size > 51_000_000
    assert [warning for warning in warnings if "51 MB" in warning and "--image-width" in warning]
    warnings.clear()
    few = edition([article(*images[:3])])
    epub.write(few, _Sink(), epub.Options(), Context(heavy, warnings.append))
    assert warnings == []


class _Sink(BytesIO):
    """A file that only counts."""

    def __init__(self) -> None:
        super().__init__()
        self.size = self.place = 0

    def write(self, data: Any) -> int:
        self.place += len(data)
        self.size = max(self.size, self.place)
        return len(data)

    def tell(self) -> int:
        return self.place

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place + (0, self.place, self.size)[whence]
        return self.place


def test_local_pictures_are_found_beside_their_own_source(tmp_path: Path) -> None:
    from converters.article import Provenance

    data = base64.b64decode(picture_address("PNG").partition(",")[2])
    (tmp_path / "a.png").write_bytes(data)
    mine = article(Figure((Image("a.png", alt="a"),)), provenance=Provenance(source="mine"))
    other = article(Figure((Image("a.png", alt="a"),)), provenance=Provenance(source="other"))
    context = Context(pictures=Pictures({"mine": tmp_path}))
    assert made(mine, context).metadata("schema:accessMode") == ["textual", "visual"]
    assert made(other, context).metadata("schema:accessMode") == ["textual"]


# --- Notes ---------------------------------------------------------------------------------


def note_parts(book: BookFiles) -> tuple[list[etree._Element], list[etree._Element]]:
    """The marks and the notes of a book's only chapter."""
    root = book.xml(book.chapters[0])
    marks = [node for node in root.iter() if node.get(EPUB_TYPE) == "noteref"]
    notes = [node for node in root.iter() if node.get(EPUB_TYPE) == "footnote"]
    return marks, notes


@pytest.mark.requirement("EP-19", "EP-20", "EP-21", "EP-22", "ALL-7")
def test_marks_and_notes_are_as_pop_ups_need_them() -> None:
    book = made(EVERYTHING)
    marks, notes = note_parts(book)
    # One address twice: two notes. A picture elsewhere: one.
    assert [mark.text for mark in marks] == ["1", "2", "3", "4", "5"]
    root = book.xml(book.chapters[0])
    order = [node.get("id") for node in root.iter()]
    for mark, note in zip(marks, notes, strict=True):
        parent = mark.getparent()
        assert parent is not None
        assert (parent.tag, len(mark), mark.get("role")) == (f"{XHTML}sup", 0, "doc-noteref")
        assert (note.tag, note.get("role")) == (f"{XHTML}aside", "doc-footnote")
        assert mark.get("href") == f"#{note.get('id')}"
        assert order.index(mark.get("id")) < order.index(note.get("id"))
        back = note[0][0]
        assert (back.get(EPUB_TYPE), back.get("role")) == ("backlink", "doc-backlink")
        assert back.get("href") == f"#{mark.get('id')}"
        words = "".join(map(str, note.itertext()))
        assert words.startswith(f"{mark.text}.\u00a0")


@pytest.mark.requirement("EP-23", "EP-24", "EP-25", "EP-26")
def test_notes_stand_in_no_contents_have_no_heading_and_are_not_hidden() -> None:
    book = made(article(p("a", Note((Heading(2, t("H")), p("b"))))))
    marks, notes = note_parts(book)
    assert len(marks) == len(notes) == 1
    section = notes[0].getparent()
    assert section is not None
    assert [etree.QName(node).localname for node in section] == ["aside"]
    assert section.get("role") == "doc-endnotes"
    assert not [node for node in section.iter() if re.fullmatch(r".*}h[1-6]", str(node.tag))]
    assert [words for _, words, _ in book.contents()] == ["测试文章"]
    assert b"display: none" not in book.files["EPUB/style.css"]
    classes = {name for node in notes[0].iter() for name in (node.get("class") or "").split()}
    assert not classes & {"footnote", "footnotes", "note", "fn"}


@pytest.mark.requirement("EP-23")
def test_no_block_consists_of_a_mark_alone() -> None:
    note = Note((p("n"),))
    body = (p(note), BulletList(((p(note, " ", note),),)), Figure((Image("a"),), (note,)))
    root = made(article(*body)).xml(made(article(*body)).chapters[0])
    for mark in root.iter():
        if mark.get(EPUB_TYPE) == "noteref":
            parent = mark.getparent()
            assert parent is not None
            block = parent.getparent()
            assert block is not None
            assert re.sub(r"[\d\s]", "", "".join(map(str, block.itertext()))) == "\u2060"


def test_a_mark_stays_with_the_character_before_it() -> None:
    note = Note((p("note"),))
    book = made(article(p("中文", note, "。“引”", note, note, "word", note, "か\u3099", note)))
    root = book.xml(book.chapters[0])
    kept = [
        "".join(map(str, span.itertext()))
        for span in root.iter(f"{XHTML}span")
        if span.get("class") == "keep"
    ]
    assert kept == ["文1", "”23"]
    assert "white-space: nowrap" in book.files["EPUB/style.css"].decode()


@pytest.mark.requirement("EP-26")
def test_visible_notes_are_ordinary_blocks() -> None:
    _, notes = note_parts(made(EVERYTHING, notes="visible"))
    section = notes[0].getparent()
    assert section is not None
    assert etree.QName(section[0]).localname == "hr"
    assert {note.tag for note in notes} == {f"{XHTML}div"}


@pytest.mark.requirement("EP-22")
def test_a_note_too_long_for_a_pop_up_is_an_ordinary_link_both_ways() -> None:
    book = made(article(p("a", Note((p("字" * 5001),)), "b", Note((p("short note"),)))))
    marks, notes = note_parts(book)
    assert len(marks) == len(notes) == 1
    root = book.xml(book.chapters[0])
    ids = [node.get("id") for node in root.iter()]
    links = [str(node.get("href")) for node in root.iter(f"{XHTML}a")]
    local = [link for link in links if link.startswith("#")]
    assert len(local) == 4
    assert all(link[1:] in ids for link in local)


# --- Long articles -------------------------------------------------------------------------


def long_article() -> Article:
    """About 1 MB: sections of 150 KB, one of 400 KB, links and notes across."""
    body: list[Block] = []
    for chapter in range(5):
        body.append(Heading(2, t(f"章{chapter}"), identifier=f"c{chapter}"))
        for place in range(400 if chapter == 3 else 130):
            url = f"https://example.com/{chapter}/{place}"
            back = Link(t("上"), f"#c{max(0, chapter - 1)}")
            body.append(p("长文。" * 100, Link(t("链"), url), back))
    return article(*body)


@pytest.mark.requirement("EP-17", "EP-12")
def test_a_long_article_is_divided_and_nothing_gets_lost() -> None:
    long = long_article()
    book = made(long)
    sizes = [len(book.files[f"EPUB/{name}"]) for name in book.chapters]
    assert len(sizes) > 3
    assert max(sizes) <= 260_000
    words = ""
    targets: list[tuple[str, str]] = []
    ids: dict[str, set[str]] = {}
    for name in book.chapters:
        root = book.xml(name)
        ids[name] = {str(node.get("id")) for node in root.iter() if node.get("id")}
        marks = [node for node in root.iter() if node.get(EPUB_TYPE) == "noteref"]
        assert all(str(mark.get("href"))[1:] in ids[name] for mark in marks)
        links = (str(node.get("href")) for node in root.iter(f"{XHTML}a"))
        targets += [(name, link) for link in links if not link.startswith("http")]
        words += "".join(
            "".join(map(str, node.itertext())) for node in root.iter(f"{XHTML}p", f"{XHTML}h2")
            if not any("endnotes" in (up.get("class") or "") for up in node.iterancestors())
        )  # fmt: skip
    for name, link in targets:
        file, _, anchor = link.partition("#")
        assert anchor in ids[file or name], link
    said = plain_text(long.body).replace("\n", "")
    assert re.sub(r"\d", "", words).endswith(re.sub(r"\d", "", said))
    files = dict.fromkeys(address.partition("#")[0] for _, _, address in book.contents())
    assert list(files) == book.chapters


@pytest.mark.requirement("EP-17")
def test_parts_end_before_headings_where_they_can() -> None:
    body: list[Block] = [Heading(2, t("A")), *[p("x")] * 4, Heading(3, t("a")), *[p("x")] * 4]
    body += [Heading(2, t("B")), *[p("x")] * 4]
    divided = parts(body, lambda block: 1 if isinstance(block, Heading) else 10, 85)
    assert [plain_text(part[0]) for part in divided] == ["A", "B"]
    divided = parts(body, lambda block: 1 if isinstance(block, Heading) else 10, 45)
    assert [plain_text(part[0]) for part in divided] == ["A", "a", "B"]
    divided = parts(body, lambda block: 1 if isinstance(block, Heading) else 10, 25)
    assert [len(part) for part in divided] == [3, 2, 3, 2, 3, 2]
    assert not any(isinstance(part[-1], Heading) for part in divided)


def measure(block: Block) -> int:
    return len(plain_text(block)) + 10


@pytest.mark.parametrize(
    "block",
    [
        p("第一句。第二句！" * 500),
        p("x" * 4000),
        p(Emphasis(t("word " * 1000))),
        BlockQuote(tuple([p("字" * 100)] * 50), t("谁")),
        BulletList(tuple([(p("字" * 100),)] * 50)),
        BulletList(((p("字" * 4000),),)),
        OrderedList(tuple([(p("字" * 100),)] * 50), start=7),
        CodeBlock("line of code\n" * 300),
        CodeBlock("x" * 4000),
        Table(tuple([Row((Cell((p("字" * 100),)),))] * 50), caption=t("表")),
    ],
    ids=lambda block: type(block).__name__,
)
@pytest.mark.requirement("EP-17")
def test_a_long_block_is_divided_and_keeps_its_words(block: Block) -> None:
    divided = parts([block], measure, 600)
    assert len(divided) > 3
    assert all(sum(map(measure, part)) <= 600 for part in divided)
    kind = type(block)
    assert all(isinstance(piece, kind) for part in divided for piece in part)
    words = "".join(plain_text(piece) for part in divided for piece in part)
    assert re.sub(r"\s", "", words) == re.sub(r"\s", "", plain_text(block))


@pytest.mark.parametrize(
    "block",
    [
        p(Link(t("word " * 40), "https://example.org/" + "x" * 1000)),
        Table(
            tuple([Row((Cell((p("字" * 10),)),))] * 20),
            head=(Row((Cell((p("字" * 1000),), header=True),)),),
        ),
    ],
    ids=lambda block: type(block).__name__,
)
def test_a_division_does_not_multiply_what_both_halves_have(block: Block) -> None:
    def size(block: Block) -> int:
        return len(plain_text(block)) + sum(len(link.url) for link in query(block, Link))

    divided = [piece for part in parts([block], size, 600) for piece in part]
    assert sum(map(size, divided)) <= 3 * size(block)


def test_words_that_cannot_be_divided_end_the_division() -> None:
    assert parts([p("a ")], lambda block: len(plain_text(block)), 2) == [(p("a "),)]


def test_an_article_with_a_title_longer_than_a_document_stays_small() -> None:
    long = replace(article(*[p("长文。" * 100)] * 40), title="题" * 200_000)
    book = made(long)
    assert len(book.chapters) == 1
    assert sum(map(len, book.files.values())) < 20 * len(long.title)


def test_a_divided_list_counts_on_and_a_divided_table_keeps_its_head() -> None:
    numbers = OrderedList(tuple((p("字" * 100),) for _ in range(20)), start=5)
    starts = [
        (piece.start, len(piece.items))
        for part in parts([numbers], measure, 600)
        for piece in part
        if isinstance(piece, OrderedList)
    ]
    assert starts[0][0] == 5
    assert all(start + count == after for (start, count), (after, _) in pairwise(starts))
    head = (Row((Cell(t_cell("头"), header=True),)),)
    table = Table(tuple(Row((Cell(t_cell("字" * 100)),)) for _ in range(20)), head=head)
    tables = [piece for part in parts([table], measure, 600) for piece in part]
    assert len(tables) > 3
    assert all(isinstance(piece, Table) and piece.head == head for piece in tables)


def t_cell(words: str) -> tuple[Block, ...]:
    return (p(words),)


def test_a_table_is_not_divided_across_a_cell_that_spans_rows() -> None:
    joined = Row((Cell(t_cell("长"), rowspan=3), Cell(t_cell("字" * 200))))
    single = Row((Cell(t_cell("字" * 200)),))
    table = Table((joined, single, single, joined, single, single))
    divided = parts([table], measure, 700)
    sizes = [len(piece.body) for part in divided for piece in part if isinstance(piece, Table)]
    assert sizes == [3, 3]


def test_what_cannot_be_divided_is_warned_of() -> None:
    row = Row((Cell(t_cell("字" * 100_000), rowspan=2), Cell(t_cell("b"))))
    warnings: list[str] = []
    context = Context(warn=warnings.append)
    made(article(Table((row, Row((Cell(t_cell("c")),)))), p("x")), context)
    assert len(warnings) == 1
    assert "cannot be divided further" in warnings[0]


# --- Style ---------------------------------------------------------------------------------


@pytest.mark.requirement("EP-18")
def test_the_style_sheet_leaves_the_reader_free() -> None:
    css = made(EVERYTHING).files["EPUB/style.css"].decode()
    assert "--" not in css
    assert "var(" not in css
    assert "@" not in css
    for rule in re.finditer(r"([^{}]+)\{([^{}]*)\}", css):
        selectors, declarations = rule[1].strip(), rule[2]
        assert "grid" not in declarations
        assert "px" not in declarations
        assert "position: fixed" not in declarations
        assert not re.search(r"(?<!-)color: (?!inherit)", declarations)
        if re.fullmatch(r"(?:html|body)(?:,.*)?", selectors):
            assert "font" not in declarations
    assert re.search(r'lang\|="zh"\] \.article > p \{\s+text-indent: 2em', css)
    assert re.search(r"img \{\s+max-width: 100%", css)
    assert re.search(r"h1, [^{]*\{[^}]*page-break-after: avoid", css)
    assert re.search(r"figure \{[^}]*page-break-inside: avoid", css)


def test_custom_properties_are_resolved() -> None:
    warnings: list[str] = []
    css = portable(
        ":root { --a: 1em; --b: calc(var(--a) * 2); } /* -- */"
        " p { margin: var(--a) var(--none, 2em); width: var(--b) } q { color: var(--gone) }",
        warnings.append,
    )
    assert css == "p {\n  margin: 1em 2em;\n  width: calc(1em * 2);\n}\n"
    assert len(warnings) == 1
    assert "--gone" in warnings[0]


def test_properties_that_go_round_in_circles_end() -> None:
    warnings: list[str] = []
    css = portable(":root { --a: var(--b); --b: var(--a) } p { margin: var(--a) }", warnings.append)
    assert css.strip() == ""
    assert len(warnings) == 1


BAD_CSS = """
@import "https://example.com/x.css";
@font-face { font-family: X; src: url(https://example.com/x.woff) }
@layer a { p { color: red } }
p { background: url("/etc/passwd"); direction: rtl; font-style: italic !important }
p::before { content: "}" }
.broken { color: ; ;; & b { x: y } }
@media (prefers-color-scheme: dark) { a { color: #9cf } }
</style><script>alert(1)</script> p { color: red }
q { color: blue
"""


@pytest.mark.requirement("EP-18", "EP-16", "SEC-3")
def test_a_style_sheet_of_ones_own_cannot_break_the_book(
    tmp_path: Path, epubcheck: EpubCheck
) -> None:
    style = tmp_path / "my.css"
    style.write_text(BAD_CSS, encoding="utf-8")
    warnings: list[str] = []
    data = written(EVERYTHING, Context(warn=warnings.append), style=str(style))
    css = BookFiles(data).files["EPUB/style.css"].decode()
    assert "font-style: italic !important" in css
    assert "color: #9cf" in css
    assert css.rstrip().endswith("q {\n  color: blue;\n}")
    for refused in ("@import", "@font-face", "@layer", "passwd", "direction: rtl", "script"):
        assert refused not in css
        assert any(refused.split(":")[0] in warning for warning in warnings), refused
    book = tmp_path / "book.epub"
    book.write_bytes(data)
    assert [str(message) for message in epubcheck(book)] == []


def test_a_style_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="cannot be read as a CSS file"):
        written(EVERYTHING, style=str(tmp_path / "none.css"))
    binary = tmp_path / "x.css"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConversionError, match="UTF-8"):
        written(EVERYTHING, style=str(binary))


# --- The rest ------------------------------------------------------------------------------


def test_an_edition_without_articles_is_an_error() -> None:
    with pytest.raises(WriteError, match="no article"):
        written(edition([]))


def test_options_are_checked() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"links": "footnotes"}, epub.Options)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"colour": "red"}, epub.Options)


@settings(max_examples=50)
@given(articles())
@pytest.mark.requirement("ALL-1", "ALL-3", "EP-8")
def test_any_article_keeps_its_words_and_gives_the_same_bytes_twice(any_article: Article) -> None:
    data = written(any_article)
    assert written(any_article) == data
    book = BookFiles(data)
    words = "".join("".join(map(str, book.xml(name).itertext())) for name in book.chapters)
    numbered = number(any_article, shared=False)
    said = [node.text for node in query(numbered.body, Text)]
    parts = [part for piece in said for part in re.split("[\u2028\u2029]", piece)]
    assert [part for part in parts if part not in words] == []


@pytest.mark.requirement("EP-1")
def test_the_seed_becomes_a_book(seed: Path, tmp_path: Path, epubcheck: EpubCheck) -> None:
    article = converters.read(seed)
    path = tmp_path / "seed.epub"
    path.write_bytes(written(article))
    assert [str(message) for message in epubcheck(path)] == []
    book = BookFiles(path.read_bytes())
    assert [words for _, words, _ in book.contents()] == [article.title, "中东", "南中国海"]
    marks, notes = note_parts(book)
    missing = sum(1 for _ in query(article.body, Image))
    assert len(marks) == len(notes) == 8 + missing


@pytest.mark.requirement("EP-1", "EP-12")
def test_real_articles_become_one_book(corpus: Path, tmp_path: Path, epubcheck: EpubCheck) -> None:
    paths = sorted([*(corpus / "archive").glob("*.md"), *(corpus / "dated").glob("*.md")])
    path = tmp_path / "all.epub"
    path.write_bytes(written(edition(map(converters.read, paths), title="全部")))
    assert [str(message) for message in epubcheck(path)] == []
    book = BookFiles(path.read_bytes())
    files = dict.fromkeys(address.partition("#")[0] for _, _, address in book.contents())
    assert list(files) == book.chapters
    assert len(book.chapters) == len(paths)
