"""Running pandoc: one document in, one out, inside bounds.

pandoc comes in the wheel of pypandoc_binary and runs as a process of its own: in its sandbox, so
that it reads no file and fetches nothing (https://pandoc.org/MANUAL.html#a-note-on-security), with
fixed arguments, no data folder, a limit on its heap (``+RTS -M``:
https://downloads.haskell.org/ghc/latest/docs/users_guide/runtime_control.html), on its time and on
what it says. pypandoc's own functions know none of these limits and write warnings to a logger, so
only its program is used.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["MAX_OUTPUT", "Output", "run"]

MAX_OUTPUT = 96 * 1024 * 1024
"""Most bytes that pandoc may give: its tree of a text is about ten times the text."""

_MEMORY = "-M512M"
_SECONDS = 60.0
_MAX_MESSAGES = 64 * 1024
_MAX_WARNINGS = 20
# GHC's own words where the limit on its heap is reached, and its status then.
_HEAP = re.compile(r"heap (?:overflow|exhausted)", re.IGNORECASE)
_HEAP_STATUS = 251
_SKIPPED = re.compile(r"^\[INFO\] Skipped '(.*?)' at line [0-9]+", re.MULTILINE | re.DOTALL)
# What concerns pandoc's own parts and not the document.
_OWN_MATTERS = re.compile(
    r"translation|defaulting to|This document format requires a nonempty <title>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Output:
    """What pandoc gave: the document's bytes, its warnings, one sentence each, and what it skipped.

    ``skipped`` is markup that pandoc does not know; it is told only with ``--verbose``.
    """

    data: bytes
    warnings: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def run(  # noqa: PLR0913 - all but three are keywords
    data: bytes,
    reader: str,
    writer: str,
    *,
    source: str,
    arguments: Sequence[str] = (),
    media: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = _SECONDS,
) -> Output:
    """``data``, in pandoc's format ``reader``, as ``writer``.

    ``source`` is what errors call the document. ``arguments`` are further ones of ours, never of
    the document. Pictures inside the document are written below the folder ``media``.
    ``environment`` adds to an environment that is otherwise bare.

    Raises :class:`~converters.errors.UnsafeSource` where the time, the memory or the output is
    not enough, and :class:`~converters.errors.UnreadableSource` where pandoc cannot read it.
    """
    command = [*_program(source), *arguments, "--from", reader, "--to", writer]
    if media is not None:
        command += ["--extract-media", str(media)]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as messages:
        given.write(data)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - fixed arguments, the text on standard input
                command,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=messages,
                cwd=media,
                env={**_environment(), **(environment or {})},
            )
        except OSError as error:
            raise UnreadableSource(source, f"pandoc cannot be started: {error.strerror}") from error
        made, late = _collected(process, seconds)
        messages.seek(0)
        said = messages.read(_MAX_MESSAGES).decode("utf-8", "replace")
    if late:
        raise UnsafeSource(source, f"pandoc needs more than {seconds:g} seconds for it")
    if len(made) > MAX_OUTPUT:
        size = MAX_OUTPUT // 2**20
        raise UnsafeSource(source, f"is too large: pandoc makes more than {size} MB of it")
    if process.returncode == _HEAP_STATUS or (process.returncode and _HEAP.search(said)):
        raise UnsafeSource(source, f"pandoc needs more than {_MEMORY[2:-1]} MB of memory for it")
    if process.returncode:
        raise UnreadableSource(source, f"pandoc cannot read it: {_reason(said, process)}")
    skipped = tuple(match[1] for match in _SKIPPED.finditer(said))
    return Output(made, _warnings(said), skipped)


def _program(source: str) -> list[str]:
    """The command, with the limits that every run has."""
    import pypandoc

    try:
        path = pypandoc.get_pandoc_path()
    except OSError as error:
        reason = "pandoc is not installed; reinstall pypandoc_binary, which brings it"
        raise UnreadableSource(source, reason) from error
    return [
        path,
        *("+RTS", _MEMORY, "-RTS", "--sandbox", "--wrap=none", "--preserve-tabs"),
        # No templates, filters or reference documents that this machine's user may have.
        *("--data-dir", os.devnull),
    ]


def _environment() -> dict[str, str]:
    """As much of the environment as a program needs; the locale decides about messages only."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def _collected(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bool]:
    """What the process writes, at most a little more than may be, and whether it was too late."""
    late = False

    def stop() -> None:
        nonlocal late
        late = True
        process.kill()

    timer = Timer(seconds, stop)
    timer.start()
    made = bytearray()
    try:
        assert process.stdout is not None
        with process.stdout as output:
            while block := output.read(1 << 20):
                made += block
                if len(made) > MAX_OUTPUT:
                    process.kill()
                    break
        process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
    return bytes(made), late


def _reason(said: str, process: subprocess.Popen[bytes]) -> str:
    """The first sentence of an error, which pandoc may spread over lines."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("[WARNING]", "[INFO]"))] or lines
    text = " ".join(lines[:3]) or f"it ended with status {process.returncode}"
    return text[:300]


def _warnings(said: str) -> tuple[str, ...]:
    """The warnings among pandoc's messages, each with the lines that go on with it."""
    found: list[str] = []
    goes_on = False
    for line in said.splitlines():
        if line.startswith("[WARNING]"):
            goes_on = True
            found.append(line.removeprefix("[WARNING]").strip())
        elif line.startswith("  ") and goes_on:
            found[-1] += " " + line.strip()
        else:
            goes_on = False
    told = [line[:300] for line in found if line and not _OWN_MATTERS.search(line)]
    if len(told) > _MAX_WARNINGS:
        rest = len(told) - _MAX_WARNINGS
        told[_MAX_WARNINGS:] = [f"pandoc has {rest} further warnings"]
    return tuple(dict.fromkeys(told))
