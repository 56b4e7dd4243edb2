"""A picture that would just miss the foot of its page is printed a little smaller.

A picture cannot be divided, and what stands in the text cannot be moved before what it follows: a
page that lacks a few lines for the picture would end in a third of white. As a typesetter would,
the picture is made smaller then, in steps down to three quarters, and no further: below that it
goes to the next page at its full size. Figures of one picture only; those of several break between
their rows.

WeasyPrint asks for each box with the room that is left (``layout/block.py``, ``_in_flow_layout``)
and takes no box for an answer. Only the version that was studied is touched.
"""

from __future__ import annotations

from typing import Any

__all__ = ["apply"]

_STEPS = (0.95, 0.9, 0.85, 0.8, 0.75)


def apply(block: Any) -> None:
    """Let WeasyPrint's module ``layout.block`` try smaller pictures; harmless when done twice."""
    original = block.block_level_layout
    if getattr(original, "fits_pictures", False):
        return

    def block_level_layout(  # noqa: PLR0913, PLR0917 - WeasyPrint's own
        context: Any,
        box: Any,
        bottom_space: Any,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool = True,
        absolute_boxes: Any = None,
        fixed_boxes: Any = None,
        adjoining_margins: Any = None,
        *others: Any,
        **named: Any,
    ) -> Any:
        place = box.position_x, box.position_y
        margins = list(adjoining_margins or ())

        def laid_out(margins: Any) -> Any:
            return original(
                context,
                box,
                bottom_space,
                skip_stack,
                containing_block,
                page_is_empty,
                absolute_boxes,
                fixed_boxes,
                margins,
                *others,
                **named,
            )

        result = laid_out(adjoining_margins)
        if result[0] is not None or page_is_empty or skip_stack is not None:
            return result
        style = _style_of_picture(box)
        if style is None:
            return result
        width = style["width"]
        try:
            for step in _STEPS:
                style["width"] = width._replace(value=width.value * step)
                box.position_x, box.position_y = place
                smaller = laid_out(list(margins))
                if smaller[0] is not None:
                    return smaller
        finally:
            style["width"] = width
        box.position_x, box.position_y = place
        return result

    block_level_layout.fits_pictures = True  # type: ignore[attr-defined]
    block.block_level_layout = block_level_layout


def _style_of_picture(box: Any) -> Any:
    """The style of the only picture of a figure, where that has a width; ``None`` for others."""
    if box.element_tag != "figure":
        return None
    pictures = [inner for inner in box.descendants() if inner.element_tag == "img"]
    if len(pictures) != 1 or getattr(pictures[0].style["width"], "unit", "") != "px":
        return None
    return pictures[0].style
