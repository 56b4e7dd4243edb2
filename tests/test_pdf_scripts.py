"""What each script asks of a page, read from the places of its letters in the PDF."""

from __future__ import annotations

import io
import re
from functools import cache
from itertools import pairwise

import pikepdf
import pytest

from converters.article import Block, BulletList, Emphasis, Note, Ruby, Strong, Text
from converters.writers._pdf_emphasis import takes_dots
from converters.writers._pdf_marks import keeps_together, meets, rules
from tests.pdf_pages import article, fonts, made, paragraph, squeezed, text
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


def around_the_edge(marks: str, language: str) -> tuple[Line, ...]:
    """Return lines of text where each of ``marks`` comes near the end of the first one."""
    words = [
        "汉" * count + (mark * 2 if mark in "…—" else mark) + "汉" * 9
        for mark in marks
        for count in range(MEASURE - 4, MEASURE)
    ]
    return lines(*map(paragraph, words), language=language)


@pytest.mark.requirement("PDF-9")
@pytest.mark.parametrize(
    ("language", "marks"), [("zh-Hans", "，。、；：！？”』】〕·～々％‼"), ("ja", "ぁッー｡｣々゠")]
)
def test_no_line_begins_with_a_mark_that_must_not(language: str, marks: str) -> None:
    found = around_the_edge(marks, language)
    assert len(found) > 8 * len(marks) - 8
    assert [line.text for line in found if line.text[0] in marks] == []


@pytest.mark.requirement("PDF-9")
def test_dashes_and_ellipses_stay_whole() -> None:
    for line in around_the_edge("…—", "zh-Hans"):
        assert len(re.findall("[…—]", line.text)) != 1


@pytest.mark.requirement("PDF-9")
def test_no_line_ends_with_a_mark_that_must_not() -> None:
    marks = "“『【〔（《￥"
    found = around_the_edge(marks, "zh-Hans")
    assert [line.text for line in found if line.text[-1] in marks] == []


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


# --- Emphasis and readings -----------------------------------------------------------------


def stressed(words: str) -> Emphasis:
    return Emphasis((Text(words),))


def dots(data: bytes) -> list[tuple[float, float]]:
    """Return the places of the emphasis dots of the first page: strokes of no length."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        stream = b"\n".join(
            pikepdf.unparse_content_stream([operation])
            for operation in pikepdf.parse_content_stream(pdf.pages[0])
        ).decode("latin-1")
    found = re.findall(r"(\S+) (\S+) m\n\1 \2 l\n", stream)
    return [(float(x), float(y)) for x, y in found]


@pytest.mark.requirement("PDF-15")
@pytest.mark.parametrize(("language", "side"), [("zh-Hans", -1), ("zh-Hant", -1), ("ja", 1)])
def test_stressed_words_have_dots_below_in_chinese_and_above_in_japanese(
    language: str, side: int
) -> None:
    sample = article(paragraph("他说", stressed("「这一点」"), "很重要的话。"), language=language)
    data = made(sample, page="A5")
    found = dots(data)
    (line,) = [line for line in read(data).body_lines if "他说" in line.text]
    middles = [(g.left + g.right) / 2 for g in line.glyphs if g.text in "这一点"]
    # In CSS pixels; one to a character, none to a mark.
    assert [x * 0.75 for x, _ in found] == pytest.approx(middles, abs=0.2)
    assert len({y for _, y in found}) == 1
    plain = made(article(paragraph("他说「这一点」很重要的话。"), language=language), page="A5")
    assert text(data) == text(plain)
    below = found[0][1] * 0.75 > line.baseline
    assert below is (side < 0)


@pytest.mark.parametrize(
    ("words", "around", "expected"),
    [
        ("这一点", "他说很重要", True),
        ("Word文件", "他说很重要", False),
        ("用PC的文件", "他说很重要", True),
        ("这一点", " 。", False),  # alone in its paragraph: a label, not stress
        ("这是一个很长很长的强调超过十二", "他说", False),
        ("是的。不是", "他说", False),
        ("word", "他说", False),
        ("，", "他说", False),
    ],
)
def test_short_runs_within_a_sentence_take_dots(words: str, around: str, expected: bool) -> None:
    assert takes_dots(words, around) is expected


@pytest.mark.requirement("PDF-15")
@pytest.mark.parametrize(
    ("language", "base", "reading"),
    [("zh-Hans", "漢", "hàn"), ("ja", "東京", "とうきょう"), ("ja", "光合成", "こう")],
)
def test_readings_stand_above_their_base(language: str, base: str, reading: str) -> None:
    ruby = Ruby((Text(base),), reading)
    data = made(article(paragraph("前", ruby, "后" * 50), language=language), page="A5")
    glyphs = [g for line in read(data).sheets[0].lines for g in line.glyphs]
    over = [g for g in glyphs if g.size == pytest.approx(EM / 2, abs=0.01)]
    below = [g for g in glyphs if g.text in base and g.size == pytest.approx(EM, abs=0.01)]
    assert "".join(g.text for g in over) == reading
    assert "".join(g.text for g in below) == base
    middle = (over[0].left + over[-1].right) / 2
    assert middle == pytest.approx((below[0].left + below[-1].right) / 2, abs=0.3)
    # The reading keeps to itself: nothing of the line is below it but its base.
    before, after = (next(g for g in glyphs if g.text == c) for c in "前后")
    assert before.right <= over[0].left + 0.05
    assert over[-1].right <= after.left + 0.05


@pytest.mark.requirement("PDF-15")
def test_readings_do_not_move_the_lines() -> None:
    words = "汉字" * 60
    ruby = Ruby((Text("汉字"),), "hànzì")
    baselines = [
        sorted({round(line.baseline, 2) for line in lines(block)})
        for block in (paragraph(words), paragraph("汉字" * 20, ruby, "汉字" * 39))
    ]
    assert baselines[0] == baselines[1]


def test_a_reading_that_is_too_wide_stands_behind_its_base() -> None:
    ruby = Ruby((Text("漢"),), "a reading that is far too long to stand above")
    data = made(article(paragraph("前文在此", ruby, "后文")), page="A5")
    assert "漢（areadingthatisfartoolongtostandabove）后文" in squeezed(text(data))


@pytest.mark.parametrize("unit", ["汉", "“", "。", "汉\u00a0", "—"])
def test_time_grows_with_the_length(unit: str) -> None:
    # Thousands of characters without a place to break took minutes.
    found = lines(paragraph(unit * (4000 // len(unit))))
    assert max(line.glyphs[-1].left for line in found) < LEFT + MEASURE * EM
    assert len(found) >= 4000 // len(unit) / 70


# --- Other scripts -------------------------------------------------------------------------


@pytest.mark.requirement("PDF-12")
@pytest.mark.parametrize(("language", "ems"), [("zh-Hant", 2), ("ja", 1), ("ko", 1)])
def test_first_lines_are_indented_as_a_language_does(language: str, ems: int) -> None:
    letter = "국" if language == "ko" else "国"
    first, second, *_ = lines(paragraph(letter * 70), language=language)
    assert first.glyphs[0].left - second.glyphs[0].left == pytest.approx(ems * EM, abs=0.1)


@pytest.mark.requirement("PDF-8")
def test_each_language_has_its_own_face() -> None:
    faces = {
        language: frozenset(fonts(made(article(paragraph("直"), language=language))))
        for language in ("zh-Hans", "zh-Hant", "zh-Hant-HK", "ja", "ko")
    }
    assert len(set(faces.values())) == 5


ARABIC = "قال المتحدث باسم الوزارة في 12 مارس 2024 إن المشروع بلغت تكلفته 3.5 مليون دولار."


@pytest.mark.requirement("PDF-8")
@pytest.mark.parametrize("look", ["briefing", "large"])
def test_an_alphabet_takes_no_marks_from_the_faces_of_the_edition(look: str) -> None:
    chinese = [article(paragraph("直" * 30), title=title) for title in "一二"]
    english = article(paragraph("The harbour’s quay"), language="en", title="T", site="Example")
    printed = read(made(*chinese, english, page="A5", style=look))
    line = next(each for each in printed.body_lines if "harbour" in each.text)
    mark = next(glyph for glyph in line.glyphs if glyph.text == "’")
    assert mark.right - mark.left < 0.4 * line.size  # a whole square in Chinese


@pytest.mark.requirement("PDF-6", "PDF-7")
def test_text_from_right_to_left_is_mirrored() -> None:
    address = "https://example.org/report/2024/full-text-of-it/part/one/two/three/four"
    blocks = (
        paragraph(ARABIC, Note((paragraph("ملاحظة"),))),
        BulletList(((paragraph(ARABIC),), (paragraph("بند"),))),
        paragraph(f"انظر هنا رجاء {address}/ ثم"),
    )
    sample = article(*blocks, language="ar", direction="rtl", title="عنوان")
    sheet = read(made(sample, page="A5")).sheets[0]
    glyphs = [glyph for line in sheet.lines for glyph in line.glyphs]
    right = max(glyph.right for glyph in glyphs)
    bullets = [glyph for glyph in glyphs if glyph.text == "•"]
    assert len(bullets) == 2
    for bullet in bullets:
        beside = [g for g in glyphs if abs(g.baseline - bullet.baseline) < 2 and g is not bullet]
        assert all(g.right <= bullet.left for g in beside)
    # The number of a note stands at the right edge, and its words to the left of it.
    number = [g for g in glyphs if g.text in "1١" and g.size < 9 and "Note" in g.kinds]
    assert number[0].right == pytest.approx(right, abs=8)
    # Each line of the address reads from left to right to its last mark.
    parts = []
    for line in sheet.lines:
        latin = sorted((g for g in line.glyphs if g.text.isascii()), key=lambda g: g.left)
        parts.append("".join(g.text for g in latin))
    shown = [part for part in parts if "example.org" in part or "/four" in part or "/part" in part]
    assert "".join(shown).replace(" ", "").startswith("https://example.org/")
    assert "".join(shown).endswith("/four/")


@pytest.mark.requirement("PDF-13")
def test_columns_hyphenate_words_but_no_addresses_and_do_not_gape() -> None:
    words = (
        "Responsibilities of international organisations notwithstanding, intergovernmental "
        "conferences characteristically misunderstand telecommunications infrastructure. "
    )
    blocks = [paragraph(words * 3), paragraph("incomprehensibilities/https://example.org/")]
    sample = article(*blocks, language="en", title="T")
    found = read(made(sample, page="A4", columns=2))
    ends = [line.text for line in found.body_lines if line.text.endswith(("-", "‐"))]
    assert ends
    assert not any("//" in line or "example" in line for line in ends)
    for line in found.body_lines:
        assert all(b.left - a.right < line.size for a, b in pairwise(line.glyphs))
    flat = read(made(sample, page="A5"))
    assert not any(line.text.endswith(("-", "‐")) for line in flat.body_lines)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("th", "รัฐบาลประกาศมาตรการใหม่เพื่อกระตุ้นเศรษฐกิจ"),
        ("km", "រដ្ឋាភិបាលបានប្រកាសវិធានការថ្មីដើម្បីជំរុញសេដ្ឋកិច្ច"),
        ("lo", "ລັດຖະບານໄດ້ປະກາດມາດຕະການໃໝ່ເພື່ອກະຕຸ້ນເສດຖະກິດ"),
        ("my", "အစိုးရသည်ဒုတိယနှစ်ဝက်တွင်စီးပွားရေးကိုမြှင့်တင်ရန်"),
    ],
)
def test_scripts_without_word_spaces_stay_on_the_page(language: str, words: str) -> None:
    # The second run of a line ran over the edge of the paper.
    block = paragraph(Strong((Text(words),)), words * 4)
    printed = read(made(article(block, language=language, title="T"), page="A5"))
    right = LEFT + MEASURE * EM
    assert max(g.right for line in printed.body_lines for g in line.glyphs) < right + 1
    assert len(printed.body_lines) > 3
