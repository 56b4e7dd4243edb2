"""The PDF writer: pages for print, laid out by WeasyPrint.

https://doc.courtbouillon.org/weasyprint/. The markup is made by ``_pdf_html``, its fine
typography by ``_pdf_typography``; ``styles/print.css`` dresses it, ``_pdf_page`` adds the paper.
docs/pdf.md describes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Annotated, Any, BinaryIO, Literal, TypeAlias

from msgspec import Meta, Struct

from converters import styles
from converters.collection import without_collection
from converters.edition import Edition, Member
from converters.errors import ConversionError, WriteError
from converters.images import Need, Picture
from converters.notes import Links, number
from converters.writers import Context
from converters.writers import _pdf_engine as engine
from converters.writers._matter import edition_title, elsewhere, newest
from converters.writers._pdf_edition import Whole, prefix
from converters.writers._pdf_fonts import advice
from converters.writers._pdf_html import PrintRenderer, Setting
from converters.writers._pdf_notes import in_place, too_many
from converters.writers._pdf_page import Page, black, find_page, page_style
from converters.writers._pdf_pictures import Area
from converters.writers._pdf_places import Places
from converters.writers._pdf_tags import mend
from converters.writers._pdf_unicode import Fonts
from converters.writers._xhtml import Markup, element, join, language_attributes, text
from converters.writers.html import absence

__all__ = ["Options", "picture_need", "write"]

_DPI = 300  # what a printer shows of a photograph

Variant: TypeAlias = Literal["", "pdf/ua-1", "pdf/a-2u", "pdf/a-2a", "pdf/a-3u", "pdf/a-3a"]
"""Standards that the file may say it follows; the empty one says nothing."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the pages are made.

    ``links``: what becomes of links. ``page``: the paper, by name (``A4``, ``A5``, ``Letter``) or
    size in millimetres (``120x160``). ``notes``: ``"page"`` puts them at the foot of the page
    that calls them (and behind the article where they would take too much of the pages),
    ``"end"`` always behind the article. ``style``: the name of a look, or the path of a CSS file
    that is added to the style sheet. ``variant``: the standard that the file claims to follow;
    nothing checks that claim here. ``image_width``: how many pixels wide pictures are at most
    (0: 300 to the inch of the text's width). ``gray``: pictures are in 8-bit grey and all else is
    black.

    ``columns``: how many columns the text has (0: as many as the look says). ``duplex``: pages are
    printed on both sides and bound. ``flow``: whether each article begins on a new page.
    ``glance``: an edition of many articles says of each in two lines what it is about.
    ``addresses``: its list of sources names all addresses. ``qr``: a QR code of its address
    stands with each article. ``logo``: the path of a picture for the masthead. ``note``: the
    editor's note, paragraphs with blank lines between. ``toner_save``: no grounds, light pictures.
    """

    links: Links = "notes"
    page: str = "A4"
    notes: Literal["page", "end"] = "page"
    style: str = ""
    variant: Variant = ""
    image_width: Annotated[int, Meta(ge=0)] = 0
    gray: bool = False
    columns: Literal[0, 1, 2] = 0
    duplex: bool = False
    flow: Literal["page", "continuous"] = "page"
    glance: bool = False
    addresses: bool = False
    qr: bool = False
    logo: str = ""
    note: str = ""
    toner_save: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What this size of page can use of a picture: 300 pixels to the inch of the type area.

    A strip may be higher than a page, since it goes on over several, but no larger in all.
    Raises :class:`~converters.errors.ConversionError` for a size of paper that does not exist.
    """
    page = _page(edition, options)
    width = options.image_width or _pixels(page.measure * page.size)
    return Need(width=width, pixels=width * _pixels(page.text_height), grey=options.gray)


def _pixels(points: float) -> int:
    return ceil(points / 72 * _DPI)


def _page(edition: Edition, options: Options) -> Page:
    try:
        return find_page(options.page, edition.language)
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
    added = styles.style(options.style)
    weasyprint = engine.engine()
    with without_collection(), engine.Messages() as messages:
        press = _Press(weasyprint, edition, page, options, context, added)
        document = press.layout()
        press.describe(document)
        _one_annotation_a_link(document)
        tags = {"pdf_tags": True, "pdf_variant": options.variant or None, "custom_metadata": True}
        document.write_pdf(target, finisher=press.finish, **tags)
    for message in messages.others:
        context.warn(message)
    for message in advice(messages.missing):
        context.warn(message)


@dataclass(slots=True)
class _Press:
    """One edition on its way to paper."""

    weasyprint: Any
    edition: Edition
    page: Page
    options: Options
    context: Context
    added_style: str
    resources: dict[str, Picture] = field(default_factory=dict)

    def layout(self) -> Any:
        """Lay out the edition; notes that find no room at the foot of their page go to the end."""
        at_end: set[int] = set()
        places = Places()
        while True:
            document, called = self._lay_out(at_end, places)
            crowded = called.keys() - in_place(called, document.pages) - at_end
            known = {
                name: number
                for number, page in reversed(list(enumerate(document.pages, 1)))
                for name in page.anchors
            }
            done = not self.edition.is_bundle or places.pages == known
            if not crowded and done:
                return document
            at_end |= crowded
            places = Places(known)

    def _articles(self, at_end: set[int], places: Places) -> Iterator[PrintRenderer]:
        """A renderer for each article. ``at_end`` are those whose notes stand behind them.

        Those that have too many notes for the feet of their pages are added to it.
        """
        edition, page = self.edition, self.page
        several = len(edition.members) > 1
        other = elsewhere(edition)
        for n, article in enumerate(edition.articles):

            def inside(url: str, n: int = n) -> str | None:
                place = other(n, url)
                return None if place is None else f"{prefix(place)}top"

            numbered = number(
                article,
                self.options.links,
                absent=absence(article, self.context),
                inside=lambda url, inside=inside: inside(url) is not None,  # type: ignore[misc]
            )
            if self.options.notes == "end" or too_many(numbered, page):
                at_end.add(n)
            setting = Setting(
                measure=page.measure,
                area=Area(page.measure * page.size, page.text_height),
                prefix=prefix(n) if several or edition.is_bundle else "",
                notes_at_end=n in at_end,
                side=self.title if several or edition.is_bundle else article.site,
                inside=inside,
                places=places,
                qr=self.options.qr,
            )
            yield PrintRenderer(numbered, self.context, self._shelf, setting)

    def _shelf(self, picture: Picture) -> str:
        address = f"{engine.SCHEME}picture/{picture.digest}"
        self.resources[address] = picture
        return address

    def _lay_out(
        self, at_end: set[int], places: Places
    ) -> tuple[Any, dict[int, list[tuple[str, str]]]]:
        """The edition on pages, and for each article the ids of its notes."""
        whole = Whole(self.edition, self.page, places) if self.edition.is_bundle else None
        parts = [whole.front()] if whole else []
        called: dict[int, list[tuple[str, str]]] = {}
        for n, renderer in enumerate(self._articles(at_end, places)):
            parts += [whole.opening(n)] if whole else []
            parts.append(renderer.document())
            called[n] = renderer.called()
        parts += [whole.back()] if whole else []
        fetch = engine.fetcher(self.resources)
        markup = self._markup(parts, whole.kind if whole else None)
        markup = Markup(markup.replace(f'href="{engine.SCHEME}#', 'href="#'))
        source = engine.parse(markup, fetch)
        fonts = engine.font_configuration()
        sheets = [
            self.weasyprint.CSS(string=sheet, url_fetcher=fetch, font_config=fonts)
            for sheet in (self._sheet(), page_style(self.page, self.edition.language))
        ]
        if self.options.variant.startswith("pdf/a"):
            # PDF/A forbids smoothing what is enlarged (ISO 19005-2, 6.2.8).
            sharp = "img { image-rendering: crisp-edges }"
            sheets.append(self.weasyprint.CSS(string=sharp, url_fetcher=fetch))
        if self.added_style:
            sheets.append(
                self.weasyprint.CSS(string=self.added_style, url_fetcher=fetch, font_config=fonts)
            )
        document = source.render(stylesheets=sheets, font_config=fonts, pdf_tags=True)
        document.fonts = Fonts(markup)
        return document, called

    def _sheet(self) -> str:
        sheet = "\n".join(map(styles.own, ("print", "print-scripts", "print-edition")))
        return black(sheet) if self.options.gray else sheet

    def _markup(self, parts: Iterable[Markup], kind: str | None) -> Markup:
        head = element("head", element("title", text(self.title)))
        attributes = language_attributes(self.edition.language or "und", self._direction())
        return element(
            "html", join((head, element("body", join(parts), {"class": kind}))), attributes
        )

    def _direction(self) -> str:
        """The direction of all articles; where they differ, each has its own."""
        ways = {member.direction for member in self.edition.members}
        return "rtl" if ways == {"rtl"} else "ltr"

    @property
    def title(self) -> str:
        """The edition's title on one line, or words that stand for a missing one."""
        return edition_title(self.edition)

    def describe(self, document: Any) -> None:
        """Say in the file's metadata what the file is. No date is taken from the clock."""
        from converters import __version__

        members = self.edition.members
        only = members[0].summary if len(members) == 1 else ""
        metadata = document.metadata
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

    def finish(self, document: Any, pdf: Any) -> None:
        """The last touches before the file is written."""
        mend(pdf)
        if not self.options.variant:
            document.metadata.include_in_pdf(pdf, "a", None, None, compress=False)
        # PDF/A wants metadata that programs can read without knowing PDF (ISO 19005-2, 6.6.2.1).
        pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False


def _one_annotation_a_link(document: Any) -> None:
    """Leave each link one annotation a line: WeasyPrint adds another for every element in it."""
    for page in document.pages:
        page.links[:] = [link for link in page.links if link[3].element_tag == "a"]


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
