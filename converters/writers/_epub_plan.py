"""What is known of a book before its first article is opened: names, order, addresses.

All of it comes from the edition's index, so that articles can pass by one at a time. Names are made
of what an article or a section is and never of its place: Apple's reader ties a person's notes to
them (https://help.apple.com/itc/booksassetguide/en.lproj/itc418b8c08c.html), and they are to be
found again in the next edition (EP-7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2s, sha256
from itertools import accumulate
from unicodedata import category, east_asian_width
from urllib.parse import urldefrag

from converters.article import Article, plain_text
from converters.edition import Edition, Section, places
from converters.edition.choice import known_date
from converters.languages import direction, format_date
from converters.writers import _matter
from converters.writers._matter import Source

__all__ = ["Landmark", "Part", "Plan", "plan", "shortened"]

# Columns of a line in a list: about three lines of a small screen.
_LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that readers look for: its kind in EPUB 3 and in EPUB 2, its words, its address."""

    kind: str
    guide: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the edition as a page of its own, and what it holds: sections or articles.

    Articles are told by their places, from 0; ``around`` are the sections that it is in.
    """

    section: Section
    name: str
    children: tuple[Part | int, ...]
    around: tuple[Section, ...] = ()

    @property
    def said(self) -> frozenset[str]:
        """What of its articles need not be said again: what they have in common."""
        return frozenset(section.kind for section in (*self.around, self.section))

    @property
    def address(self) -> str:
        """The file of its page."""
        return f"{self.name}.xhtml"


@dataclass(frozen=True, slots=True)
class Plan:
    """A book before it is made.

    ``identities`` and ``names`` are those of the articles, in their order; ``place_of`` tells of
    an address which article has it, ``elsewhere`` to which other one it leads from an article.
    ``facts`` and ``sources`` are those of a bundle. ``growth`` is how many times as large the
    device makes a page of lists (:attr:`~converters.writers._epub_device.Finish.growth`).
    """

    edition: Edition
    title: str
    language: str
    direction: str
    identities: Sequence[str]
    names: Sequence[str]
    parts: Sequence[Part | int]
    place_of: Callable[[str], int | None]
    elsewhere: Callable[[int, str], int | None]
    facts: Sequence[str] = ()
    sources: Sequence[Source] = ()
    growth: int = 1

    def address(self, place: int) -> str:
        """The file with which the article at ``place`` begins."""
        return f"{self.names[place]}.xhtml"

    def title_of(self, place: int) -> str:
        """The title of the article at ``place`` as a line of a list."""
        return shortened(_matter.title_of(self.edition.members[place], self.language))

    def details_of(self, place: int, said: frozenset[str] = frozenset()) -> str:
        """The site and the date of the article at ``place``, but for what is said already."""
        site = "" if "source" in said else shortened(self.edition.members[place].site)
        date = "" if "day" in said else self.date_of(place)
        return " · ".join(words for words in (self._apart(place, site), date) if words)

    def date_of(self, place: int) -> str:
        """The date of the article at ``place`` in its own language, or nothing."""
        member = self.edition.members[place]
        date = known_date(member)
        words = format_date(date, member.language or self.language) if date else ""
        return self._apart(place, words)

    def _apart(self, place: int, words: str) -> str:
        """``words`` with a direction of their own where the article's is another than that of all.

        Between Unicode's isolates (https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
        ) numbers do not leave the words that they belong to.
        """
        turned = self.direction == "rtl" or self.edition.members[place].direction == "rtl"
        return f"\u2068{words}\u2069" if words and turned else words


def plan(edition: Edition, growth: int = 1) -> Plan:
    """The plan of ``edition``, which has at least one article, for a device of this ``growth``."""
    identities = _identities(edition)
    place_of = places(edition)
    return Plan(
        edition=edition,
        title=_matter.edition_title(edition),
        language=edition.language,
        direction=_direction(edition),
        identities=identities,
        names=_names("a", identities),
        parts=_parts(edition.sections, 0, len(edition.members)),
        place_of=place_of,
        elsewhere=_matter.elsewhere(edition, place_of),
        facts=_matter.facts(edition) if edition.is_bundle else (),
        sources=_matter.sources(edition) if edition.is_bundle else (),
        growth=growth,
    )


def shortened(words: str) -> str:
    """``words`` as one line, of very many the beginning."""
    line = " ".join(words.split())
    cut = _room(line)
    if cut >= len(line):
        return line
    # What follows would belong to the character before it: marks, joiners, shades of emoji.
    while cut and (_joins(line[cut]) or line[cut - 1] == "\u200d"):
        cut -= 1
    return f"{line[: cut or _LONGEST_LINE].rstrip()}…"


def _room(line: str) -> int:
    """How many characters of ``line`` a list has room for; a Han character takes that of two."""
    if len(line) * 2 <= _LONGEST_LINE:
        return len(line)
    widths = accumulate(2 if east_asian_width(each) in "FW" else 1 for each in line)
    return sum(width <= _LONGEST_LINE for width in widths)


def _joins(character: str) -> bool:
    is_shade = "\U0001f3fb" <= character <= "\U0001f3ff"
    return category(character) in ("Mn", "Mc", "Me", "Cf") or is_shade


def _direction(edition: Edition) -> str:
    """That of a bundle's language, which speaks between the articles, or else that of most."""
    if edition.is_bundle and edition.language:
        return direction(edition.language)
    right = sum(member.direction == "rtl" for member in edition.members)
    return "rtl" if 2 * right > len(edition.members) else "ltr"


# --- Names ---------------------------------------------------------------------------------


def _identities(edition: Edition) -> list[str]:
    """What makes each article this one: its address without a fragment, or with it, or its words.

    The few that have no address of their own are opened once more than the others, for their
    words: what leads to an article needs its name before the article comes.
    """
    whole = [member.url for member in edition.members]
    bare = [urldefrag(url).url for url in whole]
    of_page, of_place = Counter(bare), Counter(whole)
    return [
        (of_page[address] == 1 and address)
        or (of_place[url] == 1 and url)
        or _words(edition.articles[place])
        for place, (url, address) in enumerate(zip(whole, bare, strict=True))
    ]


def _words(article: Article) -> str:
    words = f"{article.title}\n{plain_text(article.body)}"
    return f"urn:sha256:{sha256(words.encode('utf-8', 'replace')).hexdigest()}"


def _names(letter: str, keys: Sequence[str]) -> list[str]:
    """A file name for each key, all different. Of equal keys each has its number."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    names: list[str] = []
    for key in keys:
        name = ""
        while not name or name in taken:
            seen[key] += 1
            name = _name(letter, key if seen[key] == 1 else f"{key} {seen[key]}")
        taken.add(name)
        names.append(name)
    return names


def _name(letter: str, key: str) -> str:
    return f"{letter}-{blake2s(key.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


# --- Sections ------------------------------------------------------------------------------


def _parts(
    sections: Sequence[Section],
    start: int,
    stop: int,
    key: str = "",
    around: tuple[Section, ...] = (),
) -> tuple[Part | int, ...]:
    """The sections with their names, and the articles from ``start`` to ``stop`` in none."""
    keys = [f"{key}\n{each.kind}={each.value}" for each in sections]
    out: list[Part | int] = []
    for section, own, name in zip(sections, keys, _names("s", keys), strict=True):
        out.extend(range(start, section.start))
        start = section.stop
        inner = (*around, section)
        children = _parts(section.children, section.start, section.stop, own, inner)
        out.append(Part(section, name, children, around))
    out.extend(range(start, stop))
    return tuple(out)
