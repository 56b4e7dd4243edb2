"""What Chinese and Japanese typesetting asks of the characters of a line: the rules by themselves.

"Requirements for Chinese Text Layout" (https://www.w3.org/TR/clreq/) and JIS X 4051 as
"Requirements for Japanese Text Layout" explains it (https://www.w3.org/TR/jlreq/).
"""

from __future__ import annotations

import re
from functools import cache

from converters.languages import HAN_CLASS, KANA_CLASS, is_cjk

__all__ = [
    "ALL_STOPS",
    "CLOSING",
    "GAP",
    "JOINER",
    "LATIN",
    "OPENING",
    "PARTED",
    "PLACES",
    "STOPS",
    "STRETCHED",
    "TOGETHER",
    "keeps_together",
    "may_part",
    "meets",
    "rules",
]

GAP = 0.09
"""Between Han and Latin, in em. CSS Text 4 asks for 0.125, clreq allows up to 0.25; poppler, which
Linux's viewers use, takes 0.1 and more for a space."""

# A mark's glyph fills half of its square. The other half, on the side of the neighbouring mark,
# is what closes up (https://www.w3.org/TR/clreq/#punctuation_width_adjustment). Which stops stand
# in the left half is the custom of a country (in the middle in Taiwan, of colons also in Japan).
OPENING = "（〔［｛《〈「『【〖〘〚｟〝“‘"
CLOSING = "）〕］｝》〉」』】〗〙〛｠〞〟”’"
STOPS = {"zh-Hans": "、，。：；．", "zh-Hant": "", "ja": "、。，．"}
ALL_STOPS = "、，。：；．！？"

_CLOSERS, _OPENERS = re.escape(CLOSING + ALL_STOPS), re.escape(OPENING)
_LETTERS = HAN_CLASS + KANA_CLASS
LATIN = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff"
"""Letters and digits of alphabets, in a class of a regular expression."""
JOINER = "\u2060"
"""No line ends on either side of it (WORD JOINER)."""

# What no line begins with, beside what Unicode says: marks of iteration, small kana, connectors,
# interpuncts, half-width kana marks.
_NOT_FIRST = (
    re.escape(CLOSING) + "、，。：；．！？‼⁇⁈⁉!?,.:;·‧・･｡､｣ﾞﾟｰ～〜゠／％‰℃℉"
    "々〻ゝゞヽヾーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿｧ-ｯ"
)
_NOT_LAST = OPENING + "｢￥＄￡＃№"
_UNITS = "年月日号號时時分秒点點岁歲元圆圓円万萬亿億兆千百％%‰℃℉°"
# Between which characters no line ends.
TOGETHER = re.compile(
    f"(?=[{_NOT_FIRST}])|(?<=[{re.escape(_NOT_LAST)}])"
    f"|(?<=[0-9０-９])(?=[{_UNITS}])|(?<=第)(?=[0-9０-９])|(?<=—)(?=—)|(?<=…)(?=…)"
)
# Where a line may end though older editions of UAX 14 say no: at the outside of quotation marks
# (https://www.unicode.org/reports/tr14/#LB19a).
PARTED = re.compile(
    f"(?<=[{_LETTERS}\u3001-\u303f\uff00-\uffef”’…—])(?=[“‘])|(?<=[”’])(?=[{_LETTERS}{_OPENERS}—…])"
)

# Where something is moved: a gap follows, a mark that closes, or one that opens, meets another.
PLACES = re.compile(
    f"(?P<gap>[{_LETTERS}](?={JOINER}?[{LATIN}$€£#@])"
    f"|[{LATIN}%+$€£°‰](?={JOINER}?[{_LETTERS}]))"
    f"|(?P<closing>[{_CLOSERS}](?={JOINER}?[{_CLOSERS}{_OPENERS}]))"
    f"|(?P<opening>[{_OPENERS}](?={JOINER}?[{_OPENERS}]))"
)
# After which a justified line is stretched: full-width characters before others, but not within a
# dash, and spaces between words.
_WIDE = f"{_LETTERS}\u3000-\u303f\uff00-\uffef“”‘’…"
STRETCHED = re.compile(f"[{_WIDE}]{JOINER}?(?=[{_WIDE}—])|—(?=[{_WIDE}])|(?<=[^ ]) (?=[^ ])")


def rules(language: str) -> str:
    """Whose rules a language follows: ``zh-Hans``, ``zh-Hant``, ``ja``, or none of these."""
    if not is_cjk(language) or language.startswith("ko"):
        return ""
    if language.startswith("ja"):
        return "ja"
    return "zh-Hant" if re.search(r"(?i)hant|-(?:tw|hk|mo)\b|^yue", language) else "zh-Hans"


@cache
def meets(rules: str) -> dict[str, str]:
    """For each full-width mark those after which half a square closes up."""
    closing = CLOSING + STOPS[rules]
    found = dict.fromkeys(closing, closing + OPENING)
    return {**found, **dict.fromkeys(OPENING, OPENING)}


def keeps_together(before: str, after: str) -> bool:
    """Whether no line ends between two characters."""
    return any(match.start() == 1 for match in TOGETHER.finditer(before + after))


def may_part(before: str, after: str) -> bool:
    """Whether a line may end between two characters though WeasyPrint's rules say no."""
    return bool(PARTED.search(before + after)) and not keeps_together(before, after)
