"""The marks of numbered lists in plain text."""

from __future__ import annotations

__all__ = ["numbers"]


def numbers(count: int, start: int, style: str) -> list[str]:
    """The marks of a list's items, flush right."""
    marks = [_number(start + place, style) + ". " for place in range(count)]
    width = max(map(len, marks), default=0)
    return [mark.rjust(width) for mark in marks]


def _number(value: int, style: str) -> str:
    """``value`` in a CSS list style, decimal where the style has no form for it."""
    if style.endswith("roman") and 0 < value < _MOST_ROMAN:
        text = _roman(value)
    elif style.endswith("alpha") and value > 0:
        text = _alphabetic(value)
    else:
        return str(value)
    return text.upper() if style.startswith("upper") else text


_MOST_ROMAN = 4000
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def _roman(value: int) -> str:
    out = ""
    for number_, letters in _ROMAN:
        count, value = divmod(value, number_)
        out += letters * count
    return out


def _alphabetic(value: int) -> str:
    out = ""
    while value:
        value, place = divmod(value - 1, 26)
        out = chr(ord("a") + place) + out
    return out
