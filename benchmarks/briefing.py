"""A briefing for print of 10 to 300 articles: time, peak memory of all processes, pages.

    python -m benchmarks.briefing FOLDER [COUNT...]

For each COUNT (10, 30, 100 and 300 without any) so many articles are made of those in FOLDER, as
:mod:`benchmarks.bundle` makes them, without their pictures, and ``broadsheet brief`` sets them on
A5 with contents, "at a glance" and notes at the foot of the pages. At 30 articles (or the smallest
COUNT) percollate, Calibre and pandoc with WeasyPrint make a PDF on A5 with contents of the same
articles in the same run, where they are installed; none of them sets notes at the foot of a page.
What notes cost shows the line without links.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bundle import make
from benchmarks.commands import BROADSHEET, pandoc
from benchmarks.measure import MEGABYTE, table, tree_cost

COUNTS = (10, 30, 100, 300)
WITH_PEERS = 30
_PICTURE = re.compile(r"<img\b[^>]*>|!\[[^]]*\]\([^)]*\)", re.IGNORECASE)
_A5 = "@page { size: A5; margin: 15mm }"


def sources(folder: Path, count: int, scratch: Path) -> tuple[Path, Path]:
    """Make ``count`` articles: a folder for us, and the same as web pages for peers."""
    ours, theirs = scratch / str(count), scratch / f"{count}-pages"
    make(folder, count, ours)
    theirs.mkdir()
    links = []
    for file in sorted(ours.iterdir()):
        text = _PICTURE.sub("", file.read_text("utf-8"))
        file.write_text(text, "utf-8")
        page = theirs / f"{file.stem}.html"
        title = html.escape(text.partition("\n")[0].lstrip("[# ").partition("](")[0][:200])
        page.write_text(
            # Calibre takes what has no <html> for no web page.
            f'<!DOCTYPE html><html><meta charset="utf-8"><title>{title}</title>'
            f"<article><h1>{title}</h1>\n{text}</article></html>",
            "utf-8",
        )
        links.append(f'<p><a href="{page.name}">{title}</a></p>')
    index = '<!DOCTYPE html><meta charset="utf-8"><title>Briefing</title>' + "\n".join(links)
    (theirs / "index.html").write_text(index, "utf-8")
    return ours, theirs


def commands(
    count: int, ours: Path, theirs: Path, target: Path, *, peers: bool
) -> Iterator[tuple[str, list[str]]]:
    """What is measured, by name; each writes ``target``."""
    own = [*BROADSHEET, "brief", str(ours), "-f", "--page", "A5", "--images", "none"]
    own += ["-o", str(target)]
    yield f"{count} articles", own
    if not peers:
        return
    yield f"{count} articles, no notes", [*own, "--links", "none"]
    pages = sorted(str(page) for page in theirs.glob("[0-9]*.html"))
    yield (
        f"{count} articles, percollate",
        [
            *("percollate", "pdf", "--toc", "--css", _A5, "-o", str(target)),
            *(["--no-sandbox"] if _is_root() else []),
            *pages,
        ],
    )
    yield (
        f"{count} articles, calibre",
        [
            *("ebook-convert", str(theirs / "index.html"), str(target), "--paper-size", "a5"),
            # Not --pdf-page-numbers: with these articles Calibre 6 counts other pages than it
            # prints, and gives up.
            *("--pdf-add-toc", "--max-levels", "1"),
        ],
    )
    style = theirs / "a5.css"
    style.write_text(_A5, "utf-8")
    engine = Path(sys.executable).with_name("weasyprint")
    yield (
        f"{count} articles, pandoc with WeasyPrint",
        [
            *(pandoc(), "-f", "html", "-t", "html5", "-M", "title=Briefing"),
            *("--toc", "--toc-depth=1"),
            *("--css", str(style), f"--pdf-engine={engine}", "-o", str(target), *pages),
        ],
    )


def _is_root() -> bool:
    return getattr(os, "geteuid", lambda: 1)() == 0


def environment() -> dict[str, str]:
    """What peers need: the system's Chromium for percollate; Calibre's refuses to serve root."""
    variables = {}
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium and "PUPPETEER_EXECUTABLE_PATH" not in os.environ:
        variables["PUPPETEER_EXECUTABLE_PATH"] = chromium
    if _is_root():
        variables["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return variables


def page_count(file: Path) -> int:
    """How many pages a PDF has."""
    import pikepdf

    with pikepdf.open(file) as pdf:
        return len(pdf.pages)


def measured(name: str, command: list[str], target: Path, rounds: int) -> tuple[str, ...]:
    """A row of the table about ``command``, which writes ``target``; none where it cannot run."""
    if shutil.which(command[0]) is None:
        print(f"{name}: {command[0]} is not installed, left out", file=sys.stderr)
        return ()
    try:
        cost = tree_cost(command, rounds, environment())
        pages = page_count(target)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or b""
        print(f"{name}: failed: {error} {said.decode()[-300:]}", file=sys.stderr)
        return ()
    size = target.stat().st_size
    target.unlink()
    return (
        name,
        f"{cost.cpu:.2f}",
        f"{cost.wall:.2f}",
        f"{cost.peak / MEGABYTE:.0f}",
        f"{size / MEGABYTE:.1f}",
        str(pages),
        f"{1000 * cost.cpu / pages:.1f}",
    )


def main(folder: str, *counts: str) -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = [
        ("", "cpu s", "wall s", "peak MB", "size MB", "pages", "ms a page")
    ]
    numbers = sorted(map(int, counts)) or list(COUNTS)
    compared = WITH_PEERS if WITH_PEERS in numbers else numbers[0]
    with tempfile.TemporaryDirectory() as scratch:
        for count in numbers:
            ours, theirs = sources(Path(folder), count, Path(scratch))
            target = Path(scratch, "made.pdf")
            for name, command in commands(count, ours, theirs, target, peers=count == compared):
                rows.append(measured(name, command, target, 3 if count < 100 else 1))
    print(table(filter(None, rows)))


if __name__ == "__main__":
    main(*sys.argv[1:])
