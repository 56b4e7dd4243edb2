"""Pictures: from an image in the model to bytes that can travel in a file.

What is at hand is embedded: ``data:`` addresses (RFC 2397), files below the source's own folder,
and what lies in the same container (a ZIP archive, a saved page), also by the address that it had
on the web. Other pictures on the web stay addresses. Every picture is decoded, by one of a few
decoders that its content chooses (never its name), and encoded anew as JPEG or PNG: upright, on
white, in RGB or grey, and without what cameras and programs write beside the picture.

Sources are not trusted. A file outside its folder is never read, whatever the address, a symbolic
link or ``..`` says; bytes and pixels are limited.
"""

from __future__ import annotations

import binascii
import importlib
import os
import re
import stat
import struct
import warnings
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import unquote, unquote_to_bytes

from converters.article import Image
from converters.containers import Resources, relative_to
from converters.errors import ConversionError, ImageError

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Folder",
    "Picture",
    "Pictures",
    "Place",
    "Policy",
    "decode",
    "encoded",
]

MAX_BYTES = 32 * 1024 * 1024
"""Largest picture file that is read, in bytes."""

MAX_PIXELS = 50_000_000
"""Largest picture that is decoded, in pixels: 200 MB of memory in the worst case."""

Policy: TypeAlias = Literal["embed", "link", "none"]
"""What becomes of pictures: embedded where they can be, all left as links, or left out."""

# Pillow's decoders that untrusted data may reach. MPO is a JPEG with others after it.
_FORMATS = ("Jpeg", "Mpo", "Png", "Gif", "WebP", "Avif", "Bmp", "Tiff")
# More colours than drawings have; photographs have tens of thousands.
_DRAWING_COLOURS = 4096
_JPEG_QUALITY = 90
_LONGEST_NAME = 200

_OUTSIDE = "lies outside the article's folder and is left out"
_TOO_MANY_BYTES = f"is larger than {MAX_BYTES // 2**20} MB and is left out"
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

_DATA = re.compile(r"data:[^,]*,", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def _ignore(message: str) -> None:
    """Take a warning that nobody wants to hear."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be embedded: ``data`` is a whole file of ``media_type``.

    ``media_type`` is ``image/jpeg`` or ``image/png``; ``width`` and ``height`` are in pixels.
    """

    data: bytes
    media_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder below which the pictures of a source may lie.

    ``urls`` are addresses that the source had on the web: a picture's absolute address is looked
    for where it would lie relative to them, as browsers save it beside the page.
    """

    path: Path
    urls: tuple[str, ...] = ()


Place: TypeAlias = Path | Folder | Resources
"""Where a source's own pictures are: below a folder, or in a container."""


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
            key = (None if _DATA.match(address) else place, address)
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
            data = _bytes(address, place)
            if data is None:
                return None
            return encoded(data, shown(address), lambda reason: self.warn(f"{about} {reason}"))
        except ImageError as error:
            self.warn(f"{about} {error.reason}")
            return None


def shown(address: str) -> str:
    """``address`` as a message can show it: not the content of a ``data:`` address."""
    if match := _DATA.match(address):
        return match[0][:80] + "…"
    return address if len(address) <= 200 else address[:199] + "…"


# --- Bytes ---------------------------------------------------------------------------------


def _bytes(address: str, place: Place | None) -> bytes | None:
    """What ``address`` names: the content of a ``data:`` address, or a file in ``place``.

    ``None`` for what is on the web and not here as well.
    """
    if _DATA.match(address):
        return decode(address)
    remote = bool(_REMOTE.match(address))
    if isinstance(place, Resources):
        data = _in_container(address, place)
    elif remote:
        data = _saved_beside(address, place)
    else:
        data = _in_folder(address, place.path if isinstance(place, Folder) else place)
    if data is None and not remote:
        raise ImageError(shown(address), "is not there")
    return data


def _in_container(address: str, place: Resources) -> bytes | None:
    try:
        return place.find(address)
    except ConversionError as error:
        raise ImageError(shown(address), error.reason) from error


def _saved_beside(address: str, place: Path | Folder | None) -> bytes | None:
    """The file that a picture on the web was saved as, beside the page."""
    if not isinstance(place, Folder):
        return None
    for relative in relative_to(address, place.urls):
        for name in dict.fromkeys((relative, unquote(relative))):
            try:
                data = _read_below(place.path, name)
            except ImageError:  # the address is no attempt to leave the folder
                data = None
            if data is not None:
                return data
    return None


def _in_folder(address: str, folder: Path | None) -> bytes | None:
    """The file that a relative address names."""
    if _SCHEME.match(address) or address.startswith("/") or "\\" in address:
        raise ImageError(shown(address), _OUTSIDE)
    if folder is None:
        raise ImageError(shown(address), "is a file, but the article comes from no folder")
    for relative in dict.fromkeys((address, unquote(re.sub(r"[?#].*", "", address)))):
        data = _read_below(folder, relative)
        if data is not None:
            return data
    return None


def decode(address: str) -> bytes:
    """The bytes of a ``data:`` address (RFC 2397), in base64 or percent-encoded.

    White space and missing padding are forgiven, as browsers do
    (https://fetch.spec.whatwg.org/#data-url-processor). Raises
    :class:`~converters.errors.ImageError` where it is no base64 or too large.
    """
    head, _, body = address.partition(",")
    if len(body) > 2 * MAX_BYTES:
        raise ImageError(shown(address), _TOO_MANY_BYTES)
    data = unquote_to_bytes(body)
    if head.rstrip().lower().endswith(";base64"):
        data = data.translate(None, b" \t\n\r\f").rstrip(b"=")
        try:
            data = binascii.a2b_base64(data + b"=" * (-len(data) % 4), strict_mode=True)
        except binascii.Error as error:
            reason = "is damaged: its base64 cannot be decoded"
            raise ImageError(shown(address), reason) from error
    return data


def _read_below(folder: Path, relative: str) -> bytes | None:
    """The regular file ``relative`` below ``folder``; ``None`` where there is none.

    Links are followed first and the place they lead to is judged, so that neither ``..`` nor a
    symbolic link leads out. The file is opened without following a link that took its place
    since, and without waiting for the other end of a pipe.
    """
    if not relative or "\0" in relative or len(relative) > 4 * _LONGEST_NAME:
        return None
    try:
        root = folder.resolve(strict=True)
        path = (root / relative).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    if not path.is_relative_to(root):
        raise ImageError(relative, _OUTSIDE)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ImageError(relative, "is no regular file and is left out")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageError(relative, f"cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise ImageError(relative, _TOO_MANY_BYTES)
    return data


# --- Pixels --------------------------------------------------------------------------------


def encoded(data: bytes, name: str, warn: Callable[[str], None] = _ignore) -> Picture:
    """Decode ``data``, a picture file of any kind that is listed, and encode it for embedding.

    A JPEG stays one, with its own quantisation; drawings become PNG and other photographs JPEG.
    An animation keeps its first frame. ``warn`` hears of a file that ends too early, of which as
    much is kept as there is. The same bytes give the same bytes. Raises
    :class:`~converters.errors.ImageError` about ``name`` where there is no such picture in
    ``data``, or one beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise ImageError(name, _TOO_MANY_BYTES)
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
