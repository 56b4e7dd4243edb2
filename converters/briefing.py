"""A briefing: a bundle in print, with the parts that people want who read it at a table.

There is no second way of making one: :func:`brief` says to :mod:`converters.bundling` what is to be
written, and how. What is its own is here: which options the writer gets, and the editor's note.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from converters.article import Article
from converters.bundling import Bundle, bundle, said_of_writer
from converters.edition.settings import Settings
from converters.errors import ConversionError
from converters.fetch import FetchPolicy

__all__ = ["ARCHIVE", "FORMAT", "brief", "for_print", "note_text", "print_options"]

FORMAT = "pdf"
"""The writer of briefings."""

ARCHIVE = "pdf/a-3u"
"""The standard that an archived briefing follows."""

# What a briefing has without being asked, by the names of the writer's options.
_DEFAULTS: dict[str, Any] = {"look": "briefing", "glance": True, "addresses": True}
_LARGEST_NOTE = 1_000_000  # bytes


def brief(
    sources: Iterable[str | os.PathLike[str] | Article] | str | os.PathLike[str],
    target: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    force: bool = True,
    fetch: FetchPolicy | None = None,
    workers: int = 1,
    **options: Any,
) -> Bundle:
    """Make a briefing for print of many articles, as the command ``brief`` does.

    ``sources``, ``target`` (a PDF, or a folder for a file that is named by the title) and
    ``settings`` are those of :func:`converters.bundling.bundle`; of ``settings.briefing`` the
    ``output`` is the command's. ``options`` are the PDF writer's
    (:class:`converters.writers.pdf.Options`) and win over ``settings``.

    Raises :class:`~converters.errors.ConversionError` where ``target`` is named as something else,
    no article is left, an option does not exist, the logo or the note cannot be read, or the file
    cannot be made.
    """
    name = os.fspath(target)
    folder = Path(name).is_dir() or name.endswith(("/", os.sep))
    if name != "-" and not folder and Path(name).suffix.lower() != ".pdf":
        raise ConversionError(name, "a briefing is a PDF: name it *.pdf")
    own = for_print(settings or Settings())
    given = {**print_options(own), **options}
    return bundle(
        sources,
        target,
        replace(own, options={}, style="", gray=None, links=None),
        format=FORMAT,
        force=force,
        fetch=fetch,
        workers=workers,
        **given,
    )


def for_print(settings: Settings) -> Settings:
    """What of ``settings`` holds for a briefing: an edition file may describe a book as well.

    What is said for another format (by ``to`` or the suffix of ``output``), and what EPUBs alone
    have, is left out.
    """
    suffix = Path(settings.output).suffix.lower()
    other = settings.to not in {"", FORMAT} or (not settings.to and suffix not in {"", ".pdf"})
    common = replace(settings, to="", cover="", device=None, vertical=None)
    if other:
        common = replace(common, output="", style="", options={})
    return replace(common, output=settings.briefing.output or common.output)


def print_options(settings: Settings) -> dict[str, Any]:
    """The PDF writer's options for a briefing of ``settings``.

    From the weakest to the strongest: what a briefing has, what holds for all formats, the
    format's own options, the table ``briefing``. Raises
    :class:`~converters.errors.ConversionError` where the file of the note cannot be read.
    """
    own = asdict(settings.briefing)
    del own["output"]
    archive = own.pop("archive")
    own["note"] = note_text(own["note"])
    if archive:
        own["variant"] = ARCHIVE
    said = {name: value for name, value in own.items() if value not in ("", None)}
    return {**_DEFAULTS, **said_of_writer(settings), **settings.options, **said}


def note_text(note: str) -> str:
    """The editor's note: ``note`` itself, or what stands in the file of ``@FILE``.

    Raises :class:`~converters.errors.ConversionError` for a file that is not there, is no UTF-8
    text, or is longer than a note can be.
    """
    if not note.startswith("@"):
        return note
    name = note[1:].strip()
    instead = "give another file, or the note itself"
    try:
        with Path(name).open("rb") as file:
            data = file.read(_LARGEST_NOTE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read as the editor's note ({reason}); {instead}"
        raise ConversionError(name or "@", message) from error
    if len(data) > _LARGEST_NOTE:
        raise ConversionError(name, f"is too long for an editor's note (1 MB at most); {instead}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConversionError(name, "is not UTF-8: save the editor's note as UTF-8") from error
