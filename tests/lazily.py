"""Articles that are made anew each time, as an edition on the disk makes them, and watched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from converters.article import Article
from converters.edition.shelf import Shelf, packed

__all__ = ["Lazily"]


class Lazily(Sequence[Article]):
    """``articles`` as a shelf gives them.

    ``taken`` are the places that were asked for, ``most_alive`` how many of the articles were in
    memory at one time.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._shelf = Shelf()
        for article in articles:
            self._shelf.put(packed(article))
        self._given: list[Any] = [[]]  # the first is nobody's: how a count looks that is let go
        self.taken: list[int] = []
        self.most_alive = 0

    def __len__(self) -> int:
        return len(self._shelf)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            raise TypeError("nobody needs a slice")
        article = self._shelf[place]
        self.taken.append(place)
        self._watch(article)
        return article

    def _watch(self, article: Article) -> None:
        """Count the bodies that somebody other than this list still holds."""
        counts = [sys.getrefcount(body) for body in self._given]
        held = [body for body, count in zip(self._given, counts, strict=True) if count > counts[0]]
        self._given = [self._given[0], *held, article.body]
        self.most_alive = max(self.most_alive, len(self._given) - 1)
