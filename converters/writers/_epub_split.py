"""Dividing a long article into documents that every e-reader can open (EP-17).

calibre keeps documents below 260 KB for readers on Adobe's engine (its option ``flow_size``). A
part ends before a heading of the highest level that makes parts small enough; failing that,
between two paragraphs; failing that, within a list, a table, a quotation, even a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from converters.article import (
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionList,
    Emphasis,
    Figure,
    Heading,
    Inline,
    Link,
    OrderedList,
    Paragraph,
    Row,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Underline,
)

__all__ = ["parts"]

_WRAPPERS = (
    Emphasis,
    Strong,
    Strikeout,
    Underline,
    Superscript,
    Subscript,
    Link,
    Span,
)
# Where a text may be divided: after the mark that ends a sentence, or else at a space.
_SENTENCE_END = re.compile(r"[。！？；](?=[^」』”’）])|[.!?;](?=\s)|\s")
# What both halves have is less than the rest; else a link's address of 200 KB would be in the book
# as often as the link has letters.
_GROWTH = 1.5


_Part = TypeVar("_Part")
_Whole = TypeVar("_Whole")


class _Piece(NamedTuple):
    """A block, and how many bytes its markup takes with the notes that it calls."""

    block: Block
    size: int


def parts(
    blocks: Sequence[Block], measure: Callable[[Block], int], limit: int
) -> list[tuple[Block, ...]]:
    """Divide ``blocks`` into parts whose sizes add up to at most ``limit`` bytes each.

    ``measure`` gives the size of one block. A part exceeds the limit only where one indivisible
    block does (a table all of whose rows hang together), or one that would say more twice than
    it says: the address of a link, the head of a table.
    """
    pieces = [piece for block in blocks for piece in _divided(block, measure, limit // 2)]
    groups = _grouped(pieces, limit, (2, 3, 0))
    return [tuple(piece.block for piece in group) for group in groups]


def _divided(block: Block, measure: Callable[[Block], int], limit: int) -> Iterator[_Piece]:
    """``block`` itself where it is small enough, or the pieces it can be divided into."""
    waiting = [_Piece(block, measure(block))]
    while waiting:
        whole = waiting.pop()
        halves = _halves(whole.block) if whole.size > limit else None
        pieces = [_Piece(half, measure(half)) for half in halves or ()]
        if pieces and sum(piece.size for piece in pieces) <= _GROWTH * whole.size:
            waiting.extend(reversed(pieces))
        else:
            yield whole


def _grouped(
    pieces: Sequence[_Piece], limit: int, levels: tuple[int, ...]
) -> list[Sequence[_Piece]]:
    """Gather ``pieces`` into groups within ``limit``, divided at headings of ``levels[0]``.

    Level 0 stands for any block: there a heading stays with the block after it.
    """
    groups: list[Sequence[_Piece]] = []
    room = 0
    for section in _sections(pieces, levels[0]):
        size = sum(piece.size for piece in section)
        if size <= room:
            groups[-1] = (*groups[-1], *section)
            room -= size
        elif size <= limit or len(levels) == 1:
            groups.append(section)
            room = limit - size
        else:
            groups.extend(_grouped(section, limit, levels[1:]))
            room = limit - sum(piece.size for piece in groups[-1])
    return groups


def _sections(pieces: Sequence[_Piece], level: int) -> Iterator[tuple[_Piece, ...]]:
    section: list[_Piece] = []
    for piece in pieces:
        if level:
            begins = isinstance(piece.block, Heading) and piece.block.level <= level
        else:
            begins = not all(isinstance(before.block, Heading) for before in section)
        if begins and section:
            yield tuple(section)
            section = []
        section.append(piece)
    if section:
        yield tuple(section)


# --- Halves --------------------------------------------------------------------------------


def _halves(block: Block) -> tuple[Block, ...] | None:
    """``block`` as smaller blocks of its kind; ``None`` where it cannot be divided."""
    match block:
        case Paragraph(content=content):
            return _each(_run_halves(content), Paragraph)
        case BlockQuote():
            return _quote_halves(block)
        case BulletList(items=items):
            return _each(_item_halves(items), BulletList)
        case OrderedList(items=items):
            return _ordered_halves(block, items)
        case DefinitionList(items=items) if len(items) > 1:
            middle = len(items) // 2
            return DefinitionList(items[:middle]), DefinitionList(items[middle:])
        case CodeBlock(text=text) if len(text) > 1:
            middle = text.rfind("\n", 0, len(text) // 2) + 1 or len(text) // 2
            return replace(block, text=text[:middle]), replace(block, text=text[middle:])
        case Table():
            return _table_halves(block)
        case Figure(images=images) if len(images) > 1:
            middle = len(images) // 2
            first = replace(block, images=images[:middle], caption=(), credit=())
            return first, replace(block, images=images[middle:], identifier="")
        case _:
            return None


def _each(
    parts: tuple[_Part, ...] | None, make: Callable[[_Part], _Whole]
) -> tuple[_Whole, ...] | None:
    return None if parts is None else tuple(make(part) for part in parts)


def _block_halves(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...] | None:
    """A sequence of blocks as two; a sequence of one as the halves of that one."""
    if len(blocks) > 1:
        middle = len(blocks) // 2
        return blocks[:middle], blocks[middle:]
    return _each(_halves(blocks[0]) if blocks else None, lambda half: (half,))


def _quote_halves(quote: BlockQuote) -> tuple[Block, ...] | None:
    halves = _block_halves(quote.content)
    if halves is None:
        return None
    *before, last = halves
    return (*(BlockQuote(half) for half in before), BlockQuote(last, quote.citation))


_Items = tuple[tuple[Block, ...], ...]


def _item_halves(items: _Items) -> tuple[_Items, ...] | None:
    """The items of a list as two lists; a single item as items of its halves."""
    if len(items) > 1:
        middle = len(items) // 2
        return items[:middle], items[middle:]
    return _each(_block_halves(items[0]) if items else None, lambda half: (half,))


def _ordered_halves(block: OrderedList, items: _Items) -> tuple[Block, ...] | None:
    lists = _item_halves(items)
    if lists is None:
        return None
    first, *rest = lists
    start = block.start + (len(first) if len(items) > 1 else 0)
    return (
        replace(block, items=first),
        *(replace(block, items=part, start=start) for part in rest),
    )


def _table_halves(table: Table) -> tuple[Block, ...] | None:
    """A table as two with the same head, parted between rows that no cell joins."""
    middle = len(table.body) // 2
    places = sorted(_row_gaps(table.body), key=lambda place: abs(place - middle))
    if not places:
        return None
    place = places[0]
    return (
        replace(table, body=table.body[:place], foot=()),
        replace(table, body=table.body[place:], caption=()),
    )


def _row_gaps(rows: Sequence[Row]) -> Iterator[int]:
    """The places between two rows that no cell reaches across."""
    reach = 0
    for index, row in enumerate(rows):
        if index and reach <= index:
            yield index
        reach = max([reach, *(index + cell.rowspan for cell in row.cells)])


def _run_halves(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], ...] | None:
    """A run of inlines as two, parted between inlines or else within the only one."""
    if len(content) > 1:
        middle = len(content) // 2
        return content[:middle], content[middle:]
    if not content:
        return None
    only: Any = content[0]
    if isinstance(only, Text):
        place = _text_middle(only.text)
        if place is None:
            return None
        return (Text(only.text[:place]),), (Text(only.text[place:].lstrip(" ")),)
    if isinstance(only, _WRAPPERS):
        runs = _run_halves(only.content)
        if runs is None:
            return None
        first, *rest = (replace(only, content=run) for run in runs)
        unnamed = (replace(one, identifier="") if isinstance(one, Span) else one for one in rest)
        return (first,), *((one,) for one in unnamed)
    return None


def _text_middle(text: str) -> int | None:
    """The place nearest to the middle where a text may be divided; ``None`` where it is short."""
    middle = len(text) // 2
    if not middle:
        return None
    found = _SENTENCE_END.search(text, middle, max(middle + 1, len(text) - 1))
    place = found.end() if found else middle
    return place if place < len(text) else None
