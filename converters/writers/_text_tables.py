"""Tables as plain text: columns where they fit, otherwise a line ``label: value`` for each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from converters.article import Alignment, Block, Cell, Row, Table
from converters.writers._text_direction import isolated
from converters.writers._text_layout import (
    Flow,
    Margin,
    Nest,
    Piece,
    Stack,
    close,
    join_flows,
    one_line_apart,
)

__all__ = ["Grid", "grid"]

_BETWEEN = "  "
# A table that no width limits is laid out in columns up to here.
_NO_LIMIT = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """A cell in its place: ``lines`` of text from ``column`` over ``span`` columns."""

    piece: Piece
    column: int
    span: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in the making.

    ``rows`` are the boxes that begin in each row, ``labels`` what stands above each column in
    one line. ``heads`` is how many rows the head has. ``filled`` are the rows with every cell in
    all the columns and rows that it covers, for the form with labels.
    """

    rows: tuple[tuple[_Box, ...], ...]
    heads: int
    columns: int
    alignments: tuple[Alignment, ...]
    filled: tuple[tuple[_Box | None, ...], ...]
    colon: str

    def lines(self, margin: Margin) -> list[str]:
        """The table in columns where they fit, or as labels and values."""
        if not self.columns:
            return []
        limit = margin.width or _NO_LIMIT
        free = replace(margin, width=0, right=False)
        cells = [[box.piece.lines(free) for box in row] for row in self.rows]
        if margin.right:
            cells = [[list(map(isolated, lines)) for lines in row] for row in cells]
        widths = self._widths(cells, margin.measure)
        if sum(widths) + len(_BETWEEN) * (self.columns - 1) <= limit:
            return list(self._aligned(cells, widths, margin.measure))
        return self._labelled(free).lines(margin)

    def _widths(
        self, cells: Sequence[Sequence[list[str]]], measure: Callable[[str], int]
    ) -> list[int]:
        """How wide each column is; what spans several widens the last of them."""
        widths = [1] * self.columns
        found = [
            (box, max(map(measure, lines), default=0))
            for row, texts in zip(self.rows, cells, strict=True)
            for box, lines in zip(row, texts, strict=True)
        ]
        for box, width in sorted(found, key=lambda pair: pair[0].span):
            end = box.column + box.span
            taken = sum(widths[box.column : end]) + len(_BETWEEN) * (box.span - 1)
            widths[end - 1] += max(0, width - taken)
        return widths

    def _aligned(
        self,
        cells: Sequence[Sequence[list[str]]],
        widths: Sequence[int],
        measure: Callable[[str], int],
    ) -> Iterator[str]:
        apart = any(len(lines) > 1 for row in cells[self.heads :] for lines in row)
        above = False  # whether a row of the body stands above
        for index, (row, texts) in enumerate(zip(self.rows, cells, strict=True)):
            if index == self.heads > 0:
                yield _BETWEEN.join("-" * width for width in widths)
            height = max(map(len, texts), default=0)
            if apart and above and height:
                yield ""
            for line in range(height):
                yield self._row_line(row, texts, line, widths, measure)
            above = above or (index >= self.heads and height > 0)

    def _row_line(
        self,
        row: Sequence[_Box],
        texts: Sequence[list[str]],
        line: int,
        widths: Sequence[int],
        measure: Callable[[str], int],
    ) -> str:
        out = ""
        for box, lines in zip(row, texts, strict=True):
            start = sum(widths[: box.column]) + len(_BETWEEN) * box.column
            end = box.column + box.span
            width = sum(widths[box.column : end]) + len(_BETWEEN) * (box.span - 1)
            text = lines[line] if line < len(lines) else ""
            blank = width - measure(text)
            alignment = self.alignments[box.column] if self.alignments else ""
            before = {"right": blank, "center": blank // 2}.get(alignment, 0)
            out += " " * (start - measure(out)) + " " * before + text
        return out.rstrip()

    def _labelled(self, free: Margin) -> Piece:
        """Every row as lines ``label: value``, rows apart by a blank line."""
        labels = [self._label(column, free) for column in range(self.columns)]
        records = [self._record(row, labels, free) for row in self._body()]
        pairs = all(isinstance(record, Flow) for record in records)
        gap = close if pairs else one_line_apart
        return Stack([*self._unused(free), *filter(None, records)], gap)

    def _body(self) -> Sequence[Sequence[_Box | None]]:
        return self.filled[self.heads :] or self.filled

    def _head(self) -> Sequence[Sequence[_Box | None]]:
        return self.filled[: self.heads] if self.heads < len(self.filled) else ()

    def _label(self, column: int, free: Margin) -> str:
        boxes = dict.fromkeys(row[column] for row in self._head())
        texts = [" ".join(box.piece.lines(free)) for box in boxes if box]
        return " / ".join(filter(None, texts))

    def _unused(self, free: Margin) -> Iterator[Piece]:
        """What stands above columns without values, and so is no label."""
        used = {
            column
            for row in self._body()
            for column, box in enumerate(row)
            if box and box.piece.lines(free)
        }
        shown = {row[column] for row in self._head() for column in used}
        heads = dict.fromkeys(box for row in self._head() for box in row)
        yield from (box.piece for box in heads if box and box not in shown)

    def _record(
        self, row: Sequence[_Box | None], labels: Sequence[str], free: Margin
    ) -> Piece | None:
        boxes = [box for box in dict.fromkeys(row) if box and box.piece.lines(free)]
        names = [self._covered(row, box, labels) for box in boxes]
        flows = [box.piece for box in boxes if isinstance(box.piece, Flow)]
        if not any(names) and len(flows) == len(boxes) == 2 and "\n" not in flows[0].text:
            return replace(join_flows(flows, self.colon), hang="  ")
        lines: list[Piece] = []
        for place, (box, name) in enumerate(zip(boxes, names, strict=True)):
            indent = "  " if place and not name else ""
            if isinstance(box.piece, Flow):
                label = Flow(name + self.colon if name else "")
                flow = join_flows([label, box.piece], "")
                lines.append(replace(flow, indent=indent, hang="  "))
            else:
                if name:
                    lines.append(Flow(name + self.colon.rstrip()))
                lines.append(Nest("  ", "  ", box.piece) if name or indent else box.piece)
        return Stack(lines, close) if lines else None

    @staticmethod
    def _covered(row: Sequence[_Box | None], box: _Box, labels: Sequence[str]) -> str:
        names = [name for name, other in zip(labels, row, strict=True) if other is box]
        return " / ".join(dict.fromkeys(filter(None, names)))


def grid(table: Table, piece: Callable[[tuple[Block, ...]], Piece], colon: str) -> Grid:
    """Lay out ``table``; ``piece`` lays out the blocks of a cell.

    Columns in which no cell begins vanish, so that an absurd span costs nothing.
    """
    source = (*table.head, *table.body, *table.foot)
    placed = _placed(source)
    starts = sorted({column for _, column, _ in placed})
    index = {column: place for place, column in enumerate(starts)}
    rows: list[list[_Box]] = [[] for _ in source]
    filled: list[list[_Box | None]] = [[None] * len(starts) for _ in source]
    for row, column, cell in placed:
        covered = [index[start] for start in starts if column <= start < column + cell.colspan]
        box = _Box(piece(cell.content), covered[0], len(covered))
        rows[row].append(box)
        for below in filled[row : row + cell.rowspan]:
            for place in covered:
                below[place] = box
    return Grid(
        rows=tuple(map(tuple, rows)),
        heads=len(table.head),
        columns=len(starts),
        alignments=_alignments(table, starts),
        filled=tuple(map(tuple, filled)),
        colon=colon,
    )


def _alignments(table: Table, starts: Sequence[int]) -> tuple[Alignment, ...]:
    found = [
        table.alignments[column] if column < len(table.alignments) else "" for column in starts
    ]
    return tuple(found) if any(found) else ()


def _placed(rows: Sequence[Row]) -> list[tuple[int, int, Cell]]:
    """Each cell with its row and column, as HTML's table model places it.

    https://html.spec.whatwg.org/multipage/tables.html#forming-a-table
    """
    placed: list[tuple[int, int, Cell]] = []
    # For each column, the row below the cell that reaches down into it.
    free_from: dict[int, int] = {}
    for row, content in enumerate(rows):
        column = 0
        for cell in content.cells:
            while free_from.get(column, 0) > row:
                column += 1
            placed.append((row, column, cell))
            if cell.rowspan > 1:
                for taken in range(column, column + cell.colspan):
                    free_from[taken] = row + cell.rowspan
            column += cell.colspan
    return placed
