"""Last pages with a line or two: articles are set a little tighter to save them."""

from __future__ import annotations

from typing import Any

import pytest

from converters.article import Block, Figure, Heading, Image, Text
from converters.writers import _pdf_press, pdf
from converters.writers._pdf_short import is_tight, tighter
from tests.pdf_pages import article, made, outline, paragraph, squeezed, text
from tests.printed import read
from tests.test_pdf import picture

SENTENCE = "The ferry left the harbour before the morning fog had lifted. "


def told(count: int) -> Any:
    """Return an article of some paragraphs, the last of which has words of its own."""
    blocks = [paragraph(SENTENCE * 3) for _ in range(count)]
    last = paragraph(SENTENCE + "This is the end.")
    return article(*blocks, last, title="T", url="https://example.org/a", language="en")


def body_lines(data: bytes) -> list[int]:
    """Return how many lines of the article stand on each page."""
    return [len(sheet.body) for sheet in read(data).sheets]


@pytest.mark.requirement("PDF-14")
@pytest.mark.parametrize("several", [False, True])
def test_a_last_page_of_a_few_lines_is_saved(
    monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    def printed(count: int) -> bytes:
        sample = told(count)
        return made(sample, sample, page="A6") if several else made(sample, page="A6")

    def as_it_was(found: Any, *_: Any) -> Any:
        return found

    for count in (15, 21):  # a few lines stand alone
        with monkeypatch.context() as context:
            for module in (pdf, _pdf_press):
                context.setattr(module, "shorter", as_it_was)
            before = body_lines(printed(count))
        data = printed(count)
        after = body_lines(data)
        assert before[-1] == 3
        assert len(after) == len(before) - 1 - several
        assert squeezed(text(data, "-raw")).count("Thisistheend.") == 1 + several
    assert not is_tight()


def test_an_article_with_enough_on_its_last_page_is_left_alone() -> None:
    data = made(told(17), page="A6")
    with tighter(0.94):
        assert body_lines(made(told(17), page="A6"))[0] > body_lines(data)[0]
    assert body_lines(data) == [19, 22, 22, 9]


@pytest.mark.requirement("PDF-14")
def test_a_picture_at_the_end_leaves_room_for_the_source_instead_of_a_white_page() -> None:
    for count in (2, 3):
        figure = Figure((Image(picture(600, 700)),), (Text("A caption of the picture."),))
        blocks: tuple[Block, ...] = (*(paragraph(SENTENCE * 4) for _ in range(count)), figure)
        sample = article(*blocks, title="T", url="https://example.org/a", language="en")
        printed = read(made(sample, page="A5"))
        assert len(printed.sheets) == 1
        assert "Source" in "".join(line.text for line in printed.sheets[0].body)


@pytest.mark.requirement("PDF-14")
def test_the_caption_of_a_picture_that_is_made_smaller_begins_at_its_edge() -> None:
    figure = Figure((Image(picture(1200, 700)),), (Text("A caption of the picture."),))
    blocks: tuple[Block, ...] = (
        *(paragraph(SENTENCE * 4) for _ in range(4)),
        figure,
        paragraph(SENTENCE * 9),
    )
    first, *_ = read(made(article(*blocks, title="T", language="en"), page="A5")).sheets
    caption = next(line for line in first.lines if "caption" in line.text)
    body = next(line for line in first.body if "ferry" in line.text)
    assert first.pictures[0].box.left > body.left + 10
    assert caption.left == pytest.approx(first.pictures[0].box.left, abs=1)


@pytest.mark.requirement("PDF-3", "PDF-14")
def test_a_heading_that_nothing_follows_is_a_line_and_never_alone_on_a_page() -> None:
    for count in range(19, 23):
        blocks = [paragraph(f"Line {n} of it.") for n in range(count)]
        end = Heading(2, (Text("The signature"),))
        data = made(article(*blocks, end, title="T", language="en"), page="A6")
        last = [line.text for line in read(data).sheets[-1].body]
        assert any("signature" in line for line in last)
        assert any("Line" in line for line in last), count
        assert "The signature" not in {label for _, label in outline(data)}
