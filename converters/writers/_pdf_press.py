"""One part of a PDF: from markup to pages, in this process or in another.

A file of many articles is laid out in parts, each a document of its own to WeasyPrint: its time
grows with the square of some things, its memory with every page, and it works on one processor.
A part is written as a PDF of its own whose fonts are left out (:mod:`._pdf_faces`);
:mod:`._pdf_join` makes one file of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from converters.collection import Waste, without_collection
from converters.writers import _pdf_engine as engine
from converters.writers._pdf_archive import conform
from converters.writers._pdf_faces import Face, used
from converters.writers._pdf_notes import in_place
from converters.writers._pdf_short import shorter
from converters.writers._pdf_unicode import Fonts

__all__ = [
    "Bookmark",
    "Job",
    "Part",
    "Resource",
    "anchors",
    "document",
    "one_annotation_a_link",
    "press",
    "warm",
    "without_margins",
]

_LONGEST_ADDRESS = 32_767  # bytes of a string in PDF/A; addresses are ASCII


class Resource(Struct, frozen=True):
    """A picture in a file that every process can read."""

    media_type: str
    path: str

    @property
    def data(self) -> bytes:
        """The whole of it, read anew each time."""
        return Path(self.path).read_bytes()


class Job(Struct, frozen=True, kw_only=True):
    """A part to be laid out.

    ``markup`` is a whole XHTML document, ``resources`` what it may ask for by address, ``sheets``
    its style sheets. ``called`` holds for articles, by their places, the ids of their notes' marks
    and notes. ``prefix`` begins the ids of structure elements. ``variant`` is the file's standard.
    ``path`` is where the part is written; without one it is only measured.
    """

    markup: str
    sheets: tuple[str, ...]
    path: str
    prefix: str
    variant: str = ""
    resources: Mapping[str, Resource] = {}
    called: Mapping[int, Sequence[tuple[str, str]]] = {}


class Bookmark(Struct, frozen=True):
    """A line of the outline: its level from 1, and where it leads (points from the page's foot)."""

    level: int
    label: str
    page: int
    left: float
    top: float


class Part(Struct, frozen=True, kw_only=True):
    """A part on pages, which are counted from 0 within it.

    ``anchors`` are the ids and their pages. ``crowded`` are articles whose notes found no room at
    the feet of their pages: there is no file then. ``missing`` are characters without a glyph,
    ``messages`` what WeasyPrint says besides.
    """

    path: str = ""
    pages: int = 0
    anchors: Mapping[str, int] = {}
    heads: Sequence[tuple[int, str, str]] = ()
    bookmarks: Sequence[Bookmark] = ()
    faces: Sequence[Face] = ()
    characters: str = ""
    crowded: frozenset[int] = frozenset()
    missing: Sequence[str] = ()
    messages: Sequence[str] = ()
    error: str = ""


# All margin boxes there are (https://www.w3.org/TR/css-page-3/#margin-boxes).
_MARGIN_BOXES = (
    *(f"{side}-{place}" for side in ("top", "bottom") for place in ("left", "center", "right")),
    *(f"{side}-{place}" for side in ("left", "right") for place in ("top", "middle", "bottom")),
    *(f"{side}-{place}-corner" for side in ("top", "bottom") for place in ("left", "right")),
)


@cache
def without_margins() -> str:
    """A style sheet that leaves the margins empty: they are filled when all pages are known."""
    return f"@page {{ {' '.join(f'@{box} {{ content: none }}' for box in _MARGIN_BOXES)} }}"


def document(markup: str, sheets: Sequence[str], resources: Mapping[str, Any]) -> Any:
    """``markup`` as WeasyPrint lays it out. Style sheets are parsed once in a process."""
    fetch = engine.fetcher(resources)
    source = engine.parse(markup, fetch)
    parsed = [_parsed(sheet) for sheet in sheets]
    found = source.render(stylesheets=parsed, font_config=engine.fonts(), pdf_tags=True)
    found.fonts = Fonts(markup)
    return found


def warm(sheets: Iterable[str]) -> None:
    """Do before processes are forked what each of them would have to do."""
    for sheet in sheets:
        _parsed(sheet)


# Six of a file, as many again for its margins, and those of a person.
@lru_cache(maxsize=32)
def _parsed(sheet: str) -> Any:
    weasyprint = engine.engine()
    return weasyprint.CSS(
        string=sheet,
        base_url=f"{engine.SCHEME}style/",  # of what it imports, which is refused in words
        url_fetcher=engine.fetcher({}),
        font_config=engine.fonts(),
    )


# Pages are about a megabyte of objects each, whose garbage takes a third of their time to find.
_waste = Waste(120)


def press(job: Job) -> Part:
    """Lay out ``job`` and write its pages to its path."""
    part = _pressed(job)
    _waste.add(part.pages)
    return part


def _pressed(job: Job) -> Part:
    with without_collection(), engine.Messages() as messages:
        found = document(job.markup, job.sheets, job.resources)
        crowded = job.called.keys() - in_place(job.called, found.pages)
        if crowded:
            return Part(pages=len(found.pages), crowded=frozenset(crowded))
        found = shorter(
            found,
            lambda: document(job.markup, job.sheets, job.resources),
            lambda other: job.called.keys() <= in_place(job.called, other.pages),
        )
        if not job.path:
            return Part(pages=len(found.pages), anchors=anchors(found))
        one_annotation_a_link(found)
        characters = found.fonts.characters
        faces: list[Face] = []

        def left_out(fonts: Fonts) -> dict[str, Any]:
            faces.extend(used(fonts))
            return {}

        found.fonts.embedded = left_out
        found.write_pdf(
            job.path,
            finisher=lambda _, pdf: conform(pdf, job.variant),
            pdf_tags=True,
            pdf_variant=job.variant or None,
        )
    return Part(
        path=job.path,
        pages=len(found.pages),
        anchors=anchors(found),
        heads=tuple(_heads(found)),
        bookmarks=tuple(_bookmarks(found)),
        faces=tuple(faces),
        characters="".join(sorted(characters)),
        missing=tuple(messages.missing),
        messages=tuple(messages.others),
    )


def one_annotation_a_link(found: Any) -> None:
    """Leave each link one annotation a line: WeasyPrint adds another for every element in it.

    Addresses that no program follows, and PDF/A does not allow (ISO 19005-2, 6.1.13), lead nowhere.
    """
    for page in found.pages:
        page.links[:] = [
            (kind, target, _with_room(area, box), box)
            for kind, target, area, box in page.links
            if box.element_tag == "a" and len(target) <= _LONGEST_ADDRESS
        ]


def _with_room(area: tuple[float, ...], box: Any) -> tuple[float, ...]:
    """Where a link can be touched: WeasyPrint gives the line's height, and a mark takes none."""
    left, top, right, bottom = area
    room = 0.6 * box.style["font_size"] if top == bottom else 0.0
    return left, top - room, right, bottom + room


def anchors(found: Any) -> dict[str, int]:
    """The page, from 0, that each id is on first."""
    places: dict[str, int] = {}
    for number, page in enumerate(found.pages):
        for name in page.anchors:
            places.setdefault(name, number)
    return places


def _heads(found: Any) -> Iterator[tuple[int, str, str]]:
    """What sets running heads, in its order: the page it is on, and the head's two halves."""
    places = anchors(found)
    for node in found._html.etree_element.iter():  # noqa: SLF001
        if (head := node.get("data-head")) is not None:
            yield places.get(node.get("id", ""), 0), node.get("data-side", ""), head


def _bookmarks(found: Any) -> Iterator[Bookmark]:
    for number, page in enumerate(found.pages):
        for level, label, (left, top), _ in page.bookmarks:
            yield Bookmark(level, label, number, 0.75 * left, 0.75 * (page.height - top))
