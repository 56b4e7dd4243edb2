"""Drawing SVG: resvg, in a process of its own.

resvg knows no script, no animation and no network, and draws text in the system's fonts. But a
small document can make it compute for minutes, take gigabytes, or overflow its stack, which ends
the process; and it holds Python's lock while it draws. So it works in another process, which is
started for the first drawing, serves the following ones, is killed where one takes too long, and
ends with ours.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer

__all__ = ["DrawingError", "drawn"]

SECONDS = 15.0
"""How long one drawing may take."""

_PNG_LIMIT = 256 * 1024 * 1024
# What finds the person's fonts; nothing else of the environment is passed on.
_ENVIRONMENT = ("HOME", "PATH", "SYSTEMROOT", "WINDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class DrawingError(Exception):
    """The document is not drawn; says why, in words that follow a name."""


def drawn(svg: bytes) -> bytes:
    """A PNG of ``svg``, on white, in the size that its root says.

    ``svg`` is UTF-8 and already sanitised: resvg reads files that a document names. Drawings are
    made one after the other. Raises :class:`DrawingError` where ``svg`` cannot be drawn within
    the limits.
    """
    with _lock:
        return _drawer().draw(svg)


class _Drawer:
    """The process, and what is said to it."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("_resvg.py")
        self.owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own script in our own Python
            [sys.executable, "-I", "-S", str(script), *(path for path in sys.path if path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def draw(self, svg: bytes) -> bytes:
        timer = Timer(SECONDS, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            return self._answer(svg)
        except (OSError, EOFError, ValueError) as error:
            self.close()
            reason = "takes too long to draw or cannot be drawn"
            raise DrawingError(reason) from error
        finally:
            timer.cancel()

    def _answer(self, svg: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(struct.pack(">I", len(svg)) + svg)
        self._process.stdin.flush()
        head = self._process.stdout.read(5)
        if len(head) < 5:
            raise EOFError
        is_drawn, length = struct.unpack(">BI", head)
        if length > _PNG_LIMIT:
            raise EOFError
        png = self._process.stdout.read(length)
        if len(png) < length:
            raise EOFError
        if not is_drawn:
            raise DrawingError("is an SVG drawing that cannot be drawn")
        return png

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()


_lock = Lock()
_drawers: list[_Drawer] = []


def _drawer() -> _Drawer:
    """The process that draws, of this process: one that was forked off has none yet."""
    while _drawers:
        if _drawers[-1].owner == os.getpid() and _drawers[-1].is_alive:
            return _drawers[-1]
        gone = _drawers.pop()
        if gone.owner == os.getpid():
            gone.close()
        else:
            _others.append(gone)
    if not _registered:
        atexit.register(_close)
        _registered.append(True)
    try:
        _drawers.append(_Drawer())
    except OSError as error:
        raise DrawingError(f"cannot be drawn: {error.strerror}") from error
    return _drawers[-1]


_registered: list[bool] = []
_others: list[_Drawer] = []  # of the process that we were forked from: not ours to end


def _close() -> None:
    for drawer in _drawers:
        if drawer.owner == os.getpid():
            drawer.close()
