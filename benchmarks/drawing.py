"""Pictures as the web has them, made here: the same number gives the same picture.

What matters for measuring is not what they show but what they weigh: detail that compresses as a
photograph's does, flat areas with text that compress as a screenshot's, and the containers,
colour models and faults in which pictures come.
"""

from __future__ import annotations

import random
import zlib
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

__all__ = [
    "animation",
    "bomb",
    "chances",
    "cmyk",
    "encoded",
    "photograph",
    "rotated",
    "screenshot",
    "see_through",
    "tracker",
    "vector",
]

_ORIENTATION = 0x0112  # of Exif


def chances(number: int) -> random.Random:
    """Return the source of all that differs between picture ``number`` and others."""
    return random.Random(number)  # noqa: S311 - no secret


def photograph(number: int, width: int, height: int, detail: float = 1.0) -> Image.Image:
    """Return soft colours with grain of three sizes.

    With a ``detail`` of 1 they weigh what photographs in news do.
    """
    chance = chances(number)
    picture = _noise(chance, 7, 5, "RGB").resize((width, height), Image.Resampling.BICUBIC)
    for size, strength in ((40, 0.35), (8, 0.16 * detail), (2, 0.10 * detail)):
        grain = _noise(chance, max(2, width // size), max(2, height // size), "L")
        grain = grain.resize((width, height), Image.Resampling.BILINEAR)
        picture = Image.blend(picture, grain.convert("RGB"), strength)
    draw = ImageDraw.Draw(picture)
    for _ in range(6):
        x, y = chance.randrange(width), chance.randrange(height)
        radius = chance.randrange(2, 3 + min(width, height) // 6)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=6)
    _label(draw, f"{number}: {width} x {height}", width, height)
    return picture


def screenshot(number: int, width: int, height: int) -> Image.Image:
    """Return windows with lines of text on flat colours."""
    chance = chances(number)
    picture = Image.new("RGB", (width, height), "#eef1f5")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(14)
    for _ in range(4):
        x, y = chance.randrange(width * 3 // 4), chance.randrange(height * 3 // 4)
        right, bottom = min(width, x + width // 2), min(height, y + height // 2)
        draw.rectangle((x, y, right, bottom), fill="white", outline="#8899aa")
        draw.rectangle((x, y, right, y + 22), fill="#3355aa")
        for line in range(y + 30, bottom - 18, 20):
            words = "".join(chance.choices("abcdefgh ijklmnop rstuvwxyz 0123456789", k=60))
            draw.text((x + 8, line), words[: (right - x) // 9], fill="#222222", font=font)
    _label(draw, f"{number}: {width} x {height}", width, height)
    return picture


def see_through(number: int, width: int, height: int) -> Image.Image:
    """Return line art on nothing."""
    chance = chances(number)
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    points = [(x, chance.randrange(height)) for x in range(0, width, max(1, width // 20))]
    draw.line(points, fill="#113388ff", width=max(2, height // 100))
    draw.rectangle((0, 0, width - 1, height - 1), outline="#11338880", width=3)
    _label(draw, f"{number}: {width} x {height}", width, height)
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return ``picture`` as a file of Pillow's format ``kind``."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def cmyk(number: int, width: int, height: int) -> bytes:
    """Return a JPEG as printers want it."""
    return encoded(photograph(number, width, height).convert("CMYK"), "JPEG", quality=80)


def rotated(number: int, width: int, height: int) -> bytes:
    """Return a JPEG that lies on its side, with a note (Exif) that says so, and where it was."""
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif[0x010E] = "a description that has to go"
    exif.get_ifd(0x8825)[1] = "N"
    picture = photograph(number, width, height).transpose(Image.Transpose.ROTATE_90)
    return encoded(picture, "JPEG", quality=80, exif=exif)


def animation(number: int, width: int, height: int) -> bytes:
    """Return a GIF of four pictures."""
    frames = [screenshot(number + step, width, height).quantize(64) for step in range(4)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200)


def tracker() -> bytes:
    """Return the GIF of one pixel that counts readers."""
    return encoded(Image.new("P", (1, 1)), "GIF", transparency=0)


def bomb() -> bytes:
    """Return a PNG of a few hundred bytes that says that it is 60,000 pixels square."""
    head = b"\x00\x00\xea\x60" * 2 + b"\x08\x02\x00\x00\x00"
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(4096))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )


def vector(number: int) -> bytes:
    """Return an SVG drawing with text in two scripts, and with a script that must not stay."""
    chance = chances(number)
    bars = "".join(
        f'<rect x="{20 + 60 * place}" y="{300 - high}" width="40" height="{high}" fill="#36a"/>'
        for place, high in enumerate(chance.choices(range(40, 260), k=9))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 340">'
        f'<script>alert(1)</script><rect width="600" height="340" fill="#fff"/>{bars}'
        f'<text x="20" y="330" font-size="24">Figure {number}: 图表 数据</text></svg>'
    ).encode()


def _noise(chance: random.Random, width: int, height: int, mode: str) -> Image.Image:
    count = width * height * len(mode)
    return Image.frombytes(mode, (width, height), chance.randbytes(count))


def _label(draw: ImageDraw.ImageDraw, text: str, width: int, height: int) -> None:
    """Write what the picture is into it, so that a person sees where it ended up."""
    size = max(10, min(width, height) // 12)
    draw.text((size // 2, size // 2), text, fill="#cc0000", font=ImageFont.load_default(size))
