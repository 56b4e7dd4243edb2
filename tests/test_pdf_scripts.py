"""What each script asks of a page, read from the places of its letters in the PDF."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from converters.article import Block, Strong, Text
from converters.writers._pdf_lines import keeps_together, meets, rules
from tests.pdf_pages import article, made, paragraph, squeezed, text
from tests.printed import Glyph, Line, read

EM = 10.0  # the size of the text on A5


@cache
def lines(*blocks: Block, language: str = "zh-Hans") -> tuple[Line, ...]:
    """Return the lines of ``blocks`` as they are printed on A5, without title and page number."""
    printed = read(made(article(*blocks, language=language), page="A5"))
    return tuple(line for line in printed.body_lines if line.size == pytest.approx(EM, abs=0.01))


def letters(*blocks: Block, language: str = "zh-Hans") -> list[Glyph]:
    return [glyph for line in lines(*blocks, language=language) for glyph in line.glyphs]


def apart(words: str, language: str = "zh-Hans", *, markup: bool = False) -> list[float]:
    """Return how far each letter stands from the one before it, in em; 1 for whole ideographs.

    With ``markup``, every second letter is an element of its own.
    """
    pieces = [Strong((Text(c),)) if n % 2 else c for n, c in enumerate(words)]
    block = paragraph(*pieces) if markup else paragraph(words)
    found = letters(block, language=language)
    assert "".join(glyph.text for glyph in found) == words
    return [round((b.left - a.left) / EM, 2) for a, b in pairwise(found)]


# --- Chinese and Japanese: within a line ---------------------------------------------------


@pytest.mark.requirement("PDF-10")
@pytest.mark.parametrize("markup", [False, True])
@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("zh-Hans", "说：“好。”他", [1, 0.5, 1, 1, 0.5, 1]),
        ("zh-Hans", "看《书》，好", [1, 1, 1, 0.5, 1]),
        ("zh-Hans", "看（「好」）了", [1, 0.5, 1, 1, 0.5, 1]),
        ("zh-Hant", "說：「好。」了", [1, 1, 1, 1, 1, 1]),
        ("zh-Hant", "看（「好」）了", [1, 0.5, 1, 1, 0.5, 1]),
        ("ja", "言「はい。」と", [1, 1, 1, 1, 0.5, 1]),
        ("ja", "言：「はい？」と", [1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_full_width_marks_that_meet_close_up(
    language: str, words: str, expected: list[float], markup: bool
) -> None:
    assert apart(words, language, markup=markup) == expected


@pytest.mark.requirement("PDF-11")
def test_han_and_latin_stand_a_little_apart() -> None:
    found = letters(paragraph("在2023年与APEC会谈，（X）和Y。"))
    gaps = {
        a.text + b.text: round((b.left - a.right) / EM, 2)
        for a, b in pairwise(found)
        if a.text.isascii() != b.text.isascii()
    }
    for pair in ("在2", "3年", "与A", "C会", "和Y"):
        assert gaps[pair] == pytest.approx(0.09, abs=0.01), pair
    for pair in ("（X", "X）", "Y。"):
        assert gaps[pair] == pytest.approx(0, abs=0.01), pair


# --- Lines ---------------------------------------------------------------------------------

MEASURE = 33
LEFT = 44.8


@pytest.mark.requirement("PDF-10", "PDF-13")
def test_a_mark_at_the_end_of_a_line_takes_half_of_its_width() -> None:
    # Half a character less than the line before the last mark: it fits with half its width.
    words = "汉" * 10 + "：“" + "汉" * (MEASURE - 2 - 10 - 2) + "，" + "汉" * 40
    first = lines(paragraph(words))[0]
    assert first.text.endswith("汉，")
    right = LEFT + MEASURE * EM
    assert first.glyphs[-1].left == pytest.approx(right - EM / 2, abs=0.2)


@pytest.mark.requirement("PDF-10")
def test_a_mark_that_opens_a_line_stands_flush() -> None:
    words = "汉" * (MEASURE - 2) + "“" + "汉" * 50
    second = lines(paragraph(words))[1]
    assert second.text[0] == "“"
    assert second.glyphs[0].left == pytest.approx(LEFT - EM / 2, abs=0.2)  # its ink begins at LEFT
    assert second.glyphs[1].left == pytest.approx(LEFT + EM / 2, abs=0.2)
    # The first line of a paragraph keeps the whole of its mark behind the indent.
    opening = [line for line in lines(paragraph("“" + "汉" * 40)) if line.text[0] == "“"]
    assert opening[0].glyphs[0].left == pytest.approx(LEFT + 2 * EM, abs=0.2)


@pytest.mark.requirement("PDF-13", "PDF-11")
def test_lines_end_flush_and_are_stretched_evenly() -> None:
    clause = "会谈的内容，包括了经济、科技和气候等许多方面；双方都说“谈得很好”。"
    block = paragraph(clause * 12, Strong((Text(clause),)), clause * 3)
    found = lines(block)
    right = LEFT + MEASURE * EM
    for line in found[:-1]:
        last = line.glyphs[-1]
        edge = last.right - (EM / 2 if last.text in "，。、；”" else 0)
        assert edge == pytest.approx(right, abs=0.35), line.text
        # No more than a PDF's readers take for one word.
        wide = [
            (b.left - a.left) / EM for a, b in pairwise(line.glyphs) if b.left - a.left > EM * 0.7
        ]
        assert max(wide) < 1.08, line.text
    data = made(article(block), page="A5")
    assert clause * 16 in squeezed(text(data))
    assert " " not in text(data).split("标题")[1].split("第1页")[0].strip().replace("\n", "")


@pytest.mark.requirement("PDF-9")
@pytest.mark.parametrize("mark", [*"，。、；：！？”』】〕…—·～々ー％", "ぁ", "ッ", "‼", "｡", "｣"])
def test_no_line_begins_with_a_mark_that_must_not(mark: str) -> None:
    language = "ja" if mark in "ぁッー｡｣" else "zh-Hans"
    pair = mark * 2 if mark in "…—" else mark
    for count in range(MEASURE - 4, MEASURE):
        found = lines(paragraph("汉" * count + pair + "汉" * 40), language=language)
        for line in found:
            assert line.text[0] != mark or (mark in "…—" and line.text.startswith(pair))


@pytest.mark.requirement("PDF-9")
@pytest.mark.parametrize("mark", "“『【〔（《￥")
def test_no_line_ends_with_a_mark_that_must_not(mark: str) -> None:
    for count in range(MEASURE - 4, MEASURE):
        for line in lines(paragraph("汉" * count + mark + "汉" * 40)):
            assert line.text[-1] != mark


@pytest.mark.requirement("PDF-9")
def test_what_belongs_together_is_not_parted() -> None:
    together = ["5年", "第3", "%", "10万", "——", "……", "7℃", "汉，", "（汉", "カッ"]
    assert all(keeps_together(pair[-2:-1] or "5", pair[-1]) for pair in together)
    assert not any(keeps_together(*pair) for pair in ("汉汉", "年1", "。汉", "汉（", "a1"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-Hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("ja-JP", "ja"),
        ("ko", ""),
        ("en", ""),
        ("", ""),
    ],
)
def test_languages_follow_rules(language: str, expected: str) -> None:
    assert rules(language) == expected
    if expected:
        assert meets(expected)["）"]
