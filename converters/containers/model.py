"""What all containers have in common: members, names that lead nowhere else, and limits."""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import BinaryIO
from urllib.parse import unquote

from converters.errors import UnsafeSource

__all__ = [
    "MAX_MEMBERS",
    "Container",
    "Member",
    "check_growth",
    "check_members",
    "from_urls",
    "message_date",
    "read_bounded",
    "safe_name",
    "too_large",
    "url_name",
]

MAX_MEMBERS = 100_000
"""Most members that a container may have."""

MAX_TOTAL = 4 * 1024**3
"""Most bytes that all members of a container may have together, unpacked."""

_FREE = 64 * 1024 * 1024  # bytes that any container may unpack to, however small it is
# Text shrinks to a tenth or, with much repeated, a fiftieth; bombs to a thousandth and less.
_MAX_RATIO = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A document in a container.

    ``name`` is its place in it, with forward slashes and without ``..``. ``url`` is where it
    once came from, ``archived`` when, ``media_type`` and ``encoding`` what the container calls
    its content: empty or ``None`` where the container does not say.
    """

    name: str
    url: str = ""
    media_type: str = ""
    encoding: str = ""
    archived: datetime | None = None


class Container(ABC):
    """A file with documents in it.

    ``whole`` says that it holds one document and what belongs to that (a saved page).
    """

    whole = False

    @cached_property
    def members(self) -> Sequence[Member]:
        """The documents, in the order in which they should be read."""
        return self._members()

    @cached_property
    def _by_name(self) -> dict[str, Member]:
        return {each.name: each for each in self.members}

    def member(self, name: str) -> Member | None:
        """The document called ``name``."""
        return self._by_name.get(name)

    def warnings(self, name: str) -> tuple[str, ...]:
        """What is wrong with the document called ``name``, known once it was read."""
        return ()

    @abstractmethod
    def _members(self) -> Sequence[Member]:
        """What :attr:`members` gives, made once."""

    @abstractmethod
    def read(self, name: str, limit: int) -> bytes:
        """The content of a member or of a resource that :meth:`find` named.

        Raises :class:`~converters.errors.UnreadableSource` where there is none that can be read
        and :class:`~converters.errors.UnsafeSource` above ``limit`` bytes.
        """

    @abstractmethod
    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a member, or none where that would cost more than it tells."""

    @abstractmethod
    def find(self, address: str, member: str) -> str | None:
        """The name of the resource that ``address`` means in the document ``member``."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files."""


# --- Limits --------------------------------------------------------------------------------


def check_members(name: str, count: int) -> None:
    """Refuse a container with too many members."""
    if count > MAX_MEMBERS:
        raise UnsafeSource(name, f"holds more than {MAX_MEMBERS:,} files; unpack it first")


def check_growth(name: str, packed: int, unpacked: int, most: int = MAX_TOTAL) -> None:
    """Refuse a container that unpacks to too much, or to suspiciously more than it is."""
    if unpacked > most:
        size = most // 1024**3
        raise UnsafeSource(name, f"unpacks to more than {size} GiB; unpack it first")
    if unpacked > max(_FREE, packed * _MAX_RATIO):
        reason = f"unpacks to more than {_MAX_RATIO} times its size, as only bombs do"
        raise UnsafeSource(name, reason)


def too_large(name: str, limit: int) -> UnsafeSource:
    """The error about a member above the limit."""
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit:,} bytes"
    return UnsafeSource(name, f"is larger than {size}, the most that is read")


def read_bounded(name: str, stream: BinaryIO, limit: int) -> bytes:
    """All of ``stream``, unless that is more than ``limit`` bytes."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(name, limit)
    return data


# --- Names ---------------------------------------------------------------------------------


def safe_name(name: str) -> str:
    """A member's name as a path that stays below where it starts; empty if nothing is left.

    Backslashes part folders, as in archives of Windows; drives, ``.``, ``..`` and empty parts go.
    """
    name = re.sub(r"^[A-Za-z]:", "", name.replace("\\", "/").replace("\0", ""))
    return "/".join(part for part in name.split("/") if part not in {"", ".", ".."})


def from_member(address: str, member: str) -> list[str]:
    """The names that a relative ``address`` in the document ``member`` can mean."""
    names = []
    for each in dict.fromkeys((address, unquote(re.sub(r"[?#].*", "", address, flags=re.DOTALL)))):
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(member), each))
        if not joined.startswith(("/", "../")) and joined != "..":
            names.append(joined)
    return names


_DROPPED = re.compile(r"\.(?:html?|xhtml|php\d?|aspx?|jsp|shtml|cgi)$", re.IGNORECASE)
_INDEXES = frozenset({"index", "default", "home", "main"})
_UNSAFE = re.compile(r"[^\w.~-]+")


def url_name(url: str) -> str:
    """A file name for what an address holds: its last telling part, its query, ``.html``.

    Addresses that name nothing are called by their host.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname or "page"
    except ValueError:
        return "page.html"
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    stem = ""
    while segments and not stem:
        last = _DROPPED.sub("", segments.pop())
        stem = "" if last.lower() in _INDEXES else last
    stem = _UNSAFE.sub("-", stem).strip("-.") or host
    query = _UNSAFE.sub("-", unquote(parts.query)).strip("-.")[:40]
    return f"{stem[:80]}{'-' + query if query else ''}.html"


def from_urls(urls: Sequence[str]) -> list[str]:
    """A name for each address, ``host/name.html``; what is named twice gets a number."""
    from urllib.parse import urlsplit

    taken: dict[str, int] = {}
    names = []
    for url in urls:
        try:
            host = urlsplit(url).hostname or "page"
        except ValueError:
            host = "page"
        name = f"{host}/{url_name(url)}"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            name = f"{name.removesuffix('.html')}-{taken[name]}.html"
        names.append(name)
    return names


def message_date(text: str) -> datetime | None:
    """The moment that a date in the form of e-mail and HTTP names (RFC 5322, 3.3); or none."""
    from email.utils import parsedate_to_datetime  # not at the start: few sources need it

    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
