"""Looks: the geometry that CSS cannot choose for itself.

A look is a style sheet in ``styles/`` and what is here under the same name: the body's size, how
long a line may be, columns, margins, leading. The writer must know these before anything is laid
out, since pictures, line breaks of headlines and the measure of whole characters follow from them.
A person's own style sheet says the same with custom properties of ``:root`` (docs/pdf.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from converters.errors import ConversionError
from converters.writers._pdf_style import check

__all__ = ["LOOKS", "Look", "find_look"]


@dataclass(frozen=True, slots=True)
class Look:
    """How pages of one look are divided.

    Pairs are for Latin (and every other alphabet) and for Chinese, Japanese and Korean. ``size``
    is the body's size in points on A4, which paper of other widths changes; ``longest`` the
    longest line of one column in em; ``leading`` the distance of lines in em. ``side`` is the
    least side margin and ``top`` the upper one, as shares of the paper's width and height;
    ``outer`` is the share of the width that the outer margin has beyond that, for notes by hand.
    ``smallest`` is the size in points that no text goes below, ``headline`` the size of an
    article's title in em, ``gap`` the space between two columns in em. ``fixed``: the
    size is the same on every paper.
    """

    name: str = ""
    size: tuple[float, float] = (11.0, 11.0)
    longest: tuple[int, int] = (36, 38)
    leading: tuple[float, float] = (1.5, 1.75)
    columns: int = 1
    gap: int = 2
    side: float = 0.105
    top: float = 0.088
    outer: float = 0.0
    smallest: float = 8.0
    headline: float = 2.0
    fixed: bool = False


LOOKS = {
    look.name: look
    for look in (
        Look(),
        Look(
            name="briefing",
            size=(10.0, 10.5),
            longest=(41, 40),
            leading=(1.45, 1.7),
            side=0.1,
            top=0.08,
            headline=1.9,
        ),
        Look(
            name="newspaper",
            size=(9.0, 9.5),
            longest=(40, 38),
            leading=(1.38, 1.6),
            columns=2,
            side=0.08,
            top=0.072,
            headline=2.3,
        ),
        Look(
            name="plain",
            size=(11.0, 11.5),
            longest=(35, 33),
            leading=(1.8, 2.0),
            side=0.105,
            top=0.092,
            outer=0.17,
            headline=1.55,
        ),
        Look(
            name="large",
            size=(18.0, 18.0),
            longest=(32, 28),
            leading=(1.5, 1.65),
            side=0.08,
            top=0.075,
            smallest=14.0,
            headline=1.45,
            fixed=True,
        ),
    )
}
"""The looks there are, by name; the one without a name is that of a single article."""


def find_look(name: str, sheet: str, base: str = "") -> Look:
    """The look called ``name``, or that which ``sheet``, a person's own style, asks for.

    ``base`` is the look that a sheet is added to if it names none.

    Raises :class:`~converters.errors.ConversionError` where a custom property of the sheet has a
    value that cannot be used, or where the sheet has what no page can be made with.
    """
    if name in LOOKS:
        return LOOKS[name]
    try:
        check(sheet)
    except ValueError as error:
        raise ConversionError(name or "style", str(error)) from error
    look = LOOKS[base]
    for prop, value in _properties(sheet):
        try:
            look = _PROPERTIES[prop](look, value)
        except (KeyError, ValueError) as error:
            reason = f"--{prop} cannot be {value!r}: {_EXPECTED[prop]}"
            raise ConversionError(name or "style", reason) from error
    return look


def _properties(sheet: str) -> Iterator[tuple[str, str]]:
    """The custom properties of ``:root`` that are read here; ``--look`` comes first."""
    if not any(f"--{prop}" in sheet for prop in _PROPERTIES):
        return
    # tinycss2 comes with WeasyPrint: https://doc.courtbouillon.org/tinycss2/
    import tinycss2

    found: dict[str, str] = {}
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule" or tinycss2.serialize(rule.prelude).strip() != ":root":
            continue
        for item in tinycss2.parse_blocks_contents(rule.content):
            if item.type == "declaration" and item.name.startswith("--"):
                found[item.name[2:]] = tinycss2.serialize(item.value).strip()
    yield from ((prop, found[prop]) for prop in _PROPERTIES if prop in found)


def _between(value: str, least: float, most: float, unit: str = "") -> float:
    number = float(value.removesuffix(unit)) if value.endswith(unit) else float("nan")
    if not least <= number <= most:
        raise ValueError(value)
    return number


def _size(look: Look, value: str) -> Look:
    points = _between(value, 6, 36, "pt")
    return replace(look, size=(points, points), fixed=True)


def _measure(look: Look, value: str) -> Look:
    ems = int(_between(value, 10, 80))
    return replace(look, longest=(ems, ems))


def _leading(look: Look, value: str) -> Look:
    ems = _between(value, 1, 3)
    return replace(look, leading=(ems, ems))


_PROPERTIES: dict[str, Callable[[Look, str], Look]] = {
    "look": lambda look, value: LOOKS[value],  # noqa: ARG005 - it begins anew
    "body-size": _size,
    "measure": _measure,
    "leading": _leading,
    "columns": lambda look, value: replace(look, columns=int(_between(value, 1, 2))),
    "outer-margin": lambda look, value: replace(look, outer=_between(value, 0, 0.4)),
    "smallest": lambda look, value: replace(look, smallest=_between(value, 4, 24, "pt")),
    "headline": lambda look, value: replace(look, headline=_between(value, 1, 4)),
}
_EXPECTED = {
    "look": "the name of a look (" + ", ".join(name for name in LOOKS if name) + ")",
    "body-size": "a size such as 10.5pt, from 6pt to 36pt",
    "measure": "the longest line in characters, from 10 to 80",
    "leading": "the distance of lines as a number such as 1.5, from 1 to 3",
    "columns": "1 or 2",
    "outer-margin": "a share of the paper's width from 0 to 0.4",
    "smallest": "a size such as 8pt, from 4pt to 24pt",
    "headline": "the size of titles as a number such as 2, from 1 to 4",
}
