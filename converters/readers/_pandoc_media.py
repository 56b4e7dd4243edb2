"""Pictures inside documents: what pandoc wrote into a folder, as ``data:`` addresses."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

from converters.readers.pieces import Findings

__all__ = ["Media"]

_MAX_PICTURE = 32 * 1024 * 1024
_MAX_ALL = 96 * 1024 * 1024
# By content, since names lie; SVG and the rest by suffix, for what the name is worth.
_SIGNATURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
_BROWSER_KINDS = {".svg": "image/svg+xml", ".avif": "image/avif"}


@dataclass(slots=True)
class Media:
    """The pictures of one document, below ``folder``; ``findings`` takes those that cannot stay.

    Only files below the folder are read, whatever address a document names.
    """

    folder: Path
    findings: Findings
    _found: dict[str, str] = field(default_factory=dict)
    _total: int = 0

    def address(self, name: str) -> str:
        """A ``data:`` address for a picture in the folder, "" for one that cannot be shown.

        Other addresses come back as they are.
        """
        if not name.startswith(str(self.folder)):
            return name
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> str:
        folder = self.folder.resolve()
        path = Path(name)
        short = path.name
        try:
            real = path.resolve()
            if not real.is_relative_to(folder) or not real.is_file():
                self._drop(short, "is not in the document")
                return ""
            size = real.stat().st_size
            if size > _MAX_PICTURE or self._total + size > _MAX_ALL:
                self._drop(short, "is too large to travel in the article")
                return ""
            data = real.read_bytes()
        except (OSError, ValueError, RuntimeError):
            self._drop(short, "is not in the document")
            return ""
        kind = _kind(data, path.suffix.lower())
        if not kind:
            self._drop(short, "is in a format that only its own program shows")
            return ""
        self._total += size
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"

    def _drop(self, name: str, reason: str) -> None:
        self.findings.drop("picture", reason, name)


def _kind(data: bytes, suffix: str) -> str:
    """The media type of a picture that can be shown, or ""."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return _BROWSER_KINDS.get(suffix, "")
