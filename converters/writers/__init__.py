"""Writers: each turns an edition into one file.

A writer is a module with

* ``Options``: a frozen msgspec struct, every field with a default; the command, the API and the
  documentation take a writer's options from it;
* ``write(edition, target, options, context)``: writes the whole file to the binary ``target``.

:data:`WRITERS` names ours; packages of others add theirs (:mod:`converters.plugins`). The table
holds what can be said without importing a writer, so that listing formats and choosing one by
suffix stay cheap.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol, cast

from converters import plugins
from converters.article import Article
from converters.edition import Edition
from converters.errors import UnknownFormat
from converters.images import Pictures, Policy

__all__ = ["WRITERS", "Context", "Writer", "WriterModule", "find_writer", "writers"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a writer may use besides the edition.

    ``pictures`` gives the bytes of the pictures that travel with the file; ``warn`` takes one
    sentence about something that the file could not hold (a missing glyph, a picture). ``taken``
    is told of each article that a writer takes from the disk, for whoever shows how far it is.
    ``workers`` is how many processes a writer may use.
    """

    pictures: Pictures = field(default_factory=Pictures)
    warn: Callable[[str], None] = lambda _: None
    taken: Callable[[Article], None] | None = None
    workers: int = 1


class WriterModule(Protocol):
    """What a writer's module offers."""

    Options: type[Any]

    def write(self, edition: Edition, target: BinaryIO, options: Any, context: Context) -> None:
        """Write ``edition`` to ``target``; raises :class:`~converters.errors.WriteError`."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that can be written: ``text`` formats go to standard output when asked alone.

    ``images`` are the things that can become of pictures in it, the usual one first.
    ``module`` is the full name of a module, or ``module:name`` of an object in one that offers
    the same.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    description: str
    module: str
    text: bool
    images: tuple[Policy, ...] = ("link", "none")

    def policy(self, asked: Policy | None) -> Policy:
        """What becomes of pictures in this format: what was ``asked``, or the format's default.

        A format that can hold no picture is given its default where embedding is asked. Raises
        :class:`~converters.errors.UnknownFormat` where ``folder`` is asked of a format that
        keeps its pictures within.
        """
        if asked == "folder" and asked not in self.images:
            known = ", ".join(name for name, each in writers().items() if asked in each.images)
            reason = f"does not keep pictures in a folder; {known} do"
            raise UnknownFormat(self.name, reason)
        return asked if asked in self.images else self.images[0]

    def load(self) -> WriterModule:
        """Import the writer."""
        module, _, name = self.module.partition(":")
        loaded = importlib.import_module(module)
        return cast(WriterModule, getattr(loaded, name) if name else loaded)


def _table(*writers: Writer) -> Mapping[str, Writer]:
    return {writer.name: writer for writer in writers}


_WITHIN: tuple[Policy, ...] = ("embed", "link", "none")
_BESIDE: tuple[Policy, ...] = ("link", "folder", "none")

WRITERS = _table(
    Writer(
        "markdown",
        (".md", ".markdown"),
        "text/markdown; charset=UTF-8; variant=GFM",
        "CommonMark with front matter; links as notes",
        "converters.writers.markdown",
        text=True,
        images=("link", "folder", "embed", "none"),
    ),
    Writer(
        "text",
        (".txt",),
        "text/plain; charset=UTF-8",
        "plain text, wrapped by display width",
        "converters.writers.text",
        text=True,
    ),
    Writer(
        "epub",
        (".epub",),
        "application/epub+zip",
        "EPUB 3.3 with pop-up notes, for e-readers",
        "converters.writers.epub",
        text=False,
        images=_WITHIN,
    ),
    Writer(
        "pdf",
        (".pdf",),
        "application/pdf",
        "tagged PDF for print; notes at the foot of the page",
        "converters.writers.pdf",
        text=False,
        images=_WITHIN,
    ),
    Writer(
        "html",
        (".html", ".htm"),
        "text/html; charset=UTF-8",
        "one web page for reading that loads nothing",
        "converters.writers.webpage",
        text=True,
        images=("embed", "link", "folder", "none"),
    ),
    Writer(
        "docx",
        (".docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word document, by pandoc",
        "converters.writers.pandoc:docx",
        text=False,
        images=_WITHIN,
    ),
    Writer(
        "odt",
        (".odt",),
        "application/vnd.oasis.opendocument.text",
        "OpenDocument text, by pandoc",
        "converters.writers.pandoc:odt",
        text=False,
        images=_WITHIN,
    ),
    Writer(
        "rst",
        (".rst",),
        "text/x-rst; charset=UTF-8",
        "reStructuredText, by pandoc",
        "converters.writers.pandoc:rst",
        text=True,
        images=_BESIDE,
    ),
    Writer(
        "org",
        (".org",),
        "text/org; charset=UTF-8",
        "Emacs Org, by pandoc",
        "converters.writers.pandoc:org",
        text=True,
        images=_BESIDE,
    ),
    Writer(
        "latex",
        (".tex", ".latex"),
        "text/x-tex; charset=UTF-8",
        "LaTeX, by pandoc",
        "converters.writers.pandoc:latex",
        text=True,
        images=_BESIDE,
    ),
    Writer(
        "typst",
        (".typ",),
        "text/x-typst; charset=UTF-8",
        "Typst, by pandoc",
        "converters.writers.pandoc:typst",
        text=True,
        images=_BESIDE,
    ),
    Writer(
        "json",
        (".json",),
        "application/json",
        "the article model itself",
        "converters.writers.model",
        text=True,
    ),
)

_ALIASES = {"md": "markdown", "txt": "text", "plain": "text", "gfm": "markdown", "model": "json"}


def writers() -> Mapping[str, Writer]:
    """All writers there are, those of plug-ins behind ours."""
    return {**WRITERS, **plugins.find(plugins.WRITERS, Writer, frozenset(WRITERS))}


def find_writer(name: str) -> Writer:
    """The writer called ``name``: a format's name, a suffix (``.md``), or a path ending in one.

    Raises :class:`~converters.errors.UnknownFormat`, naming the formats there are.
    """
    key = name.lower()
    key = _ALIASES.get(key, key)
    if key in WRITERS:
        return WRITERS[key]
    path = PurePath(key)
    suffix = path.suffix or (path.name if path.name.startswith(".") else "")
    for writer in WRITERS.values():
        if suffix and suffix in writer.suffixes:
            return writer
    for writer in (added := writers()).values():
        if key == writer.name or suffix in writer.suffixes:
            return writer
    known = ", ".join(added)
    raise UnknownFormat(name, f"no format of this name or suffix; there are {known}")
