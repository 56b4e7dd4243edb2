"""What stands before the articles of a bundle: title page, contents, a page of each section.

See https://www.w3.org/TR/dpub-aria-1.1/ for the roles of these pages. Everything here is made from
the edition's index. No document is larger than e-readers take well (EP-17): long lists go on in the
next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from converters.edition import Section
from converters.languages import counted, join_names, label
from converters.writers import _matter
from converters.writers._epub_chapter import LONG_TITLE, MAX_DOCUMENT, Document, page
from converters.writers._epub_plan import Part, Plan, shortened
from converters.writers._xhtml import EMPTY, Markup, element, join, language_attributes, text

__all__ = [
    "CONTENTS",
    "TITLE_PAGE",
    "Item",
    "Listing",
    "contents_pages",
    "is_long",
    "line",
    "section_pages",
    "title_of",
    "title_page",
    "turn",
]

TITLE_PAGE = "title.xhtml"
CONTENTS = "contents"

# So many sources are named on the title page: those with most articles.
_NAMED_SOURCES = 12
# What a document has beside its list, in bytes, is less than this.
_FRAME = 4000
# The markup of an article's line in the contents, in bytes, its language and direction included.
_ENTRY = 120


# --- Lists ---------------------------------------------------------------------------------


class Item(NamedTuple):
    """An item of a list, and the place of the article that it leads to, if it does."""

    markup: Markup
    place: int | None = None


class Listing:
    """Lists under headings, as documents of a bounded size.

    ``name`` is that of the first document without its suffix, ``opening`` what it begins with.
    ``attributes`` are those of the section that holds it all. ``homes`` says, once the documents
    are made, which of them names an article.
    """

    def __init__(
        self,
        plan: Plan,
        name: str,
        title: str,
        opening: Markup,
        attributes: Mapping[str, str],
        *,
        closing: Markup = EMPTY,
    ) -> None:
        self.plan = plan
        self.name = name
        self.title = title
        self.opening = opening
        self.closing = closing
        self.attributes = attributes
        self.homes: dict[int, str] = {}
        self._full: list[Markup] = []
        self._parts: list[Markup] = [opening]
        self._size = _FRAME + _bytes(opening) + _bytes(closing)

    @property
    def _document(self) -> str:
        number = len(self._full) + 1
        return f"{self.name}.xhtml" if number == 1 else f"{self.name}-{number}.xhtml"

    def add(self, heading: Markup, items: Iterable[Item]) -> None:
        """A list under ``heading``, which is said again where the list goes on."""
        run: list[Markup] = []
        self._size += _bytes(heading)
        for item in items:
            size = _bytes(item.markup)
            is_full = self.plan.growth * (self._size + size) > MAX_DOCUMENT
            if is_full and (run or len(self._parts) > 1):
                self._list(heading, run)
                run = []
                self._turn()
                self._size += _bytes(heading)
            self._size += size
            run.append(item.markup)
            if item.place is not None:
                self.homes[item.place] = self._document
        self._list(heading, run)

    def _list(self, heading: Markup, run: Sequence[Markup]) -> None:
        if run:
            entries = element("ol", join(run, "\n"), {"class": "lines"})
            self._parts += [heading, entries] if heading else [entries]

    def _turn(self) -> None:
        self._full.append(join(self._parts, "\n"))
        self._parts = []
        self._size = _FRAME + _bytes(self.closing)

    def documents(self) -> list[Document]:
        """The documents, all of them."""
        self._parts.append(self.closing)
        pages = [*self._full, join(self._parts, "\n")]
        return [self._page(number, content) for number, content in enumerate(pages, 1)]

    def _page(self, number: int, content: Markup) -> Document:
        plan = self.plan
        attributes: dict[str, str] = dict(self.attributes)
        title = self.title if number == 1 else f"{self.title} ({number})"
        if number > 1:
            attributes = {"class": attributes["class"], "aria-label": title}
        data = page(title, element("section", content, attributes), plan.language, plan.direction)
        return Document(f"{self.name}{'' if number == 1 else f'-{number}'}.xhtml", data)


def _bytes(markup: Markup) -> int:
    return len(markup.encode()) + 1


def line(plan: Plan, place: int, details: str = "") -> Item:
    """The line of an article: its title, which leads to it, and ``details`` small below."""
    member = plan.edition.members[place]
    foreign = member.language if member.language not in ("", plan.language) else ""
    turned = member.direction if member.direction != plan.direction else ""
    link = element(
        "a",
        text(plan.title_of(place)),
        {"href": plan.address(place), **language_attributes("", turned)},
    )
    small = element("span", text(details), {"class": "from"}) if details else EMPTY
    return Item(
        element("li", join((link, small), " ") if small else link, language_attributes(foreign)),
        place,
    )


# --- Title page ----------------------------------------------------------------------------


def title_page(plan: Plan) -> Document:
    """The page with the edition's title, who made it, of when, and how much there is of what."""
    edition = plan.edition
    # A line may end behind the dash of "from - to", not before it.
    title = text(plan.title.replace(" — ", "\u00a0— "))
    if len(plan.title) > LONG_TITLE:
        title = element("span", title, {"class": "long"})
    parts = [element("h1", title)]
    for kind, words in (
        ("subtitle", " ".join(edition.subtitle.split())),
        ("authors", _matter.byline(edition)),
    ):
        if words:
            parts.append(element("p", text(words), {"class": kind}))
    parts.append(element("hr"))
    # A single article is not counted.
    above = {plan.title, *([counted("article", 1, plan.language)] if len(plan.names) == 1 else ())}
    parts.extend(
        element("p", text(words), {"class": "fact"}) for words in plan.facts if words not in above
    )
    if names := _main_sources(plan):
        parts.append(element("p", text(names), {"class": "names"}))
    section = element(
        "section", join(parts, "\n"), {"class": "titlepage", "epub:type": "titlepage"}
    )
    return Document(TITLE_PAGE, page(plan.title, section, plan.language, plan.direction))


def _main_sources(plan: Plan) -> str:
    """The sources with most articles on one line; nothing where they are named above."""
    unknown = label("unknown source", plan.language)
    # Among equals the first, as on the cover.
    known = sorted(
        (each for each in plan.sources if each.name != unknown),
        key=lambda each: (-len(each.places), each.places[0]),
    )
    names = [each.name for each in known[:_NAMED_SOURCES]]
    above = f"{plan.title} {plan.edition.subtitle}"
    if not names or all(name in above for name in names):
        return ""
    more = " …" if len(known) > len(names) else ""
    # A line may end behind a dot, not before it.
    return "\u00a0· ".join(map(shortened, names)) + more


# --- Sections ------------------------------------------------------------------------------


def section_pages(plan: Plan, part: Part) -> list[Document]:
    """The page of a section: its title, how much it holds, and a line for all of that."""
    section = part.section
    number = counted("article", section.stop - section.start, plan.language)
    around = [title_of(plan, section) for section in part.around]
    header = join(
        (
            element("p", text(" · ".join(around)), {"class": "fact"}) if around else EMPTY,
            element("h1", text(title_of(plan, part.section))),
            element("p", text(number), {"class": "fact"}),
        )
    )
    attributes = {"class": "part", "epub:type": "part", "role": "doc-part"}
    listing = Listing(plan, part.name, title_of(plan, part.section), header, attributes)
    listing.add(EMPTY, (_child(plan, part, child) for child in part.children))
    return listing.documents()


def _child(plan: Plan, part: Part, child: Part | int) -> Item:
    if isinstance(child, Part):
        words = text(title_of(plan, child.section))
        count = counted("article", child.section.stop - child.section.start, plan.language)
        link = element("a", words, {"href": child.address})
        small = element("span", text(count), {"class": "from"})
        return Item(element("li", join((link, small), " ")))
    return line(plan, child, plan.details_of(child, part.said))


def title_of(plan: Plan, section: Section) -> str:
    """The title of a section as a line."""
    return shortened(_matter.section_title(section, plan.language))


# --- Contents ------------------------------------------------------------------------------


def is_long(plan: Plan) -> bool:
    """Whether the contents take more than one document."""
    size = _FRAME
    for place in range(len(plan.names)):
        shown = f"{plan.title_of(place)}{plan.details_of(place)}"
        size += _ENTRY + len(shown.encode("utf-8", "replace"))
        if plan.growth * size > MAX_DOCUMENT:
            return True
    return False


def contents_pages(plan: Plan) -> tuple[list[Document], Mapping[int, str]]:
    """The contents of a book that is too large for one page of them, as several.

    The second value says of each article which page names it.
    """
    title = label("contents", plan.language)
    opening = element("h1", text(title))
    listing = Listing(plan, CONTENTS, title, opening, {"class": "listing", "aria-label": title})
    for part, places in _runs(plan.parts, None):
        said = part.said if part else frozenset()
        listing.add(
            _heading(plan, part) if part else EMPTY,
            (line(plan, place, plan.details_of(place, said)) for place in places),
        )
    return listing.documents(), listing.homes


def _heading(plan: Plan, part: Part) -> Markup:
    return element("h2", element("a", text(title_of(plan, part.section)), {"href": part.address}))


def _runs(
    parts: Sequence[Part | int], around: Part | None
) -> Iterator[tuple[Part | None, list[int]]]:
    """The articles in their order, those that are next to each other in one section together."""
    run: list[int] = []
    for part in parts:
        if isinstance(part, int):
            run.append(part)
            continue
        if run:
            yield around, run
            run = []
        yield from _runs(part.children, part)
    if run:
        yield around, run


# --- Turning the pages ---------------------------------------------------------------------


def turn(plan: Plan, place: int, contents: str) -> Markup:
    """What follows an article: links to the one before, to the contents and to the next.

    In the language and the direction of the book, as its pages turn. They are no part of the
    text: a ``nav`` with a name, which assistive technology can pass over.
    """
    language, last = plan.language, len(plan.names) - 1
    back, forth = ("→", "←") if plan.direction == "rtl" else ("←", "→")
    previous, following = label("previous", language), label("next", language)
    links = []
    if place:
        words = f"{back} {previous}"
        links.append(element("a", text(words), {"href": plan.address(place - 1), "rel": "prev"}))
    links.append(element("a", text(label("contents", language)), {"href": contents}))
    if place < last:
        words = f"{following} {forth}"
        links.append(element("a", text(words), {"href": plan.address(place + 1), "rel": "next"}))
    member = plan.edition.members[place]
    own = language_attributes(
        language if language != member.language else "",
        plan.direction if plan.direction != member.direction else "",
    )
    name = join_names((previous, label("contents", language), following), language)
    spans = (element("span", link) for link in links)
    paragraph = element("p", join(spans, " "))
    return element("nav", paragraph, {"class": "turn", "aria-label": name, **own})
