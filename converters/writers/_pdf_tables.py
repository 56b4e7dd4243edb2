"""A table of more columns than a page has room for, as several tables, one below the other.

It is divided by columns, as printed reference works do, and the first, which says what a row is
about, is repeated. Smaller type or words broken into single letters would keep the table whole,
and nobody could read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from msgspec.structs import replace

from converters.article import Cell, Paragraph, Row, Table, Text, plain_text
from converters.writers._pdf_typography import em_width
from converters.writers.html import columns_of

__all__ = ["PADDING", "SHORT", "divided", "is_box", "is_high", "shares", "widths"]

SHORT = 6.0
"""The words of a cell that are no longer stay on one line, in em."""

PADDING = 1.2
"""What stands left and right of a cell's words, in em."""

# A word that is longer than this may break, and does not ask for a wider column.
_LONGEST = 10.0
# A column whose words are broken has room for so much of one, and what a cell that long asks for.
_PART, _ENDLESS = 7.2, 400.0
# Between the words of two columns, in em of the smallest letters.
_GAP = 0.7
# Words in a box, in em, that are an article's text and not a box's.
_BOXFUL = 500.0
# Bold letters are wider.
_BOLD = 1.1
# The distance of a table's lines, in em of its letters.
_LEADING = 1.45
# Letters that are narrower and wider than others, in em of Noto Serif, rounded up.
_LETTERS = (
    ("ijlftI.,:;!'|()[] -/\"", 0.37),
    ("rscz", 0.5),
    ("0123456789", 0.56),
    ("mMwWQO@%&", 0.96),
)
# What a line does not break in.
_WORDS = re.compile("[^\\s\u2e80-\u9fff\uff00-\uffef]+")


def divided(table: Table, room: float) -> list[Table]:
    """``table`` as tables whose longest words fit ``room``, in em of the tables' letters.

    Each has the first column, whose notes and links stay with the first, and as many of the others
    as fit, two columns at least. The caption is the first's. What reaches over several columns is
    repeated where they are divided.
    """
    asked = [min(width, _LONGEST) + PADDING for width in widths(table)]
    groups = _groups(asked, room, len(asked))
    if len(groups) < 2:
        return [table]
    # As many columns in each, if that can be, and not the last one alone with two.
    even = _groups(asked, room, ceil((len(asked) - 1) / len(groups)))
    if len(even) == len(groups):
        groups = even
    return [_part(table, group, is_first=group is groups[0]) for group in groups]


def _groups(asked: Sequence[float], room: float, most: int) -> list[list[int]]:
    """The columns behind the first in groups of at most ``most`` that fit beside it."""
    groups: list[list[int]] = []
    left = 0.0
    for column, width in enumerate(asked[1:], 1):
        if not groups or left < width or len(groups[-1]) == most:
            groups.append([])
            left = room - asked[0]
        groups[-1].append(column)
        left -= width
    return groups


def widths(table: Table) -> list[float]:
    """The width in em of what cannot break in each column: a short cell, else its longest word.

    A cell that reaches over several columns asks for nothing.
    """
    found: dict[int, float] = {}
    for rows in (table.head, table.body, table.foot):
        for cells in columns_of(rows):
            for column, cell in cells:
                asked = _unbroken(cell) if cell.colspan == 1 else 1.0
                for place in range(column, column + cell.colspan):
                    found[place] = max(found.get(place, 1.0), asked)
    return [found.get(column, 1.0) for column in range(max(found, default=-1) + 1)]


def is_box(table: Table) -> bool:
    """Whether a table is a page's way to put a frame around much text: a column without a head.

    No page can end well within a cell, and a frame around three pages says nothing.
    """
    rows = (*table.head, *table.body, *table.foot)
    cells = [cell for row in rows for cell in row.cells]
    if table.head or any(len(row.cells) > 1 for row in rows) or any(cell.header for cell in cells):
        return False
    return sum(em_width(plain_text(cell.content)) for cell in cells) > _BOXFUL


def is_high(row: Row, measure: float, height: float) -> bool:
    """Whether a row is higher than ``height`` in a table of this ``measure``, both in em.

    Columns are about as wide as their words ask for.
    """
    words = sum(em_width(plain_text(cell.content)) for cell in row.cells)
    return words / measure * _LEADING > height


def shares(table: Table, room: float) -> list[float]:
    """The widths of the columns of a table whose words have to be broken, in shares of ``room``.

    All are in em of the table's letters. Each column has room for a part of a word. The rest goes
    to the columns by their longest cells, so that no row is higher than it must be. Empty where
    columns cannot be told apart.
    """
    longest: dict[int, float] = {}
    for cells in columns_of((*table.head, *table.body, *table.foot)):
        for column, cell in cells:
            if cell.colspan == 1:
                words = min(em_width(plain_text(cell.content)), _ENDLESS)
                longest[column] = max(longest.get(column, 0.0), words)
    least = [min(width, _PART) + _GAP for width in widths(table)]
    if len(least) != len(longest) or not all(longest.values()):
        return []
    more = [max(longest[column] - width, 0.1) for column, width in enumerate(least)]
    rest = max(room - sum(least), 0.0)
    found = [width + rest * each / sum(more) for width, each in zip(least, more, strict=True)]
    return [width / sum(found) for width in found]


def _unbroken(cell: Cell) -> float:
    words = plain_text(cell.content)
    if em_width(words) <= SHORT:
        longest = _drawn(words)
    else:
        longest = max(map(_drawn, _WORDS.findall(words)), default=1.0)
    return max(longest, 1.0) * (_BOLD if cell.header else 1)


def _drawn(word: str) -> float:
    """The width of a word in em, letter by letter: few letters do not make an average."""
    return sum(map(_letter, word))


def _letter(character: str) -> float:
    if not character.isascii():
        return max(em_width(character), 0.6)
    for letters, width in _LETTERS:
        if character in letters:
            return width
    return 0.7 if character.isupper() else 0.6


def _part(table: Table, group: Sequence[int], *, is_first: bool) -> Table:
    columns = {0, *group}
    sections = {
        name: tuple(_rows(getattr(table, name), columns, group[0], is_first=is_first))
        for name in ("head", "body", "foot")
    }
    sides = table.alignments
    return Table(
        **sections,
        caption=table.caption if is_first else (),
        alignments=tuple(sides[column] for column in (0, *group) if column < len(sides)),
    )


def _rows(rows: Sequence[Row], columns: set[int], start: int, *, is_first: bool) -> Iterator[Row]:
    for cells in columns_of(rows):
        kept = []
        for column, cell in cells:
            width = len(columns.intersection(range(column, column + cell.colspan)))
            if not width:
                continue
            again = not is_first and column < start
            kept.append(replace(_words(cell) if again else cell, colspan=width))
        yield Row(tuple(kept))


def _words(cell: Cell) -> Cell:
    """A cell that was printed before: its words, without what can be in a file only once."""
    return replace(cell, content=(Paragraph((Text(plain_text(cell.content)),)),))
