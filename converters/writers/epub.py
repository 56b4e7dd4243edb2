"""The EPUB writer: EPUB 3.3 with what older readers need, one chapter for each article.

https://www.w3.org/TR/epub-33/. The container is EbookLib's, every document our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

from msgspec import Meta, Struct

from converters import styles
from converters.article import Article
from converters.edition import Edition
from converters.errors import WriteError
from converters.images import Need
from converters.languages import is_cjk, label
from converters.notes import Links, number
from converters.writers import Context
from converters.writers._epub_archive import Archive
from converters.writers._epub_back import about_pages, source_pages
from converters.writers._epub_chapter import (
    COVER,
    MAX_DOCUMENT,
    STYLE_SHEET,
    Chapter,
    Document,
    Entry,
    Gathered,
    cover_page,
)
from converters.writers._epub_device import KOBO_SUFFIX, Device, Finish
from converters.writers._epub_front import (
    CONTENTS,
    TITLE_PAGE,
    contents_pages,
    is_long,
    section_pages,
    title_of,
    title_page,
    turn,
)
from converters.writers._epub_nav import NAVIGATION, articles_only, flattened, navigation, ncx
from converters.writers._epub_package import (
    PACKAGE,
    CoverFile,
    Package,
    identifier,
    package_document,
)
from converters.writers._epub_plan import Landmark, Part, Plan, plan, shortened
from converters.writers._epub_style import portable
from converters.writers._lead import Lead, lead
from converters.writers._matter import depth
from converters.writers._xhtml import EMPTY, Markup
from converters.writers.html import absence

if TYPE_CHECKING:
    from converters.writers._cover import Cover

__all__ = ["Options", "name_advice", "picture_need", "write"]

# What Apple's readers once showed of a picture (EP-29); who asks for wider ones wants more.
_WIDTH, _PIXELS = 1600, 2_000_000
# A cover fills a screen: of fewer pixels it is a blur, and as a thumbnail next to others a stain.
_COVER_LONG, _COVER_SHORT = 600, 400
_NO_COVER = "none"
_COVER_PICTURE = "cover.jpg"
# Levels of the contents that Kindle shows (Kindle Publishing Guidelines, 5.2).
_KINDLE_DEPTH = 2
# Documents that a device makes larger by this much are divided into smaller ones, with some room.
_GROWN, _ROOM = 1.02, 0.85
# Larger books are refused by Send to Kindle.
_LARGE = 50_000_000


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the book is made.

    ``links``: what becomes of links. ``notes``: ``"popup"`` marks notes for pop-ups,
    ``"visible"`` for readers that take such notes out of the text. ``style``: the name of a look,
    or the path of a CSS file that is added to the style sheet. ``toc_depth``: how many levels the
    contents show: sections, the articles' titles (always), headings. ``cover``: the path of a
    picture, or ``"none"``; without it, one is drawn. ``image_width``: how many pixels
    wide and high pictures are at most (0: as they are); ``gray``: pictures are grey, which makes
    the book smaller for readers with electronic ink. ``device``: what the book is read on, where
    that makes a difference (``docs/devices.md``); ``vertical``: Chinese, Japanese and Korean are
    written from top to bottom. ``notes="duokan"`` are for Duokan and readers that follow it.
    """

    links: Links = "notes"
    notes: Literal["popup", "visible", "duokan"] = "popup"
    style: str = ""
    toc_depth: int = 2
    cover: str = ""
    image_width: Annotated[int, Meta(ge=0)] = _WIDTH
    gray: bool = False
    device: Device = "generic"
    vertical: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What e-readers can use of a picture: stills of a size that old ones open."""
    side = options.image_width
    return Need(
        width=side,
        height=side,
        pixels=_PIXELS if 0 < side <= _WIDTH else 0,
        grey=options.gray,
    )


def name_advice(name: str, options: Options) -> str:
    """What to tell of a file's ``name`` that its reader does not take as it is meant, or ""."""
    if options.device != "kobo" or name.lower().endswith(KOBO_SUFFIX):
        return ""
    stem = name[: -len(".epub")] if name.lower().endswith(".epub") else name
    return (
        f"Kobo opens {name} with Adobe's reader, without pop-up notes: name it {stem}{KOBO_SUFFIX} "
        "to have it opened with Kobo's own"
    )


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one EPUB to the binary ``target``.

    Raises :class:`~converters.errors.WriteError` for an edition without articles and
    :class:`~converters.errors.ConversionError` for a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "EPUB", "there is no article to write")
    finish = _finish(edition, options, context)
    style = _style(options, finish, context)
    with Archive(target) as archive:
        book = _Book(plan(edition, finish.growth), options, context, archive, finish)
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

    def __init__(
        self, plan: Plan, options: Options, context: Context, archive: Archive, finish: Finish
    ) -> None:
        self.plan = plan
        self.options = options
        self.context = context
        self.archive = archive
        self.finish = finish
        self.gathered = Gathered()
        self.documents: list[str] = []
        self.is_bundle = plan.edition.is_bundle
        self.is_long = self.is_bundle and is_long(plan)
        self.sections_depth = depth(plan.edition.sections)
        self._articles = iter(plan.edition.articles)
        self._lead: Lead | None = None
        self._contents_of: Mapping[int, str] = {}

    def put(self, document: Document, *, read: bool = True) -> None:
        """Write ``document``; ``read``: it is a page of the book."""
        is_page = document.name.endswith(".xhtml")
        self._store(self.finished(document) if is_page else document, read=read)

    def finished(self, document: Document) -> Document:
        """A page as its device wants it."""
        return Document(document.name, self.finish.document(document.data))

    def _store(self, document: Document, *, read: bool = True) -> None:
        self.archive.put(document.name, document.data)
        if read:
            self.documents.append(document.name)

    def write(self, style: str) -> None:
        """Write everything, in the order in which it is read; then what tells of it."""
        plan = self.plan
        chosen = self.chosen_cover()
        front = [*self.front()]
        text = [*self.entries(plan.parts)]
        entries = (*front, *text, *self.back())
        cover = chosen or self.own_cover()
        has_page = cover is not None and self.options.device != "kindle"
        if cover is not None and has_page:
            page = cover_page(cover.address, plan.title, plan.language, plan.direction)
            self.put(page, read=False)
        landmarks = [*self.landmarks(text[0].address, has_cover=has_page)]
        name = identifier(plan)
        if self.options.device == "kindle":
            entries = flattened(entries, _KINDLE_DEPTH)
        contents = navigation(entries, plan, landmarks)
        if plan.growth * len(contents.data) > MAX_DOCUMENT and not self.is_long:
            entries = articles_only(entries)
            contents = navigation(entries, plan, landmarks)
        self.put(contents, read=False)
        old = ncx(entries, title=plan.title, identifier=name, language=plan.language)
        self.put(old, read=False)
        self.archive.put(STYLE_SHEET, f"{style}{self.gathered.rules()}".encode())
        for address, picture in sorted(self.gathered.files.items()):
            self.archive.store(address, picture.data)
        package = Package(
            plan,
            name,
            self.documents,
            self.gathered,
            landmarks,
            cover,
            has_cover_page=has_page,
            is_vertical=self.finish.vertical,
        )
        self.archive.put(PACKAGE, package_document(package))

    # --- The cover -------------------------------------------------------------------------

    def chosen_cover(self) -> CoverFile | None:
        """The cover that the person chose, before any work that it could spoil."""
        chosen = self.options.cover
        if not chosen or chosen == _NO_COVER:
            return None
        from converters.writers._cover import chosen_cover

        return self.cover_file(chosen_cover(chosen, grey=self.options.gray))

    def own_cover(self) -> CoverFile | None:
        """The cover where the person chose none: drawn, with the first large lead picture."""
        if self.options.cover == _NO_COVER:
            return None
        from converters.writers._cover import cover

        drawn = cover(
            self.plan.edition,
            self._lead,
            self.context,
            grey=self.options.gray,
            direction=self.plan.direction,
        )
        return None if drawn is None else self.cover_file(drawn)

    def cover_file(self, cover: Cover) -> CoverFile:
        self.archive.store(_COVER_PICTURE, cover.data)
        return CoverFile(_COVER_PICTURE, cover.media_type)

    # --- The parts of the book -------------------------------------------------------------

    def front(self) -> Iterator[Entry]:
        """Write the pages before the first article; those that programs alone list are hidden."""
        plan = self.plan
        words = label("contents", plan.language)
        if self.is_bundle:
            self.put(title_page(plan))
            yield Entry(shortened(plan.title), TITLE_PAGE, hidden=True)
        if self.is_long:
            pages, self._contents_of = contents_pages(plan)
            yield self.listed(pages, words)
        elif self.is_bundle or len(plan.names) > 1:
            self.documents.append(NAVIGATION)
            if self.is_bundle:
                yield Entry(words, NAVIGATION, hidden=True)

    def back(self) -> Iterator[Entry]:
        """Write the pages behind the last article."""
        plan = self.plan
        if self.is_bundle:
            yield self.listed(source_pages(plan), label("sources", plan.language))
            yield self.listed(about_pages(plan), label("about", plan.language))

    def listed(self, pages: Sequence[Document], words: str) -> Entry:
        """Write ``pages``, and give the entry of the first, with the others below it."""
        for page in pages:
            self.put(page)
        rest = (Entry(f"{words} ({number})", page.name) for number, page in enumerate(pages[1:], 2))
        return Entry(words, pages[0].name, tuple(rest))

    def entries(
        self, parts: Sequence[Part | int], said: frozenset[str] = frozenset()
    ) -> Iterator[Entry]:
        """Write the chapters of ``parts``, and give their lines of the contents.

        ``said`` is what the sections around them say of them all.
        """
        for part in parts:
            if isinstance(part, Part):
                entry = self.listed(
                    section_pages(self.plan, part), title_of(self.plan, part.section)
                )
                children = (*entry.children, *self.entries(part.children, part.said))
                yield replace(entry, children=children, kind="section")
            else:
                entry = self.chapter(next(self._articles), part)
                details = "" if self.is_long else self.plan.details_of(part, said)
                yield replace(entry, details=details) if self.is_bundle else entry

    def chapter(self, article: Article, place: int) -> Entry:
        """Write the documents of ``article``, which has this place in the book."""
        if self._lead is None:
            pictures = self.context.pictures
            self._lead = lead(article, pictures, long_side=_COVER_LONG, short_side=_COVER_SHORT)

        def inside(url: str) -> str | None:
            """The address of another article of the book."""
            found = self.plan.elsewhere(place, url)
            return None if found is None else self.plan.address(found)

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
            notes="visible" if self.options.notes == "visible" else "popup",
            toc_depth=self.heading_depth,
            inside=inside,
            closing=self.closing(place),
        )
        documents, entry = self.fitted(chapter)
        for document in documents:
            self._store(document)
        return entry

    def fitted(self, chapter: Chapter) -> tuple[list[Document], Entry]:
        """The documents of ``chapter``, finished, and its line of the contents.

        Where that makes them larger than e-readers take well, they are divided further.
        """
        made, entry = chapter.documents()
        documents = [*map(self.finished, made)]
        grown = max(
            len(after.data) / len(before.data) if len(after.data) > MAX_DOCUMENT else 1.0
            for before, after in zip(made, documents, strict=True)
        )
        if grown > _GROWN:
            # A part may hold more of what grows than the whole does on average.
            made, entry = replace(chapter, share=_ROOM / grown).documents()
            documents = [*map(self.finished, made)]
        return documents, entry

    @property
    def heading_depth(self) -> int:
        """How deep the contents go into an article; its title is always there."""
        return 1 if self.is_long else max(1, self.options.toc_depth - self.sections_depth)

    def closing(self, place: int) -> Markup:
        """What follows the article at ``place``."""
        if not self.is_bundle:
            return EMPTY
        return turn(self.plan, place, self._contents_of.get(place, NAVIGATION))

    def landmarks(self, start: str, *, has_cover: bool) -> Iterator[Landmark]:
        """Where readers find the cover, the title page, the contents and the text."""
        language = self.plan.language
        if has_cover:
            yield Landmark("cover", "cover", label("cover", language), COVER)
        if self.is_bundle:
            yield Landmark("titlepage", "title-page", self.plan.title, TITLE_PAGE)
        # A landmark may lead to the contents only where they are a page of the book.
        contents = f"{CONTENTS}.xhtml" if self.is_long else NAVIGATION
        if contents in self.documents:
            yield Landmark("toc", "toc", label("contents", language), contents)
        yield Landmark("bodymatter", "text", label("start", language), start)


def _finish(edition: Edition, options: Options, context: Context) -> Finish:
    """What the options ask for of each document; who asks for what cannot be is told."""
    vertical = options.vertical and is_cjk(edition.language)
    if options.vertical and not vertical:
        language = edition.language or "an unknown language"
        context.warn(
            f"a book in {language} is written from left to right or from right to left: only "
            "Chinese, Japanese and Korean are written vertically"
        )
    return Finish(options.device, vertical, options.notes == "duokan")


def _style(options: Options, finish: Finish, context: Context) -> str:
    """The style sheet of the book, the person's own at its end."""
    names = ["reading", "epub"]
    if finish.vertical:
        names.append("epub-vertical")
    if finish.device == "kobo":
        names.append("epub-kobo")
    if finish.duokan:
        names.append("epub-duokan")
    sheet = portable("\n".join(map(styles.own, names)), context.warn)
    added = styles.style(options.style, printed=False)
    return f"{sheet}\n{portable(added, context.warn)}" if added else sheet
