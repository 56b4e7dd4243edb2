"""A PDF of many articles: its parts are laid out side by side and joined.

Parts are the front matter, each article (or a run of articles that follow each other on the
page), and the back matter. Where one names a page of another, its number is not known when it is
laid out first: such parts are laid out again when all pages are there, until nothing moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from msgspec.structs import replace

from converters.collection import settled, without_collection
from converters.errors import WriteError
from converters.images import Picture
from converters.workers import Pool
from converters.writers import _pdf_engine as engine
from converters.writers._pdf_faces import Faces, adopt
from converters.writers._pdf_join import join
from converters.writers._pdf_places import Places
from converters.writers._pdf_press import (
    Bookmark,
    Job,
    Part,
    Resource,
    document,
    press,
    warm,
    without_margins,
)
from converters.writers._pdf_unicode import Fonts
from converters.writers._xhtml import Markup, element
from converters.writers._xhtml import join as joined

__all__ = ["Book", "Piece", "Shelf"]

# So many margins are filled at a time, even numbers both: memory grows with them.
_LEAST_MARGINS, _MOST_MARGINS = 40, 200
_PICTURE = f"{engine.SCHEME}picture/"
_PICTURES = re.compile(f'"({_PICTURE}[^"]*)"')
_PAGES = re.compile(r"counter\(\s*pages\s*\)")
# Parts that wait for each process: whoever watches is told of them when they are handed out.
_AHEAD = 4
_LOST = (
    "a process that lays out pages was killed, perhaps because memory ran out: -j 1 needs less of "
    "it, as do fewer articles in a file"
)
# Page numbers move what stands behind them once or twice; more would be a circle.
_ROUNDS = 4


@dataclass(slots=True)
class Shelf:
    """The pictures of a file, each once, where processes find them: in files of ``folder``."""

    folder: Path
    resources: dict[str, Resource] = field(default_factory=dict)

    def __call__(self, picture: Picture) -> str:
        """Take ``picture``; gives its address in the markup."""
        address = f"{_PICTURE}{picture.digest}"
        if address not in self.resources:
            path = self.folder / picture.name
            path.write_bytes(picture.data)
            self.resources[address] = Resource(picture.media_type, str(path))
        return address

    def of(self, markup: str) -> dict[str, Resource]:
        """Those that ``markup`` asks for."""
        names = dict.fromkeys(_PICTURES.findall(markup))  # an article's words may look like one
        return {name: self.resources[name] for name in names if name in self.resources}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a part shows: its ``markup``, and its notes as :class:`Job` has them."""

    markup: Markup
    called: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


class Book:
    """The parts of a file, from markup to one PDF.

    ``lengths`` says of each part how long it is, in any unit; ``make`` gives one with the pages
    that are known; ``crowded`` articles have their notes behind them. ``wrap`` makes a document of
    a part's markup; ``sheets`` are the style sheets of all. ``workers`` are the processes that lay
    out. ``has_back``: the last part is back matter.
    """

    def __init__(  # noqa: PLR0913 - all but two are keywords
        self,
        lengths: Sequence[int],
        make: Callable[[int, Places, set[int]], Piece],
        *,
        wrap: Callable[[Markup], Markup],
        sheets: Sequence[str],
        variant: str,
        shelf: Shelf,
        workers: int,
        digits: int,
        has_back: bool,
    ) -> None:
        self.lengths = lengths
        self.count = count = len(lengths)
        self.make = make
        self.wrap = wrap
        self.sheets = tuple(sheets)
        self.variant = variant
        self.shelf = shelf
        self.workers = min(workers, count)
        self.has_back = has_back
        self.places = Places(digits=digits)
        self.crowded: set[int] = set()
        self.parts: list[Part] = [Part()] * count
        self._margins: list[Part] = []
        self._asking: set[int] = set()
        self._faces = Faces()
        self._shown: dict[str, set[int]] = {}

    # --- Pages -----------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Lay out all parts, until each knows the pages that it names, and fill the margins.

        Raises :class:`~converters.errors.WriteError` where a process is killed twice.
        """
        with ExitStack() as stack:
            if self.workers > 1:
                warm((*self.sheets, without_margins()))
                stack.enter_context(settled())
            stack.enter_context(without_collection())  # in processes that are forked, too
            pool = stack.enter_context(Pool(self.workers))
            self._rounds(pool)
            self._fill_margins(pool)

    def _rounds(self, pool: Pool) -> None:
        # Nothing leads to the last part where it is the back matter: it waits for the others.
        waiting = self._longest_first(range(self.count - self.has_back))
        for n in range(_ROUNDS):
            while waiting:
                waiting = self._press(waiting, pool, is_first=n == 0)
            known = self._known()
            if all(part.path for part in self.parts) and self.places.tells_as(known):
                return
            self.places = known
            later = {self.count - 1} if self.has_back and n == 0 else set()
            waiting = self._longest_first(self._asking | later)

    def _longest_first(self, numbers: Iterable[int]) -> list[int]:
        """``numbers`` of parts so that no process is left with a long one at the end."""
        if self.workers == 1:
            return sorted(numbers)
        return sorted(numbers, key=lambda number: (-self.lengths[number], number))

    def _press(self, numbers: Sequence[int], pool: Pool, *, is_first: bool) -> list[int]:
        """Lay out parts; gives those that have to be made again, with their notes at the end.

        What names pages ``is_first`` only measured: it has to be laid out with the numbers anyway.
        """
        again = []
        jobs = (self._job(number, measured=is_first) for number in numbers)
        for number, part in zip(numbers, pool.in_order(press, jobs, _killed, _AHEAD), strict=True):
            if part.crowded:
                self.crowded |= part.crowded
                again.append(number)
            else:
                self.parts[number] = self._taken(number, part)
        return again

    def _taken(self, number: int, part: Part) -> Part:
        """``part`` without its faces, which are added up: hundreds would fill the memory."""
        if part.error:
            raise WriteError("PDF", part.error)
        self._faces.add(number, part.faces, part.characters)
        return replace(part, faces=(), characters="")

    def _with_faces(self, fonts: Fonts) -> dict[str, Any]:
        """``fonts`` with all that the parts use."""
        fonts.characters |= self._faces.characters
        adopt(fonts, self._faces, engine.fonts())
        return fonts

    def _job(self, number: int, *, measured: bool) -> Job:
        """A part to be laid out; ``measured``: written only where it names no page."""
        piece = self.make(number, self.places, self.crowded)
        if asks := "data-page=" in piece.markup:
            self._asking.add(number)
        resources = self.shelf.of(piece.markup)
        for name in resources:
            self._shown.setdefault(name, set()).add(number)
        return Job(
            markup=self.wrap(piece.markup),
            sheets=(*self.sheets, without_margins()),
            path="" if measured and asks else str(self.shelf.folder / f"{number}.pdf"),
            prefix=f"p{number}-",
            variant=self.variant,
            resources=resources,
            called=piece.called,
        )

    @property
    def starts(self) -> list[int]:
        """The page, from 0, that each part begins on."""
        return [0, *accumulate(part.pages for part in self.parts)]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.starts[-1]

    def _known(self) -> Places:
        pages = {
            name: start + page + 1
            for part, start in zip(self.parts, self.starts, strict=False)
            for name, page in part.anchors.items()
        }
        return Places(pages, len(str(self.pages)))

    # --- The file --------------------------------------------------------------------------

    def write(
        self,
        target: BinaryIO,
        *,
        shift: Sequence[float],
        describe: Callable[[Any], None],
        finish: Callable[[Any, Any], None],
    ) -> None:
        """Join what was laid out; ``describe`` and ``finish`` are told of the file's shell."""
        with without_collection():
            empty = self.wrap(_sheet(None))
            shell = document(empty, (*self.sheets, without_margins()), {})
            describe(shell)
            shell.fonts.embedded = self._with_faces
            buffer = BytesIO()
            shell.write_pdf(
                buffer,
                finisher=finish,
                pdf_tags=True,
                pdf_variant=self.variant or None,
                custom_metadata=True,
                uncompressed_pdf=True,  # what joins the parts compresses it, in half the time
            )
        shared = any(len(numbers) > 1 for numbers in self._shown.values())
        join(buffer, self._margins, self.parts, self._bookmarks(), target, shift, shared=shared)

    def _fill_margins(self, pool: Pool) -> None:
        lot = self._lot()
        jobs = [self._margin_job(first, lot) for first in range(0, max(self.pages - 1, 1), lot)]
        numbered = enumerate(pool.in_order(press, jobs, _killed), self.count)
        self._margins = [self._taken(number, part) for number, part in numbered]

    def _lot(self) -> int:
        """How many margins are filled at a time: so many that each begins on a right-hand page."""
        share = ceil(self.pages / self.workers / 2) * 2
        return min(max(share, _LEAST_MARGINS), _MOST_MARGINS)

    def _margin_job(self, first: int, lot: int) -> Job:
        """Empty pages from ``first`` on, with what sets the running heads where something begins.

        Of all but the first lot the first page is there for the head that the next one inherits.
        """
        last = min(first + lot + 1, self.pages)
        heads = self._heads
        inherited = next((head for head in reversed(heads[: first + 1]) if head), None)
        shown = [inherited, *heads[first + 1 : last]]
        counting = f"@page :first {{ counter-reset: page {first + 1} }}"
        return Job(
            markup=self.wrap(joined(map(_sheet, shown))),
            sheets=(*(_counted(sheet, self.pages) for sheet in self.sheets), counting),
            path=str(self.shelf.folder / f"margins-{first}.pdf"),
            prefix=f"margins-{first}-",
            variant=self.variant,
        )

    @cached_property
    def _heads(self) -> list[tuple[str, str] | None]:
        """The running head that begins on each page."""
        heads: list[tuple[str, str] | None] = [None] * self.pages
        for part, start in zip(self.parts, self.starts, strict=False):
            for page, side, head in part.heads:
                heads[start + page] = (side, head)
        return heads

    def _bookmarks(self) -> list[Bookmark]:
        return [
            replace(mark, page=mark.page + start)
            for part, start in zip(self.parts, self.starts, strict=False)
            for mark in part.bookmarks
        ]

    def messages(self) -> Iterator[str]:
        """What WeasyPrint said of what was laid out, in whatever process."""
        for part in (*self.parts, *self._margins):
            yield from part.messages

    def missing(self) -> dict[str, None]:
        """Characters that no font has, in the order of the pages."""
        parts = (*self.parts, *self._margins)
        return dict.fromkeys(each for part in parts for each in part.missing)


def _counted(sheet: str, pages: int) -> str:
    """``sheet``, in which the number of pages is known: there are more than in the document."""
    return _PAGES.sub(f'"{pages}"', sheet)


def _killed(_: Job) -> Part:
    return Part(error=_LOST)


def _sheet(head: tuple[str, str] | None) -> Markup:
    """An empty page."""
    style = "break-before: page; height: 0; margin: 0; padding: 0; border: 0"
    attributes: dict[str, str | None] = {"style": style}
    if head is not None:
        attributes["style"] = f"{style}; string-set: side attr(data-side), head attr(data-head)"
        attributes |= {"data-side": head[0], "data-head": head[1]}
    return element("div", Markup(""), attributes)
