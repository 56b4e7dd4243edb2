"""What a target can use of a picture, what comes of it, and the most that is read.

These are apart from the code that decodes, which a text without pictures need not load.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s
from typing import Literal

__all__ = ["MAX_BYTES", "MAX_PIXELS", "TOO_MANY_BYTES", "TOO_MANY_PIXELS", "Encoded", "Need"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest picture file that is read, in bytes."""

MAX_PIXELS = 50_000_000
"""Largest picture that is decoded, in pixels: 200 MB of memory in the worst case."""

TOO_MANY_BYTES = f"is larger than {MAX_BYTES // 2**20} MB and is left out"
"""Why a picture file beyond :data:`MAX_BYTES` is not read."""

TOO_MANY_PIXELS = f"has more than {MAX_PIXELS:,} pixels and is left out"
"""Why a picture beyond :data:`MAX_PIXELS` is not decoded."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a target can use of a picture.

    ``width``, ``height`` and ``pixels`` are the most pixels across, down and in all (0: no
    limit); :func:`fit` says how they are meant for tall strips. ``grey``: 8-bit grey is wanted.
    ``vector``: the target shows SVG. ``animated``: it plays animations.
    """

    width: int = 1600
    height: int = 0
    pixels: int = 0
    grey: bool = False
    vector: bool = False
    animated: bool = False


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture, encoded for its target: ``data`` is a whole file of ``media_type``.

    ``width`` and ``height`` are in pixels, ``density`` is how many of them across were made of a
    CSS pixel of an SVG drawing: shown at ``width / density`` it is as large as its author said.
    ``drawn`` says that it was drawn, with the fonts of this system.
    """

    data: bytes
    media_type: Literal["image/jpeg", "image/png", "image/gif", "image/svg+xml"]
    width: int
    height: int
    density: float = 1.0
    drawn: bool = False

    @property
    def digest(self) -> str:
        """A name made of the content: 20 hexadecimal digits."""
        return blake2s(self.data, digest_size=10).hexdigest()

    @property
    def suffix(self) -> str:
        """The suffix of a file of this type, without a dot."""
        return {"image/jpeg": "jpg", "image/svg+xml": "svg"}.get(
            self.media_type, self.media_type.removeprefix("image/")
        )
