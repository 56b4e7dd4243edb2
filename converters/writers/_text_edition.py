"""What stands around the articles of an edition in plain text.

Title and contents before them, rules and the titles of sections between them, sources and what
was left out behind them. An article's number is its place in this edition, from 1; it stands
wherever the article is spoken of, since a text has no links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from converters.edition import Edition, Section
from converters.languages import direction, is_cjk, label, primary
from converters.writers import _matter as matter
from converters.writers._text_direction import directed
from converters.writers._text_inlines import one_line
from converters.writers._text_layout import (
    UNDERLINES,
    Flow,
    Margin,
    Nest,
    Piece,
    Stack,
    Underlined,
    close,
)
from converters.writers._text_numbers import numbers

__all__ = ["Among", "Whole", "is_wide"]

_RULE = 72  # columns of a page without a limit


def is_wide(tag: str) -> bool:
    """Whether characters of ambiguous width are wide in this language.

    In Korean type they are narrow today, as in Latin.
    """
    return is_cjk(tag) and primary(tag) != "ko"


def _nobody(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Among:
    """What an article has to know of the edition that it is in.

    ``mark`` stands before its title; ``number_of`` and ``title_of`` give, for the address of
    another article of the edition, its number, and its number and title.
    """

    language: str
    mark: str = ""
    number_of: Callable[[str], str] = _nobody
    title_of: Callable[[str], str] = _nobody


class Whole:
    """Lays out what is around the articles of ``edition`` in lines of ``width`` columns.

    ``marked`` says whether the file can hold marks of direction.
    """

    def __init__(self, edition: Edition, width: int, marked: bool) -> None:
        tag = edition.language
        self.edition = edition
        self.tag = tag
        self.right = marked and direction(tag) == "rtl"
        self.marked = marked
        self.margin = Margin(width, is_wide(tag), right=self.right)
        self.width = width or _RULE
        self.titles = [one_line(matter.title_of(each, tag)) for each in edition.members]
        self.elsewhere = matter.elsewhere(edition)
        self.openings = matter.openings(edition)

    def _lines(self, piece: Piece) -> list[str]:
        lines = piece.lines(self.margin)
        return list(directed(lines)) if self.right else lines

    # --- Before ----------------------------------------------------------------------------

    def front(self) -> list[str]:
        """Title and contents."""
        edition = self.edition
        title = one_line(matter.edition_title(edition))
        pieces: list[Piece] = [Underlined(Flow(title), UNDERLINES[1])]
        if edition.is_bundle:
            about = (edition.subtitle, matter.byline(edition), " · ".join(matter.facts(edition)))
            pieces.append(Stack([Flow(line) for line in map(one_line, about) if line], close))
            pieces.append(Flow(one_line(edition.description)))
        pieces.append(Underlined(Flow(label("contents", self.tag)), UNDERLINES[2]))
        return self._lines(Stack([*pieces, self._contents()]))

    def _contents(self) -> Piece:
        """Sections, and in them the articles with their numbers."""
        marks = numbers(len(self.titles), 1, "decimal")
        groups: list[Piece] = []
        run: list[Piece] = []
        for deep, entry in matter.outline(self.edition):
            indent = "  " * deep
            if isinstance(entry, Section):
                groups += [Stack(run, close)] if run else []
                run = [_indented(indent, Flow(one_line(matter.section_title(entry, self.tag))))]
            else:
                mark = indent + marks[entry]
                run.append(Nest(mark, " " * len(mark), Flow(self.titles[entry])))
        return Stack([*groups, Stack(run, close)])

    # --- Between ---------------------------------------------------------------------------

    def between(self, place: int) -> list[str]:
        """What parts the article at ``place`` from what is before it: a rule, or new sections."""
        opened = self.openings.get(place, ())
        lines = ["", "=" * self.width, ""]
        for deep, section in opened:
            title = self._lines(Flow(one_line(matter.section_title(section, self.tag))))
            if deep == 0:
                lines = ["", "", "=" * self.width, *title, "=" * self.width, ""]
            else:
                lines = [*lines, *title, "-" * self.width, ""]
        return [*lines, ""] if opened else lines

    def about(self, place: int) -> Among:
        """What the article at ``place`` has to know."""
        if not self.edition.is_bundle:
            return Among(self.tag)
        right = self.marked and self.edition.members[place].direction == "rtl"
        arrow = "←" if right else "→"

        def number_of(url: str) -> str:
            other = self.elsewhere(place, url)
            return "" if other is None else f"{arrow} {other + 1}"

        def title_of(url: str) -> str:
            other = self.elsewhere(place, url)
            return "" if other is None else f"{arrow} {other + 1}. {self.titles[other]}"

        return Among(self.tag, f"{place + 1}. ", number_of, title_of)

    # --- Behind ----------------------------------------------------------------------------

    def back(self) -> list[str]:
        """Sources with the numbers of their articles, and what is not in the edition."""
        colon = label("colon", self.tag)
        listed = [
            Flow(f"{one_line(source.name)}{colon}{matter.ranges(source.places)}", hang="  ")
            for source in matter.sources(self.edition)
        ]
        lines = ["", "", "=" * self.width, "", *self._list("sources", listed)]
        omitted = [
            Flow(f"{one_line(each.title)}{colon}{one_line(each.why)}", hang="  ")
            for each in matter.left_out(self.edition)
        ]
        if rest := matter.not_chosen(self.edition):
            omitted.append(Flow(rest, hang="  "))
        return [*lines, "", "", *self._list("left out", omitted)] if omitted else lines

    def _list(self, name: str, entries: Sequence[Piece]) -> list[str]:
        title = Underlined(Flow(label(name, self.tag)), UNDERLINES[2])
        return self._lines(Stack([title, Stack(entries, close)]))


def _indented(indent: str, piece: Piece) -> Piece:
    return Nest(indent, indent, piece) if indent else piece
