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
  from below zero) is HTML around Markdown, which blank lines set apart;
* in a bundle, each article's heading begins with an anchor, ``<a id="article-...">``, made of its
  address: the headings' own anchors depend on the words of all headings before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
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
from converters.output import Names
from converters.writers import Context
from converters.writers._markdown_edition import Whole, relative
from converters.writers._markdown_inlines import (
    BLOCK,
    CONTINUED,
    HEADING,
    ITEM,
    QUOTE,
    Inlines,
    InlineWriter,
)
from converters.writers._markdown_metadata import edition_front_matter, front_matter
from converters.writers._markdown_pieces import Place
from converters.writers._markdown_targets import Spot, Targets
from converters.writers._markdown_verbatim import escape_title

__all__ = ["Options", "picture_need", "write", "write_folder"]


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
    """Write ``edition`` as one Markdown file: UTF-8, LF, no byte order mark.

    A bundle begins with its title and its contents, which lead to the articles, and ends with its
    sources and with what is not in it. Sections are headings of the second level (and below),
    articles stand one level under them; what an article's own headings have beyond the sixth
    level is written on that. Links between its articles lead inside the file.
    Articles are written one by one, and none is kept.
    """
    separator = b""
    for parts in _document(edition, options, context):
        for part in filter(None, parts):
            target.write(separator + clean(part).encode("utf-8"))
            separator = b"\n\n"
    target.write(b"\n")


def write_folder(
    edition: Edition, put: Callable[[str, bytes], None], options: Options, context: Context
) -> None:
    """Write ``edition`` as a folder: ``index.md`` and a file for each article.

    Each file but the index is as :func:`write` makes it of its article alone, so that it can be
    taken out and read back; links to other articles of the edition lead to their files. ``put``
    stores a file under its name, the index first.
    """
    names = Names()
    index = names.name_for("index", ".md")
    files = [names.name_for(each.title, ".md") for each in edition.members]
    whole = Whole(edition, options, [relative(name) for name in files])
    parts = (*whole.front(), *whole.back())
    put(index, clean("\n\n".join(filter(None, parts)) + "\n").encode())
    for place, article in enumerate(edition.articles):
        placed = context.pictures.placed(article)
        head = front_matter(placed).rstrip("\n") if options.front_matter else ""
        text = _article(placed, options, Targets(), Spot(inside=whole.inside(place)))
        put(files[place], clean("\n\n".join(filter(None, (head, *text))) + "\n").encode())


def _document(edition: Edition, options: Options, context: Context) -> Iterator[Iterable[str]]:
    """The parts of the file, some at a time."""
    targets = Targets()
    if edition.is_bundle:
        yield from _bundle(edition, options, context, targets)
        return
    several = len(edition.articles) > 1
    if several and options.front_matter:
        yield (edition_front_matter(edition).rstrip("\n"),)
    for index, article in enumerate(edition.articles, 1):
        placed = context.pictures.placed(article)
        if options.front_matter and not several:
            yield (front_matter(placed).rstrip("\n"),)
        spot = Spot(prefix=f"{index}-") if several else Spot()
        yield _article(placed, options, targets, spot)


def _bundle(
    edition: Edition, options: Options, context: Context, targets: Targets
) -> Iterator[Iterable[str]]:
    whole = Whole(edition, options)
    yield whole.front()
    for heading in whole.headings():
        targets.heading(heading)
    for place, article in enumerate(edition.articles):
        for level, heading, anchor in whole.openings(place):
            targets.heading(heading)
            yield (whole.heading(level, heading, anchor),)
        placed = context.pictures.placed(article)
        titled = replace(placed, title=whole.titles[place])
        yield _article(titled, options, targets, whole.spot(place))
    yield whole.back()


def _article(article: Article, options: Options, targets: Targets, spot: Spot) -> list[str]:
    """The parts of one article."""
    inside = spot.inside

    def leads_inside(url: str) -> bool:
        return inside is not None and bool(inside(url))

    numbered = number(
        article, options.links, in_headings=False, inside=leads_inside if inside else None
    )
    return _Writer(numbered, options, spot, targets).document()


class _Writer:
    """Writes one article at its ``spot`` in the file."""

    def __init__(self, article: Article, options: Options, spot: Spot, targets: Targets) -> None:
        self.article = article
        self.spot = spot
        self.prefix = spot.prefix
        self.notes: dict[str, Note] = {}
        self.labels: set[str] | None = None
        self.inline = InlineWriter(
            self.label,
            self.defined,
            {**targets.of(article, spot), **({spot.anchor: spot.anchor} if spot.anchor else {})},
            picture_links=options.links != "none",
            inside=spot.inside,
        )

    def label(self, note: Note) -> str:
        """The label of ``note``, which is to be defined at the end of the article."""
        label = f"{self.prefix}{note.number}"
        self.notes.setdefault(label, note)
        return label

    def defined(self, label: str) -> bool:
        """Whether the file has a note of this label: asked where words look like its mark."""
        if self.prefix and _ANY_LABEL.fullmatch(label):
            return True  # perhaps another article has it
        if self.labels is None:
            notes = query(self.article.body, Note)
            self.labels = {f"{self.prefix}{note.number}" for note in notes}
        return label in self.labels

    def document(self) -> list[str]:
        """The whole article: the title, the source line among other articles, body and notes."""
        parts: list[str] = []
        if self.article.title:
            anchor = (Span((), identifier=self.spot.anchor),) if self.spot.anchor else ()
            title = self.inline.line((*anchor, Text(self.article.title)), HEADING)
            parts.append(f"{'#' * self.spot.level} {title}")
        if self.prefix:
            parts.append(self.source_line())
        parts.extend(self.sequence(self.article.body, BLOCK if parts else _OPENING))
        # A note may call others, which then are the last.
        written = 0
        while written < len(self.notes):
            for label, note in list(islice(self.notes.items(), written, None)):
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
                level = min(max(level, 2) + self.spot.level - 1, 6)
                return f"{'#' * level} {self.inline.line(content, HEADING)}"
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


_ANY_LABEL = re.compile("[0-9]+-[0-9]+")
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
