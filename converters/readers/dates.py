"""Dates as articles write them, read into aware datetimes.

A date without a time zone is local to somewhere that the text does not name. :func:`parse` then
takes the zone it is given, and :func:`within` weighs that against the time of saving; a date
without a time of day is its midnight in UTC, so that the day stays the day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Moment", "find", "home_zones", "parse", "within"]


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
    r"(?:[ T,|·–—-]*(?:(?P<noon>上午|下午|凌晨|晚上|中午)\s*)?"
    r"(?P<h>\d{1,2})[:：时時點点](?P<mi>\d{2})分?"
    r"(?:[:：](?P<s>\d{2})(?:[.,]\d+)?秒?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|CST|HKT|JST|KST|EDT|EST|PDT|PST|CET|CEST|BST|MSK)?)?"
)
# Each begins with a number or with a month's name, whose first letter is ASCII.
_FORMS = (
    (
        r"(?P<y>(?:19|20)\d{2})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})"
        r"\s*[日号號일]?(?:\s*[（(]?(?:星期|周|週|礼拜)[一二三四五六日天][）)]?)?"
    ),
    r"(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
    r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>(?:19|20)\d{2})",
    (
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<mon>{_MONTH})\.?,?\s+"
        r"(?:de\s+)?(?P<y>(?:19|20)\d{2})"
    ),
    rf"(?P<mon>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d{{2}})",
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
_HOMES = {"zh": "Asia/Shanghai", "ja": "Asia/Tokyo", "ko": "Asia/Seoul"}
# Countries of one zone (or nearly so), by the top-level domain of their sites.
_COUNTRIES = {
    "at": "Europe/Vienna", "be": "Europe/Brussels", "ch": "Europe/Zurich", "cn": "Asia/Shanghai",
    "cz": "Europe/Prague", "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "es": "Europe/Madrid",
    "fi": "Europe/Helsinki", "fr": "Europe/Paris", "gr": "Europe/Athens", "hk": "Asia/Hong_Kong",
    "ie": "Europe/Dublin", "il": "Asia/Jerusalem", "in": "Asia/Kolkata", "it": "Europe/Rome",
    "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "my": "Asia/Kuala_Lumpur", "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo", "pl": "Europe/Warsaw", "se": "Europe/Stockholm", "sg": "Asia/Singapore",
    "tr": "Europe/Istanbul", "tw": "Asia/Taipei", "ua": "Europe/Kyiv", "uk": "Europe/London",
    "vn": "Asia/Ho_Chi_Minh",
}  # fmt: skip


def home_zones(site: str, language: str) -> list[tzinfo]:
    """The zones that an undeclared local time of a site in a language may well mean.

    ``site`` is a host; its country's zone comes first, then that of ``language`` (BCP 47), where
    either has one.
    """
    names = (_COUNTRIES.get(site.rpartition(".")[2]), _HOMES.get(language.partition("-")[0]))
    zones: list[tzinfo] = []
    for name in dict.fromkeys(filter(None, names)):
        try:
            zones.append(ZoneInfo(str(name)))
        except (ZoneInfoNotFoundError, OSError):  # a system without time zone data
            continue
    return zones


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """Compiled when first used: many an article's dates need none of them."""
    return tuple(re.compile(form + _CLOCK, re.IGNORECASE) for form in _FORMS)


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
    if not (text[:1].isascii() or text[:1].isdigit()):
        return None
    for form in _forms():
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
    hits = [match for form in _forms() if (match := form.search(text))]
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


def within(moment: Moment, archived: datetime | None, zones: Sequence[tzinfo]) -> Moment:
    """``moment`` in the zone in which it lies closest before the copy was ``archived``.

    A local time that was read as UTC and then lies after the copy was saved cannot be UTC. Of
    ``zones`` the one that brings it closest before that time is taken; where none does, it stays.
    """
    if moment.zone_known or not moment.time_known or archived is None or moment.when <= archived:
        return moment
    moved = [moment.when.replace(tzinfo=zone) for zone in zones]
    before = [when for when in moved if when <= archived]
    if not before:
        return moment
    latest = max(before)
    offset = latest.utcoffset() or timedelta()
    return Moment(latest.replace(tzinfo=timezone(offset)), False)
