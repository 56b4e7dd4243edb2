"""A picture that a person chose for a file: a cover, a logo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from converters.errors import ConversionError, ImageError
from converters.images.need import MAX_BYTES, TOO_MANY_BYTES, Need
from converters.images.spool import Picture

if TYPE_CHECKING:
    from converters.images.need import Encoded

__all__ = ["chosen_logo", "chosen_picture"]

# A logo in print is at most some 70 mm wide: 1200 pixels are 430 to the inch.
_LOGO = Need(width=1200, height=1200)


def chosen_picture(path: str, role: str, need: Need, instead: str) -> Encoded:
    """The picture in the file ``path``, encoded for ``need`` as all pictures are.

    ``role`` is what it is to be ("the cover"), ``instead`` what a person can do otherwise. Raises
    :class:`~converters.errors.ConversionError` where there is no file, or none that holds a
    picture which can be decoded (:func:`converters.images.raster.encoded`).
    """
    from converters.images.raster import encoded

    data = _read(path, role, instead)
    try:
        return encoded(data, path, need)
    except ImageError as error:
        reason = error.reason.removesuffix(" and is left out")
        raise ConversionError(path, f"cannot be {role}: it {reason}; {instead}") from error


def chosen_logo(path: str, *, grey: bool = False) -> Picture:
    """The logo in the file ``path``, for print; errors as :func:`chosen_picture` has them."""
    instead = "choose another picture, or leave the logo out"
    logo = chosen_picture(path, "the logo", replace(_LOGO, grey=grey), instead)
    data = logo.data
    return Picture(
        media_type=logo.media_type,
        width=logo.width,
        height=logo.height,
        digest=logo.digest,
        suffix=logo.suffix,
        size=len(data),
        density=logo.density,
        _read=lambda: data,
    )


def _read(path: str, role: str, instead: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConversionError(path, f"cannot be read as {role} ({reason}); {instead}") from error
    if len(data) > MAX_BYTES:
        why = TOO_MANY_BYTES.removesuffix(" and is left out")
        raise ConversionError(path, f"cannot be {role}: it {why}; {instead}")
    if not data:
        raise ConversionError(path, f"cannot be {role}: it is empty; {instead}")
    return data
