"""Editions: what is known of their articles, and where these wait."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from converters.article import Article, Paragraph, Text
from converters.edition import Edition, edition, member, places
from converters.edition.shelf import Mapped, Shelf, packed


def article(title: str, url: str = "") -> Article:
    return Article(title=title, url=url, body=(Paragraph((Text(f"Text of {title}"),)),))


def test_shelf_gives_back_what_was_put_there() -> None:
    shelf = Shelf()
    told = [article("one", "https://example.org/1"), article("two")]
    assert [shelf.put(packed(each)) for each in told] == [0, 1]
    assert list(shelf) == told
    assert list(shelf.arranged([1, 0])) == [told[1], told[0]]
    assert list(shelf[1:]) == [told[1]]
    shelf.put(packed(article("three")))
    assert len(shelf) == 3


def test_shelf_keeps_the_time_zone_of_a_date() -> None:
    early = datetime.fromisoformat("2026-03-04T08:00:00+09:00")
    shelf = Shelf()
    shelf.put(packed(replace(article("early"), published=early)))
    kept = shelf[0].published
    assert kept is not None
    assert kept.isoformat() == early.isoformat()


def test_mapped_articles_are_changed_when_they_are_taken() -> None:
    seen = []

    def change(each: Article) -> Article:
        seen.append(each.title)
        return replace(each, title=each.title.upper())

    mapped = Mapped((article("one"), article("two")), change)
    assert not seen
    assert [each.title for each in mapped] == ["ONE", "TWO"]
    assert mapped[1:][0].title == "TWO"


def test_edition_needs_a_member_for_each_article() -> None:
    with pytest.raises(ValueError, match="member"):
        Edition(articles=(article("one"),))


def test_members_keep_what_an_index_needs() -> None:
    found = member(article("one", "https://example.org/1"), given=7)
    assert (found.title, found.url, found.given) == ("one", "https://example.org/1", 7)
    assert found.length == len("Text of one")


def test_places_are_found_by_any_spelling_of_an_address() -> None:
    made = edition([article("a", "https://www.example.org/a/?utm_source=x"), article("b")])
    place = places(made)
    for same in (
        "http://example.org/a#part",
        "HTTPS://m.EXAMPLE.org.:443/a/",
        "http://u@example.org/a",
    ):
        assert place(same) == 0, same
    assert place("https://example.net/a") is None
    assert place("ftp://example.org/a") is None
    assert place("https://example.org/b") is None
    assert place("#part") is None
