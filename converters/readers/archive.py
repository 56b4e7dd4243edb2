"""The archive reader: a title link, a rule, and an HTML body.

::

    <!--1698460743000-->                        when it was saved (milliseconds since 1970), or not
    [title](https://example.org/article)        the title may hold brackets, pipes and entities
    ------
    日期：Sat, 28 Oct 2023 02:04:53 GMT          when it was published, or not

    <p>…</p>                                    HTML, or Markdown

Front matter, a byte order mark and blank lines may stand anywhere above the body, and every part
may be missing: a whole HTML page or a bare fragment reads too, with what it says of itself. Where a
title link and its rule stand below front matter, their title and address win.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from converters.addresses import resolve
from converters.article import Article
from converters.readers import ReadOptions
from converters.readers.assembly import Head, assemble
from converters.readers.dates import Moment, parse
from converters.readers.frontmatter import Facts, FrontMatter, facts, split
from converters.source import Document

__all__ = ["NAME", "Prologue", "read", "read_prologue", "recognises"]

NAME = "archive"

# Programs that did not know the time of saving wrote what they had instead.
_COMMENT = re.compile(r"<!--\s*(?P<time>\d{9,14}|NaN|undefined|null)\s*-->\s*")
_RULE = re.compile(
    r"[ \t]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}[ \t]*)(?:\n|$)"
)
_DATE_LINE = re.compile(
    r"(?:日期|时间|時間|Date|Published)\s*[:：]\s*(?P<date>[^\n<]{4,80})(?:\n|$)"
)
_TITLE_LINE = re.compile(r"(?P<title>[^\n<>]{1,300})\n[ \t]*(?:-{3,}|={3,})[ \t]*\n")
_ELEMENT = re.compile(r"<(?:!doctype|/?[a-z][a-z0-9-]*)(?:[\s/>]|$)", re.IGNORECASE)
_EPOCH_MS = 100_000_000_000  # from here on a count of seconds would lie after the year 5000


@dataclass(slots=True)
class Prologue:
    """What stands above the body."""

    title: str = ""
    url: str = ""
    archived: datetime | None = None
    published: Moment | None = None
    front: FrontMatter | None = None
    body: str = ""
    linked: bool = False
    warnings: list[str] = field(default_factory=list)


def recognises(document: Document) -> int:
    """How sure this reader is: very, of a title link over a rule; a little, of any HTML or text."""
    if document.binary:
        return 0
    prologue = read_prologue(document.text[:8192])
    if prologue.linked:
        return 90 if prologue.archived or prologue.published else 80
    if prologue.archived or _ELEMENT.search(document.text[:4096]):
        return 40
    return 10 if document.text.strip() else 0


def read_prologue(text: str) -> Prologue:
    """Take the parts above the body off ``text``, in whatever order and number they come."""
    prologue = Prologue()
    rest = text.lstrip("\ufeff\n\t ")
    prologue.front = split(rest)
    if prologue.front is not None:
        rest = prologue.front.body.lstrip()
    match = _COMMENT.match(rest)
    if match:
        prologue.archived = _saved(match["time"], prologue.warnings)
        rest = rest[match.end() :]
    rest = _title(rest, prologue)
    match = _RULE.match(rest)
    if match and (prologue.linked or prologue.title):
        rest = rest[match.end() :].lstrip("\n")
    match = _DATE_LINE.match(rest)
    if match:
        prologue.published = parse(match["date"])
        if prologue.published is None:
            prologue.warnings.append(f"the date “{match['date'].strip()}” cannot be read")
        rest = rest[match.end() :]
    prologue.body = rest.lstrip("\n")
    return prologue


def _title(rest: str, prologue: Prologue) -> str:
    """Take the title's line: a link, split at its last ``](``, or words over a rule."""
    line = rest.partition("\n")[0]
    link = _title_link(line)
    after = rest[len(line) + 1 :]
    ruled = _RULE.match(after.lstrip("\n"))
    if link and (ruled or not (_ELEMENT.search(line) or "](" in link[0])):  # not badges, two links
        prologue.linked = True
        prologue.title = html.unescape(link[0]).strip()
        prologue.url = _address(link[1])
        return after.lstrip("\n")
    match = _TITLE_LINE.match(rest)
    if match and not match["title"].startswith(("---", "===")):
        prologue.title = html.unescape(match["title"].strip().removeprefix("# "))
        prologue.warnings.append(
            "the title line holds no link, so the article's address is unknown"
        )
        return rest[match.end() :].lstrip("\n")
    return rest


def _title_link(line: str) -> tuple[str, str] | None:
    """The two parts of ``[title](url)``, where ``line`` is that and nothing else."""
    line = line.rstrip()
    place = line.rfind("](")
    if not line.startswith("[") or not line.endswith(")") or place < 0:
        return None
    return line[1:place], line[place + 2 : -1]


def _address(text: str) -> str:
    """A link's destination: ``<…>`` and a title after it are Markdown's, not the address's."""
    text = html.unescape(text.strip())
    match = re.match(r"^<(.*)>$", text) or re.match(r'^(\S+)\s+"[^"]*"$', text)
    return resolve(match[1] if match else text)


def _saved(text: str, warnings: list[str]) -> datetime | None:
    if not text.isdigit():
        warnings.append(f"the saving time is {text}, which is none")
        return None
    number = int(text)
    seconds = number / 1000 if number >= _EPOCH_MS else number
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        warnings.append(f"the saving time {number} is out of range")
        return None


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The one article of an archived file.

    Raises :class:`~converters.errors.UnreadableSource` where nothing but white space is left.
    """
    prologue = read_prologue(document.text)
    yield assemble(
        document,
        options,
        Head(
            reader=NAME,
            title=prologue.title,
            url=prologue.url,
            published=prologue.published,
            archived=prologue.archived,
            facts=facts(prologue.front) if prologue.front else Facts(),
            warnings=prologue.warnings,
        ),
        prologue.body,
    )
