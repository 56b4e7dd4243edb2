"""An article as the XHTML documents of an EPUB: one, or several where it is long.

The markup of notes is the one that pop-ups of Kindle, Apple Books, Kobo and KOReader agree on
(EP-19 to EP-26): a superscript link of digits only; the notes after the text, in the same
document, each in an ``aside`` that begins with its number, which leads back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from msgspec.structs import replace

from converters.article import (
    Article,
    Block,
    Heading,
    Image,
    Inline,
    Math,
    Node,
    Note,
    Text,
    plain_text,
    query,
)
from converters.images import Picture
from converters.languages import CJK_CLASS, CJK_PUNCTUATION_CLASS, label
from converters.notes import AbsentImage, picture_words
from converters.writers import Context
from converters.writers._epub_plan import shortened
from converters.writers._epub_split import parts
from converters.writers._matter import is_seen
from converters.writers._strips import cuts, piece
from converters.writers._xhtml import (
    EMPTY,
    Markup,
    element,
    join,
    language_attributes,
    language_tag,
    text,
)
from converters.writers.html import ICON, HtmlRenderer, OutlineEntry

__all__ = [
    "COVER",
    "LONG_TITLE",
    "MAX_DOCUMENT",
    "NAMESPACES",
    "STYLE_SHEET",
    "Chapter",
    "Document",
    "Entry",
    "Gathered",
    "Notes",
    "cover_page",
    "page",
]

Notes = Literal["popup", "visible"]
"""How notes are marked up: to pop up, or as ordinary text for readers that hide what pops up."""

MAX_DOCUMENT = 250_000
"""Largest document in bytes; calibre's limit for readers on Adobe's engine is 260 KB."""

LONG_TITLE = 80
"""A title of more characters than this is set smaller."""

STYLE_SHEET = "style.css"
COVER = "cover.xhtml"

# Apple Books ignores a declaration of epub: below the root element (EP-13).
NAMESPACES = {
    "xmlns": "http://www.w3.org/1999/xhtml",
    "xmlns:epub": "http://www.idpf.org/2007/ops",
}

# Kobo shows notes of at most 5,000 characters in a pop-up and drops the rest of longer ones.
_LONGEST_POPUP = 5000
# Pictures of at most six lines' height stand in the line; their pages were read at 16 pixels.
_LINE_PICTURE, _PIXELS_PER_EM = 96, 16
# A picture of fewer rows fits most screens. Of higher ones that are strips, pieces are at most so
# many times as high as wide, and end between lines after the other share.
_SCREEN, _HIGHEST_PIECE, _LEAST_PIECE = 1600, 1.25, 0.4
# Joins the mark to nothing: some readers take a block that holds only a link for a note itself.
_WORD_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: where it leads (``file#id``), its words, and what stands below it.

    ``language`` and ``direction`` are those of the words where they are known. ``details`` are
    shown small beside them; a ``hidden`` line is for programs, not for the page of contents;
    ``kind`` is a class for the style sheet.
    """

    title: str
    address: str
    children: tuple[Entry, ...] = ()
    language: str = ""
    direction: str = ""
    details: str = ""
    hidden: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the book: its name and its bytes."""

    name: str
    data: bytes


class Gathered:
    """What the chapters of a book hold, gathered while they are made one after the other.

    ``files`` are the pictures by their file names, each stored once; of what ``shown`` names is
    known whether it is described wherever it is shown, by words of its own or by its caption.
    ``widths`` are those of drawings and of pictures in the line, in quarters of an em. What is kept
    is where a picture can be had, not the picture. ``has_math``: a formula is among the text.
    """

    def __init__(self) -> None:
        self.files: dict[str, Picture] = {}
        self.shown: dict[str, bool] = {}
        self.widths: set[int] = set()
        self.has_math = False

    def rules(self) -> str:
        """The CSS for the widths: they grow and shrink with the letters (EP-18 wants no pixels)."""
        return "".join(
            f".w{width} {{\n  width: {width / 4:g}em;\n}}\n" for width in sorted(self.widths)
        )

    def store(self, picture: Picture) -> str:
        """Put ``picture`` into the book and give its address there."""
        address = self.address(picture)
        self.files.setdefault(address, picture)
        return address

    @staticmethod
    def address(picture: Picture) -> str:
        """The address of ``picture`` in a book, made from its content."""
        return f"images/{picture.digest}.{picture.suffix}"


def cover_page(address: str, title: str, language: str, direction: str) -> Document:
    """The page of the cover: the picture and nothing else.

    See https://github.com/kobolabs/epub-spec#cover-images.
    """
    words = f"{label('cover', language)}{label('colon', language)}{title}"
    image = element("img", EMPTY, {"src": address, "alt": words})
    section = element("section", image, {"class": "cover", "epub:type": "cover"})
    return Document(COVER, page(label("cover", language), section, language, direction))


def page(head_title: str, body: Markup, language: str, direction: str = "ltr") -> bytes:
    """A whole XHTML document in UTF-8."""
    head = (
        element("meta", EMPTY, {"charset": "utf-8"}),
        element("title", text(head_title)),
        element("link", EMPTY, {"rel": "stylesheet", "type": "text/css", "href": STYLE_SHEET}),
    )
    attributes = {
        **NAMESPACES,
        # A screen reader needs a language; where nobody knows it, the tag says so (RFC 5646, 4.1).
        **language_attributes(language_tag(language) or "und", "rtl" if direction == "rtl" else ""),
    }
    html = element(
        "html",
        join((element("head", join(head, "\n")), element("body", body)), "\n"),
        attributes,
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n{html}\n'.encode()


class _EpubRenderer(HtmlRenderer):
    """The shared renderer with EPUB's notes, pictures in files, and links across documents.

    ``homes`` says in which document a place of the article is, ``document`` which one is being
    rendered; both matter only for articles that are divided.
    """

    # What checkers of accessibility look for beside empty words
    # (https://kb.daisy.org/publishing/docs/html/images.html); in HTML pages it is an error.
    silent_role = "presentation"
    # A section that is a chapter by its role no longer holds the footers in it to be its own
    # (https://www.w3.org/TR/html-aam-1.0/#el-footer).
    citation_role = "presentation"

    def __init__(self, making: Chapter) -> None:
        super().__init__(making.article, making.context)
        self.making = making
        self.gathered = making.gathered
        self.note_element = "aside" if making.notes == "popup" else "div"
        self._offered: dict[str, Picture] = {}
        self.homes: Mapping[str, str] = {}
        self.document = ""

    def title(self) -> str:
        """The article's title, or words that stand for one that shows nothing."""
        title = self.article.title
        return title if is_seen(title) else label("untitled", self.language)

    def title_words(self) -> Markup:
        words = super().title_words()
        is_long = len(self.article.title) > LONG_TITLE
        return element("span", words, {"class": "long"}) if is_long else words

    def inside_address(self, url: str) -> str | None:
        return self.making.inside(url)

    def math(self, math: Math) -> Markup:
        self.gathered.has_math = True
        return super().math(math)

    def picture_address(self, image: Image) -> str | None:
        if isinstance(image, AbsentImage):  # it was looked for when the notes were numbered
            return None
        picture = self.context.pictures.get(image, self.article.provenance.source)
        if picture is None:
            return None
        return self._offer(picture)

    def _offer(self, picture: Picture) -> str:
        """Give a picture its address; only what is shown is put into the book."""
        address = self.gathered.address(picture)
        self._offered[address] = picture
        self.keep_size(address, picture)
        return address

    def _img(self, image: Image, address: str, *, inline: bool = False, said: str = "") -> Markup:
        described = bool(picture_words(image)) or self.is_silent(image, said)
        self.gathered.store(self._offered[address])
        shown = self.gathered.shown
        shown[address] = shown.get(address, True) and described
        return super()._img(image, address, inline=inline, said=said)

    def figure_picture(self, image: Image, address: str | None, caption: str = "") -> Markup:
        """A picture in a figure; a strip in pieces that each fit a screen."""
        picture = self._offered[address] if address is not None else None
        if picture is None or image.link or not self.is_tall(image, address or ""):
            return super().figure_picture(image, address, caption)
        width = picture.width
        if picture.height <= _SCREEN or picture.media_type not in ("image/jpeg", "image/png"):
            return super().figure_picture(image, address, caption)
        pieces = cuts(picture.data, int(_HIGHEST_PIECE * width), int(_LEAST_PIECE * width))
        return self._in_pieces(image, picture, pieces, caption)

    def _in_pieces(
        self, image: Image, picture: Picture, pieces: Sequence[tuple[int, int]], said: str
    ) -> Markup:
        words = picture_words(image) or label("picture", self.language)
        parts: list[Markup] = []
        for number, (first, last) in enumerate(pieces, 1):
            address = self._offer(piece(picture, first, last))
            if number == 1:
                parts.append(self._img(image, address, said=said))
                continue
            self.gathered.store(self._offered[address])
            silent = self.is_silent(image, said)
            part = replace(image, alt="" if silent else f"{words} ({number}/{len(pieces)})")
            parts.append(super()._img(part, address, said=said if silent else ""))
        return element("div", join(parts), {"class": "strip"})

    def size_classes(self, image: Image, address: str, *, inline: bool) -> Iterable[str]:
        """A width in em for a drawing, whose pixels say nothing, and for a formula in the line."""
        picture = self._offered[address]
        width, height = self.natural_size(image, address)
        if not width or not height or (inline and max(width, height) <= ICON):
            return ()
        small = inline and height <= _LINE_PICTURE
        if not small and picture.density == 1:
            return ()
        quarters = max(1, round(width * 4 / _PIXELS_PER_EM))
        self.gathered.widths.add(quarters)
        return (f"w{quarters}", "in-line") if small else (f"w{quarters}",)

    def fragment_address(self, identifier: str) -> str | None:
        address = super().fragment_address(identifier)
        home = self.homes.get(identifier, self.document)
        return address if address is None or home == self.document else home + address

    def line(self, content: Sequence[Inline]) -> Markup:
        markup = super().line(content)
        if content and all(_is_mark_or_space(item) for item in content):
            return join((text(_WORD_JOINER), markup))
        return markup

    def inlines(self, items: Iterable[Inline]) -> Markup:
        """A run of inlines; a mark never begins a line, even between Han characters."""
        out: list[Markup] = []
        run = tuple(items)
        index = 0
        while index < len(run):
            item = run[index]
            index += 1
            marks = list(takewhile(lambda after: isinstance(after, Note), run[index : index + 9]))
            if marks and isinstance(item, Text) and _may_end_a_line(item.text[-1]):
                index += len(marks)
                kept = join((self.text(item.text[-1]), *map(self.inline, marks)))
                out += [self.text(item.text[:-1]), element("span", kept, {"class": "keep"})]
            else:
                out.append(self.inline(item))
        return join(out)

    def note(self, note: Note) -> Markup:
        self.gather(note)
        anchor = element(
            "a",
            text(str(note.number)),
            {
                **({} if _is_long(note) else {"epub:type": "noteref", "role": "doc-noteref"}),
                "id": self.mark_identifier(note.number),
                "href": "#" + self.note_identifier(note.number),
            },
        )
        return element("sup", anchor)

    def note_text(self, note: Note) -> Markup:
        back = element(
            "a",
            text(str(note.number)),
            {
                "epub:type": "backlink",
                "role": "doc-backlink",
                "href": "#" + self.mark_identifier(note.number),
            },
        )
        # An address that fills the line must not leave the number alone on the one above.
        content = self.note_blocks(note, join((back, text(".\u00a0"))))
        identifier = self.note_identifier(note.number)
        if _is_long(note):
            return element("div", content, {"id": identifier})
        return element(
            self.note_element,
            content,
            {"epub:type": "footnote", "role": "doc-footnote", "id": identifier},
        )

    def size(self, block: Block) -> int:
        """How many bytes ``block`` takes in a document, the notes that it calls included."""
        before = len(self.notes)
        markup = self.block(block)
        called = self.notes[before:]
        notes = [self.note_text(note) for note in called]
        # The same notes count again when half of the block is measured.
        del self.notes[before:]
        self._called.difference_update(note.number for note in called)
        return sum(len(part.encode()) + 1 for part in (markup, *notes))

    def note_list(self) -> Markup:
        if not self.notes:
            return EMPTY
        notes = [self.note_text(note) for note in self.notes_called()]
        # Foliate and Apple Books take asides out of the flow: a rule over nothing would be left.
        stay = self.note_element != "aside" or any(map(_is_long, self.notes))
        return element(
            "section",
            join([element("hr"), *notes] if stay else notes, "\n"),
            {
                "class": "endnotes",
                "epub:type": "footnotes",
                "role": "doc-endnotes",
                "aria-label": label("notes", self.language),
            },
        )


@lru_cache(maxsize=4096)
def _may_end_a_line(character: str) -> bool:
    """Whether a line may be broken after ``character``, whatever follows."""
    if character in "”’…—":
        return True
    mark = re.match(f"[{CJK_CLASS}{CJK_PUNCTUATION_CLASS}]", character)
    return mark is not None and not unicodedata.combining(character)


def _is_mark_or_space(item: Inline) -> bool:
    return isinstance(item, Note) or (isinstance(item, Text) and item.text.isspace())


def _is_long(note: Note) -> bool:
    return len(plain_text(note.content)) > _LONGEST_POPUP


@dataclass(frozen=True, slots=True)
class Chapter:
    """An article, whose notes are numbered, and all that making its documents takes.

    They are called after ``name``; what they hold is told to ``gathered``. ``toc_depth`` is the
    deepest level of headings in the contents, the article's title being the first. ``inside`` gives
    the address in the book for that of one of its articles; ``closing`` follows the article's end.
    ``share`` is that of :data:`MAX_DOCUMENT` which a document may take.
    """

    article: Article
    context: Context
    gathered: Gathered
    name: str
    notes: Notes = "popup"
    toc_depth: int = 2
    inside: Callable[[str], str | None] = lambda _: None
    closing: Markup = EMPTY
    share: float = 1.0

    @property
    def largest(self) -> int:
        """The most bytes of a document."""
        return int(self.share * MAX_DOCUMENT)

    def document_name(self, part: int) -> str:
        """The name of the article's document number ``part``."""
        return f"{self.name}.xhtml" if part == 1 else f"{self.name}-{part}.xhtml"

    def documents(self) -> tuple[list[Document], Entry]:
        """The article's documents, and its line in the contents.

        Below that are its headings and every further document.
        """
        document, entry = _whole(self)
        return ([document], entry) if len(document.data) <= self.largest else _divided(self)


def _whole(making: Chapter) -> tuple[Document, Entry]:
    """The article as one document."""
    renderer = _EpubRenderer(making)
    renderer.document = making.document_name(1)
    document, children = _part(making, renderer, making.article.body, first=True, last=True)
    return document, _article_entry(making, renderer, children)


def _divided(making: Chapter) -> tuple[list[Document], Entry]:
    """The article as several documents, links between them and entries in the contents."""
    scale = _EpubRenderer(making)
    overhead = len(_document(making, scale, scale.header(), EMPTY, making.closing).data)
    # A title longer than a document leaves no room in the first part, but in the others.
    room = max(making.largest - overhead, making.largest // 2)
    groups = parts(making.article.body, scale.size, room)
    renderer = _EpubRenderer(making)
    renderer.homes = _homes(making, groups)
    documents: list[Document] = []
    entries: list[Entry] = []
    for number, blocks in enumerate(groups, 1):
        renderer.document = making.document_name(number)
        renderer.notes = []
        document, children = _part(
            making, renderer, blocks, first=number == 1, last=number == len(groups)
        )
        documents.append(document)
        opens = isinstance(blocks[0], Heading) and blocks[0].level <= making.toc_depth
        if number > 1 and not (opens and children):
            entries.append(Entry(f"{shortened(renderer.title())} ({number})", document.name))
        entries.extend(children)
        if len(document.data) > making.largest:
            making.context.warn(
                f"{renderer.title()}: part {number} has {len(document.data) // 1000} KB, more than "
                "some e-readers open, and cannot be divided further"
            )
    return documents, _article_entry(making, renderer, tuple(entries))


def _homes(making: Chapter, groups: Sequence[Sequence[Block]]) -> dict[str, str]:
    """The document of every place that the article names."""
    homes: dict[str, str] = {}
    for number, blocks in enumerate(groups, 1):
        for node in query(blocks, Node):
            if identifier := getattr(node, "identifier", ""):
                homes.setdefault(identifier, making.document_name(number))
    return homes


def _part(
    making: Chapter,
    renderer: _EpubRenderer,
    blocks: Sequence[Block],
    *,
    first: bool,
    last: bool,
) -> tuple[Document, tuple[Entry, ...]]:
    """One document, and the entries of its headings."""
    header = renderer.header() if first else EMPTY
    body: list[Markup] = []
    headings: list[OutlineEntry] = []
    for block in blocks:
        body.append(renderer.block(block))
        if isinstance(block, Heading):
            headings.append(renderer.outline[-1])
    markup = join((join(body, "\n"), renderer.note_list()), "\n")
    closing = making.closing if last else EMPTY
    document = _document(making, renderer, header, markup, closing)
    shown = [
        entry for entry in headings if entry.level <= making.toc_depth and is_seen(entry.title)
    ]
    return document, tuple(_nested(shown, document.name))


def _document(
    making: Chapter,
    renderer: _EpubRenderer,
    header: Markup,
    content: Markup,
    closing: Markup,
) -> Document:
    """A document: the first part of an article is its chapter, later ones belong to it."""
    title = renderer.title()
    attributes = (
        {"epub:type": "chapter", "role": "doc-chapter"} if header else {"aria-label": title}
    )
    section = element("section", join((header, content), "\n"), {"class": "article", **attributes})
    body = join((section, closing), "\n") if closing else section
    data = page(title, body, making.article.language, making.article.direction)
    return Document(renderer.document, data)


def _nested(headings: Sequence[OutlineEntry], document: str) -> Iterator[Entry]:
    """The headings as entries, those of deeper level below the one they follow."""
    index = 0
    while index < len(headings):
        top = headings[index]
        end = index + 1
        while end < len(headings) and headings[end].level > top.level:
            end += 1
        children = tuple(_nested(headings[index + 1 : end], document))
        yield Entry(shortened(top.title), f"{document}#{top.identifier}", children)
        index = end


def _article_entry(making: Chapter, renderer: HtmlRenderer, children: tuple[Entry, ...]) -> Entry:
    article = making.article
    title = shortened(renderer.title())
    return Entry(title, making.document_name(1), children, article.language, article.direction)
