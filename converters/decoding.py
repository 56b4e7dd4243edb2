"""Bytes to text.

:func:`decode` never gives mojibake where the bytes say better. The order of its evidence:

1. a byte order mark;
2. bytes that are strictly valid UTF-8: other encodings do not become that by chance, save a word
   or two, so this also beats a declaration;
3. everything else is a contest. The candidates are the declared encoding and the usual legacy
   ones, and UTF-8 with broken places. Most legacy encodings decode almost any bytes, so being
   decodable proves little; what counts is how likely the outcome is as text. Each candidate's
   outcome is given a cost in bits, about ``-log2`` of a character's share in running text: a
   frequent character of its language is cheap, a rare ideograph dear, a private-use or control
   character or a place that cannot be decoded very dear. All candidates explain the same bytes,
   so the sums can be compared, and the cheapest wins (minimum description length). A declaration
   is worth a few dozen bits and a little for every character: it decides close cases and loses
   against the evidence.

Labels are read as browsers read them (https://encoding.spec.whatwg.org/#names-and-labels ):
``gb2312`` means GB 18030, ``iso-8859-1`` Windows-1252, ``shift_jis`` Microsoft's code page 932.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from converters.languages import latin_scores
from converters.plausibility import PROFILES, Words, text_bits

__all__ = ["Decoded", "declared_encoding", "decode"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was had.

    ``text`` has line feeds only; U+0000 and other control characters are still in it. ``encoding``
    is the WHATWG name of the encoding. ``replaced`` counts U+FFFD in the text, and ``warnings``
    says in sentences for people what was odd.
    """

    text: str
    encoding: str
    replaced: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Encoding:
    """An encoding: its WHATWG name, Python's codec, and the kinds of text to expect in it."""

    name: str
    codec: str
    profiles: tuple[str, ...] = ()
    # Bits that a rarer encoding starts with, so that it does not win by a hair.
    handicap: float = 0.0


_UTF_8 = _Encoding("utf-8", "utf-8")
# UTF-32 first, since its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, _UTF_8),
    (codecs.BOM_UTF32_LE, _Encoding("utf-32le", "utf-32-le")),
    (codecs.BOM_UTF32_BE, _Encoding("utf-32be", "utf-32-be")),
    (codecs.BOM_UTF16_LE, _Encoding("utf-16le", "utf-16-le")),
    (codecs.BOM_UTF16_BE, _Encoding("utf-16be", "utf-16-be")),
    (b"\x84\x31\x95\x33", _Encoding("gb18030", "gb18030")),
)
_WIDE = tuple(encoding for _, encoding in _MARKS[1:5])

# In the order in which they win when all else is equal.
_CANDIDATES = (
    _Encoding("gb18030", "gb18030", ("Hans", "Hant")),
    _Encoding("big5", "big5hkscs", ("Hant",)),
    _Encoding("windows-1252", "cp1252", ("Latn",)),
    _Encoding("shift_jis", "cp932", ("Jpan",)),
    _Encoding("euc-jp", "euc_jp", ("Jpan",)),
    _Encoding("euc-kr", "cp949", ("Kore",)),
    _Encoding("windows-1251", "cp1251", ("Cyrl",)),
    _Encoding("koi8-u", "koi8_u", ("Cyrl",), 2),
    _Encoding("windows-1250", "cp1250", ("Latn",), 2),
    _Encoding("iso-8859-2", "iso8859_2", ("Latn",), 4),
    _Encoding("windows-1253", "cp1253", ("Grek",), 2),
    _Encoding("iso-8859-7", "iso8859_7", ("Grek",), 4),
    _Encoding("windows-1254", "cp1254", ("Latn",), 4),
    _Encoding("windows-1255", "cp1255", ("Hebr",), 2),
    _Encoding("windows-1256", "cp1256", ("Arab",), 2),
    _Encoding("iso-8859-6", "iso8859_6", ("Arab",), 6),
    _Encoding("windows-1257", "cp1257", ("Latn",), 6),
    _Encoding("windows-874", "cp874", ("Thai",), 4),
    _Encoding("iso-8859-5", "iso8859_5", ("Cyrl",), 8),
    _Encoding("ibm866", "cp866", ("Cyrl",), 15),
    _Encoding("x-mac-cyrillic", "mac_cyrillic", ("Cyrl",), 12),
    _Encoding("iso-8859-15", "iso8859_15", ("Latn",), 12),
    _Encoding("macintosh", "mac_roman", ("Latn",), 20),
)
_BY_NAME = {encoding.name: encoding for encoding in _CANDIDATES}

# What a declaration is worth: so much for itself, and so much for every non-ASCII character, so
# that a long text in a language which the profiles do not know is not decoded against its
# declaration; more for encodings that are no candidates, which nobody declares by accident.
_DECLARED_BITS = 40.0
_DECLARED_BITS_EACH = 1.0
_DECLARED_RARE_BITS_EACH = 4.0
# A sequence of UTF-8 that is whole is no accident, even beside broken ones.
_UTF_8_BITS = 30.0
# The cheapest outcome costs more than this for each of its characters: that is hardly text.
_DOUBTFUL_BITS = 19.0
# Enough non-ASCII text to judge by.
_JUDGED_BYTES = 16 * 1024
# A first glance suffices where it leaves no doubt.
_GLANCED_BYTES = 3 * 1024
_CLEAR_BITS = 200.0
# Chinese articles cost 9.0 to 9.6 bits a character when read in their encoding; what other
# languages become when read as Chinese costs 12 and more, where it can be decoded at all.
_PLAIN_BITS, _PLAIN_LETTERS = 10.5, 200
_FEW_SEQUENCES = 6


# --- Decoding ------------------------------------------------------------------------------


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode ``data``, whatever it is encoded in.

    ``declared`` is a label from outside the document (an HTTP header, the person); without one
    the document's own declaration is looked for. Nothing is raised: what cannot be decoded
    becomes U+FFFD and is reported.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _finish(data[len(mark) :], encoding, None)
    if b"\0" in data:
        wide = _wide_without_mark(data)
        if wide is not None:
            return _finish(data, wide, None)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _contest(data, declared)
    if text.isascii():
        if "\x1b$" in text:
            return _escaped(data, text)
    elif _few_sequences(data, text):
        rival, warnings = _declared(data, declared)
        if rival is not None and _is_better(data, rival, _UTF_8):
            return _finish(data, rival, rival, warnings)
    return _report(text, _UTF_8, None)


def _finish(
    data: bytes, encoding: _Encoding, declared: _Encoding | None, warnings: Iterable[str] = ()
) -> Decoded:
    """Decode everything in the encoding that was chosen."""
    text = _reading(data, encoding)
    wrong, table = _WRONG.get(encoding.codec, ("", {}))
    if any(char in text for char in wrong):
        text = text.translate(table)
    return _report(text, encoding, declared, warnings)


def _reading(data: bytes, encoding: _Encoding) -> str:
    """``data`` in an encoding, with U+FFFD where it is none of its characters."""
    if encoding.codec not in _WRONG:
        return data.decode(encoding.codec, "replace")
    _register_repairs()
    return data.decode(encoding.codec, "broadsheet.repair")


def _report(
    text: str, encoding: _Encoding, declared: _Encoding | None, warnings: Iterable[str] = ()
) -> Decoded:
    """The result: line ends made one, replacement characters counted, oddities told."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = list(warnings)
    if declared is not None and declared.name != encoding.name:
        told.append(f"declared as {declared.name}, but the bytes are {encoding.name}")
    replaced = text.count("\ufffd")
    if replaced:
        places = "1 place" if replaced == 1 else f"{replaced} places"
        told.append(f"{places} could not be decoded or had been lost before (shown as U+FFFD)")
    return Decoded(text, encoding.name, replaced, tuple(told))


# --- Declarations --------------------------------------------------------------------------

# XML 1.0 section 2.8; HTML's two forms of meta, quoted or not, in the first 4 KiB
# (https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding
# looks at 1 KiB, but many pages have theirs behind longer heads).
_HEAD_BYTES = 4096
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]+)["']""")
_META = re.compile(rb"<meta\s[^>]{0,1000}", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*(?:["']|&quot;)?\s*([\w.:+-]+)""", re.IGNORECASE)
# Labels outside the standard that say plainly what they mean.
_MORE_LABELS = {
    "big5hkscs": "big5",
    "cp949": "euc-kr",
    "cp950": "big5",
    "cp936": "gbk",
    "ms936": "gbk",
    "windows-936": "gbk",
    "cp932": "shift_jis",
    "utf-8-sig": "utf-8",
    "utf8mb4": "utf-8",
}


def declared_encoding(data: bytes) -> str | None:
    """The label that the document itself declares, as it stands there; ``None`` without one."""
    head = _without_comments(data[:_HEAD_BYTES])
    found = _XML_DECLARATION.search(head)
    if found:
        return found[1].decode("ascii", "replace")
    for meta in _META.finditer(head):
        found = _CHARSET.search(meta[0])
        if found:
            return found[1].decode("ascii", "replace")
    return None


def _without_comments(head: bytes) -> bytes:
    """The beginning of a document without HTML comments."""
    kept = []
    rest = head
    while rest:
        before, opened, after = rest.partition(b"<!--")
        kept.append(before)
        rest = after.partition(b"-->")[2] if opened else b""
    return b"".join(kept)


def _declared(data: bytes, given: str | None) -> tuple[_Encoding | None, list[str]]:
    """The encoding that is declared, from outside or inside, and warnings about labels."""
    warnings: list[str] = []
    for label in (given, declared_encoding(data)):
        if not label:
            continue
        encoding = _by_label(label)
        if encoding is not None:
            return encoding, warnings
        warnings.append(f"declared encoding {label!r} is not known, so it was ignored")
    return None, warnings


@cache
def _by_label(label: str) -> _Encoding | None:
    """The encoding that a label means to browsers, ``None`` for an unknown or unsafe one.

    The standard's "replacement" stands for encodings that hide markup (ISO-2022-KR, HZ, UTF-7);
    a document that declares UTF-16 in readable ASCII is not UTF-16.
    """
    from webencodings import lookup

    key = label.strip().lower()
    found = lookup(_MORE_LABELS.get(key, key))
    if found is None or found.name in {"replacement", "x-user-defined"}:
        return None
    if found.name.startswith("utf-"):
        return _UTF_8
    name = "gb18030" if found.name == "gbk" else found.name
    if name in _BY_NAME:
        return _BY_NAME[name]
    return _Encoding(name, found.codec_info.name)


# --- UTF-16 and UTF-32 without a mark, ISO-2022-JP -----------------------------------------


def _wide_without_mark(data: bytes) -> _Encoding | None:
    """UTF-16 or UTF-32 without a byte order mark, by where the NULs stand.

    Markup and spaces are ASCII, so that their high bytes are NUL and always on the same side.
    The text must then be text: no stray surrogate, no NUL, and not dear.
    """
    head = data[: _HEAD_BYTES * 2]
    nuls = [head[place::4].count(0) for place in range(4)]
    if sum(nuls) * 500 < len(head):
        return None
    quarters = len(head) // 4
    if quarters and min(nuls[2:]) > 0.9 * quarters:
        return _if_plausible(head, _WIDE[0])
    if quarters and min(nuls[:2]) > 0.9 * quarters:
        return _if_plausible(head, _WIDE[1])
    # Text without ASCII has few NULs, and some on the other side (一 is U+4E00): try both.
    little, big = _WIDE[2:]
    likelier = nuls[1] + nuls[3] > nuls[0] + nuls[2]
    first, second = (little, big) if likelier else (big, little)
    return _if_plausible(head, first) or _if_plausible(head, second)


def _if_plausible(head: bytes, encoding: _Encoding) -> _Encoding | None:
    """``encoding`` if ``head`` reads as text in it."""
    width = 4 if encoding in _WIDE[:2] else 2
    text = head[: len(head) - len(head) % width].decode(encoding.codec, "replace")
    doubtful = text.count("\ufffd") + text.count("\0")
    if not text or doubtful > 1 + len(text) // 100:
        return None
    return encoding if text_bits(text, PROFILES, {}) < 15 * len(text) else None


def _escaped(data: bytes, text: str) -> Decoded:
    """ASCII with escape sequences: ISO-2022-JP when it decodes as that."""
    try:
        japanese = data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        return _report(text, _UTF_8, None)
    return _report(japanese, _Encoding("iso-2022-jp", "iso2022_jp_ext"), None)


# --- The contest ---------------------------------------------------------------------------


def _contest(data: bytes, given: str | None) -> Decoded:
    """Decode bytes that are not valid UTF-8 in the encoding that makes the best text."""
    declared, warnings = _declared(data, given)
    sample = _judged_bytes(data)
    beginning = sample[:_GLANCED_BYTES]
    chinese = _plainly_chinese(beginning)
    if chinese is not None:
        return _finish(data, chinese, declared, warnings)
    words = latin_scores(_ascii_words(data))
    costs = dict(_costs(beginning, declared, words))
    best = min(costs, key=lambda encoding: costs[encoding])
    if len(sample) > len(beginning) and not _clear(beginning, best, costs):
        costs = dict(_costs(sample, declared, words))
        best = min(costs, key=lambda encoding: costs[encoding])
    text = "".join(char for char in _reading(sample, best) if char > "\x7f")
    if text_bits(text, best.profiles or PROFILES, words) > _DOUBTFUL_BITS * len(text):
        best = _last_resort(sample, best, costs)
        warnings.append(f"the encoding could not be told for certain; read as {best.name}")
    return _finish(data, best, declared, warnings)


def _plainly_chinese(sample: bytes) -> _Encoding | None:
    """GB 18030 or Big5 where nothing else can be meant, which saves the contest."""
    for encoding in _CANDIDATES[:2]:
        try:
            text = codecs.getincrementaldecoder(encoding.codec)().decode(sample)
        except UnicodeDecodeError:
            continue
        letters = "".join(char for char in text if char > "\x7f")
        enough = len(letters) >= _PLAIN_LETTERS
        if enough and text_bits(letters, encoding.profiles, {}) < _PLAIN_BITS * len(letters):
            return encoding
    return None


def _clear(sample: bytes, best: _Encoding, costs: dict[_Encoding, float]) -> bool:
    """Whether every reading that differs from the best one is far dearer."""
    text = _reading(sample, best)
    return all(
        cost - costs[best] > _CLEAR_BITS or _reading(sample, encoding) == text
        for encoding, cost in costs.items()
    )


def _costs(
    sample: bytes, declared: _Encoding | None, words: Words
) -> Iterator[tuple[_Encoding, float]]:
    """Each candidate and the bits that its reading of ``sample`` costs."""
    others = [encoding for encoding in _CANDIDATES if encoding != declared]
    first = [] if declared is None or declared == _UTF_8 else [declared]
    for encoding in (*first, *others):
        yield encoding, _cost(sample, encoding, words) - _bonus(sample, encoding, declared)
    whole = not sample.decode("utf-8", "ignore").isascii()
    bonus = _UTF_8_BITS + _bonus(sample, _UTF_8, declared) if whole else 0.0
    yield _UTF_8, _cost(sample, _UTF_8, words) - bonus


def _cost(sample: bytes, encoding: _Encoding, words: Words) -> float:
    """Bits of ``sample`` as read in ``encoding``."""
    profiles = encoding.profiles or PROFILES
    return text_bits(_reading(sample, encoding), profiles, words) + encoding.handicap


def _bonus(sample: bytes, encoding: _Encoding, declared: _Encoding | None) -> float:
    """What the declaration is worth to ``encoding``."""
    if encoding != declared:
        return 0.0
    text = sample.decode(encoding.codec, "ignore")
    each = _DECLARED_BITS_EACH if encoding.profiles else _DECLARED_RARE_BITS_EACH
    return _DECLARED_BITS + each * sum(1 for char in text if char > "\x7f")


_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_REST_OF_WORD = re.compile(rb"[\x30-\xff]{1,16384}")
_LONGEST_PREFIX = 64


def _judged_bytes(data: bytes) -> bytes:
    """The words of ``data`` that are not ASCII, up to some length.

    They are joined by a space where a space is behind them, else by a line feed. Cutting at
    bytes below 0x30 is safe: no encoding of the contest has them inside a character.
    """
    words = []
    length = end = 0
    while length < _JUDGED_BYTES:
        high = _HIGH_BYTE.search(data, end)
        rest = high and _REST_OF_WORD.match(data, high.start())
        if not high or not rest:
            break
        before = data[max(end, high.start() - _LONGEST_PREFIX) : high.start()]
        prefix = re.split(rb"[\x00-\x2f]", before)[-1]
        end = rest.end()
        words += [prefix, rest[0], b" " if data[end : end + 1] == b" " else b"\n"]
        length += len(rest[0])
    return b"".join(words)


def _ascii_words(data: bytes) -> str:
    """The words of ``data`` that are ASCII, markup left out: they tell the language of Latin text
    whatever the encoding is.
    """  # noqa: D205 - the first sentence needs two lines
    text = re.sub(rb"<[^<>]*>", b" ", data[: 4 * _JUDGED_BYTES])
    words = re.findall(rb"[A-Za-z\x80-\xff]+", text)
    return b" ".join(word for word in words if word.isascii()).decode("ascii")


def _few_sequences(data: bytes, text: str) -> bool:
    """Whether ``data``, valid UTF-8, could be so by accident.

    A pair of bytes is valid UTF-8 by chance in one of seven characters of GB 2312, three bytes
    hardly ever. A handful of two-byte sequences is therefore no proof.
    """
    if len(data) - len(text) > _FEW_SEQUENCES:
        return False
    return not any(char > "\u07ff" for char in text)


def _is_better(data: bytes, encoding: _Encoding, other: _Encoding) -> bool:
    """Whether ``data`` makes better text in one encoding than in another."""
    sample = _judged_bytes(data)
    words = latin_scores(_ascii_words(data))
    return _cost(sample, encoding, words) < _cost(sample, other, words)


def _last_resort(sample: bytes, best: _Encoding, costs: dict[_Encoding, float]) -> _Encoding:
    """Beautiful Soup's detector, where no candidate makes text; its answer has to be better."""
    import logging

    from bs4.dammit import UnicodeDammit

    # It would say that characters were lost where only the encoding is asked for.
    logging.getLogger("bs4.dammit").setLevel(logging.CRITICAL)
    found = UnicodeDammit(sample, is_html=True).original_encoding
    encoding = _by_label(found) if found else None
    if encoding is None or encoding in costs:
        return best
    return encoding if _cost(sample, encoding, {}) < costs[best] else best


# --- Repairs -------------------------------------------------------------------------------

# Where Python's codecs differ from what browsers do (https://encoding.spec.whatwg.org/ ): the
# Hong Kong table gives a few common marks of Big5 another code point than everybody else, and
# GB 18030 puts characters into the private area that Unicode has had for long.
_PRIVATE = (
    "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
    "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"
)
_STANDARD = (
    "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"
    "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb"
)
_WRONG = {
    codec: (wrong, str.maketrans(wrong, right))
    for codec, wrong, right in (
        ("big5hkscs", "•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡"),
        ("euc_jp", "〜‖−", "～∥－"),
        ("gb18030", _PRIVATE, _STANDARD),
    )
}


@cache
def _register_repairs() -> None:
    codecs.register_error("broadsheet.repair", _repair)


def _repair(error: UnicodeError) -> tuple[str, int]:
    """Decode the vendors' additions that Python's codecs lack; U+FFFD for what nobody has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = bytes(error.object[error.start : error.start + 2])
    if error.encoding == "gb18030" and pair[:1] == b"\x80":
        return "€", error.start + 1
    again = {"big5hkscs": pair, "euc_jp": _shifted(pair)}.get(error.encoding, b"")
    codec = "cp950" if error.encoding == "big5hkscs" else "cp932"
    if len(again) == 2:
        try:
            return again.decode(codec), error.start + 2
        except UnicodeDecodeError:
            pass
    return "\ufffd", error.end


def _shifted(pair: bytes) -> bytes:
    """A two-byte character of EUC-JP in Shift_JIS, which has the vendors' rows; else empty.

    The arithmetic is JIS X 0208's, annex 1: row and cell become lead and trail byte.
    """
    if len(pair) < 2 or min(pair) < 0xA1 or max(pair) > 0xFE:
        return b""
    row, cell = pair[0] - 0xA0, pair[1] - 0xA0
    lead = (row - 1) // 2 + (0x81 if row <= 62 else 0xC1)
    if row % 2:
        return bytes((lead, cell + (0x3F if cell <= 63 else 0x40)))
    return bytes((lead, cell + 0x9E))
