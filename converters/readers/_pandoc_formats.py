"""Which of pandoc's formats a document is in: by its content, then by its name.

ZIP packages are opened by their list of entries only, and measured before pandoc sees them: what
they declare to hold is limited, and what is encrypted is told apart from what is broken.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converters.errors import UnreadableSource, UnsafeSource

if TYPE_CHECKING:
    from converters.source import Document

__all__ = ["FORMATS", "Format", "Guess", "guess", "member", "open_package"]

_MAX_ENTRIES = 20_000
_MAX_UNPACKED = 256 * 1024 * 1024
_MAX_MEMBER = 1024 * 1024
_HEAD = 16_384  # characters that are looked at
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: ``reader`` is pandoc's name with extensions, ``media`` whether it holds pictures.

    ``binary`` formats are handed over as they are, the others decoded and as UTF-8. ``signs``
    are what two texts in three of the format have. ``arguments`` are further ones for pandoc.
    """

    name: str
    reader: str
    suffixes: tuple[str, ...] = ()
    binary: bool = False
    media: bool = False
    signs: re.Pattern[str] | None = None
    arguments: tuple[str, ...] = ()


def _signs(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _table(*formats: Format) -> Mapping[str, Format]:
    return {item.name: item for item in formats}


FORMATS = _table(
    Format("markdown", "", (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")),
    Format(
        "docx",
        "docx",
        (".docx", ".docm", ".dotx"),
        binary=True,
        media=True,
        arguments=("--track-changes=all",),
    ),
    Format("odt", "odt", (".odt", ".ott"), binary=True, media=True),
    Format("epub", "epub", (".epub",), binary=True, media=True),
    Format("pptx", "pptx", (".pptx",), binary=True, media=True),
    Format("xlsx", "xlsx", (".xlsx",), binary=True),
    Format("rtf", "rtf", (".rtf",), binary=True, media=True),
    Format("fb2", "fb2", (".fb2",), media=True),
    Format("ipynb", "ipynb", (".ipynb",), media=True),
    Format(
        "latex",
        "latex",
        (".tex", ".latex", ".ltx"),
        signs=_signs(r"^[ \t]*\\(?:documentclass|begin\{|(?:sub)*section\*?\{|usepackage)"),
        arguments=("--verbose",),
    ),
    Format(
        "rst",
        "rst",
        (".rst", ".rest"),
        signs=_signs(r"^\.\. [\w-]+::|^\S.*\n([=\-~^\"'#*+])\1{2,}$|::\n\n[ \t]|`_(?:\W|$)"),
        arguments=("--standalone",),
    ),
    Format(
        "org",
        "org-special_strings",
        (".org",),
        signs=_signs(r"^#\+[A-Za-z_]+:|^\*+ \S|\[\[[^\]\n]+\]"),
    ),
    Format(
        "mediawiki",
        "mediawiki",
        (".wiki", ".mediawiki", ".wikitext"),
        signs=_signs(r"^(={1,6})[^=\n]+\1[ \t]*$|'''|\[\[[^\]\n]+\]\]|^\{\||\{\{\w"),
    ),
    Format("typst", "typst", (".typ",), signs=_signs(r"^=+ \S|^#(?:set|let|show|import)\b")),
    Format("textile", "textile-smart", (".textile",), signs=_signs(r"^(?:h[1-6]|p|bq)\. ")),
    Format("dokuwiki", "dokuwiki-smart", (".dokuwiki",), signs=_signs(r"^={2,6} .* ={2,6}$")),
    Format("creole", "creole", (".creole",)),
    Format("tikiwiki", "tikiwiki", (".tikiwiki",)),
    Format("twiki", "twiki", (".twiki",)),
    Format("vimwiki", "vimwiki", (".vimwiki",)),
    Format("jira", "jira", (".jira",)),
    Format("muse", "muse", (".muse",)),
    Format("t2t", "t2t", (".t2t",)),
    Format("djot", "djot", (".dj", ".djot")),
    Format("asciidoc", "asciidoc", (".adoc", ".asciidoc")),
    Format("docbook", "docbook", (".dbk", ".docbook")),
    Format("jats", "jats", (".jats", ".nxml")),
    Format("man", "man", (".man",), signs=_signs(r"^\.(?:TH|SH)\b")),
    Format("csv", "csv", (".csv",)),
    Format("tsv", "tsv", (".tsv",)),
    Format("haddock", "haddock"),
    Format("opml", "opml"),
    Format("native", "native"),
)
"""The formats, by the names that people give; pandoc's own but for ``markdown``."""

_BY_SUFFIX = {suffix: item for item in FORMATS.values() for suffix in item.suffixes}
_PACKAGES = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
)
_MEDIA_TYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
}
_NOTEBOOK = re.compile(r'\A\s*\{.*?"(?:cells|nbformat|worksheets)"\s*:', re.DOTALL)
_XML = (
    (re.compile(r"<FictionBook\b"), "fb2"),
    (re.compile(r"-//(?:NLM|NISO)//DTD|<article\b[^>]*\barticle-type="), "jats"),
    (re.compile(r"-//OASIS//DTD DocBook|http://docbook\.org/ns/docbook"), "docbook"),
)
_LATEX_START = re.compile(r"\A(?:\s*%[^\n]*\n|\s)*\\documentclass\b")
_ORG_START = re.compile(
    r"\A(?:\s|#[^\n+][^\n]*\n)*#\+(?:TITLE|AUTHOR|DATE|OPTIONS):", re.IGNORECASE
)
_WIKI_HEADING = re.compile(r"^(={2,5})[^=\n]{1,120}\1[ \t]*$", re.MULTILINE)
_WIKI_MARK = re.compile(r"'''[^'\n]|\[\[[^\]\n]{1,200}\]\]")
_RST_DIRECTIVE = re.compile(r"^\.\. [a-z][\w-]*::", re.MULTILINE)
_RST_TITLE = re.compile(r"^\S[^\n]{0,200}\n([=\-~^\"'#*+])\1{2,}[ \t]*$", re.MULTILINE)
_MARKDOWN_SIGN = re.compile(
    r"^#{1,6} \S|\]\([^)\s]+\)|^```|^(?:[-*+]|\d+\.) \S|\*\*\S|^> ", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A format, and how sure it is: 0 to 100. ``format`` is ``None`` where there is none."""

    format: Format | None
    sure: int


# A RuntimeError is what zipfile raises for ways of packing and of locking that it does not know.
_UNOPENED = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError)


def guess(document: Document) -> Guess:
    """The format of ``document``, looking at its first few thousand characters."""
    data = document.data
    if data.startswith(b"PK\x03\x04"):
        return _package(document)
    if data.startswith(_OLE):
        office = _BY_SUFFIX.get(document.suffix)
        known = office is not None and office.binary
        return Guess(FORMATS["docx"], 92 if known or document.suffix == ".doc" else 0)
    if data[:64].lstrip().startswith(_RTF):
        return Guess(FORMATS["rtf"], 97)
    named = _BY_SUFFIX.get(document.suffix)
    if document.binary:
        # A broken package: whoever calls it a book or a document is told what is wrong with it.
        broken = named is not None and named.binary
        return Guess(named, 60) if broken else Guess(None, 0)
    return _text(document.text[:_HEAD], None if named and named.binary else named)


def _package(document: Document) -> Guess:
    """What a ZIP package holds."""
    named = _BY_SUFFIX.get(document.suffix)
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as package:
            names = set(package.namelist())
            kind = package.read("mimetype") if _is_small(package, "mimetype") else b""
    except _UNOPENED:
        broken = named is not None and named.binary
        return Guess(named, 92) if broken else Guess(None, 0)
    name = _MEDIA_TYPES.get(kind.strip(), "")
    name = name or next((format_ for member, format_ in _PACKAGES if member in names), "")
    if name:
        return Guess(FORMATS[name], 97)
    if named is not None and named.binary:
        return Guess(named, 92)  # to say that it is none
    return Guess(None, 0)


def _is_small(package: zipfile.ZipFile, name: str) -> bool:
    try:
        return package.getinfo(name).file_size <= 200
    except KeyError:
        return False


def _text(head: str, named: Format | None) -> Guess:
    """The format of a text that begins with ``head`` and has the suffix of ``named``."""
    for pattern, name in _XML:
        if head.lstrip("\ufeff \n\t").startswith("<") and pattern.search(head[:2000]):
            return Guess(FORMATS[name], 93)
    may_be = named is None or named.name == "ipynb"
    if may_be and _NOTEBOOK.search(head) and ('"nbformat"' in head or '"cell_type"' in head):
        return Guess(FORMATS["ipynb"], 95)
    if _LATEX_START.match(head):
        return Guess(FORMATS["latex"], 93)
    if _ORG_START.match(head) and (named is None or named.name == "org"):
        return Guess(FORMATS["org"], 91)
    if named is not None and named.name != "markdown":
        fits = named.signs is None or named.signs.search(head) is not None
        return Guess(named, 91 if fits else 50)
    if named is None and len(_WIKI_HEADING.findall(head)) > 1 and _WIKI_MARK.search(head):
        return Guess(FORMATS["mediawiki"], 70)
    if named is None and _RST_DIRECTIVE.search(head) and _RST_TITLE.search(head):
        return Guess(FORMATS["rst"], 70)
    return Guess(FORMATS["markdown"], _markdown(head, named))


def _markdown(head: str, named: Format | None) -> int:
    """How sure it is that a text is Markdown of nobody else's."""
    if head.lstrip("\ufeff \n\t").startswith("<"):
        return 5  # HTML, whatever it is called
    if named is not None:
        return 50
    signs = len(_MARKDOWN_SIGN.findall(head))
    return 45 if signs > 2 else 30 if signs > 1 else 5


# --- Packages ------------------------------------------------------------------------------


def open_package(data: bytes, wanted: Format, source: str) -> zipfile.ZipFile | None:
    """The package of a document in ``wanted``, measured; ``None`` where the format is no package.

    Raises :class:`~converters.errors.UnreadableSource` where the document is none of its format,
    and :class:`~converters.errors.UnsafeSource` where it would unpack to too much.
    """
    if not wanted.binary or wanted.name == "rtf":
        return None
    name = wanted.name.upper()
    if data.startswith(_OLE):
        raise UnreadableSource(source, _old_office(data, name))
    if not data.startswith(b"PK"):
        what = (
            "an HTML page" if re.match(rb"\s*<(?:!doctype|html)", data[:500], re.IGNORECASE) else ""
        )
        reason = f"is no {name} file" + (f" but {what}; name it .html" if what else "")
        raise UnreadableSource(source, reason if what else f"{reason}: it is not a ZIP package")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except _UNOPENED as error:
        reason = f"is a broken {name} file: its package cannot be opened; get it again"
        raise UnreadableSource(source, reason) from error
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or total > _MAX_UNPACKED:
        size = _MAX_UNPACKED // 2**20
        raise UnsafeSource(source, f"unpacks to more than {size} MB or {_MAX_ENTRIES:,} files")
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries) or _is_protected(package, names):
        raise UnreadableSource(source, "is encrypted; save it without its password or protection")
    needed = {kind: part for part, kind in _PACKAGES} | {
        "odt": "content.xml",
        "epub": "META-INF/container.xml",
    }
    if needed.get(wanted.name, "") not in names:
        reason = f"is no {name} file: its package holds no {needed[wanted.name]}"
        raise UnreadableSource(source, reason)
    return package


def _old_office(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is encrypted; save it without its password"
    if name == "DOCX":
        return "is an old Word document (.doc), which is not read; save it as .docx"
    return f"is an old Office document, not a {name} file"


def _is_protected(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether a book or an ODT is encrypted inside; fonts of books may be."""
    if "META-INF/encryption.xml" in names:
        text = member(package, "META-INF/encryption.xml")
        ways = re.findall(rb'EncryptionMethod[^>]*Algorithm="([^"]*)"', text)
        fonts = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
        if any(way not in fonts for way in ways):
            return True
    return b"encryption-data" in member(package, "META-INF/manifest.xml")


def member(package: zipfile.ZipFile, name: str) -> bytes:
    """A small member of a package; nothing where it is absent, broken or large."""
    try:
        with package.open(name) as file:
            data = file.read(_MAX_MEMBER + 1)
    except (KeyError, zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError):
        return b""
    except Exception as error:  # zlib.error and its kin, which share no base
        if type(error).__module__ in ("zlib", "lzma"):
            return b""
        raise
    return data if len(data) <= _MAX_MEMBER else b""
