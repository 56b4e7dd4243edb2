"""The package of an EPUB: what it says of itself, its manifest and its spine.

EbookLib writes the package document; all other files are ours and only named to it, since its own
serialiser changes text. For 5,000 chapters that takes 0.1 s and 5 MB, in proportion to their
number.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import ebooklib.epub
from lxml import etree

from converters import __version__
from converters.article import clean
from converters.edition import Edition
from converters.languages import normalise_tag
from converters.writers._epub_archive import EPOCH
from converters.writers._epub_chapter import COVER, STYLE_SHEET, Gathered
from converters.writers._epub_nav import NAVIGATION, NCX
from converters.writers._epub_plan import Landmark, Plan
from converters.writers._matter import is_seen, line, newest

__all__ = ["PACKAGE", "CoverFile", "Package", "identifier", "package_document"]

PACKAGE = "content.opf"

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# dc:language must name a language, and Send to Kindle refuses a book in an unknown one.
_ANY_LANGUAGE = "en"
# A library's page shows some of what it is told. Of more than these, the most frequent are named.
_MOST_CREATORS, _MOST_PUBLISHERS, _MOST_SUBJECTS, _MOST_SOURCES = 30, 10, 50, 100
_LONGEST_DESCRIPTION = 1000
_POSITION = re.compile(r"\d+(?:\.\d+)*")
# RFC 8141: a namespace and what it names.
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CoverFile:
    """The picture of the cover: its address in the book and its media type."""

    address: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Package:
    """All that the package tells of a book: its plan and its finished files.

    ``documents`` are the names of those that are read, in this order, the cover's page apart, which
    there is with ``has_cover_page``. ``is_vertical``: lines run from top to bottom, and pages from
    right to left.
    """

    plan: Plan
    identifier: str
    documents: Sequence[str]
    gathered: Gathered
    landmarks: Sequence[Landmark]
    cover: CoverFile | None = None
    has_cover_page: bool = True
    is_vertical: bool = False


# --- Identity ------------------------------------------------------------------------------


def identifier(plan: Plan) -> str:
    """The book's identifier (EP-2).

    The edition's own where it is a URN or an ISBN; else the UUID of the edition's own, or of its
    articles' identities in whatever order.
    """
    own = plan.edition.identifier.strip()
    if own and (name := _urn(own)):
        return name
    return f"urn:uuid:{uuid5(NAMESPACE_URL, own or ' '.join(sorted({*plan.identities})))}"


def _urn(own: str) -> str:
    """``own`` as a URN where it is one, or an ISBN; nothing otherwise."""
    isbn = re.sub(r"[\s-]", "", re.sub(r"^(?:urn:)?isbn:?", "", own, flags=re.IGNORECASE))
    if _is_isbn(isbn):
        return f"urn:isbn:{isbn.upper()}"
    uuid = re.sub("^urn:uuid:", "", own, flags=re.IGNORECASE)
    try:
        return f"urn:uuid:{UUID(uuid)}"
    except ValueError:
        is_urn = _URN.fullmatch(own) and not re.match("urn:(?:uuid|isbn):", own, re.IGNORECASE)
        return own if is_urn else ""


def _is_isbn(digits: str) -> bool:
    """Whether ``digits`` are an ISBN with its right check digit (ISO 2108)."""
    if re.fullmatch(r"97[89][0-9]{10}", digits):
        return sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"[0-9]{9}[0-9Xx]", digits):
        values = [10 if d in "Xx" else int(d) for d in digits]
        return sum((10 - place) * value for place, value in enumerate(values)) % 11 == 0
    return False


def modified(edition: Edition) -> datetime:
    """When the book was last changed: the newest date of its articles, in UTC (EP-3).

    Without one, what :func:`~converters.writers._matter.newest` finds, or the oldest time that an
    archive can have.
    """
    dates = (
        date
        for member in edition.members
        for date in (member.published, member.updated, member.archived)
    )
    return newest(dates) or datetime(*EPOCH, tzinfo=UTC)


# --- Metadata ------------------------------------------------------------------------------


class _Metadata:
    """The metadata of one book, in EbookLib's book."""

    def __init__(self, package: Any) -> None:
        self.package = package
        package.metadata = {}

    def dc(self, name: str, value: str, **attributes: str) -> None:
        self.package.add_metadata("DC", name, clean(value), attributes)

    def meta(self, name: str, value: str, **attributes: str) -> None:
        self.package.add_metadata(None, "meta", clean(value), {"property": name, **attributes})

    def all(self, name: str, values: Iterable[str]) -> None:
        """``dc:name`` for each of ``values`` that says something, once."""
        for value in dict.fromkeys(" ".join(clean(value).split()) for value in values):
            if is_seen(value):
                self.dc(name, value)

    def creators(self, names: Sequence[str]) -> None:
        for number, name in enumerate(names, 1):
            key = f"creator-{number}"
            self.dc("creator", name, id=key)
            self.meta("role", "aut", refines=f"#{key}", scheme="marc:relators")
            # Which part is the family's, by which a shelf would sort, is not guessed.
            self.meta("file-as", name, refines=f"#{key}")

    def named(self, name: str, content: str) -> None:
        """A ``meta`` as EPUB 2 has it."""
        self.package.add_metadata(None, "meta", "", {"name": name, "content": clean(content)})

    def series(self, name: str, position: str) -> None:
        """The series that the book is of, and its place there, which has to be a number.

        https://www.w3.org/TR/epub-33/#sec-belongs-to-collection, and as calibre has it in EPUB 2.
        """
        line = " ".join(clean(name).split())
        if not is_seen(line):
            return
        self.meta("belongs-to-collection", line, id="series")
        self.meta("collection-type", "series", refines="#series")
        self.named("calibre:series", line)
        number = position.strip()
        if _POSITION.fullmatch(number):
            self.meta("group-position", number, refines="#series")
            self.named("calibre:series_index", ".".join(number.split(".")[:2]))


def _describe(book: Package, package: Any) -> None:
    edition = book.plan.edition
    members = edition.members
    metadata = _Metadata(package)
    package.set_identifier(book.identifier)
    metadata.dc("title", book.plan.title)
    for language in _languages(edition):
        metadata.dc("language", language)
    names = [name for name in map(line, edition.authors) if is_seen(name)]
    metadata.creators(names[:_MOST_CREATORS])
    metadata.all("publisher", _frequent((each.site for each in members), _MOST_PUBLISHERS))
    published = [each.published for each in members if each.published]
    if edition.date is not None:
        metadata.dc("date", edition.date.isoformat())
    elif published:
        metadata.dc("date", max(published).isoformat(timespec="seconds"))
    metadata.all("source", _sources(edition))
    tags = (tag for each in members for tag in each.tags)
    metadata.all("subject", _frequent(tags, _MOST_SUBJECTS))
    metadata.all("description", (_description(edition),))
    metadata.series(edition.series, edition.series_index)
    _describe_access(book.gathered, metadata)
    metadata.named("generator", f"Broadsheet {__version__}")
    if book.cover is not None:
        # Where readers of EPUB 2, Kindle among them, look for the cover's item.
        metadata.named("cover", _key(book.cover.address))
    if book.is_vertical:
        # What Kindle goes by (Kindle Publishing Guidelines, "primary-writing-mode").
        metadata.named("primary-writing-mode", "vertical-rl")


def _frequent(values: Iterable[str], most: int) -> list[str]:
    """Different values in the order given; of more than ``most``, the most frequent."""
    counts = Counter(line for value in values if (line := " ".join(value.split())))
    if len(counts) <= most:
        return list(counts)
    return [value for value, _ in counts.most_common(most)]


def _sources(edition: Edition) -> list[str]:
    """The articles' addresses; of very many, those of the servers that most of them are on."""
    addresses = list(dict.fromkeys(each.url for each in edition.members if each.url))
    if len(addresses) <= _MOST_SOURCES:
        return addresses
    return _frequent(map(_server, addresses), _MOST_SOURCES)


def _server(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def _description(edition: Edition) -> str:
    """What was given; or the article's own summary; or, of several, their titles.

    Of very many titles there are the first, and how many there are more.
    """
    if edition.description or len(edition.members) == 1:
        return edition.description or edition.members[0].summary
    titles = [line for each in edition.members if (line := " ".join(each.title.split()))]
    size = shown = 0
    for title in titles:
        size += len(title) + 3
        if shown and size > _LONGEST_DESCRIPTION:
            break
        shown += 1
    rest = f" · … (+{len(titles) - shown})" if shown < len(titles) else ""
    return " · ".join(titles[:shown]) + rest


def _languages(edition: Edition) -> list[str]:
    """The languages of the book, the main one first."""
    tags = (edition.language, *(each.language for each in edition.members))
    known = [tag for tag in map(normalise_tag, dict.fromkeys(tags)) if tag]
    return list(dict.fromkeys(known)) or [_ANY_LANGUAGE]


def _describe_access(gathered: Gathered, metadata: _Metadata) -> None:
    """What the book offers to people who read in other ways (EPUB Accessibility 1.1, 2.2).

    https://www.w3.org/TR/epub-a11y-11/#sec-disc-package. Nothing is claimed that was not looked
    up in the content, and no conformance (EP-6). Pictures are stills, so nothing flashes.
    """
    images = gathered.shown
    described = all(images.values())
    metadata.meta("schema:accessMode", "textual")
    if images:
        metadata.meta("schema:accessMode", "visual")
    metadata.meta("schema:accessModeSufficient", "textual" if described else "textual,visual")
    features = ["structuralNavigation", "tableOfContents", "readingOrder"]
    features.append("displayTransformability")
    if images and described:
        features.append("alternativeText")
    if gathered.has_math:
        features.append("latex")
    for feature in features:
        metadata.meta("schema:accessibilityFeature", feature)
    metadata.meta("schema:accessibilityHazard", "none")
    metadata.meta("schema:accessibilitySummary", _access_summary(images), **{_XML_LANG: "en"})


def _access_summary(images: Mapping[str, bool]) -> str:
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


# --- Package -------------------------------------------------------------------------------


def package_document(book: Package) -> bytes:
    """The package document.

    EbookLib is handed empty files, and of the archive that it makes one is taken out.
    """
    package = ebooklib.epub.EpubBook()
    _describe(book, package)
    _fill(book, package)
    buffer = BytesIO()
    options = {
        "mtime": modified(book.plan.edition),
        "package_direction": True,
        "epub3_pages": False,
        "raise_exceptions": True,
        "compresslevel": 0,
    }
    ebooklib.epub.write_epub(buffer, package, options)
    with zipfile.ZipFile(buffer) as archive:
        root = etree.fromstring(archive.read(f"{package.FOLDER_NAME}/{PACKAGE}"))
    root.set(_XML_LANG, _languages(book.plan.edition)[0])
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _fill(book: Package, package: Any) -> None:
    """Name the files, and say in which order they are read."""
    if book.plan.direction == "rtl" or book.is_vertical:
        package.set_direction("rtl")
    navigation = _item(NAVIGATION, "nav")
    navigation.properties = ["nav"]
    documents = [
        navigation if name == NAVIGATION else _item(name, name.removesuffix(".xhtml"))
        for name in book.documents
    ]
    items = [
        navigation,
        _item(NCX, "ncx", "application/x-dtbncx+xml"),
        _item(STYLE_SHEET, "style", "text/css"),
        *(document for document in documents if document is not navigation),
    ]
    pictures = {name: picture.media_type for name, picture in book.gathered.files.items()}
    if book.cover is not None:
        pictures[book.cover.address] = book.cover.media_type
    for name, media_type in sorted(pictures.items()):
        item = _item(name, _key(name), media_type)
        if book.cover is not None and name == book.cover.address:
            item.properties = ["cover-image"]
        items.append(item)
    if book.cover is not None and book.has_cover_page:
        cover = _item(COVER, "cover")
        # Readers show the cover before they open the book, and would show it twice.
        cover.is_linear = False
        items.append(cover)
        documents.insert(0, cover)
    for item in items:
        package.add_item(item)
    package.spine = documents
    package.guide = [
        {"type": mark.guide, "title": mark.words, "href": mark.address} for mark in book.landmarks
    ]


def _key(name: str) -> str:
    """The id of a picture's item."""
    return "p-" + name.rpartition("/")[2].partition(".")[0]


def _item(name: str, key: str, media_type: str = "application/xhtml+xml") -> Any:
    return ebooklib.epub.EpubItem(uid=key, file_name=name, media_type=media_type, content=b"")
