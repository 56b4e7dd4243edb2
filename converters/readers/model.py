"""The model reader: Broadsheet's own JSON, one article or a list of them."""

from __future__ import annotations

from collections.abc import Iterator

from converters.article import Article, from_json
from converters.errors import UnreadableSource
from converters.readers import ReadOptions
from converters.source import Document

__all__ = ["NAME", "read", "recognises"]

NAME = "model"


def recognises(document: Document) -> int:
    """Certain of a JSON object that calls itself an article.

    Any other JSON that nobody knows better comes here as well, to hear what it is not: as text it
    would be an article of brackets.
    """
    if document.binary:
        return 0
    text = document.text[:400].lstrip("\ufeff \n\t")
    start = text.lstrip(" \n\t[")
    if start.startswith("{") and '"type"' in start and '"article"' in start:
        return 95
    named = document.suffix == ".json" or document.media_type.endswith(("/json", "+json"))
    return 50 if named and text.startswith(("{", "[")) else 0


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The articles of a JSON object or of an array of such objects.

    Their source is the document from here on: beside it, and not beside a file that it names,
    pictures are looked for.

    Raises :class:`~converters.errors.UnreadableSource` with the place and the reason where the
    document is not JSON or not an article of a version that is known.
    """
    import msgspec

    try:
        text = document.text.lstrip("\ufeff")
        if not text.lstrip().startswith("["):
            yield _of(document, from_json(text))
            return
        for part in msgspec.json.decode(text, type=list[msgspec.Raw]):
            yield _of(document, from_json(bytes(part)))
    except (ValueError, msgspec.MsgspecError) as error:
        raise UnreadableSource(document.name, f"is not an article's JSON: {error}") from error


def _of(document: Document, article: Article) -> Article:
    from msgspec.structs import replace

    return replace(article, provenance=replace(article.provenance, source=document.name))
