"""Line breaking: where lines may end, how wide they are, and that they can be joined again."""

import re
import time
import unicodedata

import pytest
import wcwidth
from hypothesis import example, given
from hypothesis import strategies as st

from converters import linebreak
from converters.linebreak import display_width, join, units, wrap
from tests.strategies import words

NO_LINE_START = "，。、；：？！）》」』】〕〉］｝”’…·・％々ーっゃァﾟ,.;:!?)]}%"
NO_LINE_END = "（《「『【〔〈［｛“‘￥([{$#"


# --- Width ----------------------------------------------------------------------------------


@pytest.mark.requirement("TXT-1")
@pytest.mark.parametrize(
    ("text", "narrow", "wide"),
    [
        ("word", 4, 4),
        ("中文，（）", 10, 10),
        ("Ａ１　", 6, 6),
        ("ｶﾅ", 2, 2),
        ("한글", 4, 4),
        # Ambiguous: two columns among Chinese.
        ("“”‘’—…·", 7, 14),
        ("Ωж①", 3, 6),
        ("é", 1, 2),
        # By grapheme cluster.
        ("e\u0301", 1, 1),
        ("葛\U000e0100", 2, 2),
        ("が", 2, 2),
        ("👩‍👩‍👧", 2, 2),
        ("👍🏽", 2, 2),
        ("🇨🇳", 2, 2),
        ("❤️", 2, 2),
        ("1️⃣", 2, 2),
        ("a\u200bb\u2060c\u200e", 3, 3),
        # What takes no column.
        ("", 0, 0),
        ("a\tb\x1b", 2, 2),
    ],
)
def test_width_is_counted_in_columns(text: str, narrow: int, wide: int) -> None:
    assert (display_width(text), display_width(text, wide=True)) == (narrow, wide)


# --- Where a line may end -------------------------------------------------------------------


@pytest.mark.requirement("TXT-3")
@pytest.mark.parametrize(
    "marked",
    [
        # Closing marks begin no line, opening marks end none.
        "甲|“乙，”|丙|（丁|《戊》）|己。|庚",
        "甲|说：|“乙……”|丙！？”|丁",
        "カ|タ|カー|ナ|ちょっ|と|人々",
        "一·|二・|三／|四～|五",
        "「甲」|「乙」",
        # Dashes and ellipses are not split.
        "甲|——|乙……|丙……。|丁",
        # Numbers keep their units, and what counts them.
        "在|2023年|10月|27日|第|有",
        "第10届|会",
        "3.5万亿美元|的|20个百分点|和|10多人次",
        "５０％|的|２０２３年",
        "甲|10%|乙|¥100丙",
        # Short titles stay whole, long ones may be split.
        "读|《人民日报》|和|《一|二|三|四|五|六|七|八|九》",
        # References stay with their word.
        "他|说[12]。|她|说[3]",
        # Latin words are whole, with the marks beside them.
        "美|国|（Joe| Biden）|总|统",
        "用|Python3.12写|的|(中|文)|字",
        "他/她|中-美|A-股|a&b",
        '他|说"你|好"吗',
        # A narrow word and a shared mark have no place between them that could be undone.
        "说|“Joe”|和",
        "见……Joe|等",
        # Marks that combine belong to their character.
        "葛\U000e0100|城|が|き|中\ufe0f|文",
        "甲\u2060乙|丙\u00a0丁|张　三|李",
    ],
)
def test_chinese_and_japanese_lines_end_where_their_typography_allows(marked: str) -> None:
    assert "|".join(units(marked.replace("|", ""))) == marked


@pytest.mark.requirement("TXT-3")
@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("state-of-the-art things", 20, ["state-of-the-art", "things"]),
        ("aaaaaaaaaaaaaaa 12 km away", 20, ["aaaaaaaaaaaaaaa", "12 km away"]),
        ("aaaaaaaaaaaaaaa 10 000 USD", 20, ["aaaaaaaaaaaaaaa", "10 000 USD"]),
        ("aaaaaaaaaaaaaaaaa fox [3].", 20, ["aaaaaaaaaaaaaaaaa", "fox [3]."]),
        ("aaaaaaaaaaaa bbbbbb [3] c", 20, ["aaaaaaaaaaaa", "bbbbbb [3] c"]),
        ("aaaaaaaaaaaa « bbbbbbb » c", 20, ["aaaaaaaaaaaa", "« bbbbbbb » c"]),
        ("aaaaaaaaaaaaa bbbbbb ! c", 20, ["aaaaaaaaaaaaa", "bbbbbb ! c"]),
        ("aaaaaaaaaaaaa bbbbbb — cc", 20, ["aaaaaaaaaaaaa", "bbbbbb — cc"]),
        ("aaaaaaaaaaaaaaaaaa ’n’ b", 20, ["aaaaaaaaaaaaaaaaaa", "’n’ b"]),
        ("aaaaaaaaaaaaaaaa b\u00a0cc dd", 20, ["aaaaaaaaaaaaaaaa", "b\u00a0cc dd"]),
        ("한국어는 띄어쓰기에서 줄을 바꾼다", 20, ["한국어는", "띄어쓰기에서 줄을", "바꾼다"]),
        ("مرحبا بالعالم مرحبا بالعالم", 20, ["مرحبا بالعالم مرحبا", "بالعالم"]),
        ("ภาษาไทย\u200bเขียน\u200bติดกัน\u200bไม่มีวรรค", 20, ["ภาษาไทย\u200bเขียน\u200bติดกัน\u200b", "ไม่มีวรรค"]),
    ],
)  # fmt: skip
def test_other_scripts_break_at_their_spaces(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.requirement("TXT-2")
def test_a_word_wider_than_the_line_is_split_between_clusters() -> None:
    assert wrap("a" * 25, 20) == ["a" * 20, "a" * 5]
    family = "👩‍👩‍👧"
    assert wrap(family * 12, 20) == [family * 10, family * 2]
    assert wrap("！" * 15, 20) == ["！" * 10, "！" * 5]
    # No-break spaces give way where nothing else does.
    assert wrap("\u00a0".join(["word"] * 6), 20) == [
        "word\u00a0word\u00a0word\u00a0word",
        "word\u00a0word",
    ]


@pytest.mark.requirement("TXT-2", "TXT-5")
def test_addresses_are_never_split() -> None:
    address = "https://example.com/" + "a" * 30
    assert wrap(f"see {address} there", 20) == ["see", address, "there"]
    chinese = "example.com/中文，路径/（一）/很长很长很长"
    start = len("参见")
    span = (start, start + len(chinese))
    assert wrap(f"参见{chinese}。后来", 20, solid=(span,)) == ["参见", f"{chinese}。", "后来"]


@pytest.mark.requirement("TXT-2")
def test_lines_beside_a_chinese_address_can_be_joined_again() -> None:
    text = "甲乙丙丁戊己庚辛 图片/照片.png 壬癸子丑寅卯辰巳"
    span = (text.index("图"), text.index(" 壬"))
    for width in range(20, 50):
        assert join(wrap(text, width, solid=[span])) == text


@pytest.mark.requirement("TXT-3")
def test_a_closing_mark_may_hang() -> None:
    text = "一二三四五六七八九十。甲乙"
    assert wrap(text, 20) == ["一二三四五六七八九", "十。甲乙"]
    assert wrap(text, 20, hanging=True) == ["一二三四五六七八九十。", "甲乙"]
    quoted = "一二三四五六七八九。”甲乙"
    assert wrap(quoted, 20, wide=True, hanging=True) == ["一二三四五六七八九。”", "甲乙"]


def test_no_paragraph_ends_in_a_line_of_one_chinese_character() -> None:
    assert wrap("一二三四五六七八九十甲。", 20) == ["一二三四五六七八九", "十甲。"]
    assert wrap("一二三四五六七八九，十。", 20) == ["一二三四五六七八", "九，十。"]
    assert wrap("一二三四五六七（八）。十。", 22) == ["一二三四五六七（八）。", "十。"]
    assert wrap("one two three four a", 18) == ["one two three four", "a"]


def test_the_first_line_may_be_shorter() -> None:
    assert wrap("一二三四五六七八九十甲乙", 20, indent=4) == ["一二三四五六七八", "九十甲乙"]


def test_no_width_means_one_line() -> None:
    assert wrap("字" * 100, 0) == ["字" * 100]
    assert wrap("", 20) == wrap("", 0) == []


# --- Where Chinese meets Latin --------------------------------------------------------------


@pytest.mark.requirement("TXT-2")
def test_lines_end_between_chinese_and_latin_as_the_paragraph_writes() -> None:
    unspaced = "我们用Python和Rust写了很多API接口的文档"
    assert wrap(unspaced, 20) == ["我们用Python和Rust写", "了很多API接口的文档"]
    spaced = "我们 用 Python 和 Rust 写了 很多 API 的 文档"
    assert wrap(spaced, 20) == ["我们 用 Python 和", "Rust 写了 很多 API", "的 文档"]
    assert join(wrap(spaced, 20)) == spaced


def test_a_mixed_paragraph_breaks_only_where_nobody_can_err() -> None:
    mixed = "甲乙丙丁戊 word 己庚word辛壬癸子丑寅 word 卯辰巳午未申酉戌"
    for width in range(16, 40):
        assert join(wrap(mixed, width)) == mixed


# --- Properties -----------------------------------------------------------------------------

ALPHABET = (
    *"中文字的一二，。、：；！？（）《》“”‘’·々ーっ",
    *("——", "……", "漢", "かな", "カ", "한글", "　", "第", "年", "万"),
    *("word", "a", "I", "é", "10", "3.5", "2023", "７", "Ａ", "(", ")", "[12]", ",", ".", "-", "/", '"'),
    *(" ", " ", " ", " ", "\u00a0", "\u200b", "\u2060", "\u00ad", "\u200e"),
    *("😀", "👩‍👩‍👧", "👍🏽", "🇨🇳", "e\u0301", "葛\U000e0100", "が", "नि", "ก็", "مرحبا", "𠮷"),
)  # fmt: skip
PARAGRAPH = st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=60).map(
    lambda parts: " ".join("".join(parts).split(" ")).strip(" \u00a0\u3000\u200b")
)
CANONICAL = st.one_of(PARAGRAPH, st.lists(words(), max_size=8).map(" ".join)).map(
    lambda text: re.sub("  +", " ", text.replace("\u2028", "").replace("\u2029", "")).strip()
)
WIDTH = st.integers(20, 60)


def longest_word(text: str) -> int:
    return max((display_width(word, wide=True) for word in text.split(" ")), default=0)


@pytest.mark.requirement("TXT-2")
@given(CANONICAL, WIDTH, st.booleans())
@example("中 文 中 文 中 文 中 文 中 文 中 文", 20, True)
@example("word中 文 word中文word 中文 word 中", 20, False)
def test_joining_undoes_wrapping_and_wrapping_is_idempotent(
    text: str, width: int, wide: bool
) -> None:
    lines = wrap(text, width, wide=wide)
    rejoined = join(lines)
    assert rejoined.replace(" ", "") == text.replace(" ", ""), "a character is lost"
    if not split_by_force(text, width, wide):
        assert rejoined == text
        assert wrap(rejoined, width, wide=wide) == lines


def split_by_force(text: str, width: int, wide: bool) -> bool:
    """Whether ``text`` has something that no line can hold."""
    classes = linebreak._classes(text)
    found = linebreak._units(linebreak._with_kept(text, classes, ()))
    # The least that wrapping may fall back to.
    least = linebreak._cut(text, linebreak._without_breaks(found, classes, spaced=None))
    return any(display_width(unit.strip(" "), wide=wide) > width for unit in least)


@pytest.mark.requirement("TXT-2", "TXT-3")
@given(CANONICAL, WIDTH, st.booleans())
def test_lines_keep_within_the_limit_and_the_rules(text: str, width: int, wide: bool) -> None:
    lines = wrap(text, width, wide=wide)
    forced = split_by_force(text, width, wide)
    for line in lines:
        assert "://" in line or display_width(line, wide=wide) <= width
        assert line, "an empty line"
        assert not line.endswith(" ")
        assert not line.startswith(" ")
    if not forced:
        for line in lines[1:]:
            assert line[0] not in "，。、；：？！）》”·々ーっ"
            assert not re.match(r"\[[0-9]{1,4}\]", line)
        for line in lines[:-1]:
            assert line[-1] not in "（《“‘"
    clusters = set(boundaries(text))
    place = 0
    for line in lines[:-1]:
        place = text.index(line, place) + len(line)
        assert place in clusters, "a grapheme cluster is split"


def boundaries(text: str) -> list[int]:
    ends, place = [], 0
    for cluster in wcwidth.iter_graphemes(text):
        place += len(cluster)
        ends.append(place)
    return ends


@given(st.text(max_size=40), WIDTH)
def test_any_text_wraps(text: str, width: int) -> None:
    """Text that no model holds, controls and lone marks, still loses nothing."""
    lines = wrap(text, width)
    kept = "".join(lines)
    assert [c for c in kept if not c.isspace()] == [c for c in text if not c.isspace()]


@given(CANONICAL, WIDTH)
def test_what_hangs_is_one_mark(text: str, width: int) -> None:
    for line in wrap(text, width, wide=True, hanging=True):
        if display_width(line, wide=True) > width and "://" not in line:
            assert display_width(line, wide=True) <= width + 2
            assert unicodedata.category(line[-1]) in ("Po", "Pe", "Pf")


@pytest.mark.requirement("ALL-10")
@pytest.mark.parametrize(
    "text", ["中", "（", "“", "——", "a", "中 ", "中a", "[1]", "，", "《", "1", "\u00a0", "\u3000", "1万", "a—", "\u200d中", "e\u0301", "中 a"]
)  # fmt: skip
def test_time_is_linear_in_the_text(text: str) -> None:
    def seconds(count: int) -> float:
        long = (text * count).strip()
        best = min(timed(long) for _ in range(3))
        return max(best, 0.002)

    def timed(long: str) -> float:
        start = time.process_time()
        wrap(long, 72, wide=True)
        return time.process_time() - start

    assert seconds(32_000) < 40 * seconds(2_000)
