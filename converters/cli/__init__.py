"""The command ``broadsheet``: options in, calls out.

Nothing but Typer is imported before it is used, so that help and completion are quick.

Exit status: 0, all was done; 1, some sources failed and their count was printed; 2, the command
was not understood.
"""

from __future__ import annotations

# The modules add their commands to the app, in the order that help lists them.
# isort: off
from converters.cli import convert, bundle, brief, looking  # noqa: F401

# isort: on
from converters.cli.app import app, main

__all__ = ["app", "main"]
