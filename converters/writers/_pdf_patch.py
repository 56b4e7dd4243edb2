"""A fault of WeasyPrint 70 in laying out notes, mended from outside.

Where the second line of a paragraph (its ``orphans``) meets the foot of a page, WeasyPrint moves
notes of *earlier* lines to the next page to make room for that line, and forgets the notes that
the line itself calls: they are in the file nowhere (``layout/block.py``, ``_linebox_layout``: the
line is kept before its notes are looked at). A paragraph had better go to the next page whole.

Only the version that was studied is touched. Without this, :mod:`._pdf_notes` notices what is
missing, and the notes go behind the article.
"""

from __future__ import annotations

from typing import Any

__all__ = ["apply"]


def apply(weasyprint: Any) -> None:
    """Mend WeasyPrint where it is a version with the fault; harmless when done twice."""
    if not weasyprint.VERSION.startswith("70."):
        return
    from weasyprint.layout import block

    original = block._linebox_layout  # noqa: SLF001
    if getattr(original, "mended", False):
        return

    def linebox_layout(context: Any, *arguments: Any) -> Any:
        new_children, page_is_empty = arguments[3], arguments[4]
        if not context.current_page_footnotes:
            return original(context, *arguments)
        first_line = len(new_children)
        before = list(context.reported_footnotes)
        result = original(context, *arguments)
        own = result[4]
        moved = [
            note for note in context.reported_footnotes if note not in before and note not in own
        ]
        if moved and (first_line or not page_is_empty):
            _call_back(context, moved)
            return True, False, result[2], result[3], own, result[5]
        if moved:
            own.extend(_forgotten(context, new_children[-1:]))
        return result

    linebox_layout.mended = True  # type: ignore[attr-defined]
    block._linebox_layout = linebox_layout  # noqa: SLF001


def _call_back(context: Any, moved: list[Any]) -> None:
    """Put notes back on the page that they were moved from, in their order."""
    for note in moved:
        context.reported_footnotes.remove(note)
        context.footnotes.append(note)
        context.layout_footnote(note)


def _forgotten(context: Any, lines: list[Any]) -> list[Any]:
    """Move to the next page the notes that ``lines`` call and nobody laid out."""
    notes = [
        box.footnote
        for line in lines
        for box in line.descendants()
        if box.footnote is not None and box.footnote in context.footnotes
    ]
    for note in notes:
        context.layout_footnote(note)
        context.report_footnote(note)
    return notes
