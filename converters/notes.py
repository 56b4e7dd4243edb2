"""Notes: links become numbered notes, and the notes that were there are counted with them.

A writer calls :func:`number` on each article before it renders it. What comes back has every
note numbered in reading order, from 1; links became notes, stayed, or went, as the person asked.
A picture that is not in the file can have its address as a note as well.

What pictures are called is decided here too, for all formats: :func:`picture_words`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, unquote, unquote_to_bytes

from msgspec.structs import replace

from converters.article import (
    Article,
    Embed,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Note,
    Paragraph,
    Span,
    Text,
    inlines,
    plain_text,
    query,
    walk,
    with_children,
)

__all__ = [
    "AbsentImage",
    "Links",
    "is_address",
    "leads_elsewhere",
    "number",
    "picture_words",
    "says_again",
    "shown_address",
]

Links: TypeAlias = Literal["notes", "inline", "none"]
"""What becomes of links: numbered notes, links in the text, or nothing but their words."""

_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_NOT_ASCII = re.compile(r"[^!-~]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Addresses that do something, or lead to what the reader's machine holds. Our readers let none of
# them in; an article may also come from its JSON, a plug-in, or a program.
_ACTIVE = re.compile(r"\s*(?:javascript|vbscript|data|blob|file|about):", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)(?:[?#]|$)", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"[^\s/]{1,120}\.(?:avif|bmp|gif|heic|jfif|jpe?g|png|svg|tiff?|webp)", re.IGNORECASE
)
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# Pictures of at most this many CSS pixels are signs in the line: nobody looks one up.
_SIGN = 32
# What is this long and all in the caption is no chance.
_PHRASE = 12
_UNWRITTEN = re.compile(r"^(?:https?://|mailto:|tel:)?(?:www\.)?", re.IGNORECASE)


class AbsentImage(Image, frozen=True):
    """An image whose picture is not in the file, with its address as a note in ``content``.

    Only :func:`number` makes them, only writers see them.
    """

    content: tuple[Note, ...] = ()


@lru_cache(maxsize=4096)  # writers ask again for each address they print
def shown_address(url: str) -> str:
    """``url`` as people read it: percent-encoded words decoded where that is safe.

    Only non-ASCII UTF-8 is decoded, and only to printable characters that are no space and no
    control or bidirectional mark (RFC 3987, 4.1), so the address stays the same address. What is
    none of these and stands in ``url`` unencoded is encoded. A ``mailto:`` or ``tel:`` prefix is
    left out.
    """
    url = re.sub(r"^(?:mailto|tel):", "", url, flags=re.IGNORECASE)
    return _NOT_ASCII.sub(_safe, _ENCODED.sub(_decoded, url))


def _decoded(match: re.Match[str]) -> str:
    """A run of encoded bytes, decoded character by character where that can be shown."""
    encoded = match[0]
    try:
        text = unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        return encoded
    out: list[str] = []
    start = 0
    for character in text:
        end = start + 3 * len(character.encode("utf-8"))
        # isprintable() is false for controls, spaces, format characters (bidi marks, joiners) and
        # what is unassigned: such a character stays as the source encoded it.
        out.append(character if character.isprintable() else encoded[start:end])
        start = end
    return "".join(out)


def _safe(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable() and character != " ":
        return character
    return quote(character, errors="surrogatepass")


def is_address(link: Link) -> bool:
    """Whether the link's text is its own address, so that a note would only repeat it."""
    text = plain_text(link.content).strip()
    return bool(text) and _bare(text) == _bare(link.url)


def leads_elsewhere(image: Image) -> bool:
    """Whether a picture's link says more than where the picture, or a larger copy of it, is."""
    own = ("", image.url, *image.alternatives)
    return image.link not in own and not _PICTURE_FILE.search(image.link)


def picture_words(image: Image) -> str:
    """What the source says that a picture shows; nothing where that is a file's name."""
    said = (" ".join(words.split()) for words in (image.alt, image.title))
    return next((words for words in said if words and not _FILE_NAME.fullmatch(words)), "")


def says_again(words: str, caption: str) -> bool:
    """Whether ``words`` about a picture say what its ``caption`` (with its credit) says already.

    Compared are letters and digits alone. The one may hold the other, if what it has beside it is
    less than half as long ("Photo: ...", a name, a date). HTML asks for an empty text then
    (https://html.spec.whatwg.org/#a-graphical-representation-of-some-of-the-surrounding-text),
    so that nobody is read the same twice.
    """
    ours, theirs = _words(words), _words(caption)
    if not ours or not theirs:
        return False
    if f" {ours} " in f" {theirs} ":
        return True
    # Scripts without spaces, and what is apart here and together there.
    ours, theirs = ours.replace(" ", ""), theirs.replace(" ", "")
    if (len(ours) >= _PHRASE or not ours.isascii()) and ours in theirs:
        return True
    return theirs in ours and len(ours) * 2 <= len(theirs) * 3


def _words(text: str) -> str:
    """The letters and digits of ``text``, words apart by one space, in one case and width."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _bare(address: str) -> str:
    """``address`` without what people leave out, or write otherwise, when they write one."""
    return _UNWRITTEN.sub("", unquote(address)).rstrip("/").casefold()


def number(
    article: Article,
    links: Links = "notes",
    *,
    shared: bool = True,
    in_headings: bool = True,
    absent: Callable[[Image], bool] | None = None,
    inside: Callable[[str], bool] | None = None,
) -> Article:
    """``article`` with its notes numbered from 1 in reading order.

    ``links="notes"`` makes a note of each link whose text is not its own address; the note holds
    the address as a link. ``"inline"`` keeps links as they are, ``"none"`` keeps their words.
    In all three, links to a place that the article has stay links, links to one that it lacks
    and links that lead to no page (``javascript:``, ``file:``) become their words, and notes that
    the source had are counted.

    ``shared``: the same address is one note with one number, called again where it recurs (the
    later calls are equal :class:`Note` values); otherwise each call has its own number. A note of
    the source that holds nothing but an address counts as that address.
    ``in_headings=False`` keeps notes out of headings, for writers that cannot have them there:
    links in headings stay links, and a heading's own notes move to the end of the paragraph
    after it. A note within the text of a link that stays moves behind the link.
    ``absent`` tells of an image whether its picture will not be in the file; where links are
    notes, such an image of the web becomes an :class:`AbsentImage` with its address as a note.
    ``inside`` tells of an address whether its page is in the file, too, as an article of the same
    edition; a link to it stays a link unless there are to be none, for the writer to lead there.
    """
    numbering = _Numbering(article, links, shared, in_headings)
    if inside is not None:
        numbering.lead_inside = inside
    if absent is not None and links == "notes":
        numbering.absent = absent
    return replace(article, body=numbering.run())


def _never(_: object) -> bool:
    return False


class _Numbering:
    """One pass over one article."""

    def __init__(self, article: Article, links: Links, shared: bool, in_headings: bool) -> None:
        self.article = article
        self.links = links
        self.shared = shared
        self.in_headings = in_headings
        self.absent: Callable[[Image], bool] = _never
        self.lead_inside: Callable[[str], bool] = _never
        self.count = 0
        self.by_address: dict[str, Note] = {}
        self.by_note: dict[Note, Note] = {}
        self.inside: Literal["text", "heading", "note"] = "text"
        self.waiting: list[Note] = []

    @cached_property
    def targets(self) -> set[str]:
        """The places in the article that a link can lead to; most articles have no such link."""
        named = query(self.article.body, Heading, Span, Figure)
        return {name for node in named if (name := getattr(node, "identifier", ""))}

    def run(self) -> tuple[Any, ...]:
        body = self.sequence(self.article.body)
        if not self.waiting:
            return body
        # No paragraph came after the heading.
        return (*body, Paragraph(inlines(self.placed())))

    def sequence(self, nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        """Rewrite a sequence of nodes, or of sequences of nodes."""
        out: list[Any] = []
        changed = False
        for node in nodes:
            if isinstance(node, tuple):
                new: Sequence[Any] = (self.sequence(node),)
            else:
                new = self.node(node)
            changed = changed or len(new) != 1 or new[0] is not node
            out.extend(new)
        if not changed:
            return nodes
        if out and not isinstance(out[0], tuple) and _is_inline(nodes):
            return inlines(out)
        return tuple(out)

    def node(self, node: Any) -> Sequence[Any]:
        """What stands in ``node``'s place."""
        match node:
            case Link():
                return self.link(node)
            case Note():
                return self.note(node)
            case Heading():
                return (self.heading(node),)
            case Paragraph():
                return (self.paragraph(node),)
            case Image():
                return (self.image(node),)
            case Embed(poster=Image() as poster):
                # The still of an embed is shown or is not; the embed has an address of its own.
                bare = with_children(replace(node, poster=None), self.sequence)
                return (replace(bare, poster=poster),)
            case _:
                return (with_children(node, self.sequence),)

    def heading(self, heading: Heading) -> Heading:
        if self.in_headings or self.inside != "text":
            return with_children(heading, self.sequence)
        self.inside = "heading"
        heading = with_children(heading, self.sequence)
        self.inside = "text"
        return heading

    def paragraph(self, paragraph: Paragraph) -> Paragraph:
        """A paragraph, with the notes of the headings before it."""
        paragraph = with_children(paragraph, self.sequence)
        if self.waiting and self.inside == "text":
            return Paragraph(inlines((*paragraph.content, *self.placed())))
        return paragraph

    def placed(self) -> list[Inline]:
        """The notes that wait, numbered now that they have their place."""
        waiting, self.waiting = self.waiting, []
        return [inline for note in waiting for inline in self.note(note)]

    def note(self, note: Note) -> Sequence[Inline]:
        """A note that the source had."""
        if self.inside == "note":
            return (Text(f" ({plain_text(note.content)})"),)
        if self.inside == "heading":
            self.waiting.append(note)
            return ()
        if note in self.by_note:
            return (self.by_note[note],)
        if self.shared and (url := _only_address(note)):
            return (self.address_note(url),)
        self.count += 1
        number = self.count
        self.inside = "note"
        content = self.sequence(note.content)
        self.inside = "text"
        numbered = Note(content, number)
        if self.shared and note.number:
            self.by_note[note] = numbered
        return (numbered,)

    def image(self, image: Image) -> Image:
        """An image; one that will not be seen has its address as a note."""
        if self.inside != "text" or not _WEB.match(image.url) or not self.absent(image):
            return image
        if max(image.width or image.height or _SIGN + 1, image.height or 0) <= _SIGN:
            return image
        given = {name: getattr(image, name) for name in image.__struct_fields__}
        return AbsentImage(**given, content=(self.address_note(image.url),))

    def link(self, link: Link) -> Sequence[Inline]:
        """A link, by where it leads and what was asked."""
        content: tuple[Inline, ...] = self.sequence(link.content)
        if link.url.startswith("#"):
            known = link.url[1:] in self.targets
            return _kept(link, content) if known else content
        if _ACTIVE.match(link.url):
            return content
        if self.links == "none":
            return content
        if self.links == "inline" or is_address(link) or self.inside == "heading":
            return _kept(link, content)
        if self.lead_inside(link.url):
            return _kept(link, content)
        if self.inside == "note":
            return (*content, Text(" "), _address(link.url))
        return (*content, self.address_note(link.url))

    def address_note(self, url: str) -> Note:
        if self.shared and url in self.by_address:
            return self.by_address[url]
        self.count += 1
        note = Note((Paragraph((_address(url),)),), self.count)
        self.by_address[url] = note
        return note


def _address(url: str) -> Inline:
    """An address that can be followed, as its own text; a relative one is only words."""
    text = Text(shown_address(url))
    return Link((text,), url) if _SCHEME.match(url) else text


def _only_address(note: Note) -> str:
    """The address that is all that ``note`` holds, or ""."""
    match note.content:
        case (Paragraph(content=(Link(url=url) as link,)),) if is_address(link):
            return url
    return ""


def _kept(link: Link, content: tuple[Inline, ...]) -> Sequence[Inline]:
    """A link that stays, its words being ``content``; notes among them go behind it."""
    notes = list(query(content, Note))
    if not notes:
        return (link if content is link.content else replace(link, content=content),)
    words = walk(content, lambda node: None if isinstance(node, Note) else node)
    return (replace(link, content=words or (Text(shown_address(link.url)),)), *notes)


def _is_inline(nodes: tuple[Any, ...]) -> bool:
    """Whether a sequence is a run of inlines: its first member tells."""
    return isinstance(nodes[0], Inline)
