"""A printed page as an eye sees it: where letters, pictures, rules and links are.

:func:`read` takes a PDF apart with pdfplumber (https://github.com/jsvine/pdfplumber), which knows
the place and size of every letter, and with pikepdf, which knows the structure tree: whether a
letter belongs to a heading, a note, a caption or to no content at all (ISO 32000-1, 14.7 and 14.8).
All places are points from the upper left corner of the page that is seen (its crop box).
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pdfplumber
import pikepdf

__all__ = ["Box", "Glyph", "Jump", "Line", "Picture", "Printed", "Sheet", "read"]

# A letter belongs to the line before it if it is no further away than this, in em. Marks of notes,
# indices and powers stand this much higher or lower than their line.
_ADJACENT, _RAISED = 1.2, 0.62


class Box(NamedTuple):
    """A rectangle, in points from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def shared(self, other: Box) -> Box:
        """Return what both cover; its width or height is negative if they are apart."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def covers(self, other: Box, slack: float = 0.5) -> bool:
        """Whether both have more than ``slack`` points in common, in both directions."""
        both = self.shared(other)
        return both.width > slack and both.height > slack

    def __str__(self) -> str:
        """Return the corners in whole points."""
        return f"({self.left:.0f}, {self.top:.0f})–({self.right:.0f}, {self.bottom:.0f})"


class Glyph(NamedTuple):
    """A letter: what it stands for, from where to where it goes, and what it belongs to.

    ``kinds`` are the types of the structure elements that it is in, from the inner to the outer;
    empty for what is no content (an artifact: running heads, page numbers, rules).
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """Letters that were drawn one after the other on one baseline, without white space."""

    page: int
    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        """All letters, as they were drawn."""
        return "".join(glyph.text for glyph in self.glyphs)

    @cached_property
    def size(self) -> float:
        """The size of most letters."""
        return Counter(round(glyph.size, 2) for glyph in self.glyphs).most_common(1)[0][0]

    @cached_property
    def baseline(self) -> float:
        """The baseline of most letters of that size."""
        own = [g.baseline for g in self.glyphs if abs(g.size - self.size) < 0.05]
        return Counter(own).most_common(1)[0][0]

    @cached_property
    def left(self) -> float:
        """Where the first letter from the left begins."""
        return min(glyph.left for glyph in self.glyphs)

    @cached_property
    def right(self) -> float:
        """Where the last letter from the left ends."""
        return max(glyph.right for glyph in self.glyphs)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What the first letter belongs to; empty for an artifact."""
        return self.glyphs[0].kinds

    @property
    def is_content(self) -> bool:
        """Whether it belongs to the text, as running heads and page numbers do not."""
        return bool(self.kinds)

    @property
    def heading(self) -> int:
        """The level of the heading that it belongs to, or 0."""
        for kind in self.kinds:
            if len(kind) == 2 and kind[0] == "H" and kind[1].isdigit():
                return int(kind[1])
        return 0

    def within(self, *kinds: str) -> bool:
        """Whether it belongs to an element of one of ``kinds``."""
        return any(kind in self.kinds for kind in kinds)

    @property
    def core(self) -> Box:
        """Where there is ink for certain: from the baseline to the height of small letters."""
        return Box(self.left, self.baseline - 0.48 * self.size, self.right, self.baseline)

    @property
    def box(self) -> Box:
        """Where ink may be: with ascenders and descenders."""
        top = self.baseline - 0.9 * self.size
        return Box(self.left, top, self.right, self.baseline + 0.25 * self.size)

    def __str__(self) -> str:
        """Return page, place and first letters, for messages."""
        return f"page {self.page}, {self.left:.0f} × {self.baseline:.0f} pt: “{self.text[:40]}”"


class Picture(NamedTuple):
    """A picture, or a filled box with ``kind`` ``"fill"``."""

    page: int
    box: Box
    kind: str = "picture"


class Jump(NamedTuple):
    """A link: the box that can be clicked, and the address or the name of the place it leads to."""

    page: int
    box: Box
    target: str
    is_inside: bool


@dataclass(frozen=True)
class Sheet:
    """One page."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    pictures: tuple[Picture, ...]
    fills: tuple[Picture, ...]
    rules: tuple[Box, ...]
    links: tuple[Jump, ...]

    @cached_property
    def content(self) -> tuple[Line, ...]:
        """The lines of the text, with notes, in the order in which they were drawn."""
        return tuple(line for line in self.lines if line.is_content)

    @cached_property
    def body(self) -> tuple[Line, ...]:
        """The lines of the text without notes."""
        return tuple(line for line in self.content if not line.within("Note"))

    @cached_property
    def margin_lines(self) -> tuple[Line, ...]:
        """Running head and foot."""
        return tuple(line for line in self.lines if not line.is_content)

    def under(self, link: Jump) -> str:
        """Return the letters that ``link`` covers, from the left."""
        return "".join(
            glyph.text
            for line in self.lines
            for glyph in line.glyphs
            if link.box.left - 0.3 <= (glyph.left + glyph.right) / 2 <= link.box.right + 0.3
            and link.box.top - 0.3 <= glyph.baseline - 0.2 * glyph.size <= link.box.bottom + 0.3
        )


@dataclass(frozen=True)
class Printed:
    """A whole file.

    ``places`` are those that have names, with their pages and heights; ``chapters`` the pages of the
    bookmarks of the first level.
    """

    sheets: tuple[Sheet, ...]
    places: dict[str, tuple[int, float]]
    chapters: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.sheets)

    def sheet(self, number: int) -> Sheet:
        """Return a page by its number, from 1."""
        return self.sheets[number - 1]

    @cached_property
    def body_lines(self) -> tuple[Line, ...]:
        """The lines of the text of all pages, without notes."""
        return tuple(line for sheet in self.sheets for line in sheet.body)

    @cached_property
    def area(self) -> tuple[float, float]:
        """The upper and lower edge of the type area: the outermost that content reaches."""
        boxes = [line.box for sheet in self.sheets for line in sheet.content]
        boxes += [picture.box for sheet in self.sheets for picture in sheet.pictures]
        if not boxes:
            return 0.0, 0.0
        return min(box.top for box in boxes), max(box.bottom for box in boxes)


def read(data: bytes) -> Printed:
    """Return the pages of the PDF ``data``.

    Raises :class:`pikepdf.PdfError` or an error of pdfminer for what is no PDF.
    """
    with pikepdf.open(io.BytesIO(data)) as tagged, pdfplumber.open(io.BytesIO(data)) as plain:
        owners, boxes = _owners(tagged)
        numbers = {page.obj.objgen: number for number, page in enumerate(tagged.pages, 1)}
        places = dict(_places(tagged, numbers))
        chapters = tuple(_chapters(tagged, numbers, places))
        sheets = []
        for number, (page, seen) in enumerate(zip(tagged.pages, plain.pages, strict=True), 1):
            sheets.append(_sheet(number, page, seen, owners, boxes))
            seen.close()  # its cache
    return Printed(tuple(sheets), places, chapters)


# --- The structure tree --------------------------------------------------------------------

_Owners = dict[tuple[int, int], tuple[str, ...]]
_Boxes = dict[tuple[int, int], tuple[float, float, float, float]]


def _owners(pdf: pikepdf.Pdf) -> tuple[_Owners, _Boxes]:
    """For each page and number of marked content its elements, and the boxes of figures."""
    owners: _Owners = {}
    boxes: _Boxes = {}
    if "/StructTreeRoot" not in pdf.Root:
        return owners, boxes
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    first: tuple[str, ...] = ()
    stack: list[tuple[Any, tuple[str, ...], int, Any]] = [
        (pdf.Root.StructTreeRoot.get("/K"), first, 0, None)
    ]
    while stack:
        item, kinds, page, box = stack.pop()
        if isinstance(item, pikepdf.Array):
            stack.extend((each, kinds, page, box) for each in item)
        elif isinstance(item, pikepdf.Dictionary):
            page = numbers.get(item.Pg.objgen, page) if "/Pg" in item else page
            if "/MCID" in item:
                stack.append((int(item.MCID), kinds, page, box))
            elif "/S" in item:
                box = _figure_box(item) or box
                stack.append((item.get("/K"), (str(item.S)[1:], *kinds), page, box))
        elif isinstance(item, int):
            owners[page, item] = kinds
            if box is not None:
                boxes[page, item] = box
    return owners, boxes


def _figure_box(item: Any) -> tuple[float, float, float, float] | None:
    attributes = item.get("/A")
    if str(item.S) != "/Figure" or attributes is None:
        return None
    several = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
    for each in several:
        if isinstance(each, pikepdf.Dictionary) and "/BBox" in each:
            x0, y0, x1, y1 = (float(value) for value in each.BBox)
            return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return None


# --- Places and links ----------------------------------------------------------------------


def _places(
    pdf: pikepdf.Pdf, numbers: dict[tuple[int, int], int]
) -> Iterator[tuple[str, tuple[int, float]]]:
    """The named destinations: page and height (ISO 32000-1, 12.3.2)."""
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return
    for name, target in pikepdf.NameTree(pdf.Root.Names.Dests).items():
        array: Any = target.D if isinstance(target, pikepdf.Dictionary) else target
        page = numbers[array[0].objgen]
        top = _crop(pdf.pages[page - 1])[3]
        yield str(name), (page, top - float(array[3]) if len(array) > 3 else 0.0)


def _chapters(
    pdf: pikepdf.Pdf,
    numbers: dict[tuple[int, int], int],
    places: dict[str, tuple[int, float]],
) -> Iterator[int]:
    """The pages that the bookmarks of the first level lead to."""
    with pdf.open_outline() as outline:
        for item in outline.root:
            target: Any = item.destination
            if target is None and item.action is not None:
                target = item.action.D
            if isinstance(target, pikepdf.Array):
                yield numbers[target[0].objgen]
            elif target is not None and str(target) in places:
                yield places[str(target)][0]


def _links(number: int, page: pikepdf.Page, crop: tuple[float, ...]) -> Iterator[Jump]:
    for item in page.get("/Annots", []):
        if item.get("/Subtype") != "/Link":
            continue
        x0, y0, x1, y1 = (float(value) for value in item.Rect)
        box = Box(
            min(x0, x1) - crop[0],
            crop[3] - max(y0, y1),
            max(x0, x1) - crop[0],
            crop[3] - min(y0, y1),
        )
        if "/A" in item and "/URI" in item.A:
            yield Jump(number, box, str(item.A.URI), is_inside=False)
        else:
            yield Jump(number, box, str(item.get("/Dest") or item.A.D), is_inside=True)


# --- What is on a page ---------------------------------------------------------------------


def _crop(page: pikepdf.Page) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    return x0, y0, x1, y1


def _sheet(number: int, page: pikepdf.Page, seen: Any, owners: _Owners, boxes: _Boxes) -> Sheet:
    crop = _crop(page)
    # pdfplumber counts y from the lower edge of the media box, x from its left.
    media = tuple(float(value) for value in page.mediabox)
    down = crop[3] - media[1]

    def box(item: dict[str, Any]) -> Box:
        return Box(
            item["x0"] - crop[0],
            down - item["y1"],
            item["x1"] - crop[0],
            down - item["y0"],
        )

    glyphs = (_glyph(number, item, (crop[0], down), owners) for item in seen.chars)
    pictures = []
    for item in seen.images:
        place = box(item)
        if figure := boxes.get((number, item.get("mcid"))):
            x0, y0, x1, y1 = figure  # a strip's piece is a whole picture behind a window
            place = place.shared(Box(x0 - crop[0], crop[3] - y1, x1 - crop[0], crop[3] - y0))
        pictures.append(Picture(number, place))
    shapes = [*seen.rects, *seen.curves]
    fills = (
        Picture(number, box(item), "fill") for item in shapes if item["fill"] and item["height"] > 6
    )
    return Sheet(
        number,
        crop[2] - crop[0],
        crop[3] - crop[1],
        tuple(_lines(number, glyphs)),
        tuple(pictures),
        tuple(fills),
        tuple(box(item) for item in (*seen.lines, *shapes)),
        tuple(_links(number, page, crop)),
    )


def _glyph(
    number: int, item: dict[str, Any], corner: tuple[float, float], owners: _Owners
) -> Glyph:
    kinds = () if item["tag"] == "Artifact" else owners.get((number, item["mcid"]), ())
    return Glyph(
        item["text"],
        item["x0"] - corner[0],
        item["x1"] - corner[0],
        corner[1] - item["matrix"][5],
        item["size"],
        kinds,
    )


def _lines(number: int, glyphs: Iterator[Glyph]) -> Iterator[Line]:
    """Letters drawn one after the other, in lines."""
    held: list[Glyph] = []
    last: Glyph | None = None  # white space counts for what is adjacent, and is in no line
    for glyph in glyphs:
        if last is not None and not _follows(last, glyph) and held:
            yield Line(number, tuple(held))
            held = []
        if glyph.text.strip():
            held.append(glyph)
        last = glyph
    if held:
        yield Line(number, tuple(held))


def _follows(last: Glyph, glyph: Glyph) -> bool:
    em = max(last.size, glyph.size)
    if abs(last.baseline - glyph.baseline) > _RAISED * em:
        return False
    if bool(last.kinds) != bool(glyph.kinds):
        return False
    gap = max(glyph.left - last.right, last.left - glyph.right)
    return gap <= _ADJACENT * em
