"""Where everything stands on the pages of a briefing, in every look and on every paper."""

from __future__ import annotations

import pytest

from converters.article import Link, Note, query
from tests import layout
from tests.digest import EDITIONS, digest, pages, paragraphs
from tests.printed import Printed, read

NOTES_BEHIND = {"duplex"}
TWO_COLUMNS = {"newspaper"}


def note_count(name: str, article: int) -> int:
    """Return how many notes an article has to have: its own, and one for each address."""
    body = digest().articles[article].body
    own = sum(1 for _ in query(body, Note))
    if EDITIONS[name].get("links") == "none":
        return own
    return own + len({link.url for link in query(body, Link)})


@pytest.mark.requirement("PDF-4", "PDF-5", "PDF-6", "PDF-7", "PDF-12", "PDF-14", "PDF-16")
@pytest.mark.parametrize("name", EDITIONS)
def test_a_briefing_is_set_without_a_fault(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # All about one edition in one test: it is set once, whichever process comes to it.
    printed = read(pages(name, tmp_path_factory))
    titles = [member.title for member in digest().members]
    found = [
        *layout.faults(printed, notes_at_foot=name not in NOTES_BEHIND),
        *layout.lonely_lines(printed, paragraphs()),
        *layout.headless(printed, titles, right_only="duplex" in EDITIONS[name]),
        *(layout.empty_columns(printed) if name in TWO_COLUMNS else ()),
        *wrong_contents(printed, len(titles)),
        *wrong_notes(printed, name),
    ]
    assert found == []


def wrong_contents(printed: Printed, articles: int) -> list[str]:
    """Return what is wrong with the front: each article has a line there that leads to it."""
    first = printed.places["a1-top"][0]
    targets = [link.target for link, _, _ in layout.entries(printed) if link.page < first]
    return [
        f"a{number}-top has {targets.count(f'a{number}-top')} lines in the contents"
        for number in range(1, articles + 1)
        if targets.count(f"a{number}-top") != 1
    ]


def wrong_notes(printed: Printed, name: str) -> list[str]:
    """Return whether the English and the Chinese article have other notes than they should."""
    found = []
    for article in (0, 1):
        begin = f"a{article + 1}-note-"
        there = [place for place in printed.places if place.startswith(begin)]
        if len(there) != (expected := note_count(name, article)):
            found.append(f"article {article + 1} has {len(there)} notes, not {expected}")
    return found
