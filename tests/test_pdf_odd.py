"""Print of what nobody should write: too wide, too tall, too long, too deep, too many, nothing.

Each document is set on A5 and its pages are proved as good ones are (:mod:`tests.layout`). A book of
500 pages and 1,500 notes is measured by ``benchmarks.briefing``, not here.
"""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Raster

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
    Emphasis,
    Figure,
    Heading,
    Image,
    LineBreak,
    Note,
    Paragraph,
    Row,
    Table,
    Text,
    inlines,
    plain_text,
    query,
)
from converters.writers._pdf_page import find_page
from converters.writers._pdf_tables import divided, is_box, shares
from tests import layout
from tests.pdf_pages import article, made, paragraph, squeezed, text
from tests.printed import Printed, read

WORDS = "The quick brown fox jumps over the lazy dog again. "
SOME = paragraph(WORDS * 6)


def english(*blocks: Block, **fields: Any) -> Article:
    usual = {"title": "A title", "site": "The Site", "url": "https://example.org/odd"}
    return article(*blocks, language="en", **{**usual, **fields})


@cache
def picture(width: int, height: int) -> Image:
    target = io.BytesIO()
    Raster.linear_gradient("L").resize((width, height)).save(target, "PNG")
    data = base64.b64encode(target.getvalue()).decode()
    return Image(f"data:image/png;base64,{data}", alt=f"{width} by {height}")


def cell(words: str, **fields: int | bool) -> Cell:
    return Cell((paragraph(words),), **fields)  # type: ignore[arg-type]  # spans or header


def table(rows: int, columns: int, words: Callable[[int, int], str]) -> Table:
    head = Row(tuple(cell(f"Column {place}", header=True) for place in range(columns)))
    body = (Row(tuple(cell(words(row, place)) for place in range(columns))) for row in range(rows))
    return Table(tuple(body), head=(head,))


def nested(times: int, around: Callable[[Block], Block], inner: Block) -> Block:
    for _ in range(times):
        inner = around(inner)
    return inner


def emphasised(times: int) -> Paragraph:
    inner: Emphasis = Emphasis((Text("deep words"),))
    for _ in range(times):
        inner = Emphasis((inner,))
    return Paragraph((inner,))


def noted(count: int) -> Article:
    """Return an article of one paragraph with ``count`` notes."""
    items = (
        item
        for number in range(count)
        for item in (
            Text(f"word {number}"),
            Note((paragraph(f"This is note {number}."),)),
            Text(" "),
        )
    )
    return english(Paragraph(inlines(items)))


def verse(lines: int) -> Paragraph:
    items = (item for n in range(lines) for item in (Text(f"verse {n}"), LineBreak()))
    return Paragraph(tuple(items))


DOCUMENTS: dict[str, Callable[[], Article]] = {
    "a table wider than the page": lambda: english(
        SOME, table(4, 24, lambda row, place: f"cell {row}.{place} with words"), SOME
    ),
    "words wider than their cells": lambda: english(
        table(3, 5, lambda row, place: "Unbreakable" * 6), SOME
    ),
    "a cell taller than the page": lambda: english(
        SOME, table(2, 2, lambda row, place: WORDS * (80 if row == place == 0 else 1)), SOME
    ),
    "a cell of 40 rows": lambda: english(
        Table(
            (
                Row((cell("all", rowspan=40), cell("first"))),
                *(Row((cell(f"row {number}"),)) for number in range(39)),
            )
        )
    ),
    "300 lines of code": lambda: english(
        SOME,
        CodeBlock("\n".join(f"line_{n} = f({n})  # {'x' * (n % 90)}" for n in range(300))),
        SOME,
    ),
    "a word of 400 letters": lambda: english(
        paragraph("Before " + "Abcdefghij" * 40 + " behind."), SOME
    ),
    "a Latin word of 400 letters in Chinese": lambda: article(
        paragraph("前面" + "abcdefghij" * 40 + "后面。"), paragraph("中文的句子。" * 40)
    ),
    "a picture taller than the page": lambda: english(
        SOME, Figure((picture(300, 3000),), (Text("A tall picture"),)), SOME
    ),
    "a picture of a line's height": lambda: english(
        SOME, Figure((picture(3000, 20),), (Text("A flat picture"),)), SOME
    ),
    "only pictures": lambda: english(
        *(Figure((picture(300 + 10 * n, 200 + 30 * n),)) for n in range(6))
    ),
    "one line": lambda: english(paragraph("One line.")),
    "nothing": english,
    "60 quotations in each other": lambda: english(
        SOME, nested(60, lambda inner: BlockQuote((inner,)), SOME), SOME
    ),
    "60 lists in each other": lambda: english(
        SOME, nested(60, lambda inner: BulletList(((paragraph("item"), inner),)), SOME), SOME
    ),
    "10 tables in each other": lambda: english(
        SOME, nested(10, lambda inner: Table((Row((Cell((inner,)), cell("x"))),)), SOME), SOME
    ),
    "60 emphases in each other": lambda: english(emphasised(60)),
    "100 notes in a paragraph": lambda: noted(100),
    "a note longer than a page": lambda: english(
        paragraph("Start", Note((paragraph(WORDS * 60),)), " and go on. " + WORDS * 5), SOME
    ),
    "a title of 500 letters": lambda: english(SOME, title="A title of many words " * 23),
    "a title of one word of 500 letters": lambda: english(SOME, title="Abcde" * 100),
    "a title of 500 Chinese characters": lambda: article(SOME, title="题目" * 250),
    "headings without words": lambda: english(
        SOME, Heading(2, ()), SOME, Heading(3, (Text(" \u200b"),)), SOME, title=""
    ),
    "control characters": lambda: english(
        paragraph("a\x00b\x07c\x0bd\x1be\x7ff \u2028g \u202eh\u202c \ufeffi \ufffej"),
        SOME,
        title="T\x01i\x1btle",
    ),
    "500 items": lambda: english(BulletList(tuple((paragraph(f"item {n}"),) for n in range(500)))),
    "a caption of a page": lambda: english(
        SOME, Figure((picture(300, 200),), (Text(WORDS * 30),)), SOME
    ),
    "verse of 150 lines": lambda: english(verse(150), SOME),
}


@cache
def printed(name: str) -> tuple[bytes, Printed]:
    data = made(DOCUMENTS[name](), page="A5")
    return data, read(data)


@pytest.mark.requirement("PDF-7", "PDF-14")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_pages_hold_what_they_are_given(name: str) -> None:
    assert layout.faults(printed(name)[1]) == []
    side = find_page("A5", "en").left
    assert layout.outside(printed(name)[1], sides=side) == []


def words_of(name: str) -> str:
    return squeezed(text(printed(name)[0]))


def test_every_line_of_code_and_every_letter_of_a_word_is_there() -> None:
    found = words_of("300 lines of code")
    assert [n for n in range(300) if f"line_{n}=f({n})" not in found] == []
    assert "Abcdefghij" * 40 in words_of("a word of 400 letters")


def test_every_cell_of_a_wide_table_is_there() -> None:
    found = words_of("a table wider than the page")
    missing = [
        f"{row}.{place}" for row in range(4) for place in range(24) if f"{row}.{place}" not in found
    ]
    assert missing == []


def test_the_longest_cells_of_a_table_that_is_broken_have_the_most_room() -> None:
    long = cell("some words " * 40)
    found = shares(Table((Row((cell("a.md"), cell("7849"), long)),)), 50)
    assert sum(found) == pytest.approx(1)
    assert found[2] > 0.6
    assert 0.04 < found[1] <= found[0] < 0.2
    assert shares(Table((Row((cell("a"), cell(""))),)), 50) == []


def test_a_table_of_capitals_stays_within_the_page() -> None:
    names = ("WINDOW MM", "MOCKUP UI", "WARMUP W", "GROWTH WM", "UX REVIEW")
    table = Table(tuple(Row(tuple(map(cell, names))) for _ in range(3)))
    words = paragraph("The ferry left the harbour before the fog had lifted. " * 3)
    sheet = read(made(article(words, table, title="T"), page="A6")).sheets[0]
    margin = min(line.left for line in sheet.body)
    assert max(line.right for line in sheet.body) <= sheet.width - margin + 1
    assert max(rule.right for rule in sheet.rules) <= sheet.width - margin + 1


@pytest.mark.requirement("PDF-14")
@pytest.mark.parametrize(("before", "count"), [(12, 21), (14, 8)])
def test_no_row_of_a_table_stands_alone_on_a_page(before: int, count: int) -> None:
    rows = tuple(Row((cell(f"row-{n}"), cell("b"))) for n in range(count))
    words = [paragraph(f"line {n}") for n in range(before)]
    printed = read(made(article(*words, Table(rows), title="T"), page="A6"))
    found = [sum("row-" in line.text for line in sheet.body) for sheet in printed.sheets]
    assert sum(found) == count
    assert 1 not in found


def test_a_frame_around_an_article_is_no_table_and_no_page_before_it_stays_white() -> None:
    sentence = "The ferry left the harbour before the morning fog had lifted. "
    text_of_it = Cell(tuple(paragraph(sentence * 4) for _ in range(12)))
    frame = Table((Row((text_of_it,)),))
    assert is_box(frame)
    assert not is_box(Table((Row((cell(sentence),)),)))
    beside = Table((Row((text_of_it, cell("beside"))),))
    for block in (frame, beside):
        first = read(made(article(paragraph("Before."), block, title="T"), page="A6")).sheets[0]
        assert max(line.box.bottom for line in first.body) > 0.7 * first.height


def test_a_divided_table_repeats_words_but_no_notes_and_cuts_what_reaches_across() -> None:
    note = Note((paragraph("Once."),))
    rows = (
        Row((Cell((paragraph("first", note),)), *(cell(f"word{n}") for n in range(1, 9)))),
        Row((cell("second"), cell("all", colspan=8))),
        Row((cell("third", rowspan=2), *(cell(f"more{n}") for n in range(1, 9)))),
        Row(tuple(cell(f"less{n}") for n in range(1, 9))),
    )
    whole = Table(rows, caption=(Text("A caption"),), alignments=("left",) + ("right",) * 8)
    parts = divided(whole, 18)
    assert len(parts) > 1
    assert [len(part.alignments) for part in parts] == [len(part.body[0].cells) for part in parts]
    assert sum(len(part.body[0].cells) - 1 for part in parts) == 8
    assert [part.body[1].cells[1].colspan for part in parts] == [
        len(part.body[0].cells) - 1 for part in parts
    ]
    assert [plain_text(part.caption) for part in parts] == ["A caption"] + [""] * (len(parts) - 1)
    assert sum(1 for part in parts for _ in query(part.body, Note)) == 1
    assert {plain_text(part.body[0].cells[0].content) for part in parts} == {"first"}
    assert [part.body[2].cells[0].rowspan for part in parts] == [2] * len(parts)
    assert [row for part in parts for row in part.body if not row.cells] == []
    assert divided(whole, 200) == [whole]


def test_the_tall_picture_goes_on_from_page_to_page_in_full_width() -> None:
    pages = printed("a picture taller than the page")[1]
    pieces = [picture.box for sheet in pages.sheets for picture in sheet.pictures]
    widths = {round(box.width) for box in pieces}
    assert len(widths) == 1
    assert sum(box.height for box in pieces) == pytest.approx(10 * pieces[0].width, rel=0.01)


@pytest.mark.requirement("PDF-6")
def test_every_note_of_a_full_paragraph_stands_once() -> None:
    counted = Counter(re.findall(r"Thisisnote(\d+)\.", words_of("100 notes in a paragraph")))
    assert counted == {str(number): 1 for number in range(100)}


def test_a_long_title_leaves_the_page_to_the_text() -> None:
    for name in DOCUMENTS:
        if name.startswith("a title"):
            heading = [line for line in printed(name)[1].sheet(1).lines if line.heading]
            assert heading, name
            assert any(line.text.startswith("Thequick") for line in printed(name)[1].sheet(1).body)


# --- Much ----------------------------------------------------------------------------------


def calls(work: Callable[[], object]) -> int:
    """How often Python functions are called while ``work`` is done: a clock that nobody disturbs."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.requirement("PDF-17")
def test_work_grows_with_the_notes_and_not_with_their_square() -> None:
    printed("one line")  # what is made once is made
    articles = [noted(75), noted(150)]
    few, many = (calls(partial(made, each, page="A5")) for each in articles)
    assert many < 2.5 * few


_LONG = """
import pathlib, re, sys
from tests.pdf_pages import article, made, paragraph
data = made(*[article(*[paragraph({words!r} * 6)] * 650, language="en")], page="A6")
sys.stdout.buffer.write(data)
# Not ru_maxrss, in which Linux counts the process that this one was forked from.
print(re.search("VmHWM:\\s*(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system tells no peak memory"
)
@pytest.mark.requirement("PDF-17")
def test_200_pages_take_bounded_time_and_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LONG.format(words=WORDS)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
        timeout=300,
    )
    peak = int(done.stderr.split()[-1])
    file = tmp_path / "long.pdf"
    file.write_bytes(done.stdout)
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    pages = int(re.search(r"Pages:\s*(\d+)", told)[1])  # type: ignore[index]  # it says so always
    assert pages >= 200
    assert peak * 1024 < 600e6


# --- Nothing to print with -----------------------------------------------------------------


@pytest.mark.requirement("PDF-8")
def test_without_any_font_the_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    (tmp_path / "article.md").write_text("# A title\n\nSome words.\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "converters", "convert", "article.md", "-t", "pdf", "-o", "a.pdf"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
        timeout=120,
        check=False,
    )
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "no font is installed" in said
    assert "fonts-noto-cjk" in said
    assert "Traceback" not in said
    assert not (tmp_path / "a.pdf").exists()
