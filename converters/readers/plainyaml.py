"""YAML of strangers as text, lists and dictionaries: no types, no tags, aliases of scalars only.

A module of its own, since PyYAML takes a while to import and few documents have any YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

__all__ = ["load"]

_PLAIN_TAG = re.compile(r"tag:yaml\.org,2002:[a-z]+|!")


def load(text: str, scalar: Callable[[str], str], deepest: int) -> tuple[Any, list[str]]:
    """What ``text`` holds, and a note, once each, on everything that was passed over.

    Scalars without quotes, which may have been meant as numbers or truth values, are given to
    ``scalar``; those in quotes are ``str``. Raises :class:`ValueError`, in one line with its
    place, for what is no YAML or nests more than ``deepest`` levels.
    """
    try:
        loader = _Loader(text, scalar, deepest)
        try:
            value = loader.plain(loader.get_single_node())
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise ValueError(_reason(error)) from error
    return value, list(dict.fromkeys(loader.notes))


class _Loader(yaml.SafeLoader):
    """YAML as text: every scalar the characters that were written, tags passed over.

    So ``title: no`` is "no" and a wrong date is no error. An alias (which can grow a small text
    without bound) stands for its scalar; of anything larger only its name is left.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared so by PyYAML

    def __init__(self, stream: str, scalar: Callable[[str], str], deepest: int) -> None:
        super().__init__(stream)
        self.notes: list[str] = []
        self.depth = 0
        self.scalar = scalar
        self.deepest = deepest

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.depth += 1
        if self.depth > self.deepest:
            raise yaml.YAMLError("it is nested too deeply")
        if self.check_event(yaml.events.AliasEvent):
            name = self.peek_event().anchor  # type: ignore[no-untyped-call]
            target = self.anchors.get(name)
            if not isinstance(target, yaml.ScalarNode):
                self.get_event()  # type: ignore[no-untyped-call]
                self.notes.append(f"the alias *{name} in the front matter is not followed")
                self.depth -= 1
                return yaml.ScalarNode("tag:yaml.org,2002:str", f"*{name}")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def plain(self, node: yaml.Node | None) -> Any:
        """What ``node`` holds, in strings, lists and dictionaries."""
        if node is None:
            return None
        if node.tag and not _PLAIN_TAG.fullmatch(node.tag):
            self.notes.append(f"the tag {node.tag} in the front matter is passed over")
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return {
                str(key.value) if isinstance(key, yaml.ScalarNode) else "?": self.plain(value)
                for key, value in node.value
            }
        quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
        return str(node.value) if quoted else self.scalar(node.value)


def _reason(error: yaml.YAMLError) -> str:
    """What PyYAML found, in one line with its place."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"{problem} (line {mark.line + 1})" if mark else problem
