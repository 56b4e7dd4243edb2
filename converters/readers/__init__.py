"""Readers: each turns a source into articles.

A reader is a module with

* ``recognises(source, text) -> int``: how sure it is that ``text`` (the decoded source) is its
  format, from 0 (no) to 100 (nothing else could be); looked at by content first, so a wrong
  suffix does no harm;
* ``read(source, text, options) -> Iterator[Article]``: the articles, one by one.

:data:`READERS` names them.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct

from converters.article import Article
from converters.errors import UnknownFormat

if TYPE_CHECKING:
    from converters.decoding import Decoded
    from converters.source import Source

__all__ = ["READERS", "ReadOptions", "Reader", "ReaderModule", "choose_reader", "find_reader"]


class ReadOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person can say about a source that the source does not.

    ``language`` is a BCP 47 tag that overrides what is found; ``url`` is the address that a
    source without one came from. ``headings`` says whether short bold paragraphs that stand as
    headings become headings.
    """

    language: str = ""
    url: str = ""
    headings: bool = True


class ReaderModule(Protocol):
    """What a reader's module offers."""

    def recognises(self, source: Source, decoded: Decoded) -> int:
        """How sure the reader is that this is its format: 0 to 100."""

    def read(self, source: Source, decoded: Decoded, options: ReadOptions) -> Iterator[Article]:
        """The articles of the source; raises :class:`~converters.errors.ConversionError`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that can be read."""

    name: str
    suffixes: tuple[str, ...]
    description: str
    module: str

    def load(self) -> ReaderModule:
        """Import the reader."""
        return cast(ReaderModule, importlib.import_module(self.module))


def _table(*readers: Reader) -> Mapping[str, Reader]:
    return {reader.name: reader for reader in readers}


READERS = _table(
    Reader(
        "archive",
        (".md", ".txt", ".html", ".htm"),
        "a title link, a rule and an HTML body; plain HTML and Markdown bodies too",
        "converters.readers.archive",
    ),
    Reader("model", (".json",), "Broadsheet's own JSON", "converters.readers.model"),
)


def find_reader(name: str) -> Reader:
    """The reader called ``name``.

    Raises :class:`~converters.errors.UnknownFormat`, naming the readers there are.
    """
    if name not in READERS:
        raise UnknownFormat(name, f"no reader of this name; there are {', '.join(READERS)}")
    return READERS[name]


def choose_reader(source: Source, decoded: Decoded, name: str = "") -> ReaderModule:
    """The reader called ``name``, or else the one that is surest of the source.

    Raises :class:`~converters.errors.UnknownFormat` where there is none.
    """
    if name:
        return find_reader(name).load()
    modules = [reader.load() for reader in READERS.values()]
    scores = [module.recognises(source, decoded) for module in modules]
    best = max(scores)
    if best <= 0:
        known = ", ".join(READERS)
        raise UnknownFormat(source.name, f"no reader recognises it; name one with --from ({known})")
    return modules[scores.index(best)]
