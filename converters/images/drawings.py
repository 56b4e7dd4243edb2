"""Drawings told from photographs: the one is written without loss, the other as JPEG.

A drawing (a diagram, a screenshot, a scanned page) has edges and even areas. JPEG
blurs the first and PNG is small for the second. A photograph has neither. What tells them apart is
how many pixels are just like their neighbour to the left, and how many colours there are.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

    from converters.images.colour import Flattening

__all__ = ["is_drawing", "only_colour", "with_fewer_colours"]

# A sample of so many pixels, in so many bands, stands for the whole picture.
_SAMPLE = 1_000_000
_BANDS = 16
# Colours that drawings have at most; photographs have tens of thousands.
_FEW_COLOURS = 4096
# Below this PNG is small whatever is shown.
_SMALL = 10_000
# The share of pixels like their neighbour: photographs have 0 to 0.3, blurred ones 0.5.
_EVEN = 0.3
_VERY_EVEN = 0.65
# Levels of 255 by which a palette may be off: in the middle, and visibly but seldom.
_NEAR = 0.5
_VISIBLE = 16
_SELDOM = 0.005


def only_colour(png: bytes) -> tuple[int, int, int] | None:
    """The one colour of a PNG that shows nothing else; ``None`` where there are several."""
    from PIL import PngImagePlugin

    with PngImagePlugin.PngImageFile(BytesIO(png)) as raster:
        colours = raster.convert("RGB").getcolors(1)
    if colours is None:
        return None
    colour: tuple[int, int, int] = colours[0][1]  # type: ignore[assignment]
    return colour


def is_drawing(raster: Raster, flattening: Flattening) -> bool:
    """Whether ``raster``, decoded, as it was in its file, is a drawing."""
    if raster.mode in ("1", "P"):  # it was written without loss before, in few colours
        return True
    bands = [flattening.flat(part) for part in _sample(raster)]
    few = _colours(bands) <= _FEW_COLOURS
    if few and raster.width * raster.height <= _SMALL:
        return True
    return _evenness(bands) >= (_EVEN if few else _VERY_EVEN)


def _sample(raster: Raster) -> list[Raster]:
    """Bands of rows, evenly over the picture."""
    rows = max(1, _SAMPLE // _BANDS // raster.width)
    if rows * _BANDS >= raster.height:
        return [raster]
    tops = [number * (raster.height - rows) // (_BANDS - 1) for number in range(_BANDS)]
    return [raster.crop((0, top, raster.width, top + rows)) for top in tops]


def _colours(bands: list[Raster]) -> int:
    """How many colours there are, or one more than :data:`_FEW_COLOURS`."""
    colours: set[object] = set()
    for band in bands:
        found = band.getcolors(_FEW_COLOURS)
        if found is None:
            return _FEW_COLOURS + 1
        colours.update(colour for _, colour in found)
    return min(len(colours), _FEW_COLOURS + 1)


def _evenness(bands: list[Raster]) -> float:
    """The share of pixels that are just like the one to their left."""
    same = count = 0
    for band in bands:
        width, height = band.size
        if width < 2:
            continue
        left = band.crop((0, 0, width - 1, height))
        same += _differences(left, band.crop((1, 0, width, height))).histogram()[0]
        count += (width - 1) * height
    return same / count if count else 1.0


def with_fewer_colours(raster: Raster, *, scaled: bool = False) -> Raster:
    """``raster`` as grey or with a palette where that changes no pixel.

    A drawing that was ``scaled`` has got colours between its own at every edge. There a palette
    may also change them a little, which halves the file: by half a level of 255 in the middle, and
    one pixel in two hundred by more than 16.
    """
    from PIL import Image as Pillow

    if raster.mode != "RGB":
        return raster
    grey = raster.convert("L")
    if _is_the_same(grey, raster):
        return grey
    if raster.getcolors(256) is not None:
        octree = Pillow.Quantize.FASTOCTREE
        reduced = raster.quantize(256, method=octree, dither=Pillow.Dither.NONE)
        if _is_the_same(reduced, raster):
            return reduced
    elif not scaled:
        return raster
    reduced = raster.quantize(256, method=Pillow.Quantize.MEDIANCUT, dither=Pillow.Dither.NONE)
    if _is_the_same(reduced, raster) or (scaled and _is_near(reduced, raster)):
        return reduced
    return raster


def _is_the_same(reduced: Raster, raster: Raster) -> bool:
    from PIL import ImageChops

    return ImageChops.difference(reduced.convert("RGB"), raster).getbbox() is None


def _is_near(reduced: Raster, raster: Raster) -> bool:
    counts = _differences(reduced.convert("RGB"), raster).histogram()
    count = sum(counts)
    mean = sum(level * times for level, times in enumerate(counts)) / count
    return mean <= _NEAR and sum(counts[_VISIBLE + 1 :]) / count <= _SELDOM


def _differences(one: Raster, other: Raster) -> Raster:
    """By how much each pixel differs, in the channel where it does most."""
    from PIL import ImageChops

    most, *channels = ImageChops.difference(one, other).split()
    for channel in channels:
        most = ImageChops.lighter(most, channel)
    return most
