"""An article as the XHTML that WeasyPrint lays out.

What differs from :class:`~converters.writers.html.HtmlRenderer`: a masthead instead of a plain
header, notes that stand where they are called (``print.css`` floats them to the foot of the page),
labels for bookmarks and running heads in attributes, boxes for pictures that are not in the file,
readings above their text, and a limit to nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, islice
from typing import Protocol

from msgspec import structs

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
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
    Underline,
    plain_text,
    query,
)
from converters.images import Picture
from converters.images.need import Encoded
from converters.languages import format_date, is_cjk, join_names, label
from converters.notes import leads_elsewhere, picture_words, says_again
from converters.writers import Context
from converters.writers._pdf_engine import elsewhere
from converters.writers._pdf_pictures import A4, Area
from converters.writers._pdf_places import Places
from converters.writers._pdf_ruby import above
from converters.writers._pdf_tables import (
    PADDING,
    SHORT,
    divided,
    is_box,
    is_high,
    shares,
    widths,
)
from converters.writers._pdf_typography import (
    balance,
    em_width,
    has_italics,
    is_long,
    shorten,
    typeset,
)
from converters.writers._strips import cuts
from converters.writers._xhtml import (
    EMPTY,
    Markup,
    element,
    join,
    language_attributes,
    link_address,
    text,
)
from converters.writers.html import HtmlRenderer, columns_of

__all__ = ["PictureShelf", "PrintRenderer"]

# WeasyPrint recurses over the tree (150 elements deep is too much), and six indents are as many
# as a page can show. What nests deeper is set at the sixth level.
_DEEPEST_BLOCK = 6
_DEEPEST_INLINE = 10
_CONTAINERS = (BlockQuote, BulletList, OrderedList, DefinitionList, Table)
_WRAPPERS = (Emphasis, Strong, Strikeout, Underline, Superscript, Subscript, Span, Link)

# A line of verse or of an address; longer lines are sentences.
_VERSE_EMS = 22
_SHORT_ROWS = 20
# Where the mark of a note follows another's, or a note that floats away from between them.
_MARKS_MEET = re.compile(r'(?<=</a></sup>)(?=<sup class="call">)|(?<=</div>)(?=<sup class="call">)')
# Sizes of print.css, in em of the body's size, and what is beside code, in em of its own.
_TABLE_SIZES, _CODE = (0.88, 0.8, 0.73), 0.82
_CODE_PADDING = 2.2
# Where the columns of a table would have less than this, in em of the body, a word or two stood in
# a line, or a part of a word.
_LEAST_COLUMN = 4.75
# A line of text, in em.
_LINE = 24
# A row that is higher than this share of a page may be divided.
_HIGH = 0.3
# A column of words beside a picture, in em.
_COLUMN_OF_WORDS = 12
_SENTENCE_END = re.compile(r"[.!?:;…。！？：；][\s”’」』）)\]》】〉»\"']*$")
_SUBSTANTIAL = 16
# Pictures in rows that are higher than this share of a page may go on over the next.
_FULL = 0.35
# Below a picture of less than this share of the text's width, a caption stands in the middle.
# Pictures of at most six lines' height stand in the line; their pages were read at 16 pixels.
_NARROW = 0.8
_LINE_PICTURE, _PIXELS_PER_EM = 96, 16


class PictureShelf(Protocol):
    """Takes a picture that is to be in the file and gives the address to ask for it."""

    def __call__(self, picture: Picture) -> str: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """How one article is set.

    ``measure`` is the width of the text in em of the body's size, ``area`` the same and the
    height of a page's text in points; of text in ``columns``, they are those of one column, and
    ``full_measure`` and ``full_area`` those of all together. ``headline`` is the size of the title
    in em. ``prefix`` begins every id.
    ``notes_at_end`` puts the notes behind the article instead of at the foot of the pages.
    ``side`` is the running head's first half, the edition's title or the site. ``inside`` gives
    for an address the id of the edition's article that it leads to, ``places`` the page it is on.
    ``qr``: the article's address stands beside its end as a QR code, too. ``follows``: the article
    begins below the end of the one before it. ``duplex``: each half of the running head has a page
    of its own. ``sections`` are the titles that stand above it; ``smallest`` is the size
    in points that no text goes below.
    """

    measure: float
    area: Area = A4
    columns: int = 1
    full_measure: float = 0.0
    full_area: Area | None = None
    headline: float = 2.0
    prefix: str = ""
    notes_at_end: bool = False
    side: str = ""
    inside: Callable[[str], str | None] = lambda _: None
    places: Places = field(default_factory=Places)
    qr: bool = False
    follows: bool = False
    duplex: bool = False
    sections: frozenset[str] = frozenset()
    smallest: float = 0.0


class PrintRenderer(HtmlRenderer):
    """Renders one article for print; ``shelf`` takes its pictures."""

    # PDF/UA asks for words with every picture (ISO 14289-1, 7.3).
    may_be_silent = False

    def __init__(
        self, article: Article, context: Context, shelf: PictureShelf, setting: Setting
    ) -> None:
        article = _without_empty_end(article)
        super().__init__(article, context, prefix=setting.prefix)
        self.shelf = shelf
        self.setting = setting
        self._pictures: dict[str, Picture] = {}
        self._widths: list[float] = []
        self._row_lengths: list[int] = []
        self._room, self._measure = setting.area, setting.measure
        self._area = setting.area
        self._row_room = (0.0, 0.0)
        self._depth = 0
        self._inline_depth = 0
        self._goes_on = False

    def document(self) -> Markup:
        """The whole article, with its fine typography."""
        parts = [self.header(), self.text_body(), self.colophon()]
        if self.setting.notes_at_end:
            parts.append(self.note_list())
        attributes = language_attributes(self.language, self.article.direction)
        kind = "article"
        if is_cjk(self.language):
            kind += " cjk"
        elif not has_italics(self.language):
            kind += " upright"
        if self.setting.follows:
            kind += " follows"
        article = element(
            "article", join(parts), {"class": kind, "id": f"{self.prefix}top", **attributes}
        )
        return typeset(_parted(article), self.language)

    # --- Head and end ----------------------------------------------------------------------

    def header(self) -> Markup:
        """The masthead: site and date, the title in lines of like length, byline, standfirst."""
        setting = self.setting
        full = setting.full_measure or setting.measure
        title = " ".join(self.title().split())
        lines = balance(title, full / setting.headline)
        heading = element(
            "h1",
            Markup("<br/>".join(self.text(line) for line in lines)),
            {
                "class": "long" if is_long(title) else None,
                "id": f"{self.prefix}title",
                "data-label": title,
                "data-head": shorten(title, full * (0.95 if setting.duplex else 0.72)),
                "data-side": shorten(setting.side, full * (0.95 if setting.duplex else 0.4)),
            },
        )
        parts = (self._kicker(), heading, self.byline(), self._standfirst())
        with self._across():
            lead = self.lead_picture()
        return join((element("header", join(parts), {"class": "masthead"}), lead))

    def _kicker(self) -> Markup:
        """Site and date, on one line above the title; nothing where neither is known.

        A section of this site that begins right above has said its name.
        """
        article = self.article
        moment = article.published or article.updated or article.archived
        parts: list[Markup] = []
        if article.site and article.site not in self.setting.sections:
            kind = "site" if moment is None else "site with-date"
            parts.append(element("span", self.text(article.site), {"class": kind}))
        if moment is not None:
            words = self.text(format_date(moment, self.language))
            parts.append(element("span", words, {"class": "date"}))
        return element("p", join(parts), {"class": "kicker"}) if parts else EMPTY

    def _standfirst(self) -> Markup:
        """The article's own summary, unless the title or the text's beginning says the same."""
        summary = " ".join(self.article.summary.split())
        said = _letters(summary)
        if not said or said.casefold() in _letters(self.title()).casefold():
            return EMPTY
        if said[:60] in _letters(plain_text(self.article.body)[:4000]):
            return EMPTY
        return element("p", self.text(summary), {"class": "standfirst"})

    def byline(self) -> Markup:
        """Who wrote it."""
        if not self.article.authors:
            return EMPTY
        names = join_names(self.article.authors, self.language)
        return element("p", self.text(names), {"class": "byline"})

    def colophon(self) -> Markup:
        """Where the article was first, when it was saved, and its tags: below its last line.

        A code that leads a telephone to the address stands at its other end.
        """
        lines = [self.source_line(), self._dates_line(), self.tag_line()]
        if not any(lines):
            return EMPTY
        code = self._code() if self.setting.qr else EMPTY
        kind = "colophon coded" if code else "colophon"
        return element("footer", join((code, *lines)), {"class": kind})

    def _code(self) -> Markup:
        """The article's address as a QR code; nothing where that is too long for one."""
        from converters.writers._pdf_qr import qr_svg

        data = qr_svg(self.article.url)
        if not data:
            return EMPTY
        drawing = Encoded(data, "image/svg+xml", 0, 0)
        picture = Picture("image/svg+xml", 0, 0, drawing.digest, "svg", len(data), 1, lambda: data)
        words = label("qr code", self.language) + label("colon", self.language) + self.article.url
        return element("img", EMPTY, {"class": "code", "src": self.shelf(picture), "alt": words})

    # --- Columns ---------------------------------------------------------------------------

    @contextmanager
    def _across(self) -> Iterator[None]:
        """While this is open, what is rendered stands across all columns."""
        setting = self.setting
        kept = self._room, self._measure, self._area
        self._room = self._area = setting.full_area or setting.area
        self._measure = setting.full_measure or setting.measure
        try:
            yield
        finally:
            self._room, self._measure, self._area = kept

    def text_body(self) -> Markup:
        """The body; in columns, but for what is too wide for one."""
        if self.setting.columns == 1:
            return self.body()
        parts: list[Markup] = []
        for is_wide, blocks in self._stretches():
            if is_wide:
                with self._across():
                    parts.append(self.blocks(blocks))
            else:
                parts.append(element("div", self.blocks(blocks), {"class": "columns"}))
        return join(parts)

    def _stretches(self) -> Iterator[tuple[bool, list[Block]]]:
        """The blocks of the body that go across all columns, and those between them.

        The picture that the body begins with goes across, and tables and code whose lines a
        column could not hold, with their headings.
        """
        stretch: list[Block] = []
        for place, block in enumerate(self.article.body):
            if not self._spans(block, place):
                stretch.append(block)
                continue
            wide: list[Block] = [block]
            while stretch and isinstance(stretch[-1], Heading):
                wide.insert(0, stretch.pop())
            if stretch:
                yield False, stretch
            yield True, wide
            stretch = []
        if stretch:
            yield False, stretch

    def _spans(self, block: Block, place: int) -> bool:
        match block:
            case Figure():
                return place == 0 and any(map(self.picture_address, block.images))
            case Table():
                needed, padding = _least_width(block)
                return (needed + padding) * self._table_sizes[0] > self.setting.measure
            case CodeBlock():
                longest = max(map(_code_width, block.text.split("\n")))
                return (longest + _CODE_PADDING) * _CODE > self.setting.measure
        return False

    def _dates_line(self) -> Markup:
        article = self.article
        shown = article.published or article.updated or article.archived
        parts: list[Markup] = []
        for kind, moment in (("updated", article.updated), ("archived", article.archived)):
            if moment is None or shown is None or moment.date() == shown.date():
                continue
            words = f"{label(kind, self.language)} {format_date(moment, self.language)}"
            parts.append(self.text(words))
        return element("p", join(parts, " · "), {"class": "dates"}) if parts else EMPTY

    # --- Blocks ----------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """``blocks``, one a line; a paragraph knows whether it goes on after a picture."""
        out: list[str] = []
        last: Block | None = None
        interrupted = False
        for block in blocks:
            if isinstance(block, Paragraph):
                self._goes_on = interrupted and _goes_on(last, block)
                last, interrupted = block, False
            elif isinstance(block, Figure | Embed):
                interrupted = last is not None
            else:
                last, interrupted = None, False
            out.append(self.block(block) + "\n")
        return Markup("".join(out))

    def block(self, block: Block) -> Markup:
        """One block; a container below the deepest level shows its content alone."""
        if not isinstance(block, _CONTAINERS):
            return super().block(block)
        if self._depth >= _DEEPEST_BLOCK:
            return self.blocks(_flattened(block))
        self._depth += 1
        markup = super().block(block)
        self._depth -= 1
        return markup

    def paragraph(self, paragraph: Paragraph) -> Markup:
        """A paragraph; verse and what goes on after a picture have no indent."""
        kind = "continued" if self._goes_on else None
        self._goes_on = False
        if kind is None and _is_verse(paragraph):
            kind = "verse"
        if kind is None and self.article.body[-1:] == (paragraph,) and _is_line(paragraph):
            kind = "end"
        return element("p", self.line(paragraph.content), {"class": kind})

    def heading(self, heading: Heading) -> Markup:
        """A heading whose bookmark has its words alone, not the numbers of notes."""
        count = len(self.outline)
        markup = super().heading(heading)
        if len(self.outline) == count:
            return markup
        words = element("i", EMPTY, {"data-label": self.outline[-1].title})
        attribute = words.removeprefix("<i").removesuffix("></i>")
        return Markup(markup[:3] + attribute + markup[3:])

    def ordered_list(self, block: OrderedList) -> Markup:
        """A numbered list: WeasyPrint takes its start and its digits from CSS alone."""
        css = f"counter-reset: list-item {block.start - 1}; list-style-type: {block.style}"
        markup = super().ordered_list(block)
        return Markup(f'<ol style="{css}"' + markup.removeprefix("<ol"))

    def table(self, table: Table) -> Markup:
        """A table; one that is too wide is set small, then with words that break, then in parts.

        A page break through a cell of several rows would leave the rows below it one cell short,
        so a short table of this kind stays whole. A frame around an article's text is left out.
        """
        if is_box(table):
            return self.blocks(_flattened(table))
        needed, padding = _least_width(table)
        room = self._measure - 3 * (self._depth - 1)
        usual, small, narrow = self._table_sizes
        if (needed + padding) * small > room and room < _LEAST_COLUMN * padding / PADDING:
            parts = divided(table, room / usual)
            if len(parts) > 1:
                return join(map(self.table, parts))
        outside = self._area
        em = self._room.width / self._measure
        self._area = replace(outside, width=_picture_room(table, outside.width / em) * em)
        self._row_room = room / usual, _HIGH * self._room.height / em / usual
        markup = super().table(table)
        self._area = outside
        for kind, size in (("", usual), ("small", small), ("narrow", narrow)):
            if (needed + padding) * size <= room or kind == "narrow":
                break
        rows = (*table.head, *table.body, *table.foot)
        spans = any(cell.rowspan > 1 for row in rows for cell in row.cells)
        kinds = " ".join(
            filter(None, (kind, "spans" if spans and len(rows) <= _SHORT_ROWS else ""))
        )
        if not kinds:
            return markup
        markup = Markup(f'<table class="{kinds}"' + markup.removeprefix("<table"))
        return _with_shares(markup, shares(table, room / narrow)) if kind == "narrow" else markup

    @property
    def _table_sizes(self) -> tuple[float, ...]:
        """The sizes of tables in em of the body's, which small paper does not make smaller."""
        least = self.setting.smallest * self._measure / self._room.width
        return tuple(max(size, least) for size in _TABLE_SIZES)

    def _rows(self, rows: Sequence[Row], table: Table, *, in_head_part: bool) -> Markup:
        """Rows; those that fill much of a page may be divided, where no cell reaches down."""
        measure, height = self._row_room
        high = [is_high(row, measure, height) for row in rows]
        parts = (table.head, table.body, table.foot)
        reach = any(cell.rowspan > 1 for part in parts for row in part for cell in row.cells)
        if in_head_part or reach or not any(high):
            return super()._rows(rows, table, in_head_part=in_head_part)
        out: list[Markup] = []
        for row, is_divided in zip(rows, high, strict=True):
            self._row_room = measure, height  # a table in a cell has another
            markup = super()._rows((row,), table, in_head_part=False)
            out.append(
                Markup(markup.replace("<tr>", '<tr class="high">', 1)) if is_divided else markup
            )
        return join(out)

    def _cell(self, cell: Cell, column: int, table: Table, *, in_head: bool) -> Markup:
        """A cell; a few words stay on one line, or Chinese would stand in columns of one letter."""
        markup = super()._cell(cell, column, table, in_head=in_head)
        if em_width(plain_text(cell.content)) > SHORT:
            return markup
        return Markup(markup[:3] + ' style="white-space: nowrap"' + markup[3:])

    # --- Pictures --------------------------------------------------------------------------

    def picture_address(self, image: Image) -> str | None:
        """The address of a picture that is at hand."""
        picture = self.context.pictures.get(image, self.article.provenance.source)
        if picture is None:
            return None
        address = self.shelf(picture)
        self.keep_size(address, picture)
        self._pictures[address] = picture
        return address

    def _img(self, image: Image, address: str, *, inline: bool = False, said: str = "") -> Markup:
        """A picture in its printed size; one in the line is as large as the letters allow."""
        markup = super()._img(image, address, inline=inline, said=said)
        width, height = self.natural_size(image, address)
        if not width or not height or ' class="icon"' in markup:
            return markup
        if self._widths and not inline:
            size = f"width: {self._widths.pop():.2f}pt"
        elif inline and height <= _LINE_PICTURE:
            size = f"height: {height / _PIXELS_PER_EM:.3f}em"
        else:
            size = f"width: {self._area.fitted(width, height):.2f}pt"
        return Markup(f'{markup.removesuffix("/>")} style="{size}"/>')

    def is_narrow(self, image: Image, address: str | None) -> bool:
        """Whether a picture is printed much narrower than the text."""
        size, area = self._size(image, address), self._area
        return size is not None and area.fitted(*size) < _NARROW * area.width

    def is_tall(self, image: Image, address: str) -> bool:
        """Never: on paper a strip is cut (:meth:`figure_picture`)."""
        return False

    def figure_picture(self, image: Image, address: str | None, caption: str = "") -> Markup:
        """A picture in a figure; one that is higher than a page in pieces."""
        width = self._strip_width(image, address)
        if address is not None and width:
            return self._strip(image, address, width, caption)
        return super().figure_picture(image, address, caption)

    def _strip_width(self, image: Image, address: str | None) -> float | None:
        """The printed width of a picture that goes on over several pages."""
        size = self._size(image, address)
        return None if size is None or self._depth else self._room.strip(*size)

    def _strip(self, image: Image, address: str, width: float, caption: str) -> Markup:
        """A picture in pieces, one below the other, that a page can end between.

        The picture is in the file once; each piece is a window onto it.
        """
        picture = self._pictures[address]
        row = width / picture.width
        area = self._room
        pieces = cuts(picture.data, int(0.92 * area.height / row), int(0.08 * area.height / row))
        markup = super()._img(image, address, said=caption).removesuffix("/>")
        words = picture_words(image) or label("picture", self.language)
        parts: list[Markup] = []
        for number, (first, last) in enumerate(pieces, 1):
            size = f"width: {width:.2f}pt; height: {(last - first) * row:.3f}pt"
            place = f"object-position: 0 {-first * row:.3f}pt"
            alt = element("img", EMPTY, {"alt": f"{words} ({number}/{len(pieces)})"})
            one = re.sub(' alt="[^"]*"', lambda _, alt=alt: alt[4:-2], markup, count=1)  # type: ignore[misc]
            parts.append(Markup(f'{one} class="piece" style="{size}; {place}"/>'))
        return join(parts)

    def figure(self, figure: Figure, *, kind: str | None = None) -> Markup:
        """A figure; one with a strip in it may be divided between pages.

        Several pictures stand in rows of one height.
        """
        addresses = list(map(self.picture_address, figure.images))
        sizes = list(map(self._size, figure.images, addresses))
        kinds = [kind] if kind else []
        strips = list(filter(None, map(self._strip_width, figure.images, addresses)))
        if strips:
            kinds.append("strip")
            kinds += ["narrow"] if max(strips) < _NARROW * self._room.width else []
        elif len(sizes) > 1 and any(sizes) and not self._depth:
            kinds.append("rows")
            if self._in_rows(sizes) > _FULL * self._room.height:
                kinds.append("long")
        markup = super().figure(figure, kind=" ".join(kinds) or None)
        self._widths, self._row_lengths = [], []
        return markup

    def _in_rows(self, sizes: Sequence[tuple[int, int] | None]) -> float:
        """Plan rows for pictures of these sizes, and say how high all are.

        What stands for a picture that is not in the file has a row of its own.
        """
        widths: list[float] = []
        lengths: list[int] = []
        covered = 0.0
        for at_hand, run in groupby(sizes, bool):
            group = list(run)
            known = [size for size in group if size is not None]
            rows = self._room.rows(known) if at_hand else []
            widths += chain.from_iterable(rows)
            lengths += map(len, rows) if at_hand else [1] * len(group)
            shapes = iter(height / width for width, height in known)
            covered += sum(max(width * next(shapes) for width in row) for row in rows)
        self._widths, self._row_lengths = widths[::-1], lengths
        return covered

    def pictures_together(self, pictures: Sequence[Markup]) -> Markup:
        """The pictures of one figure; each row is a box, between which a page can end."""
        if not self._row_lengths:
            return super().pictures_together(pictures)
        rest = iter(pictures)
        rows = [join(islice(rest, length)) for length in self._row_lengths]
        content = join(element("div", row, {"class": "row"}) for row in rows)
        return element("div", content, {"class": "pictures"})

    def _size(self, image: Image, address: str | None) -> tuple[int, int] | None:
        """The size of a picture in CSS pixels, where it is in the file and known."""
        width, height = self.natural_size(image, address) if address is not None else (None, None)
        return (width, height) if width and height else None

    def absent_picture(self, image: Image, caption: str = "") -> Markup:
        """A box in the place of a picture: what it shows, and where it is to be seen.

        Where no note gives the address, it is printed in full: nobody can follow a link on paper.
        """
        words = picture_words(image)
        alone = bool(words) and not says_again(words, caption)
        if self.pictureless:
            return element("p", self.text(words), {"class": "absent bare"}) if alone else EMPTY
        marks = self._marks(image)
        reachable = link_address(image.url) is not None
        lines: list[Markup] = []
        if alone:
            lines.append(element("span", join((self.text(words), marks)), {"class": "alt"}))
        elif marks or not reachable:
            missing = self.text(label("missing picture", self.language))
            lines.append(join((missing, marks)))
        if reachable and not marks:
            lines.append(self.address(image.url))
        if leads_elsewhere(image) and link_address(image.link):
            lines.append(self.address(image.link))
        frame = element("span", EMPTY, {"class": "frame"})
        content = element("span", join(lines, " "), {"class": "words"})
        return element("p", join((frame, content)), {"class": "absent"})

    # --- Inlines ---------------------------------------------------------------------------

    def inside_address(self, url: str) -> str | None:
        """Where in the file the edition's article of this address begins."""
        place = self.setting.inside(url)
        return None if place is None else elsewhere(place)

    def link(self, link: Link) -> Markup:
        """A link; the style sheet adds to one that leads to another article the page it is on."""
        markup = super().link(link)
        anchor = self.setting.inside(link.url)
        if anchor is None or not markup.startswith("<a "):
            return markup
        page = self.setting.places.page(anchor)
        return Markup(f'<a class="inside" data-page="{page}"' + markup.removeprefix("<a"))

    def inline(self, item: Inline) -> Markup:
        """One inline; emphasis in emphasis in emphasis ends somewhere."""
        if not isinstance(item, _WRAPPERS):
            return super().inline(item)
        if self._inline_depth >= _DEEPEST_INLINE:
            return self.inlines(item.content)
        self._inline_depth += 1
        markup = super().inline(item)
        self._inline_depth -= 1
        return markup

    def ruby(self, ruby: Ruby) -> Markup:
        """Text and its reading above it, or in brackets after it where that would be too wide."""
        content = self.inlines(ruby.content)
        stacked = above(ruby, content, self.text(ruby.annotation))
        if stacked is not None:
            return stacked
        opening, closing = ("（", "）") if is_cjk(self.language) else (" (", ")")
        reading = self.text(opening + ruby.annotation + closing)
        return join((content, element("span", reading, {"class": "reading"})))

    # --- Notes -----------------------------------------------------------------------------

    def called(self) -> list[tuple[str, str]]:
        """The ids of the marks, and of the notes, that should be on the same page."""
        if self.setting.notes_at_end:
            return []
        numbers = [note.number for note in self.notes]
        return [(self.mark_identifier(n), self.note_identifier(n)) for n in numbers]

    def note(self, note: Note) -> Markup:
        """The mark of a note and, where it is called first, the note itself."""
        first = note.number not in self._called
        self.gather(note)
        anchor = element(
            "a",
            text(str(note.number)),
            {
                "id": self.mark_identifier(note.number) if first else None,
                "href": "#" + self.note_identifier(note.number),
            },
        )
        mark = element("sup", anchor, {"class": "call"})
        return (
            mark if self.setting.notes_at_end or not first else join((mark, self._footnote(note)))
        )

    def _footnote(self, note: Note) -> Markup:
        attributes = {"class": "footnote", "id": self.note_identifier(note.number)}
        return element("div", self._note_content(note), attributes)

    def _note_content(self, note: Note) -> Markup:
        """A note after its number, which leads back; nothing of where it is called matters."""
        state = (self._inside_link, self._depth, self._inline_depth, self._goes_on)
        waiting, self._after_link = self._after_link, []
        self._inside_link, self._depth, self._inline_depth, self._goes_on = False, 3, 0, False
        href = "#" + self.mark_identifier(note.number)
        number = element("a", text(str(note.number)), {"class": "number", "href": href})
        content = self.note_blocks(note, join((number, text(" "))))
        self._inside_link, self._depth, self._inline_depth, self._goes_on = state
        self._after_link = waiting
        return content

    def note_list(self) -> Markup:
        """The notes of the article as a section behind it."""
        if not self.notes:
            return EMPTY
        heading = element("p", self.text(label("notes", self.language)), {"class": "notes-title"})
        notes = [
            element(
                "div",
                self._note_content(note),
                {"class": "endnote", "id": self.note_identifier(note.number)},
            )
            for note in self.notes
        ]
        return element("section", join((heading, *notes)), {"class": "endnotes"})


def _without_empty_end(article: Article) -> Article:
    """``article`` without headings at its end, which nothing follows: they are lines in bold.

    "References" whose list became notes, a signature, an ornament.
    """
    body = list(article.body)
    place = len(body)
    while place and isinstance(heading := body[place - 1], Heading):
        place -= 1
        body[place] = Paragraph((Strong(heading.content),))
    return structs.replace(article, body=tuple(body)) if 0 < place < len(body) else article


def _is_line(paragraph: Paragraph) -> bool:
    """Whether a paragraph takes about one line."""
    return em_width(plain_text(paragraph)) < _LINE


def _with_shares(markup: Markup, widths: Sequence[float]) -> Markup:
    """A table whose columns have these shares of its width: said behind its caption."""
    first = re.search("<(?:thead|tbody|tfoot)", markup)
    if first is None or not widths:
        return markup
    columns = (element("col", EMPTY, {"style": f"width: {100 * each:.1f}%"}) for each in widths)
    start = first.start()
    return Markup(markup[:start] + element("colgroup", join(columns)) + markup[start:])


def _parted(markup: Markup) -> Markup:
    """``markup`` with a comma between the marks of notes that meet: 12, 13 is not 1213."""
    return Markup(_MARKS_MEET.sub('<sup class="comma">,</sup>', markup))


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def _code_width(line: str) -> float:
    """The width of a line of code in em: letters of one width, Chinese ones of two."""
    return sum(1.2 if _is_wide(character) else 0.6 for character in line.expandtabs(4))


def _goes_on(before: Block | None, after: Paragraph) -> bool:
    """Whether a picture stands within a sentence that ``after`` ends."""
    if not isinstance(before, Paragraph):
        return False
    start, end = plain_text(after), plain_text(before)
    if len(end) < _SUBSTANTIAL or _SENTENCE_END.search(end):
        return False
    return start[:1].islower() or (bool(start) and not start[0].isascii() and _is_wide(start[0]))


def _is_wide(character: str) -> bool:
    """Whether ``character`` belongs to a script without capitals and word spaces."""
    return "\u2e80" <= character <= "\ufaff"


def _is_verse(paragraph: Paragraph) -> bool:
    """Whether the lines of a paragraph are its author's: short ones, of which there are several."""
    if not any(isinstance(item, LineBreak) for item in paragraph.content):
        return False
    lines = plain_text(paragraph).split("\n")
    return all(len(line) <= _VERSE_EMS * (1 if not line.isascii() else 3) for line in lines)


def _flattened(block: Block) -> Sequence[Block]:
    """The blocks within a container, without the container."""
    match block:
        case BlockQuote():
            citation = (Paragraph(block.citation),) if block.citation else ()
            return (*block.content, *citation)
        case BulletList() | OrderedList():
            return [inner for item in block.items for inner in item]
        case DefinitionList():
            out: list[Block] = []
            for item in block.items:
                out.append(Paragraph((Strong(item.term),)))
                out.extend(inner for definition in item.definitions for inner in definition)
            return out
        case Table():
            rows = (*block.head, *block.body, *block.foot)
            caption = [Paragraph(block.caption)] if block.caption else []
            cells = [inner for row in rows for cell in row.cells for inner in cell.content]
            return [*caption, *cells]
        case _:
            return (block,)


def _picture_room(table: Table, room: float) -> float:
    """How wide a picture in a cell may be so that the table fits into ``room``, all in em.

    A table is as wide as what it holds; a picture as wide as the text would push the columns after
    it off the page. Columns of words keep what they need to be read, at most the width of a dozen
    letters.
    """
    words: dict[int, float] = {}
    pictures: set[int] = set()
    for cells in columns_of((*table.head, *table.body, *table.foot)):
        for column, cell in cells:
            if any(query(cell.content, Image)):
                pictures.add(column)
            if cell.colspan == 1:
                width = min(em_width(plain_text(cell.content)), _COLUMN_OF_WORDS)
                words[column] = max(words.get(column, 1.0), width)
    between = sum(width for column, width in words.items() if column not in pictures)
    padding = PADDING * len(words.keys() | pictures)
    return max(room - between - padding, room / 4) / max(1, len(pictures))


def _least_width(table: Table) -> tuple[float, float]:
    """The width that the longest words of a table's columns need, and their padding, in em."""
    columns = widths(table)
    return sum(columns), PADDING * len(columns)
