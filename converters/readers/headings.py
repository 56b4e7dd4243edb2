"""Headings: those that the markup names, those that only look like one, and their levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as with_changes
from itertools import pairwise

from msgspec.structs import replace

from converters.article import (
    Block,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Strong,
    plain_text,
    trimmed,
)
from converters.readers.captions import is_bold
from converters.readers.pieces import Findings, Piece, Sign

__all__ = ["find_headings", "level_headings"]

_LONGEST = 80  # columns, a Han character taking two
_NO_HEADING_END = re.compile(r"[。．，,、；;：:…—-][”’」』）)\"']*$|[^.]\.[”’\"')]*$")
# Lines of an interview and notices, which are bold for another reason.
_LABEL = re.compile(
    r"^(?:[问問答记記Q&A]|Q\d*|A\d*|记者|記者|主持人?|编者[按注]|編者[按注]|编按|按|注|来源|來源|作者|文|图|摄影|"
    r"原标题|原題|标题|日期|时间|Note|Editor\S{0,3}s? note|Source|By)\s*[:：]",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[。！？!?].*[。！？!?]")
# What an outline numbers its parts with, from the outer level to the inner.
_NUMBERED = (
    re.compile(
        r"^(?:第[一二三四五六七八九十百\d]{1,3}[章部编編篇]|(?:Part|Chapter)\s+[\dIVX]+\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:[一二三四五六七八九十]{1,3}\s*[、．.：:\s]|[一二三四五六七八九十]{1,3}$|第[一二三四五六七八九十]{1,3}[节節])"
    ),
    re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]"),
    re.compile(r"^\d{1,2}\s*[、．.)）]\s*(?=\D)"),
)
_DOTTED = re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}(?=\s|[^\d.])")
_RUN_INS = 2
_BOLD_RUN = 3  # bold lines in a row are emphasised lines, not headings


def _columns(text: str) -> int:
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def _may_head(text: str) -> bool:
    """Whether ``text`` could be a heading's: short, one sentence, no stop at its end."""
    return (
        0 < _columns(text) <= _LONGEST
        and any(char.isalnum() for char in text)
        and not _NO_HEADING_END.search(text)
        and not _SENTENCES.search(text)
        and "\n" not in text
        and not text.startswith(("@", "#", "——", "—", "▲", "△"))
    )


def find_headings(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """Make headings of the short bold paragraphs that stand as headings (IN-8).

    Such a paragraph is wholly bold, short, one sentence without a stop, has text after it, and is
    not one of several bold lines in a row. Lines that an outline numbers (``一、``, ``（一）``,
    ``1.``, ``Part 2``) are headings without being bold when at least two of their kind stand
    alone. A bold line that a line break parts from a paragraph is read as a paragraph by itself.
    Every decision is reported.
    """
    pieces = _parted(pieces)
    numbered = _numbered_lines(pieces)
    bold = [index for index, piece in enumerate(pieces) if _is_bold_line(piece)]
    runs = _in_runs(bold)
    lowest = max((p.block.level for p in pieces if isinstance(p.block, Heading)), default=1)
    out = list(pieces)
    for index in sorted({*bold, *numbered}):
        if index in runs or not _has_text_after(pieces, index):
            continue
        block = pieces[index].block
        assert isinstance(block, Paragraph)
        text = pieces[index].text
        depth = numbered.get(index, _depth(text, numbered)) + _dots(text)
        level = min(6, lowest + 1 + depth)
        out[index] = Piece(Heading(level, _unbold(block.content)), Sign.NONE)
        findings.change("heading", "bold paragraph" if index in bold else "numbered line", text)
    return out


def _parted(pieces: list[Piece]) -> list[Piece]:
    """``pieces``, a paragraph whose first line is bold and stands like a heading made two.

    One such line may be an emphasis; a page that writes its headings so does it again. In an
    interview the bold lines are questions, which belong to their answers.
    """
    found = {index: parts for index, piece in enumerate(pieces) if (parts := _run_in(piece))}
    asked = sum(head.text.endswith(("?", "？", "…")) for head, _ in found.values())
    if len(found) < _RUN_INS or 2 * asked >= len(found):
        return pieces
    return [part for index, piece in enumerate(pieces) for part in found.get(index, (piece,))]


def _run_in(piece: Piece) -> tuple[Piece, Piece] | None:
    """A bold first line and the paragraph that it heads."""
    block = piece.block
    if not isinstance(block, Paragraph) or piece.signs & (Sign.CAPTION | Sign.CREDIT | Sign.BYLINE):
        return None
    breaks = [at for at, item in enumerate(block.content) if isinstance(item, LineBreak)]
    if not breaks:
        return None
    head = Piece(Paragraph(trimmed(block.content[: breaks[0]])), Sign.NONE)
    line = block.content[breaks[0] + 1 : breaks[1] if len(breaks) > 1 else None]
    # Short lines below it are an address, a list or verse.
    if _columns(plain_text(line)) < _LONGEST or is_bold(line) or not _is_bold_line(head):
        return None
    rest = Paragraph(trimmed(block.content[breaks[0] + 1 :]))
    return head, with_changes(piece, block=rest)


def _is_bold_line(piece: Piece) -> bool:
    block = piece.block
    if not isinstance(block, Paragraph) or piece.signs & (Sign.CAPTION | Sign.CREDIT | Sign.BYLINE):
        return False
    if not is_bold(block.content):
        return False
    text = piece.text
    return _may_head(text) and not _LABEL.match(text)


def _in_runs(indices: Sequence[int]) -> frozenset[int]:
    """Those of ``indices`` that stand in a row of :data:`_BOLD_RUN` or more."""
    found: set[int] = set()
    run: list[int] = []
    for index in indices:
        run = [*run, index] if run and index == run[-1] + 1 else [index]
        if len(run) >= _BOLD_RUN:
            found.update(run)
    return frozenset(found)


def _numbered_lines(pieces: list[Piece]) -> dict[int, int]:
    """Paragraphs that an outline's number opens, with the depth of that kind of number.

    A kind counts where it numbers two lines at least, from its first number on.
    """
    kinds: dict[int, list[int]] = {}
    for index, piece in enumerate(pieces):
        if isinstance(piece.block, Paragraph) and not piece.signs & Sign.CAPTION:
            text = piece.text
            kind = _kind(text) if len(text) <= _LONGEST // 2 else None
            if kind is not None and _may_head(text) and _columns(text) <= _LONGEST // 2:
                kinds.setdefault(kind, []).append(index)
    # Digits also number plain lists of short lines: those only head where they stand apart.
    counted = {
        kind: lines
        for kind, lines in kinds.items()
        if len(lines) >= 2 and not any(b - a == 1 for a, b in pairwise(lines))
    }
    return {index: depth for depth, kind in enumerate(sorted(counted)) for index in counted[kind]}


def _kind(text: str) -> int | None:
    return next((kind for kind, form in enumerate(_NUMBERED) if form.match(text)), None)


def _depth(text: str, numbered: dict[int, int]) -> int:
    """The depth of a bold line beside numbered ones: unnumbered lines stand below them."""
    return 1 + max(numbered.values()) if numbered and _kind(text) is None else 0


def _dots(text: str) -> int:
    """How deep a number such as ``2.1`` or ``2.1.3`` says that its heading lies."""
    match = _DOTTED.match(text)
    return match[0].count(".") if match else 0


def _has_text_after(pieces: list[Piece], index: int) -> bool:
    """Whether something that a heading can head comes before the end."""
    return any(
        not isinstance(piece.block, Heading | Figure) for piece in pieces[index + 1 : index + 4]
    )


def _unbold(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """``content`` without the bold around all of it: a heading is bold by itself."""
    out: list[Inline] = []
    for item in content:
        if isinstance(item, Strong):
            out += item.content
        elif isinstance(item, LineBreak):
            out.append(item)
        elif getattr(item, "content", ()):
            out.append(replace(item, content=_unbold(item.content)))  # type: ignore[union-attr, arg-type]
        else:
            out.append(item)
    return trimmed(out)


def level_headings(blocks: Sequence[Block], findings: Findings) -> tuple[Block, ...]:
    """``blocks`` with heading levels from 2 on (the title is 1) and none skipped.

    The levels that occur keep their order; a heading lies at most one level below the one before
    it.
    """
    levels = sorted({block.level for block in blocks if isinstance(block, Heading)})
    if not levels:
        return tuple(blocks)
    before = 1
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            before = min(levels.index(block.level) + 2, before + 1, 6)
            content = _unbold(block.content) if is_bold(block.content) else block.content
            out.append(replace(block, level=before, content=content))
        else:
            out.append(block)
    return tuple(out)
