"""The fonts of a file whose pages were laid out in several processes.

WeasyPrint embeds the fonts of a document as subsets when it writes it. The parts of a file leave
theirs out and say which glyphs of which font they use; the document that becomes the file, which
is written when the others are known, loads the same fonts and embeds them once for all
(:func:`adopt`).

A font is found again by its description, which Pango made of what it had chosen; whether it is the
same one is seen by its glyphs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from converters.errors import WriteError
from converters.writers._pdf_unicode import Fonts

__all__ = ["Face", "Faces", "adopt", "apply", "used"]


class Face(Struct, frozen=True, kw_only=True):
    """A font and what is used of it: the characters and widths (1/1000 em) of glyphs."""

    name: str
    description: bytes
    size: float
    glyphs: int
    units: int
    to_unicode: dict[int, str]
    widths: dict[int, float]
    missing: dict[int, int]


def used(fonts: Fonts) -> tuple[Face, ...]:
    """What a document that was drawn uses of its fonts."""
    return tuple(
        Face(
            name=font.hash,
            description=font.description,
            size=font.font_size,
            glyphs=font.glyph_count,
            units=font.upem,
            to_unicode=font.to_unicode,
            widths=font.widths,
            missing=font.missing,
        )
        for font in fonts.values()
    )


class Faces:
    """What many parts use of their fonts, together.

    Parts come in any order, as processes are ready, and the sum is the same: that of the parts one
    behind the other. What a glyph stands for is seen from the glyphs that were drawn before it
    (:func:`converters.writers._pdf_unicode.own_characters`).
    """

    def __init__(self) -> None:
        self.characters: set[str] = set()
        self._sums: dict[str, _Sum] = {}

    def add(self, part: int, faces: Iterable[Face], characters: Iterable[str]) -> None:
        """Take the faces of the ``part`` of this number, and the characters of its text."""
        self.characters.update(characters)
        for number, face in enumerate(faces):
            self._sums.setdefault(face.name, _Sum()).add((part, number), face)

    def __iter__(self) -> Iterator[Face]:
        for each in sorted(self._sums.values(), key=lambda found: found.place):
            yield each.face


_Place = tuple[int, int]  # the number of a part, and of something that was drawn in it


class _Sum:
    """What parts use of one font."""

    def __init__(self) -> None:
        self.place: _Place = (sys.maxsize, 0)
        self._first: Face | None = None
        self._to_unicode: dict[int, tuple[_Place, str]] = {}
        self._widths: dict[int, tuple[_Place, float]] = {}
        self._missing: dict[int, tuple[_Place, int]] = {}

    def add(self, place: _Place, face: Face) -> None:
        if place < self.place:
            self.place, self._first = place, face
        _earliest(face.to_unicode, place[0], self._to_unicode)
        _earliest(face.widths, place[0], self._widths)
        _earliest(face.missing, place[0], self._missing)

    @property
    def face(self) -> Face:
        assert self._first is not None  # one was added
        return replace(
            self._first,
            to_unicode=_in_order(self._to_unicode),
            widths=_in_order(self._widths),
            missing=_in_order(self._missing),
        )


def _earliest(values: dict[int, Any], part: int, to: dict[int, tuple[_Place, Any]]) -> None:
    for number, (key, value) in enumerate(values.items()):
        place = (part, number)
        if key not in to or place < to[key][0]:
            to[key] = (place, value)


def _in_order(values: dict[int, tuple[_Place, Any]]) -> dict[int, Any]:
    found = sorted(values.items(), key=lambda item: item[1][0])
    return {key: value for key, (_, value) in found}


def adopt(fonts: Fonts, faces: Iterable[Face], configuration: Any) -> None:
    """Add to the ``fonts`` of a document what other parts use, so that it embeds that, too.

    ``configuration`` is WeasyPrint's own of this process. Raises
    :class:`~converters.errors.WriteError` where a font is not found again.
    """
    known: dict[str, list[Any]] = {}
    for font in fonts.values():
        known.setdefault(font.hash, []).append(font)
    for face in faces:
        if face.name not in known:
            fonts[face.name] = font = _load(face, configuration)
            known[face.name] = [font]
        for font in known[face.name]:
            _add(face.to_unicode, font.to_unicode)
            _add(face.widths, font.widths)
            _add(face.missing, font.missing)


def _add(values: dict[int, Any], to: dict[int, Any]) -> None:
    for key, value in values.items():
        to.setdefault(key, value)


def _load(face: Face, configuration: Any) -> Any:
    from weasyprint.pdf import stream
    from weasyprint.text.ffi import ffi, gobject, pango
    from weasyprint.text.fonts import get_pango_font_key

    description = ffi.gc(
        pango.pango_font_description_from_string(face.description),
        pango.pango_font_description_free,
    )
    pango.pango_font_description_set_absolute_size(description, face.size * 1024)
    context = ffi.gc(
        pango.pango_font_map_create_context(configuration.font_map), gobject.g_object_unref
    )
    found = pango.pango_font_map_load_font(configuration.font_map, context, description)
    if found == ffi.NULL:
        raise _not_found(face)
    pango_font = ffi.gc(found, gobject.g_object_unref)
    _, described, size = get_pango_font_key(pango_font)
    font = stream.Font(pango_font, described, size)
    if (font.glyph_count, font.upem) != (face.glyphs, face.units):
        raise _not_found(face)
    font.pango_font = pango_font  # which is to live as long
    # Pages name it so; another description of the same font would have another name.
    font.name = font.name.replace(font.hash.encode(), face.name.encode(), 1)
    font.hash = face.name
    return font


def _not_found(face: Face) -> WriteError:
    name = face.description.decode("utf-8", "replace")
    reason = f"the font {name} is not found again; was it removed while the pages were made?"
    return WriteError("PDF", reason)


def apply() -> None:
    """Have WeasyPrint's fonts keep their description and read their file only when it is used.

    A Chinese face is a file of 25 MB, which was copied for each font of each document although
    its subset is all that is needed of it. Harmless when done twice.
    """
    from weasyprint.pdf import fonts, stream
    from weasyprint.text.ffi import ffi, pango

    original = fonts.Font
    if getattr(original, "reads_late", False):
        return
    ffi.cdef("PangoFontDescription * pango_font_description_from_string (const char *str);")
    data_of = fonts.get_hb_object_data

    class Font(original):  # type: ignore[misc, valid-type]  # WeasyPrint ships no types
        """A font whose file is read when somebody asks for it."""

        reads_late = True
        content: Any = None

        def __init__(self, pango_font: Any, description: Any, size: float) -> None:
            self.description = ffi.string(pango.pango_font_description_to_string(description))
            self.boxes: set[int] = set()
            fonts.get_hb_object_data = lambda _: None
            try:
                super().__init__(pango_font, description, size)
            finally:
                fonts.get_hb_object_data = data_of

        def get_unused_glyph_id(self, codepoint: int) -> int:
            """The number of the empty box of ``codepoint``: the same one in all parts of a file.

            WeasyPrint counts them as they come, and text taken from the second part would have
            the characters of the first. Where the numbers above the font's glyphs do not reach,
            some characters share one.
            """
            if codepoint not in self.missing:
                room = 2**16 - self.glyph_count
                tried = (self.glyph_count + (codepoint + n) % room for n in range(min(room, 99)))
                number = next((each for each in tried if each not in self.boxes), 2**16 - 1)
                self.boxes.add(number)
                self.missing[codepoint] = number
            return int(self.missing[codepoint])

        @property
        def file_content(self) -> Any:
            if self.content is None:
                self.content = data_of(self.hb_face)
            return self.content

        @file_content.setter
        def file_content(self, content: bytes | None) -> None:
            self.content = content

    fonts.Font = stream.Font = Font
