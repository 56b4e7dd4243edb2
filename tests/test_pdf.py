"""The PDF writer: the file as other programs see it."""

import base64
import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from msgspec import structs
from PIL import Image as Raster

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Link,
    Note,
    OrderedList,
    Row,
    Ruby,
    Strong,
    Table,
    Text,
    plain_text,
    query,
)
from converters.errors import ConversionError, WriteError
from converters.images.raster import Encoded
from converters.writers import _pdf_engine as engine
from converters.writers import _pdf_fonts, _pdf_unicode
from converters.writers._pdf_page import find_page
from tests import strategies
from tests.pdf_pages import (
    annotations,
    article,
    fonts,
    made,
    outline,
    pages,
    paragraph,
    squeezed,
    text,
)

ROOT = Path(__file__).resolve().parent.parent
SENTENCE = "两国最近进行了一系列外交接触，人们认为此行是为可能举行的会晤做准备。"
ENGLISH = "The Secretary of State met with officials to discuss a wide range of issues. "


def link(words: str, url: str) -> Link:
    return Link((Text(words),), url)


def picture(width: int, height: int) -> str:
    """Return a picture as a data: address."""
    target = io.BytesIO()
    Raster.linear_gradient("L").resize((width, height)).save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


def everything() -> Article:
    """Return an article with each kind of block."""
    cells = [Row((Cell((paragraph(word),)), Cell((paragraph(SENTENCE),)))) for word in "甲乙丙"]
    head = Row(tuple(Cell((paragraph(word),), header=True) for word in ("名", "说明")))
    items = ((paragraph(SENTENCE),), (paragraph("第二"), BulletList(((paragraph("内"),),))))
    return article(
        paragraph(SENTENCE, link("声明", "https://example.com/a"), "。", Emphasis((Text("强调"),))),
        Heading(2, (Text("小节"), Note((paragraph("注释文字。"),)))),
        BlockQuote((paragraph(SENTENCE),), citation=(Text("《某书》"),)),
        BulletList(items),
        OrderedList(items, start=9),
        DefinitionList((Definition((Text("术语"),), ((paragraph("意思"),),)),)),
        CodeBlock("print(1)"),
        Table(tuple(cells), head=(head,), caption=(Text("表"),)),
        Figure((Image(picture(400, 300), alt="渐变"),), (Text("图片说明"),), (Text("摄影"),)),
        Figure((Image("https://example.com/b.jpg"),), (Text("远处的图"),)),
        Embed("https://example.com/v", "video", "视频"),
        Heading(3, (Text("更小"),)),
        paragraph(SENTENCE, Ruby((Text("漢"),), "hàn"), Strong((Text("重点"),))),
        *(paragraph(SENTENCE * 4) for _ in range(6)),
        title="一篇文章",
        url="https://example.com/一篇",
        site="某社",
        authors=("张三", "李四"),
        published=datetime(2023, 10, 28, 2, 4, 53, tzinfo=UTC),
        archived=datetime(2023, 10, 28, 2, 39, 3, tzinfo=UTC),
        summary="这是导语。",
        tags=("政治", "国际"),
    )


@pytest.fixture(scope="module")
def whole() -> bytes:
    return made(everything())


# --- What the file says of itself ----------------------------------------------------------


@pytest.mark.requirement("PDF-1", "ALL-3")
def test_metadata_say_what_the_file_is(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as document:
        info = {name: str(value) for name, value in document.docinfo.items()}
        assert info["/Title"] == "一篇文章"
        assert info["/Author"] == "张三, 李四"
        assert info["/Subject"] == "这是导语。"
        assert info["/Keywords"] == "政治, 国际"
        assert info["/Source"] == "https://example.com/一篇"
        assert info["/Creator"].startswith("Broadsheet ")
        assert info["/CreationDate"] == info["/ModDate"] == "D:20231028020453Z"
        assert str(document.Root.Lang) == "zh-Hans"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.Root.MarkInfo.Marked


@pytest.mark.requirement("PDF-3")
def test_bookmarks_are_articles_and_sections_without_note_numbers() -> None:
    second = article(Heading(2, (Text("甲"),)), paragraph(SENTENCE), title="第二篇")
    data = made(everything(), second)
    assert outline(data) == [(1, "一篇文章"), (2, "小节"), (1, "第二篇"), (2, "甲")]


@pytest.mark.requirement("PDF-17", "ALL-3")
def test_the_same_article_gives_the_same_bytes_anywhere(whole: bytes, tmp_path: Path) -> None:
    code = (
        "import sys; from tests.test_pdf import everything; from tests.pdf_pages import made;"
        "sys.stdout.buffer.write(made(everything()))"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.stdout == whole


@pytest.mark.requirement("PDF-17", "ALL-3")
def test_an_emoji_font_does_not_tell_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = article(paragraph("笑😀"))
    now = made(sample)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert made(sample) == now


def test_qpdf_finds_nothing_wrong(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(whole)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_source_date_epoch_stands_in_for_a_missing_date(monkeypatch: pytest.MonkeyPatch) -> None:
    undated = article(paragraph(SENTENCE))
    with pikepdf.open(io.BytesIO(made(undated))) as document:
        assert "/CreationDate" not in document.docinfo
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with pikepdf.open(io.BytesIO(made(undated))) as document:
        assert str(document.docinfo["/CreationDate"]) == "D:20231114221320Z"


# --- Pages ---------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-5")
def test_running_head_names_the_article_but_not_on_its_first_page() -> None:
    long = "一个非常长的标题" * 8
    first = article(*(paragraph(SENTENCE * 9) for _ in range(8)), title=long, site="某社")
    found = pages(made(first))
    assert len(found) >= 2
    heads = [
        "".join(word.text for word in page.words if word.bottom < 70 and word.top < 70)
        for page in found
    ]
    assert heads[0] == ""
    for head in heads[1:]:
        assert head.startswith("某社一个非常长的标题")
        assert head.endswith("…")
    lines = {round(word.top) for word in found[1].words if word.bottom < 70}
    assert len(lines) == 1
    for number, page in enumerate(found, 1):
        foot = "".join(word.text for word in page.words if word.top > 775)
        assert foot == f"第{number}页，共{len(found)}页"


@pytest.mark.requirement("PDF-5")
def test_every_article_opens_without_a_head() -> None:
    one = article(*(paragraph(SENTENCE * 9) for _ in range(8)), title="其一", site="某社")
    two = article(*(paragraph(SENTENCE * 9) for _ in range(8)), title="其二", site="某社")
    heads = [
        "".join(word.text for word in page.words if word.bottom < 70)
        for page in pages(made(one, two))
    ]
    half = len(heads) // 2
    assert heads == ["", *["某社其一"] * (half - 1), "", *["某社其二"] * (half - 1)]


@pytest.mark.parametrize(
    # Right-to-left pieces come out of poppler in the order of the page.
    ("language", "foot"),
    [("en", "Page1of1"), ("ja", "1/1ページ"), ("ar", "1من1صفحة")],
)
def test_foot_counts_in_the_language_of_the_article(language: str, foot: str) -> None:
    found = squeezed(text(made(article(paragraph("x"), language=language)), "-raw"))
    assert foot in re.sub("[\u202a-\u202e]", "", found)


def test_a_small_page_and_one_by_its_size() -> None:
    page = pages(made(everything(), page="a5"))[0]
    assert [page.width, page.height] == pytest.approx([419.53, 595.28], abs=0.01)
    page = pages(made(everything(), page="120x160"))[0]
    assert [page.width, page.height] == pytest.approx([340.157, 453.543])
    with pytest.raises(ConversionError, match="no size of paper: there are A3, A4"):
        made(everything(), page="A0x")


@pytest.mark.requirement("PDF-12")
@pytest.mark.parametrize("page", ["A4", "A5", "A6", "Letter"])
def test_measure_is_a_whole_number_of_characters(page: str) -> None:
    paper = find_page(page, "zh-Hans")
    assert 2 * paper.left + paper.measure * paper.size == pytest.approx(paper.width)
    assert isinstance(paper.measure, int)
    assert 20 <= paper.measure <= 38
    assert paper.left > 20


def test_the_source_is_never_alone_on_a_page() -> None:
    met = set()
    for lines in range(17, 32, 2):
        body = [paragraph("一行") for _ in range(lines)]
        found = pages(made(article(*body, url="https://example.com/a"), page="A5"))
        met.add(len(found))
        assert "一行" in found[-1].text
        assert "https://example.com/a" in found[-1].text
    assert met == {1, 2}


def test_a_title_breaks_within_a_word_only_where_no_line_holds_it() -> None:
    title = "Verkündung des Tabaksteuermodernisierungsgesetzes"
    data = made(article(paragraph("Wort"), title=title, language="de"), page="A5")
    assert re.search(r"Tabaksteuer\w*[-\u2010]\n", text(data))
    shorter = "Ministerpräsidentinnen treffen Ministerpräsidentinnen"
    data = made(article(paragraph("Wort"), title=shorter, language="de"))
    assert "-\n" not in text(data).replace("\u2010", "-")


# --- Notes ---------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-6", "ALL-7")
def test_notes_stand_once_on_the_page_that_calls_them() -> None:
    blocks = [
        paragraph(SENTENCE * 3, link("这里", f"https://example.com/n{n}/"), "。", SENTENCE)
        for n in range(24)
    ]
    blocks.append(paragraph("再看", link("第一处", "https://example.com/n0/"), "。"))
    found = pages(made(article(*blocks), page="A5"))
    assert len(found) > 5
    for n in range(24):
        places = [
            index for index, page in enumerate(found) if f"https://example.com/n{n}/" in page.text
        ]
        marks = [index for index, page in enumerate(found) if f"这里{n + 1}。" in page.text]
        assert places == marks, f"note {n + 1}"
    # The same address again is the same note, called again.
    assert "第一处1。" in found[-1].text


@pytest.mark.requirement("PDF-6")
def test_marks_and_notes_lead_to_each_other() -> None:
    data = made(article(paragraph(SENTENCE, link("这里", "https://example.com/a"), "。")))
    assert [target for _, _, target in annotations(data)] == [
        "#note-1",
        "#ref-1",
        "https://example.com/a",
    ]


@pytest.mark.requirement("PDF-6")
def test_a_mark_does_not_move_its_line() -> None:
    plain = [paragraph(SENTENCE * 3) for _ in range(3)]
    noted = [*plain[:1], paragraph(SENTENCE * 2, Note((paragraph("注"),)), SENTENCE), *plain[2:]]

    def lines(blocks: list[Any], size: int) -> list[float]:
        page = pages(made(article(*blocks)))[0]
        tall = [word for word in page.words if word.bottom - word.top > size]
        return sorted({round(word.top, 1) for word in tall if word.top < 700})

    assert lines(noted, 14) == lines(plain, 14)


@pytest.mark.requirement("PDF-6")
def test_too_many_notes_go_behind_the_article() -> None:
    crowd = [link("甲", f"https://example.com/{'long-' * 20}{n}/") for n in range(60)]
    found = pages(made(article(paragraph(*crowd), paragraph(SENTENCE * 30))))
    together = "".join(page.text for page in found)
    assert together.index("注释") > together.index(SENTENCE[:20])
    for n in range(60):
        assert squeezed(together).count(f"long-{n}/") == 1
    end = made(article(paragraph("a", crowd[0])), notes="end")
    assert "注释" in text(end)


@pytest.mark.requirement("PDF-6")
@pytest.mark.parametrize("size", ["A5", "A6"])
def test_no_note_is_lost_at_the_foot_of_a_page(size: str) -> None:
    # Paragraphs of two and three lines that call two notes: where these meet the foot of a page,
    # WeasyPrint 70 forgets the second note (see _pdf_patch).
    blocks = []
    for n in range(60):
        start = SENTENCE * (1 + n % 3)
        blocks.append(
            paragraph(
                start,
                link("甲", f"https://example.com/{n}a/"),
                SENTENCE[: 7 + n % 11],
                link("乙", f"https://example.com/{n}b/"),
                "。",
            )
        )
    found = pages(made(article(*blocks), page=size))
    places = {
        mark: [index for index, page in enumerate(found) if f"com/{mark}/" in page.text]
        for n in range(60)
        for mark in (f"{n}a", f"{n}b")
    }
    assert all(len(indexes) == 1 for indexes in places.values()), places
    assert "注释" not in "".join(page.text for page in found)


@pytest.mark.requirement("PDF-6")
def test_notes_of_every_place_are_there() -> None:
    def note(words: str) -> Note:
        return Note((paragraph(words), BulletList(((paragraph(f"{words}项"),),))))

    rows = tuple(Row((Cell((paragraph(f"格{n}"),)),)) for n in range(60))
    blocks: tuple[Block, ...] = (
        Heading(2, (Text("节"), note("注甲"))),
        BulletList(((paragraph("项", note("注乙")),),)),
        Table(rows, head=(Row((Cell((paragraph("头", note("注丙")),), header=True),)),)),
        Figure((Image(picture(300, 200)),), (Text("图"), note("注丁"))),
        BlockQuote((paragraph("引", note("注戊")),), citation=(Text("源"), note("注己"))),
        paragraph(Emphasis((Text("重"), note("注庚")))),
    )
    together = "".join(page.text for page in pages(made(article(*blocks))))
    for words in ("注甲", "注乙", "注丙", "注丁", "注戊", "注己", "注庚"):
        assert together.count(f"{words}项") == 1


# --- Addresses, pictures, tables, code -----------------------------------------------------

LONG = "https://www.example.com/" + "a-very-long/path_that?goes=on&" * 12 + "end"


@pytest.mark.requirement("PDF-7")
@pytest.mark.parametrize("where", ["note", "text"])
def test_a_long_address_breaks_and_stays_one_link(where: str) -> None:
    words = "这里" if where == "note" else LONG
    data = made(article(paragraph("见", link(words, LONG), "。")), page="A5")
    page = pages(data)[0]
    paper = find_page("A5", "zh-Hans")
    assert max(word.right for word in page.words) <= page.width - paper.left + 0.5
    joined = squeezed(text(data, "-raw", "-nodiag"))
    assert LONG in joined
    assert not re.search("[\u00ad\u2010\u200b\u2060]", text(data))
    targets = {target for _, _, target in annotations(data) if target.startswith("http")}
    assert targets == {LONG}


def test_a_link_has_one_annotation_a_line() -> None:
    data = made(
        article(
            paragraph("见", link("2023年APEC峰会", "https://e.org/")),
        ),
        links="inline",
    )
    assert [target for _, _, target in annotations(data)] == ["https://e.org/"]


@pytest.mark.requirement("PDF-14")
def test_a_picture_fits_the_page_and_keeps_its_caption() -> None:
    for width, height in ((3000, 1000), (600, 1500), (40, 30)):
        blocks = [paragraph(SENTENCE * 14), paragraph(SENTENCE * 9)]
        figure = Figure((Image(picture(width, height)),), (Text("图片说明"),))
        data = made(article(*blocks, figure, paragraph(SENTENCE)))
        with pikepdf.open(io.BytesIO(data)) as document:
            with_picture = [
                index
                for index, page in enumerate(document.pages)
                if re.search(rb"/\S+ Do\b", page.Contents.read_bytes())
            ]
        with_caption = [i for i, page in enumerate(pages(data)) if "图片说明" in page.text]
        assert with_picture == with_caption
        assert len(with_caption) == 1


@pytest.mark.requirement("ALL-4")
def test_a_picture_elsewhere_leaves_a_box_with_its_address() -> None:
    url = "https://img.example.com/x/photo%20of-%E5%9B%BE.jpg"
    data = made(article(Figure((Image(url, alt="替代"),), (Text("说明"),)), paragraph(SENTENCE)))
    words = squeezed(text(data, "-raw"))
    assert "替代1说明" in words
    assert "1https://img.example.com/x/photo%20of-图.jpg" in words
    assert (0, "/Link", url) in annotations(data)


@pytest.mark.requirement("PDF-6")
@pytest.mark.parametrize("place", ["page", "end"])
def test_marks_that_meet_are_parted(place: str) -> None:
    notes = [Note((paragraph(f"Note {n}."),)) for n in range(3)]
    block = paragraph("Words", notes[0], notes[1], " and more", notes[2], ".")
    found = squeezed(text(made(article(block, title="T"), notes=place), "-raw"))
    assert "Words1,2andmore3." in found


@pytest.mark.requirement("PDF-4")
def test_a_standfirst_says_nothing_that_the_title_says() -> None:
    sample = article(paragraph("Body."), title="The ferry is late: a city waits")
    for summary in ("The ferry is late — a city waits", "A city waits"):
        found = squeezed(text(made(structs.replace(sample, summary=summary)), "-raw"))
        assert found.casefold().count("acitywaits") == 1
    found = squeezed(
        text(made(structs.replace(sample, summary="Nobody knows why it is late")), "-raw")
    )
    assert "Nobodyknowswhyitislate" in found


@pytest.mark.requirement("PDF-14")
def test_a_table_repeats_its_head_and_keeps_rows_whole() -> None:
    rows = tuple(
        Row((Cell((paragraph(f"行{n}"),)), Cell((paragraph(f"首{n}" + SENTENCE * 3 + f"尾{n}"),))))
        for n in range(30)
    )
    head = Row(tuple(Cell((paragraph(word),), header=True) for word in ("表头", "说明")))
    found = pages(made(article(Table(rows, head=(head,)))))
    assert len(found) > 2
    for page in found:
        assert "表头" in page.text
    for n in range(30):
        holding = [page for page in found if f"首{n}两" in page.text]
        assert len(holding) == 1
        assert f"尾{n}" in holding[0].text


@pytest.mark.requirement("PDF-14")
def test_cells_of_several_rows_are_not_cut(pdf_check: Any) -> None:
    tall = Row((Cell((paragraph("跨"),), rowspan=3), Cell((paragraph(SENTENCE * 3),))))
    rest = Row((Cell((paragraph(SENTENCE * 3),)),))
    for lines in range(20, 30):
        blocks: tuple[Block, ...] = (
            *(paragraph("行") for _ in range(lines)),
            Table((tall, rest, rest)),
        )
        assert pdf_check(made(article(*blocks), variant="pdf/ua-1")) == []


@pytest.mark.parametrize("columns", [3, 9, 25])
def test_wide_tables_and_long_lines_stay_on_the_page(columns: int) -> None:
    row = Row(tuple(Cell((paragraph("Extraordinary"),)) for _ in range(columns)))
    code = CodeBlock("x = " + "very_long_name + " * 30 + "\n" + "y" * 700)
    body = paragraph("Word" * 60, Emphasis((Text("glued" * 20),)), "together" * 20)
    data = made(article(Table((row, row)), code, body, language="en"), page="A5")
    for page in pages(data):
        assert max(word.right for word in page.words) <= page.width
        assert min(word.left for word in page.words) >= 0


# --- Fonts ---------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-8")
def test_fonts_are_embedded_as_subsets_and_never_slanted(whole: bytes) -> None:
    found = fonts(whole)
    assert found
    for name, embedded in found.items():
        assert embedded, name
        assert re.match(r"[A-Z]{6}\+", name), name
        assert "Oblique" not in name
        assert not ("CJK" in name and "Italic" in name)


@pytest.mark.requirement("PDF-8")
@pytest.mark.parametrize(
    ("language", "face"),
    [
        ("zh-Hans", "Noto-Serif-CJK-SC"),
        ("zh-Hant", "Noto-Serif-CJK-TC"),
        ("zh-Hant-HK", "Noto-Serif-CJK-HK"),
        ("ja", "Noto-Serif-CJK-JP"),
        ("ko", "Noto-Serif-CJK-KR"),
        ("en", "Noto-Serif"),
    ],
)
def test_faces_follow_the_language(language: str, face: str) -> None:
    sample = {"ko": "국민은", "en": "words"}.get(language, "骨直令")
    data = made(article(paragraph(sample), language=language, title=sample))
    assert {name.partition("+")[2].removesuffix("-Bold") for name in fonts(data)} == {face}


@pytest.mark.requirement("PDF-8")
@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
def test_emphasis_is_never_a_slanted_copy(language: str) -> None:
    words = Emphasis((Text("word 汉字 かな عربي עברית ไทย → 2023"),))
    data = made(article(paragraph("a ", words, " b"), language=language))
    assert not [name for name in fonts(data) if "Oblique" in name]
    slanted = [name for name in fonts(data) if "Italic" in name]
    assert all(name.endswith("Noto-Serif-Italic") for name in slanted)


@pytest.mark.requirement("PDF-8")
def test_missing_glyphs_are_reported_with_what_to_install() -> None:
    warnings: list[str] = []
    made(article(paragraph("私用\ue8b1字，\U0003134f")), warn=warnings.append)
    together = "\n".join(warnings)
    assert "\ue8b1 (U+E8B1)" in together
    assert "U+3134F" in together
    assert "fonts-babelstone-han" in together
    made(article(paragraph("没有缺字")), warn=warnings.append)
    assert len(warnings) == 2


@pytest.mark.parametrize(
    ("character", "package"),
    [
        ("中", "fonts-noto-cjk"),
        ("ก", "fonts-noto-core"),
        ("😀", "fonts-noto-color-emoji"),
        ("\U00020000", "fonts-hanazono"),
    ],
)
def test_the_package_that_has_a_character(character: str, package: str) -> None:
    (sentence,) = _pdf_fonts.advice([character])
    assert sentence.endswith(package)


def test_advice_names_a_few_characters_and_counts_the_rest() -> None:
    (sentence,) = _pdf_fonts.advice([chr(0xE000 + n) for n in range(20)])
    assert "and 12 more" in sentence
    assert "not standard characters" in sentence


# --- Text ----------------------------------------------------------------------------------


def test_glyphs_of_a_cluster_get_their_own_characters() -> None:
    glyphs = {"e": 1, "\u0301": 2, "x": 3, "ก": 4, "ำ": 5, "า": 6}
    drawn = {1: "e\u0301", 2: "", 3: "x", 9: "fi", 4: "ก", 7: "", 6: "ำ"}
    _pdf_unicode.own_characters(drawn, lambda character: glyphs.get(character, 0), "e\u0301xกำ")
    assert drawn == {1: "e", 2: "\u0301", 3: "x", 9: "fi", 4: "ก", 7: "\u034f", 6: "า"}


def test_letters_and_accents_are_copied_as_they_are() -> None:
    words = "Tie\u0302\u0301ng Viê\u0323t e\u0301 e"
    data = made(article(paragraph(words), language="vi"))
    found = text(data)
    assert re.search(r"\be\b", found.replace("\u0301", "\u0301"))
    assert "e\u0301e" not in squeezed(found).replace("e\u0301e", "", 1)


@pytest.mark.requirement("ALL-1")
def test_everything_is_in_the_text(whole: bytes) -> None:
    found = squeezed(text(whole, "-raw"))
    for words in (SENTENCE, "强调", "小节", "注释文字。", "《某书》", "内", "术语", "print(1)"):
        assert squeezed(words) in found
    for words in ("表", "图片说明", "摄影", "远处的图", "视频", "漢hàn", "张三、李四", "导语"):
        assert words in found


def test_a_number_list_begins_where_it_says() -> None:
    items = tuple((paragraph(word),) for word in "甲乙")
    assert "9.甲10.乙" in squeezed(text(made(article(OrderedList(items, start=9)))))
    romans = made(article(OrderedList(items, style="lower-roman")))
    assert "i.甲ii.乙" in squeezed(text(romans))


# --- Safety --------------------------------------------------------------------------------


@pytest.mark.requirement("SEC-12", "SEC-2")
def test_nothing_is_read_that_was_not_handed_over(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("MARKER-OF-THE-SECRET", encoding="utf-8")
    image = tmp_path / "secret.png"
    Raster.new("RGB", (50, 50), "red").save(image)
    url = secret.as_uri()
    style = tmp_path / "style.css"
    style.write_text(
        f'@import "{url}"; @font-face {{ font-family: x; src: url("{url}"), local("Noto Serif") }} '
        f'p {{ background: url("{image.as_uri()}"); list-style-image: url("http://127.0.0.1:9/") }}'
        f' p::after {{ content: url("{url}") }} h1 {{ unknown: 1 }}',
        encoding="utf-8",
    )
    attack = (
        f'<img src="{url}"> <link rel="attachment" href="{url}"> <style>@import "{url}"</style>'
        f'<object data="{url}"></object> <svg><image href="{url}"/></svg> ]]> &amp; <!ENTITY x>'
    )
    warnings: list[str] = []
    blocks = (
        paragraph(attack),
        Figure((Image(url, alt=attack), Image("file:///etc/passwd"), Image("../secret.png"))),
        paragraph(link("x", url), link("y", "javascript:alert(1)")),
        Embed(url, "frame", attack),
    )
    hostile = article(*blocks, title=attack, site=attack, summary=attack, tags=(attack,))
    data = made(hostile, warn=warnings.append, style=str(style))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert not document.attachments
        for item in document.objects:
            if isinstance(item, pikepdf.Stream):
                assert b"MARKER" not in item.read_bytes() if item.get("/Filter") else True
                assert item.get("/Subtype") != "/Image"
        assert "/JavaScript" not in str(document.Root)
        assert "/AcroForm" not in document.Root
        assert "/OpenAction" not in document.Root
    targets = {target for _, _, target in annotations(data)}
    assert all(target.startswith(("#", "http:", "https:", "mailto:")) for target in targets)
    together = "\n".join(warnings)
    assert "only what the article and the style hold is read" in together
    assert "unknown" in together


@pytest.mark.requirement("SEC-2")
def test_the_fetcher_serves_its_resources_and_nothing_else() -> None:
    resource = Encoded(b"data", "image/png", 1, 1)
    fetch = engine.fetcher({"broadsheet:picture/0": resource})
    response = fetch("broadsheet:picture/0")
    assert response.read() == b"data"
    assert response.content_type == "image/png"
    for url in ("file:///etc/passwd", "http://example.com/", "data:,x", "broadsheet:picture/1"):
        for ask in (fetch, fetch.fetch, fetch.open):
            with pytest.raises(ValueError, match="only what"):
                ask(url)


@pytest.mark.requirement("SEC-12")
def test_no_path_of_this_machine_is_in_the_file(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as document:
        streams = [
            item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream)
        ]
        other = str([item for item in document.objects if not isinstance(item, pikepdf.Stream)])
    for path in (str(ROOT), str(Path.home()), "/usr/share"):
        assert path not in other
        assert not [stream for stream in streams if path.encode() in stream]


def test_a_style_of_ones_own_is_used(tmp_path: Path) -> None:
    style = tmp_path / "my.css"
    style.write_text("h1 { font-size: 50pt }", encoding="utf-8")
    warnings: list[str] = []
    sample = article(paragraph(SENTENCE), title="大字")
    plain, styled = (pages(made(sample, style=s, warn=warnings.append)) for s in ("", str(style)))
    height = [page[0].find("大字").bottom - page[0].find("大字").top for page in (plain, styled)]
    assert height[1] > 2 * height[0]
    assert warnings == []


def test_a_missing_library_is_an_error_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    try:
        with pytest.raises(WriteError, match=r"libpango-1\.0-0"):
            made(article(paragraph("x")))
    finally:
        engine.engine.cache_clear()


def test_an_edition_without_articles_is_refused() -> None:
    with pytest.raises(WriteError, match="no article"):
        made()


def test_importing_the_writer_does_not_import_weasyprint() -> None:
    code = "import sys, converters.writers.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("kind", ["list", "quote", "table", "emphasis"])
def test_deep_nesting_is_no_trouble(kind: str) -> None:
    block: Block = paragraph("最深处")
    if kind == "emphasis":
        inner: Any = (Text("最深处"),)
        for n in range(55):
            inner = ((Emphasis, Strong)[n % 2](inner),)
        block = paragraph(*inner)
    for _ in range(57 if kind != "emphasis" else 0):
        if kind == "list":
            block = BulletList(((block,),))
        elif kind == "quote":
            block = BlockQuote((block,))
        else:
            block = Table((Row((Cell((block,)),)),))
    page = pages(made(article(block)))[0]
    word = page.find("最深处")
    assert word.right < page.width - find_page("A4", "zh").left + 0.5


@pytest.mark.requirement("PDF-17")
def test_long_lines_and_many_notes_take_linear_time() -> None:
    for blocks in (
        [CodeBlock("abcdefgh" * 3000)],
        [paragraph("abcdefgh" * 3000)],
        [paragraph(*(link("甲", f"https://example.com/{n}") for n in range(200)))],
    ):
        assert made(article(*blocks))


# --- Any article ---------------------------------------------------------------------------


def letters(words: str) -> str:
    """Return what every program takes out alike: no spaces, marks, invisibles or composed forms."""
    return "".join(re.findall(r"[A-Za-z0-9\u4e00-\u9fff]", words))


@pytest.mark.requirement("ALL-1", "PDF-1", "PDF-17")
# Laying out takes 0.1 s and more, so what fails is shown as it was found, not shrunk.
@settings(max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(strategies.articles())
def test_any_article_is_written_whole(sample: Article) -> None:
    from tests.checkers import pdf_faults

    warnings: list[str] = []
    data = made(sample, warn=warnings.append, page="A5", variant="pdf/ua-1")
    assert data == made(sample, page="A5", variant="pdf/ua-1")
    missing = any("printed as empty boxes" in warning for warning in warnings)
    # Nothing is claimed then.
    expected = re.compile("NOTDEF|UA1-ID-" if missing else "(?!)")
    assert [fault for fault in pdf_faults(data) if not expected.search(fault)] == []
    found = pages(data)
    for page in found:
        for word in page.words:
            assert word.left >= -1, word
            assert word.right <= page.width + 1, word
            assert word.bottom <= page.height + 1, word
    if missing:
        return  # WeasyPrint gives up on what such a text is copied as ("text selection problems")
    in_file = letters("".join(page.text for page in found))
    for block in query(sample.body, Text):
        for run in re.findall(r"[\u4e00-\u9fff]+|[A-Za-z]{2,}", block.text):
            assert all(letter in in_file for letter in run), run
    assert letters(plain_text(sample.body))[:1] in in_file
