"""Python's collector of cycles, held where much grows of which nothing is garbage yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Waste", "settled", "without_collection"]


@contextmanager
def without_collection() -> Iterator[None]:
    """No cyclic garbage collection within; afterwards it is as it was before."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Waste:
    """Garbage that is left lying until there is much of it.

    To find cyclic garbage takes time for each object of it, which a process that will end soon
    need not spend. ``limit`` is how much may lie, in whatever is counted.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lying = 0

    def add(self, much: int) -> None:
        """Say that ``much`` has become garbage: it is collected when the limit is reached."""
        self._lying += much
        if self._lying >= self.limit and not gc.isenabled():
            self._lying = 0
            gc.collect()


@contextmanager
def settled() -> Iterator[None]:
    """Within, what there is now is permanent: collections do not look at it.

    Where a process forks this keeps its memory shared with its children, too. Afterwards it can
    be collected as ever, but in a program that took things for permanent itself.
    """
    permanent = gc.get_freeze_count()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if not permanent:
            gc.unfreeze()
