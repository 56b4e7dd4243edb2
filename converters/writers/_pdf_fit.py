"""A picture that has no room at the foot of its page: what a typesetter does.

A picture cannot be divided; a page that lacks a few lines for it would end in a third of white.
It is made smaller then, in steps down to three quarters, and to three fifths where the page would
else end half empty. Where that is not enough, the picture moves behind the paragraph that follows
it, and the text goes on. A picture at an article's end leaves room for its source, one at its
beginning for its first lines. It never moves over a heading, nor over a line or two that may be its
caption, nor behind more than a few paragraphs. Figures of one picture only; those of several break
between their rows.

WeasyPrint asks for each box with the room that is left (``layout/block.py``, ``_in_flow_layout``)
and takes no box for an answer. Only the version that was studied is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from math import ceil
from typing import Any, cast

from converters.writers._pdf_short import is_tight, share_of_pictures

__all__ = ["apply"]

_STEPS = (0.95, 0.9, 0.85, 0.8, 0.75)
# For a page of which this share would stay white.
_MORE_STEPS = (*_STEPS, 0.7, 0.65, 0.6)
_WHITE = 0.3
# White at the foot of a page that nobody minds, as a share of it.
_UNSEEN = 0.07
# A paragraph of fewer em may be the picture's caption. A picture moves over so many paragraphs.
_CAPTION = 60
_FARTHEST = 4
# What the lines of a source take, and what is above it, in em.
_SOURCE_LINE, _AROUND_SOURCE = 1.5, 2.8
# So many lines of an article have to stand below the picture that it begins with.
_LINES_BELOW = 2
# An average letter of an alphabet in em, and what is above and below a picture, in em.
_LETTER = 0.48
_AROUND = 2.4


def apply(block: Any) -> None:
    """Let WeasyPrint's module ``layout.block`` place pictures so; harmless when done twice."""
    if getattr(block.block_level_layout, "fits_pictures", False):
        return
    _try_smaller(block)
    _go_on_with_text(block)


def _try_smaller(block: Any) -> None:
    original = block.block_level_layout

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

        def laid_out(margins: Any, reserved: float = 0.0) -> Any:
            return original(
                context,
                box,
                bottom_space + reserved,
                skip_stack,
                containing_block,
                page_is_empty,
                absolute_boxes,
                fixed_boxes,
                margins,
                *others,
                **named,
            )

        def smaller(steps: tuple[float, ...], reserved: float = 0.0) -> Any:
            for step in steps:
                box.position_x, box.position_y = place
                with _of_size(box, style, step, containing_block.width):
                    found = laid_out(list(margins), reserved)
                if found[0] is not None:
                    return found
            box.position_x, box.position_y = place
            return None

        style = _style_of_picture(box) if skip_stack is None else None
        if style is None:
            return laid_out(adjoining_margins)
        first = (share_of_pictures(),)
        if page_is_empty or getattr(context, "keeps_order", False):
            return smaller(first) or laid_out(adjoining_margins)
        steps = first + tuple(
            step for step in _steps(context, place[1], bottom_space) if step < first[0]
        )
        reserved = getattr(box, "reserved", 0.0)
        found = (reserved and smaller(steps, reserved)) or smaller(steps)
        return found or laid_out(adjoining_margins)

    block_level_layout.fits_pictures = True  # type: ignore[attr-defined]
    block.block_level_layout = block_level_layout


@contextmanager
def _of_size(figure: Any, style: Any, step: float, room: float) -> Iterator[None]:
    """Meanwhile a figure's picture has this share of its size; its caption begins at its edge."""
    if step == 1:
        yield
        return
    width = style["width"]
    inset = width._replace(value=max(room - width.value * step, 0.0) / 2)
    is_narrow = "narrow" in (figure.element.get("class") or "")
    captions = [] if is_narrow else [b for b in figure.children if b.element_tag == "figcaption"]
    kept = [(box.style, box.style["margin_left"], box.style["margin_right"]) for box in captions]
    style["width"] = width._replace(value=width.value * step)
    for caption in captions:
        caption.style["margin_left"] = caption.style["margin_right"] = inset
    try:
        yield
    finally:
        style["width"] = width
        for of_caption, left, right in kept:
            of_caption["margin_left"], of_caption["margin_right"] = left, right


def _height_of_source(box: Any, index: int) -> float:
    """About how high the source of an article is, if that is the child at ``index``; else 0."""
    if index >= len(box.children) or box.children[index].element_tag != "footer":
        return 0.0
    footer = box.children[index]
    em = footer.style["font_size"]
    lines = sum(ceil(_length(line) * em / box.width) for line in footer.children)
    least = getattr(footer.style["min_height"], "value", 0.0)
    return float(max(_SOURCE_LINE * lines * em, least) + _AROUND_SOURCE * em)


def _first_lines(box: Any, index: int) -> float:
    """What an article's first lines take that stand below the figure at ``index``; else 0."""
    follows_headline = index and box.children[index - 1].element_tag == "header"
    if not follows_headline or index + 1 == len(box.children):
        return 0.0
    return float(_LINES_BELOW * _SOURCE_LINE * box.style["font_size"])


def _steps(context: Any, top: float, bottom_space: float) -> tuple[float, ...]:
    """How much smaller a picture may be that is to stand at ``top``."""
    white = context.page_bottom - bottom_space - top
    return _MORE_STEPS if white > _WHITE * context.page_bottom else _STEPS


def _go_on_with_text(block: Any) -> None:
    original = block._in_flow_layout  # noqa: SLF001

    def in_flow_layout(  # noqa: PLR0913, PLR0917 - WeasyPrint's own
        context: Any,
        box: Any,
        index: int,
        child: Any,
        new_children: Any,
        page_is_empty: bool,
        absolute_boxes: Any,
        fixed_boxes: Any,
        adjoining_margins: Any,
        bottom_space: float,
        position_y: float,
        skip_stack: Any,
        *others: Any,
    ) -> Any:
        # The caller goes through the children as they were before one was moved.
        place = child.position_x, child.position_y
        child = box.children[index]
        if (
            skip_stack is None
            and new_children
            and not getattr(context, "keeps_order", False)
            and _can_move(box, index)
            and _leaves_white(context, child, position_y, bottom_space)
        ):
            picture, child = child, box.children[index + 1]
            box.children[index : index + 2] = [child, picture]
            picture.moves = getattr(picture, "moves", 0) + 1
        child.position_x, child.position_y = place
        if child.element_tag == "figure":
            child.reserved = _height_of_source(box, index + 1) or _first_lines(box, index)
        elif child.element_tag == "footer" and is_tight() and not hasattr(child, "closer"):
            above = child.style["margin_top"]
            child.style["margin_top"] = above._replace(value=above.value / 2)
            child.closer = True
        return original(
            context,
            box,
            index,
            child,
            new_children,
            page_is_empty,
            absolute_boxes,
            fixed_boxes,
            adjoining_margins,
            bottom_space,
            position_y,
            skip_stack,
            *others,
        )

    block._in_flow_layout = in_flow_layout  # noqa: SLF001


def _can_move(box: Any, index: int) -> bool:
    """Whether the figure at ``index`` can stand behind the paragraph that follows it."""
    children = box.children
    if type(children) is not list or index + 1 >= len(children):
        return False
    figure, following = children[index], children[index + 1]
    if figure.element_tag != "figure" or getattr(figure, "moves", 0) >= _FARTHEST:
        return False
    if following.element_tag != "p" or figure.style["break_inside"] != "avoid":
        return False
    kind = following.element.get("class") or ""
    return kind == "continued" or (not kind and _length(following) >= _CAPTION)


def _leaves_white(context: Any, figure: Any, top: float, bottom_space: float) -> bool:
    """Whether the page would end in white before ``figure``, however small it is made."""
    white = context.page_bottom - bottom_space - top
    style = _style_of_picture(figure)
    if style is None or not _UNSEEN * context.page_bottom < white < context.page_bottom * 0.95:
        return False
    picture = next(inner for inner in figure.descendants() if inner.element_tag == "img")
    ratio = getattr(picture.replacement, "intrinsic_ratio", None) or _shape(picture)
    if not ratio:
        return False
    smallest = _steps(context, top, bottom_space)[-1]
    em = figure.style["font_size"]
    lines = _length(figure) * em / max(style["width"].value, 1) + (_length(figure) > 0)
    needed = smallest * style["width"].value / ratio + (_AROUND + 1.3 * lines) * em
    return bool(needed > white)


def _shape(picture: Any) -> float | None:
    """The width of a picture divided by its height."""
    _, _, ratio = picture.replacement.get_intrinsic_size(1, picture.style["font_size"])
    return None if ratio is None else float(ratio)


def _length(box: Any) -> float:
    """How long the text in ``box`` is, about, in em."""
    found = 0.0
    for inner in box.descendants():
        words = getattr(inner, "text", None)
        if isinstance(words, str):
            wide = sum("\u2e80" <= character <= "\uffef" for character in words)
            found += wide + _LETTER * (len(words) - wide)
    return found


@cache
def _anonymous() -> type[Any]:
    """The style of boxes that no element has: those around a figure's picture, for example."""
    from weasyprint.css import AnonymousStyle

    return cast("type[Any]", AnonymousStyle)


def _style_of_picture(box: Any) -> Any:
    """The style of the only picture of a figure, where that has a width; ``None`` for others."""
    if box.element_tag != "figure" or isinstance(box.style, _anonymous()):
        return None
    pictures = [inner for inner in box.descendants() if inner.element_tag == "img"]
    if len(pictures) != 1 or getattr(pictures[0].style["width"], "unit", "") != "px":
        return None
    return pictures[0].style
