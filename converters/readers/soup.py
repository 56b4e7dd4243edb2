"""Parsing: HTML to a Beautiful Soup tree, by lxml.

Beautiful Soup's own builder for lxml also knows XML, and asks anew for each element what is the
same for all of a name. :class:`_Builder` makes the same objects at half the cost: each is a copy
of one that Beautiful Soup's constructor made for the first element of that name, put in its place
among the others. While it builds, it notes what the walk has to know beforehand.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.builder import LXMLTreeBuilder  # type: ignore[attr-defined]  # made at run time
from bs4.element import (
    AttributeDict,
    Comment,
    Doctype,
    NavigableString,
    PageElement,
    ProcessingInstruction,
    Script,
    Stylesheet,
    Tag,
    TemplateString,
)

from converters.collection import without_collection
from converters.errors import UnsafeSource

__all__ = ["Parsed", "parse"]

warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

# Strings that are no text. Beautiful Soup's own table also hides the readings of ruby.
_STRINGS: dict[str, type[NavigableString]] = {
    "script": Script,
    "style": Stylesheet,
    "template": TemplateString,
}
_PRESERVED = frozenset(("pre", "textarea"))
_SPACES = " \t\n\r\f"
_MAX_CLASSES = 2000  # characters: every reader looks for words in them

# What a tree may cost: 0.6 kB a tag, and the square of an element's attributes, each of which
# libxml2 compares with all before it. The longest articles have some ten thousand tags, and the
# elements of pages some dozen attributes.
_MAX_TAGS = 600_000
_MAX_ATTRIBUTES = 2000
_VALUE = r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"'][^\s<>]*+)?+"""
_ATTRIBUTE = rf"[\s/]*+(?:[^\s/<>=]++(?:{_VALUE})?+|=)"
_START_TAG = re.compile(rf"<[A-Za-z][^\s/<>]*+(?:{_ATTRIBUTE})*+")
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
_SEPARATORS = f"{_SPACES}/\v\"'="  # white space, or what a lenient parser parts attributes at


@dataclass(slots=True)
class Parsed:
    """A document's tree and what was seen while it grew.

    ``depth`` is that of its deepest element; ``targets`` are the identifiers in it that a link
    (``#…``) names; ``names`` are those of its elements.
    """

    soup: BeautifulSoup
    depth: int
    targets: frozenset[str]
    names: frozenset[str]


def parse(html: str) -> Parsed:
    """The tree of ``html``, a document or a fragment; bad markup is read as lxml reads it.

    Raises :class:`~converters.errors.UnsafeSource` (of no name: who reads knows it) for markup
    that would take more time or memory than any article's.
    """
    _check(html)
    builder = _Builder(
        string_containers=_STRINGS,
        multi_valued_attributes=None,
        attribute_dict_class=AttributeDict,
    )
    with without_collection():  # of a tree that grows nothing is garbage yet
        soup = BeautifulSoup(html, builder=builder)
    targets = frozenset(builder.fragments & builder.identifiers - {""})
    return Parsed(soup, builder.deepest, targets, frozenset(builder.names))


def _check(html: str) -> None:
    """Refuse what no parser should get; both looks at the text take no time to speak of."""
    tags = html.count("<")
    if tags > _MAX_TAGS:
        raise UnsafeSource(
            "", f"holds {tags:,} tags, more than the {_MAX_TAGS:,} that are read; split it"
        )
    if sum(map(html.count, _SEPARATORS)) <= _MAX_ATTRIBUTES:
        return  # each attribute begins with one
    for match in _START_TAG.finditer(html):
        if match.end() - match.start() > 2 * _MAX_ATTRIBUTES:
            count = sum(1 for _ in _ONE_ATTRIBUTE.finditer(match[0])) - 1  # the element's name
            if count > _MAX_ATTRIBUTES:
                raise UnsafeSource(
                    "", f"has an element of {count:,} attributes; it is damaged, or made to harm"
                )


class _Builder(LXMLTreeBuilder):  # type: ignore[misc]
    """A target for lxml's parser that makes Beautiful Soup's objects."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.deepest = 0
        self.fragments: set[str] = set()
        self.identifiers: set[str] = set()

    def initialize_soup(self, soup: BeautifulSoup) -> None:
        """Begin a tree at ``soup``, its root."""
        super().initialize_soup(soup)
        self._open: list[Tag] = [soup]
        self._last: PageElement = soup
        self._words: list[str] = []
        self._preserving = 0
        self._containers: list[type[NavigableString]] = []
        self._patterns: dict[str, dict[str, Any]] = {}

    @property
    def names(self) -> Iterable[str]:
        """The names of the elements so far."""
        return self._patterns

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        """Take a start tag from lxml, which leaves out the namespaces that nobody asks for."""
        if self._words:
            self._end_words()
        pattern = self._patterns.get(tag)
        if pattern is None:
            # Beautiful Soup itself says what an element of this name is like.
            pattern = vars(Tag(self.soup, self, tag, None, None, None))
            self._patterns[tag] = pattern
        element = Tag.__new__(Tag)
        own = element.__dict__
        own.update(pattern)
        own["attrs"] = AttributeDict(attrib)
        if len(attrib.get("class", "")) > _MAX_CLASSES:
            own["attrs"]["class"] = attrib["class"][:_MAX_CLASSES]
        own["contents"] = []
        self._place(element, own)
        self._open.append(element)
        self.deepest = max(self.deepest, len(self._open) - 1)
        if attrib:
            self._note(attrib)
        if tag in _PRESERVED:
            self._preserving += 1
        elif tag in _STRINGS:
            self._containers.append(_STRINGS[tag])

    def _place(self, node: PageElement, own: dict[str, Any]) -> None:
        """Put ``node`` at the end of the open element, tied to what stands before it."""
        parent = self._open[-1]
        before = parent.contents[-1] if parent.contents else None
        own["parent"] = parent
        own["previous_element"] = self._last
        own["previous_sibling"] = before
        own["next_element"] = own["next_sibling"] = None
        self._last.next_element = node
        if before is not None:
            before.next_sibling = node
        parent.contents.append(node)
        self._last = node

    def _note(self, attrib: Mapping[str, str]) -> None:
        """Keep what links within the page need."""
        _, mark, fragment = attrib.get("href", "").partition("#")
        if mark:
            self.fragments.add(fragment.strip())
        if "id" in attrib:
            self.identifiers.add(attrib["id"])
        if "name" in attrib:
            self.identifiers.add(attrib["name"])

    def end(self, tag: str) -> None:
        """Take an end tag from lxml, which gives one for every start tag."""
        if self._words:
            self._end_words()
        self._open.pop()
        if tag in _PRESERVED:
            self._preserving -= 1
        elif tag in _STRINGS:
            self._containers.pop()

    def data(self, data: str) -> None:
        """Take a part of a run of characters."""
        self._words.append(data)

    def _end_words(self) -> None:
        """Put the run of characters that has ended into the tree."""
        text = "".join(self._words)
        self._words.clear()
        if not self._preserving and not text.strip(_SPACES):
            text = "\n" if "\n" in text else " "
        self._string(self._containers[-1] if self._containers else NavigableString, text)

    def _string(self, kind: type[NavigableString], text: str) -> None:
        string = str.__new__(kind, text)
        string.hidden = False
        self._place(string, string.__dict__)

    def comment(self, text: str) -> None:
        """Take a comment."""
        self._other(Comment, text)

    def pi(self, target: str, data: str) -> None:
        """Take a processing instruction."""
        self._other(ProcessingInstruction, f"{target} {data}")

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Take a document type."""
        self._other(Doctype, name)

    def _other(self, kind: type[NavigableString], text: str) -> None:
        if self._words:
            self._end_words()
        self._string(kind, text)

    def close(self) -> None:
        """End the document."""
        if self._words:
            self._end_words()

    def set_up_substitutions(self, tag: Tag) -> bool:
        """Leave the encoding that a ``meta`` names as it is: the tree is never written out."""
        return False
