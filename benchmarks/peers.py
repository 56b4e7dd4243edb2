"""Other programs that make Markdown of HTML, each behind the same door: text in, text out.

None of them is needed; the ones that are not installed are left out with a message.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO

Convert = Callable[[str], object]


def html2text() -> Convert:
    from html2text import HTML2Text

    return lambda text: HTML2Text().handle(text)


def markdownify() -> Convert:
    from markdownify import markdownify as convert

    return convert


def trafilatura() -> Convert:
    from trafilatura import extract

    return lambda text: extract(text, output_format="markdown", include_links=True)


def markitdown() -> Convert:
    from markitdown import MarkItDown, StreamInfo

    converter = MarkItDown()
    info = StreamInfo(extension=".html", charset="utf-8")
    return lambda text: converter.convert_stream(BytesIO(text.encode()), stream_info=info)


def pandoc() -> Convert:
    """Pandoc, a process for each text."""
    from pypandoc import convert_text

    return lambda text: convert_text(text, "gfm", format="html")


PEERS = (html2text, markdownify, trafilatura, markitdown, pandoc)


def installed_peers() -> dict[str, Convert]:
    """The peers that are installed, by name."""
    found = {}
    for peer in PEERS:
        try:
            found[peer.__name__] = peer()
        except ImportError:
            print(f"{peer.__name__}: not installed, left out", file=sys.stderr)
    return found
