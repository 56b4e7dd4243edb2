"""Bundles in print: front page, contents, sections, links to pages, sources."""

import io
import re
from typing import Any

import pikepdf
import pytest
from msgspec.structs import replace

from converters.article import Article, Link, Paragraph, Text, inlines
from converters.edition import Edition, LeftOut, edition
from converters.writers import Context
from converters.writers.pdf import Options, write
from tests import pdf_pages
from tests.bundles import ODD_TITLES, odd, week
from tests.lazily import Lazily
from tests.pdf_pages import annotations, outline, pages, squeezed, text

A, B = "https://example.org/a", "https://example.org/b"


def printed(whole: Edition, **options: Any) -> bytes:
    target = io.BytesIO()
    write(whole, target, Options(**options), Context())
    return target.getvalue()


@pytest.fixture(scope="module")
def book() -> bytes:
    return printed(week(), variant="pdf/ua-1")


def para(*items: Any) -> Paragraph:
    return Paragraph(inlines([Text(each) if isinstance(each, str) else each for each in items]))


def words_on(data: bytes, number: int) -> str:
    return text(data, "-f", str(number), "-l", str(number), "-layout")


@pytest.mark.requirement("PDF-4")
def test_front_page_tells_what_it_is_and_its_page_numbers_are_true(book: bytes) -> None:
    front = words_on(book, 1)
    for line in ("The Harbour Week", "23–25 October 2023 · 2 sources · 9 articles", "Contents"):
        assert line in front
    found = re.findall(r"(Tides by Hand|Letters to the Editor|A Clock That .*?) ?[ .]+(\d+)", front)
    assert len(found) == 3
    for title, number in found:
        assert squeezed(title) in pages(book)[int(number) - 1].text
    sections = re.findall(r"(The Other Paper|24 October 2023) ?[ .]+(\d+)", front)
    assert [squeezed(title) in pages(book)[int(n) - 1].text for title, n in sections] == [True] * 3


@pytest.mark.requirement("PDF-4", "ALL-9")
def test_contents_sources_and_links_lead_to_articles(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        last = len(pdf.pages) - 1
    first = [target for page, _, target in annotations(book) if page == 0]
    tops = [target for target in first if target.endswith("-top")]
    assert tops == [f"#a{n}-top" for n in range(1, 10)]
    assert len(first) - len(tops) == 2 + 5
    assert {t for page, _, t in annotations(book) if page == last} >= set(tops)
    assert "Example Review: 2, 5, 7," in text(book, "-f", str(last + 1))
    clock = [page for page, _, target in annotations(book) if target == "#a1-top"]
    assert len(clock) == 3  # contents, the link in an article, sources
    (place,) = [page for page in clock if page not in (0, last)]
    assert re.search(r"clock that is late\s*→\s*\d", text(book, "-f", str(place + 1)))


@pytest.mark.requirement("PDF-3")
def test_bookmarks_have_sections_and_articles(book: bytes) -> None:
    found = outline(book)
    assert found[0] == (1, "Contents")
    assert found[1:4] == [
        (1, "Example Review"),
        (2, "23 October 2023"),
        (3, "A Clock That Does Not Hurry"),
    ]
    assert found[-2:] == [(1, "Sources"), (1, "Left out")]
    flat = outline(printed(replace(week(), sections=())))
    assert (1, "A Clock That Does Not Hurry") in flat
    assert (2, "What it measures") in flat


def test_bundle_is_accessible(book: bytes, pdf_check: Any) -> None:
    assert pdf_check(book) == []
    assert pdf_check(printed(odd(), variant="pdf/ua-1")) == []


def test_file_says_what_it_is(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "The Harbour Week"
        assert metadata["dc:description"] == "What two papers wrote about clocks."


def test_odd_titles_are_cut_in_contents_and_whole_above_their_articles() -> None:
    data = printed(odd())
    front = pages(data)[0].text + pages(data)[1].text
    assert "<script>alert" in front
    assert "Untitled" in front
    assert 30 < front.count("钟") < 150
    assert squeezed(text(data)).count("钟") >= 500
    assert len(pages(data)) <= 3 + len(ODD_TITLES)


def test_hundreds_left_out_go_on_over_pages() -> None:
    left = tuple(
        LeftOut(title=f"Double {n}", kind="same text", reason="", kept="A") for n in range(200)
    )
    whole = replace(edition([Article(title="A")], title="All"), is_bundle=True, left_out=left)
    said = text(printed(whole))
    assert all(f"Double {n}: the same as “A”" in said for n in range(200))


def test_an_edition_that_is_no_bundle_has_links_inside_and_nothing_around() -> None:
    one = Article(
        title="One", url=A, language="en", body=(para("See ", Link((Text("two"),), B), "."),)
    )
    two = Article(title="Two", url=B, language="en", body=(para("Words."),))
    data = printed(edition([one, two], title="Both"))
    assert [page.text[:3] for page in pages(data)] == ["One", "Two"]
    assert "#a2-top" in [target for _, _, target in annotations(data)]
    alone = pdf_pages.made(one)
    assert [target for _, _, target in annotations(alone)].count(B) == 1


def test_a_right_to_left_bundle() -> None:
    one = Article(title="واحد", language="ar", direction="rtl", body=(para("نص"),))
    whole = replace(edition([one], title="مجلة"), is_bundle=True)
    first = pages(printed(whole))[0]
    number = first.find("2")
    assert number.left < first.width / 2


@pytest.mark.requirement("ALL-10")
def test_articles_are_taken_one_by_one() -> None:
    lazy = Lazily(week().articles)
    assert printed(replace(week(), articles=lazy)) == printed(week())
    # Those that name the page of another are set once more, when it is known.
    assert lazy.taken[: len(lazy)] == list(range(len(lazy)))
    assert len(lazy.taken) - len(lazy) == 1
