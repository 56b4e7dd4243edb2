"""Lines of Chinese and Japanese, filled as a typesetter fills them.

WeasyPrint hands text to Pango, which knows where a line may end but not that a full-width mark is
half empty, that Han and Latin stand a little apart, or that a line can be stretched anywhere but at
a space. Here the characters of a paragraph are measured by Pango once; where its lines end, and how
far apart their characters stand, is arithmetic:

* a gap between Han and Latin, but none at the edge of a line
  (https://www.w3.org/TR/clreq/#handling_western_text_in_chinese_text_using_proportional_western_fonts);
* two full-width marks that meet close up by half a character, a mark that closes takes half of its
  width at the end of a line, and one that opens stands flush at the start of one, except the first
  of a paragraph (https://www.w3.org/TR/clreq/#punctuation_width_adjustment);
* no line begins or ends with a mark that must not
  (https://www.w3.org/TR/clreq/#prohibition_rules_for_line_start_end ; JIS X 4051, 4.3), nor parts a
  number from its unit;
* justified lines are stretched evenly between their characters, or left ragged where that would
  show (https://www.w3.org/TR/clreq/#line_adjustment).

No character is put in for all that: a PDF says for each glyph how far the next one is, so copied
text is the source. Spans with margins in their place would cost WeasyPrint 0.1 ms each and part the
text of a line into pieces; this costs less than what Pango takes to find the lines by itself.

Only text is touched whose style asks for ``font-feature-settings: "chws"`` (contextual half-width
spacing: https://learn.microsoft.com/typography/opentype/spec/features_ae#tag-chws), as
``print-scripts.css`` does for Chinese and Japanese.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from math import ceil
from typing import Any

from converters.writers import _pdf_marks as marks
from converters.writers._pdf_measure import Face, Measured, byte_places, glyph_runs

__all__ = ["apply", "centres"]

# Where a justified line may be stretched most, in em: more would show, and by 0.1 em poppler takes
# the characters for words.
_STRETCH = 0.07
# How much more of it a space between words takes.
_SPACE = 3
# What a full-width mark gives up at most, where one more piece finds room on the line by that, and
# how much a line may lack before that is done, in em.
_SHRINK = 0.25
_LACKING = 0.6


@cache
def _line_class() -> type[Any]:
    from weasyprint.text.line_break import Layout

    class Line(Layout):  # type: ignore[misc]  # WeasyPrint ships no types
        """The text of a line; what Pango needs to draw it is made when it is drawn."""

        def __init__(
            self, face: Face, measured: Measured, start: int, end: int, flush: int
        ) -> None:
            self.text = measured.text[start:end]
            self.face, self.measured, self.start = face, measured, start
            self.end, self.flush = end, flush
            self.stretch: dict[int, int] = {}
            self.shrink: dict[int, int] = {}
            self.justification_spacing = 0
            self.max_width = None
            self.first_line_direction = 0

        def moves(self) -> dict[int, int]:
            """What is added behind a character of the line, by rule."""
            known, start = self.measured.moves, self.start
            if not known:
                return self.shrink
            found = {n: known[start + n] for n in range(self.end - start - 1) if start + n in known}
            return {**found, **self.shrink}

        def deactivate(self) -> None:
            """Nothing: what was drawn with is still needed for others."""

        def reactivate(self, style: Any) -> None:
            """Make what Pango draws, with each character in its place."""
            self.layout, self.style = self.face.open().layout, style
            self.set_text(self.text)
            moves = {**self.moves(), **self.stretch}
            if not moves and not self.flush:
                return
            places = byte_places(self.text)
            shifts = {places[n]: move for n, move in moves.items()}
            for item in glyph_runs(self.get_first_line()[0]):
                _shift(item, shifts, self.flush)

    return Line


def _shift(item: Any, shifts: dict[int, int], flush: int) -> None:
    """Move the glyphs of a run: ``shifts`` says by how much what follows a byte of the text."""
    from weasyprint.text.ffi import ffi

    offset, count = item.item.offset, item.glyphs.num_glyphs
    clusters, glyphs = ffi.unpack(item.glyphs.log_clusters, count), item.glyphs.glyphs
    for n, cluster in enumerate(clusters):
        if offset + cluster in shifts and (n == count - 1 or clusters[n + 1] != cluster):
            glyphs[n].geometry.width += shifts[offset + cluster]
    if flush and not offset and count:
        glyphs[0].geometry.width -= flush
        glyphs[0].geometry.x_offset -= flush


def _fill(measured: Measured, start: int, room: float | None, flush: int) -> tuple[int, int, int]:
    """One line from character ``start`` on: its end, where the next begins, and its width.

    ``room`` is the width that there is, in units of Pango, ``None`` for any. Where not even the
    first piece fits, it is the line; where the line is the last, the next begins at the end.
    """
    text, starts = measured.text, measured.starts
    offset = starts[start] + flush
    size = len(text)
    full = starts[size] - offset
    visible = len(text.rstrip(" "))
    if room is None or visible <= start or starts[visible] - offset <= room:
        return size, size, full
    if visible == size and full - measured.closed(size - 1) <= room:
        return size, size, full - measured.closed(size - 1)
    breaks = measured.breaks
    first = bisect_right(breaks, start)
    # The end of a line may be narrower than it is within one, by less than two characters.
    n = bisect_right(breaks, offset + room, first, key=starts.__getitem__)
    n = min(n + 3, len(breaks))
    while n > first:
        n -= 1
        end = _visible_end(text, breaks[n])
        width = measured.end(end - 1) - offset if end > start else 0
        if width <= room or n == first:
            return end, breaks[n], width
    return size, size, full


def _cut(measured: Measured, start: int, room: float, flush: int) -> tuple[int, int, int]:
    """A line that ends within a word, since the word is longer than the line; see :func:`_fill`."""
    starts, loose = measured.starts, measured.loose
    offset = starts[start] + flush
    first = bisect_right(loose, start)
    n = bisect_right(loose, offset + room, first, key=starts.__getitem__)
    last = max(n - 1, first)
    end = loose[last] if last < len(loose) else len(measured.text)
    return end, end, measured.end(end - 1) - offset


def _may_cut(style: Any) -> bool:
    return bool(style["overflow_wrap"] != "normal" or style["word_break"] == "break-all")


def _squeezed(
    measured: Measured, start: int, after: int, lacking: float, em: float
) -> tuple[int, int, dict[int, int]] | None:
    """The line that is longer by a piece, because its marks give up some of their empty halves.

    Without that it would end before ``after`` and lack so much.
    Gives its end, where the next line begins, and by how much each mark is narrower.
    """
    breaks, text = measured.breaks, measured.text
    n = bisect_right(breaks, after)
    following = breaks[n] if n < len(breaks) else len(text)
    end = _visible_end(text, following)
    needed = measured.end(end - 1) - measured.end(_visible_end(text, after) - 1) - lacking
    empty = [
        place
        for place in range(start, end - 1)
        if place in measured.halves
        and place not in measured.moves
        and text[place] not in marks.OPENING
    ]
    if not empty or not 0 < needed <= _SHRINK * em * len(empty):
        return None
    # A PDF counts in thousandths of an em.
    thousandths = ceil(needed / em * 1000)
    shares = (
        thousandths * n // len(empty) - thousandths * (n + 1) // len(empty)
        for n in range(len(empty))
    )
    return end, following, {m: round(s * em / 1000) for m, s in zip(empty, shares, strict=True)}


def _visible_end(text: str, end: int) -> int:
    """The end of a line without the spaces there."""
    while end and text[end - 1] in " \u200b\u2060":
        end -= 1
    return end


def _face(style: Any) -> Face | None:
    """The measures of a style of text, where it asks for lines that are set here."""
    try:
        face: Face | None = style.script_face
    except AttributeError:
        face = style.script_face = _find_face(style)
    return face


def _find_face(style: Any) -> Face | None:
    from weasyprint.text import line_break

    features = style["font_feature_settings"]
    if (
        features == "normal"
        or not dict(features).get("chws")
        or not marks.rules(style["lang"] or "")
    ):
        return None
    if (
        style["white_space"] not in ("normal", "nowrap", "pre-line")
        or style["letter_spacing"] != "normal"
        or style["word_spacing"]
        or style["font_size"] < 1
    ):
        return None
    faces: dict[str, Face] = vars(style.font_config).setdefault("script_faces", {})
    key = line_break._font_style_cache_key(style, include_size=True) + style["direction"]  # noqa: SLF001
    if key not in faces:
        faces[key] = Face(style)
    return faces[key]


def centres(box: Any, wanted: re.Pattern[str]) -> list[float] | None:
    """Where the characters that ``wanted`` finds have their middle, in pixels from the text's left.

    ``None`` for the text box of a line that is not set here.
    """
    from weasyprint.text.ffi import FROM_UNITS

    line = box.pango_layout
    if not isinstance(line, _line_class()):
        return None
    measured, start = line.measured, line.start
    moved = {**line.moves(), **line.stretch}
    widths = [measured.width(start + n) for n in range(len(line.text))]
    places = accumulate((w + moved.get(n, 0) for n, w in enumerate(widths)), initial=-line.flush)
    return [
        (place + width / 2) * FROM_UNITS
        for place, width, character in zip(places, widths, line.text, strict=False)
        if wanted.match(character)
    ]


# --- In the place of WeasyPrint's own ------------------------------------------------------


def apply() -> None:
    """Have WeasyPrint fill lines of Chinese and Japanese so; harmless when done twice."""
    from weasyprint.layout import inline, preferred

    if getattr(inline.split_text_box, "by_script", False):
        return
    inline.split_text_box = _split_text_box(inline.split_text_box)
    inline.justify_line = _justify_line(inline.justify_line)
    inline.can_break_text = _can_break_text(inline.can_break_text)
    preferred.split_first_line = _split_first_line(preferred.split_first_line)


def _split_text_box(original: Callable[..., Any]) -> Callable[..., Any]:
    from weasyprint.text.ffi import FROM_UNITS, TO_UNITS
    from weasyprint.text.line_break import strut

    line_class = _line_class()

    def split_text_box(
        context: Any, box: Any, width: float | None, skip: int, is_line_start: bool = True
    ) -> Any:
        style = box.style
        face = _face(style)
        if face is None:
            return original(context, box, width, skip, is_line_start)
        text = box.text.encode()[skip:].decode() if skip else box.text
        measured, start = face.measured(text, style) if text else (None, 0)
        if measured is None:
            return original(context, box, width, skip, is_line_start)
        wraps = width is not None and style["white_space"] != "nowrap"
        room = width * TO_UNITS if wraps else None
        flush = measured.flush(start) if skip and is_line_start else 0
        end, following, wide = _fill(measured, start, room, flush)
        if room is not None and wide > room and is_line_start and _may_cut(style):
            end, following, wide = _cut(measured, start, room, flush)
        if end <= start:
            return original(context, box, width, skip, is_line_start)
        shrink: dict[int, int] = {}
        if room is not None and style["text_align_all"] == "justify":
            lacking = room - wide
            squeezed = None
            if following < len(measured.text) and lacking > _LACKING * face.em:
                squeezed = _squeezed(measured, start, following, lacking, face.em)
            if squeezed is not None:
                (end, following, shrink), wide = squeezed, int(room)
        layout = line_class(face, measured, start, end, flush)
        layout.max_width = width
        layout.shrink = {n - start: share for n, share in shrink.items()}
        if style["text_decoration_line"] != "none":
            face.decorate(layout, style)
        new = box.copy_with_text(layout.text)
        new.pango_layout = layout
        new.width, new.height = wide * FROM_UNITS, face.height
        line_height, _ = strut(style)
        new.margin_top = new.margin_bottom = (line_height - face.height) / 2
        new.baseline = face.baseline + new.margin_top
        if following == len(measured.text):
            return new, None, False
        face.remember(measured.text[following:], measured, following)
        return new, skip + len(measured.text[start:following].encode()), False

    split_text_box.by_script = True  # type: ignore[attr-defined]
    return split_text_box


def _split_first_line(original: Callable[..., Any]) -> Callable[..., Any]:
    from weasyprint.text.ffi import FROM_UNITS

    def split_first_line(
        text: str, style: Any, context: Any, width: float | None, *others: Any, **named: Any
    ) -> Any:
        """For widths alone: without limit, or for one piece."""
        face = _face(style)
        if face is None or not text or (width is not None and style["overflow_wrap"] == "anywhere"):
            return original(text, style, context, width, *others, **named)
        measured, start = face.measured(text, style)
        if measured is None:
            return original(text, style, context, width, *others, **named)
        wraps = width is not None and style["white_space"] != "nowrap"
        end, following, wide = _fill(measured, start, 0 if wraps else None, 0)
        size = len(measured.text)
        resume = None if following == size else len(measured.text[start:following].encode())
        if resume:
            face.remember(measured.text[following:], measured, following)
        length = len(measured.text[start:end].encode())
        return None, length, resume, wide * FROM_UNITS, face.height, face.baseline

    return split_first_line


def _can_break_text(original: Callable[[str, Any], bool]) -> Callable[[str, Any], bool]:
    def can_break_text(text: str, language: str | None) -> bool:
        """Between two elements, too, what belongs together stays so."""
        if len(text) != 2 or not marks.rules(language or ""):
            return original(text, language)
        if marks.keeps_together(*text):
            return False
        return marks.may_part(*text) or original(text, language)

    return can_break_text


def _justify_line(original: Callable[..., None]) -> Callable[..., None]:
    def justify_line(context: Any, line: Any, extra: float) -> None:
        texts = list(_own_texts(line))
        # A last line that is justified is two words at the ends of a line.
        one_line = line.style["text_align_last"] == "justify"
        if not texts or one_line or line.style["direction"] == "rtl":
            original(context, line, extra)
        else:
            _stretch(line, texts, extra)

    return justify_line


def _own_texts(box: Any) -> Iterator[Any]:
    """The text boxes of a line that are set here."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        if isinstance(box.pango_layout, _line_class()):
            yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _own_texts(child)


def _stretch(line: Any, texts: list[Any], extra: float) -> None:
    """Make ``line`` wider by ``extra`` pixels, a little everywhere, or leave it ragged."""
    from weasyprint.text.ffi import FROM_UNITS, TO_UNITS

    em = texts[0].style["font_size"]
    places: list[tuple[Any, int]] = []
    for text in texts:
        text.pango_layout.stretch = {}
        moved = text.pango_layout.moves()
        for match in marks.STRETCHED.finditer(text.text):
            if match.start() not in moved:
                places += [(text, match.start())] * (_SPACE if match[0] == " " else 1)
    # A PDF counts in thousandths of an em.
    thousandths = round(extra / em * 1000)
    if not places or thousandths > _STRETCH * 1000 * len(places):
        return
    for n, (text, place) in enumerate(places):
        share = thousandths * (n + 1) // len(places) - thousandths * n // len(places)
        stretch = text.pango_layout.stretch
        stretch[place] = stretch.get(place, 0) + ceil(share * em / 1000 * TO_UNITS)
    widths = {id(text): sum(text.pango_layout.stretch.values()) * FROM_UNITS for text in texts}
    _move(line, widths, 0.0)


def _move(box: Any, wider: dict[int, float], distance: float) -> float:
    """Move a box of a line, whose texts got wider, and say how far what follows it moves."""
    from weasyprint.formatting_structure import boxes

    before = distance
    if isinstance(box, boxes.TextBox):
        box.position_x += distance
        distance += wider.get(id(box), 0.0)
        box.width += distance - before
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += distance
        for child in box.children:
            if child.is_in_normal_flow():
                distance = _move(child, wider, distance)
        box.width += distance - before
    else:
        box.translate(distance, 0)
    return distance
