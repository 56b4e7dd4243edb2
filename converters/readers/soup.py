"""Parsing: HTML to a Beautiful Soup tree, by lxml.

Beautiful Soup's own builder for lxml also knows XML. HTML has no namespaces, its attributes are
text, and nothing here writes the tree out again, so :class:`_Builder` does without what those
need: a third of the time. While it builds, it notes what the walk has to know beforehand.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.builder import LXMLTreeBuilder  # type: ignore[attr-defined]  # made at run time
from bs4.element import AttributeDict, Script, Stylesheet, Tag, TemplateString

__all__ = ["Parsed", "parse"]

warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

# Strings that are no text. Beautiful Soup's own table also hides the readings of ruby.
_STRINGS = {"script": Script, "style": Stylesheet, "template": TemplateString}


@dataclass(slots=True)
class Parsed:
    """A document's tree and what was seen while it grew.

    ``depth`` is that of its deepest element; ``targets`` are the identifiers in it that a link
    (``#…``) names.
    """

    soup: BeautifulSoup
    depth: int
    targets: frozenset[str]


def parse(html: str) -> Parsed:
    """The tree of ``html``, a document or a fragment; bad markup is read as lxml reads it."""
    builder = _Builder(
        string_containers=_STRINGS,
        multi_valued_attributes=None,
        attribute_dict_class=AttributeDict,
    )
    soup = BeautifulSoup(html, builder=builder)
    return Parsed(soup, builder.deepest, frozenset(builder.fragments & builder.identifiers - {""}))


class _Builder(LXMLTreeBuilder):  # type: ignore[misc]
    """A target for lxml's parser that makes Beautiful Soup's objects."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.level = self.deepest = 0
        self.fragments: set[str] = set()
        self.identifiers: set[str] = set()

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        """Take a start tag from lxml, which leaves out the namespaces that nobody asks for."""
        assert self.soup is not None
        self.level += 1
        self.deepest = max(self.deepest, self.level)
        self.soup.handle_starttag(tag, None, None, attrib)
        if attrib:
            self._note(attrib)

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
        """Take an end tag from lxml."""
        assert self.soup is not None
        self.level -= 1
        self.soup.handle_endtag(tag)

    def set_up_substitutions(self, tag: Tag) -> bool:
        """Leave the encoding that a ``meta`` names as it is: the tree is never written out."""
        return False
