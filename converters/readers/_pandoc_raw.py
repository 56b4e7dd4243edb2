"""Raw HTML in pandoc's tree, tag by tag.

Markdown's HTML comes in pieces: a tag here, words, a tag there. The pieces that nest well and
that the model has a word for can be mapped as they come; :class:`Foreign` says that a piece is
none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Literal, cast

from converters.article import (
    Code,
    Emphasis,
    Inline,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Underline,
    clean,
    inlines,
    plain_text,
)
from converters.languages import normalise_tag

__all__ = ["BLOCK_TAGS", "BlockTag", "Foreign", "InlineFrame", "Tag", "tags_of"]


class Foreign(Exception):
    """Raw HTML that only reading the whole document as HTML can make sense of."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of HTML: ``name`` is a tag's name, or the characters of text and comments."""

    kind: Literal["start", "end", "text", "comment"]
    name: str
    attributes: Mapping[str, str]


class _Tags(HTMLParser):
    """Collects the pieces of a string of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Tag("start", tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(Tag("end", tag, {}))

    def handle_data(self, data: str) -> None:
        self.found.append(Tag("text", data, {}))

    def handle_comment(self, data: str) -> None:
        self.found.append(Tag("comment", data, {}))

    def handle_decl(self, decl: str) -> None:
        self.found.append(Tag("start", "!doctype", {}))

    def unknown_decl(self, data: str) -> None:
        self.found.append(Tag("comment", data, {}))

    def handle_pi(self, data: str) -> None:
        self.found.append(Tag("comment", data, {}))


def tags_of(html: str) -> list[Tag]:
    """The pieces of ``html`` in order; character references are decoded."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return parser.found


# --- In the line ---------------------------------------------------------------------------

_SIMPLE: Mapping[str, type[Any]] = {
    "em": Emphasis,
    "i": Emphasis,
    "strong": Strong,
    "b": Strong,
    "del": Strikeout,
    "s": Strikeout,
    "u": Underline,
    "ins": Underline,
    "sup": Superscript,
    "sub": Subscript,
}
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "span": frozenset(("id", "lang", "dir", "title")),
    "abbr": frozenset(("id", "lang", "dir", "title")),
    "mark": frozenset(("id", "lang", "dir")),
    "a": frozenset(("id",)),
    "ruby": frozenset(),
    "rb": frozenset(),
    "rp": frozenset(),
    "rt": frozenset(),
    "kbd": frozenset(),
    "samp": frozenset(),
    "small": frozenset(),
    **{name: frozenset() for name in _SIMPLE},
}


@dataclass(slots=True)
class InlineFrame:
    """An open inline element, and what it holds so far."""

    tag: Tag
    items: list[Inline] = field(default_factory=list)
    annotation: str = ""
    made: list[Inline] = field(default_factory=list)

    @staticmethod
    def takes(tag: Tag) -> bool:
        """Whether the element is one that the model has a word for, with all its attributes."""
        return set(tag.attributes) <= _ATTRIBUTES.get(tag.name, frozenset()) and (
            tag.name in _ATTRIBUTES
        )

    def close_into(self, outer: InlineFrame, identifier: Callable[[str], str]) -> None:
        """Give what the element is to the one around it."""
        name = self.tag.name
        if name == "rp":
            return
        if name == "rt":
            reading = " ".join(plain_text(inlines(self.items)).split())
            base = inlines(outer.items)
            outer.items.clear()
            outer.made.append(Ruby(base, clean(reading)) if base and reading else Span(base))
            return
        content = inlines((*self.made, *self.items))
        if name in _SIMPLE:
            outer.items += (_SIMPLE[name](content),) if content else ()
        elif name in ("kbd", "samp"):
            outer.items.append(Code(plain_text(content)))
        elif name in ("span", "abbr", "mark", "a"):
            outer.items.append(self.span(content, identifier))
        else:
            outer.items += content

    def span(self, content: tuple[Inline, ...], identifier: Callable[[str], str]) -> Inline:
        given = self.tag.attributes
        way, language = given.get("dir", "").lower(), given.get("lang", "")
        return Span(
            content,
            normalise_tag(language) or ("und" if language == "und" else ""),
            cast(Any, way if way in ("ltr", "rtl") else ""),
            clean(given.get("title", "")),
            self.tag.name == "mark",
            identifier(given["id"]) if given.get("id") else "",
        )


# --- Between blocks ------------------------------------------------------------------------

_SPAN = re.compile(r"[1-9][0-9]{0,2}|1000")
_START = re.compile(r"-?[0-9]{1,9}")
_ALIGNED = re.compile(r"left|center|right")


@dataclass(frozen=True, slots=True)
class BlockTag:
    """Which elements a block element may stand in, and its attributes with their values."""

    parents: frozenset[str]
    attributes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def allows(self, parent: str, tag: Tag) -> bool:
        """Whether ``tag`` may stand in the element ``parent``."""
        return parent in self.parents and all(
            name in self.attributes and self.attributes[name].fullmatch(value)
            for name, value in tag.attributes.items()
        )


def _tag(parents: str, **attributes: re.Pattern[str]) -> BlockTag:
    return BlockTag(frozenset(parents.split()), attributes)


_FLOW = frozenset(("", "li", "dd", "td", "th"))
BLOCK_TAGS: Mapping[str, BlockTag] = {
    "table": BlockTag(_FLOW),
    "ul": BlockTag(_FLOW),
    "ol": BlockTag(_FLOW, {"start": _START}),
    "dl": BlockTag(_FLOW),
    "li": _tag("ul ol"),
    "dt": _tag("dl"),
    "dd": _tag("dl"),
    "caption": _tag("table"),
    "thead": _tag("table"),
    "tbody": _tag("table"),
    "tfoot": _tag("table"),
    "tr": _tag("table thead tbody tfoot"),
    "td": _tag("tr", colspan=_SPAN, rowspan=_SPAN, align=_ALIGNED),
    "th": _tag("tr", colspan=_SPAN, rowspan=_SPAN, align=_ALIGNED),
}
"""The block elements that Markdown of ours writes around Markdown."""
