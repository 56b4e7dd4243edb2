"""The model writer: Broadsheet's own JSON, one article or a list of them."""

from __future__ import annotations

from typing import BinaryIO

from msgspec import Struct

from converters.article import to_json
from converters.edition import Edition
from converters.writers import Context

__all__ = ["Options", "write"]


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``indent``: spaces an indent level takes, 0 for one line."""

    indent: int = 2


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write the articles as UTF-8 JSON: one object, or an array where there are several."""
    documents = [to_json(article, indent=options.indent) for article in edition.articles]
    if len(documents) == 1:
        target.write(documents[0] + b"\n")
        return
    target.write(b"[" + b",\n".join(documents) + b"]\n")
