"""An article in a few lines, for a person who wants to know what was recognised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from converters.article import (
    Article,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionList,
    Embed,
    Figure,
    Heading,
    Image,
    Link,
    Math,
    Node,
    Note,
    OrderedList,
    Paragraph,
    Table,
    plain_text,
    query,
)

__all__ = ["cache_lines", "lines", "size"]

_SHOWN = 60  # characters of a dropped text


def lines(article: Article, source: str = "") -> Iterator[str]:
    """The lines: metadata (in brackets what the model has no field for), what the body holds,
    what was changed and dropped, warnings. ``source`` is the name that the person gave.
    """  # noqa: D205 - the first sentence needs two lines
    yield article.title or "(no title)"
    if source:
        yield f"  source: {source}"
    yield from _metadata(article)
    for field in article.provenance.metadata:
        yield f"  ({field.name}: {_short(field.value)})"
    yield f"  body: {_contents(article)}"
    for heading in query(article.body, Heading):
        yield f"    {'#' * heading.level} {plain_text(heading)}"
    for change in article.provenance.changes:
        yield f"  {change.what}: {_short(change.before)} -> {_short(change.after)}"
    for drop in article.provenance.dropped:
        times = f" ({drop.count} times)" if drop.count > 1 else ""
        text = f": {_short(drop.text)}" if drop.text else ""
        yield f"  dropped {drop.what}{times}, which {drop.reason}{text}"
    for warning in article.provenance.warnings:
        yield f"  warning: {warning}"


def _metadata(article: Article) -> Iterator[str]:
    dates = {name: getattr(article, name) for name in ("published", "updated", "archived")}
    values = {
        "address": article.url,
        "site": article.site,
        "authors": ", ".join(article.authors),
        **{name: date.isoformat() if date else "" for name, date in dates.items()},
        "language": article.language,
        "tags": ", ".join(article.tags),
        "summary": article.summary,
        "reader": f"{article.provenance.reader}, {article.provenance.encoding}".strip(", "),
    }
    for name, value in values.items():
        if value:
            yield f"  {name}: {value}"


def _contents(article: Article) -> str:
    names: dict[type[Node], str] = {
        Paragraph: "paragraph",
        Heading: "heading",
        BulletList: "list",
        OrderedList: "numbered list",
        DefinitionList: "definition list",
        BlockQuote: "quotation",
        Figure: "figure",
        Image: "picture",
        Embed: "embed",
        Table: "table",
        CodeBlock: "code block",
        Math: "formula",
        Link: "link",
        Note: "note",
    }
    counts = ((sum(1 for _ in query(article.body, kind)), name) for kind, name in names.items())
    found = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count]
    return ", ".join(found) or "nothing"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def cache_lines() -> Iterator[str]:
    """What there is to know of the cache: where it is, how large, and for how long it keeps."""
    from converters.fetch import FetchPolicy, cache_of

    info = cache_of(FetchPolicy()).info()
    yield f"folder: {info.folder}"
    yield f"holds: {info.contents} files, {info.answers} entries"
    yield f"size: {size(info.size)} of at most {size(info.max_bytes)}"
    if info.oldest is not None:
        yield f"longest unused: {datetime.fromtimestamp(info.oldest, UTC):%Y-%m-%d}"
    yield f"kept: {info.keep / 86400:.0f} days after the last use"


def size(count: int) -> str:
    """``count`` bytes as people say it, in steps of 1024 (IEC 80000-13)."""
    amount = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"
