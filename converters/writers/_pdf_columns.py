"""Text in columns: WeasyPrint's layout of them, in fewer rounds.

WeasyPrint lays every page of columns out five times and more: to see whether all fits, again with
the notes that were found, with a look ahead after each column, and once more for good; the columns
of the last page it balances in steps of as little as a pixel (``layout/column.py``: "with a stupid
algorithm like this it can last minutes"). Here a page is laid out once, once more for each time
that its notes need more room than was left for them, and the last columns find their height in a
round or two.

Where one of the later columns cannot begin with what comes next (a picture that is higher than the
page's rest), WeasyPrint moves all columns to the next page; here the columns before it stay.

What follows the columns and may not leave them (an article's last lines) takes lines along to the
next page; WeasyPrint breaks no columns for that, but tears a headline off.

Lines of justified text whose word spaces would be wider than :data:`_WIDEST` stay ragged
(PDF-13): a column is narrow, and a long word leaves the line above it half empty.

Only the version that was studied is touched, and only columns without blocks across them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["apply"]

# Em beyond the space's own width.
_WIDEST = 0.7
# How often a page is laid out for its notes, and the first step towards balance (CSS pixels).
_TRIES = 4
_FINE = 9.0
# Columns that differ by less look alike: a line and a half of a newspaper.
_ENOUGH = 24.0
# By how many lines columns become shorter to leave some of them to the next page.
_LINES_LESS = (2, 3, 4, 6)
_EXACT = 0.01


def apply() -> None:
    """Mend WeasyPrint's columns and justified lines; harmless when done twice."""
    from weasyprint.draw import border
    from weasyprint.layout import block, column, inline

    original = column.columns_layout
    if getattr(original, "in_few_rounds", False):
        return

    def columns_layout(context: Any, box: Any, *arguments: Any) -> Any:
        if not _is_plain(box):
            return original(context, box, *arguments)
        return _Columns(context, box, *arguments).layout()

    columns_layout.in_few_rounds = True  # type: ignore[attr-defined]
    column.columns_layout = block.columns_layout = columns_layout

    earlier = block.find_earlier_page_break

    def find_earlier_page_break(
        context: Any, children: Any, absolute_boxes: Any, fixed_boxes: Any
    ) -> Any:
        columns = getattr(children[-1], "columns_as_laid_out", None) if children else None
        result = columns.shorter(absolute_boxes, fixed_boxes) if columns is not None else None
        if result is None:
            return earlier(context, children, absolute_boxes, fixed_boxes)
        box, resume_at = result
        box.index = children[-1].index
        return [*children[:-1], box], {box.index: resume_at}

    block.find_earlier_page_break = find_earlier_page_break

    justified = inline.justify_line

    def justify_line(context: Any, line: Any, extra_width: float) -> None:
        spaces = inline.count_expandable_spaces(line)
        # Last lines are only justified where that is asked for by name (a kicker).
        wanted = line.style["text_align_last"] == "justify"
        if wanted or (spaces and extra_width / spaces <= _WIDEST * line.style["font_size"]):
            justified(context, line, extra_width)

    inline.justify_line = justify_line

    rules = border.draw_column_rules

    def draw_column_rules(stream: Any, box: Any) -> None:
        # They are drawn left of each column but the first: that is the rightmost in Arabic.
        from_right = box.style["direction"] == "rtl"
        rules(stream, box.copy_with_children(box.children[::-1]) if from_right else box)

    border.draw_column_rules = draw_column_rules


def _is_plain(box: Any) -> bool:
    """Whether these are columns as ``print.css`` makes them."""
    style = box.style
    return (
        style["column_width"] == "auto"
        and style["column_count"] != "auto"
        and style["height"] == "auto"
        and style["position"] == "static"
        and bool(box.children)
        and all(child.style["column_span"] != "all" for child in box.children)
    )


@dataclass(slots=True)
class _Round:
    """The columns of one page as they were laid out once."""

    boxes: list[Any]
    resume_at: Any
    next_page: Any
    absolute: list[Any]
    fixed: list[Any]
    notes: float

    @property
    def heights(self) -> list[float]:
        """The height that the content of each column takes."""
        return [_consumed(box) for box in self.boxes]


def _consumed(box: Any) -> float:
    inner = [child for child in box.children if child.is_in_normal_flow()]
    if not inner:
        return 0.0
    last = inner[-1]
    return float(last.position_y + last.margin_height() - last.margin_bottom - box.position_y)


class _Columns:
    """The columns of ``box`` on one page. The arguments are WeasyPrint's."""

    def __init__(  # noqa: PLR0913, PLR0917 - WeasyPrint's own
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool,
        absolute_boxes: list[Any],
        fixed_boxes: list[Any],
        adjoining_margins: list[float],
        first_letter_style: Any,
        first_line_style: Any,
    ) -> None:
        from weasyprint.layout import block
        from weasyprint.layout.percent import percentage

        self.context = context
        self.bottom_space = bottom_space
        self.skip_stack = skip_stack
        self.containing_block = containing_block
        self.page_is_empty = page_is_empty
        self.absolute_boxes = absolute_boxes
        self.fixed_boxes = fixed_boxes
        self.first = first_letter_style, first_line_style
        self.box = box.copy_with_children(box.children)
        self.box.position_y += block.collapse_margin(adjoining_margins)
        block.block_level_width(self.box, containing_block)
        style = self.box.style
        gap = style["column_gap"]
        self.gap = style["font_size"] if gap == "normal" else percentage(gap, style, self.box.width)
        self.count = style["column_count"]
        self.width = max(0.0, (self.box.width - (self.count - 1) * self.gap) / self.count)
        self.top = self.box.content_box_y()
        self.room = context.page_bottom - self.top - bottom_space
        self.notes_before = self._notes()
        self._shapes = len(context.excluded_shapes)
        self._original = box
        self._children = [child.copy() for child in box.children]
        self._found = _Round([], None, None, [], [], 0.0)
        self._originals = dict(zip(map(id, self._children), box.children, strict=True))

    def layout(self) -> Any:
        """What ``columns_layout`` gives: a box, where to go on, the next page, margins."""
        context = self.context
        context.in_column = True
        try:
            found = self._page()
            if found is not None and found.resume_at is None:
                context.keeps_order = True
                found = self._balanced(found)
        finally:
            context.in_column = context.keeps_order = False
        # What stands behind what it stood before (_pdf_fit) does so on the pages that follow.
        self._original.children = [self._originals[id(child)] for child in self._children]
        if found is None:
            return None, (0, None), {"break": "any", "page": None}, [], False
        self.box.columns_as_laid_out = self if found.resume_at is None else None
        self._found = found
        self.absolute_boxes.extend(found.absolute)
        self.fixed_boxes.extend(found.fixed)
        return self._filled(found), found.resume_at, found.next_page, [], False

    def _filled(self, found: _Round) -> Any:
        """The box with these columns in it; its notes are taken from the page."""
        height = max(box.margin_height() for box in found.boxes)
        for box in found.boxes:
            box.height = height
        self.box.children = found.boxes
        self.box.height = height
        # In columns, notes do not move the page's bottom as they come.
        self.context.page_bottom -= self._notes() - self.notes_before
        return self.box

    def shorter(self, absolute_boxes: list[Any], fixed_boxes: list[Any]) -> Any:
        """The columns without their last lines, and where to go on; ``None`` if they are all.

        For what follows them, has no room on the page and may not stand alone on the next.
        """
        from weasyprint.layout import block

        context, whole = self.context, self._found
        line = 1.5 * self.box.style["font_size"]
        height = max(whole.heights)
        context.page_bottom += self._notes() - self.notes_before
        block.remove_placeholders(context, whole.boxes, absolute_boxes, fixed_boxes)
        self._undo(whole)
        context.in_column = context.keeps_order = True
        try:
            for lines in _LINES_LESS:
                tried = self._round(height - lines * line, page_is_empty=False)
                if tried is not None and tried.resume_at is not None:
                    found = tried
                    break
                if tried is not None:
                    self._undo(tried)
            else:
                found = self._round(height + _EXACT, page_is_empty=True) or whole
        finally:
            context.in_column = context.keeps_order = False
        box = self._filled(found)
        box.columns_as_laid_out = None
        absolute_boxes.extend(found.absolute)
        fixed_boxes.extend(found.fixed)
        return None if found.resume_at is None else (box, found.resume_at)

    def _notes(self) -> float:
        """The height of the area of the notes."""
        area = self.context.current_footnote_area
        return 0.0 if area.height == "auto" else float(area.margin_height())

    def _page(self) -> _Round | None:
        """The columns as high as the page and its notes allow; ``None`` where nothing fits."""
        found: _Round | None = None
        notes = self.notes_before
        for _ in range(_TRIES):
            if found is not None:
                self._undo(found)
            found = self._with_room_for(notes)
            if found is None:
                return None
            if found.notes <= notes + _EXACT:
                return self._with_less_white(found, notes)
            notes = found.notes
        self._report(notes)
        return found

    def _with_room_for(self, notes: float) -> _Round | None:
        return self._round(self.room - (notes - self.notes_before), self.page_is_empty)

    def _with_less_white(self, found: _Round, notes: float) -> _Round | None:
        """``found``, or better columns where the room for ``notes`` is much more than they take.

        Lines that had to leave the page took their notes with them.
        """
        if notes - found.notes < _ENOUGH:
            return found
        self._undo(found)
        middle = (found.notes + notes) / 2
        better = self._with_room_for(middle)
        if better is not None and better.notes <= middle + _EXACT:
            return better
        if better is not None:
            self._undo(better)
        return self._with_room_for(notes)

    def _report(self, height: float) -> None:
        """Move to the next page the last of more notes than there is room for."""
        context = self.context
        moved = 0
        while context.current_page_footnotes and self._notes() > height + _EXACT:
            context.report_footnote(context.current_page_footnotes[-1])
            moved += 1
        if moved > 1:
            context.reported_footnotes[-moved:] = context.reported_footnotes[-1 : -moved - 1 : -1]

    def _balanced(self, found: _Round) -> _Round:
        """The same content in columns of like height: the least height that holds all of it."""
        if self.box.style["column_fill"] != "balance":
            return found
        most = max(found.heights) + 1
        low = sum(found.heights) / self.count
        step = _FINE
        self._undo(found)
        # Lines and pictures cannot be divided, so a little more than the average is the rule; where
        # that does not do, steps grow, and what they left out is halved once.
        height = low + step
        while height < most:
            tried = self._round(height, page_is_empty=False)
            if tried is not None and tried.resume_at is None and tried.notes <= found.notes:
                return self._lower(tried, low, height)
            if tried is not None:
                self._undo(tried)
            low, step = height, 2 * step
            height = low + step
        whole = self._page()
        assert whole is not None  # it was laid out before
        return whole

    def _lower(self, found: _Round, low: float, height: float) -> _Round:
        """``found``, of ``height``, or a lower one that holds the same; one of ``low`` does not."""
        while height - low > _ENOUGH:
            middle = (low + height) / 2
            self._undo(found)
            tried = self._round(middle, page_is_empty=False)
            if tried is not None and tried.resume_at is None and tried.notes <= found.notes:
                found, height = tried, middle
                continue
            if tried is not None:
                self._undo(tried)
            low = middle
            again = self._round(height, page_is_empty=False)
            assert again is not None  # it was laid out before
            found = again
        return found

    def _round(self, height: float, page_is_empty: bool) -> _Round | None:
        """Lay out columns of ``height``; ``None`` where the first has no room for anything."""
        from weasyprint.layout import block

        context = self.context
        found = _Round([], self.skip_stack, None, [], [], 0.0)
        for number in range(self.count):
            column = self._column(number)
            with self._flush(found.resume_at if number else None):
                new_box, resume_at, next_page, *_ = block.block_box_layout(
                    context,
                    column,
                    context.page_bottom - self.top - height,
                    found.resume_at,
                    self.containing_block,
                    page_is_empty,
                    found.absolute,
                    found.fixed,
                    [],
                    *self.first,
                    discard=False,
                    max_lines=None,
                )
            if new_box is None:
                break
            found.boxes.append(new_box)
            found.resume_at, found.next_page = resume_at, next_page
            if resume_at is None:
                break
        found.notes = self._notes()
        return found if found.boxes else None

    @contextmanager
    def _flush(self, start: Any) -> Iterator[None]:
        """While this is open, the block that a column begins with at ``start`` stands at its head.

        Margins at a break are cut (https://www.w3.org/TR/css-break-3/#break-margins), which
        WeasyPrint does at the head of a page only.
        """
        place, rest = next(iter(start.items())) if start else (None, None)
        if place is None or rest is not None:
            yield
            return
        # Blocks that are styled alike share their style.
        child = self._children[place]
        style = child.style
        child.style = style.copy()
        from weasyprint.css.properties import Dimension

        child.style["margin_top"] = Dimension(0, "px")
        try:
            yield
        finally:
            child.style = style

    def _column(self, number: int) -> Any:
        from weasyprint.layout.column import _create_column_box

        column = _create_column_box(
            self.box,
            self.containing_block,
            self._children,
            self.width,
            self.top,
        )
        # The list itself, not a copy: where a picture moves in one column, it does in the next.
        column.children = self._children
        from_right = self.box.style["direction"] == "rtl"
        place = self.count - 1 - number if from_right else number
        column.position_x += place * (self.width + self.gap)
        return column

    def _undo(self, found: _Round) -> None:
        """Forget what a round laid out, its notes as well."""
        from weasyprint.layout import block

        block.remove_placeholders(self.context, found.boxes, [], [])
        del self.context.excluded_shapes[self._shapes :]
