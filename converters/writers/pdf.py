"""The PDF writer: pages for print, laid out by WeasyPrint.

https://doc.courtbouillon.org/weasyprint/. The markup is made by ``_pdf_html``, its fine
typography by ``_pdf_typography``; ``styles/print.css`` dresses it, ``_pdf_page`` adds the paper.
A file of many articles is made of parts (``_pdf_book``). docs/pdf.md describes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from converters import styles
from converters.article import Article
from converters.collection import without_collection
from converters.edition import Edition, Member
from converters.errors import ConversionError, WriteError
from converters.images import Need
from converters.notes import number
from converters.writers import Context
from converters.writers import _pdf_archive as archive
from converters.writers import _pdf_engine as engine
from converters.writers._chosen import chosen_logo
from converters.writers._matter import edition_title, elsewhere, newest
from converters.writers._pdf_back import note_addresses
from converters.writers._pdf_binding import bind, shifts
from converters.writers._pdf_book import Book, Piece, Shelf
from converters.writers._pdf_edition import Extras, Whole, body_class, prefix
from converters.writers._pdf_fonts import advice
from converters.writers._pdf_html import PrintRenderer, Setting
from converters.writers._pdf_ink import inked
from converters.writers._pdf_look import LOOKS, find_look
from converters.writers._pdf_notes import in_place, too_many
from converters.writers._pdf_options import Options
from converters.writers._pdf_page import Page, find_page, page_style
from converters.writers._pdf_pictures import Area
from converters.writers._pdf_places import Places
from converters.writers._pdf_press import document, one_annotation_a_link
from converters.writers._pdf_short import shorter
from converters.writers._pdf_style import blamed
from converters.writers._xhtml import Markup, element, join, language_attributes, text
from converters.writers.html import absence

__all__ = ["Options", "picture_need", "write"]

_DPI = 300  # what a printer shows of a photograph

# What fills a page of an edition, about, in characters: enough to guess how many digits the
# number of the last page has.
_PER_PAGE = 1200
# Articles that follow each other on the page are laid out together, but not more than about
# so many characters of them: memory grows with the pages of a part.
_PER_RUN = 40_000


def picture_need(edition: Edition, options: Options) -> Need:
    """What this size of page can use of a picture: 300 pixels to the inch of the type area.

    A strip may be higher than a page, since it goes on over several, but no larger in all.
    Raises :class:`~converters.errors.ConversionError` for a size of paper that does not exist.
    """
    page = _page(edition, options)
    width = options.image_width or _pixels(page.text_width)
    return Need(width=width, pixels=width * _pixels(page.text_height), grey=options.gray)


def _pixels(points: float) -> int:
    return ceil(points / 72 * _DPI)


def _page(edition: Edition, options: Options) -> Page:
    try:
        look = find_look(options.style or options.look, styles.style(options.style), options.look)
        return find_page(options.page, edition.language, look, options.columns)
    except ValueError as error:
        raise ConversionError("page", str(error)) from error


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one PDF to the binary ``target``.

    Raises :class:`~converters.errors.WriteError` for an edition without articles and where
    WeasyPrint lacks a library, :class:`~converters.errors.ConversionError` for a size of paper or
    a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "PDF", "there is no article to write")
    page = _page(edition, options)
    sheets = tuple(_sheets(edition, page, options))
    engine.engine()
    own = "" if options.style in LOOKS else options.style
    with (
        blamed(own),
        TemporaryDirectory(prefix="broadsheet-") as folder,
        engine.Messages() as messages,
    ):
        press = _Press(edition, page, options, context, sheets, Shelf(Path(folder)))
        press.missing = messages.missing
        if len(edition.members) > 1 or edition.is_bundle:
            press.write_many(target)
        else:
            press.write_one(target)
    for message in dict.fromkeys((*messages.others, *press.messages)):
        context.warn(message)
    for message in advice(press.missing):
        context.warn(message)


def _sheets(edition: Edition, page: Page, options: Options) -> Iterator[str]:
    """The style sheets, from the general to what the person asked for."""
    gray, toner_save = options.gray, options.toner_save
    for name in ("print", "print-scripts", "print-edition"):
        yield inked(styles.own(name), gray=gray, toner_save=toner_save)
    yield page_style(page, edition.language, duplex=options.duplex)
    if page.look.name:
        yield inked(styles.own(page.look.name), gray=gray, toner_save=toner_save)
    if options.style not in LOOKS:  # a file
        yield styles.style(options.style)


class _Press:
    """One edition on its way to paper."""

    def __init__(
        self,
        edition: Edition,
        page: Page,
        options: Options,
        context: Context,
        sheets: Sequence[str],
        shelf: Shelf,
    ) -> None:
        self.edition = edition
        self.page = page
        self.options = options
        self.context = context
        self.sheets = sheets
        self.shelf = shelf
        self.messages: list[str] = []
        self.missing: dict[str, None] = {}
        self.addresses: dict[int, list[tuple[int, str]]] = {}
        self._other = elsewhere(edition)
        self._around: Whole | None = None

    # --- An article --------------------------------------------------------------------------

    def write_one(self, target: BinaryIO) -> None:
        """Write the only article; its notes go to its end where the pages have no room for them."""
        article = self.edition.articles[0]
        at_end = False
        with without_collection():
            while True:
                renderer = self._renderer(0, article, Places(), at_end=at_end)
                markup = self._wrapped(renderer.document())
                resources = self.shelf.of(markup)
                found = document(markup, self.sheets, resources)
                called = {} if at_end else {0: renderer.called()}
                if called.keys() <= in_place(called, found.pages):
                    break
                at_end = True
            found = shorter(
                found,
                lambda: document(markup, self.sheets, resources),
                lambda other: called.keys() <= in_place(called, other.pages),
            )
            self.describe(found)
            one_annotation_a_link(found)
            found.write_pdf(
                target,
                finisher=self._finish_one,
                pdf_tags=True,
                pdf_variant=self.options.variant or None,
                custom_metadata=True,
            )

    def _renderer(self, n: int, article: Article, places: Places, *, at_end: bool) -> PrintRenderer:
        """What renders the article at place ``n``; ``at_end``: with its notes behind it."""
        several = len(self.edition.members) > 1 or self.edition.is_bundle

        def inside(url: str) -> str | None:
            place = self._other(n, url)
            return None if place is None else f"{prefix(place)}top"

        numbered = number(
            article,
            self.options.links,
            absent=absence(article, self.context),
            inside=lambda url: inside(url) is not None,
        )
        if self.options.addresses:
            self.addresses[n] = note_addresses(numbered)
        page = self.page
        setting = Setting(
            measure=page.measure,
            area=Area(page.column_width, page.text_height),
            columns=page.columns,
            full_measure=page.full_measure,
            full_area=Area(page.text_width, page.text_height),
            headline=page.look.headline,
            prefix=prefix(n) if several else "",
            notes_at_end=at_end or self.options.notes == "end" or too_many(numbered, page),
            side=self._side(article),
            inside=inside,
            places=places,
            qr=self.options.qr,
            follows=self.options.flow == "continuous",
            duplex=self.options.duplex,
            smallest=page.smallest,
            sections=self._whole(places).sections(n) if self.edition.is_bundle else frozenset(),
        )
        return PrintRenderer(numbered, self.context, self.shelf, setting)

    def _side(self, article: Article) -> str:
        """The half of the running head that is not the article's title."""
        if len(self.edition.members) == 1 and not self.edition.is_bundle:
            return article.site
        return "" if self.title == article.title else self.title

    # --- Many articles -----------------------------------------------------------------------

    def write_many(self, target: BinaryIO) -> None:
        """Write an edition of many articles."""
        runs = list(self._runs())
        around = self.edition.is_bundle
        members = self.edition.members
        expected = sum(max(each.length // _PER_PAGE, 1) for each in members)
        lengths = [sum(members[n].length for n in run) for run in runs]
        if around:  # both name all articles
            lengths = [sum(lengths), *lengths, sum(lengths)]

        def make(part: int, places: Places, crowded: set[int]) -> Piece:
            if around and part in {0, len(runs) + 1}:
                whole = self._whole(places)
                return Piece(whole.front() if part == 0 else whole.back(self.addresses))
            return self._run(runs[part - around], places, crowded)

        book = Book(
            lengths,
            make,
            wrap=self._wrapped,
            sheets=self.sheets,
            variant=self.options.variant,
            shelf=self.shelf,
            workers=self.context.workers,
            digits=len(str(expected)),
            has_back=around,
        )
        book.lay_out()

        def finish(found: Any, pdf: Any) -> None:
            # Other processes tell nobody else.
            self.missing |= book.missing()
            self.messages += book.messages()
            self._finish(found, pdf)

        book.write(target, shift=self._shifts(), describe=self.describe, finish=finish)

    def _whole(self, places: Places) -> Whole:
        """What is around the articles on these ``places``; each article asks for it."""
        if self._around is None or self._around.places is not places:
            self._around = Whole(self.edition, self.page, places, self._extras)
        return self._around

    @cached_property
    def _extras(self) -> Extras:
        """What stands before and behind the articles, beside title, contents and sources."""
        said = self.options
        logo = chosen_logo(said.logo, grey=said.gray) if said.logo else None
        return Extras(
            glance=said.glance,
            note=said.note,
            logo=self.shelf(logo) if logo else "",
            addresses=said.addresses,
        )

    def _runs(self) -> Iterator[range]:
        """Articles that are laid out together: one, or several that follow on the same page.

        Sections follow each other there, too: most have an article or two.
        """
        members = self.edition.members
        if self.options.flow == "page":
            yield from (range(n, n + 1) for n in range(len(members)))
            return
        start = length = 0
        for n, each in enumerate(members):
            if n > start and length > _PER_RUN:
                yield range(start, n)
                start, length = n, 0
            length += each.length
        yield range(start, len(members))

    def _run(self, run: range, places: Places, crowded: set[int]) -> Piece:
        """Some articles, with the titles of the sections that begin with them."""
        whole = self._whole(places) if self.edition.is_bundle else None
        parts: list[Markup] = []
        called: dict[int, list[tuple[str, str]]] = {}
        for n in run:
            renderer = self._renderer(n, self.edition.articles[n], places, at_end=n in crowded)
            if whole is not None:
                parts.append(whole.opening(n))
            parts.append(renderer.document())
            if n not in crowded:
                called[n] = renderer.called()
        return Piece(join(parts), called)

    # --- The file ----------------------------------------------------------------------------

    def _wrapped(self, markup: Markup) -> Markup:
        """A document of ``markup``."""
        head = element("head", element("title", text(self.title)))
        attributes = language_attributes(self.edition.language or "und", self._direction)
        body = element("body", markup, {"class": self._kind})
        return element("html", join((head, body)), attributes)

    @cached_property
    def _kind(self) -> str | None:
        return body_class(self.edition) if self.edition.is_bundle else None

    @cached_property
    def _direction(self) -> str:
        """The direction of all articles; where they differ, each has its own."""
        ways = {member.direction for member in self.edition.members}
        return "rtl" if ways == {"rtl"} else "ltr"

    @property
    def title(self) -> str:
        """The edition's title on one line, or words that stand for a missing one."""
        return edition_title(self.edition)

    def describe(self, found: Any) -> None:
        """Say in the file's metadata what the file is. No date is taken from the clock."""
        from converters import __version__

        members = self.edition.members
        only = members[0].summary if len(members) == 1 else ""
        metadata = found.metadata
        metadata.title = self.title
        metadata.authors = list(self.edition.authors)
        described = self.edition.description or self.edition.subtitle or only
        metadata.description = " ".join(described.split())
        metadata.keywords = list(dict.fromkeys(tag for member in members for tag in member.tags))
        metadata.generator = f"Broadsheet {__version__}"
        metadata.lang = self.edition.language or "und"
        metadata.created = _w3c(_date(members))
        metadata.modified = metadata.created
        sources = list(dict.fromkeys(member.url for member in members if member.url))
        metadata.custom = {"Source": sources[0]} if len(sources) == 1 else {}

    def _shifts(self) -> tuple[float, float]:
        if not self.options.duplex:
            return 0.0, 0.0
        return shifts(self.page, from_right=self._direction == "rtl")

    def _finish_one(self, found: Any, pdf: Any) -> None:
        bind(pdf, self._shifts())
        self._finish(found, pdf)

    def _finish(self, found: Any, pdf: Any) -> None:
        """The last touches before the file is written: it claims what is true of it."""
        wanted = self.options.variant
        variant, reason = archive.claimed(wanted, found.fonts.characters, self.missing)
        if reason:
            self.messages.append(reason)
        archive.conform(pdf, wanted)
        archive.describe(pdf, found.metadata, variant)


def _date(members: Iterable[Member]) -> datetime | None:
    """The newest date that an article has, or SOURCE_DATE_EPOCH."""
    return newest(
        moment
        for member in members
        for moment in (member.updated, member.published or member.archived)
    )


def _w3c(moment: datetime | None) -> str | None:
    """A date in UTC as WeasyPrint takes it (https://www.w3.org/TR/NOTE-datetime)."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
