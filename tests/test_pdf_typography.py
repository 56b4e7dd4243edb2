"""Print's fine typography: the rules by themselves, and on laid-out pages."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.article import (
    Block,
    BulletList,
    Emphasis,
    Figure,
    Heading,
    Image,
    LineBreak,
    Link,
    Note,
    Strong,
    Text,
)
from converters.writers._pdf_page import find_page
from converters.writers._pdf_typography import balance, em_width, has_italics, shorten, typeset
from converters.writers._xhtml import Markup
from converters.writers._xhtml import text as escaped
from tests.pdf_pages import Page, Word, article, made, pages, paragraph, squeezed, text

JOINER, BREAK = "\u2060", "\u200b"


def set_text(words: str, language: str = "zh-Hans") -> str:
    """Return a paragraph of ``words`` as it is set, its signs of no width made visible."""
    markup = typeset(Markup(f"<p>{words}</p>"), language)
    return markup[3:-4].replace(JOINER, "+").replace(BREAK, "|")


# --- The rules by themselves ---------------------------------------------------------------


@pytest.mark.requirement("PDF-11")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Within an element no span is needed: its lines are filled with gaps (_pdf_lines).
        ("与APEC峰会在2023年内上", "与APEC峰会在2023年内+上"),
        # Through markup, but not around a note's mark.
        ("汉<b>Latin</b>汉字也", "<g>汉</g><b><g>Latin</g></b>汉字+也"),
        ("增长3.5%<b>的呢</b>", "增<g>长</g><g>3.5%</g><b>的+呢</b>"),
        ("在A组B<b>的呢</b>", "在A<g>组</g><g>B</g><b>的+呢</b>"),
        ('好词<sup class="call"><a>1</a></sup>和词', '好词+<sup class="call"><a>1</a></sup>和+词'),
        # Not beside Chinese marks, not where a space is, not at a line's own ends.
        ("（<b>Joe</b>）见“<b>X</b>”吗", "（<b>Joe</b>）见“<b>X</b>”+吗"),
        ("有 <b>APEC</b> 峰会", "有 <b>APEC</b> 峰+会"),
        ("APEC", "APEC"),
    ],
)
def test_a_gap_parts_han_and_latin(source: str, expected: str) -> None:
    gapped = re.sub(r"<g>(.*?)</g>", r'<span class="g">\1</span>', expected)
    assert set_text(source) == gapped


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("zh-Hans", "好。<b>”他《书</b>》，看吧", "好<k>。</k><b>”他《书</b>》，看+吧"),
        ("zh-Hans", "说：<b>“好</b>”吗吧", "说<k>：</k><b>“好</b>”吗+吧"),
        ("zh-Hant", "說：<b>「好</b>。」了吧", "說：<b>「好</b>。」了+吧"),
        ("zh-Hant", "說（<b>「好」</b>）了吧", "說<k>（</k><b>「好<k>」</k></b>）了+吧"),
        ("ja", "言う：<b>「はい。</b>」と言った", "言う：<b>「はい<k>。</k></b>」と言っ+た"),
        ("ko", "말했다：<b>“네。</b>”", "말했다：<b>“네。</b>”"),
    ],
)
def test_full_width_marks_close_up_between_elements(
    language: str, source: str, expected: str
) -> None:
    closed = re.sub(r"<k>(.*?)</k>", r'<span class="k">\1</span>', expected)
    assert set_text(source, language) == closed


@pytest.mark.requirement("PDF-9")
def test_an_interpunct_stays_with_what_is_before_it() -> None:
    assert set_text("乔·拜登来了") == "乔+·拜登来+了"
    assert set_text("·拜登来了的") == "·拜登来了+的"


@pytest.mark.requirement("PDF-14")
def test_the_last_character_is_tied_to_the_one_before() -> None:
    assert set_text("会谈结束了。") == "会谈结束+了。"
    assert set_text("他说“结束了。”") == "他说“结束+了。”"
    # Latin words are longer than a character, short lines never break.
    assert set_text("他会见了 Biden.") == "他会见了 Biden."
    assert set_text("好。") == "好。"


@pytest.mark.requirement("PDF-7")
def test_an_address_may_break_after_its_marks() -> None:
    address = "https://www.example.com/a_long-path/to?x=1&amp;y=longer"
    expected = "https://www.|example.|com/|a_|long-|path/|to?|x=|1&amp;|y=|longer"
    assert set_text(f"见{address}。", "en") == f"见{expected}。"
    assert set_text(f'<span class="address">{address}</span>') == (
        f'<span class="address">{expected}</span>'
    )


def test_overlong_words_may_break_anywhere_but_code_is_left_alone() -> None:
    word = "x" * 50
    assert set_text(word, "en") == "x|" * 50
    assert set_text("a&amp;" * 20, "en").count("&amp;|") == 20
    assert set_text("<code>" + "y" * 45 + "</code>", "en").count("|") == 45
    assert BREAK not in typeset(Markup("<pre><code>" + "z" * 300 + "</code></pre>"), "en")
    # In pieces: none of the elements is too long by itself.
    assert "|" in set_text(f"<b>{word[:21]}</b><i>{word[:21]}</i>", "en")


def test_the_space_before_a_mark_goes_behind_it() -> None:
    mark = '<sup class="call"><a>1</a></sup>'
    assert set_text(f"climate. {mark} and so", "en") == f"climate.+{mark} and so"
    assert set_text(f"climate {mark}, and", "en") == f"climate+{mark}, and"


def test_an_apostrophe_in_a_latin_word_is_latin() -> None:
    assert set_text("这是Biden’s的书") == (
        '这<span class="g">是</span><span class="g w">Biden’s</span>的+书'
    )
    assert "w" not in re.findall(r'class="([^"]*)"', set_text("他说‘word’了吗"))


@pytest.mark.requirement("PDF-8")
def test_emphasis_finds_a_face_that_has_it() -> None:
    assert set_text("看<em>强调Word</em>吧") == (
        '看<em>强<span class="g">调</span><span class="i">Word</span></em>+吧'
    )
    assert set_text("a <em>Dao 道 x</em>", "en") == 'a <em>Dao <span class="u">道</span> x</em>'
    assert has_italics("de")
    assert has_italics("ru")
    assert not has_italics("ar")
    assert not has_italics("th-TH")


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("en", "5 km at 3.5 % or 7 kilos", "5 +km at 3.5 +% or 7 kilos"),
        ("de", "um 7 Uhr 12 Mio. Euro", "um 7 +Uhr 12 +Mio. Euro"),
        ("ko", "2024년 3월에 AG와 대책을", "2024+년 3+월에 AG+와 대책을"),
        ("lo", "ລັດຖະບານໄດ້ປະກາດ", "ລັດຖະບານ|ໄດ້|ປະກາດ"),
        ("my", "အစိုးရသည်ဒုတိယ", "အစိုးရ|သည်|ဒုတိယ"),
        ("km", "បានប្រកាសវិធានការ", "បាន|ប្រកាស|វិធានការ"),
        ("th", "รัฐบาลประกาศ", "รัฐบาล|ประกาศ"),
    ],
)
def test_what_belongs_together_and_what_may_be_parted(
    language: str, source: str, expected: str
) -> None:
    assert set_text(source, language) == expected


@pytest.mark.requirement("PDF-7")
def test_an_address_among_letters_from_the_right_keeps_its_marks_in_order() -> None:
    found = set_text("انظر https://example.org/report/ هنا", "ar").replace("\u200e", "<")
    assert found == "انظر https://example.<|org/<|report/< هنا"


def test_a_note_within_a_sentence_does_not_end_it() -> None:
    note = '<div class="footnote" id="n"><p>注文都在此</p></div>'
    found = set_text(f'汉<sup class="call"><a>1</a></sup>{note}字结束了')
    assert found.endswith("字结束+了")
    assert "<p>注文都在+此</p>" in found


def test_passages_follow_their_own_language() -> None:
    assert set_text('<span lang="en">It is 汉字.</span>') == '<span lang="en">It is 汉字.</span>'
    found = set_text('He said <span lang="zh-Hans">他：<b>“好”。</b></span>', "en")
    assert '<span class="k">：</span><b>“' in found


@pytest.mark.requirement("PDF-11")
@given(
    st.text(st.sampled_from("汉字，。：“”《》（）·—…abZ09.,-/?=&<> ’éж٣가か🙂\u0301"), max_size=40)
)
def test_no_character_with_a_width_is_added_lost_or_changed(words: str) -> None:
    for language in ("zh-Hans", "zh-Hant", "ja", "ko", "en"):
        for before, after in (("", ""), ("<em>", "</em>"), ("<a>汉", "</a>")):
            source = Markup(f"<p>{before}{escaped(words)}{after}</p>")
            found = typeset(source, language)
            plain = re.sub("<[^>]*>", "", found).replace(JOINER, "").replace(BREAK, "")
            assert plain == re.sub("<[^>]*>", "", source)
            assert typeset(source, language) == found


@pytest.mark.parametrize("unit", ["a", "a’", "，", "汉a", "·", "https://a/", "&amp;", " "])
def test_time_grows_with_the_length(unit: str) -> None:
    # Quadratic matching would take minutes here.
    typeset(Markup(f"<p>{unit * 100_000}</p>"), "zh-Hans")


# --- Titles --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "王毅华盛顿会晤拜登与布林肯，美中加紧为下月可能举行的拜习峰会做准备",
            ["王毅华盛顿会晤拜登与布林肯，", "美中加紧为下月可能举行的拜习峰会做准备"],
        ),
        ("短标题", ["短标题"]),
        # Rather lines of unlike length than a phrase cut in two, or a particle alone.
        (
            "某人某某：当你说起那时的时候，你在说什么？",
            ["某人某某：当你说起那时的时候，", "你在说什么？"],
        ),
        (
            "【某某导览】疫情之下的新的道德逻辑：清零为赢？",
            ["【某某导览】", "疫情之下的新的道德逻辑：清零为赢？"],
        ),
        (
            "兩位著名的某某國外交官的私人信件會用什麼文字寫",
            ["兩位著名的某某國外交官的", "私人信件會用什麼文字寫"],
        ),
        # A line more, where fewer would cut a phrase; before a mark that opens is no cut.
        (
            "某某兄弟｜无故封号、侵犯隐私、扣留财产，某某文档已死，3500万用户何去何从",
            ["某某兄弟｜无故封号、侵犯隐私、", "扣留财产，某某文档已死，", "3500万用户何去何从"],
        ),
        (
            "讀了之後心有戚戚焉的《下班後1小時的極速學習攻略》",
            ["讀了之後心有戚戚焉的", "《下班後1小時的極速學習攻略》"],
        ),
        # Chinese without a mark in the middle is cut where the lines are alike.
        (
            "你好，这是一个没有任何标点符号的很长很长的标题",
            ["你好，这是一个没有任何", "标点符号的很长很长的标题"],
        ),
        (
            "A headline that is long enough to need two lines",
            ["A headline that is long ", "enough to need two lines"],
        ),
    ],
)
def test_titles_break_where_the_sense_does(title: str, lines: list[str]) -> None:
    assert balance(title, 19) == lines


@given(st.text(st.sampled_from("汉字，。“”《》（） abc·…"), max_size=90))
def test_a_balanced_title_is_the_title(title: str) -> None:
    lines = balance(title, 19)
    assert "".join(lines) == title
    for line in lines[1:]:
        assert line[0] not in "，。”》）…"
    for line in lines[:-1]:
        assert line.rstrip()[-1:] not in ("“", "《", "（")


@given(st.text(st.sampled_from("汉字，。 abcdef"), max_size=60))
def test_a_shortened_title_fits(title: str) -> None:
    short = shorten(title, 12)
    assert em_width(short) <= 12.5
    if em_width(" ".join(title.split())) <= 12:
        assert short == " ".join(title.split())


# --- On the page ---------------------------------------------------------------------------

WORDS = (
    "中国 美国总统 会谈 的 在 王毅 2023年 APEC Joe␣Biden 3.5% 10月27日 5G 乔·拜登 香山论坛".split()
)


def prose(seed: int, length: int) -> str:
    """Return Chinese prose of a kind: clauses with marks, quotations, Latin words."""
    source = random.Random(seed)
    out: list[str] = []
    while len("".join(out)) < length:
        clause = "".join(source.choice(WORDS) for _ in range(source.randint(2, 5)))
        if source.random() < 0.25:
            opening, closing = source.choice(("“”", "《》", "（）", "‘’"))
            clause = opening + clause + source.choice(("", "，", "。")) + closing
        out.append(clause + source.choice("，，。、；：！？") + source.choice(("", "", "——", "……")))
    return "".join(out).replace("␣", " ")


def lines(page: Page) -> Iterator[list[Word]]:
    """Yield the lines of the text: words of the body's size, from top to bottom."""
    rows: dict[int, list[Word]] = {}
    for word in page.words:
        if word.bottom - word.top > 12.5:  # notes and heads are lower
            rows.setdefault(round(word.bottom), []).append(word)
    for bottom in sorted(rows):
        yield sorted(rows[bottom], key=lambda word: word.left)


@pytest.mark.requirement("PDF-9", "PDF-13")
@pytest.mark.parametrize("paper", ["A4", "A5", "100x150"])
def test_lines_begin_and_end_as_they_may(paper: str) -> None:
    blocks = [paragraph(prose(seed, 300)) for seed in range(12)]
    found = pages(made(article(*blocks), page=paper))
    starts, ends = set("，。、；：！？”’》）…·—"), set("“‘《（")
    count = 0
    previous = ""
    for page in found:
        for line in lines(page):
            joined = "".join(word.text for word in line)
            count += 1
            # A dash or an ellipsis may begin a line, but whole.
            whole = joined.startswith(("——", "……"))
            assert whole or joined[0] not in starts, (previous, joined)
            assert joined[-1] not in ends, (previous, joined)
            gaps = [b.left - a.right for a, b in pairwise(line)]
            assert max(gaps, default=0) < 11, joined
            previous = joined
    assert count > 80


@pytest.mark.requirement("PDF-13", "PDF-12")
def test_han_stands_on_a_grid_of_whole_characters() -> None:
    page = find_page("A4", "zh-Hans")
    found = pages(made(article(paragraph("汉" * 400))))[0]
    rows = [row for row in lines(found) if set("".join(word.text for word in row)) == {"汉"}]
    assert [len("".join(word.text for word in row)) for row in rows[:-1]] == [
        page.measure - 2,
        *[page.measure] * (len(rows) - 2),
    ]
    assert rows[0][0].left == pytest.approx(page.left + 2 * page.size, abs=0.5)
    assert rows[1][-1].right == pytest.approx(page.width - page.left, abs=0.5)


@pytest.mark.requirement("PDF-11")
def test_copied_text_is_the_source() -> None:
    source = "在2023年10月27日与APEC峰会的NBC News记者会面，讨论5G网络和GDP增长3.5%的问题，"
    data = made(
        article(paragraph(source * 4, Emphasis((Text("强调Word"),)), "的", Strong((Text("B"),))))
    )
    for mode in ((), ("-raw",), ("-layout",)):
        found = text(data, *mode)
        assert JOINER not in found
        assert BREAK not in found
        joined = re.sub(r"\s*\n\s*", "", found)
        for piece in ("在2023年10月27日与APEC峰会的", "讨论5G网络和GDP增长3.5%的问题"):
            assert piece in joined
        assert "强调Word的B" in joined


@pytest.mark.requirement("PDF-12")
def test_indents_are_where_they_belong() -> None:
    long = "两国最近进行了一系列外交接触人们认为此行是为可能举行的会晤做准备而来的并且"
    verse = (Text("床前明月光，"), LineBreak(), Text("疑是地上霜。"))
    blocks = (
        paragraph("甲" + long),
        Figure((Image("https://e.org/a.jpg"),), (Text("乙说明"),)),
        paragraph("丙" + long + "。"),
        paragraph("丁" + long + "。"),
        BulletList(((paragraph("戊项"),),)),
        paragraph(*verse),
        Heading(2, (Text("己节"),)),
        paragraph("庚。"),
    )
    page = pages(made(article(*blocks)))[0]
    paper = find_page("A4", "zh-Hans")
    left = {word.text[0]: round((word.left - paper.left) / paper.size, 1) for word in page.words}
    assert left["甲"] == left["丁"] == 2
    assert left["丙"] == left["乙"] == left["己"] == 0  # the sentence goes on after the picture
    assert left["戊"] == 2
    assert left["床"] == left["疑"] == 2


@pytest.mark.requirement("PDF-12")
@pytest.mark.parametrize("paper", ["A4", "A5", "A6"])
def test_lines_are_apart_by_half_to_a_whole_character(paper: str) -> None:
    size = find_page(paper, "zh-Hans").size
    page = pages(made(article(paragraph("汉" * 300)), page=paper))[0]
    tops = [row[0].bottom for row in lines(page)][2:]
    for above, below in pairwise(tops):
        assert 0.5 <= (below - above) / size - 1 <= 1


@pytest.mark.requirement("PDF-14")
def test_paragraphs_end_in_more_than_one_character() -> None:
    measure = find_page("A5", "zh-Hans").measure
    blocks = [paragraph("汉" * (measure * 2 - 2 + n) + "。") for n in range(-3, 4)]
    blocks += [paragraph("汉" * (measure - 3 + n) + "APEC会。") for n in range(-4, 4)]
    for page in pages(made(article(*blocks), page="A5")):
        for line in lines(page):
            assert len("".join(word.text for word in line).strip("。")) >= 2


@pytest.mark.requirement("PDF-14")
def test_pages_part_paragraphs_and_headings_decently() -> None:
    source = random.Random(3)
    blocks: list[Block] = []
    for n in range(40):
        if n % 4 == 0:
            blocks.append(Heading(2, (Text(f"题{n}"),)))
        blocks.append(paragraph(f"首{n}" + "汉" * source.randint(30, 190) + f"尾{n}。"))
    found = pages(made(article(*blocks), page="A5"))
    rows = [[("".join(word.text for word in line)) for line in lines(page)] for page in found]
    assert len(rows) > 5
    for page_rows in rows:
        body = [row for row in page_rows if not row.startswith("第")]
        last_two, first_two = body[-2:], body[:2]
        assert not any(row.startswith("题") for row in last_two), last_two
        assert not body[-1].startswith("首") or "尾" in body[-1], body[-1]
        # A paragraph's last line does not stand alone at a page's head.
        if "尾" in first_two[0] and not first_two[0].startswith("首"):
            pytest.fail(f"lonely: {first_two[0]}")


def test_notes_marks_stay_with_their_words() -> None:
    for n in range(24, 34):
        sample = article(paragraph("汉" * n, Note((paragraph("注"),)), "，后文在此处继续下去"))
        page = pages(made(sample, page="A5"))[0]
        for word in page.words:
            if word.text.startswith("1"):
                same = [
                    w for w in page.words if abs(w.bottom - word.bottom) < 9 and w.left < word.left
                ]
                assert same, n
                break


def test_a_link_in_the_line_keeps_the_gap_inside() -> None:
    data = made(
        article(paragraph("见", Link((Text("APEC"),), "https://e.org/"), "网站")), links="inline"
    )
    assert "见APEC网站" in squeezed(text(data))
