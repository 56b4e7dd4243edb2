"""What an edition is called when nobody named it."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from hypothesis import given
from hypothesis import strategies as st

from converters.edition import Member
from converters.edition.naming import date_range, named
from converters.language_data import LABELS
from converters.languages import format_day, format_month

WEEK = (date(2020, 10, 12), date(2020, 10, 18))
MONTHS = (date(2020, 9, 28), date(2020, 10, 4))
YEARS = (date(2020, 12, 28), date(2021, 1, 3))
LONG = (date(2006, 7, 28), date(2021, 1, 3))


@pytest.mark.parametrize(
    ("language", "week", "months", "years", "long"),
    [
        (
            "zh-Hans",
            "2020年10月12日 — 10月18日",
            "2020年9月28日 — 10月4日",
            "2020年12月28日 — 2021年1月3日",
            "2006年7月 — 2021年1月",
        ),
        (
            "wuu",
            "2020年10月12日 — 10月18日",
            "2020年9月28日 — 10月4日",
            "2020年12月28日 — 2021年1月3日",
            "2006年7月 — 2021年1月",
        ),
        (
            "ja",
            "2020年10月12日～18日",
            "2020年9月28日～10月4日",
            "2020年12月28日～2021年1月3日",
            "2006年7月～2021年1月",
        ),
        (
            "ko",
            "2020년 10월 12일~18일",
            "2020년 9월 28일 ~ 10월 4일",
            "2020년 12월 28일 ~ 2021년 1월 3일",
            "2006년 7월 ~ 2021년 1월",
        ),
        (
            "en",
            "12–18 October 2020",
            "28 September – 4 October 2020",
            "28 December 2020 – 3 January 2021",
            "July 2006 – January 2021",
        ),
        (
            "en-US",
            "October 12 – 18, 2020",
            "September 28 – October 4, 2020",
            "December 28, 2020 – January 3, 2021",
            "July 2006 – January 2021",
        ),
        (
            "es",
            "12–18 de octubre de 2020",
            "28 de septiembre – 4 de octubre de 2020",
            "28 de diciembre de 2020 – 3 de enero de 2021",
            "julio de 2006 – enero de 2021",
        ),
        (
            "tlh",
            "12–18 October 2020",
            "28 September – 4 October 2020",
            "28 December 2020 – 3 January 2021",
            "July 2006 – January 2021",
        ),
    ],
)
def test_days_share_what_they_have_in_common(
    language: str, week: str, months: str, years: str, long: str
) -> None:
    told = [date_range(*days, language) for days in (WEEK, MONTHS, YEARS, LONG)]
    assert told == [week, months, years, long]


@pytest.mark.parametrize("language", sorted(LABELS))
def test_a_range_tells_both_days(language: str) -> None:
    for first, last in (WEEK, MONTHS, YEARS):
        told = date_range(first, last, language)
        for day in (first, last):
            assert str(day.day) in told
            assert str(day.year) in told
    assert date_range(WEEK[0], WEEK[0], language) == date_range(WEEK[0], WEEK[0], language)
    assert "–" not in date_range(WEEK[0], WEEK[0], language)


@pytest.mark.parametrize(
    "language", ["zh-Hans", "zh-Hant", "ja", "ko", "en-US", "en-AU", "de", "he"]
)
def test_days_and_months_are_those_of_cldr(language: str) -> None:
    locale = Locale.parse(language, sep="-")
    for day in (*WEEK, *YEARS):
        assert format_day(day, language) == format_date(day, "full", locale=locale)
        assert format_month(day, language) == format_skeleton("yMMMM", day, locale=locale)


@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.integers(0, 800),
    st.sampled_from(["zh-Hant", "ja", "ko", "en", "en-CA"]),
)
def test_ranges_by_rule_are_never_without_a_day(first: date, days: int, language: str) -> None:
    last = date.fromordinal(min(date.max.toordinal(), first.toordinal() + days))
    told = date_range(first, last, language)
    assert str(first.year) in told
    assert str(last.year) in told
    assert not any(left == right == " " for left, right in pairwise(told))


def on(day: int, **fields: Any) -> Member:
    return Member(published=datetime(2020, 10, day, tzinfo=UTC), **fields)


def test_a_week_of_several_sources() -> None:
    members = [on(12 + each % 7, site=f"Site {each % 7}", title="T") for each in range(143)]
    assert named(members, "zh-Hans") == ("2020年10月12日 — 10月18日", "7 来源 · 143 篇")
    # An article of no known source adds none.
    assert named([*members, Member()], "en") == ("12–18 October 2020", "7 sources · 144 articles")


def test_one_site_gives_its_name() -> None:
    members = [
        on(12, site="Tides", title="T"),
        on(13, site="TIDES", title="U"),
        on(13, site="Tides"),
    ]
    assert named(members, "en") == ("Tides", "12–13 October 2020 · 3 articles")
    assert named([Member(url="https://e.org/1"), Member(url="https://e.org/2")], "en") == (
        "e.org",
        "2 articles",
    )


def test_without_dates_the_sources_or_the_number_are_told() -> None:
    two = [Member(site="Moon"), Member(site="Sea")]
    assert named(two, "en") == ("Moon, Sea", "2 articles")
    assert named(two, "zh-Hant") == ("Moon、Sea", "2 篇")
    assert named([*two, Member()], "en") == ("2 sources · 3 articles", "")
    assert named([Member(site="x" * 50), Member(site="y" * 50)], "en") == (
        "2 sources · 2 articles",
        "",
    )
    assert named([Member(), Member()], "en") == ("2 articles", "")
    assert named([on(12), on(12)], "en") == ("12 October 2020", "2 articles")


def test_the_only_date_of_many_articles_is_not_that_of_all() -> None:
    assert named([on(12), Member()], "en") == ("12 October 2020", "2 articles")
    assert named([on(12), Member(), Member()], "en") == ("3 articles", "")


def test_one_article_gives_its_title() -> None:
    assert named([on(12, site="Sea", title="Tides")], "en") == ("Tides", "Sea · 12 October 2020")
    assert named([Member()], "en") == ("1 article", "")
    assert named([], "en") == ("", "")
