"""Whose turn it is to ask a server: few requests at once, and a pause between them.

The turns of a host are lock files, so that all processes and threads of this machine that share
the folder share its turns: ``<host>-0`` to ``<host>-<n-1>`` are held while a request is under way,
``<host>-next`` while the next beginning is planned, which ``<host>-next.at`` keeps. Hosts are
hashed to a few thousand names, so that the folder stays small; two that share one wait for each
other. A process that dies gives its locks back with its files.

Threads of one process wait for each other without looking at files: only for other processes is
looked again and again.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Semaphore
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["clear", "turn"]

_POLL = 0.02  # seconds between two looks at locks that others hold
_LOOK = 0.1  # seconds between two looks whether a turn is still wanted


Sleep = Callable[[float], None]


@contextmanager
def turn(
    folder: Path, host: str, *, at_once: int, pause: float, sleep: Sleep | None = None
) -> Iterator[None]:
    """Wait for a turn with ``host``, and hold it.

    At most ``at_once`` turns are held at the same time, and ``pause`` seconds lie between the
    beginnings of two. ``folder`` is made where it is missing; where it cannot be, this process
    keeps its turns to itself. ``sleep`` waits for some seconds, or raises to give the turn up.
    """
    stem = hashlib.sha256(host.encode()).hexdigest()[:3]
    place = _usable(folder)
    at_once = max(1, at_once)
    sleep = sleep or time.sleep
    with (
        _one_of_us(_threads(place / stem, at_once, os.getpid()), sleep),
        _one_of([place / f"{stem}-{number}" for number in range(at_once)], sleep),
    ):
        _wait(place / f"{stem}-next", pause, sleep)
        yield


def clear(folder: Path) -> None:
    """Remove ``folder`` and its turns, but those that somebody holds."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.suffix:  # the plan beside a lock
                continue
            file = _locked(path)
            if file is not None:
                file.close()
                path.with_suffix(".at").unlink(missing_ok=True)
                path.unlink()
        folder.rmdir()


@cache
def _threads(path: Path, at_once: int, process: int) -> Semaphore:
    """What the threads of this process share the turns by: not with a parent's, after a fork."""
    return Semaphore(at_once)


@contextmanager
def _one_of_us(semaphore: Semaphore, sleep: Sleep) -> Iterator[None]:
    while not semaphore.acquire(timeout=_LOOK):
        sleep(0)  # which may give up
    try:
        yield
    finally:
        semaphore.release()


@cache
def _usable(folder: Path) -> Path:
    """``folder``, or a temporary one where nothing can be written into it."""
    try:
        _make(folder)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        ours = tempfile.mkdtemp(prefix="broadsheet-")
        atexit.register(shutil.rmtree, ours, ignore_errors=True)
        return Path(ours)


def _make(folder: Path) -> None:
    """Make ``folder`` in the cache's, which may not be there yet: both are the person's alone."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _one_of(paths: list[Path], sleep: Sleep) -> Iterator[None]:
    """Hold the lock of one of ``paths``."""
    while True:
        for path in paths:
            file = _locked(path)
            if file is not None:
                with file:
                    yield
                return
        sleep(_POLL * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


def _wait(path: Path, pause: float, sleep: Sleep) -> None:
    """Take the next beginning for ourselves, and sleep until it has come."""
    if pause <= 0:
        return
    with _one_of([path], sleep):
        now = time.time()
        try:
            planned = float(path.with_suffix(".at").read_text("ascii"))
        except (OSError, ValueError):
            planned = 0.0
        # A clock that was set back must not keep anybody waiting.
        begin = planned if now <= planned <= now + 3600 else now
        with contextlib.suppress(OSError):
            path.with_suffix(".at").write_text(str(begin + pause), "ascii")
    sleep(max(0.0, begin - now))


def _locked(path: Path) -> BinaryIO | None:
    """The file at ``path``, opened and locked by us until it is closed; ``None`` if it is held."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:  # somebody cleared the folder
        _make(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    file = os.fdopen(descriptor, "r+b")
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks grants them all.
        if error.errno in {errno.EAGAIN, errno.EACCES, errno.EDEADLK}:
            file.close()
            return None
    return file
