"""Sources: bytes, and where they came from.

Files, folders and standard input. A folder gives all that is in it, in a stable order, without
what is hidden; what a link leads to outside it is not read. Containers (archives of many sources)
have their place in :func:`open_sources`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from msgspec import Struct

from converters.decoding import Decoded, decode
from converters.errors import ConversionError, UnreadableSource, UnsafeSource

__all__ = ["MAX_BYTES", "Decoded", "Source", "decode", "looks_binary", "open_sources"]

MAX_BYTES = 64 * 1024 * 1024
"""Largest source that is read, in bytes."""

# Folders that hold a version control system's files, or a program's, and never a person's articles.
_SKIPPED = frozenset(("CVS", "_darcs", "node_modules", "__pycache__", "__MACOSX"))

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (or an EPUB, DOCX or ODT)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a media file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "a SQLite database"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x00\x01\x00\x00\x00", "a font"),
    (b"OTTO", "a font"),
    (b"bplist00", "a binary property list"),
)
_SAMPLE = 8192
_MANY_CONTROLS = 0.1


class Source(Struct, frozen=True, kw_only=True):
    """A document's bytes and where they came from.

    ``name`` is what the person called it (a path as given, or ``-``). ``relative`` is its path
    within the folder that was named, for outputs that keep it. ``encoding`` is what is known of
    its encoding from outside.
    """

    name: str
    data: bytes
    relative: str = ""
    encoding: str | None = None


def open_sources(
    names: Sequence[str], *, max_bytes: int = MAX_BYTES
) -> Iterator[Source | ConversionError]:
    """The sources that ``names`` stand for, in order, each read when its turn comes.

    What cannot be had comes as the error that says why, so that the others go on:
    :class:`~converters.errors.UnreadableSource` for a missing, unreadable or empty-handed name,
    :class:`~converters.errors.UnsafeSource` for what is too large or no regular file.
    """
    for name in names:
        if name == "-":
            yield _read_standard_input(max_bytes)
        elif name.startswith(("http://", "https://")):
            yield UnreadableSource(
                name, "is an address; this version reads files, so save the page and convert that"
            )
        elif os.path.isdir(name):  # noqa: PTH112 - the name as given is kept
            yield from _read_folder(name, max_bytes)
        else:
            yield _read_file(name, _relative(name), max_bytes)


def _relative(name: str) -> str:
    """Where the output of a file named by itself goes: its own relative path, if it has one."""
    path = PurePath(name)
    if path.is_absolute() or ".." in path.parts:
        return path.name
    return path.as_posix()


def _read_standard_input(max_bytes: int) -> Source | ConversionError:
    data = sys.stdin.buffer.read(max_bytes + 1)
    if len(data) > max_bytes:
        return _too_large("-", max_bytes)
    return Source(name="-", data=data, relative="article")


def _read_folder(name: str, max_bytes: int) -> Iterator[Source | ConversionError]:
    root = Path(name).resolve()
    found = False
    for result in _files_below(Path(name)):
        if isinstance(result, ConversionError):
            found = True
            yield result
            continue
        found = True
        if not result.resolve().is_relative_to(root):
            yield UnsafeSource(
                str(result), f"is a link that leads out of {name}; it is not followed"
            )
            continue
        yield _read_file(str(result), result.relative_to(name).as_posix(), max_bytes)
    if not found:
        yield UnreadableSource(name, "is a folder with no file in it")


def _files_below(folder: Path) -> Iterator[Path | ConversionError]:
    """All files below ``folder`` in the order of their paths; links to folders are not entered."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield UnreadableSource(str(folder), f"cannot be opened: {error.strerror}")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _SKIPPED:
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _files_below(entry)
        else:
            yield entry


def _read_file(name: str, relative: str, max_bytes: int) -> Source | ConversionError:
    try:
        kind = os.stat(name)  # noqa: PTH116
        if not stat.S_ISREG(kind.st_mode):
            return UnsafeSource(
                name, "is no regular file (a device or a pipe); use - to read a pipe"
            )
        if kind.st_size > max_bytes:
            return _too_large(name, max_bytes)
        with open(name, "rb") as file:  # noqa: PTH123
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        return UnreadableSource(name, "does not exist")
    except PermissionError:
        return UnreadableSource(name, "may not be read: ask its owner for the permission")
    except (OSError, ValueError) as error:
        return UnreadableSource(name, getattr(error, "strerror", None) or str(error))
    if len(data) > max_bytes:
        return _too_large(name, max_bytes)
    return Source(name=name, data=data, relative=relative)


def _too_large(name: str, max_bytes: int) -> UnsafeSource:
    return UnsafeSource(name, f"is larger than {max_bytes // 2**20} MB, the most that is read")


def looks_binary(data: bytes) -> str | None:
    """What ``data`` is, where it is certainly no text: "a PDF document". Else ``None``."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    sample = data[:_SAMPLE]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or _is_wide(sample):
        return None
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in sample)
    return "binary data" if controls > len(sample) * _MANY_CONTROLS else None


def _is_wide(sample: bytes) -> bool:
    """Whether NUL bytes stand as UTF-16 and UTF-32 put them: nearly all at one place in two."""
    nuls = sample.count(0)
    if nuls < len(sample) // 8:
        return False
    even = sample[::2].count(0)
    return min(even, nuls - even) * 10 < nuls
