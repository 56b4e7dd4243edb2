"""Whole commands for one article: processor time, wall-clock time and peak memory.

    python -m benchmarks.commands ARTICLE [ROUNDS]

Each command is run ROUNDS times and its best values are printed. Peers that are not on the PATH
are left out with a message. ARTICLE may be the project's own, ``seeds/*.txt``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import MEGABYTE, command_cost, table

# The command as it is installed, run by the Python that runs this.
BROADSHEET = (sys.executable, "-m", "converters")


def commands(article: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """What is measured, by name; files go into ``folder``."""
    page = folder / "page.html"
    page.write_bytes(Path(article).read_bytes())
    ours = {
        f"broadsheet, to {name}": (
            *(*BROADSHEET, "convert", article, "--force"),
            *("-o", str(folder / f"ours.{suffix}")),
        )
        for name, suffix in (
            ("Markdown", "md"),
            ("text", "txt"),
            ("EPUB", "epub"),
            ("PDF", "pdf"),
        )
    }
    return {
        "python, doing nothing": (sys.executable, "-c", "pass"),
        "broadsheet --help": (*BROADSHEET, "--help"),
        **ours,
        "markitdown, to Markdown": ("markitdown", str(page)),
        "pandoc, to Markdown": (pandoc(), "-f", "html", "-t", "gfm", str(page)),
        "pandoc, to EPUB": (pandoc(), "-f", "html", "-o", str(folder / "peer.epub"), str(page)),
        "calibre, to EPUB": ("ebook-convert", str(page), str(folder / "calibre.epub")),
        "calibre, to PDF": ("ebook-convert", str(page), str(folder / "calibre.pdf")),
        "percollate, to PDF": ("percollate", "pdf", "-o", str(folder / "peer.pdf"), str(page)),
    }


def pandoc() -> str:
    """Pandoc's program: the one on the PATH, else the one that pypandoc brings."""
    try:
        from pypandoc import get_pandoc_path

        return str(get_pandoc_path())
    except (ImportError, OSError):
        return "pandoc"


def main(article: str, rounds: str = "5") -> None:
    rows = [("command", "cpu s", "wall s", "peak MB")]
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(article, Path(folder)).items():
            if shutil.which(command[0]) is None:
                print(f"{name}: {command[0]} is not installed, left out", file=sys.stderr)
                continue
            try:
                cost = command_cost(command, int(rounds))
            except subprocess.CalledProcessError as error:
                print(f"{name}: failed ({error}): {error.stderr.decode()[-300:]}", file=sys.stderr)
                continue
            rows.append(
                (name, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak / MEGABYTE:.0f}")
            )
    print(table(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
