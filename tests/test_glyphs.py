"""The search for empty boxes in a finished PDF (benchmarks/glyphs.py)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.glyphs import missing_glyphs
from tests.command import run
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


@pytest.mark.requirement("PDF-8")
def test_without_a_font_for_chinese_the_package_is_named(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "serif:lang=en"], capture_output=True, check=True
    )
    font = Path(found.stdout.decode())
    if font.suffix.lower() == ".ttc":
        pytest.skip("the Latin font here may have Chinese letters as well")
    shutil.copy(font, fonts)
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    (tmp_path / "article.md").write_text("# 题\n\n两国会谈，“好。”他说《*强调*》。\n", "utf-8")
    environment = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    arguments = ("convert", "article.md", "-t", "pdf", "-o", "a.pdf")
    done = run(*arguments, cwd=tmp_path, env=environment)
    said = done.stderr.decode()
    assert done.returncode == 0, said
    assert "题 (U+9898)" in said
    assert "printed as empty boxes" in said
    assert "fonts-noto-cjk" in said
    strict = run(*arguments[:-1], "b.pdf", "--strict", cwd=tmp_path, env=environment)
    assert strict.returncode != 0
