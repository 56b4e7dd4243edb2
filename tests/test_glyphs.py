"""The search for empty boxes in a finished PDF (benchmarks/glyphs.py)."""

from __future__ import annotations

import pytest

from benchmarks.glyphs import missing_glyphs
from tests.pdf_pages import article, made, paragraph
from tests.pieces import TAGS, piece


def test_characters_without_a_glyph_are_named() -> None:
    data = made(article(paragraph("A \U0010fffd B 中文 \U0010fffc"), language="en"))
    found = missing_glyphs(data)
    assert [line.split()[0] for line in found] == ["U+10FFFD", "U+10FFFC"]
    assert all("(page 1, " in line for line in found)


@pytest.mark.parametrize("tag", TAGS)
def test_every_piece_has_all_its_glyphs(tag: str) -> None:
    assert missing_glyphs(made(piece(tag))) == []
