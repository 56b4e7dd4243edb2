"""Colour: pixels of every kind become sRGB or grey of 8 bits, on white.

A picture's own profile is applied, so that no profile need travel: readers of books and printers
of pages do not all know them. sRGB is what a picture without a profile is taken for
(https://www.w3.org/TR/css-color-4/#untagged).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Raster
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform

__all__ = ["Flattening"]

# Little CMS reads the tables of a profile whole; those of presses have up to 3 MB.
_MAX_PROFILE = 4 * 1024 * 1024
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK", "LAB": b"Lab "}
# What a picture that is white on nothing is shown on, as drawings are (_worker.py).
_DARK = "#505050"
_SAMPLE = 128  # pixels a side that are looked at
_CLEAR, _SEEN = 64, 96  # of 255: less is clear, more is seen
_NEARLY_WHITE = 225
_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")


class Flattening:
    """Makes any part of one picture flat: see :meth:`flat`.

    ``raster`` is the whole picture, decoded. Its profile and range are looked at once. A damaged
    profile counts as none.
    """

    def __init__(self, raster: Raster) -> None:
        self._transparency = raster.info.get("transparency")
        self._scale = _scale(raster)
        self._profile = raster.info.get("icc_profile") or b""
        self._transforms: dict[str, ImageCmsTransform | None] = {}
        self._ground = _DARK if _is_white_on_clear(raster) else "white"

    def keeps(self, part: Raster) -> bool:
        """Whether ``part`` of the picture is flat as it is."""
        return (
            part.mode in ("L", "RGB")
            and self._scale is None
            and self._transparency is None
            and self._transform_of(part.mode) is None
        )

    def flat(self, part: Raster) -> Raster:
        """``part`` of the picture in mode ``RGB``, or ``L`` where it is grey.

        Raises ``ValueError`` and other errors of Pillow for pixels that it cannot convert.
        """
        from PIL import Image as Pillow

        if self._scale:
            scale, offset = self._scale
            part = part.convert("F").point(lambda value: value * scale + offset).convert("L")
        if part.mode == "1":
            part = part.convert("L")
        alpha = None
        if part.mode in _ALPHA or self._transparency is not None:
            if self._transparency is not None:
                part.info["transparency"] = self._transparency
            part = part.convert("RGBA")
            alpha = part.getchannel("A")
            part = part.convert("RGB")
        part = self._managed(part)
        if alpha is not None:
            ground = Pillow.new(part.mode, part.size, self._ground)
            ground.paste(part, mask=alpha)
            part = ground
        part.info = {}
        return part

    def _managed(self, part: Raster) -> Raster:
        """``part`` in sRGB or, from a grey picture, in sRGB's greys."""
        from PIL import ImageCms

        if part.mode == "P":
            part = part.convert("RGB")
        if (transform := self._transform_of(part.mode)) is not None:
            managed = ImageCms.applyTransform(part, transform)
            assert managed is not None  # it is only where the picture is changed in place
            return managed.convert("L") if part.mode == "L" else managed
        return part if part.mode in ("L", "RGB") else part.convert("RGB")

    def _transform_of(self, mode: str) -> ImageCmsTransform | None:
        if mode not in self._transforms:
            self._transforms[mode] = self._transform(mode)
        return self._transforms[mode]

    def _transform(self, mode: str) -> ImageCmsTransform | None:
        """From the picture's profile to sRGB; ``None`` where there is nothing to do."""
        from PIL import ImageCms

        space, profile = _SPACES.get(mode), self._profile
        if mode != "LAB" and (profile[16:20] != space or len(profile) > _MAX_PROFILE):
            return None
        try:
            if mode == "LAB":
                source = ImageCms.createProfile("LAB")
                source_profile = ImageCms.ImageCmsProfile(source)
            else:
                source_profile = ImageCms.ImageCmsProfile(BytesIO(profile))
                if _is_srgb(source_profile):
                    return None
            return ImageCms.buildTransform(
                source_profile,
                ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
                mode,
                "RGB",
                ImageCms.Intent.RELATIVE_COLORIMETRIC,
                ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return None


def _is_white_on_clear(raster: Raster) -> bool:
    """Whether all that a picture shows is white, and the rest clear: a logo for a dark page."""
    from PIL import Image as Pillow

    if raster.mode not in _ALPHA and "transparency" not in raster.info:
        return False
    near = min(raster.width, 4 * _SAMPLE), min(raster.height, 4 * _SAMPLE)
    size = min(raster.width, _SAMPLE), min(raster.height, _SAMPLE)
    part = raster.resize(near, Pillow.Resampling.NEAREST)  # and not all of it a second time
    # Weighed by how much of each pixel is seen.
    weighed = part.convert("RGBA").convert("RGBa").resize(size, Pillow.Resampling.BOX)
    sample = weighed.convert("RGBA")
    *colours, alpha = sample.split()
    if _least(alpha) >= _CLEAR or _least(alpha.point(lambda value: 255 - value)) > 255 - _SEEN:
        return False
    seen = alpha.point(lambda value: 255 if value >= _SEEN else 0)
    for band in colours:
        dark = Pillow.new("L", size, 255)
        dark.paste(band, mask=seen)
        if _least(dark) < _NEARLY_WHITE:
            return False
    return True


def _least(band: Raster) -> int:
    """The smallest value in a band of 8 bits."""
    return next(value for value, count in enumerate(band.histogram()) if count)


def _is_srgb(profile: ImageCmsProfile) -> bool:
    description = profile.profile.profile_description or ""
    return "srgb" in description.casefold()


def _scale(raster: Raster) -> tuple[float, float] | None:
    """What brings more than 8 bits of grey to 8: Pillow's own conversion clips them."""
    if raster.mode.startswith("I;16"):
        return 1 / 257, 0.0
    if raster.mode not in ("I", "F"):
        return None
    extrema: tuple[float, float] = raster.getextrema()  # type: ignore[assignment]
    low, high = extrema
    if raster.mode == "F" and low >= 0 and high <= 1:
        return 255.0, 0.0
    if low >= 0 and high <= 255:
        return 1.0, 0.0
    if low >= 0 and high <= 65535:
        return 1 / 257, 0.0
    span = high - low
    return (255 / span, -low * 255 / span) if 0 < span < float("inf") else (0.0, 0.0)
