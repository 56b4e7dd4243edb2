"""Pixels: pictures decoded within bounds and encoded anew for what a target can show.

Every picture is decoded, by one of a few decoders that its content chooses (never its name), and
encoded as JPEG or PNG: upright, on white, in RGB or grey, no larger than the target needs, and
without what cameras and programs write beside the picture. Bytes and pixels are limited.
"""

from __future__ import annotations

import importlib
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Literal

from converters.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

__all__ = ["MAX_BYTES", "MAX_PIXELS", "TOO_MANY_BYTES", "Need", "Picture", "encoded"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest picture file that is read, in bytes."""

MAX_PIXELS = 50_000_000
"""Largest picture that is decoded, in pixels: 200 MB of memory in the worst case."""

TOO_MANY_BYTES = f"is larger than {MAX_BYTES // 2**20} MB and is left out"
"""Why a picture file beyond :data:`MAX_BYTES` is not read."""

# Pillow's decoders that untrusted data may reach. MPO is a JPEG with others after it.
_FORMATS = ("Jpeg", "Mpo", "Png", "Gif", "WebP", "Avif", "Bmp", "Tiff")
# More colours than drawings have; photographs have tens of thousands.
_DRAWING_COLOURS = 4096
_JPEG_QUALITY = 90

_TOO_MANY_PIXELS = f"has more than {MAX_PIXELS:,} pixels and is left out"
_UNKNOWN = "is in no format that can be embedded: JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF can"
_DRAWING = "is an SVG drawing, which is not embedded"

# The decoders' own errors: Pillow lets most of what goes wrong in a damaged file through.
_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Warning,
)
# Pillow's switch for damaged files is one for the whole process.
_damaged = Lock()


def _ignore(message: str) -> None:
    """Take a warning that nobody wants to hear."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a target can use of a picture.

    ``width``, ``height`` and ``pixels`` are the most pixels across, down and in all (0: no
    limit). ``grey``: 8-bit grey is wanted. ``vector``: the target shows SVG. ``animated``: it
    plays animations.
    """

    width: int = 1600
    height: int = 0
    pixels: int = 0
    grey: bool = False
    vector: bool = False
    animated: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can travel: ``data`` is a whole file of ``media_type``.

    ``width`` and ``height`` are in pixels.
    """

    data: bytes
    media_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int

    @property
    def digest(self) -> str:
        """A name made of the content: 20 hexadecimal digits."""
        return blake2s(self.data, digest_size=10).hexdigest()

    @property
    def suffix(self) -> str:
        """The suffix of a file of this type, without a dot."""
        return "jpg" if self.media_type == "image/jpeg" else "png"


def encoded(data: bytes, name: str, warn: Callable[[str], None] = _ignore) -> Picture:
    """Decode ``data``, a picture file of any kind that is listed, and encode it for embedding.

    A JPEG stays one, with its own quantisation; drawings become PNG and other photographs JPEG.
    An animation keeps its first frame. ``warn`` hears of a file that ends too early, of which as
    much is kept as there is. The same bytes give the same bytes. Raises
    :class:`~converters.errors.ImageError` about ``name`` where there is no such picture in
    ``data``, or one beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise ImageError(name, TOO_MANY_BYTES)
    try:
        return _encode(_open(data, name, warn))
    except _DECODING_ERRORS as error:
        raise ImageError(name, _DRAWING if _is_svg(data) else _UNKNOWN) from error


def _is_svg(data: bytes) -> bool:
    return b"<svg" in data[:1000].lower()


@cache
def _decoders() -> tuple[str, ...]:
    """Pillow's names of the listed decoders, loaded; the others are not."""
    from PIL import Image as Pillow

    for name in _FORMATS:
        importlib.import_module(f"PIL.{name}ImagePlugin")
    # A Pillow built without a library does not register its decoder.
    return tuple(name.upper() for name in _FORMATS if name.upper() in Pillow.OPEN)


def _open(data: bytes, name: str, warn: Callable[[str], None]) -> Raster:
    """The first frame of the picture in ``data``, decoded."""
    from PIL import Image as Pillow
    from PIL import ImageFile

    with warnings.catch_warnings():
        # Pillow warns of a picture that is suspiciously large; to us that is an error.
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        warnings.filterwarnings("ignore", category=UserWarning)
        try:
            raster = Pillow.open(BytesIO(data), formats=_decoders())
        except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
            raise ImageError(name, _TOO_MANY_PIXELS) from error
        if raster.width * raster.height > MAX_PIXELS:
            raise ImageError(name, _TOO_MANY_PIXELS)
        # The switch is Pillow's, for the whole process, and WeasyPrint leaves it on: both states
        # are set here, and what was found is put back.
        with _damaged:
            found = ImageFile.LOAD_TRUNCATED_IMAGES
            try:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                raster.load()
            except OSError:
                warn("is damaged or ends too early; what there is of it is kept")
                raster = Pillow.open(BytesIO(data), formats=_decoders())
                ImageFile.LOAD_TRUNCATED_IMAGES = True
                raster.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = found
    return raster


def _encode(raster: Raster) -> Picture:
    from PIL import JpegImagePlugin

    jpeg = raster.format in ("JPEG", "MPO")
    options: dict[str, object] = {"quality": _JPEG_QUALITY}
    if jpeg:
        # With the tables it was made with, a JPEG loses next to nothing in being encoded again.
        tables = getattr(raster, "quantization", None)
        subsampling = JpegImagePlugin.get_sampling(raster)
        if tables and raster.mode in ("L", "RGB"):
            options = {"qtables": tables, "subsampling": max(subsampling, 0)}
    flat = _flat(_upright(raster))
    if not jpeg and _is_drawing(flat):
        return _saved(_fewer_colours(flat), "PNG", {"compress_level": 9})
    return _saved(flat, "JPEG", {**options, "optimize": True})


def _upright(raster: Raster) -> Raster:
    """``raster`` turned as its EXIF orientation asks."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(raster)
    except _DECODING_ERRORS:  # the picture is good, what its camera noted is not
        return raster


def _flat(raster: Raster) -> Raster:
    """``raster`` as RGB or grey of 8 bits, transparency shown on white."""
    from PIL import Image as Pillow

    if raster.mode.startswith("I;16") or raster.mode in ("I", "F"):
        # Pillow clips what it converts from more than 8 bits: scaled down first, it stays visible.
        scale = 1 / 256 if raster.mode != "F" else 1.0
        raster = raster.convert("F").point(lambda value: value * scale).convert("L")
    if raster.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in raster.info:
        opaque = raster.convert("RGBA")
        raster = Pillow.new("RGB", raster.size, "white")
        raster.paste(opaque, mask=opaque.getchannel("A"))
    if raster.mode == "1":
        raster = raster.convert("L")
    return raster if raster.mode in ("L", "RGB") else raster.convert("RGB")


def _is_drawing(raster: Raster) -> bool:
    return raster.getcolors(_DRAWING_COLOURS) is not None


def _fewer_colours(raster: Raster) -> Raster:
    """``raster`` with a palette where that changes no pixel."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    if raster.mode != "RGB" or raster.getcolors(256) is None:
        return raster
    reduced = raster.quantize(256, method=Pillow.Quantize.FASTOCTREE, dither=Pillow.Dither.NONE)
    same = ImageChops.difference(reduced.convert("RGB"), raster).getbbox() is None
    return reduced if same else raster


def _saved(raster: Raster, kind: Literal["JPEG", "PNG"], options: dict[str, object]) -> Picture:
    """``raster`` as a file that holds the picture, its colour profile, and nothing else."""
    profile = raster.info.get("icc_profile") or b""
    raster.info = {}  # comments, times, places, thumbnails: Pillow would write some of them
    # A profile names the colours it is for; that of a picture in CMYK says nothing of RGB.
    if profile[16:20] == {"L": b"GRAY", "RGB": b"RGB ", "P": b"RGB "}.get(raster.mode):
        options["icc_profile"] = profile
    out = BytesIO()
    raster.save(out, kind, **options)
    media_type: Literal["image/jpeg", "image/png"] = "image/jpeg" if kind == "JPEG" else "image/png"
    return Picture(out.getvalue(), media_type, raster.width, raster.height)
