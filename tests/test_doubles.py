"""Doubles: what is one page, what is one text, and which of them stays."""

import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.addresses import canonical, canonical_host
from converters.article import Article, Block, Figure, Image, Paragraph, Text
from converters.edition import LeftOut, Member, member
from converters.edition.doubles import without_doubles
from converters.edition.fingerprints import fingerprint
from tests.strategies import articles as any_articles

# Syllables of which texts are made that read like nothing, but have words of usual lengths.
_SYLLABLES = "ka ro ti men sal vo pre dun li qua bor net shi mar el oth gra fen us ".split(" ")
_HAN = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡劍號巨闕珠稱夜光"


def words(seed: int, count: int) -> str:
    """Return a text of ``count`` words, always the same for a seed."""
    made = random.Random(seed)
    one = ["".join(made.choices(_SYLLABLES, k=made.randint(1, 4))) or "a" for _ in range(count)]
    return " ".join(one)


def han(seed: int, count: int) -> str:
    made = random.Random(seed)
    return "".join(made.choice(_HAN) + ("，" if made.random() < 0.08 else "") for _ in range(count))


def article(text: str, title: str = "", url: str = "", **fields: Any) -> Article:
    body: tuple[Block, ...] = tuple(Paragraph((Text(each),)) for each in text.split("\n") if each)
    pictures = fields.pop("pictures", ())
    body += tuple(Figure((Image(each),)) for each in pictures)
    return Article(title=title, url=url, body=body, **fields)


def kept(*articles: Article) -> tuple[list[int], tuple[LeftOut, ...]]:
    return without_doubles(members(articles), articles)


def members(articles: Sequence[Article]) -> list[Member]:
    return [
        member(each, given=place, fingerprint=fingerprint(each))
        for place, each in enumerate(articles)
    ]


# --- Addresses -----------------------------------------------------------------------------


@pytest.mark.requirement("ALL-9")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/2020/tides.html",
        "https://www.example.org/2020/tides.html#top",
        "https://WWW.EXAMPLE.ORG:443/2020/tides.html",
        "http://example.org.:80/2020/./news/../tides.html/",
        "https://m.example.org/2020/tides.html?utm_source=x&fbclid=1",
        "https://amp.example.org/2020/tides.html?amp=1",
        "https://example.org/2020/tides.amp.html",
        "https://example.org/amp/2020/tides.html",
        "https://example.org/2020/tides.html/amp/",
        "https://www.google.com/amp/s/example.org/2020/tides.html",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2020/tides.html",
        "https://example.org/%32020/t%69des.html?",
    ],
)
def test_one_page_has_one_canonical_address(url: str) -> None:
    assert canonical(url) == "example.org/2020/tides.html"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.org/a/", "https://e.org/a/index.html"),
        ("https://e.org", "https://www.e.org/index.php"),
        ("https://e.org/中文?q=é", "https://e.org/%e4%b8%ad%E6%96%87?q=%c3%a9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://en.m.example.org/x", "https://en.example.org/x"),
        ("https://e.org/x?PHPSESSID=0a1b&id=3", "https://e.org/x?id=3"),
    ],
)
def test_other_forms_of_one_address(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.org/?p=1", "https://e.org/?p=2"),
        ("https://e.org/?p=1", "https://e.org/"),
        ("https://e.org/x?a=1&b=2", "https://e.org/x?b=2&a=1"),
        ("https://e.org/#!/a", "https://e.org/#!/b"),
        ("https://e.org/#/a", "https://e.org/"),
        ("https://e.org/A", "https://e.org/a"),
        ("https://e.org/a%2Fb", "https://e.org/a/b"),
        ("https://e.org:8080/", "https://e.org/"),
        ("https://blog.e.org/x", "https://e.org/x"),
        ("https://m.me/x", "https://me/x"),
        ("https://e.org/wiki/Amp", "https://e.org/wiki"),
        ("https://e.org/amp", "https://e.org/"),
        ("https://e.org/x?id=index.html", "https://e.org/x?id="),
    ],
)
def test_other_pages_have_other_addresses(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(st.text(alphabet=st.sampled_from("ahtp:/?#&=%.é中[]@!0A\\ ;\ud800\n"), max_size=40))
def test_every_address_has_a_canonical_form(rest: str) -> None:
    for url in (rest, f"https://{rest}", f"http://e.org/{rest}"):
        assert isinstance(canonical(url), str)
        assert isinstance(canonical_host(url), str)
    path = canonical(f"https://e.org/{rest}")
    # What is canonical already stays as it is.
    if path.startswith("e.org"):
        assert canonical(f"https://{path}") == path


def test_the_page_stays_for_a_feeds_summary() -> None:
    page = article(words(1, 300), "Tides rise", "https://example.org/tides", site="Example")
    summary = article(
        "A summary.", "Tides rise - Example", "http://www.example.org/tides?utm_medium=rss"
    )
    assert kept(summary, page)[0] == [1]
    places, (left,) = kept(page, summary)
    assert places == [0]
    assert (left.kind, left.kept, left.kept_url) == ("same address", "Tides rise", page.url)
    assert left.reason == "has the same address as “Tides rise”"


def test_two_articles_with_the_address_of_the_front_page_stay() -> None:
    one = article(words(1, 200), "Tides rise", "https://example.org/")
    other = article(words(2, 200), "Moon sets", "https://example.org/")
    assert kept(one, other)[0] == [0, 1]
    for title in ("Example", ""):
        same = [article(words(each, 200), title, "https://www.example.org/") for each in (1, 2)]
        assert kept(*same)[0] == [0, 1]
    # The same article twice there is still one, whatever it is called.
    again = article(words(1, 205), "Untitled 7", "https://example.org/")
    assert kept(one, other, again)[0] == [1, 2]


# --- Texts ---------------------------------------------------------------------------------


@pytest.mark.requirement("ALL-9")
@pytest.mark.parametrize("make", [words, han])
def test_a_copy_in_another_paper_is_found(make: Any) -> None:
    text = make(1, 400)
    half = len(text) // 2
    edited = text[: half - 4] + make(7, 2) + text[half:]
    copies = {
        "headline": article(text, "Something else", "https://a.example/1"),
        "header and footer": article(
            f"{make(2, 8)}\n{text}\n{make(3, 15)}", "Moon", "https://b.example/2"
        ),
        "edited": article(edited, "Edited", "https://c.example/3"),
        "cut": article(text[: int(len(text) * 0.8)], "Cut", "https://d.example/4"),
        "capitals and width": article(
            text.upper().replace("，", ","), "Wide", "https://e.example/5"
        ),
    }
    original = article(text, "Tides", "https://original.example/0")
    for what, copy in copies.items():
        places, left = kept(original, copy)
        assert len(places) == 1, what
        assert left[0].kind == "same text", what


def test_an_excerpt_under_the_same_title_is_found() -> None:
    text = words(5, 500)
    whole = article(text, "Tides of the north", "https://example.org/tides")
    start = article(text[:500], "Tides of the North", "https://feeds.example.net/item/9")
    assert kept(start, whole)[0] == [1]
    assert kept(start, article(text, "Something else", "https://example.org/x"))[0] == [0, 1]


_REPORT = (
    "天氣報告：今日最高氣溫 {0} 度，最低氣溫 {1} 度，相對濕度百分之 {2} 至 {3}，吹東北風 {4} 級，"
    "離岸及高地風力 {5} 級。紫外線指數 {6}，強度屬中等。潮汐漲退時間為 {7} 時 {8} 分。"
)


def test_reports_of_two_days_stay() -> None:
    def report(seed: int, day: int, site: str) -> Article:
        made = random.Random(seed)
        text = _REPORT.format(*(made.randint(10, 59) for _ in range(9))) * 2
        return article(text, "天氣報告", f"https://{site}.example/{day}")

    assert kept(report(1, 12, "a"), report(2, 13, "a"))[0] == [0, 1]
    assert kept(report(1, 12, "a"), report(2, 13, "b"))[0] == [0, 1]
    assert len(kept(report(1, 12, "a"), report(1, 12, "b"))[0]) == 1


@pytest.mark.parametrize("make", [words, han])
def test_issues_of_a_series_stay(make: Any) -> None:
    same = make(1, 300)  # what is said each time: two thirds

    def issue(seed: int, title: str) -> Article:
        return article(f"{make(seed, 150)}\n{same}", title, f"https://example.org/{seed}")

    assert kept(issue(2, "Letter 1"), issue(3, "Letter 2"))[0] == [0, 1]
    assert kept(issue(2, "Letter"), issue(3, "Letter"))[0] == [0, 1]


def test_an_article_within_a_digest_stays() -> None:
    one, other = words(1, 300), words(2, 300)
    digest = article(f"{other}\n{one}", "All of it", "https://a.example/")
    assert kept(article(one, "Tides", "https://b.example/1"), digest)[0] == [0, 1]


def test_short_articles_are_one_only_where_all_is_the_same() -> None:
    def picture(number: int, name: str, title: str = "Picture of the day") -> Article:
        return article("", title, f"https://example.org/{number}", pictures=(name,))

    moon, sea = "https://example.org/moon.jpg", "https://example.org/sea.jpg"
    assert kept(picture(1, moon), picture(2, sea))[0] == [0, 1]
    assert kept(picture(1, moon, "Moon"), picture(2, moon, "Sea"))[0] == [0, 1]
    assert kept(picture(1, moon), picture(2, f"{moon}?utm_source=x"))[0] == [0]
    assert kept(picture(1, moon, ""), picture(2, moon, ""))[0] == [0, 1]  # untitled says nothing
    assert kept(
        article("", "Empty", "https://a.example"), article("", "Empty", "https://b.example")
    )[0] == [0, 1]
    day = [datetime(2020, 10, each, tzinfo=UTC) for each in (12, 13)]
    notes = [
        article("Nothing new.", "Today", f"https://example.org/{each.day}", published=each)
        for each in day
    ]
    assert kept(*notes)[0] == [0, 1]


# --- Which stays ---------------------------------------------------------------------------


def test_the_richer_stays() -> None:
    text = words(1, 300)
    plain = article(text, "Tides", "https://a.example/1")
    shown = article(text, "Tides", "https://b.example/1", pictures=("https://b.example/p.jpg",))
    signed = article(text, "Tides", "https://c.example/1", authors=("A",), site="C")
    longer = article(f"{text} {words(9, 12)}", "Tides", "https://d.example/1")
    places, (left,) = kept(plain, signed)
    assert places == [1]
    assert left.reason == "has the same text as “Tides” of c.example"
    assert kept(signed, shown)[0] == [1]
    assert kept(longer, plain, shown, signed)[0] == [2]


@pytest.mark.requirement("ALL-9")
def test_what_is_left_out_is_a_double_of_what_stays() -> None:
    text = words(1, 600)
    third = len(text) // 3
    begin, middle, end = text[: 2 * third], text[third // 2 : -third // 2], text[third:]
    chain = [
        article(each, f"Part {name}", f"https://{name}.example/")
        for name, each in (("a", begin), ("b", middle), ("c", end))
    ]
    places, left = kept(*chain)
    titles = {chain[place].title for place in places}
    assert {each.kept for each in left} <= titles
    assert len(places) + len(left) == 3


def test_comparing_long_texts_does_not_keep_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from converters.edition import comparison

    monkeypatch.setattr(comparison, "_HELD", 10_000)
    text = han(1, 3000)
    copies = [article(f"{text}{han(n, 9)}", url=f"https://s{n}.example/") for n in range(8)]
    compare = comparison.Comparison(members(copies), copies, [None] * len(copies))
    for other in range(1, len(copies)):
        assert compare.is_one_text(other, 0)
        held = [len(each.shingles) for each in compare._last.values()]
        assert 2 <= len(held) <= 3
        assert sum(held) <= 10_000


def test_many_copies_of_one_article_become_one() -> None:
    text = words(1, 120)
    copies = [
        article(f"{text} {words(100 + each, 2)}", f"Title {each}", f"https://s{each}.example/")
        for each in range(60)
    ]
    places, left = kept(*copies)
    assert (len(places), len(left)) == (1, 59)


@settings(max_examples=30)
@given(st.permutations(range(8)))
def test_the_order_does_not_matter(order: list[int]) -> None:
    text, other = words(1, 200), words(2, 200)
    given_ = [
        article(text, "Tides", "https://a.example/1"),
        article(text, "Tides", "https://a.example/1"),
        article(text, "Tides", "https://b.example/1"),
        article(f"{words(3, 5)} {text}", "Sea", "https://c.example/1"),
        article(other, "Moon", "https://a.example/2"),
        article(other[:-40], "Moon", "https://m.a.example/2"),
        article("", "Moon", "https://d.example/"),
        article("", "", ""),
    ]
    shuffled = [given_[place] for place in order]
    places, left = kept(*shuffled)
    stay = sorted(
        (shuffled[place].title, shuffled[place].url, shuffled[place].body) for place in places
    )
    usual, usual_left = kept(*given_)
    assert stay == sorted(
        (given_[place].title, given_[place].url, given_[place].body) for place in usual
    )
    assert sorted(map(repr, left)) == sorted(map(repr, usual_left))
    assert places == sorted(places)


@settings(max_examples=15, deadline=None)
@given(st.lists(any_articles(), max_size=4))
def test_nothing_is_lost(several: list[Article]) -> None:
    places, left = kept(*several)
    assert len(places) + len(left) == len(several)
    assert len(set(places)) == len(places)


def test_members_without_a_fingerprint_are_compared_by_address_alone() -> None:
    text = words(1, 200)
    same = [article(text, "Tides", f"https://{name}.example/") for name in ("a", "b", "a")]
    known = [member(each, given=place) for place, each in enumerate(same)]
    places, left = without_doubles(known, same)
    assert (places, len(left)) == ([0, 1], 1)


@pytest.mark.requirement("ALL-3")
def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from tests.test_doubles import article, words, han, fingerprint\n"
        "print((fingerprint(article(words(1, 99))) + fingerprint(article(han(1, 99)))).hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()
    assert told == (fingerprint(article(words(1, 99))) + fingerprint(article(han(1, 99)))).hex()


@pytest.mark.requirement("ALL-10")
def test_work_does_not_grow_with_the_square_of_the_articles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where all have most of their text in common: comparisons are counted."""
    from converters.edition import doubles, fingerprints
    from converters.edition.comparison import Comparison

    signatures = texts = pages = 0
    real = fingerprints.similarity

    def likeness(one: Any, other: Any) -> float:
        nonlocal signatures
        signatures += 1
        return real(one, other)

    def is_one_text(self: Any, one: int, other: int) -> bool:
        nonlocal texts
        texts += 1
        return False

    def is_one_page(self: Any, one: int, other: int) -> bool:
        nonlocal pages
        pages += 1
        return False

    monkeypatch.setattr(doubles, "similarity", likeness)
    monkeypatch.setattr(doubles, "_NEIGHBOURS", 1)
    monkeypatch.setattr(Comparison, "is_one_text", is_one_text)
    monkeypatch.setattr(Comparison, "is_one_page", is_one_page)
    same = words(1, 60)
    for count in (150, 300):
        signatures = texts = pages = 0
        several = [
            article(f"{words(10 + each, 12)} {same}", f"Title {each % 9}", "https://example.org/")
            for each in range(count)
        ]
        assert len(kept(*several)[0]) == count
        # Two in each of the bands at most, where all pairs would be half the square.
        assert count < signatures <= 2 * 42 * count
        assert texts <= 3 * count
        assert 0 < pages <= 9 * count
