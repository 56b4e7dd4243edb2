"""What the benchmarks share: clocks that a busy machine disturbs little, and the files to read."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")

MEGABYTE = 1024 * 1024
# getrusage(2) counts the peak in kilobytes, macOS in bytes.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


class Cost(NamedTuple):
    """What a command took: processor and wall-clock seconds, peak memory in bytes."""

    cpu: float
    wall: float
    peak: int


def cpu_seconds() -> float:
    """Processor time so far, of this process and of the children it has waited for."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def best_times(
    works: Mapping[str, Callable[[T], object]], inputs: Sequence[T], rounds: int
) -> dict[str, float]:
    """Seconds that each of ``works`` takes for one of ``inputs``, on average.

    They take turns, so that all meet the same load; of each input the quickest round counts,
    since whatever else the machine does can only make it slower.
    """
    best = {name: [float("inf")] * len(inputs) for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            for place, each in enumerate(inputs):
                start = cpu_seconds()
                work(each)
                best[name][place] = min(best[name][place], cpu_seconds() - start)
    return {name: sum(times) / len(times) for name, times in best.items()}


def command_cost(
    command: Sequence[str], rounds: int, variables: Mapping[str, str] | None = None
) -> Cost:
    """The quickest of ``rounds`` runs of ``command``, and the least memory that one took.

    ``variables`` are added to its environment. Raises :class:`subprocess.CalledProcessError` where
    it fails.
    """
    costs = [_run(command, variables or {}) for _ in range(rounds)]
    return Cost(*(min(values) for values in zip(*costs, strict=True)))


# A process of our own size that becomes another program keeps our peak as its own (on Linux), so
# a small one stands between.
_BETWEEN = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
wall = time.perf_counter() - start
with open(sys.argv[1], "w") as file:
    print(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss, file=file)
sys.exit(process.returncode)
"""


def _run(command: Sequence[str], variables: Mapping[str, str]) -> Cost:
    with tempfile.NamedTemporaryFile("r") as costs:
        between = [sys.executable, "-I", "-S", "-c", _BETWEEN, costs.name, *command]
        environment = {**os.environ, **variables}
        done = subprocess.run(between, check=False, stderr=subprocess.PIPE, env=environment)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
        cpu, wall, peak = map(float, costs.read().split())
    return Cost(cpu, wall, int(peak) * _PEAK_UNIT)


def tree_cost(
    command: Sequence[str], rounds: int, variables: Mapping[str, str] | None = None
) -> Cost:
    """As :func:`command_cost`, but memory is that of a command and all that it starts, together.

    Every twentieth of a second the proportional set sizes of its processes are added up (Linux,
    proc_pid_smaps(5): pages that several share count once); elsewhere, and where that is less, the
    peak of its largest process counts.
    """
    costs = []
    environment = {**os.environ, **(variables or {})}
    for _ in range(rounds):
        with tempfile.NamedTemporaryFile("r") as file, tempfile.TemporaryFile() as said:
            between = [sys.executable, "-I", "-S", "-c", _BETWEEN, file.name, *command]
            process = subprocess.Popen(
                between, stdout=subprocess.DEVNULL, stderr=said, env=environment
            )
            peak = 0
            while process.poll() is None:
                peak = max(peak, sum(map(_proportional, _descendants(process.pid))))
                time.sleep(0.05)
            if process.returncode:
                said.seek(0)
                raise subprocess.CalledProcessError(process.returncode, command, stderr=said.read())
            cpu, wall, largest = map(float, file.read().split())
        costs.append(Cost(cpu, wall, max(peak, int(largest) * _PEAK_UNIT)))
    return Cost(*(min(values) for values in zip(*costs, strict=True)))


def _descendants(root: int) -> set[int]:
    """The processes that ``root`` started, and those that they started."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in brackets, may hold anything.
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(status.parent.name)] = int(fields[1])
    found: set[int] = set()
    level = {root}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return found


def _proportional(process: int) -> int:
    """The proportional set size of a process in bytes; 0 where it cannot be known."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def article_files(folder: Path) -> list[Path]:
    """The archived articles in ``folder``, by name."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".md", ".txt", ".html")]
    if not files:
        raise SystemExit(f"{folder}: holds no .md, .txt or .html files")
    return files


def table(rows: Iterable[Sequence[str]]) -> str:
    """``rows`` as lines, the first column flush left and the others flush right."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
