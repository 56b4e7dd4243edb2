"""Broadsheet: articles that people archived, saved or subscribed to, as files they read.

>>> import converters
>>> article = converters.read("seeds/000_a0328afe75eedb1c.txt")
>>> converters.write([article], "article.epub")

:func:`read`, :func:`write`, :func:`bundle` (many articles, one book) and :func:`brief` (the same
on paper) are all that most programs need; :mod:`converters.article` is the model between them.
Importing the package loads neither readers nor writers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from converters.article import Article
    from converters.briefing import brief
    from converters.bundling import bundle
    from converters.convert import read, write
    from converters.errors import ConversionError

__all__ = ["Article", "ConversionError", "__version__", "brief", "bundle", "read", "write"]

__version__ = "0.1.0"

_HOMES = {
    "Article": "converters.article",
    "ConversionError": "converters.errors",
    "brief": "converters.briefing",
    "bundle": "converters.bundling",
    "read": "converters.convert",
    "write": "converters.convert",
}


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
