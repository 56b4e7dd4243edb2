"""The identifiers that GitHub gives to headings, so that links within a file find them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from converters.article import Code, Image, Inline, Math, Note, Ruby, Text

__all__ = ["Slugs", "slug"]


def slug(text: str) -> str:
    """The identifier that GitHub gives a heading of this ``text``, before it numbers doubles.

    Lower case, spaces as hyphens, and of the rest only letters, marks, digits, hyphens and
    connectors such as ``_`` (https://github.com/gjtorikian/html-pipeline, ``toc_filter.rb``).
    """
    return "".join(["-" if c == " " else c for c in text.lower() if c in "- " or _is_word(c)])


def _is_word(character: str) -> bool:
    if character < "\x80":
        return character.isalnum() or character == "_"
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc")


class Slugs:
    """The identifiers of one file's headings, given in order: doubles are numbered."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def of(self, heading: str | tuple[Inline, ...]) -> str:
        """The identifier of the next heading: its words, or what it holds."""
        name = slug(heading if isinstance(heading, str) else "".join(_shown(heading)))
        numbered = name
        while numbered in self._taken:
            self._taken[name] += 1
            numbered = f"{name}-{self._taken[name]}"
        self._taken[numbered] = 0
        return numbered


def _shown(content: tuple[Inline, ...]) -> Iterator[str]:
    """The words that a heading shows."""
    for item in content:
        match item:
            case Text(text=text) | Code(text=text):
                yield text
            case Math(tex=tex):
                yield tex
            case Ruby(annotation=annotation):
                yield from _shown(item.content)
                yield f"({annotation})"
            case Note() | Image():
                pass
            case _:
                yield from _shown(getattr(item, "content", ()))
