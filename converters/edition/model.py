"""What an edition is: articles in order, what is known of each, and how they are divided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct

from converters.addresses import canonical
from converters.article import Article, Image, plain_text, query
from converters.edition.opening import opening
from converters.languages import primary

__all__ = [
    "Edition",
    "Group",
    "LeftOut",
    "Member",
    "Section",
    "edition",
    "main_language",
    "member",
    "places",
]

Group: TypeAlias = Literal["source", "day", "month", "tag"]
"""What the articles of a section have in common."""


class Member(Struct, frozen=True, kw_only=True):
    """What an edition's index knows of an article: all that is needed without its text.

    The fields are the article's own; ``source`` is where it was read (``provenance.source``),
    ``given`` its place among all that was read. ``length``, the characters of its text, and
    ``pictures``, the images in it, are counted where articles are chosen from, and ``opening``,
    its first sentences, is kept there. ``fingerprint`` is what tells articles of the same text
    (:mod:`converters.edition.fingerprints`), empty where nobody asked.
    """

    title: str = ""
    url: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    archived: datetime | None = None
    language: str = ""
    direction: Literal["ltr", "rtl"] = "ltr"
    summary: str = ""
    opening: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    given: int = 0
    length: int = 0
    pictures: int = 0
    fingerprint: bytes = b""


class Section(Struct, frozen=True, kw_only=True):
    """A run of an edition's articles under one heading: those from ``start`` to before ``stop``.

    ``kind`` says what they share and ``value`` which one it is, for names that stay when the
    edition changes (a site, a tag, ``2020-10-12``, ``2020-10``; empty where it is not known).
    ``children`` are sections within, which then hold all of its articles.
    """

    title: str
    kind: Group
    value: str
    start: int
    stop: int
    children: tuple[Section, ...] = ()


class LeftOut(Struct, frozen=True, kw_only=True):
    """An article or a source that is not in the edition, and why.

    ``reason`` goes on from ``title`` (or ``source``): a phrase without a full stop, in English, as
    the report has it. ``kind`` is the same for programs and for other languages. For a double,
    ``kept`` is the title of the article that stayed and ``kept_url`` its address.
    """

    title: str = ""
    url: str = ""
    source: str = ""
    kind: Literal["filtered", "same address", "same text", "failed"]
    reason: str
    kept: str = ""
    kept_url: str = ""


class Edition(Struct, frozen=True, kw_only=True):
    """Articles under one title.

    ``articles`` may lie on the disk: each time one is taken it is made anew, so a writer goes
    through them once and takes from ``members``, which has as many, what it needs of all.
    ``sections`` divide them; without a group there are none. ``title`` and ``language`` (BCP 47)
    are never empty strings for an edition with a titled article; ``authors`` are those of the
    whole. ``is_bundle``: many articles were meant, however many came; such an edition opens
    with its own title and ends with its sources. ``identifier`` names an edition whose articles
    change from one time to the next.
    """

    articles: Sequence[Article]
    members: tuple[Member, ...] = ()
    sections: tuple[Section, ...] = ()
    title: str = ""
    subtitle: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""
    series: str = ""
    series_index: str = ""
    date: date | None = None
    identifier: str = ""
    left_out: tuple[LeftOut, ...] = ()
    is_bundle: bool = False

    def __post_init__(self) -> None:
        if len(self.members) != len(self.articles):
            raise ValueError("an edition needs a member for each article")


def member(
    article: Article, *, given: int = 0, fingerprint: bytes = b"", measured: bool = True
) -> Member:
    """What the index of an edition keeps of ``article``.

    How much there is of it, and its first sentences, only if ``measured``.
    """
    return Member(
        title=article.title,
        url=article.url,
        site=article.site,
        authors=article.authors,
        published=article.published,
        updated=article.updated,
        archived=article.archived,
        language=article.language,
        direction=article.direction,
        summary=article.summary,
        opening=opening(article) if measured else "",
        tags=article.tags,
        source=article.provenance.source,
        given=given,
        length=len(plain_text(article.body)) if measured else 0,
        pictures=sum(1 for _ in query(article.body, Image)) if measured else 0,
        fingerprint=fingerprint,
    )


def edition(articles: Iterable[Article], *, title: str = "", language: str = "") -> Edition:
    """Gather ``articles`` in the order given.

    Without ``title`` the edition is named after the site that all its articles are of, or else
    after its first article; without ``language`` it has the language of most of its articles.
    Authors are each article's, in order, once.
    """
    whole = tuple(articles)
    members = tuple(
        member(article, given=given, measured=False) for given, article in enumerate(whole)
    )
    return Edition(
        articles=whole,
        members=members,
        title=title or _title(members),
        language=language or main_language(members),
        authors=tuple(dict.fromkeys(name for each in members for name in each.authors)),
    )


def main_language(members: Sequence[Member]) -> str:
    """The language of most of the articles; of several, that of the most text, or the first.

    What is written in one language counts together, and its commonest variety stands for it.
    """
    counts: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    of_language: Counter[str] = Counter()
    of_text: Counter[str] = Counter()
    for each in members:
        if each.language:
            counts[each.language] += 1
            lengths[each.language] += each.length
            of_language[primary(each.language)] += 1
            of_text[primary(each.language)] += each.length

    def weight(tag: str) -> tuple[int, int, int, int]:
        main = primary(tag)
        return of_language[main], of_text[main], counts[tag], lengths[tag]

    return max(counts, key=weight, default="")  # of several it takes the first


def _title(members: Sequence[Member]) -> str:
    """What to call an edition: the one site of several articles, else the first's title."""
    sites = {each.site for each in members}
    if len(members) > 1 and len(sites) == 1 and (site := sites.pop()):
        return site
    return members[0].title if members else ""


def places(edition: Edition) -> Callable[[str], int | None]:
    """A function from an address to the place (from 0) of the edition's article of that address.

    Addresses are compared as :func:`converters.addresses.canonical` writes them; ``None`` is given
    for one that no article has. Links between articles lead inside the edition by it.
    """
    found: dict[str, int] = {}
    for place, each in enumerate(edition.members):
        if each.url:
            found.setdefault(canonical(each.url), place)
    domains = {_domain(key) for key in found}

    @lru_cache(maxsize=4096)  # a link is asked for when it is numbered and when it is written
    def place_of(url: str) -> int | None:
        scheme, slashes, rest = url.partition("://")
        if not slashes or scheme.lower() not in {"http", "https"}:
            return None
        # Most links lead elsewhere, and to see it costs less than to write them canonically.
        if rest.isascii() and "amp" not in rest and _domain(rest) not in domains:
            return None
        return found.get(canonical(url))

    return place_of


def _domain(place: str) -> str:
    """The last two labels of the host that ``place`` begins with."""
    host = place.partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2]
    return ".".join(host.partition(":")[0].rstrip(".").lower().split(".")[-2:])
