"""How large a picture is printed.

A picture is never enlarged: a CSS pixel is 1/96 inch, as in a browser
(https://www.w3.org/TR/css-values-4/#absolute-lengths), and no picture is wider than the text.
Photographs leave room for text on their page. What is higher may fill one. A strip (a long
screenshot, a comic) that would be narrower than a telephone's screen on one page goes on over
several (:mod:`~converters.writers._strips`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["A4", "GAP", "Area"]

_POINTS = 0.75  # to a CSS pixel

# A photograph's share of the type area's height; what is this many times as high as wide is no
# photograph, and may take the other share.
_PHOTOGRAPH, _WHOLE = 0.55, 0.9
_HIGHEST_PHOTOGRAPH = 1.8
# The share of a row in a figure of several pictures.
_ROW = 0.29
GAP = 6.0
"""Points between two pictures of a row, half of them on each side of a picture."""
# The width of a telephone's screen (62 mm): on less, what was made for one cannot be read.
_SCREEN = 176.0
# A strip goes on over pages only where that makes it clearly larger.
_GAIN = 1.15


@dataclass(frozen=True, slots=True)
class Area:
    """The type area of a page, and the ``gap`` between two pictures of a row, in points."""

    width: float
    height: float
    gap: float = GAP

    def fitted(self, width: float, height: float) -> float:
        """The printed width in points of a picture of ``width`` by ``height`` CSS pixels."""
        shape = height / width
        share = _PHOTOGRAPH if shape <= _HIGHEST_PHOTOGRAPH else _WHOLE
        return min(width * _POINTS, self.width, share * self.height / shape)

    def rows(self, sizes: Sequence[tuple[float, float]]) -> list[list[float]]:
        """The printed widths of pictures that share a figure, row by row.

        ``sizes`` are widths and heights in CSS pixels. The pictures of a row have one height, but
        for those that are smaller by themselves. A row is as wide as the text where its pictures
        are large enough; what would halve its height (a panorama) begins another.
        """
        rows: list[list[tuple[float, float]]] = []
        is_full = True
        for size in sizes:
            if not is_full and 2 * self._row_height([*rows[-1], size]) < self._row_height(rows[-1]):
                is_full = True
            if is_full:
                rows.append([])
            rows[-1].append(size)
            is_full = self._is_full(rows[-1])
        return [self._row_widths(row, self._row_height(row)) for row in rows]

    def _is_full(self, row: Sequence[tuple[float, float]]) -> bool:
        """Whether the pictures of ``row`` are as wide as the text, however high a row may be."""
        return sum(self._row_widths(row, _ROW * self.height)) >= self._room(row) - 1e-6

    def _room(self, row: Sequence[tuple[float, float]]) -> float:
        return self.width - len(row) * self.gap

    @staticmethod
    def _row_widths(row: Sequence[tuple[float, float]], height: float) -> list[float]:
        return [min(height, down * _POINTS) * across / down for across, down in row]

    def _row_height(self, row: Sequence[tuple[float, float]]) -> float:
        """The height at which ``row`` is as wide as the text, or the most that a row may have."""
        room, shapes = self._room(row), sum(across / down for across, down in row)
        height = room / shapes
        # Those that are not so high leave room to the others.
        for across, down in sorted(row, key=lambda size: size[1]):
            if down * _POINTS >= height:
                break
            room -= across * _POINTS
            shapes -= across / down
            height = room / shapes if shapes > 1e-9 else float("inf")
        return min(height, _ROW * self.height)

    def strip(self, width: float, height: float) -> float | None:
        """The printed width of a picture that must be cut; ``None`` where it need not be."""
        on_one_page = _WHOLE * self.height * width / height
        full = min(width * _POINTS, self.width)
        return full if on_one_page < _SCREEN and full > _GAIN * on_one_page else None


A4 = Area(396.0, 690.0)
"""The type area of the commonest paper."""
