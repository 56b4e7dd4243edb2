"""Dates as articles write them, read into aware datetimes.

A date without a time zone is local to somewhere that the text does not name. :func:`parse` then
takes the zone it is given (:func:`home_zone` knows the usual one of a language); a date without a
time of day is its midnight in UTC, so that the day stays the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

__all__ = ["Moment", "find", "home_zone", "parse", "within"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date that was read: ``zone_known`` is false where the zone was assumed."""

    when: datetime
    zone_known: bool
    time_known: bool = True


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier jänner januar enero ene",
            "feb february févr février fév februar febrero",
            "mar march mars märz mär marzo",
            "apr april avr avril abril abr",
            "may mai mayo",
            "jun june juin juni junio",
            "jul july juil juillet juli julio",
            "aug august août agosto ago",
            "sep sept september septembre septiembre",
            "oct october octobre okt oktober octubre",
            "nov november novembre noviembre",
            "dec december déc décembre dez dezember diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted((re.escape(name) for name in _MONTHS), key=len, reverse=True))
_CLOCK = (
    r"(?:[ T,|·–—-]*(?:(?P<noon>上午|下午|凌晨|晚上|中午)\s*)?(?P<h>\d{1,2})[:：时時點点](?P<mi>\d{2})分?"
    r"(?:[:：](?P<s>\d{2})(?:[.,]\d+)?秒?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|CST|HKT|JST|KST|EDT|EST|PDT|PST|CET|CEST|BST|MSK)?)?"
)
_FORMS = tuple(
    re.compile(form + _CLOCK, re.IGNORECASE)
    for form in (
        r"(?P<y>(?:19|20)\d{2})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日号號일]?"
        r"(?:\s*[（(]?(?:星期|周|週|礼拜)[一二三四五六日天][）)]?)?",
        r"(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>(?:19|20)\d{2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<mon>{_MONTH})\.?,?\s+(?:de\s+)?"
        r"(?P<y>(?:19|20)\d{2})",
        rf"(?P<mon>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d{{2}})",
    )
)
_WEEKDAY = re.compile(
    r"^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"(?:星期|周|週)[一二三四五六日天])[,，]?\s*",
    re.IGNORECASE,
)
_RFC822 = re.compile(r"^(?:\w{3},\s*)?\d{1,2}\s+\w{3}\s+\d{2,4}\s+\d{1,2}:\d{2}", re.ASCII)
# Abbreviations are ambiguous; in these readers' sources they mean this.
_ZONES = {
    "CST": 8, "HKT": 8, "JST": 9, "KST": 9, "EDT": -4, "EST": -5, "PDT": -7, "PST": -8,
    "CET": 1, "CEST": 2, "BST": 1, "MSK": 3,
}  # fmt: skip
_HOMES = {"zh": 8, "ja": 9, "ko": 9}


def home_zone(language: str) -> tzinfo:
    """The zone that an undeclared local time of ``language`` (BCP 47) most likely means.

    Chinese, Japanese and Korean each have one; for other languages it is UTC.
    """
    hours = _HOMES.get(language.partition("-")[0], 0)
    return timezone(timedelta(hours=hours)) if hours else UTC


def parse(text: str, zone: tzinfo = UTC) -> Moment | None:
    """The date that ``text`` is, wholly: ISO 8601, RFC 5322 or a form that articles write.

    ``zone`` is taken where the text names none. ``None`` where the text is no date, is more than
    a date, or names a day that does not exist.
    """
    text = text.strip()
    if not 6 <= len(text) <= 60 or not any(map(str.isdigit, text)):
        return None
    if _RFC822.match(text):
        return _rfc822(text)
    text = _WEEKDAY.sub("", text)
    for form in _FORMS:
        match = form.match(text)
        if match and not text[match.end() :].strip(" .。,，)）(（"):
            return _moment(match, zone)
    return None


def _rfc822(text: str) -> Moment | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    known = when.tzinfo is not None
    return Moment(when if known else when.replace(tzinfo=UTC), known)


def find(text: str, zone: tzinfo = UTC) -> Moment | None:
    """The first date that ``text`` holds among other words."""
    hits = [match for form in _FORMS if (match := form.search(text))]
    for match in sorted(hits, key=re.Match.start):
        moment = _moment(match, zone)
        if moment:
            return moment
    return None


def _moment(match: re.Match[str], zone: tzinfo) -> Moment | None:
    part = match.groupdict()
    month = _MONTHS.get((part.get("mon") or "").lower()) or int(part["m"])
    day, year = int(part["d"]), int(part["y"])
    if month > 12 and day <= 12:  # 10/28/2023: month first
        month, day = day, month
    time_known = part["h"] is not None
    hour = _hour(int(part["h"]), part["ap"] or part["noon"] or "") if time_known else 0
    named = _zone(part["z"] or "")
    try:
        when = datetime(
            year,
            month,
            day,
            hour,
            int(part["mi"] or 0),
            int(part["s"] or 0),
            tzinfo=(named or zone) if time_known else UTC,
        )
    except ValueError:
        return None
    return Moment(when, named is not None, time_known)


def _hour(hour: int, half: str) -> int:
    half = half.lower().replace(".", "")
    if half in ("pm", "下午", "晚上") and hour < 12:
        return hour + 12
    if half in ("am", "上午", "凌晨") and hour == 12:
        return 0
    return hour


def _zone(name: str) -> tzinfo | None:
    name = name.upper()
    if name in ("Z", "UTC", "GMT"):
        return UTC
    if name[:1] in ("+", "-"):
        digits = name[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if name[0] == "-" else offset) if offset else UTC
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else None


def within(moment: Moment, archived: datetime | None, language: str) -> Moment:
    """``moment`` in a zone in which it is not later than the day it was ``archived``.

    A local time that was read as UTC and then lies after the copy was saved cannot be UTC: the
    language's home zone is taken where that mends it.
    """
    if moment.zone_known or not moment.time_known or archived is None or moment.when <= archived:
        return moment
    moved = moment.when.replace(tzinfo=home_zone(language))
    return Moment(moved, False) if moved <= archived else moment
