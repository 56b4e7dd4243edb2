"""Readers: each turns a source into articles.

A reader is a module with

* ``recognises(document) -> int``: how sure it is that this is its format, from 0 (no) to 100
  (nothing else could be); looked at by content first, so a wrong suffix does no harm;
* ``read(document, options) -> Iterator[Article]``: the articles, one by one.

:data:`READERS` names ours; packages of others add theirs (:mod:`converters.plugins`).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct

from converters import plugins
from converters.article import Article
from converters.errors import ConversionError, UnknownFormat, UnreadableSource, UnsafeSource
from converters.fetch import FetchPolicy

if TYPE_CHECKING:
    from converters.source import Document

__all__ = [
    "READERS",
    "ReadOptions",
    "Reader",
    "ReaderModule",
    "choose_reader",
    "find_reader",
    "read_document",
    "readers",
]

_SURE = 90  # from here on no other reader is asked


class ReadOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person can say about a source that the source does not.

    ``language`` is a BCP 47 tag that overrides what is found; ``url`` is the address that a
    source without one came from. ``headings`` says whether short bold paragraphs that stand as
    headings become headings. ``chapters`` makes every chapter of a book an article of its own;
    ``full`` fetches the page of a feed's entry where the feed holds only a summary, as ``fetch``
    allows, which also says how addresses are fetched.
    """

    language: str = ""
    url: str = ""
    headings: bool = True
    chapters: bool = False
    full: bool = False
    fetch: FetchPolicy | None = None


class ReaderModule(Protocol):
    """What a reader's module offers."""

    def recognises(self, document: Document) -> int:
        """How sure the reader is that this is its format: 0 to 100."""

    def read(self, document: Document, options: ReadOptions) -> Iterator[Article]:
        """The articles of the source; raises :class:`~converters.errors.ConversionError`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that can be read.

    ``module`` is the full name of a module, or ``module:name`` of an object in one that offers
    the same.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    module: str

    def load(self) -> ReaderModule:
        """Import the reader."""
        module, _, name = self.module.partition(":")
        loaded = importlib.import_module(module)
        return cast(ReaderModule, getattr(loaded, name) if name else loaded)


def _table(*readers: Reader) -> Mapping[str, Reader]:
    return {reader.name: reader for reader in readers}


# In the order in which they are asked: the cheap and certain ones first.
READERS = _table(
    Reader(
        "archive",
        (".md", ".txt", ".html", ".htm"),
        "a title link, a rule and an HTML body; plain HTML and Markdown bodies too",
        "converters.readers.archive",
    ),
    Reader(
        "post",
        (".md", ".markdown", ".html"),
        "front matter (YAML, TOML, JSON) above HTML or Markdown: Jekyll, Hugo, Hexo",
        "converters.readers.post",
    ),
    Reader(
        "feed",
        (".xml", ".rss", ".atom", ".json"),
        "RSS, Atom and JSON Feed, one article an entry",
        "converters.readers.feed",
    ),
    Reader(
        "page",
        (".html", ".htm", ".xhtml"),
        "a whole web page as saved: its article, found among all that stands around it",
        "converters.readers.page",
    ),
    Reader("model", (".json",), "Broadsheet's own JSON", "converters.readers.model"),
    Reader(
        "pandoc",
        (".docx", ".odt", ".rtf", ".epub", ".md", ".rst", ".org", ".tex", ".wiki", ".ipynb"),
        "Markdown, DOCX, ODT, RTF, EPUB, reStructuredText, Org, LaTeX, MediaWiki, Jupyter "
        "and what else pandoc reads; --from takes its names too (docx, textile)",
        "converters.readers.pandoc",
    ),
)


def readers() -> Mapping[str, Reader]:
    """All readers there are, those of plug-ins behind ours."""
    return {**READERS, **plugins.find(plugins.READERS, Reader, frozenset(READERS))}


def find_reader(name: str) -> Reader:
    """The reader called ``name``: one of :func:`readers`, or a format of pandoc's.

    Raises :class:`~converters.errors.UnknownFormat`, naming the readers there are.
    """
    reader = READERS.get(name) or _pandoc_reader(name) or readers().get(name)
    if reader is None:
        raise UnknownFormat(name, f"no reader of this name; there are {', '.join(readers())}")
    return reader


def _pandoc_reader(name: str) -> Reader | None:
    """The reader of one of the formats that the reader ``pandoc`` knows."""
    from converters.readers._pandoc_formats import FORMATS

    if name not in FORMATS:
        return None
    suffixes = FORMATS[name].suffixes
    return Reader(name, suffixes, f"{name}, by pandoc", f"converters.readers.pandoc:{name}")


def _is_ours(reader: Reader) -> bool:
    return reader.module.startswith("converters.")


def read_document(document: Document, options: ReadOptions, name: str = "") -> Iterator[Article]:
    """The articles of ``document``, by the reader called ``name`` or the one that is surest.

    Raises :class:`~converters.errors.ConversionError`; a plug-in's own failures become one.
    """
    reader = find_reader(name) if name else choose_reader(document)
    if document.binary and reader.name in READERS and reader.name != "pandoc":
        # All of ours but pandoc's read text, and anything can be decoded as some text.
        reason = f"is {document.binary}, which the reader {reader.name} does not read"
        raise UnreadableSource(document.name, reason)
    if _is_ours(reader):
        try:
            yield from reader.load().read(document, options)
        except UnsafeSource as error:
            if error.source:
                raise
            raise UnsafeSource(document.name, error.reason) from error  # of the parser
        return
    try:
        yield from reader.load().read(document, options)
    except ConversionError:
        raise
    except Exception as error:  # code of others, which may raise anything
        raise UnreadableSource(document.name, str(plugins.blame(reader.name, error))) from error


def choose_reader(document: Document) -> Reader:
    """The reader that is surest of ``document``; of equals the one that stands first.

    Raises :class:`~converters.errors.UnknownFormat` where there is none.
    """
    best, score = _surest(document, READERS)
    if score < _SURE:
        added = {name: reader for name, reader in readers().items() if name not in READERS}
        other, other_score = _surest(document, added)
        if other_score > score:
            best, score = other, other_score
    if best is None:
        if document.binary:
            reason = f"is {document.binary}, which no reader reads"
            raise UnreadableSource(document.name, reason)
        known = ", ".join(readers())
        raise UnknownFormat(
            document.name, f"no reader recognises it; name one with --from ({known})"
        )
    return best


def _surest(document: Document, table: Mapping[str, Reader]) -> tuple[Reader | None, int]:
    """The surest reader of ``table``, and how sure it is."""
    best: Reader | None = None
    score = 0
    for reader in table.values():
        sure = _how_sure(reader, document)
        if sure > score:
            best, score = reader, sure
        if score >= _SURE:
            break
    return best, score


def _how_sure(reader: Reader, document: Document) -> int:
    if _is_ours(reader):
        return reader.load().recognises(document)
    try:
        return reader.load().recognises(document)
    except Exception as error:  # noqa: BLE001 - code of others, which may raise anything
        plugins.blame(reader.name, error)
        return 0
