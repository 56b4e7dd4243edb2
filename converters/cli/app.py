"""The command itself, to which each module of commands adds its own."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from converters import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="broadsheet",
    help="Turn articles that you saved into files you read: Markdown, EPUB, PDF, HTML, text.",
    epilog="'broadsheet COMMAND --help' says more of a command. "
    "Start with:  broadsheet convert article.txt -o article.epub",
    # Rich would take square brackets in titles and help for its own markup.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command; what the shell gets is the exit status of the module's docstring."""
    try:
        app()
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain again when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"broadsheet {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
