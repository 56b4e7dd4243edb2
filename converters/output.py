"""Output: files written whole or not at all, names that every system takes, text safe to show."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath

from converters.errors import WriteError

__all__ = ["Names", "safe_name", "visible", "write_whole"]

MAX_NAME = 120
"""Longest file name, in bytes of UTF-8: what every file system and archive format takes."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MASK = 0o666
# What a terminal acts on instead of showing it: controls, and marks that reorder text (UAX #9).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "the file system is read-only",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "is a folder; name a file in it",
}


def visible(text: str) -> str:
    r"""``text`` with everything that a terminal would act on shown as an escape (``\x1b``).

    Line feeds become spaces: what is shown is one line.
    """
    return _UNSEEN.sub(_escape, text.replace("\n", " ").replace("\t", " "))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe_name(title: str, suffix: str, taken: Iterable[str] = ()) -> str:
    """A file name made of ``title`` and ``suffix`` that every system takes.

    Letters of all scripts stay. Separators, controls, marks of direction and what Windows forbids
    become spaces or go, as do dots and dashes at the start and dots and spaces at the end. The
    name is at most :data:`MAX_NAME` bytes of UTF-8, cut between characters, and differs from each
    of ``taken`` (names without regard to case) by a number where it must.
    """
    text = "".join(
        c
        for c in _FORBIDDEN.sub(" ", title)
        if unicodedata.category(c) not in ("Cf", "Cs", "Cc", "Co")
    )
    stem = _SPACES.sub(" ", text).strip().lstrip(".-").rstrip(". ").strip()
    if not stem or _DEVICES.match(stem):
        stem = f"article {stem}".strip()
    used = {unicodedata.normalize("NFC", name).casefold() for name in taken}
    number = 1
    while True:
        mark = "" if number == 1 else f"-{number}"
        name = _cut(stem, MAX_NAME - len((mark + suffix).encode())) + mark + suffix
        if unicodedata.normalize("NFC", name).casefold() not in used:
            return name
        number += 1


def _cut(stem: str, size: int) -> str:
    """``stem`` cut to ``size`` bytes between characters, combining marks kept with their base."""
    data = stem.encode("utf-8", "ignore")
    if len(data) <= size:
        return stem
    cut = data[:size].decode("utf-8", "ignore")
    following = stem[len(cut) :]
    while following and unicodedata.combining(following[0]) and cut:
        following, cut = cut[-1] + following, cut[:-1]
    return cut.rstrip(". -") or "article"


class Names:
    """Paths for many outputs in one folder: safe, below it, and each once without regard to case.

    Two sources of one name get different outputs; which is which depends only on their paths, not
    on their order, as far as one run can see.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def path_for(self, relative: str, suffix: str) -> Path:
        """The path of the output of a source that stands at ``relative`` in its folder."""
        path = PurePath(relative)
        parts = [
            safe_name(part, "") for part in path.parts[:-1] if part not in ("", ".", "..", "/")
        ]
        stem = path.stem if path.suffix else path.name
        for candidate in self._candidates(stem, relative, suffix):
            result = Path(*parts, candidate)
            key = unicodedata.normalize("NFC", result.as_posix()).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return result
        raise AssertionError("names never run out")

    @staticmethod
    def _candidates(stem: str, relative: str, suffix: str) -> Iterable[str]:
        name = safe_name(stem, suffix)
        yield name
        source_suffix = PurePath(relative).suffix.lstrip(".")
        if source_suffix:
            yield safe_name(f"{stem}-{source_suffix}", suffix)
        digest = hashlib.sha256(relative.encode("utf-8", "surrogateescape")).hexdigest()
        for length in range(6, len(digest) + 1):
            yield safe_name(f"{stem[:60]}-{digest[:length]}", suffix)


def write_whole(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the
    name in one step; on any failure the temporary file goes and what was there stays. Missing
    folders are made. A symbolic link at ``path`` is replaced, not followed.

    Raises :class:`~converters.errors.WriteError` where ``path`` exists and ``force`` is false, or
    the file cannot be made.
    """
    if path.is_dir():
        raise WriteError(str(path), "is a folder; name a file in it")
    if not force and os.path.lexists(path):
        raise WriteError(str(path), "exists already; --force overwrites it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or error.strerror or str(error)
        raise WriteError(str(path), f"cannot be written: {reason}") from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".broadsheet-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _MASK & ~_umask())  # noqa: PTH101 - mkstemp makes files private
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
