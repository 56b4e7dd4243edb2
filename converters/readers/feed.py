"""The feed reader: RSS 0.9 to 2.0, Atom and JSON Feed; each entry is an article.

The whole text of an entry is its article where the feed has it (``content:encoded``, Atom's
``content``, ``content_html``), else its summary. With ``full`` the page of an entry that seems to
be only summarised is fetched and read; where that fails the summary stays, with a warning.
Sound and video that go with an entry become titled links, pictures beside the text its figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from converters.addresses import LINK_SCHEMES, clean_link, resolve, site_of
from converters.article import (
    Article,
    Block,
    Change,
    Embed,
    Field,
    Figure,
    Image,
    Provenance,
    Text,
    clean,
    plain_text,
    query,
    trimmed,
)
from converters.errors import ConversionError, UnreadableSource
from converters.fetch import FetchPolicy
from converters.languages import detect, direction, normalise_tag
from converters.proxies import original_picture
from converters.readers import READERS, ReadOptions, read_document
from converters.readers._feed_entries import (
    Enclosure,
    Entry,
    Feed,
    looks_like_json_feed,
    read_json,
    read_xml,
)
from converters.readers.dates import home_zones, parse, within
from converters.readers.finish import lead_picture
from converters.readers.markup import Body, read_html
from converters.source import Document, Source

__all__ = ["NAME", "read", "recognises"]

NAME = "feed"

_SURE = 95
# What may stand above the root element: declarations, comments, instructions.
_PROLOGUE = re.compile(
    r"\s*(?:<\?.{0,2000}?\?>|<!--.{0,4000}?-->|<!DOCTYPE[^>\[]{0,400}(?:\[[^\]]{0,8000}\]\s*)?>)",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(
    r"\s*<(?:[A-Za-z][\w.-]*:)?(rss|feed|rdf|channel)(?=[\s>/])([^>]*)", re.IGNORECASE
)
# How texts end that go on elsewhere.
_CUT = re.compile(
    r"(?:…|\.\.\.|(?:continue reading|read more|read the rest|weiterlesen|lire la suite"
    r"|seguir leyendo|阅读全文|阅读更多|閱讀全文|閱讀更多|查看全文|続きを読む)[^\n]{0,80})"
    r"[\s\])）.…→»]{0,20}\Z",
    re.IGNORECASE,
)
_TAIL = 200  # characters at the end of a text that are looked at
_SHORT = 1500  # characters: a summary alone that is longer is the text
_LONGEST_TITLE = 80


def recognises(document: Document) -> int:
    """Certain of a document whose root element is a feed's, or that calls itself a JSON Feed."""
    if document.binary:
        return 0
    text = document.text
    start = text[:16384].lstrip("\ufeff")
    if looks_like_json_feed(text):
        return _SURE
    while match := _PROLOGUE.match(start):
        start = start[match.end() :]
    root = _ROOT.match(start)
    if root is None:
        return 0
    if root[1].lower() == "rdf":  # RDF says many things; RSS 0.90 and 1.0 are one of them
        return _SURE if "rss" in start or "netscape.com" in start else 0
    return _SURE


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The articles of a feed, in its order.

    Raises :class:`~converters.errors.UnreadableSource` where nothing of it can be had.
    """
    if looks_like_json_feed(document.text):
        feed = read_json(document.text, document.name)
    else:
        feed = read_xml(document.text, document.url)
    if not feed.entries:
        reason = (
            f"its XML is broken ({feed.broken})" if feed.broken else "is a feed without entries"
        )
        raise UnreadableSource(document.name, reason)
    count = 0
    for entry in feed.entries:
        article = _Reading(document, options, feed, entry).article()
        if article is not None:
            count += 1
            yield article
    if not count:
        raise UnreadableSource(document.name, "is a feed whose entries are empty")


class _Reading:
    """The reading of one entry."""

    def __init__(self, document: Document, options: ReadOptions, feed: Feed, entry: Entry) -> None:
        self.document = document
        self.options = options
        self.feed = feed
        self.entry = entry
        self.home = resolve(feed.url, document.url)
        # Where nothing says otherwise, feedparser takes the feed's own address; but what an entry
        # shows is written for the entry's page.
        named = entry.base if entry.base != document.url else ""
        self.url = clean_link(resolve(entry.url, named or self.home))
        self.base = named or self.url or self.home

    def article(self) -> Article | None:
        """The article; ``None`` where the entry is empty."""
        entry = self.entry
        body = self._body(entry.content or entry.summary)
        words = plain_text(body.blocks)
        page = self._page(words) if self.options.full else None
        if isinstance(page, Article):
            return self._merged(page)
        if isinstance(page, str):
            body.findings.warnings.append(page)
        blocks = self._with_enclosures(body.blocks)
        title, named = self._title(words)
        if not blocks and not title:
            return None
        hint = body.language or entry.language or self.feed.language
        language = normalise_tag(self.options.language) or detect(f"{title}\n{words}", hint) or ""
        changes = list(body.findings.changes)
        if named:
            changes.append(Change("title", "", title))
        warnings = [*self.document.decoded.warnings, *body.findings.warnings]
        if self.feed.broken:
            reason = f"the feed's XML is broken ({self.feed.broken}); what could be read was"
            warnings.insert(0, reason)
        return Article(
            title=title,
            url=self.url,
            site=clean(self.feed.title) or site_of(self.url),
            authors=tuple(map(clean, entry.authors)),
            published=self._date(entry.published or entry.updated, language),
            updated=self._date(entry.updated if entry.published else "", language),
            archived=None,
            language=language,
            direction=direction(language),
            summary=self._summary(words),
            tags=tuple(map(clean, dict.fromkeys([*entry.tags, *body.findings.tags]))),
            image=lead_picture(blocks),
            body=blocks,
            provenance=Provenance(
                reader=NAME,
                source=self.document.name,
                encoding=self.document.decoded.encoding,
                dropped=body.findings.dropped(),
                changes=tuple(changes),
                warnings=tuple(warnings),
                metadata=self._metadata(),
            ),
        )

    def _body(self, markup: str) -> Body:
        return read_html(markup, base=self.base, headings=self.options.headings)

    def _title(self, words: str) -> tuple[str, bool]:
        """The title, and whether it was made from the first words: notes often have none."""
        if self.entry.title:
            return clean(self.entry.title), False
        line = next((each.strip() for each in words.splitlines() if each.strip()), "")
        if len(line) > _LONGEST_TITLE:
            line = line[:_LONGEST_TITLE].rpartition(" ")[0] or line[:_LONGEST_TITLE]
            line += "…"
        return line, bool(line)

    def _summary(self, words: str) -> str:
        """The summary, where it is not the text or its beginning."""
        if not (self.entry.content and self.entry.summary):
            return ""
        summary = " ".join(plain_text(self._body(self.entry.summary).blocks).split())
        start = (summary[:-_TAIL] + _CUT.sub("", summary[-_TAIL:])).strip(" [(（")
        return "" if not start or start in " ".join(words.split()) else summary

    def _date(self, text: str, language: str) -> datetime | None:
        moment = parse(text) if text else None
        if moment is None:
            return None
        return within(moment, None, home_zones(site_of(self.url), language)).when

    def _metadata(self) -> tuple[Field, ...]:
        identifier = self.entry.identifier
        return (Field("id", identifier),) if identifier and identifier != self.entry.url else ()

    # --- What goes with the text -----------------------------------------------------------

    def _with_enclosures(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """The text with its picture before it and sound, video and files after it."""
        known = {image.url for image in query(blocks, Image)}
        known |= {embed.url for embed in query(blocks, Embed)}
        offered = [each for each in self.entry.enclosures if each.media_type.startswith("image/")]
        offered = [*self.entry.pictures, *offered]
        if offered and not any(True for _ in query(blocks, Image)):
            blocks = (self._figure(offered[0]), *blocks)
        embeds = []
        for each in self.entry.enclosures:
            embed = None if each.media_type.startswith("image/") else self._embed(each)
            if embed is not None and embed.url not in known:
                known.add(embed.url)
                embeds.append(embed)
        return (*blocks, *embeds)

    def _figure(self, picture: Enclosure) -> Figure:
        address = resolve(picture.url, self.base)
        original = original_picture(address)
        image = Image(original, alternatives=(address,) if address != original else ())
        credit = trimmed([Text(clean(picture.credit))]) if picture.credit else ()
        return Figure((image,), credit=credit)

    def _embed(self, enclosure: Enclosure) -> Embed | None:
        url = resolve(enclosure.url, self.base)
        parts = urlsplit(url)
        if parts.scheme not in LINK_SCHEMES:
            return None
        name = unquote(parts.path.rpartition("/")[2])
        title = clean(enclosure.title or name or site_of(url))
        if enclosure.media_type.startswith("audio/"):
            return Embed(url, kind="audio", title=title)
        if enclosure.media_type.startswith("video/"):
            return Embed(url, kind="video", title=title)
        return Embed(url, kind="document", title=title)

    # --- The entry's page ------------------------------------------------------------------

    def _page(self, words: str) -> Article | str | None:
        """The article of the entry's page; a warning why not; ``None`` where none is needed."""
        text = words.strip()
        whole = len(text) >= _SHORT or (bool(self.entry.content) and bool(text))
        if whole and not _CUT.search(text[-_TAIL:]):
            return None
        if not self.url:
            return "the entry names no page; its summary is all there is"
        policy = self.options.fetch or FetchPolicy()
        source = Source(self.url, address=self.url, fetch=policy)
        options = replace(self.options, full=False, url="")
        try:
            document = source.open()
            reader = "" if document.binary or "page" not in READERS else "page"
            page = next(read_document(document, options, reader), None)
        except ConversionError as error:
            return f"the entry's page {self.url} {error.reason}; its summary is all there is"
        if page is None or len(plain_text(page.body)) < len(text) / 2:
            return f"the entry's page {self.url} holds less than its summary, which is kept"
        return page

    def _merged(self, page: Article) -> Article:
        """The page's article with what the feed says of it."""
        entry = self.entry
        blocks = self._with_enclosures(page.body)
        language = page.language
        return replace(
            page,
            title=clean(entry.title) or page.title,
            url=page.url or self.url,
            site=clean(self.feed.title) or page.site,
            authors=tuple(map(clean, entry.authors)) or page.authors,
            published=self._date(entry.published, language) or page.published,
            updated=self._date(entry.updated, language) or page.updated,
            tags=tuple(map(clean, entry.tags)) or page.tags,
            image=page.image or lead_picture(blocks),
            body=blocks,
            provenance=replace(
                page.provenance,
                source=self.document.name,
                metadata=(*page.provenance.metadata, *self._metadata()),
            ),
        )
