"""Model to XHTML: the markup that EPUB and PDF share.

:class:`HtmlRenderer` renders one article. Its output is well-formed XML and valid HTML at once.
A format that differs somewhere overrides the method of that part: :meth:`HtmlRenderer.note` where
a note's mark stands, :meth:`HtmlRenderer.picture_address` for pictures it can embed,
:meth:`HtmlRenderer.text` for runs of characters, and so on.

Element by element the choices follow the HTML standard (https://html.spec.whatwg.org/). The style
sheet ``styles/reading.css`` dresses this markup; it expects :meth:`HtmlRenderer.header`,
:meth:`HtmlRenderer.body` and :meth:`HtmlRenderer.note_list` in an element of class ``article``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import assert_never
from unicodedata import bidirectional
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    OrderedList,
    Paragraph,
    Row,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    plain_text,
    query,
)
from converters.images import Picture
from converters.languages import format_date, join_names, label
from converters.notes import (
    AbsentImage,
    is_address,
    leads_elsewhere,
    picture_words,
    says_again,
    shown_address,
)
from converters.writers import Context
from converters.writers._lead import in_body, lead_image
from converters.writers._xhtml import (
    EMPTY,
    Markup,
    element,
    join,
    language_attributes,
    link_address,
    text,
)

__all__ = ["ICON", "HtmlRenderer", "OutlineEntry", "absence", "columns_of"]

_LIST_TYPES = {
    "decimal": None,
    "lower-alpha": "a",
    "upper-alpha": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
# Unicode's separators of lines and paragraphs.
_SEPARATORS = re.compile("[\u2028\u2029]+")
# A picture's server and name fit a line of a placeholder with this many letters. A long name shows
# some of its beginning, and its end.
_PLACE, _LEAST_NAME, _LAST_OF_NAME = 52, 24, 10
# What can be the target of a link.
_NAMED: tuple[type[Node], ...] = (Heading, Figure, Span)
# Pictures of at most this many CSS pixels in a line of text are signs, and sized like letters.
ICON = 32
# A picture of at most this many CSS pixels is narrow in every column.
_NARROW = 300
# This many times as high as wide, a picture is a strip (:func:`converters.images.raster.fit`).
_STRIP = 3


def absence(article: Article, context: Context) -> Callable[[Image], bool]:
    """What tells of an image of ``article`` whether a file made with ``context`` lacks it."""
    pictures, source = context.pictures, article.provenance.source
    if pictures.policy == "none":
        return lambda _: False
    return lambda image: pictures.get(image, source) is None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading as rendered: its level in the model, its id in the markup, its words."""

    level: int
    identifier: str
    title: str


class HtmlRenderer:
    """Renders the parts of one article as XHTML.

    ``article`` has its notes numbered (:func:`converters.notes.number`). ``prefix`` begins every
    id, so that several articles can share a document; ids are ASCII and begin with a letter.
    ``level_shift`` is added to the level of every heading, the title's included.

    While it renders, ``notes`` gathers the notes called so far, in the order of their numbers, and
    ``outline`` the headings; ``sizes`` those of the pictures by
    their addresses, in CSS pixels.
    """

    may_be_silent = True
    """Whether a picture may have no words of its own where its caption says them."""

    silent_role: str | None = None
    """The role of such a picture where it must be said; HTML gives it with the empty words."""

    citation_role: str | None = None
    """The role of a quotation's ``footer`` where it would be taken for that of the document."""

    def __init__(
        self, article: Article, context: Context, *, prefix: str = "", level_shift: int = 0
    ) -> None:
        self.article = article
        self.context = context
        self.prefix = prefix
        self.level_shift = level_shift
        self.language = article.language
        self.pictureless = context.pictures.policy == "none"
        self.notes: list[Note] = []
        self.outline: list[OutlineEntry] = []
        self.sizes: dict[str, tuple[int, int]] = {}
        self._called: set[int] = set()
        self._taken: set[str] = set()
        self._inside_link = False
        self._inside_note = False
        self._inside_ruby = False
        self._inside_header_cell = False
        self._after_link: list[Markup] = []
        self._identifiers = self._source_identifiers()
        self._placed: set[str] = set()

    # --- The article as a whole ------------------------------------------------------------

    def header(self) -> Markup:
        """The head of the article: title, byline, source, tags, and the picture it leads with."""
        lines = [
            element("h" + str(self._level(1)), self.title_words(), {"class": "title"}),
            self.byline(),
            self.source_line(),
            self.tag_line(),
        ]
        return join(
            (element("header", join(lines), {"class": "article-header"}), self.lead_picture())
        )

    def title(self) -> str:
        """The article's title, or words that stand for a missing one."""
        return self.article.title or label("untitled", self.language)

    def title_words(self) -> Markup:
        """The title as it stands at the head of the article."""
        return self.text(self.title())

    def byline(self) -> Markup:
        """Who, where and when: authors, site, dates, apart by middle dots."""
        article = self.article
        parts: list[Markup] = []
        if article.authors:
            names = join_names(article.authors, self.language)
            parts.append(self._part("authors", self.text(names)))
        if article.site:
            parts.append(self._part("site", self.text(article.site)))
        parts.extend(self._dates())
        if not parts:
            return EMPTY
        return element("p", join(parts, " · "), {"class": "byline"})

    def _dates(self) -> list[Markup]:
        article = self.article
        shown = article.published or article.archived
        if shown is None:
            return []
        dates = [self._date(shown, "published" if article.published else "archived")]
        updated = article.updated
        if article.published and updated and updated.date() != article.published.date():
            dates.append(self._date(updated, "updated"))
        return dates

    def _date(self, moment: datetime, kind: str) -> Markup:
        words = self.text(format_date(moment, self.language))
        time = element("time", words, {"datetime": moment.isoformat()})
        if kind == "published":
            return self._part("date", time)
        return self._part("date", join((self._label(kind), time)))

    def _part(self, kind: str, content: Markup) -> Markup:
        """A part of the byline; in right-to-left text each part finds its own direction."""
        direction = "auto" if self.article.direction == "rtl" else None
        return element("span", content, {"class": kind, "dir": direction})

    def _label(self, key: str) -> Markup:
        """The words for ``key`` and a colon, both as the article's language writes them."""
        words = label(key, self.language) + label("colon", self.language)
        return element("span", self.text(words), {"class": "label"})

    def source_line(self) -> Markup:
        """Where the article was first: its address, as a link and as readable text."""
        if not self.article.url:
            return EMPTY
        address = self.address(self.article.url)
        return element("p", join((self._label("source"), address)), {"class": "source"})

    def tag_line(self) -> Markup:
        """The article's tags."""
        if not self.article.tags:
            return EMPTY
        tags = self.text(join_names(self.article.tags, self.language))
        return element("p", join((self._label("tags"), tags)), {"class": "tags"})

    def lead_picture(self) -> Markup:
        """The picture that stands for the article, unless the body shows it."""
        image = lead_image(self.article)
        if image is None or in_body(self.article, image, self.context.pictures):
            return EMPTY
        return self.figure(Figure((image,)), kind="lead")

    def body(self) -> Markup:
        """The article's body."""
        return self.blocks(self.article.body)

    def note_list(self) -> Markup:
        """The notes called so far, as a section for the end of the article."""
        if not self.notes:
            return EMPTY
        notes = join(self.note_text(note) for note in self.notes_called())
        return element(
            "section", join((element("hr"), notes)), {"class": "endnotes", "role": "doc-endnotes"}
        )

    def notes_called(self) -> list[Note]:
        """The notes called so far, by their numbers.

        A quotation's source or a caption may be made before what stands above it.
        """
        return sorted(self.notes, key=lambda note: note.number)

    # --- Blocks ----------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """``blocks``, one a line."""
        return Markup("".join(self.block(block) + "\n" for block in blocks))

    def block(self, block: Block) -> Markup:
        """One block."""
        match block:
            case Paragraph():
                return self.paragraph(block)
            case Heading():
                return self.heading(block)
            case BlockQuote():
                return self.block_quote(block)
            case BulletList():
                return element("ul", self._items(block.items))
            case OrderedList():
                return self.ordered_list(block)
            case DefinitionList():
                return self.definition_list(block)
            case CodeBlock():
                return self.code_block(block)
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case ThematicBreak():
                return element("hr")
            case Embed():
                return self.embed(block)
            case _:
                assert_never(block)

    def paragraph(self, paragraph: Paragraph) -> Markup:
        """A paragraph."""
        return element("p", self.line(paragraph.content))

    def heading(self, heading: Heading) -> Markup:
        """A heading with an id; in a note or a header cell, where none may stand, strong words."""
        content = self.line(heading.content)
        if self._inside_note:
            return element("p", element("strong", content))
        known = self.anchor(heading.identifier) if heading.identifier else None
        if self._inside_header_cell:
            return element("p", element("strong", content), {"id": known})
        words = " ".join(plain_text(heading).split())
        identifier = known or self._new_identifier(words)
        self.outline.append(OutlineEntry(heading.level, identifier, words))
        return element("h" + str(self._level(heading.level)), content, {"id": identifier})

    def _level(self, level: int) -> int:
        return max(1, min(6, level + self.level_shift))

    def block_quote(self, quote: BlockQuote) -> Markup:
        """A quotation and, below it, where it comes from."""
        citation = EMPTY
        if quote.citation:
            words = element("cite", self.line(quote.citation))
            name = "p" if self._inside_header_cell else "footer"
            role = self.citation_role if name == "footer" else None
            citation = element(name, words, {"role": role})
        return element("blockquote", join((self.blocks(quote.content), citation)))

    def ordered_list(self, block: OrderedList) -> Markup:
        """A numbered list."""
        start = block.start if block.start != 1 else None
        return element(
            "ol", self._items(block.items), {"start": start, "type": _LIST_TYPES[block.style]}
        )

    def _items(self, items: Sequence[Sequence[Block]]) -> Markup:
        tight = all(map(_is_tight, items))
        return join(element("li", self._compact(item, tight=tight)) for item in items)

    def _compact(self, blocks: Sequence[Block], *, tight: bool) -> Markup:
        """The content of an item or a cell; where ``tight``, its paragraph is bare."""
        if tight and blocks and isinstance(blocks[0], Paragraph):
            return join((self.line(blocks[0].content), self.blocks(blocks[1:])))
        return self.blocks(blocks)

    def definition_list(self, block: DefinitionList) -> Markup:
        """Terms and what they mean; HTML asks for at least one meaning each."""
        parts: list[Markup] = []
        for item in block.items:
            parts.append(element("dt", self.line(item.term)))
            parts.extend(
                element("dd", self._compact(content, tight=_is_tight(content)))
                for content in item.definitions or ((),)
            )
        return element("dl", join(parts))

    def code_block(self, block: CodeBlock) -> Markup:
        """Preformatted text. HTML drops a line feed that begins ``pre``, not one in ``code``."""
        language = re.sub(r"[^\w.+#-]", "", block.language, flags=re.ASCII)
        kind = f"language-{language}" if language else None
        # Code runs from left to right, whatever the language around it.
        direction = "ltr" if self.article.direction == "rtl" else None
        code = element("code", text(block.text), {"class": kind})
        return element("pre", code, {"dir": direction})

    # --- Tables ----------------------------------------------------------------------------

    def table(self, table: Table) -> Markup:
        """A table; its parts stand in the order that HTML asks for."""
        table = _without_idlecolumns_of(table)
        parts: list[Markup] = []
        if table.caption:
            parts.append(element("caption", self.line(table.caption)))
        for name, rows in (("thead", table.head), ("tbody", table.body), ("tfoot", table.foot)):
            if rows:
                parts.append(element(name, self._rows(rows, table, in_head_part=name == "thead")))
        return element("table", join(parts))

    def _rows(self, rows: Sequence[Row], table: Table, *, in_head_part: bool) -> Markup:
        out: list[Markup] = []
        for cells in columns_of(_with_cells(rows)):
            # A row of header cells alone is about its columns, wherever it stands.
            in_head = in_head_part or all(cell.header for _, cell in cells)
            content = (self._cell(cell, column, table, in_head=in_head) for column, cell in cells)
            out.append(element("tr", join(content)))
        return join(out)

    def _cell(self, cell: Cell, column: int, table: Table, *, in_head: bool) -> Markup:
        alignment = table.alignments[column] if column < len(table.alignments) else ""
        scope = ("col" if in_head else "row") if cell.header else None
        # A cell of figures or Latin words alone is read as they are: -5 °C, not C° 5-.
        left = self.article.direction == "rtl" and not _has_right_to_left(plain_text(cell.content))
        outside = self._inside_header_cell
        self._inside_header_cell = outside or cell.header
        content = self._compact(cell.content, tight=len(cell.content) == 1)
        self._inside_header_cell = outside
        return element(
            "th" if cell.header else "td",
            content,
            {
                "class": f"align-{alignment}" if alignment else None,
                "dir": "ltr" if left and cell.content else None,
                "scope": scope,
                "colspan": cell.colspan if cell.colspan > 1 else None,
                "rowspan": cell.rowspan if cell.rowspan > 1 else None,
            },
        )

    # --- Pictures --------------------------------------------------------------------------

    def figure(self, figure: Figure, *, kind: str | None = None) -> Markup:
        """Pictures under one caption; the credit stands small at the caption's end.

        Of class ``missing`` is a figure that has nothing to show and nothing to say, of class
        ``narrow`` one with a small picture, below which its caption stands in the middle.
        """
        said = plain_text(figure.caption).strip()
        if said and figure.credit:
            said = f"{said} {plain_text(figure.credit)}"
        addresses = list(map(self.picture_address, figure.images))
        pictures = [
            self.figure_picture(image, address, said)
            for image, address in zip(figure.images, addresses, strict=True)
        ]
        if not (figure.caption or figure.credit or kind or any(addresses)):
            kind = "missing"
        elif len(pictures) == 1 and not kind and self.is_narrow(figure.images[0], addresses[0]):
            kind = "narrow"
        content = join(pictures)
        if len(pictures) > 1:
            content = self.pictures_together(pictures)
        identifier = self.anchor(figure.identifier) if figure.identifier else None
        caption = self.caption(figure.caption, figure.credit)
        if not caption and not any(pictures):
            return element("div", EMPTY, {"id": identifier}) if identifier else EMPTY
        return element("figure", join((content, caption)), {"id": identifier, "class": kind})

    def pictures_together(self, pictures: Sequence[Markup]) -> Markup:
        """Several pictures under one caption."""
        return element("div", join(pictures), {"class": "pictures"})

    def is_narrow(self, image: Image, address: str | None) -> bool:
        """Whether the one picture of a figure is much narrower than a column of text."""
        size = self.natural_size(image, address) if address is not None else (None, None)
        return size[0] is not None and size[0] <= _NARROW

    def caption(self, caption: Sequence[Inline], credit: Sequence[Inline] = ()) -> Markup:
        """A ``figcaption``; nothing where there is neither caption nor credit."""
        parts: list[Markup] = []
        if caption:
            parts.append(self.line(caption))
        if credit:
            parts.append(element("small", self.line(credit), {"class": "credit"}))
        return element("figcaption", join(parts, " ")) if parts else EMPTY

    def figure_picture(self, image: Image, address: str | None, caption: str = "") -> Markup:
        """A picture in a figure, or what stands in its place; ``caption`` is said below it."""
        if address is None:
            return self.absent_picture(image, caption)
        return self._linked(self._img(image, address, said=caption), image.link)

    def image(self, image: Image) -> Markup:
        """A picture in a line of text, or its words as a link to it."""
        address = self.picture_address(image)
        if address is not None:
            return self._linked(self._img(image, address, inline=True), image.link)
        if self.pictureless:
            return self.text(image.alt)
        words = self.text(f"[{picture_words(image) or label('picture', self.language)}]")
        stand_in = element("span", words, {"class": "absent"})
        if marks := self._marks(image):
            return join((self._linked(stand_in, image.link), marks))
        return self._linked(stand_in, image.link or image.url)

    def _marks(self, image: Image) -> Markup:
        """The marks of the notes that give an absent picture's address."""
        if not isinstance(image, AbsentImage):
            return EMPTY
        return join(map(self._note_in_place, image.content))

    def picture_address(self, image: Image) -> str | None:
        """The value of ``src`` for a picture that travels with the file; ``None``: it does not."""
        return None

    def _img(self, image: Image, address: str, *, inline: bool = False, said: str = "") -> Markup:
        """A picture; ``said`` is its caption. A title is for what neither says."""
        words = picture_words(image)
        silent = self.is_silent(image, said)
        title = " ".join(image.title.split())
        if says_again(title, words) or says_again(title, said):
            title = ""
        sizes = [size for size in self.natural_size(image, address) if size]
        icon = inline and bool(sizes) and max(sizes) <= ICON
        kinds = [*self.size_classes(image, address, inline=inline)]
        kinds += ["icon"] if icon else ["tall"] if self.is_tall(image, address) else []
        return element(
            "img",
            EMPTY,
            {
                "src": address,
                # An empty text calls the picture decoration; nobody said that of one that stands
                # without words and without a caption.
                "alt": "" if silent else words or label("picture", self.language),
                "role": self.silent_role if silent else None,
                "title": title or None,
                "class": " ".join(kinds) or None,
            },
        )

    def size_classes(self, image: Image, address: str, *, inline: bool) -> Iterable[str]:
        """The classes by which a picture gets its size, in formats that have no other way."""
        return ()

    def is_tall(self, image: Image, address: str) -> bool:
        """Whether a picture is a strip, which is read as it passes by and not as a whole."""
        width, height = self.natural_size(image, address)
        return bool(width and height and height > _STRIP * width)

    def is_silent(self, image: Image, said: str) -> bool:
        """Whether a picture has no words of its own, since its caption ``said`` them.

        Readers leave out what the caption repeats, so no words below a caption are that too; a
        figure is told by its caption. A picture that leads somewhere keeps its words: they are
        the link's.
        """
        if not self.may_be_silent or not said or link_address(image.link):
            return False
        words = picture_words(image)
        return not words or says_again(words, said)

    def keep_size(self, address: str, picture: Picture) -> None:
        """Note how large the picture at ``address`` is."""
        width, height = picture.width / picture.density, picture.height / picture.density
        self.sizes[address] = (max(1, round(width)), max(1, round(height)))

    def natural_size(self, image: Image, address: str) -> tuple[int | None, int | None]:
        """The width and height that a picture is meant to have, in CSS pixels.

        What the source says is the size it is meant to have; its shape is its own, and it is
        never enlarged. ``None`` where neither the source nor the picture tells.
        """
        width, height = image.width, image.height
        pixels = self.sizes.get(address)
        if pixels is None or not pixels[0] or not pixels[1]:
            return width, height
        width = min(width, pixels[0]) if width else pixels[0]
        return width, max(1, round(width * pixels[1] / pixels[0]))

    def absent_picture(self, image: Image, caption: str = "") -> Markup:
        """What stands for a picture that is not in the file: its words and its address.

        The words are left out where the caption repeats them; where the person wants no pictures,
        the words are all there is. The address is a note where links are; else it stands here.
        """
        words = picture_words(image)
        alone = bool(words) and not says_again(words, caption)
        if self.pictureless:
            return element("p", self.text(words), {"class": "absent"}) if alone else EMPTY
        marks = self._marks(image)
        reachable = link_address(image.url) is not None
        # Words say that a picture is meant; so does the name of its file.
        kind = "picture" if reachable and (alone or not marks) else "missing picture"
        lead = element("span", self.text(label(kind, self.language)), {"class": "label"})
        parts = [lead if alone else join((lead, marks))]
        if alone:
            parts.append(join((element("span", self.text(words), {"class": "alt"}), marks)))
        if reachable and not marks:
            parts.append(self.picture_place(image.url))
        if leads_elsewhere(image) and link_address(image.link):
            parts.append(self.address(image.link))
        return element("p", join(parts, " "), {"class": "absent"})

    def picture_place(self, url: str) -> Markup:
        """Where a picture is to be seen, in a line: its server and its name, as a link to it."""
        host, name = host_and_name(url)
        parts = [element("b", self.text(host)), self.text(name)] if name else [self.text(host)]
        return self._linked(element("span", join(parts, " / "), {"class": "place"}), url)

    def embed(self, embed: Embed) -> Markup:
        """A video, post or frame: a card with its kind, its title and its address."""
        kind = label(embed.kind if embed.kind in ("video", "audio") else "embed", self.language)
        lead = f"{kind} · {embed.provider}" if embed.provider else kind
        title = self.text(embed.title or shown_address(embed.url))
        lines = [
            self._poster(embed),
            element("p", self.text(lead), {"class": "label"}),
            element("p", self._linked(title, embed.url), {"class": "embed-title"}),
        ]
        if embed.title and link_address(embed.url):
            lines.append(element("p", self.address(embed.url)))
        lines.append(self.caption(embed.caption))
        return element("figure", join(lines), {"class": "embed"})

    def _poster(self, embed: Embed) -> Markup:
        """The still picture of an embed, where it is at hand."""
        address = self.picture_address(embed.poster) if embed.poster else None
        if embed.poster is None or address is None:
            return EMPTY
        return self._linked(self._img(embed.poster, address), embed.url)

    # --- Inlines ---------------------------------------------------------------------------

    def line(self, content: Sequence[Inline]) -> Markup:
        """All the inlines of a block: a paragraph's, a caption's, a term's."""
        return self.inlines(content)

    def inlines(self, items: Iterable[Inline]) -> Markup:
        """A run of inlines within a block."""
        return join(map(self.inline, items))

    def inline(self, item: Inline) -> Markup:  # noqa: C901, PLR0912 - one for each type
        """One inline; the kinds stand in the order of how often they occur."""
        match item:
            case Text():
                return self.text(item.text)
            case Note():
                return self._note_in_place(item)
            case Link():
                return self.link(item)
            case Strong():
                return element("strong", self.inlines(item.content))
            case Emphasis():
                return element("em", self.inlines(item.content))
            case LineBreak():
                return element("br")
            case Span():
                return self.span(item)
            case Image():
                return self.image(item)
            case Strikeout():
                return element("s", self.inlines(item.content))
            case Underline():
                return element("u", self.inlines(item.content))
            case Superscript():
                return element("sup", self.inlines(item.content))
            case Subscript():
                return element("sub", self.inlines(item.content))
            case Code():
                return element("code", text(item.text))
            case Ruby():
                return self.ruby(item)
            case Math():
                return self.math(item)
            case _:
                assert_never(item)

    def text(self, value: str) -> Markup:
        """A run of characters; a separator of lines between its words is a line break.

        At the edge of the run it is a space, since what follows is often a ``br`` of its own: both
        come from a layout program, and one of them was seen.
        """
        if not _SEPARATORS.search(value):
            return text(value)
        words = value.strip()
        before, after = value.split(words, 1) if words else (value, "")
        lines = map(text, _SEPARATORS.split(words))
        return join((text(before), Markup("<br/>".join(lines)), text(after)))

    def span(self, span: Span) -> Markup:
        """Text with a language, a direction, an expansion, a highlight or a name."""
        attributes: dict[str, str | None] = {
            "id": self.anchor(span.identifier) if span.identifier else None,
            **language_attributes(span.language, span.direction),
        }
        content = self.inlines(span.content)
        if span.mark:
            if span.title:
                content = element("abbr", content, {"title": span.title})
            return element("mark", content, attributes)
        if span.title:
            return element("abbr", content, {**attributes, "title": span.title})
        return element("span", content, attributes)

    def link(self, link: Link) -> Markup:
        """A link; its words alone where it leads nowhere or stands in another link."""
        if link.url.startswith("#"):
            target = self.fragment_address(link.url[1:])
        else:
            target = self.inside_address(link.url) or link_address(link.url)
        if target is None or self._inside_link:
            return self.inlines(link.content)
        self._inside_link = True
        content = self.inlines(link.content)
        self._inside_link = False
        waiting, self._after_link = self._after_link, []
        # An address is written from left to right, its Arabic words included.
        left = self.article.direction == "rtl" and is_address(link)
        anchor = element(
            "a",
            content,
            {"href": target, "title": link.title or None, "dir": "ltr" if left else None},
        )
        return join((anchor, *waiting))

    def address(self, url: str) -> Markup:
        """An address as a link whose text is the address as people read it."""
        direction = "ltr" if self.article.direction == "rtl" else None
        shown = self.text(shown_address(url))
        return self._linked(element("span", shown, {"class": "address", "dir": direction}), url)

    def _linked(self, content: Markup, url: str) -> Markup:
        target = link_address(url)
        if target is None or self._inside_link:
            return content
        return element("a", content, {"href": target})

    def ruby(self, ruby: Ruby) -> Markup:
        """Text with its reading: ``rt`` alone (EPUBCheck remarks on ``rp``), never in another."""
        if self._inside_ruby:
            return join((self.inlines(ruby.content), self.text(f"（{ruby.annotation}）")))
        self._inside_ruby = True
        content = self.inlines(ruby.content)
        self._inside_ruby = False
        return element("ruby", join((content, element("rt", self.text(ruby.annotation)))))

    def math(self, math: Math) -> Markup:
        """A formula as it was written, in TeX: no two e-readers agree on MathML."""
        kind = "math display" if math.display else "math"
        return element("code", text(math.tex), {"class": kind})

    # --- Notes -----------------------------------------------------------------------------

    def _note_in_place(self, note: Note) -> Markup:
        """A note's mark; one inside a link waits for the link's end."""
        mark = self.note(note)
        if not self._inside_link:
            return mark
        self._after_link.append(mark)
        return EMPTY

    def note(self, note: Note) -> Markup:
        """The mark of ``note``, leading to its text; the text is gathered for the note list."""
        identifier = None if note.number in self._called else self.mark_identifier(note.number)
        self.gather(note)
        target = "#" + self.note_identifier(note.number)
        anchor = element(
            "a", text(str(note.number)), {"id": identifier, "href": target, "role": "doc-noteref"}
        )
        return element("sup", anchor)

    def gather(self, note: Note) -> None:
        """Put ``note`` on the list of notes, once."""
        if note.number not in self._called:
            self._called.add(note.number)
            self.notes.append(note)

    def note_text(self, note: Note) -> Markup:
        """A note for the note list: its number leads back to its mark."""
        back = element(
            "a",
            text(str(note.number)),
            {"href": "#" + self.mark_identifier(note.number), "role": "doc-backlink"},
        )
        return element(
            "div",
            self.note_blocks(note, join((back, text(". ")))),
            {"class": "endnote", "id": self.note_identifier(note.number)},
        )

    def note_blocks(self, note: Note, lead: Markup = EMPTY) -> Markup:
        """The blocks of a note; ``lead`` opens its first paragraph."""
        before, self._inside_note = self._inside_note, True
        first, rest = note.content[:1], note.content
        opening = lead
        if first and isinstance(first[0], Paragraph):
            opening = join((lead, self.inlines(first[0].content)))
            rest = rest[1:]
        blocks = self.blocks(rest)
        self._inside_note = before
        return join((element("p", opening), blocks)) if opening else blocks

    def mark_identifier(self, number: int) -> str:
        """The id of the place where note ``number`` is called first."""
        return f"{self.prefix}ref-{number}"

    def note_identifier(self, number: int) -> str:
        """The id of the text of note ``number``."""
        return f"{self.prefix}note-{number}"

    # --- Identifiers -----------------------------------------------------------------------

    def anchor(self, identifier: str) -> str | None:
        """The id for the place that the article calls ``identifier``: once, then ``None``."""
        if identifier in self._placed:
            return None
        self._placed.add(identifier)
        return self._identifiers[identifier]

    def fragment_address(self, identifier: str) -> str | None:
        """The value of ``href`` for a place in the article; ``None`` where it has none such."""
        known = self._identifiers.get(identifier)
        return None if known is None else "#" + known

    def inside_address(self, url: str) -> str | None:
        """The value of ``href`` for an article of the same edition; ``None`` where it has none."""
        return None

    def _source_identifiers(self) -> dict[str, str]:
        """An id for every place that the article names."""
        names: dict[str, str] = {}
        for node in query(self.article.body, *_NAMED):
            name = getattr(node, "identifier", "")
            if name and name not in names:
                names[name] = self._new_identifier(name)
        return names

    def _new_identifier(self, words: str) -> str:
        """An id made of ``words`` that nothing else in the document has.

        It depends on the words alone as long as they are unique in the article, so that a mark
        or a place kept by a reading program survives a change elsewhere in the article.
        """
        base = stem = self.prefix + _identifier(words)
        count = 1
        while stem in self._taken:
            count += 1
            stem = f"{base}-{count}"
        self._taken.add(stem)
        return stem


def _identifier(words: str) -> str:
    """``words`` as an XML name of ASCII letters, digits and hyphens; a hash where they are none.

    The names of notes and their marks are kept free.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if not words.isascii() or not slug or len(slug) > 40:
        return "x" + blake2s(words.encode("utf-8", "replace"), digest_size=5).hexdigest()
    if not slug[0].isalpha() or re.fullmatch(r"(?:ref|note)-[\d-]+", slug):
        return "x-" + slug
    return slug


def _has_right_to_left(words: str) -> bool:
    """Whether a letter in ``words`` is written from right to left (UAX #9, 3.2)."""
    return any(bidirectional(character) in ("R", "AL") for character in words)


def host_and_name(url: str) -> tuple[str, str]:
    """Whose server an address names, and the last part of its path, shortened to fit a line."""
    parts = urlsplit(url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2])
    host = parts.hostname or shown_address(url)
    if not name.isprintable():
        return host, ""
    # Files are named for their subject, with a number and an ending last.
    room = max(_LEAST_NAME, _PLACE - len(host))
    if len(name) > room:
        name = f"{name[: room - _LAST_OF_NAME - 1]}…{name[-_LAST_OF_NAME:]}"
    return host, name


def _is_tight(blocks: Sequence[Block]) -> bool:
    """Whether a list item is a line, perhaps with a list below it, rather than paragraphs."""
    if not blocks:
        return True
    return isinstance(blocks[0], Paragraph) and all(
        isinstance(block, BulletList | OrderedList) for block in blocks[1:]
    )


def _with_cells(rows: Sequence[Row]) -> Sequence[Row]:
    """``rows`` without those in which no cell begins, which HTML does not allow.

    A cell that reached down over such a row reaches over one row less.
    """
    if all(row.cells for row in rows):
        return rows
    filled = [bool(row.cells) for row in rows]
    return [
        Row(
            tuple(
                replace(cell, rowspan=max(1, sum(filled[place : place + cell.rowspan])))
                for cell in row.cells
            )
        )
        for place, row in enumerate(rows)
        if row.cells
    ]


def _without_idlecolumns_of(table: Table) -> Table:
    """``table`` without columns in which no cell begins, which HTML does not allow either."""
    parts = {name: _with_cells(getattr(table, name)) for name in ("head", "body", "foot")}
    placed = {name: list(columns_of(rows)) for name, rows in parts.items()}
    cells = [pair for rows in placed.values() for row in rows for pair in row]
    begun = {column for column, _ in cells}
    if len(begun) == max((column + cell.colspan for column, cell in cells), default=0):
        return table

    def narrow(column: int, cell: Cell) -> Cell:
        width = sum(place in begun for place in range(column, column + cell.colspan))
        return replace(cell, colspan=width)

    alignments = (side for column, side in enumerate(table.alignments) if column in begun)
    narrowed = {
        name: tuple(Row(tuple(narrow(column, cell) for column, cell in row)) for row in rows)
        for name, rows in placed.items()
    }
    return replace(table, alignments=tuple(alignments), **narrowed)


def columns_of(rows: Sequence[Row]) -> Iterable[list[tuple[int, Cell]]]:
    """Each row's cells with the column they begin in, rows that reach down from above considered.

    See https://html.spec.whatwg.org/#forming-a-table.
    """
    reaching: dict[int, int] = {}
    for row in rows:
        cells: list[tuple[int, Cell]] = []
        column = 0
        covered = set(reaching)
        reaching = {place: left - 1 for place, left in reaching.items() if left > 1}
        for cell in row.cells:
            while column in covered:
                column += 1
            cells.append((column, cell))
            if cell.rowspan > 1:
                reaching.update(
                    (place, cell.rowspan - 1) for place in range(column, column + cell.colspan)
                )
            column += cell.colspan
        yield cells
