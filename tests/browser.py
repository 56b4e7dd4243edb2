"""Pages in headless Chromium: what was loaded, what stands where, what axe-core finds.

The browser is the system's own (Debian: ``chromium``), driven by Playwright
(https://playwright.dev/python/). It gets no network: every request that goes beyond the file, its
folder or the test's own server is refused and remembered.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Playwright

__all__ = ["Chromium", "NoChromiumError", "OpenPage", "find_chromium"]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Text that must have its contrast, names that must be there: the rules of WCAG 2.2, A and AA, and
# what axe-core holds to be good practice.
_AXE_OPTIONS = {"resultTypes": ["violations"]}


class NoChromiumError(Exception):
    """There is no browser here; the message says what to install."""


def find_chromium() -> str:
    """Give the path of the system's Chromium; raises :class:`NoChromiumError`."""
    named = os.environ.get("BROADSHEET_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        message = "no Chromium was found (Debian: chromium; BROADSHEET_CHROMIUM names one)"
        raise NoChromiumError(message)
    return path


class OpenPage:
    """A page in a window, its ``requests`` beyond the file itself, and its ``complaints``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def value(self, script: str) -> Any:
        """Give what a piece of JavaScript is worth in the page."""
        return self.page.evaluate(script)

    def violations(self) -> list[str]:
        """List what axe-core (https://github.com/dequelabs/axe-core) finds, a line each."""
        spec = find_spec("axe_playwright_python")
        assert spec is not None
        assert spec.origin is not None
        # The page's own policy allows no script, so the tool's is evaluated from outside.
        self.page.evaluate(Path(spec.origin).with_name("axe.min.js").read_text("utf-8"))
        found = self.page.evaluate(f"axe.run(document, {json.dumps(_AXE_OPTIONS)})")
        return [
            f"{violation['id']}: {node['html']} {node.get('failureSummary', '')}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


class Chromium:
    """The browser, started when the first page is opened and kept until ``close``."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    @contextmanager
    def open(
        self,
        what: Path | str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Literal["light", "dark"] = "light",
        within: str = "",
    ) -> Iterator[OpenPage]:
        """Show a file, or an address, in a window of ``width`` by ``height`` CSS pixels.

        Other addresses that begin with ``within`` may be asked for as well. Raises
        :class:`NoChromiumError` where no Chromium is installed.
        """
        browser = self._start()
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        opened = OpenPage(page)
        address = what if isinstance(what, str) else what.resolve().as_uri()
        allowed = ("data:", "blob:", address, *filter(None, (within,)))

        def refuse(route: Any) -> None:
            opened.requests.append(route.request.url)
            route.abort()

        page.route(lambda url: not url.startswith(allowed), refuse)
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.goto(address)
        try:
            yield opened
        finally:
            page.close()

    def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def _start(self) -> Browser:
        if self._browser is None:
            from playwright.sync_api import sync_playwright

            path = find_chromium()
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=path, args=list(_FLAGS)
            )
        return self._browser
