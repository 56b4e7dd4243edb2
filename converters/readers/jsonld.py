"""JSON-LD as pages hold it: often broken, sometimes huge, never trusted.

Pages describe themselves in ``script`` elements of type ``application/ld+json``
(https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents) in the words of schema.org.
Nothing is fetched or expanded: names are compared as they are written. What is not JSON is mended
where that is certain (comments, trailing commas, entities, CDATA) and left out otherwise.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["Graph", "texts"]

_MAX_LENGTH = 1_000_000  # characters of one script
_MAX_NODES = 4000
_DEPTH = 24  # below it nothing describes the page any more
_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)")
_WRAPPED = re.compile(r"(?:(?://\s*)?(?:-->|\]\]>)|/\*\s*\]\]>\s*\*/)\s*$")
# A string, or what JSON does not know: a comment, a comma before a closing bracket. A string is
# taken first, so nothing inside one is touched; what is not closed runs to the end, once.
_MENDED = re.compile(
    r'"(?:[^"\\]|\\(?:.|\Z))*+(?:"|\Z)|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|//[^\n]*+|,(?=\s*+[}\]])|;\s*$',
    re.DOTALL,
)
# A backslash that escapes nothing is one that was meant.
_STRAY_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])|\\u(?![0-9A-Fa-f]{4})')

_ARTICLES = re.compile(
    r"(?:^|/|:)(?:\w*Article|\w*BlogPosting|\w*Posting|Report|Review|\w*Review|Recipe|HowTo|Chapter"
    r"|Thesis|ShortStory|Essay|Editorial)$"
)
_PAGES = re.compile(r"(?:^|/|:)(?:\w*WebPage|\w*Page|CreativeWork)$")
# What another thing than this page is described under.
_ELSEWHERE = frozenset(
    (
        "itemlistelement", "haspart", "blogpost", "ispartof", "comment", "video", "breadcrumb",
        "potentialaction", "citation", "mentions", "relatedlink", "subjectof", "workexample",
        "isbasedon", "translationofwork",
    )
)  # fmt: skip


class Graph:
    """All that the JSON-LD of a page says, in the order of its scripts."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self._named: dict[str, dict[str, Any]] = {}
        self._articles: list[dict[str, Any]] = []
        self._pages: list[dict[str, Any]] = []
        self.sites: list[str] = []
        for script in scripts:
            for value in _read(script):
                self._gather(value)

    def _gather(self, value: Any) -> None:
        waiting: deque[tuple[Any, int, bool]] = deque([(value, 0, True)])
        for _ in range(_MAX_NODES):
            if not waiting:
                return
            item, depth, here = waiting.popleft()
            if isinstance(item, dict):
                self._note(item, here)
                members: Iterable[tuple[Any, bool]] = (
                    (part, here and str(key).lower() not in _ELSEWHERE)
                    for key, part in item.items()
                )
            elif isinstance(item, list):
                members = ((part, here) for part in item)
            else:
                continue
            if depth < _DEPTH:
                waiting.extend(
                    (part, depth + 1, there)
                    for part, there in members
                    if isinstance(part, dict | list)
                )

    def _note(self, item: dict[str, Any], here: bool) -> None:
        name = item.get("@id")
        if isinstance(name, str) and len(item) > 1:
            known = self._named.setdefault(name, item)
            if known is not item and len(item) > len(known):
                self._named[name] = item
        kinds = texts(item.get("@type"))
        if "WebSite" in kinds and len(self.sites) < 5:
            self.sites += texts(item.get("name"))
        if not here:
            return
        if any(_ARTICLES.search(kind) for kind in kinds):
            self._articles.append(item)
        elif any(_PAGES.search(kind) for kind in kinds):
            self._pages.append(item)

    def subjects(self) -> list[dict[str, Any]]:
        """What may describe the page, the surest first: articles, then pages.

        Where several articles stand side by side and none names a headline that another lacks,
        the first is the page's own.
        """
        articles = sorted(self._articles, key=lambda item: not _is_full(item))
        return articles + self._pages

    def resolved(self, value: Any) -> list[Any]:
        """The values that ``value`` stands for: lists opened, references by ``@id`` followed."""
        items = value[:50] if isinstance(value, list) else [value]
        return [self._referred(item) for item in items]

    def _referred(self, item: Any) -> Any:
        if isinstance(item, dict) and len(item) <= 2:
            name = item.get("@id")
            return self._named.get(name, item) if isinstance(name, str) else item
        return item


def _is_full(item: dict[str, Any]) -> bool:
    return bool(item.get("headline") or item.get("name")) and "datePublished" in item


def _read(script: str) -> Iterator[Any]:
    """The values of one script; several may follow each other."""
    if len(script) > _MAX_LENGTH:
        return
    text = _WRAPPED.sub("", _WRAPPING.sub("", script)).strip().lstrip("\ufeff")
    for form in (_as_it_is, _mended, _unescaped):
        try:
            values = _values(form(text))
        except (ValueError, RecursionError):
            continue
        yield from values
        return


def _values(text: str) -> list[Any]:
    decoder = json.JSONDecoder(strict=False)  # control characters in strings are read
    values = []
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        values.append(value)
        while place < len(text) and text[place] in " \t\r\n,;":
            place += 1
    return values


def _as_it_is(text: str) -> str:
    return text


def _mended(text: str) -> str:
    def keep(match: re.Match[str]) -> str:
        if match[0].startswith('"'):
            return _STRAY_ESCAPE.sub(r"\\\\", match[0]) if "\\" in match[0] else match[0]
        return ""

    return _MENDED.sub(keep, text).strip()


def _unescaped(text: str) -> str:
    return _mended(html.unescape(text))


def texts(value: Any) -> list[str]:
    """The strings in ``value``: itself, its members, or what its ``name`` or ``@value`` says."""
    items = value[:100] if isinstance(value, list) else [value]
    named = (_named(item) if isinstance(item, dict) else item for item in items)
    return [item.strip() for item in named if isinstance(item, str) and item.strip()]


def _named(item: dict[str, Any]) -> Any:
    name = item.get("@value") or item.get("name") or item.get("headline")
    return name[0] if isinstance(name, list) and name else name
