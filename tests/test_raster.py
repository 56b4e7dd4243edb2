"""Pixels: what becomes of picture files, and what is refused."""

from __future__ import annotations

import contextlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from converters.errors import ImageError
from converters.images.raster import Encoded, encoded


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
    assert (picture.width, picture.height) == (120, 90)
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


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["JPEG", "PNG", "GIF"]))
def test_damage_anywhere_never_escapes_as_another_error(
    noise: bytes, place: int, kind: str
) -> None:
    data = file(raster(), kind)
    damaged = data[:place] + noise + data[place + len(noise) :]
    with contextlib.suppress(ImageError):
        assert encoded(damaged, "x").data
