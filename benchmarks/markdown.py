"""Archived articles to Markdown, in process, beside other converters.

    python -m benchmarks.markdown FOLDER [ROUNDS]

Prints processor milliseconds an article and the ratio to html2text (to Broadsheet itself where
html2text is not installed). Broadsheet reads and writes; its two halves are also shown apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import converters
from benchmarks.measure import article_files, best_times, table
from benchmarks.peers import Convert, installed_peers
from converters.decoding import decode
from converters.notes import shown_address

WHOLE = "broadsheet"
BASE = "html2text"


def convert(data: bytes) -> None:
    """Read and write one article, which no round before has made quicker."""
    shown_address.cache_clear()
    converters.write(converters.read(data), BytesIO(), "markdown")


def main(folder: str, rounds: str = "5") -> None:
    files = [path.read_bytes() for path in article_files(Path(folder))]
    works: dict[str, Callable[[bytes], object]] = {WHOLE: convert, "  reading": converters.read}
    peers = installed_peers()
    texts = {data: decode(data).text for data in files}
    works |= {name: _on_text(peer, texts) for name, peer in peers.items()}
    times = best_times(works, files, int(rounds))
    times["  writing"] = times[WHOLE] - times["  reading"]
    base = times[BASE if BASE in times else WHOLE]
    rows = [("to Markdown", "ms each", "ratio")]
    rows += [(name, f"{1000 * time:.2f}", f"{time / base:.2f}") for name, time in times.items()]
    print(f"{len(files)} articles, the quickest of {rounds} rounds of each")
    print(table(rows))


def _on_text(peer: Convert, texts: dict[bytes, str]) -> Callable[[bytes], object]:
    """``peer``, given the text already decoded."""
    return lambda data: peer(texts[data])


if __name__ == "__main__":
    main(*sys.argv[1:])
