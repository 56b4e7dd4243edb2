"""Many articles into one book: time and peak memory as their number grows.

    python -m benchmarks.bundle FOLDER [COUNT...]

For each COUNT (227, 1000 and 5000 without any) so many articles are made of those in FOLDER: the
same markup and lengths, but other letters, addresses and days, so that no two are alike. They
become one EPUB, one Markdown file, one text and one HTML page by the command ``bundle``, without
pictures, and for the smallest COUNT one EPUB by pandoc and by percollate, where these are
installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.commands import BROADSHEET, pandoc
from benchmarks.measure import MEGABYTE, article_files, command_cost, table

_HAN = ("\u4e00", "\u9fa5")
_ADDRESS = re.compile(r"https?://[^\s)\"'<>]+")
_DATE = re.compile(r"(?m)^日期：.*$")
_FORMATS = ("epub", "md", "txt", "html")


def article(text: str, number: int) -> str:
    """``text`` with other letters, another day and other addresses."""
    first, last = map(ord, _HAN)
    # A step without a factor in common with most lengths: the words differ, not their number.
    letters = {
        code: first + (code - first + 37 * number) % (last - first + 1)
        for code in set(map(ord, text))
        if first <= code <= last
    }
    date = _DATE.search(text)
    day = datetime(2020, 1, 1, 8, tzinfo=UTC) + timedelta(hours=5 * number)
    text = text.translate(letters)
    text = _ADDRESS.sub(lambda found: f"{found[0].rstrip('/')}/{number}", text)
    if date:
        lines = text.split("\n")
        at = next(place for place, line in enumerate(date.string.split("\n")) if line == date[0])
        lines[at] = f"日期：{day:%a, %d %b %Y %H:%M:%S} +0000"
        text = "\n".join(lines)
    return text


def make(folder: Path, count: int, target: Path) -> None:
    """Put ``count`` articles made of those in ``folder`` into ``target``."""
    texts = [path.read_text("utf-8") for path in article_files(folder)]
    target.mkdir()
    for number in range(count):
        text = texts[number % len(texts)]
        (target / f"{number:05}.md").write_text(article(text, number // len(texts)), "utf-8")


def commands(
    count: int, source: Path, made: Path, *, peers: bool
) -> Iterator[tuple[str, list[str]]]:
    """What is measured, by name."""
    for suffix in _FORMATS:
        options = ["--sort", "date", "--images", "none", "-f", "-o", str(made / f"book.{suffix}")]
        yield f"{count} to {suffix}", [*BROADSHEET, "bundle", str(source), *options]
    if peers:
        files = sorted(map(str, source.iterdir()))
        peer = ["-f", "html", "-M", "title=Benchmark", "-o", str(made / "peer.epub")]
        yield f"{count} to epub, pandoc", [pandoc(), *peer, *files]
        pages = Path(str(source) + "-pages")
        pages.mkdir()
        for file in files:
            shutil.copy(file, pages / f"{Path(file).stem}.html")
        peer = ["epub", "-o", str(made / "percollate.epub")]
        yield (
            f"{count} to epub, percollate",
            ["percollate", *peer, *sorted(map(str, pages.iterdir()))],
        )


def main(folder: str, *counts: str) -> None:
    rows = [("articles", "cpu s", "wall s", "peak MB", "size MB")]
    numbers = sorted(map(int, counts)) or [227, 1000, 5000]
    with tempfile.TemporaryDirectory() as scratch:
        for count in numbers:
            source, made = Path(scratch, str(count)), Path(scratch, f"{count}-made")
            make(Path(folder), count, source)
            made.mkdir()
            for name, command in commands(count, source, made, peers=count == numbers[0]):
                if shutil.which(command[0]) is None:
                    print(f"{name}: {command[0]} is not installed, left out", file=sys.stderr)
                    continue
                try:
                    cost = command_cost(command, 3 if count < 500 else 1)
                except subprocess.CalledProcessError as error:
                    print(f"{name}: failed: {error.stderr.decode()[-300:]}", file=sys.stderr)
                    continue
                size = max((path.stat().st_size for path in made.iterdir()), default=0)
                for path in made.iterdir():
                    path.unlink()
                rows.append(
                    (
                        name,
                        f"{cost.cpu:.2f}",
                        f"{cost.wall:.2f}",
                        f"{cost.peak / MEGABYTE:.0f}",
                        f"{size / MEGABYTE:.1f}",
                    )
                )
    print(table(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
