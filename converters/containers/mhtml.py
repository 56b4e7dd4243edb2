"""MHTML: a page and what belongs to it as one MIME message (RFC 2557).

Chromium's files say ``Snapshot-Content-Location`` and the date of saving in the message's head.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Sequence
from email.errors import CloseBoundaryNotFoundDefect
from email.message import Message
from typing import BinaryIO
from urllib.parse import unquote, urljoin

from converters.containers.model import Container, Member, message_date, read_bounded, too_large
from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["MhtmlContainer", "looks_like_mhtml"]

_MAX_FILE = 128 * 1024 * 1024
_MAX_PARTS = 20_000
_FIELD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n")
_TYPE = re.compile(
    rb"^Content-Type:\s*multipart/(?:related|alternative|mixed)\b", re.IGNORECASE | re.MULTILINE
)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_LONGEST_ADDRESS = 8192


def looks_like_mhtml(head: bytes) -> bool:
    """Whether ``head`` begins a message of several parts, which is how pages are saved."""
    if not _FIELD.match(head):
        return False
    fields = re.split(rb"\r?\n\r?\n", head.lstrip(), maxsplit=1)[0]
    return bool(_TYPE.search(fields)) and b"mime-version:" in fields.lower()


class MhtmlContainer(Container):
    """The page of an MHTML file, with its other parts as resources.

    Raises :class:`~converters.errors.UnreadableSource` where no part is a page and
    :class:`~converters.errors.UnsafeSource` where there is too much of it.
    """

    whole = True

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        with file:
            data = read_bounded(name, file, _MAX_FILE)
        try:
            message = email.message_from_bytes(
                data.lstrip(b"\xef\xbb\xbf \r\n"), policy=email.policy.compat32
            )
            parts = [part for part in message.walk() if not part.is_multipart()]
        except RecursionError as error:
            raise UnsafeSource(name, "nests its parts too deeply") from error
        if len(parts) > _MAX_PARTS:
            raise UnsafeSource(name, f"has more than {_MAX_PARTS:,} parts")
        root = _root(message, parts)
        if root is None:
            raise UnreadableSource(name, "holds no web page: none of its parts is HTML")
        self._root = root
        self.url = _field(message, "Snapshot-Content-Location") or _field(root, "Content-Location")
        base = self.url or _field(message, "Content-Location")
        self._parts: dict[str, Message] = {}
        for part in parts:
            if location := _field(part, "Content-Location"):
                self._parts.setdefault(_joined(base, location), part)
            if identifier := _field(part, "Content-ID").strip("<>"):
                self._parts.setdefault(f"cid:{identifier}", part)
        self._base = base
        self._is_cut = any(
            isinstance(defect, CloseBoundaryNotFoundDefect)
            for part in message.walk()
            for defect in part.defects
        )
        web = self.url.startswith(("http://", "https://"))
        self._page = Member(
            "page.html",
            url=self.url if web else "",
            media_type=root.get_content_type(),
            encoding=root.get_content_charset("") or "",
            archived=message_date(str(message.get("Date", ""))),
        )

    def _members(self) -> Sequence[Member]:
        return (self._page,)

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        part = self._root if name == self._page.name else self._parts.get(name)
        if part is None:
            raise UnreadableSource(f"{self.name}/{name}", "is not in the file")
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            raise UnreadableSource(self.name, "has a part that cannot be decoded")
        if len(data) > limit:
            raise too_large(self.name, limit)
        return data

    def warnings(self, name: str) -> tuple[str, ...]:
        """See :class:`~converters.containers.model.Container`."""
        return ("the file ends too early: a part of the page may be missing",) * self._is_cut

    def head(self, name: str, size: int) -> bytes:
        """Nothing: a part's encoding is not undone for its head alone."""
        return b""

    def find(self, address: str, member: str) -> str | None:
        """See :class:`~converters.containers.model.Container`."""
        address = address.strip().partition("#")[0]
        if address[:4].lower() == "cid:":
            address = f"cid:{unquote(address[4:])}"
            return address if address in self._parts else None
        for each in (_joined(self._base, address), address):
            if each in self._parts:
                return each
        return None

    def close(self) -> None:
        """Nothing is open."""


def _root(message: Message, parts: Sequence[Message]) -> Message | None:
    """The page: the part that the message says to start with, or else its first HTML."""
    start = message.get_param("start")
    pages = [part for part in parts if part.get_content_type() in _HTML]
    if isinstance(start, str):
        for part in pages:
            if _field(part, "Content-ID") == start:
                return part
    return next(iter(pages), None)


def _field(part: Message, name: str) -> str:
    """An address in a header field, its folding undone; empty where there is none."""
    return "".join(str(part.get(name, "")).split())[:_LONGEST_ADDRESS]


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
