"""The two tables of contents of an EPUB: the navigation document and the NCX of EPUB 2.

See https://www.w3.org/TR/epub-33/#sec-nav and, for the NCX,
https://idpf.org/epub/20/spec/OPF_2.0_final_spec.html#Section2.4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from converters.languages import label
from converters.writers._epub_chapter import COVER, Document, Entry, page
from converters.writers._xhtml import (
    Markup,
    element,
    join,
    language_attributes,
    language_tag,
    text,
)

__all__ = ["NAVIGATION", "NCX", "navigation", "ncx"]

NAVIGATION = "nav.xhtml"
NCX = "toc.ncx"


def navigation(
    entries: Sequence[Entry],
    *,
    language: str,
    direction: str,
    in_spine: bool,
    has_cover: bool = False,
) -> Document:
    """The navigation document: the contents and, hidden, the landmarks.

    ``in_spine`` says whether the document is also a page of the book; only then may a landmark
    lead to it. The cover is no line of the contents, which lead through the text.
    """
    contents = label("contents", language)
    toc = element(
        "nav",
        join((element("h1", text(contents)), _list(entries, language)), "\n"),
        {"epub:type": "toc", "role": "doc-toc", "id": "toc", "class": "contents"},
    )
    landmarks = [(label("start", language), entries[0].address, "bodymatter")]
    if in_spine:
        landmarks.insert(0, (contents, NAVIGATION + "#toc", "toc"))
    if has_cover:
        landmarks.insert(0, (label("cover", language), COVER, "cover"))
    items = (
        element("li", element("a", text(title), {"epub:type": kind, "href": address}))
        for title, address, kind in landmarks
    )
    hidden = element(
        "nav", element("ol", join(items)), {"epub:type": "landmarks", "hidden": "hidden"}
    )
    data = page(contents, join((toc, hidden), "\n"), language, direction)
    return Document(NAVIGATION, data)


def _list(entries: Sequence[Entry], language: str) -> Markup:
    items: list[Markup] = []
    for entry in entries:
        foreign = entry.language if entry.language not in ("", language) else ""
        link = element(
            "a", text(entry.title), {"href": entry.address, **language_attributes(foreign)}
        )
        parts = [link, _list(entry.children, language)] if entry.children else [link]
        items.append(element("li", join(parts)))
    return element("ol", join(items, "\n"))


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
