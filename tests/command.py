"""The command as a person runs it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["no_leftovers", "run", "said"]


def run(
    *arguments: str | Path,
    cwd: Path | None = None,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "converters", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what stands on standard error, which never holds a traceback."""
    text = done.stderr.decode()
    assert "Traceback" not in text
    return text


def no_leftovers(folder: Path) -> bool:
    """Whether no half-written file lies in ``folder``."""
    return not list(folder.rglob(".broadsheet-*"))
