"""Which page something is on: the printed number of a page for each anchor of the file.

Parts of the file are laid out one by one (:mod:`._pdf_press`), so what leads to another part says
its page in words of the markup instead of a counter of the style sheet. Until the pages are
known, zeros keep the room that the number will take.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Places"]


class Places:
    """The pages of anchors; ``pages`` counts from 1, ``digits`` is how many a number may have."""

    def __init__(self, pages: Mapping[str, int] | None = None, digits: int = 2) -> None:
        self._pages = pages or {}
        self._unknown = "0" * max(1, digits)
        self._told: dict[str, str] = {}

    def page(self, anchor: str) -> str:
        """The number of the page that ``anchor`` is on, as it is printed there."""
        number = self._pages.get(anchor)
        words = self._told[anchor] = self._unknown if number is None else str(number)
        return words

    def tells_as(self, later: Places) -> bool:
        """Whether ``later``, which knows more, would have told the same whenever it was asked."""
        return all(later.page(anchor) == words for anchor, words in self._told.items())
