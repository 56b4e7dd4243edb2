"""What stands before and behind an edition's articles: who, when, how many, whence, what not.

Front and back matter, as books call them (https://www.w3.org/TR/dpub-aria-1.1/), for all writers:
here are the facts and their words, there is how they look. All of it comes from the edition's
index, so that no article is read for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import PureWindowsPath
from typing import NamedTuple, TypeAlias

from converters.addresses import canonical, site_of
from converters.article import clean
from converters.edition import Edition, LeftOut, Member, Section, places
from converters.edition.choice import known_date
from converters.edition.naming import date_range
from converters.edition.order import collation, source_names
from converters.languages import counted, format_date, join_names, label
from converters.notes import shown_address

__all__ = [
    "Entry",
    "Omitted",
    "Source",
    "anchors",
    "byline",
    "depth",
    "edition_title",
    "elsewhere",
    "facts",
    "is_seen",
    "left_out",
    "line",
    "newest",
    "not_chosen",
    "openings",
    "outline",
    "ranges",
    "section_anchors",
    "section_title",
    "sources",
    "title_of",
]

Entry: TypeAlias = tuple[int, Section | int]
"""A line of the contents: how deep it stands, and a section or the place of an article."""


class Source(NamedTuple):
    """Where articles come from: a site's name, and the places of its articles, from 0."""

    name: str
    places: tuple[int, ...]


class Omitted(NamedTuple):
    """What is not in the edition: its title, its address if it had one, and why.

    ``detail`` says more of that in English, where it could not be read; of a double, ``kept_url``
    is the address of the article that stayed.
    """

    title: str
    url: str
    why: str
    detail: str = ""
    kept_url: str = ""


# --- Words -----------------------------------------------------------------------------------


def line(words: str) -> str:
    """``words`` on one line, without the controls that no file holds."""
    return " ".join(clean(words).split())


def is_seen(words: str) -> bool:
    """Whether ``words`` have a character that shows something."""
    return any(character.isprintable() and not character.isspace() for character in words)


def _titled(title: str, language: str) -> str:
    """``title`` on one line, or words for one that shows nothing."""
    shown = line(title)
    return shown if is_seen(shown) else label("untitled", language)


def edition_title(edition: Edition) -> str:
    """The edition's title on one line, or words for one that shows nothing."""
    return _titled(edition.title, edition.language)


def title_of(member: Member, language: str) -> str:
    """An article's title on one line, or words for one that shows nothing.

    ``language`` is the edition's, which says it where the article's is not known.
    """
    return _titled(member.title, member.language or language)


def section_title(section: Section, language: str) -> str:
    """A section's title on one line, or words for one that shows nothing."""
    return _titled(section.title, language)


def byline(edition: Edition) -> str:
    """Who made the edition, on one line."""
    return join_names(filter(is_seen, map(line, edition.authors)), edition.language)


def facts(edition: Edition) -> list[str]:
    """The series, the date, and how much there is of what.

    A title or a subtitle that counts the articles was made of these and says them already.
    """
    tag = edition.language
    above = f"{edition.title} {edition.subtitle}"
    said = [f"{edition.series} {edition.series_index}" if edition.series else ""]
    articles = counted("article", len(edition.members), tag)
    derived = articles in above
    if edition.date is not None:
        said.append(format_date(edition.date, tag))
    elif not derived:
        said.append(_days(edition))
    if not derived:
        number = len({name for name in source_names(edition.members) if name})
        said.append(counted("source", number, tag) if number > 1 else "")
        said.append(articles)
    return [" ".join(words.split()) for words in said if words and words not in above]


def _days(edition: Edition) -> str:
    """The first and the last day of the articles."""
    days = sorted(known.date() for each in edition.members if (known := known_date(each)))
    return date_range(days[0], days[-1], edition.language) if days else ""


def newest(moments: Iterable[datetime | None]) -> datetime | None:
    """The newest of ``moments`` that are known, in UTC: when a file was last changed.

    Without one, ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/source-date-epoch/);
    ``None`` without that, and never the clock.
    """
    # Other years fall out of what formats' four digits and Python's calendar can say.
    known = [each.astimezone(UTC) for each in moments if each and 1000 < each.year < 9999]
    if known:
        return max(known)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) <= 11:
        return datetime.fromtimestamp(int(epoch), UTC)
    return None


# --- Contents --------------------------------------------------------------------------------


def outline(edition: Edition) -> Iterator[Entry]:
    """The contents, in order: each section and, deeper by one, what is in it."""
    return _within(edition.sections, 0, len(edition.members), 0)


def _within(sections: Sequence[Section], start: int, stop: int, deep: int) -> Iterator[Entry]:
    for section in sections:
        yield from ((deep, place) for place in range(start, section.start))
        yield deep, section
        yield from _within(section.children, section.start, section.stop, deep + 1)
        start = section.stop
    yield from ((deep, place) for place in range(start, stop))


def depth(sections: Sequence[Section]) -> int:
    """How many levels of sections there are."""
    return 1 + max(depth(section.children) for section in sections) if sections else 0


def openings(edition: Edition) -> Mapping[int, Sequence[tuple[int, Section]]]:
    """By the place of an article, the sections that begin with it, each with how deep it is."""
    found: dict[int, list[tuple[int, Section]]] = {}
    for deep, entry in outline(edition):
        if isinstance(entry, Section):
            found.setdefault(entry.start, []).append((deep, entry))
    return found


# --- Places ----------------------------------------------------------------------------------


def anchors(edition: Edition) -> list[str]:
    """A name for the place where each article begins, made of the article's address.

    It stays when articles come before it or go. One without an address is named by its title;
    two of the same are numbered.
    """
    taken: dict[str, int] = {}
    return [_unique(f"article-{_digest(_identity(each))}", taken) for each in edition.members]


def _identity(member: Member) -> str:
    return canonical(member.url) if member.url else f"{member.site}\n{member.title}"


def section_anchors(edition: Edition) -> Mapping[int, str]:
    """By the ``id`` of a section, a name for the place where it begins.

    It is made of what its articles share and of the sections around it.
    """
    found: dict[int, str] = {}
    taken: dict[str, int] = {}
    around: list[str] = []
    for deep, entry in outline(edition):
        if isinstance(entry, Section):
            del around[deep:]
            identity = "\n".join((around[-1] if around else "", entry.kind, entry.value))
            around.append(_unique(f"section-{_digest(identity)}", taken))
            found[id(entry)] = around[-1]
    return found


def elsewhere(
    edition: Edition, place_of: Callable[[str], int | None] | None = None
) -> Callable[[int, str], int | None]:
    """A function that tells which other article of ``edition`` an address leads to.

    It takes the place of the article that has the link, and the address, and gives a place, or
    ``None`` for an address that leads out of the edition or to the article itself: also where
    another one has the same address. ``place_of`` is :func:`converters.edition.places` of the
    edition, for those who have it.
    """
    place_of = place_of or places(edition)

    def other(place: int, url: str) -> int | None:
        found = place_of(url)
        if found is None or found == place:
            return None
        own = edition.members[place].url
        return None if own and place_of(own) == found else found

    return other


def _digest(words: str) -> str:
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:10]


def _unique(name: str, taken: dict[str, int]) -> str:
    count = taken[name] = taken.get(name, 0) + 1
    return name if count == 1 else f"{name}-{count}"


# --- Back matter -----------------------------------------------------------------------------


def sources(edition: Edition) -> list[Source]:
    """The sites that the articles are of, by the alphabet; those of no known site come last."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(source_names(edition.members)):
        found.setdefault(" ".join(name.split()), []).append(place)
    unknown = found.pop("", None)
    key = collation(edition.language) if len(found) > 1 else len
    named = [Source(name, tuple(found[name])) for name in sorted(found, key=key)]
    if unknown:
        named.append(Source(label("unknown source", edition.language), tuple(unknown)))
    return named


def ranges(places: Sequence[int]) -> str:
    """The numbers of articles at ``places``, those in a row as one: ``1–3, 7``."""
    parts: list[str] = []
    for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        numbers = [place + 1 for _, place in run]
        parts.append(f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else str(numbers[0]))
    return ", ".join(parts)


def left_out(edition: Edition) -> list[Omitted]:
    """What is not in the edition: doubles, and what could not be read, each with its reason."""
    tag = edition.language
    return [
        Omitted(
            _name(each, tag),
            each.url if each.url.startswith("http") else "",
            _why(each, tag),
            line(each.reason) if each.kind == "failed" else "",
            each.kept_url,
        )
        for each in edition.left_out
        if each.kind != "filtered"
    ]


def not_chosen(edition: Edition) -> str:
    """How many articles were there but not asked for; nothing where there was none."""
    count = sum(each.kind == "filtered" for each in edition.left_out)
    return label("not chosen", edition.language).format(count=count) if count else ""


def _name(each: LeftOut, tag: str) -> str:
    """What to call it: of a path the last part, since the others are somebody's own affair."""
    title = line(each.title)
    if is_seen(title):
        site = site_of(each.url)
        # Of two with one title, the other says where it was.
        apart = site and title == line(each.kept) and site != site_of(each.kept_url)
        return f"{title} · {site}" if apart else title
    if each.source.startswith(("http://", "https://")):
        return shown_address(each.source)
    # This kind of path ends its parts with either slash.
    return PureWindowsPath(each.source).name or label("untitled", tag)


def _why(each: LeftOut, tag: str) -> str:
    if each.kind == "failed":
        return label("unreadable", tag)
    return label("double of", tag).format(title=_titled(each.kept, tag))
