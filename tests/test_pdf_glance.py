"""Two lines about an article: whose words they are, and where they end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.article import Article, Emphasis, Figure, Image, Paragraph, Text, clean, plain_text
from converters.edition import Member, member
from converters.writers import _pdf_glance
from converters.writers._pdf_glance import standfirsts
from converters.writers._pdf_typography import em_width
from tests.strategies import articles

ZH = (
    "港口的老钟表匠每天清晨上山校准塔楼里的大钟。“真好！”他说。我们都去看了，后来下雨了，"
    "大家都躲到图书馆的屋檐下面去，谁也没有带伞。"
)
EN = "Mr. Smith went to the harbour. He met the U.S. President, e.g. in May. And then it rained."
AR = "أعلنت السلطات المحلية اليوم عن إغلاق الميناء. وقال المتحدث إن الأعمال ستستمر حتى نهاية الشهر."


def told(words: str, ems: float, language: str = "en") -> str:
    """What stands under an article with this summary."""
    return standfirsts([Member(title="Tides", summary=words, language=language)], ems)[0]


def article(*paragraphs: str, title: str = "A title", summary: str = "") -> Article:
    body = tuple(Paragraph((Text(words),)) for words in paragraphs)
    return Article(title=title, summary=summary, language="en", body=body)


# --- Where it ends ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "ems", "language", "expected"),
    [
        (EN, 200, "en", EN),
        (EN, 20, "en", "Mr. Smith went to the harbour."),
        (EN, 30, "en", "Mr. Smith went to the harbour."),
        (EN, 32, "en", "Mr. Smith went to the harbour. He met the U.S. President…"),
        (EN, 45, "en", "Mr. Smith went to the harbour. He met the U.S. President, e.g. in May."),
        (EN, 8, "en", "Mr. Smith…"),
        (ZH, 44, "zh-Hans", "港口的老钟表匠每天清晨上山校准塔楼里的大钟。“真好！”他说。"),
        (ZH, 13, "zh-Hans", "港口的老钟表匠每天清晨……"),
        (AR, 30, "ar", "أعلنت السلطات المحلية اليوم عن إغلاق الميناء."),
        ("The tide was late […]", 60, "en", "The tide was late…"),
        ("One. The tide was late...", 60, "en", "One. The tide was late…"),
        ("雨停了\u3000\u3000大家都走出来", 5, "zh-Hans", "雨停了……"),
        ("Line\n  breaks\tare spaces.", 60, "en", "Line breaks are spaces."),
        ("", 60, "en", ""),
    ],
)
def test_ends_with_a_sentence_or_at_least_a_word(
    words: str, ems: float, language: str, expected: str
) -> None:
    assert told(words, ems, language) == expected


@pytest.mark.parametrize("unit", [".", "…", "(", "a. ", "\u3000", "“"])
def test_words_without_end_are_looked_at_no_further(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []

    def counted(words: str) -> float:
        measured.append(len(words))
        return em_width(words)

    monkeypatch.setattr(_pdf_glance, "em_width", counted)
    found, looked_at = [], []
    for count in (2_000, 100_000):
        found.append(told("A " + unit * count + "x", 60))
        looked_at.append(sum(measured))
        measured.clear()
    assert em_width(found[0]) <= 61
    assert found[0] == found[1]
    assert looked_at[0] == looked_at[1] > 0


def test_a_word_longer_than_the_lines_is_cut() -> None:
    found = told("ħ" * 500, 20)
    assert found.endswith("ħ…")
    assert 15 < em_width(found) <= 21


@given(st.text(max_size=300), st.floats(4, 80), st.sampled_from(["en", "zh-Hans", "ar", "th", ""]))
def test_is_the_beginning_of_its_words(words: str, ems: float, language: str) -> None:
    found = told(words, ems, language)
    assert em_width(found) <= ems + 1
    assert "\n" not in found
    rest = "".join(found.rstrip("…").split())
    assert rest in "".join(clean(words).split())


# --- Whose words they are --------------------------------------------------------------------


def test_a_summary_goes_before_the_first_sentences() -> None:
    known = member(article("The text begins with this sentence.", summary="A summary."))
    assert standfirsts([known], 60) == ["A summary."]
    known = member(article("The text begins with this sentence."))
    assert standfirsts([known], 60) == ["The text begins with this sentence."]


def test_what_only_repeats_the_title_says_nothing() -> None:
    said = article("But this sentence says something.", summary="A title | Paper")
    assert standfirsts([member(said)], 60) == ["But this sentence says something."]
    assert standfirsts([member(article("A title.", title="A title"))], 60) == [""]


def test_a_summary_of_several_articles_is_their_sites() -> None:
    first = member(article("What the first is about, in a line.", summary="News and views."))
    second = member(article("What the second is about, in a line.", summary="News and  Views"))
    third = member(article("Words that nobody will see in a list.", summary="My own."))
    found = standfirsts([first, second, third], 60)
    assert found == [
        "What the first is about, in a line.",
        "What the second is about, in a line.",
        "My own.",
    ]


def test_nothing_is_made_up() -> None:
    pictures = Article(title="Pictures", body=(Figure((Image("a.jpg", "A boat"),)),))
    assert standfirsts([member(pictures), member(Article(title="Nothing"))], 60) == ["", ""]


# --- What an index keeps ---------------------------------------------------------------------


def test_index_keeps_the_first_sentences() -> None:
    known = member(
        article(
            "By Ada Lovelace", "23 October", "It began on a Monday in the old harbour.", "Then?"
        )
    )
    assert known.opening == "It began on a Monday in the old harbour."
    assert member(article("By Ada Lovelace", "Photo: Ada")).opening == "By Ada Lovelace"
    short = member(article("第一句说的是港口的钟楼。", "第二句说的是那里的钟表匠。"))
    assert short.opening == "第一句说的是港口的钟楼。第二句说的是那里的钟表匠。"


def test_index_keeps_a_bounded_beginning_without_markup() -> None:
    long = Paragraph((Text("Words "), Emphasis((Text("and more "),)), Text("words " * 500)))
    found = member(Article(title="A", body=(long,), published=datetime(2023, 1, 1, tzinfo=UTC)))
    assert found.opening.startswith("Words and more words words")
    assert len(found.opening) <= 400
    assert member(Article(title="A", body=(long,)), measured=False).opening == ""


@given(articles())
def test_index_keeps_words_of_the_text(each: Article) -> None:
    assert "".join(member(each).opening.split()) in "".join(plain_text(each.body).split())
