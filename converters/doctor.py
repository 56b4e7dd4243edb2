"""What the machine lacks, and the command that adds it."""

from __future__ import annotations

import ctypes.util
import platform
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator

from msgspec import Struct

from converters import plugins
from converters.readers import READERS, readers
from converters.writers import WRITERS, writers

__all__ = ["Check", "checks"]

_SECONDS = 20
# What styles/ names first, and the Debian package that has it.
_FONTS = (
    ("Noto Serif CJK SC", "fonts-noto-cjk", "Chinese, Japanese and Korean, serif"),
    ("Noto Sans CJK SC", "fonts-noto-cjk", "Chinese, Japanese and Korean, sans serif"),
    ("Noto Serif", "fonts-noto-core", "Latin, Greek and Cyrillic, serif"),
    ("Noto Sans", "fonts-noto-core", "Latin and most other scripts"),
    ("Noto Sans Mono", "fonts-noto-mono", "code"),
    ("Noto Color Emoji", "fonts-noto-color-emoji", "emoji"),
)


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked for: what, whether it is there, and what to do where it is not."""

    what: str
    found: bool
    detail: str
    remedy: str = ""


def checks() -> Iterator[Check]:
    """Look for everything that reading and writing need, one after the other."""
    yield _python()
    yield _pandoc()
    yield _weasyprint()
    yield _subsetter()
    yield from _fonts()
    yield from _plugins()


def _plugins() -> Iterator[Check]:
    """Every plug-in that is installed: whether its code loads."""
    for table, ours in ((readers(), READERS), (writers(), WRITERS)):
        for name, format_ in table.items():
            if name in ours:
                continue
            try:
                format_.load()
            except Exception as error:  # noqa: BLE001 - code of others, which may raise anything
                plugins.blame(name, error)
            else:
                yield Check(what=f"plug-in {name}", found=True, detail=format_.description)
    for problem in plugins.problems():
        yield Check(
            what=f"plug-in {problem.name}",
            found=False,
            detail=problem.reason,
            remedy=f"pip install --upgrade {problem.package}, or pip uninstall it",
        )


def _python() -> Check:
    version = platform.python_version()
    return Check(
        what="Python",
        found=sys.version_info >= (3, 11),
        detail=version,
        remedy="" if sys.version_info >= (3, 11) else "install Python 3.11 or newer",
    )


def _pandoc() -> Check:
    try:
        import pypandoc

        return Check(what="pandoc", found=True, detail=str(pypandoc.get_pandoc_version()))
    except (ImportError, OSError) as error:
        return Check(
            what="pandoc",
            found=False,
            detail=_first_line(error),
            remedy="pip install pypandoc_binary",
        )


def _weasyprint() -> Check:
    """WeasyPrint loads Pango when it is imported: that it comes up is the test."""
    try:
        with warnings.catch_warnings():  # that there is no font is told below
            warnings.simplefilter("ignore")
            import weasyprint

        return Check(what="WeasyPrint with Pango (PDF)", found=True, detail=weasyprint.__version__)
    except (ImportError, OSError) as error:
        return Check(
            what="WeasyPrint with Pango (PDF)",
            found=False,
            detail=_first_line(error),
            remedy="apt-get install libpango-1.0-0 libpangoft2-1.0-0",
        )


def _subsetter() -> Check:
    """Without HarfBuzz's subsetter a PDF with Chinese takes many seconds."""
    found = ctypes.util.find_library("harfbuzz-subset")
    return Check(
        what="HarfBuzz subsetting (small PDFs, quickly)",
        found=bool(found),
        detail=found or "not found",
        remedy="" if found else "apt-get install libharfbuzz-subset0",
    )


def _fonts() -> Iterator[Check]:
    command = shutil.which("fc-list")
    if command is None:
        yield Check(
            what="fonts",
            found=False,
            detail="cannot be listed: there is no fc-list",
            remedy="apt-get install fontconfig",
        )
        return
    for family, package, use in _FONTS:
        found = _has_font(command, family)
        yield Check(
            what=f"font {family}",
            found=found,
            detail=use,
            remedy="" if found else f"apt-get install {package}",
        )


def _has_font(command: str, family: str) -> bool:
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command and families of our own
            [command, family, "family"], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(listed.stdout.strip())


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
