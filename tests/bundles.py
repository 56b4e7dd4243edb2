"""A week's articles as an edition of many: what `broadsheet bundle` hands to the writers.

:func:`week` is made without the command, so that tests of writers need nothing of what gathers,
sorts and groups. It has seven languages in two directions, pictures with and without words, notes,
tables, code, links from article to article, nested sections, and something that was left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from msgspec.structs import replace

from converters.article import (
    Article,
    BlockQuote,
    Figure,
    Heading,
    Image,
    Link,
    Note,
    Paragraph,
    Text,
    inlines,
    query,
)
from converters.edition import Edition, LeftOut, Section, edition
from tests.pieces import TAGS, piece

__all__ = ["ODD_TITLES", "odd", "week"]

_DAYS = tuple(date(2023, 10, 23) + timedelta(days) for days in range(3))
ODD_TITLES = (
    "🕰️🌊",
    "<script>alert('1')</script> & <b>bold</b>",
    "",
    "A title of many words that never seems to come to its end " * 8 + "and does",
    "钟" * 500,
    "The same title",
    "The same title",
)
"""Titles as nobody should give them: emoji alone, markup, none, 500 letters, two of one name."""


def _told(title: str, number: int, *paragraphs: str) -> Article:
    """An article of a second paper, in English."""
    return Article(
        title=title,
        url=f"https://paper.example.com/2023/10/{number}",
        site="The Other Paper",
        authors=("Mary Somerville",),
        published=datetime(2023, 10, 23 + number, 7, 0, tzinfo=UTC),
        language="en",
        summary="Why the tide tables were printed twice.",
        body=tuple(Paragraph((Text(words),)) for words in paragraphs),
    )


def _quote(words: str, citation: str) -> BlockQuote:
    return BlockQuote((Paragraph((Text(words),)),), (Text(citation),))


def _articles() -> list[Article]:
    clocks = [
        replace(piece(tag), published=datetime(2023, 10, 23 + place // 3, 9, place, tzinfo=UTC))
        for place, tag in enumerate(TAGS)
    ]
    picture = next(query(piece("en").body, Image))
    tides = _told("Tides by Hand", 0, "The tables were set in lead, and the moon does not wait.")
    tides = replace(
        tides,
        body=(
            *tides.body,
            Heading(2, (Text("How they were made"),), "how"),
            Paragraph(
                inlines(
                    (
                        Text("The office keeps "),
                        Link((Text("a clock that is late"),), clocks[0].url),
                        Text(", as everybody knows"),
                        Note((Paragraph((Text("Everybody in the harbour, that is."),)),)),
                        Text(", and a "),
                        Link((Text("book of errors"),), "https://example.net/errors?year=1911"),
                        Text("."),
                    )
                )
            ),
            Figure((replace(picture, alt=""),), (Text("The press, on a Monday."),)),
            Figure((replace(picture, alt="A slope of blue paper"),), (), (Text("M. Somerville"),)),
            Figure((Image("https://gone.example.net/a.jpg", "The tide table of 1911"),)),
        ),
    )
    letters = _told("Letters to the Editor", 1, "Sir, the tide was late. So was your paper.")
    quoted = (
        _quote("Who is late twice is in time.", "A reader"),
        _quote("Never again.", "Another"),
    )
    letters = replace(letters, body=(*letters.body, *quoted))
    return [*clocks, tides, letters]


@cache
def week() -> Edition:
    """Give the edition: nine articles of two papers, by source and day."""
    articles = _articles()
    sections = (
        _source("Example Review", "example.org", 0, ((0, 3), (3, 6), (6, 7))),
        _source("The Other Paper", "paper.example.com", 7, ((7, 8), (8, 9))),
    )
    made = edition(articles, title="The Harbour Week", language="en")
    return replace(
        made,
        subtitle="23–25 October 2023 · 2 sources · 9 articles",
        description="What two papers wrote about clocks.",
        sections=sections,
        date=date(2023, 10, 25),
        is_bundle=True,
        left_out=(
            LeftOut(
                title="A Clock That Does Not Hurry",
                url="https://mirror.example.net/clock",
                kind="same text",
                reason="has the same text as “A Clock That Does Not Hurry”",
                kept="A Clock That Does Not Hurry",
                kept_url=articles[0].url,
            ),
            LeftOut(source="notes/broken.html", kind="failed", reason="holds no article"),
        ),
    )


def _source(title: str, value: str, start: int, days: tuple[tuple[int, int], ...]) -> Section:
    children = tuple(
        Section(
            title=f"{day.day} October 2023",
            kind="day",
            value=day.isoformat(),
            start=first,
            stop=last,
        )
        for day, (first, last) in zip(_DAYS, days, strict=False)
    )
    return Section(
        title=title, kind="source", value=value, start=start, stop=days[-1][1], children=children
    )


def odd() -> Edition:
    """Give an edition whose articles have :data:`ODD_TITLES` and little else."""
    articles = [
        Article(
            title=title,
            url=f"https://example.org/odd/{place}" if place % 2 else "",
            body=(Paragraph((Text(f"Words of article {place}."),)),),
        )
        for place, title in enumerate(ODD_TITLES)
    ]
    return replace(edition(articles, title=ODD_TITLES[3]), is_bundle=True)
