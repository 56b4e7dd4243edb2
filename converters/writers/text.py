"""The plain text writer: an article that reads well in any viewer, wrapped by display width.

The forms are those that people use in mail and read-me files: titles are underlined, list items
hang behind their markers, quotations have a bar, code is indented, a picture is its caption in
square brackets, notes are numbers in square brackets and stand at the end, each address alone on
its line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import is_
from typing import Any, BinaryIO, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Note,
    OrderedList,
    Paragraph,
    Table,
    Text,
    ThematicBreak,
    clean,
    inlines,
    plain_text,
    query,
    trimmed,
    with_children,
)
from converters.edition import Edition
from converters.errors import WriteError
from converters.languages import detect, format_date, is_cjk, join_names, label
from converters.notes import Links, is_address, leads_elsewhere, number, shown_address
from converters.writers import Context
from converters.writers._text_direction import directed, encodes_marks, isolated
from converters.writers._text_edition import Among, Whole, is_wide
from converters.writers._text_inlines import Emphases, InlineWriter, one_line
from converters.writers._text_layout import (
    UNDERLINES,
    Flow,
    Gap,
    Margin,
    Nest,
    Piece,
    Stack,
    Underlined,
    Verbatim,
    close,
    join_flows,
    one_line_apart,
)
from converters.writers._text_numbers import numbers
from converters.writers._text_tables import grid

__all__ = ["Options", "write"]

_NARROWEST = 20
_TAB = 4
_CODECS = {"utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gbk", "big5": "big5hkscs"}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"(?!data:|blob:|javascript:|about:).", re.IGNORECASE)
# A credit that says itself what it is needs no label.
_LABELLED_CREDIT = re.compile(
    r"[(（]?\s*(?:photo|foto|image|picture|credit|courtesy|source|by\b|via\b|©|\(c\)|图|圖|摄影|攝影"
    r"|来源|來源|版权|版權|写真|撮影|出典|提供|사진)",
    re.IGNORECASE,
)


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the text is written.

    ``links``: what becomes of links. ``width``: columns of a line, 0 for lines as long as their
    paragraphs. ``paragraphs``: apart by a blank line, or each with its first line indented.
    ``emphasis``: its words alone, or between marks. ``punctuation``: within the line, or Chinese
    stops may hang beyond its end. ``encoding``, ``bom`` (a byte order mark) and ``newline`` are
    those of the file; a character that the encoding lacks is an error.
    """

    links: Links = "notes"
    width: int = 72
    paragraphs: Literal["blank", "indent"] = "blank"
    emphasis: Emphases = "plain"
    punctuation: Literal["inside", "hanging"] = "inside"
    encoding: Literal["utf-8", "gb18030", "gbk", "big5"] = "utf-8"
    bom: bool = False
    newline: Literal["lf", "crlf"] = "lf"

    def __post_init__(self) -> None:
        if self.width and self.width < _NARROWEST:
            raise ValueError(f"width is 0 for no limit, or at least {_NARROWEST} columns")
        if self.bom and self.encoding not in ("utf-8", "gb18030"):
            raise ValueError(f"bom is a mark of Unicode, which {self.encoding} is not")


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one text file, its last line ended.

    An edition that is a bundle begins with its title and its contents and ends with its sources
    and with what is not in it. Its articles are numbered by their place in this edition: in the
    contents, above the article, in the list of sources, and in notes that name another article.
    Articles are written one by one, and none is kept.

    Raises :class:`~converters.errors.WriteError` where there is no article, or where
    ``options.encoding`` lacks a character; ``target`` has the articles before it by then.
    """
    if not edition.articles:
        raise WriteError(edition.title or "text", "there is no article to write")
    file = _File(target, options, edition.title or "text")
    for lines in _document(edition, options, pictured=context.pictures.policy != "none"):
        file.add(lines)


class _File:
    """A text file in the making. ``name`` is what errors call it."""

    def __init__(self, target: BinaryIO, options: Options, name: str) -> None:
        self._target = target
        self._options = options
        self._name = name
        self._count = 0
        if options.bom:
            target.write("\ufeff".encode(_CODECS[options.encoding]))

    def add(self, lines: Sequence[str]) -> None:
        """Add ``lines`` at the end of the file."""
        text = "".join([f"{line}\n" for line in lines])
        if self._options.newline == "crlf":
            text = text.replace("\n", "\r\n")
        try:
            self._target.write(text.encode(_CODECS[self._options.encoding]))
        except UnicodeEncodeError as error:
            character = text[error.start]
            line = self._count + text.count("\n", 0, error.start) + 1
            raise WriteError(
                self._name,
                f"{self._options.encoding} has no character {character!r} "
                f"(U+{ord(character):04X}), which is in line {line}: "
                "choose encoding utf-8 or gb18030",
            ) from error
        self._count += len(lines)


# --- The document --------------------------------------------------------------------------


def _document(edition: Edition, options: Options, *, pictured: bool) -> Iterator[list[str]]:
    """The lines of the file: one article, or a list of contents and the articles after it."""
    whole = Whole(edition, options.width, encodes_marks(options.encoding))
    several = edition.is_bundle or len(edition.articles) > 1
    if several:
        yield whole.front()
    for place, article in enumerate(edition.articles):
        if several:
            yield whole.between(place)
        yield _article_lines(article, whole.about(place), options, pictured=pictured)
    if edition.is_bundle:
        yield whole.back()


_BREAK = LineBreak()


def _article_lines(
    article: Article, among: Among, options: Options, *, pictured: bool
) -> list[str]:
    tag = article.language or among.language or detect(plain_text(article.body)) or "en"
    numbered = number(_with_words(article, tag, options.links, pictured=pictured), options.links)
    writer = _Writer(numbered, tag, options, among)
    hanging = options.punctuation == "hanging"
    lines = writer.document().lines(Margin(options.width, is_wide(tag), hanging, writer.right))
    return list(directed(lines)) if writer.right else lines


# --- Pictures as words ---------------------------------------------------------------------


def _with_words(article: Article, tag: str, links: Links, *, pictured: bool) -> Article:
    """``article`` with pictures and embeds as words: their captions, their addresses below.

    Both become figures that have a caption only. Their addresses are no notes, so that the notes
    have the same numbers as in the other formats.
    """
    words = _Words(tag, links, pictured=pictured)
    body = article.body
    address = article.image
    shown = (address in (image.url, *image.alternatives) for image in query(article.body, Image))
    if pictured and links != "none" and address and not any(shown):
        body = (Figure((Image(address),)), *body)
    return replace(article, body=words.sequence(body))


class _Words:
    """Puts words in the place of pictures."""

    def __init__(self, tag: str, links: Links, *, pictured: bool) -> None:
        self.tag = tag
        self.links = links
        self.pictured = pictured
        self.colon = label("colon", tag)
        self.brackets = (label("open", tag), label("close", tag))

    def sequence(self, nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        """``nodes``, or sequences of nodes, rewritten."""
        out: list[Any] = []
        for node in nodes:
            match node:
                case tuple():
                    out.append(self.sequence(node))
                case Figure():
                    out += self.figure(node)
                case Embed():
                    out.append(Figure((), self.embed(node)))
                case Image():
                    out += self.picture(node, Text(" "))
                case _:
                    out.append(with_children(node, self.sequence))
        if any(isinstance(node, Image) for node in nodes):
            return inlines(out)
        if len(out) == len(nodes) and all(map(is_, out, nodes)):
            return nodes
        return tuple(out)

    def figure(self, figure: Figure) -> Iterator[Figure]:
        """A figure that is its caption: ``[picture: caption (photo: credit)]``."""
        caption, credit = self.sequence(figure.caption), self.sequence(figure.credit)
        if caption or credit:
            caption = caption or _text(" ".join(filter(None, map(_alternative, figure.images))))
            below = [item for image in figure.images for item in self.addresses(image)]
            run = (*self._bracketed("picture", caption, self._credit(credit)), *below)
            yield replace(figure, images=(), caption=inlines(run), credit=())
            return
        run = tuple(item for image in figure.images for item in (*self.picture(image), LineBreak()))
        if trimmed(run):
            yield replace(figure, images=(), caption=trimmed(run))

    def picture(self, image: Image, apart: Inline = _BREAK) -> Iterator[Inline]:
        """A picture without a caption: ``[picture: what it shows]`` and its address."""
        words = _alternative(image)
        if not self.pictured:
            yield from _text(words)
            return
        yield from self._bracketed("picture", _text(words))
        yield from self.addresses(image, apart)

    def embed(self, embed: Embed) -> tuple[Inline, ...]:
        """An embed: ``[video: title (whose)]``, and its caption on the next line."""
        kind = embed.kind if embed.kind in ("video", "audio") else "embed"
        title = one_line(embed.title)
        provider = one_line(embed.provider)
        behind = _text(provider.join(self.brackets) if provider and provider != title else "")
        run = [*self._bracketed(kind, _text(title), behind), *self._address(embed.url)]
        caption = self.sequence(embed.caption)
        return inlines((*run, LineBreak(), *caption) if caption else run)

    def addresses(self, image: Image, apart: Inline = _BREAK) -> Iterator[Inline]:
        """Where a picture can be seen, and where it leads."""
        if self.pictured:
            yield from self._address(image.url, apart)
            if leads_elsewhere(image) and not image.link.startswith("#"):
                yield from self._address(image.link, apart)

    def _address(self, url: str, apart: Inline = _BREAK) -> Iterator[Inline]:
        if self.links == "none" or not _ADDRESS.match(url):
            return
        yield apart
        yield Link((Text(shown_address(url)),), url)

    def _bracketed(
        self, kind: str, words: Sequence[Inline], behind: Sequence[Inline] = ()
    ) -> Iterator[Inline]:
        yield Text("[" + label(kind, self.tag) + (self.colon if words else ""))
        yield from words
        yield from behind
        yield Text("]")

    def _credit(self, credit: Sequence[Inline]) -> Sequence[Inline]:
        if not credit:
            return ()
        before, after = self.brackets
        if not _LABELLED_CREDIT.match(plain_text(credit)):
            before += label("credit", self.tag) + self.colon
        return (Text(before), *credit, Text(after))


def _alternative(image: Image) -> str:
    """What a picture shows, in the source's words."""
    return one_line(image.alt) or one_line(image.title)


def _text(words: str) -> tuple[Inline, ...]:
    return (Text(words),) if words else ()


# --- One article ---------------------------------------------------------------------------


class _Writer:
    """Lays out one article, whose notes are numbered and whose pictures are words."""

    def __init__(self, article: Article, tag: str, options: Options, among: Among) -> None:
        self.article = article
        self.tag = tag
        self.options = options
        self.among = among
        self.colon = label("colon", tag)
        self.right = article.direction == "rtl" and encodes_marks(options.encoding)
        addresses = options.links == "inline"
        self.inline = InlineWriter(
            tag, options.emphasis, addresses=addresses, inside=among.number_of
        )

    def document(self) -> Piece:
        """The whole article: its head, its body, its notes."""
        body = [self.block(block) for block in self.article.body]
        return Stack([self.head(), Stack(body, self.gap), self.notes()], self.gap)

    # --- Head and notes --------------------------------------------------------------------

    def head(self) -> Piece:
        """The title, who wrote it, where and when, and the address that it had."""
        article = self.article
        title = one_line(article.title) or label("untitled", self.tag)
        facts: list[Piece] = []
        parts = list(self._byline())
        byline = " · ".join(map(isolated, parts) if self.right and len(parts) > 1 else parts)
        if byline:
            facts.append(Flow(byline))
        if article.url:
            facts.append(_address_flow(shown_address(article.url)))
        if article.tags:
            tags = join_names(map(one_line, article.tags), self.tag)
            facts.append(Flow(label("tags", self.tag) + self.colon + tags))
        heading = Flow(self.among.mark + title, hang=" " * len(self.among.mark))
        return Stack([Underlined(heading, UNDERLINES[1]), Stack(facts, close)])

    def _byline(self) -> Iterator[str]:
        article = self.article
        if article.authors:
            yield join_names(map(one_line, article.authors), self.tag)
        if article.site:
            yield one_line(article.site)
        if article.published:
            yield format_date(article.published, self.tag)
            if article.updated and article.updated.date() != article.published.date():
                yield self._dated("updated", article.updated)
        elif article.archived:
            yield self._dated("archived", article.archived)

    def _dated(self, kind: str, day: datetime) -> str:
        return label(kind, self.tag) + self.colon + format_date(day, self.tag)

    def notes(self) -> Piece:
        """The notes called in the article, by number."""
        called = {note.number: note for note in query(self.article.body, Note)}
        if not called:
            return Stack([])
        listed = [self._note(note) for note in called.values()]
        title = Underlined(Flow(label("notes", self.tag)), UNDERLINES[2])
        return Stack([title, Stack(listed, close)])

    def _note(self, note: Note) -> Piece:
        mark = f"[{note.number}] "
        piece = self.stack(note.content)
        match note.content:
            case (Paragraph(content=(Link(url=url),)),) if other := self.among.title_of(url):
                piece = Flow(other)
            case (Paragraph(content=((Text() | Link()) as only,)),) if _is_address(only):
                piece = _address_flow(plain_text(only))
        return Nest(mark, " " * len(mark), piece)

    # --- Blocks ----------------------------------------------------------------------------

    def stack(self, blocks: Sequence[Block], gap: Gap = one_line_apart) -> Piece:
        """Blocks within a block."""
        pieces = [self.block(block, nested=True) for block in blocks]
        return pieces[0] if len(pieces) == 1 else Stack(pieces, gap)

    def items(self, items: Sequence[Sequence[Block]], marks: Sequence[str]) -> Piece:
        """The items of a list behind their marks.

        Items of one paragraph each stand close; a list within an item does not part them.
        """
        simple = all(
            isinstance(block, Paragraph if place == 0 else BulletList | OrderedList)
            for item in items
            for place, block in enumerate(item)
        )
        gap = close if simple else one_line_apart
        return Stack(
            [
                Nest(mark, " " * len(mark), self.stack(item, gap))
                for mark, item in zip(marks, items, strict=True)
            ],
            gap,
        )

    @staticmethod
    def gap(above: Piece, below: Piece) -> int:
        """How many blank lines part two blocks of the body."""
        if isinstance(above, Flow) and isinstance(below, Flow) and above.indent and below.indent:
            return 0
        title = below.pieces[0] if isinstance(below, Stack) and below.pieces else below
        return 2 if isinstance(title, Underlined) and title.mark == UNDERLINES[2] else 1

    def block(self, block: Block, *, nested: bool = False) -> Piece:
        """One block."""
        match block:
            case Paragraph():
                return self.paragraph(block, nested=nested)
            case Heading():
                return Underlined(self.inline.flow(block.content), UNDERLINES[block.level])
            case BlockQuote():
                return self.block_quote(block)
            case BulletList():
                return self.items(block.items, ["- "] * len(block.items))
            case OrderedList():
                marks = numbers(len(block.items), block.start, block.style)
                return self.items(block.items, marks)
            case DefinitionList():
                return Stack([self.definition(item) for item in block.items])
            case CodeBlock():
                return _code(block)
            case Table():
                return self.table(block)
            case Figure():
                return self.inline.flow(block.caption)
            case ThematicBreak():
                return _Rule()
            case Embed():  # figures by now
                return self.inline.flow(block.caption)
            case _:
                assert_never(block)

    def paragraph(self, paragraph: Paragraph, *, nested: bool) -> Piece:
        """A paragraph."""
        flow = self.inline.flow(paragraph.content)
        if self.options.paragraphs == "blank" or nested:
            return flow
        return dataclasses.replace(flow, indent="\u3000\u3000" if is_cjk(self.tag) else "  ")

    def block_quote(self, quote: BlockQuote) -> Piece:
        """A quotation behind a bar, its source at its end behind a dash."""
        pieces: list[Piece] = [self.block(block, nested=True) for block in quote.content]
        if quote.citation:
            dash = "——" if is_cjk(self.tag) else "— "
            pieces.append(join_flows([Flow(dash), self.inline.flow(quote.citation)], ""))
        return Nest("| ", "| ", Stack(pieces))

    def definition(self, item: Definition) -> Piece:
        """A term, and what it means below it."""
        meanings = [Nest("    ", "    ", self.stack(meaning)) for meaning in item.definitions]
        return Stack([self.inline.flow(item.term), Stack(meanings)], close)

    def table(self, table: Table) -> Piece:
        """A table under its caption."""
        pieces: list[Piece] = [grid(table, self.stack, self.colon)]
        if table.caption:
            caption = self.inline.flow(table.caption)
            pieces.insert(0, join_flows([Flow(label("table", self.tag) + self.colon), caption], ""))
        return Stack(pieces)


def _code(block: CodeBlock) -> Piece:
    """Code as it stands, indented; tabs are spaces, since no control character is written."""
    rows = clean(block.text).replace("\r\n", "\n").split("\n")
    lines = tuple(_CONTROLS.sub("", row.expandtabs(_TAB)).rstrip() for row in rows)
    while lines and not lines[-1]:
        lines = lines[:-1]
    return Nest("    ", "    ", Verbatim(lines)) if lines else Stack([])


def _is_address(only: Text | Link) -> bool:
    """Whether what a note holds is an address; one without a scheme has the suffix of a file."""
    if isinstance(only, Link):
        return is_address(only)
    return re.fullmatch(r"\S+\.[A-Za-z0-9]{2,5}", only.text) is not None


def _address_flow(address: str) -> Flow:
    return Flow(address, ((0, len(address)),))


@dataclass(frozen=True, slots=True)
class _Rule:
    """A break between topics."""

    def lines(self, margin: Margin) -> list[str]:
        """Three stars, centred."""
        stars = "* * *"
        return [" " * ((margin.width - len(stars)) // 2) + stars if margin.width else stars]
