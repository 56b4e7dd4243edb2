"""The order of an edition's articles, and its sections."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.edition import Group, Member, Section
from converters.edition.order import Sort, divided, ordered, source_names


def titles(members: list[Member], sort: Sort, language: str = "en") -> list[str]:
    return [members[place].title for place in ordered(members, sort, language)]


def by_title(language: str, *names: str) -> list[str]:
    return titles([Member(title=name) for name in names], "title", language)


def on(day: int, hour: int = 12, **fields: Any) -> Member:
    return Member(published=datetime(2020, 10, day, hour, tzinfo=UTC), **fields)


# --- Order ---------------------------------------------------------------------------------


def test_given_is_as_read() -> None:
    members = [Member(title="b", given=1), Member(title="c", given=2), Member(title="a", given=0)]
    assert titles(members, "given") == ["a", "b", "c"]


@pytest.mark.requirement("ALL-9")
def test_a_chronicle_begins_with_the_oldest_and_ends_with_the_undated() -> None:
    saved = datetime(2020, 10, 13, tzinfo=UTC)
    members = [
        Member(title="undated"),
        on(14, title="last"),
        Member(title="saved", archived=saved),
        on(12, 13, title="second"),
        on(12, 9, title="first"),
    ]
    assert titles(members, "date") == ["first", "second", "saved", "last", "undated"]


def test_days_are_those_of_the_articles_own_zone() -> None:
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))
    members = [
        Member(title="13 in Tokyo", published=datetime(2020, 10, 13, 0, 30, tzinfo=east)),
        Member(title="12 in Seattle", published=datetime(2020, 10, 12, 20, tzinfo=west)),
    ]
    assert titles(members, "date") == ["12 in Seattle", "13 in Tokyo"]
    _, sections = divided(members, ("day",), "en", "date")
    assert [section.value for section in sections] == ["2020-10-12", "2020-10-13"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        # The same titles in the alphabets of CLDR (tr35-collation).
        ("zh-Hans", "阿 北 上 一 中"),  # a bei shang yi zhong
        ("zh-Hant", "一 上 中 北 阿"),  # 1, 3, 4, 5, 8 strokes
        ("sv", "a z å ä ö"),
        ("de", "a å ä ö z"),
        ("da", "a z ä ö å"),
        ("es", "n ñ o"),
        ("ja", "あい アウ 亜"),
        ("ru", "Е Ж ё_"),
    ],
)
@pytest.mark.requirement("ALL-9")
def test_titles_follow_the_alphabet_of_the_language(language: str, expected: str) -> None:
    if language == "ru":
        assert by_title("ru", "Жук", "ёж", "Еда") == ["Еда", "ёж", "Жук"]
        return
    names = expected.split()
    assert by_title(language, *sorted(names, reverse=True)) == names


def test_numbers_count_by_value_and_marks_do_not_count() -> None:
    assert by_title("en", "Part 10", "Part 9", "part 1") == ["part 1", "Part 9", "Part 10"]
    assert by_title("zh-Hans", "第10章", "第2章") == ["第2章", "第10章"]
    assert by_title("en", "Moon", "“Apple” day", "[Zoo]", "Bee") == [
        "“Apple” day",
        "Bee",
        "Moon",
        "[Zoo]",
    ]
    assert by_title("zh-Hans", "中国", "《北京》", "上海") == ["《北京》", "上海", "中国"]


def test_what_has_no_title_comes_last() -> None:
    members = [
        Member(title="", url="https://e.org/2"),
        Member(title="", url="https://e.org/1"),
        Member(title="z"),
    ]
    assert [members[place].url for place in ordered(members, "title", "en")] == [
        "",
        "https://e.org/1",
        "https://e.org/2",
    ]


@pytest.mark.parametrize(
    "tag", ["", "tlh", "yue", "zh", "no such tag", "x-private", "zh-Hans-u-co-stroke"]
)
def test_any_language_has_an_alphabet(tag: str) -> None:
    assert by_title(tag, "b", "a", "😀", "") == ["😀", "a", "b", ""]


def test_sources_by_name_then_by_date() -> None:
    members = [
        on(14, title="4", site="Öl-Zeitung"),
        on(15, title="5"),
        on(13, title="2", url="https://www.example.org/1"),
        on(12, title="3", site="Öl-Zeitung"),
        on(12, title="1", site="Example", url="https://example.net/"),
    ]
    assert titles(members, "source", "de") == ["1", "2", "3", "4", "5"]
    assert titles(members, "source", "sv")[-1] == "5"


def test_a_source_has_one_name() -> None:
    members = [
        Member(site="The Times", url="https://www.times.example/1"),
        Member(site="THE TIMES", url="https://times.example/2"),
        Member(site="The Times", url="https://times.example/3"),
        Member(url="https://m.times.example/4"),
        Member(url="https://other.example/"),
        Member(),
        # A host of many sites names none of them.
        Member(site="A", url="https://many.example/1"),
        Member(site="B", url="https://many.example/2"),
        Member(url="https://many.example/3"),
    ]
    times = ["The Times"] * 4
    assert source_names(members) == [*times, "other.example", "", "A", "B", "many.example"]


_MEMBERS = st.builds(
    Member,
    title=st.sampled_from(["", "a", "A", "b", "第2章", "第10章", "😀"]),
    url=st.sampled_from(["", "https://e.org/1", "http://www.e.org/1", "https://e.net/2"]),
    site=st.sampled_from(["", "Site", "SITE", "报"]),
    tags=st.lists(st.sampled_from(["x", "X", "y", "环境"]), max_size=3).map(tuple),
    published=st.none() | st.sampled_from([datetime(2020, 10, day, tzinfo=UTC) for day in (1, 2)]),
    updated=st.none() | st.just(datetime(2020, 11, 1, tzinfo=UTC)),
    length=st.integers(0, 2),
    given=st.just(0),
)
_GROUPS = st.lists(st.sampled_from(["source", "day", "month", "tag"]), unique=True).map(tuple)


@settings(max_examples=60)
@given(
    st.lists(_MEMBERS, max_size=8),
    st.sampled_from(["date", "title", "source"]),
    _GROUPS,
    st.randoms(),
)
@pytest.mark.requirement("ALL-3")
def test_the_order_of_reading_makes_no_difference(
    members: list[Member], sort: Sort, groups: tuple[Group, ...], chance: Any
) -> None:
    def arranged(some: list[Member]) -> tuple[list[Member], tuple[Section, ...]]:
        first = [some[place] for place in ordered(some, sort, "zh-Hans")]
        order, sections = divided(first, groups, "zh-Hans", sort)
        return [first[place] for place in order], sections

    shuffled = members[:]
    chance.shuffle(shuffled)
    assert arranged(shuffled) == arranged(members)


# --- Sections ------------------------------------------------------------------------------


def shown(sections: tuple[Section, ...], depth: int = 0) -> list[str]:
    lines = []
    for each in sections:
        lines.append(f"{'  ' * depth}{each.title} [{each.value}] {each.start}-{each.stop}")
        lines += shown(each.children, depth + 1)
    return lines


def test_sections_within_sections() -> None:
    members = [
        on(12, title="1", site="Beta"),
        on(13, title="2", site="Alpha"),
        on(13, title="3", site="Beta"),
        Member(title="4", site="Beta"),
        on(14, title="5"),
    ]
    order, sections = divided(members, ("source", "day"), "en", "date")
    assert [members[place].title for place in order] == ["2", "1", "3", "4", "5"]
    assert shown(sections) == [
        "Alpha [Alpha] 0-1",
        "  Tuesday, 13 October 2020 [2020-10-13] 0-1",
        "Beta [Beta] 1-4",
        "  Monday, 12 October 2020 [2020-10-12] 1-2",
        "  Tuesday, 13 October 2020 [2020-10-13] 2-3",
        "  Undated [] 3-4",
        "Unknown source [] 4-5",
        "  Wednesday, 14 October 2020 [2020-10-14] 4-5",
    ]


def test_sources_follow_their_first_articles_where_the_order_is_given() -> None:
    members = [Member(site=name) for name in ("B", "", "A", "B", "C")]
    for sort, expected in (("given", "BAC"), ("date", "ABC")):
        _, sections = divided(members, ("source",), "en", sort)  # type: ignore[arg-type]
        assert "".join(section.value for section in sections) == expected
        assert sections[-1].title == "Unknown source"


def test_months_are_named_in_the_language() -> None:
    members = [on(12), Member(published=datetime(2021, 1, 1, tzinfo=UTC)), Member()]
    for language, expected in {
        "zh-Hans": ["2020年10月", "2021年1月", "日期不详"],
        "en-US": ["October 2020", "January 2021", "Undated"],
        "ko": ["2020년 10월", "2021년 1월", "날짜 없음"],
        "fr": ["octobre 2020", "janvier 2021", "Sans date"],
    }.items():
        _, sections = divided(members, ("month",), language)
        assert [section.title for section in sections] == expected
        assert [section.value for section in sections] == ["2020-10", "2021-01", ""]


@pytest.mark.requirement("ALL-9")
def test_an_article_stands_once_under_the_tag_that_most_share() -> None:
    members = [
        Member(title="1", tags=("Sea", "Moon")),
        Member(title="2", tags=("moon", "Moon")),
        Member(title="3", tags=("Moon", "Alps")),
        Member(title="4", tags=("Alps",)),
        Member(title="5", tags=("Sea",)),
        Member(title="6", tags=("", " ")),
        Member(title="7", tags=("Sea", "Alps")),  # as many have either
        Member(title="8", tags=("MOON",)),
    ]
    order, sections = divided(members, ("tag",), "en", "title")
    told = {
        section.title: "".join(
            members[place].title for place in order[section.start : section.stop]
        )
        for section in sections
    }
    assert told == {"Alps": "47", "Moon": "1238", "Sea": "5", "Other": "6"}


def covers(sections: tuple[Section, ...], start: int, stop: int, depth: int) -> bool:
    """Tell whether ``sections`` of ``depth`` levels hold the articles from start to stop, each once."""
    if not depth:
        return not sections
    at = start
    for each in sections:
        if each.start != at or each.stop <= at or not each.title:
            return False
        if not covers(each.children, each.start, each.stop, depth - 1):
            return False
        at = each.stop
    return at == stop


@settings(max_examples=60)
@given(st.lists(_MEMBERS, max_size=8), _GROUPS, st.sampled_from(["given", "title"]))
@pytest.mark.requirement("ALL-9")
def test_sections_cover_the_edition_exactly(
    members: list[Member], groups: tuple[Group, ...], sort: Sort
) -> None:
    order, sections = divided(members, groups, "en", sort)
    assert sorted(order) == list(range(len(members)))
    assert covers(sections, 0, len(members), len(groups)) or not groups
    if not groups:
        assert (order, sections) == (list(range(len(members))), ())
