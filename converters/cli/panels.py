"""Help whose options stand under headings, for commands that have many.

Typer groups options so only where Rich writes its help; ours is plain text.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

__all__ = ["PanelCommand"]

_OTHERS = "Other options"


class PanelCommand(TyperCommand):
    """A command whose help lists options under their ``rich_help_panel``, in its order."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then each heading with its options; those without one come last."""
        arguments: list[Any] = []
        panels: dict[str, list[Any]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            if parameter.param_type_name == "argument":
                arguments.append(record)
            else:
                panel = getattr(parameter, "rich_help_panel", None) or _OTHERS
                panels.setdefault(panel, []).append(record)
        others = panels.pop(_OTHERS, [])
        for name, records in (("Arguments", arguments), *panels.items(), (_OTHERS, others)):
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)
