"""Output: files written whole or not at all, names that every system takes, text safe to show."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, Self

from converters.errors import WriteError

__all__ = ["MAX_NAME", "Names", "NewFiles", "require_free", "safe_name", "visible", "write_whole"]

MAX_NAME = 120
"""Longest file name, in bytes of UTF-8: what every file system and archive format takes."""


# --- Text for terminals --------------------------------------------------------------------

# What a terminal acts on instead of showing it (C0, C1, DEL), marks that reorder text (UAX #9),
# line and paragraph separators, invisible tags, and halves of characters, which it cannot encode.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""``text`` with everything that a terminal would act on shown as an escape (``\x1b``).

    Line feeds and tabs become spaces: what is shown is one line.
    """
    return _UNSEEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\n\t":
        return " "
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- Names ---------------------------------------------------------------------------------

# What Windows forbids in names (https://learn.microsoft.com/windows/win32/fileio/naming-a-file ),
# which has in it what the others forbid.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)
_SPACES = re.compile(r"\s+")
# Marks of direction and other invisible ones, halves of characters, and private characters.
_LEFT_OUT = frozenset({"Cf", "Cs", "Cc", "Co", "Cn"})
_UNNAMED = "article"


def safe_name(title: str, suffix: str, taken: Iterable[str] = ()) -> str:
    """A file name made of ``title`` and ``suffix`` that every system takes.

    Letters of all scripts, spaces and most marks stay, since people read these names. Separators,
    controls, marks of direction and what Windows forbids become spaces or go, as do dots, dashes
    and tildes at the start and dots, dashes and spaces at the end; names of Windows devices get a
    word in front. The name is at most :data:`MAX_NAME` bytes of UTF-8, cut between characters,
    and differs from each of ``taken`` (without regard to case and normalisation) by a number
    where it must.
    """
    stem = _stem(title)
    used = {_key(name) for name in taken}
    return next(name for name in _numbered(stem, suffix, 1) if _key(name) not in used)


def _stem(title: str) -> str:
    """``title`` without what a name may not have."""
    plain = "".join(
        char
        for char in _FORBIDDEN.sub(" ", title[: 4 * MAX_NAME])
        if char.isascii() or unicodedata.category(char) not in _LEFT_OUT
    )
    stem = _trimmed(_SPACES.sub(" ", plain))
    if not stem or _DEVICES.match(stem):
        stem = f"{_UNNAMED} {stem}".rstrip()
    return stem


def _trimmed(stem: str) -> str:
    """A stem without what may not stand at its ends."""
    return stem.lstrip(" .-~").rstrip(" .-")


def _numbered(stem: str, suffix: str, first: int) -> Iterator[str]:
    """``stem`` with ``suffix``; then with a number between them, from ``first`` on."""
    number = first
    while True:
        mark = "" if number == 1 else f"-{number}"
        yield _cut(stem, MAX_NAME - len((mark + suffix).encode())) + mark + suffix
        number += 1


def _cut(stem: str, size: int) -> str:
    """``stem`` cut to ``size`` bytes between characters, combining marks kept with their base."""
    data = stem.encode("utf-8", "ignore")
    if len(data) <= size:
        return stem
    end = len(data[:size].decode("utf-8", "ignore"))
    while end and unicodedata.combining(stem[end]):
        end -= 1
    return _trimmed(stem[:end]) or _UNNAMED[:size]


def _key(name: str) -> str:
    """What two names share that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


class Names:
    """Paths for many outputs in one folder: safe, below it, and each once without regard to case.

    Two sources of one name get different outputs; which is which depends only on their paths and
    on which comes first.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def path_for(self, relative: str, suffix: str) -> Path:
        """The path of the output of a source that stands at ``relative`` in its folder."""
        path = PurePath(relative)
        parts = [
            safe_name(part, "") for part in path.parts[:-1] if part not in {path.anchor, ".", ".."}
        ]
        for candidate in self._candidates(path, relative, suffix):
            result = Path(*parts, candidate)
            if self._take(result.as_posix()):
                return result
        raise AssertionError("names never run out")

    def name_for(self, title: str, suffix: str) -> str:
        """The name of an output that is called ``title``: numbered where the name is taken."""
        stem = _stem(title)
        key = _key(stem + suffix)
        first = self._next.get(key, 1)
        for number, name in enumerate(_numbered(stem, suffix, first), first):
            if self._take(name):
                self._next[key] = number + 1
                return name
        raise AssertionError("names never run out")

    def _take(self, name: str) -> bool:
        """Whether ``name`` was free; it is taken now."""
        key = _key(name)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    @staticmethod
    def _candidates(path: PurePath, relative: str, suffix: str) -> Iterator[str]:
        """Names to try: the stem, the stem with the source's suffix, then with a digest."""
        stem = path.stem if path.suffix else path.name
        yield safe_name(stem, suffix)
        if path.suffix:
            yield safe_name(f"{stem}-{path.suffix[1:]}", suffix)
        import hashlib

        digest = hashlib.sha256(relative.encode("utf-8", "surrogateescape")).hexdigest()
        for length in range(6, len(digest) + 1):
            yield safe_name(f"{stem[:30]}-{digest[:length]}", suffix)


# --- Files ---------------------------------------------------------------------------------

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "the file is larger than the file system or a limit allows",
    errno.EACCES: "you may not write there; choose another place",
    errno.EPERM: "you may not write there; choose another place",
    errno.EROFS: "the file system is read-only; choose another place",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "a part of the path is a file, not a folder",
    errno.ELOOP: "the path has a symbolic link that leads to itself",
}
_EXISTS = "exists already; --force overwrites it"
# File systems without hard links (FAT, some network ones) say one of these.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def require_free(path: Path) -> None:
    """Raise :class:`~converters.errors.WriteError` where something has the name ``path``."""
    if os.path.lexists(path):
        raise WriteError(str(path), _EXISTS)


def write_whole(path: Path, data: bytes | BinaryIO, *, force: bool = False) -> None:
    """Write ``data``, bytes or what is left of a file, to ``path``, whole or not at all.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the
    name in one step; on any failure the temporary file goes and what was there stays. Missing
    folders are made. With ``force`` an existing file is replaced and its permissions kept. A
    symbolic link at ``path`` is replaced, never written through, so that no link can lead the
    output out of its folder; what is no file (a device, a pipe) is never replaced.

    Raises :class:`~converters.errors.WriteError` where ``path`` exists and ``force`` is false, or
    the file cannot be made.
    """
    try:
        mode = _mode_of_existing(path)
        if mode is not None and not force:
            raise WriteError(str(path), _EXISTS)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_and_rename(path, data, mode, force)
    except (OSError, ValueError) as error:
        raise WriteError(str(path), f"cannot be written: {_reason(error)}") from error


def _reason(error: OSError | ValueError) -> str:
    """What is wrong, for people."""
    if isinstance(error, ValueError):  # a NUL or half a character in the path
        return "no file can have this name"
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def _mode_of_existing(path: Path) -> int | None:
    """The permissions of the file at ``path``, ``None`` where there is nothing.

    Raises :class:`~converters.errors.WriteError` for what cannot be replaced by a file.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(status.st_mode):
        try:
            status = path.stat()
        except FileNotFoundError:
            return 0o644
    if stat.S_ISDIR(status.st_mode):
        raise WriteError(str(path), "is a folder; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise WriteError(str(path), "is no file but a device or a pipe; use - for standard output")
    return stat.S_IMODE(status.st_mode)


def _write_and_rename(path: Path, data: bytes | BinaryIO, mode: int | None, force: bool) -> None:
    """Write a temporary file beside ``path`` and give it the name."""
    temporary = path.with_name(f".broadsheet-{os.urandom(8).hex()}.part")
    # O_EXCL follows no link; the mode is cut by the person's umask, as for any new file.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                shutil.copyfileobj(data, file)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        if force:
            temporary.replace(path)
        else:
            _rename_new(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _rename_new(temporary: Path, path: Path) -> None:
    """Give the name only if it is still free, in one step where the file system can."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise WriteError(str(path), _EXISTS) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        require_free(path)
        temporary.replace(path)
    else:
        temporary.unlink()


class NewFiles:
    """Files of one folder that appear together: all of them, or none.

    Used as a context. :meth:`put` writes a file out of sight; :meth:`finish` gives all their
    names. Whoever leaves without that leaves nothing behind. ``names`` are those put so far.
    """

    def __init__(self, folder: Path, *, force: bool = False) -> None:
        self.folder, self.force = folder, force
        self.names: dict[str, None] = {}
        self._hidden = folder / f".broadsheet-{os.urandom(8).hex()}.part"
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        with self._errors(self.folder):
            self._make(self.folder)
            self._hidden.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._hidden, ignore_errors=True)
        for folder in reversed(self._made):  # those that were made for nothing
            with contextlib.suppress(OSError):
                folder.rmdir()

    def put(self, name: str, data: bytes) -> None:
        """Write the file ``name``, a relative path with forward slashes.

        Raises :class:`~converters.errors.WriteError` for a name that leads out of the folder, or
        is there already, and where the file cannot be written.
        """
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith("/") or "\\" in name:
            raise WriteError(name, "is no name below the folder")
        if not self.force:
            require_free(self.folder / name)
        path = self._hidden / name
        with self._errors(self.folder / name):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.names[name] = None

    def finish(self) -> list[Path]:
        """Give all files their names, and tell their paths in the order they were put."""
        paths = [self.folder / name for name in self.names]
        for path in paths:  # before the first is changed
            with self._errors(path):
                if _mode_of_existing(path) is not None and not self.force:
                    raise WriteError(str(path), _EXISTS)
        for name, path in zip(self.names, paths, strict=True):
            with self._errors(path):
                self._make(path.parent)
                if self.force:
                    (self._hidden / name).replace(path)
                else:
                    _rename_new(self._hidden / name, path)
        return paths

    def _make(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        self._made += reversed(missing)

    @staticmethod
    @contextlib.contextmanager
    def _errors(path: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise WriteError(str(path), f"cannot be written: {_reason(error)}") from error
