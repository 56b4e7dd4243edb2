"""The page: sizes of paper, the text's measure, and the CSS that depends on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from converters.languages import is_cjk, page_pieces
from converters.writers._pdf_look import LOOKS, Look

__all__ = ["PAGES", "Page", "find_page", "page_style"]

_MM = 72 / 25.4

# ISO 216, ISO 269's neighbour JIS is left out, and the North American sizes (ANSI/ASME Y14.1).
PAGES: dict[str, tuple[float, float]] = {
    "A3": (297, 420),
    "A4": (210, 297),
    "A5": (148, 210),
    "A6": (105, 148),
    "B5": (176, 250),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
    "Executive": (184.15, 266.7),
}
"""Paper by name: width and height in millimetres."""

_SIZE = re.compile(r"(\d{2,4}(?:\.\d{1,2})?)\s*[x×*]\s*(\d{2,4}(?:\.\d{1,2})?)\s*(?:mm)?")
_SMALLEST, _LARGEST = 70.0, 1000.0


# The sizes of print.css and print-edition.css in em; a page puts its smallest size in the place of
# what is less. clreq knows no text below 7.875 pt (the old size seven). Notes are set in points.
_NOTE = 8.0
_SIZES = (
    ("label", 0.78),
    ("caption", 0.82),
    ("card", 0.85),
    ("absent", 0.75),
    ("code", 0.82),
    ("table", 0.88),
    ("table-small", 0.8),
    ("table-narrow", 0.73),
    ("words", 0.88),
    ("glance", 0.8),
)


# What print-scripts.css says of scripts with tall letters.
_TALL = (("ar fa ug ps ckb sd", 1.8), ("ur", 2.1), ("he yi", 1.65))

# Printers that trim, and those that cannot print to the edge, leave this much alone.
_SAFE = 10 * _MM
# What stands in the margins: a line of the running head above the text and of the page's number
# below, and their distance from it, in points.
_LINE, _HEAD_GAP, _FOOT_GAP = 1.2, 13.6, 16.0
# Columns of fewer characters than this are one column, unless a person asks for two.
_NARROWEST, _NARROWEST_ASKED = 15, 9
# A sheet that is bound loses some of its inner margin.
_BINDING, _MOST_BINDING = 0.022, 5 * _MM


_DUPLEX = """
@page :left { @top-left { width: 100% } @top-right { content: none } }
@page :right { @top-left { content: none } @top-right { width: 100% } }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page in points: paper, body size, measure in em of the body size, and margins.

    ``measure`` is the width of a column, a whole number of characters, so that lines of Chinese
    end at one edge (clreq:
    https://www.w3.org/TR/clreq/#considerations_in_designing_type_area ). There are so
    many ``columns`` of it. ``left`` is the inner margin of a right-hand page.
    """

    width: float
    height: float
    size: float
    measure: int
    top: float
    bottom: float
    left: float
    columns: int
    look: Look

    @property
    def smallest(self) -> float:
        """The size in points that no text goes below."""
        return self.look.smallest

    @property
    def full_measure(self) -> int:
        """The width of the type area in em of the body's size: all columns and their gaps."""
        return self.columns * self.measure + (self.columns - 1) * self.look.gap

    @property
    def text_width(self) -> float:
        """The width of the type area in points."""
        return self.full_measure * self.size

    @property
    def column_width(self) -> float:
        """The width of a column in points."""
        return self.measure * self.size

    @property
    def right(self) -> float:
        """The outer margin of a right-hand page."""
        return self.width - self.left - self.text_width

    @property
    def text_height(self) -> float:
        """The height of the type area."""
        return self.height - self.top - self.bottom

    def shift(self, number: int, *, from_right: bool = False) -> float:
        """How far to the right page ``number`` (from 1) moves where sheets are bound, in points.

        The type area leaves the binding by 5 mm at most, and the wide margin of a look that has
        one is at the outer edge. ``from_right``: the binding is on the right, as in Arabic books.
        """
        wide = self.right - self.left
        inner = min(_BINDING * self.width, _MOST_BINDING, self.left - _SAFE)
        offset = max(0.0, inner) if wide < 1 else 0.0
        is_recto = (number % 2 == 1) != from_right
        return offset if is_recto else wide - offset


def find_page(name: str, language: str, look: Look = LOOKS[""], columns: int = 0) -> Page:
    """The page that ``name`` asks for (``A4``, ``letter``, ``120x160``: millimetres).

    ``look`` says how it is divided; ``columns`` (1 or 2) how many there are whatever it says.
    Full-width characters stand 38 to a line at most, Latin ones about 68: lines longer than that
    lose their reader. Raises :class:`ValueError` for a name that is no size of paper.
    """
    width, height = (value * _MM for value in _paper(name))
    cjk = is_cjk(language)
    size = _body_size(look, width, columns, cjk=cjk)
    inner = max(_SAFE, width * look.side)
    room = (width - 2 * inner - width * look.outer) / size
    count = columns or look.columns
    least = _NARROWEST_ASKED if columns else _NARROWEST
    while count > 1 and _column(room, count, look.gap) < least:
        count -= 1
    measure = max(4, min(look.longest[cjk], _column(room, count, look.gap)))
    spare = room - count * measure - (count - 1) * look.gap
    line = _LINE * look.smallest
    top = max(_SAFE + line + _HEAD_GAP, height * look.top)
    bottom = max(_SAFE + line + _FOOT_GAP, top * 1.04)
    return Page(
        width,
        height,
        size,
        measure,
        top,
        bottom,
        left=inner + spare * size / 2,
        columns=count,
        look=look,
    )


def _body_size(look: Look, width: float, columns: int, *, cjk: bool) -> float:
    """The body's size on paper of this width: a point less on A5, two on A6."""
    size = look.size[cjk]
    if look.fixed:
        return size
    size -= 0 if width > 450 else 1 if width > 330 else 2
    size -= columns > look.columns
    return max(size, min(look.size[cjk], 8.5))


def _column(room: float, count: int, gap: int) -> int:
    """How many whole characters a column has, of ``count`` in ``room`` em."""
    return int((room - (count - 1) * gap) / count + 1e-9)


def _paper(name: str) -> tuple[float, float]:
    known = {key.lower(): value for key, value in PAGES.items()}
    if name.strip().lower() in known:
        return known[name.strip().lower()]
    match = _SIZE.fullmatch(name.strip())
    if match is not None:
        width, height = float(match[1]), float(match[2])
        if min(width, height) >= _SMALLEST and max(width, height) <= _LARGEST:
            return width, height
    sizes = ", ".join(PAGES)
    largest = f"millimetres such as 120x160, from {_SMALLEST:g} to {_LARGEST:g}"
    raise ValueError(f"{name!r} is no size of paper: there are {sizes}, or {largest}")


def page_style(page: Page, language: str, *, duplex: bool = False) -> str:
    """The CSS for ``page``; the foot counts the pages in ``language``.

    In ``duplex`` the running head stands at the outer edge: the edition's title on left-hand
    pages, the article's on right-hand ones.
    """
    least = page.smallest
    sizes = [f"--{name}: {least:g}pt" for name, em in _SIZES if em * page.size < least]
    foot = f"content: {_count(page_pieces(language))}"
    return f"""
:root {{ {"; ".join([*sizes, f"--note: {max(least, _NOTE):g}pt"])} }}
@page {{
  size: {page.width:.3f}pt {page.height:.3f}pt;
  margin: {page.top:.3f}pt {page.right:.3f}pt {page.bottom:.3f}pt {page.left:.3f}pt;
  @top-left {{ font-size: {least:g}pt; padding-bottom: {_HEAD_GAP}pt }}
  @top-right {{ font-size: {least:g}pt; padding-bottom: {_HEAD_GAP}pt }}
  @bottom-center {{ font-size: {least:g}pt; padding-top: {_FOOT_GAP}pt; {foot} }}
}}
html {{ font-size: {page.size:g}pt; line-height: {page.look.leading[0]:g} }}
{_own_leading(page.look, language)}:where(.cjk) {{ line-height: {page.look.leading[1]:g} }}
img {{ max-height: {page.text_height * 0.92:.1f}pt }}
{_scripts(page.look)}{_columns(page)}{_DUPLEX if duplex else ""}"""


def _scripts(look: Look) -> str:
    """The leading of scripts whose letters reach higher and lower than Latin ones."""
    factor = look.leading[0] / LOOKS[""].leading[0]
    if factor == 1:
        return ""
    return "".join(
        ", ".join(f":is(html, article):lang({tag})" for tag in tags.split())
        + f" {{ line-height: {leading * factor:.3g} }}\n"
        for tags, leading in _TALL
    )


def _own_leading(look: Look, language: str) -> str:
    """The leading of articles in other scripts than an edition whose letters are tall."""
    tall = {tag for tags, _ in _TALL for tag in tags.split()}
    if language.partition("-")[0] not in tall:
        return ""
    return f":where(article) {{ line-height: {look.leading[0]:g} }}\n"


def _columns(page: Page) -> str:
    if page.columns == 1:
        return ""
    gap = page.look.gap * page.size
    return f".columns {{ column-count: {page.columns}; column-gap: {gap:g}pt }}\n"


def _count(pieces: Iterable[str]) -> str:
    """The value of ``content`` that counts the pages between three pieces of words."""
    before, between, after = map(_css_string, pieces)
    return f"{before} counter(page) {between} counter(pages) {after}"


def _css_string(value: str) -> str:
    """``value`` as a CSS string (https://www.w3.org/TR/css-syntax-3/#string-token-diagram)."""
    escaped = re.sub(r'["\\\x00-\x1f]', lambda match: f"\\{ord(match[0]):x} ", value)
    return f'"{escaped}"'
