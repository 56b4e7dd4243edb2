"""Pictures: from an image in the model to bytes that can travel in a file.

:mod:`~converters.images.places` finds what is at hand, :mod:`~converters.images.raster` decodes
it and encodes it for the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from converters.article import Image
from converters.errors import ImageError
from converters.images.places import Folder, Place, at_hand, decode, is_data, shown
from converters.images.raster import MAX_BYTES, MAX_PIXELS, Need, Picture, encoded

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Folder",
    "Need",
    "Picture",
    "Pictures",
    "Place",
    "Policy",
    "decode",
    "encoded",
]

Policy: TypeAlias = Literal["embed", "link", "none"]
"""What becomes of pictures: embedded where they can be, all left as links, or left out."""


def _ignore(message: str) -> None:
    """Take a warning that nobody wants to hear."""


class Pictures:
    """Finds the bytes of pictures.

    ``folders`` says, by the name that articles have in ``provenance.source``, below which folder
    or in which container the pictures of that source may lie; a source that is not named there
    has no local pictures.
    ``policy`` is what the person asked for; ``warn`` takes one sentence for each picture that
    should be at hand and is not. The same picture is decoded once.
    """

    def __init__(
        self,
        folders: Mapping[str, Place] | None = None,
        *,
        policy: Policy = "embed",
        warn: Callable[[str], None] = _ignore,
    ) -> None:
        self.folders = dict(folders or {})
        self.policy = policy
        self.warn = warn
        self._found: dict[tuple[Place | None, str], Picture | None] = {}

    def get(self, image: Image, source: str = "") -> Picture | None:
        """The picture of ``image`` in the article read from ``source``; ``None`` where none is.

        The image's own address is tried first, then its alternatives.
        """
        if self.policy != "embed":
            return None
        place = self.folders.get(source)
        for address in (image.url, *image.alternatives):
            key = (None if is_data(address) else place, address)
            if key not in self._found:
                self._found[key] = self._load(address, place, source)
            if (picture := self._found[key]) is not None:
                return picture
        return None

    def _load(self, address: str, place: Place | None, source: str) -> Picture | None:
        about = f"picture {shown(address)}"
        if source:
            about = f"{source}: {about}"
        try:
            data = at_hand(address, place)
            if data is None:
                return None
            return encoded(data, shown(address), lambda reason: self.warn(f"{about} {reason}"))
        except ImageError as error:
            self.warn(f"{about} {error.reason}")
            return None
