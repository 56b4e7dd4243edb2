"""From what a person said to what the program takes; what cannot be had is a usage error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from converters.cli.telling import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from converters.fetch import FetchPolicy
    from converters.images import Policy
    from converters.readers import ReadOptions
    from converters.writers import Writer


def reading_options(  # noqa: PLR0913, PLR0917 - the commands' options, one by one
    reader: str,
    language: str,
    url: str,
    headings: bool,
    chapters: bool,
    full: bool,
    fetch: FetchPolicy,
) -> ReadOptions:
    """What was said about the sources; a reader or language that is none is a usage error."""
    from converters.readers import ReadOptions, find_reader

    if reader:
        with refusals(2):
            find_reader(reader)
    return ReadOptions(
        language=language_tag(language),
        url=url,
        headings=headings,
        chapters=chapters,
        full=full,
        fetch=fetch,
    )


def fetching(offline: bool, refresh: bool) -> FetchPolicy:
    """How addresses are fetched; not at all and anew at once is a usage error."""
    from converters.fetch import FetchPolicy

    if offline and refresh:
        reason = "the network is needed to ask anew; leave out one of the two"
        raise typer.BadParameter(reason, param_hint="--offline --refresh")
    return FetchPolicy(max_age=0.0) if refresh else FetchPolicy(offline=offline)


def asked_writer(to: str, output: str, default: str = "markdown") -> Writer:
    """The writer that was asked for by name or by suffix; ``default`` where neither tells."""
    from converters.writers import WRITERS, find_writer

    with refusals(2):
        if to:
            return find_writer(to)
        if output and output != "-" and Path(output).suffix and not is_folder(output):
            return find_writer(output)
    return WRITERS[default]


def said(**given: Any) -> dict[str, Any]:
    """What was given of the options of writers that have a name of their own in the command."""
    return {name: value for name, value in given.items() if value not in (None, "", False)}


def values_of(
    writer: Writer, links: str, options: Sequence[str], said: dict[str, Any]
) -> dict[str, Any]:
    """The writer's options from the command line's; those it lacks are found later."""
    fields = writer.load().Options.__struct_fields__
    values: dict[str, Any] = {"links": links} if "links" in fields else {}
    values |= said
    for pair in options:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair} is not NAME=VALUE", param_hint="--option")
        values[name.strip().replace("-", "_")] = value
    return values


def check_writing(writer: Writer, values: dict[str, Any], images: Policy | None) -> None:
    """See to it that ``writer`` knows its options and what is to become of pictures."""
    from converters.convert import make_options

    with refusals(2):
        make_options(writer, values)
        writer.policy(images)


# How a report begins, which the next one may replace.
_REPORT = b'{\n  "version": '


def check_report(report: str, outputs: Iterable[str | Path], force: bool) -> None:
    """See to it that the report replaces nothing but an earlier one, or what ``force`` allows.

    ``outputs`` are the files that will be made; a report in the place of one is a usage error.
    """
    if not report:
        return
    reason = ""
    if report == "-" or is_folder(report):
        reason = f"{report} is no file: the report needs a name of its own"
    elif any(_same(report, each) for each in outputs):
        reason = f"{report} is what is made: the report needs a name of its own"
    if reason:
        raise typer.BadParameter(reason, param_hint="--report")
    if not force and os.path.lexists(report) and not _is_report(report):
        say(f"{report}: exists already and is no report; --force overwrites it")
        raise typer.Exit(1)


def _same(one: str | Path, other: str | Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _is_report(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(len(_REPORT)) == _REPORT
    except OSError:
        return False


def language_tag(language: str) -> str:
    """A language tag in its canonical form."""
    if not language:
        return ""
    from converters.languages import normalise_tag

    tag = normalise_tag(language)
    if tag is None:
        raise typer.BadParameter(
            f"{language} is no BCP 47 tag; such tags are zh-Hans, en, pt-BR",
            param_hint="--language",
        )
    return tag


def is_folder(output: str) -> bool:
    """Whether the person means a folder."""
    return bool(output) and (Path(output).is_dir() or output.endswith(("/", os.sep)))


class refusals:  # noqa: N801 - a context manager, read as a phrase
    """Tell what a person asked for and cannot have, and exit: with status 2 for wrong usage."""

    def __init__(self, status: int = 1) -> None:
        self.status = status

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        from converters.errors import ConversionError

        if isinstance(error, ConversionError):
            say(str(error))
            raise typer.Exit(self.status) from error
