"""Comparing the texts of two articles: whether one is a copy of the other.

Where it is not certain, they are two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from msgspec import Struct

from converters.addresses import canonical, canonical_host
from converters.article import Article, plain_text
from converters.edition.choice import known_date
from converters.edition.fingerprints import (
    COMPARED,
    FEWEST,
    SAME_TEXT,
    WORD,
    Fingerprint,
    in_order,
    letters_of,
    plain,
    runs_of,
    size_of,
)
from converters.edition.model import Member

__all__ = ["LEAST", "Comparison"]

LEAST = 12
"""Size of a text that can be told from another."""

_HELD = 500_000  # shingles of texts that are kept for the next comparison, some 40 MB
# Shares, all measured (docs/design.md).
_SHORTEST_PART = 0.6  # length of the shorter text to that of the longer
# The longest stretch that only the more faithful of two texts has, in ideographs or parts of the
# shorter text: so much is a header or an edited sentence, and so much says nothing.
_SENTENCE, _OWN_PART = 30, 0.1
_FEW_WORDS, _FEW_PART = 10, 0.05
_EXCERPT = 0.9  # share of a text in another that it is an excerpt of
_A_DAY = timedelta(hours=20)  # apart at least, though an issue may come a little earlier
_PHRASE = 5  # what may be in two texts by chance
_CHANGED_NUMBERS = 0.34  # of the numbers in the same words
_SAME_PAGE = 0.5  # of the shorter text, at one address
_LIKE_TITLES = 0.6


class _Text(Struct, frozen=True):
    """A text as it is compared: shingles in order and as a set, size, what numbers stand where."""

    shingles: list[int]
    all: frozenset[int]
    size: int
    numbers: dict[str, set[str]]


class Comparison:
    """Compares articles by what they say; texts are taken when they are needed."""

    def __init__(
        self,
        members: Sequence[Member],
        articles: Sequence[Article],
        marks: Sequence[Fingerprint | None],
    ) -> None:
        self._members, self._articles, self._marks = members, articles, marks
        self._last: dict[int, _Text] = {}
        self._held = 0

    def is_one_page(self, one: int, other: int) -> bool:
        """Whether two articles of one address are one: unless both title and text say no.

        A feed's summary and the page have their title in common, a page that was changed its text.
        The address of a site's front page says nothing, nor does a title there: readers take both
        from pages that do not name their own. There the texts decide.
        """
        left, right = self._members[one], self._members[other]
        titled = left.title and right.title
        if not _is_front_page(left.url) and (
            not titled or _are_like_titles(left.title, right.title)
        ):
            return True
        marks = self._marks[one], self._marks[other]
        if marks[0] and marks[1] and marks[0].content == marks[1].content:
            return True
        shorter, longer = sorted(map(self._text, (one, other)), key=lambda text: len(text.shingles))
        return _share(shorter, longer) >= _SAME_PAGE

    def is_one_text(self, one: int, other: int) -> bool:
        """Whether two articles of different addresses have the same text."""
        marks = self._marks[one], self._marks[other]
        if marks[0] and marks[1]:
            if marks[0].content == marks[1].content:
                return True
            if max(marks[0].size, marks[1].size) < FEWEST:
                return marks[0].signature == marks[1].signature
        left, right = self._members[one], self._members[other]
        title = _are_like_titles(left.title, right.title) and not _are_issues(left, right)
        return _are_copies(
            self._text(one),
            self._text(other),
            one_title=title,
            expected=title or _are_of_two_sites(left, right),
        )

    def _text(self, place: int) -> _Text:
        """The text of an article: one of those that were last asked for, or taken anew."""
        text = self._last.pop(place, None)
        if text is None:
            text = _text(self._articles[place])
            self._held += len(text.shingles)
            while self._last and self._held > _HELD:
                self._held -= len(self._last.pop(next(iter(self._last))).shingles)
        self._last[place] = text
        return text


def _is_front_page(url: str) -> bool:
    return not any(mark in canonical(url) for mark in "/?#")


def _are_like_titles(one: str, other: str) -> bool:
    """Whether two titles are one, but for a site's name beside it or a few letters."""
    left, right = letters_of(one), letters_of(other)
    if not (left and right):
        return one == other != ""  # marks and emoji alone
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if short in long and 2 * len(short) >= len(long):
        return True
    return SequenceMatcher(None, left[:300], right[:300], autojunk=False).ratio() >= _LIKE_TITLES


def _text(article: Article) -> _Text:
    text = plain_text(article.body)
    runs = runs_of(letters_of(text))
    shingles = in_order(runs)
    size = size_of(len(shingles), runs)
    return _Text(shingles, frozenset(shingles), size, _numbers(plain(text[:COMPARED])))


_NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")


def _numbers(text: str) -> dict[str, set[str]]:
    """The numbers of ``text``, by the characters around them, in which digits are alike."""
    masked = "".join(WORD.findall(_NUMBER.sub(" 0 ", text)))
    found: dict[str, set[str]] = {}
    for place, value in zip(re.finditer("0", masked), _NUMBER.findall(text), strict=True):
        start = place.start()
        found.setdefault(masked[max(0, start - 4) : start + 4], set()).add(value)
    return found


def _share(one: _Text, other: _Text) -> float:
    """How much of ``one`` is in ``other``, from 0 to 1."""
    return len(one.all & other.all) / max(1, len(one.all))


def _are_copies(one: _Text, other: _Text, *, one_title: bool, expected: bool) -> bool:
    """Whether two texts are one, but for what stands around it and a few words.

    Most of the shorter text must be in the longer. Then the longest stretches tell that only one
    of them has: an edited copy has short ones, one among other headers and footers long ones, and
    issues of a series, which share all that is said each time, long ones in both texts. How long
    they may be depends on whether copies are ``expected``. Under ``one_title`` the longer text may
    go on where the shorter one ends.
    """
    shorter, longer = sorted((one, other), key=lambda text: len(text.shingles))
    common = _share(shorter, longer)
    if common < SAME_TEXT or shorter.size < LEAST or _are_reports(one, other):
        return False
    if shorter.size < max(FEWEST, _SHORTEST_PART * longer.size):
        return one_title and common >= _EXCERPT
    own = min(_longest_own(shorter, longer), _longest_own(longer, shorter))
    if expected:
        limit = max(_SENTENCE, _OWN_PART * shorter.size)
    else:
        limit = max(_FEW_WORDS, min(_SENTENCE, _FEW_PART * shorter.size))
    return own <= limit and (one_title or _share(longer, shorter) >= SAME_TEXT)


def _longest_own(text: _Text, other: _Text) -> int:
    """The size of the longest stretch of ``text`` that ``other`` does not have.

    A phrase that happens to be somewhere in both does not end a stretch.
    """
    unit = 1 if len(text.shingles) < 2 * text.size else 3
    shared = bytes(map(other.all.__contains__, text.shingles))
    return max(map(len, re.split(rb"\x01{%d,}" % (_PHRASE * unit), shared))) // unit


def _are_reports(one: _Text, other: _Text) -> bool:
    """Whether two texts tell different numbers in the same words, as reports of two days do."""
    shared = one.numbers.keys() & other.numbers.keys()
    differing = sum(1 for words in shared if one.numbers[words].isdisjoint(other.numbers[words]))
    return differing > _CHANGED_NUMBERS * len(shared)


def _are_issues(one: Member, other: Member) -> bool:
    """Whether two articles are issues or parts of a series: by the numbers in their titles, or by
    their days, where one site has them under one title.
    """  # noqa: D205 - the first sentence needs two lines
    if _NUMBER.findall(plain(one.title)) != _NUMBER.findall(plain(other.title)):
        return True
    days = known_date(one), known_date(other)
    if _are_of_two_sites(one, other) or days[0] is None or days[1] is None:
        return False
    return abs(days[0] - days[1]) >= _A_DAY


def _are_of_two_sites(one: Member, other: Member) -> bool:
    """Whether two articles are of different sites: there, copies are what one expects."""
    hosts = canonical_host(one.url), canonical_host(other.url)
    return all(hosts) and hosts[0] != hosts[1]
