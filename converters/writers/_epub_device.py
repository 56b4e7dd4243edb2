"""What differs between e-readers: passes over finished documents of a book.

* Kobo's own reader keeps places, marks and highlights by spans around sentences, whose ids count
  paragraphs and sentences (``kobo.3.2``), and lays pages out in two boxes around the text. Its
  files are called ``.kepub.epub``. (https://wiki.mobileread.com/wiki/Kepub, and what
  https://pgaskin.net/kepubify/ does; https://github.com/kobolabs/epub-spec is silent on spans.)
* Vertical writing needs a class for the style sheet and spans around numbers that stand upright
  (CSS Writing Modes 3, 9.1: https://www.w3.org/TR/css-writing-modes-3/#text-combine-upright).
* Duokan, and readers that follow it, know notes by classes and want them in one list
  (https://github.com/readest/readest/issues/3576).

Documents are parsed and written again for these, which costs nothing where none is asked for.
``docs/devices.md`` says what is done for which reader, and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from lxml import etree

from converters.languages import CJK_CLASS, CJK_PUNCTUATION_CLASS, is_cjk

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["KOBO_SUFFIX", "Device", "Finish"]

Device = Literal["generic", "kindle", "kobo"]
"""What a book is read on."""

KOBO_SUFFIX = ".kepub.epub"
"""How a file's name ends that Kobo's own reader opens; with another it is Adobe's."""

_XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The elements that have no end tag; all others have one also where they are empty.
_VOID = frozenset(_XHTML + name for name in ("br", "col", "hr", "img", "link", "meta"))
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to each document of a book after it was made."""

    device: Device = "generic"
    vertical: bool = False
    duokan: bool = False

    @property
    def growth(self) -> int:
        """How many times as large, about, it makes a list of titles and dates."""
        is_kobo = self.device == "kobo"
        if self.vertical and is_kobo:
            return 5  # each number is a piece of its own
        return 2 if self.vertical or is_kobo else 1

    @property
    def _passes(self) -> list[Callable[[_Element], None]]:
        passes: list[Callable[[_Element], None]] = []
        if self.duokan:
            passes.append(_with_duokan_notes)
        if self.vertical:
            passes.append(_made_vertical)
        if self.device == "kobo":
            passes.append(_with_kobo_spans)
        return passes

    def document(self, data: bytes) -> bytes:
        """A document (XHTML, UTF-8) as it is asked for; the page of the cover stays as it is."""
        passes = self._passes
        if not passes:
            return data
        root = etree.fromstring(data)
        if root.find(f".//{_XHTML}section[@class='cover']") is not None:
            return data
        for change in passes:
            change(root)
        for element in root.iter():
            if element.text is None and len(element) == 0 and element.tag not in _VOID:
                element.text = ""
        return f"{_HEAD}{etree.tostring(root, encoding='unicode')}\n".encode()


def _local(element: _Element) -> str:
    """An element's name without namespace; nothing for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _classes(element: _Element) -> list[str]:
    return (element.get("class") or "").split()


def _add_class(element: _Element, name: str) -> None:
    element.set("class", " ".join((*_classes(element), name)))


def _body(root: _Element) -> _Element:
    body = root.find(f"{_XHTML}body")
    assert body is not None
    return body


# --- Text in pieces ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Text of the tree: that of ``element``, or with ``is_tail`` that behind it."""

    element: _Element
    is_tail: bool

    @property
    def text(self) -> str:
        return (self.element.tail if self.is_tail else self.element.text) or ""

    def replace(self, pieces: Sequence[str | _Element]) -> None:
        """Put ``pieces``, strings and elements, in the place of the text."""
        last: _Element | None = None
        if self.is_tail:
            last = self.element
            last.tail = None
        else:
            self.element.text = None
        for piece in pieces:
            if isinstance(piece, str):
                if last is None:
                    self.element.text = piece
                else:
                    last.tail = (last.tail or "") + piece
            else:
                if last is None:
                    self.element.insert(0, piece)
                else:
                    words, last.tail = last.tail, None
                    last.addnext(piece)
                    last.tail = words
                last = piece


def _texts(top: _Element, skipped: Callable[[_Element], bool]) -> list[_Place | _Element]:
    """All text below ``top`` in its order, and each element before its own text.

    Of an element that is ``skipped`` only itself is there. Without recursion: lists nest.
    """
    found: list[_Place | _Element] = []
    open_elements: list[tuple[_Element, Iterator[_Element]]] = []

    def enter(element: _Element) -> None:
        found.append(element)
        if element.text:
            found.append(_Place(element, is_tail=False))
        open_elements.append((element, iter(element)))

    enter(top)
    while open_elements:
        element, children = open_elements[-1]
        child = next(children, None)
        if child is None:
            open_elements.pop()
            if element is not top and element.tail:
                found.append(_Place(element, is_tail=True))
        elif skipped(child):
            found.append(child)
            if child.tail:
                found.append(_Place(child, is_tail=True))
        else:
            enter(child)
    return found


def _span(body: _Element, words: str, kind: str, identifier: str = "") -> _Element:
    """A span, to be put where it belongs.

    It is made within the document: of one from elsewhere, lxml looks all namespaces through when it
    moves, which for the thousands of spans of a document takes a minute.
    """
    span = etree.SubElement(body, f"{_XHTML}span", {"class": kind})
    if identifier:
        span.set("id", identifier)
    span.text = words
    return span


# --- Kobo ----------------------------------------------------------------------------------

_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption blockquote footer figure ol ul".split()
)
_COMBINED = "combined"
_NOT_SPANNED = frozenset({"pre", "svg", "math", "script", "style"})
_CLOSING = "”’」』）)\"'》"


@cache  # made when it is asked for: most books are for no device
def _end() -> re.Pattern[str]:
    """The end of a sentence: its stops and what closes it.

    Linear in the text: no run is begun twice.
    """
    stops = rf"[。！？!?…]++|(?<![.:;])[.:;]++(?=[{_CLOSING}]*+\s)"
    return re.compile(rf"(?:{stops})[{_CLOSING}]*+\s*+")


def _with_kobo_spans(root: _Element) -> None:
    """Put each sentence into a span with an id, and the text into Kobo's two boxes."""
    body = _body(root)
    paragraph = sentence = 0
    wrapped: list[tuple[_Element, str]] = []
    for place in _texts(body, _is_not_spanned):
        if not isinstance(place, _Place):
            name = _local(place)
            if name in _BLOCKS or name == "img":
                paragraph, sentence = paragraph + 1, 0
            if name == "img" or _COMBINED in _classes(place):
                sentence += 1
                wrapped.append((place, f"kobo.{max(paragraph, 1)}.{sentence}"))
            continue
        if not place.text.strip():
            continue
        pieces: list[str | _Element] = []
        for words in _sentences(place.text):
            if words.strip():
                sentence += 1
                key = f"kobo.{max(paragraph, 1)}.{sentence}"
                pieces.append(_span(body, words, "koboSpan", key))
            else:
                pieces.append(words)
        place.replace(pieces)
    for element, key in wrapped:  # last, since the text behind is told by the element before it
        _wrap(element, key)
    _into_boxes(body)


def _is_not_spanned(element: _Element) -> bool:
    """Whether no span may be in ``element``: code keeps its lines, a note's mark only digits.

    A pop-up comes up only where the link holds nothing but text (EP-20), and digits share a square
    only where nothing is between them.
    """
    if _COMBINED in _classes(element):
        return True
    if _local(element) in _NOT_SPANNED or not isinstance(element.tag, str):
        return True
    return element.get(_EPUB_TYPE) in ("noteref", "backlink")


def _sentences(text: str) -> list[str]:
    """``text`` in sentences, each with the space behind it."""
    ends = [0, *(match.end() for match in _end().finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


def _wrap(element: _Element, identifier: str) -> None:
    """Put ``element`` into a span of its own; what follows it stays behind."""
    parent = element.getparent()
    assert parent is not None
    tail, element.tail = element.tail, None
    span = _span(parent, "", "koboSpan", identifier)
    element.addnext(span)
    span.append(element)
    span.tail = tail


def _into_boxes(body: _Element) -> None:
    children = list(body)
    outer = etree.SubElement(body, f"{_XHTML}div", {"id": "book-columns"})
    inner = etree.SubElement(outer, f"{_XHTML}div", {"id": "book-inner"})
    inner.text, body.text = body.text, None
    inner.extend(children)


# --- Vertical writing ----------------------------------------------------------------------

_HORIZONTAL = frozenset({"table", "pre", "code", "svg", "math", "script", "style"})
_AROUND = f"[{CJK_CLASS}{CJK_PUNCTUATION_CLASS}“”‘’…—·]"


@cache
def _upright() -> re.Pattern[str]:
    """What stands upright between ideographs.

    Numbers of one or two digits share a square; years and other short ones stand digit below
    digit; longer ones lie on their side with the words of other scripts. So do those that go on
    (1.5, 3-4).
    """
    before = rf"(?:\A|(?<={_AROUND})|(?<={_AROUND} ))"
    return re.compile(rf"{before}(?P<digits>[0-9]{{1,4}}|[!?]{{2}})(?=\Z| ?{_AROUND})")


def _made_vertical(root: _Element) -> None:
    """Mark a document of Chinese, Japanese or Korean for vertical writing; no other is changed."""
    if not is_cjk(root.get(_XML_LANG)):
        return
    _add_class(root, "vertical")
    body = _body(root)
    for place in _texts(body, _is_horizontal):
        if isinstance(place, _Place):
            pieces = _with_upright(body, place.text)
            if len(pieces) > 1 or not isinstance(pieces[0], str):
                place.replace(pieces)
    for link in body.iter(f"{_XHTML}a"):
        # No span is in what a style sheet writes: it stands upright as a whole, or not at all.
        shown = link.get("data-from", "")
        if shown and not any(each.isascii() and each.isalpha() for each in shown):
            _add_class(link, "upright-from")


def _is_horizontal(element: _Element) -> bool:
    if _local(element) in _HORIZONTAL or not isinstance(element.tag, str):
        return True
    language = element.get(_XML_LANG)
    is_note = element.get(_EPUB_TYPE) in ("noteref", "backlink")
    return is_note or (language is not None and not is_cjk(language))


def _with_upright(body: _Element, text: str) -> list[str | _Element]:
    pieces: list[str | _Element] = []
    place = 0
    for match in _upright().finditer(text):
        if match.start("digits") > place:
            pieces.append(text[place : match.start("digits")])
        digits = match["digits"]
        pieces.append(_span(body, digits, _COMBINED if len(digits) < 3 else "upright"))
        place = match.end("digits")
    if place < len(text) or not pieces:
        pieces.append(text[place:])
    return pieces


# --- Duokan --------------------------------------------------------------------------------


def _with_duokan_notes(root: _Element) -> None:
    """Give notes the classes that Duokan knows, and its one list in the place of asides."""
    for link in root.iter(f"{_XHTML}a"):
        if link.get(_EPUB_TYPE) == "noteref":
            _add_class(link, "duokan-footnote")
    for section in root.iter(f"{_XHTML}section"):
        if "endnotes" in _classes(section):
            _listed(section)


def _listed(section: _Element) -> None:
    """The notes of ``section`` as the items of a list; longer ones stay behind it."""
    notes = [note for note in section if note.get(_EPUB_TYPE) == "footnote"]
    if not notes:
        return
    items = etree.SubElement(section, f"{_XHTML}ol", {"class": "duokan-footnote-content"})
    notes[0].addprevious(items)
    items.tail = "\n"
    for note in notes:
        note.tag = f"{_XHTML}li"
        note.tail = "\n"
        # The role of a note is not for the items of a list.
        note.attrib.pop("role", None)
        _add_class(note, "duokan-footnote-item")
        items.append(note)
