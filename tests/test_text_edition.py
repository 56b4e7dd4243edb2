"""Bundles as plain text: what stands before, between and behind the articles."""

import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from converters.article import Article, Link, Note, Paragraph, Text
from converters.edition import Edition, LeftOut, Section, edition
from converters.errors import WriteError
from converters.linebreak import display_width
from converters.writers import Context
from converters.writers.text import Options, write
from tests import strategies
from tests.bundles import odd, week
from tests.lazily import Lazily

A, B = "https://example.cn/a", "https://example.cn/b"


def text(whole: Edition, **options: Any) -> str:
    target = BytesIO()
    write(whole, target, Options(**options), Context())
    return target.getvalue().decode(options.get("encoding", "utf-8"))


def para(*items: Any) -> Paragraph:
    return Paragraph(tuple(Text(each) if isinstance(each, str) else each for each in items))


def link(words: str, url: str) -> Link:
    return Link((Text(words),), url)


def pair(*body: Any, **fields: Any) -> Edition:
    """Return two articles, the first with the paragraphs ``body``."""
    one = Article(title="一", url=A, site="甲报", language="zh-Hans", body=body)
    two = Article(title="二", url=B, site="乙报", language="zh-Hans", body=(para("正文"),))
    made = edition([one, two], title="合集", language="zh-Hans")
    return replace(made, is_bundle=True, **fields)


@pytest.mark.requirement("TXT-8")
def test_bundle_has_a_head_contents_numbers_rules_and_sources() -> None:
    sections = (
        Section(title="周一", kind="day", value="1", start=0, stop=1),
        Section(title="周二", kind="day", value="2", start=1, stop=2),
    )
    left = (LeftOut(title="三", kind="same text", reason="", kept="二"),)
    whole = pair(para("正文"), subtitle="副题", authors=("编者",), sections=sections, left_out=left)
    rule = "=" * 30
    assert (
        text(whole, width=30)
        == f"""\
合集
====

副题
编者
2 来源 · 2 篇

目录
----

周一
  1. 一

周二
  2. 二


{rule}
周一
{rule}


1. 一
=====

甲报
https://example.cn/a

正文


{rule}
周二
{rule}


2. 二
=====

乙报
https://example.cn/b

正文


{rule}

来源
----

甲报：1
乙报：2


未收入
------

三：与《二》相同
"""
    )


@pytest.mark.requirement("TXT-8")
def test_sections_within_sections_and_articles_apart() -> None:
    found = text(week(), width=40)
    assert found.count("=" * 40 + "\n") >= 2 + 5
    banner = "=" * 40
    assert f"\n{banner}\nExample Review\n{banner}\n\n23 October 2023\n{'-' * 40}\n\n\n1. " in found
    assert "\n  24 October 2023\n    4. " in found
    assert re.search(r"\n\nExample Review: 1–7\nThe Other Paper: 8–9\n", found)
    assert found.endswith("hurry”\nbroken.html: could not be read\n".replace("hurry", "Hurry"))


@pytest.mark.requirement("ALL-9")
def test_links_to_other_articles_are_notes_with_their_number_and_title() -> None:
    body = (
        para("看", link("那篇", B), "和", link("那篇", "http://www.example.cn/b/?utm_source=x")),
        para(link("自己", A), link("外面", "https://other.example/"), link(B, B)),
        para("注", Note((para("说明", link("那", B)),))),
    )
    found = text(pair(*body))
    assert "\n[1] → 2. 二\n[2] → 2. 二\n[3] https://example.cn/a\n[4] https://other." in found
    assert f"[4]{B}\n" in found  # an address that stands in the text stays one
    found = text(pair(*body), links="inline")
    assert "看那篇 [→ 2]和那篇 [→ 2]" in found
    assert "自己 <https://example.cn/a>" in found
    assert "→" not in text(pair(*body), links="none")


def test_arrows_point_the_way_that_is_read() -> None:
    one = Article(
        title="واحد", url=A, language="ar", direction="rtl", body=(para("نص ", link("هنا", B)),)
    )
    two = Article(title="اثنان", url=B, language="ar", direction="rtl", body=(para("نص"),))
    whole = replace(edition([one, two], title="مجلة"), is_bundle=True)
    assert "[1] ← 2. اثنان" in text(whole)
    assert "\u200f" in text(whole)


def test_an_edition_that_is_no_bundle_stays_as_it_was() -> None:
    whole = replace(pair(para("看", link("那篇", B))), is_bundle=False)
    found = text(whole, width=20)
    assert found.startswith(
        "合集\n====\n\n目录\n----\n\n1. 一\n2. 二\n\n" + "=" * 20 + "\n\n一\n==\n"
    )
    assert f"[1] {B}\n" in found
    assert "来源" not in found


def test_a_bundle_of_one_is_a_bundle() -> None:
    only = Article(title="A", language="en", body=(para("x"),))
    found = text(replace(edition([only], title="All"), is_bundle=True))
    assert "1. A\n====\n" in found
    assert found.endswith("\nSources\n-------\n\nUnknown source: 1\n")


@pytest.mark.parametrize("width", [0, 20, 72])
def test_odd_titles_keep_to_the_width(width: int) -> None:
    found = text(odd(), width=width)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", found)
    for line in found.split("\n"):
        assert line == line.rstrip()
        assert not width or "://" in line or display_width(line) <= width, line
    assert "3. Untitled\n===========\n" in found


def test_encodings_line_ends_and_characters_that_are_missing() -> None:
    whole = pair(para("看", link("那篇", B)))
    assert text(whole, encoding="gb18030", bom=True) == "\ufeff" + text(whole)
    assert text(whole, newline="crlf") == text(whole).replace("\n", "\r\n")
    assert text(whole, encoding="gbk") == text(whole)
    bad = pair(para("正文"), para("한국"))
    line = text(bad).split("\n").index("한국") + 1
    with pytest.raises(WriteError, match=rf"gbk has no character '한' .* in line {line}:"):
        text(bad, encoding="gbk")


@pytest.mark.requirement("ALL-10")
def test_articles_are_read_once_and_let_go() -> None:
    lazy = Lazily(week().articles)
    assert text(replace(week(), articles=lazy)) == text(week())
    assert lazy.taken == list(range(len(lazy)))
    assert lazy.most_alive <= 2
    kept = list(lazy)
    assert lazy.most_alive == len(kept)  # so that it would have been seen


@given(st.lists(strategies.articles(1), min_size=1, max_size=3), st.sampled_from((0, 20, 72)))
def test_any_articles_make_clean_text(articles: list[Article], width: int) -> None:
    found = text(replace(edition(articles), is_bundle=True), width=width)
    assert found.endswith("\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]", found)
    assert not re.search("[ \n]\n$| \n", found)
