"""Editions: what a writer takes. One article or many, titled, in order, without doubles."""

from __future__ import annotations

from converters.edition.model import (
    Edition,
    Group,
    LeftOut,
    Member,
    Section,
    edition,
    member,
    places,
)

__all__ = ["Edition", "Group", "LeftOut", "Member", "Section", "edition", "member", "places"]
