"""Doubles: the same article twice, at one address or at several.

Two articles are one where their addresses name one page (:func:`converters.addresses.canonical`)
or where their texts are the same but for what sites put around them and a few words. Texts are
found in two steps. Their fingerprints (:mod:`converters.edition.fingerprints`) bring those together
that may be alike, without comparing each with each: neighbours in the order of their signatures, as
in an LSH forest (Bawa, Condie, Ganesan 2005, https://doi.org/10.1145/1060745.1060840 ). Then the
two texts themselves are compared (:mod:`converters.edition.comparison`).

Where it is not certain, both stay: a double is a nuisance, a missing article is a loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Literal

from converters.addresses import canonical, canonical_host
from converters.article import Article
from converters.edition.choice import folded, known_date
from converters.edition.comparison import LEAST, Comparison
from converters.edition.fingerprints import (
    FEWEST,
    SLOTS,
    Fingerprint,
    letters_of,
    read_fingerprint,
    similarity,
)
from converters.edition.model import LeftOut, Member
from converters.edition.order import settled

__all__ = ["without_doubles"]

_BAND = 3  # slots that two signatures share before they are compared
_NEIGHBOURS = 4  # signatures that one is compared with in each order
_TRIES = 3  # texts that one is compared with
_TELLING_TITLE = 6  # characters


def without_doubles(
    members: Sequence[Member], articles: Sequence[Article]
) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The places of the articles that stay, in order, and what is left out.

    Articles are taken from ``articles`` only where their texts must be compared. The richest of
    several stays: a character of text counts 1, a picture 200, a title, author, date, site,
    address, summary or tag that is known 40; the content decides between equals, not the order.
    What is left out is always a double of one that stays, never only of another double.
    """
    marks = [read_fingerprint(each.fingerprint) if each.fingerprint else None for each in members]
    rank = sorted(range(len(members)), key=lambda place: _poverty(members[place]))
    compare = Comparison(members, articles, marks)
    alike = _Alike(members, marks, rank)
    stays: dict[int, int] = {}
    left_out = []
    for place in rank:
        found = _double_of(place, alike, stays, compare)
        stays[place] = found[0] if found else place
        if found:
            left_out.append(_left_out(members[place], members[found[0]], found[1]))
    return sorted(set(stays.values())), tuple(left_out)


def _poverty(member: Member) -> tuple[object, ...]:
    """The key that puts the richest first."""
    known = (member.title, member.authors, member.published, member.site, member.url)
    more = (member.summary, member.tags)
    facts = sum(1 for each in (*known, *more) if each)
    return (-(member.length + 200 * member.pictures + 40 * facts), *settled(member))


_Found = tuple[int, Literal["same address", "same text"]]


def _double_of(
    place: int, alike: _Alike, stays: dict[int, int], compare: Comparison
) -> _Found | None:
    """Of which article that stays ``place`` is a double, and why.

    ``stays`` are the richer ones, each with the article that stays for it.
    """
    of_page = dict.fromkeys(stays[each] for each in alike.addresses(place) if each in stays)
    for other in of_page:
        if compare.is_one_page(place, other):
            return other, "same address"
    likely = dict.fromkeys(stays[each] for each in alike.texts(place) if each in stays)
    for other in islice(likely, _TRIES):
        if compare.is_one_text(place, other):
            return other, "same text"
    return None


def _left_out(member: Member, stays: Member, kind: Literal["same address", "same text"]) -> LeftOut:
    name = f"“{stays.title}”" if stays.title else stays.url or "an article without a title"
    host = canonical_host(stays.url)
    if stays.title == member.title and host != canonical_host(member.url):
        name += f" of {host or 'an unknown source'}"
    return LeftOut(
        title=member.title,
        url=member.url,
        source=member.source,
        kind=kind,
        reason=f"has the {kind} as {name}",
        kept=stays.title,
        kept_url=stays.url,
    )


class _Alike:
    """Which articles may be doubles of which: those that are worth a comparison."""

    def __init__(
        self, members: Sequence[Member], marks: Sequence[Fingerprint | None], rank: list[int]
    ) -> None:
        self._rank = {place: index for index, place in enumerate(rank)}
        self._pages: dict[tuple[str, ...], list[int]] = {}
        self._page_of: list[tuple[str, str]] = [
            (canonical(each.url), letters_of(each.title)) if each.url else ("", "")
            for each in members
        ]
        for place in rank:
            address, title = self._page_of[place]
            if address:
                for page in ((address, title), (address,)):
                    richest = self._pages.setdefault(page, [])
                    if len(richest) < _TRIES:
                        richest.append(place)
        self._partners: dict[int, dict[int, float]] = {}
        self._seen: set[tuple[int, int]] = set()
        self._find_short(members, marks)
        self._find_titled(members, marks)
        self._find_long(marks)

    def addresses(self, place: int) -> Iterator[int]:
        """Others of the same address: under the same title, with a like text, and the richest."""
        address, title = self._page_of[place]
        like = (each for each in self.texts(place) if self._page_of[each][0] == address)
        titled, any_ = self._pages.get((address, title), ()), self._pages.get((address,), ())
        return (
            each for each in chain(titled, islice(like, _TRIES), any_) if address and each != place
        )

    def texts(self, place: int) -> list[int]:
        """Others whose text may be the same, the likeliest first."""
        partners = self._partners.get(place, {})
        return sorted(partners, key=lambda other: -partners[other])

    def _join(self, one: int, other: int, likeness: float) -> None:
        self._partners.setdefault(one, {})[other] = likeness
        self._partners.setdefault(other, {})[one] = likeness

    def _find_short(self, members: Sequence[Member], marks: Sequence[Fingerprint | None]) -> None:
        """Short articles: those with the same title, words and pictures, of one day."""
        first: dict[object, int] = {}
        for place, (each, mark) in enumerate(zip(members, marks, strict=True)):
            if mark is None or mark.size >= FEWEST or not mark.signature or not each.title:
                continue
            day = known.date() if (known := known_date(each)) else None
            key = (folded(each.title), mark.signature, day)
            self._join(place, first.setdefault(key, place), 1.0)

    def _find_titled(self, members: Sequence[Member], marks: Sequence[Fingerprint | None]) -> None:
        """Articles of one title, of which one may have the beginning of the other."""
        titled: dict[str, list[int]] = {}
        for place, (each, mark) in enumerate(zip(members, marks, strict=True)):
            title = letters_of(each.title)
            if mark is not None and mark.size >= LEAST and len(title) >= _TELLING_TITLE:
                titled.setdefault(title, []).append(place)
        for places in titled.values():
            places.sort(key=lambda place: settled(members[place]))
            for index, one in enumerate(places):
                for other in places[index + 1 : index + 1 + _NEIGHBOURS]:
                    self._join(one, other, 0.5)

    def _find_long(self, marks: Sequence[Fingerprint | None]) -> None:
        """Articles whose signatures share a band: in each, neighbours in their order.

        However many share one, each is compared with a few, and with the richest: the work
        grows with the number of articles (times its logarithm), even where all of them have the
        same boilerplate.
        """
        long = {
            place: mark
            for place, mark in enumerate(marks)
            if mark is not None and mark.size >= FEWEST
        }
        width = 4 * _BAND
        for start in range(0, 4 * SLOTS - width + 1, width):
            buckets: dict[bytes, list[int]] = {}
            for place, mark in long.items():
                buckets.setdefault(mark.signature[start : start + width], []).append(place)
            for bucket in buckets.values():
                if len(bucket) > 1:
                    self._compare(bucket, long, start)

    def _compare(self, bucket: list[int], marks: dict[int, Fingerprint], start: int) -> None:
        def turned(place: int) -> bytes:
            signature = marks[place].signature
            return signature[start:] + signature[:start]

        bucket.sort(key=turned)
        richest = min(bucket, key=self._rank.__getitem__)
        for index, one in enumerate(bucket):
            for other in (richest, *bucket[index + 1 : index + 1 + _NEIGHBOURS]):
                if one == other or (one, other) in self._seen:
                    continue
                self._seen |= {(one, other), (other, one)}
                likeness = similarity(marks[one], marks[other])
                if likeness:
                    self._join(one, other, likeness)
