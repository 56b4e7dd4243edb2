"""The EPUB writer: EPUB 3.3 with what older readers need, one chapter for each article.

https://www.w3.org/TR/epub-33/. The container is EbookLib's, every document our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2s
from typing import Annotated, BinaryIO

from msgspec import Meta, Struct

from converters import styles
from converters.edition import Edition
from converters.errors import WriteError
from converters.images import Need
from converters.languages import label
from converters.notes import Links, number
from converters.writers import Context
from converters.writers._epub_chapter import (
    Document,
    Entry,
    Notes,
    PictureFiles,
    chapter,
    cover_page,
)
from converters.writers._epub_nav import navigation, ncx
from converters.writers._epub_package import Book, identifier, identity, write_archive
from converters.writers._epub_style import portable
from converters.writers._lead import lead
from converters.writers.html import absence

__all__ = ["Options", "picture_need", "write"]

# What Apple's readers once showed of a picture (EP-29); who asks for wider ones wants more.
_WIDTH, _PIXELS = 1600, 2_000_000
# A cover fills a screen: of fewer pixels it is a blur, and as a thumbnail next to others a stain.
_COVER_LONG, _COVER_SHORT = 600, 400
# Larger books are refused by Send to Kindle.
_LARGE = 50_000_000


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the book is made.

    ``links``: what becomes of links. ``notes``: ``"popup"`` marks notes for pop-ups,
    ``"visible"`` for readers that take such notes out of the text. ``style``: the name of a look,
    or the path of a CSS file that is added to the style sheet. ``toc_depth``: how many levels of
    headings the contents show, the articles' titles included. ``image_width``: how many pixels
    wide and high pictures are at most (0: as they are); ``gray``: pictures are grey, which makes
    the book smaller for readers with electronic ink.
    """

    links: Links = "notes"
    notes: Notes = "popup"
    style: str = ""
    toc_depth: int = 2
    image_width: Annotated[int, Meta(ge=0)] = _WIDTH
    gray: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What e-readers can use of a picture: stills of a size that old ones open."""
    side = options.image_width
    return Need(
        width=side,
        height=side,
        pixels=_PIXELS if 0 < side <= _WIDTH else 0,
        grey=options.gray,
    )


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
        absent = absence(article, context)
        numbered = number(article, options.links, shared=False, absent=absent)
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
    cover_picture = _cover_picture(edition, context, pictures)
    cover = cover_page(cover_picture, title, edition.language, direction) if cover_picture else None
    book = Book(
        edition=edition,
        title=title,
        language=edition.language,
        direction=direction,
        chapters=documents,
        navigation=navigation(
            entries,
            language=edition.language,
            direction=direction,
            in_spine=many,
            has_cover=cover is not None,
        ),
        ncx=ncx(
            entries,
            title=title,
            identifier=identifier(edition),
            language=edition.language,
        ),
        style=f"{style}{pictures.rules()}".encode(),
        pictures=pictures,
        navigation_in_spine=many,
        cover=cover,
        cover_picture=cover_picture,
    )
    write_archive(book, target)
    size = sum(picture.size for picture in pictures.files.values())
    if size > _LARGE:
        context.warn(
            f"the pictures of the book take {size // 1_000_000} MB: Send to Kindle and some "
            "e-readers refuse more than 50 MB (--image-width 1000 or --gray makes them smaller)"
        )


def _cover_picture(edition: Edition, context: Context, pictures: PictureFiles) -> str:
    """The address of the first lead picture that is large enough for a cover (EP-30), or ""."""
    for article in edition.articles:
        found = lead(article, context.pictures, long_side=_COVER_LONG, short_side=_COVER_SHORT)
        if found is not None:
            return pictures.store(found.picture)
    return ""


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
