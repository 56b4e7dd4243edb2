"""An edition from what was read: without doubles, in order, divided, titled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from msgspec.structs import replace

from converters.edition.doubles import without_doubles
from converters.edition.model import Edition, LeftOut, Member, main_language
from converters.edition.naming import named
from converters.edition.order import divided, ordered
from converters.edition.settings import Settings
from converters.edition.shelf import Shelf

__all__ = ["assembled"]

_FEW_AUTHORS = 3


def assembled(
    members: Sequence[Member],
    articles: Shelf,
    settings: Settings,
    left_out: Sequence[LeftOut] = (),
) -> Edition:
    """Make an edition of ``articles``, of which ``members`` is the index, as ``settings`` say.

    ``left_out`` is what is already known not to be in it; doubles are added. Nothing is lost:
    every member is an article of the edition or left out. But for the order ``given`` the result
    does not depend on the order of ``members``.
    """
    doubles: tuple[LeftOut, ...] = ()
    places = list(range(len(members)))
    if not settings.keep_duplicates:
        places, doubles = without_doubles(members, articles)
    kept = [members[place] for place in places]
    # In the order of their languages: which source came first must not make another book.
    language = settings.language or main_language(sorted(kept, key=lambda each: each.language))
    sort = settings.sort or "given"
    order = ordered(kept, sort, language)
    inner, sections = divided(
        [kept[place] for place in order], settings.group or (), language, sort
    )
    order = [order[place] for place in inner]
    final = tuple(replace(kept[place], fingerprint=b"") for place in order)
    title, subtitle = named(final, language)
    return Edition(
        articles=articles.arranged(places[place] for place in order),
        members=final,
        sections=sections,
        title=settings.title or title,
        subtitle=settings.subtitle or _beneath(settings.title, title, subtitle),
        language=language,
        authors=settings.authors or _authors(final),
        description=settings.description,
        series=settings.series,
        series_index=settings.series_index,
        date=settings.date,
        identifier=settings.identifier,
        left_out=tuple(sorted((*left_out, *doubles), key=_place_among_left_out)),
        is_bundle=True,
    )


def _beneath(given: str, title: str, subtitle: str) -> str:
    """What stands under a title that was given: all that would have been derived."""
    if not given or title == given:
        return subtitle
    return " · ".join(part for part in (title, subtitle) if part)


def _authors(members: Sequence[Member]) -> tuple[str, ...]:
    """The authors of all articles where they are few; nobody wrote a bundle of a hundred sources.

    In the order of the alphabet's code points, so that it does not depend on that of the articles.
    """
    names = {name for each in members for name in each.authors}
    return tuple(sorted(names)) if len(names) <= _FEW_AUTHORS else ()


_KINDS = ("failed", "same address", "same text", "filtered")


def _place_among_left_out(each: LeftOut) -> tuple[int, str, str, str, str, str]:
    """What failed first, since it may be mended; otherwise by title and address."""
    name = PurePath(each.source).name
    return (_KINDS.index(each.kind), each.title, each.url, name, each.reason, each.kept_url)
