"""A line of Markdown in the making: its pieces, and the places that get a backslash."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

__all__ = [
    "CLOSE",
    "LINK_CLOSE",
    "LINK_OPEN",
    "LITERAL",
    "OPEN",
    "TEXT",
    "Line",
    "Piece",
    "Place",
]

TEXT, LITERAL, OPEN, CLOSE, LINK_OPEN, LINK_CLOSE = range(6)


class Piece(NamedTuple):
    """A part of a line: words (``TEXT``), which may need escapes, or markup, which is finished.

    ``node`` numbers the emphasis whose delimiters an ``OPEN`` and a ``CLOSE`` piece are.
    """

    kind: int
    text: str
    node: int = -1


class Place(NamedTuple):
    """Where a line stands: what it could begin, what surrounds it, how a line is broken in it.

    ``block``: its first line begins a block; ``item``: the first of a list item; ``quote``: the
    first of a quotation; ``around``: the characters before and after it.
    """

    block: bool = False
    item: bool = False
    quote: bool = False
    heading: bool = False
    line_break: str = "\\\n"
    around: str = "\n\n"


class Line:
    """One line: ``plain`` is all of it without escapes, ``escapes`` are the places of these.

    ``defined`` says whether there is a note of a label in the file.
    """

    def __init__(
        self, pieces: Sequence[Piece], place: Place, defined: Callable[[str], bool]
    ) -> None:
        self.pieces = pieces
        self.place = place
        self.defined = defined
        self.plain = "".join([piece.text for piece in pieces])
        self.escapes: set[int] = set()
        self.starts: list[int] = []
        position = 0
        for piece in pieces:
            self.starts.append(position)
            position += len(piece.text)

    def is_text(self, position: int) -> bool:
        """Whether the character at ``position`` is one of the words'."""
        if not 0 <= position < len(self.plain):
            return False
        return self.pieces[bisect_right(self.starts, position) - 1].kind == TEXT

    def escape(self, position: int) -> bool:
        """Escape the character at ``position`` if it is one of the words'; whether it is."""
        if self.is_text(position):
            self.escapes.add(position)
            return True
        return False

    def placed(self) -> Iterator[tuple[int, Piece]]:
        """The pieces, with their places."""
        return zip(self.starts, self.pieces, strict=True)

    def places(self, character: str) -> Iterator[int]:
        """The places of ``character`` in the words that are not escaped yet."""
        for start, piece in self.placed():
            if piece.kind == TEXT:
                at = piece.text.find(character)
                while at >= 0:
                    if start + at not in self.escapes:
                        yield start + at
                    at = piece.text.find(character, at + 1)

    def assembled(self) -> str:
        """The line with its escapes."""
        if not self.escapes:
            return self.plain
        parts: list[str] = []
        last = 0
        for position in sorted(self.escapes):
            parts.append(self.plain[last:position])
            last = position
        parts.append(self.plain[last:])
        return "\\".join(parts)
