"""The command ``broadsheet``: options in, calls out.

Nothing but Typer is imported before it is used, so that help and completion are quick.

Exit status: 0, all was done; 1, some sources failed and their count was printed; 2, the command
was not understood.
"""

from __future__ import annotations

from converters.cli import bundle as bundle

# The modules add their commands to the app, in the order that help lists them.
from converters.cli import convert, bundle, looking  # noqa: F401, I001
from converters.cli.app import app, main

__all__ = ["app", "main"]
