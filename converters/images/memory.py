"""Memory that large pictures took goes back to the system as soon as they are done with."""

from __future__ import annotations

import contextlib
import sys
from functools import cache

__all__ = ["give_back"]

_M_MMAP_THRESHOLD = -3  # <malloc.h>
_LARGE = 1024 * 1024  # bytes


@cache
def give_back() -> None:
    """Have the C library take large blocks from the system, and give them back, one by one.

    The GNU C library stops doing so after the first large block was freed, and then keeps what
    each thread had (https://man7.org/linux/man-pages/man3/mallopt.3.html, M_MMAP_THRESHOLD): 24
    pictures of 20 MB in 12 threads, of which two are in use at a time, took 321 MB, and 105 MB
    like this. It holds for the whole process; elsewhere nothing is done.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library has no such switch
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
