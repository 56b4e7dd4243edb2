"""Behind the articles of an edition in print: where they come from, and what is not among them.

The short form names the sources with the pages of their articles. The long one, for those who
check what they read, goes through the articles: page, source, day, address, and every address of
their notes with the number that it has there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from converters.article import Article, Link, Note, query
from converters.languages import label
from converters.notes import shown_address
from converters.writers import _matter as matter
from converters.writers._pdf_around import Around, dotted, prefix
from converters.writers._pdf_typography import shorten
from converters.writers._xhtml import Markup, element, join, link_address, text

__all__ = ["Back", "note_addresses"]

Addresses = Mapping[int, Sequence[tuple[int, str]]]

# A column in em of the list's own size, for titles that are cut; half a page, set small.
_COLUMN = 0.58
# What a title takes at most that is left out, and as much again the reason.
_LEFT_OUT = 1.3
_FIGURE_SPACE = "\u2007"


def note_addresses(article: Article) -> list[tuple[int, str]]:
    """The addresses in the notes of a numbered ``article``, each with its note's number.

    In the order of the numbers, each address of a note once. An article comes numbered from
    :func:`converters.notes.number`; a note without a number is passed over.
    """
    found: dict[tuple[int, str], None] = {}
    for note in query(article.body, Note):
        if note.number:
            for link in query(note.content, Link):
                if link_address(link.url) is not None:
                    found[note.number, link.url] = None
    return sorted(found, key=lambda pair: pair[0])


class Back:
    """Renders the back matter; ``addresses`` are those of each article's notes, in the long form.

    ``None`` asks for the short one.
    """

    def __init__(self, around: Around, addresses: Addresses | None) -> None:
        self.around = around
        self.edition = around.edition
        self.addresses = addresses

    def document(self) -> Markup:
        """Sources, then what was left out."""
        parts = list(self._sources())
        if rows := list(self._left_out()):
            parts += [self._heading("left out"), _list(rows, "omitted")]
        return self.around.matter("back", join(parts))

    def _heading(self, name: str) -> Markup:
        words = label(name, self.around.tag)
        attributes = {"id": f"back-{name.replace(' ', '-')}", **self.around.heads(words)}
        return element("h1", text(words), attributes)

    def _sources(self) -> Iterator[Markup]:
        yield self._heading("sources")
        if self.addresses is None:
            yield _list(self._by_source(), "sites")
        else:
            kind = "sources pairs" if self.around.has_two_columns else "sources"
            yield _list(map(self._article, range(len(self.edition.members))), kind)

    def _by_source(self) -> Iterator[Markup]:
        colon = label("colon", self.around.tag)
        for source in matter.sources(self.edition):
            pages = join(map(self.around.page_of, source.places), ", ")
            yield join((text(matter.line(source.name)), text(colon), pages))

    def _article(self, place: int) -> Markup:
        """An article's line, what is known of it, and the addresses of its notes."""
        around = self.around
        title = around.article_title(place, around.measure * _COLUMN)
        facts = dotted((around.source(place), around.date(place)), around.tag)
        parts = [element("p", around.entry(f"{prefix(place)}top", title), {"class": "what"})]
        if facts:
            parts.append(element("p", facts, {"class": "facts"}))
        if own := self.edition.members[place].url:
            parts.append(_address(own, kind="address own"))
        # White space between them: they are words of their own.
        return join((*parts, *self._noted(place)), "\n")

    def _noted(self, place: int) -> Iterator[Markup]:
        """The addresses of an article's notes, a line for each.

        Their numbers stand in a column: spaces as wide as a digit fill them up, since an element
        around each would double the time for these many lines.
        """
        noted = (self.addresses or {}).get(place, ())
        digits = max((len(str(number)) for number, _ in noted), default=0)
        for number, url in noted:
            count = str(number).rjust(digits, _FIGURE_SPACE) + _FIGURE_SPACE
            yield _address(url, before=count, kind=f"address noted digits-{min(digits, 4)}")

    def _left_out(self) -> Iterator[Markup]:
        colon = label("colon", self.around.tag)
        room = self.around.measure * _LEFT_OUT
        for each in matter.left_out(self.edition):
            title, why = (shorten(words, room) for words in (each.title, each.why))
            yield join((text(title), text(colon + why)))
        if rest := matter.not_chosen(self.edition):
            yield text(rest)


def _list(rows: Iterable[Markup], kind: str) -> Markup:
    return element("ul", join(element("li", row) for row in rows), {"class": kind})


def _address(url: str, *, before: str = "", kind: str = "address") -> Markup:
    """An address that breaks after its marks, and leads where it says."""
    target = link_address(url)
    name = "span" if target is None else "a"
    return element(name, text(before + shown_address(url)), {"class": kind, "href": target})
