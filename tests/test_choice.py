"""Which articles an edition takes."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.article import Article, Paragraph, Text
from converters.edition.choice import Choice, folded, parse_day, refusal


def article(text: str = "Words.", **fields: Any) -> Article:
    return Article(title="Tides", body=(Paragraph((Text(text),)),), **fields)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-10-12", date(2020, 10, 12), date(2020, 10, 12)),
        ("2020-2", date(2020, 2, 1), date(2020, 2, 29)),
        (" 2021 ", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_day_a_month_or_a_year_is_understood(text: str, first: date, last: date) -> None:
    assert (parse_day(text), parse_day(text, last=True)) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2021-02-29", "2020-13", "0000", "12.10.2020", "20201012", "２０２０"]
)
def test_what_is_no_day_is_refused_with_what_is_understood(text: str) -> None:
    with pytest.raises(ValueError, match="2020-10-12, a month 2020-10, a year 2020"):
        parse_day(text)


@given(st.dates(), st.booleans())
def test_every_day_is_read_as_it_is_written(day: date, last: bool) -> None:
    assert parse_day(day.isoformat(), last=last) == day


def test_both_bounds_are_days_that_belong_to_the_edition() -> None:
    week = Choice(since=date(2020, 10, 12), until=date(2020, 10, 18))

    def reason(day: int) -> str:
        return refusal(article(published=datetime(2020, 10, day, 12, tzinfo=UTC)), week)

    assert [day for day in range(10, 22) if not reason(day)] == list(range(12, 19))
    assert reason(11) == "is of 2020-10-11, before 2020-10-12"
    assert reason(19) == "is of 2020-10-19, after 2020-10-18"


def test_the_day_is_that_of_the_articles_own_zone() -> None:
    late = datetime(2020, 10, 12, 0, 30, tzinfo=timezone(timedelta(hours=8)))  # still 11 in UTC
    assert not refusal(article(published=late), Choice(since=date(2020, 10, 12)))


def test_the_date_is_the_best_that_is_known() -> None:
    old, new = (datetime(year, 1, 1, tzinfo=UTC) for year in (2001, 2020))
    since = Choice(since=date(2010, 1, 1))
    assert refusal(article(published=old, updated=new, archived=new), since)
    assert refusal(article(updated=old, archived=new), since)
    assert not refusal(article(archived=new), since)
    assert refusal(article(), since) == "has no date by which it could be chosen"
    assert not refusal(article(), Choice())


def test_words_are_found_in_any_case_width_and_form() -> None:
    told = article(
        "Der Fluß\u00ad strömt über 北京ＡＢＣ。", summary="Ｔide tables", authors=("Søren K",)
    )
    for words in ("FLUSS", "stro\u0308mt", "北京abc", "tide  TABLES", "søren", "tides"):
        assert not refusal(told, Choice(match=(words,))), words
    assert refusal(told, Choice(match=("tide", "moon"))) == "does not hold “moon”"
    # A phrase does not reach from one part of the article into the next.
    assert refusal(told, Choice(match=("tables søren",)))


@given(st.text())
def test_folding_settles(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("example.org", True),
        ("www.Example.org", True),
        ("https://example.org/section/", True),
        ("news.example.org", True),
        ("other.example.org", False),
        ("ample.org", False),
        ("org", True),
        ("the tidal times", True),
        ("THE TIDAL", True),
        ("The Tid", False),
        ("Times", False),
        ("潮汐", False),
    ],
)
def test_a_source_is_a_host_or_a_name(asked: str, taken: bool) -> None:
    told = article(url="https://m.news.example.org/x", site="The Tidal Times 网")
    assert (not refusal(told, Choice(sources=(asked,)))) == taken
    # One of several is enough.
    assert (not refusal(told, Choice(sources=("nowhere.example", asked)))) == taken


def test_a_chinese_name_begins_without_a_space_behind_it() -> None:
    told = article(site="纽约时报中文网")
    assert not refusal(told, Choice(sources=("纽约时报",)))
    assert refusal(told, Choice(sources=("时报",)))
    reason = "comes from 纽约时报中文网, which was not chosen"
    assert refusal(told, Choice(sources=("bbc.com",))) == reason
    unknown = "comes from an unknown source, which was not chosen"
    assert refusal(article(), Choice(sources=("bbc.com",))) == unknown


def test_one_of_the_tags_is_enough() -> None:
    told = article(tags=("Sea", "ＭＯＯＮ"))
    assert not refusal(told, Choice(tags=("moon", "sun")))
    assert refusal(told, Choice(tags=("sun", "stars"))) == "is not tagged “sun” or “stars”"
