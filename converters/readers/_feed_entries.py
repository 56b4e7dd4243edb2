"""Feeds as values: RSS and Atom by feedparser, JSON Feed by ourselves (feedparser knows none).

feedparser gets bytes that were decoded by us, never an address or a name, and neither cleans HTML
nor resolves addresses: reading HTML does both (:mod:`~converters.readers.markup`).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from converters.errors import UnreadableSource
from converters.readers.dates import parse

__all__ = ["Enclosure", "Entry", "Feed", "looks_like_json_feed", "read_json", "read_xml"]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with an entry; ``media_type`` is in lower case."""

    url: str
    media_type: str = ""
    title: str = ""
    credit: str = ""


@dataclass(slots=True)
class Entry:
    """An entry, its addresses as they came.

    ``title`` is plain text. ``content`` is the whole text and ``summary`` a part of it, both as
    HTML; ``base`` is what their addresses are relative to. Dates are as they were written.
    """

    title: str = ""
    url: str = ""
    identifier: str = ""
    authors: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    content: str = ""
    summary: str = ""
    base: str = ""
    enclosures: list[Enclosure] = field(default_factory=list)
    pictures: list[Enclosure] = field(default_factory=list)


@dataclass(slots=True)
class Feed:
    """A feed; ``broken`` says what is wrong with its XML."""

    title: str = ""
    url: str = ""
    language: str = ""
    entries: list[Entry] = field(default_factory=list)
    broken: str = ""


# --- RSS and Atom --------------------------------------------------------------------------

# A document type has no use in a feed but to declare entities. Those of HTML, which old feeds use
# without declaring them, feedparser knows.
_ENTITY = re.compile(r"<!ENTITY[^>]*>?", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,400}\?>")
_TAG = re.compile(r"<[^<>]*>")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


def read_xml(text: str, base: str) -> Feed:
    """The feed in ``text``, of whatever version and however broken."""
    import feedparser

    text = _ENTITY.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
    parsed = feedparser.parse(
        BytesIO(text.encode("utf-8", "replace")),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": base,
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    head = parsed.feed
    atom = str(parsed.get("version")).startswith("atom")
    shared = _people(head) if atom else []  # RFC 4287, 4.2.1
    feed = Feed(
        title=_plain(head.get("title_detail")),
        url=_text(head.get("link")),
        language=_text(head.get("language") or head.get("title_detail", {}).get("language")),
    )
    for found in parsed.entries:
        entry = _entry(found)
        entry.authors = entry.authors or shared
        feed.entries.append(entry)
    error = parsed.get("bozo_exception")
    if parsed.get("bozo") and error is not None and "CharacterEncoding" not in type(error).__name__:
        line = getattr(error, "getLineNumber", lambda: None)()
        words = getattr(error, "getMessage", lambda: str(error))()
        feed.broken = f"{words}{f', line {line}' if line else ''}"
    return feed


def _entry(found: Mapping[str, Any]) -> Entry:
    contents = [each for each in found.get("content", ()) if _text(each.get("value")).strip()]
    content = max(contents, key=lambda each: len(each["value"]), default=None)
    summary = found.get("summary_detail")
    if content is not None and summary is not None and summary.get("value") == content["value"]:
        summary = None
    detail = content or summary or found.get("title_detail") or {}
    return Entry(
        title=_plain(found.get("title_detail")),
        url=_text(found.get("feedburner_origlink") or found.get("link")),
        identifier=_text(found.get("id")),
        authors=_people(found),
        published=_date(found, "published") or _date(found, "created"),
        updated=_date(found, "updated"),
        tags=_unique(
            _text(each.get("label") or each.get("term")) for each in found.get("tags", ())
        ),
        language=_text(detail.get("language")),
        content=_markup(content),
        summary=_markup(summary),
        base=_text(detail.get("base")),
        enclosures=list(_enclosures(found)),
        pictures=list(_pictures(found)),
    )


def _date(found: Mapping[str, Any], name: str) -> str:
    """A date as it was written; where only feedparser can read it, what it read."""
    if name not in found:  # asked for what is not there, feedparser gives another date and warns
        return ""
    text = _text(found[name])
    parts = found.get(f"{name}_parsed")
    if parts is None or parse(text) is not None:
        return text
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parts[:6])


def _people(found: Mapping[str, Any]) -> list[str]:
    named = _unique(_text(each.get("name")) for each in found.get("authors", ()))
    return named or _unique([_text(found.get("author"))])


def _markup(detail: Mapping[str, Any] | None) -> str:
    """A text as HTML, whatever it is."""
    if detail is None:
        return ""
    value = _text(detail.get("value"))
    if detail.get("type") == "text/plain":
        return _paragraphs(value)
    return value


def _paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, line ends stay."""
    parts = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part)


def _plain(detail: Mapping[str, Any] | None) -> str:
    """A title as plain text: many feeds put HTML into it, escaped once or twice."""
    value = _CDATA.sub("", _text((detail or {}).get("value")))
    if (detail or {}).get("type") != "text/plain":
        value = html.unescape(_TAG.sub("", value))
    return " ".join(value.split())


def _enclosures(found: Mapping[str, Any]) -> Iterator[Enclosure]:
    for link in found.get("links", ()):
        if link.get("rel") == "enclosure" and link.get("href"):
            yield Enclosure(_text(link["href"]), _type(link), _text(link.get("title")))
    for media in found.get("media_content", ()):
        kind = _type(media) or {"video": "video/*", "audio": "audio/*"}.get(media.get("medium"), "")
        if media.get("url") and kind.startswith(("audio/", "video/")):
            yield Enclosure(_text(media["url"]), kind)


def _pictures(found: Mapping[str, Any]) -> Iterator[Enclosure]:
    """The pictures of an entry beside its text, the largest first."""
    credit = ", ".join(
        _unique(_text(each.get("content")) for each in found.get("media_credit", ()))
    )
    pictures = [
        media
        for media in found.get("media_content", ())
        if media.get("url")
        and (media.get("medium") == "image" or _type(media).startswith("image/"))
    ]
    pictures.sort(key=lambda media: -_number(media.get("width")))
    pictures += [media for media in found.get("media_thumbnail", ()) if media.get("url")]
    for media in pictures:
        yield Enclosure(_text(media["url"]), "image/*", credit=credit)
    image = found.get("image")
    if isinstance(image, Mapping) and image.get("href"):
        yield Enclosure(_text(image["href"]), "image/*")


def _type(found: Mapping[str, Any]) -> str:
    return _text(found.get("type")).partition(";")[0].strip().lower()


def _number(value: object) -> int:
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < 7 else 0


# --- JSON Feed -----------------------------------------------------------------------------

_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')


def looks_like_json_feed(text: str) -> bool:
    """Whether ``text`` is an object that calls itself a JSON Feed (https://jsonfeed.org/)."""
    return text[:400].lstrip("\ufeff \n\t").startswith("{") and bool(_JSON_FEED.search(text))


def read_json(text: str, name: str) -> Feed:
    """The JSON Feed in ``text`` (versions 1 and 1.1).

    Raises :class:`~converters.errors.UnreadableSource` where it is no JSON.
    """
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(name, f"is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableSource(name, "is no JSON Feed")
    shared = _json_people(found)
    items = found.get("items")
    return Feed(
        title=_text(found.get("title")),
        url=_text(found.get("home_page_url")),
        language=_text(found.get("language")),
        entries=[
            _json_entry(each, shared)
            for each in (items if isinstance(items, list) else [])
            if isinstance(each, dict)
        ],
    )


def _json_entry(item: Mapping[str, Any], shared: Sequence[str]) -> Entry:
    markup, text = _text(item.get("content_html")), _text(item.get("content_text"))
    pictures = [_text(item.get("image")), _text(item.get("banner_image"))]
    return Entry(
        title=" ".join(_text(item.get("title")).split()),
        url=_text(item.get("url")) or _text(item.get("external_url")),
        identifier=_text(item.get("id")),
        authors=_json_people(item) or list(shared),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        tags=_unique(map(_text, _list(item.get("tags")))),
        language=_text(item.get("language")),
        content=markup or _paragraphs(text),
        summary=_paragraphs(_text(item.get("summary"))),
        enclosures=[
            Enclosure(_text(each["url"]), _text(each.get("mime_type")), _text(each.get("title")))
            for each in _list(item.get("attachments"))
            if isinstance(each, dict) and each.get("url")
        ],
        pictures=[Enclosure(each, "image/*") for each in pictures[:1] if each]
        or [Enclosure(each, "image/*") for each in pictures[1:] if each],
    )


def _json_people(found: Mapping[str, Any]) -> list[str]:
    """The authors: version 1.1 has a list, version 1 had one."""
    people = [*_list(found.get("authors")), found.get("author")]
    return _unique(_text(each.get("name")) for each in people if isinstance(each, dict))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """A string or number as text; nothing of anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in values if each.strip()))
