"""Readings above their text, as WeasyPrint can set them: it knows no ruby.

https://www.w3.org/TR/jlreq/#ruby_and_emphasis_dots ; https://www.w3.org/TR/clreq/#interlinear_annotations.
The reading is an inline block as wide as its base, which is moved back over it and up
(``print-scripts.css``). Its height is nothing, so lines stay as far apart as they are. Where the
reading is wider than its base, the base has room on both sides. A line may end between two bases,
never within one; base and reading are ``RB`` and ``RT`` in the PDF's structure, in this order.
"""

from __future__ import annotations

from converters.article import Image, LineBreak, Note, Ruby, plain_text, query
from converters.writers._pdf_typography import em_width
from converters.writers._xhtml import Markup, element, join

__all__ = ["above"]

# The size of readings (``print-scripts.css``), and how much Latin is wider than em_width.
_SIZE, _BROAD = 0.5, 1.08
# What is wider, in em, has its reading behind it: a line could not be filled around it.
_WIDEST, _OVERHANG = 12.0, 4.0


def above(ruby: Ruby, base: Markup, reading: Markup) -> Markup | None:
    """``base`` with ``reading`` above it, or nothing where that would look bad.

    ``base`` and ``reading`` are the markup of what ``ruby`` holds.
    """
    words = plain_text(ruby.content)
    width = em_width(words)
    reading_width = _SIZE * em_width(ruby.annotation)
    if any(character < "\u2e80" for character in ruby.annotation):
        reading_width *= _BROAD
    wide = max(width, reading_width)
    if not words.strip() or wide > _WIDEST or wide > width + _OVERHANG:
        return None
    if any(query(ruby.content, Image, LineBreak, Note, Ruby)):
        return None
    room = (wide - width) / 2
    style = f"margin: 0 {room:.2f}em" if room >= 0.005 else None
    size = f"{wide / _SIZE:.2f}em"
    parts = (
        element("rb", base, {"style": style}),
        element("rt", reading, {"style": f"margin-left: -{size}; width: {size}"}),
    )
    return element("ruby", join(parts))
