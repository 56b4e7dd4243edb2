"""Pixels: what becomes of picture files, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import resource
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw

from converters.errors import ImageError
from converters.images import raster as raster_module
from converters.images.gate import Gate
from converters.images.raster import Encoded, Need, encoded, fit


def raster(mode: str = "RGB", size: tuple[int, int] = (8, 6)) -> Pillow.Image:
    picture = Pillow.linear_gradient("L").resize(size)
    return picture.convert(mode)


def photograph(size: tuple[int, int] = (120, 90)) -> Pillow.Image:
    """A picture with too many colours for a drawing, the same in every run."""
    red = Pillow.linear_gradient("L").resize(size)
    green = red.transpose(Pillow.Transpose.ROTATE_180).resize(size)
    blue = Pillow.radial_gradient("L").resize(size)
    return Pillow.merge("RGB", (red, green, blue))


def file(picture: Pillow.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(picture: Encoded) -> Pillow.Image:
    return Pillow.open(BytesIO(picture.data))


# --- Encoding ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
@pytest.mark.requirement("EP-28")
def test_every_listed_kind_becomes_jpeg_or_png(kind: str) -> None:
    picture = encoded(file(photograph(), kind), "x")
    assert (picture.width, picture.height) == (120, 90)
    expected = {"JPEG": "image/jpeg", "GIF": "image/png"}.get(kind, picture.media_type)
    assert picture.media_type == expected
    assert Pillow.MIME[opened(picture).format or ""] == picture.media_type
    assert opened(picture).size == (120, 90)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"),
     ("F", "TIFF"), ("CMYK", "TIFF"), ("CMYK", "JPEG"), ("L", "JPEG"), ("P", "GIF")],
)  # fmt: skip
@pytest.mark.requirement("EP-28")
def test_every_kind_of_pixel_becomes_rgb_grey_or_a_palette(mode: str, kind: str) -> None:
    picture = opened(encoded(file(raster(mode), kind), "x"))
    assert picture.mode in ("L", "RGB", "P")
    assert picture.size == (8, 6)


def test_a_drawing_keeps_every_pixel() -> None:
    drawing = raster("RGB")
    drawing.putpixel((0, 0), (1, 2, 3))
    picture = encoded(file(drawing), "x")
    assert picture.media_type == "image/png"
    assert opened(picture).convert("RGB").tobytes() == drawing.tobytes()


def test_a_jpeg_is_hardly_changed() -> None:
    original = file(photograph(), "JPEG", quality=70)
    picture = encoded(original, "x")
    before = Pillow.open(BytesIO(original)).tobytes()
    after = opened(picture).tobytes()
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 4
    assert len(picture.data) <= 1.05 * len(original)


@pytest.mark.requirement("EP-28")
def test_transparent_pixels_become_white() -> None:
    clear = Pillow.new("RGBA", (4, 4), (200, 0, 0, 0))
    assert opened(encoded(file(clear), "x")).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    palette = Pillow.new("P", (4, 4), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    picture = encoded(file(palette, "GIF", transparency=0), "x")
    assert opened(picture).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.requirement("EP-28")
def test_pictures_stand_upright_and_what_the_camera_noted_is_gone() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    data = file(photograph(), "JPEG", exif=exif, comment=b"SecretComment")
    picture = encoded(data, "x")
    assert (picture.width, picture.height) == (90, 120)
    assert b"Secret" not in picture.data
    assert not opened(picture).getexif()


def test_text_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretAuthor")
    data = file(raster(), pnginfo=info)
    assert b"SecretAuthor" in data
    assert b"Secret" not in encoded(data, "x").data


def test_an_animation_keeps_its_first_frame() -> None:
    frames = [Pillow.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = opened(encoded(data, "x"))
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.requirement("ALL-3")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_the_same_picture_gives_the_same_bytes(kind: str) -> None:
    data = file(photograph(), kind)
    assert encoded(data, "x") == encoded(data, "x")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("switch", [False, True], ids=["strict", "as WeasyPrint leaves it"])
def test_a_file_that_ends_too_early_is_kept_with_a_warning(
    kind: str, switch: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", switch)
    data = file(photograph(), kind)
    warnings: list[str] = []
    picture = encoded(data[: len(data) * 2 // 3], "x", warn=warnings.append)
    assert picture.width == 120
    assert 30 <= picture.height <= 90
    assert warnings == ["is damaged or ends too early; what there is of it is kept"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"%PDF-1.7\n",
        b"8BPS\x00\x01" + b"\0" * 30,
        b"P6 1 1 255 abc",
        b"SIMPLE  =                    T",
    ],
)
@pytest.mark.requirement("SEC-4")
def test_what_is_no_listed_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match=r"in no format that can be shown|damaged beyond use"):
        encoded(data, "x")


@pytest.mark.parametrize("side", [7_100, 20_000])
@pytest.mark.requirement("SEC-4", "SEC-7")
def test_a_small_file_of_very_many_pixels_is_refused(side: int) -> None:
    """The second is so large that Pillow itself refuses it."""
    bomb = file(Pillow.new("1", (side, side)))
    assert len(bomb) < 100_000
    with pytest.raises(ImageError, match="pixels"):
        encoded(bomb, "x")


# --- Size ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "need", "expected"),
    [
        ((800, 600), Need(), (800, 600)),
        ((3200, 2400), Need(), (1600, 1200)),
        ((3200, 2400), Need(width=0), (3200, 2400)),
        ((3200, 2400), Need(width=1600, height=600), (800, 600)),
        ((3000, 2000), Need(width=1600, height=1600, pixels=2_000_000), (1600, 1066)),
        ((2000, 2000), Need(width=1600, height=1600, pixels=2_000_000), (1414, 1414)),
        ((8000, 1000), Need(width=1600, height=1600, pixels=2_000_000), (1600, 200)),
        # Strips: as wide as four times the pixels allow, but not so narrow that nobody can read.
        ((800, 8000), Need(width=1600, height=1600, pixels=2_000_000), (800, 8000)),
        ((1080, 12000), Need(width=1600, height=1600, pixels=2_000_000), (848, 9428)),
        ((1080, 40000), Need(width=1600, height=1600, pixels=2_000_000), (480, 17777)),
        ((400, 40000), Need(width=1600, height=1600, pixels=2_000_000), (400, 40000)),
        ((1080, 12000), Need(width=600, height=1600), (600, 6666)),
        ((1080, 3200), Need(width=1600, height=1600), (540, 1600)),
        ((100, 200_000), Need(), (32, 65_000)),
        ((10_000, 1), Need(), (1600, 1)),
    ],
)
@pytest.mark.requirement("EP-29")
def test_sizes_that_targets_can_use(
    size: tuple[int, int], need: Need, expected: tuple[int, int]
) -> None:
    assert fit(*size, need) == expected


@given(
    st.integers(1, 100_000),
    st.integers(1, 100_000),
    st.builds(
        Need,
        width=st.integers(0, 5000),
        height=st.integers(0, 5000),
        pixels=st.integers(0, 5_000_000),
    ),
)
@pytest.mark.requirement("EP-29")
def test_no_picture_grows_or_is_larger_than_needed(width: int, height: int, need: Need) -> None:
    across, down = fit(width, height, need)
    assert 1 <= across <= width
    assert 1 <= down <= height
    assert not need.width or across <= max(1, need.width)
    is_strip = height > 3 * width
    if not is_strip:
        assert not need.height or down <= need.height
        assert not need.pixels or across * down <= need.pixels or 1 in (across, down)
    elif need.pixels:
        assert across * down <= 4 * need.pixels or across <= 480
    # The shape stays, within the pixel that rounding takes.
    assert abs(across * height - down * width) <= max(width, height)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.requirement("EP-28", "EP-29")
def test_large_pictures_are_scaled_upright(kind: str, orientation: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    data = file(photograph((1300, 640)), kind, exif=exif)
    picture = encoded(data, "x", Need(width=300))
    shown = opened(picture)
    assert shown.size == ((300, 147) if orientation < 5 else (300, 609))
    # Where it begins the photograph is dark, where it ends light, in red.
    red = shown.convert("RGB").getchannel("R").resize((2, 2)).tobytes()
    first, last = {1: (0, 2), 3: (2, 0), 6: (1, 0)}[orientation]
    assert red[first] + 50 < 150 < red[last]


def test_a_large_jpeg_is_decoded_at_a_fraction_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []

    def weight(decoded: Pillow.Image, _: object) -> int:
        seen.append(decoded.size)
        return 1

    monkeypatch.setattr(raster_module, "_weight", weight)
    encoded(file(photograph((1700, 1200)), "JPEG"), "x", Need(width=400))
    assert seen == [(425, 300)]


# --- Kinds ---------------------------------------------------------------------------------

# 32 by 16 pixels, red with a blue square to the left, written by libheif.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAAK4AAgAAAAACjwABAAAAAAAAADIAAAA4aWluZgAA"
    "AAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/Glwcn"
    "AAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroC"
    "QGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybm"
    "NseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAQAAAAAf///+AAAAAC////0AAA"
    "AAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAADmNkc2MAAgABAA"
    "EAAADobWRhdAAAAKooAa8JyGetqjkjV3//53IOR+2Hv/6VHirx+DhH/+FUNv+zNP5Tr/TJqi7CJ6cg4m2zp+lHsYHL"
    "w5KAXHaqPjIw4VNwP4ntp9qwVhRcFcYsAq/Y0PsFu5TiVylBmPi/L8rpmqEqrrgDbZCOcEBg+s7ye1oUYBxGQAeS+E"
    "Dgm32I0IfL2GtFxB8X5flaxQniu9UhAyEr9tr1cb997uhFWrZmBg2bz8qzKPDeQgAAAAZFeGlmAABNTQAqAAAACAAB"
    "AQ8AAgAAAA0AAAAaAAAAAFNlY3JldENhbWVyYQAA"
)


@pytest.mark.requirement("EP-28", "SEC-4")
def test_heic_becomes_what_readers_show_without_what_the_camera_noted() -> None:
    assert b"SecretCamera" in HEIC
    picture = encoded(HEIC, "photo.jpg")
    shown = opened(picture).convert("RGB")
    assert shown.size == (32, 16)
    assert shown.getpixel((4, 8)) == pytest.approx((30, 30, 200), abs=12)
    assert shown.getpixel((28, 8)) == pytest.approx((200, 30, 30), abs=12)
    assert b"Secret" not in picture.data


def test_heic_is_read_by_a_library_that_nothing_else_loads() -> None:
    script = (
        "import sys\n"
        "from converters.images.raster import encoded\n"
        f"encoded({file(raster())!r}, 'x')\n"
        "assert 'pi_heif' not in sys.modules\n"
        "assert 'lxml' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_an_icon_shows_its_largest_picture() -> None:
    icon = file(raster(size=(64, 64)), "ICO", sizes=[(16, 16), (64, 64)])
    assert encoded(icon, "x").width == 64


def test_what_follows_a_jpeg_is_cut_off() -> None:
    data = file(photograph(), "JPEG")
    assert encoded(data + b"<script>evil</script>" * 100, "x.png") == encoded(data, "x")


def test_of_several_pictures_in_a_file_the_first_is_shown() -> None:
    second = photograph((60, 90))
    data = file(photograph(), "MPO", save_all=True, append_images=[second])
    assert encoded(data, "x").width == 120


# --- Colour --------------------------------------------------------------------------------


def s15(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of ICC's version 2 (https://www.color.org/ICC_Minor_Revision_for_Web.pdf)."""
    tags = {
        b"desc": b"desc\0\0\0\0\0\0\0\5Test\0" + bytes(78),
        b"wtpt": xyz(0.9642, 1, 0.8249),
    } | tags
    table, body = b"", b""
    start = 132 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">II I4s4s4s", start + len(body), 0, 0x02100000, b"mntr", space, connection)
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + s15(0.9642, 1, 0.8249)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + s15(*values)


def display_p3() -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, 563)  # a gamma of 2.2
    return profile(
        b"RGB ",
        b"XYZ ",
        {
            b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
            b"gXYZ": xyz(0.2920, 0.6922, 0.0419),
            b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
        },
    )


def press() -> bytes:
    """A press on which black ink is dark green and every other one prints white."""
    same = bytes(range(256))
    green, white = bytes([128, 80, 150]), bytes([255, 128, 128])
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + s15(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += same * 4 + (white + green) * 8 + same * 3
    return profile(b"CMYK", b"Lab ", {b"A2B0": table})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.requirement("EP-28")
def test_colours_of_wide_displays_become_those_of_the_web(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = file(
        Pillow.new("RGB", (64, 64), (200, 120, 60)), kind, icc_profile=display_p3(), **options
    )
    shown = opened(encoded(data, "x"))
    assert "icc_profile" not in shown.info
    assert shown.convert("RGB").getpixel((9, 9)) == pytest.approx((214, 116, 38), abs=3)


@pytest.mark.requirement("EP-28")
def test_inks_become_colours_by_the_profile_of_their_press() -> None:
    data = file(Pillow.new("CMYK", (64, 64), (255, 0, 0, 255)), "JPEG", icc_profile=press())
    assert b"Adobe" in data  # which means that its values are inverted
    red, green, blue = opened(encoded(data, "x")).convert("RGB").resize((1, 1)).tobytes()
    assert max(red, blue) + 20 < green > 90  # naively it would be black


@pytest.mark.requirement("EP-28")
def test_inks_without_a_profile_are_what_browsers_take_them_for() -> None:
    for inks, colour in (
        ((0, 255, 255, 0), (255, 0, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 0, 0), (255, 255, 255)),
    ):
        data = file(Pillow.new("CMYK", (64, 64), inks), "JPEG", quality=95)
        shown = opened(encoded(data, "x")).convert("RGB").getpixel((9, 9))
        assert shown == pytest.approx(colour, abs=4)


@pytest.mark.parametrize("damage", [display_p3()[:150], display_p3()[:300], b"\0" * 500, press()])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_profile_that_makes_no_sense_is_no_profile(kind: str, damage: bytes) -> None:
    data = file(Pillow.new("RGB", (64, 64), (200, 120, 60)), kind, icc_profile=damage)
    heard: list[str] = []
    shown = opened(encoded(data, "x", warn=heard.append)).convert("RGB")
    assert shown.getpixel((9, 9)) == pytest.approx((200, 120, 60), abs=3)
    assert not heard


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "JPEG"), ("RGB", "PNG"), ("P", "GIF"), ("RGBA", "WEBP"), ("1", "PNG")],
)
def test_grey_is_grey(mode: str, kind: str) -> None:
    picture = opened(encoded(file(raster(mode, (600, 300)), kind), "x", Need(width=200, grey=True)))
    assert picture.mode == "L"
    assert picture.size == (200, 100)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    grey = Pillow.new("I;16", (300, 200), 32896)
    assert opened(encoded(file(grey), "x")).convert("L").getpixel((5, 5)) == 128
    unit = Pillow.new("F", (300, 200), 0.5)
    assert opened(encoded(file(unit, "TIFF"), "x")).convert("L").getpixel((5, 5)) in (127, 128)


# --- Photograph or drawing -----------------------------------------------------------------


def noise(size: tuple[int, int] = (300, 200)) -> Pillow.Image:
    """A photograph as cameras make them: no two pixels alike."""
    grain = Pillow.effect_noise(size, 20)
    return Pillow.merge("RGB", (grain, grain.rotate(180), grain.transpose(Pillow.Transpose(0))))


def diagram(size: tuple[int, int] = (600, 400)) -> Pillow.Image:
    picture = Pillow.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for step in range(0, 300, 20):
        draw.line((step, 10, 300 - step, size[1] - 10), "navy", 2)
        draw.ellipse((300 + step // 2, 100, 350 + step, 150 + step), outline="darkred")
    return picture


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.requirement("EP-29")
def test_photographs_become_jpeg(kind: str, mode: str) -> None:
    assert encoded(file(noise().convert(mode), kind), "x").media_type == "image/jpeg"


@pytest.mark.parametrize("width", [1600, 250])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.requirement("EP-29")
def test_drawings_become_png_scaled_or_not(kind: str, width: int) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = encoded(file(diagram(), kind, **options), "x", Need(width=width))
    assert picture.media_type == "image/png"
    assert opened(picture).mode in ("P", "L")


@pytest.mark.requirement("EP-29")
def test_a_jpeg_stays_one_whatever_it_shows() -> None:
    for need in (Need(), Need(width=250), Need(grey=True)):
        assert encoded(file(diagram(), "JPEG"), "x", need).media_type == "image/jpeg"


def test_a_palette_may_change_a_scaled_drawing_only_where_nobody_sees_it() -> None:
    small = diagram().resize((250, 166), Pillow.Resampling.LANCZOS)
    shown = opened(encoded(file(diagram()), "x", Need(width=250))).convert("RGB")
    difference = ImageChops.difference(small, shown).convert("L").histogram()
    assert sum(difference[17:]) < 0.01 * sum(difference)


# --- Attacks -------------------------------------------------------------------------------


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def in_png(*chunks: bytes) -> bytes:
    data = file(raster())
    return data[:33] + b"".join(chunks) + data[33:]


def in_gif(*blocks: bytes) -> bytes:
    data = file(raster("P"), "GIF")
    return data[: 13 + 768] + b"".join(blocks) + data[13 + 768 :]


def in_jpeg(*segments: bytes) -> bytes:
    data = file(raster(), "JPEG")
    return data[:2] + b"".join(segments) + data[2:]


def scans(count: int) -> bytes:
    data = file(photograph((800, 600)), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]


def exif_bomb(entries: int = 60_000, size: int = 700_000) -> bytes:
    """Directory entries that all claim the same bytes: read one by one, 40 GB."""
    table = b"".join(struct.pack("<HHII", 1 + n, 1, size, 8) for n in range(entries))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", entries % 65536) + table


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    table = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(200)


TIFF = ((258, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 100))


def icon(picture: bytes) -> bytes:
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(picture), 22) + picture


def bitmap(width: int, height: int, compression: int = 0, kind: int = 24) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, kind, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54 + 1024 * (kind == 8)) + head


def webp_canvas(width: int, height: int) -> bytes:
    data = file(raster(), "WEBP", icc_profile=b"x")
    place = data.index(b"VP8X") + 12
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return data[:place] + sides + data[place + 6 :]


def heic_sides(width: int, height: int) -> bytes:
    place = HEIC.index(b"ispe") + 8
    return HEIC[:place] + struct.pack(">II", width, height) + HEIC[place + 8 :]


def avif_exif(exif: bytes) -> bytes:
    """Written with another EXIF, since Pillow reads what it writes."""
    harmless = b"MM\0*\0\0\0\x08\0\0" + b"P" * (len(exif) - 10)
    data = file(raster(size=(64, 64)), "AVIF", exif=harmless)
    assert harmless in data
    return data.replace(harmless, exif)


ATTACKS: dict[str, Callable[[], bytes]] = {
    "PNG of many chunks": lambda: in_png(chunk(b"abCd", b"") * 300_000),
    "PNG of many pieces": lambda: in_png(chunk(b"IDAT", b"") * 300_000),
    "PNG text": lambda: in_png(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000))) * 20),
    "PNG profile": lambda: in_png(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
    "PNG EXIF": lambda: in_png(chunk(b"eXIf", exif_bomb())),
    "GIF screen": lambda: in_gif()[:6] + b"\xff" * 4 + in_gif()[10:],
    "GIF comment": lambda: in_gif(b"!\xfe" + (b"\xff" + b"x" * 255) * 50_000 + b"\0"),
    "GIF comment of bytes": lambda: in_gif(b"!\xfe" + b"\x01x" * 5_000_000 + b"\0"),
    "GIF of extensions": lambda: in_gif(b"!\xfe\0" * 1_000_000),
    "JPEG of segments": lambda: in_jpeg(b"\xff\xfe\0\2" * 1_000_000),
    "JPEG of fill": lambda: in_jpeg(b"\xff" * 5_000_000),
    "JPEG of scans": lambda: scans(3000),
    "JPEG EXIF": lambda: in_jpeg(
        b"\xff\xe1" + struct.pack(">H", 65_000) + b"Exif\0\0" + exif_bomb(2700)[:64_992]
    ),
    "JPEG too large": lambda: in_jpeg(b"\xff\xc0\0\x0b\x08\xff\xff\xff\xff\1\1\x11\0"),
    "TIFF claims": lambda: tiff(
        (256, 3, 1, 9), (257, 3, 1, 9), *TIFF, *((1000 + n, 1, 2**31, 8) for n in range(500))
    ),
    "TIFF tiles": lambda: tiff(
        (256, 3, 1, 9), (257, 3, 1, 9), *TIFF, (322, 4, 1, 10**6), (323, 4, 1, 10**6)
    ),
    "TIFF too large": lambda: tiff((256, 4, 1, 65_000), (257, 4, 1, 65_000), *TIFF),
    "WebP canvas": lambda: webp_canvas(16_000, 16_000),
    "AVIF EXIF": lambda: avif_exif(exif_bomb(500)),
    "HEIC too large": lambda: heic_sides(60_000, 60_000),
    "ICO of a large PNG": lambda: icon(file(Pillow.new("1", (5000, 5000)))),
    "ICO of a large BMP": lambda: icon(bitmap(30_000, 60_000)[14:]),
    "BMP too large": lambda: bitmap(30_000, 30_000),
    "BMP of runs": lambda: bitmap(7000, 7000, 1, 8) + bytes(1024) + bytes(8_000_000),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.requirement("SEC-4", "SEC-7")
def test_no_small_file_takes_much_time_or_memory(attack: str) -> None:
    data = ATTACKS[attack]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with contextlib.suppress(ImageError):
        encoded(data, "x")
    assert time.process_time() - start < 3
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * (1 if sys.platform == "darwin" else 1024) < 150_000_000 + 2 * len(data)


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ("PNG of many chunks", "more work"),
        ("GIF screen", "50,000,000 pixels"),
        ("JPEG of scans", "more work"),
        ("JPEG too large", "50,000,000 pixels"),
        ("TIFF claims", "more work"),
        ("TIFF tiles", "50,000,000 pixels"),
        ("WebP canvas", "50,000,000 pixels"),
        ("ICO of a large PNG", "50,000,000 pixels"),
        ("BMP too large", "50,000,000 pixels"),
    ],
)
@pytest.mark.requirement("SEC-4", "SEC-7")
def test_the_reason_of_a_refusal_is_told(attack: str, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        encoded(ATTACKS[attack](), "x")


KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: file(photograph(), "JPEG", icc_profile=display_p3(), progressive=True),
    "PNG": lambda: file(photograph(), "PNG", icc_profile=display_p3()),
    "GIF": lambda: file(photograph().quantize(64), "GIF"),
    "WEBP": lambda: file(photograph(), "WEBP", icc_profile=display_p3()),
    "AVIF": lambda: file(photograph(), "AVIF", icc_profile=display_p3(), speed=10),
    "TIFF": lambda: file(photograph(), "TIFF", compression="tiff_lzw"),
    "BMP": lambda: file(photograph(), "BMP"),
    "ICO": lambda: file(raster(size=(32, 32)), "ICO", sizes=[(32, 32)]),
    "HEIF": lambda: HEIC,
}
WHOLE = {name: make() for name, make in KINDS.items()}


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=4)), max_size=8),
    st.none() | st.integers(0, 5000),
    st.builds(Need, width=st.integers(0, 200), grey=st.booleans()),
)
@pytest.mark.requirement("SEC-4", "EP-28", "EP-29")
def test_whatever_is_damaged_there_is_a_picture_as_promised_or_an_image_error(
    kind: str, damage: list[tuple[int, bytes]], end: int | None, need: Need
) -> None:
    data = bytearray(WHOLE[kind])
    for anywhere, content in damage:
        place = anywhere % len(data)
        data[place : place + len(content)] = content
    damaged = bytes(data[:end])
    try:
        picture = encoded(damaged, "x", need)
    except ImageError:
        return
    assert encoded(damaged, "x", need) == picture
    shown = opened(picture)
    shown.load()
    assert shown.size == (picture.width, picture.height)
    assert not need.width or picture.width <= need.width
    assert shown.mode == "L" if need.grey else shown.mode in ("L", "RGB", "P")
    assert Pillow.MIME[shown.format or ""] == picture.media_type
    assert not set(shown.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not shown.getexif()


# --- Threads -------------------------------------------------------------------------------


def test_threads_decode_whole_and_damaged_files_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    whole = [file(photograph((200 + n, 150)), kind) for n in range(6) for kind in ("JPEG", "PNG")]
    cut = [data[: len(data) // 2] for data in whole]
    heard: dict[int, list[str]] = {n: [] for n in range(len(whole + cut))}
    with ThreadPoolExecutor(6) as pool:
        pictures = list(
            pool.map(
                lambda n: encoded((whole + cut)[n], "x", warn=heard[n].append),
                range(len(whole + cut)),
            )
        )
    assert [len(heard[n]) for n in heard] == [0] * len(whole) + [1] * len(cut)
    assert [picture.width for picture in pictures] == [200 + n for n in range(6) for _ in "JP"] * 2
    from PIL import ImageFile

    assert ImageFile.LOAD_TRUNCATED_IMAGES  # as it was found


@pytest.mark.requirement("SEC-4")
@pytest.mark.parametrize("error", [AttributeError, ZeroDivisionError, AssertionError, MemoryError])
def test_whatever_a_decoder_raises_is_told_of_the_picture(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(ImageError, match="damaged beyond use"):
        encoded(file(Pillow.new("RGB", (8, 8)), "PNG"), "x")


def test_the_gate_lets_in_what_there_is_room_for_in_the_order_of_arrival() -> None:
    gate = Gate(10)
    inside: list[str] = []
    peaks: list[int] = []
    doors = {name: threading.Event() for name in "abcd"}
    weights = {"a": 6, "b": 99, "c": 4, "d": 4}

    def visit(name: str) -> None:
        with gate.entered(weights[name]):
            inside.append(name)
            peaks.append(gate._weight)
            doors[name].wait(10)

    threads = []
    for name in "abcd":
        threads.append(threading.Thread(target=visit, args=name))
        threads[-1].start()
        wait_until(lambda: len(inside) + len(gate._waiting) == len(threads))
    assert inside == ["a"]  # c would fit, but b came first and goes alone
    doors["a"].set()
    wait_until(lambda: inside == ["a", "b"])
    doors["b"].set()
    wait_until(lambda: len(inside) == 4)
    doors["c"].set()
    doors["d"].set()
    for thread in threads:
        thread.join(10)
    assert max(peaks) <= 10
    assert gate._weight == gate._inside == 0


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


# --- Animations ----------------------------------------------------------------------------


def moving(count: int = 4, size: tuple[int, int] = (40, 20)) -> bytes:
    frames = [Pillow.new("RGB", size, (60 * n % 256, 0, 0)) for n in range(count)]
    options = {"save_all": True, "append_images": frames[1:], "comment": b"SecretComment"}
    return file(frames[0], "GIF", duration=[100 + 10 * n for n in range(count)], **options)


@pytest.mark.parametrize("grey", [False, True])
def test_an_animation_moves_where_the_target_plays_it(grey: bool) -> None:
    picture = encoded(moving(), "x", Need(width=20, animated=True, grey=grey))
    assert (picture.media_type, picture.suffix) == ("image/gif", "gif")
    assert (picture.width, picture.height) == (20, 10)
    assert b"Secret" not in picture.data
    shown = opened(picture)
    assert getattr(shown, "n_frames", 1) == 4
    shown.seek(2)
    assert shown.info["duration"] == 120
    red, green, blue = shown.convert("RGB").resize((1, 1)).tobytes()
    assert (red == green == blue) if grey else (red, green, blue) == (120, 0, 0)
    assert encoded(moving(), "x", Need(width=20, animated=True, grey=grey)) == picture


@pytest.mark.parametrize(
    "data",
    [moving(1), moving(301, (2, 2)), file(photograph(), "PNG")],
    ids=["one frame", "too many frames", "another kind"],
)
@pytest.mark.requirement("SEC-7")
def test_what_cannot_move_stands_still(data: bytes) -> None:
    picture = encoded(data, "x", Need(animated=True))
    assert picture == encoded(data, "x")


# --- What is drawn for a dark page -----------------------------------------------------------

_WHITE_LINES = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    b'<path d="M10 10H200V150" stroke="#fff" fill="none" stroke-width="3"/></svg>'
)


def test_white_lines_are_seen_where_drawings_stay_drawings_too() -> None:
    """On a page they would be white on white, whatever the reader's colours."""
    picture = encoded(_WHITE_LINES, "x", Need(vector=True))
    assert len(opened(picture).convert("L").getcolors() or ()) > 1
    assert round(picture.width / picture.density) == 400
    black = encoded(_WHITE_LINES.replace(b"#fff", b"#000"), "x", Need(vector=True))
    assert black.media_type == "image/svg+xml"


@pytest.mark.parametrize("width", [0, 100])
def test_of_a_jpeg_that_ends_too_early_only_what_is_there_is_shown(width: int) -> None:
    """The decoder fills up with grey, which nobody needs to see."""
    whole = file(photograph((640, 480)), "JPEG")
    warnings: list[str] = []
    part = encoded(whole[: len(whole) * 6 // 10], "x", Need(width=width), warnings.append)
    assert len(warnings) == 1
    shape = part.height / part.width
    assert 0.25 * 0.75 < shape < 0.7 * 0.75
    picture = opened(part).convert("RGB")
    rows = [picture.getpixel((0, row)) for row in (0, part.height // 2, part.height - 9)]
    assert (128, 128, 128) not in rows
    little = encoded(whole[: len(whole) // 8], "x", Need(width=width), warnings.append)
    assert abs(little.height / little.width - 0.75) < 0.02


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_white_on_nothing_gets_a_dark_ground(kind: str, mode: str) -> None:
    def drawn(colour: str) -> bytes:
        clear = Pillow.new("RGBA", (400, 200), (0, 0, 0, 0))
        ImageDraw.Draw(clear).line((10, 10, 390, 190), fill=colour, width=9)
        if mode == "P":
            clear = clear.quantize(8)
        return file(clear.convert(mode), kind, **({"lossless": True} if kind == "WEBP" else {}))

    def seen(data: bytes) -> int:
        counts = opened(encoded(data, "x")).convert("L").histogram()
        values = [value for value, count in enumerate(counts) if count]
        return values[-1] - values[0]

    assert seen(drawn("white")) > 100
    assert opened(encoded(drawn("black"), "x")).convert("RGB").getpixel((399, 0)) == (255,) * 3
    both = Pillow.open(BytesIO(drawn("white"))).convert("RGBA")
    ImageDraw.Draw(both).line((10, 190, 390, 10), fill="navy", width=9)
    assert opened(encoded(file(both), "x")).convert("RGB").getpixel((399, 100)) == (255,) * 3
