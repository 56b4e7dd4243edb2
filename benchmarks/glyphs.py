"""Which characters a PDF shows as empty boxes, found in the file itself.

    .venv/bin/python -m benchmarks.glyphs FILE.pdf...

A font draws glyph 0, ``.notdef``, for what it does not have (ISO 32000-1, 9.7.6.3). The content of
every page and form is read, each code that is shown is taken through its font's encoding
(9.7.5), and where that ends at glyph 0, the font's ToUnicode table says which character it was.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

__all__ = ["missing_glyphs"]

_BLOCK = re.compile(rb"begin(cidrange|cidchar|bfrange|bfchar)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\d+)|(\[)|(\])")
_SHOWING = frozenset({"Tj", "TJ", "'", '"'})


def missing_glyphs(pdf_bytes: bytes) -> list[str]:
    """Return each character that is shown as ``.notdef``: ``U+10FFFD (page 3, Noto-Serif)``.

    Each character once, with its first page, in the order of the pages. ``?`` stands for a glyph
    of which the file does not say what it was.
    """
    found: dict[str, str] = {}
    fonts: dict[Any, _Font | None] = {}
    with pikepdf.open(io.BytesIO(pdf_bytes)) as document:
        for number, page in enumerate(document.pages, 1):
            for font, code in _shown(page.obj, page.obj.get("/Resources", {}), fonts, 0):
                if font.glyph(code) == 0:
                    found.setdefault(font.character(code), f"(page {number}, {font.name})")
    return [f"{character} {place}" for character, place in found.items()]


class _Font:
    """A composite font: what its codes show, and what they stand for."""

    def __init__(self, font: Any) -> None:
        self.name = re.sub(r"^/(?:[A-Z]{6}\+)?", "", str(font.get("/BaseFont", "/?")))
        encoding = font.get("/Encoding")
        # Identity-H and Identity-V: the code is the glyph's number. Other names are of CMaps for
        # fonts that are not in the file, which cannot be judged from the file.
        self.identity = not isinstance(encoding, pikepdf.Stream)
        self.codes = {} if self.identity else _cid_map(encoding.read_bytes())
        unicode = font.get("/ToUnicode")
        self.words = _unicode_map(unicode.read_bytes()) if unicode is not None else {}
        glyphs = font.DescendantFonts[0].get("/CIDToGIDMap")
        self.table = glyphs.read_bytes() if isinstance(glyphs, pikepdf.Stream) else None

    def glyph(self, code: int) -> int:
        cid = code if self.identity else self.codes.get(code, 0)
        if self.table is None:
            return cid
        return int.from_bytes(self.table[2 * cid : 2 * cid + 2], "big")

    def character(self, code: int) -> str:
        words = self.words.get(code, "")
        if not words:
            return "?"
        return " ".join(
            f"U+{ord(word):04X} {unicodedata.name(word, '')}".rstrip() for word in words
        )


def _shown(
    content: Any, resources: Any, fonts: dict[Any, _Font | None], depth: int
) -> Iterator[tuple[_Font, int]]:
    """Each code that a content stream shows, with its font, forms within it included."""
    font: _Font | None = None
    for instruction in pikepdf.parse_content_stream(content):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name == "Tf":
            font = _font(resources.get("/Font", {}).get(str(operands[0])), fonts)
        elif name == "Do" and depth < 5:
            inner = resources.get("/XObject", {}).get(str(operands[0]))
            if inner is not None and inner.get("/Subtype") == "/Form":
                yield from _shown(inner, inner.get("/Resources", resources), fonts, depth + 1)
        elif name in _SHOWING and font is not None:
            parts = operands[0] if name == "TJ" else [operands[-1]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    data = bytes(part)
                    for place in range(0, len(data) - 1, 2):
                        yield font, int.from_bytes(data[place : place + 2], "big")


def _font(font: Any, fonts: dict[Any, _Font | None]) -> _Font | None:
    """The font, where it is a composite one; the others have no ``.notdef`` of their own."""
    if font is None:
        return None
    key = font.objgen
    if key not in fonts:
        fonts[key] = _Font(font) if font.get("/Subtype") == "/Type0" else None
    return fonts[key]


def _cid_map(data: bytes) -> dict[int, int]:
    """Codes and glyph numbers of an embedded CMap (Adobe Technical Note 5014)."""
    codes: dict[int, int] = {}
    for kind, body in _BLOCK.findall(data):
        numbers = [
            int(code, 16) if code else int(number) for code, number, _, _ in _TOKEN.findall(body)
        ]
        if kind == b"cidchar":
            codes.update(zip(numbers[::2], numbers[1::2], strict=False))
        elif kind == b"cidrange":
            for first, last, cid in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=False):
                codes.update((code, cid + code - first) for code in range(first, last + 1))
    return codes


def _unicode_map(data: bytes) -> dict[int, str]:
    """Codes and characters of a ToUnicode table (ISO 32000-1, 9.10.3)."""
    words: dict[int, str] = {}
    for kind, body in _BLOCK.findall(data):
        codes = [re.sub(rb"\s", b"", code) for code, _, _, _ in _TOKEN.findall(body) if code]
        if kind == b"bfchar":
            for code, text in zip(codes[::2], codes[1::2], strict=False):
                words[int(code, 16)] = _text(text)
        elif kind == b"bfrange":
            for first, last, text in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
                begin, start = int(first, 16), _text(text)
                for place in range(begin, int(last, 16) + 1) if start else ():
                    words[place] = start[:-1] + chr(ord(start[-1]) + place - begin)
    return words


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be", "replace")


def main() -> int:
    """Say for each file what is missing; exit code 1 where something is."""
    bad = False
    for name in sys.argv[1:]:
        for line in missing_glyphs(Path(name).read_bytes()):
            bad = True
            print(f"{name}: {line}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
