"""Two lines that tell what an article is about, in its own words.

They are the summary that the article came with, else its first sentences; nothing is made up and
nothing is changed but the end, where a sentence or at least a word is whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from converters.article import clean
from converters.edition import Member
from converters.languages import fold_lines, normalise_tag, primary
from converters.writers._pdf_typography import em_width

__all__ = ["standfirsts"]

# More characters than two lines of any page hold; a summary may have any number of them.
_LONGEST = 1000
# What a site or a feed left at the place where it cut.
_CUT_BEFORE = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…+|\.{3,})\s*$")
# A sentence that fills less than this share of the room is not enough, if more can be had.
_FULL = 0.5
# Nothing of these stands before an ellipsis.
_LOOSE_ENDS = " \t\u00a0\u3000,;:–—-·•/\\，、；：（([{【《〈「『“‘«¿¡،؛"
# Such quotation marks and brackets, once opened, are closed before a line ends.
_PAIRS = ("“”", "「」", "『』", "《》", "（）", "()", "«»", "【】", "[]")
_WORD = re.compile(r"\w+")
# "U.S." may end a sentence or not; "the U.S." does not look as if it did.
_INITIALS = re.compile(r"(?:\b\w\.)+$")
# A summary that says no more than the title has so many letters beside it.
_BESIDE_TITLE = 12


def standfirsts(members: Iterable[Member], ems: float) -> list[str]:
    """For each member the words that stand under its title, at most ``ems`` wide; "" without any.

    A summary that several articles share is their site's, not theirs.
    """
    known = list(members)
    counts = Counter(_letters(each.summary) for each in known)
    return [_standfirst(each, ems, counts[_letters(each.summary)] > 1) for each in known]


def _standfirst(member: Member, ems: float, is_shared: bool) -> str:
    summary = _line(member.summary)
    if is_shared or _says_title(summary, member.title):
        summary = ""
    words = summary or _line(member.opening)
    return "" if _says_title(words, member.title) else _cut(words, ems, member.language)


def _line(words: str) -> str:
    return fold_lines(clean(words)).strip()[:_LONGEST]


def _letters(words: str) -> str:
    return "".join(_WORD.findall(words)).casefold()


def _says_title(words: str, title: str) -> bool:
    """Whether ``words`` only repeat the title, perhaps with the name of the site behind it."""
    ours, theirs = _letters(words), _letters(title)
    if not ours or not theirs:
        return not ours
    return ours.startswith(theirs) and len(ours) - len(theirs) < _BESIDE_TITLE


# --- Where to cut ----------------------------------------------------------------------------


def _cut(words: str, ems: float, language: str) -> str:
    """``words`` to where a sentence ends within ``ems``, else to a word's end with an ellipsis."""
    whole = _CUT_BEFORE.sub("", words)
    if whole == words and em_width(words) <= ems:
        return words
    best = ""
    for end in _ends(whole, language, _sentences):
        part = whole[:end].rstrip().rstrip(_LOOSE_ENDS)
        if em_width(part) > ems:
            break
        if _is_sentence(part):
            best = part
    if em_width(best) >= _FULL * min(ems, em_width(whole)):
        return best
    return _cut_at_word(whole, ems, language)


def _cut_at_word(words: str, ems: float, language: str) -> str:
    # The ellipses of Chinese and Japanese are two characters wide
    # (https://www.w3.org/TR/clreq/ , https://www.w3.org/TR/jlreq/#cl-08 ).
    ellipsis = "……" if primary(language) in {"zh", "yue", "ja"} else "…"
    ems -= len(ellipsis)
    best = ""
    for end in _ends(words, language, _words):
        if em_width(words[:end].rstrip()) > ems:
            break
        best = words[:end].rstrip()
    if not best:  # one word is longer than the lines are
        best = _fitting(words, ems)
    return best.rstrip(_LOOSE_ENDS + ".。") + ellipsis


def _fitting(words: str, ems: float) -> str:
    width = 0.0
    for place, character in enumerate(words):
        width += em_width(character)
        if width > ems:
            return words[:place]
    return words


def _is_sentence(part: str) -> bool:
    """Whether ``part`` ends as a sentence, with all its quotations and brackets closed."""
    if not part or part.rstrip("\"'”’」』）)]》»")[-1:] not in set(".!?…。！？؟۔।։።"):
        return False
    closed = all(part.count(pair[0]) <= part.count(pair[1]) for pair in _PAIRS)
    return closed and _INITIALS.search(part) is None


def _ends(words: str, language: str, iterator: Callable[[Any], Any]) -> Iterator[int]:
    """The places, as Python counts, after each sentence or word (UAX 29, with CLDR's tailorings).

    CLDR knows the abbreviations after which no sentence ends, and the words of scripts that
    part them by no spaces (https://www.unicode.org/reports/tr29/).
    """
    import icu

    tag = normalise_tag(language) or "und"
    breaks = iterator(icu.Locale.forLanguageTag(f"{tag}-u-ss-standard"))
    # ICU counts UTF-16 units, Python characters; the two differ beyond U+FFFF.
    breaks.setText(icu.UnicodeString(words))
    units = place = 0
    for end in breaks:
        while units < end and place < len(words):
            units += 2 if ord(words[place]) > 0xFFFF else 1
            place += 1
        yield place


def _sentences(locale: Any) -> Any:
    import icu

    return icu.BreakIterator.createSentenceInstance(locale)


def _words(locale: Any) -> Any:
    import icu

    return icu.BreakIterator.createWordInstance(locale)
