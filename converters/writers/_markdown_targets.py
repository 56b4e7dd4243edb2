"""Where links within an article lead in a Markdown file: headings by their slug, or anchors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from converters.article import (
    Article,
    Code,
    Heading,
    Image,
    Inline,
    Link,
    Math,
    Note,
    Ruby,
    Text,
    query,
)

__all__ = ["Targets", "slug"]


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


class Targets:
    """The identifiers of one file: slugs are numbered over all its headings."""

    def __init__(self) -> None:
        self._waiting: list[Article] = []
        self._taken: dict[str, int] = {}

    def of(self, article: Article, prefix: str) -> dict[str, str]:
        """What stands in the file for the identifiers in ``article`` that links lead to.

        ``prefix`` keeps the anchors of several articles apart.
        """
        wanted = {url[1:] for url in _addresses(article) if url.startswith("#")}
        if not wanted:
            self._waiting.append(article)
            return {}
        for earlier in self._waiting:
            self._headings(earlier, set(), {})
        self._waiting.clear()
        found = {name: prefix + name for name in wanted}
        self._headings(article, wanted, found)
        return found

    def _headings(self, article: Article, wanted: set[str], found: dict[str, str]) -> None:
        if article.title:
            self._number(slug(article.title))
        for heading in query(article.body, Heading):
            fragment = self._number(slug("".join(_shown(heading.content))))
            if heading.identifier in wanted:
                found[heading.identifier] = fragment

    def _number(self, name: str) -> str:
        """``name``, or with the number that GitHub adds to a double."""
        numbered = name
        while numbered in self._taken:
            self._taken[name] += 1
            numbered = f"{name}-{self._taken[name]}"
        self._taken[numbered] = 0
        return numbered


def _addresses(article: Article) -> Iterator[str]:
    for node in query(article.body, Link, Image):
        yield node.url if isinstance(node, Link) else node.link  # type: ignore[attr-defined]


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
