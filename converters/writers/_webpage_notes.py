"""Notes beside the text: where a wide window has room for them, and the rules that put them there.

A page holds its notes once, as a list behind the article. A wide window shows each note in the
margin instead, at the height of its mark or below the note before it: CSS Anchor Positioning
(https://www.w3.org/TR/css-anchor-position-1/) needs no script and no second copy of the note.
Browsers that lack it, narrow windows and paper have the list.
"""

from __future__ import annotations

from collections.abc import Sequence

from converters.article import (
    Article,
    Block,
    Embed,
    Figure,
    Note,
    ThematicBreak,
    plain_text,
    query,
)
from converters.languages import is_cjk
from converters.writers._pdf_typography import em_width

__all__ = ["anchors", "room_below"]

# The widths of webpage.css, in em of the text and of the note.
_MEASURE, _CJK_MEASURE = 33, 38
_NOTE_MEASURE = 16.5
# A line of a note, and the space below it, in lines of the text.
_NOTE_LINE, _NOTE_SPACE = 0.72, 0.4
# Lines that things without words take.
_PICTURE_LINES, _RULE_LINES, _BLOCK_SPACE = 8.0, 2.0, 0.5
# A note that stands further below its mark, in lines, is beside something else.
_FURTHEST = 25.0
# The last notes may stand as many lines below the text.
_LOWEST = 16.0


def room_below(article: Article) -> float | None:
    """How many lines the notes of ``article`` need below its text if they stand beside it.

    ``None`` where they belong behind it: where they would run far behind their marks or far out
    below the text. Its notes are numbered. What is estimated is a window just wide enough for the
    margin.
    """
    measure = _CJK_MEASURE if is_cjk(article.language) else _MEASURE
    place = bottom = 0.0
    seen: set[int] = set()
    for block in article.body:
        height = _lines(block, measure)
        called = [note for note in query(block, Note) if note.number not in seen]
        for index, note in enumerate(called):
            seen.add(note.number)
            mark = place + height * index / len(called)
            top = max(mark, bottom)
            if top - mark > _FURTHEST:
                return None
            bottom = top + _NOTE_LINE * _rows(note.content, _NOTE_MEASURE) + _NOTE_SPACE
        place += height + _BLOCK_SPACE
    below = max(0.0, bottom - place)
    return below if below <= _LOWEST else None


def _lines(block: Block, measure: float) -> float:
    """About how many lines of text a block is high."""
    match block:
        case ThematicBreak():
            return _RULE_LINES
        case Figure() | Embed():
            return _PICTURE_LINES + _rows((block,), measure)
        case _:
            return _rows((block,), measure)


def _rows(blocks: Sequence[Block], measure: float) -> float:
    rows = plain_text(blocks).split("\n")
    return sum(max(1.0, -(-em_width(row) // measure)) for row in rows)


def anchors(places: Sequence[tuple[str, str]]) -> str:
    """The CSS that puts notes beside their marks.

    ``places`` has the id of each note's mark and of the note itself, in the order of the notes;
    the ids are ASCII names. A note begins at its mark's line, or below the note before it.
    """
    rules: list[str] = []
    before = ""
    for mark, note in places:
        top = f"anchor(--{mark} top, 0px)"
        if before:
            top = f"max({top}, calc(anchor(--{before} bottom, 0px) + var(--note-space)))"
        rules.append(f"#{mark}{{anchor-name:--{mark}}}")
        rules.append(f"#{note}{{anchor-name:--{note};top:{top}}}")
        before = note
    return "\n".join(rules)
