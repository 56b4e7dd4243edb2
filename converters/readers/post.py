"""The post reader: front matter, then HTML or Markdown, as site generators keep their posts.

Jekyll, Hugo, Hexo, Eleventy, Zola, Obsidian and their like; the forms of front matter are in
:mod:`~converters.readers.frontmatter`, their tags and shortcodes in
:mod:`~converters.readers.shortcodes`. The archive form below front matter is the archive reader's.
"""

from __future__ import annotations

from collections.abc import Iterator

from converters.article import Article
from converters.readers import ReadOptions
from converters.readers.archive import read_prologue
from converters.readers.assembly import Head, assemble
from converters.readers.frontmatter import Facts, facts, split
from converters.source import Document

__all__ = ["NAME", "read", "recognises"]

NAME = "post"

_SURE = 85


def recognises(document: Document) -> int:
    """How sure this reader is: of front matter, unless the archive form follows it."""
    if document.binary:
        return 0
    start = document.text[:8192]
    if start.lstrip("\ufeff\n\t ")[:1] not in ("-", "+", ";", "{", '"') and ":" not in start[:200]:
        return 0
    front = split(document.text[:70_000])
    if front is None:
        return 0
    return 30 if read_prologue(document.text[:70_000]).linked else _SURE


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The one article of a post; without front matter the body is all there is.

    Raises :class:`~converters.errors.UnreadableSource` where nothing but white space is left.
    """
    front = split(document.text)
    head = Head(reader=NAME, facts=facts(front) if front else Facts(), generated=True)
    yield assemble(document, options, head, front.body if front else document.text)
