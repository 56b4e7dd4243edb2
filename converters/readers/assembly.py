"""From a head and a body to an article: what the readers of archives and posts have in common.

Each thing is taken from the surest place that says it: the head of the archive form, front
matter, the lines that open the body, what the markup says for machines, the name of the file
(IN-2 to IN-5).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from converters.addresses import resolve, site_of
from converters.article import (
    Article,
    Field,
    Heading,
    Image,
    Paragraph,
    Provenance,
    clean,
    plain_text,
    query,
)
from converters.errors import UnreadableSource
from converters.languages import detect, direction, normalise_tag
from converters.readers import ReadOptions
from converters.readers.bylines import Byline, take_bylines
from converters.readers.dates import Moment, parse
from converters.readers.finish import lead_picture, placed, squeezed, without_own_language
from converters.readers.frontmatter import Facts
from converters.readers.markup import Body, read_html
from converters.readers.metadata import Metadata, read_metadata, same_words, without_site
from converters.readers.pieces import Findings, Piece
from converters.readers.shortcodes import expand
from converters.readers.soup import parse as parse_html
from converters.readers.surroundings import Surroundings, take_surroundings
from converters.source import Document

__all__ = ["Head", "assemble", "is_html"]

_BLANKS = re.compile(r"[ \t\n\r\f]+")
# "2014-02-05-title.md": https://jekyllrb.com/docs/posts/
_DATED_NAME = re.compile(r"(?P<date>(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?:[-_ ]+(?P<title>.+))?")
_HTML_SIGN = re.compile(
    r"</?(?:p|div|br|section|article|table|header|h[1-6]|ul|ol|figure|center|font|body)\b[^<>]*>",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<(?:!doctype|/?[a-z][a-z0-9-]*)(?:[\s/>]|$)", re.IGNORECASE)
_MARKDOWN_LINE = re.compile(
    r"^(?:#{1,6}[ \t]+\S|(?:[-*+]|\d{1,3}[.)])[ \t]+\S|>[ \t]?\S|```|~~~)", re.MULTILINE
)
_MARKDOWN_MARK = re.compile(
    r"!?\[[^\]\n]{1,300}\]\([^)\s]{1,500}\)|\*\*[^*\s][^*\n]{0,200}\*\*|`[^`\n]{1,200}`"
)
_MARKDOWN_MARKS = ("](", "**", "`")  # one of these is in each
_LOOKED_AT = 20_000  # characters
_STANDFIRST = 200  # characters that may stand between a title and its repetition


@dataclass(slots=True)
class Head:
    """What stands above a body; ``facts`` is its front matter.

    ``generated`` says that a site generator makes a page of the body, so that its tags may stand
    in it.
    """

    reader: str
    title: str = ""
    url: str = ""
    published: Moment | None = None
    archived: datetime | None = None
    facts: Facts = field(default_factory=Facts)
    warnings: list[str] = field(default_factory=list)
    generated: bool = False


def assemble(document: Document, options: ReadOptions, head: Head, text: str) -> Article:
    """The article of ``head`` and the body ``text``, HTML or Markdown.

    Raises :class:`~converters.errors.UnreadableSource` where nothing but white space is left.
    """
    return _Assembly(document, options, head, text).article()


def is_html(text: str) -> bool:
    """Whether a body is HTML rather than Markdown, in which HTML may stand too."""
    sample = text[:_LOOKED_AT]
    if not _ELEMENT.search(sample):
        return False
    marks = len(_MARKDOWN_LINE.findall(sample))
    if any(mark in sample for mark in _MARKDOWN_MARKS):
        marks += len(_MARKDOWN_MARK.findall(sample))
    return not marks or len(_HTML_SIGN.findall(sample)) >= marks


class _Assembly:
    """Putting one article together."""

    def __init__(self, document: Document, options: ReadOptions, head: Head, text: str) -> None:
        self.document = document
        self.options = options
        self.head = head
        self.facts = head.facts
        self.text = text
        self.byline = Byline()
        self.url = head.url or self.facts.url or document.url
        self.title = head.title or self.facts.title
        self.file = _DATED_NAME.fullmatch(PurePath(document.name).stem)
        self.said = Metadata()
        self.around = Surroundings()

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
        if language in body.languages or direction(language) in body.directions:
            blocks = without_own_language(blocks, language)
        saved = self.facts.archived
        archived = self.head.archived or (saved.when if saved else None)
        published = placed(self._published(), archived, self.url, language, findings)
        updated = (
            self.facts.updated or self.byline.updated or self.around.updated or self.said.updated
        )
        updated_at = placed(updated, archived, self.url, language, findings)
        if updated_at and published and updated_at <= published:
            updated_at = None  # nothing has been changed since
        authors = self._authors()
        return Article(
            title=clean(_BLANKS.sub(" ", title)),
            url=self.url,
            site=clean(self.facts.site) or site_of(self.url),
            authors=tuple(filter(None, map(clean, authors))),
            published=published,
            updated=updated_at,
            archived=archived,
            language=language,
            direction=direction(language),
            summary=clean(self.facts.summary),
            tags=tuple(map(clean, dict.fromkeys(self.facts.tags + findings.tags))),
            image=resolve(self.facts.image, self.url) or lead_picture(blocks),
            body=blocks,
            provenance=Provenance(
                reader=self.head.reader,
                source=self.document.name,
                encoding=self.document.decoded.encoding,
                metadata=tuple(self.facts.others),
                dropped=findings.dropped(),
                changes=tuple(findings.changes),
                warnings=(
                    *self.document.decoded.warnings,
                    *self.head.warnings,
                    *self.facts.warnings,
                    *findings.warnings,
                ),
            ),
        )

    def _body(self) -> Body:
        markup = is_html(self.text)
        text = self.text
        gone: list[str] = []
        if self.head.generated:
            text, gone = expand(text, markup=markup)
        if not text.strip() or markup:
            body = self._html_body(text)
        else:
            from converters.readers.markdown import read_markdown

            body = read_markdown(
                text,
                self.document.name,
                base=self.url,
                headings=self.options.headings,
                before=self._take_head,
            )
        for tag in gone:
            body.findings.drop("template tag", "has no meaning outside its site", tag)
        return body

    def _html_body(self, text: str) -> Body:
        parsed = parse_html(text)
        if "itemprop" in text or "<time" in text or "ld+json" in text or "<meta" in text:
            self.said = read_metadata(parsed.soup, url=self.url)
        if self.title and parsed.names & {"h1", "h2"}:
            shown = [tag.get_text(" ") for tag in parsed.soup.find_all(["h1", "h2"], limit=5)]
            self.title = without_site(self.title, shown) or self.title
        self.around = take_surroundings(parsed.soup, url=self.url)
        body = read_html(
            parsed, base=self.url, headings=self.options.headings, before=self._take_head
        )
        self.around.report(body.findings)
        self.facts.others.extend(Field("byline", line) for line in self.around.lines)
        self.facts.others.extend(Field("byline", line) for line in self.byline.lines)
        return body

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
        match = re.search(r"<title[^>]*>([^<]{1,400})", self.text, re.IGNORECASE)
        if match and match[1].strip():
            return " ".join(html.unescape(match[1]).split())
        name = PurePath(self.document.name).stem
        if self.file and self.file["title"]:
            return self.file["title"].replace("-", " ").strip()
        return "" if name in ("", "-") else name

    def _language(self, body: Body, title: str, words: str) -> str:
        named = normalise_tag(self.options.language)
        if named:
            return named
        hint = body.language or self.said.language or None
        return self.facts.language or detect(f"{title}\n{words}", hint) or body.language

    def _published(self) -> Moment | None:
        """When: the head's line, front matter, the body's own line, its markup, the file's name."""
        return (
            self.head.published
            or self.facts.published
            or self.byline.published
            or self.around.published
            or self.said.published
            or (parse(self.file["date"]) if self.file else None)
        )

    def _authors(self) -> list[str]:
        """Who wrote it. Where front matter names only the site, the body knows better."""
        named = self.facts.authors
        found = self.byline.authors or self.around.authors or self.said.authors
        host = site_of(self.url)
        sites = {same_words(part) for part in (host, host.rpartition(".")[0], self.facts.site)}
        sites |= {same_words(part) for part in host.split(".")[:-1]}
        if named and found and all(same_words(name) in sites for name in named):
            self.facts.others.append(Field("author", ", ".join(named)))
            return found
        return named or found


def _without_title(pieces: list[Piece], title: str, findings: Findings) -> list[Piece]:
    """Drop the heading or line at the top that only repeats the title (IN-2).

    Where nothing else is there, it is the text.
    """
    if len(pieces) == 1:
        return pieces
    own = same_words(title) or squeezed(title)
    passed = False  # whether words stand above: then only a heading can be the title again
    for index, piece in enumerate(pieces[:6]):
        if isinstance(piece.block, Heading | Paragraph):
            same = (same_words(piece.text) or squeezed(piece.text)) == own
            if same and (isinstance(piece.block, Heading) or not passed):
                findings.drop("title", "repeats the title", piece.text)
                return pieces[:index] + pieces[index + 1 :]
            if isinstance(piece.block, Paragraph):
                passed = True
                if len(piece.text) > _STANDFIRST:
                    break
    return pieces
