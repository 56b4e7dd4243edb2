"""Parts of Markdown that hold no markup of their own: addresses, titles, attributes, code."""

from __future__ import annotations

import re
from functools import cache

__all__ = [
    "PUNCTUATION",
    "autolink",
    "code",
    "collapse",
    "destination",
    "escape_attribute",
    "escape_title",
    "is_entity",
]

PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
"""What a backslash escapes: https://spec.commonmark.org/0.31.2/#ascii-punctuation-character."""

_SPACES = re.compile("[ \t\n\r\f\v]+")


def collapse(text: str) -> str:
    """``text`` on one line: each run of white space is one space."""
    return _SPACES.sub(" ", text)


@cache
def _entity_names() -> frozenset[str]:
    from html.entities import html5

    return frozenset(name for name in html5 if name.endswith(";"))


_ENTITY = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]*;))")


def is_entity(text: str, position: int) -> bool:
    """Whether a character reference stands at ``position``."""
    match = _ENTITY.match(text, position)
    return match is not None and (match[1] is None or match[1] in _entity_names())


_BACKSLASH_OR_AMPERSAND = re.compile(r"[\\&]")


def escape_title(text: str, quote: str) -> str:
    """Escape ``text`` for a place without inline markup, ended by ``quote`` (may be empty)."""
    text = collapse(text)

    def escaped(match: re.Match[str]) -> str:
        position = match.start()
        if match[0] == "&":
            # Not with a backslash: GitHub's parser looks for entities before it looks for those.
            return "&amp;" if is_entity(text, position) else "&"
        following = text[position + 1 : position + 2]
        if not following:
            # Not with a backslash: GitHub's parser would take the second one for the quote's.
            return "&#92;" if quote else "\\"
        return "\\\\" if following in PUNCTUATION else "\\"

    result = _BACKSLASH_OR_AMPERSAND.sub(escaped, text)
    return result.replace(quote, f"\\{quote}") if quote else result


def escape_attribute(text: str) -> str:
    """Escape ``text`` for an HTML attribute in double quotes."""
    text = collapse(text).replace("&", "&amp;").replace('"', "&quot;")
    return text.replace("<", "&lt;").replace(">", "&gt;")


# --- Addresses -----------------------------------------------------------------------------

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x20]*")
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def autolink(url: str, shown: str) -> str:
    """``<url>`` where Markdown can show the link of an address as ``shown`` so, or "".

    The address stands as it is: GitHub's parser would make one without brackets run on to the
    next space, over any Chinese text that follows.
    """
    if url.startswith("mailto:") and shown != url:
        return f"<{shown}>" if _MAIL.fullmatch(shown) else ""
    return f"<{url}>" if _ADDRESS.fullmatch(url) else ""


# What an address cannot hold in Markdown, or should not: control characters and angle brackets.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>]")
_SPACE = re.compile(r"\s")


def destination(url: str, title: str = "") -> str:
    """``(url "title")``: the address byte for byte, in angle brackets where it must."""
    url = _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", url)
    escaped = escape_title(url, "")
    if _SPACE.search(url) or not _is_balanced(url):
        escaped = f"<{escaped}>"
    if not title:
        return f"({escaped})"
    quote = "'" if '"' in title and "'" not in title else '"'
    return f"({escaped} {quote}{escape_title(title, quote)}{quote})"


def _is_balanced(url: str) -> bool:
    """Whether the parentheses in ``url`` are in pairs, nested no deeper than parsers allow."""
    if "(" not in url and ")" not in url:
        return True
    level = 0
    for character in url:
        level += (character == "(") - (character == ")")
        if not 0 <= level <= 3:
            return False
    return level == 0


# --- Code ----------------------------------------------------------------------------------

_BACKTICKS = re.compile("`+")


def code(text: str) -> str:
    """Code within a line, in a fence of backticks that it does not hold."""
    text = text.replace("\n", " ")
    lengths = {len(run) for run in _BACKTICKS.findall(text)}
    length = 1
    while length in lengths:
        length += 1
    fence = "`" * length
    both_spaces = text[:1] == text[-1:] == " " and text.strip(" ")
    pad = " " if text[:1] == "`" or text[-1:] == "`" or both_spaces else ""
    return f"{fence}{pad}{text}{pad}{fence}"
