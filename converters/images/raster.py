"""Pixels: pictures decoded within bounds and encoded anew for what a target can show.

Every picture is decoded, by one of a few decoders that its content chooses (never its name), and
encoded as JPEG or PNG: upright, on white, in sRGB or grey, no larger than the target needs, and
without what cameras and programs write beside the picture. Bytes, pixels, work and memory are
limited; several threads may encode at a time. The steps are

1. :mod:`~converters.images.bare`: which kind it is, and only the picture of it;
2. decoding, behind a :mod:`~converters.images.gate`, a JPEG at a fraction of its size;
3. :mod:`~converters.images.colour`: flat, 8 bits, sRGB, in bands, so that of a large picture
   only one copy is in memory;
4. turned, scaled and written.

Drawings in SVG go through :mod:`~converters.images.svg` first. They, HEIC and TIFF are decoded
:mod:`~converters.images.apart`.

A JPEG of which nothing changes is encoded anew, too, rather than copied without its metadata: what
is copied would be a stranger's bits, for the decoder of whatever device shows the book.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from converters.errors import ImageError
from converters.images import svg
from converters.images.apart import ApartError, decoded, drawn
from converters.images.bare import (
    Bare,
    animation,
    bare,
    orientation_of,
)
from converters.images.drawings import is_drawing, only_colour, with_fewer_colours
from converters.images.gate import Gate
from converters.images.need import (
    MAX_BYTES,
    MAX_PIXELS,
    TOO_MANY_BYTES,
    TOO_MANY_PIXELS,
    Encoded,
    Need,
)

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

    from converters.images.colour import Flattening

__all__ = ["MAX_BYTES", "MAX_PIXELS", "TOO_MANY_BYTES", "Encoded", "Need", "encoded", "fit"]

_MODULES = {"JPEG": "Jpeg", "PNG": "Png", "GIF": "Gif", "WEBP": "WebP", "AVIF": "Avif"}
_MODULES |= {"BMP": "Bmp", "ICO": "Ico"}

# Three or four pictures of an article at a time, or one photograph of a good camera.
_GATE = Gate(16_000_000)

# What is taller than this many times its width is read from top to bottom, not seen whole.
_STRIP = 3
_STRIP_PIXELS = 4
_STRIP_WIDTH = 480
# Sides beyond this do not fit into a JPEG.
_LONGEST = 65_000

_QUALITY = 88
# A PNG above so many bytes has to be worth them: no more than so many times a JPEG, for a picture
# that was compressed with a loss before and for one that was not.
_LARGE_PNG = 50_000
_LOSSY = 1.5
_LOSSLESS = 3.0
# An animation of more bytes stands still.
_MAX_ANIMATION = 8 * 1024 * 1024
# Rows that are made flat at a time, in pixels.
_BAND = 2_000_000

_BROKEN = "is damaged beyond use: nothing of it can be decoded"


def _ignore(message: str) -> None:
    """Take a warning that nobody wants to hear."""


def fit(width: int, height: int, need: Need) -> tuple[int, int]:
    """The size, in pixels, at which a picture of ``width`` and ``height`` meets ``need``.

    Never more than it has, and at least one pixel a side. A strip, more than three times as tall
    as wide (a long picture with text, an infographic), is read from top to bottom at its whole
    width: for it the limit of height does not hold, it may have four times the pixels, and they
    do not make it narrower than 480. The limit of width holds always.
    """
    scale = min(1.0, _LONGEST / max(width, height))
    if need.width:
        scale = min(scale, need.width / width)
    pixels = need.pixels
    if height > _STRIP * width:
        if pixels:
            wanted = math.sqrt(_STRIP_PIXELS * pixels / (width * height))
            scale = min(scale, max(wanted, _STRIP_WIDTH / width))
    else:
        if need.height:
            scale = min(scale, need.height / height)
        if pixels:
            scale = min(scale, math.sqrt(pixels / (width * height)))
    if scale == 1.0:
        return width, height
    # Rounded down a limit holds; the small addition is for 0.1 * 30 and its like.
    across, down = int(width * scale + 1e-6), int(height * scale + 1e-6)
    return max(1, across), max(1, down)


_USUAL = Need()


def encoded(
    data: bytes, name: str, need: Need = _USUAL, warn: Callable[[str], None] = _ignore
) -> Encoded:
    """Decode ``data``, a picture file of any kind that is listed, and encode it for ``need``.

    A JPEG stays one, with its own quantisation unless it is scaled; drawings become PNG and other
    photographs JPEG. An animation keeps its first frame, a GIF all of them where ``need`` asks for
    that. ``warn`` hears of a file that ends too early, of which as much is kept as there is. The
    same bytes give the same bytes. ``name`` is what messages call it. Raises
    :class:`~converters.errors.ImageError` where there is no such picture in ``data``, or one
    beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise ImageError(name, TOO_MANY_BYTES)
    if svg.is_svg(data):
        with _translated(name):
            return _drawing(data, name, need)
    if need.animated and (moving := _animated(data, need)) is not None:
        return moving
    return _picture(data, name, need, warn)


# CSS pixels are drawn two by two, and three by three where they are few: formulas, icons.
_DENSITY = 2.0
_SMALL_DENSITY = 3.0
_SMALL = 300
_DRAWN_PIXELS = 16_000_000
_WHITE = (255, 255, 255)
# Whether a drawing can be seen on white is tried in so many pixels across.
_TRIED = 300


def _drawing(data: bytes, name: str, need: Need) -> Encoded:
    """The SVG drawing in ``data``: as such where the target shows SVG, else drawn."""
    drawing = svg.parsed(data, name)
    width, height = drawing.width, drawing.height
    if need.vector and not need.grey and not _is_white(drawing):
        size = max(1, round(width)), max(1, round(height))
        return Encoded(drawing.sized(width, height), "image/svg+xml", *size)
    density = _SMALL_DENSITY if max(width, height) <= _SMALL else _DENSITY
    density = min(
        density, math.sqrt(_DRAWN_PIXELS / (width * height)), _LONGEST / max(width, height)
    )
    across, down = max(1, round(width * density)), max(1, round(height * density))
    across, down = fit(across, down, need)
    sized = drawing.sized(across, down)
    try:
        png = drawn(sized)
        if only_colour(png) == _WHITE:  # lines for a dark page, perhaps
            png = drawn(sized, dark=True)
            if only_colour(png) is not None:
                raise ImageError(name, svg.NOTHING)
    except ApartError as error:
        raise ImageError(name, str(error)) from error
    except ValueError as error:
        raise ImageError(name, "is an SVG drawing that cannot be drawn") from error
    whole = Need(width=0, grey=need.grey)
    return replace(_picture(png, name, whole, _ignore), density=across / width, drawn=True)


def _is_white(drawing: svg.Drawing) -> bool:
    """Whether nothing of ``drawing`` can be seen on white; what cannot be drawn may be seen."""
    scale = min(1.0, _TRIED / max(drawing.width, drawing.height))
    small = drawing.sized(max(1, drawing.width * scale), max(1, drawing.height * scale))
    try:
        return only_colour(drawn(small)) == _WHITE
    except (ApartError, ValueError):
        return False


def _picture(data: bytes, name: str, need: Need, warn: Callable[[str], None]) -> Encoded:
    """What :func:`encoded` makes of a file of pixels."""
    file = bare(data, name)
    with _translated(name):
        try:
            return _encoded(file, name, need, damaged=False)
        except ImageError:
            raise
        except Exception:  # noqa: BLE001 - as below
            picture = _encoded(file, name, need, damaged=True)
    warn("is damaged or ends too early; what there is of it is kept")
    return picture


@contextlib.contextmanager
def _translated(name: str) -> Iterator[None]:
    """Tell of whatever a decoder raises as of a picture that is damaged.

    Pillow lets most of what goes wrong in a damaged file through, and has errors that are derived
    from nothing but ``Exception``.
    """
    try:
        yield
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(name, _BROKEN) from error


def _animated(data: bytes, need: Need) -> Encoded | None:
    """The animation in ``data`` as a GIF that repeats; ``None`` where it is none, or too large."""
    from PIL import Image as Pillow
    from PIL import ImageSequence

    from converters.images.colour import Flattening

    file = animation(data)
    if file is None:
        return None
    _quiet()
    _load_decoder(file.kind)
    frames, durations = [], []
    try:
        with (
            _GATE.entered(_GATE.capacity),
            Pillow.open(BytesIO(file.data), formats=("GIF",)) as gif,
        ):
            size = fit(*gif.size, need)
            for frame in ImageSequence.Iterator(gif):
                durations.append(min(max(int(frame.info.get("duration", 0)), 20), 60_000))
                flat = Flattening(frame).flat(frame.copy()).resize(size, Pillow.Resampling.LANCZOS)
                frames.append(
                    flat.convert("L")
                    if need.grey
                    else flat.quantize(256, dither=Pillow.Dither.NONE)
                )
            out = BytesIO()
            frames[0].save(
                out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0
            )
    except Exception:  # noqa: BLE001 - whatever it is, there is a first frame, perhaps
        return None
    if out.tell() > _MAX_ANIMATION:
        return None
    return Encoded(out.getvalue(), "image/gif", *size)


def inner(data: bytes) -> Encoded:
    """A picture that an SVG drawing holds, encoded anew; transparency stays.

    Raises :class:`~converters.errors.ImageError` as :func:`encoded` does.
    """
    from PIL import Image as Pillow

    name, need = "picture", Need(width=2000, height=2000, pixels=4_000_000)
    file = bare(data, name)
    with _translated(name):
        _quiet()
        raster, full = _opened(file, name, need)
        if raster.mode in ("L", "RGB", "CMYK") and "transparency" not in raster.info:
            return _picture(data, name, need, _ignore)
        with _GATE.entered(_weight(raster, file)):
            clear = raster.convert("RGBA").resize(fit(*full, need), Pillow.Resampling.LANCZOS)
        return _saved(clear, "PNG", {})


# --- Decoding ------------------------------------------------------------------------------


def _encoded(file: Bare, name: str, need: Need, *, damaged: bool) -> Encoded:
    _quiet()
    if damaged:  # files are opened more leniently, too, while the switch is on
        with _GATE.entered(0, damaged=True):
            raster, full = _opened(file, name, need, damaged=True)
            raster.load()
            there = _without_missing_rows(raster) if file.orientation == 1 else raster
            if there is not raster:
                full = full[0], max(1, round(full[1] * there.height / raster.height))
            return _encode(there, file, need, full)
    raster, full = _opened(file, name, need)
    with _GATE.entered(_weight(raster, file)):
        raster.load()
        return _encode(raster, file, need, full)


# Of a picture at least this part must be there, or its shape says nothing.
_LEAST_PART = 0.25


def _without_missing_rows(raster: Raster) -> Raster:
    """A JPEG that ended too early without the rows that are not there: the decoder's flat grey."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    if raster.format != "JPEG" or raster.mode not in ("L", "RGB"):
        return raster
    grey = Pillow.new(raster.mode, raster.size, (128,) * len(raster.getbands()))
    box = ImageChops.difference(raster, grey).getbbox()
    if box is None or not _LEAST_PART * raster.height <= box[3] < raster.height:
        return raster
    return raster.crop((0, 0, raster.width, box[3]))


_quiet_lock = threading.Lock()


def _quiet() -> None:
    """Make Pillow's warning of large pictures an error, and its others silent.

    ``warnings.catch_warnings`` is not for several threads: the filters are set, and stay.
    """
    from PIL import Image as Pillow

    bomb = Pillow.DecompressionBombWarning
    with _quiet_lock:
        if not any(entry[2] is bomb for entry in warnings.filters):
            warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
            warnings.simplefilter("error", bomb)


@cache
def _load_decoder(kind: str) -> None:
    """Load Pillow's decoder of a listed kind; the others are not loaded."""
    importlib.import_module(f"PIL.{_MODULES[kind]}ImagePlugin")


def _opened(
    file: Bare, name: str, need: Need, *, damaged: bool = False
) -> tuple[Raster, tuple[int, int]]:
    """The picture in ``file``, not decoded yet where its decoder can wait, and its whole size.

    A JPEG will be decoded at 1/2, 1/4 or 1/8 of its size where that is enough for ``need``.
    """
    from PIL import Image as Pillow

    if file.kind in ("HEIF", "TIFF"):
        try:
            raster = decoded(file.kind, file.data, damaged=damaged)
        except ApartError as error:
            raise ImageError(name, str(error)) from error
    else:
        _load_decoder(file.kind)
        try:
            raster = Pillow.open(BytesIO(file.data), formats=(file.kind,))
        except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
            raise ImageError(name, TOO_MANY_PIXELS) from error
    full = raster.size
    if full[0] * full[1] > MAX_PIXELS:
        raise ImageError(name, TOO_MANY_PIXELS)
    if file.kind == "JPEG":
        wanted = _turned(fit(*_turned(full, file.orientation), need), file.orientation)
        raster.draft("L" if need.grey and raster.mode == "RGB" else None, wanted)
    return raster, full


def _weight(raster: Raster, file: Bare) -> int:
    """What decoding takes of memory, in pixels."""
    return raster.width * raster.height + (file.pixels if file.scans > 1 else 0)


def _turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if orientation >= 5 else size


# --- Encoding ------------------------------------------------------------------------------


def _encode(raster: Raster, file: Bare, need: Need, full: tuple[int, int]) -> Encoded:
    """``raster``, decoded, as a file for ``need``; ``full`` is what its size was in the file."""
    from PIL import Image as Pillow

    from converters.images.colour import Flattening

    orientation = file.orientation
    if file.kind == "AVIF":  # it says so in its own properties; Pillow tells that as EXIF
        orientation = orientation_of(raster.info.get("exif", b""))
    if file.kind != "JPEG":  # what is no JPEG may have been turned while it was decoded
        full = raster.size
    size = fit(*_turned(full, orientation), need)
    flattening = Flattening(raster)
    drawing = file.kind != "JPEG" and is_drawing(raster, flattening)
    options = _jpeg_options(raster, file, same=size == _turned(full, orientation))
    shrunk = raster.width // (2 * _turned(size, orientation)[0])
    flat = _banded(raster, flattening, max(1, shrunk), grey=need.grey)
    if flat is not raster:
        raster.close()  # which frees its pixels
    if turn := _TURNS.get(orientation):
        flat = flat.transpose(Pillow.Transpose[turn])
    if flat.size != size:
        # Hamming's window is as sharp as the bicubic one at half its cost; lines deserve the best.
        resampling = Pillow.Resampling.LANCZOS if drawing else Pillow.Resampling.HAMMING
        flat = flat.resize(size, resampling)
    if not drawing:
        return _saved(flat, "JPEG", options)
    scaled = size != _turned(full, orientation)
    reduced = flat if need.grey else with_fewer_colours(flat, scaled=scaled)
    exact = _saved(reduced, "PNG", {"compress_level": 7})
    if len(exact.data) > _LARGE_PNG:  # it is even here and there, but no drawing for all that
        photograph = _saved(flat, "JPEG", options)
        if len(exact.data) > (_LOSSY if file.lossy else _LOSSLESS) * len(photograph.data):
            return photograph
    return exact


# EXIF's tag 274, as in Pillow's ImageOps.exif_transpose.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def _jpeg_options(raster: Raster, file: Bare, *, same: bool) -> dict[str, object]:
    """How a JPEG is written: with the tables it had, where it is neither scaled nor new.

    With them it loses next to nothing in being encoded again, and becomes no larger. Tables of
    Huffman codes of its own would make another two per cent smaller, and take a third longer.
    """
    from PIL import JpegImagePlugin

    if file.kind != "JPEG":
        return {"quality": _QUALITY}
    tables = getattr(raster, "quantization", None)
    subsampling = max(JpegImagePlugin.get_sampling(raster), 0)
    if same and tables and raster.mode in ("L", "RGB"):
        return {"qtables": tables, "subsampling": subsampling, "optimize": True}
    return {"quality": _QUALITY, "subsampling": subsampling and 2}


def _banded(raster: Raster, flattening: Flattening, factor: int, *, grey: bool) -> Raster:
    """``raster`` made flat and ``factor`` times smaller, a band of rows at a time.

    What is left to a slower and better filter is then at least twice what is wanted.
    """
    from PIL import Image as Pillow

    if factor == 1 and not grey and flattening.keeps(raster):
        return raster  # most photographs: copies would take memory, and half the time of decoding

    def piece(top: int, bottom: int) -> Raster:
        flat = flattening.flat(raster.crop((0, top, raster.width, bottom)))
        if grey:
            flat = flat.convert("L")
        return flat if factor == 1 else flat.reduce(factor)

    rows = max(factor, _BAND // raster.width // factor * factor)
    if rows >= raster.height:
        return piece(0, raster.height)
    whole = None
    for top in range(0, raster.height, rows):
        part = piece(top, min(top + rows, raster.height))
        if whole is None:
            whole = Pillow.new(part.mode, (part.width, math.ceil(raster.height / factor)))
        whole.paste(part, (0, top // factor))
    assert whole is not None
    return whole


def _saved(raster: Raster, kind: Literal["JPEG", "PNG"], options: dict[str, object]) -> Encoded:
    """``raster`` as a file that holds the picture and nothing else."""
    raster.info = {}  # comments, times, places, thumbnails: Pillow would write some of them
    out = BytesIO()
    raster.save(out, kind, **options)
    media_type: Literal["image/jpeg", "image/png"] = "image/jpeg" if kind == "JPEG" else "image/png"
    return Encoded(out.getvalue(), media_type, raster.width, raster.height)
