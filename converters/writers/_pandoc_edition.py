"""What stands around the articles of an edition in pandoc's document tree.

The headings of sections and articles, and for a bundle what it says of itself, its contents, its
sources and what is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from converters.article import clean
from converters.edition import Edition, Section
from converters.languages import format_date, label
from converters.writers import _matter as matter
from converters.writers._pandoc_ast import Node, words

__all__ = ["Whole"]

# Of six levels of headings the last is for the articles' own.
_DEEPEST_TITLE = 5
_NO_ATTRIBUTES: list[Any] = ["", [], []]


class Whole:
    """Writes what is around the articles of ``edition``.

    ``links``: whether there are to be links; ``inner``: whether the file can have links to places
    in it. ``level`` is that of an article's title.
    """

    def __init__(self, edition: Edition, *, links: bool, inner: bool) -> None:
        self.edition = edition
        self.tag = edition.language
        self.links = links
        self.inner = inner and links
        self.level = min(1 + matter.depth(edition.sections), _DEEPEST_TITLE)
        self._elsewhere = matter.elsewhere(edition)
        self._openings = matter.openings(edition)
        if edition.is_bundle:
            self.titles = [matter.title_of(each, self.tag) for each in edition.members]
            self.names = matter.anchors(edition)
        else:
            numbers = range(1, len(edition.members) + 1)
            self.titles = [
                each.title or str(number)
                for each, number in zip(edition.members, numbers, strict=True)
            ]
            self.names = [f"article-{number}" for number in numbers]

    def inside(self, place: int) -> Callable[[str], str]:
        """Where an address leads within the file, asked by the article at ``place``."""

        def inside(url: str) -> str:
            other = self._elsewhere(place, url) if self.inner else None
            return "" if other is None else self.names[other]

        return inside

    def opening(self, place: int) -> list[Node]:
        """The headings of the article at ``place``, and of the sections that it opens."""
        sections = [
            _header(min(deep + 1, _DEEPEST_TITLE - 1), matter.section_title(section, self.tag))
            for deep, section in self._openings.get(place, ())
        ]
        return [*sections, _header(self.level, self.titles[place], self.names[place])]

    # --- Before ----------------------------------------------------------------------------

    def front(self, *, contents: bool) -> list[Node]:
        """What the edition says of itself, beside what the metadata hold; a list of contents."""
        edition = self.edition
        facts = [fact for fact in matter.facts(edition) if fact != _day(edition)]
        said = filter(None, (" · ".join(facts), " ".join(edition.description.split())))
        nodes = [_paragraph(words(clean(line))) for line in said]
        if contents:
            nodes += [_header(1, label("contents", self.tag)), *self._contents()]
        return nodes

    def _contents(self) -> list[Node]:
        """A list of lists; the articles are numbered through."""
        root: list[Node] = []
        open_lists = [root]  # the blocks that each depth adds to
        for deep, entry in matter.outline(self.edition):
            del open_lists[deep + 1 :]
            blocks = open_lists[-1]
            if isinstance(entry, Section):
                line: list[Node] = [
                    _node("Plain", words(clean(matter.section_title(entry, self.tag))))
                ]
                _items(blocks, "BulletList", None).append(line)
                open_lists.append(line)
            else:
                link = _node("Plain", self._link(entry, self.titles[entry]))
                _items(blocks, "OrderedList", entry + 1).append([link])
        return root

    def _link(self, place: int, shown: str) -> list[Node]:
        content = words(clean(shown))
        return [_linked(content, f"#{self.names[place]}")] if self.inner else content

    # --- Behind ----------------------------------------------------------------------------

    def back(self) -> list[Node]:
        """Sources with the titles of their articles, and what is not in the edition."""
        nodes = [_header(1, label("sources", self.tag)), _list(self._sources())]
        omitted = list(self._omitted())
        if omitted:
            nodes += [_header(1, label("left out", self.tag)), _list(omitted)]
        return nodes

    def _sources(self) -> Iterator[list[Node]]:
        colon = label("colon", self.tag)
        for source in matter.sources(self.edition):
            line = words(clean(source.name + colon))
            for count, place in enumerate(source.places):
                line += words("; ") if count else []
                line += self._link(place, self.titles[place])
            yield line

    def _omitted(self) -> Iterator[list[Node]]:
        colon = label("colon", self.tag)
        for each in matter.left_out(self.edition):
            title = words(clean(each.title))
            yield [
                *([_linked(title, each.url)] if each.url and self.links else title),
                *words(clean(colon + each.why)),
            ]
        if rest := matter.not_chosen(self.edition):
            yield words(rest)


def _day(edition: Edition) -> str:
    """The edition's date, which the metadata show."""
    return format_date(edition.date, edition.language) if edition.date is not None else ""


def _node(kind: str, content: Any) -> Node:
    return {"t": kind, "c": content}


def _header(level: int, title: str, name: str = "") -> Node:
    return _node("Header", [level, [name, [], []], words(clean(title))])


def _paragraph(content: list[Node]) -> Node:
    return _node("Para", content)


def _linked(content: list[Node], url: str) -> Node:
    return _node("Link", [_NO_ATTRIBUTES, content, [url, ""]])


def _list(lines: Any) -> Node:
    return _node("BulletList", [[_node("Plain", line)] for line in lines])


def _items(blocks: list[Node], kind: str, start: int | None) -> list[Any]:
    """The items of the list that ``blocks`` end in; a new one where they do not."""
    if not blocks or blocks[-1]["t"] != kind:
        attributes = [start, {"t": "Decimal"}, {"t": "Period"}]
        blocks.append(_node(kind, [] if start is None else [attributes, []]))
    content = blocks[-1]["c"]
    items: list[Any] = content if start is None else content[1]
    return items
