"""Where links within an article lead in a Markdown file: headings by their slug, or anchors."""

from __future__ import annotations

from collections.abc import Iterator

from converters.article import Article, Heading, Image, Link, query
from converters.slugs import Slugs, slug

__all__ = ["Targets", "slug"]


class Targets:
    """The identifiers of one file: slugs are numbered over all its headings."""

    def __init__(self) -> None:
        self._waiting: list[Article] = []
        self._slugs = Slugs()

    def of(self, article: Article, prefix: str) -> dict[str, str]:
        """What stands in the file for the identifiers in ``article`` that links lead to.

        ``prefix`` keeps the anchors of several articles apart.
        """
        wanted = {url[1:] for url in _addresses(article) if url.startswith("#")}
        if not wanted:
            self._waiting.append(article)
            return {}
        for earlier in self._waiting:
            self._headings(earlier, set(), {})
        self._waiting.clear()
        found = {name: prefix + name for name in wanted}
        self._headings(article, wanted, found)
        return found

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
