"""Layout of plain text: pieces that are composed first and given their width once, at the end.

The idea is that of pandoc's doclayout (https://hackage.haskell.org/package/doclayout): a writer
says what stands in what, and only :meth:`Piece.lines` knows how wide a line is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from converters.linebreak import display_width, wrap
from converters.writers._text_direction import LEFT

__all__ = [
    "UNDERLINES",
    "Flow",
    "Gap",
    "Margin",
    "Nest",
    "Piece",
    "Stack",
    "Underlined",
    "Verbatim",
    "close",
    "join_flows",
    "one_line_apart",
]

UNDERLINES = {1: "=", 2: "-", 3: "~", 4: "^", 5: '"', 6: "'"}
"""What stands below titles, by their level."""

# Columns that what is nested always has: deeper lists and quotes no longer move to the right.
_ROOM = 12


@dataclass(frozen=True, slots=True)
class Margin:
    """How lines are made: at most ``width`` columns (0: no limit).

    ``wide`` and ``hanging`` are those of :func:`~converters.linebreak.wrap`. ``right`` says that
    the text runs from right to left and that lines are to be marked where viewers need it.
    """

    width: int
    wide: bool = False
    hanging: bool = False
    right: bool = False

    def measure(self, text: str) -> int:
        """The columns that ``text`` takes."""
        return display_width(text, wide=self.wide)


class Piece(Protocol):
    """Something that becomes lines. No line holds a line feed or ends in a space."""

    def lines(self, margin: Margin) -> list[str]:
        """The lines, none wider than ``margin`` says but for what cannot be split."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that is wrapped; a line feed in ``text`` is a forced line break.

    ``solid`` are pairs of offsets in ``text`` between which no line may end. ``indent`` stands
    before the first line, ``hang`` before the others.
    """

    text: str
    solid: tuple[tuple[int, int], ...] = ()
    indent: str = ""
    hang: str = ""

    def lines(self, margin: Margin) -> list[str]:
        """The text, wrapped."""
        out: list[str] = []
        start = 0
        hang = margin.measure(self.hang)
        # An address, which must not be cut, runs from left to right.
        mark = LEFT if margin.right and self.solid == ((0, len(self.text)),) else ""
        for row in self.text.split("\n"):
            end = start + len(row)
            solid = [(a - start, b - start) for a, b in self.solid if a >= start and b <= end]
            first = not out
            indent = self.indent if first else self.hang
            width = margin.width and margin.width - hang
            found = wrap(
                row.strip(" "),
                width,
                wide=margin.wide,
                hanging=margin.hanging,
                # The other lines' indent is gone from the width already.
                indent=margin.measure(indent) - hang,
                solid=_shifted(solid, len(row) - len(row.lstrip(" "))),
            )
            out += [indent + line if i == 0 else self.hang + line for i, line in enumerate(found)]
            start = end + 1
        return [mark + line.rstrip(" ") for line in out]


def _shifted(solid: list[tuple[int, int]], by: int) -> list[tuple[int, int]]:
    return [(start - by, end - by) for start, end in solid] if by else solid


def join_flows(flows: Sequence[Flow], between: str) -> Flow:
    """One flow of several, with ``between`` between them."""
    text, solid = "", list[tuple[int, int]]()
    for flow in flows:
        text += between if text else ""
        solid += [(start + len(text), end + len(text)) for start, end in flow.solid]
        text += flow.text
    return Flow(text, tuple(solid))


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines that stand as they are."""

    rows: tuple[str, ...]

    def lines(self, margin: Margin) -> list[str]:
        """The lines."""
        mark = LEFT if margin.right else ""
        return [mark + row.rstrip() for row in self.rows]


@dataclass(frozen=True, slots=True)
class Underlined:
    """A title: a flow with a line of ``mark`` below, as wide as the widest of its own lines.

    An address in the title may be wider than a line; the line below is not.
    """

    flow: Flow
    mark: str

    def lines(self, margin: Margin) -> list[str]:
        """The title and the line below."""
        title = self.flow.lines(margin)
        if not title:
            return []
        width = max(map(margin.measure, title))
        return [*title, self.mark * (min(width, margin.width) if margin.width else width)]


Gap: TypeAlias = Callable[[Piece, Piece], int]
"""How many blank lines part two pieces."""


def one_line_apart(above: Piece, below: Piece) -> int:
    """One blank line."""
    return 1


def close(above: Piece, below: Piece) -> int:
    """No blank line."""
    return 0


@dataclass(frozen=True, slots=True)
class Stack:
    """Pieces one below the other, as far apart as ``gap`` says."""

    pieces: Sequence[Piece]
    gap: Gap = one_line_apart

    def lines(self, margin: Margin) -> list[str]:
        """All lines of all pieces; a piece without lines leaves no gap."""
        out: list[str] = []
        above: Piece | None = None
        for piece in self.pieces:
            found = piece.lines(margin)
            if not found:
                continue
            if above is not None:
                out += [""] * self.gap(above, piece)
            out += found
            above = piece
        return out


@dataclass(frozen=True, slots=True)
class Nest:
    """A piece moved to the right: ``first`` stands before its first line, ``rest`` before others.

    The two are equally wide. A list item has its marker in ``first`` and blanks in ``rest``, a
    quotation has its bar in both.
    """

    first: str
    rest: str
    piece: Piece

    def lines(self, margin: Margin) -> list[str]:
        """The piece's lines with what stands before them."""
        taken = margin.measure(self.first)
        if margin.width and margin.width - taken < _ROOM:
            # No room to move to: the marker has a line of its own, a bar is left out.
            marker = [self.first.strip()] if self.first != self.rest else []
            return marker + self.piece.lines(margin)
        inner = replace(margin, width=margin.width - taken) if margin.width else margin
        found = self.piece.lines(inner) or [""]
        lines = [self.first + found[0], *(self.rest + line for line in found[1:])]
        return [line.rstrip(" ") for line in lines]
