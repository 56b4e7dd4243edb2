"""ZIP archives (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT) and MAFF, pages that
Mozilla's archive format saved in one (https://en.wikipedia.org/wiki/Mozilla_Archive_Format).
"""  # noqa: D205 - the first sentence needs two lines

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO

from converters.containers.model import (
    Container,
    Member,
    check_growth,
    check_members,
    from_member,
    message_date,
    read_bounded,
    safe_name,
    too_large,
)
from converters.containers.xml import elements
from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["ZipContainer"]

_UTF_8 = 0x800  # flag: the name is in UTF-8
_ENCRYPTED = 0x1
_INDEX = "index.rdf"
_MAFF = "{http://maf.mozdev.org/metadata/rdf#}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MAX_INDEX = 64 * 1024
# Encodings of East Asian and Cyrillic Windows, which ZIP programs wrote without saying so; any
# other name was written as the format says, in code page 437.
_NAME_ENCODINGS = frozenset(
    "gb18030 big5 shift_jis euc-kr euc-jp windows-1251 ibm866 utf-8".split()
)
# A RuntimeError is what zipfile raises for ways of packing and of locking that it does not know.
_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, LookupError, RuntimeError),
)


class ZipContainer(Container):
    """The files of a ZIP archive, or the pages of a MAFF file.

    Raises :class:`~converters.errors.UnreadableSource` where ``file`` is no archive or a damaged
    one, :class:`~converters.errors.UnsafeSource` where it is a bomb.
    """

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(file)
        except _ERRORS as error:
            file.close()
            reason = "is a damaged ZIP archive; get or make it again"
            raise UnreadableSource(name, reason) from error
        entries = [each for each in self._zip.infolist() if each.filename and not each.is_dir()]
        try:
            check_members(name, len(entries))
            check_growth(name, size, sum(each.file_size for each in entries))
            _check_overlap(name, size, entries)
        except UnsafeSource:
            self.close()
            raise
        names = (safe_name(each) for each in _names(entries))
        self._entries = dict(zip(names, entries, strict=True))
        self._entries.pop("", None)

    def _members(self) -> Sequence[Member]:
        """The files, by name; of a MAFF file its pages."""
        pages = self._pages()
        return pages or [Member(each) for each in sorted(self._entries)]

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        entry = self._entry(name)
        if entry.file_size > limit:
            raise too_large(f"{self.name}/{name}", limit)
        return self._read(name, entry, limit)

    def head(self, name: str, size: int) -> bytes:
        """See :class:`~converters.containers.model.Container`."""
        try:
            with self._zip.open(self._entry(name)) as stream:
                return stream.read(size)
        except (*_ERRORS, UnreadableSource):
            return b""

    def find(self, address: str, member: str) -> str | None:
        """See :class:`~converters.containers.model.Container`."""
        return next((each for each in from_member(address, member) if each in self._entries), None)

    def close(self) -> None:
        """See :class:`~converters.containers.model.Container`."""
        file = self._zip.fp
        self._zip.close()
        if file is not None:
            file.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise UnreadableSource(f"{self.name}/{name}", "is not in the archive")
        return self._entries[name]

    def _read(self, name: str, entry: zipfile.ZipInfo, limit: int) -> bytes:
        full = f"{self.name}/{name}"
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableSource(full, "is encrypted; unpack the archive with its password first")
        try:
            with self._zip.open(entry) as stream:
                return read_bounded(full, stream, limit)  # type: ignore[arg-type]
        except _ERRORS as error:
            reason = f"is damaged or packed in a way that is not read ({error})"
            raise UnreadableSource(full, reason) from error

    def _pages(self) -> list[Member]:
        """The pages that index.rdf files describe, one in each folder."""
        pages = []
        for name, entry in sorted(self._entries.items()):
            folder, slash, last = name.rpartition("/")
            if last == _INDEX and entry.file_size <= _MAX_INDEX:
                described = _described(self._read(name, entry, _MAX_INDEX), folder + slash)
                if described is not None and described.name in self._entries:
                    pages.append(described)
        return pages


def _check_overlap(name: str, size: int, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse members that share their bytes (https://www.bamsoftware.com/hacks/zipbomb/)."""
    if sum(each.compress_size for each in entries) > size:
        raise UnsafeSource(name, "has members that overlap, as only bombs have")


def _names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of entries, also where the archive does not say in which encoding they are.

    All unmarked names are judged together: they were written by one program on one machine.
    """
    from converters.decoding import decode

    unmarked = [
        number
        for number, each in enumerate(entries)
        if not each.flag_bits & _UTF_8 and not each.filename.isascii()
    ]
    names = [each.filename for each in entries]
    try:
        raw = [names[number].encode("cp437") for number in unmarked]
    except UnicodeError:  # an extra field named it better
        return names
    if not raw:
        return names
    decoded = decode(b"\n".join(raw)[:1_000_000])
    if decoded.encoding in _NAME_ENCODINGS:
        codec = "big5hkscs" if decoded.encoding == "big5" else decoded.encoding
        for number, each in zip(unmarked, raw, strict=True):
            names[number] = each.decode(codec, "replace")
    return names


def _described(rdf: bytes, folder: str) -> Member | None:
    """The page that an index.rdf in ``folder`` describes."""
    fields = {
        tag.removeprefix(_MAFF): attributes.get(f"{_RDF}resource", "")
        for tag, attributes in elements(rdf)
        if tag.startswith(_MAFF)
    }
    if not fields:
        return None
    url = fields.get("originalurl", "")
    return Member(
        safe_name(folder + (fields.get("indexfilename") or "index.html")),
        url=url if url.startswith(("http://", "https://")) else "",
        encoding=fields.get("charset", ""),
        archived=message_date(fields.get("archivetime", "")),
    )
