"""One article on a web page: the shared markup with pictures in it, and boxes for what is wide."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator

from converters.article import Article, Cell, CodeBlock, Image, Link, Table, plain_text
from converters.images import Picture
from converters.languages import is_cjk, label
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
    link_address,
    text,
)
from converters.writers.html import HtmlRenderer, absence

__all__ = ["ArticleRenderer"]

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


class ArticleRenderer(HtmlRenderer):
    """Renders one article of a page.

    ``links``: what becomes of links. On a page of several, ``identifier`` is the article's id and
    begins all others, ``name`` tells its parts from those of other articles (for assistive
    technology), and ``inside`` gives for an address the place of its article in the edition.
    After :meth:`document`, ``below`` says how many lines the notes need below the text if they
    stand beside it, or that they do not (``None``).
    """

    def __init__(  # noqa: PLR0913 - all but three are keywords
        self,
        article: Article,
        context: Context,
        links: Links,
        *,
        identifier: str = "",
        name: str = "",
        level_shift: int = 0,
        inside: Callable[[str], str | None] | None = None,
    ) -> None:
        numbered = number(
            article,
            links,
            # Every mark has its own note, which leads back to it and stands beside it.
            shared=False,
            absent=_absence(article, context),
            inside=None if inside is None else lambda url: inside(url) is not None,
        )
        # No id of an article looks like another article's: theirs have no low line.
        prefix = f"{identifier}_" if identifier else ""
        super().__init__(numbered, context, prefix=prefix, level_shift=level_shift)
        self.links = links
        self.identifier = identifier
        self.name = name
        self.below: float | None = None
        self._inside = inside
        self._regions: dict[str, int] = {}
        self._embedded: dict[str, Picture] = {}

    def document(self) -> Iterator[bytes]:
        """The whole article in pieces, its pictures in their places, one at a time in memory."""
        return self._pieces(self.markup())

    def _pieces(self, markup: Markup) -> Iterator[bytes]:
        # A quotation mark of a text is escaped, so nobody's words are taken for a place.
        start = 0
        for place in _PLACE.finditer(markup):
            yield markup[start : place.start(1)].encode()
            picture = self._embedded[place[2]]
            yield f"data:{picture.media_type};base64,".encode()
            yield b64encode(picture.data)
            start = place.end(1)
        yield markup[start:].encode()

    def markup(self) -> Markup:
        """The whole article, a mark in the place of each picture that is to be in the page."""
        header, body = self.header(), self.body()
        notes = self.note_list()
        self.below = room_below(self.article) if self.notes else None
        kinds = ["article", f"links-{self.links}"]
        if self.level_shift:
            kinds.append(f"down-{min(self.level_shift, 4)}")
        if self.is_cjk:
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

    @property
    def is_cjk(self) -> bool:
        """Whether lines are those of Chinese, Japanese or Korean."""
        return is_cjk(self.language)

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
        if self.name:
            name = f"{name} · {self.name}"
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
            self._embedded[picture.digest] = picture
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

    def inside_address(self, url: str) -> str | None:
        """Where an address leads within the edition."""
        return None if self._inside is None else self._inside(url)

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
            join((title, *map(self.note_text, self.notes_called())), "\n"),
            {
                "class": "endnotes",
                "role": "doc-endnotes",
                "aria-label": f"{words} · {self.name}" if self.name else words,
            },
        )


def _absence(article: Article, context: Context) -> Callable[[Image], bool] | None:
    """What tells of an image whether the page does not show it."""
    # What is linked, the browser brings.
    return None if context.pictures.policy == "link" else absence(article, context)


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
