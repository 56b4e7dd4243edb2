"""In which order the articles of an edition stand, and how they are divided into sections.

Every order is total: where two articles are equal in what they are sorted by, their addresses,
titles and contents decide, never the order in which they were given. Only ``given`` keeps that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from converters.addresses import canonical, canonical_host
from converters.edition.choice import folded, known_date
from converters.edition.model import Group, Member, Section
from converters.languages import format_day, format_month, label, normalise_tag

__all__ = ["Sort", "collation", "divided", "ordered", "settled", "source_names"]

Sort: TypeAlias = Literal["given", "date", "title", "source"]
"""What articles are sorted by."""

Key: TypeAlias = Callable[[str], Any]


def ordered(members: Sequence[Member], sort: Sort, language: str) -> list[int]:
    """The places of ``members`` in the order that ``sort`` asks for.

    ``given`` is as they were read. ``date`` begins with the oldest, as a chronicle does: who
    reads a week of news reads what came of it after what began it; days are those of the
    article's own time zone, and what has no date comes last. ``title`` and ``source`` (the site's
    name, then the date) go by the alphabet of ``language``; articles without a title or a known
    source come last.
    """
    if sort == "given":
        return sorted(range(len(members)), key=lambda place: members[place].given)
    key = _sort_key(members, sort, language)
    return sorted(range(len(members)), key=lambda place: (key(place), settled(members[place])))


def _sort_key(members: Sequence[Member], sort: Sort, language: str) -> Callable[[int], Any]:
    if sort == "date":
        return lambda place: _date_key(members[place])
    alphabet = collation(language)
    if sort == "title":
        return lambda place: _words_last(members[place].title, alphabet)
    names = source_names(members)
    return lambda place: (_words_last(names[place], alphabet), _date_key(members[place]))


def _words_last(text: str, alphabet: Key) -> tuple[bool, Any]:
    return (not text, alphabet(text))


def _date_key(member: Member) -> tuple[bool, date, datetime | None] | tuple[bool]:
    """By day of the article's own zone, then by the instant; undated last."""
    known = known_date(member)
    return (True,) if known is None else (False, known.date(), known)


def settled(member: Member) -> tuple[Any, ...]:
    """What decides between articles that are equal in what they are sorted by."""
    return (
        canonical(member.url),
        member.url,
        member.title,
        member.length,
        member.fingerprint,
        member.site,
        member.authors,
        _instants(member),
        member.summary,
        member.tags,
        member.language,
        member.pictures,
        member.source,
    )


def _instants(member: Member) -> tuple[str, ...]:
    dates = (member.published, member.updated, member.archived)
    return tuple(each.isoformat() if each else "" for each in dates)


# --- The alphabet --------------------------------------------------------------------------


def collation(language: str) -> Key:
    """The key by which a title stands in the alphabet of ``language`` (BCP 47).

    The Unicode collation algorithm with the tailoring of CLDR, as ICU has it: Chinese by pinyin in
    simplified and by strokes in traditional characters, ä after z in Swedish and beside a in
    German. Numbers count by their value (2 before 10), and punctuation counts only where nothing
    else differs, so that a title in quotation marks stands where its first word belongs.
    Source: https://www.unicode.org/reports/tr35/tr35-collation.html
    """
    import icu

    locale = icu.Locale.forLanguageTag(normalise_tag(language) or "und")
    collator = icu.Collator.createInstance(locale)
    collator.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    collator.setAttribute(icu.UCollAttribute.ALTERNATE_HANDLING, icu.UCollAttributeValue.SHIFTED)
    collator.setStrength(icu.Collator.QUATERNARY)

    def key(text: str) -> bytes:
        made: bytes = collator.getSortKey(text)
        return made

    return key


# --- Sources -------------------------------------------------------------------------------


def source_names(members: Sequence[Member]) -> list[str]:
    """The name of each member's source: its site's name, else its host; empty where unknown.

    An article without a site's name gets the one that all others of its host have. Names that
    differ in case or width alone are one, in the spelling that is most frequent.
    """
    hosts = [canonical_host(each.url) for each in members]
    of_host: dict[str, set[str]] = {}
    for each, host in zip(members, hosts, strict=True):
        if folded(each.site):
            of_host.setdefault(host, set()).add(folded(each.site))
    spelling = _spellings(each.site for each in members)
    names = []
    for each, host in zip(members, hosts, strict=True):
        known = of_host.get(host, set()) if host else set()
        if folded(each.site):
            names.append(spelling[folded(each.site)])
        else:
            names.append(spelling[next(iter(known))] if len(known) == 1 else host)
    return names


def _spellings(words: Iterable[str]) -> dict[str, str]:
    """For each word, folded, how it is mostly written; of several, the first by code points."""
    counts = Counter(word for word in words if folded(word))
    best: dict[str, str] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        best.setdefault(folded(word), word)
    return best


# --- Sections ------------------------------------------------------------------------------


class _Part(Struct, frozen=True):
    """What a section is called, which one it is, and where it stands among its like."""

    title: str
    value: str
    key: Any


def divided(
    members: Sequence[Member], groups: tuple[Group, ...], language: str, sort: Sort = "given"
) -> tuple[list[int], tuple[Section, ...]]:
    """Divide ``members``, which are in order, into sections within sections by ``groups``.

    Gives the new order (places in ``members``) and the sections, whose ``start`` and ``stop``
    count in that order. Articles of one section keep their order. Days and months follow the
    calendar. Sources and tags follow the alphabet of ``language``, and the first article of each
    where the order is the ``given`` one. What has no date, source or tag comes last, under a
    heading of its own. An article stands once: under that of its tags that most articles of the
    edition have (of several, the first by code points).
    """
    if not groups:
        return list(range(len(members))), ()
    parts = {group: _parts(group, members, language, sort) for group in groups}
    order: list[int] = []
    sections = _divide(list(range(len(members))), groups, parts, order)
    return order, sections


def _divide(
    places: list[int],
    groups: tuple[Group, ...],
    parts: dict[Group, list[_Part]],
    order: list[int],
) -> tuple[Section, ...]:
    """The sections of ``places``, whose articles are appended to ``order``."""
    if not groups:
        order.extend(places)
        return ()
    group, within = groups[0], groups[1:]
    buckets: dict[Hashable, list[int]] = {}
    for place in places:
        buckets.setdefault(parts[group][place].key, []).append(place)
    sections = []
    for key in sorted(buckets):  # type: ignore[type-var]
        part = parts[group][buckets[key][0]]
        start = len(order)
        children = _divide(buckets[key], within, parts, order)
        sections.append(
            Section(
                title=part.title,
                kind=group,
                value=part.value,
                start=start,
                stop=len(order),
                children=children,
            )
        )
    return tuple(sections)


def _parts(group: Group, members: Sequence[Member], language: str, sort: Sort) -> list[_Part]:
    """For each member, its section among those of ``group``."""
    if group == "source":
        return _named(source_names(members), label("unknown source", language), language, sort)
    if group == "tag":
        return _named(_main_tags(members), label("untagged", language), language, sort)
    return [_of_time(group, known_date(each), language) for each in members]


def _named(names: Sequence[str], unnamed: str, language: str, sort: Sort) -> list[_Part]:
    if sort == "given":
        alphabet: Key = {
            name: place for place, name in reversed(list(enumerate(names)))
        }.__getitem__
    else:
        alphabet = collation(language)
    known = {name: _Part(name or unnamed, name, (not name, alphabet(name), name)) for name in names}
    return [known[name] for name in names]


def _of_time(group: Group, known: datetime | None, language: str) -> _Part:
    if known is None:
        return _Part(label("undated", language), "", (True, ""))
    value = f"{known:%Y-%m-%d}" if group == "day" else f"{known:%Y-%m}"
    made = format_day if group == "day" else format_month
    return _Part(made(known.date(), language), value, (False, value))


def _main_tags(members: Sequence[Member]) -> list[str]:
    """The tag that each member stands under: of its own, the one that most members have."""
    counts = Counter(tag for each in members for tag in {folded(tag) for tag in each.tags})
    spelling = _spellings(tag for each in members for tag in each.tags)
    mains = []
    for each in members:
        own = {folded(tag) for tag in each.tags} - {""}
        main = min(own, key=lambda tag: (-counts[tag], tag), default="")
        mains.append(spelling.get(main, ""))
    return mains
