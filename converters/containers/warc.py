"""WARC: records of what a crawler was answered (ISO 28500,
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/).

The pages are the answers with status 200 that are HTML; everything else that was answered can be
a page's picture. The file is gone through once, and its records are then read by their place.
"""  # noqa: D205 - the first sentence needs two lines

from __future__ import annotations

import contextlib
import io
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, BinaryIO

from converters.containers.model import (
    Container,
    Member,
    check_growth,
    check_members,
    from_urls,
    read_bounded,
    too_large,
)
from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["WarcContainer"]

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:+-]{1,40})""", re.IGNORECASE)
_STEP = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record is, and how its payload is packed."""

    offset: int
    chunked: bool
    coding: str


class WarcContainer(Container):
    """The pages of a WARC file, plain or compressed record by record.

    Raises :class:`~converters.errors.UnreadableSource` where ``file`` is damaged from the
    beginning, :class:`~converters.errors.UnsafeSource` where it holds too many records.
    """

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        self.name = name
        self._file = file
        self._size = size
        self._lock = Lock()
        self._by_url: dict[str, _Place] = {}
        self._cut: set[str] = set()  # pages whose records end too early
        self._is_damaged = False
        pages: dict[str, Member] = {}
        try:
            with _silence():
                for count, (url, place, member) in enumerate(self._records(), 1):
                    check_members(name, count)
                    self._by_url[url] = place
                    if member is not None:
                        pages[url] = member
        except UnsafeSource:
            file.close()
            raise
        except Exception as error:
            # What was read before the damage stays; warcio raises whatever its parsers do.
            self._is_damaged = True
            if not self._by_url:
                file.close()
                raise UnreadableSource(name, f"is a damaged WARC file ({error})") from error
        names = from_urls(list(pages))
        self._urls = dict(zip(names, pages, strict=True))
        self._pages = [
            Member(each, page.url, page.media_type, page.encoding, page.archived)
            for each, page in zip(names, pages.values(), strict=True)
        ]

    def _members(self) -> Sequence[Member]:
        return self._pages

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        url = self._urls.get(name, name)
        full = f"{self.name}/{name}"
        if url not in self._by_url:
            raise UnreadableSource(full, "is not in the file")
        place = self._by_url[url]
        with self._lock, _silence():
            try:
                self._file.seek(place.offset)
                record = next(iter(_iterator(self._file)))
                stream = _dechunked(record.raw_stream) if place.chunked else record.raw_stream
                data = _decoded(full, stream, place.coding, limit)
                # What is left of the length that the record says, where its bytes have ended.
                if getattr(record.raw_stream, "limit", 0) > 0 and not place.chunked:
                    self._cut.add(name)
            except UnsafeSource:
                raise
            except Exception as error:
                reason = f"is damaged or packed in a way that is not read ({error})"
                raise UnreadableSource(full, reason) from error
            return data

    def warnings(self, name: str) -> tuple[str, ...]:
        """See :class:`~converters.containers.model.Container`."""
        found = []
        if name in self._cut:
            found.append("its record ends too early: a part of the page may be missing")
        if self._is_damaged and name == self._pages[-1].name:
            found.append("the WARC file is damaged behind this page; what follows is not read")
        return tuple(found)

    def head(self, name: str, size: int) -> bytes:
        """Nothing: records name the type of what they hold."""
        return b""

    def find(self, address: str, member: str) -> str | None:
        """See :class:`~converters.containers.model.Container`."""
        address = address.partition("#")[0]
        return address if address in self._by_url else None

    def close(self) -> None:
        """See :class:`~converters.containers.model.Container`."""
        self._file.close()

    def _records(self) -> Iterator[tuple[str, _Place, Member | None]]:
        """Every answer: its address, its place and, of a page, what is said of it."""
        self._file.seek(0)
        iterator = _iterator(self._file)
        total = 0
        for record in iterator:
            # Its bytes are gone through, not kept: only bombs are refused, not large crawls.
            length = record.rec_headers.get_header("Content-Length") or ""
            total += int(length) if length.isdecimal() and len(length) < 16 else 0
            check_growth(self.name, self._size, total, most=sys.maxsize)
            if record.rec_type not in {"response", "resource"}:
                continue
            url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
            http = record.http_headers
            if http is not None and http.get_statuscode() != "200":
                continue
            if not url.startswith(("http://", "https://")):
                continue
            fields = http or record.rec_headers
            kind = fields.get_header("Content-Type") or ""
            place = _Place(
                iterator.get_record_offset(),
                http is not None
                and "chunked" in (http.get_header("Transfer-Encoding") or "").lower(),
                (http.get_header("Content-Encoding") or "").strip().lower() if http else "",
            )
            yield url.partition("#")[0], place, _page(url, kind, record)


def _page(url: str, kind: str, record: Any) -> Member | None:
    media_type = kind.partition(";")[0].strip().lower()
    if media_type not in _PAGES:
        return None
    charset = _CHARSET.search(kind)
    return Member(
        "",
        url=url,
        media_type=media_type,
        encoding=charset[1].lower() if charset else "",
        archived=_date(record.rec_headers.get_header("WARC-Date") or ""),
    )


def _silence() -> contextlib.redirect_stderr[io.StringIO]:
    """Keep warcio, which writes pieces of damaged files to standard error, from doing so."""
    return contextlib.redirect_stderr(io.StringIO())


def _iterator(file: BinaryIO) -> Any:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(file, no_record_parse=False)


def _dechunked(stream: Any) -> Any:
    from warcio.bufferedreaders import ChunkedDataReader

    return ChunkedDataReader(stream)


def _decoded(name: str, stream: Any, coding: str, limit: int) -> bytes:
    """A payload without its content coding, within the limit."""
    if coding in {"", "identity"}:
        return read_bounded(name, stream, limit)
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise UnreadableSource(name, f"is compressed as {coding[:20]}, which is not read")
    packed = read_bounded(name, stream, limit)
    if coding == "deflate":
        inflater = zlib.decompressobj(15 if packed[:1] and packed[0] & 0x0F == 8 else -15)
    else:
        inflater = zlib.decompressobj(31)
    data = inflater.decompress(packed, limit + 1)
    if len(data) > limit:
        raise too_large(name, limit)
    return data


def _date(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
