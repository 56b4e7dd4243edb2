"""Bundles in print: front page, contents, sections, links to pages, sources."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import resvg_py
import zxingcpp
from msgspec.structs import replace
from PIL import Image

from converters.article import Article, Link, Note, Paragraph, Text, inlines
from converters.edition import Edition, LeftOut, Section, edition, member
from converters.errors import ConversionError
from converters.notes import number
from converters.writers._chosen import chosen_logo
from converters.writers._pdf_back import note_addresses
from converters.writers._pdf_edition import Extras, Whole
from converters.writers._pdf_front_height import is_tight
from converters.writers._pdf_page import find_page
from converters.writers._pdf_places import Places
from converters.writers._pdf_qr import qr_svg
from converters.writers._xhtml import link_address
from tests import pdf_pages
from tests.bundles import ODD_TITLES, odd, week
from tests.lazily import Lazily
from tests.pdf_pages import annotations, outline, pages, printed, squeezed, text

A, B = "https://example.org/a", "https://example.org/b"


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
    for title, at in found:
        assert squeezed(title) in pages(book)[int(at) - 1].text
    assert front.count("24 October 2023\n") == 2  # sections have no page but their first article's


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
    top = tuple(replace(section, children=()) for section in week().sections)
    assert {level for level, _ in outline(printed(replace(week(), sections=top)))} == {1, 2}
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


@pytest.mark.requirement("PDF-4")
def test_long_titles_are_cut_where_they_are_left_out() -> None:
    titles = ("W" * 500, "港口" * 250, "The harbour " * 40)
    kept = "The kept one " * 40
    left = tuple(LeftOut(title=t, kind="same text", reason="", kept=kept) for t in titles)
    whole = replace(edition([Article(title="A")], title="All"), is_bundle=True, left_out=left)
    listed = squeezed(text(printed(whole))).partition("Leftout")[2]
    assert listed.count("thesameas") == 3
    for each in titles:
        assert squeezed(each)[:40] in listed
        assert squeezed(each)[:300] not in listed
    assert 0 < listed.count("Thekeptone") < 3 * 15


def test_what_is_left_out_begins_at_the_edge_of_its_heading() -> None:
    left = tuple(
        LeftOut(title=title, kind="same text", reason="", kept="خبر")
        for title in ("W" * 70, "سفن كثيرة تنتظر في الميناء " * 4)
    )
    one = edition([Article(title="خبر", language="ar", body=(para("سفن كثيرة."),))], title="أخبار")
    data = printed(replace(one, is_bundle=True, left_out=left, language="ar"))
    words = [each for each in pages(data)[-1].words if each.bottom < 700]
    heading = max(each.right for each in words if each.top < 90)
    begun = [each.right for each in words if each.text.startswith("WWWW")]
    assert begun
    assert max(begun) == pytest.approx(heading, abs=1)


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


@pytest.mark.requirement("PDF-5")
def test_pages_of_contents_are_not_headed_by_the_glance_that_follows_them() -> None:
    told = [Article(title=f"Title {n}", body=(para("Words of it. " * 20),)) for n in range(60)]
    whole = replace(edition(told), title="T", language="en", is_bundle=True)
    data = printed(whole, page="A5", glance=True)
    assert words_on(data, 2).splitlines()[0].split() == ["T", "Contents"]


@pytest.mark.requirement("PDF-4")
def test_a_section_that_is_named_after_a_site_names_it_once_above_its_first_article() -> None:
    titles = ("First", "Second")
    told = [Article(title=title, site="Harbour News", body=(para("Words."),)) for title in titles]
    section = Section(title="Harbour News", kind="source", value="x", start=0, stop=2)
    whole = replace(edition(told), title="T", language="en", sections=(section,), is_bundle=True)
    data = printed(whole, glance=False, addresses=False)
    assert [words_on(data, page).count("Harbour News") for page in (2, 3)] == [1, 1]
    assert words_on(data, 2).index("Harbour News") < words_on(data, 2).index("First")


@pytest.mark.requirement("ALL-10")
def test_articles_are_taken_one_by_one() -> None:
    lazy = Lazily(week().articles)
    assert printed(replace(week(), articles=lazy)) == printed(week())
    # Those that name the page of another are set once more, when it is known.
    assert lazy.taken[: len(lazy)] == list(range(len(lazy)))
    assert len(lazy.taken) - len(lazy) == 1


# --- A briefing: logo, note, at a glance, every address --------------------------------------


NOTE = "Read the tides first.\n\nThey correct the clock."
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><script>alert(1)</script>'
    '<rect width="30" height="30" fill="#722"/></svg>'
)


def indexed(whole: Edition) -> Edition:
    """The edition as the command makes it: its index knows the first sentences."""
    return replace(whole, members=tuple(member(each) for each in whole.articles))


@pytest.fixture(scope="module")
def briefing(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    logo = tmp_path_factory.mktemp("logo") / "house.svg"
    logo.write_text(LOGO, encoding="utf-8")
    return printed(
        replace(indexed(week()), description=""),
        page="A5",
        variant="pdf/ua-1",
        glance=True,
        addresses=True,
        logo=str(logo),
        note=NOTE,
    )


@pytest.mark.requirement("PDF-1", "PDF-4")
def test_one_list_of_few_articles_is_contents_and_glance(briefing: bytes) -> None:
    first = words_on(briefing, 1)
    for line in ("The Harbour Week", "Editor’s note", "Read the tides first.", "Contents"):
        assert line in first.replace("'", "’")
    front = "\n".join(words_on(briefing, number) for number in (1, 2, 3))
    assert "At a glance" not in front
    assert "Why the tide tables were printed twice." not in front  # two articles share it
    assert "The tables were set in lead, and the moon does not wait." in front
    marks = re.compile("[\u202a-\u202e\u2066-\u2069]")  # which poppler puts around lines
    found = re.findall(r"(Tides by Hand|Letters to the Editor) ?[ .]+(\d+)", marks.sub("", front))
    assert len(found) == 2
    for title, at in found:
        assert squeezed(title) in pages(briefing)[int(at) - 1].text


@pytest.mark.requirement("PDF-4", "PDF-7")
def test_sources_name_every_address_with_the_number_of_its_note(briefing: bytes) -> None:
    shown = pages(briefing)
    start = next(n for n, page in enumerate(shown) if page.text.startswith("Sources"))
    listed = {target for page, _, target in annotations(briefing) if page >= start}
    told = {
        url
        for each in week().articles
        for _, url in note_addresses(number(each, inside=lambda url: "example.org/clock" in url))
    }
    assert "https://example.net/errors?year=1911" in told
    assert told <= listed
    assert {each.url for each in week().articles if each.url} <= listed
    words = text(briefing, "-f", str(start + 1))
    assert re.search(r"\d\s+https://example\.net/errors\?\s*year=1911", words)
    assert "-\n" not in words.replace("mirror-\n", "")


def test_briefing_is_accessible(briefing: bytes, pdf_check: Any) -> None:
    assert pdf_check(briefing) == []


def test_numbers_and_addresses_of_notes() -> None:
    noted = Note((para("See ", Link((Text("this"),), A), " and ", Link((Text("that"),), B), "."),))
    one = Article(
        title="One",
        body=(
            para("Words", noted, Link((Text(" and more"),), B), "."),
            para(Link((Text("again"),), B), Link((Text("mail"),), "mailto:a@example.org")),
            para(Link((Text("nowhere"),), "javascript:alert(1)")),
        ),
    )
    assert note_addresses(number(one)) == [(1, A), (1, B), (2, B), (3, "mailto:a@example.org")]
    assert note_addresses(one) == []
    assert note_addresses(number(one, "none")) == []


# --- What stands before the articles, as markup ------------------------------------------------


def many(
    count: int, words: str = "It began in the harbour on a Monday, and nobody saw it."
) -> Edition:
    """An edition of ``count`` articles with nothing but a title and a sentence."""
    articles = [Article(title=f"Title {n}", body=(para(f"{n}. {words}"),)) for n in range(count)]
    return replace(edition(articles, title="All", language="en"), is_bundle=True)


def front(whole: Edition, page: str = "A4", **extras: Any) -> str:
    """What is laid out before the articles."""
    setting = find_page(page, whole.language)
    return Whole(indexed(whole), setting, Places(), Extras(**extras)).front()


@pytest.mark.parametrize(("page", "few", "many_more"), [("A4", 12, 45), ("A5", 8, 30)])
def test_of_many_articles_the_glance_stands_behind_the_contents(
    page: str, few: int, many_more: int
) -> None:
    one_list = front(many(few), page, glance=True)
    assert one_list.count('class="words"') == few
    assert "At a glance" not in one_list
    both = front(many(many_more), page, glance=True)
    assert both.index("Contents") < both.index("Title 3") < both.index("At a glance")
    assert both.count('class="words"') == many_more
    assert both.index("At a glance") < both.index("0. It began")
    assert ('class="glance pairs"' in both) == (page == "A4")
    plain = front(many(many_more), page)
    assert "At a glance" not in plain
    assert "It began" not in plain


def test_what_sections_and_masthead_say_is_not_said_again() -> None:
    whole = week()
    told = front(whole, glance=True)
    assert 'class="facts"' not in told  # sections say source and day of each article
    flat = front(replace(whole, sections=()), glance=True)
    assert "The Other Paper · 23 October 2023" in flat
    own = replace(whole, sections=(), articles=whole.articles[:7], members=whole.members[:7])
    assert '<p class="facts">23 October 2023</p>' in front(own, glance=True)


def test_a_short_note_stands_first_and_a_long_one_behind_the_contents() -> None:
    short = front(many(3), note=NOTE)
    assert short.index("Read the tides") < short.index("Contents")
    assert short.count("Editor's note") == 1
    long = front(many(3), note="\n\n".join(["A note of many words that goes on. " * 20] * 40))
    assert long.index("Contents") < long.index("A note of many words")
    assert re.search(r'<a href="#front-note" class="entry" data-page="00">Editor\'s note', long)
    assert 'id="front-note"' in long
    assert "note" not in front(many(3), note=" \n\n ")


def test_a_note_is_text_in_a_language_of_its_own() -> None:
    told = front(many(3), note="<b>&</b> one\r\nline")
    assert "&lt;b&gt;&amp;&lt;/b&gt; one line" in told
    arabic = front(many(3), note="هذه ملاحظة المحرر عن أخبار الميناء في هذا الأسبوع.")
    assert 'dir="rtl"' in arabic


def test_facts_of_two_directions_keep_apart() -> None:
    paper = Article(
        title="A",
        site="صحيفة الميناء",
        published=datetime(2020, 6, 20, tzinfo=UTC),
        body=(para("Words of it."),),
    )
    other = replace(paper, title="B", site="Paper", body=(para("Others."),))
    told = front(replace(edition([paper, other], language="en"), is_bundle=True), glance=True)
    assert "صحيفة الميناء\u200e · 20 June 2020" in told
    assert "Paper · 20 June 2020" in told


def test_odd_titles_at_a_glance() -> None:
    told = front(odd(), glance=True)
    assert "&lt;script&gt;" in told
    assert "<script" not in told
    assert 30 < told.count("钟") < 150
    assert "Words of article 2." in told


# --- Logos -------------------------------------------------------------------------------------


def test_a_huge_logo_is_small_and_a_drawing_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Image.new("RGB", (6000, 3000), "#722").save(path)
    logo = chosen_logo(str(path))
    assert (logo.width, logo.height) == (1200, 600)
    assert Image.open(io.BytesIO(chosen_logo(str(path), grey=True).data)).mode == "L"
    path = tmp_path / "logo.svg"
    path.write_text(LOGO, encoding="utf-8")
    drawn = chosen_logo(str(path))
    assert drawn.media_type == "image/png"
    assert drawn.name.endswith(".png")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cannot be the logo: it is empty; choose another picture, or leave the logo out"),
        (b"GIF89a", "cannot be the logo: it "),
        (b"<svg", "cannot be the logo: it "),
        (None, "cannot be read as the logo"),
    ],
)
def test_what_is_no_logo_is_told(tmp_path: Path, data: bytes | None, reason: str) -> None:
    path = tmp_path / "logo.png"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConversionError, match=reason):
        chosen_logo(str(path))


# --- QR codes ------------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-7")
@pytest.mark.parametrize(
    "url",
    [A, f"https://example.org/{'long-' * 20}", f"https://example.org/{'a' * 350}", B + "/中文"],
)
def test_a_code_is_read_as_the_address(url: str) -> None:
    drawing = qr_svg(url)
    width = float(re.findall(rb'width="([\d.]+)mm"', drawing)[0])
    modules = int(re.findall(rb'viewBox="0 0 (\d+) ', drawing)[0])
    assert 18 <= width <= 24
    assert width / modules >= 0.3  # millimetres, which a telephone can tell apart
    png = resvg_py.svg_to_bytes(svg_string=drawing.decode(), width=modules * 4, dpi=96)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(bytes(png))).convert("L"))
    assert found.text == link_address(url)
    assert found.format == zxingcpp.BarcodeFormat.QRCode


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", f"https://example.org/{'a' * 5000}"])
def test_what_is_no_address_or_too_long_has_no_code(url: str) -> None:
    assert qr_svg(url) == b""


def test_a_code_is_light_around_and_one_path() -> None:
    drawing = qr_svg(A).decode()
    assert drawing.count("<path") == 2
    starts = {int(x) for x in re.findall(r"M(\d+) \d+\.5h", drawing)}
    assert min(starts) == 4
    assert len(drawing) < 3000


# --- Room ------------------------------------------------------------------------------------------


def test_lists_are_tight_where_that_saves_a_page() -> None:
    assert is_tight(10, 65, 70)  # 75 em on pages of 70: five lines on a page of their own
    assert not is_tight(10, 55, 70)  # one page as it is
    assert not is_tight(10, 110, 70)  # two pages either way
    assert is_tight(10, 140, 70)
    tight = [count for count in range(2, 40) if "front tight" in front(many(count), glance=True)]
    assert tight
    assert tight != list(range(2, 40))
