"""Type on a cover: characters, widths, lines in the largest size that fits, and drawing them.

A line is divided into runs of one direction and one face, in the order in which they are seen
(UAX #9, https://www.unicode.org/reports/tr9/, without its explicit marks), since Pillow takes one
face at a time. A title is broken where a typographer would: after a mark, between phrases, in
lines of like length, rather smaller than within a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import Any

import wcwidth
from PIL import Image, ImageDraw

from converters.languages import is_cjk_char
from converters.linebreak import units
from converters.writers._cover_fonts import (
    BITMAP,
    JOINERS,
    Direction,
    Face,
    Weight,
    faces,
    font_of,
    has_raqm,
    shaping,
)

__all__ = ["Direction", "Frame", "Line", "Setting", "Type", "direction_of", "drawn", "printable"]

# --- Characters ----------------------------------------------------------------------------

# Marks above or below one letter; more of them is noise that runs over the lines around it.
_MOST_MARKS = 4


def printable(text: str, most: int = 2000) -> str:
    """``text`` on one line, without what shows nothing, cut to ``most`` characters."""
    out: list[str] = []
    marks = 0
    for character in " ".join(text[: 2 * most].split())[:most]:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        hidden = kind in ("Cc", "Cf", "Cs") and character not in JOINERS
        if marks <= _MOST_MARKS and not hidden:
            out.append(character)
    return "".join(out).strip()


def direction_of(text: str, default: Direction = "ltr") -> Direction:
    """The direction of the first letter that has one (UAX #9, P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return default


def _levels(text: str, base: Direction) -> list[int]:
    """The embedding level of each character: even runs to the right, odd to the left."""
    kinds = [_KINDS.get(unicodedata.bidirectional(character), "") for character in text]
    for place, kind in enumerate(kinds):
        # A mark belongs to its letter, and a point between digits to the number.
        if unicodedata.bidirectional(text[place]) == "NSM":
            kinds[place] = kinds[place - 1] if place else ""
        elif not kind and text[place] in ".,:/-+" and kinds[place - 1 : place + 2 : 2] == ["N"] * 2:
            kinds[place] = "N"
    level = 1 if base == "rtl" else 0
    own = "R" if level else "L"
    out: list[int] = []
    strong = own
    place = 0
    while place < len(kinds):
        kind, end = kinds[place], place + 1
        while end < len(kinds) and kinds[end] == kind:
            end += 1
        if kind == "N":
            value = 2 if level or strong == "R" else 0
        elif kind:
            strong = kind
            value = level + (kind != own)
        else:
            after = kinds[end] if end < len(kinds) else own
            before = "R" if out and out[-1] == 2 and not level else strong if out else own
            after = strong if after == "N" else after
            value = level + (before == after != own)
        out += [value] * (end - place)
        place = end
    return out


_KINDS = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}


def _seen(runs: list[tuple[int, _Run]]) -> list[tuple[int, _Run]]:
    """Runs with their levels, in the order in which they are seen from the left (UAX #9, L2)."""
    for level in range(max((level for level, _ in runs), default=0), 0, -1):
        place = 0
        while place < len(runs):
            end = place
            while end < len(runs) and runs[end][0] >= level:
                end += 1
            runs[place:end] = runs[place:end][::-1]
            place = max(end, place + 1)
    return runs


# --- Text ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """Text of one face and one direction; ``width`` in em."""

    text: str
    face: Face
    direction: Direction
    half: bool
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Runs as they are seen from the left, and their width together, in em."""

    runs: tuple[_Run, ...]
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of one size, in pixels; ``leading`` is from line to line."""

    lines: tuple[Line, ...]
    size: int
    leading: int

    @property
    def height(self) -> int:
        """From the top of the first line's letters to the foot of the last one's."""
        return self.size + self.leading * (len(self.lines) - 1) if self.lines else 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What text has to fit into: pixels, sizes of type, and the leading as a multiple of these."""

    width: int
    height: int
    largest: int
    smallest: int
    leading: float = 1.4

    def most_lines(self, size: int) -> int:
        """How many lines of ``size`` fit."""
        if self.height < size:
            return 0
        return int((self.height - size) / round(self.leading * size)) + 1


class Type:
    """Sets text of one weight, of any script, in an edition's ``language``.

    ``missing`` are the characters, in order, that no font has and that were left out.
    """

    def __init__(self, language: str, weight: Weight) -> None:
        self.language, self.weight = language, weight
        self.missing: dict[str, None] = {}

    def _chain(self, text: str) -> Sequence[Face]:
        return faces(text, self.language, self.weight)

    # --- What can be drawn -----------------------------------------------------------------

    def shown(self, text: str) -> str:
        """``text`` without the words that have a character which no font here can draw.

        In scripts without word spaces only the character goes. What went is in ``missing``.
        """
        text = printable(text)
        chain = self._chain(text)
        lost = [each for each in dict.fromkeys(text) if not self._is_drawable(each, chain)]
        if not lost:
            return text
        self.missing.update(dict.fromkeys(lost))
        words = (
            "" if _is_spaced(word) and any(each in word for each in lost) else word
            for word in text.split(" ")
        )
        kept = " ".join(filter(None, words))
        return " ".join("".join(each for each in kept if each not in lost).split())

    def _is_drawable(self, character: str, chain: Sequence[Face]) -> bool:
        if character.isspace() or character in JOINERS:
            return True
        if not has_raqm() and _is_shaped(character):
            return False
        return any(face.has(character) for face in chain)

    # --- Lines -----------------------------------------------------------------------------

    def line(self, text: str, base: Direction, chain: Sequence[Face] | None = None) -> Line:
        """``text`` as one line."""
        text = text.strip()
        chain = self._chain(text) if chain is None else chain
        made: list[tuple[int, _Run]] = []
        for (level, number, half), words in _faced(text, base, chain):
            face = chain[number]
            direction: Direction = "rtl" if level % 2 else "ltr"
            width = face.length(words, direction, half=half)
            made.append((level, _Run(words, face, direction, half, width)))
        runs = tuple(run for _, run in _seen(made))
        return Line(runs, sum(run.width for run in runs), text)

    def fitted(self, text: str, frame: Frame, base: Direction, parts: str = "") -> Setting:
        """``text`` in the largest size at which it fits, in lines of like length.

        Words are divided only where one is wider than a line; what does not fit in the
        ``smallest`` size is cut, with an ellipsis. ``parts`` is what stands between parts of the
        text: where all of them fit, lines end only behind it.
        """
        text = self.shown(text)
        if not text:
            return Setting((), frame.smallest, frame.smallest)
        chain = self._chain(text)
        line = self.line(text, base, chain)
        size = min(frame.largest, int(frame.width / line.width), frame.height)
        if not parts and size >= max(frame.smallest, _LEAST_SHARE * frame.largest):
            return Setting((line,), size, size)
        pieces = _Pieces(self, text, base, chain, parts if parts in text else "")
        if parts and max(pieces.widths) > frame.width / frame.smallest:
            pieces = _Pieces(self, text, base, chain)
        room = frame.width / min(frame.largest, 2 * frame.smallest)
        for tried in (pieces, pieces.divided(room)):
            found = _sized(tried, frame)
            if found is not None:
                size, ends = found
                return self._set(tried.lines(ends), size, frame, base, chain)
        room, most = frame.width / frame.smallest, max(1, frame.most_lines(frame.smallest))
        return self._set(pieces.divided(room).cut(room, most), frame.smallest, frame, base, chain)

    def _set(
        self,
        lines: Sequence[str],
        size: int,
        frame: Frame,
        base: Direction,
        chain: Sequence[Face],
    ) -> Setting:
        made = tuple(self.line(line, base, chain) for line in lines)
        # Widths of pieces add up to that of the line but for what letters do to each other.
        widest = max(line.width for line in made)
        size = min(size, int(frame.width / widest)) if widest * size > frame.width else size
        return Setting(made, size, round(frame.leading * size))

    def width(self, text: str, base: Direction, chain: Sequence[Face]) -> float:
        """The width of ``text`` in em, spaces at its ends included."""
        bare = text.strip()
        blanks = len(text) - len(bare)
        return self.line(bare, base, chain).width + 0.25 * blanks if bare else 0.25 * blanks


_OPENING, _CLOSING = "（「『【〔〈《［｛〖“‘", "）」』】〕〉》］｝〗”’，。、；：！？"


def _faced(
    text: str, base: Direction, chain: Sequence[Face]
) -> Iterator[tuple[tuple[int, int, bool], str]]:
    """Runs of ``text``: their level, their face's place in ``chain``, and whether they are half.

    A mark that opens a line, and the first of two marks that meet, lose the blank half of their
    square (https://www.w3.org/TR/clreq/#punctuation_width_adjustment ).
    """
    clusters = list(wcwidth.iter_graphemes(text))
    levels = _levels(text, base)
    found: list[tuple[tuple[int, int, bool], str]] = []
    place = number = 0
    for cluster, after in zip(clusters, [*clusters[1:], ""], strict=True):
        if not cluster.isspace() or not place:
            goes_on = place > 0 and not cluster.isalnum() and all(map(chain[number].has, cluster))
            number = number if goes_on else _chosen(cluster, chain)
        opens = cluster in _OPENING and (not place or text[place - 1] in _OPENING)
        meets = cluster in _CLOSING and after in _OPENING + _CLOSING and after != ""
        half = chain[number].is_cjk and (opens or meets)
        found.append(((levels[place], number, half), cluster))
        place += len(cluster)
    for key, group in groupby(found, key=lambda each: each[0]):
        yield key, "".join(cluster for _, cluster in group)


def _chosen(cluster: str, chain: Sequence[Face]) -> int:
    """Which face of ``chain`` has a cluster: all of it, or else its first character."""
    visible = [each for each in cluster if each not in JOINERS]
    emoji = "\ufe0f" in cluster
    for wanted in (visible, visible[:1]):
        for number, face in enumerate(chain):
            if emoji and len(wanted) == len(visible) and not face.bitmap:
                continue
            if all(map(face.has, wanted)):
                return number
        emoji = False
    return next((n for n, face in enumerate(chain) if all(map(face.has, visible[:1]))), 0)


def _is_spaced(word: str) -> bool:
    """Whether ``word`` is one of a script with word spaces."""
    return not any(map(is_cjk_char, word))


def _is_shaped(character: str) -> bool:
    """Whether a script needs more than one glyph after the other."""
    kind = unicodedata.bidirectional(character)
    return (
        kind in ("R", "AL") or "\u0900" <= character <= "\u0dff" or "\u1000" <= character < "\u1100"
    )


# --- Breaking a title ----------------------------------------------------------------------

_STOPS = "，。：；！？】—…:;,.!?|｜／"
_CUT = 20.0  # what a break within a phrase costs
_PHRASE = 4.0
_YEAR = re.compile(r"\s*[12][0-9]{3}\b")  # which belongs to the month before it
_PARTICLES = frozenset("的了们們吗嗎呢吧着過过与與和及或之里裡")


class _Pieces:
    """A title in pieces between which a line may end: how wide, how bad an end behind each."""

    def __init__(
        self, type_: Type, text: str, base: Direction, chain: Sequence[Face], parts: str = ""
    ) -> None:
        self._measured = lambda part: type_.width(part, base, chain)
        self._parts = parts
        if parts:
            self.texts = [part + parts for part in text.split(parts)]
            self.texts[-1] = self.texts[-1].removesuffix(parts)
            self.costs = [0.0] * len(self.texts)
        else:
            self.texts = [part for unit in units(text) for part in _signs(unit)]
            phrases = _phrase_ends(text, type_.language)
            self.costs = [_cost(text, end, phrases) for end in accumulate(map(len, self.texts))]
        self.widths = list(map(self._measured, self.texts))

    @property
    def total(self) -> float:
        return sum(self.widths)

    def divided(self, room: float) -> _Pieces:
        """The same with pieces wider than ``room`` em divided, between grapheme clusters."""
        made = copy(self)
        made.texts, made.costs = [], []
        for text, cost, width in zip(self.texts, self.costs, self.widths, strict=True):
            parts = list(wcwidth.iter_graphemes(text)) if width > room else [text]
            made.texts += parts
            made.costs += [_CUT] * (len(parts) - 1) + [cost]
        made.widths = list(map(self._measured, made.texts))
        return made

    def lines(self, ends: Sequence[int]) -> list[str]:
        """The lines that end at ``ends``; what stands between parts is not shown at an end."""
        found = ["".join(self.texts[a:b]) for a, b in pairwise((0, *ends))]
        return [line.removesuffix(self._parts).strip() for line in found]

    def cut(self, room: float, most: int) -> list[str]:
        """As many lines as there is room for, the last with an ellipsis."""
        lines: list[str] = []
        start = 0
        while start < len(self.texts) and len(lines) < most:
            end, width = start, 0.0
            limit = room - (1.2 if len(lines) == most - 1 else 0.0)
            while end < len(self.texts) and (end == start or width + self.widths[end] <= limit):
                width += self.widths[end]
                end += 1
            lines.append("".join(self.texts[start:end]).strip())
            start = end
        if start < len(self.texts):
            lines[-1] = lines[-1].rstrip(_STOPS + " 、") + "…"
        return lines


def _signs(unit: str) -> Sequence[str]:
    """A word of nothing but emoji or other signs in its parts; any other as it is."""
    if any(map(str.isalnum, unit)):
        return (unit,)
    return list(wcwidth.iter_graphemes(unit))


@cache
def _parser(writing: str) -> Any:
    """What knows the phrases of Japanese, of Chinese in old or in new characters."""
    import budoux

    if writing == "ja":
        return budoux.load_default_japanese_parser()
    if writing == "Hant":
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()


def _phrase_ends(text: str, language: str) -> dict[int, int]:
    """Where phrases of a text without word spaces end, and how many characters each has."""
    if not any(map(is_cjk_char, text)):
        return {}
    is_japanese = any("\u3040" <= character <= "\u30ff" for character in text)
    parser = _parser("ja" if is_japanese else "Hant" if "Hant" in language else "Hans")
    lengths = [len(phrase) for phrase in parser.parse(text)]
    return dict(zip(accumulate(lengths), lengths, strict=True))


def _cost(text: str, end: int, phrases: Mapping[int, int]) -> float:
    """How much a line that ends at ``end`` disturbs."""
    before, after = text[:end].rstrip()[-1:], text[end : end + 1]
    if text[end - 2 : end - 1] in tuple(_OPENING) or (before in tuple("年月") and after.isdigit()):
        return _CUT
    if before in _STOPS:
        return 0.0
    if after.isspace() or text[end - 1].isspace():
        if before.isalpha() and _YEAR.match(text, end):
            return 2 * _PHRASE
        # A short word at a line's end waits for the next one.
        last = text[max(0, end - 4) : end].rpartition(" ")[2]
        return 1.5 if len(last) < 4 and last.isascii() else 0.5
    if end in phrases and after not in _PARTICLES:
        # A phrase of one character is most often a preposition or a numeral.
        return _PHRASE if phrases[end] > 1 or before in _PARTICLES else _CUT / 2
    return _CUT if text[end - 1].isalnum() else 1.0


def _sized(pieces: _Pieces, frame: Frame) -> tuple[int, tuple[int, ...]] | None:
    """The best size and line ends, or ``None`` where the smallest does not fit."""
    found: list[tuple[float, int, tuple[int, ...]]] = []
    widest = max(pieces.widths)
    for size in _sizes(frame.largest, frame.smallest):
        if found and size < _LEAST_FOUND * found[0][1]:
            break
        room, most = frame.width / size, frame.most_lines(size)
        if widest > room or pieces.total > most * room:
            continue
        least = max(1, int(-(-pieces.total // room)))
        for count in range(least, min(most, least + 1) + 1):
            broken = _broken(pieces, count, room)
            if broken is not None:
                loss = 1 - size / (found[0][1] if found else size)
                found.append((broken[0] + _LOSS * loss, size, broken[1]))
    if not found:
        return None
    _, size, ends = min(found, key=lambda each: (each[0], -each[1]))
    return size, ends


# A smaller size is taken for one line, or for better line ends, down to these shares of the
# largest that fits; the whole of it weighs as much as so much cost.
_LEAST_SHARE, _LEAST_FOUND, _LOSS = 0.7, 0.4, 30.0


def _sizes(largest: int, smallest: int) -> Iterator[int]:
    size = float(largest)
    while size >= smallest:
        yield int(size)
        size *= 0.95
    yield smallest


def _broken(pieces: _Pieces, count: int, room: float) -> tuple[float, tuple[int, ...]] | None:
    """The worst break and the ends of ``count`` lines of like length; ``None``: they do not fit."""
    ideal = pieces.total / count
    last = len(pieces.texts)
    best: dict[int, tuple[float, float, tuple[int, ...]]] = {0: (0.0, 0.0, ())}
    for number in range(count):
        reached: dict[int, tuple[float, float, tuple[int, ...]]] = {}
        for start, (cost, worst, ends) in best.items():
            width = 0.0
            for end in range(start + 1, last + 1):
                width += pieces.widths[end - 1]
                if width > room:
                    break
                if (end == last) != (number == count - 1):
                    continue
                bad = 0.0 if end == last else pieces.costs[end - 1]
                total = cost + bad + (width - ideal) ** 2 / 3
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, max(worst, bad), (*ends, end))
        best = reached
    found = best.get(last)
    return None if found is None else found[1:]


# --- Drawing -------------------------------------------------------------------------------


def drawn(
    canvas: Image.Image,
    setting: Setting,
    place: tuple[int, int],
    *,
    width: int,
    colour: tuple[int, int, int],
    align: Direction,
) -> None:
    """Draw the lines of ``setting`` below the point ``place``, to its right, ``width`` wide."""
    draw = ImageDraw.Draw(canvas)
    left, top = place
    for number, line in enumerate(setting.lines):
        x = float(left) + (width - line.width * setting.size if align == "rtl" else 0.0)
        # Capitals and ideographs stand about nine tenths of the size above the line's foot.
        baseline = top + round(0.88 * setting.size) + number * setting.leading
        for run in line.runs:
            _draw_run(canvas, draw, run, (x, baseline), setting.size, colour)
            x += run.width * setting.size


def _draw_run(
    canvas: Image.Image,
    draw: ImageDraw.ImageDraw,
    run: _Run,
    place: tuple[float, int],
    size: int,
    colour: tuple[int, int, int],
) -> None:
    arguments = shaping(run.direction, half=run.half)
    if not run.face.bitmap:
        font = font_of(run.face.file, size)
        draw.text(place, run.text, fill=colour, font=font, anchor="ls", **arguments)
        return
    font = font_of(run.face.file, BITMAP)
    box = (max(1, round(run.width * BITMAP)), round(1.3 * BITMAP))
    layer = Image.new("RGBA", box, (*colour, 0))
    pen = ImageDraw.Draw(layer)
    pen.text(
        (0, round(1.02 * BITMAP)),
        run.text,
        font=font,
        anchor="ls",
        embedded_color=True,
        **arguments,
    )
    scale = size / BITMAP
    layer = layer.resize((max(1, round(box[0] * scale)), max(1, round(box[1] * scale))))
    canvas.paste(layer, (round(place[0]), place[1] - round(1.02 * size)), layer)
