"""The archive reader: the seed, word by word, and every way in which a prologue may differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import converters
from converters.article import Article, Figure, Heading, Image, Link, Paragraph, plain_text, query
from converters.errors import ConversionError, UnreadableSource
from converters.readers.archive import read_prologue
from converters.readers.dates import find, home_zones, parse, within

BODY = "<p>这是第一段正文，说的是今天发生的事情。</p><p>这是第二段正文，说的是明天。</p>"


def article(text: str | bytes, **options: str) -> Article:
    data = text.encode() if isinstance(text, str) else text
    return converters.read(data, **options)  # type: ignore[arg-type]


def dropped(found: Article) -> str:
    return "\n".join(drop.text for drop in found.provenance.dropped)


# --- the seed ---


@pytest.fixture(scope="module")
def read_seed() -> Article:
    return converters.read(
        Path(__file__).resolve().parent.parent / "seeds" / "000_a0328afe75eedb1c.txt"
    )


@pytest.mark.requirement("IN-1", "IN-2", "IN-3", "IN-4")
def test_the_seeds_metadata(read_seed: Article) -> None:
    assert read_seed.title == "王毅华盛顿会晤拜登与布林肯，美中加紧为下月可能举行的拜习峰会做准备"
    assert read_seed.url == (
        "https://www.voachinese.com/a/"
        "u-s-china-gear-up-preparation-for-biden-xi-meeting-next-month-20231027/7330723.html"
    )
    assert read_seed.site == "voachinese.com"
    assert read_seed.published == datetime(2023, 10, 28, 2, 4, 53, tzinfo=UTC)
    assert read_seed.archived == datetime(2023, 10, 28, 2, 39, 3, tzinfo=UTC)
    assert (read_seed.language, read_seed.direction) == ("zh-Hans", "ltr")
    assert (read_seed.authors, read_seed.tags, read_seed.summary) == ((), (), "")


@pytest.mark.requirement("IN-6", "IN-7", "IN-11")
def test_the_seeds_picture(read_seed: Article) -> None:
    (figure,) = query(read_seed.body, Figure)
    (image,) = figure.images
    assert image.url == (
        "https://gdb.voanews.com/8027b9cb-dc98-4438-9293-6f4cf9992bbc_cx0_cy9_cw0_r1_s_w900.jpg"
    )
    assert image.alternatives == (image.url.replace("https://", "https://images.weserv.nl?url="),)
    assert plain_text(figure.caption) == (
        "美国国务卿布林肯与中国外长王毅及其代表团在美国国务院举行会谈。(2023年10月27日)"
    )
    assert read_seed.image == image.url
    assert read_seed.body[0] is figure


@pytest.mark.requirement("IN-8", "IN-9")
def test_the_seeds_structure(read_seed: Article) -> None:
    assert sum(isinstance(block, Paragraph) for block in read_seed.body) == 35
    headings = [(h.level, plain_text(h)) for h in query(read_seed.body, Heading)]
    assert headings == [(2, "中东"), (2, "南中国海")]
    assert len(list(query(read_seed.body, Link))) == 8
    assert len(read_seed.body) == 38


@pytest.mark.requirement("ALL-2")
def test_nothing_of_the_seed_is_lost_and_nothing_invented(read_seed: Article, seed: Path) -> None:
    import re

    source = seed.read_text("utf-8").partition("------")[2]
    words = "".join(re.sub(r"<[^>]*>", "", source).split())
    date = "Sat,28Oct202302:04:53GMT"
    assert words.startswith(date)
    assert "".join(plain_text(read_seed.body).split()) == words.removeprefix(date)
    assert dropped(read_seed) == "Sat, 28 Oct 2023 02:04:53 GMT"


# --- prologues ---


@pytest.mark.requirement("IN-1", "IN-2")
@pytest.mark.parametrize(
    ("line", "title", "url"),
    [
        ("[题](https://e.org/a)", "题", "https://e.org/a"),
        ("[[外交雜聞]哼哼…](https://e.org/a)", "[外交雜聞]哼哼…", "https://e.org/a"),
        ("[a](b) [c](https://e.org/a(b))", "a](b) [c", "https://e.org/a(b)"),
        (
            "[甲 | 乙 &amp; “丙”&#8230;](https://e.org/?a=1&amp;b=2)",
            "甲 | 乙 & “丙”…",
            "https://e.org/?a=1&b=2",
        ),
        ("[题](<https://e.org/a b>)", "题", "https://e.org/a b"),
        ('[题](https://e.org/a "说明")', "题", "https://e.org/a"),
        ("[题](https://e.org/%e5%BE%b7)", "题", "https://e.org/%e5%BE%b7"),
        ("[](https://e.org/a)", "-", "https://e.org/a"),
    ],
)
def test_title_links(line: str, title: str, url: str) -> None:
    found = article(f"{line}\n------\n\n{BODY}")
    assert found.url == url
    assert found.title == (title if title != "-" else "")


@pytest.mark.requirement("IN-1")
@pytest.mark.parametrize(
    "prologue",
    [
        "<!--1698460743000-->\n[题](https://e.org/a)\n------\n\n",
        "\ufeff<!--1698460743000-->\r\n[题](https://e.org/a)\r\n------\r\n\r\n",
        "\n\n<!-- 1698460743000 -->\n\n[题](https://e.org/a)\n\n---\n",
        "<!--1698460743-->\n[题](https://e.org/a)\n------\n",
        "---\ntitle: 别的\n---\n<!--1698460743000-->\n[题](https://e.org/a)\n------\n",
        "<!--1698460743000-->\n[题](https://e.org/a)\n",
    ],
)
def test_a_prologue_in_any_dress(prologue: str) -> None:
    found = article(prologue + BODY)
    assert (found.title, found.url) == ("题", "https://e.org/a")
    assert found.archived == datetime(2023, 10, 28, 2, 39, 3, tzinfo=UTC)
    assert len(found.body) == 2


@pytest.mark.requirement("IN-1")
def test_missing_parts_degrade() -> None:
    found = article(BODY)
    assert (found.title, found.url, found.published, len(found.body)) == ("", "", None, 2)
    found = article("王毅访问\n------\n" + BODY)
    assert found.title == "王毅访问"
    assert any("no link" in warning for warning in found.provenance.warnings)


@pytest.mark.requirement("IN-1")
def test_a_whole_page_reads_with_its_own_title() -> None:
    found = article(f"<!doctype html><html lang=zh-TW><head><title>題目</title></head><body>{BODY}")
    assert found.title == "題目"


@pytest.mark.requirement("IN-1")
def test_markdown_bodies_read_too() -> None:
    found = article(
        "[题](https://e.org/a)\n------\n\n第一段 **重点**。\n\n## 小标题\n\n- 甲\n- 乙\n"
    )
    assert [type(block).__name__ for block in found.body] == ["Paragraph", "Heading", "BulletList"]


@pytest.mark.requirement("IN-2")
def test_a_heading_that_repeats_the_title_goes() -> None:
    found = article(f"[今天 的题目](https://e.org/a)\n------\n<h1>今天的题目</h1>{BODY}")
    assert len(found.body) == 2
    assert "今天的题目" in dropped(found)


@pytest.mark.requirement("IN-1", "IN-3")
def test_front_matter() -> None:
    found = article(
        "---\ntitle: 题\nauthor: 甲、乙\nfrom: https://e.org/a\ndate: 2020-01-02 03:04:05\n"
        f"tags: [丙, 丁]\ndescription: 摘要\n---\n{BODY}"
    )
    assert (found.title, found.url, found.authors) == ("题", "https://e.org/a", ("甲", "乙"))
    assert (found.tags, found.summary) == (("丙", "丁"), "摘要")
    assert found.published == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "yaml",
    ["a: &x [1]\nb: *x", "a: !!python/object/apply:os.system ['true']", "a: [", "- a", "\t: b"],
)
def test_front_matter_that_cannot_be_trusted_is_reported(yaml: str) -> None:
    found = article(f"---\n{yaml}\n---\n[题](https://e.org/a)\n------\n{BODY}")
    assert found.title == "题"
    assert any("front matter" in warning for warning in found.provenance.warnings)


@pytest.mark.requirement("IN-2")
def test_a_text_that_is_the_title_again_stays() -> None:
    assert len(article("[新年快樂！](https://e.org/a)\n------\n<p>新年快樂！</p>").body) == 1


# --- dates ---


@pytest.mark.requirement("IN-4")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 28 Oct 2023 02:04:53 GMT", "2023-10-28T02:04:53+00:00"),
        ("Thu, 02 Jul 2020 18:28:24 +0800", "2020-07-02T18:28:24+08:00"),
        ("2020-10-10T14:06:58.291Z", "2020-10-10T14:06:58+00:00"),
        ("2020-09-14 11:03:04", "2020-09-14T11:03:04+00:00"),
        ("2024年1月2日", "2024-01-02T00:00:00+00:00"),
        ("2024年1月2日 下午3:05", "2024-01-02T15:05:00+00:00"),
        ("2024年1月2日 星期二 10时20分", "2024-01-02T10:20:00+00:00"),
        ("10/10/2020 - 14:32", "2020-10-10T14:32:00+00:00"),
        ("10/28/2023", "2023-10-28T00:00:00+00:00"),
        ("28 October 2023", "2023-10-28T00:00:00+00:00"),
        ("October 28, 2023 5:07 PM", "2023-10-28T17:07:00+00:00"),
        ("Saturday, October 28, 2023", "2023-10-28T00:00:00+00:00"),
        ("28. März 2023", "2023-03-28T00:00:00+00:00"),
        ("2023-10-28 09:00 +05:30", "2023-10-28T09:00:00+05:30"),
    ],
)
def test_dates_as_articles_write_them(text: str, expected: str) -> None:
    moment = parse(text)
    assert moment is not None
    assert moment.when.isoformat() == expected


@pytest.mark.requirement("IN-4")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "2023-02-30",
        "2023-10-28 25:00",
        "第28次会议",
        "1234567890",
        "Sat, 99 Foo 2023 02:04:53 GMT",
        "2023年的事",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse(text) is None


def test_a_date_among_words() -> None:
    moment = find("本报讯 2024年1月2日，某地")
    assert moment is not None
    assert moment.when.date().isoformat() == "2024-01-02"


@pytest.mark.requirement("IN-4")
def test_a_local_time_is_placed_before_the_time_of_saving() -> None:
    archived = datetime(2020, 9, 14, 3, 44, 33, tzinfo=UTC)
    moment = parse("2020-09-14 11:03:04")
    assert moment is not None
    placed = within(moment, archived, home_zones("cn.example.com", "zh-Hans"))
    assert placed.when == datetime(2020, 9, 14, 11, 3, 4, tzinfo=timezone(timedelta(hours=8)))
    assert within(moment, None, []) == moment


@pytest.mark.requirement("IN-4")
def test_the_date_line_wins_over_the_comment() -> None:
    found = article(
        "<!--1698460743000-->\n[题](https://e.org/a)\n------\n日期：Thu, 02 Jul 2020 18:28:24 +0000\n\n"
        + BODY
    )
    assert found.published == datetime(2020, 7, 2, 18, 28, 24, tzinfo=UTC)
    assert found.archived is not None
    assert found.archived.year == 2023


@pytest.mark.parametrize(
    "line", ["日期：昨天下午", "日期：Thu, 99 Foo 2020 18:28:24 +0000", "日期：2020-13-45"]
)
def test_a_date_that_cannot_be_read_is_reported(line: str) -> None:
    found = article(f"[题](https://e.org/a)\n------\n{line}\n\n{BODY}")
    assert found.published is None
    assert any("cannot be read" in warning for warning in found.provenance.warnings)
    assert len(found.body) == 2


def test_a_saving_time_out_of_range_is_reported() -> None:
    found = article(f"<!--99999999999999-->\n[题](https://e.org/a)\n------\n{BODY}")
    assert found.title == "题"


# --- bylines ---


@pytest.mark.requirement("IN-5")
@pytest.mark.parametrize(
    ("head", "authors", "published"),
    [
        ("<div><i>赫海威<br>2020-09-14 11:03:04</i></div>", ("赫海威",), "2020-09-14"),
        (
            "<div><i>  文山（摘编）<br>2020-10-10T14:06:58.291Z</i></div>",
            ("文山（摘编）",),
            "2020-10-10",
        ),
        ("<div>10/10/2020 - 14:32</div>", (), "2020-10-10"),
        ("<p>作者：周保松</p>", ("周保松",), ""),
        ("<p>记者：张三、李四</p>", ("张三", "李四"), ""),
        ("<p>By Jane Roe and John Smith</p>", ("Jane Roe", "John Smith"), ""),
        (
            '<div class="StyledByline-x1"><ul><li class="Name">某人（A. B.）</li><li>本社记者</li></ul></div>'
            '<div class="StyledTimestamp"><time datetime="2020-10-09">13 分钟前</time></div>',
            ("某人（A. B.）",),
            "2020-10-09",
        ),
        ('<p class="byline">张三</p>', ("张三",), ""),
    ],
)
def test_bylines(head: str, authors: tuple[str, ...], published: str) -> None:
    found = article(f"[题](https://e.org/a)\n------\n{head}{BODY}")
    assert found.authors == authors
    assert (found.published.date().isoformat() if found.published else "") == published
    assert len(found.body) == 2
    assert dropped(found)


@pytest.mark.requirement("IN-5")
def test_a_byline_that_says_more_stays_in_the_text() -> None:
    found = article(
        f"[题](https://e.org/a)\n------\n<p>作者：董某&nbsp; &nbsp;来源：某报</p>{BODY}"
    )
    assert found.authors == ("董某",)
    assert len(found.body) == 3


@pytest.mark.requirement("IN-5")
@pytest.mark.parametrize(
    "head",
    [
        "<p>他说：这不对。</p>",
        "<p>文学的意义</p>",
        "<p>三</p>",
        "<ul><li>甲</li><li>乙</li></ul>",
        "<p>作者：“这是一句话。”</p>",
    ],
)
def test_short_lines_that_are_no_byline_stay(head: str) -> None:
    found = article(f"[题](https://e.org/a)\n------\n{head}{BODY}")
    assert found.authors == ()
    assert len(found.body) == 3


# --- bad input ---


@pytest.mark.parametrize(
    "data", [b"", b"   \n\t\n", b"\xef\xbb\xbf", b"<p>&nbsp;</p>", b"<script>x()</script>"]
)
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(UnreadableSource) as caught:
        converters.read(data)
    assert caught.value.reason


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"PK\x03\x04aaaa", b"\x89PNG\r\n\x1a\n", bytes(range(256)) * 9]
)
def test_binary_data_is_named(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=r"is (?:a|binary)"):
        converters.read(data)


@pytest.mark.parametrize(
    "json",
    ['{"type":"article","version":99}', '{"type": "article", "title": 3}', '{"type":"article"'],
)
def test_model_json_that_is_wrong_says_so(json: str) -> None:
    with pytest.raises(ConversionError, match="JSON"):
        converters.read(json.encode())


def test_prologues_are_read_in_linear_time() -> None:
    for hostile in (
        "[" * 200_000,
        "](" * 100_000,
        "[a](" * 50_000,
        "---\n" * 50_000,
        "<!--" * 50_000,
    ):
        read_prologue(hostile)


# --- the corpus ---


@pytest.mark.requirement("IN-7", "IN-14", "IN-18", "ALL-2")
@pytest.mark.parametrize("folder", ["archive", "dated"])
def test_the_corpus_is_kept_whole(corpus: Path, folder: str) -> None:
    from benchmarks.fidelity import measure, new_totals

    totals = new_totals()
    for path in sorted((corpus / folder).glob("*.md")):
        measure(path, totals)
    assert totals["text"] > 10_000
    assert totals["reported"] / totals["text"] >= 0.9999
    assert totals["linked"] == totals["links"]
    assert totals["shown"] == totals["pictures"]
    assert totals["captioned"] == totals["captions"]


@pytest.mark.requirement("IN-13")
def test_no_picture_of_the_corpus_is_an_emoji(corpus: Path) -> None:
    for path in sorted((corpus / "dated").glob("*.md"))[:60]:
        for image in query(converters.read(path).body, Image):
            assert "/emoji/" not in image.url


@pytest.mark.parametrize("text", [">" * 2_000, "*a_ " * 2_000])
def test_markdown_that_is_hard_for_pandoc_gives_a_result_or_an_error(text: str) -> None:
    """Within pandoc's limits of memory and time; never a traceback."""
    try:
        outcome = article(f"[题](https://e.org/a)\n------\n\n{text}").title
    except ConversionError as error:
        outcome = error.reason
    assert outcome == "题" or "Markdown" in outcome


@pytest.mark.parametrize(
    "line",
    [
        "[![Licence](https://img.e.org/a.svg)](https://e.org/licence)",
        "[a](https://e.org/a) and [b](x)",
    ],
)
def test_badges_and_two_links_are_no_title(line: str) -> None:
    assert not read_prologue(f"{line}\n\n# Project\n\nText").linked
    assert read_prologue(f"[A [note](x) here](https://e.org/a)\n------\n\n<p>{line}</p>").linked
