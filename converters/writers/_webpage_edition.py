"""What stands around the articles of an edition on web pages: one page, or an index and many.

All of it comes from the edition's index, so that no article is read for it: the opening with the
contents, the headings of sections, the ways from article to article, the sources and what was left
out. Words are the edition's; titles are in the language of their article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Literal, NamedTuple

from converters.edition import Edition, Group, Member, Section
from converters.edition.choice import known_date
from converters.languages import counted, direction, format_date, join_names, label
from converters.writers import _matter as matter
from converters.writers._xhtml import (
    EMPTY,
    Attributes,
    Markup,
    element,
    join,
    language_attributes,
    link_address,
    text,
)

__all__ = ["Around", "Step"]

_LONGEST_NAME = 80  # letters; longer ones are for the eyes
_MOST_MAKERS = 12  # a year's bundle has hundreds of authors, who stand at their articles


class Step(NamedTuple):
    """On the way through a page: a section begins or ends, or the article at ``place`` comes.

    ``level`` is that of the heading.
    """

    kind: Literal["begin", "end", "article"]
    level: int
    section: Section | None = None
    place: int = -1


class Around:
    """What is around the articles of ``edition``.

    ``files`` are the relative addresses of the articles' own pages, in the order of the edition,
    and ``index`` is that of the page with the contents; without them all is one page.
    """

    def __init__(
        self, edition: Edition, files: Sequence[str] | None = None, index: str = ""
    ) -> None:
        self.edition = edition
        self.tag = edition.language
        self.title = matter.edition_title(edition)
        self.titles = [matter.title_of(each, self.tag) for each in edition.members]
        self.anchors = matter.anchors(edition)
        self.addresses = list(files) if files else [f"#{anchor}" for anchor in self.anchors]
        self.in_folder = files is not None
        self.contents_address = index or "#contents"
        self._elsewhere = matter.elsewhere(edition)
        self._names = _names(self.titles)
        self._section_anchors = matter.section_anchors(edition)

    def _own(self, kind: str) -> Attributes:
        """The attributes of what is of the edition itself, and in its language."""
        return {"class": kind, **language_attributes(self.tag, direction(self.tag))}

    # --- For the articles ------------------------------------------------------------------

    def name(self, place: int) -> str:
        """What tells the parts of the article at ``place`` from those of others."""
        return self._names[place]

    def inside(self, place: int) -> Callable[[str], str | None]:
        """Where an address leads within the edition, asked by the article at ``place``."""

        def inside(url: str) -> str | None:
            other = self._elsewhere(place, url)
            return None if other is None else self.addresses[other]

        return inside

    def steps(self) -> Iterator[Step]:
        """The way through one page: its sections, one in another, and the articles in them."""
        opened = 0
        for deep, entry in matter.outline(self.edition):
            while opened > deep:
                opened -= 1
                yield Step("end", opened + 2)
            if isinstance(entry, Section):
                opened += 1
                yield Step("begin", deep + 2, entry)
            else:
                yield Step("article", deep + 2, place=entry)
        while opened:
            opened -= 1
            yield Step("end", opened + 2)

    def section_heading(self, section: Section, level: int) -> Markup:
        """The heading of a section, which the contents lead to."""
        name = f"h{min(level, 6)}"
        attributes = {**self._own("section-title"), "id": self._section_anchors[id(section)]}
        return element(name, _isolated(matter.section_title(section, self.tag)), attributes)

    def way_up(self) -> Markup:
        """The way from a page of its own to the index, at the page's head."""
        link = element("a", _isolated(self.title), {"href": self.contents_address})
        return element("header", element("p", link), self._own("way-up"))

    def ways(self, place: int) -> Markup:
        """The ways on from the article at ``place``: the one before, the contents, the next."""
        back = element(
            "a", text(label("contents", self.tag)), {"class": "up", "href": self.contents_address}
        )
        before = self._way("previous", place - 1) if place else EMPTY
        after = self._way("next", place + 1) if place + 1 < len(self.titles) else EMPTY
        name = "nav" if self.in_folder else "div"
        return element(name, join((before, back, after)), self._own("ways"))

    def _way(self, which: Literal["previous", "next"], place: int) -> Markup:
        kind = element("span", text(label(which, self.tag)), {"class": "label"})
        title = element("span", text(self.titles[place]), self._of(place, "way-title"))
        rel = "prev" if which == "previous" else "next"
        attributes: Attributes = {"class": which, "rel": rel, "href": self.addresses[place]}
        return element("a", join((kind, title), " "), attributes)

    def _of(self, place: int, kind: str | None = None) -> Attributes:
        """The attributes of what is in the language of the article at ``place``."""
        each = self.edition.members[place]
        return {"class": kind, **language_attributes(each.language, each.direction)}

    # --- Before the articles ---------------------------------------------------------------

    def said(self) -> Iterator[Markup]:
        """The title, and what the edition says of itself."""
        edition = self.edition
        yield element("h1", _isolated(self.title), {"class": "title"})
        if not edition.is_bundle:
            return
        lines = (
            ("subtitle", _isolated(edition.subtitle)),
            ("byline", self._makers()),
            ("facts", text(" · ".join(matter.facts(edition)))),
            ("standfirst", _isolated(edition.description)),
        )
        for kind, words in lines:
            if words:
                yield element("p", words, {"class": kind})

    def _makers(self) -> Markup:
        """Who made the edition; each name finds its own direction."""
        names = [line for name in self.edition.authors if (line := " ".join(name.split()))]
        shown = [_isolated(name) for name in names[:_MOST_MAKERS]]
        if len(names) > _MOST_MAKERS:
            shown.append(text("…"))
        return join(shown, join_names(("", ""), self.tag))

    def contents(self) -> Markup:
        """The contents: sections, one in another, and in them the articles."""
        steps = matter.outline(self.edition)
        parts: list[str] = ["<ol>"]
        opened: list[Section] = []
        for deep, entry in steps:
            while len(opened) > deep:
                opened.pop()
                parts.append("</ol></li>")
            if isinstance(entry, Section):
                opened.append(entry)
                parts.append(f'<li class="part">{self._section_line(entry, deep)}\n<ol>')
            else:
                parts.append(self._entry(entry, opened) + "\n")
        parts.append("</ol></li>" * len(opened) + "</ol>")
        name = label("contents", self.tag)
        attributes = {"id": "contents", "class": "contents", "aria-label": name}
        return element("nav", Markup("".join(parts)), attributes)

    def _section_line(self, section: Section, deep: int) -> Markup:
        words = _isolated(matter.section_title(section, self.tag))
        count = counted("article", section.stop - section.start, self.tag)
        if self.in_folder:
            heading = self.section_heading(section, deep + 2)
        else:
            address = f"#{self._section_anchors[id(section)]}"
            heading = element("a", words, {"class": "section-title", "href": address})
        return join((heading, element("span", text(count), {"class": "about"})), " ")

    def _entry(self, place: int, within: Sequence[Section]) -> Markup:
        """An article's line: its title, and what its sections do not say already."""
        each = self.edition.members[place]
        link = element("a", text(self.titles[place]), {"href": self.addresses[place]})
        # Each part finds its own direction, or "28" would join the Latin name before it.
        kinds: set[Group] = {section.kind for section in within}
        details = [_isolated(part) for part in _details(each, kinds)]
        about = element("span", join(details, " · "), {"class": "about"}) if details else EMPTY
        return element("li", join(filter(None, (link, about)), " "), self._of(place))

    # --- Behind the articles ---------------------------------------------------------------

    def back(self) -> Markup:
        """The sources, and what was left out; nothing where the edition is no bundle."""
        if not self.edition.is_bundle:
            return EMPTY
        parts = [self._sources(), self._left_out()]
        return element("footer", join(filter(None, parts), "\n"), {"class": "back"})

    def _sources(self) -> Markup:
        items = [element("li", self._source(source)) for source in matter.sources(self.edition)]
        heading = element("h2", text(label("sources", self.tag)))
        return element(
            "section", join((heading, element("ul", join(items, "\n")))), {"id": "sources"}
        )

    def _source(self, source: matter.Source) -> Markup:
        """A site and, on request, its articles."""
        name = _isolated(source.name)
        count = text(counted("article", len(source.places), self.tag))
        about = element("span", count, {"class": "about"})
        links = [
            element(
                "li",
                element("a", text(self.titles[place]), {"href": self.addresses[place]}),
                self._of(place),
            )
            for place in source.places
        ]
        summary = element("summary", join((name, about), " "))
        return element("details", join((summary, element("ul", join(links, "\n")))))

    def _left_out(self) -> Markup:
        lines = [self._omitted(each) for each in matter.left_out(self.edition)]
        items = [element("li", line) for line in lines]
        missed = matter.not_chosen(self.edition)
        if not items and not missed:
            return EMPTY
        heading = element("h2", text(label("left out", self.tag)))
        listed = element("ul", join(items, "\n")) if items else EMPTY
        rest = element("p", text(missed), {"class": "about"}) if missed else EMPTY
        return element("section", join((heading, listed, rest)), {"id": "left-out"})

    def _omitted(self, each: matter.Omitted) -> Markup:
        address = link_address(each.url) if each.url else None
        words = _isolated(each.title)
        name = element("a", words, {"href": address}) if address else words
        return join((name, element("span", text(each.why), {"class": "about"})), " — ")


def _isolated(words: str) -> Markup:
    """Words on one line that find their own direction; nothing where there are none."""
    line = " ".join(words.split())
    return element("bdi", text(line)) if line else EMPTY


def _names(titles: Sequence[str]) -> list[str]:
    """A short name for each title, all different."""
    counts: dict[str, int] = {}
    names: dict[str, None] = {}
    for title in titles:
        short = title if len(title) <= _LONGEST_NAME else f"{title[: _LONGEST_NAME - 1]}…"
        name = short
        while name in names:
            counts[short] = counts.get(short, 1) + 1
            name = f"{short} ({counts[short]})"
        names[name] = None
    return list(names)


def _details(member: Member, said: set[Group]) -> Iterator[str]:
    """Who wrote an article, where and when, but for what is ``said`` by its sections."""
    site = () if "source" in said else (member.site,)
    for name in chain(member.authors[:3], site):
        if line := " ".join(name.split()):
            yield line
    moment = known_date(member)
    if moment is not None and "day" not in said:
        yield format_date(moment, member.language)
