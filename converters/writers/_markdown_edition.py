"""What stands around the articles of a bundle in Markdown, in one file or in a folder's index.

Title and contents before them, the headings of sections between them, sources and what was left
out behind them. Articles have their number, which is their place in this edition, in the contents
and in the list of sources; both lead to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

from converters.article import Inline, Link, Span, Text
from converters.edition import Edition, Section
from converters.edition.choice import known_date
from converters.languages import label
from converters.notes import Links
from converters.writers import _matter as matter
from converters.writers._markdown_inlines import BLOCK, HEADING, ITEM, Inlines, InlineWriter
from converters.writers._markdown_metadata import edition_front_matter
from converters.writers._markdown_targets import Spot

__all__ = ["Whole", "relative"]

# There are six levels of headings; the last is for those of the articles themselves.
_DEEPEST_SECTION, _DEEPEST_TITLE = 4, 5
# What an address may not hold as it is, or not at this place. Letters of all scripts stay, as
# people read them; programs encode them (https://spec.commonmark.org/0.31.2/#links).
_ENCODED = re.compile(r"[^\w.~-]", re.ASCII)


class _Options(Protocol):
    @property
    def links(self) -> Links: ...
    @property
    def front_matter(self) -> bool: ...


def relative(name: str) -> str:
    """The relative address of the file ``name`` in the same folder."""
    return "".join(
        quote(char) if _ENCODED.match(char) and (char.isascii() or not char.isalnum()) else char
        for char in name
    )


class Whole:
    """Writes what is around the articles of ``edition``.

    ``files`` are the addresses of the articles' files in the order of the edition; without them
    all stand in one file.
    """

    def __init__(
        self, edition: Edition, options: _Options, files: Sequence[str] | None = None
    ) -> None:
        self.edition = edition
        self.options = options
        self.tag = edition.language
        self.titles = [matter.title_of(each, self.tag) for each in edition.members]
        self.anchors = matter.anchors(edition)
        self.addresses = files or [f"#{anchor}" for anchor in self.anchors]
        self.in_folder = files is not None
        self.level = min(2 + matter.depth(edition.sections), _DEEPEST_TITLE)
        self._elsewhere = matter.elsewhere(edition)
        self._openings = matter.openings(edition)
        self._section_anchors = matter.section_anchors(edition)
        # Labels of notes are in the file that the writer of these lines does not know.
        known = {anchor: anchor for anchor in self._section_anchors.values()}
        self._inline = InlineWriter(
            lambda _: "", lambda _: True, known, picture_links=False, inside=None
        )

    # --- For the articles ------------------------------------------------------------------

    def inside(self, place: int) -> Callable[[str], str] | None:
        """Where an address leads within the edition, asked by the article at ``place``."""
        if len(self.titles) < 2 or self.options.links == "none":
            return None

        def inside(url: str) -> str:
            other = self._elsewhere(place, url)
            return "" if other is None else self.addresses[other]

        return inside

    def spot(self, place: int) -> Spot:
        """Where the article at ``place`` stands in the one file."""
        return Spot(f"{place + 1}-", self.anchors[place], self.level, self.inside(place))

    def openings(self, place: int) -> Iterator[tuple[int, str, str]]:
        """The sections that begin with the article at ``place``: level, words, anchor."""
        for deep, section in self._openings.get(place, ()):
            title = matter.section_title(section, self.tag)
            yield min(2 + deep, _DEEPEST_SECTION), title, self._section_anchors[id(section)]

    def heading(self, level: int, words: str, anchor: str = "") -> str:
        """A heading that belongs to no article."""
        content = (*((Span((), identifier=anchor),) if anchor else ()), Text(words))
        return f"{'#' * level} {self._inline.line(content, HEADING)}"

    # --- Before ----------------------------------------------------------------------------

    def headings(self) -> list[str]:
        """The words of the headings of :meth:`front`, in order."""
        return [matter.edition_title(self.edition), label("contents", self.tag)]

    def front(self) -> Iterator[str]:
        """Front matter, title, what the edition says of itself, and the contents."""
        edition = self.edition
        if self.options.front_matter:
            yield edition_front_matter(edition).rstrip("\n")
        title, contents = self.headings()
        yield self.heading(1, title)
        said = (edition.subtitle, matter.byline(edition), " · ".join(matter.facts(edition)))
        for words in (*said, edition.description):
            if line := matter.line(words):
                yield self._inline.line((Text(line),), BLOCK)
        yield self.heading(2, contents)
        yield from self._contents()

    def _contents(self) -> Iterator[str]:
        """The contents as a list of lists; the articles of each section are one part."""
        run: list[str] = []
        for deep, entry in matter.outline(self.edition):
            indent = "  " * deep
            if isinstance(entry, Section):
                if run:
                    yield "\n".join(run)
                run = []
                title = Text(matter.section_title(entry, self.tag))
                anchor = self._section_anchors[id(entry)]
                link: Inline = title if self.in_folder else Link((title,), f"#{anchor}")
                yield f"{indent}- {self._inline.line((link,), ITEM)}"
            else:
                run.append(f"{indent}{entry + 1}. {self._inline.line(self._entry(entry), ITEM)}")
        if run:
            yield "\n".join(run)

    def _entry(self, place: int) -> Inlines:
        """A line of the contents; in a folder's index it says whence and when, too."""
        link = Link((Text(self.titles[place]),), self.addresses[place])
        member = self.edition.members[place]
        known = known_date(member)
        day = known.date().isoformat() if known is not None else ""
        about = " · ".join(filter(None, (matter.line(member.site), day)))
        return (link, Text(f" · {about}")) if about and self.in_folder else (link,)

    # --- Behind ----------------------------------------------------------------------------

    def back(self) -> Iterator[str]:
        """Sources with the numbers of their articles, and what is not in the edition."""
        colon = label("colon", self.tag)
        lines: list[str] = []
        for source in matter.sources(self.edition):
            content: list[Inline] = [Text(f"{source.name}{colon}")]
            for count, place in enumerate(source.places):
                content += [Text(", ")] if count else []
                content.append(Link((Text(str(place + 1)),), self.addresses[place]))
            lines.append("- " + self._inline.line(tuple(content), ITEM))
        yield self.heading(2, label("sources", self.tag))
        yield "\n".join(lines)
        lines = []
        for omitted in matter.left_out(self.edition):
            title: Inline = Text(omitted.title)
            if omitted.url and self.options.links != "none":
                title = Link((title,), omitted.url)
            content = [title, Text(f"{colon}{omitted.why}")]
            lines.append("- " + self._inline.line(tuple(content), ITEM))
        if rest := matter.not_chosen(self.edition):
            lines.append("- " + self._inline.line((Text(rest),), ITEM))
        if lines:
            yield self.heading(2, label("left out", self.tag))
            yield "\n".join(lines)
