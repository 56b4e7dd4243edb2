"""Covers: what is drawn from an edition, and what a person's own file becomes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw, ImageOps

from converters.article import Article, Image
from converters.edition import Edition, Member
from converters.errors import ConversionError
from converters.images.need import Encoded
from converters.images.spool import Spool
from converters.writers import Context
from converters.writers import _cover as design
from converters.writers._cover import HEIGHT, WIDTH, Cover, chosen_cover, cover
from converters.writers._cover_fonts import faces, has_raqm
from converters.writers._cover_type import Frame, Type, direction_of, printable
from converters.writers._lead import Lead

_WEEK = "每周文章选集"
_SITES = ("端传媒", "三联生活周刊", "财新周刊", "澎湃新闻")


def book(
    title: str = _WEEK,
    *,
    sites: tuple[str, ...] = _SITES,
    language: str = "zh-Hans",
    is_bundle: bool = True,
    authors: tuple[str, ...] = (),
    subtitle: str = "",
    series: str = "",
) -> Edition:
    members = tuple(
        Member(title=f"{number}", site=site, published=datetime(2020, 10, 12, tzinfo=UTC))
        for number, site in enumerate(sites)
    )
    return Edition(
        articles=tuple(Article(title=each.title) for each in members),
        members=members,
        title=title,
        subtitle=subtitle,
        language=language,
        authors=authors,
        series=series,
        is_bundle=is_bundle,
    )


def drawn(edition: Edition, lead: Lead | None = None, *, grey: bool = False) -> Cover:
    made = cover(edition, lead, Context(), grey=grey)
    assert made is not None
    return made


def opened(made: Cover) -> Pillow.Image:
    raster = Pillow.open(BytesIO(made.data))
    raster.load()
    return raster


def picture(raster: Pillow.Image) -> Lead:
    out = BytesIO()
    raster.save(out, "JPEG", quality=95)
    kept = Spool().keep(Encoded(out.getvalue(), "image/jpeg", *raster.size))
    return Lead(Image("picture.jpg"), kept)


def disc(width: int, height: int) -> Lead:
    """A white picture with a red disc in its middle."""
    raster = Pillow.new("RGB", (width, height), "white")
    radius = min(width, height) // 5
    box = (
        width // 2 - radius,
        height // 2 - radius,
        width // 2 + radius,
        height // 2 + radius,
    )
    ImageDraw.Draw(raster).ellipse(box, fill=(255, 0, 0))
    return picture(raster)


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [each / 255 for each in colour]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def light(raster: Pillow.Image, top: int, bottom: int) -> tuple[int, int, int, int]:
    """The box of what is as light as paper between two rows of a dark field."""
    band = raster.convert("L").crop((0, top, WIDTH, bottom)).point(lambda tone: 255 * (tone > 200))
    box = band.getbbox()
    assert box is not None
    return box


TITLES = (
    _WEEK,
    "疫情之下的武汉人：他们如何度过那个漫长的冬天",
    "How the Weekend Edition Survived the Long Decline of Print",
    "حصاد الأسبوع: مقالات مختارة من الصحافة العربية 2020",
    'השבוע בעיתון (גיליון 12): "מבחר" 2020',
    "週刊読書案内：吾輩は猫である、名前はまだ無い",
    "이번 주의 긴 글 모음집과 그 밖의 이야기들",
    "🎉🚀👩‍👩‍👧‍👦❤️🇨🇳",
    "为什么 iPhone 12 Pro Max 的用户说：“我不会再升级了”——《连线》2020年度报告",
    "在这个漫长的夏天里，我们见证了许多人的离开与归来，也听见了城市深处传来的声音，" * 13,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 6,
    '<script>alert("1")</script> & <b>bold</b> &amp; {{x}} %s \\TeX',
    "Z" + "\u0301\u0302\u0303\u0304" * 100 + "algo",
    "",
    " \u202e\u2066 ",
    "。，、；",
    "A" * 100_000,
    "\ue000",
)


@pytest.mark.requirement("EP-30")
@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_every_title_gives_a_cover_whose_margins_are_clear(title: str) -> None:
    began = time.process_time()
    made = drawn(book(title))
    assert time.process_time() - began < 3
    raster = opened(made)
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 1600, 2560)
    assert raster.size == (1600, 2560)
    for box in ((0, 0, 110, HEIGHT), (WIDTH - 110, 0, WIDTH, HEIGHT)):
        # One tone in each row: nothing but the fields reaches the edges.
        edge = raster.crop(box).convert("L")
        left = edge.crop((0, 0, 1, HEIGHT)).resize(edge.size)
        assert not any(ImageChops.difference(edge, left).histogram()[8:])


@pytest.mark.requirement("EP-30")
def test_colours_can_be_read_on_electronic_ink() -> None:
    assert all(contrast(ground, design._PAPER) >= 7 for ground in design._GROUNDS)
    assert min(contrast(design._INK, design._PAPER), contrast(design._SOFT, design._PAPER)) >= 7
    pale = [design._mixed(design._PAPER, ground, 0.22) for ground in design._GROUNDS]
    pairs = zip(pale, design._GROUNDS, strict=True)
    assert all(contrast(one, ground) >= 4.5 for one, ground in pairs)
    grey = drawn(book(), grey=True)
    assert opened(grey).mode == "L"


@pytest.mark.requirement("EP-30")
def test_a_title_is_legible_as_a_thumbnail() -> None:
    raster = opened(drawn(book())).convert("L")
    raster.thumbnail((150, 150))
    tones = raster.crop((8, 0, 86, 95)).histogram()
    found = [tone for tone, count in enumerate(tones) if count]
    assert found[-1] - found[0] > 120


@pytest.mark.requirement("EP-8", "EP-30")
def test_the_same_edition_gives_the_same_bytes_and_another_one_others() -> None:
    lead = disc(1600, 1000)
    assert drawn(book(), lead).data == drawn(book(), lead).data
    assert drawn(book(), lead).data != drawn(book("另一周"), lead).data
    assert drawn(book()).data != drawn(book(), lead).data


@pytest.mark.skipif(not has_raqm(), reason="Pillow has no Raqm here (libfribidi)")
def test_right_to_left_titles_stand_at_the_right() -> None:
    left = light(opened(drawn(book("Short", language="en", sites=()))), 0, 1900)
    right = light(opened(drawn(book("قصير", language="ar", sites=()))), 0, 1900)
    assert abs(left[0] - 136) < 30
    assert left[2] < 1200
    assert abs(right[2] - (WIDTH - 136)) < 30
    assert right[0] > 400
    made = cover(book("2020", sites=()), None, Context(), direction="rtl")
    assert made is not None
    assert light(opened(made), 0, 1900)[2] > WIDTH - 170


# --- Lines ---------------------------------------------------------------------------------


def lines(
    title: str, language: str = "zh-Hans", width: int = 1300, height: int = 1400
) -> list[str]:
    made = Type(language, "bold").fitted(
        title, Frame(width, height, 230, 76, 1.22), direction_of(title)
    )
    assert all(line.width * made.size <= width + 1 for line in made.lines)
    assert made.height <= height + 1
    return [line.text for line in made.lines]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (_WEEK, [_WEEK]),
        ("被困在系统里的外卖骑手", ["被困在", "系统里的", "外卖骑手"]),
        ("April 2015 – April 2019", ["April 2015 –", "April 2019"]),
        ("The Week in Long Reads", ["The Week", "in Long", "Reads"]),
        ("", []),
    ],
)
def test_lines_end_where_phrases_do(title: str, expected: list[str]) -> None:
    assert lines(title) == expected


@pytest.mark.parametrize("title", [title for title in TITLES if 6 < len(title) < 100])
def test_no_closing_mark_begins_a_line_and_nothing_is_lost(title: str) -> None:
    found = lines(title)
    assert "".join("".join(found).split()) == "".join(printable(title).split())
    for before, after in pairwise(found):
        assert after[0] not in "，。、；：？！）》」』”’…—"
        assert before[-1] not in "（《「『“‘"


def test_a_title_that_does_not_fit_ends_in_an_ellipsis() -> None:
    found = lines(TITLES[9])
    assert found[-1].endswith("…")
    assert len("".join(found)) > 150
    assert TITLES[9].startswith("".join(found)[:-1].replace(" ", ""))
    assert lines("A" * 3000)[-1].endswith("A…")


@pytest.mark.skipif(not has_raqm(), reason="Pillow has no Raqm here (libfribidi)")
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 12.5 דהו", "והד 12.5 גבא"),
        ("abc אבג דהו xyz", "abc והד גבא xyz"),
        ("abc אבג 12 xyz", "abc 12 גבא xyz"),
        ("(אבג): 12", "12 :)גבא("),
    ],
)
def test_runs_stand_in_the_order_in_which_they_are_seen(text: str, seen: str) -> None:
    """The order that UAX #9 gives."""
    runs = Type("en", "bold").line(text, direction_of(text)).runs
    assert "".join(run.text[:: -1 if run.direction == "rtl" else 1] for run in runs) == seen


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_whatever_the_title_its_lines_fit(title: str) -> None:
    lines(title)


# --- Words ---------------------------------------------------------------------------------


def test_words_without_a_glyph_are_left_out_and_told_once() -> None:
    told: list[str] = []
    cover(book("Good \ue000\ue001bad words \ue000"), None, Context(warn=told.append))
    assert len(told) == 1
    assert "left out of the cover" in told[0]
    assert "U+E000" in told[0]
    kept = Type("en", "bold")
    assert kept.shown("Good \ue000bad words") == "Good words"
    assert kept.shown("书\ue000名") == "书名"
    assert list(kept.missing) == ["\ue000"]


def test_faces_are_found_for_scripts_that_the_first_lacks() -> None:
    for text in ("中文", "abc", "русский"):
        found = faces(text, "en", "bold")
        assert all(any(face.has(each) for face in found) for each in text)


def test_hidden_characters_are_taken_away() -> None:
    assert printable("a\u202eb\x07c\u200b") == "abc"
    assert printable("e" + "\u0301" * 50) == "e" + "\u0301" * 4
    assert printable(" a \n b ") == "a b"


def test_what_a_cover_says() -> None:
    words = design._words(book(series="周刊", subtitle="秋天"))
    assert words.head == "周刊"
    assert words.second == "秋天"
    assert "2020年10月12日" in words.facts
    assert words.sources == _SITES
    single = design._words(
        book("A Title", sites=("Site",), language="en", is_bundle=False, authors=("Ann", "Bo"))
    )
    assert (single.head, single.second, single.facts) == ("Site", "Ann, Bo", "12 October 2020")
    assert design._words(book("", sites=())).title == "无标题"
    assert design._words(book("", sites=("Site",))).title == "Site"


@pytest.mark.parametrize("count", [0, 1, 30, 5000])
def test_as_many_sources_are_named_as_there_is_room_for(count: int) -> None:
    names = tuple(f"Source Number {number}" for number in range(count))
    made = design._Design(book(sites=names), Context(), "ltr")._sources(names, 3)
    shown = " · ".join(line.text for line in made.lines)
    assert len(made.lines) <= 3
    assert shown.endswith("…") == (count > 10)
    assert shown.startswith("Source Number 0" if count else "")


# --- The picture ---------------------------------------------------------------------------


@pytest.mark.requirement("EP-30")
@pytest.mark.parametrize(
    "size", [(1600, 1000), (1000, 1600), (1200, 1200), (1600, 640), (640, 1500)]
)
def test_a_lead_picture_is_shown_large_and_not_distorted(size: tuple[int, int]) -> None:
    raster = opened(drawn(book(), disc(*size)))
    red, green, _ = raster.split()
    mask = ImageOps.invert(green).point(lambda tone: 255 * (tone > 128))
    red = red.point(lambda tone: 255 * (tone > 200))
    box = Pillow.composite(red, Pillow.new("L", red.size), mask).getbbox()
    assert box is not None
    across, down = box[2] - box[0], box[3] - box[1]
    assert across > 250
    assert abs(across - down) <= 0.03 * across
    assert raster.getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_too_small_for_a_page_is_left_out() -> None:
    assert drawn(book(), disc(500, 400)).data == drawn(book()).data


# --- A person's own ------------------------------------------------------------------------


def saved(folder: Path, raster: Pillow.Image, name: str) -> str:
    path = folder / name
    raster.save(path)
    return str(path)


@pytest.mark.requirement("EP-28", "EP-30")
def test_a_file_of_ones_own_keeps_its_shape(tmp_path: Path) -> None:
    wide = saved(tmp_path, Pillow.new("RGB", (3000, 1500), "red"), "wide.png")
    made = chosen_cover(wide)
    assert (made.width, made.height, made.media_type) == (1600, 800, "image/jpeg")
    assert opened(made).format == "JPEG"
    clear = saved(tmp_path, Pillow.new("RGBA", (300, 500), (0, 0, 0, 0)), "clear.webp")
    small = opened(chosen_cover(clear, grey=True))
    assert (small.size, small.mode) == ((300, 500), "L")
    assert small.getpixel((9, 9)) == 255
    tall = saved(tmp_path, Pillow.new("RGB", (400, 8000)), "tall.png")
    assert (chosen_cover(tall).width, chosen_cover(tall).height) == (128, 2560)
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="128">'
        '<rect width="80" height="128" fill="blue"/></svg>',
        encoding="utf-8",
    )
    assert opened(chosen_cover(str(drawing))).size in {(240, 384), (160, 256)}
    assert cover(book(), None, Context(), chosen=wide) == made
    assert cover(book(), disc(900, 900), Context(), chosen="none") is None


@pytest.mark.requirement("EP-30")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"", "is empty"),
        (b"no picture at all", "is in no format that can be shown"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x09\0\0\0\x09", "is damaged beyond use"),
        (b"\xff\xd8\xff" + b"\0" * (33 * 1024 * 1024), "is larger than 32 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "shows nothing"),
    ],
    ids=["missing", "empty", "text", "damaged", "large", "blank"],
)
def test_an_unreadable_cover_says_what_to_do(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "cover.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConversionError) as caught:
        chosen_cover(str(path))
    assert caught.value.source == str(path)
    assert reason in caught.value.reason
    assert "--cover" in caught.value.reason
    assert "left out" not in caught.value.reason


def test_a_folder_is_no_cover(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="cannot be read as the cover"):
        chosen_cover(str(tmp_path))
    with pytest.raises(ConversionError, match="cannot be read as the cover"):
        chosen_cover("a\0b")
