"""Pictures: what is embedded, what is refused, and what is left of it."""

from __future__ import annotations

import base64
import os
from io import BytesIO
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from PIL import Image as Pillow

from converters import images
from converters.article import Image
from converters.errors import ImageError
from converters.images import Pictures, decode, places
from converters.images.raster import encoded


def raster(mode: str = "RGB", size: tuple[int, int] = (8, 6)) -> Pillow.Image:
    picture = Pillow.linear_gradient("L").resize(size)
    return picture.convert(mode)


def file(picture: Pillow.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def data_address(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


# --- Finding -------------------------------------------------------------------------------


def test_data_addresses_in_base64_and_percent_encoding() -> None:
    data = file(raster())
    wrapped = data_address(data).rstrip("=")
    wrapped = wrapped[:60] + "\n  " + wrapped[60:]
    pictures = Pictures()
    for address in (data_address(data), "data:image/png," + quote_from_bytes(data), wrapped):
        found = pictures.get(Image(address))
        assert found is not None
        assert found.data == encoded(data, "x").data


def test_a_damaged_data_address_is_a_warning_that_does_not_repeat_it() -> None:
    warnings: list[str] = []
    pictures = Pictures(warn=warnings.append)
    address = "data:image/png;base64,!!!!" + "A" * 5000
    assert pictures.get(Image(address), "a.html") is None
    assert warnings == [
        "a.html: picture data:image/png;base64,… is damaged: its base64 cannot be decoded"
    ]
    with pytest.raises(ImageError):
        decode(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of pictures, and a secret one beside it."""
    inside = tmp_path / "inside"
    (inside / "pics").mkdir(parents=True)
    (inside / "pics" / "a b.png").write_bytes(file(raster()))
    (tmp_path / "secret.png").write_bytes(file(raster()))
    return inside


@pytest.mark.parametrize("address", ["pics/a b.png", "pics/a%20b.png", "./pics/../pics/a b.png?x"])
def test_files_below_the_folder_are_found(folder: Path, address: str) -> None:
    pictures = Pictures({"doc": folder})
    picture = pictures.get(Image(address), "doc")
    assert picture is not None
    assert picture.width == 8
    assert pictures.get(Image(address), "another") is None
    assert pictures.get(Image("lost.png", alternatives=(address,)), "doc") == picture


def refusal(folder: Path, address: str) -> str:
    warnings: list[str] = []
    assert Pictures({"doc": folder}, warn=warnings.append).get(Image(address), "doc") is None
    assert len(warnings) == 1
    return warnings[0]


@pytest.mark.requirement("SEC-2")
def test_nothing_outside_the_folder_is_read(folder: Path) -> None:
    secret = folder.parent / "secret.png"
    (folder / "link.png").symlink_to(secret)
    (folder / "up").symlink_to(folder.parent)
    for address in (
        "../secret.png",
        "pics/../../secret.png",
        "%2e%2e/secret.png",
        "link.png",
        "up/secret.png",
        str(secret),
        secret.as_uri(),
        "..\\secret.png",
        "C:\\secret.png",
    ):
        assert "outside the article's folder" in refusal(folder, address), address


def test_a_link_that_stays_inside_is_followed(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "pics" / "a b.png")
    assert Pictures({"doc": folder}).get(Image("link.png"), "doc") is not None


@pytest.mark.requirement("SEC-2")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_regular_files_are_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    assert "no regular file" in refusal(folder, "pipe.png")
    assert refusal(folder, "pics").endswith(("no regular file and is left out", "(Is a directory)"))


@pytest.mark.parametrize("address", ["lost.png", "a\0b.png", "x" * 5000, "pics/a b.png/more"])
def test_what_is_not_there_is_a_warning(folder: Path, address: str) -> None:
    assert "is not there" in refusal(folder, address)


def test_too_large_a_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MAX_BYTES", 10)
    assert "is larger than" in refusal(folder, "pics/a b.png")


@pytest.mark.requirement("ALL-4")
def test_pictures_on_the_web_are_not_fetched_and_not_warned_of() -> None:
    warnings: list[str] = []
    pictures = Pictures(warn=warnings.append)
    for address in ("https://example.com/a.png", "http://example.com/a.png", "//example.com/a"):
        assert pictures.get(Image(address)) is None
    assert not warnings


@pytest.mark.parametrize("policy", ["link", "none"])
def test_nothing_is_embedded_unless_asked(folder: Path, policy: images.Policy) -> None:
    pictures = Pictures({"doc": folder}, policy=policy)
    assert pictures.get(Image("pics/a b.png"), "doc") is None
    assert pictures.get(Image(data_address(file(raster())))) is None


def test_one_picture_is_decoded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = Pictures({"doc": folder})
    first = pictures.get(Image("pics/a b.png"), "doc")
    monkeypatch.setattr(images, "encoded", None)
    assert pictures.get(Image("pics/a b.png", alt="again"), "doc") is first
