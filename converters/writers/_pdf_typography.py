"""Fine typography for print: what a typesetter does between the characters.

:func:`typeset` takes the finished markup of an article and puts into its text

* spans that move things at the edge of an element: a gap between Han and Latin (class ``g``),
  full-width marks that close up when two meet (class ``k``); what meets within one element is
  moved when its lines are filled (:mod:`._pdf_lines`), which costs nothing;
* a span for the proportional apostrophe inside a Latin word (class ``w``);
* the class ``dots`` for words that are stressed by dots;
* spans that choose a face: Latin words in emphasised Chinese (class ``i``), other scripts in
  emphasised Latin text (class ``u``), since a slanted copy of an upright face is no italic;
* characters of no width, which no text taken out of the PDF shows: U+2060 where a line must not
  break, U+200B where a long address may.

The rules are those of "Requirements for Chinese Text Layout" (https://www.w3.org/TR/clreq/), as
far as WeasyPrint does not follow them by itself; ``print-scripts.css`` dresses the classes. No
character that has a width is put in, taken out or changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from converters.languages import HAN_CLASS, HANGUL_CLASS, KANA_CLASS, direction
from converters.writers import _pdf_marks as marks
from converters.writers._pdf_emphasis import takes_dots
from converters.writers._xhtml import Markup

__all__ = ["balance", "em_width", "has_italics", "is_long", "shorten", "typeset"]

_BREAK = "\u200b"
_LEFT_TO_RIGHT = "\u200e"
_LONG_TITLE = 120  # em

_TOKENS = re.compile(r"<[^>]*>|[^<]+")
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
_LANG = re.compile(r'\slang="([^"]*)"')
_CLASS = re.compile(r'\sclass="([^"]*)"')

# Elements within a line; every other tag begins or ends a block.
_INLINE = frozenset(
    "a abbr b cite code em i mark q rb rt ruby s small span strong sub sup time u img".split()
)
_EMPHASIS = frozenset({"em", "i", "cite"})
_VERBATIM = frozenset({"code", "pre"})

# What a Latin word, number or address is made of besides letters and digits.
_WORD = marks.LATIN + r".,:;/?&=_%#~+@!*'$€£°‰\-" + _BREAK
_APOSTROPHE = re.compile("[A-Za-z]’[A-Za-z]")
_MIDDLE_DOTS = "·‧・"
_ALL_DOTS = re.compile(f"[{_MIDDLE_DOTS}]")
_DOTS = re.compile(rf"(?<!\A)[{_MIDDLE_DOTS}]")

# Where an address may break: after these (never inside "://" nor inside "&amp;"), if more than a
# few characters follow.
_ADDRESS_MARKS = frozenset("/?=._~,@-")
_ADDRESS_BREAK = re.compile(r"(?<!:)(?<!:/)(?:&amp;|[/?=._~,@-])+(?=[^/?=._~,@-])(?=[^\s<]{6})")
# Words that no line of A5 holds, and what they are made of in markup.
_GLUED = re.compile("[!-~\u00a1-\u024f]{41,}")
_CHARACTER = re.compile("&[a-z]+;|.")
# Code is not touched, but WeasyPrint's time grows with the square of a line without breaks.
_LONG_CODE = 400
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\u2e80-\U0003ffff]+")
# Letters and signs whose faces have no italic here: those of Latin, Greek and Cyrillic have one.
_UPRIGHT = re.compile(
    "[\u0530-\u1dff\u2190-\u2bff\u2e80-\ua63f\ua700-\uabff\uf900-\ufaff\ufb1d-\ufdff"
    "\ufe70-\uffef\U00010000-\U0003ffff]+"
)

# A number and the space before its unit; in Korean, what a particle or unit is joined to.
_UNIT = re.compile(
    "(?<=[0-9]) (?=(?:[%‰€£$¥₽°]|[kKMGT]?(?:m|g|W|Wh|Hz|B|bps)\\b|[cmµn]m\\b|(?:km|m|cm|mm)[²³]"
    "|(?:ha|mg|ml|l|km/h|mph|[ap]\\.?m|Uhr|Mio|Mrd)\\b))"
)
_PARTICLE = re.compile(f"(?<=[A-Za-z0-9%])(?=[{HANGUL_CLASS}])")

# Thai, Lao, Burmese and Khmer put no spaces between words. Pango knows words of Thai at most, where
# it was built so; elsewhere a line would run off the page.
_UNSPACED_WORDS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{2,}")


@dataclass(slots=True)
class _Piece:
    """A run of characters in a line: where it goes, and what is known about it."""

    index: int
    text: str
    rules: str
    emphasis: bool = False
    verbatim: bool = False
    address: bool = False
    mark: bool = False
    preformatted: bool = False
    stress: int = -1  # the token of the innermost em


@dataclass(slots=True)
class _Frame:
    """An open element."""

    name: str
    rules: str
    emphasis: bool = False
    verbatim: bool = False
    address: bool = False
    mark: bool = False
    preformatted: bool = False
    stress: int = -1
    outer: list[_Piece] | None = None


@dataclass(slots=True)
class _Typesetter:
    rules: str
    rtl: bool = False
    out: list[str] = field(default_factory=list)
    run: list[_Piece] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)

    def feed(self, token: str) -> None:
        self.out.append(token)
        if token[0] != "<":
            self._text(token)
            return
        match = _TAG.match(token)
        if match is None:
            return
        closing, name, rest = match.groups()
        if name not in _INLINE and not self._is_note(closing, rest):
            self.flush()
        if closing:
            self._close()
        elif not rest.endswith("/"):
            self._open(name, rest)
        elif name == "img":
            self.run.append(_Piece(-1, "\ufffc", self.rules, verbatim=True))

    def _is_note(self, closing: str, rest: str) -> bool:
        """Whether this tag begins or ends a note: the line around it goes on."""
        if closing:
            return bool(self.frames) and self.frames[-1].outer is not None
        return 'class="footnote"' in rest

    def _text(self, token: str) -> None:
        frame = self.frames[-1] if self.frames else _Frame("", self.rules)
        self.run.append(
            _Piece(
                len(self.out) - 1,
                token,
                frame.rules,
                frame.emphasis,
                frame.verbatim,
                frame.address,
                frame.mark,
                frame.preformatted,
                frame.stress,
            )
        )

    def _open(self, name: str, rest: str) -> None:
        outer = self.frames[-1] if self.frames else _Frame("", self.rules)
        language = _LANG.search(rest)
        classes = _CLASS.search(rest)
        kinds = classes[1].split() if classes else ()
        frame = _Frame(
            name,
            marks.rules(language[1]) if language else outer.rules,
            outer.emphasis or name in _EMPHASIS,
            outer.verbatim or name in _VERBATIM,
            outer.address or "address" in kinds,
            outer.mark or "call" in kinds,
            outer.preformatted or name == "pre",
            len(self.out) - 1 if name == "em" else outer.stress,
        )
        if "footnote" in kinds or name == "rt":
            # A note stands within its sentence, but is set elsewhere; so does a reading.
            frame = _Frame(name, frame.rules, outer=self.run)
            self.run = []
        self.frames.append(frame)

    def _close(self) -> None:
        if not self.frames:
            return
        frame = self.frames.pop()
        if frame.outer is not None:
            self.flush()
            self.run = frame.outer

    def flush(self) -> None:
        """Set the run that ends here."""
        run, self.run = self.run, []
        if not run:
            return
        self._stress(run)
        _draw_marks_near(run)
        _keep_last_characters(run)
        _break_addresses(run, _LEFT_TO_RIGHT if self.rtl else "")
        _loosen(run)
        for number, piece in enumerate(run):
            if piece.mark or piece.index < 0:
                continue
            following = run[number + 1] if number + 1 < len(run) else None
            right = "" if following is None or following.mark else following.text[:1]
            text = piece.text
            if not piece.verbatim:
                text = _set(piece, right, first=number == 0)
            if following is not None and following.mark:
                text += marks.JOINER
            self.out[piece.index] = text

    def _stress(self, run: list[_Piece]) -> None:
        """Choose which emphasised words get dots."""
        for token in {piece.stress for piece in run if piece.rules and piece.stress >= 0}:
            words, around = (
                "".join(piece.text for piece in run if (piece.stress == token) is own)
                for own in (True, False)
            )
            if takes_dots(words, around):
                self.out[token] = self.out[token].replace("<em", '<em class="dots"', 1)


def typeset(markup: Markup, language: str) -> Markup:
    """``markup`` of a text in ``language`` (BCP 47) with print's fine typography in it."""
    setter = _Typesetter(marks.rules(language), direction(language) == "rtl")
    for token in _TOKENS.findall(markup):
        setter.feed(token)
    setter.flush()
    return Markup("".join(setter.out))


# Languages of scripts whose faces have no italic: Arabic, Hebrew, and those of South and
# South-East Asia and of the Caucasus. Emphasis in them is bold.
_WITHOUT_ITALICS = frozenset(
    "am ar as bn bo ckb dv dz fa gu he hi hy ii ka km kn lo ml mr my ne nqo or pa ps sa sd "
    "si syr ta te th ti ug ur yi".split()
)


def has_italics(language: str) -> bool:
    """Whether emphasis can be italic in ``language`` (BCP 47), as it is in Latin scripts."""
    return language.lower().partition("-")[0] not in _WITHOUT_ITALICS


def _keep_last_characters(run: list[_Piece]) -> None:
    """Tie the last Han character of a paragraph to the one before it."""
    if sum(len(piece.text) for piece in run) < 5:
        return
    for piece in reversed(run):
        if piece.mark or piece.index < 0:
            continue
        if piece.verbatim or not piece.rules:
            return
        last = _last_han().search(piece.text)
        if last:
            at = last.start()
            piece.text = piece.text[:at] + marks.JOINER + piece.text[at:]
        if last or any(map(str.isalnum, piece.text)):
            return


def _draw_marks_near(run: list[_Piece]) -> None:
    """Put the space before a note's mark behind it, so that no line begins with the mark."""
    for before, mark, after in zip(run, run[1:], run[2:], strict=False):
        if not mark.mark or before.verbatim or after.mark or not before.text.endswith(" "):
            continue
        if before.text != " ":
            before.text = before.text[:-1]
            if not after.text[0].isspace() and after.text[0] not in ",.;:!?)]}":
                after.text = " " + after.text


def _break_addresses(run: list[_Piece], mark: str) -> None:
    """Let addresses break after their marks.

    ``mark`` keeps a mark at the end of a line in the direction of the address: among letters that
    run from right to left it would go to the other side.
    """
    for piece in run:
        if piece.address:
            piece.text = _with_breaks(piece.text, mark)
        elif not piece.verbatim and ("://" in piece.text or "www." in piece.text):
            piece.text = _ADDRESS.sub(lambda match: _with_breaks(match[0], mark), piece.text)


def _with_breaks(address: str, mark: str) -> str:
    broken = _ADDRESS_BREAK.sub(r"\g<0>" + mark + _BREAK, address)
    return broken + mark if broken[-1:] in _ADDRESS_MARKS else broken


def _loosen(run: list[_Piece]) -> None:
    """Let words break anywhere that are longer than a line.

    WeasyPrint does so itself only within one element, and a long word may have several.
    """
    glued = _GLUED.finditer("".join(piece.text for piece in run))
    word = next(glued, None)
    start = 0
    for piece in run:
        text, end = piece.text, start + len(piece.text)
        out: list[str] = []
        done = start
        while word is not None and word.start() < end:
            first, last = max(word.start(), start), min(word.end(), end)
            out.append(text[done - start : first - start])
            out.append(_loose(piece, text[first - start : last - start]))
            done = last
            if word.end() > end:
                break
            word = next(glued, None)
        if out:
            piece.text = "".join(out) + text[done - start :]
        start = end


def _loose(piece: _Piece, word: str) -> str:
    """Part of an overlong word with a break after each of its characters."""
    if piece.mark or piece.index < 0 or (piece.preformatted and len(word) <= _LONG_CODE):
        return word
    return _CHARACTER.sub(r"\g<0>" + _BREAK, word)


@cache
def _last_han() -> re.Pattern[str]:
    """The last ideograph or kana of a text, with nothing but marks after it."""
    letters = HAN_CLASS + KANA_CLASS
    return re.compile(rf"[{letters}](?=[^{letters}{marks.LATIN}]*\Z)")


def _set(piece: _Piece, right: str, *, first: bool) -> str:
    """The characters of ``piece``, set; ``right`` is what stands after them in the line."""
    if piece.address:
        return piece.text
    if not piece.rules:
        return _set_spaced(piece)
    if piece.emphasis or _APOSTROPHE.search(piece.text):
        # Words with spans of their own are elements with edges.
        setter = _Marks(piece, right, first)
        return _places(piece.rules).sub(setter, piece.text)
    dots = _DOTS if first else _ALL_DOTS
    return dots.sub(marks.JOINER + r"\g<0>", _set_edge(piece, right))


def _set_edge(piece: _Piece, right: str) -> str:
    """The text of an element whose last character or word stands apart from what follows."""
    text = piece.text
    if not right:
        return text
    last = text[-1]
    if right in marks.meets(piece.rules).get(last, ""):
        return text[:-1] + _span("k", last)
    if _is_letter()(last):
        return text[:-1] + _span("g", last) if _starts_latin()(right) else text
    if not _is_letter()(right) or not _ends_latin()(last):
        return text
    start = len(text)
    while start and _is_word()(text[start - 1]):
        start -= 1
    before = text[:start].removesuffix(marks.JOINER)
    if _is_letter()(before[-1:]) and _starts_latin()(text[start]):
        joiner = text[len(before) : start]
        return before[:-1] + _span("g", before[-1]) + joiner + _span("g", text[start:])
    return text[:start] + _span("g", text[start:])


def _span(kind: str, text: str) -> str:
    return f'<span class="{kind}">{text}</span>'


def _set_spaced(piece: _Piece) -> str:
    """Text of a script with word spaces, or one whose words the line breaker does not find."""
    text = _UNIT.sub(r"\g<0>" + marks.JOINER, piece.text)
    text = _PARTICLE.sub(marks.JOINER, text)
    if _UNSPACED_WORDS.search(text):
        text = _UNSPACED_WORDS.sub(_worded(), text)
    if piece.emphasis:
        text = _UPRIGHT.sub(r'<span class="u">\g<0></span>', text)
    return text


def _worded() -> Callable[[re.Match[str]], str]:
    """Put places for breaks between words: ICU has dictionaries of these languages."""
    import icu

    found = icu.BreakIterator.createLineInstance(icu.Locale("th"))

    def with_breaks(match: re.Match[str]) -> str:
        words = match[0]
        found.setText(words)
        ends = [0, *found]
        return _BREAK.join(words[start:end] for start, end in pairwise(ends))

    return with_breaks


@dataclass(slots=True)
class _Marks:
    """What stands in the place of each find of :func:`_places`."""

    piece: _Piece
    right: str
    first: bool

    def __call__(self, match: re.Match[str]) -> str:
        text = match[0]
        following = self.following(match)
        if match["dot"]:
            return text if match.start() == 0 and self.first else marks.JOINER + text
        if match["mark"]:
            meets = marks.meets(self.piece.rules)
            closes = following in meets.get(text, "") if following else False
            return f'<span class="k">{text}</span>' if closes else text
        if match["han"]:
            gap = following and _starts_latin()(following)
            return f'<span class="g">{text}</span>' if gap else text
        return self.word(text, following)

    def following(self, match: re.Match[str]) -> str:
        """The character after ``match``; the joiner before a paragraph's last one is none."""
        rest = match.string[match.end() : match.end() + 2].lstrip(marks.JOINER)
        return rest[0] if rest else self.right

    def word(self, text: str, following: str) -> str:
        """A Latin word, number or address."""
        kinds = []
        gap = following and _ends_latin()(text[-1]) and _is_letter()(following)
        if gap:
            kinds.append("g")
        if "’" in text:
            kinds.append("w")
        if self.piece.emphasis and not text.isdigit():
            kinds.append("i")
        return f'<span class="{" ".join(kinds)}">{text}</span>' if kinds else text


@cache
def _places(rules: str) -> re.Pattern[str]:
    """Where something may have to be done in a text under ``rules``: linear in its length."""
    letters = HAN_CLASS + KANA_CLASS
    found = re.escape(marks.OPENING + marks.CLOSING + marks.STOPS[rules])
    return re.compile(
        rf"(?P<dot>[{_MIDDLE_DOTS}])"
        rf"|(?P<mark>[{found}](?=[{found}]|\Z))"
        rf"|(?P<han>[{letters}](?=[{marks.LATIN}$€£#@]|\Z))"
        rf"|(?<![{_WORD}])[{_WORD}]++(?:’(?=[A-Za-z])[{_WORD}]++)*+"
    )


@cache
def _starts_latin() -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{marks.LATIN}$€£#@]").match


@cache
def _ends_latin() -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{marks.LATIN}%+$€£°‰]").match


@cache
def _is_word() -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{_WORD}]").match


@cache
def _is_letter() -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{HAN_CLASS}{KANA_CLASS}]").match


@cache
def _wide() -> Callable[[str], list[str]]:
    return re.compile(
        "[\u1100-\u115f\u2014\u2018-\u201d\u2026\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
        "\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\U0001f000-\U0003ffff]"
    ).findall


def em_width(text: str) -> float:
    """About how many em a line of ``text`` takes: 1 for a full-width character, else 0.52."""
    wide = len(_wide()(text))
    return wide + 0.52 * (len(text) - wide)


def shorten(text: str, ems: float) -> str:
    """``text`` cut to about ``ems`` with an ellipsis; a Latin word is not cut in its middle."""
    text = " ".join(text.split())
    if em_width(text) <= ems:
        return text
    width = 1.0
    for end, character in enumerate(text):  # noqa: B007 - end is used after the loop
        width += em_width(character)
        if width > ems:
            break
    cut = text[:end]
    if text[end].isalnum() and cut[-1:].isascii() and " " in cut[end // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ，,、：:；;—-") + "…"


def is_long(title: str) -> bool:
    """Whether a title would fill a third of a page in the size of titles."""
    return em_width(title) > _LONG_TITLE


def balance(title: str, measure: float) -> list[str]:
    """Break a title into lines of like length, rather after a mark than within a phrase.

    ``measure`` is the longest line, in em. The lines, joined, are the title: a space at a break
    stays at the end of its line.
    """
    total = _title_width(title)
    if total <= measure or total > 8 * measure:
        return [title]
    pieces = _phrases(title)
    count = max(2, int(-(-total // measure)))
    tried = [_broken(pieces, lines, measure) for lines in (count, count + 1)]
    found = [broken for broken in tried if broken]
    # One line more is better than a phrase cut in two.
    whole = (broken for broken in found if all(map(_is_whole, broken, broken[1:])))
    return next(whole, found[0] if found else [title])


def _is_whole(line: str, following: str) -> bool:
    """Whether a break between two lines cuts no phrase."""
    return _badness(line, following) < _CUT


def _title_width(text: str) -> float:
    """At least as many em as ``text`` takes in bold."""
    wide = len(_wide()(text))
    broad = sum(character.isupper() or character.isdigit() for character in text)
    return wide + 0.62 * broad + 0.56 * (len(text) - wide - broad)


# A title may break after a mark or a space, and between two ideographs.
_PHRASE = re.compile(
    r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]\s*"
)
_NOT_FIRST = frozenset(marks.CLOSING + "、，。：；．！？…—·%")
_NOT_LAST = frozenset(marks.OPENING)
# Chinese particles belong to what stands before them.
_PARTICLES = frozenset("的了们們吗嗎呢吧")
_CUT = 20.0  # what a break within a phrase costs
_UNITS = frozenset("年月日号號届屆万萬亿億元名个個条條岁歲时時分秒位人篇期版周週天")


def _phrases(title: str) -> list[tuple[str, float]]:
    """The unbreakable pieces of a title, each with how bad a break after it is."""
    pieces = [match[0] for match in _PHRASE.finditer(title)]
    if "".join(pieces) != title:
        return [(title, 0.0)]
    joined: list[str] = []
    for piece in pieces:
        last = joined[-1][-1:] if joined else ""
        stuck = joined and (
            piece[0] in _NOT_FIRST
            or piece[0] in _PARTICLES
            or last.strip() in _NOT_LAST
            or (last.isdigit() and piece[0] in _UNITS)
            or (last == "第" and piece[0].isdigit())
        )
        if stuck:
            joined[-1] += piece
        else:
            joined.append(piece)
    after = [*joined[1:], ""]
    return [(piece, _badness(piece, next_)) for piece, next_ in zip(joined, after, strict=True)]


def _badness(piece: str, following: str) -> float:
    """How much a break before ``following`` disturbs: 0 after a stop, most within a phrase.

    The figures weigh against half the square of the em by which two lines are of unlike length: a
    phrase is cut only where the other lines would differ by a dozen.
    """
    last = piece.rstrip()[-1:]
    if last in "，。：；！？】—…:;,.!?|｜":
        return 0.0
    if piece[-1:].isspace():
        return 1.5
    return 6.0 if last in "、”’》〉」』）" or following[:1] in _NOT_LAST else _CUT


def _broken(pieces: list[tuple[str, float]], lines: int, measure: float) -> list[str]:
    """The best way to make ``lines`` of ``pieces``; empty where they do not fit."""
    widths = [_title_width(piece) for piece, _ in pieces]
    ideal = sum(widths) / lines
    # best[n]: cost and breaks of the first n pieces in the lines made so far.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for line in range(lines):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, breaks) in best.items():
            width = 0.0
            for end in range(start + 1, len(pieces) + 1):
                width += widths[end - 1]
                if width > measure:
                    break
                if (end == len(pieces)) != (line == lines - 1):
                    continue
                bad = 0.0 if end == len(pieces) else pieces[end - 1][1]
                total = cost + (width - ideal) ** 2 / 4 + bad
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, (*breaks, end))
        best = reached
    if len(pieces) not in best:
        return []
    out: list[str] = []
    start = 0
    for end in best[len(pieces)][1]:
        out.append("".join(piece for piece, _ in pieces[start:end]))
        start = end
    return out
