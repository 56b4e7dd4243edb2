"""Pictures with their captions and credits, wherever the page put the words.

Within a container the markup says what belongs together (:func:`figure_of`). Between siblings it
does not; there :func:`attach_captions` takes the paragraph after a picture for its caption when a
sign says so: it is named as one, described by the picture, in small type, or short and centred,
italic or beginning as captions begin (IN-7). A paragraph without any sign stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace as with_changes
from unicodedata import east_asian_width

from msgspec.structs import replace

from converters.article import (
    Embed,
    Emphasis,
    Figure,
    Image,
    Inline,
    LineBreak,
    Paragraph,
    Strong,
    Table,
    Text,
    trimmed,
)
from converters.readers.pieces import Findings, Piece, Sign

__all__ = ["attach_captions", "figure_of", "is_bold"]

_LONGEST = 500  # characters, of a caption that the markup names as one
_LONGEST_SMALL = 300
_LONGEST_BY_WORDS = 200
_LONGEST_BY_LOOKS = 120

_CAPTION_START = re.compile(
    r"^[（(\[【]?\s*(?:[▲△▼↑←→◎]|[图圖](?:片|说|說|注|註|为|為|中|源|示|[:：/／]|\s*[\d一二三四五六七八九十])"
    r"|照片|资料图|資料圖|(?:Photo(?:graph)?s?|Image|Picture|Figure|Fig\.|Abb\.|Bild|Foto)\b"
    r"|(?:Abbildung|Figura|Imagen|Imagem|Ry[cs]\.|Zdj\.|Рис\.|Фото|写真|図|그림|사진)\s*[\d:：.])",
    re.IGNORECASE,
)
_CREDIT_START = re.compile(
    r"^[（(\[【]?\s*(?:(?:[图圖]片?|照片|影像|[图圖]像)?(?:来源|來源|源|版权|版權)\s*[:：,，/]"
    r"|(?:摄影|攝影|摄|攝|供图|供圖)\s*[:：/]|©|\(c\)\s"
    r"|(?:Photo(?:graph)?s?|Images?|Pictures?|Fotos?|Bild(?:er|quelle|rechte|nachweis|autor)?"
    r"|Crédits?(?:\s+photos?)?|Credit|Source|(?:Foto)?Quelle|Fuente|Fonte|Zdjęci[ea]|Źródło|Фото"
    r"|Источник|Джерело|写真|撮影|출처|사진)\s*(?:by|courtesy|credit|©|:|：)|Fot\.\s)",
    re.IGNORECASE,
)
_LONGEST_CREDIT = 80


def is_bold(content: Sequence[Inline]) -> bool:
    """Whether all words of ``content`` are strong (punctuation and spaces may stand outside)."""
    strong = False
    for item in content:
        if isinstance(item, Strong):
            strong = True
        elif isinstance(item, Text):
            if any(char.isalnum() for char in item.text):
                return False
        elif isinstance(item, LineBreak):
            continue
        elif not is_bold(getattr(item, "content", ())):
            return False
        else:
            strong = True
    return strong


def figure_of(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """What a picture's container holds, as figures: each picture with the words at it.

    Words after a picture are its caption, words before the first one are that one's; pictures
    with no words between them share the words that follow. A container with other blocks (a
    table, a quotation, code) comes back as it is, but for a table's caption.
    """
    if not all(isinstance(piece.block, Figure | Embed | Paragraph) for piece in pieces):
        return _table_of(pieces) or attach_captions(pieces, findings)
    groups: list[_Group] = []
    waiting: list[Piece] = []
    for piece in pieces:
        if isinstance(piece.block, Paragraph):
            (groups[-1].words if groups else waiting).append(piece)
        elif groups and groups[-1].takes(piece):
            groups[-1].shown.append(piece)
        else:
            groups.append(_Group([piece], []))
    if not groups:
        return pieces
    groups[0].words[:0] = waiting
    return [group.piece() for group in groups]


def _table_of(pieces: list[Piece]) -> list[Piece]:
    """A table in a ``figure`` with its caption; nothing where the pieces are something else."""
    tables = [piece for piece in pieces if isinstance(piece.block, Table)]
    words = [piece for piece in pieces if isinstance(piece.block, Paragraph)]
    if len(tables) != 1 or len(tables) + len(words) != len(pieces):
        return []
    table = tables[0].block
    assert isinstance(table, Table)
    caption = table.caption or _joined(words)
    return [with_changes(tables[0], block=replace(table, caption=caption))]


class _Group:
    """Pictures and the words that belong to them."""

    def __init__(self, shown: list[Piece], words: list[Piece]) -> None:
        self.shown = shown
        self.words = words

    def takes(self, piece: Piece) -> bool:
        """Whether ``piece`` may share this group's words."""
        last = self.shown[-1].block
        return (
            not self.words
            and isinstance(last, Figure)
            and isinstance(piece.block, Figure)
            and not (last.caption or last.credit or piece.block.caption or piece.block.credit)
        )

    def piece(self) -> Piece:
        """The group as one figure or embed."""
        first = self.shown[0]
        owners = [word for word in self.words if _is_credit(word)]
        captions = [word for word in self.words if not _is_credit(word)]
        block = first.block
        if isinstance(block, Embed):
            caption = _joined([*captions, *owners])
            return with_changes(first, block=replace(block, caption=block.caption or caption))
        assert isinstance(block, Figure)
        images: list[Image] = []
        for shown in self.shown:
            assert isinstance(shown.block, Figure)
            images += shown.block.images
        figure = replace(
            block,
            images=tuple(images),
            caption=_merged(block.caption, _joined(captions)),
            credit=_merged(block.credit, _joined(owners)),
        )
        return with_changes(first, block=figure)


def _merged(first: tuple[Inline, ...], second: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return trimmed((*first, LineBreak(), *second)) if first and second else first or second


def _is_credit(piece: Piece) -> bool:
    """Whether a caption's paragraph says only whose picture it is."""
    if piece.signs & Sign.CREDIT:
        return True
    text = piece.text
    return len(text) <= _LONGEST_CREDIT and bool(_CREDIT_START.match(text))


def _joined(pieces: Iterable[Piece]) -> tuple[Inline, ...]:
    """The words of several paragraphs as one caption, a line each."""
    out: list[Inline] = []
    for piece in pieces:
        block = piece.block
        assert isinstance(block, Paragraph)
        if out:
            out.append(LineBreak())
        out += _plain(block.content)
    return trimmed(out)


def _plain(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A caption without the emphasis around all of it: writers have their own for captions."""
    if len(content) == 1 and isinstance(content[0], Emphasis):
        return content[0].content
    return content


def attach_captions(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """``pieces`` with captions joined to the pictures before them, and cut paragraphs mended."""
    pieces = _mended(pieces)
    out: list[Piece] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        index += 1
        if isinstance(piece.block, Figure) and _shares(out, piece):
            _share(out, piece)
        elif isinstance(piece.block, Figure | Embed):
            out.append(piece)
        else:
            out.append(piece)
            continue
        shown = out[-1]
        while index < len(pieces) and _is_caption(shown, pieces, index):
            out[-1] = shown = _with_words(shown, pieces[index])
            index += 1
    return out


def _shares(out: list[Piece], piece: Piece) -> bool:
    """Whether ``piece`` stands with the picture before it in one element, without words."""
    if not out or not isinstance(last := out[-1].block, Figure):
        return False
    block = piece.block
    assert isinstance(block, Figure)
    bare = not (last.caption or last.credit or block.caption or block.credit)
    return bare and piece.element == out[-1].element != 0


def _share(out: list[Piece], piece: Piece) -> None:
    last, block = out[-1].block, piece.block
    assert isinstance(last, Figure)
    assert isinstance(block, Figure)
    out[-1] = with_changes(out[-1], block=replace(last, images=last.images + block.images))


def _with_words(shown: Piece, words: Piece) -> Piece:
    """``shown`` with a paragraph as its caption or its credit."""
    block, line = shown.block, _joined([words])
    if isinstance(block, Embed):
        return with_changes(shown, block=replace(block, caption=_merged(block.caption, line)))
    assert isinstance(block, Figure)
    if _is_credit(words):
        block = replace(block, credit=_merged(block.credit, line))
    else:
        block = replace(block, caption=_merged(block.caption, line))
    return with_changes(shown, block=block)


def _is_caption(shown: Piece, pieces: list[Piece], index: int) -> bool:
    """Whether the paragraph at ``index`` belongs to the picture before it."""
    piece = pieces[index]
    if not isinstance(piece.block, Paragraph):
        return False
    length = len(piece.text)
    if length > _LONGEST:
        return False
    has_caption = bool(getattr(shown.block, "caption", ()))
    if piece.signs & Sign.CREDIT or (length <= _LONGEST_CREDIT and _is_credit(piece)):
        return not getattr(shown.block, "credit", ())
    if has_caption:
        return False
    if piece.signs & Sign.CAPTION:
        return True
    if shown.described_by and shown.described_by == piece.identifier:
        return True
    if piece.signs & Sign.SMALL:
        return length <= _LONGEST_SMALL
    if _says_the_same(shown, piece):
        return True
    return _looks_like_caption(pieces, index, length)


def _says_the_same(shown: Piece, words: Piece) -> bool:
    """Whether a paragraph is what the picture says of itself in its ``alt`` or ``title``."""
    assert isinstance(words.block, Paragraph)
    said = _letters(words.text)
    if not isinstance(shown.block, Figure) or len(said) < 2 or is_bold(words.block.content):
        return False
    image = shown.block.images[-1]
    return said in (_letters(image.alt), _letters(image.title))


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()


def _looks_like_caption(pieces: list[Piece], index: int, length: int) -> bool:
    """The weaker signs: how the paragraph begins, or that it alone is centred or italic."""
    piece = pieces[index]
    assert isinstance(piece.block, Paragraph)
    text = piece.text
    if length <= _LONGEST_BY_WORDS and _CAPTION_START.match(text):
        return True
    looks = piece.signs & (Sign.CENTRED | Sign.ITALIC)
    if not looks or length > _LONGEST_BY_LOOKS or is_bold(piece.block.content):
        return False
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    # Verse and prefaces are centred or italic line after line; a caption stands alone.
    alone = following is None or not isinstance(following.block, Paragraph)
    return alone or not (following is not None and following.signs & looks)


# How only a caption begins, not the rest of a sentence.
_OPENS_CAPTION = re.compile(r"^[（(\[【]?\s*(?:[▲△▼↑←→◎©]|[^\s，。,.]{1,12}\s?[:：])")
_OPEN_END = re.compile(r"[\w,，、；;（(“‘《—-]$")


def _is_one_word(left: str, right: str) -> bool:
    """Whether no space is between two parts of a sentence: not in Chinese, not before a mark."""
    last = left[-1:] or " "
    spaced = "\uac00" <= last <= "\ud7a3"  # Korean has words
    return (east_asian_width(last) in "WF" and not spaced) or right[:1] in _CLOSING


_CLOSING = frozenset(".,;:!?)]}»”’…、。，；：！？）】》」』")


def _mended(pieces: list[Piece]) -> list[Piece]:
    """Join a paragraph that pictures cut in the middle of a sentence; they follow it."""
    out: list[Piece] = []
    for piece in pieces:
        place = _cut_before(out) if isinstance(piece.block, Paragraph) else None
        if place is None or not _goes_on(out[place], piece):
            out.append(piece)
            continue
        before = out[place]
        assert isinstance(before.block, Paragraph)
        assert isinstance(piece.block, Paragraph)
        between = () if _is_one_word(before.text, piece.text) else (Text(" "),)
        content = trimmed((*before.block.content, *between, *piece.block.content))
        out[place] = with_changes(before, block=Paragraph(content))
    return out


def _cut_before(out: list[Piece]) -> int | None:
    """The place of the paragraph that the pictures at the end of ``out`` cut, if they do."""
    place = len(out) - 1
    while place >= 0 and out[place].cuts:
        place -= 1
    cut = 0 <= place < len(out) - 1 and isinstance(out[place].block, Paragraph)
    return place if cut and out[place].element == out[place + 1].element else None


def _goes_on(before: Piece, piece: Piece) -> bool:
    return (
        before.element == piece.element
        and bool(_OPEN_END.search(before.text))
        and not _OPENS_CAPTION.match(piece.text)
    )
