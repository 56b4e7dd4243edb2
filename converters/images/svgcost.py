"""How much an SVG document draws when every reference is followed.

A few lines of ``use`` in ``use``, or of patterns in patterns, can ask for more than any machine
draws (https://www.w3.org/TR/SVG2/struct.html#UseElement). The count is kept without drawing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from converters.images.svgstyle import references

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["TooCostlyError", "check_cost"]

_MAX_COST = 300_000  # elements drawn
_MAX_REFERENCE_DEPTH = 30


class TooCostlyError(Exception):
    """The document draws too much."""


def check_cost(root: _Element, styled: Mapping[str, Sequence[str]]) -> None:
    """Raise :class:`TooCostlyError` where the document below ``root`` costs too much.

    ``styled`` says to which ids its style sheets refer for a class or id (``.name``, ``#name``).
    """
    _Costs(root, styled).cost(0, ())


class _Costs:
    """What the parts of a document cost.

    A part costs as many elements as it has, and what each of them refers to (``use``, a pattern,
    a mask, a marker for each corner of a path). The elements stand in the order of the document,
    so that a part is a range of them.
    """

    def __init__(self, root: _Element, styled: Mapping[str, Sequence[str]]) -> None:
        self._elements = list(root.iter())
        self._sizes = _sizes(self._elements)
        self._ids: dict[str, int] = {}
        for place, element in enumerate(self._elements):
            if name := element.get("id"):
                self._ids.setdefault(name, place)
        # Places of elements that refer, and to what how often.
        self._references: list[tuple[int, int, int]] = []
        for place, element in enumerate(self._elements):
            self._references += [
                (place, self._ids[name], times)
                for name, times in _referred(element, styled)
                if name in self._ids
            ]
        self._known: dict[int, tuple[int, int]] = {}
        self._steps = 0

    def cost(self, place: int, above: tuple[int, ...]) -> tuple[int, int]:
        """What a part costs, and how deep the references in it go; ``above`` refer to it."""
        if place in self._known:
            return self._known[place]
        if place in above or len(above) > _MAX_REFERENCE_DEPTH:
            raise TooCostlyError
        cost, depth, end = self._sizes[place], 0, place + self._sizes[place]
        for index in range(bisect_left(self._references, (place,)), len(self._references)):
            at, target, times = self._references[index]
            if at >= end:
                break
            self._steps += 1
            inner, deep = self.cost(target, (*above, place))
            cost, depth = cost + times * inner, max(depth, deep + 1)
            if max(cost, self._steps) > _MAX_COST or depth > _MAX_REFERENCE_DEPTH:
                raise TooCostlyError
        self._known[place] = cost, depth
        return cost, depth


def _sizes(elements: list[_Element]) -> list[int]:
    """How many elements each has in it, itself included."""
    places = {element: place for place, element in enumerate(elements)}
    sizes = [1] * len(elements)
    for place in range(len(elements) - 1, 0, -1):
        parent = elements[place].getparent()
        assert parent is not None
        sizes[places[parent]] += sizes[place]
    return sizes


def _referred(element: _Element, styled: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    """The ids that ``element`` refers to, each with how often."""
    corners = 1 + len(element.get("d") or element.get("points") or "") // 4
    for key, value in element.attrib.items():
        if str(key).endswith("href") and str(value).startswith("#"):
            yield str(value)[1:], 1
        elif "(" in value and key != "d":
            for name in references(str(value).partition(":")[2] if key == "style" else str(value)):
                yield (
                    name,
                    corners if "marker" in (str(value) if key == "style" else str(key)) else 1,
                )
    names = [f".{name}" for name in (element.get("class") or "").split()]
    names += [f"#{name}" for name in [element.get("id")] if name]
    for name in names:
        for target in styled.get(name, ()):
            yield target, corners
