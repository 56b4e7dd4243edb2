"""Style sheets: where they lie, and how a person names one.

The project's own are in ``styles/`` at the top of the repository and, in an installed package,
in ``converters/styles``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from converters.errors import ConversionError

__all__ = ["MAX_BYTES", "folder", "looks", "own", "style"]

MAX_BYTES = 1_000_000
"""Largest style sheet that is read, in bytes."""

# Sheets that belong to one format; every other file in the folder is a look that people can name.
_PARTS = frozenset(
    """epub epub-duokan epub-kobo epub-vertical
    page print print-edition print-scripts reading webpage""".split()
)
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@cache
def folder() -> Path:
    """The folder of the project's own style sheets."""
    package = Path(__file__).resolve().parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"


@cache
def own(name: str) -> str:
    """The project's own style sheet ``name`` (``reading``, ``epub``, ``print``)."""
    return (folder() / f"{name}.css").read_text(encoding="utf-8")


def looks() -> tuple[str, ...]:
    """The names of the looks of print, beside the one without a name."""
    return tuple(sorted(path.stem for path in folder().glob("*.css") if path.stem not in _PARTS))


def style(name: str, *, printed: bool = True) -> str:
    """The style sheet that a person asked for, by a look's name or the path of a CSS file.

    An empty ``name`` adds nothing. The looks there are belong to ``printed`` pages. Raises
    :class:`~converters.errors.ConversionError` where there is no such style sheet, or where it is
    no UTF-8 text or larger than :data:`MAX_BYTES`.
    """
    if not name:
        return ""
    names = looks() if printed else ()
    if _NAME.fullmatch(name) and name in names:
        return own(name)
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read as a CSS file ({reason})"
        if printed:
            message += f", and no look has this name ({', '.join(names)})"
        elif name in looks():
            message += "; the look of this name is one of printed pages (PDF)"
        raise ConversionError(name, message) from error
    if len(data) > MAX_BYTES:
        raise ConversionError(name, f"is larger than a style sheet may be ({MAX_BYTES} bytes)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConversionError(name, "is not UTF-8: save the style sheet as UTF-8") from error
