"""A document of pandoc's formats: its tree, and a body from it.

The tree is mapped as it is (:mod:`~converters.readers._pandoc_ast`). Where HTML stands in it that
only makes sense as a whole (figures, frames, division soup, tags that do not nest), the whole
document goes through HTML instead, as a page does: half-Markdown files read like HTML files.
Notes and formulas travel around that way under marks of private use, so that they come back as
what they were.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from converters import pandoc
from converters.article import Block, Heading, Inline, Text, plain_text, query, walk
from converters.errors import UnreadableSource
from converters.readers._pandoc_ast import Foreign, Mapper, link_targets
from converters.readers.captions import attach_captions
from converters.readers.furniture import remove_furniture
from converters.readers.headings import find_headings, level_headings
from converters.readers.markup import Body, Passes, read_html
from converters.readers.pieces import Findings, Piece

__all__ = ["Settings", "Tree", "read_body", "read_tree"]

# Characters of plane 16 for private use (Unicode, 23.5): no text means anything by them.
_OPEN, _CLOSE = "\U0010fff0", "\U0010fff1"
# The target of a link within the document, as it stands in the JSON: finding these in the bytes
# takes a hundredth of the time that walking the tree takes.
_TARGET = re.compile(rb'\["#([^"]+)","')
_TOKEN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


@dataclass(slots=True)
class Tree:
    """What pandoc made of a document.

    ``blocks`` and ``meta`` are its JSON, decoded. Where the tree nests too deeply to be walked,
    ``html`` holds the document as HTML instead. ``targets`` are the identifiers that links in it
    lead to, where they are known already.
    """

    source: str
    blocks: list[Any] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    warnings: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    targets: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How a tree becomes a body.

    ``base`` is the address that relative ones are resolved against. ``headings`` and ``before``
    are as for :func:`~converters.readers.markup.read_html`. ``exact``: the text is our own
    Markdown, in which nothing is left to find. ``web``: it may hold what web pages hold besides
    their text. ``picture`` gives the address of a picture that the document names so.
    """

    base: str = ""
    headings: bool = True
    before: Passes | None = None
    exact: bool = False
    web: bool = False
    picture: Callable[[str], str] = str


def read_tree(
    data: bytes,
    reader: str,
    source: str,
    *,
    media: Path | None = None,
    arguments: Sequence[str] = (),
) -> Tree:
    """The tree of ``data`` in pandoc's format ``reader``.

    Pictures in the document are written below ``media``; ``arguments`` are further ones for
    pandoc. Raises what
    :func:`converters.pandoc.run` raises.
    """
    made = pandoc.run(data, reader, "json", source=source, arguments=arguments, media=media)
    try:
        decoded = msgspec.json.decode(made.data)
        found = _TARGET.findall(made.data)
        escaped = any(b"\\" in name for name in found)
        return Tree(
            source,
            decoded["blocks"],
            decoded["meta"],
            warnings=made.warnings,
            skipped=made.skipped,
            targets=None
            if escaped
            else frozenset(name.decode("utf-8", "replace") for name in found),
        )
    except RecursionError:
        text = pandoc.run(data, reader, "html", source=source, media=media)
        return Tree(source, html=text.data.decode("utf-8", "replace"), warnings=made.warnings)
    except (msgspec.MsgspecError, LookupError, TypeError) as error:
        raise UnreadableSource(source, "pandoc's tree of it cannot be read") from error


def read_body(tree: Tree, settings: Settings) -> Body:
    """The body that ``tree`` means."""
    if tree.html:
        return _read_html(tree.html, settings)
    mapper = Mapper(
        base=settings.base,
        exact=settings.exact,
        targets=link_targets(tree.blocks) if tree.targets is None else tree.targets,
        picture=settings.picture,
    )
    try:
        blocks = mapper.document(tree.blocks)
    except (Foreign, RecursionError):
        return _through_html(tree, settings)
    return _finished(blocks, mapper.findings, settings)


def _finished(blocks: tuple[Block, ...], findings: Findings, settings: Settings) -> Body:
    """Find what the markup does not say, as for HTML, unless the text is our own."""
    title = next((plain_text(block) for block in query(blocks, Heading)), "")
    if settings.exact:
        return Body(blocks, findings, title)
    headed = any(isinstance(block, Heading) for block in blocks)
    pieces = [Piece(block) for block in blocks]
    if settings.before is not None:
        pieces = settings.before(pieces, findings)
    pieces = attach_captions(pieces, findings)
    if settings.web:
        pieces = remove_furniture(pieces, findings)
    if settings.headings and not headed:
        pieces = find_headings(pieces, findings)
    return Body(level_headings([piece.block for piece in pieces], findings), findings, title)


def _read_html(text: str, settings: Settings) -> Body:
    return read_html(text, base=settings.base, headings=settings.headings, before=settings.before)


def _through_html(tree: Tree, settings: Settings) -> Body:
    """The body by way of HTML."""
    kept = _Kept(settings)
    kept.take_out(tree.blocks)
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": tree.blocks}
    made = pandoc.run(msgspec.json.encode(document), "json", "html", source=tree.source)
    body = _read_html(made.data.decode("utf-8", "replace"), settings)
    body.blocks = kept.put_back(body.blocks)
    return body


class _Kept:
    """What HTML would not bring back: notes and formulas."""

    def __init__(self, settings: Settings) -> None:
        self.mapper = Mapper(
            base=settings.base,
            lenient=True,
            picture=settings.picture,
        )
        self.kept: list[Inline] = []

    def take_out(self, blocks: list[Any]) -> None:
        """Put marks in the places of what is kept, and code as HTML that names its language."""
        stack: list[Any] = [blocks]
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(child for child in node if isinstance(child, list | dict))
                continue
            kind, content = node.get("t"), node.get("c")
            if kind in ("Note", "Math"):
                made = self.mapper.items([node], 24)
                node.update(t="Str", c=self.mark(made[0]) if made else "")
            elif kind == "Str" and (_OPEN in content or _CLOSE in content):
                node["c"] = content.replace(_OPEN, "").replace(_CLOSE, "")
            elif kind == "CodeBlock":
                node.update(t="RawBlock", c=["html", _code(*content)])
            elif kind == "Image":
                content[2][0] = self.mapper.picture(content[2][0])
                stack.append(content[1])
            elif isinstance(content, list):
                stack.append(content)

    def mark(self, item: Inline) -> str:
        self.kept.append(item)
        return f"{_OPEN}{len(self.kept) - 1}{_CLOSE}"

    def put_back(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """``blocks`` with what is kept in the places of the marks."""
        return walk(blocks, self._restored) if self.kept else blocks

    def _restored(self, node: Any) -> Any:
        if not isinstance(node, Text) or _OPEN not in node.text:
            return node
        out: list[Inline] = []
        for index, part in enumerate(_TOKEN.split(node.text)):
            if index % 2:
                out.append(self.kept[int(part)] if int(part) < len(self.kept) else Text(""))
            elif part:
                out.append(Text(part))
        return out


def _code(attributes: Sequence[Any], text: str) -> str:
    language = next(iter(attributes[1]), "")
    name = f' class="language-{html.escape(language)}"' if language else ""
    return f"<pre><code{name}>{html.escape(text)}</code></pre>"
