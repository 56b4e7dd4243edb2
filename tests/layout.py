"""What a printed page may not do, as functions that say where it does.

Each takes what :func:`tests.printed.read` gives and returns its findings, a line for each, with
page and place; none if all is well. tests/test_layout.py shows each a page with the fault that it
is there to find. :func:`faults` gathers those that need to know nothing but the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from unicodedata import bidirectional
from urllib.parse import unquote

from tests.printed import Box, Glyph, Jump, Line, Picture, Printed, Sheet

__all__ = [
    "MM",
    "bare_pages",
    "captions_astray",
    "cut_addresses",
    "empty_columns",
    "entries",
    "faults",
    "footless",
    "headings_alone",
    "headless",
    "lonely_lines",
    "notes_astray",
    "outside",
    "overlaps",
    "paragraph_lines",
    "squeeze",
    "tiny",
    "untrue_contents",
    "wide_gaps",
]

MM = 72 / 25.4
"""Points in a millimetre."""

_CROP_SAFE = 10 * MM
# What is covered by a finger's breadth at a copier's edge; a hundredth of a point is rounding.
_ROUNDING = 0.6
_SMALLEST = 7.5
# A heading has this many lines below it.
_LINES_BELOW_HEADING = 2
# Below (or above, or beside) its picture a caption stands this close, in em of its own size.
_CAPTION_GAP = 2.2
_TOP = re.compile(r"a\d+-top")
_NOTE = re.compile(r"(?P<article>.*)-note-(?P<name>.+)")
_LEADER = re.compile(r"[.·…‥]{3,}")
_NUMBER = re.compile(r"\d+")


def squeeze(words: str) -> str:
    """Return ``words`` without any white space, as lines have them."""
    return "".join(words.split())


def faults(printed: Printed, *, notes_at_foot: bool = True) -> list[str]:
    """Return all that can be found without knowing what the text should be."""
    found = notes_astray(printed, at_foot=notes_at_foot)
    checks = (
        *(outside, overlaps, wide_gaps, captions_astray, headings_alone, bare_pages),
        *(untrue_contents, footless, cut_addresses, tiny),
    )
    for check in checks:
        found += check(printed)
    return found


# --- Where things may be -------------------------------------------------------------------


def outside(printed: Printed, margin: float = _CROP_SAFE, sides: float | None = None) -> list[str]:
    """Return what is nearer to an edge of the paper than ``margin`` points.

    ``sides`` is for the left and the right edge, where those of the type area are known.
    """
    beside = margin if sides is None else sides
    found = []
    for sheet in printed.sheets:
        inner = Box(beside, margin, sheet.width - beside, sheet.height - margin)
        things: list[tuple[Box, object]] = [
            (Box(line.left, line.core.top, line.right, line.baseline), line) for line in sheet.lines
        ]
        things += [(each.box, f"picture {each.box}") for each in sheet.pictures]
        things += [(box, f"rule or ground {box}") for box in sheet.rules]
        for box, name in things:
            over = max(
                inner.left - box.left,
                inner.top - box.top,
                box.right - inner.right,
                box.bottom - inner.bottom,
            )
            if over > _ROUNDING:
                found.append(f"page {sheet.number}: {over:.1f} pt outside the margins: {name}")
    return found


def overlaps(printed: Printed) -> list[str]:
    """Return lines of text that cover each other, and pictures that cover text or each other."""
    return [each for sheet in printed.sheets for each in _overlaps(sheet)]


def _overlaps(sheet: Sheet) -> Iterator[str]:
    lines = sorted(sheet.lines, key=lambda line: line.core.top)
    for place, line in enumerate(lines):
        for other in lines[place + 1 :]:
            if other.core.top >= line.core.bottom:
                break
            if line.core.covers(other.core, 0.8) and not _sits_on(line, other):
                yield f"{line} is printed over “{other.text[:40]}”"
        for picture in sheet.pictures:
            # A sign in the line is as high as its letters.
            if picture.box.height > 2 * line.size and line.core.covers(picture.box, 1):
                yield f"{line} is printed over the picture {picture.box}"
    for place, picture in enumerate(sheet.pictures):
        for second in sheet.pictures[place + 1 :]:
            if picture.box.covers(second.box, 1):
                yield f"page {sheet.number}: pictures {picture.box} and {second.box} overlap"


def _sits_on(line: Line, other: Line) -> bool:
    """Whether one is a mark above the other's line: much smaller, and not over its letters."""
    small, large = sorted((line, other), key=lambda each: each.size)
    if small.size > 0.8 * large.size:
        return False
    return not any(
        Box(glyph.left, glyph.baseline - 0.48 * glyph.size, glyph.right, glyph.baseline).covers(
            small.core, 0.5
        )
        for glyph in large.glyphs
    )


def wide_gaps(printed: Printed, most: float = 1.0) -> list[str]:
    """Return gaps within a line of running text that are wider than ``most`` em.

    Only within paragraphs: what is set in columns, or has leaders, has gaps.
    """
    found = []
    for sheet in printed.sheets:
        for left, right in pairwise(sheet.body):
            same = abs(left.baseline - right.baseline) < 0.1 and left.kinds[1:] == right.kinds[1:]
            if not same or "P" not in left.kinds or left.within("TD", "TH", "L"):
                continue
            gap = max(right.left - left.right, left.left - right.right)
            if most * left.size < gap < 4 * left.size:
                found.append(f"{left}: {gap / left.size:.1f} em before “{right.text[:20]}”")
    return found


# --- Pictures and captions -----------------------------------------------------------------


def captions_astray(printed: Printed) -> list[str]:
    """Return captions that do not stand at their picture, its placeholder or their table."""
    found = []
    for sheet in printed.sheets:
        for caption in _captions(sheet):
            if "Table" in caption[0].kinds:
                if not _at_table(sheet, caption):
                    found.append(f"{caption[0]}: the caption of a table that is not below it")
            elif not any(_at(caption, each) for each in (*sheet.pictures, *sheet.fills)):
                found.append(f"{caption[0]}: a caption without its picture above or beside it")
    return found


def _captions(sheet: Sheet) -> Iterator[list[Line]]:
    """The lines of each caption."""
    lines: list[Line] = []
    for line in sheet.body:
        if not line.within("Caption"):
            continue
        if lines and not 0 <= line.baseline - lines[-1].baseline < 2.2 * line.size:
            yield lines
            lines = []
        lines.append(line)
    if lines:
        yield lines


def _bounds(lines: Sequence[Line]) -> Box:
    boxes = [line.box for line in lines]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _at(caption: Sequence[Line], picture: Picture) -> bool:
    box, near = _bounds(caption), _CAPTION_GAP * caption[0].size
    # A ground behind the caption itself is no picture.
    if picture.box.covers(box, 2):
        return False
    both = box.shared(picture.box)
    below = both.width > 0 and -2 <= box.top - picture.box.bottom <= near
    beside = both.height > 0 and -both.width <= near
    return below or beside


def _at_table(sheet: Sheet, caption: Sequence[Line]) -> bool:
    box = _bounds(caption)
    return any(
        0 < line.baseline - box.bottom < 5 * line.size
        for line in sheet.body
        if line.within("TH", "TD") and not line.within("Caption")
    )


# --- Notes ---------------------------------------------------------------------------------


def notes_astray(printed: Printed, *, at_foot: bool = True) -> list[str]:
    """Return notes that are not there, there twice, or not on their first mark's page or the next.

    Without ``at_foot`` notes stand behind their article, and only have to come after their marks.
    """
    found = []
    marks: dict[str, int] = {}
    for sheet in printed.sheets:
        for link in sheet.links:
            if link.is_inside and _NOTE.fullmatch(link.target):
                marks.setdefault(link.target, sheet.number)
    for name, page in marks.items():
        if name not in printed.places:
            found.append(f"page {page}: the mark of {name} leads nowhere")
            continue
        there = printed.places[name][0]
        if there < page or (at_foot and there > page + 1):
            found.append(f"page {page}: the note {name} stands on page {there}")
    places = [name for name in printed.places if _NOTE.fullmatch(name)]
    found += [f"page {printed.places[n][0]}: {n} has no mark" for n in places if n not in marks]
    return found + list(_printed_twice(printed, places))


def _printed_twice(printed: Printed, places: Iterable[str]) -> Iterator[str]:
    """Each note's number, which leads back to its mark, stands once where its place is."""
    expected = Counter(printed.places[name][0] for name in places)
    for sheet in printed.sheets:
        back = (link for link in sheet.links if link.is_inside and "-ref-" in link.target)
        numbers = [words for words in map(sheet.under, back) if words.isdigit()]
        if expected[sheet.number] != len(numbers):
            yield (
                f"page {sheet.number}: {expected[sheet.number]} notes have their place here, "
                f"but {len(numbers)} numbers of notes are printed: {', '.join(numbers)}"
            )


# --- Headings, paragraphs, pages -----------------------------------------------------------


def headings_alone(printed: Printed, least: int = _LINES_BELOW_HEADING) -> list[str]:
    """Return headings with fewer than ``least`` lines (or a picture) below them in their column."""
    found = []
    for sheet in printed.sheets:
        lines = [line for line in sheet.body if not line.within("Lbl")]
        for place, line in enumerate(lines):
            below = lines[place + 1 : place + 2]
            if not line.heading or (below and _continues(line, below[0])):
                continue
            room = _room_below(sheet, line, lines[place + 1 :])
            if room < least and not (room and _is_all(printed, sheet)):
                found.append(f"{line}: a heading without {least} lines of its text below it")
    return found


def _continues(line: Line, following: Line) -> bool:
    """Whether the next line is a heading as well: then that one has to have the text."""
    return following.heading > 0 and following.baseline > line.baseline


def _is_all(printed: Printed, sheet: Sheet) -> bool:
    """Whether a page's text goes on with a heading or not at all: a short section is all there."""
    rest = (line for each in printed.sheets[sheet.number :] for line in each.body)
    following = next(rest, None)
    return following is None or following.heading > 0


def _room_below(sheet: Sheet, heading: Line, following: Sequence[Line]) -> float:
    """How many lines stand below a heading in its column; a picture or box counts for many."""
    near = 8 * max(heading.size, 10)
    for each in (*sheet.pictures, *sheet.fills):
        starts, ends = each.box.top - heading.baseline, each.box.bottom - heading.baseline
        if ends > 0 and starts < near:
            both = each.box.shared(heading.box)
            if both.width > 0 and each.box.height > heading.size * 1.5:
                return float("inf")
    heights: set[int] = set()
    for line in following:
        if line.baseline <= heading.baseline:
            break  # the next column
        if line.heading:
            return float("inf") if heights else 0  # a short section is all there is
        heights.add(round(line.baseline / 3))
    return len(heights)


def bare_pages(printed: Printed, least: float = 0.25) -> list[str]:
    """Return empty pages, and those used by less than ``least`` that do not end an article.

    Used are text, pictures and notes together. The page before a place ``a1-top`` (or any other
    article's), the one before a bookmark of the first level, and the last of all may end where they
    do.
    """
    top, bottom = printed.area
    starts = {page for name, (page, _) in printed.places.items() if _TOP.fullmatch(name)}
    starts.update(printed.chapters)
    found = []
    for sheet in printed.sheets:
        boxes = [line.box for line in sheet.body] + [each.box for each in sheet.pictures]
        notes = [line.box for line in sheet.content if line.within("Note")]
        if not boxes and not notes:
            found.append(f"page {sheet.number} is empty")
            continue
        may_end = sheet.number + 1 in starts or sheet.number == printed.count
        used = max((box.bottom for box in boxes), default=top) - top
        if notes:
            used += max(box.bottom for box in notes) - min(box.top for box in notes)
        if not may_end and used < least * (bottom - top):
            share = used / (bottom - top)
            found.append(f"page {sheet.number}: only {share:.0%} of the type area is used")
    return found


def empty_columns(printed: Printed, least: int = 8) -> list[str]:
    """Return pages of two columns with ``least`` lines or more in one and nothing in the other.

    For text that is set in two columns: lists and verse in one column may be as narrow.
    """
    found = []
    for sheet in printed.sheets:
        middle = sheet.width / 2
        prose = [line for line in sheet.body if "P" in line.kinds and not line.within("TD", "TH")]
        left = [line for line in prose if line.right < middle]
        right = [line for line in prose if line.left > middle]
        for full, bare, name in ((left, right, "right"), (right, left, "left")):
            if len(full) >= least and len(full) > 0.6 * len(prose) and not bare:
                where = _bounds(full)
                pictures = (each.box for each in (*sheet.pictures, *sheet.fills))
                start, end = (middle, sheet.width) if name == "right" else (0.0, middle)
                beside = Box(start, where.top, end, where.bottom)
                if not any(beside.covers(box, 20) for box in pictures):
                    found.append(
                        f"page {sheet.number}: {len(full)} lines and nothing in the {name} column"
                    )
    return found


def paragraph_lines(printed: Printed, words: str) -> list[list[int]] | None:
    """Return on which pages, and how many lines there, the paragraph ``words`` takes.

    One list ``[page, lines]`` for each page or column that it is on, ``None`` where it is not
    found. Marks of notes, indices and powers in it are passed over. For scripts that run from
    left to right: letters of others come in the order of drawing.
    """
    stream = _Stream.of(printed)
    return stream.find(squeeze(words))


def lonely_lines(printed: Printed, paragraphs: Iterable[str]) -> list[str]:
    """Return paragraphs of which one line alone stands at the top or the foot of a page or column.

    A paragraph that is not found is told as well: then its text is not whole, or out of order.
    """
    stream = _Stream.of(printed)
    found = []
    for words in paragraphs:
        runs = stream.find(squeeze(words))
        if runs is None:
            found.append(f"not found in one piece: “{words[:60]}”")
        elif len(runs) > 1:
            ends = (("first", runs[0]), ("last", runs[-1]))
            found += [
                f"page {page}: the {name} line of a paragraph alone: “{words[:60]}”"
                for name, (page, lines) in ends
                if lines < 2
            ]
    return found


class _Stream:
    """The text of all pages in one piece, and which line each letter is of."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: list[Line] = []
        self.starts: list[int] = []
        pieces: list[str] = []
        length = 0
        for line in lines:
            words = _whole("".join(g.text for g in line.glyphs if not _is_mark(g, line)))
            if words:
                self.lines.append(line)
                self.starts.append(length)
                pieces.append(words)
                length += len(words)
        self.text = "".join(pieces)

    @classmethod
    def of(cls, printed: Printed) -> _Stream:
        return cls(line for line in printed.body_lines if not line.within("Lbl"))

    def find(self, words: str) -> list[list[int]] | None:
        """``words`` may be there several times (in the contents, at a glance): the last counts."""
        words = _whole(words)
        start = self.text.rfind(words)
        if not words or start < 0:
            return None
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, start + len(words) - 1) - 1
        runs: list[list[int]] = []
        before: Line | None = None
        for line in self.lines[first : last + 1]:
            if before is None or line.page != before.page or _is_higher(line, before):
                runs.append([line.page, 1])
            elif line.baseline - before.baseline > 0.6 * line.size:
                runs[-1][1] += 1
            before = line
        return runs


def _whole(words: str) -> str:
    """``words`` without hyphens: those at the ends of lines are the printer's."""
    return re.sub("[-\u00ad\u2010]", "", words)


def _is_higher(line: Line, before: Line) -> bool:
    return before.baseline - line.baseline > 0.6 * max(line.size, before.size)


def _is_mark(glyph: Glyph, line: Line) -> bool:
    """Whether a letter is the mark of a note, an index or a power."""
    return glyph.size < 0.82 * line.size and abs(glyph.baseline - line.baseline) > 0.5


def tiny(printed: Printed, least: float = _SMALLEST) -> list[str]:
    """Return text smaller than ``least`` points; marks, indices and ruby at their line may be."""
    found = []
    for sheet in printed.sheets:
        large = [line for line in sheet.lines if line.size >= least - 0.01]
        for line in sheet.lines:
            small = [glyph for glyph in line.glyphs if glyph.size < least - 0.01]
            small = [glyph for glyph in small if not (line.size >= least and _is_mark(glyph, line))]
            if small and not any(_companion(line, other) for other in large):
                found.append(f"{line}: letters of {min(g.size for g in small):.1f} pt")
    return found


def _companion(small: Line, line: Line) -> bool:
    """Whether a small line belongs to another: a mark beside it, or ruby over it."""
    if line is small or small.right - small.left > 12 * small.size:
        return False
    apart = max(small.left - line.right, line.left - small.right)
    return abs(small.baseline - line.baseline) < 1.3 * line.size and apart < 0.5 * line.size


# --- Numbers of pages ----------------------------------------------------------------------


def _foot(sheet: Sheet) -> tuple[list[int], Line] | None:
    """The numbers in the foot: its lowest line that is no content."""
    lines = [line for line in sheet.margin_lines if line.baseline > sheet.height / 2]
    lines = [line for line in lines if _NUMBER.search(line.text)]
    if not lines:
        return None
    lowest = max(lines, key=lambda line: line.baseline)
    beside = [line for line in lines if abs(line.baseline - lowest.baseline) < 1]
    words = " ".join(line.text for line in sorted(beside, key=lambda line: line.left))
    return [int(number) for number in _NUMBER.findall(words)], lowest


def footless(printed: Printed, bare: Iterable[int] = ()) -> list[str]:
    """Return pages whose foot does not say "page x of y" with the true numbers.

    The pages ``bare`` have no foot, and may not have one.
    """
    found = []
    without = set(bare)
    for sheet in printed.sheets:
        foot = _foot(sheet)
        if sheet.number in without:
            found += [f"page {sheet.number} has a foot: {foot[1].text}"] if foot else []
        elif foot is None:
            found.append(f"page {sheet.number} has no number at its foot")
        elif sorted(foot[0]) != sorted((sheet.number, printed.count)):
            found.append(
                f"{foot[1]}: the foot of page {sheet.number} of {printed.count} counts {foot[0]}"
            )
    return found


def headless(printed: Printed, titles: Sequence[str], *, right_only: bool = False) -> list[str]:
    """Return pages whose running head does not name the article, and first pages that have one.

    ``titles`` are those of the articles whose places are ``a1-top``, ``a2-top``, ...; a head may
    cut its title (…). With ``right_only`` left-hand pages name something else.
    """
    tops = {
        number: printed.places[f"a{number}-top"][0]
        for number in range(1, len(titles) + 1)
        if f"a{number}-top" in printed.places
    }
    missing = [n for n in range(1, len(titles) + 1) if n not in tops]
    found = [f"there is no place a{number}-top" for number in missing]
    end = max(tops.values(), default=0)
    # What follows the last article has a bookmark of the first level.
    last = min((page for page in printed.chapters if page > end), default=printed.count + 1)
    for sheet in printed.sheets:
        head = _head(sheet)
        if sheet.number in tops.values():
            found += [f"page {sheet.number} begins an article and has a head: {head}"] * bool(head)
            continue
        before = [number for number, page in tops.items() if page < sheet.number]
        if not before or sheet.number >= last or (right_only and sheet.number % 2 == 0):
            continue
        name = titles[max(before, key=lambda number: (tops[number], number)) - 1]
        if not _names(head, name):
            found.append(f"page {sheet.number}: the head “{head}” does not name “{name}”")
    return found


def _head(sheet: Sheet) -> str:
    lines = [line for line in sheet.margin_lines if line.baseline < sheet.height / 2]
    return "".join(line.text for line in sorted(lines, key=lambda line: line.left))


def _names(head: str, title: str) -> bool:
    """Whether ``head`` holds ``title``, or its beginning and a mark of what is cut."""
    words = squeeze(title)
    if words in head:
        return True
    if _is_from_the_right(words):
        return not Counter(words) - Counter(head)
    cut = head.find("…")
    return cut > 0 and any(words.startswith(head[start:cut]) for start in range(max(cut - 3, 1)))


# --- Contents ------------------------------------------------------------------------------


def entries(printed: Printed) -> list[tuple[Jump, str, int]]:
    """Return the lines of the contents: link, words, and the number of the page at its end.

    Lines of the contents are links within the file whose words end in leaders and a number.
    """
    found = []
    for sheet in printed.sheets:
        for link in _outermost(sheet.links):
            # Leaders are no content.
            lines = [line for line in sheet.lines if link.box.covers(line.core, 0.3)]
            words = "".join(line.text for line in sorted(lines, key=lambda line: line.left))
            number = _NUMBER.search(_LEADER.split(words)[-1]) if _LEADER.search(words) else None
            number = number or (_NUMBER.search(words) if _LEADER.match(words[::-1]) else None)
            if number:
                found.append((link, words, int(number[0])))
    return found


def _outermost(links: Iterable[Jump]) -> Iterator[Jump]:
    """The links within the file, without those that lie in one of the same target."""
    held: list[Jump] = []
    for link in sorted(links, key=lambda each: -each.box.width):
        if not link.is_inside:
            continue
        if not any(link.target == each.target and link.box.covers(each.box) for each in held):
            held.append(link)
    yield from sorted(held, key=lambda each: (each.box.top, each.box.left))


def untrue_contents(printed: Printed, expected: int | None = None) -> list[str]:
    """Return lines of the contents whose number is not that of the page they lead to.

    Both the number that the page's foot prints and its true place in the file have to agree.
    ``expected`` is how many lines there have to be. Numbers stand at one edge.
    """
    found = []
    lines = entries(printed)
    if expected is not None and len(lines) != expected:
        found.append(f"the contents have {len(lines)} lines with a page, not {expected}")
    for link, words, number in lines:
        if link.target not in printed.places:
            found.append(f"page {link.page}: “{words[:40]}” leads nowhere ({link.target})")
            continue
        page = printed.places[link.target][0]
        foot = _foot(printed.sheet(page))
        if number != page or (foot and number not in foot[0]):
            found.append(
                f"page {link.page}: “{words[:40]}” says {number} and leads to page {page}"
                + (f", which is printed {foot[1].text}" if foot else "")
            )
    return found + list(_ragged(lines))


def _ragged(lines: Sequence[tuple[Jump, str, int]]) -> Iterator[str]:
    """Numbers that end near the edge of the others and not at it (a far edge: another column)."""
    edges: dict[int, Counter[int]] = defaultdict(Counter)
    for link, _, _ in lines:
        edges[link.page][round(link.box.right)] += 1
    for link, words, _ in lines:
        own, others = round(link.box.right), edges[link.page]
        near = sum(count for edge, count in others.items() if abs(edge - own) <= 60)
        if sum(others[own + step] for step in (-1, 0, 1)) == 1 and near > 1:
            yield f"page {link.page}: the number of “{words[:40]}” stands alone at its edge"


# --- Links ---------------------------------------------------------------------------------


def cut_addresses(printed: Printed) -> list[str]:
    """Return addresses in print that are not what their link leads to: cut, or with a hyphen."""
    found = []
    for sheet in printed.sheets:
        groups: dict[str, list[str]] = defaultdict(list)
        for link in sheet.links:
            if not link.is_inside:
                groups[link.target].append(sheet.under(link))
        for target, pieces in groups.items():
            shown = "".join(pieces)
            if not re.match(r"(https?://|www\.)", shown):
                continue
            if not _is_of(_plain(shown), _plain(target)):
                found.append(f"page {sheet.number}: “{shown[:80]}” is printed for {target}")
    return found


def _is_of(shown: str, address: str) -> bool:
    """Whether ``shown`` is ``address``, several times perhaps, or its beginning and an ellipsis."""
    if _is_from_the_right(address):
        # Joined letters come as they are drawn.
        shown, address = (re.sub(r"[^!-~]", "", words) for words in (shown, address))
    rest = shown.replace(address, "")
    return not rest or (rest.endswith("…") and rest[:-1] in address)


def _is_from_the_right(words: str) -> bool:
    """Whether letters in ``words`` run from right to left: they come in the order of drawing."""
    return any(bidirectional(letter) in ("R", "AL") for letter in words)


def _plain(address: str) -> str:
    return squeeze(unquote(address)).rstrip("/")
