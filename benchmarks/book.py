"""A folder of articles into one EPUB and one PDF: time and peak memory.

    python -m benchmarks.book FOLDER [COUNT]

Reads the first COUNT articles of FOLDER (all of them without COUNT) and writes them as one
edition without pictures, in a process of its own for each format, beside pandoc where it is
installed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.commands import pandoc
from benchmarks.measure import MEGABYTE, article_files, command_cost, table

SCRIPT = """
import sys, converters
target, *files = sys.argv[1:]
articles = [converters.read(file) for file in files]
converters.write(articles, target, images="none", title="Benchmark")
"""


def main(folder: str, count: str = "0") -> None:
    files = list(map(str, article_files(Path(folder))))[: int(count) or None]
    rows = [(f"{len(files)} articles", "cpu s", "wall s", "peak MB")]
    with tempfile.TemporaryDirectory() as made:
        works = {
            f"broadsheet, to {suffix.upper()}": (
                *(sys.executable, "-c", SCRIPT),
                *(f"{made}/book.{suffix}", *files),
            )
            for suffix in ("epub", "pdf")
        }
        if shutil.which(pandoc()):
            peer = (pandoc(), "-f", "html", "-M", "title=Benchmark", "-o", f"{made}/peer.epub")
            works["pandoc, to EPUB"] = (*peer, *files)
        for name, command in works.items():
            cost = command_cost(command, 1)
            rows.append(
                (name, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak / MEGABYTE:.0f}")
            )
    print(table(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
