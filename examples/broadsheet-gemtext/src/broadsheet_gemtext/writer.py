"""Writing gemtext: one line a paragraph, and links on lines of their own after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    Embed,
    Figure,
    Heading,
    Link,
    OrderedList,
    plain_text,
    query,
)
from converters.edition import Edition
from converters.writers import Context


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``source``: whether the article's own address stands under its title."""

    source: bool = True


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write every article of ``edition`` to ``target``, as UTF-8."""
    parts = ("\n".join(_article(article, options)) for article in edition.articles)
    target.write(("\n\n".join(parts) + "\n").encode())


def _article(article: Article, options: Options) -> Iterator[str]:
    yield f"# {_line(article.title)}"
    if options.source and article.url:
        yield f"=> {article.url}"
    for block in article.body:
        yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level):
            yield "#" * min(level, 3) + " " + _line(plain_text(block))
        case CodeBlock(text=text):
            yield "```"
            # A fence within would close the block.
            yield text.replace("\n```", "\n ```").rstrip("\n")
            yield "```"
        case BulletList(items=items) | OrderedList(items=items):
            yield from (f"* {_line(plain_text(item))}" for item in items)
        case BlockQuote(content=content):
            yield from (f"> {_line(plain_text(inner))}" for inner in content)
        case Figure(images=images):
            words = _line(plain_text(block))
            yield from (f"=> {image.url} {words or _line(image.alt)}".rstrip() for image in images)
        case Embed(url=url, title=title):
            yield f"=> {url} {_line(title)}".rstrip()
        case _:
            words = _line(plain_text(block))
            # What begins as another kind of line is shown as it is by a space before it.
            yield f" {words}" if words.startswith(("#", "=>", "* ", ">", "```")) else words
    for link in query(block, Link):
        if not link.url.startswith("#"):
            yield f"=> {link.url} {_line(plain_text(link.content))}".rstrip()


def _line(text: str) -> str:
    return " ".join(text.split())
