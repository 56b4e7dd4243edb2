"""The article model: what every reader makes and every writer renders.

An :class:`Article` is metadata, a body of :data:`Block` values, and the provenance of both.
Blocks hold :data:`Inline` values. Both are closed unions of small frozen structs, so that a
writer can ``match`` them exhaustively; names follow pandoc's document types
(https://hackage.haskell.org/package/pandoc-types) and HTML (https://html.spec.whatwg.org/).

Readers do not call the constructors with raw text. They join pieces with :func:`inlines` and
:func:`trimmed`, which bring every run of inlines into one canonical form, so that the same text
gives the same tree whatever markup it came from:

* adjacent text is one :class:`Text`; white space collapses as in HTML (CSS Text 3, 4.1.1); a line
  break in the source between two CJK characters vanishes, elsewhere it is one space; a space is
  never put where none was;
* control characters, U+FEFF and code points that XML forbids go; everything else stays as it
  came, no-break spaces, joiners and soft hyphens included (no normalisation form is applied);
* empty emphasis vanishes, equal neighbours join, emphasis in itself is one emphasis, and spaces
  at an emphasis' or a link's edge stand outside it;
* a block neither begins nor ends with white space (of any width, zero included) or a line break.

The module imports nothing else of this package and no HTML, PDF or network library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from operator import is_
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, overload

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

__all__ = [
    "MAX_DEPTH",
    "MODEL_VERSION",
    "Alignment",
    "Article",
    "Block",
    "BlockQuote",
    "BulletList",
    "Candidate",
    "Cell",
    "Change",
    "Code",
    "CodeBlock",
    "Definition",
    "DefinitionList",
    "Dropped",
    "Embed",
    "Emphasis",
    "Field",
    "Figure",
    "Heading",
    "Image",
    "Inline",
    "LineBreak",
    "Link",
    "Math",
    "Node",
    "Note",
    "OrderedList",
    "Paragraph",
    "Provenance",
    "Row",
    "Ruby",
    "Span",
    "Strikeout",
    "Strong",
    "Subscript",
    "Superscript",
    "Table",
    "Text",
    "ThematicBreak",
    "Underline",
    "clean",
    "depth",
    "from_json",
    "inlines",
    "json_schema",
    "plain_text",
    "query",
    "to_json",
    "trimmed",
    "walk",
    "with_children",
]

MODEL_VERSION = 1
"""Version of the JSON form. It grows when a document of the new form no longer reads as the old."""

MAX_DEPTH = 60
"""Deepest nesting that a reader may produce: WeasyPrint and msgspec recurse over the tree."""


def _tag(name: str) -> str:
    """``BlockQuote`` -> ``block_quote``: the JSON tag of a struct."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Node(
    Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag=_tag,
    gc=False,
):
    """Root of all parts of the model: an immutable value, written in JSON with its ``type``.

    Immutable values cannot hold themselves, so Python's collector of cycles leaves them alone.
    """


# --- Inlines -------------------------------------------------------------------------------


class Text(Node, frozen=True):
    """A run of characters, never empty."""

    text: str


class Emphasis(Node, frozen=True):
    """Stress (HTML ``em``, ``i``)."""

    content: tuple[Inline, ...]


class Strong(Node, frozen=True):
    """Importance (HTML ``strong``, ``b``)."""

    content: tuple[Inline, ...]


class Strikeout(Node, frozen=True):
    """Removed or no longer accurate text (HTML ``del``, ``s``)."""

    content: tuple[Inline, ...]


class Underline(Node, frozen=True):
    """Inserted or annotated text (HTML ``ins``, ``u``)."""

    content: tuple[Inline, ...]


class Superscript(Node, frozen=True):
    """Raised text (HTML ``sup``) that is not a note's mark."""

    content: tuple[Inline, ...]


class Subscript(Node, frozen=True):
    """Lowered text (HTML ``sub``)."""

    content: tuple[Inline, ...]


class Code(Node, frozen=True):
    """A fragment of computer code (HTML ``code``, ``kbd``, ``samp``), one line, verbatim."""

    text: str


class Span(Node, frozen=True):
    """Inlines with an attribute that the text itself cannot say.

    ``language`` is a BCP 47 tag where it differs from the surroundings; ``direction`` likewise;
    ``title`` is the expansion of an abbreviation (HTML ``abbr``); ``mark`` says that the text is
    highlighted (HTML ``mark``); ``identifier`` makes the place the target of a link within the
    article. Only a span with an identifier may be empty.
    """

    content: tuple[Inline, ...]
    language: str = ""
    direction: Literal["", "ltr", "rtl"] = ""
    title: str = ""
    mark: bool = False
    identifier: str = ""


class Link(Node, frozen=True):
    """A hyperlink: ``url`` is absolute, or ``#identifier`` for a place in the same article."""

    content: tuple[Inline, ...]
    url: str
    title: str = ""


class Candidate(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One size in which a picture is offered (HTML ``srcset``): ``width`` is in pixels."""

    url: str
    width: int


class Image(Node, frozen=True):
    """A picture.

    ``url`` is its address: absolute, a ``data:`` address, or relative to the source's folder.
    ``alternatives`` are other addresses of the same picture, in the order of their worth, such
    as the proxy that the source named. ``width`` and ``height`` are CSS pixels where the source
    says them. ``link`` is the address that the picture leads to, where it is a link.
    ``candidates`` are the sizes in which the source offers the whole picture, where it names them.
    """

    url: str
    alt: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None
    alternatives: tuple[str, ...] = ()
    link: str = ""
    candidates: tuple[Candidate, ...] = ()


class LineBreak(Node, frozen=True):
    """A forced line break (HTML ``br``) that matters: verse, addresses, dialogue."""


class Note(Node, frozen=True):
    """A note at the place of its mark, whether the source had it or a link became it.

    ``number`` is 0 until :mod:`converters.notes` counts; two notes of one number are the same
    note, called twice.
    """

    content: tuple[Block, ...]
    number: int = 0


class Ruby(Node, frozen=True):
    """Text with its reading (HTML ``ruby``; https://www.w3.org/TR/html-ruby-extensions/)."""

    content: tuple[Inline, ...]
    annotation: str


class Math(Node, frozen=True):
    """A formula in TeX notation, in the line or (``display``) on its own."""

    tex: str
    display: bool = False


Inline: TypeAlias = (
    Text
    | Emphasis
    | Strong
    | Strikeout
    | Underline
    | Superscript
    | Subscript
    | Code
    | Span
    | Link
    | Image
    | LineBreak
    | Note
    | Ruby
    | Math
)

# --- Blocks --------------------------------------------------------------------------------

Alignment: TypeAlias = Literal["", "left", "center", "right"]
Level: TypeAlias = Annotated[int, Meta(ge=1, le=6)]
Extent: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]


class Paragraph(Node, frozen=True):
    """A paragraph."""

    content: tuple[Inline, ...]


class Heading(Node, frozen=True):
    """A heading. The article's title is level 1, so the body's begin at 2 and skip none."""

    level: Level
    content: tuple[Inline, ...]
    identifier: str = ""


class BlockQuote(Node, frozen=True):
    """A quotation, with its source (HTML ``cite``, ``footer``) in ``citation``."""

    content: tuple[Block, ...]
    citation: tuple[Inline, ...] = ()


class BulletList(Node, frozen=True):
    """A list without numbers."""

    items: tuple[tuple[Block, ...], ...]


class OrderedList(Node, frozen=True):
    """A numbered list; ``style`` is a CSS ``list-style-type``."""

    items: tuple[tuple[Block, ...], ...]
    start: int = 1
    style: Literal["decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"] = (
        "decimal"
    )


class Definition(Node, frozen=True):
    """A term and what it means (HTML ``dt`` and the ``dd`` that follow)."""

    term: tuple[Inline, ...]
    definitions: tuple[tuple[Block, ...], ...]


class DefinitionList(Node, frozen=True):
    """Terms with their meanings (HTML ``dl``)."""

    items: tuple[Definition, ...]


class CodeBlock(Node, frozen=True):
    """Preformatted text, byte for byte; ``language`` as in HTML's ``class="language-…"``."""

    text: str
    language: str = ""


class Cell(Node, frozen=True):
    """A table cell; ``header`` for HTML ``th``."""

    content: tuple[Block, ...]
    header: bool = False
    colspan: Extent = 1
    rowspan: Extent = 1


class Row(Node, frozen=True):
    """A table row: the cells that begin in it."""

    cells: tuple[Cell, ...]


class Table(Node, frozen=True):
    """A table; ``alignments`` has one entry a column, or none at all."""

    body: tuple[Row, ...]
    head: tuple[Row, ...] = ()
    foot: tuple[Row, ...] = ()
    caption: tuple[Inline, ...] = ()
    alignments: tuple[Alignment, ...] = ()


class Figure(Node, frozen=True):
    """One picture or several under one caption; ``credit`` is who made or owns them."""

    images: tuple[Image, ...]
    caption: tuple[Inline, ...] = ()
    credit: tuple[Inline, ...] = ()
    identifier: str = ""


class ThematicBreak(Node, frozen=True):
    """A rule between topics (HTML ``hr``)."""


class Embed(Node, frozen=True):
    """A video, sound, post or frame that cannot travel: kept as a titled link.

    ``kind`` says what it is, ``provider`` whose it is ("YouTube"), ``url`` where a person can see
    it, ``poster`` its still picture, ``caption`` the words beneath it.
    """

    url: str
    kind: Literal["video", "audio", "post", "document", "frame"] = "frame"
    title: str = ""
    provider: str = ""
    poster: Image | None = None
    caption: tuple[Inline, ...] = ()


Block: TypeAlias = (
    Paragraph
    | Heading
    | BlockQuote
    | BulletList
    | OrderedList
    | DefinitionList
    | CodeBlock
    | Table
    | Figure
    | ThematicBreak
    | Embed
)

# --- The article ---------------------------------------------------------------------------


class Dropped(Node, frozen=True):
    """Something of the source that is not in the body.

    ``what`` it was, the ``reason``, how often (``count``), its whole ``text``, and the
    ``addresses`` that it linked to.
    """

    what: str
    reason: str
    count: int = 1
    text: str = ""
    addresses: tuple[str, ...] = ()


class Change(Node, frozen=True):
    """Something that the reader decided or rewrote: what, from what, to what."""

    what: str
    before: str
    after: str


class Field(Node, frozen=True):
    """A piece of metadata that the model has no place for: its ``name`` in the source, its value.

    What is no text in the source (numbers, lists, mappings) stands as JSON in ``value``.
    """

    name: str
    value: str


class Provenance(Node, frozen=True):
    """Where an article comes from and what reading did to it.

    ``source`` is the name that the person gave, ``reader`` the reader's name, ``encoding`` the
    encoding that the bytes were decoded from (IANA or WHATWG name). ``metadata`` is what the
    source says of itself (in front matter, above all) and the article has no field for.
    """

    reader: str = ""
    source: str = ""
    encoding: str = ""
    dropped: tuple[Dropped, ...] = ()
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    metadata: tuple[Field, ...] = ()


AwareDatetime: TypeAlias = Annotated[datetime, Meta(tz=True)]


class Article(Node, frozen=True, omit_defaults=False, kw_only=True):
    """One article.

    ``title`` is plain text. ``published`` and ``updated`` are the article's own dates,
    ``archived`` is when the copy was saved; all three carry a time zone. ``language`` is a BCP 47
    tag (``zh-Hans``), ``direction`` that of its script. ``summary`` is the article's own (a
    standfirst that the metadata holds), never written by us. ``image`` is the address of the
    picture that stands for the article; where the body opens with that picture it is only named
    here, not shown twice. Unknown strings are empty, unknown values ``None``.
    """

    version: Annotated[int, Meta(ge=1)] = MODEL_VERSION
    title: str = ""
    url: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: AwareDatetime | None = None
    updated: AwareDatetime | None = None
    archived: AwareDatetime | None = None
    language: str = ""
    direction: Literal["ltr", "rtl"] = "ltr"
    summary: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    body: tuple[Block, ...] = ()
    provenance: Provenance = Provenance()


# --- Building: one canonical form ----------------------------------------------------------

# Scripts written without spaces between words, with their punctuation: a line break of the source
# between two of their characters is no word space (CSS Text 4 and 3, "segment break
# transformation": https://www.w3.org/TR/css-text-3/#line-break-transform ). Hangul is not among
# them: Korean has word spaces. The same set as UNSPACED_CLASS of languages.py; a test compares.
_UNSPACED = (
    "\u2e80-\u2fd5\u3000-\u3003\u3005\u3007-\u3029\u3030\u3038-\u303b\u303d\u3041-\u30ff\u3105-\u312f"
    "\u31a0-\u31e3\u31f0-\u4dbf\u4e00-\ua4c6\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe4f\uff01-\uff9f"
    "\uffe0-\uffe6\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
# Marks that Chinese shares with other scripts: beside one of those characters they are Chinese.
_SHARED_MARKS = "\u00b7\u2014\u2015\u2018\u2019\u201c\u201d\u2025\u2026\u2027\u22ef"
_BREAK = re.compile(r"[\t\n\r\f\v]")
_UNCOLLAPSED = re.compile(r"[ \t\n\r\f\v]*[\t\n\r\f\v][ \t\n\r\f\v]*|  +")
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]")
# White space that means nothing at a block's edge: blanks of every width, and the zero-width ones.
_EDGE = (
    " \t\n\r\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u2060\u3000"
)

Inlines: TypeAlias = tuple[Inline, ...]
_Wrapper: TypeAlias = Emphasis | Strong | Strikeout | Underline | Superscript | Subscript
_WRAPPERS = (Emphasis, Strong, Strikeout, Underline, Superscript, Subscript)
_Hoisting: TypeAlias = _Wrapper | Link | Span
_HOISTING = (*_WRAPPERS, Link, Span)
_SPACES = " \t\n\r\f\v"


def clean(text: str) -> str:
    """``text`` without control characters, U+FEFF and what XML 1.0 forbids.

    Tab, line feed, form feed and carriage return stay. See
    https://www.w3.org/TR/xml/#charsets for what XML forbids and discourages.
    """
    if text.isprintable():  # what XML forbids is never printable
        return text
    return _ILLEGAL.sub("", text) if _ILLEGAL.search(text) else text


def inlines(items: Iterable[Inline]) -> Inlines:
    """Join ``items`` into one canonical run of inlines.

    Nothing is trimmed at the two ends, since the run may stand inside a larger one: an end keeps
    its space, or a line feed where the source broke the line there, so that the larger run can
    tell a word space from a break between CJK characters. :func:`trimmed` is for whole blocks.
    The items' own contents must be canonical already.
    """
    items = tuple(items)
    if len(items) == 1 and isinstance(only := items[0], Text):  # most runs, so done at once
        text = _collapsed(only.text)
        return (Text(text),) if text else ()
    run = _Run()
    for item in items:
        run.add(item)
    return run.finish()


class _Run:
    """A run of inlines in the making.

    ``out`` is canonical; ``group`` holds equal neighbours after it, which become one when
    something else follows; ``pending`` is raw text after both, in pieces: a paragraph may come
    word by word, and adding to one long text again and again would take the square of its length.
    """

    __slots__ = ("group", "out", "pending")

    def __init__(self) -> None:
        self.out: list[Inline] = []
        self.group: list[_Hoisting] = []
        self.pending: list[str] = []

    def add(self, item: Inline) -> None:
        """Append one item, whose own content is canonical."""
        if isinstance(item, Text):
            self.pending.append(item.text)
        elif isinstance(item, _HOISTING):
            self._add_wrapped(item)
        elif isinstance(item, LineBreak):
            self.pending = ["".join(self.pending).rstrip(_SPACES)]
            self._flush("")
            self._append(item)
        elif not (isinstance(item, Code) and not item.text):
            self._flush(_edge_character((item,), 0))
            self._append(item)

    def finish(self) -> Inlines:
        """The run so far."""
        self._flush(None)
        self._close_group()
        return tuple(self.out)

    def _add_wrapped(self, item: _Hoisting) -> None:
        """Append emphasis, a link or a span: spaces and breaks go outside, the empty vanishes."""
        if isinstance(item, Span) and not _has_attributes(item):
            for child in item.content:
                self.add(child)
            return
        before, content, after = _hoist(item.content)
        for child in before:
            self.add(child)
        if content:
            self._flush(_edge_character(content, 0))
            self._append_filled(item if content is item.content else replace(item, content=content))
        elif isinstance(item, Span) and item.identifier:
            self._add_target(item if not item.content else replace(item, content=()))
        for child in after:
            self.add(child)

    def _add_target(self, item: Span) -> None:
        """Append an empty target, before the space that stands there: spaces must meet."""
        whole = "".join(self.pending)
        text = whole.rstrip(_SPACES)
        self.pending = [text]
        self._flush("")
        self._append(item)
        self.pending = [whole[len(text) :]]

    def _append_filled(self, item: _Hoisting) -> None:
        """Append ``item``, to be joined to an equal neighbour."""
        if not isinstance(item, Span):
            content = _without(item.content, type(item))
            item = item if content is item.content else replace(item, content=content)
        if self.group and not _are_one(self.group[-1], item):
            self._close_group()
        self.group.append(item)

    def _append(self, item: Inline) -> None:
        self._close_group()
        self.out.append(item)

    def _close_group(self) -> None:
        if len(self.group) > 1:
            content = inlines(child for item in self.group for child in item.content)
            self.out.append(replace(self.group[0], content=content))
        else:
            self.out.extend(self.group)
        self.group.clear()

    def _last(self) -> Inline | None:
        """The last item that shows something."""
        if self.group:
            return self.group[-1]
        return next((item for item in reversed(self.out) if not _is_target(item)), None)

    def _flush(self, following: str | None) -> None:
        """Make the pending text canonical.

        ``following`` is the character that comes next, "" before what is no text, and ``None`` at
        the open end of the run.
        """
        text, self.pending = clean("".join(self.pending)), []
        if not text:
            return
        last = self._last()
        if isinstance(last, LineBreak):
            text = text.lstrip(_SPACES)
        if not _is_collapsed(text):
            text = _collapse(text, _edge_character((last,), -1) if last else None, following)
        if text:
            self._append(Text(text))


def _collapse(text: str, left: str | None, right: str | None) -> str:
    """``text`` between the characters ``left`` and ``right``, its white space collapsed.

    A line break leaves nothing where the script has no word spaces. At an open end (``left`` or
    ``right`` is ``None``) it stays a line feed: whoever joins the run decides.
    """

    def fold(run: re.Match[str]) -> str:
        start, end = run.span()
        before = text[start - 1] if start else left
        after = text[end] if end < len(text) else right
        broken = "\n" in run[0] or "\r" in run[0]
        if before is None or after is None:
            return "\n" if broken else " "
        return "" if broken and _break_vanishes(before, after) else " "

    return _UNCOLLAPSED.sub(fold, text)


@cache
def _unspaced() -> Callable[[str], Any]:
    """Tells whether a character is of a script without word spaces; compiled when first used."""
    return re.compile(f"[{_UNSPACED}]").match


def _break_vanishes(left: str, right: str) -> bool:
    """Whether a line break of the source between two characters is nothing, not a space."""
    if left == "\u200b" or right == "\u200b":
        return True
    if not left or not right:
        return False
    unspaced = _unspaced()
    if unspaced(left):
        return bool(unspaced(right)) or right in _SHARED_MARKS
    return left in _SHARED_MARKS and bool(unspaced(right))


def _edge_character(run: Sequence[Inline], index: int) -> str:
    """The character that ``run`` shows at its start (0) or end (-1), "" where that is no text."""
    while run:
        item = run[index]
        if _is_target(item):
            run = run[1:] if index == 0 else run[:-1]
            continue
        if isinstance(item, Text):
            return item.text[index] if item.text else ""
        run = item.content if isinstance(item, (*_HOISTING, Ruby)) else ()
    return ""


def _is_target(item: Inline) -> bool:
    """Whether ``item`` is a target without content, which shows nothing."""
    return isinstance(item, Span) and not item.content


def _hoist(content: Inlines) -> tuple[Sequence[Inline], Inlines, Sequence[Inline]]:
    """Split ``content`` into spaces, breaks and targets before it, the rest, and those after it."""
    if not content or (_is_solid(content[0], 0) and _is_solid(content[-1], -1)):
        return (), content, ()
    start, end = 0, len(content)
    while start < end and not _is_solid(content[start], 0):
        start += 1
        if isinstance(item := content[start - 1], Text) and (text := item.text.lstrip(_SPACES)):
            space = Text(item.text[: -len(text)])
            content = (*content[: start - 1], space, Text(text), *content[start:])
            end += 1
    while start < end and not _is_solid(content[end - 1], -1):
        end -= 1
        if isinstance(item := content[end], Text) and (text := item.text.rstrip(_SPACES)):
            space = Text(item.text[len(text) :])
            content = (*content[:end], Text(text), space, *content[end + 1 :])
            end += 1
    return content[:start], content[start:end], content[end:]


def _is_solid(item: Inline, index: int) -> bool:
    """Whether ``item``, at the start (0) or end (-1) of emphasis, belongs inside it."""
    if isinstance(item, Text):
        return bool(item.text) and item.text[index] not in _SPACES
    return not (isinstance(item, LineBreak) or _is_target(item))


def _are_one(left: _Hoisting, right: _Hoisting) -> bool:
    """Whether two neighbours are one, cut in two by the source."""
    if isinstance(left, Span) and isinstance(right, Span):
        # Two abbreviations are two; a target is one place.
        return not (right.title or right.identifier) and left == replace(
            right, content=left.content
        )
    if isinstance(left, Link) and isinstance(right, Link):
        return (left.url, left.title) == (right.url, right.title)
    return type(left) is type(right)


def _has_attributes(span: Span) -> bool:
    return bool(span.language or span.direction or span.title or span.mark or span.identifier)


def _without(content: Inlines, kind: type[_Wrapper | Link]) -> Inlines:
    """``content`` with every ``kind`` inside it unwrapped: emphasis within emphasis is one."""
    if all(isinstance(child, Text) for child in content):
        return content
    if next(query(content, kind), None) is None:
        return content
    out: list[Inline] = []
    for child in content:
        if not isinstance(child, (*_HOISTING, Ruby)):
            out.append(child)
        elif isinstance(child, kind):
            out.extend(_without(child.content, kind))
        else:
            out.append(replace(child, content=_without(child.content, kind)))
    return inlines(out)


def trimmed(items: Iterable[Inline]) -> Inlines:
    """Join ``items`` into the canonical content of a block: no white space at its two ends.

    No-break, ideographic and zero-width spaces at the ends are layout (indents, spacers) and go
    as well; line breaks at the ends go; within the block all of these stay as they came.
    """
    items = tuple(items)
    if len(items) == 1 and isinstance(only := items[0], Text):  # most paragraphs, so done at once
        text = _collapsed(only.text).strip(_EDGE)
        return (Text(text),) if text else ()
    run = inlines(items)
    shorter = _trim_end(_trim_end(run, 0), -1)
    return run if shorter is run else inlines(shorter)


def _collapsed(text: str) -> str:
    """``text`` by itself, clean and with its white space collapsed."""
    if text.isprintable() and "  " not in text:
        return text
    text = clean(text)
    return text if _is_collapsed(text) else _collapse(text, None, None)


def _is_collapsed(text: str) -> bool:
    """Whether ``text`` has no white space to collapse."""
    return "  " not in text and (text.isprintable() or not _BREAK.search(text))


def _trim_end(run: Inlines, index: int) -> Inlines:
    """``run`` without white space and breaks at its start (0) or end (-1), perhaps ``run`` itself.

    Targets without content stay, and what stands behind them is trimmed.
    """
    items = run if index == 0 else run[::-1]
    targets: list[Inline] = []
    rest: Inlines = ()
    for place, item in enumerate(items):
        shorter = _trim_item(item, index)
        if shorter is item and not _is_target(item):
            rest = items[place:]
            break
        if shorter is not None:
            targets.append(shorter)
            if not _is_target(shorter):
                rest = items[place + 1 :]
                break
    trimmed_items = (*targets, *rest)
    if len(trimmed_items) == len(run) and all(map(is_, trimmed_items, items)):
        return run
    return trimmed_items if index == 0 else trimmed_items[::-1]


def _trim_item(item: Inline, index: int) -> Inline | None:
    """``item`` trimmed at its start (0) or end (-1): itself, less of it, or nothing."""
    if isinstance(item, Text):
        text = item.text.lstrip(_EDGE) if index == 0 else item.text.rstrip(_EDGE)
        return item if text == item.text else Text(text) if text else None
    if isinstance(item, LineBreak):
        return None
    if not isinstance(item, _HOISTING) or _is_target(item):
        return item
    content = _trim_end(item.content, index)
    if content is item.content:
        return item
    if content or (isinstance(item, Span) and item.identifier):
        return replace(item, content=content)
    return None


# --- Walking -------------------------------------------------------------------------------

N = TypeVar("N", bound=Node)
Tree: TypeAlias = "Node | Sequence[Tree]"


@cache
def _child_fields(kind: Any) -> tuple[str, ...]:
    """The fields of ``kind`` that hold parts of the tree, in reading order."""
    order = ("caption", *_TREE_FIELDS) if kind is Table else _TREE_FIELDS
    return tuple(dict.fromkeys(name for name in order if name in kind.__struct_fields__))


_TREE_FIELDS = (
    "images",
    "poster",
    "term",
    "definitions",
    "head",
    "content",
    "cells",
    "items",
    "body",
    "foot",
    "citation",
    "caption",
    "credit",
)


def query(tree: Tree, *kinds: type[N]) -> Iterator[N]:
    """All nodes of ``kinds`` in ``tree``, in reading order, parents before their children.

    ``tree`` is a node or a sequence of them (of any nesting). It is walked with a stack, so its
    depth does not matter.
    """
    stack: list[Any] = [tree]
    pop, push, extend = stack.pop, stack.append, stack.extend
    while stack:
        node = pop()
        found = _visit(node.__class__, kinds)
        if found is not None:
            wanted, fields = found
            if wanted:
                yield node
            for field in fields:
                child = getattr(node, field)
                if child:
                    push(child)
        elif node is not None:
            extend(node[::-1])


@cache
def _visit(kind: Any, kinds: tuple[type[Node], ...]) -> tuple[bool, tuple[str, ...]] | None:
    """Whether nodes of ``kind`` are of ``kinds``, and their fields that hold parts of the tree.

    The fields come last one first, as a stack takes them; ``None`` where ``kind`` is no node's.
    Asked of classes, not of nodes, since :func:`isinstance` is slow for these when it says no.
    """
    if not issubclass(kind, Node):
        return None
    return issubclass(kind, kinds), _child_fields(kind)[::-1]


Rewrite: TypeAlias = Callable[[Any], "Node | Sequence[Node] | None"]


@overload
def walk(tree: Article, rewrite: Rewrite) -> Article: ...
@overload
def walk(tree: tuple[N, ...], rewrite: Rewrite) -> tuple[N, ...]: ...


def walk(tree: Any, rewrite: Rewrite) -> Any:
    """Rebuild ``tree``, handing every node to ``rewrite``, children before their parents.

    ``rewrite`` returns the node itself to keep it, another node, a sequence of nodes to stand in
    its place, or ``None`` to leave it out. Runs of inlines that changed are made canonical again,
    and trimmed where they are a block's.
    The tree may be an article (its body and nothing else is walked) or a tuple of nodes. The
    depth is bounded by what readers may build (:data:`MAX_DEPTH`).
    """
    if isinstance(tree, Article):
        return replace(tree, body=_walk_sequence(tree.body, rewrite, inlines))
    return _walk_sequence(tree, rewrite, inlines)


def _walk_sequence(
    nodes: tuple[Any, ...], rewrite: Rewrite, join: Callable[[list[Any]], Inlines]
) -> tuple[Any, ...]:
    out: list[Any] = []
    for node in nodes:
        if isinstance(node, tuple):
            out.append(_walk_sequence(node, rewrite, join))
            continue
        result = rewrite(_walk_children(node, rewrite))
        if isinstance(result, Node):
            out.append(result)
        elif result is not None:
            out.extend(result)
    if len(out) == len(nodes) and all(map(is_, out, nodes)):
        return nodes
    if any(isinstance(node, _INLINES) for node in out):
        return join(out)
    return tuple(out)


def _walk_children(node: Any, rewrite: Rewrite) -> Any:
    # A block's own run is whole; that of emphasis stands in a larger one.
    join = inlines if isinstance(node, _INLINES) else trimmed
    return with_children(node, lambda children: _walk_sequence(children, rewrite, join))


def with_children(node: N, function: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> N:
    """``node`` with each of its sequences of children replaced by ``function`` of it.

    A sequence may hold nodes, or (list items, definitions) sequences of nodes. ``node`` itself
    comes back where nothing changed. For transforms that need to know where they are; the others
    use :func:`walk`.
    """
    changes: dict[str, Any] = {}
    for field in _child_fields(node.__class__):
        old = getattr(node, field)
        if not old:
            continue
        if isinstance(old, tuple):
            new: Any = function(old)
        else:
            new = next(iter(function((old,))), None)
        if new is not old:
            changes[field] = new
    return replace(node, **changes) if changes else node


_INLINES: tuple[type[Node], ...] = (
    *_WRAPPERS,
    Text,
    Code,
    Span,
    Link,
    Image,
    LineBreak,
    Note,
    Ruby,
    Math,
)


def plain_text(tree: Tree) -> str:
    """The words of ``tree`` without markup: blocks apart by a line feed, notes left out.

    A line break is a line feed, code and formulas stand as written, ruby is its base text, an
    image in the line is its alternative text. Figures give their caption and credit.
    """
    out: list[str] = []
    _collect(tree, out)
    return "".join(out).strip("\n")


def _collect(tree: Any, out: list[str]) -> None:
    """Append the words of ``tree``; the commonest kinds are told first, for speed."""
    kind = tree.__class__
    if kind is tuple:
        for child in tree:
            if child.__class__ is Text:
                out.append(child.text)
            else:
                _collect(child, out)
    elif kind in _HOLDING:
        _collect(tree.content, out)
        if kind is Paragraph or kind is Heading:
            _end_line(out)
    else:
        _collect_other(tree, out)


def _collect_other(tree: Any, out: list[str]) -> None:
    """Append the words of what is more than its content."""
    match tree:
        case None | Note() | ThematicBreak():
            pass
        case Text(text=text) | Code(text=text) | Math(tex=text):
            out.append(text)
        case LineBreak():
            out.append("\n")
        case Image(alt=alt):
            out.append(alt)
        case CodeBlock(text=text):
            out.append(text.rstrip("\n") + "\n")
        case Figure(caption=caption, credit=credit):
            _collect_lines((caption, credit), out)
        case Embed(title=title, caption=caption):
            out.append(title + "\n" if title else "")
            _collect_lines((caption,), out)
        case Node():
            for field in _child_fields(tree.__class__):
                _collect(getattr(tree, field), out)
            if isinstance(tree, _LINES):
                _end_line(out)
        case _:
            for child in tree:
                _collect(child, out)


_HOLDING = frozenset((Paragraph, Heading, *_HOISTING, Ruby))  # nothing but their content
_LINES = (Paragraph, Heading, Table, BlockQuote, Definition, Cell)


def _collect_lines(runs: Iterable[Inlines], out: list[str]) -> None:
    for run in runs:
        _collect(run, out)
        _end_line(out)


def _end_line(out: list[str]) -> None:
    if out and not out[-1].endswith("\n"):
        out.append("\n")


def depth(tree: Tree) -> int:
    """How deep ``tree`` nests: a paragraph of text is 2 (the paragraph, the text)."""
    deepest = 0
    stack: list[tuple[Any, int]] = [(tree, 0)]
    while stack:
        node, level = stack.pop()
        if isinstance(node, Node):
            level += 1
            deepest = max(deepest, level)
            children: Any = [getattr(node, field) for field in _child_fields(node.__class__)]
        else:
            children = node or ()
        stack.extend((child, level) for child in children)
    return deepest


# --- JSON ----------------------------------------------------------------------------------


class _Version(Struct):
    """As much of a document as tells whether this version can read it."""

    version: int | UnsetType = UNSET


def to_json(article: Article, *, indent: int = 0) -> bytes:
    """``article`` as UTF-8 JSON (RFC 8259), indented by ``indent`` spaces (0: one line).

    Dates are RFC 3339. The same article gives the same bytes.
    """
    data = msgspec.json.encode(article)
    return msgspec.json.format(data, indent=indent) if indent else data


def from_json(data: bytes | str) -> Article:
    """Read what :func:`to_json` wrote.

    Raises :class:`ValueError` with the place and the reason where ``data`` is not JSON, breaks
    the schema, nests deeper than :data:`MAX_DEPTH`, or is of a newer version than this program.
    """
    try:
        version = msgspec.json.decode(data, type=_Version).version
        if version is not UNSET and version > MODEL_VERSION:
            raise ValueError(
                f"model version {version} is newer than {MODEL_VERSION}, the newest that this "
                "version of broadsheet reads: install a newer broadsheet"
            )
        article = msgspec.json.decode(data, type=Article)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    except UnicodeError as error:
        raise ValueError("is not valid UTF-8") from error
    except RecursionError as error:
        raise ValueError(f"nests deeper than {MAX_DEPTH} levels") from error
    if depth(article.body) > MAX_DEPTH:
        raise ValueError(f"nests deeper than {MAX_DEPTH} levels")
    return article


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an article, as published in docs/article.schema.json.

    It is made of JSON's own types, and it is the same on every version of Python.
    """
    from inspect import cleandoc

    schema = msgspec.json.schema(Article)
    for definition in schema["$defs"].values():
        if "description" in definition:  # a docstring: Python 3.13 strips its indent, older do not
            definition["description"] = cleandoc(definition["description"])
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Broadsheet article",
        **schema,
    }
    json_form: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return json_form
