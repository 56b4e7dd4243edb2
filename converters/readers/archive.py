"""The archive reader: a title link, a rule, and an HTML body.

::

    <!--1698460743000-->                        when it was saved (milliseconds since 1970), or not
    [title](https://example.org/article)        the title may hold brackets, pipes and entities
    ------
    日期：Sat, 28 Oct 2023 02:04:53 GMT          when it was published, or not

    <p>…</p>                                    HTML, or Markdown

Front matter, a byte order mark and blank lines may stand anywhere above the body, and every part
may be missing: a whole HTML page or a bare fragment reads too, with what it says of itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from converters.addresses import resolve, site_of
from converters.article import (
    Article,
    Block,
    Figure,
    Heading,
    Image,
    Paragraph,
    Provenance,
    Span,
    clean,
    plain_text,
    query,
    walk,
)
from converters.errors import UnreadableSource
from converters.languages import detect, direction, normalise_tag
from converters.readers import ReadOptions
from converters.readers.bylines import Byline, split_names, take_bylines
from converters.readers.dates import Moment, find, home_zones, parse, within
from converters.readers.markup import Body, read_html
from converters.readers.pieces import Findings, Piece
from converters.source import Document

__all__ = ["NAME", "Prologue", "read", "read_prologue", "recognises"]

NAME = "archive"

_COMMENT = re.compile(r"<!--\s*(\d{9,14})\s*-->\s*")
_RULE = re.compile(
    r"[ \t]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}[ \t]*)(?:\n|$)"
)
_DATE_LINE = re.compile(
    r"(?:日期|时间|時間|Date|Published)\s*[:：]\s*(?P<date>[^\n<]{4,80})(?:\n|$)"
)
_TITLE_LINE = re.compile(r"(?P<title>[^\n<>]{1,300})\n[ \t]*(?:-{3,}|={3,})[ \t]*\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_ELEMENT = re.compile(r"<(?:!doctype|/?[a-z][a-z0-9-]*)(?:[\s/>]|$)", re.IGNORECASE)
_MAX_FRONT_MATTER = 64 * 1024  # characters
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_EPOCH_MS = 100_000_000_000  # from here on a count of seconds would lie after the year 5000
_STANDING_PICTURE = (200, 100)  # pixels: a lead picture is larger (IN-6)


@dataclass(slots=True)
class Prologue:
    """What stands above the body."""

    title: str = ""
    url: str = ""
    archived: datetime | None = None
    published: Moment | None = None
    fields: dict[str, Any] = field(default_factory=dict)
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
    match = _FRONT_MATTER.match(rest)
    if match and len(match["yaml"]) <= _MAX_FRONT_MATTER:
        prologue.fields = _front_matter(match["yaml"], prologue.warnings)
        rest = rest[match.end() :].lstrip()
    match = _COMMENT.match(rest)
    if match:
        prologue.archived = _epoch(int(match[1]), prologue.warnings)
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
    if link and (not _ELEMENT.search(line) or _RULE.match(after.lstrip("\n"))):
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


def _epoch(number: int, warnings: list[str]) -> datetime | None:
    seconds = number / 1000 if number >= _EPOCH_MS else number
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        warnings.append(f"the saving time {number} is out of range")
        return None


def _front_matter(text: str, warnings: list[str]) -> dict[str, Any]:
    """The fields of YAML front matter; none, and a warning, where it cannot be read safely."""
    from converters.readers.frontmatter import load

    try:
        return load(text)
    except ValueError as error:
        warnings.append(f"the front matter cannot be read: {error}")
        return {}


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The one article of an archived file.

    Raises :class:`~converters.errors.UnreadableSource` where nothing but white space is left.
    """
    prologue = read_prologue(document.text)
    yield _Reading(document, options, prologue).article()


class _Reading:
    """Putting one article together."""

    def __init__(self, document: Document, options: ReadOptions, prologue: Prologue) -> None:
        self.document = document
        self.options = options
        self.prologue = prologue
        self.byline = Byline()
        self.url = prologue.url or self._field("from", "source", "url", "link") or document.url
        self.title = prologue.title or self._field("title")

    def article(self) -> Article:
        """The article."""
        body = self._body()
        findings = body.findings
        title = self._find_title(body)
        words = plain_text(body.blocks)
        if not words.strip() and next(query(body.blocks, Image), None) is None:
            if not self.title:
                raise UnreadableSource(
                    self.document.name, "holds no article: there is no text in it"
                )
            findings.warnings.append("there is nothing below the title")
        language = self._language(body, title, words)
        blocks = body.blocks
        if language in body.languages:
            blocks = _without_own_language(blocks, language)
        published = self._published(language, findings)
        return Article(
            title=clean(_BLANKS.sub(" ", title)),
            url=self.url,
            site=site_of(self.url),
            authors=tuple(map(clean, self._authors())),
            published=published,
            updated=self.byline.updated,
            archived=self.prologue.archived,
            language=language,
            direction=direction(language),
            summary=clean(self._field("description", "summary", "excerpt")),
            tags=tuple(map(clean, self._tags(findings))),
            image=_lead(blocks),
            body=blocks,
            provenance=Provenance(
                reader=NAME,
                source=self.document.name,
                encoding=self.document.decoded.encoding,
                dropped=findings.dropped(),
                changes=tuple(findings.changes),
                warnings=(
                    *self.document.decoded.warnings,
                    *self.prologue.warnings,
                    *findings.warnings,
                ),
            ),
        )

    def _body(self) -> Body:
        text = self.prologue.body
        if text.strip() and not _ELEMENT.search(text):
            from converters.readers.markdown import to_html

            text = to_html(text, self.document.name)
        return read_html(
            text, base=self.url, headings=self.options.headings, before=self._take_head
        )

    def _take_head(self, pieces: list[Piece], findings: Findings) -> list[Piece]:
        """Take the repeated title and the byline off the top of the body."""
        if self.title:
            pieces = _without_title(pieces, self.title, findings)
        return take_bylines(pieces, self.byline, findings)

    def _find_title(self, body: Body) -> str:
        if self.title:
            return self.title
        if body.title:
            return body.title
        match = re.search(r"<title[^>]*>([^<]{1,400})", self.prologue.body, re.IGNORECASE)
        if match and match[1].strip():
            return " ".join(html.unescape(match[1]).split())
        name = PurePath(self.document.name).stem
        return "" if name in ("", "-") else name

    def _language(self, body: Body, title: str, words: str) -> str:
        named = self.options.language or self._field("lang", "language")
        hint = normalise_tag(named) or ""
        if self.options.language and hint:
            return hint
        return hint or detect(f"{title}\n{words}", body.language or None) or body.language

    def _published(self, language: str, findings: Findings) -> datetime | None:
        """The publication date: the date line, front matter, then the body's own line."""
        moment = self.prologue.published or self._field_date() or self.byline.published
        if moment is None:
            return None
        placed = within(moment, self.prologue.archived, home_zones(site_of(self.url), language))
        if not placed.zone_known and placed.time_known:
            zone = placed.when.strftime("UTC%z") if placed.when.utcoffset() else "UTC"
            findings.change("date without a time zone", "local time", f"taken as {zone}")
        return placed.when

    def _field_date(self) -> Moment | None:
        value = self.prologue.fields.get("date") or self.prologue.fields.get("published")
        if isinstance(value, datetime):
            return Moment(value if value.tzinfo else value.replace(tzinfo=UTC), bool(value.tzinfo))
        return find(str(value)) if value else None

    def _authors(self) -> list[str]:
        value = self.prologue.fields.get("author") or self.prologue.fields.get("authors")
        if isinstance(value, list):
            return [str(name) for name in value if name]
        return split_names(str(value)) if value else self.byline.authors

    def _tags(self, findings: Findings) -> list[str]:
        value = self.prologue.fields.get("tags") or ""
        named = value if isinstance(value, list) else str(value).replace(",", " ").split()
        return list(dict.fromkeys([str(tag) for tag in named if tag] + findings.tags))

    def _field(self, *names: str) -> str:
        for name in names:
            value = self.prologue.fields.get(name)
            if isinstance(value, str | int | float) and str(value).strip():
                return str(value).strip()
        return ""


def _without_title(pieces: list[Piece], title: str, findings: Findings) -> list[Piece]:
    """Drop the heading or line at the top that only repeats the title (IN-2).

    Where nothing else is there, it is the text.
    """
    if len(pieces) == 1:
        return pieces
    for index, piece in enumerate(pieces[:4]):
        if isinstance(piece.block, Heading | Paragraph):
            same = _squeezed(piece.text) == _squeezed(title)
            if same:
                findings.drop("title", "repeats the title", piece.text)
                return pieces[:index] + pieces[index + 1 :]
            if not isinstance(piece.block, Heading):
                break
    return pieces


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _without_own_language(blocks: tuple[Block, ...], language: str) -> tuple[Block, ...]:
    """``blocks`` without spans that only name the article's own language again."""

    def rewrite(node: Any) -> Any:
        if isinstance(node, Span) and node.language == language:
            bare = replace(node, language="")
            named = bare.direction or bare.title or bare.mark or bare.identifier
            return bare if named else bare.content
        return node

    return walk(blocks, rewrite)


def _lead(blocks: tuple[Block, ...]) -> str:
    """The address of the first picture that informs: not known to be small (IN-6)."""
    for figure in query(blocks, Figure):
        for image in figure.images:
            wide = image.width is None or image.width > _STANDING_PICTURE[0]
            high = image.height is None or image.height > _STANDING_PICTURE[1]
            if wide and high and not image.url.startswith("data:"):
                return image.url
    return ""
