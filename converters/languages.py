"""Languages and scripts: tags, detection, direction, line joining, labels, dates.

Tags are BCP 47 (https://www.rfc-editor.org/info/bcp47). Chinese is ``zh-Hans`` or ``zh-Hant``
here, since the script decides fonts, labels and quotation marks; a region is kept only where it
says more than the script does (``zh-Hant-HK``).

The character classes (:data:`HAN_CLASS` and the others) are made to stand inside ``[...]`` of a
regular expression.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal

from converters.language_data import (
    FUNCTION_WORDS,
    ISO_639_1,
    LABELS,
    LETTERS,
    REPLACED_TAGS,
)

if TYPE_CHECKING:
    from datetime import date

    from babel import Locale

__all__ = [
    "CJK_CLASS",
    "CJK_PUNCTUATION_CLASS",
    "HANGUL_CLASS",
    "HAN_CLASS",
    "KANA_CLASS",
    "UNSPACED_CLASS",
    "cldr_locale",
    "counted",
    "detect",
    "direction",
    "fold_lines",
    "format_date",
    "format_day",
    "format_month",
    "is_cjk",
    "is_cjk_char",
    "is_han",
    "join_names",
    "joins_without_space",
    "label",
    "language_letters",
    "latin_language",
    "latin_scores",
    "normalise_tag",
    "page_pieces",
]

# --- Characters ----------------------------------------------------------------------------

# Ideographs of all blocks, radicals, and the marks that stand for one (々 〇 〻, Hangzhou digits).
HAN_CLASS = (
    "\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
# Hiragana, katakana (half-width too), their iteration and length marks.
KANA_CLASS = (
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001aff0-\U0001b16f"
)
HANGUL_CLASS = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
_BOPOMOFO_CLASS = "\u3105-\u312f\u31a0-\u31bf"
# The letters of Chinese, Japanese and Korean.
CJK_CLASS = HAN_CLASS + KANA_CLASS + _BOPOMOFO_CLASS + HANGUL_CLASS
# Marks that are always full width in East Asian text, the ideographic space among them.
CJK_PUNCTUATION_CLASS = (
    "\u3000-\u3003\u3008-\u3020\u3030\u303d\u30a0\u30fb\ufe10-\ufe1f\ufe30-\ufe4f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffe6"
)
# Scripts written without spaces between words, with their marks and full-width letters and
# digits. Hangul is not among them.
UNSPACED_CLASS = (
    HAN_CLASS
    + KANA_CLASS
    + _BOPOMOFO_CLASS
    + CJK_PUNCTUATION_CLASS
    + "\u3012-\u3013\u31c0-\u31e3\u3200-\u33ff\ua000-\ua4c6\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
)
# Marks whose width is ambiguous (UAX #11, class A): Chinese uses them full width.
_SHARED_MARKS = "\u00b7\u2014\u2015\u2018\u2019\u201c\u201d\u2025\u2026\u2027\u22ef"

_SPACE_RUN = re.compile("[ \t\n\r\f]+")


# Large character classes take 2 ms to compile, so that is left to the first use; one answer for
# each character is kept, which makes the next one a dictionary's.
@cache
def _matcher(characters: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{characters}]").match


@cache
def is_han(character: str) -> bool:
    """Whether ``character`` is an ideograph, as used in Chinese, Japanese and Korean."""
    return bool(_matcher(HAN_CLASS)(character))


@cache
def is_cjk_char(character: str) -> bool:
    """Whether ``character`` is a letter of Chinese, Japanese or Korean: Han, kana, Hangul."""
    return bool(_matcher(CJK_CLASS)(character))


@cache
def _is_unspaced(character: str) -> bool:
    """Whether ``character`` belongs to a script without spaces between words."""
    return bool(_matcher(UNSPACED_CLASS)(character))


def joins_without_space(left: str, right: str) -> bool:
    """Whether a line break of the source between two characters vanishes.

    Elsewhere it is a space. The rule is that of CSS Text 4 (level 3 leaves it to the program:
    https://www.w3.org/TR/css-text-3/#line-break-transform ): it vanishes between two wide
    characters of which neither is Hangul, and between a wide one and a mark that Chinese shares
    with other scripts (``“ ” ‘ ’ … — ·``). At a zero-width space it vanishes too. Emoji are wide,
    but belong to no script: a space stays.
    """
    if left == "\u200b" or right == "\u200b":
        return True
    if _is_unspaced(left):
        return _is_unspaced(right) or (right != "" and right in _SHARED_MARKS)
    return left != "" and left in _SHARED_MARKS and _is_unspaced(right)


def fold_lines(text: str) -> str:
    """Make one line of ``text``: white space collapses as in HTML, and line breaks of the source
    vanish where :func:`joins_without_space` says so.

    A space that was there stays a space. Runs at the two ends become one space.
    """  # noqa: D205 - the first sentence needs two lines

    def fold(run: re.Match[str]) -> str:
        start, end = run.span()
        if start == 0 or end == len(text) or not ("\n" in run[0] or "\r" in run[0]):
            return " "
        return "" if joins_without_space(text[start - 1], text[end]) else " "

    return _SPACE_RUN.sub(fold, text)


# --- Tags ----------------------------------------------------------------------------------

_TAG = re.compile(
    r"""
    (?P<language>[a-z]{2,3})
    (?P<extended>(?:-[a-z]{3}){0,3})
    (?:-(?P<script>[a-z]{4}))?
    (?:-(?P<region>[a-z]{2}|[0-9]{3}))?
    (?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)
    (?P<extensions>(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*)
    (?P<private>-x(?:-[a-z0-9]{1,8})+)?
    """,
    re.VERBOSE,
)
# Well formed, but naming no language (RFC 5646, section 4.1; qaa to qtz are for private use).
_NO_LANGUAGE = re.compile(r"(?:und|mul|mis|zxx|root|q[a-t][a-z])(?:-|$)")
_LANGUAGES = frozenset(ISO_639_1.split())
_SCRIPT_OF_REGION = {
    "CN": "Hans",
    "SG": "Hans",
    "MY": "Hans",
    "TW": "Hant",
    "HK": "Hant",
    "MO": "Hant",
}
# Regions that the Chinese script already says; Hong Kong and Macau have their own glyphs.
_IMPLIED_REGIONS = {"Hans": ("CN", "SG", "MY"), "Hant": ("TW",)}
_LONGEST_TAG = 64


@cache
def normalise_tag(tag: str | None) -> str | None:
    """Turn a language tag as people and pages write it into a canonical BCP 47 tag.

    Case, underscores, POSIX suffixes (``zh_CN.UTF-8``) and withdrawn codes are mended; Chinese
    becomes ``zh-Hans`` or ``zh-Hant`` as far as region or script tell. Gives ``None`` for what is
    no tag or names no language (``und``, ``x-default``, ``english``).
    """
    if not tag or len(tag) > _LONGEST_TAG:
        return None
    plain = re.split(r"[.@]", tag.strip(), maxsplit=1)[0].replace("_", "-").lower()
    match = _TAG.fullmatch(_replace_withdrawn(plain))
    if match is None or _NO_LANGUAGE.match(plain):
        return None
    language = match["language"]
    if match["extended"] or (len(language) == 2 and language not in _LANGUAGES):
        return None
    script = (match["script"] or "").title()
    region = (match["region"] or "").upper()
    if language == "zh":
        script, region = _chinese(script, region)
    parts = [part for part in (language, script, region) if part]
    return "-".join(parts) + match["variants"] + match["extensions"] + (match["private"] or "")


def _replace_withdrawn(tag: str) -> str:
    """Put today's code for the longest beginning of ``tag`` that has been replaced."""
    parts = tag.split("-")
    for length in (3, 2, 1):
        new = REPLACED_TAGS.get("-".join(parts[:length]))
        if new is None or len(parts) < length:
            continue
        rest = parts[length:]
        if "-" in new and rest and len(rest[0]) == 4:  # an own script wins over the implied one
            new = new.partition("-")[0]
        return "-".join([new, *rest])
    return tag


def _chinese(script: str, region: str) -> tuple[str, str]:
    """Script and region of a Chinese tag: the script from the region, the implied region gone."""
    if not script:
        script = _SCRIPT_OF_REGION.get(region, "")
        return script, ("" if script else region)
    return script, ("" if region in _IMPLIED_REGIONS.get(script, ()) else region)


def primary(tag: str | None) -> str:
    """The language part of ``tag``, lower case; empty without a tag."""
    return (tag or "").partition("-")[0].lower()


_CJK_LANGUAGES = frozenset(
    {"zh", "ja", "ko", "yue", "cmn", "wuu", "hak", "nan", "gan", "hsn", "lzh", "cdo"}
)
_SINITIC = _CJK_LANGUAGES - {"ja", "ko"}
_RTL_SCRIPTS = frozenset(
    {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Samr", "Mand", "Mend"}
)
_RTL_LANGUAGES = frozenset(
    {"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "ks", "arc", "syr", "nqo"}
    | {"arz", "ary", "apc", "azb", "lrc", "mzn", "glk", "pnb", "prs", "bal", "khw"}
)


def direction(tag: str | None) -> Literal["ltr", "rtl"]:
    """Give ``"rtl"`` for a language written from right to left, else ``"ltr"``.

    A script in the tag decides (``az-Arab``), then the language's usual script.
    """
    match = re.search(r"-([A-Za-z]{4})(?:-|$)", tag or "")
    if match:
        return "rtl" if match[1].title() in _RTL_SCRIPTS else "ltr"
    return "rtl" if primary(tag) in _RTL_LANGUAGES else "ltr"


def is_cjk(tag: str | None) -> bool:
    """Whether ``tag`` is Chinese (any kind), Japanese or Korean."""
    return primary(tag) in _CJK_LANGUAGES


# --- Detection -----------------------------------------------------------------------------

# Enough text to be sure, little enough to cost less than reading the article does. Function words
# are rarer than letters of a script, and menus have none: they need more.
_SLICE = 700
_LATIN_SLICE = 3000
# Letters of a script that more than one language uses; below it a guess would be a gamble.
_ENOUGH_LETTERS = 60
_ENOUGH_OF_A_SCRIPT = 5
# A Russian text of this many letters has one that Bulgarian lacks; a shorter one may be either.
_ENOUGH_OF_RUSSIAN = 200
# An ideograph says about as much as three letters, a kana or a syllable of Hangul as two: a
# Chinese article full of English names is still Chinese.
_WEIGHTS = {"Hani": 3, "Kana": 2, "Hang": 2}
# Japanese running text is more than half kana; Chinese that quotes Japanese has little of it.
_KANA_SHARE = 0.15
_HANGUL_SHARE = 0.2
# Latin letters that are no language we know leave the decision to this much CJK text.
_CJK_MINORITY = 0.25
# Where a language of Latin letters is declared, this much decides.
_CJK_HALF = 0.6
# Share of the characters of one script only; simplified text that quotes traditional is still
# simplified (the corpus: above 0.97 or below 0.24 in 198 Chinese documents).
_CLEAR_MAJORITY = 0.6

# Code points at which a script begins, and the script; "" is everything else.
_SCRIPT_STARTS: tuple[tuple[int, str], ...] = (
    (0x0000, ""),
    (0x0041, "Latn"),
    (0x005B, ""),
    (0x0061, "Latn"),
    (0x007B, ""),
    (0x00AA, "Latn"),
    (0x00AB, ""),
    (0x00BA, "Latn"),
    (0x00BB, ""),
    (0x00C0, "Latn"),
    (0x00D7, ""),
    (0x00D8, "Latn"),
    (0x00F7, ""),
    (0x00F8, "Latn"),
    (0x02B0, ""),
    (0x0370, "Grek"),
    (0x0400, "Cyrl"),
    (0x0530, "Armn"),
    (0x0590, "Hebr"),
    (0x0600, "Arab"),
    (0x0700, "Syrc"),
    (0x0750, "Arab"),
    (0x0780, "Thaa"),
    (0x07C0, "Nkoo"),
    (0x0800, ""),
    (0x0870, "Arab"),
    (0x0900, "Deva"),
    (0x0980, "Beng"),
    (0x0A00, "Guru"),
    (0x0A80, "Gujr"),
    (0x0B00, "Orya"),
    (0x0B80, "Taml"),
    (0x0C00, "Telu"),
    (0x0C80, "Knda"),
    (0x0D00, "Mlym"),
    (0x0D80, "Sinh"),
    (0x0E00, "Thai"),
    (0x0E80, "Laoo"),
    (0x0F00, "Tibt"),
    (0x1000, "Mymr"),
    (0x10A0, "Geor"),
    (0x1100, "Hang"),
    (0x1200, "Ethi"),
    (0x13A0, "Cher"),
    (0x1400, ""),
    (0x1780, "Khmr"),
    (0x1800, "Mong"),
    (0x18B0, ""),
    (0x1E00, "Latn"),
    (0x1F00, "Grek"),
    (0x2000, ""),
    (0x2C60, "Latn"),
    (0x2C80, ""),
    (0x2E80, "Hani"),
    (0x2FE0, ""),
    (0x3005, "Hani"),
    (0x3008, ""),
    (0x3041, "Kana"),
    (0x30A0, ""),
    (0x30A1, "Kana"),
    (0x30FB, ""),
    (0x30FC, "Kana"),
    (0x3100, "Bopo"),
    (0x3130, "Hang"),
    (0x3190, ""),
    (0x31F0, "Kana"),
    (0x3200, ""),
    (0x3400, "Hani"),
    (0x4DC0, ""),
    (0x4E00, "Hani"),
    (0xA000, "Yiii"),
    (0xA4D0, ""),
    (0xA640, "Cyrl"),
    (0xA6A0, ""),
    (0xAC00, "Hang"),
    (0xD800, ""),
    (0xF900, "Hani"),
    (0xFB00, "Latn"),
    (0xFB07, ""),
    (0xFB1D, "Hebr"),
    (0xFB50, "Arab"),
    (0xFE00, ""),
    (0xFE70, "Arab"),
    (0xFEFF, ""),
    (0xFF66, "Kana"),
    (0xFFA0, "Hang"),
    (0xFFDD, ""),
    (0x20000, "Hani"),
    (0x40000, ""),
)
_STARTS = [start for start, _ in _SCRIPT_STARTS]

# Scripts that one language uses by far the most.
_LANGUAGE_OF_SCRIPT = {
    "Grek": "el",
    "Armn": "hy",
    "Syrc": "syr",
    "Thaa": "dv",
    "Nkoo": "nqo",
    "Beng": "bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Tibt": "bo",
    "Mymr": "my",
    "Geor": "ka",
    "Ethi": "am",
    "Cher": "chr",
    "Khmr": "km",
    "Mong": "mn-Mong",
    "Yiii": "ii",
    "Hang": "ko",
}

# Scripts of several languages: the first line whose letters make up more than their share of the
# text's letters in that script gives the language; the last line is the script's main language.
_TELLING_LETTERS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "Cyrl": (
        ("be", "ўЎ", 0.004),
        ("tg", "ҷҳӣӯҶҲӢӮ", 0.004),
        ("ba", "ҙҫҘҪ", 0.004),
        ("kk", "ұқҰҚ", 0.01),
        ("tt", "әҗӘҖ", 0.02),
        ("ky", "ңҢ", 0.004),
        ("mn", "өүӨҮ", 0.01),
        ("sr", "ђћЂЋ", 0.002),
        ("mk", "ѓќѕјљњџЃЌЅЈЉЊЏ", 0.01),
        ("uk", "іїєґІЇЄҐ", 0.01),
        ("ru", "ыэёЫЭЁ", 0.005),
        ("bg", "ъЪщЩ", 0.005),
        ("ru", "", 0.0),
    ),
    "Arab": (
        ("ckb", "ێڵڕ", 0.01),
        ("ug", "ېۈۋ", 0.01),
        ("ps", "ټډړږښڼې", 0.008),
        ("sd", "ٻڀٺٽڦڄڃڇڏڌڊڍڳڱ", 0.01),
        ("ur", "ٹڈڑےںھہ", 0.02),
        ("fa", "پچژگیک", 0.02),
        ("ar", "", 0.0),
    ),
    "Hebr": (("yi", "װױײ", 0.01), ("he", "", 0.0)),
    "Deva": (("ne", "छ", 0.01), ("mr", "ळण", 0.013), ("hi", "", 0.0)),
}


def detect(text: str, hint: str | None = None) -> str | None:
    """The language of ``text`` as a BCP 47 tag, or ``None`` where it cannot be told.

    ``text`` is plain text, without markup. ``hint`` is what the source declares: it adds a
    region to a language that the text confirms (``pt-BR``), and it decides where the text is too
    short or lies between two languages. Against clear evidence it loses, since templates declare
    their own language, not that of the article. The result depends on the two arguments alone.

    Chinese is told from the characters that exist in one script only; Japanese and Korean from
    their own letters; other scripts from theirs; Latin-script languages from function words.
    """
    declared = normalise_tag(hint)
    characters = Counter(_sample(text, _SLICE))
    scripts = _count_scripts(characters)
    if not scripts:
        return declared
    cjk = sum(scripts[name] for name in ("Hani", "Kana", "Hang", "Bopo"))
    script, weight = max(scripts.items(), key=lambda item: (item[1], item[0]))
    if cjk >= weight:
        found = _detect_cjk(characters, scripts, declared)
        own = {"zh", "ja", "ko"} | _SINITIC
    elif script == "Latn":
        found = latin_language(_sample(text, _LATIN_SLICE), declared)
        # Names and menus, not running text; but a text that quotes another script is declared so.
        confirmed = declared is not None and not is_cjk(declared)
        if found is None and cjk >= (_CJK_HALF if confirmed else _CJK_MINORITY) * weight:
            found = _detect_cjk(characters, scripts, declared)
        own = set()
    else:
        found = _detect_by_letters(script, characters, int(weight))
        own = {language for language, _, _ in _TELLING_LETTERS.get(script, ())}
        own.add(_LANGUAGE_OF_SCRIPT.get(script, ""))
    return _settle(found, declared, own)


def _settle(found: str | None, declared: str | None, own: set[str]) -> str | None:
    """Weigh what was found against what was declared.

    ``own`` are the languages of the text's script, where they can be listed.
    """
    if declared is None:
        return found
    if found is None:
        return declared if _fits(declared, own) else None
    if primary(found) == "zh":
        # Wu, Cantonese and the others cannot be told from the script: the declaration stands.
        return declared if primary(declared) in _SINITIC - {"zh", "cmn"} else found
    same = primary(found) == primary(declared) or {primary(found), primary(declared)} <= _NORWEGIAN
    return declared if same else found


_NORWEGIAN = frozenset({"no", "nb", "nn"})


def _fits(declared: str, own: set[str]) -> bool:
    """Whether ``declared`` can be the language of a text in a script with the languages ``own``."""
    if own:
        return primary(declared) in {primary(tag) for tag in own}
    return not is_cjk(declared) and direction(declared) == "ltr"


def _sample(text: str, size: int) -> str:
    """The text, or ``size`` characters each of beginning, middle and end of a long one."""
    if len(text) <= 3 * size:
        return text
    middle = (len(text) - size) // 2
    return f"{text[:size]} {text[middle : middle + size]} {text[-size:]}"


@cache
def _script_of(character: str) -> str:
    """The script that ``character`` belongs to (ISO 15924), empty for what has none."""
    return _SCRIPT_STARTS[bisect_right(_STARTS, ord(character)) - 1][1]


def _count_scripts(characters: Counter[str]) -> Counter[str]:
    """Weighted number of characters of each script."""
    scripts: Counter[str] = Counter()
    ideographs = 0
    for character, count in characters.items():
        if "\u4e00" <= character <= "\u9fff":  # most of the characters of most of our articles
            ideographs += count
        elif script := _script_of(character):
            scripts[script] += count * _WEIGHTS.get(script, 1)
    if ideographs:
        scripts["Hani"] += ideographs * _WEIGHTS["Hani"]
    return scripts


def _detect_cjk(
    characters: Counter[str], scripts: Counter[str], declared: str | None
) -> str | None:
    """Chinese, Japanese or Korean."""
    han = scripts["Hani"] / _WEIGHTS["Hani"]
    kana = scripts["Kana"] / _WEIGHTS["Kana"]
    hangul = scripts["Hang"] / _WEIGHTS["Hang"]
    letters = han + kana + hangul
    if hangul > kana and hangul >= _HANGUL_SHARE * letters:
        return "ko" if hangul >= 2 else None
    share = _KANA_SHARE / 3 if primary(declared) == "ja" else _KANA_SHARE
    if kana and kana >= share * letters:
        return "ja" if kana >= 2 else None
    return _detect_chinese(characters)


@cache
def _one_script_only() -> tuple[frozenset[str], frozenset[str]]:
    """The ideographs of simplified text only, and those of traditional text only.

    They are taken from the national standards, as Python's codecs know them: GB 2312 holds the
    simplified forms and Big5 the traditional ones, so what only one of them has marks its
    script. Characters that both have say nothing (台 里 后 于 著). Of Big5 only the level of
    frequent characters counts, since its rare ones turn up in names everywhere.
    """
    gb = _encoded(range(0xB0, 0xF8), "gb2312")
    big5_frequent = _encoded(range(0xA4, 0xC7), "big5")
    big5 = big5_frequent | _encoded(range(0xC9, 0xFA), "big5")
    return frozenset(gb - big5), frozenset(big5_frequent - gb)


_ASCII = frozenset(map(chr, range(0x80)))


def _encoded(leads: range, codec: str) -> set[str]:
    """The non-ASCII characters that ``codec`` has behind the lead bytes ``leads``."""
    trails = bytes((*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    # A line feed after every pair keeps an undefined pair from swallowing the next one's byte.
    pairs = bytearray(b"\n" * (3 * len(trails) * len(leads)))
    pairs[0::3] = b"".join(bytes((lead,)) * len(trails) for lead in leads)
    pairs[1::3] = trails * len(leads)
    return set(pairs.decode(codec, "ignore")) - _ASCII


def _detect_chinese(characters: Counter[str]) -> str | None:
    """``zh-Hans`` or ``zh-Hant`` by the characters that only one of the two scripts has."""
    simplified_only, traditional_only = _one_script_only()
    simplified = sum(characters[char] for char in simplified_only.intersection(characters))
    traditional = sum(characters[char] for char in traditional_only.intersection(characters))
    both = simplified + traditional
    if both < 2 or max(simplified, traditional) < _CLEAR_MAJORITY * both:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _detect_by_letters(script: str, characters: Counter[str], letters: int) -> str | None:
    """The language of a text in another script than Latin, Han, kana and Hangul."""
    if script in _LANGUAGE_OF_SCRIPT:
        return _LANGUAGE_OF_SCRIPT[script] if letters >= _ENOUGH_OF_A_SCRIPT else None
    if letters < _ENOUGH_LETTERS:
        return None
    for language, telling, share in _TELLING_LETTERS.get(script, ()):
        if script == "Cyrl" and not telling and letters < _ENOUGH_OF_RUSSIAN:
            return None
        if sum(characters[letter] for letter in telling) >= share * letters:
            return language
    return None


# --- Latin-script languages ----------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 5
# Running text of the listed languages is a quarter to a half function words.
_WORD_SHARE = 0.15
# Letters that a language does not have, as a share of all letters: names bring a few of them.
_FOREIGN_SHARE = 0.02
# Languages so near to each other that most of their function words are the same.
_NEIGHBOURS = ({"da", "nb"}, {"id", "ms"}, {"hr", "sr-Latn"})


@cache
def _word_lists() -> tuple[dict[str, frozenset[str]], dict[str, tuple[tuple[str, float], ...]]]:
    """Each language's function words; and for each word its languages, and how much it says."""
    lists = {tag: frozenset(words.split()) for tag, words in FUNCTION_WORDS.items()}
    languages: dict[str, list[str]] = {}
    for tag, words in lists.items():
        for word in words:
            languages.setdefault(word, []).append(tag)
    weights = {
        word: tuple((tag, 1 / len(tags)) for tag in tags) for word, tags in languages.items()
    }
    return lists, weights


def latin_language(text: str, declared: str | None = None) -> str | None:
    """The language of ``text`` in Latin script by its function words, ``None`` when unsure.

    ``declared`` decides between near neighbours (Danish and Norwegian, Indonesian and Malay,
    Croatian and Serbian). Measured on translations of two programs' messages in 38 languages:
    no wrong answer in texts of 400 characters, as a statistical model of 4.6 MB does too, but
    that one takes 0.7 s and 100 MB to start.
    """
    words = Counter(_WORD.findall(text.lower()))
    lists, _ = _word_lists()
    ranked = sorted(scores := _scores(words), key=lambda tag: (-scores[tag], tag))[:3]
    if not ranked:
        return None
    best = ranked[0]
    hits = sum(count for word, count in words.items() if word in lists[best])
    if hits < _ENOUGH_WORDS or hits < _WORD_SHARE * words.total() or _is_foreign(text, best):
        return None
    for other in ranked[1:]:
        chosen = _choose(words, best, other, declared)
        if chosen != best:
            return chosen
    return best


def latin_scores(text: str) -> dict[str, float]:
    """What the function words in ``text`` say for each Latin-script language: a word that one
    language has counts 1, one that several have is shared out between them.
    """  # noqa: D205 - the first sentence needs two lines
    return _scores(Counter(_WORD.findall(text.lower())))


def _scores(words: Counter[str]) -> dict[str, float]:
    """The weights of the function words among ``words``, by language."""
    _, weights = _word_lists()
    scores: dict[str, float] = {}
    for word, count in words.items():
        for tag, weight in weights.get(word, ()):
            scores[tag] = scores.get(tag, 0.0) + weight * count
    return scores


def _choose(words: Counter[str], best: str, other: str, declared: str | None) -> str | None:
    """Which of two candidates it is, by the words that only one of them has."""
    lists, _ = _word_lists()
    for_best = sum(words[word] for word in lists[best] - lists[other])
    for_other = sum(words[word] for word in lists[other] - lists[best])
    if for_best >= max(2, 2 * for_other):
        return best
    if {best, other} in _NEIGHBOURS and for_best != for_other:
        if for_best < 2 * for_other and primary(declared) == primary(other):
            return other
        return best if for_best > for_other else other
    return best if declared and primary(declared) == primary(best) else None


def _is_foreign(text: str, tag: str) -> bool:
    """Whether ``text`` has too many letters that the language ``tag`` does not use."""
    if text.isascii():
        return False
    own = language_letters(tag)
    letters = [char for char in text.lower() if char.isalpha()]
    foreign = sum(1 for char in letters if char > "\x7f" and char not in own)
    return foreign > _FOREIGN_SHARE * len(letters)


@cache
def language_letters(tag: str) -> frozenset[str]:
    """The letters beyond a to z, lower case, of a Latin-script language; empty when unlisted."""
    return frozenset(LETTERS.get(tag, ""))


# --- Words for people ----------------------------------------------------------------------


@cache
def _labels(tag: str | None) -> dict[str, str]:
    """The labels of a language, English for those that have none."""
    known = normalise_tag(tag) or "en"
    if primary(known) in _SINITIC:
        return LABELS["zh-Hant" if "Hant" in known or known == "yue" else "zh-Hans"]
    return LABELS.get(primary(known), LABELS["en"])


def label(key: str, tag: str | None) -> str:
    """What a writer prints for ``key`` (``"notes"``, ``"page of"``, ...) in the language ``tag``.

    English where the language has no labels. Raises ``KeyError`` for a key that
    :data:`converters.language_data.LABELS` does not have. Labels with ``{page}``, ``{pages}``,
    ``{count}``, ``{minutes}`` or ``{title}`` are for ``str.format``.
    """
    return _labels(tag)[key]


def counted(noun: Literal["article", "source"], count: int, tag: str | None) -> str:
    """So many articles or sources, as the language ``tag`` says it."""
    if count == 1:
        return label(f"one {noun}", tag)
    return label(f"several {noun}s", tag).format(count=count)


def page_pieces(tag: str | None) -> tuple[str, str, str]:
    """What stands before the page number, between it and the number of pages, and after that."""
    before, _, rest = label("page of", tag).partition("{page}")
    between, _, after = rest.partition("{pages}")
    return before, between, after


def join_names(names: Iterable[str], tag: str | None) -> str:
    """Several names as one line, with the comma of the language ``tag`` between them."""
    language = primary(tag)
    if language in _SINITIC or language == "ja":
        return "、".join(names)
    return ("، " if direction(tag) == "rtl" and language not in {"he", "yi"} else ", ").join(names)


_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTH_FIRST = frozenset({"en-US", "en-CA", "en-PH"})


def format_date(day: date, tag: str | None) -> str:
    """The long date of ``day`` (a ``date``, or a ``datetime`` read in its own zone) in a language.

    What CLDR's "long" pattern gives, through Babel; Chinese, Japanese, Korean and English are
    written by rule, exactly as Babel does, because importing it takes 0.1 s. English without a
    region is written as in most of the world: ``28 October 2023``.
    """
    known = normalise_tag(tag) or "en"
    language = primary(known)
    if language in _SINITIC or language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    if language == "en":
        month = _MONTHS[day.month - 1]
        if known in _MONTH_FIRST:
            return f"{month} {day.day}, {day.year}"
        return f"{day.day} {month} {day.year}"
    return _format_by_cldr(day, known)


def format_day(day: date, tag: str | None) -> str:
    """The long date of ``day`` with its day of the week, as :func:`format_date` writes dates.

    What CLDR's "full" pattern gives.
    """
    known = normalise_tag(tag) or "en"
    language = primary(known)
    if language in _SINITIC:
        space = " " if "Hant" in known or language == "yue" else ""
        return f"{format_date(day, known)}{space}星期{'一二三四五六日'[day.weekday()]}"
    if language == "ja":
        return f"{format_date(day, known)}{'月火水木金土日'[day.weekday()]}曜日"
    if language == "ko":
        return f"{format_date(day, known)} {'월화수목금토일'[day.weekday()]}요일"
    if language == "en":
        return f"{_WEEKDAYS[day.weekday()]}, {format_date(day, known)}"
    return _format_by_cldr(day, known, "full")


def format_month(day: date, tag: str | None) -> str:
    """The month of ``day`` and its year, as a heading in the language ``tag`` has them."""
    known = normalise_tag(tag) or "en"
    language = primary(known)
    if language in _SINITIC or language == "ja":
        return f"{day.year}年{day.month}月"
    if language == "ko":
        return f"{day.year}년 {day.month}월"
    if language == "en":
        return f"{_MONTHS[day.month - 1]} {day.year}"
    return _format_by_cldr(day, known, "month")


def _format_by_cldr(day: date, tag: str, form: Literal["long", "full", "month"] = "long") -> str:
    """The date by Babel, in English for a language that CLDR does not know."""
    from datetime import date

    from babel.dates import format_date as babel_format_date
    from babel.dates import format_skeleton

    locale = cldr_locale(tag)
    if locale is None:
        return {"long": format_date, "full": format_day, "month": format_month}[form](day, "en")
    plain = date(day.year, day.month, day.day)
    if form == "month":
        return format_skeleton("yMMMM", plain, locale=locale)
    return babel_format_date(plain, form, locale=locale)


def cldr_locale(tag: str) -> Locale | None:
    """What CLDR knows of the language ``tag``, as Babel has it; ``None`` where it knows nothing."""
    from babel import Locale, UnknownLocaleError

    for candidate in (tag, primary(tag)):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None
