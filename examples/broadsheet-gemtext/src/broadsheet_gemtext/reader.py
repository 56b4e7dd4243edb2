"""Reading gemtext: every line is what its first characters say.

https://geminiprotocol.net/docs/gemtext-specification.gmi
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, uses_netloc, uses_relative

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    Heading,
    Link,
    Paragraph,
    Provenance,
    Text,
    trimmed,
)
from converters.readers import ReadOptions
from converters.source import Document

_LINK = re.compile(r"=>[ \t]*(?P<url>\S+)(?:[ \t]+(?P<label>.*))?$")
_HEADING = re.compile(r"(?P<marks>#{1,3})[ \t]*(?P<words>.*\S)")

for schemes in (uses_relative, uses_netloc):  # urljoin leaves alone the schemes that it lacks
    if "gemini" not in schemes:
        schemes.append("gemini")


def recognises(document: Document) -> int:
    """Sure of the media type; fairly sure of the suffix or of links as only gemtext has them."""
    if document.binary:
        return 0
    if document.media_type == "text/gemini":
        return 95
    links = sum(bool(_LINK.match(line)) for line in document.text[:8192].splitlines())
    if document.suffix in (".gmi", ".gemini"):
        return 85
    return 60 if links > 1 else 0


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The one article of a page; its first heading is the title."""
    title, blocks = _blocks(document.text.splitlines(), document.url)
    yield Article(
        title=title or document.source.name,
        url=document.url,
        language=options.language,
        body=tuple(blocks),
        provenance=Provenance(
            reader="gemtext", source=document.name, encoding=document.decoded.encoding
        ),
    )


def _blocks(lines: list[str], base: str) -> tuple[str, list[Block]]:
    title = ""
    blocks: list[Block] = []
    code: list[str] | None = None
    for line in lines:
        if line.startswith("```"):
            if code is not None:
                blocks.append(CodeBlock("\n".join(code)))
            code = [] if code is None else None
        elif code is not None:
            code.append(line)
        elif (heading := _HEADING.match(line)) and not title and not blocks:
            title = heading["words"]
        elif heading:
            level = max(2, len(heading["marks"]))
            blocks.append(Heading(level, trimmed((Text(heading["words"]),))))
        else:
            _add(blocks, line, base)
    if code:
        blocks.append(CodeBlock("\n".join(code)))  # never closed: it runs to the end
    return title, blocks


def _add(blocks: list[Block], line: str, base: str) -> None:
    """Add a line that is no heading and no code; items and quoted lines join those before."""
    last = blocks[-1] if blocks else None
    if match := _LINK.match(line):
        words = trimmed((Text(match["label"] or match["url"]),))
        blocks.append(Paragraph((Link(words, urljoin(base, match["url"])),)))
    elif line.startswith("* ") and (words := trimmed((Text(line[2:]),))):
        item = (Paragraph(words),)
        if isinstance(last, BulletList):
            blocks[-1] = BulletList((*last.items, item))
        else:
            blocks.append(BulletList((item,)))
    elif line.startswith(">") and (words := trimmed((Text(line[1:]),))):
        if isinstance(last, BlockQuote):
            blocks[-1] = BlockQuote((*last.content, Paragraph(words)))
        else:
            blocks.append(BlockQuote((Paragraph(words),)))
    elif words := trimmed((Text(line),)):
        blocks.append(Paragraph(words))
