"""Before the articles of an edition in print: masthead, contents, at a glance, editor's note.

A list of the articles is either contents (title and page) or a glance at them (title, source, day,
page, two lines of their own words). Of few articles there is one list that is both; of many, the
contents come first and the glance behind them, in two columns. An editor's note of a few lines
stands below the masthead; a longer one would push the contents off the first page and has its
place behind them, and a line in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import bidirectional

from converters.edition import Section
from converters.languages import detect, direction, is_cjk, label
from converters.writers import _matter as matter
from converters.writers import _pdf_front_height as heights
from converters.writers._pdf_around import NOTE, Around, Extras, dotted, prefix
from converters.writers._pdf_glance import standfirsts
from converters.writers._pdf_typography import balance, is_long, shorten, typeset
from converters.writers._xhtml import EMPTY, Markup, element, join, language_attributes, text

__all__ = ["Front"]

# Sizes of the words about an article in em of the body: in one column, in two; the share of a
# column; and the longest line of them in their own em, as print-edition.css has it.
_SIZE, _SMALL_SIZE, _COLUMN, _LONGEST = 0.88, 0.8, 0.48, 44
# The pages' column, in em of the body, which words in one column keep off.
_PAGE = 3
# Two lines hold this many lines' worth of em: words do not fill a line to its end.
_FILLED = 1.84
# Heights in em of the body: masthead, a heading, a line of a note; in points, a logo. One list of
# few articles takes so many pages at most, from the first.
_MASTHEAD, _HEADING, _LINE, _LOGO = 10.5, 2.3, 1.5, 42.5
_PAGES = 2
# What an entry at a glance has around it more than one in the contents.
_GLANCE = 0.6
# A note of more than this share of the first page stands behind the contents.
_SHORT_NOTE = 0.28

_BLANK = re.compile(r"\n[ \t\r\f\v]*\n\s*")


class Front:
    """Renders the front matter of an edition."""

    def __init__(self, around: Around, extras: Extras) -> None:
        self.around = around
        self.extras = extras
        self.edition = around.edition
        self.measure = around.measure
        self.height = around.page.text_height / around.page.size
        self.note_lines = self._note_lines()
        self._places = range(len(self.edition.members))
        self.is_one_source = len(set(around.sources)) == 1
        self.is_short_note = self.note_lines * _LINE <= _SHORT_NOTE * self.height

    def document(self) -> Markup:
        """All of it."""
        parts = [self._masthead()]
        if self.note_lines and self.is_short_note:
            parts.append(self._note())
        one_list, tight = self._plan()
        parts += self._contents(one_list)
        if self.extras.glance and not one_list:
            parts += self._glance()
        if self.note_lines and not self.is_short_note:
            parts.append(self._long_note())
        return self.around.matter("front tight" if tight else "front", join(parts))

    def _heading(self, words: str, identifier: str) -> Markup:
        return element("h2", text(words), {"id": identifier, **self.around.heads(words)})

    # --- Masthead --------------------------------------------------------------------------

    def _masthead(self) -> Markup:
        """The title, and what the edition says of itself."""
        edition, title = self.edition, self.around.title
        lines = balance(title, self.measure / 2.4)
        words = Markup("<br/>".join(text(line) for line in lines))
        kind = "long" if is_long(title) else None
        parts = [element("h1", words, {"class": kind, "data-label": title})]
        said = (
            ("subtitle", edition.subtitle),
            ("byline", matter.byline(edition)),
            ("facts", " · ".join(matter.facts(edition))),
            ("standfirst", edition.description),
        )
        for name, words_said in said:
            if line := " ".join(words_said.split()):
                parts.append(element("p", text(line), {"class": name}))
        header = element("header", join(parts), {"class": "title-page"})
        return join((self._logo(), header))

    def _logo(self) -> Markup:
        if not self.extras.logo:
            return EMPTY
        words = matter.byline(self.edition) or self.around.title
        picture = element("img", EMPTY, {"src": self.extras.logo, "alt": words, "class": "logo"})
        return element("p", picture, {"class": "logo"})

    # --- The editor's note -----------------------------------------------------------------

    def _paragraphs(self) -> list[str]:
        parts = _BLANK.split(self.extras.note.replace("\r\n", "\n").replace("\r", "\n"))
        return [line for part in parts if matter.is_seen(line := matter.line(part))]

    def _note_lines(self) -> int:
        return sum(heights.line_count(words, self.measure) for words in self._paragraphs())

    def _note(self) -> Markup:
        title = element("p", text(label("editor's note", self.around.tag)), {"class": "note-title"})
        return element("aside", join((title, self._note_text())), {"class": "note"})

    def _long_note(self) -> Markup:
        heading = self._heading(label("editor's note", self.around.tag), NOTE)
        return element("div", join((heading, self._note_text())), {"class": "note long"})

    def _note_text(self) -> Markup:
        """The note, in the language that it is written in."""
        paragraphs = self._paragraphs()
        words = join(element("p", text(each)) for each in paragraphs)
        told = "\n".join(paragraphs)
        own = self.around.tag
        tag = detect(told, own) or own
        way = _way(told) or direction(tag)
        if tag == own and way == direction(own):
            return element("div", words, {"class": "note-text"})
        kind = "note-text cjk" if is_cjk(tag) else "note-text"
        # A language that runs the other way is another one, even if few words do not tell which.
        known = tag if direction(tag) == way else "und"
        attributes = language_attributes(known, way)
        return typeset(element("div", words, {"class": kind, **attributes}), known)

    # --- Contents --------------------------------------------------------------------------

    def _plan(self) -> tuple[bool, bool]:
        """Whether one list of the articles is both contents and glance, and whether it is tight.

        One list it is where titles and words of all fit on two pages, masthead included.
        """
        around = self.around
        members = self.edition.members
        titles = [matter.title_of(each, around.tag) for each in members]
        sections = sum(isinstance(entry, Section) for _, entry in matter.outline(self.edition))
        note = (self.note_lines + 3) * _LINE if self.note_lines and self.is_short_note else 0
        fixed = (
            _MASTHEAD + _HEADING + note + (1 + _LOGO / around.page.size if self.extras.logo else 0)
        )
        contents = heights.list_height(titles, sections, self.measure)
        if not self.extras.glance:
            return False, heights.is_tight(fixed, contents, self.height)
        cjk = is_cjk(around.tag)
        words = self._words(_SIZE, self.measure - _PAGE)
        line = self._line(_SIZE, self.measure - _PAGE)
        told = heights.told_height(titles, words, self.measure, line, cjk=cjk)
        told += heights.FACTS * self._fact_lines(self._kinds())
        told += heights.list_height((), sections, self.measure)
        if fixed + told <= _PAGES * self.height:
            return True, heights.is_tight(fixed, told, self.height)
        if around.has_two_columns:
            words = self._words(_SMALL_SIZE, self.measure * _COLUMN)
            line = self._line(_SMALL_SIZE, self.measure * _COLUMN)
            told = heights.glance_height(titles, words, line, cjk=cjk)
            told += heights.FACTS * self._fact_lines(()) / 2
        else:
            told += _GLANCE * len(titles)
        fixed += 2 * _HEADING
        return False, heights.is_tight(fixed, contents + told, self.height)

    def _kinds(self) -> set[str]:
        """What sections have in common, of any level."""
        outline = matter.outline(self.edition)
        return {entry.kind for _, entry in outline if isinstance(entry, Section)}

    def _fact_lines(self, kinds: Iterable[str]) -> int:
        """How many articles have a line of facts between sections of these ``kinds``."""
        return sum(map(bool, (self._facts(place, kinds) for place in self._places)))

    def _contents(self, told: bool) -> list[Markup]:
        """Heading and list; with ``told`` each article says what it is about."""
        contents = label("contents", self.around.tag)
        kind = "contents told" if told else "contents"
        items = self._items(self._words(_SIZE, self.measure - _PAGE) if told else None)
        return [self._heading(contents, "front-contents"), element("nav", items, {"class": kind})]

    def _line(self, size: float, measure: float) -> float:
        """A line of ``measure`` (em of the body) in words of ``size``, in em of their own."""
        page = self.around.page
        return min(measure / max(size, page.smallest / page.size), _LONGEST)

    def _words(self, size: float, measure: float) -> list[str]:
        """What is said of each article, on two such lines."""
        return standfirsts(self.edition.members, self._line(size, measure) * _FILLED)

    def _items(self, words: list[str] | None) -> Markup:
        """The contents: lists in lists. No more than a level at a time is open."""
        out: list[str] = ["<ul>"]
        if self.note_lines and not self.is_short_note:
            name = text(label("editor's note", self.around.tag))
            out.append(f"<li>{self.around.entry(NOTE, name)}</li>")
        depth = 0
        waiting = False  # whether an item is open, into which what is deeper goes
        kinds: list[str] = []
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
                kinds[deep:] = [entry.kind]
                anchor = f"{prefix(entry.start)}opening-{deep}"
                line = self.around.entry(anchor, self._section(entry))
                out.append(f'<li class="section">{line}')
                waiting = True
            else:
                out.append(self._item(entry, words, kinds[:deep]))
                waiting = False
        if waiting:
            out.append("</li>")
        out.append("</ul></li>" * depth + "</ul>")
        return Markup("".join(out))

    def _section(self, section: Section) -> Markup:
        title = matter.section_title(section, self.around.tag)
        return text(shorten(title, self.measure * _FILLED))

    def _item(self, place: int, words: list[str] | None, kinds: Iterable[str]) -> Markup:
        """An article's line; with ``words``, also what it is about."""
        line = self.around.entry(f"{prefix(place)}top", self.around.article_title(place))
        if words is None:
            return element("li", line)
        facts = self._facts(place, kinds)
        return element("li", join((line, facts, self._said(place, words))), {"class": "told"})

    def _facts(self, place: int, kinds: Iterable[str]) -> Markup:
        """Source and day, without what masthead or sections around, of ``kinds``, say already."""
        said = self.is_one_source or "source" in kinds
        source = "" if said else self.around.source(place)
        day = "" if "day" in kinds else self.around.date(place)
        facts = dotted((source, day), self.around.tag)
        return element("p", facts, {"class": "facts"}) if facts else EMPTY

    def _said(self, place: int, words: list[str]) -> Markup:
        if not words[place]:
            return EMPTY
        said = self.around.in_its_language(words[place], self.edition.members[place])
        return element("p", said, {"class": "words"})

    # --- At a glance -----------------------------------------------------------------------

    def _glance(self) -> list[Markup]:
        """Of many articles: what each is about, in their order, two and two if the page is wide.

        Sections are not named again: source and day of an article are.
        """
        in_pairs = self.around.has_two_columns
        width = self.measure * _COLUMN if in_pairs else self.measure
        words = self._words(_SMALL_SIZE if in_pairs else _SIZE, width)
        items = (self._glimpse(place, words, width) for place in range(len(words)))
        kind = "glance pairs" if in_pairs else "glance"
        heading = self._heading(label("at a glance", self.around.tag), "front-glance")
        return [heading, element("ul", join(items), {"class": kind})]

    def _glimpse(self, place: int, words: list[str], measure: float) -> Markup:
        title = self.around.article_title(place, measure)
        line = self.around.entry(f"{prefix(place)}top", title)
        return element("li", join((line, self._facts(place, ()), self._said(place, words))))


def _way(words: str) -> str:
    """The direction of the first letter that has one (UAX 9, rule P2); "" without any."""
    ways = {"L": "ltr", "R": "rtl", "AL": "rtl"}
    return next((ways[kind] for kind in map(bidirectional, words) if kind in ways), "")
