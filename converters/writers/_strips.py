"""Strips: pictures many times as high as wide, cut where a page can end.

Long screenshots and comics are read as they pass by; shown whole on a page they are a line that
nobody can read. They are cut between their lines where they have such.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from converters.images import Picture

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

__all__ = ["cuts", "piece"]

# Pieces of a strip end where a row is of one tone (of 256), but for what compression left.
_TONE = 24
# Fewer blank rows may be between the strokes of a line's letters.
_WIDE = 10
# A blank row is looked for in at most this many rows, in steps of two.
_LONGEST_LOOK = 4000


def cuts(data: bytes, most: int, least: int) -> list[tuple[int, int]]:
    """Where to cut the picture in ``data``: the first row of each piece and the row after it.

    A piece ends in the first rows of one tone that come ``least`` rows after its beginning or
    later, or ``most`` rows after it where none come. One piece alone is what cannot be decoded.
    """
    from PIL import Image as Pillow

    with Pillow.open(BytesIO(data)) as raster:
        grey = raster.convert("L")
    pieces: list[tuple[int, int]] = []
    start, end = 0, grey.height
    while end - start > most:
        row = _blank(grey, start + least, start + most) or start + most
        pieces.append((start, row))
        start = row
    return [*pieces, (start, end)]


def _blank(grey: Raster, first: int, last: int) -> int | None:
    """The middle of the first wide run of blank rows between two rows, or of the widest run."""
    widest: tuple[int, int] | None = None
    begin: int | None = None
    last = first + min(last - first, _LONGEST_LOOK) // 2 * 2
    for row in range(first, last + 1, 2):
        values = grey.crop((0, row, grey.width, row + 1)).tobytes() if row < last else b"\0\xff"
        if max(values) - min(values) <= _TONE:
            begin = row if begin is None else begin
            continue
        if begin is not None and (widest is None or row - begin > widest[1] - widest[0]):
            widest = begin, row
            if row - begin >= _WIDE:
                break
        begin = None
    return None if widest is None else sum(widest) // 2


def piece(picture: Picture, first: int, last: int) -> Picture:
    """The rows of ``picture`` from ``first`` to before ``last``, cut out when they are asked for.

    It is encoded as the whole was: a JPEG with the same tables (ITU-T T.81, B.2.4.1), so that it
    loses next to nothing.
    """
    rows = last - first
    return replace(
        picture,
        height=rows,
        digest=f"{picture.digest}-{first}-{last}",
        size=picture.size * rows // picture.height,
        _read=lambda: _cut_out(picture, first, last),
    )


def _cut_out(picture: Picture, first: int, last: int) -> bytes:
    from PIL import Image as Pillow
    from PIL import JpegImagePlugin

    out = BytesIO()
    with Pillow.open(BytesIO(picture.data)) as whole:
        options: dict[str, object] = {"optimize": True}
        if profile := whole.info.get("icc_profile"):
            options["icc_profile"] = profile
        if whole.format == "JPEG":
            options["qtables"] = getattr(whole, "quantization", None)
            options["subsampling"] = max(JpegImagePlugin.get_sampling(whole), 0)
        part = whole.crop((0, first, whole.width, last))
        part.save(out, whole.format, **options)
    return out.getvalue()
