"""Characters that no installed font can draw: what to tell the person."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

__all__ = ["advice"]

_CJK = "fonts-noto-cjk"
_EMOJI = "fonts-noto-color-emoji"
_MOST_SCRIPTS = "fonts-noto-core"

# First code point of a stretch, and the Debian package that has its glyphs. Blocks as in
# https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt; an empty name: no package has them.
_PACKAGES: tuple[tuple[int, str], ...] = (
    (0x0000, _MOST_SCRIPTS),
    (0x2E80, _CJK),
    (0xA4D0, _MOST_SCRIPTS),
    (0xAC00, _CJK),
    (0xE000, ""),  # private use
    (0xF900, _CJK),
    (0xFB00, _MOST_SCRIPTS),
    (0xFE30, _CJK),
    (0xFE70, _MOST_SCRIPTS),
    (0xFF00, _CJK),
    (0xFFF0, _MOST_SCRIPTS),
    (0x1F000, _EMOJI),
    (0x1F700, _MOST_SCRIPTS),  # alchemy, geometry, arrows
    (0x1F900, _EMOJI),
    (0x1FB00, _MOST_SCRIPTS),
    (0x20000, "fonts-hanazono"),
    (0x2EBF0, "fonts-babelstone-han"),
    (0x40000, ""),
)
_STARTS = [start for start, _ in _PACKAGES]
_SHOWN = 8


def advice(characters: Iterable[str], fate: str = "printed as empty boxes") -> list[str]:
    """One sentence for each Debian package that has glyphs which are missing here.

    ``characters`` are those that no font has; ``fate`` is what became of them.
    """
    lacking: dict[str, list[str]] = {}
    for character in characters:
        lacking.setdefault(_package(character), []).append(character)
    return [_sentence(package, found, fate) for package, found in sorted(lacking.items())]


def _package(character: str) -> str:
    if unicodedata.category(character) == "Cn" and ord(character) < 0x2EBF0:
        return ""
    return _PACKAGES[bisect_right(_STARTS, ord(character)) - 1][1]


def _sentence(package: str, characters: list[str], fate: str) -> str:
    shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in characters[:_SHOWN])
    if len(characters) > _SHOWN:
        shown += f" and {len(characters) - _SHOWN} more"
    if not package:
        return f"no font has {shown}: {fate}; these are not standard characters"
    return (
        f"no installed font has {shown}: {fate}; "
        f"a font that has them is in the Debian package {package}"
    )
