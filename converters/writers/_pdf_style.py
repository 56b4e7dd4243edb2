"""A person's own style sheet: refused where laying out would not end, and blamed where it fails.

WeasyPrint does what it is told: a million columns, a length that no page ends, custom properties
that multiply each other to gigabytes. Sheets come with downloads, too, so what is certain to be
such a thing is looked for before anything is laid out. What fails all the same is told as
a fault of the sheet, with a reason, since without it the same pages can be made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import hypot
from typing import Any

from converters.errors import ConversionError

__all__ = ["PageError", "apply", "blamed", "check"]

_LARGEST, _LONGEST_LENGTH = 1_000_000, 100_000
"""Largest number without a unit and with one: ``z-index`` and rounded corners come near."""
_THINNEST = 0.01
"""Thinnest rule, in any unit: WeasyPrint draws dots and dashes one by one."""
_RULE = re.compile(r"(border|outline|column-rule).*", re.IGNORECASE)
_MOST_COUNTED = 100
"""Most columns and rows, which WeasyPrint makes one by one even where they are empty."""
_COUNTED = re.compile(r"columns?|column-count|grid.*", re.IGNORECASE)
_DEEPEST = 32
"""Deepest brackets within each other; WeasyPrint calls itself for each."""
_LONGEST = 2_000
"""Most values in one function, such as the colours of a gradient."""
_MOST_REPEATED = 1_000
"""Most values that one custom property stands for by way of others."""
_CUSTOM = re.compile(r"(--[\w-]+)\s*:([^;{}]*)")
_REFERENCE = re.compile(r"var\(\s*(--[\w-]+)", re.IGNORECASE)
# Millimetres of text that a page needs, and what PDF can have (ISO 32000-1, annex C: 14,400 pt).
_LEAST_PAGE, _LARGEST_PAGE = 10, 5_080
_LEAST_PERIOD = 0.5  # CSS pixels after which a gradient may begin anew
_PIXELS = 96 / 25.4


def check(sheet: str) -> None:
    """Raise :class:`ValueError`, with the line, where ``sheet`` has what no page can be made with.

    Linear in the length of ``sheet``.
    """
    # tinycss2 comes with WeasyPrint: https://doc.courtbouillon.org/tinycss2/
    import tinycss2

    _check_references(sheet)
    waiting = [(tinycss2.parse_component_value_list(sheet, skip_comments=True), 1, "")]
    while waiting:
        values, depth, outer = waiting.pop()
        if depth > _DEEPEST:
            raise _refused(values[0], f"brackets are nested deeper than {_DEEPEST}")
        for value, prop in _with_properties(values, outer):
            _check_number(value, prop)
            if value.type == "function" and len(value.arguments) > _LONGEST:
                raise _refused(value, f"{value.name}() has more than {_LONGEST} values")
            inner = value.arguments if value.type == "function" else getattr(value, "content", ())
            if inner:
                waiting.append((inner, depth + 1, prop))


def _with_properties(values: Iterable[Any], outer: str) -> Iterator[tuple[Any, str]]:
    """Each value with the property that it may be of; ``outer`` is that of what holds them."""
    before: Any = None
    prop = outer
    for value in values:
        if value == ":" and before is not None and before.type == "ident":
            prop = before.value
        elif value == ";" or value.type == "{} block":
            prop = outer
        if value.type != "whitespace":
            before = value
        yield value, prop


def _check_number(value: Any, prop: str) -> None:
    if value.type not in ("number", "percentage", "dimension"):
        return
    most = _LONGEST_LENGTH if value.type == "dimension" else _LARGEST
    if value.type == "number" and _COUNTED.fullmatch(prop):
        most = _MOST_COUNTED
    if abs(value.value) > most:
        raise _refused(value, f"{value.serialize()} is more than {most:,}")
    if 0 < abs(value.value) < _THINNEST and _RULE.fullmatch(prop):
        raise _refused(value, f"{value.serialize()} is too thin for a rule")


def _check_references(sheet: str) -> None:
    """Follow custom properties through each other, level by level."""
    found = [
        (name, _REFERENCE.findall(value))
        for name, value in _CUSTOM.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
        if "var(" in value.lower()
    ]
    sizes = dict.fromkeys((name for name, _ in found), 1)
    for _ in range(_DEEPEST):
        before = dict(sizes)
        for name, references in found:
            sizes[name] = max(sizes[name], sum(before.get(each, 1) for each in references))
            if sizes[name] > _MOST_REPEATED:
                reason = f"{name} stands for more than {_MOST_REPEATED:,} values by way of others"
                raise ValueError(reason)
        if sizes == before:
            return


def _refused(value: Any, reason: str) -> ValueError:
    return ValueError(f"line {value.source_line}: {reason}")


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """What fails within is the fault of the person's style sheet ``name``; of none if empty.

    Raises :class:`~converters.errors.ConversionError` in place of whatever WeasyPrint raises.
    """
    try:
        yield
    except (ConversionError, OSError, MemoryError):
        raise
    except Exception as error:
        if not name:
            raise
        reason = f"no pages can be made with this style sheet: {_words(error)}"
        raise ConversionError(name, reason) from error


def _words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "something in it nests too deeply"
    if isinstance(error, OverflowError):
        return "a length in it is too large"
    if isinstance(error, PageError):
        return str(error)
    said = " ".join(str(error).split())[:200]
    return f"WeasyPrint fails ({type(error).__name__}: {said}); leave out rules until it does not"


class PageError(ValueError):
    """What cannot be on a page, whatever else is, with words for people."""


def apply() -> None:
    """Have WeasyPrint refuse what it would be at for ever; harmless when done twice.

    These are pages without room, of which it begins one after the other, and gradients that are
    repeated more often than can be seen.
    """
    from weasyprint import images
    from weasyprint.layout import page as pages

    original = pages.page_height
    if getattr(original, "refuses", False):
        return

    def page_height(page: Any, context: Any, containing_block_height: Any) -> None:
        original(page, context, containing_block_height)
        width, height = page.width / _PIXELS, page.height / _PIXELS
        if min(width, height) < _LEAST_PAGE or max(width, height) > _LARGEST_PAGE:
            size = f"{width:.4g} x {height:.4g} mm of its pages"
            most = f"{_LEAST_PAGE} mm at least and {_LARGEST_PAGE} at most"
            raise PageError(f"it leaves {size} to the text, which needs {most}")

    page_height.refuses = True  # type: ignore[attr-defined]
    pages.page_height = page_height
    for kind in (images.LinearGradient, images.RadialGradient):
        kind.layout = _refusing(kind.layout, images.process_color_stops)


def _refusing(layout: Any, process: Any) -> Any:
    def checked(gradient: Any, width: float, height: float, style: Any) -> Any:
        if gradient.repeating:
            stops, hints = gradient.stop_positions, gradient.color_hints
            places, _ = process(hypot(width, height), stops, hints, style)
            if 0 < places[-1] - places[0] < _LEAST_PERIOD:
                raise PageError("a gradient in it is repeated more often than can be printed")
        return layout(gradient, width, height, style)

    return checked
