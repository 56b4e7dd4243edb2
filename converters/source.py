"""Sources: the bytes that people name, and where they came from.

:func:`open_sources` turns names (files, folders, patterns, addresses, ``-``) into :class:`Source`
values, one after another. :meth:`Source.open` gets the bytes, as a :class:`Document`, only when
they are asked for, so that a folder of ten thousand articles costs no more memory than one, and
an address is fetched where its article is read. What cannot be a source comes out as an error
*value* in its place: one bad file stops no other.

A container (an archive, a saved page; :mod:`converters.containers`) gives a source for each
document in it, a list of addresses one for each address. Lists are followed only where they were
named: a file in a folder must not make us use the network.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from converters.containers import (
    HEAD,
    Locator,
    Resources,
    kind_of,
    open_container,
    spilled,
    url_name,
)
from converters.containers.lists import is_list
from converters.decoding import Decoded, decode
from converters.errors import ConversionError, UnknownFormat, UnreadableSource, UnsafeSource
from converters.signatures import looks_binary

if TYPE_CHECKING:
    from converters.containers import Container, Member
    from converters.fetch import FetchPolicy

__all__ = [
    "ASSET_SUFFIXES",
    "MAX_BYTES",
    "STDIN",
    "Document",
    "Source",
    "open_source",
    "open_sources",
]

# The largest input: a hundred times the largest article of the corpora, and little enough that
# a parsed tree of it still fits into memory.
MAX_BYTES = 64 * 1024 * 1024
# The name of standard input, as everywhere on a command line.
STDIN = "-"

# What an empty document consists of.
_BLANK = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf"

# What lies beside articles in folders of saved pages and is none itself.
_ASSETS = (
    ".png .jpg .jpeg .jpe .gif .webp .avif .heic .bmp .tif .tiff .ico .svg .svgz "
    ".css .scss .less .js .mjs .map .woff .woff2 .ttf .otf .eot "
    ".mp3 .m4a .ogg .oga .wav .flac .mp4 .m4v .webm .mov .avi .mkv .ogv "
    ".pyc .lock .log .tmp .part .download .crdownload"
)
ASSET_SUFFIXES = frozenset(_ASSETS.split())
# Folders that hold no articles: of version control, of programs, of operating systems. Those
# whose names begin with a dot are hidden anyway.
_SKIPPED_FOLDERS = frozenset({"CVS", "_darcs", "RCS", "__MACOSX", "__pycache__", "node_modules"})
# The folder that browsers save beside a page ("Article.html", "Article_files").
_COMPANIONS = ("_files", ".files", "-Dateien", "_archivos", "_fichiers")
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Source:
    """One document: its bytes, and where they came from.

    ``name`` is what messages call it: the path as the person gave it, or ``-``. ``path`` is the
    file, absent for standard input. Relative pictures are looked for in ``base_dir``, and only
    below ``root``: the folder that the person named, or the file's own. ``url`` is the address
    that relative links are resolved against, where the person gave one. ``relative`` is the
    place of the output among the outputs, with forward slashes: the path below the folder that
    was named, or the path as given. ``encoding`` is a label that the person gave.
    ``content`` are the bytes of a source that is no file of its own. ``container`` and ``member``
    say where in which container it is; ``address`` is fetched, as ``fetch`` allows.
    """

    name: str
    path: Path | None = None
    base_dir: Path | None = None
    root: Path | None = None
    url: str = ""
    relative: str = ""
    encoding: str = ""
    max_bytes: int = MAX_BYTES
    content: bytes | None = None
    container: Locator | None = None
    member: str = ""
    address: str = ""
    fetch: FetchPolicy | None = None

    @property
    def data(self) -> bytes:
        """The bytes: ``content``, or the file's, read anew at each use so that nothing piles up.

        Raises :class:`~converters.errors.UnreadableSource` and, above ``max_bytes``,
        :class:`~converters.errors.UnsafeSource`.
        """
        if self.container is not None or self.address:
            return self.open().data
        if self.content is not None:
            return self.content
        if self.path is None:
            raise UnreadableSource(self.name, "has neither a file nor bytes")
        return _read(self.name, self.path, self.max_bytes)

    def open(self) -> Document:
        """The document: the bytes, and what came with them.

        Raises what :attr:`data` raises, and :class:`~converters.errors.UnreadableSource` where
        there is nothing but white space.
        """
        if self.address:
            document = self._fetched()
        elif self.container is not None:
            document = self._contained(open_container(self.container))
        else:
            document = Document(self, self.data)
        if self.content is not None or self.address:
            document = _unwrapped(document)
        if not document.data.strip(_BLANK):
            raise UnreadableSource(self.name, "is empty: there is no article in it")
        if is_list(document.data[:HEAD]):
            reason = "is a list of addresses; it is followed where it is named as a file by itself"
            raise UnreadableSource(self.name, reason)
        return replace(
            document, url=self.url or document.url, encoding=self.encoding or document.encoding
        )

    def _fetched(self) -> Document:
        from msgspec.structs import replace as changed

        from converters.fetch import FetchPolicy, fetch

        policy = self.fetch or FetchPolicy()
        policy = changed(policy, max_bytes=min(policy.max_bytes, self.max_bytes))
        try:
            found = fetch(self.address, policy)
        except ConversionError as error:
            raise type(error)(self.name, error.reason) from error
        return Document(self, found.data, found.url, found.encoding, found.media_type)

    def _contained(self, container: Container) -> Document:
        each = container.member(self.member)
        if each is None:
            raise UnreadableSource(self.name, "is no longer in its container")
        data = container.read(each.name, self.max_bytes)
        warnings = container.warnings(each.name)
        return Document(
            self, data, each.url, each.encoding, each.media_type, each.archived, warnings
        )

    def pictures(self, urls: tuple[str, ...] = ()) -> Path | Resources | None:
        """Where the document's own pictures are: below a folder, or in its container.

        ``urls`` are addresses that the document had on the web.
        """
        if self.container is not None:
            return Resources(self.container, self.member, urls)
        return self.base_dir

    @property
    def suffix(self) -> str:
        """The name's suffix, lower case, with its dot; empty without one."""
        return PurePosixPath(self.relative or self.name).suffix.lower()


@dataclass(frozen=True)
class Document:
    """What a source holds, as readers get it.

    ``data`` are the bytes. ``url`` is the address that relative ones are resolved against: where
    the bytes really came from, after redirects, or what the person or the container says.
    ``encoding`` is a label from outside the bytes (a protocol's, the person's); ``media_type`` is
    what a protocol or container calls them: lower case, without parameters, often empty and
    never trusted. ``archived`` is when its container says it was saved; ``warnings`` are what
    is wrong with the bytes themselves.
    """

    source: Source
    data: bytes
    url: str = ""
    encoding: str = ""
    media_type: str = ""
    archived: datetime | None = None
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.source.name

    @property
    def suffix(self) -> str:
        """The name's suffix, lower case, with its dot; empty without one."""
        return self.source.suffix

    @cached_property
    def binary(self) -> str | None:
        """What the bytes are where they are no text, as words for a message; else ``None``."""
        return looks_binary(self.data)

    @cached_property
    def decoded(self) -> Decoded:
        """The bytes as text, with how that was had."""
        return decode(self.data, self.encoding or None)

    @property
    def text(self) -> str:
        """The bytes as text, with line feeds only."""
        return self.decoded.text


def _unwrapped(document: Document) -> Document:
    """The page in a document of bytes that is a saved page; other containers are refused."""
    kind = kind_of(document.data[:HEAD])
    if not kind:
        return document
    if kind != "mhtml":
        reason = "is an archive; save it as a file and give the file"
        raise UnreadableSource(document.name, reason)
    from io import BytesIO

    from converters.containers.mhtml import MhtmlContainer

    container = MhtmlContainer(BytesIO(document.data), document.name)
    source = replace(document.source, member=container.members[0].name)
    found = source._contained(container)  # noqa: SLF001 - our own class
    return replace(found, source=document.source, url=found.url or document.url)


def open_sources(
    names: Sequence[str],
    *,
    url: str = "",
    encoding: str = "",
    max_bytes: int = MAX_BYTES,
    stdin: BinaryIO | None = None,
    fetch: FetchPolicy | None = None,
) -> Iterator[Source | ConversionError]:
    """Yield the sources that ``names`` mean, in the order given, a folder's files sorted.

    A name is

    * a file; of a container the documents in it, of a list of addresses these addresses;
    * a folder: its files and those of its folders; hidden ones, version control and the pictures,
      styles and scripts beside saved pages are left out;
    * an address (``http:`` or ``https:``), which ``fetch`` says how to get;
    * a pattern with ``*``, ``?``, ``[...]`` or ``**`` that no shell expanded, if no file has it
      for a name;
    * ``-`` for standard input, which is taken from ``stdin`` or else from the process.

    Each name or file that cannot be a source gives an error in its place:
    :class:`~converters.errors.UnreadableSource`, :class:`~converters.errors.UnsafeSource` for
    devices, pipes, links out of a folder, bombs and sizes above ``max_bytes``,
    :class:`~converters.errors.UnknownFormat` for addresses of other schemes.
    """
    pattern = Source("", url=url, encoding=encoding, max_bytes=max_bytes, fetch=fetch)
    stdin_read = False
    for name in names:
        if name == STDIN:
            if stdin_read:
                yield UnreadableSource(name, "standard input can be read only once")
                continue
            stdin_read = True
            yield from _open_stdin(pattern, stdin)
        else:
            yield from _open_name(name, pattern)


def open_source(
    name: str | os.PathLike[str],
    *,
    url: str = "",
    encoding: str = "",
    max_bytes: int = MAX_BYTES,
    stdin: BinaryIO | None = None,
    fetch: FetchPolicy | None = None,
) -> Source:
    """The one source that ``name`` means, the first of several in a container or a list.

    Raises what :func:`open_sources` yields. A folder is no single source:
    :class:`~converters.errors.UnreadableSource`.
    """
    text = os.fspath(name)
    if text != STDIN and Path(text).is_dir():
        raise UnreadableSource(text, "is a folder, not one document; name a file in it")
    opened = open_sources(
        [text], url=url, encoding=encoding, max_bytes=max_bytes, stdin=stdin, fetch=fetch
    )
    source = next(opened)
    if isinstance(source, ConversionError):
        raise source
    return source


# --- Standard input, addresses, files ------------------------------------------------------

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(//)?")
_WEB = re.compile(r"\s*https?://", re.IGNORECASE)
_PATTERN = re.compile(r"[*?\[]")


def _open_stdin(pattern: Source, stdin: BinaryIO | None) -> Iterator[Source | ConversionError]:
    """Standard input, read to its end at once since nothing can read it again."""
    stream = sys.stdin.buffer if stdin is None else stdin
    try:
        data = stream.read(pattern.max_bytes + 1)
        _check_size(STDIN, len(data), pattern.max_bytes)
        if kind_of(data[:HEAD]):
            # A file, so that each member can be read from it, by any process.
            locator = Locator(spilled(data), label=STDIN)
            yield from _open_container(locator, pattern, "")
            return
        addresses = _listed(STDIN, data[:HEAD], data)
    except ConversionError as error:
        yield error
        return
    except OSError as error:
        yield UnreadableSource(STDIN, _reason(error))
        return
    if addresses is None:
        yield replace(pattern, name=STDIN, relative="article", content=data)
    else:
        yield from (_open_address(each, pattern) for each in addresses)


def _open_name(name: str, pattern: Source) -> Iterator[Source | ConversionError]:
    """An address, a file, a folder, a pattern, or an error."""
    if not name:  # the path of nothing would be the folder we are in
        yield UnreadableSource("''", "is an empty name; give the path of a file or folder")
        return
    try:
        path = Path(name)
        status = path.stat()
    except (OSError, ValueError) as error:
        if _WEB.match(name):
            yield _open_address(name, pattern)
        elif _PATTERN.search(name):
            yield from _open_pattern(name, pattern)
        else:
            yield _absent(name, error)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _open_folder(name, path, pattern)
        return
    source = replace(
        pattern,
        name=name,
        path=path,
        base_dir=path.parent,
        root=path.parent,
        relative=_place(name),
    )
    yield from _open_file(source, status, named=True)


def _open_address(address: str, pattern: Source) -> Source:
    """An address, fetched when its document is opened."""
    address = address.strip()
    return replace(pattern, name=address, address=address, relative=url_name(address))


def _open_file(
    source: Source, status: os.stat_result, *, named: bool
) -> Iterator[Source | ConversionError]:
    """A file: itself, what is in it, or, where it was ``named``, what it lists."""
    path = source.path
    assert path is not None
    addresses = None
    try:
        _check_kind(source.name, status)
        _check_size(source.name, status.st_size, max(status.st_size, 1))
        head = _head(source.name, path)
        if kind_of(head):
            label = source.name if source.name != str(path) else ""
            place = "" if named else str(PurePosixPath(source.relative))
            locator = Locator(path, label=label)
            yield from _open_container(locator, source, place)
            return
        _check_size(source.name, status.st_size, source.max_bytes)
        if named:
            addresses = _listed(source.name, head, path)
    except ConversionError as error:
        yield error
        return
    if addresses is None:
        yield source
    else:
        pattern = replace(source, path=None, base_dir=None, root=None)
        yield from (_open_address(each, pattern) for each in addresses)


def _head(name: str, path: Path) -> bytes:
    """The first bytes of a file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise UnreadableSource(name, _reason(error)) from error


def _listed(name: str, head: bytes, whole: bytes | Path) -> list[str] | None:
    """The addresses that a list holds; ``None`` where it is no list."""
    from converters.containers.lists import addresses_in

    data = (whole if isinstance(whole, bytes) else _read(name, whole, MAX_BYTES) for _ in "1")
    return addresses_in(name, head, data)


# --- Containers ----------------------------------------------------------------------------

_ARCHIVE = re.compile(
    r"(?:\.warc|\.tar)?\.(?:zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|warc|maff|mht|mhtml)\Z",
    re.IGNORECASE,
)


def _open_container(
    locator: Locator, pattern: Source, place: str
) -> Iterator[Source | ConversionError]:
    """The documents in a container, whose own place among the outputs is ``place``."""
    try:
        container = open_container(locator)
        members = container.members
    except ConversionError as error:
        yield error
        return
    pattern = replace(pattern, path=None, base_dir=None, root=None, container=locator)
    if container.whole:
        relative = place or pattern.relative or "article"
        if relative.lower().endswith((".gz", ".bz2", ".xz", ".zst")):
            relative = relative.rpartition(".")[0]
        yield replace(pattern, name=locator.name, member=members[0].name, relative=relative)
        return
    below = f"{_ARCHIVE.sub('', place)}/" if place else ""
    found = False
    for member in _wanted(members):
        found = True
        yield from _open_member(container, member, pattern, f"{below}{member}")
    if not found:
        yield UnreadableSource(locator.name, "holds no files that could be articles")


def _open_member(
    container: Container, member: str, pattern: Source, relative: str
) -> Iterator[Source | ConversionError]:
    """A member of a container: itself, or what is in it."""
    assert pattern.container is not None
    outer = pattern.container
    if not kind_of(container.head(member, HEAD)):
        yield replace(pattern, name=f"{outer.name}/{member}", member=member, relative=relative)
        return
    inner = Locator(outer.path, (*outer.inside, member), outer.label)
    try:
        is_whole = open_container(inner).whole
    except ConversionError as error:
        yield error
        return
    if outer.inside and not is_whole:
        reason = "is an archive in an archive in an archive; unpack the outermost first"
        yield UnreadableSource(inner.name, reason)
        return
    yield from _open_container(inner, pattern, relative)


def _wanted(members: Sequence[Member]) -> Iterator[str]:
    """The names of members that may be articles, as in folders."""
    pages: dict[str, set[str]] = {}
    for member in members:
        folder, _, name = member.name.rpartition("/")
        if name.lower().endswith(_PAGE_SUFFIXES):
            pages.setdefault(folder, set()).add(Path(name).stem)
    for member in members:
        parts = member.name.split("/")
        folders = ("/".join(parts[:number]) for number in range(len(parts)))
        if not any(
            _is_skipped(part, number < len(parts) - 1, pages.get(folder, set()))
            for number, (part, folder) in enumerate(zip(parts, folders, strict=True))
        ):
            yield member.name


# --- Patterns ------------------------------------------------------------------------------


def _open_pattern(name: str, pattern: Source) -> Iterator[Source | ConversionError]:
    """The files that a pattern means, in the order of their names."""
    found = list(_matching(name))
    for each in found:
        yield from _open_name(each, pattern)
    if not found:
        yield UnreadableSource(name, "no file has a name like this; check the spelling")


def _matching(pattern: str) -> Iterator[str]:
    """The files and folders that ``pattern`` means.

    ``**`` stands for any folders, walked as named folders are: without hidden ones and without
    following links.
    """
    import glob

    start, stars, rest = pattern.partition("**")
    if not stars:
        yield from sorted(glob.glob(pattern))  # noqa: PTH207 - keeps the path as it was given
        return
    wanted = re.compile(_expression(stars + rest))
    folder = Path(start or ".")
    if _PATTERN.search(start) or not folder.is_dir():
        return
    for entry, relative in _walk(pattern, folder):
        if isinstance(entry, Path) and wanted.fullmatch(relative):
            yield f"{start}{relative}"


def _expression(pattern: str) -> str:
    """A regular expression for a pattern with ``**``."""
    import fnmatch

    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append("(?:[^/]+/)*")
        else:
            # translate() gives (?s:...)\Z, in which only "*" becomes ".*" and "?" ".".
            inner = fnmatch.translate(part)[4:].rpartition(")")[0]
            parts.append(inner.replace(".*", "[^/]*") + "/")
    joined = "".join(parts)
    return joined.removesuffix("/") if not pattern.endswith("**") else joined + "[^/]+"


# --- Files ---------------------------------------------------------------------------------


def _absent(name: str, error: OSError | ValueError) -> ConversionError:
    """Why there is nothing by this name: an address, a slip of the pen, a forbidden folder."""
    match = _ADDRESS.match(name)
    scheme = match[1].lower() if match else ""
    if match and (match[2] or scheme in {"file", "data", "mailto"}):
        return UnknownFormat(name, f"{scheme}: addresses are not read; give the path of a file")
    if isinstance(error, ValueError):
        return UnreadableSource(name, "no file can have this name")
    return UnreadableSource(name, _reason(error))


def _place(name: str) -> str:
    """The place of a file's output: its path as given, unless that leaves the output folder."""
    parts = Path(os.path.normpath(name)).parts
    if Path(name).is_absolute() or ".." in parts:
        parts = parts[-1:]
    return "/".join(parts)


def _check_kind(name: str, status: os.stat_result) -> None:
    """Refuse devices, pipes and sockets, which can block for ever or never end."""
    kinds = (
        (stat.S_ISFIFO, "a pipe; to read from a pipe, name - (standard input)"),
        (stat.S_ISSOCK, "a socket, not a file"),
        (stat.S_ISCHR, "a device, not a file; to read standard input, name -"),
        (stat.S_ISBLK, "a device, not a file"),
    )
    for is_kind, words in kinds:
        if is_kind(status.st_mode):
            raise UnsafeSource(name, f"is {words}")
    if not stat.S_ISREG(status.st_mode):
        raise UnsafeSource(name, "is not an ordinary file")


def _check_size(name: str, size: int, limit: int) -> None:
    """Refuse what is empty or above the limit."""
    if size == 0:
        raise UnreadableSource(name, "is empty")
    if size > limit:
        raise UnsafeSource(name, f"is larger than {_size(limit)}, the most that is read")


def _size(count: int) -> str:
    """A number of bytes for people."""
    for unit, words in ((1024 * 1024, "MiB"), (1024, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {words}"
    return f"{count:,} bytes"


def _read(name: str, path: Path, limit: int) -> bytes:
    """Read a file; what was checked before is checked again, since it may have changed."""
    try:
        # A pipe put in the file's place must not block; Windows has no such flag and no FIFOs.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with os.fdopen(descriptor, "rb") as file:
            _check_kind(name, os.fstat(descriptor))
            data = file.read(limit + 1)
    except OSError as error:
        raise UnreadableSource(name, _reason(error)) from error
    _check_size(name, len(data), limit)
    return data


_BINARY = getattr(os, "O_BINARY", 0)


def _reason(error: OSError) -> str:
    """What is wrong, and what to do about it."""
    if error.errno == errno.ENOENT:
        return "does not exist; check the spelling"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "may not be read; give yourself the permission to read it (chmod u+r)"
    if error.errno == errno.ENOTDIR:
        return "a part of the path is a file, not a folder; check the spelling"
    if error.errno == errno.ELOOP:
        return "is a symbolic link that leads to itself"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is longer than the system allows"
    return f"cannot be read ({error.strerror or error})"


# --- Folders -------------------------------------------------------------------------------


def _open_folder(name: str, folder: Path, pattern: Source) -> Iterator[Source | ConversionError]:
    """Every file below ``folder`` that may be an article, in the order of the names."""
    root = Path(os.path.realpath(folder))  # Path.resolve raises on links that lead to themselves
    found = False
    for entry, relative in _walk(name, folder):
        found = True
        if isinstance(entry, ConversionError):
            yield entry
            continue
        source = replace(
            pattern,
            name=str(entry),
            path=entry,
            base_dir=entry.parent,
            root=folder,
            relative=relative,
        )
        try:
            status = _status_inside(source, entry, root)
        except ConversionError as error:
            yield error
        except OSError as error:
            yield UnreadableSource(source.name, _reason(error))
        else:
            yield from _open_file(source, status, named=False)
    if not found:
        yield UnreadableSource(name, "holds no files that could be articles")


def _status_inside(source: Source, path: Path, root: Path) -> os.stat_result:
    """What the system says of ``path``, if it is really in the folder that the person named."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise UnsafeSource(
            source.name,
            "is a symbolic link that leads out of the folder; name its target to read it",
        )
    return path.stat()


def _walk(name: str, folder: Path) -> Iterator[tuple[Path | ConversionError, str]]:
    """The files below ``folder`` and their paths below it, in the order of these paths; folders
    that cannot be read as errors.

    Symbolic links to folders are not entered, since what they lead to is either inside, and
    walked anyway, or outside. A stack and no recursion, since folders can nest deeply.
    """  # noqa: D205 - the first sentence needs two lines
    stack: list[tuple[Path, str, bool]] = [(folder, "", True)]
    while stack:
        path, relative, is_folder = stack.pop()
        if not is_folder:
            yield path, relative
            continue
        try:
            entries = _entries(path)
        except OSError as error:
            yield UnreadableSource(str(path) if relative else name, _reason(error)), relative
            continue
        stack.extend(
            (path / entry, f"{relative}/{entry}" if relative else entry, inner)
            for entry, inner in reversed(entries)
        )


def _entries(folder: Path) -> list[tuple[str, bool]]:
    """The names in ``folder`` that count, sorted, and whether each is a folder."""
    with os.scandir(folder) as scanned:
        entries = sorted(scanned, key=lambda entry: entry.name)
    pages = {Path(e.name).stem for e in entries if e.name.lower().endswith(_PAGE_SUFFIXES)}
    found = []
    for entry in entries:
        is_folder = _is_folder(entry)
        if _is_skipped(entry.name, is_folder, pages) or (is_folder and entry.is_symlink()):
            continue
        found.append((entry.name, is_folder))
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or leads to one; a link to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_skipped(name: str, is_folder: bool, pages: set[str]) -> bool:
    """Whether an entry of a folder is hidden, a tool's, or part of a saved page."""
    if name.startswith(".") or name in _SKIPPED_FOLDERS:
        return True
    if is_folder:
        return any(name.endswith(end) and name[: -len(end)] in pages for end in _COMPANIONS)
    return Path(name).suffix.lower() in ASSET_SUFFIXES
