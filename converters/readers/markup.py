"""HTML to blocks: the heart of reading.

:func:`read_html` parses with Beautiful Soup on lxml, walks the tree once, and hands what it
finds, as pieces with signs, to the passes that decide what stands where:

1. :mod:`~converters.readers.captions`: pictures with their captions and credits;
2. :mod:`~converters.readers.furniture`: feed footers, share bars and other things around a text;
3. :mod:`~converters.readers.headings`: bold paragraphs that stand as headings, and levels;
4. :mod:`~converters.readers.footnotes`: notes that are only written, not linked (linked ones were
   put in their place before the walk).

The walk itself is :mod:`~converters.readers.walker`; what it finds in the line is parted into
paragraphs by :mod:`~converters.readers.flow`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from msgspec.structs import replace

from converters.article import (
    Block,
    BulletList,
    Figure,
    Heading,
    Link,
    Span,
    query,
    walk,
)
from converters.languages import direction, normalise_tag
from converters.readers.captions import attach_captions
from converters.readers.footnotes import fold_notes, fold_plain_notes
from converters.readers.furniture import remove_furniture
from converters.readers.headings import find_headings, level_headings
from converters.readers.pictures import (
    attribute,
)
from converters.readers.pieces import Findings, Piece
from converters.readers.soup import Parsed, parse
from converters.readers.walker import BLOCKS, Walker

__all__ = ["Body", "read_html"]

_MAX_TREE_DEPTH = 120  # of elements: each costs Python three frames, and the default limit is 1000


@dataclass(slots=True)
class Body:
    """What :func:`read_html` gives: blocks, and everything that was found on the way.

    ``title`` is the text of the first ``h1``, ``language`` that of the outermost element that
    names one, ``languages`` and ``directions`` those that parts of the text are in.
    """

    blocks: tuple[Block, ...]
    findings: Findings
    title: str = ""
    language: str = ""
    languages: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()


Passes = Callable[[list[Piece], Findings], list[Piece]]


def read_html(
    html: str | Parsed,
    *,
    base: str = "",
    headings: bool = True,
    before: Passes | None = None,
) -> Body:
    """The blocks of ``html``: a document or a fragment, already decoded, perhaps parsed.

    A tree that was parsed before is changed. ``base`` is the address that relative ones are
    resolved against. ``headings`` says whether bold paragraphs that stand as headings become
    headings. ``before`` may take pieces away (bylines, a repeated title) before the passes of
    this module see them. Nothing is fetched and nothing is raised for bad markup: it is read as
    browsers read it.
    """
    parsed = parse(html) if isinstance(html, str) else html
    soup = parsed.soup
    builder = Walker(base, parsed)
    if parsed.depth > _MAX_TREE_DEPTH and _flatten(soup):
        builder.findings.warnings.append(
            f"elements nested deeper than {_MAX_TREE_DEPTH} levels were read as plain text"
        )
    fold_notes(parsed, base, builder.findings)
    builder.targets = parsed.targets
    page = _child(soup, "html") or soup
    root = _child(page, "body") or page
    builder.language = normalise_tag(attribute(page, "lang")) or ""
    told = (attribute(root, "dir") or attribute(page, "dir")).lower()
    if told not in ("ltr", "rtl"):
        told = direction(builder.language) if builder.language else ""
    builder.direction = told
    heading = soup.h1 if "h1" in parsed.names else None
    builder.children(root)
    findings = builder.findings
    pieces = builder.flow.finish()
    if before is not None:
        pieces = before(pieces, findings)
    pieces = attach_captions(pieces, findings)
    pieces = remove_furniture(pieces, findings)
    if headings:
        pieces = find_headings(pieces, findings)
    blocks = _with_lists_joined([piece.block for piece in pieces])
    levelled = fold_plain_notes(level_headings(blocks, findings), findings)
    return Body(
        _with_targets(levelled) if builder.targets else levelled,
        findings,
        title=" ".join(heading.get_text().split()) if heading is not None else "",
        language=builder.language,
        languages=frozenset(builder.languages),
        directions=frozenset(builder.directions),
    )


def _child(tag: Tag, name: str) -> Tag | None:
    """The first ``name`` that stands in ``tag`` itself."""
    children = (child for child in tag.contents if isinstance(child, Tag))
    return next((child for child in children if child.name == name), None)


def _with_targets(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """``blocks`` with only those identifiers kept that a link leads to, each once."""
    wanted = {link.url[1:] for link in query(blocks, Link) if link.url.startswith("#")}
    seen: set[str] = set()

    def prune(node: Any) -> Any:
        identifier = getattr(node, "identifier", "")
        if not identifier:
            return node
        if identifier in wanted and identifier not in seen:
            seen.add(identifier)
            return node
        return replace(node, identifier="")

    if any(getattr(node, "identifier", "") for node in query(blocks, Span, Heading, Figure)):
        return walk(blocks, prune)
    return blocks


def _with_lists_joined(blocks: list[Block]) -> list[Block]:
    """``blocks`` with bullet lists of one item each, written one after the other, made one list."""
    out: list[Block] = []
    alone = False  # whether the last list holds only such items
    for block in blocks:
        single = isinstance(block, BulletList) and len(block.items) == 1
        last = out[-1] if out else None
        if single and alone and isinstance(last, BulletList) and isinstance(block, BulletList):
            out[-1] = BulletList(last.items + block.items)
            continue
        alone = single
        out.append(block)
    return out


def _flatten(soup: BeautifulSoup) -> int:
    """Make the tree no deeper than recursion can bear; how many elements that changed.

    What lies deeper keeps its text, pictures and paragraphs, and loses its other elements.
    """
    stack: list[tuple[Tag, int]] = [(soup, 0)]
    deep: list[Tag] = []
    while stack:
        tag, level = stack.pop()
        if level > _MAX_TREE_DEPTH:
            deep.append(tag)
            continue
        stack.extend(
            (child, level + 1)
            for child in tag.contents
            if isinstance(child, Tag) and child.contents
        )
    for tag in deep:
        flat = list(_flat(tag, soup))
        tag.clear()
        tag.extend(flat)
    return len(deep)


def _flat(tag: Tag, soup: BeautifulSoup) -> Iterator[Any]:
    """The content of ``tag`` without nesting."""
    for node in tag.descendants:
        if not isinstance(node, Tag):
            silent = isinstance(node, PreformattedString) or type(node) is not NavigableString
            if not silent:
                yield NavigableString(str(node))
        elif node.name in ("img", "br", "iframe", "hr"):
            yield soup.new_tag(
                node.name, attrs={name: attribute(node, name) for name in node.attrs}
            )
        elif node.name in BLOCKS or node.name in ("blockquote", "ul", "ol", "pre", "table"):
            yield soup.new_tag("br")
            yield soup.new_tag("br")
