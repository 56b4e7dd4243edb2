"""Line breaking for text of fixed width: where a line may end, how wide it is, how lines join.

:func:`wrap` fills lines by display width (UAX #11, https://www.unicode.org/reports/tr11/).
:func:`join` takes the line breaks out again, and gives back the text that was wrapped.

Where a line may end follows the line breaking of Unicode (UAX #14,
https://www.unicode.org/reports/tr14/) as Chinese and Japanese set type tailors it: no closing
mark, stop, connector or interpunct begins a line and no opening mark ends one (clreq, "basic":
https://www.w3.org/TR/clreq/#prohibition_rules_for_line_start_end ; JIS X 4051 for small kana),
``——`` and ``……`` are not split, nor numbers from their units, short titles ``《…》``, references
``[12]``, words of scripts that have word spaces, or grapheme clusters.

A line ends only where its break can be undone. Readers join the lines of a paragraph by the rule
of :func:`~converters.languages.joins_without_space`: nothing between two Chinese characters, a
space elsewhere. So a line may end between two such characters that no space parts, and at a space
elsewhere. Between Chinese and Latin letters some texts write a space and some do not; there a
line may end as that paragraph writes most often.

The rules are regular expressions over the classes of characters, written for this. General
libraries find more places than can be undone, and miss what should be kept whole: the one in pure
Python takes 400 ms for ten kilobytes (this 2 ms), ICU's bindings weigh 40 MB, and neither knows
numbers with their units, titles or references.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, pairwise

import wcwidth

from converters.languages import joins_without_space

__all__ = ["display_width", "join", "units", "wrap"]

# --- Width ---------------------------------------------------------------------------------


def display_width(text: str, *, wide: bool = False) -> int:
    """How many columns ``text`` takes, by grapheme cluster.

    ``wide`` is for text among Chinese or Japanese: characters of ambiguous width, such as
    ``“ ” — … ·``, take two columns there and one elsewhere (UAX #11, 5). A control character
    takes none.
    """
    return _measured(text, 2 if wide else 1)


def _measured(text: str, ambiguous: int) -> int:
    columns = wcwidth.wcswidth(text, ambiguous_width=ambiguous)
    if columns < 0:
        plain = "".join(character for character in text if wcwidth.wcwidth(character) >= 0)
        columns = wcwidth.wcswidth(plain, ambiguous_width=ambiguous)
    return columns


# Lines are made of few and short pieces, characters and words, that recur.
_LONG = 32
_narrow = lru_cache(maxsize=1 << 14)(partial(_measured, ambiguous=1))
_wide = lru_cache(maxsize=1 << 14)(partial(_measured, ambiguous=2))


def _widths(pieces: Sequence[str], *, wide: bool) -> list[int]:
    columns = _wide if wide else _narrow
    if max(map(len, pieces)) < _LONG:
        return list(map(columns, pieces))
    return [
        columns(piece) if len(piece) < _LONG else display_width(piece, wide=wide)
        for piece in pieces
    ]


# --- Classes of characters -----------------------------------------------------------------

_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)
_SPACES = " \u3000" + _BLANKS

# Letters stand for classes, so that the rules below stay short and are compiled fast. Capitals
# and digits are full width, but for N and those after it. Other characters are W where their
# script has no word spaces, E where they are part of the character before them, else N.
_CLASSES = {
    "O": "（「『【〔〈［｛｟〖〘〚〝｢￥￡＄＃",  # begins no line's end
    "T": "《",
    "t": "》",
    # Ends no line's beginning: closing marks and stops, connectors, iteration and length marks,
    # small kana.
    "C": "，。、；：？！）」』】〕〉］｝｠〗〙〛〞〟｣､｡．／％＇＂・･～〜〰゠＿￠々〻ゝゞヽヾー゛゜ｰﾞﾟ"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯ",
    "I": "\u3000",
    "P": "第",
    "F": "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "9": "０１２３４５６７８９",
    # Full width among Chinese, narrow elsewhere.
    "o": "“‘",
    "c": "”…‥⋯·‧",
    "a": "’",
    "d": "—―─⸺⸻",
    # Narrow: digits; what holds on to the character before it, to the one behind it, to both.
    "0": "0123456789",
    "L": ")]}>,.;:!?%°»–﹐﹑﹒﹔﹕﹖﹗﹚﹜﹞",
    "R": "([{<#$€£¥№«﹙﹛﹝",
    "B": "&*+-/=@\\^_|~\"'",
    # Blanks that are no place for a break.
    "b": "\u2060" + _BLANKS,
    "J": "\u200d",
    "Z": "\u200b",
    "E": "\u3099\u309a\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff",
    " ": " ",
}

# Classes that only a place in the text makes.
_MEASURE = "M"  # part of a unit of measure behind its number
_REFERENCE = "K"  # part of a reference such as [12]
_SOLID = "S"  # part of an unbreakable address
_HELD = "b"  # a space at which no line may end

_LETTERS = "WPF9M"  # full-width letters
_MARKS = "OTtCI"  # full-width marks
_SHARED = "ocad"
_NARROW = "N0LRBbEJSK"


class _Classes(dict[str, str]):
    """The class of every character, found when it is first asked for."""

    def __missing__(self, character: str) -> str:
        if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
            name = "E"
        else:
            name = "W" if joins_without_space(character, "中") else "N"
        if len(self) < _MOST_CLASSES:
            self[character] = name
        return name


_MOST_CLASSES = 1 << 16
_class_of = _Classes(
    (character, name) for name, members in _CLASSES.items() for character in members
)


def _classes(text: str) -> str:
    return "".join(map(_class_of.__getitem__, text))


# --- Units ---------------------------------------------------------------------------------

_WORD = f"(?: [{_NARROW}]++ (?: [{_SHARED}]++ [{_NARROW}]++ )*+ [{_SHARED}]*+ )"
_HELD_ON_TO = f"(?: [{_SHARED}]*+ {_WORD} | [{_LETTERS}Ct] | [{_SHARED}]++ )"
# A number holds its unit, and an opening mark or a connector what stands behind it.
_RUN = f"""(?:
    {_WORD}
    (?: (?<=0) (?: M++ | [WP] )
      | (?: (?<=[RBbo]) [OToI]*+ {_HELD_ON_TO} )*+ (?: (?<=[RBbo]) [OToI]++ )?+ )
)"""
_FOLLOWING = f"(?: [OToI]*+ (?: [{_SHARED}]*+ {_RUN} | {_HELD_ON_TO} )?+ )"
_AFTER_SHARED = f"(?: {_RUN} | (?<=o) {_FOLLOWING} )?+"
# What stands between two neighbouring places where a line may end. Possessive throughout, so that
# the time is linear in the text.
_UNIT = re.compile(
    f"""
    (?=.) [OToI]*+
    (?: (?<=T) [^Tt]{{1,8}} t
      | W
      | P?{_RUN}
      | [F9]++ (?: C 9++ )*+ (?: (?<=9) (?: M++ | [WP] ) )?+
      | [{_SHARED}]++ {_AFTER_SHARED}
      | [{_LETTERS}Ct]
    )?+
    (?: (?= [CtEZcaKJILBb] )
      (?: [CtEZ]++
        | [ca] [{_SHARED}]*+ {_AFTER_SHARED}
        | K++ [{_SHARED}]*+ {_AFTER_SHARED}
        | (?: J | I++ ) {_FOLLOWING}
        | (?=[LBb]) {_RUN}
      )++
    )?+
    """,
    re.VERBOSE,
)
# Text that is only broken at its spaces.
_WORDS = re.compile(f"[{_NARROW}{_SHARED} ]*")
# A space at which no line may end.
_HELD_SPACE = re.compile(
    # Undone, the break would leave nothing.
    f"(?<=[{_LETTERS}]) (?=[{_LETTERS}{_SHARED}])|(?<=[{_SHARED}]) (?=[{_LETTERS}])"
    f"|(?<=[{_MARKS}Zb]) | (?=[{_MARKS}Zb])|(?<=[EJ]) (?=[{_LETTERS}{_SHARED}])"
    # A closing mark, a reference behind it; an opening mark before it.
    "| (?=c|a(?![N0])|K|[Lca]++(?: |$))|(?<=o) |(?:(?<=^R)|(?<= R)) "
)
# What is kept together for its words: a measure behind its number, their space, the thousands of a
# number, a word and the dash behind it, a reference.
_KEPT = re.compile(
    r"""
    (?<=[0-9０-９])
    (?: (?P<measure>
          [百千万萬亿億兆多余餘]*+
          (?: 平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|公斤|千克|公顷|公頃|公分|海里|英里
            |英尺|英寸|个百分点|個百分點|百分点|百分點|摄氏度|攝氏度|人民币|人民幣|新台币|新臺幣|美元
            |欧元|歐元|英镑|英鎊|日元|日圓|港元|港币|港幣|小时|小時|時間|分钟|分鐘|秒钟|个月|個月|年代
            |世纪|世紀|周年|週年|周岁|週歲|人次 )
          | [百千万萬亿億兆多余餘]++ [\u4e00-\u9fff]?+ )
      | (?P<space>\ ) (?= (?: [0-9]{3} (?![0-9])
            | (?: %|‰|°[CF]|℃|K|[kcmµμn]?m|km/h|m/s|[km]?g|t|[mc]?l|L|ha|s|ms|min|h|[kMGT]?Hz
                |[kMGT]?Wh?|[mk]?V|m?A|[hk]?Pa|[kKMGT]i?B|bit|dpi|px|pt|€|£|¥|USD|EUR|GBP|CNY|RMB
              ) (?![^\W_]) ) )
    )
    | (?P<dash>\ ) (?=[–—―]\ )
    | (?P<reference> \[ [0-9]{1,4} \] )
    """,
    re.VERBOSE,
)


_CLASS_OF_KEPT = {"measure": _MEASURE, "space": _HELD, "dash": _HELD, "reference": _REFERENCE}


def _with_kept(text: str, classes: str, solid: Iterable[tuple[int, int]]) -> str:
    """``classes`` of ``text``, changed where words or ``solid`` keep characters together."""
    spans = [
        (match.span(), _CLASS_OF_KEPT[match.lastgroup or ""]) for match in _KEPT.finditer(text)
    ]
    spans += [(span, _SOLID) for span in solid]
    if not spans:
        return classes
    changed = list(classes)
    for (start, end), name in spans:
        changed[start:end] = name * (end - start)
    return "".join(changed)


def _units(classes: str) -> list[str]:
    """The units of a text, in classes; a space between two stands at the head of the second."""
    if _WORDS.fullmatch(classes):
        first, *others = _HELD_SPACE.sub(_HELD, classes).split(" ")
        return [first, *(" " + word for word in others)]
    found: list[str] = []
    for word in _HELD_SPACE.sub(_HELD, classes).split(" "):
        parts = _UNIT.findall(word)
        if found:
            parts[:1] = [" " + parts[0]] if parts else [" "]
        found += parts
    return found


# --- Where Chinese meets Latin -------------------------------------------------------------

_SPACED = re.compile("[WP] (?=[N0])|[N0] (?=[WP])")
_UNSPACED = re.compile("[WP](?=[N0])|[N0](?=[WP])")
_MIXED_SPACE = re.compile(f"[{_LETTERS}][EJ]*+ [{_NARROW}]|[{_NARROW}] [{_LETTERS}]")


def _is_spaced(classes: str) -> bool:
    """Whether a text mostly writes a space between Chinese and Latin letters."""
    spaced = len(_SPACED.findall(classes))
    return spaced > 0 and spaced > len(_UNSPACED.findall(classes))


def _between(left: str, right: str) -> str | None:
    """What a line break stands for between two classes: "", " ", or (``None``) either."""
    if "Z" in (left, right):
        return ""
    left_wide, right_wide = left in _LETTERS + _MARKS, right in _LETTERS + _MARKS
    if left_wide and right_wide:
        return ""
    if not (left_wide or right_wide):
        return " "
    # A shared mark beside a Chinese character is Chinese. Chinese marks have no space beside them.
    other, mark = (right, left) if left_wide else (left, right)
    return "" if other in _SHARED or mark in _MARKS else None


def _ending(classes: str) -> str:
    """The class of the last character that is no part of the one before it."""
    return (classes.rstrip("EJ") or classes)[-1:]


def _without_breaks(found: Sequence[str], classes: str, *, spaced: bool | None) -> list[str]:
    """The units ``found``, joined where a line break could not be undone.

    ``classes`` are those of the characters themselves. ``spaced`` says what a line break between
    Chinese and Latin letters stands for: a space, nothing, or (``None``) nobody could tell which.
    """
    out = [found[0]]
    end = len(found[0])
    for unit in found[1:]:
        has_space = unit[0] == " "
        before = end - 1
        while before and classes[before] in "EJ":
            before -= 1
        between = _between(classes[before], classes[end + has_space : end + has_space + 1])
        stands_for = spaced if between is None else between == " "
        if has_space is stands_for:
            out.append(unit)
        else:
            out[-1] += unit
        end += len(unit)
    return out


def _cut(text: str, lengths: Iterable[str]) -> list[str]:
    """The parts of ``text`` that are as long as ``lengths``."""
    offsets = accumulate(map(len, lengths), initial=0)
    return [text[start:end] for start, end in pairwise(offsets)]


# --- Wrapping and joining ------------------------------------------------------------------


def join(lines: Iterable[str]) -> str:
    """The paragraph that ``lines`` are the lines of: the inverse of :func:`wrap`.

    Exact unless a word of it was wider than a line.
    """
    rows = [line for line in lines if line]
    classes = [_classes(row) for row in rows]
    mixed = " " if _is_spaced("\n".join(classes)) else ""
    out = rows[:1]
    for (before, after), row in zip(pairwise(classes), rows[1:], strict=True):
        between = _between(_ending(before), after[0])
        out += (mixed if between is None else between, row)
    return "".join(out)


def units(text: str, solid: Sequence[tuple[int, int]] = ()) -> list[str]:
    """``text`` cut at every place where a line may end; a space stands at the head of a unit.

    ``solid`` gives, as pairs of offsets, what must not be split: an address.
    """
    classes = _classes(text)
    found = _units(_with_kept(text, classes, solid))
    if solid or _MIXED_SPACE.search(classes):
        found = _without_breaks(found, classes, spaced=_is_spaced(classes))
    return _cut(text, found)


def wrap(
    text: str,
    width: int,
    *,
    wide: bool = False,
    indent: int = 0,
    hanging: bool = False,
    solid: Sequence[tuple[int, int]] = (),
) -> list[str]:
    """The lines of the paragraph ``text``, each at most ``width`` columns wide.

    ``text`` is one line; a ``width`` of 0 leaves it so. ``wide`` as for :func:`display_width`.
    ``indent`` is how many columns of the first line are taken already. ``hanging`` lets a Chinese
    stop or closing mark stand beyond the end of a line. ``solid`` gives, as pairs of offsets, what
    must not be split: an address. Only such a piece, or a web address in the text, may be wider
    than a line; another word that is too wide is split between grapheme clusters.

    No line ends in a space, and ``wrap(join(lines), ...)`` gives ``lines``.
    """
    if width <= 0 or display_width(text, wide=wide) + indent <= width:
        return [text] if text else []
    classes = _classes(text)
    found = _units(_with_kept(text, classes, solid))
    lines = _Lines(width, indent, wide, hanging)
    if not (solid or _MIXED_SPACE.search(classes)):
        return lines.fill(text, found)
    # Either habit may be that of the paragraph, but what the lines show has to tell which.
    filled = lines.fill(text, _without_breaks(found, classes, spaced=_is_spaced(classes)))
    if join(filled) == text:
        return filled
    return lines.fill(text, _without_breaks(found, classes, spaced=None))


# Stops and closing marks that may stand beyond the end of a line, one on each.
_HANGING = "，。、；：？！）》」』】〕〉］｝”’"


@dataclass(frozen=True, slots=True)
class _Lines:
    """How lines are filled: what :func:`wrap` was asked for."""

    width: int
    indent: int
    wide: bool
    hanging: bool

    def fill(self, text: str, found: Sequence[str]) -> list[str]:
        """Put as much of ``text`` into each line as fits, broken between its units."""
        pieces = self._pieces(text, found)
        ends = list(accumulate(_widths(pieces, wide=self.wide)))
        starts = self._starts(pieces, ends)
        if len(starts) > 2 and starts[-2] == len(pieces) - 1 and _is_lonely(*pieces[-2:]):
            starts[-2] -= starts[-2] - starts[-3] > 1
        lines: list[str] = []
        for start, end in pairwise(starts):
            head = pieces[start].lstrip(_SPACES) if start else pieces[start]
            lines.append(head + "".join(pieces[start + 1 : end]))
        return lines

    def _starts(self, pieces: Sequence[str], ends: Sequence[int]) -> list[int]:
        """Which pieces begin a line, and how many pieces there are."""
        starts = [0]
        room = self.width - self.indent
        while starts[-1] < len(pieces):
            start = starts[-1]
            # The space at the head of a line is what the line break stands for.
            head = pieces[start].lstrip(_SPACES) if start else pieces[start]
            limit = ends[start] - display_width(head, wide=self.wide) + room
            end = max(start + 1, bisect_right(ends, limit))
            if self.hanging and end < len(pieces):
                end += self._hangs(pieces[end], ends[end], limit)
            starts.append(end)
            room = self.width
        return starts

    def _hangs(self, piece: str, end: int, limit: int) -> bool:
        """Whether a piece that is too wide fits but for its last mark."""
        mark = piece[-1]
        return mark in _HANGING and end - display_width(mark, wide=self.wide) <= limit

    def _pieces(self, text: str, found: Sequence[str]) -> list[str]:
        """The units of ``text``, split again where one is too wide; ``found`` are their classes."""
        pieces = _cut(text, found)
        limit = self.width - self.indent
        if max(map(len, pieces)) * 2 <= limit:
            return pieces
        out: list[str] = []
        for unit, piece in zip(found, pieces, strict=True):
            out += (piece,) if _SOLID in unit else self._split(piece, limit)
            limit = self.width
        return out

    def _split(self, piece: str, limit: int) -> Iterator[str]:
        """A piece that no line can hold: at spaces that held it together, or anywhere."""
        if display_width(piece.lstrip(_SPACES), wide=self.wide) <= limit:
            yield piece
            return
        for part in _PARTS.findall(piece):
            word = part.lstrip(_SPACES)
            if "://" in word or display_width(word, wide=self.wide) <= limit:
                yield part
                continue
            space = part[: len(part) - len(word)]
            for cluster in wcwidth.iter_graphemes(word):
                yield space + cluster
                space = ""


# A web address, or what stands before one or before a space.
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]{0,20}://"
_PARTS = re.compile(
    f'[{_SPACES}]*+(?:{_SCHEME}[^{_SPACES}<>"]*+|(?:(?!{_SCHEME})[^{_SPACES}])++)|[{_SPACES}]++'
)


def _is_lonely(before: str, last: str) -> bool:
    """Whether ``last``, alone on the last line, is one Chinese character, and another can join it.

    A paragraph does not end in a line of one character
    (https://www.w3.org/TR/clreq/#adjustments_of_orphans_and_widows ).
    """
    return _is_character(last) and _is_character(before)


def _is_character(piece: str) -> bool:
    """Whether ``piece`` is one Chinese character, perhaps with marks behind it."""
    classes = _classes(piece)
    return classes[0] in _LETTERS and all(name in _MARKS + _SHARED for name in classes[1:])
