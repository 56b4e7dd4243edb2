"""What a printer has to lay on the paper: sheets for grey printing, and for little toner.

Colours of the style sheets are written as six hexadecimal digits, which is what is looked for.
"""

from __future__ import annotations

import re

__all__ = ["black", "inked", "sparing"]

# Colours of this value and more, of 255, are grounds: of code and of what is marked.
_GROUND = 0xC8
# A rule that is thicker than this (in points) is drawn as thin as the other number.
_THICK, _THIN = 0.6, 0.5
# How much of a picture's ink is used.
_PICTURES = 0.65

_COLOUR = re.compile("#[0-9a-f]{6}")
_BACKGROUND = re.compile(r"(?m)^(\s*background(?:-color)?:)[^;}]*")
_BORDER = re.compile(r"(border[a-z-]*:\s*)(\d*\.?\d+)pt")


def inked(css: str, *, gray: bool, toner_save: bool) -> str:
    """``css``, one of the project's sheets, as it is printed with these options (PDF-16)."""
    if toner_save:
        css = sparing(css)
    return black(css) if gray else css


def black(css: str) -> str:
    """``css`` with every colour black, or white where it is the ground for words."""
    sheet = _COLOUR.sub(lambda match: _black_or_white(match[0]), css)
    return f"{sheet}\nmark {{ border-bottom: .8pt solid }}\npre {{ border: .5pt solid }}\n"


def _black_or_white(colour: str) -> str:
    return "#ffffff" if min(bytes.fromhex(colour[1:])) >= _GROUND else "#000000"


def sparing(css: str) -> str:
    """``css`` without grounds and heavy rules, with pictures in two thirds of their ink.

    Letters stay black: grey ones are printed as dots, which are harder to read and save little.
    """
    sheet = _BACKGROUND.sub(r"\1 none", css)
    sheet = _BORDER.sub(lambda match: match[1] + _thin(float(match[2])), sheet)
    return (
        f"{sheet}\nmark {{ border-bottom: .5pt solid }}\n"
        f"img:not(.code) {{ opacity: {_PICTURES} }}\n"
    )


def _thin(points: float) -> str:
    return f"{_THIN if points > _THICK else points:g}pt"
