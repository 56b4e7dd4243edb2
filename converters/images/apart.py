"""Apart: what is drawn and decoded in a process of its own, SVG, HEIC and TIFF.

resvg knows no script, no animation and no network, and draws text in the system's fonts. But a
small document can make it compute for minutes, take gigabytes, or overflow its stack, which ends
the process; and it holds Python's lock while it draws. libheif ended it, too, in fewer than 2500
damaged files of a test, and libtiff writes to the terminal. All three are rare beside JPEG, PNG and
WebP. So they work in another process, which is started when the first is met, serves the following
ones, is killed where one takes too long, and ends with ours.
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
from typing import TYPE_CHECKING

from converters.images.need import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

__all__ = ["ApartError", "decoded", "drawn", "stop"]

SECONDS = 45.0
"""How long one picture may take on a busy machine; it may compute for less (_worker.py)."""

_ANSWER_LIMIT = 8 * MAX_PIXELS
# What finds the person's fonts; nothing else of the environment is passed on.
_ENVIRONMENT = ("HOME", "PATH", "SYSTEMROOT", "WINDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class ApartError(Exception):
    """It was not done in time or ended the process; says so in words that follow a name."""


def drawn(svg: bytes, *, dark: bool = False) -> bytes:
    """A PNG of ``svg``, on white or on ``dark`` grey, in the size that its root says.

    ``svg`` is UTF-8 and already sanitised: resvg reads files that a document names. Raises
    :class:`ApartError` where it is not done within the limits, ``ValueError`` where it is refused.
    """
    return _asked(b"svgd" if dark else b"svg ", svg)


def decoded(kind: str, data: bytes, *, damaged: bool) -> Raster:
    """The pixels of a file of ``kind`` HEIF or TIFF, with its colour profile in ``info``.

    HEIC is turned as the file asks, TIFF as its tag for that says. Raises as :func:`drawn` does.
    """
    from PIL import Image as Pillow

    request = b"heif" if kind == "HEIF" else b"tif!" if damaged else b"tiff"
    answer = _asked(request, data)
    mode, width, height, length = struct.unpack_from(">8sIII", answer)
    pixels = memoryview(answer)[20 + length :]
    raster = Pillow.frombytes(mode.rstrip(b"\0").decode(), (width, height), pixels)
    raster.info["icc_profile"] = answer[20 : 20 + length]
    return raster


def stop() -> None:
    """End what another thread waits for, which is told that it cannot be done."""
    _besides[-1].stop()


class _Worker:
    """The process, and what is said to it."""

    def __init__(self) -> None:
        self._killed = False
        script = Path(__file__).with_name("_worker.py")
        self._process = subprocess.Popen(  # noqa: S603 - our own script in our own Python
            [sys.executable, "-I", "-S", str(script), str(MAX_PIXELS), *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )

    @property
    def is_alive(self) -> bool:
        return not self._killed and self._process.poll() is None

    def asked(self, kind: bytes, data: bytes) -> bytes:
        """The answer to a request."""
        timer = Timer(SECONDS, self.kill)
        timer.daemon = True
        timer.start()
        try:
            answer = self._answer(kind, data)
        except (OSError, EOFError) as error:
            self.close()
            raise ApartError("cannot be decoded within the limits and is left out") from error
        finally:
            timer.cancel()
        if not answer:
            raise ValueError
        return answer

    def _answer(self, kind: bytes, data: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(struct.pack(">4sI", kind, len(data)))
        self._process.stdin.write(data)
        self._process.stdin.flush()
        head = self._process.stdout.read(5)
        if len(head) < 5:
            raise EOFError
        _, length = struct.unpack(">BI", head)
        answer = self._process.stdout.read(length) if length <= _ANSWER_LIMIT else b""
        if len(answer) < length:
            raise EOFError
        return answer

    def kill(self) -> None:
        """Take the process from under who talks to it."""
        self._killed = True
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()


class _Beside:
    """The process beside this one, and who may talk to it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worker: _Worker | None = None

    def asked(self, kind: bytes, data: bytes) -> bytes:
        """The answer to a request, of a process that is started where there is none."""
        with self._lock:
            if self._worker is None or not self._worker.is_alive:
                self.close()
                try:
                    self._worker = _Worker()
                except OSError as error:
                    raise ApartError(f"cannot be decoded: {error.strerror}") from error
            return self._worker.asked(kind, data)

    def stop(self) -> None:
        """Kill the process, if there is one, whoever talks to it."""
        if (worker := self._worker) is not None:
            worker.kill()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


# The last is ours. Those before it belong to the processes that we were forked from: they are kept,
# and left alone.
_besides = [_Beside()]


def _asked(kind: bytes, data: bytes) -> bytes:
    return _besides[-1].asked(kind, data)


@atexit.register
def _close() -> None:
    _besides[-1].close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _besides.append(_Beside()))
