"""Emphasis dots: below the characters in Chinese, above them in Japanese.

https://www.w3.org/TR/clreq/#emphasis_dots, https://www.w3.org/TR/jlreq/#ruby_and_emphasis_dots.
WeasyPrint knows no ``text-emphasis``. Here an underline (or a line above) that is dotted is drawn
as dots, one to each Han character or kana of lines that :mod:`._pdf_lines` fills. They are drawn,
not written: copied text has none, nothing is laid out for them, and marks and Latin words get
none.

Dots are for words that are stressed within a sentence. What is longer, or stands alone (a caption,
a whole paragraph in slanted letters), is set in Kai as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from converters.languages import HAN_CLASS, KANA_CLASS
from converters.writers import _pdf_lines as lines

__all__ = ["apply", "takes_dots"]

# Readers take dots in below longer runs for an underline.
_MOST = 12
_TAKES_ONE = re.compile(f"[{HAN_CLASS}{KANA_CLASS}]")
_SENTENCE = re.compile("[。！？；：\\n]")
# In em: how large a dot is, and how far its middle is from the baseline, below and above.
_SIZE, _BELOW, _ABOVE = 0.16, 0.27, 1.01


def takes_dots(words: str, around: str) -> bool:
    """Whether emphasised ``words`` get dots; ``around`` is what else their paragraph holds."""
    if not any(map(str.isalnum, around)) or _SENTENCE.search(words):
        return False
    letters = sum(map(str.isalnum, words))
    stressed = len(_TAKES_ONE.findall(words))
    return 0 < letters <= _MOST and 2 * stressed > letters


def apply() -> None:
    """Have WeasyPrint draw dotted lines as emphasis dots; harmless when done twice."""
    from weasyprint.draw import text

    if not getattr(text.draw_text_decoration, "dots", False):
        text.draw_text_decoration = _drawing(text.draw_text_decoration)


def _drawing(original: Callable[..., None]) -> Callable[..., None]:
    def draw_text_decoration(
        stream: Any, box: Any, offset_x: float, offset_y: float, thickness: float, color: Any
    ) -> None:
        centres = lines.centres(box, _TAKES_ONE)
        if centres is None or box.style["text_decoration_style"] != "dotted":
            original(stream, box, offset_x, offset_y, thickness, color)
            return
        em = box.style["font_size"]
        distance = -_ABOVE if offset_y < box.baseline else _BELOW
        y = box.position_y + box.baseline + distance * em
        with stream.stacked():
            stream.set_color(color, stroke=True)
            stream.set_line_cap(1)
            stream.set_line_width(_SIZE * em)
            for centre in centres:
                # A line of no length with round ends.
                stream.move_to(box.position_x + centre, y)
                stream.line_to(box.position_x + centre, y)
            stream.stroke()

    draw_text_decoration.dots = True  # type: ignore[attr-defined]
    return draw_text_decoration
