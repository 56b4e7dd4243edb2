"""Front and back matter: what an edition says of itself, from its index alone."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from converters.article import Article
from converters.edition import Edition, LeftOut, Section, edition
from converters.edition.naming import date_range
from converters.languages import label
from converters.writers import _matter as matter
from tests.bundles import odd, week


def made(*articles: Article, **fields: object) -> Edition:
    return replace(edition(articles, title="T", language="en"), is_bundle=True, **fields)


def dated(day: int, site: str = "", url: str = "") -> Article:
    moment = datetime(2020, 10, day, 12, tzinfo=UTC)
    return Article(title=str(day), site=site, url=url, published=moment, language="en")


def test_facts_are_told_once() -> None:
    two = made(dated(12, "A"), dated(18, "B"), series="Weekly", series_index="4")
    said = matter.facts(two)
    assert said[0] == "Weekly 4"
    assert said[1] == date_range(date(2020, 10, 12), date(2020, 10, 18), "en")
    assert said[2:] == ["2 sources", "2 articles"]
    # A derived subtitle has it all; a date that was given is more than the days of the articles.
    derived = replace(two, subtitle="12–18 October 2020 · 2 sources · 2 articles")
    assert matter.facts(derived) == ["Weekly 4"]
    assert matter.facts(replace(derived, date=date(2020, 10, 20))) == [
        "Weekly 4",
        "20 October 2020",
    ]
    assert matter.facts(made(Article(language="en"))) == ["1 article"]


def test_sources_stand_by_the_alphabet_with_the_places_of_their_articles() -> None:
    articles = (
        dated(1, "Zeitung"),
        dated(2),
        dated(3, "Äther"),
        dated(4, "Zeitung"),
        dated(5, url="https://www.blog.example.org/5"),
    )
    found = matter.sources(made(*articles))
    assert found == [
        ("Äther", (2,)),
        ("blog.example.org", (4,)),
        ("Zeitung", (0, 3)),
        ("Unknown source", (1,)),
    ]


def test_numbers_in_a_row_are_one() -> None:
    assert matter.ranges((0,)) == "1"
    assert matter.ranges((0, 1, 2, 6, 8, 9)) == "1–3, 7, 9–10"
    assert matter.ranges(()) == ""


def test_outline_has_sections_within_sections_and_what_stands_outside() -> None:
    inner = Section(title="b", kind="day", value="b", start=1, stop=2)
    outer = Section(title="a", kind="source", value="a", start=1, stop=3, children=(inner,))
    whole = made(*map(dated, range(1, 5)), sections=(outer,))
    assert list(matter.outline(whole)) == [(0, 0), (0, outer), (1, inner), (2, 1), (1, 2), (0, 3)]
    assert matter.depth(whole.sections) == 2
    assert matter.depth(()) == 0


@pytest.mark.requirement("ALL-9")
def test_links_lead_to_other_articles_and_never_to_a_copy_of_their_own() -> None:
    one, other = dated(1, url="https://example.org/1"), dated(2, url="https://example.org/2")
    copy = replace(one, title="Kept beside it", url="http://www.example.org/1?utm_source=mail")
    elsewhere = matter.elsewhere(made(one, other, copy, dated(3)))
    assert elsewhere(1, "https://example.org/1#part") == 0
    assert elsewhere(2, other.url) == elsewhere(0, other.url) == 1
    assert elsewhere(0, one.url) is None
    assert elsewhere(2, one.url) is None  # it is at that address itself
    assert elsewhere(3, one.url) == 0
    assert elsewhere(0, "https://example.org/3") is None


def test_sections_have_names_of_their_own_whatever_they_are_called() -> None:
    days = [
        Section(title="d", kind="day", value="2020-10-12", start=place, stop=place + 1)
        for place in range(3)
    ]
    papers = [
        Section(title="p", kind="source", value=value, start=place, stop=place + 1, children=(day,))
        for place, (value, day) in enumerate(zip("aab", days, strict=True))
    ]
    whole = made(*map(dated, range(1, 4)), sections=tuple(papers))
    names = matter.section_anchors(whole)
    assert len(set(names.values())) == len(names) == 6
    assert [section for _, section in matter.openings(whole)[1]] == [papers[1], days[1]]
    later = replace(papers[2], start=0, stop=1, children=(replace(days[2], start=0, stop=1),))
    alone = matter.section_anchors(made(dated(3), sections=(later,)))
    assert list(alone.values()) == [names[id(papers[2])], names[id(days[2])]]


@pytest.mark.requirement("EP-7")
def test_anchors_come_from_addresses_and_not_from_places() -> None:
    one, other = dated(1, url="https://example.org/1"), dated(2, url="https://example.org/2")
    first = matter.anchors(made(one, other))
    assert matter.anchors(made(other, one)) == first[::-1]
    again = replace(one, url="http://www.example.org/1?utm_source=mail#part")
    assert matter.anchors(made(again)) == first[:1]
    assert len(set(matter.anchors(odd()))) == len(odd().members)


def test_what_is_left_out_has_its_reason_and_no_path_of_somebody() -> None:
    left = (
        LeftOut(source="/home/somebody/private/a.html", kind="failed", reason="is empty"),
        LeftOut(source="C:\\Users\\somebody\\b.html", kind="failed", reason="is empty"),
        LeftOut(source="https://example.org/%E4%B8%AD", kind="failed", reason="is gone"),
        LeftOut(
            title="D",
            url="https://e.org/d",
            kind="same text",
            reason="",
            kept="K",
            kept_url="https://e.org/k",
        ),
        LeftOut(
            title="K",
            url="https://copy.example/k",
            kind="same text",
            reason="",
            kept="K",
            kept_url="https://e.org/k",
        ),
        *(LeftOut(title="f", kind="filtered", reason="is older") for _ in range(300)),
    )
    whole = made(dated(1), left_out=left)
    assert matter.left_out(whole) == [
        ("a.html", "", "could not be read", "is empty", ""),
        ("b.html", "", "could not be read", "is empty", ""),
        ("https://example.org/中", "", "could not be read", "is gone", ""),
        ("D", "https://e.org/d", "the same as “K”", "", "https://e.org/k"),
        (
            "K · copy.example",
            "https://copy.example/k",
            "the same as “K”",
            "",
            "https://e.org/k",
        ),
    ]
    assert matter.not_chosen(whole) == "Not chosen: 300"
    assert matter.not_chosen(week()) == ""


def test_titles_are_on_one_line_and_never_missing() -> None:
    unseen = Article(title="\u200b\u2060 \u00ad", language="en")
    whole = made(
        Article(title=" a\n b ", language="en"), Article(language="zh-Hans"), Article(), unseen
    )
    assert [matter.title_of(each, "de") for each in whole.members] == [
        "a b",
        "无标题",
        label("untitled", "de"),
        "Untitled",
    ]
    assert matter.edition_title(replace(whole, title="\u200b\x07")) == "Untitled"


def test_a_section_without_a_title_has_words_for_one() -> None:
    empty = Section(title=" ", kind="tag", value="", start=0, stop=1)
    assert matter.section_title(empty, "en") == "Untitled"


@pytest.mark.requirement("ALL-3")
def test_the_newest_date_is_none_that_no_calendar_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    west, east = timezone(-timedelta(hours=12)), timezone(timedelta(hours=12))
    ends = [datetime(9999, 12, 31, 23, tzinfo=west), datetime(1, 1, 1, tzinfo=east)]
    assert matter.newest([*ends, None]) is None
    day = datetime(2020, 10, 12, tzinfo=east)
    assert matter.newest([*ends, day]) == day
    assert matter.newest([day]).utcoffset() == timedelta()  # type: ignore[union-attr]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert matter.newest([day]) == day
    assert matter.newest([]) == datetime(1970, 1, 2, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "9" * 40)
    assert matter.newest([]) is None
