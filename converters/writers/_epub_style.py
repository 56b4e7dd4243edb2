"""Style sheets as e-readers take them (EP-18).

Strict readers refuse custom properties, so they are replaced by their values; a sheet of the
person's own loses what EPUB forbids or what would point out of the book, and the person is told.
See https://www.w3.org/TR/epub-33/#sec-css and, for custom properties,
https://www.w3.org/TR/css-variables-1/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import tinycss2

__all__ = ["portable"]

# Rules that are passed on; EPUB readers know no others that a book without own fonts needs.
_AT_RULES = frozenset({"media", "page", "supports"})
# EPUB leaves these to markup (https://www.w3.org/TR/epub-33/#sec-css-req).
_FORBIDDEN = frozenset({"direction", "unicode-bidi"})
_MAX_DEPTH = 20

_Tokens = list[Any]


def portable(css: str, warn: Callable[[str], None]) -> str:
    """``css`` without custom properties and without what EPUB does not allow.

    Custom properties are read from ``:root``; the last declaration wins. ``warn`` is told of each
    rule or declaration that is left out.
    """
    result, warnings = _portable(css)
    for warning in warnings:
        warn(warning)
    return result


@lru_cache(maxsize=8)
def _portable(css: str) -> tuple[str, tuple[str, ...]]:
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    sheet = _Sheet(_root_properties(rules))
    return "\n".join(sheet.rules(rules)) + "\n", tuple(dict.fromkeys(sheet.warnings))


def _root_properties(rules: _Tokens) -> dict[str, _Tokens]:
    """The custom properties that ``:root`` declares."""
    return {
        declaration.name: _trimmed(declaration.value)
        for rule in rules
        if rule.type == "qualified-rule" and _serialized(rule.prelude) == ":root"
        for declaration in _declarations(rule.content)
        if declaration.type == "declaration" and declaration.name.startswith("--")
    }


def _declarations(content: _Tokens) -> _Tokens:
    items: _Tokens = tinycss2.parse_blocks_contents(
        content, skip_comments=True, skip_whitespace=True
    )
    return items


def _trimmed(tokens: _Tokens) -> _Tokens:
    """``tokens`` without white space at the two ends."""
    inner = [index for index, token in enumerate(tokens) if token.type != "whitespace"]
    return tokens[inner[0] : inner[-1] + 1] if inner else []


def _serialized(tokens: _Tokens) -> str:
    """``tokens`` as CSS; nothing where some of them are what no CSS can be made of."""
    try:
        css: str = tinycss2.serialize(tokens)
    except TypeError:  # how tinycss2 says that an error is among them
        return ""
    return css.strip()


_COMBINATORS = frozenset({">", "+", "~"})
_STRANGERS = frozenset({"at-keyword", "error", "{} block"})


def _has_stranger(tokens: _Tokens) -> bool:
    """Whether a token that neither a selector nor a value may hold is among ``tokens``."""
    return any(
        token.type in _STRANGERS
        or _has_stranger(getattr(token, "arguments", None) or getattr(token, "content", None) or [])
        for token in tokens
    )


def _is_selector(prelude: _Tokens) -> bool:
    """Whether ``prelude`` is a list of selectors as CSS 3 has them.

    Strict readers refuse a whole style sheet for one that they do not understand.
    """
    alternatives: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            alternatives.append([])
        elif token.type != "whitespace":
            alternatives[-1].append(token)
    return not _has_stranger(prelude) and all(map(_is_complex_selector, alternatives))


def _is_complex_selector(tokens: _Tokens) -> bool:
    after_combinator = True
    for token in tokens:
        literal = token.value if token.type == "literal" else ""
        if literal in _COMBINATORS:
            if after_combinator:
                return False
            after_combinator = True
            continue
        if literal not in ("", "*", ".", ":", "::", "|"):
            return False
        # Name, operator, value; the flag for upper and lower case came later.
        if token.type == "[] block" and len(_significant(token.content)) > 3:
            return False
        after_combinator = False
    return not after_combinator


def _significant(tokens: _Tokens) -> _Tokens:
    return [token for token in tokens if token.type != "whitespace"]


class _UnresolvedError(Exception):
    """A ``var()`` names a property that nobody declares."""


class _Sheet:
    """One style sheet being rewritten."""

    def __init__(self, properties: Mapping[str, _Tokens]) -> None:
        self.properties = properties
        self.warnings: list[str] = []

    def rules(self, rules: _Tokens) -> Iterator[str]:
        for rule in rules:
            if rule.type == "qualified-rule" and _is_selector(rule.prelude):
                yield from self.block(_serialized(rule.prelude), rule.content)
            elif rule.type == "at-rule":
                yield from self.at_rule(rule)
            else:
                self.drop(rule, "cannot be understood")

    def at_rule(self, rule: Any) -> Iterator[str]:
        name = rule.lower_at_keyword
        if name not in _AT_RULES or rule.content is None:
            if name != "charset":
                self.drop(rule, "is not for e-readers")
            return
        prelude = f"@{name} {_serialized(rule.prelude)}".rstrip()
        if name == "page":
            yield from self.block(prelude, rule.content)
            return
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        yield prelude + " {"
        yield from self.rules(inner)
        yield "}"

    def block(self, selector: str, content: _Tokens) -> Iterator[str]:
        lines = [line for item in _declarations(content) for line in self.declaration(item)]
        if lines:
            yield selector + " {"
            yield from lines
            yield "}"

    def declaration(self, item: Any) -> Iterator[str]:
        if item.type != "declaration":
            self.drop(item, "cannot be understood")
            return
        if item.name.startswith("--"):
            return
        if item.lower_name in _FORBIDDEN:
            self.drop(item, "may not stand in an EPUB (markup says it)")
            return
        try:
            tokens = list(self.value(item.value, 0))
        except _UnresolvedError:
            self.drop(item, "uses a custom property that :root does not declare")
            return
        value = "" if _has_stranger(tokens) else _serialized(tokens)
        if not value:
            self.drop(item, "cannot be understood")
            return
        if "url(" in value.lower():
            self.drop(item, "points to a file that is not in the book")
            return
        yield f"  {item.name}: {value}{' !important' if item.important else ''};"

    def value(self, tokens: _Tokens, depth: int) -> Iterator[Any]:
        """``tokens`` with every ``var()`` replaced by what it stands for."""
        if depth > _MAX_DEPTH:
            raise _UnresolvedError
        for token in tokens:
            if token.type == "function" and token.lower_name == "var":
                yield from self.variable(token, depth)
            elif token.type == "function":
                token.arguments = list(self.value(token.arguments, depth + 1))
                yield token
            elif token.type != "comment":
                yield token

    def variable(self, token: Any, depth: int) -> Iterator[Any]:
        name = next((part.value for part in token.arguments if part.type == "ident"), "")
        if name in self.properties:
            yield from self.value(self.properties[name], depth + 1)
            return
        rest = iter(token.arguments)
        if not any(part == "," for part in rest):
            raise _UnresolvedError
        yield from self.value(_trimmed(list(rest)), depth + 1)

    def drop(self, item: Any, reason: str) -> None:
        """Leave ``item`` out, and say so."""
        shown = " ".join((_serialized([item]) or getattr(item, "message", "")).split())
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        self.warnings.append(f"style sheet: “{shown}” {reason} and is left out of the EPUB")
