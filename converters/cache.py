"""The on-disk cache of what was fetched: safe for several processes, and never in the way.

Two kinds of file, each written whole under another name and then renamed:

* ``content/ab/<digest>``: bytes, named by their SHA-256 digest, so that what two addresses give
  alike is kept once;
* ``entries/ab/<digest of the address>.json``: what an address answered (:class:`Entry`), and the
  digest of its content.

An entry that cannot be read, or whose content is not what its digest says, counts as absent. A
cache folder that cannot be written is no error: nothing is kept then.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

__all__ = ["Cache", "CacheInfo", "Entry", "cache_folder"]

_KINDS = ("content", "entries")
# What the folder shrinks to when it has grown over its limit, so that it does so rarely.
_SHRUNK = 0.8
# Bytes that may be added by one process between two looks at the size.
_BETWEEN_LOOKS = 64 * 1024 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What an address answered: ``url`` after redirects, the response's fields, and when.

    ``stored`` is when the server last said so, in seconds since 1970; ``lifetime`` for how many
    seconds it may be used without asking again; ``digest`` names the content.
    """

    url: str
    digest: str
    stored: float
    status: int = 200
    media_type: str = ""
    encoding: str = ""
    etag: str = ""
    last_modified: str = ""
    lifetime: float | None = None


class CacheInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a cache holds, and its limits.

    ``answers`` counts addresses, ``contents`` different contents; ``size`` is that of all files
    in bytes. ``oldest`` is when the file that was longest unused was last used, in seconds since
    1970; ``None`` where there is none. ``max_bytes`` and ``keep`` are the limits.
    """

    folder: Path
    answers: int
    contents: int
    size: int
    oldest: float | None
    max_bytes: int
    keep: float


def cache_folder(named: str = "") -> Path:
    """Where the cache is: ``named``, or BROADSHEET_CACHE, or the user's cache folder."""
    folder = named or os.environ.get("BROADSHEET_CACHE", "")
    if folder:
        return Path(folder).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("broadsheet", appauthor=False)


class Cache:
    """A folder of entries; see the module's docstring.

    ``max_bytes`` limits the size of the folder, ``keep`` the age of a file in seconds since it
    was last used. Both are looked after while storing, and by :meth:`prune`.
    """

    def __init__(self, folder: Path, *, max_bytes: int, keep: float) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.keep = keep
        self._unseen = _BETWEEN_LOOKS  # the first thing stored looks

    def get(
        self, key: str, sized: Callable[[int], None] | None = None
    ) -> tuple[Entry, bytes] | None:
        """What was stored for ``key``, with its content; ``None`` where there is nothing whole.

        ``sized`` hears how many bytes the content has before it is read.
        """
        entry = self.entry(key)
        data = None if entry is None else self.content(key, entry, sized)
        return None if entry is None or data is None else (entry, data)

    def entry(self, key: str) -> Entry | None:
        """What was stored for ``key``, if its content is there, too; whether whole is not seen."""
        try:
            path = self._path("entries", _digest(key.encode()), ".json")
            entry = msgspec.json.decode(path.read_bytes(), type=Entry)
            is_there = self._path("content", entry.digest).is_file()
        except (OSError, ValueError, msgspec.MsgspecError):
            return None
        return entry if is_there else None

    def content(
        self, key: str, entry: Entry, sized: Callable[[int], None] | None = None
    ) -> bytes | None:
        """The content of ``entry``, which was stored for ``key``; ``None`` where it is not whole.

        ``sized`` is as for :meth:`get`.
        """
        path = self._path("content", entry.digest)
        try:
            size = path.stat().st_size
            if sized is not None:
                sized(size)
            data = path.read_bytes()
        except OSError:
            return None
        if _digest(data) != entry.digest:
            return None
        for used in (self._path("entries", _digest(key.encode()), ".json"), path):
            with contextlib.suppress(OSError):  # another process may have removed it
                os.utime(used)
        return data

    def is_whole(self, entry: Entry) -> bool:
        """Whether the content of ``entry`` is what was stored; it is not held in memory."""
        try:
            with self._path("content", entry.digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == entry.digest
        except OSError:
            return False

    def put(self, key: str, entry: Entry, data: bytes | None = None) -> None:
        """Store ``entry`` for ``key``; ``data`` is its content, unless that is there already.

        The entry's digest is that of ``data``.
        """
        with contextlib.suppress(OSError):
            if data is not None:
                entry = msgspec.structs.replace(entry, digest=_digest(data))
                self._write(self._path("content", entry.digest), data)
            path = self._path("entries", _digest(key.encode()), ".json")
            self._write(path, msgspec.json.encode(entry))
            if self._unseen >= _BETWEEN_LOOKS:
                self._unseen = 0
                self.prune()

    def prune(self) -> None:
        """Remove what was not used for too long, then the oldest until the size is in bounds."""
        now = time.time()
        files = sorted(self._files())
        size = sum(each[1] for each in files)
        limit = self.max_bytes if size <= self.max_bytes else int(self.max_bytes * _SHRUNK)
        for used, count, path in files:
            if size <= limit and now - used <= self.keep:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                size -= count

    def clear(self) -> int:
        """Remove everything; the number of bytes that were there."""
        size = 0
        for _, count, path in list(self._files()):
            with contextlib.suppress(OSError):
                path.unlink()
                size += count
        return size

    def info(self) -> CacheInfo:
        """What there is, for people."""
        files = list(self._files())
        answers = sum(path.parent.parent.name == "entries" for _, _, path in files)
        return CacheInfo(
            folder=self.folder,
            answers=answers,
            contents=len(files) - answers,
            size=sum(count for _, count, _ in files),
            oldest=min((used for used, _, _ in files), default=None),
            max_bytes=self.max_bytes,
            keep=self.keep,
        )

    def size(self) -> tuple[int, int]:
        """How many files there are, and their bytes."""
        counts = [each[1] for each in self._files()]
        return len(counts), sum(counts)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was last used, its size and its path."""
        for kind in _KINDS:
            for path in (self.folder / kind).glob("??/*"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    yield status.st_mtime, status.st_size, path

    def _path(self, kind: str, digest: str, suffix: str = "") -> Path:
        if len(digest) != 64 or not digest.isalnum():  # an entry that somebody wrote by hand
            raise ValueError(digest)
        return self.folder / kind / digest[:2] / f"{digest}{suffix}"

    def _write(self, path: Path, data: bytes) -> None:
        """Write ``path`` whole: whoever reads it at the same time sees the old file or the new."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._unseen += len(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
