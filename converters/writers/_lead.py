"""The picture that an article leads with: what a cover or a thumbnail can be made of."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import NamedTuple

from converters.article import Article, Figure, Image, query
from converters.images import Picture, Pictures

__all__ = ["Lead", "in_body", "lead", "lead_image"]

# A banner or a column makes no cover and no thumbnail: the longer side is at most this many times
# the shorter one.
_LONGEST_SHAPE = 2.5
# A lead is looked for among the first pictures of the body; another size of it differs by no more
# than this many of 256 tones anywhere.
_LOOKED_AT, _DIFFERENCE = 3, 32


class Lead(NamedTuple):
    """An article's lead picture: what the model says of it, and the picture itself."""

    image: Image
    picture: Picture


def lead_image(article: Article) -> Image | None:
    """The image that stands for ``article``: the one that it names, or else that it opens with.

    Of an image that the body shows as well, its words and its other addresses come along.
    """
    if article.image:
        named = (image for image in query(article.body, Image) if _is(image, article.image))
        return next(named, None) or Image(article.image)
    match article.body[:1]:
        case (Figure(images=(first, *_)),):
            return first
    return None


def in_body(article: Article, image: Image, pictures: Pictures) -> bool:
    """Whether the body of ``article`` shows ``image``: by one of its addresses, or by its look.

    Sites give the picture that an article opens with another address and size for those who link
    to it; where both are at hand, they are compared.
    """
    if any(_is(other, image.url) for other in query(article.body, Image)):
        return True
    source = article.provenance.source
    picture = pictures.get(image, source)
    if picture is None:
        return False
    first = islice(query(article.body, Image), _LOOKED_AT)
    others = (pictures.get(other, source) for other in first)
    return any(other is not None and _are_alike(picture, other) for other in others)


def _are_alike(one: Picture, other: Picture) -> bool:
    """Whether two files hold the same picture, in whatever size and quality."""
    if one.digest == other.digest:
        return True
    shapes = one.width * other.height, other.width * one.height
    if "image/svg+xml" in (one.media_type, other.media_type) or min(shapes) < 0.97 * max(shapes):
        return False
    return all(abs(a - b) <= _DIFFERENCE for a, b in zip(_look(one), _look(other), strict=True))


def _look(picture: Picture) -> bytes:
    """A picture as 32 by 32 values of grey."""
    from PIL import Image as Pillow

    with Pillow.open(BytesIO(picture.data)) as raster:
        raster.draft("L", (128, 128))
        return raster.convert("L").resize((32, 32), Pillow.Resampling.BOX).tobytes()


def _is(image: Image, address: str) -> bool:
    return address == image.url or address in image.alternatives


def lead(
    article: Article, pictures: Pictures, *, long_side: int = 0, short_side: int = 0
) -> Lead | None:
    """The lead picture of ``article`` where it is at hand and large enough.

    ``long_side`` and ``short_side`` are the least pixels of its longer and its shorter side. With
    either given, a picture more than two and a half times as long as wide, or as wide as long, is
    none. Drawings in SVG have no pixels and are none.
    """
    image = lead_image(article)
    picture = pictures.get(image, article.provenance.source) if image else None
    if image is None or picture is None or picture.media_type == "image/svg+xml":
        return None
    sides = sorted((picture.width, picture.height))
    if long_side or short_side:
        is_long = sides[1] > _LONGEST_SHAPE * sides[0]
        if sides[0] < short_side or sides[1] < long_side or is_long:
            return None
    return Lead(image, picture)
