"""The flow of inlines: what the walk of a page finds, parted into paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from converters.article import (
    Block,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Span,
    Text,
    inlines,
    plain_text,
    trimmed,
)
from converters.readers.pieces import Piece, Sign

__all__ = ["Flow"]

_STOP = re.compile(r"[。！？!?…；;.][”’」』）)\"']*$")
_WHOLE_LINE = 60  # columns: a line this long that ends with a stop is a paragraph, not verse


@dataclass(slots=True)
class _Frame:
    """An open inline element: what it makes of its content, and the content so far."""

    make: Callable[[tuple[Inline, ...]], Inline] | None
    items: list[Inline] = field(default_factory=list)


class Flow:
    """Inlines as they come, parted into paragraphs at block boundaries and double breaks.

    A paragraph's end closes the open inline elements and opens them again after it, so that
    ``<b>one<br><br>two</b>`` is two bold paragraphs.
    """

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.frames = [_Frame(None)]
        self.breaks = 0
        self.filled = False
        self.signs: int = Sign.NONE
        self.element = 0
        self.identifier = ""
        self.small_depth = 0
        self.italic_depth = 0
        self._all_small = True
        self._all_italic = True

    def text(self, text: str) -> None:
        """Add a run of characters."""
        blank = text.isspace()
        if blank and (self.breaks or not self.filled):
            return
        if not blank:
            if self.breaks:
                self._settle_breaks()
            self.filled = True
            self._all_small = self._all_small and self.small_depth > 0
            self._all_italic = self._all_italic and self.italic_depth > 0
        self.frames[-1].items.append(Text(text))

    def inline(self, item: Inline) -> None:
        """Add an inline that is not text."""
        self._settle_breaks()
        self.filled = True
        self._all_small = self._all_small and self.small_depth > 0
        self._all_italic = self._all_italic and self.italic_depth > 0
        self.frames[-1].items.append(item)

    def anchor(self, identifier: str) -> None:
        """Mark the place as a link's target; it makes no paragraph by itself."""
        self.frames[-1].items.append(Span((), identifier=identifier))

    def line_break(self) -> None:
        """A ``br``: one may be a line's end, two are a paragraph's."""
        self.breaks += 1

    def _settle_breaks(self) -> None:
        if self.breaks > 1:
            self.end()
        elif self.breaks and self.filled:
            self.frames[-1].items.append(LineBreak())
        self.breaks = 0

    def open(self, make: Callable[[tuple[Inline, ...]], Inline]) -> None:
        """Open an inline element."""
        self.frames.append(_Frame(make))

    def close(self) -> None:
        """Close the inline element that was opened last."""
        frame = self.frames.pop()
        if frame.items and frame.make:
            self.frames[-1].items.append(frame.make(inlines(frame.items)))

    def end(self) -> None:
        """End the paragraph, if one has begun."""
        frames, self.breaks = self.frames, 0
        if not self.filled:
            return
        content: list[Inline] = []
        for frame in reversed(frames):
            items = [*frame.items, *content] if content else frame.items
            frame.items = []
            content = [frame.make(inlines(items))] if frame.make and items else items
        run = trimmed(content)
        signs = self.signs
        if self._all_small:
            signs |= Sign.SMALL
        if self._all_italic:
            signs |= Sign.ITALIC
        self._all_small = self._all_italic = True
        self.filled = False
        for line in _paragraphs(run) if len(run) > 1 else (run,):
            if line:
                self.pieces.append(Piece(Paragraph(line), signs, self.element, self.identifier))

    def block(self, block: Block, **marks: Any) -> None:
        """Add a block that is no paragraph; the paragraph before it ends."""
        anchors = self._take_anchors()
        self.end()
        if anchors and isinstance(block, Heading | Figure) and not block.identifier:
            block = replace(block, identifier=anchors[0])
        self.pieces.append(Piece(block, self.signs, self.element, self.identifier, **marks))

    def _take_anchors(self) -> list[str]:
        """The targets that wait for a paragraph which does not come."""
        if self.filled:
            return []
        found: list[str] = []
        for frame in self.frames:
            found += [item.identifier for item in frame.items if isinstance(item, Span)]
            frame.items.clear()
        return found

    def finish(self) -> list[Piece]:
        """End the last paragraph and give all pieces."""
        self.end()
        return self.pieces


def _paragraphs(run: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """The paragraphs of a run with single line breaks (IN-9).

    Line breaks stay in verse, addresses and dialogue. Where a line before one is long and ends
    with a stop they part paragraphs: so some pages write them.
    """
    if not any(isinstance(item, LineBreak) for item in run):
        yield run
        return
    lines: list[list[Inline]] = [[]]
    for item in run:
        if isinstance(item, LineBreak):
            lines.append([])
        else:
            lines[-1].append(item)
    # All of them or none: a verse among paragraphs has its own element.
    if any(_is_whole(plain_text(tuple(line))) for line in lines[:-1]):
        yield from filter(None, map(trimmed, lines))
    else:
        yield run


def _is_whole(line: str) -> bool:
    wide = sum(2 if char > "\u2e7f" else 1 for char in line)
    return wide >= _WHOLE_LINE and bool(_STOP.search(line.rstrip()))
