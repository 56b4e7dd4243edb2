"""What can be asked of the PDF writer."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from converters.notes import Links

__all__ = ["Options", "Variant"]

Variant: TypeAlias = Literal["", "pdf/ua-1", "pdf/a-2u", "pdf/a-2a", "pdf/a-3u", "pdf/a-3a"]
"""Standards that the file may say it follows; the empty one says nothing."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the pages are made.

    ``links``: what becomes of links. ``page``: the paper, by name (``A4``, ``A5``, ``Letter``) or
    size in millimetres (``120x160``). ``notes``: ``"page"`` puts them at the foot of the page
    that calls them (and behind the article where they would take too much of the pages),
    ``"end"`` always behind the article. ``style``: the name of a look, or the path of a CSS file
    that is added to the look ``look``, if it does not ask for another. ``variant``: the standard
    that the file claims to follow; nothing checks that claim here. ``image_width``: how many
    pixels wide pictures are at most (0: 300 to the inch of the text's width). ``gray``: pictures
    are in 8-bit grey and all else is black.

    ``columns``: how many columns the text has (0: as many as the look says). ``duplex``: pages are
    printed on both sides and bound. ``flow``: whether each article begins on a new page.
    ``glance``: an edition of many articles says of each in two lines what it is about.
    ``addresses``: its list of sources names all addresses. ``qr``: a QR code of its address
    stands with each article. ``logo``: the path of a picture for the masthead. ``note``: the
    editor's note, paragraphs with blank lines between. ``toner_save``: no grounds, light pictures.
    """

    links: Links = "notes"
    page: str = "A4"
    notes: Literal["page", "end"] = "page"
    style: str = ""
    look: Literal["", "briefing", "newspaper", "plain", "large"] = ""
    variant: Variant = ""
    image_width: Annotated[int, Meta(ge=0)] = 0
    gray: bool = False
    columns: Literal[0, 1, 2] = 0
    duplex: bool = False
    flow: Literal["page", "continuous"] = "page"
    glance: bool = False
    addresses: bool = False
    qr: bool = False
    logo: str = ""
    note: str = ""
    toner_save: bool = False
