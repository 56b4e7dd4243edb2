"""Whether a page looks like a picture of it that a person has seen and found good.

Poppler draws the page in grey, small (:data:`DPI`). Both pictures are laid under a net of cells of
some 6 mm, wider than a line is high, and of each cell two things are kept: how much ink is in it, and
how restless it is. So letters of another version of a font, or a line that breaks elsewhere, change
little; a block that has moved, a picture that is missing, a column that is empty or boxes instead
of letters change much. :data:`MOST` is calibrated by tests/test_pdf_visual.py, which distorts
pages in all these ways.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

__all__ = ["DPI", "MOST", "Likeness", "drawn", "likeness", "small"]

DPI = 50
"""Dots to the inch of the pictures: letters can be told apart, the files are small."""

MOST = 0.35
"""From this difference on two pages are not the same."""

_CELL = 12
# A difference is measured by what is there: a picture is five times as dark as text, of which about
# a fifth is black, and may differ as much more. Where there is less than text, text is the measure.
_TEXT = 0.2 * 255


class Likeness(NamedTuple):
    """How different two pages are at the worst place, and where that is (in mm from the corner)."""

    difference: float
    place: tuple[int, int]

    def __str__(self) -> str:
        """Return both, for messages."""
        left, top = self.place
        return f"differs by {self.difference:.2f} (at most {MOST}) near {left} × {top} mm"


def drawn(data: bytes, page: int, dpi: int = DPI) -> Image.Image:
    """Return ``page`` (from 1) of the PDF ``data`` in grey, as poppler draws it."""
    done = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def small(picture: Image.Image, file: Path) -> None:
    """Write a picture in sixteen greys."""
    picture.point(lambda value: round(value / 17) * 17).save(file, "PNG", optimize=True)


def likeness(picture: Image.Image, other: Image.Image) -> Likeness:
    """Return how different two pictures of a page are; of another size they are wholly so."""
    if any(abs(one - two) > 1 for one, two in zip(picture.size, other.size, strict=True)):
        return Likeness(1.0, (0, 0))
    first, second = _maps(picture), _maps(other.resize(picture.size))
    worst = Likeness(0.0, (0, 0))
    for one, two in zip(first, second, strict=True):
        width = one.size[0]
        for place, (here, there) in enumerate(zip(one.tobytes(), two.tobytes(), strict=True)):
            difference = abs(here - there) / max(here, there, _TEXT)
            if difference > worst.difference:
                worst = Likeness(difference, (_middle(place % width), _middle(place // width)))
    return worst


def _middle(cell: int) -> int:
    """The middle of a cell, counted along one side, in mm."""
    return round((cell + 0.5) * 25.4 * _CELL / DPI)


def _maps(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The ink in each cell, and how much of it are edges."""
    ink = ImageChops.invert(picture.convert("L"))
    width, height = ink.size
    cells = (max(width // _CELL, 1), max(height // _CELL, 1))
    edges = ImageChops.difference(ink, ink.filter(ImageFilter.GaussianBlur(1.5)))
    return _net(ink, cells), _net(edges, cells)


def _net(picture: Image.Image, cells: tuple[int, int]) -> Image.Image:
    averages = picture.resize(cells, Image.Resampling.BOX)
    return averages.filter(ImageFilter.GaussianBlur(1))
