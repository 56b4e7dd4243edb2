"""Fingerprints: what tells of two articles, without their texts, whether they may be alike.

A fingerprint is made where an article is read, and is small enough to be kept of thousands: a
digest, the size of the text, its numbers, and a MinHash signature of its shingles (Broder 1997,
https://doi.org/10.1109/SEQUEN.1997.666900 ).
"""

from __future__ import annotations

import re
import struct
import unicodedata
from hashlib import blake2b
from itertools import chain
from operator import eq
from zlib import crc32

import msgspec
from msgspec import Struct

from converters.addresses import canonical
from converters.article import Article, Image, plain_text, query

__all__ = [
    "COMPARED",
    "FEWEST",
    "SAME_TEXT",
    "SLOTS",
    "WORD",
    "Fingerprint",
    "fingerprint",
    "in_order",
    "letters_of",
    "plain",
    "read_fingerprint",
    "runs_of",
    "similarity",
    "size_of",
]

SLOTS = 128
"""Numbers in a signature, of four bytes each."""

FEWEST = 40
"""Size of a text below which it is compared as a whole: ideographs, or three letters each."""

COMPARED = 400_000
"""Characters of a text that count; a book's worth."""

SAME_TEXT = 0.75
"""How much of the shorter of two copies is in the longer at least (docs/design.md)."""

_SEED = 20201012  # any; the same everywhere
_IDEOGRAPHS, _LETTERS = 4, 8  # characters of a shingle
_DIGEST = 16  # bytes
_DEVIATION = 0.035  # of an estimated similarity from the true one
_TELLING_NUMBERS = 8
_HEAD = struct.Struct(f"<{_DIGEST}sI{_DIGEST}s")


class Fingerprint(Struct, frozen=True):
    """``content`` is a digest of the whole body, ``size`` that of its text (:func:`size_of`).

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
    letters = letters_of(plain_text(article.body))
    runs = runs_of(letters)
    shingles = list(chain.from_iterable(runs))
    size = size_of(len(shingles), runs)
    head = _HEAD.pack(content, size, _number_bits(letters))
    if size >= FEWEST:
        return head + _signature(shingles)
    pictures = "\n".join(sorted({canonical(each.url) for each in query(article.body, Image)}))
    if not letters and not pictures:
        return head
    whole = blake2b(f"{letters}\n{pictures}".encode(), digest_size=_DIGEST).digest()
    return head + whole


def _signature(shingles: list[int]) -> bytes:
    from rensa import RMinHash

    made = RMinHash.digest_matrix_from_token_hash_sets([shingles], num_perm=SLOTS, seed=_SEED)
    return struct.pack(f"<{SLOTS}I", *made.to_rows()[0])


def read_fingerprint(fingerprint: bytes) -> Fingerprint:
    """What :func:`fingerprint` says, taken apart."""
    content, size, numbers = _HEAD.unpack_from(fingerprint)
    bits = int.from_bytes(numbers, "little")
    return Fingerprint(content, size, bits, fingerprint[_HEAD.size :])


def _number_bits(letters: str) -> bytes:
    """One of 128 bits for each number."""
    bits = 0
    for number in set(_DIGITS.findall(letters)):
        bits |= 1 << crc32(number.encode()) % (8 * _DIGEST)
    return bits.to_bytes(_DIGEST, "little")


WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def letters_of(text: str) -> str:
    """The letters and digits of ``text``, without differences of case, width and form.

    Marks and spaces do not count: some sites put spaces between Chinese and Latin letters, others
    do not, and quotation marks are those of the house.
    """
    text = text[:COMPARED]
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return plain("".join(WORD.findall(text)))


def plain(text: str) -> str:
    """``text`` without differences of case, width and form, its digits 0 to 9."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        if _OTHER_DIGIT.search(text):
            text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
    return text.lower()


def runs_of(letters: str) -> list[tuple[int, ...]]:
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


def size_of(shingles: int, runs: list[tuple[int, ...]]) -> int:
    """How much so many shingles say: an ideograph counts one, and so do three letters."""
    return shingles if len(runs) == _IDEOGRAPHS else shingles // 3


def in_order(runs: list[tuple[int, ...]]) -> list[int]:
    """The pieces of a text as they follow each other."""
    pieces = [0] * sum(map(len, runs))
    for offset, run in enumerate(runs):
        pieces[offset :: len(runs)] = run
    return pieces


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """The Jaccard similarity of two texts, estimated; 0 where they cannot be copies.

    They cannot where so little is common that even three standard deviations more would not do,
    or where their numbers are others.
    """
    fewer = min(one.numbers.bit_count(), other.numbers.bit_count())
    if fewer >= _TELLING_NUMBERS and 2 * (one.numbers & other.numbers).bit_count() < fewer:
        return 0.0
    left, right = memoryview(one.signature).cast("I"), memoryview(other.signature).cast("I")
    likeness = sum(map(eq, left, right)) / SLOTS
    most = min(1.0, likeness + 3 * _DEVIATION)
    share = most / (1 + most) * (one.size + other.size) / min(one.size, other.size)
    return likeness if share >= SAME_TEXT else 0.0
