"""Which delimiters make emphasis: CommonMark's algorithm, run on what is about to be written.

``*`` and ``_`` mark emphasis only where the characters beside them allow it ("flanking"), and
pair up by rules of their own; beside Chinese punctuation they often do not. A writer that wants
to know whether its text says what it means has to ask the algorithm itself:
https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis and, for ``~``,
https://github.github.com/gfm/#strikethrough-extension-.

Parsers differ in what they call punctuation: to all of CommonMark before 0.31 it is Unicode's
category P, symbols have joined it since, and pandoc adds whatever is neither letter, mark nor
digit. Where it matters a line is read all three ways, so that the answer holds in all of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Match", "Run", "pair", "readings"]


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


# The categories (their first letters) that count as punctuation, besides ASCII's marks.
_READINGS = ("P", "PS", "PSC")


@lru_cache(maxsize=4096)
def _class(character: str) -> str:
    """What ``character`` is to the flanking rules: ``Z`` space, ``L`` no punctuation, P, S or C.

    Control, format and unassigned characters are ``C``.
    """
    category = unicodedata.category(character)
    if category == "Zs" or character in "\t\n\r\f":
        return "Z"
    if character < "\x80":
        return "L" if character.isalnum() else "P"
    return category[0] if category[0] in "PSC" else "C" if category[0] == "Z" else "L"


def _flanks(mark: str, left: str, right: str, punctuation: str) -> tuple[bool, bool]:
    """Whether a run between characters of two classes can open and can close emphasis."""
    after_mark, before_mark = left in punctuation, right in punctuation
    opens = right != "Z" and (not before_mark or left == "Z" or after_mark)
    closes = left != "Z" and (not after_mark or right == "Z" or before_mark)
    if mark != "_":
        return opens, closes
    return opens and (not closes or after_mark), closes and (not opens or before_mark)


class _Span(NamedTuple):
    """A run before it is judged: the classes beside it, and beside it and any tildes."""

    mark: str
    start: int
    length: int
    beside: tuple[str, str]
    beyond: tuple[str, str]


def readings(
    text: str, delimiters: Sequence[int], around: str, escapes: AbstractSet[int]
) -> list[list[Run]]:
    """The runs that the characters of ``text`` at the places ``delimiters`` (in order) form.

    ``around`` is the character before ``text`` and the one after it, ``escapes`` are the places
    that have a backslash. The result has one list of runs where all parsers agree, or else one
    for each way to read the text.
    """
    spans = list(_spans(text, delimiters, around, escapes))
    disputed = any(beside in "SC" for span in spans for beside in span.beside)
    ways = [
        [
            Run(span.mark, span.start, span.length, *_flanks(span.mark, *span.beside, punctuation))
            for span in spans
        ]
        for punctuation in (_READINGS if disputed else _READINGS[:1])
    ]
    if "~" in text:
        ways = [*map(_paired_tildes, ways), _all_tildes(ways[-1]), _github(spans)]
    return ways


def _spans(
    text: str, delimiters: Sequence[int], around: str, escapes: AbstractSet[int]
) -> Iterator[_Span]:
    index, count, size = 0, len(delimiters), len(text)
    while index < count:
        start = delimiters[index]
        mark = text[start]
        end = start + 1
        index += 1
        while index < count and delimiters[index] == end and text[end] == mark:
            end += 1
            index += 1
        before, after = start, end
        beside = beyond = (
            _class(text[before - 1] if before else around[0]),
            _class(text[after] if after < size else around[1]),
        )
        while before and text[before - 1] == "~" and before not in escapes:
            before -= 1
        while after < size and text[after] == "~" and after not in escapes:
            after += 1
        if (before, after) != (start, end):
            beyond = (
                "P" if before in escapes else _class(text[before - 1] if before else around[0]),
                _class(text[after] if after < size else around[1]),
            )
        yield _Span(mark, start, end - start, beside, beyond)


def _github(spans: Sequence[_Span]) -> list[Run]:
    """The runs as GitHub's parser takes them.

    It looks past tildes for what stands beside a run, and more than two are no delimiter.
    """
    return [
        Run(span.mark, span.start, span.length, *_flanks(span.mark, *span.beyond, "P"))
        for span in spans
        if span.mark != "~" or span.length <= 2
    ]


def _paired_tildes(found: list[Run]) -> list[Run]:
    """The runs with tildes as markdown-it takes them: two by two."""
    return [
        run
        if run.mark != "~"
        else run._replace(mark="~~", start=run.start + run.length % 2, length=run.length // 2 * 2)
        for run in found
        if run.mark != "~" or run.length > 1
    ]


def _all_tildes(found: list[Run]) -> list[Run]:
    """The runs with tildes as pandoc takes them: single ones pair up, too, and mark nothing."""
    return [run._replace(mark="~~") if run.mark == "~" else run for run in found]


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
    if closer.mark == "~~" or not (opener.closes or closer.opens):
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
    length = 2 if min(opener.length, closer.length) >= 2 else 1
    opener.length -= length
    if length > 1 or closer.mark != "~~":
        matches.append(Match(opener.start + opener.length, closer.start, length))
    closer.start += length
    closer.length -= length
    if not opener.length:
        _remove(opener)
    if closer.length:
        return closer
    _remove(closer)
    return closer.next
