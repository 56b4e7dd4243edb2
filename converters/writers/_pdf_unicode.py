"""Which characters a glyph stands for: what copying, searching and reading aloud go by.

A PDF font says for each glyph, once for the whole file, which characters it shows (ToUnicode,
ISO 32000-1, 9.10.3). WeasyPrint takes the text of the cluster where a glyph turns up first. In a
cluster of several glyphs (a letter and its accent, Thai, Devanagari, pointed Hebrew) one of them
then stands for all of it, wherever else it is used, and the others for nothing, which the format
does not allow. Here each glyph gets its own character where the font has one for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Fonts", "apply", "own_characters"]

# Shows nothing, joins nothing, parts no word: for glyphs of which nothing else can be said.
_NOTHING = "\u034f"


class Fonts(dict[str, Any]):
    """The fonts of a document, as WeasyPrint keeps them, with the characters of its text.

    ``embedded`` is called with them when they are about to be embedded; what it gives is (all of
    them, or none where another part of the file does).
    """

    def __init__(self, characters: Iterable[str]) -> None:
        super().__init__()
        self.characters = frozenset(characters)
        self.embedded: Callable[[Fonts], dict[str, Any]] = lambda fonts: fonts


def own_characters(
    to_unicode: dict[int, str], glyph_of: Callable[[str], int], characters: Iterable[str]
) -> None:
    """Give the glyphs of ``to_unicode`` their own characters, in place.

    The mapping is in the order of drawing. ``glyph_of`` gives the glyph that the font maps a
    character to, 0 for none; ``characters`` are all those of the text.
    """
    doubtful = [glyph for glyph, text in to_unicode.items() if _is_doubtful(text)]
    if not doubtful:
        return
    parts = {part for text in characters for part in text + unicodedata.normalize("NFKD", text)}
    glyphs = {glyph_of(part): part for part in sorted(parts, reverse=True)}
    rest = ""
    for glyph in doubtful:
        text = to_unicode[glyph]
        own = glyphs.get(glyph, "")
        if not own:
            own, rest = text or rest or _NOTHING, ""
        elif text:
            rest = _without(text, own)
        to_unicode[glyph] = own


def _is_doubtful(text: str) -> bool:
    """Whether a font may draw ``text`` with several glyphs, or a mark in it with one of its own."""
    if len(text) != 1:
        return True
    if text < "\u00c0" or "\u2e80" <= text <= "\ud7ff":
        return False
    return bool(unicodedata.decomposition(text)) or unicodedata.category(text) in ("Mn", "Mc")


def _without(text: str, part: str) -> str:
    """``text`` without one ``part``, which may be part of a composed character."""
    if part not in text:
        text = unicodedata.normalize("NFKD", text)
    return text.replace(part, "", 1)


def apply() -> None:
    """Have WeasyPrint call :func:`own_characters` on its fonts; harmless when done twice."""
    from weasyprint import pdf
    from weasyprint.text.ffi import ffi, harfbuzz

    original = pdf.build_fonts_dictionary
    if getattr(original, "own_characters", False):
        return
    ffi.cdef(
        "hb_bool_t hb_font_get_nominal_glyph "
        "(hb_font_t *font, hb_codepoint_t unicode, hb_codepoint_t *glyph);"
    )

    def build_fonts_dictionary(document: Any, fonts: Any, *arguments: Any) -> Any:
        place = ffi.new("hb_codepoint_t *")
        if isinstance(fonts, Fonts):
            fonts = fonts.embedded(fonts)
        for font in fonts.values():

            def glyph_of(character: str, hb_font: Any = font.hb_font) -> int:
                found = harfbuzz.hb_font_get_nominal_glyph(hb_font, ord(character), place)
                return int(place[0]) if found else 0

            own_characters(font.to_unicode, glyph_of, getattr(fonts, "characters", ()))
        return original(document, fonts, *arguments)

    build_fonts_dictionary.own_characters = True  # type: ignore[attr-defined]
    pdf.build_fonts_dictionary = build_fonts_dictionary
