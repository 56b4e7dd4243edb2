"""Pictures on paper: how large they are, where strips are cut, what is grey."""

import base64
import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Raster
from PIL import ImageDraw

from converters.article import (
    Article,
    Block,
    BulletList,
    Cell,
    Figure,
    Heading,
    Image,
    Row,
    Table,
    Text,
)
from converters.edition import edition
from converters.errors import ConversionError
from converters.images import Need
from converters.writers import pdf
from converters.writers._pdf_ink import black
from converters.writers._pdf_page import find_page
from converters.writers._pdf_pictures import GAP, Area
from converters.writers._strips import cuts
from tests.checkers import pdf_faults
from tests.pdf_pages import article, made, pages, paragraph, squeezed, structure, text

A4 = Area(396.0, 690.0)
SENTENCE = "两国最近进行了一系列外交接触，人们认为此行是为可能举行的会晤做准备。"


def data_of(raster: Raster.Image) -> bytes:
    out = io.BytesIO()
    raster.save(out, "PNG")
    return out.getvalue()


def address(raster: Raster.Image) -> str:
    return "data:image/png;base64," + base64.b64encode(data_of(raster)).decode()


def plain(width: int, height: int, colour: str = "navy") -> str:
    return address(Raster.new("RGB", (width, height), colour))


def lines(width: int, height: int, pitch: int = 60) -> Raster.Image:
    """Return a strip of lines, 30 rows high, with blank rows between them."""
    raster = Raster.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(raster)
    for top in range(10, height - 30, pitch):
        draw.rectangle((10, top, width - 10, top + 30), fill="black")
        draw.rectangle((30, top + 10, 60, top + 20), fill="white")
    return raster


def printed_area() -> Area:
    page = find_page("A4", "zh")
    return Area(page.measure * page.size, page.text_height)


def instructions(page: pikepdf.Page) -> Iterator[tuple[Any, str]]:
    """Each instruction of a page's content: its operands and its name."""
    for instruction in pikepdf.parse_content_stream(page):
        yield instruction.operands, str(instruction.operator)


def shown(data: bytes) -> list[tuple[int, float, float]]:
    """List the pictures painted: page, width and height in points (ISO 32000-1, 8.9.5)."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as document:
        for number, page in enumerate(document.pages):
            stack: list[pikepdf.Matrix] = []
            matrix = pikepdf.Matrix.identity()
            for operands, operator in instructions(page):
                match operator:
                    case "q":
                        stack.append(matrix)
                    case "Q":
                        matrix = stack.pop()
                    case "cm":
                        matrix = pikepdf.Matrix(operands) @ matrix
                    case "Do":
                        found.append((number, abs(matrix.a), abs(matrix.d)))
    return found


# --- Sizes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "printed"),
    [
        ((100, 80), 75.0),  # 96 pixels to the inch, never enlarged
        ((3000, 1000), 396.0),
        ((3000, 3000), 379.5),  # a photograph leaves room for text
        ((1000, 1900), 326.8),  # what is higher may fill the page
    ],
)
def test_pictures_have_their_own_size_or_that_of_the_text(
    size: tuple[int, int], printed: float
) -> None:
    assert A4.fitted(*size) == pytest.approx(printed, abs=0.1)


def test_on_paper_too() -> None:
    body = [Figure((Image(plain(width, height)),)) for width, height in ((100, 80), (3000, 900))]
    narrow = Figure((Image(plain(800, 300), width=200),))
    listed = BulletList(((Figure((Image(plain(3001, 900)),)),),))
    sizes = [round(width) for _, width, _ in shown(made(article(*body, narrow, listed)))]
    measure = find_page("A4", "zh").measure * find_page("A4", "zh").size
    assert sizes[:3] == [75, round(measure), 150]
    assert 300 < sizes[3] < measure


def test_pictures_in_the_line_are_as_large_as_their_letters_allow() -> None:
    sign = Image(plain(64, 64), width=16, height=16)
    formula = Image(plain(120, 48))
    large = Image(plain(900, 300))
    data = made(article(paragraph("字", sign, "字", formula, "字"), paragraph("字", large)))
    size = find_page("A4", "zh").size
    heights = [height for _, _, height in shown(data)]
    assert heights[0] == pytest.approx(1.1 * size, abs=0.1)
    assert heights[1] == pytest.approx(3 * size, abs=0.1)
    assert heights[2] > 8 * size


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_a_picture_in_a_table_leaves_room_for_the_words_beside_it(cells: int) -> None:
    """As wide as the text it pushed the columns after it off the page, and their words with it."""
    picture = Cell((Figure((Image(plain(1600, 1000)),)),))
    words = Cell((paragraph(12 * "The committee met for a third time. "),))
    row = Row((Cell((paragraph("Alpha"),)), *[picture] * cells, words, words))
    data = made(article(Table((row,)), language="en"))
    right = max(word.right for page in pages(data) for word in page.words)
    assert right <= 595.3 - 90
    measure = find_page("A4", "en").measure * find_page("A4", "en").size
    assert measure / 5 / cells < max(width for _, width, _ in shown(data)) < measure / 2


def test_a_picture_alone_in_a_table_is_as_wide_as_the_text() -> None:
    picture = Figure((Image(plain(1600, 1000)),))
    widths = [width for _, width, _ in shown(made(article(Table((Row((Cell((picture,)),)),)))))]
    assert widths[0] > 0.9 * A4.width


@given(
    st.lists(st.tuples(st.integers(20, 4000), st.integers(20, 4000)), min_size=1, max_size=12),
    st.sampled_from([A4, Area(300.0, 430.0)]),
)
def test_rows_are_as_wide_as_the_text_at_most(sizes: list[tuple[int, int]], area: Area) -> None:
    rows = area.rows([(float(width), float(height)) for width, height in sizes])
    assert all(sum(row) <= area.width - len(row) * GAP + 1e-6 for row in rows)
    widths = [width for row in rows for width in row]
    assert len(widths) == len(sizes)
    for width, (across, _) in zip(widths, sizes, strict=True):
        assert 0 < width <= min(area.width - GAP, across * 0.75) + 1e-6


def test_several_pictures_stand_in_rows_of_one_height() -> None:
    sizes = ((800, 600), (800, 533), (600, 800), (800, 801))
    images = tuple(Image(plain(*size)) for size in sizes)
    found = shown(made(article(Figure(images, (Text("四张"),)))))
    heights = [round(height) for _, _, height in found]
    assert heights[0] == heights[1]
    assert heights[2] == heights[3]
    assert sum(width for _, width, _ in found[:2]) <= A4.width + 30


def test_a_small_picture_does_not_make_its_row_small() -> None:
    thumb, photo, panorama = (120, 90), (1600, 1067), (3000, 400)
    assert A4.rows([thumb, photo])[0][0] == pytest.approx(90)
    assert A4.rows([thumb, photo])[0][1] > 250
    assert [len(row) for row in A4.rows([photo, panorama, photo, photo])] == [1, 1, 2]
    assert A4.rows([thumb] * 3) == [[pytest.approx(90)] * 3]


def test_rows_do_not_run_into_each_other() -> None:
    """Pictures that fitted a line by chance stood beside larger ones of the next row."""
    sizes = ((3000, 400), (120, 90), (1440, 900), (1600, 1067), (900, 1200), (800, 800))
    figure = Figure(tuple(Image(plain(*size)) for size in sizes), (Text("六张"),))
    found = shown(made(article(figure)))
    rows = printed_area().rows(sizes)
    assert [len(row) for row in rows] == [1, 2, 2, 1]
    planned = [width for row in rows for width in row]
    assert [width for _, width, _ in found] == pytest.approx(planned, abs=0.05)
    assert found[3][2] == pytest.approx(found[4][2], abs=0.1)


def test_a_missing_picture_among_others_leaves_them_their_rows() -> None:
    there = [Image(plain(*size)) for size in ((1600, 1067), (1601, 1067), (900, 1200))]
    gone = Image("https://gone.example.org/a.jpg", alt="第三张")
    data = made(article(Figure((*there[:2], gone, there[2]), (Text("四张"),))))
    area = printed_area()
    rows = [*area.rows([(1600, 1067), (1601, 1067)]), *area.rows([(900, 1200)])]
    assert [len(row) for row in rows] == [2, 1]
    widths = [width for _, width, _ in shown(data)]
    assert widths == pytest.approx([width for row in rows for width in row], abs=0.05)


def test_many_pictures_go_on_from_page_to_page() -> None:
    images = tuple(Image(plain(800, 600)) for _ in range(16))
    data = made(article(paragraph(SENTENCE), Figure(images, (Text("十六张"),))))
    found = shown(data)
    assert len(found) == 16
    assert len({round(width) for _, width, _ in found}) == 1
    assert next(page for page, _, _ in found) == 0
    assert "十六张" in pages(data)[found[-1][0]].text


def _after(lines: int, *blocks: Block) -> list[tuple[int, float, float]]:
    before = [paragraph(SENTENCE[:30]) for _ in range(lines)]
    return shown(made(article(*before, *blocks, paragraph(SENTENCE))))


def test_a_picture_that_just_misses_the_foot_of_the_page_is_printed_smaller() -> None:
    """Pages ended in a third of white for want of a line or two."""
    figure = Figure((Image(plain(1200, 900)),), (Text("图说"),))
    full = _after(0, figure)[0]
    found = [_after(lines, figure)[0] for lines in range(10, 32, 3)]
    assert found[0] == pytest.approx(full)
    assert found[-1][1:] == pytest.approx(full[1:])
    assert found[-1][0] == 1
    smaller = [(page, width) for page, width, _ in found if width < full[1] - 1]
    assert smaller
    assert all(page == 0 and width >= 0.59 * full[1] for page, width in smaller)
    assert all(width / height == pytest.approx(4 / 3, abs=0.01) for _, width, height in found)


def test_a_heading_stays_with_the_picture_that_is_printed_smaller() -> None:
    figure = Figure((Image(plain(1200, 900)),), (Text("图说"),))
    before = [paragraph(SENTENCE[:30]) for _ in range(18)]
    for count in (14, 16, 18, 20, 22):
        data = made(article(*before[:count], Heading(2, (Text("小标题"),)), figure))
        page = shown(data)[0][0]
        assert "小标题" in pages(data)[page].text
        assert "图说" in pages(data)[page].text


# --- Strips --------------------------------------------------------------------------------


def test_only_what_would_be_too_narrow_on_a_page_is_cut() -> None:
    assert A4.strip(1080, 6000) == 396.0
    assert A4.strip(1080, 2340) is None  # a telephone's screen
    assert A4.strip(100, 2000) is not None
    assert A4.strip(60, 700) is None  # small enough as it is
    assert A4.strip(3000, 2000) is None


@given(st.integers(50, 400), st.integers(400, 3000), st.integers(200, 900), st.integers(10, 150))
def test_pieces_are_the_whole_picture_in_order(
    width: int, height: int, most: int, least: int
) -> None:
    pieces = cuts(data_of(lines(width, height)), most, least)
    assert pieces[0][0] == 0
    assert pieces[-1][1] == height
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]
    assert all(0 < end - start <= most for start, end in pieces)


def test_pieces_end_between_lines() -> None:
    for _, end in cuts(data_of(lines(400, 3000)), 700, 100)[:-1]:
        assert not 10 <= end % 60 <= 40


def test_what_has_no_blank_rows_is_cut_at_the_end_of_the_page() -> None:
    noise = Raster.effect_noise((50, 1000), 200)
    assert cuts(data_of(noise), 300, 50) == [(0, 300), (300, 600), (600, 900), (900, 1000)]


@pytest.mark.requirement("PDF-14")
def test_a_strip_goes_on_over_pages_and_is_in_the_file_once() -> None:
    image = Image(address(lines(900, 5000)), alt="长图")
    figure = Figure((image,), (Text("长图的说明"),))
    data = made(article(paragraph(SENTENCE), figure, paragraph(SENTENCE)), variant="pdf/ua-1")
    found = shown(data)
    assert sorted({page for page, _, _ in found}) == [0, 1, 2, 3]
    assert {round(width) for _, width, _ in found} == {round(A4.width + 22)}
    last = max(page for page, _, _ in found)
    assert "长图的说明" in pages(data)[last].text
    with pikepdf.open(io.BytesIO(data)) as document:
        kinds = [o for o in document.objects if isinstance(o, pikepdf.Stream)]
        assert sum(o.get("/Subtype") == "/Image" for o in kinds) == 1
    assert pdf_faults(data) == []


# --- Words, notes, grey --------------------------------------------------------------------


@pytest.mark.requirement("PDF-1", "EP-15")
def test_every_picture_has_words_in_the_structure() -> None:
    url = plain(300, 200)
    body = (
        Figure((Image(url, alt="渐变"),), (Text("渐变"),)),
        Figure((Image(url),), (Text("说明"),)),
        Figure((Image(url),)),
    )
    data = made(article(*body), variant="pdf/ua-1")
    assert [kind for kind, _ in structure(data)].count("Figure") == 3
    assert pdf_faults(data) == []


@pytest.mark.requirement("PDF-1")
def test_the_structure_says_where_a_picture_is() -> None:
    data = made(article(paragraph(SENTENCE * 20), Figure((Image(plain(300, 200), alt="蓝"),))))
    ((_, width, height),) = shown(data)
    with pikepdf.open(io.BytesIO(data)) as document:
        (figure,) = (
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        )
        left, bottom, right, top = map(float, figure.A.BBox)
        page = list(map(float, figure.Pg.MediaBox))
    assert (right - left, top - bottom) == pytest.approx((width, height), abs=0.1)
    assert 0 < left < right < page[2]
    # Below twenty lines of text, and above the foot.
    assert 40 < bottom < top < page[3] / 2 + 100


@pytest.mark.requirement("ALL-4", "PDF-6")
def test_the_address_of_a_missing_picture_is_printed() -> None:
    url = "https://img.example.com/a/photo-of-a-ship.jpg"
    missing = article(Figure((Image(url, alt="船"),), (Text("港口"),)), paragraph(SENTENCE))
    for links, place in (("notes", f"船1港口{SENTENCE}1{url}"), ("inline", f"船{url}港口")):
        assert place in squeezed(text(made(missing, links=links), "-raw"))
    # Notes at the end of the article count the same.
    assert f"注释1{url}" in squeezed(text(made(missing, notes="end"), "-raw"))


def test_many_missing_pictures_keep_their_notes() -> None:
    figures = [
        Figure((Image(f"https://img.example.com/{n}/a-name.jpg", alt=f"图{n}"),)) for n in range(60)
    ]
    words = squeezed(text(made(article(paragraph(SENTENCE), *figures)), "-raw"))
    for n in range(60):
        assert words.count(f"https://img.example.com/{n}/a-name.jpg") == 1


@pytest.mark.requirement("PDF-16")
def test_grey_is_asked_of_pictures_and_everything_else_is_black() -> None:
    need = pdf.picture_need(edition([Article()]), pdf.Options(gray=True))
    assert need.grey
    missing = Figure((Image("https://example.com/a.jpg", alt="船"),), (Text("港口"),))
    data = made(article(paragraph(SENTENCE), missing, url="https://example.com/"), gray=True)
    with pikepdf.open(io.BytesIO(data)) as document:
        colours = {
            tuple(float(operand) for operand in operands)
            for page in document.pages
            for operands, operator in instructions(page)
            if operator in ("rg", "RG")
        }
    assert colours <= {(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)}


def test_black_leaves_grounds_white() -> None:
    sheet = black("a { color: #5a5a5a; background: #f3f2ef } b { border: 1pt solid #c9c7c1 }")
    assert re.findall("#[0-9a-f]+", sheet) == ["#000000", "#ffffff", "#000000"]


@pytest.mark.requirement("EP-29")
def test_what_a_page_can_use_of_a_picture() -> None:
    book = edition([Article(language="en")])
    page = find_page("A4", "en")
    need = pdf.picture_need(book, pdf.Options())
    assert need.width == pytest.approx(page.measure * page.size / 72 * 300, abs=1)
    assert need.pixels == pytest.approx(need.width * page.text_height / 72 * 300, rel=0.01)
    assert pdf.picture_need(book, pdf.Options(page="A5")).width < need.width
    assert pdf.picture_need(book, pdf.Options(image_width=600)).width == 600
    assert need == Need(need.width, 0, need.pixels)
    with pytest.raises(ConversionError, match="A4"):
        pdf.picture_need(book, pdf.Options(page="A99"))
