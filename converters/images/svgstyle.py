"""Style in SVG: properties, values and rules that may stay.

A value may hold numbers, names, strings and the functions that are listed, an address only
``#id``. Rules are kept, at-rules (``@import``, ``@font-face``, ``@media``) are not. Everything is
parsed with tinycss2 and written by it again (https://www.w3.org/TR/css-syntax-3/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

__all__ = ["Rule", "background", "declarations", "is_property", "is_safe", "references", "rules"]

# Properties that SVG draws by: https://www.w3.org/TR/SVG2/propidx.html
_PROPERTIES = frozenset(
    """
    alignment-baseline baseline-shift clip-path clip-rule color color-interpolation
    color-interpolation-filters direction display dominant-baseline enable-background fill
    fill-opacity fill-rule filter flood-color flood-opacity font font-family font-kerning
    font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering
    isolation letter-spacing lighting-color marker marker-end marker-mid marker-start mask
    mask-type mix-blend-mode opacity overflow paint-order shape-rendering stop-color stop-opacity
    stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width text-anchor text-decoration text-rendering transform
    transform-origin unicode-bidi vector-effect visibility white-space word-spacing writing-mode
    """.split()
)
_FUNCTIONS = frozenset(
    """
    rgb rgba hsl hsla matrix translate translatex translatey scale scalex scaley rotate skewx skewy
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    """.split()
)
_HARMLESS = frozenset("ident hash number percentage dimension string whitespace comment".split())
_LITERALS = frozenset(",/+-*")
_FRAGMENT = re.compile(r"#([^\s\"'()<>\\#]{1,200})\Z")
_MAX_PRELUDE = 2000
# What is longer is no value that somebody wrote, and would take the parser seconds.
_MAX_VALUE = 20_000
_MAX_SHEET = 400_000
# Most values are one of these: told at once, since a map has a hundred thousand of them.
_PLAIN = re.compile(r"[\w\s.,#%+!-]*\Z")
_NUMERIC = re.compile(
    r"(?:(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([\deE\s.,%+-]*\)[\s,]*)*\Z"
)
_MAX_DEPTH = 8  # of functions in functions
_NO_COLOUR = ("none", "transparent", "inherit", "initial", "unset", "currentcolor")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that may stay: its CSS, whom it is for, and which ids its values refer to.

    ``names`` are the classes and ids that what it applies to has one of.
    """

    css: str
    names: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def is_property(name: str) -> bool:
    """Whether ``name`` is a property, or the attribute of that name."""
    return name in _PROPERTIES


def is_safe(value: str) -> bool:
    """Whether the value of an attribute or property leads nowhere but to an ``#id``."""
    if "(" not in value and "\\" not in value:
        return True
    if _NUMERIC.match(value):
        return True
    if len(value) > _MAX_VALUE:
        return False
    import tinycss2

    return _are_safe(tinycss2.parse_component_value_list(value))


def _are_safe(tokens: list[Any], depth: int = 0) -> bool:
    return depth < _MAX_DEPTH and all(_is_safe(token, depth) for token in tokens)


def _is_safe(token: Any, depth: int) -> bool:
    match token.type:
        case "url":
            return _FRAGMENT.match(token.value.strip()) is not None
        case "function" if token.lower_name == "url":
            return _fragment(token) is not None
        case "function":
            return token.lower_name in _FUNCTIONS and _are_safe(token.arguments, depth + 1)
        case "literal":
            return token.value in _LITERALS
        case kind:
            return kind in _HARMLESS


def _fragment(function: Any) -> str | None:
    """The id that ``url("#id")`` names."""
    strings = [token for token in function.arguments if token.type != "whitespace"]
    if len(strings) != 1 or strings[0].type != "string":
        return None
    found = _FRAGMENT.match(strings[0].value.strip())
    return found[1] if found else None


def references(value: str) -> tuple[str, ...]:
    """The ids that a safe value refers to."""
    if "(" not in value:
        return ()
    import tinycss2

    return tuple(_references(tinycss2.parse_component_value_list(value)))


def _references(tokens: list[Any]) -> list[str]:
    found = []
    for token in tokens:
        if token.type == "url" and (match := _FRAGMENT.match(token.value.strip())):
            found.append(match[1])
        elif token.type == "function" and token.lower_name == "url":
            found += filter(None, [_fragment(token)])
    return found


def declarations(style: str) -> str:
    """What may stay of a ``style`` attribute."""
    parts = [part.partition(":") for part in style.split(";")]
    if all(_PLAIN.match(value) for _, _, value in parts):
        named = ((name.strip().lower(), value.strip()) for name, _, value in parts)
        return ";".join(f"{name}:{value}" for name, value in named if name in _PROPERTIES)
    if len(style) > _MAX_VALUE:
        return ""
    return ";".join(f"{name}:{value}" for name, value, _ in _declared(style))


def background(style: str) -> str | None:
    """The colour that a root's ``style`` puts behind the drawing."""
    import tinycss2

    colour = None
    if "background" not in style or len(style) > _MAX_VALUE:
        return None
    for item in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and item.lower_name in ("background", "background-color"):
            value = [token for token in item.value if token.type != "whitespace"]
            text = tinycss2.serialize(value) if len(value) == 1 and _are_safe(value) else "none"
            plain = text.lower() not in _NO_COLOUR and not _references(value)
            colour = text if plain else None
    return colour


def _declared(content: str | list[Any]) -> list[tuple[str, str, list[str]]]:
    """Name, value and references of each declaration that may stay."""
    import tinycss2

    kept = []
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type != "declaration" or item.lower_name not in _PROPERTIES:
            continue
        if _are_safe(item.value):
            value = tinycss2.serialize(item.value).strip()
            important = " !important" if item.important else ""
            kept.append((item.lower_name, value + important, _references(item.value)))
    return kept


def rules(css: str) -> list[Rule]:
    """What may stay of a style sheet."""
    import tinycss2

    kept: list[Rule] = []
    if len(css) > _MAX_SHEET:
        return kept
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        selector = tinycss2.serialize(rule.prelude).strip()
        if len(selector) > _MAX_PRELUDE or not _is_selector(rule.prelude):
            continue
        names = _applies_to(rule.prelude)
        # Whom other rules apply to is not known here, so neither is how often they refer.
        declared = [item for item in _declared(rule.content) if names or not item[2]]
        if declared:
            body = ";".join(f"{name}:{value}" for name, value, _ in declared)
            found = tuple(name for _, _, named in declared for name in named)
            kept.append(Rule(f"{selector}{{{body}}}", names, found))
    return kept


def _is_selector(tokens: list[Any]) -> bool:
    """Whether these are names, classes, ids and what combines them."""
    return all(
        token.type in ("ident", "hash", "whitespace")
        or (token.type == "literal" and token.value in ".,>+~*:")
        for token in tokens
    )


def _applies_to(prelude: list[Any]) -> tuple[str, ...]:
    """The class or id that each selector of a list ends with; none where one ends otherwise."""
    names = []
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    for part in parts:
        while part and part[-1].type == "whitespace":
            part.pop()
        if part and part[-1].type == "hash":
            names.append("#" + part[-1].value)
        elif len(part) > 1 and part[-1].type == "ident" and part[-2] == ".":
            names.append("." + part[-1].value)
        else:
            return ()
    return tuple(names)
