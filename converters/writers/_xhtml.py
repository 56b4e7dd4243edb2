"""Building blocks of XHTML: the only place where text becomes markup.

:class:`Markup` is a ``str`` to Python and a type of its own to the type checker, so text that was
not escaped cannot get into a document unnoticed. What is made here is well-formed XML and, byte
for byte, valid HTML (https://www.w3.org/TR/html-polyglot/): void elements end in ``/>``, all
others have an end tag, every attribute is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import NewType, TypeAlias
from urllib.parse import quote, urlsplit

from converters.article import clean

__all__ = [
    "EMPTY",
    "Attributes",
    "Markup",
    "element",
    "join",
    "language_attributes",
    "language_tag",
    "link_address",
    "text",
]

Markup = NewType("Markup", str)
"""Well-formed markup: made by :func:`text`, :func:`element` and :func:`join`, by nothing else."""

EMPTY = Markup("")

Attributes: TypeAlias = Mapping[str, "str | int | None"]
"""Attributes by name; ``None`` leaves one out, an empty string does not."""

# https://html.spec.whatwg.org/#void-elements, as far as they are used here.
_VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})

# Form feed and vertical tab are white space to HTML and forbidden in XML. Unicode's separators of
# lines and paragraphs end a line in plain text; markup has elements for that, browsers show
# nothing in their place (CSS Text asks for a break, https://www.w3.org/TR/css-text-3/#line-breaking)
# and fonts an empty box.
_FEEDS = re.compile("[\x0b\x0c\u2028\u2029]")
_LINE_SPACE = re.compile("[\t\n\r\x0b\x0c\u2028\u2029 ]+")
# Everything but these goes into a document as it is; most values hold none of them.
_SPECIAL = re.compile(
    "[&<>\"'\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]|  "
)

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# RFC 3986's unreserved and reserved characters, and "%": what is encoded stays as it is. Brackets
# may stand in the host alone (3.2.2), and "#" once.
_URL_SAFE = "!$%&'()*+,/:;=?@~"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Browsers take these out of an address (https://url.spec.whatwg.org/#concept-basic-url-parser).
_LINE_ENDS = re.compile("[\t\n\r]")
# A host is a name (any letters: it may be internationalised), an IPv4 or a bracketed IPv6 address.
_AUTHORITY = re.compile(
    r"(?:[\w.%~!$&'()*+,;=:-]*@)?(?:\[[0-9A-Fa-f:.]+\]|(?P<name>[\w-]+(?:\.[\w-]+)*\.?))"
    r"(?::(?P<port>\d{1,5})?)?"
)
# RFC 5646, 2.1, loosely: subtags of one to eight letters and digits, the first of letters.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def text(value: str) -> Markup:
    """``value`` as character data, without the characters that XML 1.0 forbids."""
    if not _SPECIAL.search(value):
        return Markup(value)
    value = clean(value)
    return Markup(escape(_FEEDS.sub(" ", value), quote=False))


def join(parts: Iterable[Markup], separator: str = "") -> Markup:
    """``parts`` one after the other, ``separator`` (plain text) between them."""
    return Markup(text(separator).join(parts))


def element(name: str, content: Markup = EMPTY, attributes: Attributes | None = None) -> Markup:
    """An element. Void elements (``br``, ``img``) have no content."""
    opening = name + (_attributes(attributes) if attributes else "")
    if name in _VOID:
        return Markup(f"<{opening}/>")
    return Markup(f"<{opening}>{content}</{name}>")


def _attributes(attributes: Attributes) -> str:
    return "".join(
        f' {name}="{_value(value)}"' for name, value in attributes.items() if value is not None
    )


def _value(value: str | int) -> str:
    """An attribute's value: XML turns line ends in one into spaces, so nobody can rely on them."""
    if isinstance(value, int):
        return str(value)
    if not _SPECIAL.search(value):
        return value
    return escape(_LINE_SPACE.sub(" ", clean(value)), quote=True)


def language_tag(tag: str) -> str | None:
    """``tag`` where it has the form of a BCP 47 tag; ``None`` otherwise."""
    return tag if _LANGUAGE.fullmatch(tag) else None


def language_attributes(tag: str, direction: str = "") -> dict[str, str | None]:
    """``lang`` with its XML twin, and ``dir``; none where nothing is known."""
    language = language_tag(tag)
    return {"lang": language, "xml:lang": language, "dir": direction or None}


@lru_cache(maxsize=1024)
def link_address(url: str) -> str | None:
    """``url`` as the value of an ``href``; ``None`` where a reader could not or should not follow.

    Only schemes that lead a person somewhere pass (http, https, mailto, tel, ftp), only with a
    host that can exist. What is percent-encoded stays as it is; characters that may not stand in
    an address (RFC 3986, 2) are encoded as UTF-8, as browsers do.
    """
    url = _LINE_ENDS.sub("", clean(url)).strip()
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in _SCHEMES:
        return None
    start = scheme.end()
    if scheme[1].lower() not in ("mailto", "tel"):
        try:
            host = urlsplit(url).netloc
        except ValueError:
            return None
        if not _is_authority(host):
            return None
        start = url.index(host, start) + len(host)
    elif url[start : start + 1] in ("", "#"):
        return None
    return url[:start] + _quoted(url[start:])


def _is_authority(authority: str) -> bool:
    """Whether ``authority`` (RFC 3986, 3.2) names a host that can exist."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None or int(match["port"] or 0) > 0xFFFF:
        return False
    try:
        # Labels too long, and such as only pretend to be encoded, are found in both directions.
        (match["name"] or "").encode("idna").decode("idna")
    except UnicodeError:
        return False
    return True


def _quoted(rest: str) -> str:
    """What follows the host, the characters encoded that may not stand there."""
    before, mark, fragment = _LONE_PERCENT.sub("%25", rest).partition("#")
    return quote(before, safe=_URL_SAFE) + mark + quote(fragment, safe=_URL_SAFE)
