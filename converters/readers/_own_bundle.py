"""A bundle in Markdown of our own, taken apart into the articles that it was made of.

Each article begins with a heading that an anchor opens (``<a id="article-...">``) and ends before
the next heading of its level or above. Who wrote it, when and where stands in the line below; the
list of sources tells which of its words are the site's name. What comes back of a date is its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from converters.article import (
    Block,
    BulletList,
    Figure,
    Heading,
    Image,
    Link,
    Paragraph,
    Span,
    plain_text,
    query,
    walk,
)
from converters.languages import detect, label
from converters.notes import is_address

__all__ = ["is_bundle", "taken_apart"]

Blocks = tuple[Block, ...]

_ANCHOR = re.compile(r"article-[0-9a-f]{10}(?:-[0-9]+)?")
_BETWEEN = " · "
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_bundle(fields: Mapping[str, Any]) -> bool:
    """Whether front matter of our own is that of a bundle: it says of how many articles."""
    return "articles" in fields


def taken_apart(
    blocks: Sequence[Block], fields: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], Blocks]]:
    """The front matter that each article would have, and its blocks without the title.

    ``fields`` are the bundle's own. Links to other articles lead to their addresses again.
    """
    tag = fields.get("language", "")
    parts: list[tuple[str, Heading, list[Block]]] = []
    inside = False
    for block in blocks:
        anchor = _anchor(block)
        if isinstance(block, Heading) and anchor:
            parts.append((anchor, block, []))
            inside = True
        elif isinstance(block, Heading) and parts and block.level <= parts[-1][1].level:
            inside = False
        elif inside:
            parts[-1][2].append(block)
    sites = _sites(blocks, tag)
    found = [_article(anchor, heading, body, sites, tag) for anchor, heading, body in parts]
    addresses = {
        anchor: known["url"]
        for (anchor, _, _), (known, _) in zip(parts, found, strict=True)
        if known.get("url")
    }
    for (anchor, heading, _), (known, body) in zip(parts, found, strict=True):
        yield known, _on_its_own(body, anchor, heading.level - 1, addresses)


def _anchor(block: Block) -> str:
    """The name of the article that ``block`` is the heading of, or ""."""
    match block:
        case Heading(content=(Span(content=(), identifier=name), *_)) if _ANCHOR.fullmatch(name):
            return name
    return ""


def _sites(blocks: Sequence[Block], tag: str) -> dict[str, str]:
    """The site of each article, by its anchor, as the list of sources has them."""
    for place in range(len(blocks) - 1, 0, -1):
        above, block = blocks[place - 1], blocks[place]
        titled = isinstance(above, Heading) and plain_text(above) == label("sources", tag)
        if titled and isinstance(block, BulletList):
            break
    else:
        return {}
    found: dict[str, str] = {}
    for item in block.items:
        links = list(query(item, Link))
        words = plain_text(item).removesuffix(", ".join(plain_text(link) for link in links))
        name = words.rstrip().removesuffix(label("colon", tag).rstrip())
        if name != label("unknown source", tag):
            found.update({link.url[1:]: name for link in links})
    return found


def _article(
    anchor: str, heading: Heading, body: list[Block], sites: Mapping[str, str], tag: str
) -> tuple[dict[str, Any], Blocks]:
    """What is known of one article, and its text."""
    known: dict[str, Any] = {"title": plain_text(heading).strip()}
    if body and isinstance(body[0], Paragraph) and _take_line(body[0], sites.get(anchor), known):
        body = body[1:]
    blocks = tuple(body)
    language = detect(f"{known['title']}\n{plain_text(blocks)}", tag or None) or tag
    if language:
        known["language"] = language
    if known["title"] in (label("untitled", language), label("untitled", tag)):
        known["title"] = ""
    return known, blocks


def _take_line(line: Paragraph, site: str | None, known: dict[str, Any]) -> bool:
    """Take from the line below the title what it says; whether it was this line."""
    words, last = line.content, line.content[-1] if line.content else None
    url = last.url if isinstance(last, Link) and is_address(last) else ""
    if url:
        words = words[:-1]
    parts = plain_text(words).removesuffix(_BETWEEN).strip()
    dated = parts[-10:] if _DAY.fullmatch(parts[-10:]) else ""
    if site is None and not dated:
        return False
    if dated:
        known["published"] = datetime.fromisoformat(dated).replace(tzinfo=UTC)
        parts = parts[:-10].removesuffix(_BETWEEN)
    if url:
        known["url"] = url
    if site and f"{parts}{_BETWEEN}".casefold().startswith(f"{site}{_BETWEEN}".casefold()):
        known["site"] = parts[: len(site)]
        parts = parts[len(site) :].removeprefix(_BETWEEN)
    if parts:
        known["authors"] = tuple(parts.split(_BETWEEN))
    return True


def _on_its_own(blocks: Blocks, anchor: str, levels: int, addresses: Mapping[str, str]) -> Blocks:
    """``blocks`` as in a file of their own.

    Headings are ``levels`` higher, names of places are without the article's ``anchor``, and links
    to other articles lead to their addresses.
    """
    prefix = f"{anchor}-"

    def led(url: str) -> str:
        if not url.startswith("#article-"):
            return url
        return addresses.get(url[1:]) or "#" + url[1:].removeprefix(prefix)

    def settled(node: Any) -> Any:
        match node:
            case Heading():
                name = node.identifier.removeprefix(prefix)
                return replace(node, level=max(node.level - levels, 2), identifier=name)
            case Link():
                return replace(node, url=led(node.url))
            case Image(link=url) if url:
                return replace(node, link=led(url))
            case Span(identifier=name) | Figure(identifier=name) if name:
                return replace(node, identifier=name.removeprefix(prefix))
        return node

    return walk(blocks, settled)
