"""How large pictures are in word processors, and how wide the columns are that hold them.

pandoc takes a picture of 600 pixels for 600 points, since few say how many pixels they mean for an
inch; drawings have two or three for each CSS pixel. Here a CSS pixel is 1/96 inch, as in a browser,
and nothing is wider than the place where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from converters.article import Cell, Image, plain_text, query
from converters.images import Picture
from converters.writers._pdf_pictures import Area

__all__ = ["PAGE", "css_size", "shares"]

PAGE = Area(415.0, 570.0)
"""What pictures have of a page of pandoc's own template (US Letter), in points."""

_LONG_LINE = 72  # columns of text: a table of longer lines needs widths, or it leaves the page
# A column with a picture is at least as wide as so many letters, and no column counts for more
# than the other number.
_PICTURE, _MOST = 24, 60


def css_size(image: Image, picture: Picture) -> tuple[float, float]:
    """The size of ``picture`` in CSS pixels: what its source says, never enlarged."""
    width, height = picture.width / picture.density, picture.height / picture.density
    scale = min(1.0, image.width / width) if image.width else 1.0
    return width * scale, height * scale


def shares(
    lines: Sequence[Mapping[int, Cell]], columns: int, travels: Callable[[Image], bool]
) -> list[float]:
    """The columns' shares of a table's width, by their longest words; none where lines are short.

    ``lines`` are the cells of each row by the column that they begin in. A picture that ``travels``
    with the file needs room, too.
    """
    longest = [1] * columns
    found = False
    for cells in lines:
        for x, cell in cells.items():
            if cell.colspan != 1 or x >= columns:
                continue
            longest[x] = max(longest[x], *map(_columns, plain_text(cell.content).split("\n")))
            if any(map(travels, query(cell.content, Image))):
                found = True
                longest[x] = max(longest[x], _PICTURE)
    if not found and sum(longest) + 2 * columns <= _LONG_LINE:
        return []
    parts = [min(max(length, 8 if found else 4), _MOST) for length in longest]
    return [part / sum(parts) for part in parts]


def _columns(line: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in line)
