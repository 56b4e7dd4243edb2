"""The two tables of contents of an EPUB: the navigation document and the NCX of EPUB 2.

See https://www.w3.org/TR/epub-33/#sec-nav and, for the NCX,
https://idpf.org/epub/20/spec/OPF_2.0_final_spec.html#Section2.4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from converters.languages import label
from converters.writers._epub_chapter import Document, Entry, page
from converters.writers._epub_plan import Landmark, Plan
from converters.writers._xhtml import (
    Markup,
    element,
    join,
    language_attributes,
    language_tag,
    text,
)

__all__ = ["NAVIGATION", "NCX", "articles_only", "flattened", "navigation", "ncx"]

NAVIGATION = "nav.xhtml"
NCX = "toc.ncx"


def navigation(entries: Sequence[Entry], plan: Plan, landmarks: Sequence[Landmark]) -> Document:
    """The navigation document: the contents and, hidden, the landmarks.

    The cover is no line of the contents, which lead through the text. What an entry's ``details``
    say is shown by the style sheet: readers show the words of a link, all of them, in their own
    lists of contents, and there a title is wanted alone.
    """
    contents = label("contents", plan.language)
    toc = element(
        "nav",
        join((element("h1", text(contents)), _list(entries, plan)), "\n"),
        {"epub:type": "toc", "role": "doc-toc", "id": "toc", "class": "contents"},
    )
    items = (
        element(
            "li", element("a", text(mark.words), {"epub:type": mark.kind, "href": mark.address})
        )
        for mark in landmarks
    )
    hidden = element(
        "nav", element("ol", join(items)), {"epub:type": "landmarks", "hidden": "hidden"}
    )
    data = page(contents, join((toc, hidden), "\n"), plan.language, plan.direction)
    return Document(NAVIGATION, data)


def _list(entries: Sequence[Entry], plan: Plan) -> Markup:
    items: list[Markup] = []
    for entry in entries:
        foreign = entry.language if entry.language not in ("", plan.language) else ""
        turned = entry.direction if entry.direction not in ("", plan.direction) else ""
        attributes = {"href": entry.address, **language_attributes(foreign, turned)}
        link = element("a", text(entry.title), {**attributes, "data-from": entry.details or None})
        parts = [link, _list(entry.children, plan)] if entry.children else [link]
        marks = {"hidden": "hidden" if entry.hidden else None, "class": entry.kind or None}
        items.append(element("li", join(parts), marks))
    return element("ol", join(items, "\n"))


def flattened(entries: Sequence[Entry], depth: int) -> tuple[Entry, ...]:
    """``entries`` on at most ``depth`` levels: what is deeper follows what it was below.

    Nothing is lost and the order stays that of reading. Kindle shows two levels of the NCX.
    """
    if depth <= 1:
        return tuple(
            flat
            for entry in entries
            for flat in (replace(entry, children=()), *flattened(entry.children, 1))
        )
    return tuple(replace(entry, children=flattened(entry.children, depth - 1)) for entry in entries)


def articles_only(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """``entries`` without headings within a document that has an entry already."""
    return tuple(
        replace(entry, children=articles_only(entry.children))
        for entry in entries
        if "#" not in entry.address
    )


def ncx(entries: Sequence[Entry], *, title: str, identifier: str, language: str) -> Document:
    """The same contents for readers of EPUB 2, with its true depth and the order of reading."""
    points = _Points()
    nav_map = element("navMap", join(points.points(entries), "\n"))
    meta = {
        "dtb:uid": identifier,
        "dtb:depth": str(_depth(entries)),
        "dtb:totalPageCount": "0",
        "dtb:maxPageNumber": "0",
    }
    head = join(
        (element("meta", attributes={"name": k, "content": v}) for k, v in meta.items()), "\n"
    )
    doc_title = element("docTitle", element("text", text(title)))
    root = element(
        "ncx",
        join((element("head", head), doc_title, nav_map), "\n"),
        {
            "xmlns": "http://www.daisy.org/z3986/2005/ncx/",
            "version": "2005-1",
            "xml:lang": language_tag(language),
        },
    )
    return Document(NCX, f'<?xml version="1.0" encoding="utf-8"?>\n{root}\n'.encode())


def _depth(entries: Sequence[Entry]) -> int:
    return max((1 + _depth(entry.children) for entry in entries), default=0)


class _Points:
    """Numbers the points of the NCX in the order of reading."""

    def __init__(self) -> None:
        self.count = 0

    def points(self, entries: Sequence[Entry]) -> Iterator[Markup]:
        for entry in entries:
            self.count += 1
            number = self.count
            content = (
                element("navLabel", element("text", text(entry.title))),
                element("content", attributes={"src": entry.address}),
                *self.points(entry.children),
            )
            yield element("navPoint", join(content), {"id": f"point-{number}", "playOrder": number})
