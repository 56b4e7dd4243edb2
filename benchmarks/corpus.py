"""Every document of some folders in every main format: what fails, and what it costs.

    python -m benchmarks.corpus FOLDER... [--keep OUT] [--jobs N] [--formats markdown,text,epub,pdf]

Each file is read once and written in each format. The script says which files failed (an error
for people is one, an exception of Python is a crash), what EPUBCheck says of each EPUB, which
characters the PDF could draw only as a box, how many words of Markdown and text came out, and how
long reading and each writer took. ``--keep`` leaves the files for looking at. Exit status 1 where
anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from benchmarks.glyphs import missing_glyphs
from converters.article import Article, plain_text
from converters.convert import make_options, picture_folders, read_articles, render
from converters.edition import edition
from converters.errors import ConversionError
from converters.images import Pictures
from converters.source import ASSET_SUFFIXES, open_source
from converters.writers import Context, find_writer

MAIN = "markdown,text,epub,pdf"


@dataclass
class Result:
    """What became of one document."""

    name: str
    reader: str = ""
    characters: int = 0
    failure: str = ""
    crash: str = ""
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


@contextlib.contextmanager
def timed(result: Result, work: str) -> Iterator[None]:
    """Note the processor time of a part of the work."""
    start = time.process_time()
    try:
        yield
    finally:
        result.seconds[work] = time.process_time() - start


def convert(path: Path, formats: Sequence[str], keep: Path | None) -> Result:
    """Convert one document; nothing is raised, so that the others go on."""
    result = Result(str(path))
    try:
        _convert(path, formats, keep, result)
    except ConversionError as error:
        result.failure = str(error)
    except Exception:  # noqa: BLE001 - a crash is what is looked for
        result.crash = traceback.format_exc()
    return result


def _convert(path: Path, formats: Sequence[str], keep: Path | None, result: Result) -> None:
    with timed(result, "reading"):
        articles = tuple(read_articles(open_source(path)))
    result.reader = articles[0].provenance.reader
    result.characters = sum(len(plain_text(article.body)) for article in articles)
    result.warnings += [each for article in articles for each in article.provenance.warnings]
    for name in formats:
        with timed(result, name):
            data = _written(articles, name, result)
        if keep is not None:
            target = keep / path.parent.name / name / (path.stem + find_writer(name).suffixes[0])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        result.faults += _faults(data, name)


def _written(articles: tuple[Article, ...], name: str, result: Result) -> bytes:
    def warn(message: str) -> None:
        result.warnings.append(f"{name}: {message}")

    writer = find_writer(name)
    target = BytesIO()
    # Pictures of the web are benchmarks.pretend's.
    with Pictures(picture_folders(articles), policy=writer.policy(None), warn=warn) as pictures:
        context = Context(pictures, warn)
        render(edition(articles), target, writer, make_options(writer, {}), context)
    return target.getvalue()


def _faults(data: bytes, name: str) -> list[str]:
    """What outside checkers find in a file."""
    if name == "epub":
        return [f"epub: {message}" for message in _epub_messages(data)]
    if name == "pdf":
        return [f"pdf: drawn as an empty box: {character}" for character in missing_glyphs(data)]
    return []


def _epub_messages(data: bytes) -> list[str]:
    global _checker  # noqa: PLW0603 - one Java machine a process
    from tests.checkers import EpubChecker

    if _checker is None:
        _checker = EpubChecker()
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".epub") as file:
        file.write(data)
        file.flush()
        return [str(message) for message in _checker(Path(file.name))]


_checker = None


def documents(folders: Sequence[Path]) -> list[Path]:
    """The files of ``folders`` that can be documents, in the order of their names."""
    return [
        path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() not in {*ASSET_SUFFIXES, ".tsv", ".json"}
    ]


def report(results: Sequence[Result], formats: Sequence[str]) -> int:
    """Print what happened; how many documents were not converted without a fault."""
    bad = 0
    for result in results:
        lines = [*filter(None, (result.failure, result.crash)), *result.faults]
        bad += bool(lines)
        for line in lines:
            print(f"{result.name}: {line}")
    by_folder: dict[str, list[Result]] = {}
    for result in results:
        by_folder.setdefault(Path(result.name).parent.name, []).append(result)
    for folder, members in by_folder.items():
        done = [result for result in members if not result.failure and not result.crash]
        readers = sorted({result.reader for result in done})
        print(
            f"{folder}: {len(done)} of {len(members)} converted (readers: {', '.join(readers)}), "
            f"{sum(bool(r.faults) for r in done)} with faults, "
            f"{sum(bool(r.warnings) for r in done)} with warnings, "
            f"{sum(r.characters for r in done):,} characters"
        )
        for work in ("reading", *formats):
            times = sorted(r.seconds[work] for r in done if work in r.seconds)
            if times:
                middle, worst = times[len(times) // 2], times[-1]
                print(f"  {work:10} {middle:7.3f} s middle, {worst:7.3f} s worst")
    return bad


def main() -> None:
    """Convert the folders that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--formats", default=MAIN)
    options = parser.parse_args()
    formats = [name for name in options.formats.split(",") if name]
    paths = documents(options.folders)
    with ProcessPoolExecutor(options.jobs) as pool:
        count = len(paths)
        results = list(pool.map(convert, paths, [formats] * count, [options.keep] * count))
    sys.exit(bool(report(results, formats)))


if __name__ == "__main__":
    main()
