"""The looks of print: their pages, on every paper, as a reader of the file sees them."""

import io
import re
import subprocess
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Raster
from PIL import ImageStat

from converters import styles
from converters.article import (
    Article,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    Figure,
    Heading,
    Image,
    Link,
    Row,
    Table,
    Text,
)
from converters.errors import ConversionError
from converters.writers._pdf_ink import black, inked, sparing
from converters.writers._pdf_look import LOOKS, find_look
from converters.writers._pdf_page import PAGES, find_page
from tests import layout
from tests.pdf_pages import annotations, article, made, pages, paragraph, squeezed, text
from tests.printed import Line, Printed, read
from tests.test_pdf import ENGLISH, SENTENCE, picture

NAMES = [name for name in LOOKS if name]
MM = 72 / 25.4


def table(columns: int) -> Table:
    """Return a table whose columns hold words of twelve letters."""
    return Table((Row(tuple(Cell((paragraph("abcdefghijkl"),)) for _ in range(columns))),))


def sample(language: str) -> Article:
    """Return an article with a bit of everything, of two pages and more in most looks."""
    words = SENTENCE if language == "zh-Hans" else ENGLISH
    link = Link(
        (Text("甲" if language == "zh-Hans" else "x"),), "https://example.com/" + "ab/" * 20
    )
    return article(
        Figure((Image(picture(400, 200), alt="g"),), (Text(words[:20]),)),
        paragraph(words * 4, link, words * 4),
        Heading(2, (Text(words[:9]),)),
        *(paragraph(words * 6) for _ in range(3)),
        table(2),
        BulletList(((paragraph(words * 2),), (paragraph(words),))),
        CodeBlock("print('x')  # " + "y" * 30),
        *(paragraph(words * 5) for _ in range(5)),
        language=language,
        title=words[:24],
        site="Example Press",
        authors=("A. Writer",),
        url="https://example.com/article",
        summary="Summary, " * 3,
    )


@cache
def printed(look: str, page: str, language: str) -> Printed:
    """Return the sample in a look."""
    return read(made(sample(language), style=look, page=page))


def body(found: Printed) -> list[Line]:
    """Return the lines of its paragraphs."""
    return [line for line in found.body_lines if "P" in line.kinds and len(line.glyphs) > 8]


# --- Every look, every paper ---------------------------------------------------------------

PAPERS = [
    ("briefing", "A4", "zh-Hans"),
    ("briefing", "A6", "en"),
    ("newspaper", "A4", "en"),
    ("newspaper", "A5", "zh-Hans"),
    ("plain", "Letter", "en"),
    ("plain", "A5", "zh-Hans"),
    ("large", "A5", "en"),
    ("large", "Legal", "zh-Hans"),
]


@pytest.mark.requirement("PDF-16", "PDF-7")
@pytest.mark.parametrize(("look", "page", "language"), PAPERS)
def test_nothing_is_cut_off_or_covered(look: str, page: str, language: str) -> None:
    found = printed(look, page, language)
    faults = [
        *layout.outside(found),
        *layout.overlaps(found),
        *layout.captions_astray(found),
        *layout.notes_astray(found),
        *layout.headings_alone(found),
        *layout.wide_gaps(found),
        *layout.cut_addresses(found),
    ]
    assert faults == []
    paper = find_page(page, language, LOOKS[look])
    for sheet in found.sheets:
        for line in sheet.content:
            assert line.left >= paper.left - 1, line
            # The empty half of a mark at the line's end may be beyond it.
            hanging = line.size / 2 if line.text[-1:] in "，。、；：！？）》」』”’" else 0
            assert line.right - hanging <= paper.width - paper.right + 1, line


@pytest.mark.requirement("PDF-12", "PDF-16")
@pytest.mark.parametrize(("look", "page", "language"), PAPERS)
def test_sizes_are_as_promised(look: str, page: str, language: str) -> None:
    found = printed(look, page, language)
    paper = find_page(page, language, LOOKS[look])
    sizes = Counter(round(line.size, 2) for line in body(found))
    assert sizes.most_common(1)[0][0] == pytest.approx(paper.size, abs=0.02)
    assert layout.tiny(found, LOOKS[look].smallest) == []
    assert paper.size == pytest.approx({"large": 18}.get(look, paper.size))


@pytest.mark.requirement("PDF-16")
def test_large_print_has_no_small_letter_at_all() -> None:
    # Not even marks of notes, indices or the foot of the page.
    for page, language in (("A5", "en"), ("Legal", "zh-Hans")):
        found = printed("large", page, language)
        sizes = [g.size for sheet in found.sheets for line in sheet.lines for g in line.glyphs]
        assert min(sizes) >= 14 - 0.05


@pytest.mark.requirement("PDF-16")
def test_plain_has_room_for_notes_by_hand() -> None:
    found = printed("plain", "Letter", "en")
    width = found.sheets[0].width
    right = max(line.right for sheet in found.sheets for line in sheet.lines)
    left = min(line.left for sheet in found.sheets for line in sheet.lines)
    assert width - right > 50 * MM
    assert left < 25 * MM
    lines = [line.baseline for line in body(found)]
    distances = [b - a for a, b in pairwise(lines) if 0 < b - a < 40]
    assert median(distances) == pytest.approx(1.8 * 11, abs=0.5)


# --- Columns -------------------------------------------------------------------------------


def sides(found: Printed, page: int, middle: float) -> tuple[list[Line], list[Line]]:
    """Return the lines of the body in the left and in the right column of a page."""
    lines = [line for line in found.sheet(page).body if "P" in line.kinds]
    return (
        [line for line in lines if line.right <= middle],
        [line for line in lines if line.left >= middle],
    )


@pytest.mark.requirement("PDF-16")
@pytest.mark.parametrize(
    ("options", "language"),
    [
        ({"style": "newspaper"}, "en"),
        ({"style": "newspaper", "notes": "end"}, "zh-Hans"),
        ({"style": "briefing", "columns": 2}, "zh-Hans"),
    ],
)
def test_columns(options: dict[str, Any], language: str) -> None:
    words = SENTENCE if language == "zh-Hans" else ENGLISH
    blocks = [paragraph(f"P{n}. ", words * 5) for n in range(32)]
    title = "Titles stand across both columns of a page: this is long enough to show that they do"
    data = made(article(*blocks, title=title, language=language), page="A5", **options)
    found = read(data)
    assert found.count >= 2
    middle = found.sheets[0].width / 2
    heading = [line for line in found.sheet(1).lines if "H1" in line.kinds]
    assert any(line.left < middle < line.right for line in heading)
    for page in range(1, found.count + 1):
        left, right = sides(found, page, middle)
        body = [line for line in found.sheet(page).body if "P" in line.kinds]
        assert len(left) + len(right) == len(body), f"page {page}: a line across the gap"
        # At an article's end, too, both columns are full but for a paragraph's lines.
        assert abs(len(left) - len(right)) <= 6, f"page {page}: {len(left)} and {len(right)} lines"
    # Each paragraph once and in order, down the columns.
    numbers = squeezed(
        text(made(article(*blocks, language=language), page="A5", **options), "-raw")
    )
    places = [numbers.index(f"P{n}.") for n in range(32)]
    assert places == sorted(places)
    assert all(numbers.count(f"P{n}.") == 1 for n in range(32))


@pytest.mark.requirement("PDF-16")
def test_columns_from_right_to_left_begin_at_one_height() -> None:
    words = "غادرت أول قافلة في الربيع الميناء يوم الثلاثاء وعلى متنها تسع سفن. "
    blocks = [paragraph(words * 3) for _ in range(12)]
    one = article(*blocks, language="ar", direction="rtl", title="العنوان")
    found = read(made(one, style="newspaper", page="A5"))
    sheet = found.sheet(1)
    paper = find_page("A5", "ar", LOOKS["newspaper"])
    left, right = sides(found, 1, sheet.width / 2)
    assert min(line.baseline for line in left) == pytest.approx(
        min(line.baseline for line in right), abs=0.1
    )
    # The rule is between them, and nowhere else; the space between paragraphs stays.
    upright = [box for box in sheet.rules if box.height > 40 and box.width < 3]
    middle = paper.left + paper.text_width / 2
    assert upright
    assert all(abs(box.left - middle) < 2 for box in upright)
    distances = {round(b.baseline - a.baseline, 1) for a, b in pairwise(left)}
    assert len(distances) == 2


@pytest.mark.requirement("PDF-14", "PDF-16")
def test_what_ends_an_article_in_columns_takes_lines_along() -> None:
    # Each has two lines more than the one before: on the first page of some, both columns have room
    # and what ends the article has none.
    long = [
        article(
            *(paragraph(f"{place}.{n}: ", ENGLISH) for n in range(7)),
            paragraph("Short. " * (1 + 4 * place)),
            language="en",
            title=f"Title {place}",
            site="Example Press",
            url=f"https://example.com/{place}",
        )
        for place in range(5, 10)
    ]
    options: dict[str, Any] = {"style": "newspaper", "columns": 2, "page": "A6"}
    found = read(made(*long, links="none", addresses=False, **options))
    openings, ends = 0, 0
    for sheet in found.sheets:
        prose = [line for line in sheet.body if "P" in line.kinds]
        lines = [line.text for line in sheet.lines]
        if lines[0] == "ExamplePress" and any("H1" in line.kinds for line in sheet.lines):
            openings += 1
        if any(line.startswith("Source:") for line in lines):
            assert len(prose) > 4, f"page {sheet.number}: nothing but the end"
            ends += 1
    assert openings == ends == 5
    assert found.count > 5


@pytest.mark.requirement("PDF-14")
def test_the_head_of_a_row_stands_by_its_first_line_and_that_of_a_column_by_its_last() -> None:
    long = "long words " * 12
    head = Row((Cell((paragraph("Day"),), header=True), Cell((paragraph(long),), header=True)))
    row = Row((Cell((paragraph("Monday"),), header=True), Cell((paragraph(long),))))
    one = article(Table((row,), head=(head,)), language="en")
    printed_lines = text(made(one, page="A6"), "-layout").splitlines()
    lines = [
        line.strip() for line in printed_lines if re.search("long|words|day", line, re.IGNORECASE)
    ]
    day = next(place for place, line in enumerate(lines) if line.startswith("Day"))
    assert day > 0
    assert lines[day + 1].startswith("Monday")
    assert len(lines) > day + 2


@pytest.mark.requirement("PDF-6", "PDF-16")
def test_notes_stand_below_both_columns_on_the_page_of_their_mark() -> None:
    blocks = []
    for n in range(18):
        link = Link((Text("there"),), f"https://example.com/n{n}/")
        blocks.append(paragraph(ENGLISH * (1 + n % 3), link, ". ", ENGLISH * 2))
    data = made(article(*blocks, language="en"), style="newspaper", page="A5")
    found = read(data)
    assert found.count >= 3
    assert layout.notes_astray(found) == []
    assert layout.overlaps(found) == []
    assert layout.outside(found) == []
    together = squeezed(text(data, "-raw"))
    assert all(together.count(f"https://example.com/n{n}/") == 1 for n in range(18))


@pytest.mark.requirement("PDF-16", "PDF-14")
def test_what_is_too_wide_for_a_column_stands_across_both() -> None:
    blocks: tuple[Block, ...] = (
        Figure((Image(picture(1200, 500), alt="g"),), (Text("Caption"),)),
        *(paragraph(ENGLISH * 3) for _ in range(4)),
        Heading(2, (Text("Wide"),)),
        table(4),
        *(paragraph(ENGLISH * 3) for _ in range(4)),
        table(2),
        CodeBlock("z" * 60),
        *(paragraph(ENGLISH * 2) for _ in range(2)),
    )
    found = read(made(article(*blocks, language="en"), style="newspaper", page="A4"))
    paper = find_page("A4", "en", LOOKS["newspaper"])
    (lead,) = found.sheets[0].pictures
    assert lead.box.width == pytest.approx(paper.text_width, abs=1)
    lines = [line for sheet in found.sheets for line in sheet.lines]
    (code,) = [line for line in lines if line.text.startswith("zzz")]
    assert code.right - code.left > paper.column_width
    cells = [line for line in lines if line.text == "abcdefghijkl"]
    assert max(line.right for line in cells[:4]) > paper.width / 2
    assert layout.overlaps(found) == []
    assert layout.outside(found, sides=paper.left - 1) == []


@pytest.mark.requirement("PDF-13")
def test_justified_lines_end_at_one_edge_and_none_gapes() -> None:
    found = printed("newspaper", "A4", "en")
    paper = find_page("A4", "en", LOOKS["newspaper"])
    edges = (paper.left + paper.column_width, paper.left + paper.text_width)
    lines = [line for line in body(found) if not line.within("LI", "TD", "Caption")]
    full = [line for line in lines if min(abs(line.right - edge) for edge in edges) < 1]
    assert len(full) > 0.6 * len(lines)
    assert layout.wide_gaps(found) == []


@given(
    name=st.sampled_from([*NAMES, ""]),
    language=st.sampled_from(["en", "zh-Hans", "ar", "ja"]),
    width=st.integers(70, 420),
    height=st.integers(70, 420),
    columns=st.integers(0, 2),
)
def test_any_paper_has_room(
    name: str, language: str, width: int, height: int, columns: int
) -> None:
    page = find_page(f"{width}x{height}", language, LOOKS[name], columns)
    safe = 10 * MM - 0.01
    assert min(page.left, page.right) >= safe
    assert page.measure >= 4
    assert page.text_height > 0
    assert page.columns in {1, columns or LOOKS[name].columns}
    assert page.left + page.text_width + page.right == pytest.approx(page.width)
    # Room for the running head and the foot, too.
    assert min(page.top, page.bottom) >= safe + 1.2 * page.smallest
    for number in (1, 2):
        for from_right in (False, True):
            moved = page.shift(number, from_right=from_right)
            assert page.left + moved >= safe
            assert page.right - moved >= safe


# --- Duplex --------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-16")
@pytest.mark.parametrize("look", ["briefing", "plain"])
def test_bound_sheets_have_their_wide_margin_where_it_belongs(look: str) -> None:
    blocks = [paragraph(SENTENCE * 6) for _ in range(14)]
    options: dict[str, Any] = {"style": look, "page": "A6", "duplex": True}
    for data in (
        made(article(*blocks, site="Press"), **options),
        made(article(*blocks), article(*blocks, title="Two"), **options),
    ):
        found = pages(data)
        paper = find_page("A6", "zh", LOOKS[look])
        assert len(found) >= 3
        lefts = [min(word.left for word in page.words) for page in found[:3]]
        assert lefts[0] == pytest.approx(paper.left + paper.shift(1), abs=0.6)
        assert lefts[2] == pytest.approx(lefts[0], abs=0.6)
        assert lefts[1] == pytest.approx(paper.left + paper.shift(2), abs=0.6)
        assert (lefts[1] > lefts[0]) == (look == "plain")


@pytest.mark.requirement("PDF-5", "PDF-16")
def test_in_duplex_heads_stand_at_the_outer_edge() -> None:
    long = article(*(paragraph(SENTENCE * 6) for _ in range(14)), site="Press", title="Title")
    found = pages(made(long, page="A6", duplex=True))
    heads = [[word.text for word in page.words if word.bottom < 45] for page in found[:3]]
    assert heads == [[], ["Press"], ["Title"]]


def test_a_book_from_the_right_is_bound_there() -> None:
    page = find_page("A4", "ar", LOOKS["briefing"])
    assert page.shift(1, from_right=True) == pytest.approx(page.shift(2))
    assert page.shift(2, from_right=True) == pytest.approx(page.shift(1))


# --- The article ---------------------------------------------------------------------------


@pytest.mark.requirement("PDF-14")
def test_a_picture_without_room_moves_behind_the_text_that_follows() -> None:
    blocks: tuple[Block, ...] = (
        *(paragraph(f"P{n} ", SENTENCE * 2) for n in range(4)),
        Figure((Image(picture(700, 900), alt="g"),), (Text("Caption"),)),
        paragraph("NEXT ", SENTENCE * 5),
        *(paragraph(SENTENCE * 4) for _ in range(3)),
    )
    found = read(made(article(*blocks), page="A6"))
    assert layout.bare_pages(found) == []
    first = "".join(line.text for line in found.sheet(1).lines)
    assert "NEXT" in first
    assert [sheet.number for sheet in found.sheets if sheet.pictures] == [2]
    assert layout.captions_astray(found) == []


def test_a_picture_stays_before_its_caption_and_its_heading() -> None:
    # The paragraph below it may be its caption, and a heading begins something else.
    for follows in (paragraph("△ 图片说明"), Heading(2, (Text("小节"),))):
        blocks: tuple[Block, ...] = (
            *(paragraph(SENTENCE * 2) for _ in range(4)),
            Figure((Image(picture(700, 1200), alt="g"),)),
            follows,
            paragraph("NEXT ", SENTENCE * 5),
        )
        found = read(made(article(*blocks), page="A6"))
        assert "NEXT" not in "".join(line.text for line in found.sheet(1).lines)


@pytest.mark.requirement("PDF-4")
def test_a_code_stands_beside_the_address_and_disturbs_nothing() -> None:
    one = article(paragraph(SENTENCE), url="https://example.com/a?b=c", tags=("x",))
    data = made(one, qr=True, style="briefing", page="A5", variant="pdf/ua-1")
    found = read(data)
    assert layout.outside(found) == []
    assert layout.overlaps(found) == []
    assert "https://example.com/a?b=c" in text(data)
    plain = read(made(one, style="briefing", page="A5"))
    below = [line.text for line in plain.sheets[0].lines]
    assert [line.text for line in found.sheets[0].lines] == below
    assert len(data) > len(made(one, style="briefing", page="A5")) + 200
    assert not [kind for _, kind, _ in annotations(data) if kind == "#None"]


@pytest.mark.requirement("PDF-14")
def test_articles_follow_each_other_on_the_page() -> None:
    short = [article(paragraph(SENTENCE), title=f"T{n}") for n in range(3)]
    for flow, count in (("continuous", 1), ("page", 3)):
        assert len(pages(made(*short, flow=flow, page="A5"))) == count
    # A headline at the foot of a page has three lines with it or goes to the next.
    for filling in range(9, 15):
        one = article(paragraph("x " * 5), *(paragraph("一行") for _ in range(filling)))
        two = article(paragraph(SENTENCE * 9), title="SECOND")
        found = read(made(one, two, flow="continuous", page="A6"))
        (place,) = [
            (sheet, line)
            for sheet in found.sheets
            for line in sheet.lines
            if line.text == "SECOND" and "H1" in line.kinds
        ]
        sheet, heading = place
        after = [line for line in sheet.body if line.baseline > heading.baseline + 1]
        assert len(after) >= 3, f"{filling}: {len(after)} lines"


# --- A style of one's own ------------------------------------------------------------------


@pytest.mark.requirement("PDF-16")
def test_a_style_says_how_pages_are_divided(tmp_path: Path) -> None:
    style = tmp_path / "own.css"
    style.write_text(
        "/* mine */ :root { --look: newspaper; --body-size: 12pt; --columns: 1; --ink: #004488;"
        " --measure: 20; --leading: 2; --smallest: 9pt } h1 { font-weight: normal }",
        encoding="utf-8",
    )
    warnings: list[str] = []
    data = made(sample("en"), style=str(style), page="A5", warn=warnings.append)
    assert warnings == []
    found = read(data)
    lines = body(found)
    sizes = Counter(round(line.size, 1) for line in lines)
    assert sizes.most_common(1)[0][0] == 12
    assert max(line.right - line.left for line in lines) <= 240.5
    assert layout.tiny(found, 9) == []
    with pikepdf.open(io.BytesIO(data)) as document:
        drawn = b"".join(page.Contents.read_bytes() for page in document.pages)
    assert b"0 0.266667 0.533333" in drawn or b"0 .266667 .533333" in drawn


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("--columns: 3", "--columns cannot be '3': 1 or 2"),
        ("--body-size: 10px", "a size such as 10.5pt"),
        ("--look: nothing", "the name of a look (briefing, newspaper, plain, large)"),
        ("--measure: calc(1 + 1)", "from 10 to 80"),
    ],
)
def test_a_style_that_asks_for_too_much_is_told_so(rule: str, reason: str) -> None:
    with pytest.raises(ConversionError, match=r"my\.css: --") as caught:
        find_look("my.css", f"p {{ color: red }} :root {{ {rule} }}")
    assert reason in str(caught.value)


def test_looks_are_those_of_printed_pages() -> None:
    assert set(styles.looks()) == set(NAMES)
    with pytest.raises(
        ConversionError, match=r"no look has this name \(briefing, large, newspaper"
    ):
        styles.style("gazette")
    with pytest.raises(ConversionError, match="one of printed pages"):
        styles.style("newspaper", printed=False)


def test_other_rules_of_a_style_change_no_geometry() -> None:
    assert find_look("my.css", "p { --columns: 2 } h1 { color: red }") == LOOKS[""]
    assert find_look("newspaper", "whatever") == LOOKS["newspaper"]
    assert PAGES["B5"] == (176, 250)


# --- Ink -----------------------------------------------------------------------------------


def ink(data: bytes, folder: Path) -> float:
    """Return how much of the first page is black."""
    path = folder / "page.pdf"
    path.write_bytes(data)
    options = ("-gray", "-r", "40", "-singlefile", "-png")
    subprocess.run(["pdftoppm", *options, path, folder / "page"], check=True)
    with Raster.open(folder / "page.png") as image:
        return 255 - float(ImageStat.Stat(image.convert("L")).mean[0])


@pytest.mark.requirement("PDF-16")
@pytest.mark.parametrize("look", ["", *NAMES])
def test_little_toner(look: str, tmp_path: Path) -> None:
    one = article(
        Figure((Image(picture(200, 100), alt="g"),)),
        paragraph(SENTENCE),
        CodeBlock("x"),
        site="Press",
    )
    full, spared = (
        ink(made(one, style=look, page="A6", toner_save=save), tmp_path) for save in (False, True)
    )
    assert spared < 0.82 * full


def test_ink_of_a_sheet() -> None:
    sheet = "p { background: #f3f2ef; border-top: 3pt double #6e1a1a; margin: 9pt }"
    saved = sparing(sheet.replace("; ", ";\n  ").replace("{ ", "{\n  "))
    assert "background: none" in saved
    assert "border-top: 0.5pt double" in saved
    assert "margin: 9pt" in saved
    assert "opacity" in saved
    assert "#6e1a1a" not in black(sheet)
    assert inked(sheet, gray=False, toner_save=False) == sheet


def test_a_style_of_ones_own_is_added_to_the_look_that_was_asked_for(tmp_path: Path) -> None:
    sheet = tmp_path / "own.css"
    sheet.write_text("p { orphans: 2 }", encoding="utf-8")
    assert find_look(str(sheet), sheet.read_text("utf-8"), "briefing") == LOOKS["briefing"]
    assert find_look("own.css", ":root { --look: large }", "briefing") == LOOKS["large"]
    words = article(paragraph(SENTENCE * 3))
    own = read(made(words, look="briefing", style=str(sheet), page="A5"))
    assert own == read(made(words, style="briefing", page="A5"))


@pytest.mark.requirement("PDF-14")
def test_a_headline_and_its_picture_have_text_with_them_where_articles_follow() -> None:
    sentence = "The ferry left the harbour before the morning fog had lifted. "
    figure = Figure((Image(picture(900, 500)),))
    for count in (3, 4, 6, 8):
        one = article(paragraph(sentence * 3 * count), language="en", title="One")
        two = article(figure, paragraph("Second " * 60), language="en", title="Two")
        found = read(made(one, two, flow="continuous", page="A5"))
        page = next(sheet for sheet in found.sheets if any(x.text == "Two" for x in sheet.body))
        assert any("Second" in line.text for line in page.body), count
