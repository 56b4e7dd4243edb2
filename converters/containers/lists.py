"""Lists of addresses: plain text, OPML (http://opml.org/spec2.opml), and browsers' bookmarks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from converters.containers.model import MAX_MEMBERS
from converters.containers.xml import elements
from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["addresses_in", "is_list"]

_MAX_SIZE = 16 * 1024 * 1024
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
_TEXT = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*(?:#[^\n]*)?\n)*\s*<?https?://", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(rb"<[a-z][^\s/>]*", re.IGNORECASE)  # the first is the root
_BOOKMARKS = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^>]{0,4000}?href\s*=\s*["']?([^"'\s>]{1,8192})""", re.IGNORECASE)


def addresses_in(name: str, head: bytes, data: Iterable[bytes]) -> list[str] | None:
    """The addresses that a list holds, each once, in its order; ``None`` where it is no list.

    ``head`` are the first bytes of the file, ``data`` gives all of them when they are needed.
    A text is a list when every line is an address, blank, or a comment that begins with ``#``.
    Raises :class:`~converters.errors.UnreadableSource` for an OPML file without addresses and
    :class:`~converters.errors.UnsafeSource` for absurdly long lists.
    """
    if _BOOKMARKS.match(head):
        return _some(name, _from_bookmarks(_whole(name, data)), "bookmarks of web pages")
    if _is_opml(head):
        return _some(name, _from_opml(_whole(name, data)), "addresses of feeds")
    if _TEXT.match(head):
        found = _from_text(head if len(head) < 4096 else _whole(name, data))
        return None if found is None else _some(name, found, "addresses")
    return None


def is_list(head: bytes) -> bool:
    """Whether what begins with ``head`` is a list by its form and can be nothing else."""
    return _BOOKMARKS.match(head) is not None or _is_opml(head)


def _is_opml(head: bytes) -> bool:
    """Whether the root is ``opml``: a page may show such an element, too."""
    root = _ELEMENT.search(_COMMENT.sub(b"", head))
    return root is not None and root[0].lower() == b"<opml"


def _whole(name: str, data: Iterable[bytes]) -> bytes:
    whole = b"".join(data)
    if len(whole) > _MAX_SIZE:
        raise UnsafeSource(name, "is an absurdly long list of addresses")
    return whole


def _some(name: str, addresses: Iterable[str], what: str) -> list[str]:
    found = list(dict.fromkeys(addresses))
    if not found:
        raise UnreadableSource(name, f"is a list that holds no {what}")
    if len(found) > MAX_MEMBERS:
        raise UnsafeSource(name, f"lists more than {MAX_MEMBERS:,} addresses")
    return found


def _from_text(data: bytes) -> list[str] | None:
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None
    found = []
    for line in map(str.strip, lines):
        if not line or line.startswith("#"):
            continue
        address = line.removeprefix("<").removesuffix(">")
        if not _ADDRESS.match(address):
            return None
        found.append(address)
    return found


def _from_opml(data: bytes) -> list[str]:
    """The feeds that an outline lists, and what its other entries link to.

    What is broken in the XML is passed over; a feed's address that is none of the web's is kept,
    so that the person hears of it.
    """
    found = []
    for tag, attributes in elements(data):
        if tag.lower() != "outline":
            continue
        fields = {name.lower(): value.strip() for name, value in attributes.items()}
        address = fields.get("xmlurl", "")
        linked = fields.get("url", "")
        if not address and fields.get("type", "link").lower() in {"link", "rss"}:
            address = linked if _ADDRESS.match(linked) else ""
        if address:
            found.append(address)
    return found


def _from_bookmarks(data: bytes) -> list[str]:
    """What bookmarks link to (the file is no HTML that a parser helps with: it never closes)."""
    import html

    from converters.decoding import decode

    links = (html.unescape(each) for each in _LINK.findall(decode(data).text))
    return [link for link in links if _ADDRESS.match(link)]
