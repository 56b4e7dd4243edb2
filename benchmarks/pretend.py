"""Documents with pictures from a pretend web: every format, every kind of picture and of failure.

    python -m benchmarks.pretend FOLDER... [--every N] [--formats epub,pdf] [--jobs N] [--keep OUT]

A server on this machine plays the whole web: it answers every address by a hash of the address,
mostly with a photograph, else with the other kinds of pictures and the ways of failing that the web
has (``KINDS``), under http and https. The command itself converts every document to every format,
once, with the pictures. Printed is what failed: exit statuses, EPUBCheck's messages, pictures that
are neither in the file nor in the report, pictures that are missing although the web had them;
then what each format cost. Exit status 1 where anything failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote

from benchmarks import drawing
from benchmarks.commands import BROADSHEET
from benchmarks.corpus import documents
from benchmarks.drawing import encoded, photograph
from benchmarks.measure import MEGABYTE, Cost, command_cost, table
from converters.article import Article
from converters.convert import read_articles
from converters.errors import ConversionError
from converters.images import Need, images_of
from converters.images.candidates import addresses
from converters.source import open_source
from tests.checkers import EpubChecker
from tests.picture_server import Answer, Authority, Request, environment, running

FORMATS = "epub,pdf,html,markdown"
SUFFIXES = {"markdown": "md"}
SLOW = 2.0  # seconds
VARIANTS = 6  # of each kind; to make pictures costs time


def _photo(width: int, height: int) -> Callable[[int], bytes]:
    return lambda number: encoded(photograph(number, width, height), "JPEG", quality=82)


def _landscape(number: int) -> bytes:
    sizes = ((1200, 800), (900, 506), (2400, 1600), (650, 433), (1600, 1067), (5000, 3333))
    return _photo(*sizes[number % len(sizes)])(number)


def _truncated(number: int) -> bytes:
    whole = _photo(1200, 800)(number)
    return whole[: len(whole) * (2 + number % 4) // 7]


def _as(kind: str) -> Callable[[int], bytes]:
    return lambda number: encoded(photograph(number, 1200, 800), kind, quality=75)


def _png(draw: Callable[..., Any], width: int, height: int) -> Callable[[int], bytes]:
    return lambda number: encoded(draw(number, width, height), "PNG")


def _page(number: int) -> bytes:
    return b"<!DOCTYPE html><title>Sign in</title><p>You need an account to see this."


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of answering: how often of a hundred, with what, and whether a picture comes of it."""

    weight: int
    media_type: str = "image/jpeg"
    body: Callable[[int], bytes] = _landscape
    fate: str = "shown"  # or "lost", or "pixel"


KINDS: dict[str, Kind] = {
    "landscape": Kind(34),
    "portrait": Kind(8, body=_photo(1000, 1500)),
    "panorama": Kind(3, body=_photo(4000, 600)),
    "strip": Kind(3, body=_photo(640, 5200)),
    "tiny": Kind(2, body=_photo(90, 60)),
    "see-through": Kind(5, "image/png", _png(drawing.see_through, 1100, 700)),
    "screenshot": Kind(4, "image/png", _png(drawing.screenshot, 1440, 900)),
    "webp": Kind(6, "image/webp", _as("WEBP")),
    "avif": Kind(3, "image/avif", _as("AVIF")),
    "animation": Kind(2, "image/gif", lambda number: drawing.animation(number, 480, 320)),
    "svg": Kind(4, "image/svg+xml", drawing.vector),
    "cmyk": Kind(2, body=lambda number: drawing.cmyk(number, 1200, 800)),
    "rotated": Kind(3, body=lambda number: drawing.rotated(number, 900, 1200)),
    "untyped": Kind(1, "", _landscape),
    "mistyped": Kind(1, "text/plain", _landscape),
    "truncated": Kind(3, body=_truncated),
    "guarded": Kind(3),
    "busy": Kind(2),
    "slow": Kind(1),
    "tracker": Kind(2, "image/gif", lambda _: drawing.tracker(), "pixel"),
    "page": Kind(2, "text/html", _page, "lost"),
    "absent": Kind(4, "text/html", _page, "lost"),
    "reset": Kind(1, fate="lost"),
    "bomb": Kind(1, "image/png", lambda _: drawing.bomb(), "lost"),
}


class Web:
    """The pretend web."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names = [name for name, kind in KINDS.items() for _ in range(kind.weight)]
        self._body = cache(lambda name, variant: KINDS[name].body(variant))

    def kind(self, url: str) -> tuple[str, int]:
        """What kind of answer ``url`` gives, and which of them."""
        spelling = unquote(re.sub(r"^\w+://|#.*", "", url)).encode("utf-8", "replace")
        number = int.from_bytes(hashlib.sha256(spelling).digest()[:8], "big")
        return self._names[number % len(self._names)], number // 1000 % VARIANTS

    def answer(self, request: Request) -> Answer:
        """What a request gets."""
        name, variant = self.kind(request.url)
        with self._lock:
            body = self._body(name, variant)
        found = Answer(body, KINDS[name].media_type)
        match name:
            case "absent":
                return Answer(body, "text/html", 404)
            case "guarded" if not request.fields.get("referer"):
                return Answer(b"", "text/plain", 403)
            case "busy" if not request.earlier:
                return Answer(b"", "text/plain", 503)
            case "slow":
                return Answer(body, wait=SLOW)
            case "reset":
                return Answer(broken=True)
        return found


@dataclass
class Result:
    """What became of a document."""

    name: str
    images: int = 0
    requests: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    costs: dict[str, Cost] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


class Run:
    """All documents through the command, each with a web of its own that counts its requests."""

    def __init__(self, formats: Sequence[str], keep: Path, authority: Authority) -> None:
        self.formats = formats
        self.keep = keep
        self.authority = authority
        self.web = Web()
        self._checker = EpubChecker()
        self._checking = Lock()

    def close(self) -> None:
        """End the checker."""
        self._checker.close()

    def convert(self, path: Path) -> Result:
        """Convert one document to every format."""
        result = Result(f"{path.parent.name}/{path.name}")
        try:
            articles = tuple(read_articles(open_source(path)))
        except ConversionError as error:
            result.faults.append(f"cannot be read: {error}")
            return result
        expected = self._expected(articles)
        result.images = len(expected)
        result.fates.update(fate for fate, _ in expected)
        with running(self.web.answer, authority=self.authority) as server:
            variables = environment(server)
            for name in self.formats:
                # What one format fetched must not hide what another would have met.
                with tempfile.TemporaryDirectory() as cache_folder:
                    variables["BROADSHEET_CACHE"] = cache_folder
                    self._one(path, name, variables, expected, result)
            result.requests = len(server.requests)
        return result

    def _one(
        self,
        path: Path,
        name: str,
        variables: dict[str, str],
        expected: list[tuple[str, tuple[str, ...]]],
        result: Result,
    ) -> None:
        folder = self.keep / path.parent.name / path.stem
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{path.stem}.{SUFFIXES.get(name, name)}"
        account = folder / f"{name}.json"
        options = ["--images", "folder"] if name == "markdown" else []
        command = [*BROADSHEET, "convert", str(path), "-t", name, "--force", *options]
        try:
            result.costs[name] = command_cost(
                [*command, "-o", str(target), "--report", str(account)], 1, variables
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace")[-2000:]
            result.faults.append(f"{name}: exit status {error.returncode}: {said}")
            return
        result.sizes[name] = target.stat().st_size
        report = json.loads(account.read_text("utf-8"))
        result.faults += [f"{name}: {fault}" for fault in _unsaid(expected, report)]
        result.faults += [f"{name}: {fault}" for fault in self._inside(name, target)]

    def _expected(self, articles: Sequence[Article]) -> list[tuple[str, tuple[str, ...]]]:
        """What becomes of each image that is not at hand, and the addresses that it has."""
        found: dict[tuple[str, ...], str] = {}
        for article in articles:
            for image in images_of(article):
                tried = tuple(
                    address
                    for address in addresses(image, Need(), article.url)
                    if re.match(r"(https?:)?//", address)
                )
                fates = [KINDS[self.web.kind(each)[0]].fate for each in tried]
                if fates:
                    best = next((fate for fate in fates if fate != "lost"), "lost")
                    found[tried] = best
        return [(fate, tried) for tried, fate in found.items()]

    def _inside(self, name: str, target: Path) -> Iterator[str]:
        """What is wrong in a file."""
        if name == "epub":
            with self._checking:
                yield from map(str, self._checker(target))
            with zipfile.ZipFile(target) as book:
                for item in book.infolist():
                    if re.search(r"\.(webp|avif|svg|heic|bmp|tiff?)$", item.filename):
                        yield f"{item.filename} is in the book"
        elif name == "markdown":
            text = target.read_text("utf-8")
            for address in re.findall(r"\]\((images/[^)\s]*)", text):
                if not (target.parent / address).is_file():
                    yield f"{address} is not there"


def _unsaid(expected: list[tuple[str, tuple[str, ...]]], report: dict[str, Any]) -> Iterator[str]:
    """Pictures that are lost and not reported, and pictures reported that the web had."""
    missing = [
        f"{each['url']}: {each['reason']}"
        for entry in report["results"]
        for each in entry["pictures"]["missing"]
    ]
    for fate, tried in expected:
        lines = [line for line in missing if any(each[:150] in line for each in tried)]
        if fate == "lost" and not lines:
            yield f"lost without a word: {tried}"
        elif fate == "shown" and lines:
            yield f"lost although it is there: {tried}: {lines[0]}"


def report(results: Sequence[Result], formats: Sequence[str]) -> int:
    """Print what happened; the number of documents with a fault."""
    for result in results:
        for fault in result.faults:
            print(f"{result.name}: {fault}")
    fates = sum((result.fates for result in results), Counter[str]())
    print(
        f"{len(results)} documents, {sum(result.images for result in results)} pictures on the web "
        f"({', '.join(f'{count} {fate}' for fate, count in fates.most_common())}), "
        f"{sum(result.requests for result in results)} requests"
    )
    rows: list[tuple[str, ...]] = [
        ("", "cpu s, middle", "worst", "wall s, middle", "worst", "MB, middle", "worst")
    ]
    for name in formats:
        costs = [result.costs[name] for result in results if name in result.costs]
        if costs:
            cells = [name]
            for values in zip(*costs, strict=True):
                ordered = sorted(values)
                cells += [f"{_scaled(ordered[len(ordered) // 2])}", f"{_scaled(ordered[-1])}"]
            rows.append(tuple(cells))
    print(table(rows))
    for name in formats:
        for what, place in (("slowest", 1), ("largest in memory", 2)):
            known = [result for result in results if name in result.costs]
            known.sort(key=lambda result: result.costs[name][place], reverse=True)
            named = "; ".join(
                f"{result.name} {_scaled(result.costs[name][place])} ({result.images} pictures)"
                for result in known[:4]
            )
            print(f"{name}, {what}: {named}")
    return sum(bool(result.faults) for result in results)


def _scaled(value: float) -> str:
    """Bytes in megabytes, seconds as they are."""
    return f"{value / MEGABYTE:.0f}" if value > MEGABYTE else f"{value:.2f}"


def main() -> None:
    """Convert what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    formats = [name for name in options.formats.split(",") if name]
    paths = documents([each for each in options.folders if each.is_dir()])[:: options.every]
    paths += [each for each in options.folders if each.is_file()]
    random.Random(0).shuffle(paths)  # noqa: S311 - so that long ones do not come together
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder, "keys")
        keys.mkdir()
        run = Run(formats, options.keep or Path(folder, "made"), Authority(keys))
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(run.convert, paths))
        run.close()
        sys.exit(bool(report(results, formats)))


if __name__ == "__main__":
    main()
