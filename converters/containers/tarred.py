"""Tar archives, and files that are compressed by themselves.

A compressed archive is unpacked once, into a temporary file without a name, within limits: only
then can its members be read in any order.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, BinaryIO, Protocol

from converters.containers.model import (
    Container,
    Member,
    check_growth,
    check_members,
    from_member,
    read_bounded,
    safe_name,
    too_large,
)
from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["SingleContainer", "TarContainer", "compression", "unpacked", "unpacked_head"]

_STEP = 1024 * 1024
_LZMA_MEMORY = 256 * 1024 * 1024
_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
# Headers of members that stand for names and attributes; tarfile reads them into memory whole.
_MAX_HEADER = 1024 * 1024
_HEADERS = {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME,
            tarfile.GNUTYPE_LONGLINK}  # fmt: skip


class _Inflater(Protocol):
    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _zstd() -> Callable[[], Any] | None:
    """What makes a decompressor for Zstandard; nothing before Python 3.14, which brought it."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.ZstdDecompressor
    return None


_KINDS: tuple[tuple[bytes, str, Callable[[], Any] | None], ...] = (
    (b"\x1f\x8b\x08", "gzip", lambda: zlib.decompressobj(31)),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\0", "xz", lambda: lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)),
    (b"\x28\xb5\x2f\xfd", "Zstandard", _zstd()),
)


def compression(head: bytes) -> str:
    """How a file that begins with ``head`` is compressed: gzip, bzip2, xz, Zstandard; or empty."""
    return next((name for mark, name, _ in _KINDS if head.startswith(mark)), "")


def _maker(head: bytes) -> Callable[[], Any] | None:
    """What makes a decompressor for a file that begins with ``head``, if this Python has one."""
    return next((make for mark, _, make in _KINDS if head.startswith(mark)), None)


class _Unpacker:
    """Decompresses a stream of one or more compressed parts, in steps of bounded size."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._inflater: _Inflater | None = None
        self.whole = False  # whether what was read so far ended with a part's end

    def pieces(self, data: bytes) -> Any:
        """What ``data``, the next bytes, unpack to."""
        while data:
            if self._inflater is None:
                if not data.strip(b"\0"):
                    return  # padding
                self._inflater = self._make()
            inflater = self._inflater
            self.whole = False
            piece = inflater.decompress(data, _STEP)
            if inflater.eof:
                data, self._inflater, self.whole = inflater.unused_data, None, True
            else:
                # zlib hands back what it did not take; the others keep it.
                data = getattr(inflater, "unconsumed_tail", b"")
                while piece and not getattr(inflater, "needs_input", True):
                    yield piece
                    piece = inflater.decompress(b"", _STEP)
                    if inflater.eof:
                        data, self._inflater, self.whole = inflater.unused_data, None, True
                        break
            yield piece


def unpacked_head(head: bytes, size: int = 1024) -> bytes:
    """The beginning of what a compressed file that begins with ``head`` holds."""
    make = _maker(head)
    if make is None:
        return b""
    try:
        found = b""
        for piece in _Unpacker(make).pieces(head):
            found += piece
            if len(found) >= size:
                break
    except _ERRORS:
        return b""
    return found[:size]


def unpacked(file: BinaryIO, name: str, size: int) -> tuple[BinaryIO, int]:
    """A temporary file with what the compressed ``file`` of ``size`` bytes holds, and its size.

    Raises :class:`~converters.errors.UnreadableSource` and
    :class:`~converters.errors.UnsafeSource`.
    """
    head = file.read(_STEP // 4)
    make = _maker(head)
    if make is None:
        kind = compression(head)
        raise UnreadableSource(
            name, f"is compressed with {kind}, which needs Python 3.14; unpack it first"
        )
    unpacker = _Unpacker(make)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    count = 0
    try:
        while head:
            for piece in unpacker.pieces(head):
                count += len(piece)
                check_growth(name, size, count)
                target.write(piece)
            head = file.read(_STEP // 4)
    except _ERRORS as error:
        target.close()
        reason = f"is damaged: it cannot be unpacked ({error})"
        raise UnreadableSource(name, reason) from error
    except UnsafeSource:
        target.close()
        raise
    if not unpacker.whole:
        target.close()
        raise UnreadableSource(name, "is damaged: it ends too early")
    target.seek(0)
    return target, count


class SingleContainer(Container):
    """A document that is compressed by itself, such as ``page.html.gz``."""

    whole = True

    def __init__(self, file: BinaryIO, name: str, inner: str) -> None:
        self.name = name
        self._file = file
        self._inner = inner

    def _members(self) -> Sequence[Member]:
        return (Member(self._inner),)

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        self._file.seek(0)
        return read_bounded(self.name, self._file, limit)

    def head(self, name: str, size: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        self._file.seek(0)
        return self._file.read(size)

    def find(self, address: str, member: str) -> str | None:
        """Nothing else is in it."""
        return None

    def close(self) -> None:
        """See :class:`~converters.containers.model.Container`."""
        self._file.close()


class _Header(tarfile.TarInfo):
    """A member's header that names and attributes of absurd size cannot fill the memory with."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _HEADERS and header.size > _MAX_HEADER:
            raise tarfile.HeaderError("a name or attribute is absurdly long")
        return header


class TarContainer(Container):
    """The ordinary files of a tar archive; links and devices are left out.

    Raises :class:`~converters.errors.UnreadableSource` where ``file`` is a damaged archive,
    :class:`~converters.errors.UnsafeSource` where it holds too much.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self._lock = Lock()
        self._entries: dict[str, tarfile.TarInfo] = {}
        try:
            with tarfile.open(
                fileobj=file, mode="r:", tarinfo=_Header, errors="surrogateescape"
            ) as tar:
                for count, each in enumerate(tar, 1):
                    check_members(name, count)
                    if (
                        each.isreg()
                        and not each.issparse()
                        and (safe := safe_name(_named(each.name)))
                    ):
                        self._entries[safe] = each
        except (tarfile.TarError, *_ERRORS) as error:
            file.close()
            reason = f"is a damaged tar archive ({error})"
            raise UnreadableSource(name, reason) from error
        except UnsafeSource:
            file.close()
            raise

    def _members(self) -> Sequence[Member]:
        """The files, by name."""
        return [Member(each) for each in sorted(self._entries)]

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        full = f"{self.name}/{name}"
        entry = self._entry(name)
        if entry.size > limit:
            raise too_large(full, limit)
        data = self.head(name, entry.size)
        if len(data) < entry.size:
            raise UnreadableSource(full, "is damaged: the archive ends too early")
        return data

    def head(self, name: str, size: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        entry = self._entry(name)
        with self._lock:
            self._file.seek(entry.offset_data)
            return self._file.read(min(size, entry.size))

    def find(self, address: str, member: str) -> str | None:
        """See :class:`~converters.containers.model.Container`."""
        return next((each for each in from_member(address, member) if each in self._entries), None)

    def close(self) -> None:
        """See :class:`~converters.containers.model.Container`."""
        self._file.close()

    def _entry(self, name: str) -> tarfile.TarInfo:
        if name not in self._entries:
            raise UnreadableSource(f"{self.name}/{name}", "is not in the archive")
        return self._entries[name]


def _named(name: str) -> str:
    """A name in whatever encoding the archive's maker used."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        from converters.decoding import decode

        return decode(name.encode("utf-8", "surrogateescape")).text
    return name
