"""An article with many pictures into one EPUB: time, memory, requests, and what is in the book.

    python -m benchmarks.pictures [COUNT] [--latency MS] [--hosts N] [--rounds N] [--keep FOLDER]

COUNT pictures (200) in the mix of a news archive are made: photographs of 200 to 900 KB as JPEG,
some as WebP and AVIF, screenshots as PNG, GIFs. A server on this machine serves them, each 30
milliseconds late. Broadsheet converts an article that shows them all, in the archive's form and as
a web page, with an empty cache and again with what it has kept; pandoc and percollate, where they
are installed, make EPUBs of the same page with the same pictures, fetched from the same server.
Peers store what they get; Broadsheet decodes every picture and makes it what reading devices show.

Of the rounds the quickest counts for times and the least for memory.
"""

from __future__ import annotations

import argparse
import html
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.commands import BROADSHEET, pandoc
from benchmarks.drawing import animation, chances, encoded, photograph, screenshot
from benchmarks.measure import MEGABYTE, Cost, command_cost, table
from tests.picture_server import Answer, PictureServer, Request, environment, running

SIZES = ((1200, 800), (1600, 1067), (2000, 1333), (2400, 1600), (1600, 2000), (1280, 720))
# Of every twenty pictures of a news archive.
MIX = ("jpg",) * 14 + ("png",) * 2 + ("webp",) * 2 + ("gif", "avif")
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
}
WORDS = (
    "国际新闻社记者昨天从当地发回的报道说，许多人在广场上等待消息。 The square was full by noon. "
)


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture on the server: its path there and its file."""

    path: str
    file: Path


@dataclass(frozen=True, slots=True)
class Run:
    """A command, and what came of it."""

    name: str
    cost: Cost
    requests: int
    book: Path


def made(count: int, folder: Path) -> list[Pictured]:
    """Make ``count`` pictures in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for number in range(count):
        kind = MIX[number * 7 % len(MIX)]
        file = folder / f"{number:04}.{kind}"
        file.write_bytes(_picture(number, kind))
        pictures.append(Pictured(f"/{file.name}", file))
    return pictures


def _picture(number: int, kind: str) -> bytes:
    chance = chances(number)
    width, height = chance.choice(SIZES)
    if kind == "png":
        return encoded(screenshot(number, 1440, 900), "PNG")
    if kind == "gif":
        return animation(number, 640, 400)
    picture = photograph(number, width, height, detail=chance.uniform(1.0, 1.8))
    if kind == "webp":
        return encoded(picture, "WEBP", quality=80, method=2)
    if kind == "avif":
        return encoded(picture, "AVIF", quality=60, speed=9)
    return encoded(picture, "JPEG", quality=chance.choice((80, 85, 88)))


def _figures(addresses: list[str]) -> Iterator[str]:
    for number, address in enumerate(addresses):
        yield f"<p>{WORDS * 4}{number}</p>"
        caption = f"Picture {number}: people wait, 人们等待消息 (photograph: A. Example)"
        yield (
            f'<figure><img src="{html.escape(address)}" alt="People on square {number}">'
            f"<figcaption>{caption}</figcaption></figure>"
        )


def page(addresses: list[str]) -> str:
    """A web page that shows the pictures."""
    body = "\n".join(_figures(addresses))
    return (
        '<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><title>Many pictures'
        "</title></head><body><article><h1>Many pictures</h1>\n"
        f"{body}\n</article></body></html>\n"
    )


def archived(addresses: list[str]) -> str:
    """The same in the archive's form, as seeds/ has it."""
    body = "\n".join(_figures(addresses))
    return (
        "<!--1698460743000-->\n[Many pictures](http://news.example/many-pictures.html)\n------\n\n"
        f"<div><i>Sat, 28 Oct 2023 02:04:53 GMT</i></div>{body}\n"
    )


class Bench:
    """The server with its pictures, a folder for what is made, and the runs so far."""

    def __init__(
        self, server: PictureServer, pictures: list[Pictured], folder: Path, rounds: int
    ) -> None:
        self.server = server
        self.pictures = pictures
        self.folder = folder
        self.rounds = rounds
        self.runs: list[Run] = []

    def ours(self, name: str, article: Path, suffix: str = "epub") -> None:
        """Convert ``article`` with an empty cache, then with a full one."""
        cache = self.folder / "cache"
        variables = {**environment(self.server), "BROADSHEET_CACHE": str(cache)}
        book = self.folder / f"{article.stem}.{suffix}"
        command = [*BROADSHEET, "convert", str(article), "--force", "-o", str(book)]
        runs = []
        for _ in range(self.rounds):
            shutil.rmtree(cache, ignore_errors=True)
            runs.append(self._run(f"{name}, first run", command, book, variables))
        self.runs.append(_best(runs))
        again = [self._run(f"{name}, again", command, book, variables) for _ in range(self.rounds)]
        self.runs.append(_best(again))

    def peer(self, name: str, command: list[str], book: Path, **variables: str) -> None:
        """Let another program make ``book``; one that is not installed is left out."""
        if shutil.which(command[0]) is None:
            print(f"{name}: {command[0]} is not installed, left out", file=sys.stderr)
            return
        self.runs.append(
            _best([self._run(name, command, book, variables) for _ in range(self.rounds)])
        )

    def _run(self, name: str, command: list[str], book: Path, variables: dict[str, str]) -> Run:
        book.unlink(missing_ok=True)
        before = len(self.server.requests)
        cost = command_cost(command, 1, variables)
        return Run(name, cost, len(self.server.requests) - before, book)


def _best(runs: list[Run]) -> Run:
    costs = zip(*(run.cost for run in runs), strict=True)
    return replace(runs[-1], cost=Cost(*(min(values) for values in costs)))


def contents(book: Path) -> str:
    """How many pictures of which kind are in a book."""
    if book.suffix != ".epub":
        return ""
    with zipfile.ZipFile(book) as opened:
        suffixes = Counter(
            Path(name).suffix.lower().lstrip(".").replace("jpeg", "jpg")
            for name in opened.namelist()
            if not name.endswith(("/", ".css", ".xhtml", ".html", ".opf", ".ncx", ".xml"))
        )
    return " ".join(f"{count} {kind}" for kind, count in suffixes.most_common() if kind in TYPES)


def checked(book: Path) -> str:
    """How many errors and warnings EPUBCheck finds."""
    from tests.checkers import EpubChecker, JavaMissingError

    if book.suffix != ".epub":
        return ""
    checker = EpubChecker()
    try:
        severities = Counter(message.severity for message in checker(book))
    except JavaMissingError:
        return "no Java"
    finally:
        checker.close()
    return f"{severities['FATAL'] + severities['ERROR']} + {severities['WARNING']}"


def report(runs: list[Run]) -> str:
    """The runs as a table; ratios are those of the first."""
    head = ("", "cpu s", "wall s", "peak MB", "requests", "file MB", "in it", "EPUBCheck")
    rows = [(*head, "wall / ours")]
    rows += [
        (
            run.name,
            f"{run.cost.cpu:.1f}",
            f"{run.cost.wall:.1f}",
            f"{run.cost.peak / MEGABYTE:.0f}",
            str(run.requests),
            f"{run.book.stat().st_size / MEGABYTE:.1f}",
            contents(run.book),
            checked(run.book),
            f"{run.cost.wall / runs[0].cost.wall:.2f}",
        )
        for run in runs
    ]
    return table(rows)


def _answers(pictures: list[Pictured], pages: dict[str, str]) -> dict[str, Answer]:
    answers = {
        each.path: Answer(each.file.read_bytes(), TYPES[each.file.suffix[1:]]) for each in pictures
    }
    for path, text in pages.items():
        answers[path] = Answer(text.encode(), "text/html; charset=utf-8")
    return answers


def measure(count: int, options: argparse.Namespace, folder: Path) -> list[Run]:
    """Make the pictures and let every program make its book in ``folder``."""
    pictures = made(count, folder / "pictures")
    total = sum(each.file.stat().st_size for each in pictures)
    print(f"{count} pictures, {total / MEGABYTE:.0f} MB, each {options.latency:.0f} ms away")
    answers: dict[str, Answer] = {}

    def answer(request: Request) -> Answer:
        path = "/" + request.url.split("/", 3)[3]
        return answers.get(path, Answer(b"", "text/plain", 404))

    with running(answer, options.latency / 1000) as server:
        public = [
            f"http://pictures{number % options.hosts}.example{each.path}"
            for number, each in enumerate(pictures)
        ]
        direct = page([server.address + each.path for each in pictures])
        answers.update(_answers(pictures, {"/article.html": direct}))
        for name, text in (
            ("archived.txt", archived(public)),
            ("page.html", page(public)),
            ("direct.html", direct),
        ):
            (folder / name).write_text(text, "utf-8")
        bench = Bench(server, pictures, folder, options.rounds)
        bench.ours("broadsheet, page", folder / "page.html")
        bench.ours("broadsheet, archived", folder / "archived.txt")
        bench.ours("broadsheet, PDF", folder / "page.html", "pdf")
        target = folder / "pandoc.epub"
        source = str(folder / "direct.html")
        bench.peer("pandoc", [pandoc(), "-f", "html", "-o", str(target), source], target)
        target = folder / "percollate.epub"
        address = f"{server.address}/article.html"
        bench.peer("percollate", ["percollate", "epub", "-o", str(target), address], target)
        return bench.runs


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--latency", type=float, default=30.0)
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_here:
        print(report(measure(options.count, options, options.keep or Path(made_here))))


if __name__ == "__main__":
    main()
