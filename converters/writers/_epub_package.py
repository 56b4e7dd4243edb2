"""The package of an EPUB: what it says of itself, its manifest and spine, and its archive.

EbookLib writes the package document; every other file is handed to it finished, since its own
serialiser changes text. The archive that it makes is packed again with fixed times, order and
modes, so that the same book is the same bytes (EP-8).
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import urldefrag
from uuid import NAMESPACE_URL, uuid5

import ebooklib.epub
from lxml import etree

from converters import __version__
from converters.article import Article, Image, Math, plain_text, query
from converters.edition import Edition
from converters.languages import label, normalise_tag
from converters.writers._epub_chapter import STYLE_SHEET, Document, PictureFiles
from converters.writers._epub_nav import NAVIGATION

__all__ = ["Book", "identity", "write_archive"]

# EPUB's oldest neighbour, ZIP, knows no time before this.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Where EbookLib puts what is not the container's.
_FOLDER = "EPUB/"
_MIME_TYPE = b"application/epub+zip"
# dc:language must name a language, and Send to Kindle refuses a book in an unknown one.
_ANY_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Book:
    """All that goes into the package: the edition and the finished files.

    ``cover_picture`` is the address of the picture that the page ``cover`` shows.
    """

    edition: Edition
    title: str
    language: str
    direction: str
    chapters: Sequence[Document]
    navigation: Document
    ncx: Document
    style: bytes
    pictures: PictureFiles
    navigation_in_spine: bool = False
    cover: Document | None = None
    cover_picture: str = ""


# --- Identity ------------------------------------------------------------------------------


def identity(article: Article) -> str:
    """What makes the article this one: its address without a fragment, or else its words."""
    if article.url:
        return urldefrag(article.url).url
    words = f"{article.title}\n{plain_text(article.body)}"
    return f"urn:sha256:{sha256(words.encode('utf-8', 'replace')).hexdigest()}"


def identifier(edition: Edition) -> str:
    """The book's identifier: a UUID of its articles' identities, in whatever order (EP-2)."""
    members = sorted({identity(article) for article in edition.articles})
    return f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(members))}"


def modified(edition: Edition) -> datetime:
    """When the book was last changed: the newest date of its articles, in UTC (EP-3).

    Without one, ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/source-date-epoch/)
    or the oldest time that an archive can have; never the clock.
    """
    dates = [
        date.astimezone(UTC)
        for article in edition.articles
        for date in (article.published, article.updated, article.archived)
        # Other years fall out of what EPUB's four digits and Python's calendar can say.
        if date is not None and 1000 < date.year < 9999
    ]
    if dates:
        return max(dates)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) <= 11:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime(*_EPOCH, tzinfo=UTC)


# --- Metadata ------------------------------------------------------------------------------


class _Metadata:
    """The metadata of one book, in EbookLib's book."""

    def __init__(self, package: Any) -> None:
        self.package = package
        package.metadata = {}

    def dc(self, name: str, value: str, **attributes: str) -> None:
        self.package.add_metadata("DC", name, value, attributes)

    def meta(self, name: str, value: str, **attributes: str) -> None:
        self.package.add_metadata(None, "meta", value, {"property": name, **attributes})

    def all(self, name: str, values: Iterable[str]) -> None:
        """``dc:name`` for each of ``values`` that says something, once."""
        for value in dict.fromkeys(" ".join(value.split()) for value in values):
            if value:
                self.dc(name, value)

    def creators(self, names: Sequence[str]) -> None:
        for number, name in enumerate(names, 1):
            key = f"creator-{number}"
            self.dc("creator", name, id=key)
            self.meta("role", "aut", refines=f"#{key}", scheme="marc:relators")
            self.meta("file-as", _sort_name(name), refines=f"#{key}")


def _sort_name(name: str) -> str:
    """``name`` as a shelf sorts it. Which part is the family's is not guessed."""
    return " ".join(name.split())


def _describe(book: Book, package: Any) -> None:
    edition = book.edition
    articles = edition.articles
    metadata = _Metadata(package)
    package.set_identifier(identifier(edition))
    metadata.dc("title", book.title)
    for language in _languages(book):
        metadata.dc("language", language)
    metadata.creators([name for name in edition.authors if name.strip()])
    metadata.all("publisher", (article.site for article in articles))
    published = [article.published for article in articles if article.published]
    if published:
        metadata.dc("date", max(published).isoformat(timespec="seconds"))
    metadata.all("source", (article.url for article in articles))
    metadata.all("subject", (tag for article in articles for tag in article.tags))
    metadata.all("description", (_description(book),))
    _describe_access(book, metadata)
    for name, content in (
        ("generator", f"Broadsheet {__version__}"),
        # Where readers of EPUB 2, Kindle among them, look for the cover's item.
        ("cover", _key(book.cover_picture) if book.cover_picture else ""),
    ):
        if content:
            package.add_metadata(None, "meta", "", {"name": name, "content": content})


def _description(book: Book) -> str:
    """The article's own summary; of several articles, their titles."""
    articles = book.edition.articles
    if len(articles) == 1:
        return articles[0].summary
    return " · ".join(article.title for article in articles if article.title)


def _languages(book: Book) -> list[str]:
    """The languages of the book, the main one first."""
    tags = (book.language, *(article.language for article in book.edition.articles))
    known = [tag for tag in map(normalise_tag, tags) if tag]
    return list(dict.fromkeys(known)) or [_ANY_LANGUAGE]


def _describe_access(book: Book, metadata: _Metadata) -> None:
    """What the book offers to people who read in other ways (EPUB Accessibility 1.1, 2.2).

    https://www.w3.org/TR/epub-a11y-11/#sec-disc-package. Nothing is claimed that was not looked
    up in the content, and no conformance (EP-6). Pictures are stills, so nothing flashes.
    """
    images = book.pictures.shown
    described = all(images.values())
    metadata.meta("schema:accessMode", "textual")
    if images:
        metadata.meta("schema:accessMode", "visual")
    metadata.meta("schema:accessModeSufficient", "textual" if described else "textual,visual")
    features = ["structuralNavigation", "tableOfContents", "readingOrder"]
    features.append("displayTransformability")
    if images and described:
        features.append("alternativeText")
    if any(True for article in book.edition.articles for _ in query(article.body, Math)):
        features.append("latex")
    for feature in features:
        metadata.meta("schema:accessibilityFeature", feature)
    metadata.meta("schema:accessibilityHazard", "none")
    metadata.meta("schema:accessibilitySummary", _access_summary(images), **{_XML_LANG: "en"})


def _access_summary(images: Mapping[Image, bool]) -> str:
    summary = (
        "Converted by a program from web articles. "
        "Headings, lists, tables, quotations and notes are marked up as what they are."
    )
    missing = sum(1 for described in images.values() if not described)
    if missing:
        summary += f" {missing} of {len(images)} pictures have no description."
    elif images:
        summary += (
            " Every picture has the description that its source gave it, or a caption in its place."
        )
    return summary


# --- Package and archive -------------------------------------------------------------------


def write_archive(book: Book, target: BinaryIO) -> None:
    """Write ``book`` as an EPUB archive to ``target``, which can seek.

    One picture at a time is in memory: EbookLib is handed empty files in their place.
    """
    package = ebooklib.epub.EpubBook()
    _describe(book, package)
    _fill(book, package)
    buffer = BytesIO()
    options = {
        "mtime": modified(book.edition),
        "package_direction": True,
        "epub3_pages": False,
        "raise_exceptions": True,
        "compresslevel": 0,
    }
    ebooklib.epub.write_epub(buffer, package, options)
    _pack(_unpacked(buffer, book), book.pictures, target)


def _fill(book: Book, package: Any) -> None:
    """Hand over the files, and say in which order they are read."""
    if book.direction == "rtl":
        package.set_direction("rtl")
    navigation = _item(book.navigation, "nav")
    navigation.properties = ["nav"]
    chapters = [_item(document, document.name.removesuffix(".xhtml")) for document in book.chapters]
    items = [
        navigation,
        _item(book.ncx, "ncx", "application/x-dtbncx+xml"),
        _item(Document(STYLE_SHEET, book.style), "style", "text/css"),
        *chapters,
    ]
    for name, picture in sorted(book.pictures.files.items()):
        item = _item(Document(name, b""), _key(name), picture.media_type)
        if name == book.cover_picture:
            item.properties = ["cover-image"]
        items.append(item)
    spine = [navigation, *chapters] if book.navigation_in_spine else list(chapters)
    if book.cover is not None:
        cover = _item(book.cover, "cover")
        # Readers show the cover before they open the book, and would show it twice.
        cover.is_linear = False
        items.append(cover)
        spine.insert(0, cover)
    for item in items:
        package.add_item(item)
    package.spine = spine
    start = label("start", book.language)
    package.guide = [{"type": "text", "title": start, "href": book.chapters[0].name}]
    if book.navigation_in_spine:
        contents = label("contents", book.language)
        package.guide.insert(0, {"type": "toc", "title": contents, "href": NAVIGATION})
    if book.cover is not None:
        words = label("cover", book.language)
        package.guide.insert(0, {"type": "cover", "title": words, "href": book.cover.name})


def _key(name: str) -> str:
    """The id of a picture's item."""
    return "p-" + name.rpartition("/")[2].partition(".")[0]


def _item(document: Document, key: str, media_type: str = "application/xhtml+xml") -> Any:
    return ebooklib.epub.EpubItem(
        uid=key, file_name=document.name, media_type=media_type, content=document.data
    )


def _unpacked(buffer: BytesIO, book: Book) -> dict[str, bytes]:
    """The files of the archive that EbookLib made, the package document completed."""
    with zipfile.ZipFile(buffer) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in files if name.endswith(".opf"))
    root = etree.fromstring(files[name])
    root.set(_XML_LANG, _languages(book)[0])
    files[name] = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return files


def _pack(files: dict[str, bytes], pictures: PictureFiles, target: BinaryIO) -> None:
    """Write the archive: ``mimetype`` first and stored, the rest in order, of one time and mode.

    See https://www.w3.org/TR/epub-33/#sec-zip-container-mime.
    """
    del files["mimetype"]
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(_entry("mimetype"), _MIME_TYPE, zipfile.ZIP_STORED)
        for name in sorted(files, key=lambda name: (not name.startswith("META-INF/"), name)):
            picture = pictures.files.get(name.removeprefix(_FOLDER))
            if picture is not None:
                archive.writestr(_entry(name), picture.data, zipfile.ZIP_STORED)
            else:
                data = files[name]
                archive.writestr(_entry(name), data, zipfile.ZIP_DEFLATED, compresslevel=6)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # Unix, on every system, so that the mode means the same
    entry.external_attr = 0o100644 << 16
    return entry
