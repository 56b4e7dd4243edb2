"""Makes the delimiters of a line mean what they should, with as few escapes as that takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from converters.writers._markdown_emphasis import Match, pair, readings
from converters.writers._markdown_pieces import CLOSE, LINK_CLOSE, LINK_OPEN, OPEN, TEXT, Line

__all__ = ["settle"]

_ROUNDS = 24
"""How often a line is judged anew, escape by escape, before all its delimiters are escaped."""

_DELIMITER = re.compile(r"[*_~]")


def settle(line: Line) -> list[int]:
    """Escape the words' ``*``, ``_`` and ``~`` where they would mark emphasis.

    The result are the nodes that their own delimiters do not mark in every parser.
    """
    scopes, words, intended = _collect(line)
    if not intended and len(words) < 2:
        return []
    return _Settling(line, scopes, words, intended).run()


def _collect(line: Line) -> tuple[list[list[int]], set[int], dict[Match, int]]:
    """The places of delimiters by scope, those in the words, and what the others are to mark.

    Each link's text is a scope of its own, and the rest of the line is another.
    """
    scopes: list[list[int]] = [[]]
    stack = scopes[:]
    words: set[int] = set()
    opened: dict[int, int] = {}
    intended: dict[Match, int] = {}
    for start, piece in line.placed():
        if piece.kind == LINK_OPEN:
            scopes.append([])
            stack.append(scopes[-1])
        elif piece.kind == LINK_CLOSE:
            stack.pop()
        elif piece.kind == TEXT:
            for match in _DELIMITER.finditer(piece.text):
                position = start + match.start()
                if position not in line.escapes:
                    words.add(position)
                    stack[-1].append(position)
        elif piece.kind == OPEN:
            opened[piece.node] = start
            stack[-1].extend(range(start, start + len(piece.text)))
        elif piece.kind == CLOSE:
            stack[-1].extend(range(start, start + len(piece.text)))
            intended[Match(opened[piece.node], start, len(piece.text))] = piece.node
    return scopes, words, intended


class _Settling:
    """The search for the fewest escapes."""

    def __init__(
        self,
        line: Line,
        scopes: list[list[int]],
        words: set[int],
        intended: Mapping[Match, int],
    ) -> None:
        self.line = line
        self.scopes = [scope for scope in scopes if scope]
        self.words = words
        self.intended = intended

    def run(self) -> list[int]:
        """Escape, and give back the nodes that fail."""
        escapes = self.line.escapes
        for _ in range(_ROUNDS):
            culprits = self.culprits()
            if not culprits:
                break
            escapes |= culprits
        else:
            escapes |= self.words
        if failed := self.failed():
            escapes |= self.words
            failed = self.failed()
        if not failed:
            self.relax()
        return failed

    def found(self) -> list[set[Match]]:
        """What is marked, in each way to read the line."""
        plain, escapes, around = self.line.plain, self.line.escapes, self.line.place.around
        scopes: list[list[list[Match]]] = []
        for scope in self.scopes:
            left = [place for place in scope if place not in escapes]
            if left:
                ways = readings(plain, left, around, escapes)
                scopes.append([pair(way) for way in ways])
        count = max(map(len, scopes), default=1)
        return [
            {match for ways in scopes for match in ways[min(index, len(ways) - 1)]}
            for index in range(count)
        ]

    def culprits(self) -> set[int]:
        """The words' delimiters that mark something: openers, or else closers."""
        guilty: set[int] = set()
        for match in set().union(*self.found()) - self.intended.keys():
            for start in (match.opener, match.closer):
                mine = self.words.intersection(range(start, start + match.length))
                mine -= self.line.escapes
                if mine:
                    guilty |= mine
                    break
        return guilty

    def failed(self) -> list[int]:
        """The nodes that are not marked in every way to read the line."""
        certain = set.intersection(*self.found())
        return sorted(node for match, node in self.intended.items() if match not in certain)

    def relax(self) -> None:
        """Take back each escape without which everything still means the same."""
        mine = sorted(self.words & self.line.escapes, reverse=True)
        if len(mine) > _ROUNDS:
            return
        for place in mine:
            self.line.escapes.discard(place)
            if any(found != self.intended.keys() for found in self.found()):
                self.line.escapes.add(place)
