"""Bare files: the kind of a picture file, and the file without what is not the picture.

What cameras and programs write beside a picture (EXIF, XMP, comments, thumbnails, further frames)
is cut away before a decoder sees the file, for two reasons: none of it may travel on, and reading
it is where a small file can make a decoder use hours or gigabytes: EXIF entries that all claim the
same megabytes, millions of empty chunks, a JPEG of ten thousand scans. What is kept is checked for
the sizes that it claims. Only the orientation is taken from EXIF.

Sources: ITU-T T.81 (https://www.w3.org/Graphics/JPEG/itu-t81.pdf), PNG
(https://www.w3.org/TR/png-3/), GIF 89a (https://www.w3.org/Graphics/GIF/spec-gif89a.txt), WebP
(RFC 9649), TIFF 6.0, ISO/IEC 23008-12 (HEIF), EXIF 2.32.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from converters.errors import ImageError
from converters.images.need import MAX_BYTES, MAX_PIXELS, TOO_MANY_PIXELS

__all__ = [
    "Bare",
    "bare",
    "orientation_of",
]

_UNKNOWN = (
    "is in no format that can be shown: "
    "JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF, ICO and SVG can be"
)
_TOO_MUCH = "asks for more work than a picture does and is left out"

# A file of the web has tens of these, a large one of a screen or a scanner some thousands.
_MAX_PARTS = 20_000
# Colour profiles of printing presses have up to 3 MB.
_MAX_PROFILE = 4 * 1024 * 1024
# Each scan of a progressive JPEG passes over the whole picture. Encoders write about ten.
_MAX_SCANNED = 20 * MAX_PIXELS
_MAX_SCANS = 500
# Frames of an animation, and their pixels together.
_MAX_FRAMES = 300
_MAX_MOVING = MAX_PIXELS
# Pictures in an ICO have at most 256 pixels a side.
_ICO_SIDE = 1024
# BMP of runs, and ICO, are small or nonsense.
_MAX_RUNS = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bare:
    """A picture file with only its picture.

    ``kind`` is Pillow's name of the format, ``orientation`` the value of EXIF's tag 274: 1 is
    upright. ``scans`` is above 1 for a progressive JPEG, ``pixels`` is how many that has.
    ``lossy``: it is known that no sharp edge was left as it was.
    """

    kind: str
    data: bytes
    orientation: int = 1
    scans: int = 1
    pixels: int = 0
    lossy: bool = False


def bare(data: bytes, name: str) -> Bare:
    """Tell what kind of picture file ``data`` is, by content, and take away all but the picture.

    A file that is damaged is left as it is from there on; that is for its decoder to judge. Raises
    :class:`~converters.errors.ImageError` about ``name`` for other kinds of files and for those
    that would take a decoder too much time or memory.
    """
    for signature, kind, strip in _KINDS:
        if signature.match(data):
            try:
                return strip(kind, data)
            except _TooMuchError as error:
                raise ImageError(name, str(error)) from error
            except (struct.error, IndexError) as error:  # it ends within a header
                raise ImageError(name, _UNKNOWN) from error
    raise ImageError(name, _UNKNOWN)


class _TooMuchError(Exception):
    """The file is beyond a limit; says which."""


def _limit(value: int, most: int, reason: str = _TOO_MUCH) -> None:
    if value > most:
        raise _TooMuchError(reason)


def orientation_of(exif: bytes) -> int:
    """EXIF's tag 274: a TIFF's first directory is looked through for nothing else."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 14:
        return 1
    (start,) = struct.unpack_from(order + "I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(order + "H", exif, start)
    last = min(start + 2 + 12 * count, len(exif) - 11)
    for place in range(start + 2, last, 12):
        tag, _, _, value = struct.unpack_from(order + "HHIH", exif, place)
        if tag == 274:
            return value if 1 <= value <= 8 else 1
    return 1


# --- JPEG ----------------------------------------------------------------------------------

_SOS, _EOI = 0xDA, 0xD9
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")


def _jpeg(kind: str, data: bytes) -> Bare:
    kept = [b"\xff\xd8"]
    orientation, pixels, scans, parts, place = 1, 0, 0, 0, 2
    first = end = len(data)
    while (found := _MARKER.search(data, place)) is not None:
        parts += 1
        _limit(parts, _MAX_PARTS)
        marker, place = data[found.start() + 1], found.end()
        if marker == _EOI:
            end = place
            break
        if place + 2 > len(data):
            break
        length = int.from_bytes(data[place : place + 2])
        content = data[place + 2 : place + length]
        if marker == _SOS:
            first = min(first, found.start())
            scans += 1
        elif first == len(data) and _is_needed(marker, content):
            kept.append(data[found.start() : place + length])
        if marker in _FRAMES and len(content) >= 5:
            height, width = struct.unpack_from(">HH", content, 1)
            pixels = max(pixels, height * width)
        elif marker == 0xE1 and content.startswith(b"Exif\0\0"):
            orientation = orientation_of(content)
        place += length
    _limit(pixels, MAX_PIXELS, TOO_MANY_PIXELS)
    _limit(scans, _MAX_SCANS)
    _limit(scans * pixels, _MAX_SCANNED)
    kept.append(data[first:end])
    return Bare(kind, b"".join(kept), orientation, scans, pixels, lossy=True)


def _is_needed(marker: int, content: bytes) -> bool:
    """Whether a segment says something of the picture: APPn and comments do only by exception."""
    if marker == 0xE0:
        return content.startswith(b"JFIF\0")
    if marker == 0xE2:
        return content.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return content.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


# --- PNG -----------------------------------------------------------------------------------

_PNG_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def _png(kind: str, data: bytes) -> Bare:
    """An animated PNG loses its further frames: they are in chunks of their own."""
    _png_size(data, MAX_PIXELS)
    kept, orientation, place, parts = [data[:8]], 1, 8, 0
    while place + 8 <= len(data):
        parts += 1
        _limit(parts, _MAX_PARTS)
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if name in _PNG_CHUNKS or (name == b"iCCP" and _is_profile(data[place + 8 : end - 4])):
            kept.append(data[place:end])
        elif name == b"eXIf":
            orientation = orientation_of(data[place + 8 : end - 4])
        place = end
        if name == b"IEND":
            break
    return Bare(kind, b"".join(kept), orientation)


def _is_profile(chunk: bytes) -> bool:
    """Whether a colour profile can be unpacked and is of a size that one has."""
    _, _, packed = chunk.partition(b"\0")
    decompress = zlib.decompressobj()
    try:
        decompress.decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return False
    return decompress.eof


def _png_size(data: bytes, most: int, start: int = 0) -> None:
    width, height = struct.unpack_from(">II", data, start + 16)
    _limit(width * height, most, TOO_MANY_PIXELS)


# --- GIF -----------------------------------------------------------------------------------


def _gif(kind: str, data: bytes) -> Bare:
    """The screen and the first frame, with the control block that stands before it."""
    head, frames = _gif_frames(data, 1)
    return Bare(kind, b"".join((head, *frames, b";")))


def _gif_frames(data: bytes, most: int) -> tuple[bytes, list[bytes]]:
    """The head and up to ``most`` frames, each with the control block before it."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    _limit(width * height, MAX_PIXELS, TOO_MANY_PIXELS)
    start = place = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    control = b""
    frames: list[bytes] = []
    for _ in range(_MAX_PARTS):
        if len(frames) == most or place >= len(data) or data[place] == 0x3B:
            break
        if data[place] == 0x21:
            end = _blocks(data, place + 2)
            if data[place + 1] == 0xF9:
                control = data[place:end]
            place = end
        elif data[place] == 0x2C:
            _, _, width, height, flags = struct.unpack_from("<HHHHB", data, place + 1)
            _limit(width * height, MAX_PIXELS, TOO_MANY_PIXELS)
            colours = 3 << (flags & 7) + 1 if flags & 0x80 else 0
            end = _blocks(data, place + 11 + colours)
            frames.append(control + data[place:end])
            control, place = b"", end
        else:
            place += 1
    else:
        raise _TooMuchError(_TOO_MUCH)
    return b"GIF89a" + data[6:start], frames


def animation(data: bytes) -> Bare | None:
    """A GIF of several frames with nothing but them; ``None`` for what is none, or a large one."""
    if not data.startswith((b"GIF87a", b"GIF89a")) or len(data) > MAX_BYTES:
        return None
    try:
        head, frames = _gif_frames(data, _MAX_FRAMES + 1)
    except (_TooMuchError, struct.error, IndexError):
        return None
    width, height = struct.unpack_from("<HH", head, 6)
    if not 1 < len(frames) <= _MAX_FRAMES or len(frames) * width * height > _MAX_MOVING:
        return None
    return Bare("GIF", b"".join((head, *frames, b";")))


def _blocks(data: bytes, place: int) -> int:
    """Where the data blocks end that begin at ``place``."""
    for _ in range(MAX_BYTES // 64):
        if place >= len(data):
            return len(data)
        if data[place] == 0:
            return place + 1
        place += 1 + data[place]
    raise _TooMuchError(_TOO_MUCH)


# --- WebP, AVIF, HEIC ----------------------------------------------------------------------


def _webp(kind: str, data: bytes) -> Bare:
    """Only read: its decoder looks at nothing but the picture."""
    orientation, place, parts, lossy = 1, 12, 0, False
    while place + 8 <= len(data):
        parts += 1
        _limit(parts, _MAX_PARTS)
        name, length = struct.unpack_from("<4sI", data, place)
        if name == b"VP8X":
            width = int.from_bytes(data[place + 12 : place + 15], "little") + 1
            height = int.from_bytes(data[place + 15 : place + 18], "little") + 1
            _limit(width * height, MAX_PIXELS, TOO_MANY_PIXELS)
        elif name in (b"VP8 ", b"ANMF"):
            lossy = True
        elif name == b"EXIF":
            orientation = orientation_of(data[place + 8 : place + 8 + length])
        place += 8 + length + length % 2
    return Bare(kind, data, orientation, lossy=lossy)


def _isobmff(kind: str, data: bytes) -> Bare:
    """AVIF and HEIC: items that are EXIF and XMP get a type that nobody knows.

    These formats say in the picture's own properties how it is turned, and EXIF is not asked
    (ISO/IEC 23008-12, 6.5.10). Their items are named in the ``meta`` box.
    """
    brands = data[8 : max(16, int.from_bytes(data[:4]))][:256]
    if kind != "AVIF" and (b"avif" in brands or b"avis" in brands):
        kind = "AVIF"
    place = 0
    for _ in range(100):
        if place + 8 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, place)
        if name == b"meta":
            meta = data[place : place + length]
            for item in (b"Exif", b"mime"):
                meta = meta.replace(item, b"free")
            data = data[:place] + meta + data[place + length :]
            break
        if length < 8:
            break
        place += length
    return Bare(kind, data, lossy=True)


# --- TIFF, ICO, BMP ------------------------------------------------------------------------

_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TIFF_SIZES |= {16: 8, 17: 8, 18: 8}
_TIFF_SIDES = (256, 257, 322, 323)  # width and length of the picture and of a tile


def _tiff(kind: str, data: bytes) -> Bare:
    """Only checked: entries may claim no more than there is, tiles be no larger than pictures."""
    order = "<" if data[:2] == b"II" else ">"
    (magic,) = struct.unpack_from(order + "H", data, 2)
    if magic == 42:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        place, entry, size = start + 2, order + "HHII", 12
    else:
        (start,) = struct.unpack_from(order + "Q", data, 8)
        _limit(start, MAX_BYTES)
        (count,) = struct.unpack_from(order + "Q", data, start)
        place, entry, size = start + 8, order + "HHQQ", 20
    _limit(count, 1000)
    claimed, sides = 0, {}
    for number in range(count):
        tag, of, values, value = struct.unpack_from(entry, data, place + number * size)
        claimed += values * _TIFF_SIZES.get(of, 1)
        if tag in _TIFF_SIDES:
            sides[tag] = value if of != 3 or order == "<" else value >> (16 if size == 12 else 48)
    _limit(claimed, 2 * len(data) + 4096)
    for across, down in ((256, 257), (322, 323)):
        _limit(sides.get(across, 1) * sides.get(down, 1), MAX_PIXELS, TOO_MANY_PIXELS)
    return Bare(kind, data)


def _ico(kind: str, data: bytes) -> Bare:
    """Only checked: the pictures inside are a PNG or a BMP each, with sizes of their own."""
    (count,) = struct.unpack_from("<H", data, 4)
    _limit(count, 100)
    _limit(len(data), _MAX_RUNS)
    for number in range(count):
        (start,) = struct.unpack_from("<I", data, 6 + 16 * number + 12)
        if data.startswith(b"\x89PNG", start):
            _png_size(data, _ICO_SIDE**2, start)
        else:
            width, height = struct.unpack_from("<ii", data, start + 4)
            _limit(abs(width * height), 2 * _ICO_SIDE**2, TOO_MANY_PIXELS)
    return Bare(kind, data)


def _bmp(kind: str, data: bytes) -> Bare:
    """Only checked: run-length encoding is decoded in Python, byte by byte."""
    if data[30:34] in (b"\1\0\0\0", b"\2\0\0\0"):
        _limit(len(data), _MAX_RUNS)
    return Bare(kind, data)


_HEIF_BRANDS = rb"....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)"
_KINDS: tuple[tuple[re.Pattern[bytes], str, Callable[[str, bytes], Bare]], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG", _jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG", _png),
    (re.compile(rb"GIF8[79]a"), "GIF", _gif),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP", _webp),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "AVIF", _isobmff),
    (re.compile(_HEIF_BRANDS, re.DOTALL), "HEIF", _isobmff),
    (re.compile(rb"II[*+]\x00|MM\x00[*+]"), "TIFF", _tiff),
    (re.compile(rb"\x00\x00\x01\x00"), "ICO", _ico),
    (re.compile(rb"BM"), "BMP", _bmp),
)
