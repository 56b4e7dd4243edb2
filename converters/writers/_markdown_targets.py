"""Where links within an article lead in a Markdown file: headings by their slug, or anchors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from converters.article import Article, Heading, Image, Link, query
from converters.slugs import Slugs, slug

__all__ = ["Spot", "Targets", "slug"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an article stands in a file.

    ``prefix`` keeps its notes apart from other articles', ``anchor`` is the name of its beginning
    and keeps its places apart, ``level`` is that of its title. ``inside`` gives for an address
    where it leads within the edition, "" for one that leads out of it.
    """

    prefix: str = ""
    anchor: str = ""
    level: int = 1
    inside: Callable[[str], str] | None = None


class Targets:
    """The identifiers of one file: slugs are numbered over all its headings."""

    def __init__(self) -> None:
        self._slugs = Slugs()

    def of(self, article: Article, spot: Spot) -> dict[str, str]:
        """What stands in the file for the identifiers in ``article`` that links lead to."""
        wanted = {url[1:] for url in _addresses(article) if url.startswith("#")}
        prefix = f"{spot.anchor}-" if spot.anchor else spot.prefix
        found = {name: prefix + name for name in wanted}
        if wanted or prefix:
            self._headings(article, wanted, found)
        return found

    def heading(self, words: str) -> None:
        """Count a heading that belongs to no article."""
        self._slugs.of(words)

    def _headings(self, article: Article, wanted: set[str], found: dict[str, str]) -> None:
        if article.title:
            self._slugs.of(article.title)
        for heading in query(article.body, Heading):
            fragment = self._slugs.of(heading.content)
            if heading.identifier in wanted:
                found[heading.identifier] = fragment


def _addresses(article: Article) -> Iterator[str]:
    for node in query(article.body, Link, Image):
        yield node.url if isinstance(node, Link) else node.link  # type: ignore[attr-defined]
