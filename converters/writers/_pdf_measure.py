"""Text as Pango measures it, and where its characters stand by the rules of :mod:`._pdf_marks`."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from converters.writers import _pdf_marks as marks

__all__ = ["Face", "Measured", "byte_places", "glyph_runs"]

# Longer texts are left to WeasyPrint: they are no paragraphs.
_LONGEST = 100_000
# So many characters of texts are kept for a face: lines are asked for more than once.
_KEPT = 400_000
_DECORATION = (
    "ascent",
    "underline_position",
    "underline_thickness",
    "strikethrough_position",
    "strikethrough_thickness",
)
# Marks and letters of other directions, and characters that end a line or change it.
_FOREIGN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u0590-\u08ff\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


@dataclass(slots=True)
class Measured:
    """A text and the places of its characters in units of Pango, as they stand in one long line.

    ``starts`` has one place more, for the end. ``moves`` says what is added behind a character,
    ``halves`` which full-width marks are empty in one half, and how wide that is. ``breaks`` are
    the characters that a line may begin with, ``loose`` those that one may begin with where a
    word is longer than a line.
    """

    text: str
    starts: array[int]
    moves: dict[int, int]
    halves: dict[int, int]
    breaks: array[int]
    loose: array[int]

    def width(self, n: int) -> int:
        """The width of a character by itself."""
        return self.starts[n + 1] - self.starts[n] - self.moves.get(n, 0)

    def end(self, last: int) -> int:
        """Where a line ends that ends with character ``last``."""
        return self.starts[last + 1] - self.moves.get(last, 0) - self.closed(last)

    def closed(self, last: int) -> int:
        """How much narrower ``last`` is at the end of a line."""
        return self.halves.get(last, 0) if self.text[last] not in marks.OPENING else 0

    def flush(self, first: int) -> int:
        """How much narrower ``first`` is at the start of a line."""
        return self.halves.get(first, 0) if self.text[first] in marks.OPENING else 0


class Face:
    """A style of text: its measures, and what was measured in it."""

    def __init__(self, style: Any) -> None:
        from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, pango
        from weasyprint.text.line_break import Layout, line_size

        self.em = style["font_size"] * TO_UNITS
        self.texts: dict[str, tuple[Measured | None, int]] = {}
        self.kept = 0
        # One for all texts, one after the other: to make one takes as long as to set a line.
        self.layout = Layout(style)
        pango.pango_layout_set_single_paragraph_mode(self.layout.layout, True)
        self.layout.set_text("水")
        line, _ = self.layout.get_first_line()
        _, self.height = line_size(line, style)
        self.baseline = pango.pango_layout_get_baseline(self.layout.layout) * FROM_UNITS
        self.half_empty = _half_empty(style)
        self.decoration: dict[str, float] = {}

    def open(self) -> Any:
        """The layout for one more text, without what was done for another."""
        from weasyprint.text.ffi import pango

        pango.pango_layout_set_width(self.layout.layout, -1)
        pango.pango_layout_set_ellipsize(self.layout.layout, 0)
        return self.layout

    def decorate(self, line: Any, style: Any) -> None:
        """Tell ``line`` where the lines below, above and through its text are to be drawn."""
        from weasyprint.text.line_break import Layout

        if not self.decoration:
            layout = Layout(style)
            layout.deactivate()
            self.decoration = {name: getattr(layout, name) for name in _DECORATION}
        vars(line).update(self.decoration)

    def measured(self, text: str, style: Any) -> tuple[Measured | None, int]:
        """``text`` measured, maybe as the end of another, and the character where it begins.

        There is none for a text that runs from right to left.
        """
        found = self.texts.get(text)
        if found is None:
            found = (self._measure(text, style), 0)
            self.remember(text, *found)
        return found

    def remember(self, text: str, measured: Measured | None, start: int) -> None:
        """Keep where ``text`` is to be found."""
        self.kept += len(text)
        if self.kept > _KEPT:
            self.texts.clear()
            self.kept = len(text)
        self.texts[text] = (measured, start)

    def _measure(self, text: str, style: Any) -> Measured | None:
        if len(text) > _LONGEST or _FOREIGN.search(text):
            return None
        from weasyprint.text.ffi import ffi, pango

        layout = self.open()
        layout.set_text(text)
        places = byte_places(text)
        advances = [0] * (places[-1] + 1)
        for item in glyph_runs(layout.get_first_line()[0]):
            if item.item.analysis.level % 2:
                return None
            count, offset = item.glyphs.num_glyphs, item.item.offset
            glyphs = ffi.buffer(item.glyphs.glyphs, ffi.sizeof("PangoGlyphInfo") * count)
            widths = memoryview(glyphs).cast("i").tolist()[1::5]
            clusters = ffi.unpack(item.glyphs.log_clusters, count)
            for width, cluster in zip(widths, clusters, strict=True):
                advances[offset + cluster] += width
        attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
        size = ffi.sizeof("PangoLogAttr") * len(places)
        flags = memoryview(ffi.buffer(attributes, size)).cast("I").tolist()
        allowed = {n for n, flag in enumerate(flags[:-1]) if flag & 1}
        allowed.update(match.start() for match in marks.PARTED.finditer(text))
        allowed.difference_update(match.start() for match in marks.TOGETHER.finditer(text))
        breaks = array("i", sorted(allowed))
        loose = array("i", (n for n, flag in enumerate(flags[:-1]) if flag & 4))
        return self._placed(text, [advances[place] for place in places[:-1]], breaks, loose)

    def _placed(
        self, text: str, widths: list[int], breaks: array[int], loose: array[int]
    ) -> Measured:
        """The characters of ``text``, which are so wide, where they stand in a line."""
        moves: dict[int, int] = {}
        halves = {
            n: width // 2
            for n, width in enumerate(widths)
            if width > 0.9 * self.em and text[n] in self.half_empty
        }
        for match in marks.PLACES.finditer(text):
            n = match.start()
            if match["gap"]:
                moves[n] = round(marks.GAP * self.em)
            elif n in halves:
                moves[n] = -halves[n]
            elif match["opening"] and n + 1 in halves:
                moves[n] = -halves[n + 1]
        spread = (width + moves.get(n, 0) for n, width in enumerate(widths))
        starts = array("q", accumulate(spread, initial=0))
        return Measured(text, starts, moves, halves, breaks, loose)


def byte_places(text: str) -> list[int]:
    """The byte in UTF-8 where each character of ``text`` begins, and the number of all bytes."""
    data = text.encode()
    return [*(n for n, byte in enumerate(data) if byte & 0xC0 != 0x80), len(data)]


def glyph_runs(line: Any) -> Iterator[Any]:
    """The runs of glyphs in a line of Pango."""
    from weasyprint.text.ffi import ffi

    run = line.runs
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _half_empty(style: Any) -> frozenset[str]:
    """The full-width marks whose glyphs leave one half of their square empty."""
    from weasyprint.text import line_break

    known: dict[str, frozenset[str]] = vars(style.font_config).setdefault("half_empty_marks", {})
    key = line_break._font_style_cache_key(style)  # noqa: SLF001
    if key not in known:
        known[key] = frozenset(_find_half_empty(style))
    return known[key]


def _find_half_empty(style: Any) -> Iterator[str]:
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    # Among ideographs, or quotation marks would be taken for Latin ones.
    text = "".join(f"水{mark}" for mark in marks.OPENING + marks.CLOSING + marks.ALL_STOPS) + "水"
    layout = Layout(style)
    layout.set_text(text)
    data = text.encode()
    ink, box = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
    for item in glyph_runs(layout.get_first_line()[0]):
        for n in range(item.glyphs.num_glyphs):
            at = item.item.offset + item.glyphs.log_clusters[n]
            mark = data[at : at + 3].decode()
            if mark == "水":
                continue
            glyph = item.glyphs.glyphs[n].glyph
            pango.pango_font_get_glyph_extents(item.item.analysis.font, glyph, ink, box)
            left, right = ink.x, ink.x + ink.width
            room = 0.52 * box.width
            if right <= room if mark not in marks.OPENING else left >= box.width - room:
                yield mark
