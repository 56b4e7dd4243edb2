"""A last page with a few lines on it: what a typesetter does to save it.

An article that ends with two lines and its source at the head of a white page is laid out once
more, a little tighter: lines are 3 to 6 % closer, half of the space above the source is left out,
and where that is not enough, pictures are smaller by a seventh. What comes of it is taken if the
article has a page less. Nobody sees 4 % on a page; a page of two lines everybody sees.

Only articles are tried for which that can be enough, so few are laid out twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["apply", "is_tight", "share_of_pictures", "shorter", "tighter"]

# The distance of lines in a tighter article, as a share of what it else is.
_LEADINGS = (0.97, 0.955, 0.94)
# Pages that end a line early have room for one more: it may be enough where it seems not to be.
_HOPE = 0.85
# Where lines and pictures cannot be divided as asked, it may not be where it seems to be.
_SURE = 1.25
# What pictures lose, as a share of their height, and the source below an article, in points.
_PICTURES, _SPACE = 0.15, 8.0
# A last page that is filled to a higher share is no fault. Longer articles are left alone: the more
# pages, the less one of them matters, and the longer it takes.
_FILLED, _LONGEST = 0.2, 20
# As many lines as the style sheets keep together.
_ALONG = 2

_of_thread = threading.local()


def is_tight() -> bool:
    """Whether what is laid out now, in this thread, is to be tight."""
    return _leading() < 1


def share_of_pictures() -> float:
    """How large pictures are now, in this thread, as a share of what they else are."""
    return getattr(_of_thread, "pictures", 1.0)


def _leading() -> float:
    return getattr(_of_thread, "leading", 1.0)


@contextmanager
def tighter(leading: float, pictures: float = 1.0) -> Iterator[None]:
    """While this is open, this thread sets lines and pictures by these shares."""
    _of_thread.leading, _of_thread.pictures = leading, pictures
    try:
        yield
    finally:
        _of_thread.leading = _of_thread.pictures = 1.0


def apply() -> None:
    """Let WeasyPrint set tight lines where they are asked for; harmless when done twice."""
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    original = line_break.strut
    if getattr(original, "can_be_tight", False):
        return

    def strut(style: Any) -> tuple[float, float]:
        height, baseline = original(style)
        less = height * (1 - _leading())
        return height - less, baseline - less / 2

    strut.can_be_tight = True  # type: ignore[attr-defined]
    line_break.strut = inline.strut = strut


def shorter(found: Any, lay_out: Callable[[], Any], is_good: Callable[[Any], bool]) -> Any:
    """``found``, a document that is laid out, or what ``lay_out`` makes of it with a page less.

    ``is_good`` says whether all is in its place there.
    """
    needed = _needed(found.pages)
    if needed is None:
        return found
    with tighter(*needed):
        other = lay_out()
    return other if len(other.pages) < len(found.pages) and is_good(other) else found


def _needed(pages: Any) -> tuple[float, float] | None:
    """With which leading, and share of pictures, the last page's lines find room before it.

    ``None`` where nothing is enough.
    """
    if not 1 < len(pages) <= _LONGEST:
        return None
    last = pages[-1]._page_box  # noqa: SLF001 - WeasyPrint has no other way to what it laid out
    used, columns = _used(last)
    used -= _taken_along(last)
    if not 0 < used <= _FILLED * last.height:
        return None
    lines = pictures = 0.0
    for page in pages[:-1]:
        for box in page._page_box.descendants():  # noqa: SLF001
            if type(box).__name__ == "LineBox":
                lines += box.height
            elif box.element_tag == "img" and isinstance(box.height, float):
                pictures += box.height
    asked = used * columns - _SPACE / 0.75 * columns
    for leading in _LEADINGS:
        if (1 / leading - 1) * lines > _SURE * asked:
            return leading, 1.0
    least = _LEADINGS[-1]
    room = (1 / least - 1) * lines
    if not pictures:
        return (least, 1.0) if room > _HOPE * asked else None
    return (least, 1 - _PICTURES) if room + _PICTURES * pictures > _HOPE * asked else None


def _used(page: Any) -> tuple[float, int]:
    """How much of ``page`` is filled, in CSS pixels, its notes as well, and how many columns."""
    columns = 1
    used = 0.0
    top = page.content_box_y()
    for root in page.children:
        if type(root).__name__ == "MarginBox":
            continue
        if type(root).__name__ == "FootnoteAreaBox":
            used += root.margin_height()
            continue
        bottoms = [top]
        for box in root.descendants():
            if type(box).__name__ == "LineBox" or box.element_tag == "img":
                bottoms.append(box.position_y + box.margin_height())
            columns = max(columns, _columns(box))
        used += max(bottoms) - top
    return used, columns


def _taken_along(page: Any) -> float:
    """The height of the lines that came to ``page`` only to stand above an article's last one."""
    for box in page.descendants():
        if box.element_tag == "p" and box.element.get("class") == "end":
            return float(_ALONG * box.margin_height())
    return 0.0


def _columns(box: Any) -> int:
    count = box.style["column_count"]
    return count if isinstance(count, int) and len(box.children) > 1 else 1
