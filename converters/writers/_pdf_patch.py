"""Faults of WeasyPrint 70 and its pydyf, mended from outside.

Where the second line of a paragraph (its ``orphans``) meets the foot of a page, WeasyPrint moves
notes of *earlier* lines to the next page to make room for that line, and forgets the notes that
the line itself calls: they are in the file nowhere (``layout/block.py``, ``_linebox_layout``: the
line is kept before its notes are looked at). A paragraph had better go to the next page whole.

Only the version that was studied is touched. Without this, :mod:`._pdf_notes` notices what is
missing, and the notes go behind the article.

pydyf lists the references of all pages anew whenever it is asked for them, and WeasyPrint asks
once for every element of the structure tree: time grew with the square of the pages, and in a
document of 500 pages a third of it went there. The list is kept until the pages change.

An emoji font is saved by fontTools, which writes the time of day into it; now it keeps its own.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from converters.writers import (
    _pdf_columns,
    _pdf_emphasis,
    _pdf_faces,
    _pdf_fast,
    _pdf_fit,
    _pdf_lines,
    _pdf_short,
    _pdf_style,
    _pdf_tags,
    _pdf_unicode,
)

__all__ = ["apply"]


def apply(weasyprint: Any) -> None:
    """Mend WeasyPrint where it is a version with the faults; harmless when done twice."""
    _keep_page_references()
    if not weasyprint.VERSION.startswith("70."):
        return
    _pdf_unicode.apply()
    _pdf_tags.apply()
    _pdf_faces.apply()
    _pdf_fast.apply()
    _pdf_style.apply()
    _keep_font_dates()
    from weasyprint.layout import block

    _pdf_short.apply()
    _pdf_fit.apply(block)
    _pdf_columns.apply()
    _pdf_lines.apply()
    _pdf_emphasis.apply()
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
        moved = [note for note in context.reported_footnotes if note not in before]
        if moved and (first_line or not page_is_empty):
            # The caller takes back the paragraph's own notes.
            _call_back(context, [note for note in moved if note not in own])
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


def _keep_font_dates() -> None:
    from weasyprint.pdf import fonts

    if not isinstance(fonts.TTFont, partial):
        fonts.TTFont = partial(fonts.TTFont, recalcTimestamp=False)


def _keep_page_references() -> None:
    import pydyf

    original = pydyf.PDF.page_references
    if original.fget.__module__ != "pydyf":
        return

    def page_references(pdf: Any) -> Any:
        known: Any = vars(pdf).get("known_page_references")
        count = len(pdf.pages["Kids"])
        if known is None or known[0] != count:
            known = (count, original.fget(pdf))
            pdf.known_page_references = known
        return known[1]

    pydyf.PDF.page_references = property(page_references)
