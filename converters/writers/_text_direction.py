"""Right-to-left articles in plain text: marks for lines that a viewer would turn around.

A viewer finds the direction of a line by its first letter (UAX #9, P2 and P3:
https://www.unicode.org/reports/tr9/#The_Paragraph_Level ). A wrapped line of an Arabic paragraph
that happens to begin with a Latin name would run from left to right, and so would the columns of a
table. Such lines begin with U+200F RIGHT-TO-LEFT MARK, and cells are isolates. Neither has a
width; lines that need nothing get nothing, nor does code, nor an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import bidirectional

__all__ = ["LEFT", "directed", "encodes_marks", "isolated"]

LEFT = "\uffff"
"""Begins a line that runs from left to right whatever is in it; :func:`directed` takes it away.

It is no character, so no text holds it (:func:`converters.article.clean`).
"""

_RIGHT_TO_LEFT_MARK = "\u200f"
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def encodes_marks(encoding: str) -> bool:
    """Whether a file in ``encoding`` can hold the marks of direction."""
    return encoding in ("utf-8", "gb18030")


def isolated(cell: str) -> str:
    """The text of a cell, whose direction is its own."""
    if not cell:
        return cell
    return f"{_FIRST_STRONG_ISOLATE}{cell}{_POP}"


def directed(lines: Iterable[str]) -> Iterator[str]:
    """``lines`` of a right-to-left article, marked where a viewer would mistake them."""
    for line in lines:
        if LEFT in line:
            yield line.replace(LEFT, "")
        elif line and _is_mistaken(line):
            yield _RIGHT_TO_LEFT_MARK + line
        else:
            yield line


def _is_mistaken(line: str) -> bool:
    """Whether a viewer would run ``line`` from left to right, though it is not Latin alone."""
    first = ""
    right = False
    depth = 0
    for character in line:
        kind = bidirectional(character)
        if kind in ("FSI", "LRI", "RLI"):
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif kind in ("L", "R", "AL"):
            right = right or kind != "L"
            if depth == 0:
                first = first or kind
    return not first or (first == "L" and right)
