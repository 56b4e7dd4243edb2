"""What reading HTML makes first: blocks, each with what the markup said about it.

The model has no place for "centred" or "small", yet captions, headings and footers are told by
such signs. A :class:`Piece` keeps them beside its block until the passes over the pieces
(captions, headings, furniture) have decided.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum

from converters.article import Block, Change, Dropped, plain_text

__all__ = ["Findings", "Piece", "Sign"]


class Sign(IntEnum):
    """What the markup said about a block. A piece's signs are a sum of these."""

    NONE = 0
    CENTRED = 1
    SMALL = 2  # all of its text is in small type
    CAPTION = 4  # its element is named as a caption
    CREDIT = 8  # its element is named as a credit
    FIGURE = 16  # stands in a picture's container
    ITALIC = 32  # all of its text is emphasised
    BYLINE = 64  # its element is named as a byline or a date


@dataclass(slots=True)
class Piece:
    """A block with its signs; ``element`` numbers the HTML block element it came from.

    ``identifier`` is that element's ``id``, ``described_by`` the id that a picture names as its
    description. ``cuts`` says of a picture that it stood in the middle of a line. ``text`` is the
    block's plain text, made once: every pass asks for it.
    """

    block: Block
    signs: int = Sign.NONE
    element: int = 0
    identifier: str = ""
    described_by: str = ""
    cuts: bool = False
    _text: str | None = field(default=None, init=False, compare=False)

    @property
    def text(self) -> str:
        """The block's words (:func:`~converters.article.plain_text`)."""
        if self._text is None:
            self._text = plain_text(self.block)
        return self._text


@dataclass(slots=True)
class Findings:
    """What reading did besides making blocks, gathered for the provenance."""

    _dropped: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _addresses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def drop(self, what: str, reason: str, text: str = "", addresses: tuple[str, ...] = ()) -> None:
        """Note that something of the source is left out of the body."""
        key = (what, reason)
        self._counts[key] += 1
        if text:
            self._dropped.setdefault(key, []).append(text)
        if addresses:
            self._addresses.setdefault(key, []).extend(addresses)

    def change(self, what: str, before: str, after: str) -> None:
        """Note that something was rewritten or decided."""
        self.changes.append(Change(what, before, after))

    def dropped(self) -> tuple[Dropped, ...]:
        """All that was left out, one entry a kind, in the order of first sight."""
        return tuple(
            Dropped(
                what,
                reason,
                count,
                "\n".join(self._dropped.get((what, reason), ())),
                tuple(dict.fromkeys(self._addresses.get((what, reason), ()))),
            )
            for (what, reason), count in self._counts.items()
        )
