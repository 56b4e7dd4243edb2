"""What programs that save web pages write into them: where a page came from, and when.

* SingleFile: ``<!-- Page saved with SingleFile url: … saved date: … -->``
  (https://github.com/gildas-lormeau/SingleFile);
* Save Page WE: ``<meta name="savepage-url">`` and ``savepage-date``;
* browsers' "complete page": ``<!-- saved from url=(0042)https://… -->``, the Mark of the Web
  (https://learn.microsoft.com/previous-versions/windows/internet-explorer/ie-developer/compatibility/ms537628(v=vs.85));
* HTTrack: ``<!-- Mirrored from host/path by HTTrack …, date -->``;
* the Wayback Machine: a toolbar between two comments, and every address rewritten;
* archive.today: a canonical address that ends with the page's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from converters.addresses import resolve

__all__ = ["Saved", "read_saved"]

_HEAD = 20_000  # characters: what savers write stands near the top
_SINGLE_FILE = re.compile(
    r"<!--\s*Page saved with SingleFile\s+url:\s*(?P<url>\S+)"
    r"(?:\s+saved date:\s*(?P<date>[^\n]{5,80}))?"
)
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d{1,6}\)\s*(?P<url>[^\s>]{1,4000}?)\s*-->", re.IGNORECASE
)
_MIRRORED = re.compile(
    r"<!--\s*Mirrored from (?P<url>[^\s>]{1,4000}) by HTTrack [^,>]{0,80},"
    r"\s*(?P<date>[^>]{5,60}?)\s*-->"
)
_META = re.compile(
    r"""<meta\s+name=["']?savepage-(?P<name>url|date)["']?\s+"""
    r"""content=(?:"(?P<a>[^">]{1,4000})"|'(?P<b>[^'>]{1,4000})')""",
    re.IGNORECASE,
)
_CANONICAL = re.compile(
    r"https?://archive\.(?:today|ph|is|li|vn|fo|md)/(?P<date>\d{4}\.\d\d\.\d\d-\d{6}|\d{14})/(?P<url>https?://[^\s\"'<>]{4,4000})"
)
# "Sat Nov 21 2020 10:11:12 GMT+0100 (…)", as JavaScript writes dates:
# https://tc39.es/ecma262/#sec-todatestring
_DATE = re.compile(
    r"[A-Z][a-z]{2},?\s+(?:(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})"
    r"|(?P<day2>\d{1,2})\s+(?P<month2>[A-Z][a-z]{2}))"
    r"\s+(?P<year>\d{4})\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"\s*(?:GMT|UTC)?\s*(?P<zone>[+-]\d{4})?"
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

_TOOLBAR = ("<!-- BEGIN WAYBACK TOOLBAR INSERT -->", "<!-- END WAYBACK TOOLBAR INSERT -->")
_WAYBACK_MARKS = ("WAYBACK TOOLBAR INSERT", "FILE ARCHIVED ON", "web-static.archive.org/_static/")
_WAYBACK = re.compile(
    r"(?:(?:https?:)?//web\.archive\.org)?/web/(?P<date>\d{4,14})(?:[a-z]{2}_)?/"
    r"(?=(?P<url>(?:https?:)?//|mailto:|https?%3A))",
    re.IGNORECASE,
)
_WAYBACK_PAGE = re.compile(
    r"""(?:__wm\.wombat\(|wmtbURL"?\s+(?:id="wmtbURL"\s+)?value=|wbinfo\.url\s*=\s*)\s*["'](?P<url>https?:[^"'\s<>]{4,4000})["']"""
)


@dataclass(slots=True)
class Saved:
    """A page's own address and when it was saved, if it says; ``html`` is the page itself."""

    html: str
    url: str = ""
    archived: datetime | None = None


def read_saved(html: str) -> Saved:
    """What the program that saved ``html`` says; its own additions are taken out again."""
    if any(mark in html for mark in _WAYBACK_MARKS):
        return _from_wayback(html)
    head = html[:_HEAD]
    match = _SINGLE_FILE.search(head)
    if match:
        return Saved(html, resolve(match["url"]), _date(match["date"] or ""))
    named = {found["name"].lower(): found["a"] or found["b"] for found in _META.finditer(html)}
    if "url" in named:
        return Saved(html, resolve(named["url"]), _date(named.get("date", "")))
    match = _MIRRORED.search(head)
    if match:
        return Saved(html, resolve("http://" + match["url"]), _date(match["date"]))
    match = _SAVED_FROM.search(head)
    if match:
        url = match["url"]
        return Saved(html, resolve(url) if url.lower().startswith(("http:", "https:")) else "")
    match = _CANONICAL.search(head)
    if match:
        return Saved(html, resolve(match["url"]), _stamp(re.sub(r"\D", "", match["date"])))
    return Saved(html)


def _from_wayback(html: str) -> Saved:
    """A page of the Wayback Machine without its toolbar, and with its own addresses."""
    start = html.find(_TOOLBAR[0])
    end = html.find(_TOOLBAR[1], start) if start >= 0 else -1
    if end >= 0:
        html = html[:start] + html[end + len(_TOOLBAR[1]) :]
    page = _WAYBACK_PAGE.search(html)
    stamp = _WAYBACK.search(html)
    return Saved(
        _WAYBACK.sub("", html),
        resolve(page["url"]) if page else "",
        _stamp(stamp["date"]) if stamp else None,
    )


def _stamp(digits: str) -> datetime | None:
    """The moment that a run of fourteen digits names, in UTC."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _date(text: str) -> datetime | None:
    """The moment that a JavaScript or HTTP date names."""
    match = _DATE.search(text)
    name = (match["month"] or match["month2"]) if match else ""
    if match is None or name not in _MONTHS:
        return None
    zone = match["zone"] or "+0000"
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    try:
        return datetime(
            int(match["year"]),
            _MONTHS.index(name) + 1,
            int(match["day"] or match["day2"]),
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"]),
            tzinfo=timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)),
        )
    except ValueError:
        return None
