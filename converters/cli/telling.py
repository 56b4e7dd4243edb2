"""What the command prints: warnings and errors, a bar, a report, and the file itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from converters.batch import Outcome
    from converters.writers import Writer

_NAMED = 3  # missing pictures that are named, each on a line
_MANY = 3  # so many make a bar worth while
_TITLE = 24  # characters of a title beside a bar; Han ones take twice the room


def tell(outcome: Outcome) -> None:
    """Print an outcome's warnings and its error, each on a line of standard error.

    Of many missing pictures a few are named, the others counted: the report has them all.
    """
    missing = dict.fromkeys(map(str, outcome.pictures.missing))
    unnamed = set(list(missing)[_NAMED:]) if len(missing) > _NAMED + 1 else set()
    for warning in outcome.warnings:
        # A warning about a picture names the article's source itself: an edition has several.
        said = warning.removeprefix(f"{outcome.source}: ")
        if said[said.find("picture ") :] not in unnamed:
            say(f"{outcome.source}: warning: {said}")
    if unnamed:
        say(
            f"{outcome.source}: warning: {len(unnamed)} more pictures are missing; "
            "--report FILE names them"
        )
    if outcome.error:
        say(f"{outcome.source}: {outcome.error}")


def tell_plugins(broken: Sequence[str], told: set[str]) -> None:
    """Print what is wrong with plug-ins, each once in a run."""
    for line in broken:
        if line not in told:
            told.add(line)
            say(f"warning: {line}")


def say(line: str) -> None:
    """Print a line on standard error, with nothing in it that a terminal acts on."""
    from converters.output import visible

    typer.echo(visible(line), err=True)


def to_standard_output(data: bytes, writer: Writer) -> None:
    """Print a file; what is no text does not go to a terminal."""
    if not writer.text and sys.stdout.isatty():
        say(f"-: {writer.name} is no text for a terminal; add -o FILE")
        raise typer.Exit(2)
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever reads has enough
        raise
    except OSError as error:
        # Python would write what is left at its own end, and fail again
        # (https://docs.python.org/3/library/signal.html#note-on-sigpipe).
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        say(f"-: cannot be written: {error.strerror}")
        raise typer.Exit(1) from error


def progress(outcomes: Iterator[Outcome], count: int) -> Iterator[Outcome]:
    """``outcomes`` with a bar on a terminal's standard error, where there are many."""
    if count < _MANY or not sys.stderr.isatty():
        yield from outcomes
        return
    with typer.progressbar(outcomes, length=count, file=sys.stderr, label="Converting") as bar:
        yield from bar


class Bar:
    """A bar on a terminal's standard error for work in several steps, with what is done now.

    An instance is a :data:`~converters.bundling.Tell`. Used as a context.
    """

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._what = ""
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __call__(self, what: str, done: int, of: int, now: str) -> None:
        """Show that of ``of`` articles or sources ``done`` are done, ``now`` being the last."""
        if not self._shown or of < _MANY:
            return
        if what != self._what:
            self.end()
            self._begin(what, of)
        self._bar.current_item = _short(now)
        self._bar.update(done - self._bar.pos)

    def _begin(self, what: str, of: int) -> None:
        self._what = what
        self._bar = typer.progressbar(
            length=of,
            label=f"{what:9}",
            file=sys.stderr,
            show_pos=True,
            item_show_func=lambda now: now,
        )
        self._bar.__enter__()

    def end(self) -> None:
        """Leave the bar as it is, and the line below it free."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        self._bar, self._what = None, ""


def _short(title: str) -> str:
    """As much of a title as the rest of a line shows."""
    from converters.output import visible

    words = visible(" ".join(title.split()))
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"


def write_report(path: str, outcomes: Sequence[Outcome], **more: Any) -> None:
    """Write the outcomes as JSON, with ``more`` beside them; failing that, exit with 1."""
    import msgspec

    from converters.errors import ConversionError
    from converters.output import write_whole

    entries = []
    for outcome in outcomes:
        entry = msgspec.to_builtins(outcome)
        del entry["data"]
        entries.append(entry)
    failed = sum(bool(outcome.error) for outcome in outcomes)
    document = {
        "version": 1,
        "sources": len(outcomes),
        "failed": failed,
        **more,
        "results": entries,
    }
    try:
        data = msgspec.json.format(msgspec.json.encode(document), indent=2)
        write_whole(Path(path), data + b"\n", force=True)
    except ConversionError as error:
        say(str(error))
        raise typer.Exit(1) from error
