"""Front matter: what is known about an article, as a YAML block that every reader understands.

Strings are double-quoted with JSON's escapes, which YAML 1.1 and 1.2 read alike
(https://yaml.org/spec/1.2.2/#731-double-quoted-style), so that a title can be ``no`` or ``1e3``
and cannot end the block. Dates stand unquoted, in the form that YAML 1.1 calls a timestamp
(https://yaml.org/type/timestamp.html): its readers give back the moment, with its zone, and
readers of YAML 1.2, which knows no dates, the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from converters.article import Article, clean
from converters.edition import Edition

__all__ = ["edition_front_matter", "front_matter", "timestamp"]

# What a double-quoted string cannot hold as it is: its own marks, controls, the line ends of
# YAML 1.1 (https://yaml.org/spec/1.1/#id871136), and what YAML forbids.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')
_SHORT = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def front_matter(article: Article) -> str:
    """The block of ``article``, with its fences and a final line feed; "" if nothing is known.

    The order of the keys is fixed; keys of what is unknown are left out.
    """
    lines: list[str] = []
    _strings(lines, (("title", article.title), ("url", article.url), ("site", article.site)))
    _list(lines, "authors", article.authors)
    for key, moment in (
        ("published", article.published),
        ("updated", article.updated),
        ("archived", article.archived),
    ):
        if moment is not None:
            lines.append(f"{key}: {timestamp(moment)}")
    _strings(lines, (("language", article.language),))
    _list(lines, "tags", article.tags)
    _strings(lines, (("description", article.summary), ("image", article.image)))
    return "\n".join(("---", *lines, "---", "")) if lines else ""


def edition_front_matter(edition: Edition) -> str:
    """The block of an edition of several articles; of a bundle, with how many they are."""
    lines: list[str] = []
    _strings(lines, (("title", edition.title), ("subtitle", edition.subtitle)))
    _list(lines, "authors", edition.authors)
    if edition.date is not None:
        lines.append(f"date: {edition.date.isoformat()}")
    _strings(lines, (("language", edition.language), ("series", edition.series)))
    index = edition.series_index if edition.series else ""
    _strings(lines, (("series_index", index), ("description", edition.description)))
    if edition.is_bundle:
        lines.append(f"articles: {len(edition.members)}")
    return "\n".join(("---", *lines, "---", "")) if lines else ""


def timestamp(moment: datetime) -> str:
    """``moment`` in ISO 8601, UTC as ``Z``; a zone with seconds, which YAML lacks, becomes UTC."""
    offset = moment.utcoffset() or timedelta()
    if offset.seconds % 60 or offset.microseconds:
        moment, offset = moment.astimezone(UTC), timedelta()
    text = moment.isoformat()
    return text[: -len("+00:00")] + "Z" if not offset else text


def _strings(lines: list[str], pairs: Iterable[tuple[str, str]]) -> None:
    lines.extend(f"{key}: {_quoted(value)}" for key, value in pairs if value)


def _list(lines: list[str], key: str, values: Iterable[str]) -> None:
    items = [f"  - {_quoted(value)}" for value in values]
    if items:
        lines.extend((f"{key}:", *items))


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, clean(text))}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"
