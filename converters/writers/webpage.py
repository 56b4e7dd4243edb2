"""The HTML writer: one page for reading that holds all it needs.

Nothing is loaded when the page is opened: pictures are ``data:`` addresses, the style is in the
page, and a content security policy (https://www.w3.org/TR/CSP3/) says so to the browser. There is
no script. The markup is :class:`~converters.writers.html.HtmlRenderer`'s, ``styles/webpage.css``
dresses it. What the page knows about its article stands in ``meta`` elements of the common
vocabularies, so that programs read the page back to the same article.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, BinaryIO

from msgspec import Meta, Struct

from converters import styles
from converters.article import Article, Cell, CodeBlock, Image, Link, Table, plain_text
from converters.edition import Edition
from converters.errors import WriteError
from converters.images import Need, Picture
from converters.languages import direction, format_date, is_cjk, label
from converters.notes import Links, is_address, number
from converters.writers import Context
from converters.writers._pdf_typography import em_width
from converters.writers._webpage_notes import anchors, room_below
from converters.writers._xhtml import (
    EMPTY,
    Attributes,
    Markup,
    element,
    join,
    language_attributes,
    language_tag,
    link_address,
    text,
)
from converters.writers.html import HtmlRenderer, absence

__all__ = ["Options", "picture_need", "write"]

# What a window of 320 CSS pixels shows without scrolling, in em of the text: lines of code (whose
# letters are 0.53 em wide) and the longest words of a table's columns with their padding.
_CODE_EMS = 17.0
_TABLE_EMS = 17.0
_CODE_LETTER, _TABLE_PADDING = 0.53, 1.3
# A cell of at most this many em keeps its words on one line.
_SHORT_EMS = 6.0
# Chinese and Japanese have no spaces to break a line at; a title is best broken behind a mark.
_PHRASE = re.compile("[^，。！？；：、—…\\s]*(?:[，。！？；：、—…][”’」』）》]*|\\s+|$)+")


# What stands for an embedded picture in the markup.
_STAND_IN = "data:,picture-"
_PLACE = re.compile(f'(?<=<img src=")({_STAND_IN}([0-9a-z]+))(?=")')


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the page is made.

    ``links``: what becomes of links. ``style``: the name of a look, or the path of a CSS file
    that is added to the style sheet. ``image_width``: how many pixels wide pictures are at most
    (0: as wide as they are); ``gray``: pictures are grey.
    """

    links: Links = "notes"
    style: str = ""
    image_width: Annotated[int, Meta(ge=0)] = 1600
    gray: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What a page can use of a picture: drawings stay drawings, and what moves moves."""
    return Need(width=options.image_width, grey=options.gray, vector=True, animated=True)


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one HTML page in UTF-8 to the binary ``target``.

    Several articles stand one after the other behind a list of contents. Raises
    :class:`~converters.errors.WriteError` for an edition without articles and
    :class:`~converters.errors.ConversionError` for a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "HTML", "there is no article to write")
    added = styles.style(options.style)
    many = len(edition.articles) > 1
    renderers = [
        _PageRenderer(
            # Every mark has its own note, which leads back to it and stands beside it.
            number(article, options.links, shared=False, absent=_absence(article, context)),
            context,
            prefix=f"a{position}-" if many else "",
            level_shift=1 if many else 0,
        )
        for position, article in enumerate(edition.articles, 1)
    ]
    parts = [renderer.document(options.links) for renderer in renderers]
    rules = "\n".join(filter(None, (renderer.rules() for renderer in renderers)))
    sheet = _sheet(rules, added)
    title = " ".join(edition.title.split()) or label("untitled", edition.language)
    if many:
        members = join(map(_with_way_back, renderers, parts), "\n")
        body = join((_opening(edition, title, renderers), element("main", members)), "\n")
    else:
        body = element("main", parts[0])
    head = _head(edition, title, sheet, policy=context.pictures.policy)
    if many:
        language, way = edition.language, direction(edition.language)
    else:
        language, way = edition.articles[0].language, edition.articles[0].direction
    attributes = language_attributes(language_tag(language) or "und", way)
    page = element("html", join((head, element("body", body)), "\n"), attributes)
    embedded = {name: picture for one in renderers for name, picture in one.embedded.items()}
    target.writelines(_pieces(f"<!DOCTYPE html>\n{page}\n", embedded))


def _pieces(page: str, embedded: Mapping[str, Picture]) -> Iterator[bytes]:
    """The page in pieces, its pictures in their places, one at a time in memory.

    A quotation mark of a text is escaped, so nobody's words are taken for a place.
    """
    start = 0
    for place in _PLACE.finditer(page):
        yield page[start : place.start(1)].encode()
        picture = embedded[place[2]]
        yield f"data:{picture.media_type};base64,".encode()
        yield b64encode(picture.data)
        start = place.end(1)
    yield page[start:].encode()


def _absence(article: Article, context: Context) -> Callable[[Image], bool] | None:
    """What tells of an image whether the page does not show it."""
    # What is linked, the browser brings.
    return None if context.pictures.policy == "link" else absence(article, context)


# --- The page around the articles ----------------------------------------------------------


def _sheet(rules: str, added: str) -> str:
    """The whole style sheet, as it can stand in a ``style`` element."""
    if rules:
        rules = (
            "@supports (anchor-name: --a) {\n@media screen and (min-width: 68em) {\n"
            f"{rules}\n}}\n}}\n"
        )
    sheet = f"\n{styles.own('webpage')}\n{rules}{added}"
    # An end tag ends the element wherever it stands; in CSS a backslash changes nothing about it.
    return sheet.replace("</", "<\\/").replace("<!--", "")


# Where pictures may come from. A file has no origin of its own to speak of.
_PICTURES_FROM = {"link": " http: https:", "folder": " 'self' file:"}


def _head(edition: Edition, title: str, sheet: str, *, policy: str) -> Markup:
    """The head: what the browser may do, and what the page is."""
    # Browsers take CR LF for LF before they compare.
    sheet = sheet.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    style_hash = b64encode(sha256(sheet.encode()).digest()).decode()
    security = (
        f"default-src 'none'; img-src data:{_PICTURES_FROM.get(policy, '')}; "
        f"style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'"
    )
    lines = [
        element("meta", EMPTY, {"charset": "utf-8"}),
        element("meta", EMPTY, {"http-equiv": "Content-Security-Policy", "content": security}),
        _meta("viewport", "width=device-width, initial-scale=1"),
        _meta("referrer", "no-referrer"),
        _meta("color-scheme", "light dark"),
        # Not every telephone number is one.
        _meta("format-detection", "telephone=no"),
        element("title", text(title)),
        *_metadata(edition, title),
        element("style", Markup(sheet)),
    ]
    return element("head", join((EMPTY, *(line for line in lines if line), EMPTY), "\n"))


def _meta(name: str, content: str, *, key: str = "name") -> Markup:
    """A ``meta`` element; nothing where there is nothing to say."""
    content = " ".join(content.split())
    return element("meta", EMPTY, {key: name, "content": content}) if content else EMPTY


def _property(name: str, content: str) -> Markup:
    return _meta(name, content, key="property")


def _metadata(edition: Edition, title: str) -> list[Markup]:
    """What programs read: HTML's own names, and those of https://ogp.me/ for the rest."""
    from converters import __version__

    lines = [_meta("generator", f"Broadsheet {__version__}")]
    lines += [_meta("author", name) for name in edition.authors]
    if len(edition.articles) > 1:
        return lines
    (article,) = edition.articles
    address = link_address(article.url)
    lines += [
        _meta("description", article.summary),
        _meta("keywords", ",".join(tag.replace(",", " ") for tag in article.tags)),
        element("link", EMPTY, {"rel": "canonical", "href": address}) if address else EMPTY,
        _property("og:type", "article"),
        _property("og:title", article.title),
        _property("og:site_name", article.site),
        _property("og:url", address or ""),
        _property("og:image", link_address(article.image) or ""),
    ]
    moments = (
        ("article:published_time", article.published),
        ("article:modified_time", article.updated),
    )
    lines += [_property(name, moment.isoformat()) for name, moment in moments if moment]
    lines += [_property("article:tag", tag) for tag in article.tags]
    return lines


def _opening(edition: Edition, title: str, renderers: Sequence[_PageRenderer]) -> Markup:
    """The edition's title and its contents."""
    items = join(map(_entry, renderers), "\n")
    contents = element(
        "nav",
        element("ol", items),
        {"id": "contents", "class": "contents", "aria-label": label("contents", edition.language)},
    )
    heading = element("h1", text(title), {"class": "title"})
    return element("header", join((heading, contents), "\n"), {"class": "edition"})


def _entry(renderer: _PageRenderer) -> Markup:
    """An article's line in the contents."""
    article = renderer.article
    attributes = language_attributes(article.language, article.direction)
    words = element("a", text(renderer.title()), {"href": "#" + renderer.identifier})
    about = [*article.authors[:3], article.site]
    moment = article.published or article.archived
    if moment is not None:
        about.append(format_date(moment, article.language))
    # Each part finds its own direction, or "28" would join the Latin name before it.
    details = [element("bdi", text(part)) for part in about if part]
    if not details:
        return element("li", words, attributes)
    detail = element("span", join(details, " · "), {"class": "about"})
    return element("li", join((words, detail), " "), attributes)


def _with_way_back(renderer: _PageRenderer, part: Markup) -> Markup:
    """An article of several and, below it, the way back to the contents."""
    words = text(label("contents", renderer.language))
    back = element("p", element("a", words, {"href": "#contents"}), {"class": "back"})
    attributes: Attributes = {
        "class": "member",
        **language_attributes(renderer.language, renderer.article.direction),
    }
    return element("div", join((part, back), "\n"), attributes)


# --- One article ---------------------------------------------------------------------------


class _PageRenderer(HtmlRenderer):
    """The shared renderer with pictures in the page, and boxes for what is too wide."""

    def __init__(
        self, article: Article, context: Context, *, prefix: str, level_shift: int
    ) -> None:
        super().__init__(article, context, prefix=prefix, level_shift=level_shift)
        self.identifier = prefix.rstrip("-")
        self.below: float | None = None
        self._regions: dict[str, int] = {}
        self.embedded: dict[str, Picture] = {}

    def document(self, links: Links) -> Markup:
        """The whole article."""
        header, body = self.header(), self.body()
        notes = self.note_list()
        self.below = room_below(self.article) if self.notes else None
        kinds = ["article", f"links-{links}"]
        if is_cjk(self.language):
            kinds.append("cjk")
        if self.below is not None:
            kinds.append("beside")
        attributes: Attributes = {
            "class": " ".join(kinds),
            "id": self.identifier or None,
            "itemscope": "",
            "itemtype": "https://schema.org/Article",
            **language_attributes(self.language, self.article.direction),
        }
        # The name by which programs find the text (https://schema.org/articleBody).
        words = element("div", body, {"class": "text", "itemprop": "articleBody"})
        return element("article", join((header, words, notes), "\n"), attributes)

    def rules(self) -> str:
        """The CSS of this article's own: the places of its notes."""
        if self.below is None:
            return ""
        selector = f"#{self.identifier}" if self.identifier else "article"
        # Lines of the text are 1.6 to 2.2 em high.
        room = f"{selector}{{padding-block-end:{2 * self.below:.0f}em}}\n" if self.below else ""
        return room + anchors(
            [
                (self.mark_identifier(note.number), self.note_identifier(note.number))
                for note in self.notes
            ]
        )

    def header(self) -> Markup:
        """The head of the article, its own summary below its title."""
        markup = super().header()
        summary = " ".join(self.article.summary.split())
        if not summary or _letters(summary)[:60] in _letters(plain_text(self.article.body)[:4000]):
            return markup
        standfirst = element("p", self.text(summary), {"class": "standfirst"})
        level = self._level(1)
        before, end, after = markup.partition(f"</h{level}>")
        return Markup(before + end + standfirst + after)

    def title_words(self) -> Markup:
        """The title; a Chinese one is broken behind its marks first, not within its words."""
        title = self.title()
        if not is_cjk(self.language):
            return self.text(title)
        phrases = [phrase for phrase in _PHRASE.findall(title) if phrase]
        if len(phrases) < 2:
            return self.text(title)
        return join(element("span", self.text(phrase), {"class": "phrase"}) for phrase in phrases)

    # --- What may be too wide --------------------------------------------------------------

    def table(self, table: Table) -> Markup:
        """A table, in a box that scrolls where it is wider than the window."""
        markup = super().table(table)
        return element("div", markup, {"class": "wide", **self._region("table", _width(table))})

    def _cell(self, cell: Cell, column: int, table: Table, *, in_head: bool) -> Markup:
        """A cell; a few words stay on one line."""
        markup = super()._cell(cell, column, table, in_head=in_head)
        if em_width(plain_text(cell.content)) > _SHORT_EMS:
            return markup
        opening, end, rest = markup.partition(">")
        if ' class="' in opening:
            opening = opening.replace(' class="', ' class="short ', 1)
        else:
            opening += ' class="short"'
        return Markup(opening + end + rest)

    def code_block(self, block: CodeBlock) -> Markup:
        """Code, in a box that scrolls."""
        markup = super().code_block(block)
        longest = max(map(em_width, block.text.split("\n")), default=0.0) / 0.52 * _CODE_LETTER
        region = self._region("code", longest * _TABLE_EMS / _CODE_EMS)
        attributes = element("pre", EMPTY, region).removeprefix("<pre").removesuffix("></pre>")
        return Markup(f"<pre{attributes}" + markup.removeprefix("<pre"))

    def _region(self, kind: str, width: float) -> Attributes:
        """The attributes by which people without a mouse reach what must be scrolled.

        A box that fits the smallest window needs none; each other one has its own name
        (https://www.w3.org/WAI/standards-guidelines/act/rules/0ssw9k/).
        """
        if width <= _TABLE_EMS:
            return {}
        count = self._regions[kind] = self._regions.get(kind, 0) + 1
        name = f"{label(kind, self.language)} {count}"
        if self.prefix:
            name = f"{name} · {self.title()}"
        return {"role": "region", "aria-label": name, "tabindex": 0}

    # --- Pictures --------------------------------------------------------------------------

    def picture_address(self, image: Image) -> str | None:
        """What stands for the picture until the page is written, or the picture's address.

        The picture itself would be in memory in each piece of markup that holds it.
        """
        pictures, source = self.context.pictures, self.article.provenance.source
        if pictures.policy == "link":
            address = link_address(image.url)
            remote = address is not None and address.lower().startswith(("http:", "https:"))
            return address if remote else None
        picture = pictures.get(image, source)
        if picture is None:
            return None
        if pictures.policy == "folder":
            address = pictures.address(image, source) or ""
        else:
            address = f"{_STAND_IN}{picture.digest}"
            self.embedded[picture.digest] = picture
        self.keep_size(address, picture)
        return address

    def _img(self, image: Image, address: str, *, inline: bool = False, said: str = "") -> Markup:
        """A picture with its size, so that nothing moves while the page is laid out."""
        markup = super()._img(image, address, inline=inline, said=said)
        width, height = self.natural_size(image, address)
        if not width or not height:
            return markup
        return Markup(f'{markup.removesuffix("/>")} width="{width}" height="{height}"/>')

    # --- Links and notes -------------------------------------------------------------------

    def link(self, link: Link) -> Markup:
        """A link; paper need not repeat the address of one that shows it."""
        markup = super().link(link)
        if is_address(link) and markup.startswith("<a "):
            return Markup('<a class="bare"' + markup.removeprefix("<a"))
        return markup

    def note_list(self) -> Markup:
        """The notes as a section, which has a name."""
        if not self.notes:
            return EMPTY
        words = label("notes", self.language)
        title = element("p", text(words), {"class": "notes-title"})
        return element(
            "section",
            join((title, *map(self.note_text, self.notes)), "\n"),
            {
                "class": "endnotes",
                "role": "doc-endnotes",
                "aria-label": f"{words} · {self.title()}" if self.prefix else words,
            },
        )


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def _width(table: Table) -> float:
    """About how many em a table needs at least: the longest words of its columns."""
    columns: dict[int, float] = {}
    for row in (*table.head, *table.body, *table.foot):
        column = 0
        for cell in row.cells:
            words: Iterable[str] = plain_text(cell.content).split() if cell.colspan == 1 else ()
            longest = max((min(em_width(word), 8.0) for word in words), default=0.0)
            columns[column] = max(columns.get(column, 0.0), longest)
            column += cell.colspan
    return sum(columns.values()) + _TABLE_PADDING * len(columns)
