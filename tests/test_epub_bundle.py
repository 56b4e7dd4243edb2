"""EPUBs of bundles: what is in them, where it leads, and that articles pass by one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from converters.article import Article, Block, BlockQuote, Heading, Link, Note, Text
from converters.edition import Edition, Group, LeftOut, Section, edition
from converters.edition.shelf import Mapped
from converters.writers import Context, _epub_chapter, _epub_front, epub
from converters.writers._epub_chapter import Entry
from converters.writers._epub_nav import flattened
from converters.writers._epub_plan import plan, shortened
from converters.writers._matter import is_seen
from tests.checkers import EpubMessage
from tests.test_epub import (
    EPUB_TYPE,
    NCX,
    OPF,
    XHTML,
    BookFiles,
    article,
    long_article,
    ncx_lines,
    p,
    t,
)

EpubCheck = Callable[[Path], list[EpubMessage]]

LARGEST = 260_000  # bytes of a document (EP-17)


# --- Bundles -------------------------------------------------------------------------------


def bundle(articles: Sequence[Article], **fields: Any) -> Edition:
    """``articles`` as a bundle, in the order given."""
    made = edition(articles)
    return replace(made, is_bundle=True, **{"title": "一周", "subtitle": "选读", **fields})


def day_of(number: int) -> datetime:
    return datetime(2020, 10, 12, 8, tzinfo=UTC) + timedelta(days=number)


def numbered(count: int, *body: Block, **metadata: Any) -> list[Article]:
    """Articles of two sites, one a day."""
    return [
        article(
            Heading(2, t(f"节{number}")),
            *(body or (p("正文"),)),
            **{
                "title": f"文章{number}",
                "url": f"https://example.com/{number}.html",
                "site": "甲报" if number % 3 else "乙报",
                "published": day_of(number),
                "tags": (f"标签{number % 5}",),
                **metadata,
            },
        )
        for number in range(count)
    ]


def section(kind: Group, value: str, start: int, stop: int, *children: Section) -> Section:
    return Section(
        title=value or "?", kind=kind, value=value, start=start, stop=stop, children=children
    )


NESTED = (
    section(
        "source",
        "甲报",
        0,
        4,
        section("day", "2020-10-12", 0, 3),
        section("day", "2020-10-13", 3, 4),
    ),
    section("source", "", 4, 6, section("day", "2020-10-14", 4, 6)),
)

LEFT_OUT = (
    LeftOut(
        title="双胞胎",
        url="https://example.org/twin",
        source="/home/someone/twin.html",
        kind="same text",
        reason="the same text as “文章1”",
        kept="文章1",
        kept_url="https://example.com/1.html",
    ),
    LeftOut(source="/home/someone/broken.html", kind="failed", reason="holds no <article>"),
    LeftOut(title="旧", kind="filtered", reason="older than 2020"),
    LeftOut(title="更旧", kind="filtered", reason="older than 2020"),
)

ODD_TITLES = (
    "很长的标题" * 100,
    "word " * 100,
    "👩‍👩‍👧‍👦" * 100,
    "🎉",
    "<b>&amp;</b> <script>alert(1)</script> ]]>",
    "",
    " ",
    "\u200b\u2060",
    "a\u0301" * 300,
    "\u202eabc",
    "١٢٣",
)


def odd() -> Edition:
    """Titles that nobody hopes for, an address that two texts share, and a site without end."""
    articles = [
        article(p("字"), title=title, url=f"https://example.com/{number}")
        for number, title in enumerate(ODD_TITLES)
    ]
    shared = "https://example.com/shared"
    articles += [article(p(words), title="same", url=shared) for words in ("one", "two", "two")]
    articles.append(
        article(p("x"), title="bare", url="", site="s" * 400, published=None, language="")
    )
    sections = (
        Section(title="很长" * 200, kind="source", value="v" * 500, start=0, stop=3),
        Section(title="", kind="source", value="", start=5, stop=6),
    )
    return bundle(articles, title="书名" * 250, subtitle="sub " * 100, sections=sections)


def of_languages() -> Edition:
    return bundle(
        [
            article(p("نص"), title="واحد", url="https://example.com/ar", language="ar",
                    direction="rtl", site="صحيفة"),
            article(p("טקסט"), title="שתיים", url="https://example.com/he", language="he",
                    direction="rtl"),
            article(p("Text"), title="Three", url="https://example.com/en", language="en"),
        ],
        title="ثلاثة",
        language="ar",
    )  # fmt: skip


def linked() -> Edition:
    """Each article names the next and the one before, in the text and in a note."""
    count = 4
    articles = []
    for number in range(count):
        there = f"http://www.example.com/{(number + 1) % count}.html?utm_source=x#part"
        back = Link(t("前"), f"https://example.com/{(number - 1) % count}.html")
        own = Link(t("本文"), f"https://example.com/{number}.html")
        away = Link(t("外"), "https://example.org/")
        body = p("见", Link(t("下"), there), own, away, "注", Note((p("原注", back),)))
        articles.append(
            article(body, title=f"文{number}", url=f"https://example.com/{number}.html")
        )
    return bundle(articles)


BUNDLES: dict[str, Callable[[], Edition]] = {
    "flat": lambda: bundle(numbered(6), left_out=LEFT_OUT),
    "nested": lambda: bundle(numbered(6), sections=NESTED, left_out=LEFT_OUT),
    "one": lambda: bundle(numbered(1)),
    "odd": odd,
    "languages": of_languages,
    "linked": linked,
    "long": lambda: bundle([*numbered(2), replace(long_article(), url="https://example.com/l")]),
    "series": lambda: bundle(
        numbered(2), series="周刊", series_index="3", date=date(2020, 10, 18), identifier="weekly"
    ),
}


def written(book: Edition, context: Context | None = None, **options: Any) -> bytes:
    out = BytesIO()
    # Most of these tests are not about the cover, which takes longer than all the rest.
    made = epub.Options(**{"cover": "none", **options})
    epub.write(book, out, made, context or Context())
    return out.getvalue()


def made(book: Edition, **options: Any) -> BookFiles:
    return BookFiles(written(book, **options))


def targets(book: BookFiles, name: str) -> Iterator[tuple[str, str]]:
    """The file and the place of every link of a document into the book."""
    for link in book.xml(name).iter(f"{XHTML}a"):
        address = str(link.get("href"))
        if not re.match("[a-z]+:", address):
            file, _, place = address.partition("#")
            yield file or name, place


def words_of(book: BookFiles, name: str) -> str:
    body = book.xml(name).find(f"{XHTML}body")
    assert body is not None
    return " ".join(" ".join(map(str, body.itertext())).split())


# --- All of them ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.requirement("EP-1", "EP-13", "EP-16")
def test_epubcheck_has_nothing_to_say(name: str, tmp_path: Path, epubcheck: EpubCheck) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(written(BUNDLES[name](), cover=""))
    assert [str(message) for message in epubcheck(path)] == []


def assert_true_contents(book: BookFiles) -> None:
    """Both contents are the same, and lead to every page in the order of reading (EP-12)."""
    lines = book.contents()
    nav_map = book.xml("toc.ncx").find(f"{NCX}navMap")
    assert nav_map is not None
    assert list(ncx_lines(nav_map)) == lines
    files = [address.partition("#")[0] for _, _, address in lines]
    assert list(dict.fromkeys(files)) == [name for name in book.spine if name != "cover.xhtml"]
    assert all(is_seen(words) for _, words, _ in lines)
    depth = book.xml("toc.ncx").find(f".//{NCX}meta[@name='dtb:depth']")
    assert depth is not None
    assert depth.get("content") == str(max(level for level, _, _ in lines))


def assert_links_lead_somewhere(book: BookFiles) -> None:
    ids = {
        name: {str(node.get("id")) for node in document.iter() if node.get("id")}
        for name, document in book.documents()
    }
    for name in ids:
        for file, place in targets(book, name):
            assert file in ids, (name, file)
            assert not place or place in ids[file], (name, file, place)


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.requirement("EP-10", "EP-12", "EP-17", "EP-9")
def test_all_is_in_the_contents_and_every_link_leads_somewhere(name: str) -> None:
    book = made(BUNDLES[name]())
    assert_true_contents(book)
    assert_links_lead_somewhere(book)
    for entry in book.entries:
        assert re.fullmatch(r"[a-zA-Z-]+/[a-z0-9/.-]{1,64}|mimetype", entry.filename)
        if entry.filename.endswith(".xhtml"):
            assert entry.file_size <= LARGEST


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.requirement("ALL-3", "EP-8")
def test_the_same_bundle_gives_the_same_bytes(name: str) -> None:
    assert written(BUNDLES[name]()) == written(BUNDLES[name]())


@st.composite
def small_bundles(draw: st.DrawFn) -> Edition:
    """Articles in several languages that name each other, divided anyhow."""
    count = draw(st.integers(1, 6))
    urls = [f"https://example.com/{number}" for number in range(count)]
    articles = []
    for number in range(count):
        language, turned = draw(
            st.sampled_from([("zh-Hans", False), ("en", False), ("ar", True), ("", False)])
        )
        links = draw(st.lists(st.sampled_from([*urls, "https://example.org/"]), max_size=3))
        words = draw(st.text(max_size=20))
        body = (
            Heading(2, t(words)) if words.strip() else p("x"),
            p("y", *(Link(t("z"), url) for url in links)),
        )
        articles.append(
            Article(
                title=draw(st.text(max_size=30)),
                body=body,
                url=urls[number] if draw(st.booleans()) else "",
                site=draw(st.sampled_from(["", "甲报", "B & C"])),
                published=draw(st.none() | st.just(day_of(number))),
                language=language,
                direction="rtl" if turned else "ltr",
            )
        )
    cuts = sorted({0, count, *draw(st.lists(st.integers(0, count), max_size=3))})
    sections = tuple(
        section("tag", draw(st.text(max_size=5)), start, stop, section("day", "", start, stop))
        for start, stop in pairwise(cuts)
        if draw(st.booleans())
    )
    language = draw(st.sampled_from(["zh-Hans", "en", "ar", "fr", ""]))
    return bundle(articles, sections=sections, language=language, title=draw(st.text(max_size=20)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(small_bundles(), st.integers(1, 4))
@pytest.mark.requirement("EP-1", "EP-12", "ALL-9")
def test_any_bundle_is_a_true_book(
    tmp_path: Path, epubcheck: EpubCheck, any_bundle: Edition, toc_depth: int
) -> None:
    data = written(any_bundle, toc_depth=toc_depth)
    book = BookFiles(data)
    assert_true_contents(book)
    assert_links_lead_somewhere(book)
    path = tmp_path / "any.epub"
    path.write_bytes(data)
    assert [str(message) for message in epubcheck(path)] == []


# --- Streaming -----------------------------------------------------------------------------


class _Words(str):
    """The words of an article, which know how many articles' are in memory."""

    __slots__ = ()
    alive: ClassVar = 0
    most: ClassVar = 0

    def __new__(cls, words: str) -> Self:
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, words)

    def __del__(self) -> None:
        type(self).alive -= 1


@pytest.mark.requirement("ALL-10")
def test_articles_pass_by_once_and_one_at_a_time() -> None:
    book = bundle(numbered(20), sections=(section("source", "甲报", 0, 20),))
    taken: list[str] = []

    def opened(given: Article) -> Article:
        taken.append(given.url)
        return replace(given, body=(p(_Words(f"words {len(taken)}")),))

    written(replace(book, articles=Mapped(book.articles, opened)))
    assert taken == [member.url for member in book.members]
    assert 1 <= _Words.most <= 2  # the one that goes and the one that comes


def halved(count: int) -> Edition:
    """Articles with titles of some length, in two sections."""
    articles = [replace(each, title=each.title + "的标题" * 8) for each in numbered(count)]
    middle = count // 2
    sections = (section("source", "乙报", 0, middle), section("source", "甲报", middle, count))
    return bundle(articles, sections=sections)


def assert_divided(book: BookFiles, largest: int) -> None:
    """No page is large, and each article leads back to the page of contents that names it."""
    assert max(len(book.files[f"EPUB/{name}"]) for name in book.spine) <= largest
    # The contents do not fit one page, so they are several, and the list for programs is none.
    assert book.spine[:3] == ["title.xhtml", "contents.xhtml", "contents-2.xhtml"]
    assert "nav.xhtml" not in book.spine
    assert "sources-2.xhtml" in book.spine
    assert_true_contents(book)
    chapters = [name for name in book.spine if name.startswith("a-")]
    for chapter in (chapters[0], chapters[-1]):
        ((back, _),) = [each for each in targets(book, chapter) if "contents" in each[0]]
        assert chapter in [file for file, _ in targets(book, back)]


@pytest.mark.requirement("EP-17", "ALL-10")
def test_thousands_of_articles_keep_every_page_small() -> None:
    assert_divided(BookFiles(written(halved(2500))), LARGEST)


@pytest.mark.requirement("EP-1", "EP-12", "EP-17")
def test_divided_lists_make_a_true_book(
    tmp_path: Path, epubcheck: EpubCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (_epub_chapter, _epub_front, epub):
        monkeypatch.setattr(module, "MAX_DOCUMENT", 9000)
    data = written(halved(60))
    book = BookFiles(data)
    assert_divided(book, 9000)
    assert_links_lead_somewhere(book)
    assert len([name for name in book.spine if name.startswith("s-")]) > 2
    path = tmp_path / "divided.epub"
    path.write_bytes(data)
    assert [str(message) for message in epubcheck(path)] == []


@pytest.mark.requirement("EP-10", "EP-17")
def test_contents_that_headings_would_make_too_large_go_without_them() -> None:
    headings = tuple(Heading(2, t(f"一节标题{number}")) for number in range(12))
    book = made(bundle(numbered(300, *headings)))
    assert "nav.xhtml" in book.spine
    assert len(book.files["EPUB/nav.xhtml"]) <= LARGEST
    assert not any("#" in address for _, _, address in book.contents())
    few = made(bundle(numbered(20, *headings)))
    assert sum("#" in address for _, _, address in few.contents()) == 20 * 13


# --- Pages ---------------------------------------------------------------------------------


@pytest.mark.requirement("EP-10", "EP-12")
def test_the_order_of_a_bundle() -> None:
    book = made(bundle(numbered(6), sections=NESTED))
    kinds = [
        str(book.xml(name).find(f".//{XHTML}body//*[@{EPUB_TYPE}]").get(EPUB_TYPE))  # type: ignore[union-attr]
        for name in book.spine
    ]
    assert kinds == [
        "titlepage", "toc",
        "part", "part", "chapter", "chapter", "chapter", "part", "chapter",
        "part", "part", "chapter", "chapter",
        "appendix", "colophon",
    ]  # fmt: skip
    levels = [(level, words) for level, words, _ in book.contents()]
    assert levels[:5] == [
        (1, "一周"), (1, "目录"), (1, "甲报"), (2, "2020-10-12"), (3, "文章0"),
    ]  # fmt: skip
    assert levels[-2:] == [(1, "来源"), (1, "关于本辑")]


@pytest.mark.requirement("EP-11")
def test_landmarks_name_the_pages_of_a_bundle() -> None:
    book = made(bundle(numbered(2)), cover="")
    _, landmarks = book.xml("nav.xhtml").iter(f"{XHTML}nav")
    found = [(link.get(EPUB_TYPE), link.get("href")) for link in landmarks.iter(f"{XHTML}a")]
    assert found == [
        ("cover", "cover.xhtml"),
        ("titlepage", "title.xhtml"),
        ("toc", "nav.xhtml"),
        ("bodymatter", book.spine[3]),
    ]
    guide = [(each.get("type"), each.get("href")) for each in book.package.iter(f"{OPF}reference")]
    assert [kind for kind, _ in guide] == ["cover", "title-page", "toc", "text"]


def test_the_title_page_says_what_the_bundle_is() -> None:
    book = made(bundle(numbered(6), authors=("编者甲", "编者乙"), series="周刊", series_index="3"))
    words = words_of(book, "title.xhtml")
    for said in ("一周", "选读", "编者甲、编者乙", "周刊 3", "2020年10月12日", "6 篇", "2 来源"):
        assert said in words
    assert words.index("甲报") < words.index("乙报")  # it has more articles


def test_the_title_page_of_one_article_says_nothing_twice() -> None:
    one = numbered(1)
    book = made(bundle(one, title="文章0", subtitle="乙报 · 2020年10月12日"))
    words = words_of(book, "title.xhtml")
    assert words.count("乙报") == 1
    assert "篇" not in words.replace("文章", "")


def test_lines_of_the_contents_say_site_and_date_where_nothing_else_does() -> None:
    def details(book: BookFiles) -> list[str | None]:
        links = book.xml("nav.xhtml").iter(f"{XHTML}a")
        return [link.get("data-from") for link in links if str(link.get("href")).startswith("a-")]

    flat = details(made(bundle(numbered(2)), toc_depth=1))
    assert flat == ["乙报 · 2020年10月12日", "甲报 · 2020年10月13日", None]
    by_day = (section("day", "2020-10-12", 0, 1), section("day", "2020-10-13", 1, 2))
    assert details(made(bundle(numbered(2), sections=by_day))) == ["乙报", "甲报"]
    assert details(made(bundle(numbered(6), sections=NESTED)))[0] is None
    style = made(bundle(numbered(1))).files["EPUB/style.css"].decode()
    assert "content: attr(data-from)" in style


def test_what_programs_alone_list_is_hidden_on_the_page_of_contents() -> None:
    items = made(bundle(numbered(2))).xml("nav.xhtml").iter(f"{XHTML}li")
    assert [item.get("hidden") for item in items][:3] == ["hidden", "hidden", None]


def test_the_page_of_a_section_lists_what_it_holds() -> None:
    book = made(bundle(numbered(6), sections=NESTED))
    outer, inner = book.spine[2:4]
    assert words_of(book, outer) == "甲报 4 篇 2020-10-12 3 篇 2020-10-13 1 篇"
    assert words_of(book, inner) == "甲报 2020-10-12 3 篇 文章0 文章1 文章2"
    assert [file for file, _ in targets(book, inner)] == book.spine[4:7]


def test_the_index_of_sources_lists_the_articles_of_each_by_date() -> None:
    book = made(bundle(numbered(5)[::-1]))
    sources = book.xml("sources.xhtml")
    headings = ["".join(map(str, node.itertext())) for node in sources.iter(f"{XHTML}h2")]
    assert headings == ["甲报 3 篇", "乙报 2 篇"]  # jiǎ, yǐ
    first = sources.find(f".//{XHTML}ol")
    assert first is not None
    lines = [" ".join("".join(map(str, item.itertext())).split()) for item in first]
    assert lines == [
        "文章1 2020年10月13日",
        "文章2 2020年10月14日",
        "文章4 2020年10月16日",
    ]


def test_articles_of_an_unknown_source_come_last() -> None:
    nameless = article(p("x"), title="孤", url="", site="")
    book = made(bundle([nameless, *numbered(2)]))
    headings = [node[0].text for node in book.xml("sources.xhtml").iter(f"{XHTML}h2")]
    assert [(heading or "").strip() for heading in headings] == ["甲报", "乙报", "来源不详"]


@pytest.mark.requirement("SEC-14")
def test_the_page_about_the_bundle_says_what_was_left_out() -> None:
    book = made(bundle(numbered(3), left_out=LEFT_OUT, description="一周\n的新闻"))
    words = words_of(book, "about.xhtml")
    assert "一周 的新闻" in words
    assert re.search("2020年10月12日 — .*10月14日 2 来源 3 篇", words)
    assert "双胞胎 与《文章1》相同" in words
    assert "broken.html 无法读取： holds no <article>" in words
    assert "未选入：2 篇" in words
    assert "由 Broadsheet 制作" in words
    names = {title: address for _, title, address in book.contents()}
    assert [file for file, _ in targets(book, "about.xhtml")] == [names["文章1"]]
    assert not any(b"someone" in content for content in book.files.values())
    (reason,) = [
        node
        for node in book.xml("about.xhtml").iter(f"{XHTML}span")
        if node.text == "holds no <article>"
    ]
    assert (reason.get("lang"), reason.get("dir")) == ("en", "ltr")


def test_one_source_makes_no_page_of_a_bundle() -> None:
    """What ``convert`` makes of several articles has the contents as a page, and no more."""
    book = made(edition(numbered(3)))
    assert [name for name in book.spine if not name.startswith("a-")] == ["nav.xhtml"]
    for name in book.spine[1:]:
        assert book.xml(name).find(f".//{XHTML}nav") is None


# --- Links ---------------------------------------------------------------------------------


@pytest.mark.requirement("ALL-9")
def test_links_between_articles_stay_inside_and_others_are_notes() -> None:
    book = made(linked())
    chapters = [name for name in book.spine if name.startswith("a-")]
    for number, name in enumerate(chapters):
        root = book.xml(name)
        links = {
            "".join(map(str, a.itertext())): str(a.get("href")) for a in root.iter(f"{XHTML}a")
        }
        assert links["下"] == chapters[(number + 1) % 4]
        assert links["前"] == chapters[(number - 1) % 4]
        marks = [node for node in root.iter() if node.get(EPUB_TYPE) == "noteref"]
        assert [mark.text for mark in marks] == ["1", "2", "3"]  # itself, elsewhere, the note
        notes = [node for node in root.iter() if node.get(EPUB_TYPE) == "footnote"]
        said = ["".join(map(str, node.itertext())) for node in notes]
        assert said[0] == f"1.\u00a0https://example.com/{number}.html"
        assert said[1] == "2.\u00a0https://example.org/"


@pytest.mark.requirement("ALL-9")
def test_articles_of_one_file_lead_to_each_other_too() -> None:
    book = made(replace(linked(), is_bundle=False))
    assert book.spine[0] == "nav.xhtml"
    assert (book.spine[2], "") in list(targets(book, book.spine[1]))


@pytest.mark.parametrize("links", ["inline", "none"])
@pytest.mark.requirement("ALL-9")
def test_links_between_articles_where_links_are_no_notes(links: str) -> None:
    book = made(linked(), links=links)
    chapters = [name for name in book.spine if name.startswith("a-")]
    section = book.xml(chapters[1]).find(f".//{XHTML}section")
    assert section is not None
    inside = [str(a.get("href")) for a in section.iter(f"{XHTML}a") if a.get("href") in chapters]
    assert inside == ([chapters[2], chapters[0]] if links == "inline" else [])


def turned(book: BookFiles, name: str) -> list[tuple[str, str, str]]:
    """The links at the end of a chapter: words, address, relation."""
    body = book.xml(name).find(f"{XHTML}body")
    assert body is not None
    last = body[-1]
    assert (etree.QName(last).localname, last.get("class")) == ("nav", "turn")
    assert last.get("aria-label")
    assert last.get(EPUB_TYPE) is None
    links = last.iter(f"{XHTML}a")
    return [(str(a.text), str(a.get("href")), str(a.get("rel") or "")) for a in links]


def test_chapters_lead_to_the_one_before_the_contents_and_the_next() -> None:
    book = made(bundle(numbered(3), sections=(section("source", "甲报", 0, 3),)))
    first, second, third = (name for name in book.spine if name.startswith("a-"))
    assert turned(book, first) == [("目录", "nav.xhtml", ""), ("下一篇 →", second, "next")]
    assert turned(book, second) == [
        ("← 上一篇", first, "prev"), ("目录", "nav.xhtml", ""), ("下一篇 →", third, "next"),
    ]  # fmt: skip
    assert turned(book, third)[-1] == ("目录", "nav.xhtml", "")


def test_pages_turn_the_other_way_in_a_right_to_left_book() -> None:
    book = made(of_languages())
    chapters = [name for name in book.spine if name.startswith("a-")]
    assert [words for words, _, _ in turned(book, chapters[1])] == [
        "→ السابق", "المحتويات", "التالي ←",
    ]  # fmt: skip
    english = book.xml(chapters[2]).find(f"{XHTML}body")
    assert english is not None
    assert (english[-1].get("lang"), english[-1].get("dir")) == ("ar", "rtl")
    assert book.xml(chapters[2]).get("dir") is None
    spine = book.package.find(f"{OPF}spine")
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"


def test_a_book_of_many_languages_has_the_direction_of_its_own() -> None:
    made_of = of_languages()
    turned_english = replace(made_of, language="en", title="Three")
    assert made(turned_english).xml("title.xhtml").get("dir") is None
    left = [article(p("Text"), url=f"https://example.com/{n}", language="en") for n in range(3)]
    right = article(p("نص"), url="https://example.com/ar", language="ar", direction="rtl")
    book = made(bundle([*left, right], title="ثلاثة", language="ar"))
    assert book.xml("title.xhtml").get("dir") == "rtl"


def test_notes_stand_by_their_numbers_whatever_is_made_first() -> None:
    link = [Link(t(f"L{n}"), f"https://example.org/{n}") for n in range(3)]
    quote = BlockQuote((p(link[0]), p(link[1])), (link[2],))
    book = made(bundle([article(quote, url="https://example.com/1")]))
    (name,) = (name for name in book.spine if name.startswith("a-"))
    notes = [node.get("id") for node in book.xml(name).iter() if node.get(EPUB_TYPE) == "footnote"]
    assert notes == ["note-1", "note-2", "note-3"]


def test_only_the_last_part_of_a_divided_article_leads_on() -> None:
    long = replace(long_article(), url="https://example.com/long")
    book = made(bundle([*numbered(1), long]))
    chapters = [name for name in book.spine if name.startswith("a-")]
    with_links = [name for name in chapters if b'class="turn"' in book.files[f"EPUB/{name}"]]
    assert with_links == [chapters[0], chapters[-1]]


# --- Names ---------------------------------------------------------------------------------


@pytest.mark.requirement("EP-7")
def test_names_survive_another_order_and_new_articles() -> None:
    def lines(book: Edition) -> dict[str, str]:
        return {words: address for _, words, address in made(book).contents()}

    articles = numbered(6)
    before = lines(bundle(articles, sections=NESTED))
    more = [article(p("新"), title="新", url="https://example.com/new", site="丙报"), *articles]
    moved = (
        section("source", "丙报", 0, 1),
        section(
            "source", "甲报", 1, 5,
            section("day", "2020-10-13", 1, 2), section("day", "2020-10-12", 2, 5),
        ),
    )  # fmt: skip
    after = lines(bundle(more, sections=moved))
    kept = [words for words in before if words in after]
    assert len(kept) >= 6 + 4
    assert {words: before[words] for words in kept} == {words: after[words] for words in kept}


@pytest.mark.requirement("EP-7")
def test_articles_without_an_address_of_their_own_are_told_by_their_words() -> None:
    shared = [article(p(words), title="t", url="https://example.com/x") for words in ("一", "二")]
    parts = [
        article(p("一"), title="t", url=f"https://example.com/y#{place}") for place in ("a", "b")
    ]
    bare = [article(p(words), title="t", url="") for words in ("一", "二", "二")]
    names = plan(bundle([*shared, *parts, *bare])).names
    assert len(set(names)) == len(names) == 7
    assert sorted(plan(bundle([*bare, *parts, *shared][::-1])).names) == sorted(names)
    # Revised, those that have an address keep their names.
    revised = [replace(part, body=(p("改"),)) for part in parts]
    assert list(plan(bundle([*shared, *revised, *bare])).names) == list(names)


# --- Depth ---------------------------------------------------------------------------------


@pytest.mark.parametrize("toc_depth", [1, 2, 3, 4, 5])
@pytest.mark.requirement("EP-10")
def test_sections_count_among_the_levels_and_articles_are_always_shown(toc_depth: int) -> None:
    book = made(bundle(numbered(6), sections=NESTED), toc_depth=toc_depth)
    lines = book.contents()
    assert max(level for level, _, _ in lines) == max(3, min(toc_depth, 4))
    assert sum(words.startswith("文章") for _, words, _ in lines) == 6
    assert sum(words.startswith("节") for _, words, _ in lines) == (6 if toc_depth >= 4 else 0)


@pytest.mark.requirement("EP-10")
def test_contents_are_flattened_without_loss() -> None:
    tree = (
        Entry("1", "1", (Entry("2", "2", (Entry("3", "3"), Entry("4", "4"))), Entry("5", "5"))),
        Entry("6", "6"),
    )
    two = flattened(tree, 2)
    assert [(each.title, [child.title for child in each.children]) for each in two] == [
        ("1", ["2", "3", "4", "5"]),
        ("6", []),
    ]
    assert [each.title for each in flattened(tree, 1)] == list("123456")
    assert flattened(tree, 3) == tree


# --- Package -------------------------------------------------------------------------------


@pytest.mark.requirement("EP-2", "EP-4", "EP-3")
def test_the_package_of_a_bundle() -> None:
    book = made(BUNDLES["series"]())
    assert book.metadata("dc:title") == ["一周"]
    assert book.metadata("dc:date") == ["2020-10-18"]
    assert book.metadata("belongs-to-collection") == ["周刊"]
    assert book.metadata("collection-type") == ["series"]
    assert book.metadata("group-position") == ["3"]
    old = {meta.get("name"): meta.get("content") for meta in book.package.iter(f"{OPF}meta")}
    assert (old["calibre:series"], old["calibre:series_index"]) == ("周刊", "3")
    assert book.metadata("dc:description") == ["文章0 · 文章1"]
    assert book.metadata("dcterms:modified") == ["2020-10-13T08:00:00Z"]
    assert made(bundle(numbered(1), description="说明")).metadata("dc:description") == ["说明"]


@pytest.mark.parametrize("position", ["", "two", "1.", "-1", "1.2.3"])
def test_a_place_in_a_series_is_a_number_or_not_told(position: str) -> None:
    book = made(bundle(numbered(1), series="周刊", series_index=position))
    assert book.metadata("belongs-to-collection") == ["周刊"]
    assert book.metadata("group-position") == (["1.2.3"] if position == "1.2.3" else [])


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("urn:isbn:9783161484100", "urn:isbn:9783161484100"),
        ("978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
         "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("urn:example:weekly:2020-42", "urn:example:weekly:2020-42"),
        ("978-3-16-148410-1", "urn:uuid:"),
        ("urn:uuid:none", "urn:uuid:"),
        ("my weekly <1>", "urn:uuid:"),
    ],
)  # fmt: skip
@pytest.mark.requirement("EP-2")
def test_an_identifier_of_ones_own(
    own: str, told: str, tmp_path: Path, epubcheck: EpubCheck
) -> None:
    data = written(bundle(numbered(2), identifier=own))
    (identifier,) = BookFiles(data).metadata("dc:identifier")
    assert identifier.startswith(told)
    # It names the bundle, whatever is in it.
    assert made(bundle(numbered(1), identifier=own)).metadata("dc:identifier") == [identifier]
    path = tmp_path / "own.epub"
    path.write_bytes(data)
    assert [str(message) for message in epubcheck(path)] == []


@pytest.mark.requirement("EP-4", "ALL-10")
def test_what_a_library_is_told_of_very_many_articles_is_bounded() -> None:
    articles = [
        replace(
            each,
            url=f"https://{number % 150}.example.com/{number}",
            site=f"站{min(number % 20, 12)}",
            tags=(f"签{number}", "常"),
            authors=(f"人{number}",),
        )
        for number, each in enumerate(numbered(300))
    ]
    book = made(bundle(articles))
    assert len(book.metadata("dc:creator")) == 30
    assert len(book.metadata("dc:publisher")) == 10
    assert book.metadata("dc:publisher")[0] == "站12"  # of most articles
    assert len(book.metadata("dc:subject")) == 50
    assert book.metadata("dc:subject")[0] == "常"
    sources = book.metadata("dc:source")
    assert len(sources) == 100
    assert all(re.fullmatch(r"https://\d+\.example\.com/", source) for source in sources)
    (description,) = book.metadata("dc:description")
    assert description.startswith("文章0 · 文章1 · ")
    assert re.search(r" · … \(\+\d+\)$", description)
    assert len(description) < 1100


@pytest.mark.requirement("EP-5")
def test_links_that_turn_the_pages_change_nothing_of_what_is_said_of_access() -> None:
    articles = numbered(2)
    told = made(bundle(articles)).metadata("schema:accessibilityFeature")
    assert told == made(edition(articles)).metadata("schema:accessibilityFeature")
    assert "readingOrder" in told


@pytest.mark.requirement("EP-4")
def test_every_language_of_a_bundle_is_told_and_documents_have_their_own() -> None:
    book = made(of_languages())
    assert book.metadata("dc:language") == ["ar", "he", "en"]
    chapters = [name for name in book.spine if name.startswith("a-")]
    assert [book.xml(name).get("lang") for name in chapters] == ["ar", "he", "en"]
    assert book.xml("title.xhtml").get("dir") == "rtl"
    lines = book.xml("sources.xhtml").iter(f"{XHTML}li")
    assert [line.get("lang") for line in lines].count("en") == 1


# --- Notes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("paragraphs", [1, 2000])
@pytest.mark.requirement("EP-17", "EP-22")
def test_thousands_of_notes_stand_in_the_documents_of_their_marks(paragraphs: int) -> None:
    count = 4000
    marks = [(Text("字"), Note((p(f"注释{number}"),))) for number in range(count)]
    each = count // paragraphs
    body = [
        p(*(part for pair in marks[start : start + each] for part in pair), "。")
        for start in range(0, count, each)
    ]
    book = made(bundle([article(*body)]))
    chapters = [name for name in book.spine if name.startswith("a-")]
    assert len(chapters) > 3
    seen = 0
    for name in chapters:
        assert len(book.files[f"EPUB/{name}"]) <= LARGEST
        root = book.xml(name)
        ids = {node.get("id") for node in root.iter()}
        here = [node for node in root.iter() if node.get(EPUB_TYPE) == "noteref"]
        assert all(str(mark.get("href"))[1:] in ids for mark in here)
        seen += len(here)
    assert seen == count


# --- Titles --------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_a_line_is_short_and_a_beginning(words: str) -> None:
    line = " ".join(words.split())
    short = shortened(words)
    assert len(short) <= 121
    assert short == line or line.startswith(short.removesuffix("…"))


def test_a_line_ends_between_characters_and_not_in_one() -> None:
    family = "👩‍👩‍👧‍👦"
    assert set(shortened(family * 100).removesuffix("…").split(family)) == {""}
    assert shortened("a\u0301" * 200).endswith("\u0301…")
    assert len(shortened("字" * 200)) == 61
    assert shortened("字" * 60) == "字" * 60


@pytest.mark.requirement("EP-13")
def test_a_long_title_is_whole_in_its_chapter_and_short_in_lists() -> None:
    book = made(odd())
    words = ODD_TITLES[0]
    ((address, title),) = [
        (address, title)
        for _, title, address in book.contents()
        if title.startswith("很长的标题") and address.startswith("a-")
    ]
    assert title == words[:60] + "…"
    chapter = book.xml(address)
    assert chapter.findtext(f".//{XHTML}title") == words
    assert chapter.findtext(f".//{XHTML}h1/{XHTML}span[@class='long']") == words
