"""The page: sizes of paper, the text's measure, and the CSS that depends on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from converters.languages import is_cjk, page_pieces

__all__ = ["PAGES", "Page", "black", "css_string", "find_page", "page_style"]

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


# clreq knows no text below 7.875 pt (the old size seven). The sizes of print.css are in em.
_SMALLEST_TEXT = 8.0
_SIZES = (
    ("label", 0.78),
    ("caption", 0.82),
    ("card", 0.85),
    ("absent", 0.75),
    ("code", 0.82),
    ("table", 0.88),
    ("table-small", 0.8),
    ("table-narrow", 0.73),
)


# Colours of this value and more, of 255, are grounds: of code and of what is marked.
_GROUND = 0xC8


@dataclass(frozen=True, slots=True)
class Page:
    """A page in points: paper, body size, measure in em of the body size, and margins.

    ``measure`` is a whole number of characters, so that lines of Chinese end at one edge (clreq:
    https://www.w3.org/TR/clreq/#considerations_in_designing_type_area ).
    """

    width: float
    height: float
    size: float
    measure: int
    top: float
    bottom: float

    @property
    def side(self) -> float:
        """Each of the two side margins."""
        return (self.width - self.measure * self.size) / 2

    @property
    def text_height(self) -> float:
        """The height of the type area."""
        return self.height - self.top - self.bottom


def find_page(name: str, language: str) -> Page:
    """The page that ``name`` asks for (``A4``, ``letter``, ``120x160``: millimetres).

    Full-width characters stand 38 to a line at most, Latin ones about 68: lines longer than that
    lose their reader. Raises :class:`ValueError` for a name that is no size of paper.
    """
    width, height = (value * _MM for value in _paper(name))
    size = 11.0 if width > 450 else 10.0 if width > 330 else 9.0
    longest = 38 if is_cjk(language) else 36
    least = max(24.0, width * 0.105)
    measure = min(longest, int((width - 2 * least) // size))
    top = max(44.0, height * 0.088)
    return Page(width, height, size, measure, top, top * 1.04)


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
    raise ValueError(f"{name!r} is no size of paper: there are {sizes}, or a size such as 120x160")


def page_style(page: Page, language: str) -> str:
    """The CSS for ``page``; the foot counts the pages in ``language``."""
    small = [
        f"--{name}: {_SMALLEST_TEXT}pt" for name, em in _SIZES if em * page.size < _SMALLEST_TEXT
    ]
    return f"""
:root {{ {"; ".join(small)} }}
@page {{
  size: {page.width:.3f}pt {page.height:.3f}pt;
  margin: {page.top:.3f}pt {page.side:.3f}pt {page.bottom:.3f}pt;
  @bottom-center {{ content: {_count(page_pieces(language))} }}
}}
html {{ font-size: {page.size}pt }}
img {{ max-height: {page.text_height * 0.92:.1f}pt }}
"""


def black(css: str) -> str:
    """``css`` with every colour black, or white where it is the ground for words (PDF-16)."""
    sheet = re.sub("#[0-9a-f]{6}", lambda match: _black_or_white(match[0]), css)
    return f"{sheet}\nmark {{ border-bottom: .8pt solid }}\npre {{ border: .5pt solid }}\n"


def _black_or_white(colour: str) -> str:
    return "#ffffff" if min(bytes.fromhex(colour[1:])) >= _GROUND else "#000000"


def _count(pieces: Iterable[str]) -> str:
    """The value of ``content`` that counts the pages between three pieces of words."""
    before, between, after = map(css_string, pieces)
    return f"{before} counter(page) {between} counter(pages) {after}"


def css_string(value: str) -> str:
    """``value`` as a CSS string (https://www.w3.org/TR/css-syntax-3/#string-token-diagram)."""
    escaped = re.sub(r'["\\\x00-\x1f]', lambda match: f"\\{ord(match[0]):x} ", value)
    return f'"{escaped}"'
