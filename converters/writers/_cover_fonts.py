"""Fonts for a cover: which faces have the characters of a text, as fontconfig would choose them.

Pillow draws with FreeType and, through Raqm (https://github.com/HOST-Oman/libraqm), with HarfBuzz
and FriBidi; it takes one face at a time and does not look for others. Faces are found by
fontconfig's own command, which takes 15 ms where loading all fonts of a system takes 100, and only
those that are tried are opened.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, overload

from PIL import Image, ImageDraw, ImageFont, features

from converters.languages import is_cjk_char, primary

__all__ = [
    "BITMAP",
    "JOINERS",
    "Direction",
    "Face",
    "Weight",
    "faces",
    "font_of",
    "has_raqm",
    "shaping",
]

Weight = Literal["bold", "regular"]
Direction = Literal["ltr", "rtl"]

JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""Characters that show nothing and say how their neighbours are drawn."""

# Serif faces that Linux, macOS and other systems have, the best first.
_LATIN, _OTHER_LATIN = "Noto Serif", "Source Serif 4,Georgia,Liberation Serif,Times New Roman"
_CJK = {
    "Hans": "Noto Serif CJK SC,Source Han Serif SC,Noto Serif SC,Songti SC,SimSun,Noto Sans CJK SC",
    "Hant": "Noto Serif CJK TC,Source Han Serif TC,Songti TC,PMingLiU,Noto Sans CJK TC",
    "ja": "Noto Serif CJK JP,Source Han Serif,Noto Serif JP,Hiragino Mincho ProN,Noto Sans CJK JP",
    "ko": "Noto Serif CJK KR,Source Han Serif K,Noto Serif KR,AppleMyungjo,Noto Sans CJK KR",
}
_OTHERS = {"ARABIC": "Noto Naskh Arabic"}
# Where there is no fontconfig: macOS.
_FOLDERS = ("/System/Library/Fonts", "/System/Library/Fonts/Supplemental", "/Library/Fonts")
_FILES = (
    "Georgia Bold.ttf Georgia.ttf Songti.ttc AppleMyungjo.ttf GeezaPro.ttc SFHebrew.ttf "
    "PingFang.ttc AppleSDGothicNeo.ttc Times.ttc"
).split()
_SECONDS = 10
# Faces that are tried for the whole text, and then for characters that none of them has.
_FACES, _ASKED = 6, 60
_FAVOURED = 8
# The size at which glyphs are measured, in pixels, and the one size that emoji fonts come in.
_UNIT, BITMAP = 100, 109


@dataclass(frozen=True, slots=True)
class _File:
    """A font file and the number of the face in it; ``path`` empty: the font Pillow brings."""

    path: str
    index: int = 0


@cache
def has_raqm() -> bool:
    return bool(features.check("raqm"))


@lru_cache(maxsize=64)
def font_of(file: _File, size: int) -> ImageFont.FreeTypeFont:
    if not file.path:
        found = ImageFont.load_default(size)
        assert isinstance(found, ImageFont.FreeTypeFont)
        return found
    return ImageFont.truetype(file.path, size, file.index)


class Face:
    """A face at any size: vector fonts are scaled, bitmap fonts have one size of their own."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.bitmap = False
        try:
            font_of(file, _UNIT)
        except OSError:
            font_of(file, BITMAP)
            self.bitmap = True
        name = font_of(file, self.size(_UNIT)).getname()[0] or ""
        self.is_cjk = " CJK " in f"{name} " or name.startswith(("Source Han", "Songti"))
        self._known: dict[str, bool] = {}
        self._nothing = self._ink("\U0010fffe")

    def size(self, wanted: int) -> int:
        """The size to draw at."""
        return BITMAP if self.bitmap else wanted

    def _ink(self, character: str) -> bytes:
        font = font_of(self.file, self.size(24))
        pad = 2 * self.size(24)
        canvas = Image.new("RGBA" if self.bitmap else "L", (pad, pad))
        try:
            ImageDraw.Draw(canvas).text(
                (8, 8), character, "white", font, embedded_color=self.bitmap
            )
        except OSError:  # an outline of a kind that FreeType does not draw
            return b""
        return canvas.tobytes()

    def has(self, character: str) -> bool:
        """Whether there is a glyph for ``character``."""
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = self._has(character)
        return known

    def _has(self, character: str) -> bool:
        if character.isspace() or character in JOINERS:
            return not self.bitmap
        if unicodedata.category(character) == "Co":
            return False  # for private use: what a font has there is its own affair
        if self.is_cjk and "\u0370" <= character <= "\u052f":
            return False  # Greek and Cyrillic are as wide as ideographs there
        if self.bitmap and character.isascii():
            return False  # digits, for keycaps
        ink = self._ink(character)
        # A mark alone may show nothing; for anything else that means that there is no glyph.
        return ink != self._nothing and (any(ink) or unicodedata.category(character)[0] == "M")

    def length(self, text: str, direction: Direction, *, half: bool = False) -> float:
        """The width of ``text`` in em."""
        size = self.size(_UNIT)
        return font_of(self.file, size).getlength(text, **shaping(direction, half=half)) / size


def shaping(direction: Direction, *, half: bool) -> dict[str, Any]:
    """Pillow's arguments for a run; ``half``: marks without the blank half of their square."""
    if not has_raqm():
        return {}
    return {"direction": direction, **({"features": ["halt"]} if half else {})}


@lru_cache(maxsize=64)
def _matched(pattern: str, most: int) -> tuple[_File, ...]:
    """The fonts that fontconfig has for ``pattern``, the best first."""
    command = shutil.which("fc-match")
    if command is None:
        return _without_fontconfig()
    try:
        found = subprocess.run(  # noqa: S603 - fixed words, families of ours, hexadecimal digits
            [command, "-s", "-f", "%{file}\t%{index}\n", pattern],
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return _without_fontconfig()
    files: dict[_File, None] = {}
    for line in found.stdout.decode(errors="surrogateescape").splitlines():
        path, _, index = line.partition("\t")
        # Above 16 bits the number says which instance of a variable font is meant.
        files.setdefault(_File(path, int(index or 0) & 0xFFFF))
        if len(files) == most:
            break
    return tuple(files)


# Where fonts and what is known of them lie. The person's language would have a say otherwise.
_VARIABLES = (
    "HOME PATH FONTCONFIG_FILE FONTCONFIG_PATH XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME"
)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _VARIABLES.split() if name in os.environ}
    return {**kept, "LC_ALL": "C"}


@cache
def _without_fontconfig() -> tuple[_File, ...]:
    paths = [Path(folder, name) for name in _FILES for folder in _FOLDERS]
    return (*(_File(str(path)) for path in paths if path.is_file()), _File(""))


@cache
def _face(file: _File) -> Face | None:
    """The face in ``file``; ``None`` where it cannot be used."""
    try:
        return Face(file)
    except (OSError, ValueError):
        return None


class Faces(Sequence[Face]):
    """Faces that are opened when they are asked for: most texts need the first alone."""

    def __init__(self, files: Iterable[_File]) -> None:
        self._files = iter(files)
        self._opened: list[Face] = []

    def add(self, files: Iterable[_File]) -> None:
        """Ask ``files`` after the others."""
        self._files = chain(self._files, files)

    def _open(self) -> bool:
        """Open another one; whether there was one."""
        for file in self._files:
            if (face := _face(file)) is not None:
                self._opened.append(face)
                return True
        return False

    def __len__(self) -> int:
        while self._open():
            pass
        return len(self._opened)

    @overload
    def __getitem__(self, place: int) -> Face: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Face]: ...
    def __getitem__(self, place: int | slice) -> Face | Sequence[Face]:
        if isinstance(place, slice):
            return self._opened[: len(self)][place]
        while len(self._opened) <= place:
            if not self._open():
                raise IndexError(place)
        return self._opened[place]


# --- Which ---------------------------------------------------------------------------------


def faces(text: str, language: str, weight: Weight) -> Faces:
    """The faces for ``text`` in ``language``, the one to ask first before the others.

    Not every character need be in one of them.
    """
    letters = {character for character in text if not character.isascii()}
    families = ",".join(_families(letters, language))
    found = Faces(_matched(f"{families},serif:weight={weight}:slant=roman", _FACES))
    lacking = [each for each in sorted(letters) if not any(face.has(each) for face in found)]
    if lacking:
        asked = " ".join(f"{ord(character):x}" for character in lacking[:_ASKED])
        found.add(_matched(f"serif:weight={weight}:charset={asked}", _FAVOURED))
    return found


def _families(letters: set[str], language: str) -> list[str]:
    """The families to ask for, the best first; what a system does not have does no harm."""
    found = [_LATIN]
    # Unicode names letters by their script: ARABIC LETTER BEH.
    names = {unicodedata.name(each, "").partition(" ")[0] for each in letters if each.isalpha()}
    names -= {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
    found += [
        _OTHERS.get(name, f"Noto Serif {name.title()}") for name in sorted(names) if name.isalpha()
    ]
    found.append(_OTHER_LATIN)
    if any(map(is_cjk_char, letters)):
        found.insert(0, _CJK[_writing(letters, language)])
    return found


def _writing(letters: set[str], language: str) -> str:
    """Whose shapes of ideographs are meant: a key of :data:`_CJK`."""
    own = primary(language)
    if own in ("ja", "ko"):
        return own
    if any("\u3040" <= letter <= "\u30ff" for letter in letters):
        return "ja"
    if any("\uac00" <= letter <= "\ud7a3" for letter in letters):
        return "ko"
    return "Hant" if "Hant" in language or own == "yue" else "Hans"
