"""Sheets that are printed on both sides and bound: what is on a page moves away from the fold.

The text is laid out once for all pages; the paper of a page is moved under it, which every reader
and printer takes from the page's boxes (ISO 32000-1, 14.11.2).
"""

from __future__ import annotations

from typing import Any

from converters.writers._pdf_page import Page

__all__ = ["bind", "shifts"]

_BOXES = ("MediaBox", "TrimBox", "BleedBox", "CropBox")


def shifts(page: Page, *, from_right: bool) -> tuple[float, float]:
    """How far what is on odd and on even pages moves to the right, in points."""
    return page.shift(1, from_right=from_right), page.shift(2, from_right=from_right)


def bind(pdf: Any, distances: tuple[float, float]) -> None:
    """Move what is on the pages of ``pdf``, a file that WeasyPrint is about to write."""
    import pydyf

    for number, reference in enumerate(pdf.page_references):
        page = pdf.objects[int(reference.split()[0])]
        distance = distances[number % 2]
        for box in _BOXES:
            if distance and box in page:
                left, bottom, right, top = page[box]
                page[box] = pydyf.Array([left - distance, bottom, right - distance, top])
