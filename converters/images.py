"""Pictures: from an image in the model to bytes in the file.

This version embeds what is at hand: ``data:`` addresses and files below the source's folder.
Pictures on the web stay addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from converters.article import Image

__all__ = ["Picture", "Pictures"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be embedded: ``data`` is a whole file of ``media_type``.

    ``media_type`` is ``image/jpeg``, ``image/png`` or ``image/gif``; ``width`` and ``height`` are
    in pixels.
    """

    data: bytes
    media_type: str
    width: int
    height: int


class Pictures:
    """Finds the bytes of pictures; the plain one finds none."""

    def get(self, image: Image, source: str = "") -> Picture | None:
        """The picture of ``image`` in the article read from ``source``; ``None`` where none is."""
        return None
