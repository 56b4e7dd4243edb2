"""The Markdown writer: CommonMark with GitHub's tables and strikethrough, and footnotes.

The text reads well as it stands and means the same to every parser of that dialect: GitHub's,
pandoc's ``gfm``, markdown-it, Obsidian. A paragraph is one line; words are escaped only where
they would be taken for markup. HTML stands where Markdown has no word for something (ruby,
subscripts, cells that span), and emphasis that its rules would not let begin or end there.

Forms that Markdown leaves open are always the same, so that a reader can know them:

* pictures stand alone in their paragraph; the next one is ``▲ caption △ credit``;
* ``▼ caption`` stands before a table, ``— source`` ends a quotation;
* an embed is ``► [title](address) · provider`` under its picture, if there is one; the mark says
  its kind (``►`` video, ``♪`` audio, ``◆`` post, ``■`` document, ``□`` frame);
* what Markdown lacks (tables with spans or blocks in cells, definition lists, lists that count
  from below zero) is HTML around Markdown, which blank lines set apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, assert_never

from msgspec import Struct
from msgspec.structs import replace

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
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
    Row,
    Span,
    Table,
    Text,
    ThematicBreak,
    clean,
    inlines,
    plain_text,
    query,
)
from converters.edition import Edition
from converters.images import Need
from converters.notes import Links, number, says_again
from converters.writers import Context
from converters.writers._markdown_inlines import (
    BLOCK,
    CONTINUED,
    HEADING,
    ITEM,
    QUOTE,
    Inlines,
    InlineWriter,
)
from converters.writers._markdown_metadata import front_matter
from converters.writers._markdown_pieces import Place
from converters.writers._markdown_targets import Targets
from converters.writers._markdown_verbatim import escape_title

__all__ = ["Options", "picture_need", "write"]


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the file is written.

    ``links``: what becomes of links; ``front_matter``: whether a YAML block begins the file.
    ``image_width``: the most pixels across of pictures that travel; ``gray``: whether they are
    made grey.
    """

    links: Links = "notes"
    front_matter: bool = True
    image_width: int = 1600
    gray: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What programs that show Markdown can use of a picture."""
    return Need(width=options.image_width, grey=options.gray, vector=True, animated=True)


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one Markdown file: UTF-8, LF, no byte order mark."""
    placed = tuple(map(context.pictures.placed, edition.articles))
    target.write(_document(replace(edition, articles=placed), options).encode("utf-8"))


def _document(edition: Edition, options: Options) -> str:
    articles = edition.articles
    parts: list[str] = []
    if options.front_matter:
        head = articles[0] if len(articles) == 1 else _as_article(edition)
        parts.append(front_matter(head).rstrip("\n"))
    targets = Targets()
    for index, article in enumerate(articles, 1):
        prefix = f"{index}-" if len(articles) > 1 else ""
        numbered = number(article, options.links, in_headings=False)
        parts.extend(_Writer(numbered, options, prefix, targets).document())
    return clean("\n\n".join(filter(None, parts))) + "\n"


def _as_article(edition: Edition) -> Article:
    """What is known about the edition as a whole."""
    return Article(title=edition.title, authors=edition.authors, language=edition.language)


class _Writer:
    """Writes one article. ``prefix`` keeps its notes and anchors apart from other articles'."""

    def __init__(self, article: Article, options: Options, prefix: str, targets: Targets) -> None:
        self.article = article
        self.prefix = prefix
        self.notes: dict[str, Note] = {}
        self.labels: set[str] | None = None
        self.inline = InlineWriter(
            self.label,
            self.defined,
            targets.of(article, prefix),
            picture_links=options.links != "none",
        )

    def label(self, note: Note) -> str:
        """The label of ``note``, which is to be defined at the end of the article."""
        label = f"{self.prefix}{note.number}"
        self.notes.setdefault(label, note)
        return label

    def defined(self, label: str) -> bool:
        """Whether the file has a note of this label: asked where words look like its mark."""
        if self.labels is None:
            notes = query(self.article.body, Note)
            self.labels = {f"{self.prefix}{note.number}" for note in notes}
        return label in self.labels

    def document(self) -> list[str]:
        """The whole article: the title, the source line among other articles, body and notes."""
        parts: list[str] = []
        if self.article.title:
            parts.append("# " + self.inline.line((Text(self.article.title),), HEADING))
        if self.prefix:
            parts.append(self.source_line())
        parts.extend(self.sequence(self.article.body, BLOCK if parts else _OPENING))
        # Written one by one, since a note may call another.
        written = 0
        while written < len(self.notes):
            label, note = list(self.notes.items())[written]
            parts.append(self.definition(label, note))
            written += 1
        return parts

    def source_line(self) -> str:
        """Where the article comes from: site, authors, date, address."""
        article = self.article
        words = [article.site, *article.authors]
        if article.published:
            words.append(article.published.date().isoformat())
        pieces: list[Inline] = [Text(" · ".join(filter(None, words)))] if any(words) else []
        if article.url:
            pieces += [Text(" · ")] if pieces else []
            pieces.append(Link((Text(article.url),), article.url))
        return self.inline.line(inlines(pieces), BLOCK) if pieces else ""

    def definition(self, label: str, note: Note) -> str:
        """A note's text, its further blocks indented."""
        first = isinstance(note.content[0], Paragraph) if note.content else True
        text = _indented("\n\n".join(self.sequence(note.content)), "    ")
        return f"[^{label}]: {text}".rstrip() if first else f"[^{label}]:\n    {text}"

    # Blocks

    def sequence(self, blocks: Sequence[Block], first: Place = BLOCK) -> list[str]:
        """The blocks of one container; ``first`` is the place of the first of them."""
        parts: list[str] = []
        previous: Block | None = None
        alternate = False
        for block in blocks:
            # Two lists in a row would be one, were their marks the same.
            same = isinstance(block, BulletList | OrderedList) and type(block) is type(previous)
            alternate = same and not alternate
            text = self.block(block, BLOCK if parts else first, alternate=alternate)
            if text:
                parts.append(text)
                previous = block
        return parts

    def block(self, block: Block, place: Place, *, alternate: bool) -> str:
        """One block."""
        match block:
            case Paragraph(content=content):
                return self.inline.line(content, place)
            case Heading(level=level, content=content):
                return f"{'#' * max(level, 2)} {self.inline.line(content, HEADING)}"
            case BlockQuote():
                return self.quote(block)
            case BulletList():
                return self.bullets(block, "*" if alternate else "-")
            case OrderedList():
                return self.numbers(block, ")" if alternate else ".")
            case DefinitionList():
                return self.definitions(block)
            case CodeBlock():
                return _code_block(block)
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case ThematicBreak():
                # Not "- ---", which would be a rule itself, nor what could begin front matter.
                return "___" if place.item or place is _OPENING else "---"
            case Embed():
                return self.embed(block)
            case _:
                assert_never(block)

    def quote(self, quote: BlockQuote) -> str:
        parts = self.sequence(quote.content, QUOTE)
        if citation := self.inline.line(quote.citation, CONTINUED):
            parts.append(f"— {citation}")
        return "> " + _indented("\n\n".join(parts), "> ", blank=">")

    # Lists

    def bullets(self, block: BulletList, mark: str) -> str:
        return self.items(block, [mark] * len(block.items))

    def numbers(self, block: OrderedList, mark: str) -> str:
        last = block.start + len(block.items) - 1
        if block.start < 0 or last > 999_999_999:
            return self.html_numbers(block)
        return self.items(block, [f"{value}{mark}" for value in range(block.start, last + 1)])

    def items(self, block: BulletList | OrderedList, marks: Sequence[str]) -> str:
        """The items of a list, with a blank line between them unless it is tight."""
        gap = "\n" if _is_tight(block) else "\n\n"
        parts: list[str] = []
        for mark, item in zip(marks, block.items, strict=True):
            text = _indented(gap.join(self.sequence(item, ITEM)), " " * (len(mark) + 1))
            parts.append(f"{mark} {text}" if text else mark)
        return gap.join(parts)

    def html_numbers(self, block: OrderedList) -> str:
        lines = [f'<ol start="{block.start}">']
        for item in block.items:
            _enclose(lines, "li", "", self.sequence(item))
        return "\n".join((*lines, "</ol>"))

    def definitions(self, block: DefinitionList) -> str:
        lines = ["<dl>"]
        for item in block.items:
            _enclose(lines, "dt", "", [self.inline.line(item.term, BLOCK)])
            for definition in item.definitions:
                _enclose(lines, "dd", "", self.sequence(definition))
        return "\n".join((*lines, "</dl>"))

    # Tables

    def table(self, table: Table) -> str:
        rows = _simple_rows(table)
        if rows is None:
            return self.html_table(table)
        lines = ["| " + " | ".join(map(self.inline.cell, row)) + " |" for row in rows]
        columns = len(rows[0])
        alignments = (*table.alignments, *[""] * columns)[:columns]
        lines.insert(1, "| " + " | ".join(_RULES[alignment] for alignment in alignments) + " |")
        if caption := self.inline.line(table.caption, CONTINUED):
            lines[:0] = (f"▼ {caption}", "")
        return "\n".join(lines)

    def html_table(self, table: Table) -> str:
        lines = ["<table>"]
        if table.caption:
            _enclose(lines, "caption", "", [self.inline.line(table.caption, BLOCK)])
        for tag, rows in (("thead", table.head), ("tbody", table.body), ("tfoot", table.foot)):
            if rows:
                lines.append(f"<{tag}>")
                for row, columns in zip(rows, _columns(rows), strict=True):
                    self.html_row(lines, row, columns, table)
                lines.append(f"</{tag}>")
        return "\n".join((*lines, "</table>"))

    def html_row(self, lines: list[str], row: Row, columns: Sequence[int], table: Table) -> None:
        lines.append("<tr>")
        for cell, column in zip(row.cells, columns, strict=True):
            alignment = table.alignments[column] if column < len(table.alignments) else ""
            attributes = (
                f' colspan="{cell.colspan}"' if cell.colspan > 1 else "",
                f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "",
                f' align="{alignment}"' if alignment else "",
            )
            tag = "th" if cell.header else "td"
            _enclose(lines, tag, "".join(attributes), self.sequence(cell.content))
        lines.append("</tr>")

    # Pictures

    def figure(self, figure: Figure) -> str:
        told = plain_text((*figure.caption, Text(" "), *figure.credit))
        pictures: list[Inline] = [Span((), identifier=figure.identifier)]
        for image in figure.images:
            pictures += (_without_copy(image, told), Text(" "))
        line = tuple(pictures[:-1] if figure.images else pictures)
        parts = [self.inline.line(line, BLOCK), self.caption(figure.caption, figure.credit)]
        return "\n\n".join(filter(None, parts))

    def caption(self, caption: Inlines, credit: Inlines = ()) -> str:
        """The line beneath a picture."""
        line: list[Inline] = []
        for mark, content in (("▲ ", caption), ("△ ", credit)):
            if content := self.inline.shown(content):
                line += (Text(f" {mark}" if line else mark), *content)
        return self.inline.line(tuple(line), CONTINUED) if line else ""

    def embed(self, embed: Embed) -> str:
        line: list[Inline] = []
        if embed.poster is not None:
            poster = _without_copy(embed.poster, f"{embed.title} {plain_text(embed.caption)}")
            line += (replace(poster, link=embed.url), LineBreak())
        title = embed.title or embed.provider or embed.url
        line += (Text(f"{_KINDS[embed.kind]} "), Link((Text(title),), embed.url))
        if embed.title and embed.provider:
            line.append(Text(f" · {embed.provider}"))
        text = self.inline.line(tuple(line), CONTINUED)
        caption = self.caption(embed.caption)
        return f"{text}\n\n{caption}" if caption else text


_OPENING = BLOCK._replace(around="\n\n\n")  # the very beginning of a file
_KINDS: Mapping[str, str] = {"video": "►", "audio": "♪", "post": "◆", "document": "■", "frame": "□"}
_RULES: Mapping[str, str] = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}
_LINE_FEED = re.compile("\n(?=[^\n])")
_BLANK = re.compile("\n(?=\n)")


def _indented(text: str, indent: str, *, blank: str = "") -> str:
    """``text`` with ``indent`` before its second and further lines, ``blank`` for empty ones."""
    if "\n" not in text:
        return text
    text = _LINE_FEED.sub("\n" + indent, text)
    return _BLANK.sub("\n" + blank, text) if blank else text


def _enclose(lines: list[str], tag: str, attributes: str, parts: Sequence[str]) -> None:
    """Append an HTML element around Markdown, which blank lines set apart."""
    text = "\n\n".join(filter(None, parts))
    if text:
        lines.extend((f"<{tag}{attributes}>", "", text, "", f"</{tag}>"))
    else:
        lines.append(f"<{tag}{attributes}></{tag}>")


def _is_tight(block: BulletList | OrderedList) -> bool:
    """Whether the items are no more than a paragraph with, perhaps, a tight list under it."""
    return all(_is_tight_item(item) for item in block.items)


def _is_tight_item(item: Sequence[Block]) -> bool:
    match item:
        case [] | [Paragraph()]:
            return True
        case [BulletList() | OrderedList() as nested]:
            return _is_tight(nested)
        case [Paragraph(), BulletList() | OrderedList() as nested]:
            # An empty item, or a number other than 1, would not end the paragraph before it.
            starts = nested.start == 1 if isinstance(nested, OrderedList) else True
            return starts and bool(nested.items and nested.items[0]) and _is_tight(nested)
        case _:
            return False


def _code_block(block: CodeBlock) -> str:
    """Code in a fence that is longer than any in it, the language after its first mark."""
    language = escape_title(block.language.partition(" ")[0], "")
    mark = "~" if "`" in language else "`"
    longest = max(map(len, re.findall(f"{mark}{{3,}}", block.text)), default=2)
    fence = mark * (longest + 1)
    return (
        f"{fence}{language}\n{block.text}\n{fence}" if block.text else f"{fence}{language}\n{fence}"
    )


def _simple_rows(table: Table) -> list[tuple[Inlines, ...]] | None:
    """The rows that a pipe table can hold, its head first; ``None`` where it cannot hold them."""
    if len(table.head) > 1:
        return None
    rows: list[tuple[Inlines, ...]] = []
    for row in (*(table.head or (Row(()),)), *table.body, *table.foot):
        cells = [_simple_cell(cell) for cell in row.cells]
        if not all(cell is not None for cell in cells):
            return None
        rows.append(tuple(cell for cell in cells if cell is not None))
    columns = max(1, len(table.alignments), *map(len, rows))
    return [(*row, *[()] * (columns - len(row))) for row in rows]


def _simple_cell(cell: Cell) -> Inlines | None:
    """The inlines of a cell that holds nothing else and spans nothing."""
    if cell.colspan > 1 or cell.rowspan > 1:
        return None
    match cell.content:
        case ():
            return ()
        case (Paragraph(content=content),):
            return content
        case (Figure(images=(image,), caption=(), credit=(), identifier=""),):
            return (image,)
        case _:
            return None


def _columns(rows: Sequence[Row]) -> Iterator[list[int]]:
    """For each row, the columns that its cells begin in."""
    taken: dict[int, int] = {}
    for row in rows:
        columns: list[int] = []
        column = 0
        for cell in row.cells:
            while taken.get(column, 0):
                column += 1
            columns.append(column)
            taken.update({column + i: cell.rowspan for i in range(cell.colspan)})
            column += cell.colspan
        taken = {column: rest - 1 for column, rest in taken.items() if rest > 1}
        yield columns


def _without_copy(image: Image, told: str) -> Image:
    """``image`` without an alternative text that only repeats what is ``told`` beside it."""
    return replace(image, alt="") if says_again(image.alt, told) else image
