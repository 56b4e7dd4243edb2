"""The EPUB writer: EPUB 3.3 with what older readers need, one chapter for each article.

https://www.w3.org/TR/epub-33/. The container is EbookLib's, every document our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2s
from typing import BinaryIO

from msgspec import Struct

from converters import styles
from converters.edition import Edition
from converters.errors import WriteError
from converters.languages import label
from converters.notes import Links, number
from converters.writers import Context
from converters.writers._epub_chapter import Document, Entry, Notes, PictureFiles, chapter
from converters.writers._epub_nav import navigation, ncx
from converters.writers._epub_package import Book, identifier, identity, write_archive
from converters.writers._epub_style import portable

__all__ = ["Options", "write"]


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the book is made.

    ``links``: what becomes of links. ``notes``: ``"popup"`` marks notes for pop-ups,
    ``"visible"`` for readers that take such notes out of the text. ``style``: the name of a look,
    or the path of a CSS file that is added to the style sheet. ``toc_depth``: how many levels of
    headings the contents show, the articles' titles included.
    """

    links: Links = "notes"
    notes: Notes = "popup"
    style: str = ""
    toc_depth: int = 2


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one EPUB to the binary ``target``.

    Raises :class:`~converters.errors.WriteError` for an edition without articles and
    :class:`~converters.errors.ConversionError` for a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "EPUB", "there is no article to write")
    style = _style(options, context)
    pictures = PictureFiles()
    documents: list[Document] = []
    entries: list[Entry] = []
    for article, name in zip(edition.articles, _names(edition), strict=True):
        numbered = number(article, options.links, shared=False)
        made, entry = chapter(
            numbered,
            context,
            pictures,
            name=name,
            notes=options.notes,
            toc_depth=options.toc_depth,
        )
        documents.extend(made)
        entries.append(entry)
    title = " ".join(edition.title.split()) or label("untitled", edition.language)
    many = len(edition.articles) > 1
    direction = _direction(edition)
    book = Book(
        edition=edition,
        title=title,
        language=edition.language,
        direction=direction,
        chapters=documents,
        navigation=navigation(
            entries, language=edition.language, direction=direction, in_spine=many
        ),
        ncx=ncx(
            entries,
            title=title,
            identifier=identifier(edition),
            language=edition.language,
        ),
        style=style.encode(),
        pictures=pictures,
        navigation_in_spine=many,
    )
    write_archive(book, target)


def _style(options: Options, context: Context) -> str:
    """The style sheet of the book, the person's own at its end."""
    own = f"{styles.own('reading')}\n{styles.own('epub')}"
    sheet = portable(own, context.warn)
    added = styles.style(options.style)
    return f"{sheet}\n{portable(added, context.warn)}" if added else sheet


def _direction(edition: Edition) -> str:
    """The direction that most of the articles have."""
    right = sum(article.direction == "rtl" for article in edition.articles)
    return "rtl" if 2 * right > len(edition.articles) else "ltr"


def _names(edition: Edition) -> Iterator[str]:
    """A file name for each article, made of what the article is and not of its place (EP-7)."""
    seen: dict[str, int] = {}
    for article in edition.articles:
        key = identity(article)
        count = seen[key] = seen.get(key, 0) + 1
        yield _name(key if count == 1 else f"{key} {count}")


def _name(key: str) -> str:
    return "a-" + blake2s(key.encode("utf-8", "replace"), digest_size=6).hexdigest()
