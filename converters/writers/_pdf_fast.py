"""Less work for WeasyPrint where the result is the same.

**The area of foot notes.** For each note that a line calls, and for each that is taken back since
the line goes to the next page, WeasyPrint copies the notes of the page and lays all of them out
again, only to know how high they are (``layout/__init__.py``, ``_update_footnote_area``): thirty
notes on a page cost the work of hundreds. Here each note is laid out once, alone, and the height
of several is the sum of theirs and of the margins between them. A note that is more than lines of
text (lists and tables in it, whose margins may go through its own) leaves its page to WeasyPrint.

Only the version that was studied is touched (:mod:`._pdf_patch`).
"""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

__all__ = ["apply"]

_EXACT = 0.01  # CSS pixels


class _Size(NamedTuple):
    """What a note takes of its area: its own height, and its margins.

    ``offset`` is where it would begin as the first, ``below_counts`` whether the margin below the
    last note is part of the area, which is ``most`` high at most.
    """

    width: float
    height: float
    above: float
    below: float
    offset: float
    below_counts: bool
    most: float


def apply() -> None:
    """Mend WeasyPrint's ``LayoutContext``; harmless when done twice."""
    from weasyprint import layout

    original = layout.LayoutContext._update_footnote_area  # noqa: SLF001
    if getattr(original, "adds_heights", False):
        return

    def update_footnote_area(context: Any) -> Any:
        notes = context.current_page_footnotes
        if context.in_column or not notes:
            return original(context)
        sizes = [size for note in notes if (size := _size(context, note)) is not None]
        if len(sizes) < len(notes):
            return original(context)
        area = context.current_footnote_area
        if area.height != "auto":
            context.page_bottom += area.margin_height()
        area.children = notes
        height, area.height = _heights(sizes)
        context.page_bottom -= area.margin_height()
        return height > area.height + area.padding_bottom + area.border_bottom_width + _EXACT

    update_footnote_area.adds_heights = True  # type: ignore[attr-defined]
    layout.LayoutContext._update_footnote_area = update_footnote_area  # noqa: SLF001


def _heights(sizes: list[_Size]) -> tuple[float, float]:
    """How high notes are down to the end of the last, and how high their area is."""
    first, last = sizes[0], sizes[-1]
    height = first.offset + first.height
    for upper, lower in zip(sizes, sizes[1:], strict=False):
        height += max(upper.below, lower.above) + lower.height
    below = last.below if last.below_counts else 0.0
    return height, min(height + below, last.most)


def _size(context: Any, note: Any) -> _Size | None:
    """What ``note`` takes; ``None`` where that depends on its neighbours."""
    area = context.current_footnote_area
    known = getattr(note, "size_alone", None)
    if known is not None and (known == () or known.width == area.page.width):
        return known or None
    found = _alone(context, note) if _is_plain(note) else None
    note.size_alone = () if found is None else found
    return found


def _is_plain(note: Any) -> bool:
    """Whether a note is lines of text and paragraphs whose margins meet no others."""
    from weasyprint.formatting_structure.boxes import BlockLevelBox

    def margins(box: Any) -> tuple[float, float]:
        return box.style["margin_top"].value, box.style["margin_bottom"].value

    inner = (box for box in note.descendants() if box is not note)
    blocks = [box for box in inner if isinstance(box, BlockLevelBox)]
    return min(margins(note)) >= 0 and all(margins(box) == (0, 0) for box in blocks)


def _alone(context: Any, note: Any) -> _Size | None:
    """Lay out ``note`` as the only one of its area, as WeasyPrint would."""
    from weasyprint.formatting_structure import build
    from weasyprint.layout import block

    area = context.current_footnote_area
    others, area.children = area.children, [note]
    copy = build.create_anonymous_boxes(area.deepcopy())
    area.children = others
    laid = block.block_level_layout(context, copy, -inf, None, area.page)[0]
    if laid is None or len(laid.children) != 1:
        return None
    box = laid.children[0]
    offset = box.position_y + box.margin_top - laid.content_box_y()
    end = offset + box.border_height()
    counts = abs(laid.height - end - box.margin_bottom) < _EXACT
    if not counts and abs(laid.height - end) > _EXACT:
        return None  # a note that is higher than its area may be
    return _Size(
        width=area.page.width,
        height=box.border_height(),
        above=box.margin_top,
        below=box.margin_bottom,
        offset=offset,
        below_counts=counts,
        most=laid.max_height,
    )
