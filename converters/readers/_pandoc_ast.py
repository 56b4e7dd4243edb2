"""pandoc's document tree to the model: the one mapping that all its formats share.

The tree is the JSON of pandoc-types 1.23
(https://hackage.haskell.org/package/pandoc-types/docs/Text-Pandoc-Definition.html), decoded:
``{"t": constructor, "c": content}``. Every constructor has its place in :data:`_BLOCKS` or
:data:`_INLINES`. What the model has no word for (small capitals, markup of other formats) keeps
its text where it has any, and is told in the findings.

Raw HTML between other inlines or blocks, as Markdown allows it, is taken tag by tag where the
tags are simple ones that nest (:class:`Foreign` is raised where they are not: then the document
is to be read as HTML).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from msgspec.structs import replace

from converters.addresses import LINK_SCHEMES, clean_link, resolve, same_page
from converters.article import (
    MAX_DEPTH,
    Alignment,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
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
    inlines,
    plain_text,
    trimmed,
)
from converters.languages import normalise_tag
from converters.readers._pandoc_raw import BLOCK_TAGS, Foreign, InlineFrame, Tag, tags_of
from converters.readers.pieces import Findings

__all__ = ["Foreign", "Mapper", "Node", "link_targets", "meta_text", "meta_texts"]

Node = dict[str, Any]
Inlines = tuple[Inline, ...]
Blocks = tuple[Block, ...]

# Levels that a block needs below itself for its words: the paragraph and some emphasis.
_RESERVE = 12
_TABLE_LEVELS = 3
_MAX_CELLS = 50_000
_HTML_FORMATS = frozenset(("html", "html4", "html5"))
_TEX_FORMATS = frozenset(("tex", "latex"))
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(px|pt|pc|in|cm|mm)?\s*$")
_PIXELS = {
    "px": 1.0,
    "": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
}
_NO_LANGUAGE = frozenset(("sourceCode", "numberLines", "example", "literate", "code"))
_LIST_STYLES: Mapping[str, str] = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_ALIGNMENTS: Mapping[str, Alignment] = {
    "AlignLeft": "left",
    "AlignCenter": "center",
    "AlignRight": "right",
}
# What pandoc makes of changes and comments (--track-changes=all).
_CHANGES = frozenset(
    (
        *("insertion", "deletion", "paragraph-insertion", "paragraph-deletion"),
        *("comment-start", "comment-end"),
    )
)
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


def _same(address: str) -> str:
    return address


@dataclass(slots=True)
class Mapper:
    """Maps the tree of one document.

    ``base`` is the address that relative ones are resolved against; ``exact`` leaves addresses as
    they are written. ``targets`` are the identifiers that links lead to
    (:func:`link_targets`): only these are kept. ``picture`` gives the address of a picture that
    the document names so. ``lenient`` reads on where raw HTML does not nest: the tags are left
    out, the text stays. ``findings`` takes what cannot be kept.
    """

    base: str = ""
    exact: bool = False
    lenient: bool = False
    targets: frozenset[str] = frozenset()
    picture: Callable[[str], str] = _same
    findings: Findings = field(default_factory=Findings)
    _seen: set[str] = field(default_factory=set)
    _in_link: bool = False
    _flattened: bool = False

    # --- blocks ---

    def document(self, blocks: Sequence[Node]) -> Blocks:
        """The blocks of a whole document."""
        return self.blocks(blocks, MAX_DEPTH)

    def blocks(self, nodes: Sequence[Node], room: int) -> Blocks:
        """The blocks of a container; ``room`` is how many levels may still nest in it."""
        if any(node["t"] == "RawBlock" and node["c"][0] in _HTML_FORMATS for node in nodes):
            return _RawBlocks(self, room).read(nodes)
        out: list[Block] = []
        for node in nodes:
            out.extend(self.block(node, room))
        return tuple(out)

    def block(self, node: Node, room: int) -> Sequence[Block]:
        """What one block of pandoc's becomes."""
        method = _BLOCKS.get(node["t"])
        if method is None:
            self.findings.drop(f"block {node['t']}", "is of a kind that is not known")
            return ()
        return method(self, node.get("c"), room)

    def paragraph(self, content: Sequence[Node], room: int) -> Sequence[Block]:
        """A paragraph, or a figure where it holds nothing but pictures."""
        return paragraphs(self.run(content, room - 1))

    def line_block(self, content: Sequence[Sequence[Node]], room: int) -> Sequence[Block]:
        run: list[Inline] = []
        for line in content:
            run += [LineBreak()] if run else []
            # Indents of verse are no-break spaces in pandoc's tree, and stay.
            run += self.inlines(line, room - 1)
        return paragraphs(trimmed(run))

    def code_block(self, content: Any, room: int) -> Sequence[Block]:
        (_, classes, _), text = content
        language = next((name for name in classes if name not in _NO_LANGUAGE), "")
        text = clean(text)
        if not self.exact:
            text = text.strip("\n") if text.strip() else ""
            return (CodeBlock(text, language.lower()),) if text else ()
        return (CodeBlock(text, language),)

    def raw_block(self, content: Any, room: int) -> Sequence[Block]:
        self.raw(*content)
        return ()

    def raw(self, kind: str, text: str) -> None:
        """Keep markup of another format in the provenance, since no writer can show it."""
        text = clean(text).strip()
        if text:
            self.findings.drop(f"raw {kind}", "is markup that only its own format can show", text)

    def quote(self, content: Sequence[Node], room: int) -> Sequence[Block]:
        blocks = self.nested(content, room)
        return (BlockQuote(blocks),) if blocks and self.fits(room) else blocks

    def fits(self, room: int, levels: int = 1) -> bool:
        """Whether ``levels`` more may nest here; says once that something could not."""
        if room - levels >= _RESERVE:
            return True
        if not self._flattened:
            self._flattened = True
            self.findings.warnings.append(
                f"what nests deeper than {MAX_DEPTH} levels was read without its nesting"
            )
        return False

    def nested(self, content: Sequence[Node], room: int, levels: int = 1) -> Blocks:
        """The blocks of a container that takes ``levels`` levels, if there is room for it."""
        return self.blocks(content, room - levels if room - levels >= _RESERVE else room)

    def bullets(self, content: Sequence[Sequence[Node]], room: int) -> Sequence[Block]:
        items = tuple(self.nested(item, room) for item in content)
        if not self.fits(room):
            return _joined(items)
        return (BulletList(items),) if items else ()

    def numbers(self, content: Any, room: int) -> Sequence[Block]:
        (start, style, _), nodes = content
        items = tuple(self.nested(item, room) for item in nodes)
        if not self.fits(room):
            return _joined(items)
        kind = cast(Any, _LIST_STYLES.get(style["t"], "decimal"))
        return (OrderedList(items, start, kind),) if items else ()

    def definitions(self, content: Any, room: int) -> Sequence[Block]:
        items = tuple(
            Definition(
                self.run(term, room - 2),
                tuple(self.nested(blocks, room, 2) for blocks in meanings),
            )
            for term, meanings in content
        )
        if self.fits(room, 2):
            return (DefinitionList(items),) if items else ()
        return _joined((*paragraphs(item.term), *_joined(item.definitions)) for item in items)

    def heading(self, content: Any, room: int) -> Sequence[Block]:
        level, (identifier, _, _), words = content
        run = self.run(words, room - 1)
        pictures = [item for item in run if isinstance(item, Image)]
        if pictures and not self.exact:  # a heading is words; pictures stand before it
            run = trimmed(item for item in run if not isinstance(item, Image))
        out: list[Block] = [Figure((image,)) for image in pictures] if not self.exact else []
        if run:
            out.append(Heading(max(1, min(level, 6)), run, self.identifier(identifier)))
        return out

    def rule(self, content: Any, room: int) -> Sequence[Block]:
        return (ThematicBreak(),)

    def nothing(self, content: Any, room: int) -> Sequence[Block]:
        return ()

    def division(self, content: Any, room: int) -> Sequence[Block]:
        """A ``div``: its language and its place as a target stay, the rest is layout."""
        (identifier, _, attributes), nodes = content
        given = dict(attributes)
        blocks = self.blocks(nodes, room)
        language = normalise_tag(given.get("lang", "")) or ""
        way = given.get("dir", "").lower()
        if language or way in ("ltr", "rtl"):
            blocks = tuple(_in_language(block, language, way) for block in blocks)
        return _with_target(blocks, self.identifier(identifier))

    def figure(self, content: Any, room: int) -> Sequence[Block]:
        """Pictures with a caption; of a figure of something else, the caption follows it."""
        (identifier, _, _), caption, nodes = content
        words = self.caption(caption, room)
        blocks = self.blocks(nodes, room)
        if blocks and all(isinstance(block, Figure) and not block.caption for block in blocks):
            images = tuple(i for block in blocks if isinstance(block, Figure) for i in block.images)
            images = tuple(_without_echo(image, words) for image in images)
            return (Figure(images, words, identifier=self.identifier(identifier)),)
        if len(blocks) == 1 and isinstance(table := blocks[0], Table) and not table.caption:
            return (Table(table.body, table.head, table.foot, words, table.alignments),)
        return _with_target((*blocks, *paragraphs(words)), self.identifier(identifier))

    def caption(self, caption: Any, room: int) -> Inlines:
        """A caption's words, its blocks as lines; the short form is for lists of figures."""
        run: list[Inline] = []
        for block in self.blocks(caption[1], room):
            words = block.content if isinstance(block, Paragraph | Heading) else ()
            if not words and (text := plain_text(block)):
                words = (Text(text),)
            run += [LineBreak(), *words] if run else words
        return trimmed(run)

    def table(self, content: Any, room: int) -> Sequence[Block]:
        (identifier, _, _), caption, columns, head, bodies, foot = content
        words = self.caption(caption, room)
        inner = room - _TABLE_LEVELS if room - _TABLE_LEVELS >= _RESERVE else room
        left = [_MAX_CELLS]
        rows: list[Row] = []
        for _, heads, between, below in bodies:
            rows += self.rows(between, inner, left, header=True)
            rows += self.rows(below, inner, left, heads=heads)
        top = self.rows(head[1], inner, left, header=True)
        bottom = self.rows(foot[1], inner, left)
        if left[0] < 0:
            self.findings.warnings.append(f"a table is cut after {_MAX_CELLS:,} cells")
        if not any(cell.content for row in top for cell in row.cells):
            top = ()  # pandoc gives tables without a head one of empty cells
        alignments = tuple(_ALIGNMENTS.get(column[0]["t"], "") for column in columns)
        everything = (*top, *rows, *bottom)
        if not self.fits(room, _TABLE_LEVELS):
            cells = _joined(cell.content for row in everything for cell in row.cells)
            return (*paragraphs(words), *cells)
        if not everything:
            return paragraphs(words)
        table = Table(tuple(rows), top, bottom, words, alignments if any(alignments) else ())
        return _with_target((table,), self.identifier(identifier))

    def rows(
        self, rows: Any, room: int, left: list[int], *, header: bool = False, heads: int = 0
    ) -> tuple[Row, ...]:
        """Rows of a table; the first ``heads`` columns are headers, or all of them."""
        out: list[Row] = []
        taken: dict[int, int] = {}  # columns that cells of earlier rows reach down into
        for _, cells in rows:
            made: list[Cell] = []
            column = 0
            left[0] -= len(cells)
            if left[0] < 0:
                break
            following = {place: rest - 1 for place, rest in taken.items() if rest > 1}
            for _, _, height, width, blocks in cells:
                while taken.get(column, 0):
                    column += 1
                down, across = max(1, min(height, 1000)), max(1, min(width, 1000))
                made.append(Cell(self.blocks(blocks, room), header or column < heads, across, down))
                if down > 1:
                    following.update({column + i: down - 1 for i in range(across)})
                column += across
            taken = following
            out.append(Row(tuple(made)))
        return tuple(out)

    # --- inlines ---

    def run(self, nodes: Sequence[Node], room: int) -> Inlines:
        """The inlines of a block."""
        return trimmed(self.items(nodes, room))

    def inlines(self, nodes: Sequence[Node], room: int) -> Inlines:
        """The inlines of something in the line."""
        return inlines(self.items(nodes, room))

    def items(self, nodes: Sequence[Node], room: int) -> list[Inline]:
        """The inlines of ``nodes``, not joined yet, raw HTML among them resolved."""
        frames = [InlineFrame(Tag("start", "", {}))]
        for node in nodes:
            kind = node["t"]
            if kind == "Str":
                frames[-1].items.append(Text(node["c"]))
            elif kind == "Space":
                frames[-1].items.append(Text(" "))
            elif kind == "RawInline" and node["c"][0] in _HTML_FORMATS:
                self.raw_tags(node["c"][1], frames)
            else:
                method = _INLINES.get(kind)
                if method is None:
                    self.findings.drop(f"inline {kind}", "is of a kind that is not known")
                else:
                    frames[-1].items.extend(method(self, node.get("c"), room))
        while len(frames) > 1:
            if not self.lenient:
                raise Foreign(frames[-1].tag.name)
            frame = frames.pop()
            frames[-1].items.extend(frame.items)
        return frames[0].items

    def raw_tags(self, html: str, frames: list[InlineFrame]) -> None:
        """Open and close inline elements as ``html`` says."""
        for tag in tags_of(html):
            if tag.kind == "text":
                frames[-1].items.append(Text(tag.name))
            elif tag.kind == "comment":
                self.findings.drop("comment", "is not shown", clean(tag.name).strip())
            elif tag.name == "br":
                frames[-1].items.append(LineBreak())
            elif tag.kind == "start" and (self.lenient or InlineFrame.takes(tag)):
                frames.append(InlineFrame(tag))
            elif tag.kind == "end" and len(frames) > 1 and frames[-1].tag.name == tag.name:
                frame = frames.pop()
                frame.close_into(frames[-1], self.raw_identifier)
            elif not self.lenient:
                raise Foreign(tag.name)

    def raw_identifier(self, name: str) -> str:
        """The identifier that raw HTML names."""
        return self.identifier(name)

    def text(self, content: str, room: int) -> Iterable[Inline]:
        return (Text(content),)

    def space(self, content: Any, room: int) -> Iterable[Inline]:
        return (Text(" "),)

    def soft_break(self, content: Any, room: int) -> Iterable[Inline]:
        return (Text("\n"),)

    def line_break(self, content: Any, room: int) -> Iterable[Inline]:
        return (LineBreak(),)

    def small_capitals(self, content: Sequence[Node], room: int) -> Iterable[Inline]:
        self.findings.drop("small capitals", "are not in the model; the words stay")
        return self.items(content, room)

    def quoted(self, content: Any, room: int) -> Iterable[Inline]:
        before, after = _QUOTES.get(content[0]["t"], _QUOTES["DoubleQuote"])
        return (Text(before), *self.items(content[1], room), Text(after))

    def citation(self, content: Any, room: int) -> Iterable[Inline]:
        """A reference to a bibliography, which no document carries: its words, or its key."""
        citations, nodes = content
        words = [node for node in nodes if node["t"] != "RawInline"]
        if words:
            return self.items(words, room)
        keys = "; ".join(citation["citationId"] for citation in citations)
        return (Text(f"[{keys}]"),) if keys else ()

    def code(self, content: Any, room: int) -> Iterable[Inline]:
        text = clean(content[1])
        if not self.exact:
            text = re.sub(r"\s+", " ", text).strip()
        return (Code(text),) if text else ()

    def math(self, content: Any, room: int) -> Iterable[Inline]:
        tex = clean(content[1])
        tex = tex.strip() if not self.exact else tex
        return (Math(tex, content[0]["t"] == "DisplayMath"),) if tex else ()

    def raw_inline(self, content: Any, room: int) -> Iterable[Inline]:
        self.raw(*content)
        return ()

    def link(self, content: Any, room: int) -> Iterable[Inline]:
        (identifier, _, _), nodes, (url, title) = content
        outer, self._in_link = self._in_link, True
        items = self.items(nodes, room - 1)
        self._in_link = outer
        name = self.identifier(identifier)
        place = (Span((), identifier=name),) if name else ()
        address = self.address(url)
        if not address or outer or room < 3:
            return (*place, *items)
        run = inlines(items)
        title = " ".join(title.split())
        if not run:
            return place
        if all(isinstance(item, Image) for item in run) and not address.startswith("#"):
            return (*place, *(_linked(cast(Image, item), address) for item in run))
        if not self.exact and title in (address, url, plain_text(run), "wikilink"):
            title = ""
        return (*place, Link(run, address, clean(title)))

    def address(self, url: str) -> str:
        """Where a link leads: absolute and clean, ``#identifier``, or nowhere."""
        if self.exact:
            return clean(url)
        address = resolve(url.strip(), self.base) if url.strip("# \n") else ""
        fragment = same_page(address, self.base)
        if fragment is not None and (fragment in self.targets or not self.base):
            return f"#{fragment}" if fragment else ""
        scheme, colon, rest = address.partition(":")
        has_scheme = colon and "/" not in scheme and not scheme.startswith("#")
        if has_scheme and (scheme.lower() not in LINK_SCHEMES or not rest.strip("/")):
            self.findings.drop("link address", f"{scheme.lower()[:20]}: is no page")
            return ""
        cleaned = clean_link(address)
        if cleaned != address:
            self.findings.change("link address", address, cleaned)
        return cleaned

    def image(self, content: Any, room: int) -> Iterable[Inline]:
        (identifier, _, attributes), nodes, (url, title) = content
        given = dict(attributes)
        alt = " ".join(plain_text(self.run(nodes, 4)).split())
        address = self.picture(url)
        if not self.exact and not address.startswith("data:"):
            address = resolve(address, self.base)
        if not address:
            return (Text(alt),) if alt else ()
        image = Image(
            clean(address) if self.exact else address,
            alt,
            clean(" ".join(title.split())),
            _pixels(given.get("width", "")),
            _pixels(given.get("height", "")),
        )
        name = self.identifier(identifier)
        return (Span((), identifier=name), image) if name else (image,)

    def note(self, content: Sequence[Node], room: int) -> Iterable[Inline]:
        blocks = self.blocks(content, room - 1)
        if not blocks:
            return ()
        if room - 1 < _RESERVE // 2:
            return (Text(f" ({plain_text(blocks)})"),)
        return (Note(blocks),)

    def span(self, content: Any, room: int) -> Iterable[Inline]:
        (identifier, classes, attributes), nodes = content
        given = dict(attributes)
        if _CHANGES.intersection(classes):
            return self.change(classes, nodes, room)
        if "underline" in classes or "ul" in classes:
            return self.wrapped(Underline)(self, nodes, room)
        items = self.items(nodes, room - 1)
        way = given.get("dir", "").lower()
        span = Span(
            inlines(items),
            normalise_tag(given.get("lang", "")) or "",
            cast(Literal["", "ltr", "rtl"], way if way in ("ltr", "rtl") else ""),
            clean(" ".join(given.get("title", "").split())) if "abbr" in classes else "",
            "mark" in classes,
            self.identifier(identifier),
        )
        told = span.language or span.direction or span.title or span.mark
        if not told and not span.identifier:
            return items
        if room < 3 or not span.content or not told:
            # A place is a point: what stands there need not be held.
            name = span.identifier
            return (*((Span((), identifier=name),) if name else ()), *items)
        return (span,)

    def change(self, classes: Sequence[str], nodes: Any, room: int) -> Iterable[Inline]:
        """Changes and comments that a word processor keeps: the text as it is now."""
        if "insertion" in classes:
            return self.items(nodes, room)
        text = plain_text(self.run(nodes, 4))
        if "deletion" in classes:
            self.findings.drop("deletion", "was taken out by the document's authors", text)
        elif "comment-start" in classes:
            self.findings.drop("comment", "is about the text, not part of it", text)
        return ()

    def identifier(self, name: str) -> str:
        """``name``, if a link leads to it and it is met for the first time."""
        if name not in self.targets or name in self._seen:
            return ""
        self._seen.add(name)
        return name

    @staticmethod
    def wrapped(kind: type[Any]) -> Callable[[Mapper, Any, int], Iterable[Inline]]:
        """The method for an inline that only holds others."""

        def read(mapper: Mapper, content: Sequence[Node], room: int) -> Iterable[Inline]:
            if room < 3:
                return mapper.items(content, room)
            run = mapper.inlines(content, room - 1)
            return (kind(run),) if run else ()

        return read


_BlockMethod = Callable[[Mapper, Any, int], Sequence[Block]]
_BLOCKS: Mapping[str, _BlockMethod] = {
    "Plain": Mapper.paragraph,
    "Para": Mapper.paragraph,
    "LineBlock": Mapper.line_block,
    "CodeBlock": Mapper.code_block,
    "RawBlock": Mapper.raw_block,
    "BlockQuote": Mapper.quote,
    "OrderedList": Mapper.numbers,
    "BulletList": Mapper.bullets,
    "DefinitionList": Mapper.definitions,
    "Header": Mapper.heading,
    "HorizontalRule": Mapper.rule,
    "Table": Mapper.table,
    "Figure": Mapper.figure,
    "Div": Mapper.division,
    "Null": Mapper.nothing,
}
_INLINES: Mapping[str, Callable[[Mapper, Any, int], Iterable[Inline]]] = {
    "Str": Mapper.text,
    "Space": Mapper.space,
    "SoftBreak": Mapper.soft_break,
    "LineBreak": Mapper.line_break,
    "Emph": Mapper.wrapped(Emphasis),
    "Underline": Mapper.wrapped(Underline),
    "Strong": Mapper.wrapped(Strong),
    "Strikeout": Mapper.wrapped(Strikeout),
    "Superscript": Mapper.wrapped(Superscript),
    "Subscript": Mapper.wrapped(Subscript),
    "SmallCaps": Mapper.small_capitals,
    "Quoted": Mapper.quoted,
    "Cite": Mapper.citation,
    "Code": Mapper.code,
    "Math": Mapper.math,
    "RawInline": Mapper.raw_inline,
    "Link": Mapper.link,
    "Image": Mapper.image,
    "Note": Mapper.note,
    "Span": Mapper.span,
}


# --- Pieces of the model -------------------------------------------------------------------


def paragraphs(run: Inlines) -> tuple[Block, ...]:
    """A run as a paragraph, or as a figure where it holds nothing but pictures."""
    if not run:
        return ()
    images = tuple(item for item in run if isinstance(item, Image))
    if images and all(map(_is_between, (item for item in run if not isinstance(item, Image)))):
        names = [item.identifier for item in run if isinstance(item, Span)]
        return (Figure(images, identifier=names[0] if names else ""),)
    return (Paragraph(run),)


def _is_between(item: Inline) -> bool:
    """Whether ``item`` says nothing between pictures."""
    match item:
        case Text(text=text):
            return not text.strip()
        case LineBreak() | Span(content=()):
            return True
        case _:
            return False


def _joined(parts: Iterable[Sequence[Block]]) -> Blocks:
    return tuple(block for part in parts for block in part)


def _linked(image: Image, url: str) -> Image:
    return replace(image, link=url)


def _without_echo(image: Image, caption: Inlines) -> Image:
    """``image`` without an alternative text that is its caption again, as pandoc gives it."""
    words = " ".join(plain_text(caption).split())
    if not image.alt or image.alt != words:
        return image
    return replace(image, alt="")


def _with_target(blocks: Sequence[Block], identifier: str) -> Blocks:
    """``blocks`` with ``identifier`` at their first place that can have one."""
    if not identifier or not blocks:
        return tuple(blocks)
    first, *rest = blocks
    match first:
        case Heading(identifier="") | Figure(identifier=""):
            return (replace(first, identifier=identifier), *rest)
        case Paragraph(content=content):
            return (Paragraph(inlines((Span((), identifier=identifier), *content))), *rest)
        case _:
            return (Paragraph((Span((), identifier=identifier),)), *blocks)


def _in_language(block: Block, language: str, direction: str) -> Block:
    """``block``, its words marked with the language of the division around it."""
    way = cast(Literal["", "ltr", "rtl"], direction if direction in ("ltr", "rtl") else "")
    match block:
        case Paragraph(content=content):
            return Paragraph((Span(content, language, way),))
        case Heading(level=level, content=content, identifier=identifier):
            return Heading(level, (Span(content, language, way),), identifier)
        case BlockQuote(content=blocks, citation=citation):
            return BlockQuote(
                tuple(_in_language(inner, language, direction) for inner in blocks), citation
            )
        case BulletList(items=items):
            return BulletList(_items_in_language(items, language, direction))
        case OrderedList(items=items, start=start, style=style):
            return OrderedList(_items_in_language(items, language, direction), start, style)
        case _:
            return block


def _items_in_language(
    items: tuple[Blocks, ...], language: str, direction: str
) -> tuple[Blocks, ...]:
    return tuple(
        tuple(_in_language(block, language, direction) for block in item) for item in items
    )


def _pixels(length: str) -> int | None:
    """A length in CSS pixels; none for percentages, which depend on the page."""
    match = _LENGTH.match(length.strip())
    if not match:
        return None
    pixels = round(float(match[1][:12]) * _PIXELS[match[2] or ""])
    return pixels if 0 < pixels < 100_000 else None


# --- Raw HTML between blocks ---------------------------------------------------------------


class _RawBlocks:
    """Blocks with raw HTML tags between them: lists and tables that Markdown cannot write."""

    def __init__(self, mapper: Mapper, room: int) -> None:
        self.mapper = mapper
        self.room = room
        self.frames: list[_BlockFrame] = [_BlockFrame(Tag("start", "", {}))]

    def read(self, nodes: Sequence[Node]) -> Blocks:
        for node in nodes:
            if node["t"] == "RawBlock" and node["c"][0] in _HTML_FORMATS:
                for tag in tags_of(node["c"][1]):
                    self.tag(tag)
            else:
                room = max(self.room - len(self.frames), _RESERVE)
                self.frames[-1].blocks.extend(self.mapper.block(node, room))
        while len(self.frames) > 1:
            if not self.mapper.lenient:
                raise Foreign(self.frames[-1].tag.name)
            self.frames[-2].blocks.extend(self.frames.pop().everything())
        return tuple(self.frames[0].blocks)

    def tag(self, tag: Tag) -> None:
        match tag.kind:
            case "text":
                if tag.name.strip():
                    self.words(tag.name)
            case "comment":
                self.mapper.findings.drop("comment", "is not shown", clean(tag.name).strip())
            case "start":
                self.open(tag)
            case _:
                self.close(tag)

    def words(self, text: str) -> None:
        if not self.mapper.lenient:
            raise Foreign("text")
        self.frames[-1].blocks.extend(paragraphs(trimmed((Text(text),))))

    def open(self, tag: Tag) -> None:
        parent = self.frames[-1].tag.name
        known = BLOCK_TAGS.get(tag.name)
        if known is not None and known.allows(parent, tag):
            # Four levels of tags are a table's.
            if self.mapper.fits(self.room - len(self.frames), _TABLE_LEVELS):
                self.frames.append(_BlockFrame(tag))
                return
            if not self.mapper.lenient:
                raise Foreign(tag.name)
        elif not self.mapper.lenient:
            raise Foreign(tag.name)

    def close(self, tag: Tag) -> None:
        if len(self.frames) > 1 and self.frames[-1].tag.name == tag.name:
            frame = self.frames.pop()
            frame.close_into(self.frames[-1])
        elif not self.mapper.lenient:
            raise Foreign(tag.name)


@dataclass(slots=True)
class _BlockFrame:
    """An open block element: what it holds so far."""

    tag: Tag
    blocks: list[Block] = field(default_factory=list)
    items: list[Blocks] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    aligned: list[str] = field(default_factory=list)  # of each cell
    grid: list[tuple[list[Cell], list[str]]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    caption: Inlines = ()
    definitions: list[Definition] = field(default_factory=list)

    def everything(self) -> list[Block]:
        """The blocks of an element that is not closed."""
        cells = [block for cell in self.cells for block in cell.content]
        return [*self.blocks, *_joined(self.items), *cells]

    def close_into(self, outer: _BlockFrame) -> None:
        """Give the finished element to the one around it."""
        attributes = self.tag.attributes
        match self.tag.name:
            case "li":
                outer.items.append(tuple(self.blocks))
            case "ul":
                outer.blocks.append(BulletList(tuple(self.items)))
            case "ol":
                outer.blocks.append(OrderedList(tuple(self.items), int(attributes.get("start", 1))))
            case "dt":
                outer.definitions.append(Definition(_words(self.blocks), ()))
            case "dd":
                self.define(outer)
            case "dl":
                outer.blocks.append(DefinitionList(tuple(self.definitions)))
            case "caption":
                outer.caption = _words(self.blocks)
            case "td" | "th":
                across, down = (int(attributes.get(name, 1)) for name in ("colspan", "rowspan"))
                header = self.tag.name == "th"
                outer.cells.append(Cell(tuple(self.blocks), header, across, down))
                outer.aligned.append(attributes.get("align", ""))
            case "tr":
                outer.grid.append((self.cells, self.aligned))
                outer.rows.setdefault(outer.tag.name, []).append(Row(tuple(self.cells)))
            case "thead" | "tbody" | "tfoot":
                outer.rows.setdefault(self.tag.name, []).extend(self.rows.get(self.tag.name, ()))
                outer.grid += self.grid
            case "table":
                self.finish_table(outer)

    def define(self, outer: _BlockFrame) -> None:
        last = outer.definitions.pop() if outer.definitions else Definition((), ())
        outer.definitions.append(Definition(last.term, (*last.definitions, tuple(self.blocks))))

    def finish_table(self, outer: _BlockFrame) -> None:
        head, foot = (tuple(self.rows.get(name, ())) for name in ("thead", "tfoot"))
        body = tuple(self.rows.get("tbody", ())) + tuple(self.rows.get("table", ()))
        if head or body or foot:
            outer.blocks.append(Table(body, head, foot, self.caption, _aligned(self.grid)))


def _aligned(grid: Iterable[tuple[list[Cell], list[str]]]) -> tuple[Alignment, ...]:
    """The alignment of each column, as its cells that span no other say."""
    found: dict[int, Alignment] = {}
    taken: dict[int, int] = {}
    columns = 0
    for cells, names in grid:
        following = {place: rest - 1 for place, rest in taken.items() if rest > 1}
        column = 0
        for cell, name in zip(cells, names, strict=True):
            while taken.get(column, 0):
                column += 1
            if name and (column not in found or cell.colspan == 1):
                found[column] = cast(Alignment, name)
            if cell.rowspan > 1:
                following.update({column + i: cell.rowspan - 1 for i in range(cell.colspan)})
            column += cell.colspan
        columns = max(columns, column)
        taken = following
    return tuple(found.get(column, "") for column in range(columns)) if found else ()


def _words(blocks: Iterable[Block]) -> Inlines:
    run: list[Inline] = []
    for block in blocks:
        words: Inlines = ()
        if isinstance(block, Paragraph):
            words = block.content
        elif isinstance(block, Figure):
            words = block.images
        run += [LineBreak(), *words] if run else words
    return trimmed(run)


# --- Before the mapping --------------------------------------------------------------------


def link_targets(tree: Any) -> frozenset[str]:
    """The identifiers that links anywhere in ``tree`` lead to. It is walked with a stack."""
    found: set[str] = set()
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            content = node.get("c")
            if node.get("t") == "Link" and content is not None:
                url = content[2][0]
                if url.startswith("#"):
                    found.add(url[1:])
            stack.extend(value for value in node.values() if isinstance(value, list | dict))
        else:
            stack.extend(value for value in node if isinstance(value, list | dict))
    return frozenset(found - {""})


def meta_text(value: Any, mapper: Mapper) -> str:
    """The words of a metadata value, on one line; of a list or map, its values'."""
    return " ".join(" ".join(meta_texts(value, mapper)).split())


def meta_texts(value: Any, mapper: Mapper) -> list[str]:
    """The words of each value in a metadata value, in order."""
    kind, content = value["t"], value["c"]
    if kind == "MetaString":
        return [clean(content)]
    if kind == "MetaBool":
        return ["true" if content else "false"]
    if kind == "MetaInlines":
        return [plain_text(mapper.run(content, 8))]
    if kind == "MetaBlocks":
        return [plain_text(mapper.blocks(content, _RESERVE + 4))]
    parts = content.values() if kind == "MetaMap" else content
    return [text for part in parts for text in meta_texts(part, mapper) if text]
