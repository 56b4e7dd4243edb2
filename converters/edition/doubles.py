"""Doubles: the same article twice, at one address or at several.

Two articles are one where their addresses name one page (:func:`converters.addresses.canonical`)
or where their texts are the same but for what sites put around them and a few words. Texts are
found in two steps. A MinHash signature of each, made where the article is read, brings those
together that may be alike, without comparing each with each (Broder 1997,
https://doi.org/10.1109/SEQUEN.1997.666900 ; neighbours in the order of their signatures, as in an
LSH forest: Bawa, Condie, Ganesan 2005, https://doi.org/10.1145/1060745.1060840 ). Then the two
texts themselves are compared.

Where it is not certain, both stay: a double is a nuisance, a missing article is a loss.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import chain, islice
from operator import eq
from typing import Literal
from zlib import crc32

import msgspec
from msgspec import Struct

from converters.addresses import canonical, canonical_host
from converters.article import Article, Image, plain_text, query
from converters.edition.choice import folded, known_date
from converters.edition.model import LeftOut, Member
from converters.edition.order import settled

__all__ = ["fingerprint", "without_doubles"]

_SLOTS = 128  # numbers in a signature
_BAND = 3  # slots that two signatures share before they are compared
_SEED = 20201012  # any; the same everywhere
_IDEOGRAPHS, _LETTERS = 4, 8  # characters of a shingle
_FEWEST = 40  # ideographs, or three letters each; what is shorter is compared as a whole
_NEIGHBOURS = 4  # signatures that one is compared with in each order
_DIGEST = 16  # bytes
_TRIES = 3  # texts that one is compared with
_HELD = 64  # texts that are kept for the next comparison
_COMPARED = 400_000  # characters of a text that count; a book's worth
# Shares, all measured (docs/design.md).
_DEVIATION = 0.035  # of an estimated similarity from the true one
_TELLING_NUMBERS = 8
_SAME_TEXT = 0.75  # of the shorter text's shingles are in the longer
_SHORTEST_PART = 0.6  # length of the shorter text to that of the longer
# The longest stretch that only the more faithful of two texts has, in ideographs or parts of the
# shorter text: so much is a header or an edited sentence, and so much says nothing.
_SENTENCE, _OWN_PART = 30, 0.1
_FEW_WORDS, _FEW_PART = 10, 0.05
_TELLING_TITLE = 6  # characters
_LEAST, _EXCERPT = 12, 0.9  # size of a text, and its share in another, that is an excerpt of it
_A_DAY = timedelta(hours=20)  # apart at least, though an issue may come a little earlier
_PHRASE = 5  # what may be in two texts by chance
_CHANGED_NUMBERS = 0.34  # of the numbers in the same words
_SAME_PAGE = 0.5  # of the shorter text, at one address
_LIKE_TITLES = 0.6
_HEAD = struct.Struct(f"<{_DIGEST}sI{_DIGEST}s")

# --- Fingerprints --------------------------------------------------------------------------


class _Fingerprint(Struct, frozen=True):
    """``content`` is a digest of the whole body, ``size`` that of its text (:func:`_size`).

    ``numbers`` has a bit for each number in it. ``signature`` is the MinHash of its shingles, or
    for a short text a digest of its words and pictures.
    """

    content: bytes
    size: int
    numbers: int
    signature: bytes


def fingerprint(article: Article) -> bytes:
    """What tells whether another article has the same text: some 500 bytes.

    The same article gives the same bytes in every process, on every machine.
    """
    content = blake2b(msgspec.msgpack.encode(article.body), digest_size=_DIGEST).digest()
    letters = _letters(plain_text(article.body))
    runs = _runs(letters)
    shingles = list(chain.from_iterable(runs))
    size = _size(len(shingles), runs)
    head = _HEAD.pack(content, size, _number_bits(letters))
    if size >= _FEWEST:
        return head + _signature(shingles)
    pictures = "\n".join(sorted({canonical(each.url) for each in query(article.body, Image)}))
    if not letters and not pictures:
        return head
    whole = blake2b(f"{letters}\n{pictures}".encode(), digest_size=_DIGEST).digest()
    return head + whole


def _signature(shingles: list[int]) -> bytes:
    from rensa import RMinHash

    made = RMinHash.digest_matrix_from_token_hash_sets([shingles], num_perm=_SLOTS, seed=_SEED)
    return struct.pack(f"<{_SLOTS}I", *made.to_rows()[0])


def _read(fingerprint: bytes) -> _Fingerprint:
    content, size, numbers = _HEAD.unpack_from(fingerprint)
    bits = int.from_bytes(numbers, "little")
    return _Fingerprint(content, size, bits, fingerprint[_HEAD.size :])


def _number_bits(letters: str) -> bytes:
    """One of 128 bits for each number."""
    bits = 0
    for number in set(_DIGITS.findall(letters)):
        bits |= 1 << crc32(number.encode()) % (8 * _DIGEST)
    return bits.to_bytes(_DIGEST, "little")


_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def _letters(text: str) -> str:
    """The letters and digits of ``text``, without differences of case, width and form.

    Marks and spaces do not count: some sites put spaces between Chinese and Latin letters, others
    do not, and quotation marks are those of the house.
    """
    text = text[:_COMPARED]
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _plain("".join(_WORD.findall(text)))


def _plain(text: str) -> str:
    """``text`` without differences of case, width and form, its digits 0 to 9."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        if _OTHER_DIGIT.search(text):
            text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
    return text.lower()


def _runs(letters: str) -> list[tuple[int, ...]]:
    """All overlapping pieces of ``letters`` as numbers: those that start at 0, at 1, and so on.

    A piece is what fits into 64 bits, and its number is those bits, which no hash function could
    make as fast from Python: four UTF-16 units where most characters are ideographs, syllables or
    others that take three bytes of UTF-8, else the low bytes of eight, which tell the letters of
    an alphabet apart.
    """
    data = letters.encode("utf-16-le", "surrogatepass")
    if len(letters.encode("utf-8", "surrogatepass")) > 2.05 * len(letters):
        step, unit = _IDEOGRAPHS, 2
    else:
        data, step, unit = data[::2], _LETTERS, 1
    counts = [max(0, len(data) - unit * offset) // 8 for offset in range(step)]
    return [
        struct.unpack_from(f"<{count}Q", data, unit * offset) if count else ()
        for offset, count in enumerate(counts)
    ]


def _size(shingles: int, runs: list[tuple[int, ...]]) -> int:
    """How much so many shingles say: an ideograph counts one, and so do three letters."""
    return shingles if len(runs) == _IDEOGRAPHS else shingles // 3


def _in_order(runs: list[tuple[int, ...]]) -> list[int]:
    """The pieces of a text as they follow each other."""
    pieces = [0] * sum(map(len, runs))
    for offset, run in enumerate(runs):
        pieces[offset :: len(runs)] = run
    return pieces


# --- Which stay ----------------------------------------------------------------------------


def without_doubles(
    members: Sequence[Member], articles: Sequence[Article]
) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The places of the articles that stay, in order, and what is left out.

    Articles are taken from ``articles`` only where their texts must be compared. The richest of
    several stays: a character of text counts 1, a picture 200, a title, author, date, site,
    address, summary or tag that is known 40; the content decides between equals, not the order.
    What is left out is always a double of one that stays, never only of another double.
    """
    marks = [_read(each.fingerprint) if each.fingerprint else None for each in members]
    rank = sorted(range(len(members)), key=lambda place: _poverty(members[place]))
    compare = _Comparison(members, articles, marks)
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
    place: int, alike: _Alike, stays: dict[int, int], compare: _Comparison
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
        self, members: Sequence[Member], marks: Sequence[_Fingerprint | None], rank: list[int]
    ) -> None:
        self._rank = {place: index for index, place in enumerate(rank)}
        self._pages: dict[tuple[str, ...], list[int]] = {}
        self._page_of: list[tuple[str, str]] = [
            (canonical(each.url), _letters(each.title)) if each.url else ("", "")
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

    def _find_short(self, members: Sequence[Member], marks: Sequence[_Fingerprint | None]) -> None:
        """Short articles: those with the same title, words and pictures, of one day."""
        first: dict[object, int] = {}
        for place, (each, mark) in enumerate(zip(members, marks, strict=True)):
            if mark is None or mark.size >= _FEWEST or not mark.signature or not each.title:
                continue
            day = known.date() if (known := known_date(each)) else None
            key = (folded(each.title), mark.signature, day)
            self._join(place, first.setdefault(key, place), 1.0)

    def _find_titled(self, members: Sequence[Member], marks: Sequence[_Fingerprint | None]) -> None:
        """Articles of one title, of which one may have the beginning of the other."""
        titled: dict[str, list[int]] = {}
        for place, (each, mark) in enumerate(zip(members, marks, strict=True)):
            title = _letters(each.title)
            if mark is not None and mark.size >= _LEAST and len(title) >= _TELLING_TITLE:
                titled.setdefault(title, []).append(place)
        for places in titled.values():
            places.sort(key=lambda place: settled(members[place]))
            for index, one in enumerate(places):
                for other in places[index + 1 : index + 1 + _NEIGHBOURS]:
                    self._join(one, other, 0.5)

    def _find_long(self, marks: Sequence[_Fingerprint | None]) -> None:
        """Articles whose signatures share a band: in each, neighbours in their order.

        However many share one, each is compared with a few, and with the richest: the work
        grows with the number of articles (times its logarithm), even where all of them have the
        same boilerplate.
        """
        long = {
            place: mark
            for place, mark in enumerate(marks)
            if mark is not None and mark.size >= _FEWEST
        }
        width = 4 * _BAND
        for start in range(0, 4 * _SLOTS - width + 1, width):
            buckets: dict[bytes, list[int]] = {}
            for place, mark in long.items():
                buckets.setdefault(mark.signature[start : start + width], []).append(place)
            for bucket in buckets.values():
                if len(bucket) > 1:
                    self._compare(bucket, long, start)

    def _compare(self, bucket: list[int], marks: dict[int, _Fingerprint], start: int) -> None:
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
                likeness = _likeness(marks[one], marks[other])
                if likeness:
                    self._join(one, other, likeness)


def _likeness(one: _Fingerprint, other: _Fingerprint) -> float:
    """The Jaccard similarity of two texts, estimated; 0 where they cannot be copies.

    They cannot where so little is common that even three standard deviations more would not do,
    or where their numbers are others.
    """
    fewer = min(one.numbers.bit_count(), other.numbers.bit_count())
    if fewer >= _TELLING_NUMBERS and 2 * (one.numbers & other.numbers).bit_count() < fewer:
        return 0.0
    left, right = memoryview(one.signature).cast("I"), memoryview(other.signature).cast("I")
    likeness = sum(map(eq, left, right)) / _SLOTS
    most = min(1.0, likeness + 3 * _DEVIATION)
    share = most / (1 + most) * (one.size + other.size) / min(one.size, other.size)
    return likeness if share >= _SAME_TEXT else 0.0


# --- Comparing texts -----------------------------------------------------------------------


class _Text(Struct, frozen=True):
    """A text as it is compared: shingles in order and as a set, size, what numbers stand where."""

    shingles: list[int]
    all: frozenset[int]
    size: int
    numbers: dict[str, set[str]]


class _Comparison:
    """Compares articles by what they say; texts are taken when they are needed."""

    def __init__(
        self,
        members: Sequence[Member],
        articles: Sequence[Article],
        marks: Sequence[_Fingerprint | None],
    ) -> None:
        self._members, self._articles, self._marks = members, articles, marks
        self._last: dict[int, _Text] = {}

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
            if max(marks[0].size, marks[1].size) < _FEWEST:
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
        if place not in self._last:
            if len(self._last) >= _HELD:
                del self._last[next(iter(self._last))]
            self._last[place] = _text(self._articles[place])
        return self._last[place]


def _is_front_page(url: str) -> bool:
    return not any(mark in canonical(url) for mark in "/?#")


def _are_like_titles(one: str, other: str) -> bool:
    """Whether two titles are one, but for a site's name beside it or a few letters."""
    left, right = _letters(one), _letters(other)
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
    runs = _runs(_letters(text))
    shingles = _in_order(runs)
    size = _size(len(shingles), runs)
    return _Text(shingles, frozenset(shingles), size, _numbers(_plain(text[:_COMPARED])))


_NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")


def _numbers(text: str) -> dict[str, set[str]]:
    """The numbers of ``text``, by the characters around them, in which digits are alike."""
    masked = "".join(_WORD.findall(_NUMBER.sub(" 0 ", text)))
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
    if common < _SAME_TEXT or shorter.size < _LEAST or _are_reports(one, other):
        return False
    if shorter.size < max(_FEWEST, _SHORTEST_PART * longer.size):
        return one_title and common >= _EXCERPT
    own = min(_longest_own(shorter, longer), _longest_own(longer, shorter))
    if expected:
        limit = max(_SENTENCE, _OWN_PART * shorter.size)
    else:
        limit = max(_FEW_WORDS, min(_SENTENCE, _FEW_PART * shorter.size))
    return own <= limit and (one_title or _share(longer, shorter) >= _SAME_TEXT)


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
    if _NUMBER.findall(_plain(one.title)) != _NUMBER.findall(_plain(other.title)):
        return True
    days = known_date(one), known_date(other)
    if _are_of_two_sites(one, other) or days[0] is None or days[1] is None:
        return False
    return abs(days[0] - days[1]) >= _A_DAY


def _are_of_two_sites(one: Member, other: Member) -> bool:
    """Whether two articles are of different sites: there, copies are what one expects."""
    hosts = canonical_host(one.url), canonical_host(other.url)
    return all(hosts) and hosts[0] != hosts[1]
