"""Which delimiters make emphasis: CommonMark's algorithm, run on what is about to be written.

``*`` and ``_`` mark emphasis only where the characters beside them allow it ("flanking"), and
pair up by rules of their own; beside Chinese punctuation they often do not. A writer that wants
to know whether its text says what it means has to ask the algorithm itself:
https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis and, for ``~``,
https://github.github.com/gfm/#strikethrough-extension-.

Parsers differ in what they call punctuation (CommonMark counts symbols from 0.31 on, and some
count whatever is neither letter nor digit). Characters that are judged differently are tried
both ways, so that the answer holds in all of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

__all__ = ["Match", "Run", "pair", "runs"]

_Class = Literal["space", "punctuation", "either", "other"]


class Run(NamedTuple):
    """A delimiter run: ``length`` times ``mark`` from ``start`` on, within one link text or none.

    ``opens`` and ``closes`` say what it can do.
    """

    mark: str
    start: int
    length: int
    opens: bool
    closes: bool


class Match(NamedTuple):
    """``length`` delimiters from ``opener`` on and from ``closer`` on that mark what is between."""

    opener: int
    closer: int
    length: int


@lru_cache(maxsize=4096)
def _class(character: str) -> _Class:
    """What ``character`` is to the flanking rules; an absent one is a space."""
    category = unicodedata.category(character) if character else "Zs"
    if category == "Zs" or character in "\t\n\r\f":
        return "space"
    if category[0] == "P" or (character < "\x80" and not character.isalnum()):
        return "punctuation"
    return "other" if category[0] in "LN" else "either"


def _flanks(mark: str, before: str, after: str, symbols: bool) -> tuple[bool, bool]:
    """Whether a run between two characters can open and can close emphasis.

    ``symbols`` says whether characters that parsers judge differently are punctuation.
    """
    left, right = _class(before), _class(after)
    left_mark = left == "punctuation" or (symbols and left == "either")
    right_mark = right == "punctuation" or (symbols and right == "either")
    opens = right != "space" and (not right_mark or left == "space" or left_mark)
    closes = left != "space" and (not left_mark or right == "space" or right_mark)
    if mark != "_":
        return opens, closes
    return opens and (not closes or left_mark), closes and (not opens or right_mark)


def runs(text: str, delimiters: Sequence[int], around: str, symbols: bool) -> list[Run]:
    """The runs that the characters of ``text`` at the positions ``delimiters`` (in order) form.

    ``around`` is the character before ``text`` and the one after it.
    """
    found: list[Run] = []
    index, count = 0, len(delimiters)
    while index < count:
        start = delimiters[index]
        mark = text[start]
        end = start + 1
        index += 1
        while index < count and delimiters[index] == end and text[end] == mark:
            end += 1
            index += 1
        before = text[start - 1] if start else around[0]
        after = text[end] if end < len(text) else around[1]
        found.append(Run(mark, start, end - start, *_flanks(mark, before, after, symbols)))
    return found


class _Delimiter:
    """A run on the delimiter stack: ``start`` and ``length`` are of what is left of it."""

    __slots__ = ("closes", "length", "mark", "next", "opens", "original", "previous", "start")

    def __init__(self, run: Run) -> None:
        self.mark, self.start, self.length, self.opens, self.closes = run
        self.original = run.length
        self.previous: _Delimiter | None = None
        self.next: _Delimiter | None = None


def pair(found: Sequence[Run]) -> list[Match]:
    """What the runs of one scope mark: a line without its links' texts, or one such text."""
    matches: list[Match] = []
    # For each kind of closer: the place before which no opener for it remains.
    bottoms: dict[tuple[str, bool, int], int] = {}
    closer = _linked(found)
    while closer is not None:
        if not closer.closes:
            closer = closer.next
            continue
        kind = (closer.mark, closer.opens, closer.original % 3)
        opener = _opener(closer, bottoms.get(kind, 0))
        if opener is None:
            bottoms[kind] = closer.start
            following = closer.next
            if not closer.opens:
                _remove(closer)
            closer = following
        else:
            closer = _consume(opener, closer, matches)
    return matches


def _linked(found: Sequence[Run]) -> _Delimiter | None:
    first = last = None
    for run in found:
        delimiter = _Delimiter(run)
        delimiter.previous = last
        if last is None:
            first = delimiter
        else:
            last.next = delimiter
        last = delimiter
    return first


def _remove(delimiter: _Delimiter) -> None:
    if delimiter.previous is not None:
        delimiter.previous.next = delimiter.next
    if delimiter.next is not None:
        delimiter.next.previous = delimiter.previous


def _opener(closer: _Delimiter, bottom: int) -> _Delimiter | None:
    """The nearest opener that ``closer`` can close, from the place ``bottom`` on."""
    opener = closer.previous
    while opener is not None and opener.start >= bottom:
        if opener.opens and opener.mark == closer.mark and not _odd(opener, closer):
            return opener
        opener = opener.previous
    return None


def _odd(opener: _Delimiter, closer: _Delimiter) -> bool:
    """Rules 9 and 10: lengths that sum to a multiple of three do not match, with exceptions."""
    if closer.mark == "~" or not (opener.closes or closer.opens):
        return False
    total = opener.original + closer.original
    return total % 3 == 0 and closer.original % 3 != 0


def _consume(opener: _Delimiter, closer: _Delimiter, matches: list[Match]) -> _Delimiter | None:
    """Match the two; what stood between them is gone. Returns the next possible closer."""
    between = opener.next
    while between is not None and between is not closer:
        _remove(between)
        between = between.next
    if closer.mark == "~":
        # GitHub's parser ends both even where their lengths differ, and then marks nothing.
        if opener.length == closer.length:
            matches.append(Match(opener.start, closer.start, closer.length))
        _remove(opener)
        _remove(closer)
        return closer.next
    length = 2 if opener.length >= 2 and closer.length >= 2 else 1
    opener.length -= length
    matches.append(Match(opener.start + opener.length, closer.start, length))
    closer.start += length
    closer.length -= length
    if not opener.length:
        _remove(opener)
    if closer.length:
        return closer
    _remove(closer)
    return closer.next
