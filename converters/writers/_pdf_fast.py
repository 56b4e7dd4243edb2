"""Less work for WeasyPrint where the result is the same.

**The area of foot notes.** For each note that a line calls, and for each that is taken back since
the line goes to the next page, WeasyPrint copies the notes of the page and lays all of them out
again, only to know how high they are (``layout/__init__.py``, ``_update_footnote_area``): thirty
notes on a page cost the work of hundreds. Here each note is laid out once, alone, and the height
of several is the sum of theirs and of the margins between them. A note that is more than lines of
text (lists and tables in it, whose margins may go through its own) leaves its page to WeasyPrint.
A hundredth of a pixel is no overflow here: WeasyPrint compares sums of fractions, and where they
differ in the last digit it moves a note that has room, and its line with it, to the next page.

**Computed values.** Of some four hundred properties nearly all of nearly every element are
inherited or initial. That is seen at once, before all that may be special about a value
(``css/__init__.py``, ``ComputedStyle.__missing__``).

**Used values.** Margins, paddings, widths and heights are taken from the style whenever a box is
laid out, which is several times; lengths are the common case (``layout/percent.py``). The same is
true of the question whether a box is in the flow (``formatting_structure/boxes.py``).

**Types.** To subset a font WeasyPrint makes C arrays of as many numbers as there are glyphs, under
a name that has their count in it, and each new name is parsed as C (``pdf/fonts.py``): some ten
milliseconds for each. The name without a count does as well.

Together they take a third off the time of a page. Only the version that was studied is touched
(:mod:`._pdf_patch`).
"""

from __future__ import annotations

from itertools import pairwise
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
    """Mend WeasyPrint; harmless when done twice."""
    from weasyprint import layout

    if getattr(layout.LayoutContext._update_footnote_area, "adds_heights", False):  # noqa: SLF001
        return
    _add_heights(layout)
    _see_common_values()
    _see_lengths()
    _see_flow()
    _parse_types_once()


# --- Notes ---------------------------------------------------------------------------------


def _add_heights(layout: Any) -> None:
    original = layout.LayoutContext._update_footnote_area  # noqa: SLF001

    def update_footnote_area(context: Any) -> Any:
        notes = context.current_page_footnotes
        if not notes:
            return original(context)
        sizes = [size for note in notes if (size := _size(context, note)) is not None]
        if len(sizes) < len(notes):
            return original(context)
        area = context.current_footnote_area
        # In columns, notes do not move the page's foot as they come.
        moves = not context.in_column
        if area.height != "auto" and moves:
            context.page_bottom += area.margin_height()
        area.children = notes
        height, area.height = _heights(sizes)
        if moves:
            context.page_bottom -= area.margin_height()
        return height > area.height + area.padding_bottom + area.border_bottom_width + _EXACT

    update_footnote_area.adds_heights = True  # type: ignore[attr-defined]
    layout.LayoutContext._update_footnote_area = update_footnote_area  # noqa: SLF001


def _heights(sizes: list[_Size]) -> tuple[float, float]:
    """How high notes are down to the end of the last, and how high their area is."""
    first, last = sizes[0], sizes[-1]
    height = first.offset + first.height
    for upper, lower in pairwise(sizes):
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


# --- Values --------------------------------------------------------------------------------


def _see_common_values() -> None:
    """Give values at once that are inherited or initial, where nothing else can be said of them."""
    from weasyprint import css
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    special = {"position", "float", "display", "page"}
    plain = {
        key
        for key in INITIAL_VALUES
        if key not in special and not key.startswith("text_decoration_")
    }
    initial = {key: INITIAL_VALUES[key] for key in plain - INHERITED - INITIAL_NOT_COMPUTED}
    inherited = plain & INHERITED
    # The properties that say the same by direction: margin-inline-start for margin-left.
    logical = {
        key: frozenset(function(block="ttb", inline=way) for way in ("ltr", "rtl"))
        for key, function in PHYSICAL_FUNCTIONS.items()
    }
    nothing: frozenset[str] = frozenset()
    original = css.ComputedStyle.__missing__

    def missing(style: Any, key: str) -> Any:
        cascaded = style.cascaded
        if key in cascaded or not logical.get(key, nothing).isdisjoint(cascaded):
            return original(style, key)
        if key in initial:
            value = style[key] = initial[key]
            return value
        if key in inherited and style.parent_style is not None:
            value = style[key] = style.parent_style[key]
            return value
        return original(style, key)

    css.ComputedStyle.__missing__ = missing


_SIDES = ("top", "right", "bottom", "left")
_OF_WIDTH = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("left", "right")),
    *("width", "min_width", "max_width"),
)
_OF_EITHER = tuple(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("top", "bottom"))
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)


def _see_lengths() -> None:
    """Take lengths from styles without a call for each of them."""
    from weasyprint.css.properties import Dimension
    from weasyprint.formatting_structure.boxes import Box, PageBox
    from weasyprint.layout import absolute, block, column, grid, inline, page, percent, table
    from weasyprint.layout import float as floats

    original = percent.resolve_percentages
    one = percent.resolve_one_percentage

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        if (
            isinstance(box, PageBox)
            or style["box_sizing"] != "content-box"
            or style["border_collapse"] == "collapse"
        ):
            original(box, containing_block)
            return
        if isinstance(containing_block, Box):
            width, height = containing_block.width, containing_block.height
        else:
            width, height = containing_block
        values = box.__dict__
        for names in (_OF_WIDTH, _OF_EITHER):
            for name in names:
                value = style[name]
                if type(value) is Dimension and value[1] == "px":
                    values[name] = value[0]
                else:
                    one(box, name, width)
        if height == "auto":
            value = style["height"]
            is_length = type(value) is Dimension and value[1] == "px"
            values["height"] = value[0] if is_length else "auto"
            one(box, "min_height", 0)
            one(box, "max_height", inf)
        else:
            for name in ("height", "min_height", "max_height"):
                one(box, name, height)
        for name in _BORDERS:
            values[name] = style[name]

    for module in (absolute, block, column, floats, grid, inline, page, percent, table):
        module.resolve_percentages = resolve_percentages


def _see_flow() -> None:
    """Whether a box is in the flow, by one look at each of two properties."""
    from weasyprint.formatting_structure.boxes import Box

    out = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
    elsewhere = frozenset(("absolute", "fixed"))
    running = frozenset(("running()", "note()"))

    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        position = style["position"]
        return not (style["float"] in out or position in elsewhere or position[0] in running)

    Box.is_in_normal_flow = is_in_normal_flow


# --- Fonts ---------------------------------------------------------------------------------


def _parse_types_once() -> None:
    """Make arrays of numbers under one name, whatever their length."""
    from weasyprint.pdf import fonts

    ffi = fonts.ffi

    class OneName:
        """What makes C data for WeasyPrint's fonts: cffi, but for the names of arrays."""

        def __getattr__(self, name: str) -> Any:
            return getattr(ffi, name)

        def new(self, kind: str, *values: Any) -> Any:
            """As ``ffi.new``."""
            is_counted = kind.startswith("hb_codepoint_t[") and values
            return ffi.new("hb_codepoint_t[]" if is_counted else kind, *values)

    fonts.ffi = OneName()
