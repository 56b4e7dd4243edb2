"""Languages: tags, detection, direction, joining of lines, labels, dates."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.language_data import FUNCTION_WORDS, ISO_639_1, LABELS, LETTERS
from converters.languages import (
    CJK_CLASS,
    HAN_CLASS,
    UNSPACED_CLASS,
    detect,
    direction,
    fold_lines,
    format_date,
    is_cjk,
    is_cjk_char,
    is_han,
    join_names,
    joins_without_space,
    label,
    latin_language,
    normalise_tag,
    page_pieces,
)
from tests.sentences import PARAGRAPHS


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize("tag", PARAGRAPHS)
def test_language_of_a_paragraph(tag: str) -> None:
    assert detect(PARAGRAPHS[tag]) == tag


@pytest.mark.requirement("ALL-6")
def test_simplified_text_that_quotes_traditional() -> None:
    quoting = PARAGRAPHS["zh-Hans"] * 2 + "碑上刻着：「亦餘心之所善兮，雖九死其猶未悔」。"
    assert detect(quoting) == "zh-Hans"


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize("text", ["台里后着著于干面只云", "中文", "人口"])
def test_characters_of_both_scripts_tell_nothing(text: str) -> None:
    assert detect(text) is None
    assert detect(text, "zh-TW") == "zh-Hant"
    assert detect(text, "en") is None


@pytest.mark.requirement("ALL-6")
def test_chinese_full_of_latin_names() -> None:
    text = (
        "作者在 GitHub 上发布了 Beautiful Soup、EbookLib 与 WeasyPrint 的对比，结论是这样说的。" * 3
    )
    assert detect(text) == "zh-Hans"
    assert (
        detect(
            "The minister (王毅) met the secretary of state in the capital, and they said little "
            "of what had been said before, but it was the first time in years."
        )
        == "en"
    )


@pytest.mark.requirement("ALL-6")
def test_a_few_kana_do_not_make_chinese_japanese() -> None:
    assert detect("优の良品这家店的饼干，我们从小吃到大，现在还在卖。") == "zh-Hans"


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    "text", ["Bridge", "Ein Tag", "Привет", "2024-01-02", "https://example.org"]
)
def test_short_text_is_not_guessed(text: str) -> None:
    assert detect(text) is None


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    ("tag", "hint", "expected"),
    [
        ("pt", "pt-br", "pt-BR"),  # adds the region to what the text confirms
        ("de", "en-US", "de"),  # a template's language loses
        ("zh-Hant", "zh-CN", "zh-Hant"),
        ("zh-Hans", "zh", "zh-Hans"),
        ("zh-Hans", "zh-HK", "zh-Hans"),
        ("zh-Hant", "yue", "yue"),  # the script cannot tell
        ("ru", "ja", "ru"),
        ("en", "junk tag", "en"),
    ],
)
def test_hint(tag: str, hint: str, expected: str) -> None:
    assert detect(PARAGRAPHS[tag], hint) == expected


@pytest.mark.requirement("ALL-6")
def test_hint_decides_where_the_text_cannot() -> None:
    assert detect("Bridge", "de") == "de"
    assert detect("Bridge", "zh-CN") is None
    assert detect("", "fr") == "fr"
    assert detect("Привет", "ru") == "ru"
    assert detect("Привет", "he") is None


@given(st.text(max_size=300), st.none() | st.text(max_size=12))
def test_detection_is_total_and_repeatable(text: str, hint: str | None) -> None:
    found = detect(text, hint)
    assert found == detect(text, hint)
    assert found is None or normalise_tag(found) == found


@pytest.mark.requirement("ALL-6", "SEC-7")
def test_detection_of_a_long_text_costs_no_more() -> None:
    assert detect(PARAGRAPHS["fr"] * 20_000) == "fr"


@pytest.mark.requirement("ALL-6")
def test_chinese_of_the_corpus(corpus: Path) -> None:
    """Every article of dated/ is simplified; posts/ has both, told apart without a doubt."""
    markup = re.compile(r"<[^>]*>|https?://\S+|&#?\w+;")
    found: dict[str, list[str | None]] = {"dated": [], "posts": []}
    for folder, tags in found.items():
        for path in sorted((corpus / folder).glob("*.md")):
            body = path.read_text("utf-8").split("\n---\n", 1)[-1]
            tags.append(detect(markup.sub("", body)))
    assert set(found["dated"]) == {"zh-Hans"}
    assert found["posts"].count("zh-Hant") >= 30
    assert found["posts"].count("zh-Hans") >= 80
    assert found["posts"].count(None) <= 1  # one is nothing but character references
    assert set(found["posts"]) <= {"zh-Hans", "zh-Hant", "en", None}


def test_tables_of_words_are_consistent() -> None:
    assert set(LETTERS) <= set(FUNCTION_WORDS)
    for tag, words in FUNCTION_WORDS.items():
        assert len(set(words.split())) == len(words.split()) >= 50, tag
        assert words == words.lower()
        outside = set(words) - set("abcdefghijklmnopqrstuvwxyz ") - set(LETTERS.get(tag, ""))
        assert not outside, (tag, outside)


def test_latin_language_of_a_neighbour() -> None:
    both = "det er en på som til at han har de den der ikke et om var"
    assert latin_language(both, "nb") in {"nb", "da", None}
    assert latin_language(f"{both} blev efter mellem nogle hvad meget kun af mig", "nb") == "da"


# --- Tags ----------------------------------------------------------------------------------


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("ZH-HANT-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant-HK"),
        ("zh-cmn-Hans-CN", "zh-Hans"),
        ("zh-cht", "zh-Hant"),
        ("chi", "zh"),
        ("cn", "zh-Hans"),
        ("zh", "zh"),
        ("EN-us", "en-US"),
        ("de-DE@euro", "de-DE"),
        ("pt-br", "pt-BR"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("sh", "sr-Latn"),
        ("sh-Cyrl", "sr-Cyrl"),
        ("es-419", "es-419"),
        ("de-1996", "de-1996"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("ja-JP-u-ca-japanese", "ja-JP-u-ca-japanese"),
        ("eng", "en"),
        ("ger", "de"),
        ("iw", "he"),
        ("yue", "yue"),
        ("zh-yue-HK", "yue-HK"),
        (" fr ", "fr"),
        ("jp", "ja"),
    ],
)
def test_tag_is_made_canonical(tag: str, expected: str) -> None:
    assert normalise_tag(tag) == expected


@pytest.mark.requirement("ALL-6")
@pytest.mark.parametrize(
    "tag",
    [
        *(
            None,
            "",
            "english",
            "x-default",
            "und",
            "mul",
            "xx",
            "C",
            "POSIX",
            "zh CN",
            "en--US",
            "-",
        ),
        *("<b>", "de-", "12", "中文", "en-US-US", "q" * 100, "qaa", "zh-abc"),
    ],
)
def test_junk_is_no_tag(tag: str | None) -> None:
    assert normalise_tag(tag) is None


@given(st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", fullmatch=True))
def test_normalising_twice_changes_nothing(tag: str) -> None:
    once = normalise_tag(tag)
    assert once is None or normalise_tag(once) == once


def test_languages_of_two_letters() -> None:
    for code in ISO_639_1.split():
        assert re.fullmatch("[a-z]{2}", code)
        assert normalise_tag(code) is not None


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar", "rtl"),
        ("fa-IR", "rtl"),
        ("he", "rtl"),
        ("ur", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("zh-Hans", "ltr"),
        ("en", "ltr"),
        ("", "ltr"),
        (None, "ltr"),
    ],
)
def test_direction(tag: str | None, expected: str) -> None:
    assert direction(tag) == expected


def test_is_cjk() -> None:
    assert all(map(is_cjk, ["zh-Hans", "zh-Hant-HK", "ja", "ko-KR", "yue"]))
    assert not any(map(is_cjk, ["en", "vi", "", None]))


# --- Characters ----------------------------------------------------------------------------


@pytest.mark.parametrize("character", "中々〇㐀𠀀豈鿿")
def test_han(character: str) -> None:
    assert is_han(character)
    assert is_cjk_char(character)


@pytest.mark.parametrize("character", "かカｶー한ㄱㄅ")
def test_letters_that_are_not_han(character: str) -> None:
    assert not is_han(character)
    assert is_cjk_char(character)


@pytest.mark.parametrize("character", ["a", "。", "，", "Ａ", " ", "é", "👍", "Я"])
def test_not_cjk_letters(character: str) -> None:
    assert not is_cjk_char(character)


@pytest.mark.requirement("MD-2")
@pytest.mark.parametrize(
    ("left", "right", "joins"),
    [
        ("中", "文", True),
        ("，", "但", True),
        ("。", "“", True),
        ("”", "他", True),
        ("—", "他", True),
        ("…", "他", True),
        ("か", "な", True),
        ("ア", "漢", True),
        ("１", "年", True),
        ("）", "（", True),
        ("𠀀", "𠀁", True),
        ("\u200b", "a", True),
        ("中", "a", False),
        ("a", "中", False),
        ("中", "1", False),
        ("한", "국", False),
        ("한", "漢", False),
        ("a", "b", False),
        ("”", "“", False),
        ("中", "👍", False),
        ("", "中", False),
        ("中", "", False),
    ],
)
def test_line_break_between_two_characters(left: str, right: str, joins: bool) -> None:
    assert joins_without_space(left, right) is joins


@pytest.mark.requirement("MD-2")
def test_fold_lines() -> None:
    assert fold_lines("今天\n  下雨，\r\n“明天”\n晴。") == "今天下雨，“明天”晴。"
    assert fold_lines("a\n b\t c") == "a b c"
    assert fold_lines("今天 下雨") == "今天 下雨"
    assert fold_lines("오늘\n비") == "오늘 비"
    assert fold_lines("\n中\n") == " 中 "


@pytest.mark.requirement("MD-2", "ALL-5")
@given(st.text(alphabet=st.sampled_from("中文a한，“”\n \t"), max_size=40))
def test_fold_lines_changes_only_white_space(text: str) -> None:
    folded = fold_lines(text)
    assert re.sub(r"\s", "", folded) == re.sub(r"\s", "", text)
    assert "\n" not in folded
    assert "  " not in folded
    assert fold_lines(folded) == folded


def test_classes_stand_inside_brackets() -> None:
    assert re.fullmatch(f"[{HAN_CLASS}]+", "漢字々")
    assert re.fullmatch(f"[a-z{CJK_CLASS}]+", "漢a한か")
    assert not re.search(f"[{UNSPACED_CLASS}]", "한글 and “quotes” — 1 €")
    assert re.fullmatch(f"[^{UNSPACED_CLASS}]+", "plain")


@given(st.characters())
def test_classes_agree_with_helpers(character: str) -> None:
    assert is_han(character) == bool(re.fullmatch(f"[{HAN_CLASS}]", character))
    assert not is_han(character) or is_cjk_char(character)


# --- Words for people ----------------------------------------------------------------------


def test_every_language_has_every_label() -> None:
    assert set(LABELS) == {
        *(
            "en",
            "zh-Hans",
            "zh-Hant",
            "ja",
            "ko",
            "de",
            "fr",
            "es",
            "pt",
            "it",
            "ru",
            "ar",
            "fa",
            "he",
            "ur",
        ),
    }
    for tag, labels in LABELS.items():
        assert labels.keys() == LABELS["en"].keys(), tag
        for key, text in labels.items():
            fields = sorted(re.findall(r"\{\w+\}", LABELS["en"][key]))
            assert sorted(re.findall(r"\{\w+\}", text)) == fields, (tag, key)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-Hans", "目录"),
        ("zh-Hant", "目錄"),
        ("zh-TW", "目錄"),
        ("zh", "目录"),
        ("yue", "目錄"),
        ("de-AT", "Inhalt"),
        ("sv", "Contents"),
        ("", "Contents"),
        (None, "Contents"),
        ("junk!", "Contents"),
    ],
)
def test_label(tag: str | None, expected: str) -> None:
    assert label("contents", tag) == expected


def test_an_unknown_label_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        label("no such label", "en")


def test_page_pieces() -> None:
    assert page_pieces("en") == ("Page ", " of ", "")
    assert page_pieces("zh-Hans") == ("第", "页，共", "页")
    assert page_pieces("ko") == ("", " / ", "쪽")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-Hans", "2023年10月8日"),
        ("zh-Hant-HK", "2023年10月8日"),
        ("ja", "2023年10月8日"),
        ("ko", "2023년 10월 8일"),
        ("en", "8 October 2023"),
        ("en-US", "October 8, 2023"),
        ("de", "8. Oktober 2023"),
        ("ru", "8 октября 2023\u202fг."),
        ("tlh", "8 October 2023"),  # CLDR has no Klingon
        ("", "8 October 2023"),
    ],
)
def test_long_date(tag: str, expected: str) -> None:
    assert format_date(date(2023, 10, 8), tag) == expected


@pytest.mark.parametrize(
    "tag", ["zh-Hans", "zh-Hant", "ja", "ko", "en-GB", "en-US", "en-AU", "en-CA"]
)
def test_dates_by_rule_are_those_of_cldr(tag: str) -> None:
    from babel import Locale
    from babel.dates import format_date as babel_format_date

    for month in range(1, 13):
        day = date(2021, month, 2 * month)
        expected = babel_format_date(day, "long", locale=Locale.parse(tag, sep="-"))
        assert format_date(day, tag) == expected


@pytest.mark.requirement("IN-4")
def test_a_moment_has_the_date_of_its_own_zone() -> None:
    moment = datetime(2023, 10, 28, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    assert format_date(moment, "zh-Hans") == "2023年10月28日"
    assert format_date(moment, "fr") == "28 octobre 2023"
    assert format_date(moment.astimezone(UTC), "fr") == "27 octobre 2023"


def test_join_names() -> None:
    assert join_names(["王毅", "布林肯"], "zh-Hans") == "王毅、布林肯"
    assert join_names(["A", "B"], "en") == "A, B"
    assert join_names(["ا", "ب"], "ar") == "ا، ب"
    assert join_names(["只有一人"], "zh-Hant") == "只有一人"


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys; import converters.languages;"
        "heavy = {'bs4', 'lxml', 'babel', 'webencodings', 'msgspec'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_a_text_that_quotes_another_script_has_the_language_that_is_declared() -> None:
    english = "Kawaii, tsundere, otaku: loanwords, hashtags @tokyo #metro, names Sato Suzuki. "
    text = english * 4 + "電車で痴漢を見たらどうすればいいか、みんなで考えましょう。"
    assert detect(text, "en-US") == "en-US"
    assert detect("Login Register Home VIP " * 8 + "我们应该说说这个问题。" * 4, "en") == "zh-Hans"
