"""Which articles an edition takes: by date, by words, by source, by tag.

Conditions of different kinds must all hold. Of several sources or tags one is enough, since an
article has one source and seldom all the tags that one is after; of several texts to match, each
must be there.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import MAXYEAR, date, datetime
from typing import Protocol

from msgspec import Struct

from converters.addresses import canonical_host
from converters.article import Article, plain_text
from converters.languages import is_cjk_char

__all__ = ["Choice", "Dated", "folded", "known_date", "parse_day", "refusal"]

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_UNDERSTOOD = "a day is written 2020-10-12, a month 2020-10, a year 2020"
# What may stand within a word without being seen: soft hyphen, joiners, marks of direction.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f]")


class Choice(Struct, frozen=True, kw_only=True):
    """Conditions that an article must meet; one that is empty takes every article.

    ``since`` and ``until`` are the first and the last day. ``match`` are texts of which each must
    be found, ``sources`` sites of which it must come from one (a host with its subdomains, an
    address on it, or a site's name), ``tags`` those of which it must have one.
    """

    since: date | None = None
    until: date | None = None
    match: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Dated(Protocol):
    """What has an article's dates: the article, or its member in the index."""

    @property
    def published(self) -> datetime | None:
        """When it appeared."""

    @property
    def updated(self) -> datetime | None:
        """When it was last changed."""

    @property
    def archived(self) -> datetime | None:
        """When the copy was saved."""


def known_date(article: Dated) -> datetime | None:
    """The date by which an article is chosen, sorted and grouped, in its own time zone.

    Its publication; where that is not known, the last change, and then the day on which the copy
    was saved: who keeps what he reads saves it in the week that it belongs to, and an article
    that is a few days off its place is better than one that is missing.
    """
    return article.published or article.updated or article.archived


def parse_day(text: str, *, last: bool = False) -> date:
    """The day that ``text`` names (``2020-10-12``), or the first of its month or year.

    With ``last`` a month (``2020-10``) or a year (``2020``) is its last day. Raises
    :class:`ValueError` that says what is understood.
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date; {_UNDERSTOOD}")
    year = int(match[1])
    month = int(match[2] or (12 if last else 1))
    if not (1 <= year <= MAXYEAR and 1 <= month <= 12):
        raise ValueError(f"{text!r} is not in the calendar; {_UNDERSTOOD}")
    longest = monthrange(year, month)[1]
    day = int(match[3] or (longest if last else 1))
    if not 1 <= day <= longest:
        raise ValueError(f"{text!r} is not in the calendar; {_UNDERSTOOD}")
    return date(year, month, day)


def refusal(article: Article, choice: Choice) -> str:
    """Why ``article`` is not chosen, as a phrase that goes on from its title; empty where it is."""
    if choice.sources and not any(_is_of(article, source) for source in choice.sources):
        return f"comes from {_origin(article) or 'an unknown source'}, which was not chosen"
    if choice.tags:
        own = {folded(tag) for tag in article.tags}
        if own.isdisjoint(map(folded, choice.tags)):
            return f"is not tagged {_either(choice.tags)}"
    if reason := _wrong_date(article, choice):
        return reason
    if choice.match:
        text = _searched(article)
        missing = [each for each in choice.match if folded(each) not in text]
        if missing:
            return f"does not hold {' and '.join(f'“{each}”' for each in missing)}"
    return ""


def _wrong_date(article: Article, choice: Choice) -> str:
    if choice.since is None and choice.until is None:
        return ""
    known = known_date(article)
    if known is None:
        return "has no date by which it could be chosen"
    day = known.date()
    if choice.since is not None and day < choice.since:
        return f"is of {day}, before {choice.since}"
    if choice.until is not None and day > choice.until:
        return f"is of {day}, after {choice.until}"
    return ""


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"“{name}”" for name in names)


def _origin(article: Article) -> str:
    return article.site or canonical_host(article.url)


# --- Words ---------------------------------------------------------------------------------


def folded(text: str) -> str:
    """``text`` as it is compared: without difference of case, width, form or white space.

    The caseless matching of compatible forms (Unicode 3.13, D146: ``NFKC(casefold(NFKC(...)))``,
    https://www.unicode.org/versions/latest/core-spec/chapter-3/ ), characters that are not seen
    left out, white space of any kind one space.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    caseless = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_UNSEEN.sub("", caseless).split())


def _searched(article: Article) -> str:
    """All of an article's words that are looked through, each part on its own."""
    parts = (article.title, article.summary, *article.authors, plain_text(article.body))
    return "\n".join(folded(part) for part in parts)


# --- Sources -------------------------------------------------------------------------------


def _is_of(article: Article, source: str) -> bool:
    """Whether ``article`` comes from ``source``: a host, an address on it, or a site's name."""
    asked = source.strip()
    host = canonical_host(asked if "://" in asked else f"https://{asked}")
    own = canonical_host(article.url)
    if host and own and (own == host or own.endswith(f".{host}")):
        return True
    return _is_called(folded(article.site), folded(asked))


def _is_called(site: str, name: str) -> bool:
    """Whether a site is known by ``name``: its whole name, or the words that it begins with.

    So ``bbc`` is ``BBC News 中文``, but ``times`` is not ``The Times`` nor ``Timesunion``.
    """
    if not name or not site.startswith(name):
        return False
    rest = site[len(name) :]
    if not rest or not (rest[0].isalnum() and name[-1].isalnum()):
        return True
    return is_cjk_char(rest[0]) or is_cjk_char(name[-1])
