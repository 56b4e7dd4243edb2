"""The archive of an EPUB: each file is compressed into it when it is finished, and forgotten.

The type comes first and stored (https://www.w3.org/TR/epub-33/#sec-zip-container-mime); all entries
have one time, one mode and one level of compression, so that the same book is the same bytes on
every machine (EP-8).
"""

from __future__ import annotations

import zipfile
from types import TracebackType
from typing import BinaryIO, Self

import ebooklib.epub

__all__ = ["EPOCH", "FOLDER", "Archive"]

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a ZIP archive knows."""

FOLDER = "EPUB/"
"""Where EbookLib says that the package is, and so everything else."""

_MIME_TYPE = b"application/epub+zip"
_CONTAINER = "META-INF/container.xml"


class Archive:
    """An EPUB being written to ``target``, which can seek; to be used in a ``with`` statement."""

    def __init__(self, target: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(target, "w")
        self._put("mimetype", _MIME_TYPE, zipfile.ZIP_STORED)
        container = ebooklib.epub.CONTAINER_XML % {"folder_name": FOLDER.rstrip("/")}
        self._put(_CONTAINER, container.encode(), zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def put(self, name: str, data: bytes) -> None:
        """Add the file ``name`` of the book, compressed."""
        self._put(FOLDER + name, data, zipfile.ZIP_DEFLATED)

    def store(self, name: str, data: bytes) -> None:
        """Add a file that is compressed already: a picture."""
        self._put(FOLDER + name, data, zipfile.ZIP_STORED)

    def _put(self, name: str, data: bytes, method: int) -> None:
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.create_system = 3  # Unix, on every system, so that the mode means the same
        entry.external_attr = 0o100644 << 16
        self._zip.writestr(entry, data, method, compresslevel=6)
