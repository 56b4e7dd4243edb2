"""What an edition is called when nobody named it: its days, its sources, how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from converters.edition.choice import known_date
from converters.edition.model import Member
from converters.edition.order import source_names
from converters.languages import counted, format_date

__all__ = ["date_range", "named"]


def named(members: Sequence[Member], language: str) -> tuple[str, str]:
    """Title and subtitle of an edition of ``members`` in ``language``."""
    names = set(source_names(members))
    days = sorted(known.date() for each in members if (known := known_date(each)))
    when = date_range(days[0], days[-1], language) if days else ""
    sources = len(names - {""}) + ("" in names)
    counts = [counted("article", len(members), language)] if members else []
    only = next(iter(names)) if len(names) == 1 else ""
    if not only and sources:
        counts.insert(0, counted("source", sources, language))
    title = only or when or " · ".join(counts)
    rest = [each for each in (when, *counts) if each != title and each not in title]
    return title, " · ".join(rest)


def date_range(first: date, last: date, language: str) -> str:
    """The days from ``first`` to ``last``, what they share written once where the language does."""
    if first == last:
        return format_date(first, language)
    return f"{format_date(first, language)} — {format_date(last, language)}"
