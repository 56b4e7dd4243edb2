"""Work for many items, here or in a pool of processes, with results in the order of the items.

At most a few items for each process are under way, and no result is kept once it was given: what
comes of thousands of items need not fit into memory together.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from typing import Self

__all__ = ["KILLED", "Pool", "in_order"]

KILLED = "the process that worked on it was killed, perhaps because memory ran out"
"""What there is to say of an item whose process did not come back."""

_AHEAD = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    killed: Callable[[Item], Result],
) -> Iterator[Result]:
    """What ``work`` makes of each of ``items``; more than one worker means processes.

    As :meth:`Pool.in_order`, in processes that end with it.
    """
    if isinstance(items, Sized):
        workers = min(workers, len(items))
    with Pool(workers) as pool:
        yield from pool.in_order(work, items, killed)


class Pool:
    """``workers`` processes, or this one where there is one worker; they begin with the first item.

    Used as a context manager: the processes end with it.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._end()

    def _end(self) -> None:
        # Waited for: what is left to Python's own end may write to what is closed by then.
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def in_order(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        killed: Callable[[Item], Result],
        ahead: int = _AHEAD,
    ) -> Iterator[Result]:
        """What ``work`` makes of each of ``items``.

        ``work`` and the items are pickled where there are processes. Where one is killed, the item
        it worked on and those beside it are done again, each in a process of its own; ``killed``
        gives the result of one whose process is killed once more. After Ctrl-C no further item is
        begun. ``ahead`` is how many items are handed out for each process before the first of them
        is asked for.
        """
        if self.workers <= 1:
            yield from map(work, items)
            return
        coming = iter(items)
        left = True
        while left:  # processes of which one was lost are of no more use
            left = yield from self._in_processes(work, coming, killed, ahead)

    def _in_processes(
        self,
        work: Callable[[Item], Result],
        coming: Iterator[Item],
        killed: Callable[[Item], Result],
        ahead: int,
    ) -> Generator[Result, None, bool]:
        """Results for ``coming`` until they end or a process is killed; the latter is returned."""
        from concurrent.futures import ProcessPoolExecutor

        if self._executor is None:
            self._executor = ProcessPoolExecutor(self.workers, initializer=_ignore_ctrl_c)
        waiting: deque[tuple[Item, Future[Result] | None]] = deque()
        broken = False
        try:
            while True:
                room = 0 if broken else self.workers * ahead - len(waiting)
                for item in islice(coming, room):
                    waiting.append((item, _handed_out(self._executor, work, item)))
                if not waiting:
                    break
                item, future = waiting.popleft()
                result = _result(future)
                broken = broken or result is None
                yield _alone(work, item, killed) if result is None else result[0]
        except BaseException:
            self._end()
            raise
        if broken:
            self._end()
        return broken


def _handed_out(
    executor: ProcessPoolExecutor, work: Callable[[Item], Result], item: Item
) -> Future[Result] | None:
    """The result to come of ``item``; ``None`` where a process was just lost."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return executor.submit(_in_worker, work, item)
    except BrokenProcessPool:
        return None


def _ignore_ctrl_c() -> None:
    """Let Ctrl-C pass by: a worker that waits would print where it waited."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# The processes that Ctrl-C ended an item in: a list, which a child of a fork has, too.
_interrupted: list[int] = []


def _in_worker(work: Callable[[Item], Result], item: Item) -> Result:
    """Do an item in a worker, which has some waiting: after Ctrl-C it does none of them.

    While it works it hears of Ctrl-C, so that it can clear away what it began.
    """
    if os.getpid() in _interrupted:
        raise KeyboardInterrupt
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return work(item)
    except KeyboardInterrupt:
        _interrupted.append(os.getpid())
        raise
    finally:
        _ignore_ctrl_c()


def _result(future: Future[Result] | None) -> tuple[Result] | None:
    """What a worker made; ``None`` where a worker was killed, which takes all others with it."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return None if future is None else (future.result(),)
    except BrokenProcessPool:
        return None


def _alone(work: Callable[[Item], Result], item: Item, killed: Callable[[Item], Result]) -> Result:
    """Do an item in a process of its own: it, or one beside it, killed the one it was in."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=1) as pool:
        result = _result(pool.submit(work, item))
    return killed(item) if result is None else result[0]
