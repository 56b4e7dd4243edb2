"""About how high the lists before the articles will be, before anything is laid out.

A last page with two entries on it is a page that ends almost empty. Where a little less space
between lines and entries would save it, the lists are set tight. All heights are in em of the
body's size, as print-edition.css makes them; they are right to about a twentieth.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from converters.writers._pdf_typography import em_width

__all__ = [
    "FACTS",
    "glance_height",
    "is_tight",
    "line_count",
    "list_height",
    "told_height",
]

# What share of their height lists have that are set tight.
_TIGHT = 0.87

FACTS = 1.29
"""A line with the source and the day of an article."""

# Of entries: a line of the title, space around, a line of the words.
_TITLE, _AROUND, _WORDS = 1.45, 0.75, 1.25
_CJK_WORDS = 1.41
# Of lines of contents and of sections in them.
_LINE_GAP, _SECTION = 0.2, 2.45
# Of entries at a glance in two columns.
_PAIR_TITLE, _PAIR_AROUND, _PAIR_WORDS, _PAIR_CJK = 1.12, 1.15, 1.14, 1.28
# What a title leaves to its page, in em.
_PAGE = 3.0


def line_count(words: str, measure: float, most: int = 99) -> int:
    """How many lines of ``measure`` em ``words`` take."""
    return min(most, ceil(em_width(words) / measure))


def told_height(
    titles: Sequence[str], words: Sequence[str], measure: float, line: float, *, cjk: bool
) -> float:
    """The height of entries: titles on lines of ``measure`` em, ``words`` on lines of ``line``.

    ``line`` is in em of the words' own size. Lines of facts (:data:`FACTS`) come on top of it.
    """
    each = _CJK_WORDS if cjk else _WORDS
    lines = sum(line_count(title, measure - _PAGE, 2) for title in titles)
    about = sum(min(2, 1 + (em_width(said) > line)) for said in words if said)
    return lines * _TITLE + about * each + len(titles) * _AROUND


def list_height(titles: Sequence[str], sections: int, line: float) -> float:
    """The height of contents with a line for each of ``titles`` and ``sections`` above them."""
    lines = sum(line_count(title, line - _PAGE, 2) for title in titles)
    return lines * _TITLE + len(titles) * _LINE_GAP + sections * _SECTION


def glance_height(titles: Sequence[str], words: Sequence[str], line: float, *, cjk: bool) -> float:
    """The height of entries two by two, in columns of ``line`` em of their own size.

    Lines of facts come on top of it, one for two.
    """
    each = _PAIR_CJK if cjk else _PAIR_WORDS
    heights = [
        line_count(title, line - _PAGE, 2) * _PAIR_TITLE
        + (min(2, 1 + (em_width(said) > line)) * each if said else 0)
        for title, said in zip(titles, words, strict=True)
    ]
    rows = (heights[row : row + 2] for row in range(0, len(heights), 2))
    return sum(max(row) + _PAIR_AROUND for row in rows)


def is_tight(fixed: float, lists: float, page: float) -> bool:
    """Whether ``lists`` set tight, behind what is ``fixed``, save a page of height ``page``."""
    usual = ceil((fixed + lists) / page)
    return usual > 1 and ceil((fixed + lists * _TIGHT) / page) < usual
