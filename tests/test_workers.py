"""Work in processes: results in order, and what is left when a process goes."""

import os
import signal
from pathlib import Path

import pytest

from converters import workers
from converters.workers import KILLED, Pool, in_order


def double(item: int) -> int:
    return 2 * item


def deadly(item: int) -> int:
    if item % 10 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * item


def deadly_once(item: tuple[int, str]) -> int:
    number, folder = item
    mark = Path(folder) / "killed"
    if number == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def never(item: object) -> int:
    raise AssertionError(item)


@pytest.mark.parametrize("count", [1, 3])
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    numbers = list(range(50))
    assert list(in_order(double, numbers, count, never)) == [2 * each for each in numbers]


@pytest.mark.requirement("ALL-11")
def test_killed_processes_cost_only_what_they_worked_on() -> None:
    numbers = list(range(40))
    killed: list[int] = []

    def tell(item: int) -> int:
        killed.append(item)
        return -1

    found = list(in_order(deadly, numbers, 2, tell))
    assert found == [-1 if each % 10 == 3 else 2 * each for each in numbers]
    assert killed == [3, 13, 23, 33]
    assert "killed" in KILLED


def test_what_was_killed_once_is_done_again(tmp_path: Path) -> None:
    items = [(number, str(tmp_path)) for number in range(30)]
    assert list(in_order(deadly_once, items, 2, never)) == list(range(30))
    assert (tmp_path / "killed").exists()


def process(item: int) -> int:
    return os.getpid()


def test_a_pool_keeps_its_processes_until_one_is_killed() -> None:
    with Pool(2) as pool:
        first = {each for _ in range(4) for each in pool.in_order(process, range(9), never)}
        assert len(first) <= 2  # one may do it all
        assert list(pool.in_order(deadly, [3], lambda _: -1)) == [-1]
        later = {each for _ in range(4) for each in pool.in_order(process, range(9), never)}
    assert len(later) <= 2
    assert not later & first
    assert os.getpid() not in first | later


def test_errors_of_the_work_are_raised() -> None:
    with pytest.raises(AssertionError):
        list(in_order(never, [1, 2, 3], 2, never))


def test_after_ctrl_c_a_worker_does_not_begin_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker has further items waiting, which its pool cannot take back."""
    begun: list[str] = []

    def interrupted(item: str) -> None:
        begun.append(item)
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "_interrupted", [])
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # of the test's own process
    for item in "ab":
        with pytest.raises(KeyboardInterrupt):
            workers._in_worker(interrupted, item)
    assert begun == ["a"]
