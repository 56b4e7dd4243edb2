"""HTML tables: those that hold data, and those that only lay a page out."""

from __future__ import annotations

import re
from collections.abc import Callable

from bs4.element import Tag

from converters.article import (
    Alignment,
    Block,
    Cell,
    Inline,
    LineBreak,
    Paragraph,
    Row,
    Table,
    trimmed,
)
from converters.readers.pictures import attribute

__all__ = ["TABLE_PARTS", "add_rows", "is_layout", "read_table"]

TABLE_PARTS = frozenset(("caption", "thead", "tbody", "tfoot", "tr", "td", "th", "colgroup", "col"))
"""The elements that a table is made of."""

_MAX_CELLS = 50_000
_MAX_SPAN = 1000  # HTML, 4.9.11: a browser takes no larger colspan either
_ALIGN = re.compile(r"text-align\s*:\s*(left|center|right)", re.IGNORECASE)


def is_layout(tag: Tag) -> bool:
    """Whether a table only lays things out: marked so, one column or row, or tables inside."""
    if attribute(tag, "role") in ("presentation", "none"):
        return True
    if tag.find(("th", "caption")) is not None:
        return False
    if tag.find("table") is not None:
        return True
    rows = list(tag.find_all("tr", limit=3))
    cells = [len(row.find_all("td", recursive=False)) for row in rows]
    return not cells or max(cells) <= 1 or len(rows) == 1


def read_table(tag: Tag, blocks: Callable[[Tag], tuple[Block, ...]]) -> Table | None:
    """The table of a ``table`` element; ``blocks`` reads a cell. ``None`` where it is empty."""
    caption: tuple[Inline, ...] = ()
    head: list[Row] = []
    body: list[Row] = []
    foot: list[Row] = []
    count = 0
    for child in tag.find_all(("tr", "caption")):
        if child.find_parent("table") is not tag:
            continue
        if child.name == "caption":
            caption = _words(blocks(child))
            continue
        row = _row(child, blocks)
        count += len(row.cells)
        if count > _MAX_CELLS:
            break
        if row.cells:
            _part(child, row, head, body, foot).append(row)
    if not (head or body or foot):
        return None
    alignments = _alignments(tag)
    return Table(tuple(body), tuple(head), tuple(foot), caption, alignments)


def add_rows(tag: Tag) -> None:
    """Give cells that stand in a table or its parts without a row the row that they lack."""
    for holder in (tag, *tag.find_all(("thead", "tbody", "tfoot"), recursive=False)):
        row: Tag | None = None
        for child in list(holder.contents):
            if isinstance(child, Tag) and child.name in ("td", "th"):
                if row is None:
                    row = Tag(name="tr")
                    child.insert_before(row)
                row.append(child.extract())
            elif isinstance(child, Tag) or str(child).strip():
                row = None


def _part(tag: Tag, row: Row, head: list[Row], body: list[Row], foot: list[Row]) -> list[Row]:
    """Where a row belongs: leading rows of header cells are the head even without ``thead``."""
    parent = tag.parent.name if tag.parent is not None else ""
    if parent == "tfoot":
        return foot
    if parent == "thead" or (not body and all(cell.header for cell in row.cells)):
        return head
    return body


def _row(tag: Tag, blocks: Callable[[Tag], tuple[Block, ...]]) -> Row:
    return Row(
        tuple(
            Cell(
                blocks(cell),
                header=cell.name == "th",
                colspan=_span(cell, "colspan"),
                rowspan=_span(cell, "rowspan"),
            )
            for cell in tag.find_all(("td", "th"), recursive=False)
        )
    )


def _span(cell: Tag, name: str) -> int:
    value = attribute(cell, name).strip()
    return max(1, min(_MAX_SPAN, int(value))) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _words(blocks: tuple[Block, ...]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            out += [LineBreak(), *block.content] if out else block.content
    return trimmed(out)


def _alignments(tag: Tag) -> tuple[Alignment, ...]:
    """How the columns are aligned, as the first full row of cells says."""
    row = tag.find("tr")
    if row is None:
        return ()
    found: list[Alignment] = []
    for cell in row.find_all(("td", "th"), recursive=False):
        match = _ALIGN.search(attribute(cell, "style"))
        name = (match[1] if match else attribute(cell, "align")).lower()
        alignment: Alignment = (
            "left"
            if name == "left"
            else "center"
            if name == "center"
            else "right"
            if name == "right"
            else ""
        )
        found += [alignment] * _span(cell, "colspan")
    return tuple(found) if any(found) else ()
