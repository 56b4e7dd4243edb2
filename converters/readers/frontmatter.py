"""YAML front matter, read without trusting it: no tags, no aliases, plain values only."""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["load"]


class _Loader(yaml.SafeLoader):
    """The safe loader without aliases, which can grow a small text without bound."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def load(text: str) -> dict[str, Any]:
    """The mapping that ``text`` (without its ``---`` lines) holds.

    Keys are lower-cased. Raises :class:`ValueError`, with a sentence, where it is no YAML, no
    mapping, or uses aliases or tags.
    """
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).partition("\n")[0]
        raise ValueError(first or "it is not YAML") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("it is not a list of keys and values")
    return {str(key).lower(): item for key, item in value.items()}
