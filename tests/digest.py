"""A small briefing in three scripts, as its readers get it: what proofs of layout and looks print.

:func:`digest` gives the edition: a long English article with all that a page can hold, a Chinese
one, an Arabic one and one of a single line. :data:`EDITIONS` are the ways in which it is printed;
:func:`pages` prints one, once for all tests of a run.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image as Raster
from PIL import ImageDraw

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Note,
    Paragraph,
    Row,
    Strong,
    Table,
    Text,
    inlines,
    plain_text,
)
from converters.edition import Edition, Section, edition
from converters.writers import Context
from converters.writers.pdf import Options, write
from tests.pieces import piece

__all__ = ["EDITIONS", "digest", "pages", "paragraphs"]

_BRIEFING: dict[str, Any] = {
    "style": "briefing",
    "glance": True,
    "addresses": True,
    "qr": True,
    "note": "Good morning. Three papers wrote about the harbour.\n\nThe weather stays as it is.",
}
EDITIONS: dict[str, dict[str, Any]] = {
    "a4": _BRIEFING,
    "a5": {**_BRIEFING, "page": "A5"},
    "newspaper": {**_BRIEFING, "style": "newspaper"},
    "large": {**_BRIEFING, "style": "large", "qr": False},
    "plain": {"style": "plain", "page": "Letter", "links": "none"},
    "continuous": {**_BRIEFING, "flow": "continuous", "page": "A5"},
    "duplex": {**_BRIEFING, "duplex": True, "page": "B5", "notes": "end", "gray": True},
}
"""How the digest is printed: the options, by name."""


def _para(*items: str | Inline) -> Paragraph:
    return Paragraph(inlines([Text(each) if isinstance(each, str) else each for each in items]))


def _link(words: str, path: str) -> Link:
    return Link((Text(words),), f"https://example.org/{path}")


@cache
def _picture(kind: str, width: int, height: int) -> str:
    """A drawing of few shapes, as a ``data:`` address: what is missing of it shows."""
    import base64

    drawn = Raster.new("L", (width, height), 235)
    pen = ImageDraw.Draw(drawn)
    if kind == "tower":
        pen.polygon(
            (width * 0.4, height, width * 0.45, 30, width * 0.55, 30, width * 0.6, height), 60
        )
        pen.rectangle((0, height * 0.85, width, height), 120)
    else:
        pen.ellipse((width * 0.1, height * 0.1, width * 0.5, height * 0.9), 90)
        pen.rectangle((width * 0.6, height * 0.3, width * 0.95, height * 0.8), 150)
    target = io.BytesIO()
    drawn.save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


_SENTENCES = (
    "The pilots of the outer harbour meet every morning before the first ship is called in",
    "Nobody has counted the lamps along the eastern wall since the year of the flood",
    "A lamp that burns for nine winters needs less oil than one that is lit anew each night",
    "The keeper writes down the hour at which the fog lifts and who was on the quay to see it",
    "What the committee wanted was a timetable, and what it got was a drawer full of letters",
    "Two of the cranes were sold to a museum, which found that they would not fit its door",
)


def _prose(number: int) -> str:
    """A paragraph like no other: its sentences in another order, and its number in it."""
    order = [(number * 5 + step * 7) % 6 for step in range(4)]
    return " ".join(
        f"{_SENTENCES[place]}, as page {number}.{n} of the log has it."
        for n, place in enumerate(order)
    )


def _english() -> Article:
    body: list[Block] = []
    for number in range(1, 19):
        if number in (4, 9, 14):
            body.append(Heading(2, (Text(f"Of the watch that was number {number}"),)))
        if number % 2:
            name = f"the log of {number}"
            path = f"logs/{1900 + number}/the-harbour-office/volume-{number}?page={number}&view=all"
            body.append(_para(_prose(number), " See ", _link(name, path), " for the hours."))
        else:
            body.append(_para(_prose(number)))
        if number == 6:
            body.append(
                Figure(
                    (Image(_picture("moon", 900, 420), alt="A moon beside a shed"),),
                    (Text("The moon over the third shed, on the night of the count."),),
                    (Text("M. Somerville"),),
                )
            )
        if number == 8:
            cells = (("Lamp", "Oil"), ("East wall", "nine winters"), ("North pier", "four"))
            head, *rows = (tuple(Cell((_para(word),)) for word in row) for row in cells)
            headers = Row(tuple(replace(cell, header=True) for cell in head))
            body.append(Table(tuple(map(Row, rows)), head=(headers,), caption=(Text("Oil"),)))
        if number == 10:
            body.append(
                BlockQuote((_para("A lamp is a clock for those at sea."),), (Text("A pilot"),))
            )
        if number == 12:
            items = ("Count the lamps.", "Write them down.", "Count them again.")
            body.append(BulletList(tuple((_para(item),) for item in items)))
        if number == 15:
            body.append(
                CodeBlock("def lamps(wall):\n    return sum(1 for lamp in wall if lamp.lit)")
            )
    body.append(
        _para("It ends here", Note((_para("Until the next count, that is."),)), ", for this year.")
    )
    return Article(
        title="Counting the Lamps of the Eastern Wall",
        url="https://harbour.example.org/2023/10/lamps",
        site="The Harbour Review",
        authors=("Ada Byron", "Charles Wheatstone"),
        published=datetime(2023, 10, 24, 6, tzinfo=UTC),
        language="en",
        summary="For the first time since the flood somebody has counted the lamps. There are more than the committee paid for.",
        image=_picture("tower", 1200, 640),
        body=(
            Figure(
                (Image(_picture("tower", 1200, 640), alt="A tower by the water"),),
                (Text("The tower at the end of the eastern wall."),),
                (Text("C. Wheatstone"),),
            ),
            *body,
        ),
    )


_ZH = (
    "港口办公室的钟从一九一一年冬天起就慢了四分钟，在那里工作的人谁也不想把它修好",
    "领航员们每天清晨在外港碰面，谈论雾什么时候散去，谈论 GMT 与本地时间的差别",
    "委员会想要的是一张时刻表，得到的却是满满一抽屉的信件；“请再等一等”，信里这样写着",
    "自从发大水那年以来，没有人数过东墙上的灯",
)


def _chinese() -> Article:
    body: list[Block] = []
    for number in range(1, 10):
        words = "。".join(_ZH[(number + step) % 4] for step in range(4)) + f"，这是第{number}段。"
        if number == 5:
            body.append(Heading(2, (Text("不着急的钟"),)))
        if number % 3 == 1:
            link = _link(f"航海日志（{number}）", f"zh/logs/{number}")
            body.append(_para(words, "参看", link, "，", Strong((Text("勿忘"),)), "。"))
        else:
            body.append(_para(words))
    return Article(
        title="不着急的钟，与东墙上的灯",
        url="https://zh.example.org/2023/10/clock",
        site="海港周报",
        authors=("林小滿",),
        published=datetime(2023, 10, 24, 9, tzinfo=UTC),
        language="zh-Hans",
        summary="港口的钟慢了四分钟。没有人想把它修好。",
        body=tuple(body),
    )


def _letter() -> Article:
    return Article(
        title="A Letter to the Editor",
        url="https://harbour.example.org/2023/10/letter",
        site="The Harbour Review",
        published=datetime(2023, 10, 25, 7, tzinfo=UTC),
        language="en",
        body=(_para("Sir, the tide was late, and so was your paper."),),
    )


@cache
def digest() -> Edition:
    """Give the edition: four articles of three papers, in two sections."""
    arabic = replace(piece("ar"), published=datetime(2023, 10, 25, 6, tzinfo=UTC))
    made = edition(
        [_english(), _chinese(), arabic, _letter()], title="The Harbour Morning", language="en"
    )
    days = ((24, 0, 2), (25, 2, 4))
    sections = tuple(
        Section(
            title=f"{day} October 2023", kind="day", value=f"2023-10-{day}", start=start, stop=stop
        )
        for day, start, stop in days
    )
    return replace(
        made,
        subtitle="24–25 October 2023",
        sections=sections,
        date=date(2023, 10, 25),
        is_bundle=True,
    )


def paragraphs() -> Iterator[str]:
    """Give the words of the paragraphs of prose that run from left to right."""
    for article in digest().articles:
        if article.direction == "ltr":
            for block in article.body:
                if isinstance(block, Paragraph):
                    yield plain_text(block.content)


def pages(name: str, folders: pytest.TempPathFactory) -> bytes:
    """Give the PDF of the digest as :data:`EDITIONS` has it by ``name``.

    It is kept in ``folders`` for other tests of this run, in other processes as well.
    """
    folder = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then each process has its own below that of the run
        folder = folder.parent
    file = folder / f"digest-{name}.pdf"
    if not file.exists():
        target = io.BytesIO()
        write(digest(), target, Options(**EDITIONS[name]), Context())
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(target.getvalue())
        part.replace(file)
    return file.read_bytes()
