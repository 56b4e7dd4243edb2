"""The model reader: Broadsheet's own JSON, one article or a list of them."""

from __future__ import annotations

from collections.abc import Iterator

from converters.article import Article, from_json
from converters.decoding import Decoded
from converters.errors import UnreadableSource
from converters.readers import ReadOptions
from converters.source import Source

__all__ = ["NAME", "read", "recognises"]

NAME = "model"


def recognises(source: Source, decoded: Decoded) -> int:
    """Certain of a JSON object that calls itself an article."""
    start = decoded.text[:400].lstrip("\ufeff \n\t[")
    return 95 if start.startswith("{") and '"type"' in start and '"article"' in start else 0


def read(source: Source, decoded: Decoded, options: ReadOptions) -> Iterator[Article]:
    """The articles of a JSON object or of an array of such objects.

    Raises :class:`~converters.errors.UnreadableSource` with the place and the reason where the
    document is not JSON or not an article of a version that is known.
    """
    import msgspec

    try:
        text = decoded.text.lstrip("\ufeff")
        if not text.lstrip().startswith("["):
            yield from_json(text)
            return
        for part in msgspec.json.decode(text, type=list[msgspec.Raw]):
            yield from_json(bytes(part))
    except (ValueError, msgspec.MsgspecError) as error:
        raise UnreadableSource(source.name, f"is not an article's JSON: {error}") from error
