"""Markdown bodies, through pandoc's tree in its sandbox.

The dialect is CommonMark with what GitHub, Jekyll, Hugo and Hexo add: tables, strikeout, notes,
definition lists, bare addresses, formulas, and HTML anywhere. Quotation marks, dashes and dots
stay the characters that were written.

What :mod:`converters.writers.markdown` writes is read back as the article that it was: the forms
that Markdown leaves open (captions, credits, embeds, citations) have marks of their own there,
and front matter as only that writer makes it says that a file is such a one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from msgspec.structs import replace

from converters.article import (
    Block,
    BlockQuote,
    BulletList,
    Cell,
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
    Row,
    Table,
    Text,
    plain_text,
    query,
    trimmed,
    walk,
)
from converters.readers._pandoc_body import Settings, read_body, read_tree
from converters.readers.markup import Body, Passes
from converters.slugs import Slugs

__all__ = ["OwnFile", "own_file", "read_markdown"]

DIALECT = (
    "commonmark+pipe_tables+strikeout+footnotes+autolink_bare_uris+definition_lists"
    "+tex_math_dollars+gfm_auto_identifiers+raw_html"
)
"""Markdown as people write it, in pandoc's names (https://pandoc.org/MANUAL.html#extensions)."""

# What our writer writes: no definition lists and no bare addresses.
_OWN_DIALECT = "commonmark+pipe_tables+strikeout+footnotes+tex_math_dollars+raw_html"


def read_markdown(
    text: str,
    source_name: str,
    *,
    base: str = "",
    headings: bool = True,
    before: Passes | None = None,
    exact: bool = False,
) -> Body:
    """The body of ``text``: Markdown without front matter, HTML in it where it likes.

    ``source_name`` is what errors call it. ``base``, ``headings`` and ``before`` are as for
    :func:`~converters.readers.markup.read_html`. ``exact`` is for Markdown of our own: nothing
    is looked for that it does not say.

    Raises :class:`~converters.errors.UnsafeSource` where pandoc needs more time or memory than it
    may, and :class:`~converters.errors.UnreadableSource` where it cannot read the text.
    """
    dialect = _OWN_DIALECT if exact else DIALECT
    tree = read_tree(text.encode("utf-8", "replace"), dialect, source_name)
    settings = Settings(base=base, headings=headings, before=before, exact=exact, web=True)
    body = read_body(tree, settings)
    body.findings.warnings.extend(tree.warnings)
    if exact:
        body.blocks = _with_targets(_restored(body.blocks))
    return body


def _with_targets(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """``blocks`` with the identifiers of headings that links lead to, as GitHub gives them."""
    wanted = {link.url[1:] for link in query(blocks, Link) if link.url.startswith("#")}
    wanted |= {image.link[1:] for image in query(blocks, Image) if image.link.startswith("#")}
    if not wanted:
        return blocks
    slugs = Slugs()
    names = {id(heading): slugs.of(heading.content) for heading in query(blocks, Heading)}

    def name(node: Any) -> Any:
        found = names.get(id(node), "") if isinstance(node, Heading) else ""
        return replace(node, identifier=found) if found in wanted and found else node

    return walk(blocks, name)


# --- Files of our own ----------------------------------------------------------------------

_KEYS = (
    *("title", "subtitle", "url", "site", "authors", "date", "published", "updated", "archived"),
    *("language", "series", "series_index", "tags", "description", "image", "articles"),
)
_LISTS = frozenset(("authors", "tags"))
_DATES = frozenset(("published", "updated", "archived"))
_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_LINE = re.compile(
    rf"(?P<key>[a-z_]+):(?: (?P<text>{_QUOTED})| (?P<date>[0-9T:.+Z-]{{10,40}})"
    r"| (?P<count>[0-9]{1,9}))?"
    rf"|  - (?P<item>{_QUOTED})"
)
_FRONT_MATTER = re.compile(r"---\n(?P<lines>(?:[^\n]*\n){1,2000}?)---\n")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """Markdown of our own: its front matter, with values as the model has them, and the rest."""

    fields: dict[str, Any]
    body: str


def own_file(text: str) -> OwnFile | None:
    """``text`` in its parts, if its front matter is as only our Markdown writer makes it.

    The keys are ours, in our order, the strings JSON's, the dates RFC 3339's.
    """
    match = _FRONT_MATTER.match(text.removeprefix("\ufeff")) if "---\n" in text[:5] else None
    if match is None:
        return None
    fields: dict[str, Any] = {}
    try:
        for line in match["lines"].splitlines():
            if not _take(line, fields):
                return None
    except ValueError:
        return None
    if not fields or [key for key in _KEYS if key in fields] != list(fields):
        return None
    return OwnFile(fields, text.removeprefix("\ufeff")[match.end() :])


def _take(line: str, fields: dict[str, Any]) -> bool:
    """Take one line into ``fields``; false where it is none that we write."""
    match = _LINE.fullmatch(line)
    if match is None:
        return False
    if match["item"] is not None:
        last = next(reversed(fields), "")
        if last not in _LISTS:
            return False
        fields[last] += (json.loads(match["item"]),)
        return True
    key = match["key"]
    if key not in _KEYS or key in fields:
        return False
    if key == "articles" and match["count"]:
        fields[key] = int(match["count"])
        return True
    if key == "date" and match["date"]:
        fields[key] = date.fromisoformat(match["date"])
        return True
    if key in _DATES and match["date"]:
        fields[key] = datetime.fromisoformat(match["date"])
        return fields[key].tzinfo is not None
    if key in _LISTS and match["text"] is match["date"] is match["count"] is None:
        fields[key] = ()
        return True
    if key in _LISTS or key in _DATES or match["text"] is None:
        return False
    fields[key] = json.loads(match["text"])
    return True


# --- Forms of our own ----------------------------------------------------------------------

_KINDS = {"►": "video", "♪": "audio", "◆": "post", "■": "document", "□": "frame"}
_CAPTION, _CREDIT, _TABLE, _CITATION = "▲ ", "△ ", "▼ ", "— "
Inlines = tuple[Inline, ...]
Blocks = tuple[Block, ...]


def _restored(blocks: Blocks) -> Blocks:
    """``blocks`` with the captions, credits, citations and embeds that marks stand for."""
    out: list[Block] = []
    for block in map(_inside, blocks):
        last = out[-1] if out else None
        words = block.content if isinstance(block, Paragraph) else ()
        if isinstance(last, Figure | Embed) and _begins(words, _CAPTION, _CREDIT):
            if isinstance(last, Figure) and not (last.caption or last.credit):
                caption, credit = _caption(words)
                out[-1] = replace(last, caption=caption, credit=credit)
                continue
            if isinstance(last, Embed) and not last.caption and _begins(words, _CAPTION):
                out[-1] = replace(last, caption=_without(words, _CAPTION))
                continue
        under = last.content if isinstance(last, Paragraph) else ()
        if isinstance(block, Table) and not block.caption and _begins(under, _TABLE):
            out[-1] = replace(block, caption=_without(under, _TABLE))
            continue
        out.append(_embed(words) or block)
    return tuple(out)


def _inside(block: Block) -> Block:
    """``block`` with what it holds restored."""
    match block:
        case BlockQuote(content=content):
            blocks = _restored(content)
            last = blocks[-1] if blocks else None
            if len(blocks) > 1 and isinstance(last, Paragraph) and _begins(last.content, _CITATION):
                return BlockQuote(blocks[:-1], _without(last.content, _CITATION))
            return BlockQuote(blocks)
        case BulletList(items=items):
            return BulletList(tuple(map(_restored, items)))
        case OrderedList(items=items):
            return replace(block, items=tuple(map(_restored, items)))
        case DefinitionList(items=terms):
            return DefinitionList(
                tuple(
                    Definition(item.term, tuple(map(_restored, item.definitions))) for item in terms
                )
            )
        case Table():
            rows = {
                name: tuple(map(_row, getattr(block, name))) for name in ("head", "body", "foot")
            }
            return replace(block, **rows)
        case Paragraph():
            return cast(Block, walk((block,), _note)[0])
        case _:
            return block


def _row(row: Row) -> Row:
    return Row(tuple(_cell(cell) for cell in row.cells))


def _cell(cell: Cell) -> Cell:
    return replace(cell, content=_restored(cell.content))


def _note(node: Any) -> Any:
    return Note(_restored(node.content), node.number) if isinstance(node, Note) else node


def _begins(words: Inlines, *marks: str) -> bool:
    return bool(words) and isinstance(words[0], Text) and words[0].text.startswith(marks)


def _without(words: Inlines, mark: str) -> Inlines:
    """``words`` without the mark that they begin with."""
    first = words[0]
    assert isinstance(first, Text)
    text = first.text.removeprefix(mark)
    return trimmed((Text(text), *words[1:]) if text else words[1:])


def _caption(words: Inlines) -> tuple[Inlines, Inlines]:
    """A caption and a credit, of a line with the marks of both or one."""
    if _begins(words, _CREDIT):
        return (), _without(words, _CREDIT)
    for index in range(len(words) - 1, -1, -1):
        item = words[index]
        before, mark, after = (
            item.text.rpartition(_CREDIT) if isinstance(item, Text) else ("", "", "")
        )
        if mark and (not before or before.endswith(" ")) and (index or before.strip()):
            caption = (*words[:index], Text(before)) if before else words[:index]
            credit = (Text(after), *words[index + 1 :]) if after else words[index + 1 :]
            return _without(trimmed(caption), _CAPTION), trimmed(credit)
    return _without(words, _CAPTION), ()


def _embed(words: Inlines) -> Embed | None:
    """The embed that a paragraph stands for, if it has the form of one."""
    poster: Image | None = None
    rest = list(words)
    if len(rest) > 2 and isinstance(rest[0], Image) and isinstance(rest[1], LineBreak):
        poster, rest = replace(rest[0], link=""), rest[2:]
    match rest:
        case [Text(text=mark), Link(content=content, url=url, title=""), *more] if (
            mark.endswith(" ") and mark[:-1] in _KINDS
        ):
            provider = _provider(more)
            if provider is None or (poster is not None and words[0].link != url):  # type: ignore[union-attr]
                return None
            title = plain_text(content)
            kind = cast(Any, _KINDS[mark[:-1]])
            return Embed(url, kind, "" if _is_shown(title, url) else title, provider, poster)
        case _:
            return None


def _provider(more: Sequence[Inline]) -> str | None:
    """The provider behind an embed's link; ``None`` where something else stands there."""
    match more:
        case []:
            return ""
        case [Text(text=text)] if text.startswith(" · "):
            return text.removeprefix(" · ")
        case _:
            return None


def _is_shown(text: str, url: str) -> bool:
    from converters.notes import shown_address

    return text in (url, shown_address(url))
