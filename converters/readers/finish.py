"""The last steps that readers share, once an article's blocks and its metadata are known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from converters.addresses import site_of
from converters.article import Block, Figure, Span, query, walk
from converters.languages import direction
from converters.readers.dates import Moment, home_zones, within
from converters.readers.pieces import Findings

__all__ = ["lead_picture", "placed", "squeezed", "without_own_language"]

_STANDING_PICTURE = (200, 100)  # pixels: a lead picture is larger (IN-6)


def lead_picture(blocks: tuple[Block, ...]) -> str:
    """The address of the first picture that informs: not known to be small (IN-6)."""
    for figure in query(blocks, Figure):
        for image in figure.images:
            wide = image.width is None or image.width > _STANDING_PICTURE[0]
            high = image.height is None or image.height > _STANDING_PICTURE[1]
            if wide and high and not image.url.startswith("data:"):
                return image.url
    return ""


def placed(
    moment: Moment | None,
    archived: datetime | None,
    url: str,
    language: str,
    findings: Findings,
) -> datetime | None:
    """``moment`` in the zone that the country of the site at ``url`` or the language makes likely.

    A time of day without a zone that had to be placed is noted in ``findings``. ``archived`` is
    when the copy was saved, which publication does not follow.
    """
    if moment is None:
        return None
    found = within(moment, archived, home_zones(site_of(url), language))
    if not found.zone_known and found.time_known:
        zone = found.when.strftime("UTC%z") if found.when.utcoffset() else "UTC"
        findings.change("date without a time zone", "local time", f"taken as {zone}")
    return found.when


def without_own_language(blocks: tuple[Block, ...], language: str) -> tuple[Block, ...]:
    """``blocks`` without spans that only name the article's own language or direction again."""
    way = direction(language)

    def rewrite(node: Any) -> Any:
        if isinstance(node, Span) and (node.language == language or node.direction == way):
            bare = replace(
                node,
                language="" if node.language == language else node.language,
                direction="" if node.direction == way else node.direction,
            )
            named = bare.language or bare.direction or bare.title or bare.mark or bare.identifier
            return bare if named else bare.content
        return node

    return walk(blocks, rewrite)


def squeezed(text: str) -> str:
    """``text`` as titles are compared: without white space and without regard to case."""
    return "".join(text.split()).casefold()
