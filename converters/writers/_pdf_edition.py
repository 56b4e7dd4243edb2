"""What stands around the articles of an edition in print.

Before them the masthead and the contents (:mod:`._pdf_front`), between them the titles of
sections, behind them the sources (:mod:`._pdf_back`). Each is a part of its own, which is laid out
without the others: pages come from ``places``, links lead to anchors of the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from converters.edition import Edition
from converters.writers import _matter as matter
from converters.writers._pdf_around import Around, Extras, prefix
from converters.writers._pdf_back import Back
from converters.writers._pdf_front import Front
from converters.writers._pdf_page import Page
from converters.writers._pdf_places import Places
from converters.writers._xhtml import EMPTY, Markup, element, join, text

__all__ = ["Extras", "Whole", "body_class", "prefix"]

# Outlines of more levels hide what is in them.
_DEEPEST = 2


def body_class(edition: Edition) -> str:
    """The class of the body in all parts: how many levels of sections there are."""
    return f"bundle depth-{min(matter.depth(edition.sections), _DEEPEST)}"


class Whole:
    """Renders what is around the articles of ``edition`` on ``page``.

    ``places`` knows the pages that articles are on.
    """

    def __init__(
        self, edition: Edition, page: Page, places: Places, extras: Extras | None = None
    ) -> None:
        self.places = places
        self._around = Around(edition, page, places)
        self._extras = extras or Extras()
        self._openings = matter.openings(edition)

    def front(self) -> Markup:
        """Masthead, contents, at a glance, the editor's note."""
        return Front(self._around, self._extras).document()

    def opening(self, place: int) -> Markup:
        """The titles of the sections that begin with the article at ``place``."""
        titles = []
        for deep, section in self._openings.get(place, ()):
            words = matter.section_title(section, self._around.tag)
            attributes = {
                "class": f"section level-{min(deep + 1, _DEEPEST + 1)}",
                "id": f"{prefix(place)}opening-{deep}",
                "data-label": words,
            }
            titles.append(element("h1", text(words), attributes))
        return self._around.matter("opening", join(titles)) if titles else EMPTY

    def sections(self, place: int) -> frozenset[str]:
        """The titles of the sections that begin with the article at ``place``."""
        begun = self._openings.get(place, ())
        return frozenset(matter.section_title(each, self._around.tag) for _, each in begun)

    def back(self, addresses: Mapping[int, Sequence[tuple[int, str]]] | None = None) -> Markup:
        """Sources and what is not in the edition.

        ``addresses`` are those in the notes of each article, by its place, each with the number
        of its note; they are named where the extras ask for it.
        """
        named = (addresses or {}) if self._extras.addresses else None
        return Back(self._around, named).document()
