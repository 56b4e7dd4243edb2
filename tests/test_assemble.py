"""An edition from what was read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.article import Article, Figure, Image, Paragraph, Provenance, Text
from converters.edition import Edition, LeftOut, member
from converters.edition.assemble import assembled
from converters.edition.fingerprints import fingerprint
from converters.edition.settings import Settings
from converters.edition.shelf import Shelf, packed


def article(title: str, text: str = "", **fields: Any) -> Article:
    body = (Paragraph((Text(text or f"Text of {title or 'nothing'}."),)),)
    return Article(title=title, body=body, **fields)


def make(
    articles: list[Article], said: Settings | None = None, left_out: tuple[LeftOut, ...] = ()
) -> Edition:
    shelf = Shelf()
    members = []
    for place, each in enumerate(articles):
        shelf.put(packed(each))
        members.append(member(each, given=place, fingerprint=fingerprint(each)))
    return assembled(members, shelf, said or Settings(), left_out)


def at(day: int) -> datetime:
    return datetime(2020, 10, day, tzinfo=UTC)


# Enough of a text to be compared.
LONG = " ".join(f"tide{each} moon{each * 7}" for each in range(80))

WEEK = [
    article(
        "Second",
        url="https://b.example/2",
        site="B",
        published=at(13),
        language="en",
        authors=("Ann",),
    ),
    article(
        "First", url="https://a.example/1", site="A", published=at(12), language="en", tags=("x",)
    ),
    article("Undated", url="https://c.example/3", language="de", tags=("x",)),
    article("Copy", LONG, url="https://a.example/4", site="A", published=at(14), language="en"),
    article(
        "Original",
        LONG,
        url="https://b.example/4",
        site="B",
        published=at(14),
        language="en",
        authors=("Bo",),
    ),
    article("first", url="http://www.a.example/1/?utm_source=feed", published=at(12)),
    article("", url="", language="de"),
]


@pytest.mark.requirement("ALL-9")
def test_an_edition_is_without_doubles_in_order_divided_and_titled() -> None:
    edition = make(WEEK, Settings(sort="date", group=("day",)))
    assert [each.title for each in edition.articles] == [
        "First",
        "Second",
        "Original",
        "",
        "Undated",
    ]
    assert [each.title for each in edition.members] == [each.title for each in edition.articles]
    assert [(each.title, each.start, each.stop) for each in edition.sections] == [
        ("Monday, 12 October 2020", 0, 1),
        ("Tuesday, 13 October 2020", 1, 2),
        ("Wednesday, 14 October 2020", 2, 3),
        ("Undated", 3, 5),
    ]
    assert (edition.title, edition.subtitle) == ("12–14 October 2020", "3 sources · 5 articles")
    assert edition.language == "en"
    assert edition.authors == ("Ann", "Bo")
    assert edition.is_bundle
    assert [(each.kind, each.title, each.kept) for each in edition.left_out] == [
        ("same address", "first", "First"),
        ("same text", "Copy", "Original"),
    ]


def test_what_was_said_wins() -> None:
    said = Settings(
        title="The week",
        authors=("The editors",),
        language="zh-Hans",
        description="All of it",
        series="Weeks",
        series_index="42",
        date=at(19).date(),
        identifier="urn:x:1",
        keep_duplicates=True,
    )
    edition = make(WEEK, said)
    assert len(edition.members) == len(WEEK)
    assert [each.given for each in edition.members] == list(range(len(WEEK)))
    assert (edition.title, edition.subtitle) == (
        "The week",
        "2020年10月12日 — 10月14日 · 3 来源 · 7 篇",
    )
    assert (edition.authors, edition.description) == (("The editors",), "All of it")
    assert (edition.series, edition.series_index) == ("Weeks", "42")
    assert (edition.date, edition.identifier) == (at(19).date(), "urn:x:1")
    assert make(WEEK, Settings(subtitle="Mine")).subtitle == "Mine"


def test_many_authors_are_none() -> None:
    signed = [article(f"T{each}", authors=(f"A{each}",)) for each in range(5)]
    assert make(signed[:3]).authors == ("A0", "A1", "A2")
    assert make(signed).authors == ()


def test_the_language_is_that_of_most_articles_then_of_most_text() -> None:
    told = [article("a", "x" * 9, language="fr"), article("b", "y" * 8, language="de")]
    assert make(told).language == "fr"
    assert make([*told, article("c", language="de")]).language == "de"
    assert make([article("d")]).language == ""
    varieties = [article(f"{n}", language=tag) for n, tag in enumerate(["en-GB", "en", "en-GB"])]
    german = [article(f"g{n}", language="de") for n in range(2)]
    assert make([*german, varieties[0], *varieties[1:]]).language == "en-GB"


def test_what_was_left_out_before_is_told_too() -> None:
    before = (
        LeftOut(title="B", kind="filtered", reason="is not tagged “x”"),
        LeftOut(source="/home/somebody/in/b.html", kind="failed", reason="is empty"),
        LeftOut(title="A", kind="filtered", reason="is not tagged “x”"),
    )
    edition = make(WEEK, Settings(sort="date"), before)
    kinds = [each.kind for each in edition.left_out]
    assert kinds == ["failed", "same address", "same text", "filtered", "filtered"]
    assert edition.left_out == make(WEEK[::-1], Settings(sort="date"), before[::-1]).left_out


def test_no_article_at_all() -> None:
    edition = make([], Settings(sort="title", group=("source", "day")))
    assert (len(edition.articles), edition.title, edition.sections) == (0, "", ())


_ARTICLES = st.builds(
    article,
    st.sampled_from(["", "Tides", "tides", "x" * 500, "😀😀", "<b>&amp;</b>", "a\u202eb"]),
    st.sampled_from(["", LONG, LONG + " and more", LONG.upper()]),
    url=st.sampled_from(
        ["", "https://e.org/", "https://e.org/1", "http://www.e.org/1#x", "nonsense"]
    ),
    site=st.sampled_from(["", "S", "报"]),
    published=st.none() | st.sampled_from([at(12), at(13)]),
    language=st.sampled_from(["", "en", "zh-Hans"]),
    tags=st.sampled_from([(), ("x",), ("x", "y")]),
    authors=st.sampled_from([(), ("A",), ("B", "C"), ("D",)]),
    provenance=st.sampled_from([Provenance(), Provenance(source="in/a.html")]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_ARTICLES, max_size=7),
    st.sampled_from(["date", "title", "source"]),
    st.sampled_from([(), ("source", "day"), ("tag", "month")]),
    st.booleans(),
    st.randoms(),
)
@pytest.mark.requirement("ALL-3", "ALL-9")
def test_the_order_of_reading_makes_no_difference_and_nothing_is_lost(
    articles: list[Article], sort: Any, group: Any, keep: bool, chance: Any
) -> None:
    said = Settings(sort=sort, group=group, keep_duplicates=keep)
    edition = make(articles, said)
    shuffled = articles[:]
    chance.shuffle(shuffled)
    other = make(shuffled, said)
    assert list(other.articles) == list(edition.articles)
    for name in ("sections", "title", "subtitle", "language", "authors", "left_out"):
        assert getattr(other, name) == getattr(edition, name), name
    assert len(edition.articles) + len(edition.left_out) == len(articles)
    assert all(each in articles for each in edition.articles)
    if articles:
        assert edition.title


def test_the_richer_copy_is_the_one_in_the_book() -> None:
    plain = article("Tides", LONG, url="https://a.example/1")
    shown = Article(
        title="Tides",
        url="https://b.example/1",
        body=(*plain.body, Figure((Image("https://b.example/p.png"),))),
    )
    assert [each.url for each in make([plain, shown]).articles] == [shown.url]


def test_fingerprints_are_not_kept() -> None:
    assert all(each.fingerprint == b"" for each in make(WEEK).members)
