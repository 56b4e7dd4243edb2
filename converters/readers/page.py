"""The page reader: a whole web page as a browser saved it, of any site and language.

:mod:`~converters.readers.mainbody` finds the article in it, :mod:`~converters.readers.metadata`
what the page says of itself, :mod:`~converters.readers.saved` what the program that saved it
adds; :mod:`~converters.readers.markup` reads the rest of the tree as any other HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from converters.addresses import resolve, site_of
from converters.article import (
    Article,
    Field,
    Heading,
    Image,
    Paragraph,
    Provenance,
    Text,
    clean,
    plain_text,
    query,
)
from converters.errors import UnreadableSource, UnsafeSource
from converters.languages import detect, direction, normalise_tag
from converters.readers import ReadOptions
from converters.readers.bylines import Byline, split_names, take_bylines
from converters.readers.dates import find
from converters.readers.finish import lead_picture, placed
from converters.readers.jsonld import Graph, texts
from converters.readers.mainbody import find_main_body
from converters.readers.markup import Body, read_html
from converters.readers.metadata import Metadata, read_metadata, same_words
from converters.readers.pieces import Findings, Piece, Sign
from converters.readers.saved import Saved, read_saved
from converters.readers.soup import Parsed, parse
from converters.readers.textblocks import key_of
from converters.source import Document

__all__ = ["NAME", "read", "recognises"]

NAME = "page"

_SURE = 60  # more than the archive reader is of any HTML, less than it is of its own form
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|base)\b", re.IGNORECASE)
_LOOKED_AT = 20_000  # characters
_MAX_TAGS = 300_000  # start and end tags: some 4 s and 400 MB
_MAX_TEXT = 30_000_000  # characters
_LEAST = 60  # letters of a page that is all text: fewer are a message, such as to log in
_LITTLE = 140  # letters: a page with less is told
_TITLE_LOOK = 8  # pieces from the top
_DATE_LINE = 100  # characters: a longer paragraph is the text
_BARE_DATE = 16  # letters and digits: a date and a time
_WRITER = re.compile(r"(?:作者|撰文|撰稿|记者|記者)\s*[:：]\s*(?P<names>[^\s|｜:：]{2,30})")
_LONG_HEADING = 80
_STOPS = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")


def recognises(document: Document) -> int:
    """How sure this reader is: quite, of a document that begins as a whole page does."""
    if document.binary:
        return 0
    return _SURE if _begins_as_page(document.text[:_LOOKED_AT]) else 0


def _begins_as_page(text: str) -> bool:
    """Whether the first thing after comments and an XML declaration is a page's."""
    place = 0
    text = text.lstrip("\ufeff\0")
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if text.startswith("<!--", place):
            end = text.find("-->", place + 4)
            mark = 3
        elif text.startswith("<?", place):
            end = text.find(">", place)
            mark = 1
        else:
            return bool(_PAGE.match(text, place))
        if end < 0:
            return False
        place = end + mark


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The one article of a page.

    Raises :class:`~converters.errors.UnreadableSource` where the page holds no article, and
    :class:`~converters.errors.UnsafeSource` where it is too large to be read in bounded memory.
    """
    text = document.text
    if text.count("<") > _MAX_TAGS or len(text) > _MAX_TEXT:
        raise UnsafeSource(
            document.name,
            f"is too large for a page ({text.count('<'):,} tags, {len(text):,} characters; at most "
            f"{_MAX_TAGS:,} and {_MAX_TEXT:,}); split it, or save the article's part of it only",
        )
    yield _Reading(document, options).article()


class _Reading:
    """Putting the article of one page together."""

    def __init__(self, document: Document, options: ReadOptions) -> None:
        self.document = document
        self.options = options
        self.byline = Byline()
        self.saved: Saved = read_saved(document.text)
        self.said = Metadata()
        self.findings = Findings()
        self.lines: list[str] = []  # of bylines that left the body
        self.whole = False  # what was found is the page

    def article(self) -> Article:
        """The article."""
        parsed = parse(self.saved.html)
        base = self.document.url or self.saved.url
        self.said = said = read_metadata(parsed.soup, url=base)
        base = _base(parsed, base or said.url)
        shown = [tag.get_text(" ") for tag in parsed.soup.find_all("h1", limit=5)]
        scripts = _scripts(parsed) if "application/ld+json" in self.saved.html else []
        main = find_main_body(parsed, self.saved.html, (said.title, *shown), self.findings, base)
        if main.linked > main.letters / 2:
            self.findings.warnings.append(
                "most of the text is links: the page may be a list of articles, not one"
            )
        if main.letters == 0:
            stated = _stated_body(scripts)
            if stated:
                parsed = parse(stated)
                self.findings.warnings.append(
                    "the markup holds no article; its text was taken from the page's JSON-LD"
                )
        self._read_head(main.head)
        # A page made by hand may be short; one with scripts, or with more around, lacks something.
        self.whole = 2 * main.letters > main.total and parsed.soup.find("script") is None
        body = read_html(parsed, base=base, headings=self.options.headings, before=self._take_head)
        return self._assemble(body)

    def _assemble(self, body: Body) -> Article:
        said = self.said
        words = plain_text(body.blocks)
        self._check(body, words)
        title = said.title or body.title or PurePath(self.document.name).stem
        language = self._language(body, title, words)
        archived = self.document.archived or self.saved.archived
        published = said.published or self.byline.published
        updated = said.updated or self.byline.updated
        url = said.url or self.saved.url or self.document.url
        findings = self.findings
        lines = (*self.lines, *self.byline.lines)
        return Article(
            title=clean(title),
            url=url,
            site=clean(said.site) or site_of(url),
            authors=tuple(filter(None, map(clean, said.authors or self.byline.authors))),
            published=placed(published, archived, said.url, language, findings),
            updated=placed(updated, archived, said.url, language, findings),
            archived=archived,
            language=language,
            direction=direction(language),
            summary=clean(said.summary),
            tags=tuple(map(clean, dict.fromkeys([*said.tags, *body.findings.tags]))),
            image=said.image or lead_picture(body.blocks),
            body=body.blocks,
            provenance=Provenance(
                reader=NAME,
                source=self.document.name,
                encoding=self.document.decoded.encoding,
                metadata=tuple(
                    Field(name, value)
                    for name, value in (*said.others, *(("byline", line) for line in lines))
                ),
                dropped=(*findings.dropped(), *body.findings.dropped()),
                changes=(*body.findings.changes, *findings.changes),
                warnings=(
                    *self.document.decoded.warnings,
                    *findings.warnings,
                    *body.findings.warnings,
                ),
            ),
        )

    def _check(self, body: Body, words: str) -> None:
        """Refuse a page without an article; tell of one with little."""
        letters = sum(map(str.isalnum, words))
        if letters == 0 and next(query(body.blocks, Image), None) is None:
            raise UnreadableSource(
                self.document.name,
                "holds no article: it may be a log-in, a list of links, or a page that only "
                "scripts fill; save it from a browser after it has loaded",
            )
        if letters < (_LEAST if self.whole else _LITTLE):
            self.findings.warnings.append(
                "little text was found: the page may be a list of links, a log-in, or filled by "
                "scripts after it was saved"
            )

    def _take_head(self, pieces: list[Piece], findings: Findings) -> list[Piece]:
        """Take the repeated title and the byline off the top of the body."""
        title = same_words(self.said.title)
        for index, piece in enumerate(pieces[:_TITLE_LOOK]):
            if (
                title
                and len(pieces) > 1
                and isinstance(piece.block, Heading | Paragraph)
                and same_words(piece.text) == title
            ):
                findings.drop("title", "repeats the title", piece.text)
                pieces = pieces[:index] + pieces[index + 1 :]
                break
        pieces = take_bylines(pieces, self.byline, findings)
        return self._without_dates([*map(_without_rank, pieces[:2]), *pieces[2:]], findings)

    def _read_head(self, lines: Iterable[str]) -> None:
        """Read who wrote it, and when, in the lines about the title that left the body (IN-4)."""
        for line in lines:
            take_bylines([Piece(Paragraph((Text(line),)))], self.byline, Findings())
            if self._is_dated(line):
                self._note_byline(line)

    def _is_dated(self, line: str) -> bool:
        """Whether a line has the date that the page states (IN-4)."""
        stated = [m.when.date() for m in (self.said.published, self.said.updated) if m]
        moment = find(line) if stated else None
        return moment is not None and any(
            abs((moment.when.date() - day).days) <= 1 for day in stated
        )

    def _without_dates(self, pieces: list[Piece], findings: Findings) -> list[Piece]:
        """Take lines above the text that say no more than the date that the page states (IN-4)."""
        out: list[Piece] = []
        for index, piece in enumerate(pieces):
            text = piece.text
            if isinstance(piece.block, Paragraph) and len(text) > _DATE_LINE:
                return out + pieces[index:]
            shown = piece.signs & (Sign.FIGURE | Sign.CAPTION)  # a caption may name a day
            line = isinstance(piece.block, Paragraph) and not (shown or text.endswith(_STOPS))
            if line and self._is_dated(text):
                findings.drop("byline", "stands in the metadata", text)
                self._note_byline(text)
            else:
                out.append(piece)
        return out

    def _note_byline(self, text: str) -> None:
        """Keep what a date's line says besides: who wrote it, and the rest as it stands."""
        match = _WRITER.search(text)
        if match:
            self.byline.authors += split_names(match["names"])
        if len(key_of(text)) > _BARE_DATE:
            self.lines.append(" ".join(text.split()))

    def _language(self, body: Body, title: str, words: str) -> str:
        named = normalise_tag(self.options.language)
        if named:
            return named
        hint = self.said.language or body.language
        return detect(f"{title}\n{words}", hint or None) or hint


def _without_rank(piece: Piece) -> Piece:
    """A lead that stands as a heading is a paragraph: headings are no sentences."""
    block = piece.block
    text = piece.text.rstrip()
    if isinstance(block, Heading) and len(text) > _LONG_HEADING and text.endswith(_STOPS):
        piece.block = Paragraph(block.content)
    return piece


def _base(parsed: Parsed, url: str) -> str:
    """What relative addresses are resolved against: ``base`` if the page has one."""
    head = parsed.soup.head
    tag = head.find("base", href=True) if head is not None else None
    return resolve(str(tag["href"]), url) if tag is not None else url


def _scripts(parsed: Parsed) -> list[str]:
    found = parsed.soup.find_all("script", type="application/ld+json", limit=20)
    return [tag.string or "" for tag in found]


def _stated_body(scripts: list[str]) -> str:
    """The text that JSON-LD gives an article, as HTML."""
    import html

    for subject in Graph(scripts).subjects():
        for text in texts(subject.get("articleBody")):
            if "</p>" in text:
                return text
            lines = filter(None, map(str.strip, text.splitlines()))
            return "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return ""
