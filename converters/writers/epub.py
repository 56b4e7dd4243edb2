"""The EPUB writer: EPUB 3.3 with what older readers need, one chapter for each article.

https://www.w3.org/TR/epub-33/. The container is EbookLib's, every document our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, BinaryIO

from msgspec import Meta, Struct

from converters import styles
from converters.article import Article
from converters.edition import Edition
from converters.errors import WriteError
from converters.images import Need
from converters.languages import label
from converters.notes import Links, number
from converters.writers import Context
from converters.writers._epub_archive import Archive
from converters.writers._epub_chapter import (
    COVER,
    STYLE_SHEET,
    Chapter,
    Document,
    Entry,
    Gathered,
    Notes,
    cover_page,
)
from converters.writers._epub_nav import NAVIGATION, navigation, ncx
from converters.writers._epub_package import PACKAGE, Package, identifier, package_document
from converters.writers._epub_plan import Landmark, Part, Plan, plan
from converters.writers._epub_style import portable
from converters.writers._lead import lead
from converters.writers.html import absence

__all__ = ["Options", "picture_need", "write"]

# What Apple's readers once showed of a picture (EP-29); who asks for wider ones wants more.
_WIDTH, _PIXELS = 1600, 2_000_000
# A cover fills a screen: of fewer pixels it is a blur, and as a thumbnail next to others a stain.
_COVER_LONG, _COVER_SHORT = 600, 400
# Larger books are refused by Send to Kindle.
_LARGE = 50_000_000


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the book is made.

    ``links``: what becomes of links. ``notes``: ``"popup"`` marks notes for pop-ups,
    ``"visible"`` for readers that take such notes out of the text. ``style``: the name of a look,
    or the path of a CSS file that is added to the style sheet. ``toc_depth``: how many levels of
    headings the contents show, the articles' titles included. ``image_width``: how many pixels
    wide and high pictures are at most (0: as they are); ``gray``: pictures are grey, which makes
    the book smaller for readers with electronic ink.
    """

    links: Links = "notes"
    notes: Notes = "popup"
    style: str = ""
    toc_depth: int = 2
    image_width: Annotated[int, Meta(ge=0)] = _WIDTH
    gray: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What e-readers can use of a picture: stills of a size that old ones open."""
    side = options.image_width
    return Need(
        width=side,
        height=side,
        pixels=_PIXELS if 0 < side <= _WIDTH else 0,
        grey=options.gray,
    )


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one EPUB to the binary ``target``.

    Raises :class:`~converters.errors.WriteError` for an edition without articles and
    :class:`~converters.errors.ConversionError` for a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "EPUB", "there is no article to write")
    style = _style(options, context)
    with Archive(target) as archive:
        book = _Book(plan(edition), options, context, archive)
        book.write(style)
    size = sum(picture.size for picture in book.gathered.files.values())
    if size > _LARGE:
        context.warn(
            f"the pictures of the book take {size // 1_000_000} MB: Send to Kindle and some "
            "e-readers refuse more than 50 MB (--image-width 1000 or --gray makes them smaller)"
        )


class _Book:
    """A book while it is written: each document goes into the archive when it is made.

    What stays in memory is the plan, the lines of the contents and where pictures can be had.
    """

    def __init__(self, plan: Plan, options: Options, context: Context, archive: Archive) -> None:
        self.plan = plan
        self.options = options
        self.context = context
        self.archive = archive
        self.gathered = Gathered()
        self.documents: list[str] = []
        self.cover = ""
        self._articles = iter(plan.edition.articles)

    def put(self, document: Document, *, read: bool = True) -> None:
        """Write ``document``; ``read``: it is a page of the book."""
        self.archive.put(document.name, document.data)
        if read:
            self.documents.append(document.name)

    def write(self, style: str) -> None:
        """Write everything, in the order in which it is read; then what tells of it."""
        plan = self.plan
        in_spine = len(plan.names) > 1
        if in_spine:
            self.documents.append(NAVIGATION)
        entries = [*self.entries(plan.parts)]
        if self.cover:
            page = cover_page(self.cover, plan.title, plan.language, plan.direction)
            self.put(page, read=False)
        landmarks = [*self.landmarks(entries[0].address)]
        name = identifier(plan)
        self.put(navigation(entries, plan, landmarks), read=False)
        contents = ncx(entries, title=plan.title, identifier=name, language=plan.language)
        self.put(contents, read=False)
        self.archive.put(STYLE_SHEET, f"{style}{self.gathered.rules()}".encode())
        for address, picture in sorted(self.gathered.files.items()):
            self.archive.store(address, picture.data)
        package = Package(plan, name, self.documents, self.gathered, landmarks, self.cover)
        self.archive.put(PACKAGE, package_document(package))

    def entries(self, parts: Sequence[Part | int]) -> Iterator[Entry]:
        """Write the chapters of ``parts``, and give their lines of the contents."""
        for part in parts:
            if isinstance(part, Part):
                yield from self.entries(part.children)
            else:
                yield self.chapter(next(self._articles), part)

    def chapter(self, article: Article, place: int) -> Entry:
        """Write the documents of ``article``, which has this place in the book."""
        if not self.cover:
            self.cover = self.lead_picture(article)
        own = self.plan.place_of(article.url) if article.url else None

        def inside(url: str) -> str | None:
            """The address of another article of the book."""
            found = self.plan.place_of(url)
            return None if found in (None, own) else self.plan.address(found)

        numbered = number(
            article,
            self.options.links,
            shared=False,
            absent=absence(article, self.context),
            inside=lambda url: inside(url) is not None,
        )
        chapter = Chapter(
            numbered,
            self.context,
            self.gathered,
            name=self.plan.names[place],
            notes=self.options.notes,
            toc_depth=self.options.toc_depth,
            inside=inside,
        )
        documents, entry = chapter.documents()
        for document in documents:
            self.put(document)
        return entry

    def lead_picture(self, article: Article) -> str:
        """The address of an article's lead picture, if it is large enough for a cover (EP-30)."""
        found = lead(article, self.context.pictures, long_side=_COVER_LONG, short_side=_COVER_SHORT)
        return self.gathered.store(found.picture) if found is not None else ""

    def landmarks(self, start: str) -> Iterator[Landmark]:
        """Where readers find the cover, the contents and the text."""
        language = self.plan.language
        if self.cover:
            yield Landmark("cover", "cover", label("cover", language), COVER)
        if NAVIGATION in self.documents:
            # A landmark may lead to the contents only where they are a page of the book.
            yield Landmark("toc", "toc", label("contents", language), f"{NAVIGATION}#toc")
        yield Landmark("bodymatter", "text", label("start", language), start)


def _style(options: Options, context: Context) -> str:
    """The style sheet of the book, the person's own at its end."""
    own = f"{styles.own('reading')}\n{styles.own('epub')}"
    sheet = portable(own, context.warn)
    added = styles.style(options.style)
    return f"{sheet}\n{portable(added, context.warn)}" if added else sheet
