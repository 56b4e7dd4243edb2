"""WeasyPrint, held by the reins: imported late and fast, reading nothing but what it is handed.

What this package knows about WeasyPrint's inner side is here and in what ``_pdf_patch`` applies.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, Self, cast
from xml.etree import ElementTree

from converters.collection import without_collection
from converters.errors import WriteError
from converters.writers import _pdf_patch

if TYPE_CHECKING:
    from types import ModuleType

__all__ = [
    "SCHEME",
    "Messages",
    "elsewhere",
    "engine",
    "fetcher",
    "fonts",
    "parse",
]

SCHEME = "broadsheet:"
"""What the addresses of our own resources begin with: no library opens one of these."""


def elsewhere(anchor: str) -> str:
    """The address of a link to ``anchor`` in another part of the file."""
    return f"{SCHEME}#{anchor}"


class Resource(Protocol):
    """A resource that can be asked for its bytes, late and as often as needed."""

    @property
    def media_type(self) -> str: ...
    @property
    def data(self) -> bytes: ...


_MISSING_GLYPH = ".notdef glyph rendered"
_TOO_MANY = "Too many glyphs missing"  # said in more useful words by _pdf_fonts


@cache
def engine() -> ModuleType:
    """WeasyPrint, imported.

    On Linux WeasyPrint asks ``ctypes`` for six libraries under names that only exist on Windows,
    and each question starts up to three programs (``ldconfig``, ``gcc``, ``ld``): two thirds of a
    second's import went there. With no answer to them it goes on to the real names at once.

    Raises :class:`~converters.errors.WriteError` where a library that it needs is not installed.
    """
    try:
        with _quick_library_search(), without_collection(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of missing fonts, which fonts() tells
            import weasyprint
    except (ImportError, OSError) as error:
        reason = (
            f"WeasyPrint cannot start ({_first_line(error)}): install Pango and HarfBuzz "
            "(Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
        )
        raise WriteError("PDF", reason) from error
    _pdf_patch.apply(weasyprint)
    # Its progress goes nowhere, and its messages only to those who asked (see Messages).
    logging.getLogger("weasyprint").propagate = False
    return cast("ModuleType", weasyprint)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _quick_library_search() -> Iterator[None]:
    if not sys.platform.startswith("linux"):
        yield
        return
    import ctypes.util

    original = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005 - ctypes calls it by position
    try:
        yield
    finally:
        ctypes.util.find_library = original


_of_thread = threading.local()


def fonts() -> Any:
    """The fonts of this machine, for all documents of this thread: Pango's map is of one thread.

    Raises :class:`~converters.errors.WriteError` where there are none at all.
    """
    engine()
    from weasyprint.text.ffi import ffi, fontconfig
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_of_thread, "fonts"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "Expect ugly output"
            found = FontConfiguration()
        installed = fontconfig.FcConfigGetFonts(found._config, fontconfig.FcSetSystem)  # noqa: SLF001
        if installed == ffi.NULL or not installed.nfont:
            reason = "no font is installed (Debian: fonts-noto-core fonts-noto-cjk fonts-noto-mono)"
            raise WriteError("PDF", reason)
        _of_thread.fonts = found
    return _of_thread.fonts


def fetcher(resources: Mapping[str, Resource]) -> Any:
    """A fetcher that serves ``resources`` by their address and refuses every other address."""
    engine()
    return _fetcher_class()(resources)


@cache
def _fetcher_class() -> type[Any]:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class MemoryFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Serves what is in memory. None of its parent's openers is ever built."""

        # The parent's __init__ makes handlers for http, ftp, file and data, and loads the
        # system's certificates: all that must not be.
        def __init__(self, resources: Mapping[str, Resource]) -> None:
            self._resources = resources
            self._fail_on_errors = False

        def fetch(self, url: str, headers: object = None) -> Any:
            resource = self._resources.get(url)
            if resource is None:
                raise ValueError("only what the article and the style hold is read")
            return URLFetcherResponse(url, resource.data, {"Content-Type": resource.media_type})

        def open(self, url: Any, data: object = None, timeout: object = None) -> Any:
            return self.fetch(getattr(url, "full_url", url))

        def __call__(self, url: str) -> Any:
            return self.fetch(url)

    return MemoryFetcher


def parse(xhtml: str, fetch: Any) -> Any:
    """``xhtml``, a whole document, as what WeasyPrint renders.

    It is parsed as XML: that is ten times as fast as WeasyPrint's own parser, and unlike HTML's
    rules it lets a note with lists and tables stand where it is called, within a paragraph.
    """
    return _document_class()(xhtml, fetch)


@cache
def _document_class() -> type[Any]:
    weasyprint = engine()
    import cssselect2

    class Document(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """A document of our own making instead of one that is fetched and parsed as HTML."""

        def __init__(self, xhtml: str, fetch: Any) -> None:
            # No DTD can be in it: every "<" of a text is escaped by _xhtml.text().
            root = ElementTree.fromstring(xhtml)  # noqa: S314
            self.base_url = None
            self.url_fetcher = fetch
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(
                root, content_language=None
            )
            self.etree_element = root

    return Document


class Messages(logging.Handler):
    """What WeasyPrint says while a document is made, in this thread: used as a context manager.

    ``missing`` gathers the characters for which no font has a glyph, ``others`` all the rest: an
    unknown property of a style sheet, a refused address, a picture that cannot be decoded.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: dict[str, None] = {}
        self.others: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Sort one message; those of other threads belong to other documents."""
        if record.thread != self._thread:
            return
        arguments = record.args if isinstance(record.args, tuple) else ()
        if str(record.msg).startswith(_MISSING_GLYPH) and arguments:
            self.missing[str(arguments[0])] = None
        elif not str(record.msg).startswith(_TOO_MANY):
            self.others.append(record.getMessage())

    def __enter__(self) -> Self:
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *details: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
