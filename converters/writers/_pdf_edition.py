"""What stands around the articles of a bundle in print.

A front page with the title and the contents, whose lines lead to pages by number and by link; the
titles of sections above their first articles; sources, with the pages of their articles, and what
is not in the edition behind them.
"""

from __future__ import annotations

from collections.abc import Iterator

from converters.edition import Edition, Member, Section
from converters.languages import direction, is_cjk, label
from converters.writers import _matter as matter
from converters.writers._pdf_engine import elsewhere
from converters.writers._pdf_page import Page
from converters.writers._pdf_places import Places
from converters.writers._pdf_typography import balance, is_long, shorten, typeset
from converters.writers._xhtml import EMPTY, Markup, element, join, language_attributes, text

__all__ = ["Whole", "prefix"]

# Outlines of more levels hide what is in them.
_DEEPEST = 2
# A title takes this many lines of the contents at most, and is cut there.
_LINES = 1.8


def prefix(place: int) -> str:
    """What the ids of the article at ``place`` begin with."""
    return f"a{place + 1}-"


class Whole:
    """Renders what is around the articles of ``edition`` on ``page``.

    ``places`` knows the pages that articles are on. ``kind`` is the class of the body: how many
    levels of sections there are.
    """

    def __init__(self, edition: Edition, page: Page, places: Places) -> None:
        self.edition = edition
        self.page = page
        self.places = places
        self.tag = edition.language
        self.title = matter.edition_title(edition)
        self.kind = f"bundle depth-{min(matter.depth(edition.sections), _DEEPEST)}"
        self._openings = matter.openings(edition)

    # --- Before ----------------------------------------------------------------------------

    def front(self) -> Markup:
        """The front page: title, what the edition says of itself, contents."""
        edition = self.edition
        lines = balance(self.title, self.page.measure / 2.4)
        title = Markup("<br/>".join(text(line) for line in lines))
        said = (
            ("subtitle", edition.subtitle),
            ("byline", matter.byline(edition)),
            ("facts", " · ".join(matter.facts(edition))),
            ("standfirst", edition.description),
        )
        kind = "long" if is_long(self.title) else None
        head = [element("h1", title, {"class": kind, "data-label": self.title})]
        for kind, words in said:
            if line := " ".join(words.split()):
                head.append(element("p", text(line), {"class": kind}))
        contents = label("contents", self.tag)
        parts = (
            element("header", join(head), {"class": "title-page"}),
            element("h2", text(contents), self._heads(contents)),
            element("nav", self._contents(), {"class": "contents"}),
        )
        return self._matter("front", join(parts))

    def _contents(self) -> Markup:
        """The contents: lists in lists. No more than a level at a time is open."""
        out: list[str] = ["<ul>"]
        depth = 0
        waiting = False  # whether an item is open, into which what is deeper goes
        for deep, entry in matter.outline(self.edition):
            while depth > deep:
                out.append("</ul></li>")
                depth -= 1
                waiting = False
            if deep > depth:
                out.append("<ul>")
                depth += 1
            elif waiting:
                out.append("</li>")
            if isinstance(entry, Section):
                target, line = f"{prefix(entry.start)}opening-{deep}", self._section(entry)
                out.append(f'<li class="section">{self._line(target, line)}')
                waiting = True
            else:
                member = self.edition.members[entry]
                target = f"{prefix(entry)}top"
                out.append(f"<li>{self._line(target, self._title(member))}</li>")
                waiting = False
        if waiting:
            out.append("</li>")
        out.append("</ul></li>" * depth + "</ul>")
        return Markup("".join(out))

    def _section(self, section: Section) -> Markup:
        title = matter.section_title(section, self.tag)
        return text(shorten(title, self.page.measure * _LINES))

    def _line(self, anchor: str, words: Markup) -> Markup:
        """A line of the contents; the style sheet adds dots and the page."""
        attributes = {"class": "entry", "data-page": self.places.page(anchor)}
        return element("a", words, {"href": elsewhere(anchor), **attributes})

    def _title(self, member: Member) -> Markup:
        """An article's title in its language."""
        words = text(shorten(matter.title_of(member, self.tag), self.page.measure * _LINES))
        if not member.language or member.language == self.tag:
            return words
        return element("span", words, language_attributes(member.language, member.direction))

    # --- Between ---------------------------------------------------------------------------

    def opening(self, place: int) -> Markup:
        """The titles of the sections that begin with the article at ``place``."""
        titles = []
        for deep, section in self._openings.get(place, ()):
            words = matter.section_title(section, self.tag)
            attributes = {
                "class": f"section level-{min(deep + 1, _DEEPEST + 1)}",
                "id": f"{prefix(place)}opening-{deep}",
                "data-label": words,
            }
            titles.append(element("h1", text(words), attributes))
        return self._matter("opening", join(titles)) if titles else EMPTY

    # --- Behind ----------------------------------------------------------------------------

    def back(self) -> Markup:
        """Sources and what is not in the edition."""
        colon = label("colon", self.tag)
        rows = [
            join((_plain(source.name), text(colon), join(map(self._page_of, source.places), ", ")))
            for source in matter.sources(self.edition)
        ]
        parts = list(self._list("sources", rows))
        rows = [
            join((_plain(each.title), text(colon + each.why)))
            for each in matter.left_out(self.edition)
        ]
        if rest := matter.not_chosen(self.edition):
            rows.append(text(rest))
        if rows:
            parts += self._list("left out", rows)
        return self._matter("back", join(parts))

    def _list(self, name: str, rows: list[Markup]) -> Iterator[Markup]:
        words = label(name, self.tag)
        yield element("h1", text(words), self._heads(words))
        yield element("ul", join(element("li", row) for row in rows))

    def _page_of(self, place: int) -> Markup:
        """The page of an article as a link to it."""
        anchor = f"{prefix(place)}top"
        attributes = {"class": "page", "data-page": self.places.page(anchor)}
        return element("a", EMPTY, {"href": elsewhere(anchor), **attributes})

    def _heads(self, words: str) -> dict[str, str]:
        """The label of a heading's bookmark, and the running head of the pages after it."""
        return {
            "data-label": words,
            "data-head": shorten(words, self.page.measure * 0.72),
            "data-side": shorten(self.title, self.page.measure * 0.4),
        }

    def _matter(self, kind: str, content: Markup) -> Markup:
        cjk = " cjk" if is_cjk(self.tag) else ""
        attributes = language_attributes(self.tag or "und", direction(self.tag))
        section = element("section", content, {"class": f"{kind}{cjk}", **attributes})
        return typeset(section, self.tag)


def _plain(words: str) -> Markup:
    return text(" ".join(words.split()))
