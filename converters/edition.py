"""Editions: what a writer takes. One article or many, titled and in order."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from converters.article import Article

__all__ = ["Edition", "edition"]


class Edition(Struct, frozen=True, kw_only=True):
    """Articles under one title.

    ``title`` and ``language`` (BCP 47) are never empty strings for an edition with a titled
    article; ``authors`` are those of the whole.
    """

    articles: tuple[Article, ...]
    title: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()


def edition(articles: Iterable[Article], *, title: str = "", language: str = "") -> Edition:
    """Gather ``articles`` in the order given.

    Without ``title`` the edition is named after the site that all its articles are of, or else
    after its first article; without ``language`` it has the language of most of its articles.
    Authors are each article's, in order, once.
    """
    members = tuple(articles)
    languages = [article.language for article in members if article.language]
    names = (name for article in members for name in article.authors)
    return Edition(
        articles=members,
        title=title or _title(members),
        language=language or (max(languages, key=languages.count) if languages else ""),
        authors=tuple(dict.fromkeys(names)),
    )


def _title(members: tuple[Article, ...]) -> str:
    """What to call an edition: the one site of several articles, else the first's title."""
    sites = {article.site for article in members}
    if len(members) > 1 and len(sites) == 1 and (site := sites.pop()):
        return site
    return members[0].title if members else ""
