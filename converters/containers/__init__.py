"""Containers: files that hold documents, and the pictures that these documents show.

ZIP and tar archives (compressed or not), files compressed by themselves, saved pages of browsers
(MHTML, MAFF) and web archives (WARC), told by content. EPUB, DOCX and ODT are ZIP archives too,
but documents.

A :class:`Locator` names a container so that any process can open it; :func:`open_container` keeps
the last few open, so that reading member after member parses nothing twice.
"""

from __future__ import annotations

import atexit
import os
import stat
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from posixpath import dirname, relpath
from threading import RLock
from typing import BinaryIO
from urllib.parse import SplitResult, urlsplit

from converters.containers.model import Container, Member, url_name
from converters.errors import ConversionError, UnreadableSource, UnsafeSource
from converters.signatures import looks_binary

__all__ = [
    "HEAD",
    "Container",
    "Locator",
    "Member",
    "Resources",
    "find_resources",
    "kind_of",
    "open_container",
    "relative_to",
    "spilled",
    "url_name",
]

HEAD = 8192
"""How many bytes of a file :func:`kind_of` should see."""

_MAX_NESTED = 512 * 1024 * 1024  # largest container inside another, in bytes
_OPEN = 4  # containers that are kept open
# Where a picture of a container's document is larger, images.py would not take it either.
_MAX_RESOURCE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a container is: a file, and in it the member, and in that ...

    ``label`` is what messages call the file where its path would say nothing to anybody.
    """

    path: Path
    inside: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """What messages call it."""
        return "/".join((self.label or str(self.path), *self.inside))


def kind_of(head: bytes) -> str:
    """What kind of container begins with ``head``, of :data:`HEAD` bytes; empty for none.

    ``zip``, ``tar``, ``warc``, ``mhtml``, or ``compressed`` for what must be unpacked to be told.
    """
    from converters.containers.mhtml import looks_like_mhtml
    from converters.containers.tarred import compression

    if head.startswith(b"PK\x03\x04"):
        return "zip" if looks_binary(head) == "a ZIP archive" else ""
    if head.startswith(b"PK\x05\x06"):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(b"WARC/"):
        return "warc"
    if compression(head):
        return "compressed"
    return "mhtml" if looks_like_mhtml(head) else ""


# --- Opening -------------------------------------------------------------------------------

_Key = tuple[int, Locator, int, int]
_open: OrderedDict[_Key, Container] = OrderedDict()
_lock = RLock()


def open_container(locator: Locator) -> Container:
    """The container at ``locator``, perhaps opened before by this process.

    Raises :class:`~converters.errors.UnreadableSource` and
    :class:`~converters.errors.UnsafeSource`.
    """
    try:
        status = locator.path.stat()
    except OSError as error:
        raise UnreadableSource(locator.name, f"cannot be read ({error.strerror})") from error
    # A child of a fork must not share the place in its parent's files.
    key = (os.getpid(), locator, status.st_mtime_ns, status.st_size)
    with _lock:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    container = _opened(locator)
    with _lock:
        _open[key] = container
        while len(_open) > _OPEN:
            _open.popitem(last=False)[1].close()
    return container


@atexit.register
def _close_all() -> None:
    with _lock:
        while _open:
            _open.popitem()[1].close()


def _opened(locator: Locator) -> Container:
    if locator.inside:
        outer = open_container(Locator(locator.path, locator.inside[:-1], locator.label))
        data = outer.read(locator.inside[-1], _MAX_NESTED)
        return _from_file(BytesIO(data), locator.name, len(data))
    try:
        descriptor = os.open(locator.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        file = os.fdopen(descriptor, "rb")
    except OSError as error:
        raise UnreadableSource(locator.name, f"cannot be read ({error.strerror})") from error
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise UnsafeSource(locator.name, "is no ordinary file")
    return _from_file(file, locator.name, status.st_size)


_BINARY = getattr(os, "O_BINARY", 0)


def _from_file(file: BinaryIO, name: str, size: int) -> Container:
    """The container that ``file`` holds; the file is the container's to close."""
    from converters.containers.mhtml import MhtmlContainer
    from converters.containers.tarred import SingleContainer, TarContainer, unpacked
    from converters.containers.warc import WarcContainer
    from converters.containers.zipped import ZipContainer

    head = file.read(HEAD)
    file.seek(0)
    kind = kind_of(head)
    if kind == "compressed":
        kind = _compressed_kind(head)
        if kind == "warc":  # its records are compressed one by one, and read so
            return WarcContainer(file, name, size)
        with file:
            file, size = unpacked(file, name, size)
    if kind == "zip":
        return ZipContainer(file, name, size)
    if kind == "tar":
        return TarContainer(file, name)
    if kind == "warc":
        return WarcContainer(file, name, size)
    if kind == "mhtml":
        return MhtmlContainer(file, name)
    if kind == "single":
        return SingleContainer(file, name, PurePosixPath(name).stem)
    file.close()
    raise UnreadableSource(name, "is no longer the container that it was")


def _compressed_kind(head: bytes) -> str:
    from converters.containers.tarred import compression, unpacked_head

    inner = kind_of(unpacked_head(head))
    if inner == "warc":
        return "warc" if compression(head) == "gzip" else "single"
    return "tar" if inner == "tar" else "single"


def spilled(data: bytes) -> Path:
    """``data`` as a file that lives as long as this process."""
    descriptor, name = tempfile.mkstemp(prefix="broadsheet-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not when a forked worker ends
            Path(name).unlink(missing_ok=True)

    atexit.register(remove)
    return Path(name)


# --- What documents show -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resources:
    """What a document can show from its own container.

    ``member`` is the document's name in the container. ``urls`` are addresses that the document
    once had: what it shows is also found by the address that it had then.
    """

    locator: Locator
    member: str
    urls: tuple[str, ...] = ()

    def find(self, address: str) -> bytes | None:
        """The bytes that ``address``, as the document gives it, means; ``None`` for none.

        It is relative, absolute as it was on the web, or ``cid:``. Nothing outside the container
        is ever read. Raises :class:`~converters.errors.ConversionError` for a resource that is
        there but cannot be read.
        """
        try:
            container = open_container(self.locator)
        except ConversionError:
            return None
        for each in (address, *relative_to(address, self.urls)):
            name = container.find(each, self.member)
            if name is not None:
                return container.read(name, _MAX_RESOURCE)
        return None


def relative_to(address: str, urls: tuple[str, ...]) -> list[str]:
    """``address`` relative to each of ``urls`` that is on the same site: resolving undone."""
    found = []
    target = _split(address)
    if target is None or target.scheme not in {"http", "https"}:
        return []
    for url in urls:
        base = _split(url)
        if base is not None and base.netloc == target.netloc and len(target.path) < 4096:
            found.append(relpath(target.path or "/", dirname(base.path) or "/"))
    return found


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def find_resources(name: str, urls: tuple[str, ...] = ()) -> Resources | None:
    """The resources of the document that sources call ``name`` (``saves.zip/a/b.html``).

    ``None`` where no container of that name has such a document.
    """
    path = Path(name)
    try:
        while not path.is_file():
            if path == path.parent:
                return None
            path = path.parent
        with path.open("rb") as file:
            kind = kind_of(file.read(HEAD))
    except (OSError, ValueError):
        return None
    if not kind:
        return None
    rest = name[len(str(path)) :].replace(os.sep, "/").strip("/") if name != str(path) else ""
    try:
        return _resources(Locator(path), rest, urls)
    except ConversionError:
        return None


def _resources(locator: Locator, rest: str, urls: tuple[str, ...]) -> Resources | None:
    """The resources of the member ``rest`` of a container, or of one inside that."""
    container = open_container(locator)
    if container.whole:
        page = container.members[0]
        return None if rest else Resources(locator, page.name, _with(page, urls))
    member = container.member(rest)
    if member is not None and not kind_of(container.head(rest, HEAD)):
        return Resources(locator, rest, _with(member, urls))
    inner = rest
    while inner and container.member(inner) is None:
        inner = dirname(inner)
    if not inner or len(locator.inside) > 1:
        return None
    nested = Locator(locator.path, (*locator.inside, inner), locator.label)
    return _resources(nested, rest[len(inner) :].strip("/"), urls)


def _with(member: Member, urls: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in (member.url, *urls) if each))
