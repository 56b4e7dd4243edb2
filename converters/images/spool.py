"""The spool: encoded pictures wait on the disk, not in memory, for the writer that wants them."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import BinaryIO, cast

from converters.errors import ImageError
from converters.images.need import Encoded

__all__ = ["Picture", "Spool"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can travel, ready for its target.

    ``media_type`` is ``image/jpeg`` or ``image/png``, for targets that take them also
    ``image/svg+xml`` or ``image/gif``; ``width`` and ``height`` are in pixels, ``size`` is in
    bytes. ``density`` is how many pixels across were made of a CSS pixel of a drawing: shown at
    ``width / density`` it is as large as its author said. ``digest`` is made of the content,
    ``name`` is a file name made of both.
    """

    media_type: str
    width: int
    height: int
    digest: str
    suffix: str
    size: int
    density: float
    _read: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The whole file, read anew each time: use it once and let it go."""
        return self._read()

    @property
    def name(self) -> str:
        """A file name of ASCII letters and digits that only this content has."""
        return f"{self.digest}.{self.suffix}"


class Spool:
    """Keeps encoded pictures, each content once; may be used by several threads.

    The file is made for the first of them and has no name. ``close`` gives its disk space back, at
    the latest when the spool goes; the pictures cannot be read any more then.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self.close = weakref.finalize(self, self._open.close)
        self._file: BinaryIO | None = None
        self._lock = Lock()
        self._end = 0
        self._kept: dict[str, Picture] = {}

    def keep(self, encoded: Encoded) -> Picture:
        """Keep a picture; raises :class:`~converters.errors.ImageError` where the disk is full."""
        digest = encoded.digest
        with self._lock:
            known = self._kept.get(digest)
            if known is not None:
                # Two drawings may give the same pixels and yet be meant in different sizes.
                same = known.density == encoded.density
                return known if same else replace(known, density=encoded.density)
            start, size = self._end, len(encoded.data)
            try:
                self._write(encoded.data)
            except OSError as error:
                why = f"does not fit into the temporary folder ({error.strerror})"
                reason = f"{why}; make room there or set TMPDIR"
                raise ImageError(digest, reason) from error
            self._end = start + size
            self._kept[digest] = picture = Picture(
                media_type=encoded.media_type,
                width=encoded.width,
                height=encoded.height,
                digest=digest,
                suffix=encoded.suffix,
                size=size,
                density=encoded.density,
                _read=lambda: self._at(start, size),
            )
            return picture

    def _write(self, data: bytes) -> None:
        if self._file is None:
            # Unbuffered: what a buffer cannot get rid of on a full disk would fail again, and
            # again for pictures that are long there.
            file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as we do
            self._file = self._open.enter_context(cast(BinaryIO, file))
        self._file.seek(self._end)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _at(self, start: int, size: int) -> bytes:
        assert self._file is not None
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)
