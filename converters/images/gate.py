"""A gate: how much is decoded at a time, and who may touch Pillow's one switch.

Decoders release Python's lock, so two pictures on two cores take the time of one; but a large one
takes a hundred megabytes. So each waits until what is under way leaves room for it, in the order
of arrival, and the largest go alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

__all__ = ["Gate"]


class Gate:
    """Lets through what fits into ``capacity`` together, first come, first served.

    Pillow decodes damaged files only while a switch is on that holds for the whole process
    (https://pillow.readthedocs.io/en/stable/reference/ImageFile.html), and other libraries leave
    it on (WeasyPrint). Inside the gate it is off but for whoever asked for ``damaged``, who is
    alone then; when the last has left it is as it was found.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._weight = 0
        self._inside = 0
        self._found = False

    @contextmanager
    def entered(self, weight: int, *, damaged: bool = False) -> Iterator[None]:
        """Wait for room for ``weight``; whatever is heavier than the capacity goes alone."""
        weight = self.capacity if damaged else min(max(weight, 1), self.capacity)
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(lambda: self._may_enter(ticket, weight, alone=damaged))
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            self._enter(weight, damaged=damaged)
        try:
            yield
        finally:
            with self._changed:
                self._leave(weight)
                self._changed.notify_all()

    def _may_enter(self, ticket: object, weight: int, *, alone: bool) -> bool:
        if self._waiting[0] is not ticket:
            return False
        return not self._inside or (not alone and self._weight + weight <= self.capacity)

    def _enter(self, weight: int, *, damaged: bool) -> None:
        from PIL import ImageFile

        if not self._inside:
            self._found = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = damaged
        self._inside += 1
        self._weight += weight

    def _leave(self, weight: int) -> None:
        from PIL import ImageFile

        self._inside -= 1
        self._weight -= weight
        if not self._inside:
            ImageFile.LOAD_TRUNCATED_IMAGES = self._found
