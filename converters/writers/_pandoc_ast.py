"""The model to pandoc's document tree, for the formats that pandoc writes.

The tree is pandoc-types 1.23 (https://hackage.haskell.org/package/pandoc-types), as JSON. It is
made complete here: tables are filled to their grid, pictures are ``data:`` addresses or links,
and what pandoc has no word for (ruby, credits, embeds, citations) stands as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from msgspec.structs import replace

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Row,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    clean,
)
from converters.images import Picture
from converters.notes import shown_address
from converters.writers._pandoc_sizes import PAGE, css_size, shares
from converters.writers._pdf_pictures import Area

__all__ = ["Node", "Shape", "TreeWriter", "source_line", "words"]

Node = dict[str, Any]
Nodes = list[Node]
_NO_ATTRIBUTES: list[Any] = ["", [], []]
_SIMPLE: Mapping[type[Inline], str] = {
    Emphasis: "Emph",
    Strong: "Strong",
    Strikeout: "Strikeout",
    Underline: "Underline",
    Superscript: "Superscript",
    Subscript: "Subscript",
}
_NUMBERS: Mapping[str, str] = {
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}
_ALIGNED: Mapping[str, str] = {
    "": "AlignDefault",
    "left": "AlignLeft",
    "center": "AlignCenter",
    "right": "AlignRight",
}
_KINDS: Mapping[str, str] = {"video": "►", "audio": "♪", "post": "◆", "document": "■", "frame": "□"}
_POINTS = 0.75  # to a CSS pixel
# Points that word processors leave beside the pictures of a row, and around each.
_AROUND, _BETWEEN = 30.0, 21.0
_CELL = 12.0  # points between a picture in a cell and the columns beside it
_MAX_COLUMNS = 1000
# Identifiers that every format takes: LaTeX and Typst labels are narrower than HTML's.
_UNSAFE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a format can hold, and how pandoc writes it.

    ``embeds``: pictures travel in the file; ``remote``: it may name pictures that lie elsewhere.
    ``highlight``: it has highlighted text. ``places``: links within the file find their place.
    ``captions``: pandoc puts a table's caption where the format looks for it. ``rules``: rules
    may stand anywhere. ``spaced``: marks of emphasis count only beside spaces or punctuation.
    ``nests``: emphasis may hold emphasis, code and formulas. ``anchor`` is markup (its format, its
    text) that a link's target needs where it holds nothing; ``dot`` is a full
    stop where one would ask for a member of what stands before it.
    """

    embeds: bool = False
    remote: bool = False
    highlight: bool = True
    places: bool = True
    captions: bool = True
    rules: bool = True
    spaced: bool = False
    nests: bool = True
    anchor: tuple[str, str] | None = None
    dot: tuple[str, str] | None = None


@dataclass(slots=True)
class TreeWriter:
    """Writes the blocks of one article.

    ``shift`` is added to the level of its headings; ``prefix`` keeps its identifiers apart from
    other articles'. ``address`` gives the address of a picture that travels with the file,
    ``picture`` what is known of it. ``inside`` gives the name of the place that an address leads
    to in the file, "" for one that leads out of it.
    """

    shape: Shape
    address: Callable[[Image], str | None]
    picture: Callable[[Image], Picture | None] = lambda _: None
    inside: Callable[[str], str] = lambda _: ""
    shift: int = 0
    prefix: str = ""
    left: int = 0  # pictures that the source held, and the file does not
    _in_link: bool = False
    _marked: bool = False
    _room: float = PAGE.width  # points
    _shares: Sequence[float] = ()  # of the columns of the table around
    _planned: list[float] = field(default_factory=list)  # a gallery's widths, last first
    _names: dict[str, str] = field(default_factory=dict)
    _led_to: set[str] = field(default_factory=set)

    def document(self, blocks: Sequence[Block]) -> Nodes:
        """The blocks of the whole article."""
        nodes = self.blocks(blocks)
        _settle_links(nodes, self._led_to)
        if self.shape.rules:
            return nodes
        return [_rule(nodes, index) for index in range(len(nodes))]

    # --- blocks ---

    def blocks(self, blocks: Iterable[Block]) -> Nodes:
        """Several blocks."""
        return [node for block in blocks for node in self.block(block)]

    def block(self, block: Block) -> Nodes:
        """One block: a node, or more where pandoc has none for it."""
        match block:
            case Paragraph(content=content):
                return [_node("Para", self.run(content))]
            case Heading(level=level, content=content, identifier=name):
                attributes = [self.identifier(name), [], []]
                level = max(1, min(6, level + self.shift))
                return [_node("Header", [level, attributes, self.run(content)])]
            case BlockQuote(content=content, citation=citation):
                inner = self.blocks(content)
                if citation:
                    inner.append(_node("Para", [*words("— "), *self.run(citation)]))
                return [_node("BlockQuote", inner)]
            case BulletList(items=items):
                return [_node("BulletList", [self.item(item) for item in items])]
            case OrderedList(items=items, start=start, style=style):
                kind = [max(0, start), _node(_NUMBERS[style]), _node("Period")]
                return [_node("OrderedList", [kind, [self.item(item) for item in items]])]
            case DefinitionList(items=items):
                return [
                    _node(
                        "DefinitionList",
                        [
                            [self.run(i.term), [self.item(d) for d in i.definitions] or [[]]]
                            for i in items
                        ],
                    )
                ]
            case CodeBlock(text=text, language=language):
                classes = [language] if re.fullmatch(r"[\w+#.-]+", language) else []
                return [_node("CodeBlock", [["", classes, []], text])] if text.strip() else []
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case ThematicBreak():
                return [_node("HorizontalRule")]
            case Embed():
                return self.embed(block)
            case _:
                assert_never(block)

    def item(self, blocks: Sequence[Block]) -> Nodes:
        """A list's item: tight where it is one paragraph, perhaps with a list under it."""
        nodes = self.blocks(blocks)
        if not nodes:
            return [_node("Plain", [])]
        tight = all(isinstance(b, BulletList | OrderedList) for b in blocks[1:])
        if tight and nodes[0]["t"] == "Para":
            nodes[0] = _node("Plain", nodes[0]["c"])
        return nodes

    def figure(self, figure: Figure) -> Nodes:
        caption = [*figure.caption]
        if figure.credit:
            caption += [Text(" · "), *figure.credit] if caption else figure.credit
        rows = self._gallery(figure)
        shown = [self.image(image) for image in figure.images]
        self._planned = []
        name = self.identifier(figure.identifier)
        attributes = [name, [], []]
        kept = [nodes for nodes in shown if nodes]
        if not kept and not caption:
            return []
        # pandoc's reStructuredText loses the caption of several pictures, and of a linked one.
        plain = len(kept) == 1 and kept[0][0]["t"] == "Image"
        gallery = not plain and not self.shape.embeds
        if gallery or not all(_holds_picture(nodes) for nodes in kept) or not caption:
            # Without its picture, or without words: lines of their own.
            anchor = self.anchor(name)
            nodes = [_node("Para", line) for line in kept]
            if anchor:
                if not nodes:
                    nodes = [_node("Para", [])]
                nodes[0]["c"] = [*anchor, *nodes[0]["c"]]
            if caption:
                nodes.append(_node("Para", self.run(tuple(caption))))
            return nodes
        words_ = [_node("Plain", self.run(tuple(caption)))]
        inner = [_node("Plain", line) for line in (_in_rows(kept, rows) if rows else kept)]
        return [_node("Figure", [attributes, [None, words_], inner])]

    def _gallery(self, figure: Figure) -> list[int]:
        """How many pictures of a figure stand in each row; none where that is not planned.

        pandoc puts all into one row, where eight are as large as postage stamps.
        """
        known = [(image, self.picture(image)) for image in figure.images]
        sizes = [css_size(image, picture) for image, picture in known if picture is not None]
        if not self.shape.embeds or not 1 < len(sizes) == len(known) or self._room < PAGE.width:
            return []
        rows = Area(self._room - _AROUND, PAGE.height, _BETWEEN).rows(sizes)
        self._planned = [width for row in rows for width in row][::-1]
        return [len(row) for row in rows]

    def embed(self, embed: Embed) -> Nodes:
        """A titled link, under its poster if that travels."""
        out: Nodes = []
        if embed.poster is not None and self.address(embed.poster) is not None:
            out.append(_node("Para", self.image(replace(embed.poster, link=embed.url))))
        title = embed.title or embed.provider or shown_address(embed.url)
        line = [*words(f"{_KINDS[embed.kind]} "), self.link(words(title), embed.url, "")]
        if embed.title and embed.provider:
            line += words(f" · {embed.provider}")
        out.append(_node("Para", line))
        if embed.caption:
            out.append(_node("Para", self.run(embed.caption)))
        return out

    # --- tables ---

    def table(self, table: Table) -> Nodes:
        """A table; its caption before it where pandoc would not put it there."""
        if self.shape.captions or not table.caption:
            return [self._table(table)]
        return [_node("Para", self.run(table.caption)), self._table(replace(table, caption=()))]

    def _table(self, table: Table) -> Node:
        parts = (table.head, table.body, table.foot)
        grids = [_grid(rows) for rows in parts]
        columns = max((len(row) for grid in grids for row in grid), default=1) or 1
        columns = min(max(columns, len(table.alignments)), _MAX_COLUMNS)
        alignments = [*table.alignments, *[""] * columns][:columns]
        lines = [_cells(row) for rows in grids for row in rows]
        parts_of_width = shares(lines, columns, lambda image: self.picture(image) is not None)
        widths = [_node("ColWidth", round(share, 4)) for share in parts_of_width]
        specs = [
            [_node(_ALIGNED[alignment]), width]
            for alignment, width in zip(
                alignments, widths or [_node("ColWidthDefault")] * columns, strict=True
            )
        ]
        outside, self._shares = self._shares, parts_of_width
        head, body, foot = (
            [self.row(row, columns, rows, y) for y, row in enumerate(rows)] for rows in grids
        )
        self._shares = outside
        caption = [_node("Plain", self.run(table.caption))] if table.caption else []
        return _node(
            "Table",
            [
                _NO_ATTRIBUTES,
                [None, caption],
                specs,
                [_NO_ATTRIBUTES, head],
                [[_NO_ATTRIBUTES, 0, [], body]],
                [_NO_ATTRIBUTES, foot],
            ],
        )

    def row(self, row: _GridRow, columns: int, rows: Sequence[_GridRow], y: int) -> list[Any]:
        """A row of a grid: the cells that begin in it, and empty ones where there are none."""
        cells: list[Any] = []
        padded = [*row, *[None] * (columns - len(row))]
        for x, place in enumerate(padded):
            if place is None:
                cells.append(_cell([], 1, 1))
            elif isinstance(place, Cell):
                across = min(place.colspan, columns - x)
                down = min(place.rowspan, len(rows) - y)
                outside, shares_ = self._room, self._shares[x : x + across]
                self._room = max(outside * sum(shares_) - _CELL, _CELL) if shares_ else outside
                blocks = self.cell(place)
                self._room = outside
                cells.append(_cell(blocks, down, across))
        return [_NO_ATTRIBUTES, cells]

    def cell(self, cell: Cell) -> Nodes:
        nodes = self.blocks(cell.content)
        if len(nodes) == 1 and nodes[0]["t"] == "Para":
            return [_node("Plain", nodes[0]["c"])]
        return nodes

    # --- inlines ---

    def run(self, content: Iterable[Inline]) -> Nodes:
        """Several inlines."""
        nodes = [node for item in content for node in self.inline(item)]
        if self.shape.dot is not None:
            nodes = _dotted(nodes, self.shape.dot)
        return _spaced(nodes) if self.shape.spaced else nodes

    def inline(self, item: Inline) -> Nodes:
        """One inline."""
        match item:
            case Text(text=text):
                return words(text)
            case Code(text=text) | Math(tex=text) if self._marked:
                return words(text)
            case LineBreak() if self._marked:
                return [_node("Space")]
            case Code(text=text):
                return [_node("Code", [_NO_ATTRIBUTES, text])]
            case LineBreak():
                return [_node("LineBreak")]
            case Math(tex=tex, display=display):
                kind = "DisplayMath" if display else "InlineMath"
                return [_node("Math", [_node(kind), tex])]
            case Note(content=content):
                return [_node("Note", self.blocks(content) or [_node("Para", [])])]
            case Ruby(content=content, annotation=annotation):
                return [*self.run(content), *words(f"({annotation})")]
            case Image():
                return self.image(item)
            case Link(content=content, url=url, title=title):
                if self._in_link or (url.startswith("#") and not self.shape.places):
                    return self.run(content)
                self._in_link = True
                inner = self.run(content)
                self._in_link = False
                return [self.link(inner, url, title)]
            case Span():
                return self.span(item)
            case _:
                return self.marked(_SIMPLE[type(item)], item.content)

    def marked(self, kind: str, content: tuple[Inline, ...]) -> Nodes:
        """Emphasis and its kin; where they do not nest, the outermost counts."""
        if self._marked:
            return self.run(content)
        self._marked = not self.shape.nests
        nodes = [_node(kind, self.run(content))]
        self._marked = False
        return nodes

    def span(self, span: Span) -> Nodes:
        inner = self.run(span.content)
        name = self.identifier(span.identifier)
        given = [
            [key, value]
            for key, value in (("lang", span.language), ("dir", span.direction))
            if value
        ]
        classes = ["mark"] if span.mark and self.shape.highlight else []
        if not (name or given or classes):
            return inner
        if not inner:
            return self.anchor(name)
        return [_node("Span", [[name, classes, given], inner])]

    def anchor(self, name: str) -> Nodes:
        """A place that holds nothing."""
        raw = [_node("RawInline", list(self.shape.anchor))] if self.shape.anchor else []
        return [_node("Span", [[name, [], []], raw])] if name else []

    def link(self, content: Nodes, url: str, title: str) -> Node:
        target = f"#{self.identifier(url[1:])}" if url.startswith("#") else url
        if place := self.inside(url):
            self._led_to.add(place)
            target = f"#{place}"
        return _node("Link", [_NO_ATTRIBUTES, content, [target, title]])

    def image(self, image: Image) -> Nodes:
        """A picture; where it does not travel, its words, leading to it."""
        nodes = self.picture_or_words(image)
        if image.link and not self._in_link and _holds_picture(nodes):
            return [self.link(nodes, image.link, "")]
        return nodes

    def picture_or_words(self, image: Image) -> Nodes:
        alt = words(clean(image.alt))
        if (address := self.address(image)) is not None:
            return [self._image(image, alt, address)]
        url = image.url
        self.left += url.startswith("data:")
        if self.shape.remote and not url.startswith("data:"):
            return [self._image(image, alt, url)]
        if url.startswith(("http://", "https://")):
            shown = alt or words(shown_address(url))
            return shown if self._in_link else [self.link(shown, url, image.title)]
        return alt

    def _image(self, image: Image, alt: Nodes, url: str) -> Node:
        given = [[name, size] for name, size in self._size(image) if size]
        return _node("Image", [["", [], given], alt, [url, image.title]])

    def _size(self, image: Image) -> Iterable[tuple[str, str]]:
        """The attributes of a picture's size: what the source says or, in a file, what fits."""
        picture = self.picture(image)
        if picture is not None and self.shape.embeds:
            width, height = css_size(image, picture)
            most = min(self._room, PAGE.height * width / height)
            points = self._planned.pop() if self._planned else min(width * _POINTS, most)
            return (("width", f"{points / 72:.3f}in"),)
        if picture is not None and picture.density != 1:
            return (("width", f"{css_size(image, picture)[0]:.0f}px"),)
        sizes = (("width", image.width), ("height", image.height))
        return [(name, f"{value}px") for name, value in sizes if value]

    def identifier(self, name: str) -> str:
        """``name`` as every format takes it, and no other article has it."""
        if not name:
            return ""
        if name not in self._names:
            safe = _UNSAFE.sub("-", name).strip("-") or "place"
            safe = safe if safe.isascii() else f"place-{len(self._names) + 1}"
            taken = set(self._names.values())
            unique, count = f"{self.prefix}{safe}", 1
            while unique in taken:
                count += 1
                unique = f"{self.prefix}{safe}-{count}"
            self._names[name] = unique
        return self._names[name]


def _node(kind: str, content: Any = None) -> Node:
    return {"t": kind} if content is None else {"t": kind, "c": content}


def words(text: str) -> Nodes:
    """``text`` as pandoc has it: runs of characters with spaces between them."""
    nodes: Nodes = []
    for index, part in enumerate(re.split(r"[ \t\n]+", text)):
        if index:
            nodes.append(_node("Space"))
        if part:
            nodes.append(_node("Str", part))
    return nodes


def _settle_links(nodes: Nodes, known: Iterable[str]) -> None:
    """Leave only the words of links to places that neither the tree nor another article has."""
    places = set(known)
    links: list[Node] = []
    stack: list[Any] = [nodes]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            if len(node) == 3 and isinstance(node[0], str) and isinstance(node[1], list):
                places.add(node[0])  # attributes: identifier, classes, keys with values
            stack.extend(child for child in node if isinstance(child, list | dict))
        else:
            if node["t"] == "Link":
                links.append(node)
            content = node.get("c")
            stack.append(content if isinstance(content, list) else [])
    for link in links:
        _, content, (url, _) = link["c"]
        if url.startswith("#") and url[1:] not in places:
            link.update(_node("Span", [_NO_ATTRIBUTES, content]))


def _rule(nodes: Nodes, index: int) -> Node:
    """The node at ``index``; a rule only where one may stand.

    In reStructuredText that is between other blocks, not at a section's edge
    (https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#transitions).
    """
    node = nodes[index]
    if node["t"] != "HorizontalRule":
        settled: Node = _without_rules(node)
        return settled
    before = nodes[index - 1]["t"] if index else "Header"
    after = nodes[index + 1]["t"] if index + 1 < len(nodes) else "HorizontalRule"
    edge = before in ("Header", "HorizontalRule") or after == "HorizontalRule"
    return _ASTERISKS if edge else node


_ASTERISKS = _node("Para", [_node("Str", "*"), _node("Space"), _node("Str", "*")])


def _without_rules(node: Any) -> Any:
    """``node`` with asterisks for the rules inside it. The model bounds its depth."""
    if isinstance(node, list):
        return [_without_rules(child) for child in node]
    if not isinstance(node, dict) or "c" not in node:
        return _ASTERISKS if isinstance(node, dict) and node.get("t") == "HorizontalRule" else node
    if node["t"] in ("Para", "Plain", "Header", "CodeBlock"):
        return node
    return {"t": node["t"], "c": _without_rules(node["c"])}


_GAP = _node("Str", "\u200b")
_MARKED = frozenset(("Emph", "Strong", "Strikeout", "Underline", "Code"))


def _dotted(nodes: Nodes, dot: tuple[str, str]) -> Nodes:
    """``nodes`` with ``dot`` for a full stop right behind something that is no text."""
    out: Nodes = []
    for node in nodes:
        before = out[-1]["t"] if out else "Space"
        if node["t"] == "Str" and node["c"].startswith(".") and before not in ("Str", "Space"):
            out.append(_node("RawInline", list(dot)))
            node = _node("Str", node["c"][1:])  # noqa: PLW2901 - what is left of it
        if node.get("c") != "":
            out.append(node)
    return out


def _spaced(nodes: Nodes) -> Nodes:
    """``nodes`` with zero-width spaces around emphasis that touches words.

    Org reads ``*`` beside a letter as a character; its manual names U+200B as the way out
    (https://orgmode.org/manual/Escape-Character.html).
    """
    out: Nodes = []
    apart = ("Space", "LineBreak")
    for index, node in enumerate(nodes):
        after = nodes[index + 1] if index + 1 < len(nodes) else None
        before = out[-1] if out else None
        if node["t"] in _MARKED and before and before != _GAP and before["t"] not in apart:
            out.append(_GAP)
        out.append(node)
        if node["t"] in _MARKED and after is not None and after["t"] not in apart:
            out.append(_GAP)
    return out


def _in_rows(pictures: Sequence[Nodes], rows: Sequence[int]) -> list[Nodes]:
    """The pictures of a figure as one paragraph, with a line for each of its rows."""
    rest = iter(pictures)
    line: Nodes = []
    for length in rows:
        line += [_node("LineBreak")] if line else []
        for number in range(length):
            line += [_node("Space")] if number else []
            line += next(rest)
    return [line]


def _holds_picture(nodes: Nodes) -> bool:
    return any(
        node["t"] == "Image" or (node["t"] == "Link" and _holds_picture(node["c"][1]))
        for node in nodes
    )


def _cell(blocks: Nodes, down: int, across: int) -> list[Any]:
    return [_NO_ATTRIBUTES, _node("AlignDefault"), down, across, blocks]


# A place of a grid: the cell that begins there, True where a cell reaches, None where nothing is.
_GridRow = list[Cell | bool | None]


def _grid(rows: Sequence[Row]) -> list[_GridRow]:
    """The rows as a grid: pandoc, unlike HTML, needs every place to be taken."""
    grid: list[_GridRow] = [[] for _ in rows]
    for y, row in enumerate(rows):
        x = 0
        for cell in row.cells:
            while x < len(grid[y]) and grid[y][x] is not None:
                x += 1
            across = min(cell.colspan, _MAX_COLUMNS - x)
            if across < 1:
                break
            down = min(cell.rowspan, len(rows) - y)
            across = _free(grid[y : y + down], x, across)
            for line in grid[y : y + down]:
                line.extend([None] * (x + across - len(line)))
                line[x : x + across] = [True] * across
            grid[y][x] = replace(cell, colspan=across, rowspan=down)
            x += across
    return _with_beginnings(grid)


def _with_beginnings(grid: list[_GridRow]) -> list[_GridRow]:
    """``grid`` without rows in which no cell begins, which Typst cannot read."""
    for y in range(len(grid) - 1, -1, -1):
        if not grid[y] or any(place is not True for place in grid[y]):
            continue
        for above, row in enumerate(grid[:y]):
            for x, cell in enumerate(row):
                if isinstance(cell, Cell) and above + cell.rowspan > y:
                    row[x] = replace(cell, rowspan=cell.rowspan - 1)
        del grid[y]
    return grid


def _free(lines: Sequence[_GridRow], x: int, across: int) -> int:
    """How many of ``across`` columns from ``x`` on are free in all ``lines``; one at least."""
    for width in range(1, across):
        if any(x + width < len(line) and line[x + width] is not None for line in lines):
            return width
    return across


def _cells(row: _GridRow) -> dict[int, Cell]:
    """The cells that begin in a row, by their column."""
    return {x: cell for x, cell in enumerate(row) if isinstance(cell, Cell)}


def source_line(article: Article, *, byline: bool) -> Nodes:
    """Where an article comes from: site, authors and date (``byline``), address."""
    parts = [article.site]
    if byline:
        parts += article.authors
        parts += [article.published.date().isoformat()] if article.published else []
    line = words(" · ".join(filter(None, map(clean, parts))))
    if article.url:
        line += words(" · ") if line else []
        address = words(shown_address(article.url))
        line.append(_node("Link", [_NO_ATTRIBUTES, address, [article.url, ""]]))
    return [_node("Para", line)] if line else []
