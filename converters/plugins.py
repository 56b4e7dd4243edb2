"""Plug-ins: readers and writers of other packages, found by their entry points.

A package offers them in the groups ``broadsheet.readers`` and ``broadsheet.writers``
(https://packaging.python.org/en/latest/specifications/entry-points/). Their code runs only when
a format of theirs is asked for, or when no reader of our own is sure of a source. One that does
not load is a :class:`Problem` and stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar, cast

from msgspec import Struct

__all__ = ["READERS", "WRITERS", "Problem", "blame", "find", "problems"]

READERS = "broadsheet.readers"
WRITERS = "broadsheet.writers"


class Problem(Struct, frozen=True, kw_only=True):
    """A plug-in that does not work: its ``name``, the ``package`` it is of, and the ``reason``."""

    name: str
    package: str
    reason: str

    def __str__(self) -> str:
        return f"plug-in {self.name} of {self.package}: {self.reason}"


_problems: dict[str, Problem] = {}

T = TypeVar("T")


def find(group: str, kind: type[T], taken: frozenset[str]) -> Mapping[str, T]:
    """The plug-ins of ``group`` that load, by their names; ``taken`` names are ours and stay so.

    An entry point names an object of ``kind``. What goes wrong is told by :func:`problems`.
    """
    key: Any = kind  # mypy takes a class of a type variable for unhashable
    return cast("Mapping[str, T]", _find(group, key, taken))


@cache
def _find(group: str, kind: type[object], taken: frozenset[str]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        if entry.name in taken or entry.name in found:
            blame(entry, "has a name that another format has already")
            continue
        try:
            plugin = entry.load()
        except Exception as error:  # noqa: BLE001 - code of others, which may raise anything
            blame(entry, f"cannot be loaded ({_said(error)}); update it or uninstall it")
            continue
        if not isinstance(plugin, kind):
            blame(entry, f"is no {kind.__name__}; update it or uninstall it")
        else:
            found[entry.name] = plugin
    return found


def blame(entry: EntryPoint | str, reason: str | Exception) -> Problem:
    """Note that a plug-in, by its entry point or its format's name, does not work; once."""
    name = entry if isinstance(entry, str) else entry.name
    package = _package(name) if isinstance(entry, str) else _package_of(entry)
    words = reason if isinstance(reason, str) else f"failed ({_said(reason)})"
    return _problems.setdefault(name, Problem(name=name, package=package, reason=words))


def problems() -> tuple[Problem, ...]:
    """What went wrong with plug-ins in this process so far."""
    return tuple(_problems.values())


def _package(name: str) -> str:
    for group in (READERS, WRITERS):
        for entry in entry_points(group=group, name=name):
            return _package_of(entry)
    return "an unknown package"


def _package_of(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "an unknown package"


def _said(error: Exception) -> str:
    """An exception as a person can pass it on to the plug-in's author."""
    line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {line}" if line else type(error).__name__
