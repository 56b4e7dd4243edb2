"""What the parts around the articles of an edition have in common: words, links, headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from unicodedata import bidirectional

from converters.edition import Edition, Member
from converters.edition.choice import known_date
from converters.edition.order import source_names
from converters.languages import direction, format_date, is_cjk
from converters.writers import _matter as matter
from converters.writers._pdf_engine import elsewhere
from converters.writers._pdf_page import Page
from converters.writers._pdf_places import Places
from converters.writers._pdf_typography import shorten, typeset
from converters.writers._xhtml import EMPTY, Markup, element, join, language_attributes, text

__all__ = ["NOTE", "Around", "Extras", "dotted", "prefix"]

NOTE = "front-note"
"""The place of an editor's note that has pages of its own."""

# From so many points and em of the body on, half a text's width holds lines of small print.
_TWO_COLUMNS, _TWO_COLUMNS_EM = 340, 30
# A title takes this many lines of a list at most, and is cut there.
_LINES = 1.8


def prefix(place: int) -> str:
    """What the ids of the article at ``place`` begin with."""
    return f"a{place + 1}-"


@dataclass(frozen=True, slots=True)
class Extras:
    """What an edition has beyond title, contents and sources.

    ``glance``: two lines about each article. ``note`` is the editor's, plain text. ``logo`` is the
    address of a picture among the file's resources. ``addresses``: the sources name every address.
    """

    glance: bool = False
    note: str = ""
    logo: str = ""
    addresses: bool = False


class Around:
    """What ``edition`` says of its articles on ``page``; ``places`` knows their pages.

    ``measure`` is the width of all columns in em of the body's size.
    """

    def __init__(self, edition: Edition, page: Page, places: Places) -> None:
        self.edition = edition
        self.page = page
        self.places = places
        self.measure = page.full_measure
        self.tag = edition.language
        self.title = matter.edition_title(edition)

    @property
    def has_two_columns(self) -> bool:
        """Whether lists in small print have two columns on this page."""
        return self.page.text_width >= _TWO_COLUMNS and self.measure >= _TWO_COLUMNS_EM

    @cached_property
    def sources(self) -> list[str]:
        """The name of each article's source."""
        return source_names(self.edition.members)

    def article_title(self, place: int, measure: float = 0) -> Markup:
        """An article's title in its language, no more than two lines of ``measure`` em."""
        member = self.edition.members[place]
        words = shorten(matter.title_of(member, self.tag), (measure or self.measure) * _LINES)
        return self.in_its_language(words, member)

    def in_its_language(self, words: str, member: Member) -> Markup:
        """Words of an article, marked where its language is not the edition's."""
        if not member.language or member.language == self.tag:
            return text(words)
        attributes = language_attributes(member.language, member.direction)
        return element("span", text(words), attributes)

    def source(self, place: int) -> str:
        """The name of the source of an article; empty where it is not known."""
        return " ".join(self.sources[place].split())

    def date(self, place: int) -> str:
        """The day of an article in the edition's language; empty where it is not known."""
        known = known_date(self.edition.members[place])
        return format_date(known.date(), self.tag) if known else ""

    def entry(self, anchor: str, words: Markup) -> Markup:
        """A line of a list that leads to ``anchor``; the style sheet adds dots and the page."""
        target = f"#{anchor}" if anchor == NOTE else elsewhere(anchor)
        attributes = {"class": "entry", "data-page": self.places.page(anchor)}
        return element("a", words, {"href": target, **attributes})

    def page_of(self, place: int) -> Markup:
        """The page of an article as a link to it."""
        anchor = f"{prefix(place)}top"
        attributes = {"class": "page", "data-page": self.places.page(anchor)}
        return element("a", EMPTY, {"href": elsewhere(anchor), **attributes})

    def heads(self, words: str) -> dict[str, str | int | None]:
        """The label of a heading's bookmark, and the running head of the pages after it."""
        return {
            "data-label": words,
            "data-head": shorten(words, self.measure * 0.72),
            "data-side": shorten(self.title, self.measure * 0.4),
        }

    def matter(self, kind: str, content: Markup) -> Markup:
        """A section of the edition's own, set in its language."""
        cjk = " cjk" if is_cjk(self.tag) else ""
        attributes = language_attributes(self.tag or "und", direction(self.tag))
        section = element("section", content, {"class": f"{kind}{cjk}", **attributes})
        return typeset(section, self.tag)


def dotted(facts: Iterable[str], language: str) -> Markup:
    """Several facts on one line of ``language``, each apart from the next.

    A mark of that language's direction ends each that has letters of the other one: without it
    digits behind them join in (https://www.unicode.org/reports/tr9/#Implicit_Directional_Marks ).
    """
    way = direction(language)
    mark, others = ("\u200f", {"L"}) if way == "rtl" else ("\u200e", {"R", "AL"})
    told = []
    for fact in filter(None, facts):
        strays = others & set(map(bidirectional, fact))
        told.append(text(fact + mark if strays else fact))
    return join(told, " · ")
