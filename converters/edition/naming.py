"""What an edition is called when nobody named it: its days, its sources, how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from converters.edition.choice import known_date
from converters.edition.model import Member
from converters.edition.order import source_names
from converters.languages import (
    cldr_locale,
    counted,
    format_date,
    format_month,
    is_cjk,
    join_names,
    normalise_tag,
    primary,
)

__all__ = ["date_range", "named"]

_NAMED = 3  # sources that a title can name
_LONGEST = 60  # characters of a title made of names
_A_YEAR = 366  # days; beyond them the day of the month says nothing
_MIDDOT = " · "


def named(members: Sequence[Member], language: str) -> tuple[str, str]:
    """Title and subtitle of an edition of ``members``, in ``language`` (BCP 47).

    The title tells one issue from the next on a shelf: ``2020年10月12日 — 10月18日``; the subtitle
    says what is in it: ``7 来源 · 143 篇``. Articles of no known source are counted, but are none.
    An edition of one site is called by the site's name, and its days go below; without dates (of
    at least half of the articles), the names of few sources stand in their place. A single
    article gives its own title.
    """
    if not members:
        return "", ""
    names = source_names(members)
    dates = [known.date() for each in members if (known := known_date(each))]
    # The day of one among many without a date is not that of all.
    dated = 2 * len(dates) >= len(members)
    when = date_range(min(dates), max(dates), language) if dates and dated else ""
    if len(members) == 1 and members[0].title:
        return members[0].title, _MIDDOT.join(part for part in (names[0], when) if part)
    articles = counted("article", len(members), language)
    sources = list(dict.fromkeys(filter(None, names)))
    from_all = counted("source", len(sources), language)
    if len(sources) == 1 and all(names):
        return sources[0], _MIDDOT.join(part for part in (when, articles) if part)
    if when:
        return when, _MIDDOT.join((from_all, articles) if sources else (articles,))
    if not sources:
        return articles, ""
    title = join_names(sorted(sources), language)
    if len(sources) > _NAMED or not all(names) or len(title) > _LONGEST:
        return _MIDDOT.join((from_all, articles)), ""
    return title, articles


def date_range(first: date, last: date, language: str) -> str:
    """The days from ``first`` to ``last``; what they share is written once.

    Chinese, Japanese, Korean and English by rule (as :func:`converters.languages.format_date`),
    others by CLDR's patterns for intervals through Babel
    (https://www.unicode.org/reports/tr35/tr35-dates.html#intervalFormats ). Chinese has a dash
    and the month again, as the covers of magazines do, where CLDR has 至. More than a year is
    given in months.
    """
    if first == last:
        return format_date(first, language)
    tag = normalise_tag(language) or "en"
    if (last - first).days > _A_YEAR:
        return _joined(format_month(first, tag), format_month(last, tag), tag)
    if _family(tag) in _RULES:
        return _by_rule(first, last, tag)
    return _by_cldr(first, last, tag)


# Between two dates: without spaces where a day alone follows, with them where more does.
_RULES = {
    "zh": (" — ", " — "),
    "ja": ("～", "～"),
    "ko": ("~", " ~ "),
    "en": ("–", " – "),
}


def _family(tag: str) -> str:
    """The language whose rule holds for ``tag``: Chinese for all that is written as it is."""
    language = primary(tag)
    return "zh" if is_cjk(tag) and language not in {"ja", "ko"} else language


def _joined(first: str, last: str, tag: str) -> str:
    return f"{first}{_RULES.get(_family(tag), ('', ' – '))[1]}{last}"


def _by_rule(first: date, last: date, tag: str) -> str:
    begin, end = format_date(first, tag), format_date(last, tag)
    if first.year != last.year:
        return _joined(begin, end, tag)
    language = _family(tag)
    same_month = first.month == last.month
    if language == "en":
        return _english(first, last, tag)
    unit = "월" if language == "ko" else "月"
    if same_month and language in {"ja", "ko"}:
        return f"{begin}{_RULES[language][0]}{end.partition(unit)[2].lstrip()}"
    year = f"{last.year}년 " if language == "ko" else f"{last.year}年"
    return _joined(begin, end.removeprefix(year), tag)


def _english(first: date, last: date, tag: str) -> str:
    """Two days of one year: ``12–18 October 2020``, or ``October 12 – 18, 2020``."""
    begin, end = format_date(first, tag), format_date(last, tag)
    same_month = first.month == last.month
    if begin[0].isdigit():
        day, _, rest = begin.partition(" ")
        if same_month:
            return f"{day}–{end}"
        return f"{day} {rest.rpartition(' ')[0]} – {end}"
    shown = end.partition(" ")[2] if same_month else end
    return f"{begin.partition(',')[0]} – {shown}"


def _by_cldr(first: date, last: date, tag: str) -> str:
    from babel.dates import format_interval

    locale = cldr_locale(tag)
    if locale is None:
        return date_range(first, last, "en")
    skeleton = "yMMMMd" if "yMMMMd" in locale.interval_formats else "yMMMd"
    told = format_interval(first, last, skeleton, locale=locale, fuzzy=False)
    return told.replace("\u2009", " ")  # thin spaces: a title becomes a file's name, too
