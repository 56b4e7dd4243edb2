"""Pages of a briefing beside pictures of them that a person has seen and found good.

    python -m pytest tests/test_pdf_visual.py --accept

writes tests/pictures/ anew: look at every picture that git says has changed before committing it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.conftest import cannot_run
from tests.digest import pages
from tests.likeness import MOST, drawn, likeness, small
from tests.printed import read

PICTURES = Path(__file__).with_name("pictures")


class View(NamedTuple):
    """What is looked at: a page of an edition, and how much of it from its top.

    ``place`` is named in the file, "first" or "last"; ``pages`` are counted from there. Where other
    fonts can push what is at a page's foot to the next, only what is above is looked at.
    """

    edition: str
    place: str
    pages: int = 0
    share: float = 1.0


VIEWS = {
    "front": View("a4", "first"),
    "opening": View("a4", "a1-top"),
    "notes": View("a4", "a1-top", 2),
    "chinese": View("a4", "a2-top"),
    "arabic": View("a4", "a3-top", 0, 0.45),
    "sources": View("a4", "last"),
    "columns": View("newspaper", "a1-top"),
    "large": View("large", "a1-top"),
}
EDITIONS = sorted({view.edition for view in VIEWS.values()})
FONTS = ("Noto Serif", "Noto Sans", "Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Naskh Arabic")


@pytest.fixture(scope="module")
def fonts() -> None:
    """Skip where other fonts would be taken than those of the pictures; in CI fail."""
    listed = subprocess.run(
        ["fc-list", ":", "family"], capture_output=True, text=True, check=True
    ).stdout
    families = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    if missing := [name for name in FONTS if name not in families]:
        cannot_run(f"the pictures show fonts that are not installed: {', '.join(missing)}")


@pytest.mark.requirement("PDF-4", "PDF-8", "PDF-14", "PDF-16")
@pytest.mark.parametrize("edition", EDITIONS)
def test_pages_look_as_they_were_found_good(
    edition: str,
    fonts: None,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    data = pages(edition, tmp_path_factory)
    printed = read(data)
    named = {name: page for name, (page, _) in printed.places.items()}
    named |= {"first": 1, "last": printed.count}
    found = []
    for name, view in VIEWS.items():
        if view.edition != edition:
            continue
        page = named[view.place] + view.pages
        seen = top(drawn(data, page), view.share)
        file = PICTURES / f"{name}.png"
        if request.config.getoption("--accept"):
            PICTURES.mkdir(exist_ok=True)
            small(seen, file)
            continue
        result = likeness(reviewed(name), seen)
        if result.difference > MOST:
            kept = tmp_path_factory.mktemp("seen") / f"{name}.png"
            seen.save(kept)
            found.append(f"{name} (page {page} of {edition}) {result}: {file} and {kept}")
    assert found == []


def top(picture: Image.Image, share: float) -> Image.Image:
    """Return the upper part of a picture."""
    return picture.crop((0, 0, picture.width, round(picture.height * share)))


@cache
def reviewed(name: str) -> Image.Image:
    """Return the picture that was found good."""
    file = PICTURES / f"{name}.png"
    if not file.is_file():
        pytest.fail(f"{file} does not exist; pytest --accept writes it")
    with Image.open(file) as picture:
        return picture.convert("L")


# --- What the comparison finds, and what it lets pass --------------------------------------


def without(picture: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Return ``picture`` with a part of it white; ``box`` in shares of its sides."""
    changed = picture.copy()
    width, height = picture.size
    sides = (width, height, width, height)
    ImageDraw.Draw(changed).rectangle(
        [share * side for share, side in zip(box, sides, strict=True)], fill=255
    )
    return changed


def moved(picture: Image.Image, millimetres: float) -> Image.Image:
    """Return ``picture`` with all that is in its upper half below the head moved down."""
    down = round(millimetres / 25.4 * 50)
    width, height = picture.size
    block = picture.crop((0, height // 10, width, height // 2))
    changed = without(picture, (0, 0.1, 1, 0.5))
    changed.paste(block, (0, height // 10 + down))
    return changed


def boxes_for_letters(picture: Image.Image) -> Image.Image:
    """Return ``picture`` with the empty boxes that stand for letters without a glyph."""
    changed = picture.copy()
    pen = ImageDraw.Draw(changed)
    width, height = picture.size
    for y in range(height // 5, height // 2, 10):
        for x in range(width // 6, width - width // 6, 8):
            pen.rectangle((x, y, x + 7, y + 8), fill=255)
            pen.rectangle((x + 1, y, x + 5, y + 6), outline=0)
    return changed


DISTORTED: dict[str, tuple[str, Callable[[Image.Image], Image.Image]]] = {
    "a lost picture": ("opening", lambda picture: without(picture, (0, 0.2, 1, 0.55))),
    "a lost column": ("columns", lambda picture: without(picture, (0.5, 0.45, 1, 0.9))),
    "lost contents": ("front", lambda picture: without(picture, (0, 0.4, 1, 0.7))),
    "lost last lines and notes": ("notes", lambda picture: without(picture, (0, 0.8, 1, 0.92))),
    "a lost masthead": ("front", lambda picture: without(picture, (0, 0, 1, 0.17))),
    "a block moved down": ("opening", lambda picture: moved(picture, 8)),
    "contents moved down": ("front", lambda picture: moved(picture, 10)),
    "a page moved aside": ("opening", lambda picture: ImageChops.offset(picture, 20, 0)),
    "boxes for letters": ("chinese", boxes_for_letters),
    "another paper": ("front", lambda picture: picture.resize((picture.width, picture.width))),
    "half the size": ("large", lambda picture: picture.reduce(2)),
}


@pytest.mark.parametrize("name", DISTORTED)
def test_what_breaks_a_page_is_seen(name: str) -> None:
    view, distort = DISTORTED[name]
    picture = reviewed(view)
    assert likeness(picture, distort(picture)).difference > MOST


def jagged(picture: Image.Image) -> Image.Image:
    """Return ``picture`` with its lines a little longer and shorter by turns."""
    changed = picture.copy()
    width, height = picture.size
    for number, y in enumerate(range(0, height, 11)):
        line = picture.crop((0, y, width, min(y + 11, height)))
        wider = line.resize((width + (-4, 3, 0, 5)[number % 4], line.height))
        changed.paste(wider, (0, y))
    return changed


ALIKE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "itself": lambda picture: picture,
    "bolder": lambda picture: Image.blend(picture, picture.filter(ImageFilter.MinFilter(3)), 0.15),
    "lighter": lambda picture: picture.point(lambda value: 255 - (255 - value) * 0.85),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(0.5)),
    "a pixel aside": lambda picture: ImageChops.offset(picture, 1, 1),
    "other lengths of lines": jagged,
}


@pytest.mark.parametrize("name", ALIKE)
def test_other_letters_pass(name: str) -> None:
    # Really set with letters 0.05 pt further apart, or nearer, the pages differ by 0.27 at most,
    # the distorted ones by 0.49 and more.
    for view in VIEWS:
        assert likeness(reviewed(view), ALIKE[name](reviewed(view))).difference < MOST, view


def test_the_pictures_are_all_used_and_small() -> None:
    assert {file.stem for file in PICTURES.glob("*.png")} == set(VIEWS)
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) < 200_000
