"""What stands behind the articles of a bundle: the index of its sources, and a page about it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from converters.edition.choice import known_date
from converters.languages import counted, label
from converters.writers import _matter
from converters.writers._epub_chapter import Document
from converters.writers._epub_front import Item, Listing, line
from converters.writers._epub_plan import Plan, shortened
from converters.writers._xhtml import Markup, element, join, language_attributes, text

__all__ = ["ABOUT", "SOURCES", "about_pages", "source_pages"]

SOURCES = "sources"
ABOUT = "about"

# What made the book.
_PROGRAM = "Broadsheet"


def source_pages(plan: Plan) -> list[Document]:
    """The index of sources: under each, in the order of the alphabet, its articles by date."""
    title = label("sources", plan.language)
    attributes = {"class": "listing", "epub:type": "appendix", "role": "doc-appendix"}
    listing = Listing(plan, SOURCES, title, element("h1", text(title)), attributes)
    for source in plan.sources:
        count = counted("article", len(source.places), plan.language)
        small = element("span", text(count), {"class": "from"})
        # Apart, or the number would join a name that runs the other way.
        name = element("bdi", text(shortened(source.name)))
        heading = element("h2", join((name, small), " "))
        places = sorted(source.places, key=lambda place: (_day(plan, place), place))
        listing.add(heading, (line(plan, place, plan.date_of(place)) for place in places))
    return listing.documents()


def _day(plan: Plan, place: int) -> str:
    """What articles are sorted by: the day; those without one come last."""
    known = known_date(plan.edition.members[place])
    return known.date().isoformat() if known else "~"


def about_pages(plan: Plan) -> list[Document]:
    """The page about the book: what it is, how much is in it, what was left out, what made it."""
    language = plan.language
    title = label("about", language)
    opening = [element("h1", text(title))]
    if words := " ".join(plan.edition.description.split()):
        opening.append(element("p", text(words)))
    # What a derived title says already is said again here, where it is looked for.
    facts = _matter.facts(replace(plan.edition, title="", subtitle=""))
    if words := _matter.not_chosen(plan.edition):
        facts.append(words)
    opening += [element("p", text(words), {"class": "fact"}) for words in facts]
    made = label("made with", language).format(name=_PROGRAM)
    listing = Listing(
        plan,
        ABOUT,
        title,
        join(opening, "\n"),
        {"class": "listing about", "epub:type": "colophon", "role": "doc-colophon"},
        closing=element("p", text(made), {"class": "made"}),
    )
    heading = element("h2", text(label("left out", language)))
    listing.add(heading, _left_out(plan))
    return listing.documents()


def _left_out(plan: Plan) -> Iterator[Item]:
    """What is not in the book, and why; of a double, where its copy is."""
    for each in _matter.left_out(plan.edition):
        why = text(each.why)
        place = plan.place_of(each.kept_url) if each.kept_url else None
        if each.detail:
            why = join((why, _reason(plan, each.detail)))
        elif place is not None:
            why = element("a", why, {"href": plan.address(place)})
        small = element("span", why, {"class": "why"})
        yield Item(element("li", join((text(shortened(each.title)), small), " ")))


def _reason(plan: Plan, reason: str) -> Markup:
    """Why a source could not be read, which is said in English."""
    foreign = "" if plan.language.startswith("en") else "en"
    span = element("span", text(reason), language_attributes(foreign, "ltr" if foreign else ""))
    return join((text(label("colon", plan.language)), span))
