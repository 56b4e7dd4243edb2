"""A page's tree as a list of text blocks: what finding the main body counts and weighs.

A block is a run of text between the borders of block elements, as a browser would set it as one
paragraph, with the element it stands in. The walk keeps no call stack, so the depth of a tree
does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bs4.element import NavigableString, Tag

from converters.readers.furniture import is_hidden, says_hidden
from converters.readers.pictures import attribute

__all__ = ["Element", "Medium", "Outline", "TextBlock", "key_of", "outline"]

_INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb rp "
        "rt rtc ruby s samp small span strike strong sub sup time tt u var wbr math mi mo mn mrow "
        "msup msub mfrac semantics annotation nobr"
    ).split()
)
_NO_TEXT = frozenset(
    (
        "script style template noscript svg canvas head title select option textarea button input "
        "datalist noframes dialog"
    ).split()
)
_MEDIA = frozenset(
    "img amp-img picture iframe video audio embed object amp-iframe amp-youtube amp-video".split()
)
# What an author or a publishing system calls the things around a text. Words of the web's own
# vocabulary, in the languages that markup is written in: no site's names.
_FURNITURE = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?i:ads?|advert\w*|anzeigen?|author-?(?:box|bio|info)|avatar"
    r"|banner"
    r"|bio|bread-?crumbs?|brotkrum\w*|comments?|comment-?list|kommentare?|disqus\w*|respond"
    r"|cookies?\w*|consent|gdpr|foot(?:er)?|masthead|login|menu\w*|modal|more|nav\w*"
    r"|newsletter\w*|outbrain|overlay|pag(?:er|ination|inator)|paywall|popup|popular|promo\w*|rail"
    r"|recommend\w*|related\w*|reply|replies|search\w*|share\w*|sharing|shop\w*|side-?bar\w*"
    r"|sitemap|social\w*|sponsor\w*|subscri\w+|taboola|tags?|tagcloud|teasers?\w*"
    r"|tool(?:bar|box|tip)s?|topbar|trending|widgets?|copyright|imprint|impressum)"
    r"(?=$|[\s_-]|(?<=[a-z])[A-Z])"
)
# Names that say what an element has or lacks ("has-shares", "no-sidebar"), not what it is.
_HAVING = re.compile(r"(?:(?<=[\s_-])|^)(?:has|with|without|no)[-_]+[^\s_-]+", re.IGNORECASE)
# A picture with buttons for sharing it, which its last word says.
_SHARED = re.compile(
    r"(?:share|sharing|social|pin)\w{0,4}[-_]?(?:pics?|pictures?|photos?|images?|imgs?|figure)(?![a-z])",
    re.IGNORECASE,
)
# What a lead is called, though a part of its name may be furniture's ("teaser-text").
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro\w*|teaser-?_?text|standfirst|sub-?_?(?:title|line|head\w*)"
    r"|dek|summary|excerpt|abstract|vorspann|anriss|chapo|entradilla|bajada|sommario)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_ASIDE_ROLES = frozenset(("complementary", "search", "dialog", "alertdialog", "banner"))
_NAMES = 300  # characters of names that are looked at
_WORDS = 40  # letters: more is a text
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(slots=True, eq=False)
class Element:
    """A block element that holds text: ``furniture`` says that its name or kind is of such.

    ``names`` are its class and identifier; ``look`` is what elements of one kind share;
    ``listed`` says that it stands in an item of a list, ``hidden`` that nobody sees it yet.
    ``total`` is the number of letters in it. The rest is for :mod:`~converters.readers.evidence`:
    ``kept`` are the letters that a library would keep, ``inside`` that it is in the core of the
    article; ``outermost``, ``named`` and ``kinds`` are what leads from the core to it: the first
    element, whether one of them is furniture, what their names say.
    """

    tag: Tag
    parent: Element | None
    level: int
    furniture: bool = False
    aside: bool = False
    nav: bool = False
    listed: bool = False
    hidden: bool = False
    names: str = ""
    look: tuple[str, str, int] = ("", "", 0)
    total: int = 0
    kept: int = 0
    inside: bool = False
    outermost: Element | None = None
    named: bool = False
    kinds: frozenset[str] = frozenset()

    def within(self, name: str) -> Element | None:
        """The innermost element called ``name`` that this is or stands in."""
        at: Element | None = self
        while at is not None and at.tag.name != name:
            at = at.parent
        return at

    def path(self) -> Iterator[Element]:
        """This element and those around it, from the inside out."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text. ``length`` and ``linked`` count letters and digits; ``key`` is these alone.

    ``nodes`` are its strings in the tree. The votes of libraries and the verdict are filled in
    by :mod:`~converters.readers.mainbody`.
    """

    element: Element
    nodes: list[NavigableString]
    text: str
    key: str
    linked: int
    precise: bool = False
    generous: bool = False
    keep: bool = False

    @property
    def length(self) -> int:
        """How many letters and digits there are."""
        return len(self.key)

    @property
    def density(self) -> float:
        """The share of its letters that are linked."""
        return self.linked / max(1, len(self.key))

    @property
    def is_heading(self) -> bool:
        """Whether a heading element holds it."""
        return self.element.tag.name in _HEADINGS or (
            self.element.parent is not None and self.element.parent.tag.name in _HEADINGS
        )


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True, eq=False)
class Medium:
    """A picture or frame, or a ``noscript`` that holds one.

    ``place`` is the number of the text block that comes after it.
    """

    tag: Tag
    element: Element
    place: int


@dataclass(slots=True)
class Outline:
    """All that a page shows, in the order of the document."""

    blocks: list[TextBlock] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    media: list[Medium] = field(default_factory=list)


def key_of(text: str) -> str:
    """The letters and digits of ``text``: what stays the same whoever copies it."""
    return _NOT_LETTERS.sub("", text)


class _Run:
    """The text that is gathered for the next block."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.nodes: list[NavigableString] = []
        self.parts: list[str] = []
        self.linked: list[str] = []

    def add(self, node: NavigableString, linked: bool) -> None:
        self.nodes.append(node)
        self.parts.append(node)
        if linked:
            self.linked.append(node)

    def end(self, element: Element) -> None:
        if not self.parts:
            return
        text = "".join(self.parts)
        key = key_of(text)
        if key:
            linked = len(key_of("".join(self.linked))) if self.linked else 0
            self.outline.blocks.append(TextBlock(element, self.nodes, text, key, linked))
            element.total += len(key)
        self.nodes, self.parts, self.linked = [], [], []


def outline(root: Tag) -> Outline:
    """The text blocks, pictures and frames below ``root`` that the page shows."""
    found = Outline()
    run = _Run(found)
    top = Element(root, None, 0)
    found.elements.append(top)
    stack: list[tuple[Iterator[object], Element, bool, bool]] = [
        (iter(root.contents), top, False, True)
    ]
    while stack:
        children, element, linked, owns = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if owns:
                run.end(element)
                if element.parent is not None:
                    element.parent.total += element.total
        elif type(child) is NavigableString:
            run.add(child, linked)
        elif isinstance(child, Tag):
            name = child.name
            if name == "br":
                run.parts.append("\n")
            elif child.attrs and is_hidden(child):
                continue
            elif name in _MEDIA or (name == "noscript" and _is_copy(child)):
                found.media.append(Medium(child, element, len(found.blocks)))
            elif name in _NO_TEXT:
                continue
            elif name in _INLINE:
                stack.append((iter(child.contents), element, linked or name == "a", False))
            else:
                run.end(element)
                inner = _element(child, element)
                found.elements.append(inner)
                stack.append((iter(child.contents), inner, linked, True))
    return found


def _is_copy(tag: Tag) -> bool:
    """Whether a ``noscript`` holds a picture or frame that a script shows later, and no text."""
    return tag.find(("img", "iframe")) is not None and len(key_of(tag.get_text())) < _WORDS


def _element(tag: Tag, parent: Element) -> Element:
    name = tag.name
    role = names = kind = ""
    if tag.attrs:
        role = attribute(tag, "role")
        kind = attribute(tag, "class")[:_NAMES]
        names = f"{kind} {attribute(tag, 'id')[:_NAMES]}".strip()
    level = parent.level + 1
    # The footer of a quotation says whose it is.
    beside = name == "aside" or (name == "footer" and parent.tag.name != "blockquote")
    return Element(
        tag,
        parent,
        level,
        furniture=beside or (names != "" and _is_furniture(names)),
        aside=parent.aside or beside or role in _ASIDE_ROLES,
        nav=parent.nav or name == "nav" or role in ("navigation", "menu", "contentinfo"),
        listed=parent.listed or name == "li",
        hidden=parent.hidden or (bool(tag.attrs) and says_hidden(tag)),
        names=names,
        look=(name, kind, level),
    )


@lru_cache(maxsize=4096)
def _is_furniture(names: str) -> bool:
    own = _SHARED.sub("", _HAVING.sub("", names))
    return bool(_FURNITURE.search(own)) and not _LEAD.search(names)
