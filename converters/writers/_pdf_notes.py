"""Whether an article's notes have room at the foot of its pages.

The area of the notes takes 40 % of a page at most (``print.css``); a line whose note finds no room
there moves to the next page with it. Where notes come so thick that pages would end in blank
space, they belong behind the article. That is estimated before anything is laid out, since laying
out hundreds of notes for nothing takes long, and checked afterwards (:func:`in_place`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from converters.article import Article, Block, Note, plain_text, query
from converters.languages import is_cjk
from converters.writers._pdf_page import Page
from converters.writers._pdf_typography import em_width

__all__ = ["in_place", "too_many"]

_SHARE = 0.42
_NOTE_SIZE = 8.0
_NOTE_LINE = 1.42
_NOTE_SPACE = 2.0
# Most notes are addresses, whose letters are narrower than the average that em_width counts.
_NARROW = 0.92


def too_many(article: Article, page: Page) -> bool:
    """Whether somewhere the notes of one page would take more than their share of it."""
    text = notes = 0.0
    seen: set[int] = set()
    for lines, called in _lines(article, page):
        height = sum(_note_height(note, page) for note in called if note.number not in seen)
        seen.update(note.number for note in called)
        text, notes = text + lines, notes + height
        if notes > _SHARE * page.text_height:
            return True
        if text + notes > page.text_height:
            text, notes = lines, height
    return False


def _lines(article: Article, page: Page) -> Iterator[tuple[float, list[Note]]]:
    """The article in stretches of about a line: the height of each, and the notes it calls."""
    line = page.size * page.look.leading[is_cjk(article.language)]
    for block in article.body:
        height = _height(block, page, line)
        called = list(query(block, Note))
        if not called:
            yield height, []
            continue
        # Where in the block a note is called does not matter much: they are spread over it.
        for note in called:
            yield height / len(called), [note]


def _height(block: Block, page: Page, line: float) -> float:
    rows = plain_text(block).split("\n")
    # Of text in columns, lines stand beside each other.
    return line * sum(max(1.0, -(-em_width(row) // page.measure)) for row in rows) / page.columns


def _note_height(note: Note, page: Page) -> float:
    size = max(_NOTE_SIZE, page.smallest)
    width = page.text_width / size - 2
    rows = plain_text(note.content).split("\n")
    lines = sum(max(1.0, -(-em_width(row) * _NARROW // width)) for row in rows)
    return lines * _NOTE_LINE * size + _NOTE_SPACE


def in_place(called: Mapping[int, Sequence[tuple[str, str]]], pages: Iterable[Any]) -> set[int]:
    """Which articles have each of their notes on the page of its mark or on the next.

    ``called`` holds for each article the ids of its notes' marks and of the notes themselves.
    """
    places: dict[str, int] = {}
    for index, page in enumerate(pages):
        for name in page.anchors:
            places.setdefault(name, index)

    def is_near(mark: str, note: str) -> bool:
        start, end = places.get(mark), places.get(note)
        return start is not None and end is not None and 0 <= end - start <= 1

    return {number for number, pairs in called.items() if all(is_near(*pair) for pair in pairs)}
