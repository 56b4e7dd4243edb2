"""``broadsheet inspect``, ``formats``, ``cache`` and ``doctor``: what is there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from converters.cli.app import app
from converters.cli.common import fetching, reading_options
from converters.cli.options import (
    Chapters,
    From,
    Full,
    Headings,
    Language,
    Offline,
    Refresh,
    Sources,
    Url,
)
from converters.cli.telling import say, tell_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from converters.article import Article
    from converters.writers import Writer


@app.command()
def inspect(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: Sources,
    json: Annotated[
        bool, typer.Option("--json", help="Print the article as JSON; several as an array.")
    ] = False,
    reader: From = "",
    language: Language = "",
    url: Url = "",
    headings: Headings = True,
    chapters: Chapters = False,
    full: Full = False,
    offline: Offline = False,
    refresh: Refresh = False,
) -> None:
    """Show what is recognised in sources, and what would be dropped."""
    from converters.batch import bounded
    from converters.convert import read_articles
    from converters.errors import ConversionError
    from converters.source import open_sources

    reading = reading_options(
        reader, language, url, headings, chapters, full, fetching(offline, refresh)
    )
    found: list[Article] = []
    failed = False
    for opened in open_sources(sources):
        try:
            if isinstance(opened, ConversionError):
                raise opened
            with bounded(opened.name):
                for article in read_articles(opened, reader=reader, options=reading):
                    if json:
                        found.append(article)
                    else:
                        _show(article, opened.name)
        except ConversionError as error:
            failed = True
            say(str(error))
    if found:
        _show_json(found)
    if failed:
        raise typer.Exit(1)


def _show_json(articles: Sequence[Article]) -> None:
    """Print one article as the model's JSON, several as an array, which reads back as well."""
    from converters.article import to_json

    documents = [to_json(article, indent=2) for article in articles]
    if len(documents) == 1:
        sys.stdout.buffer.write(documents[0] + b"\n")
    else:
        sys.stdout.buffer.write(b"[" + b",\n".join(documents) + b"]\n")
    sys.stdout.buffer.flush()


def _show(article: Article, source: str) -> None:
    """Print what reading recognised."""
    from converters.output import visible
    from converters.summary import lines

    for line in lines(article, source):
        typer.echo(visible(line))


@app.command()
def formats() -> None:
    """List what can be read and written, with the options of each format."""
    from converters import plugins
    from converters.readers import readers
    from converters.writers import writers

    typer.echo("Reads:")
    for reader in readers().values():
        typer.echo(f"  {reader.name:10} {reader.description} ({' '.join(reader.suffixes)})")
    typer.echo("\nWrites (options as -O NAME=VALUE, with their defaults):")
    for writer in writers().values():
        typer.echo(f"  {writer.name:10} {writer.description} ({' '.join(writer.suffixes)})")
        for line in _option_lines(writer):
            typer.echo(f"             {line}")
    tell_plugins(tuple(map(str, plugins.problems())), set())


def _option_lines(writer: Writer) -> Iterator[str]:
    """Each option of ``writer``: its name, its default, and its choices where it has any."""
    import msgspec

    try:
        fields = msgspec.structs.fields(writer.load().Options)
    except Exception as error:
        from converters import plugins
        from converters.writers import WRITERS

        if writer.name in WRITERS:
            raise
        plugins.blame(writer.name, error)
        return
    for field in fields:
        choices = getattr(field.type, "__args__", ())
        listed = (
            f" ({', '.join(map(str, choices))})" if choices and all(map(_is_word, choices)) else ""
        )
        default = field.default
        shown = "yes" if default is True else "no" if default is False else default
        yield f"{field.name}={'' if shown in (None, '') else shown}{listed}"


def _is_word(value: object) -> bool:
    return isinstance(value, str)


cache_app = typer.Typer(
    help="Look after what was fetched before.", rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(cache_app, name="cache")


@cache_app.command("info")
def cache_info() -> None:
    """Say where the cache is, how large, and for how long what is in it is used."""
    from converters.summary import cache_lines

    for line in cache_lines():
        typer.echo(line)


@cache_app.command("clear")
def cache_clear() -> None:
    """Remove all that was fetched."""
    from converters.cache import cache_folder
    from converters.fetch import FetchPolicy, clear_cache
    from converters.summary import size

    typer.echo(f"{size(clear_cache(FetchPolicy()))} removed from {cache_folder()}")


@app.command()
def doctor() -> None:
    """Say what this machine lacks, and the command that adds it."""
    from converters.doctor import checks

    lacking = 0
    for check in checks():
        lacking += not check.found
        typer.echo(f"{'ok  ' if check.found else 'LACK'}  {check.what}: {check.detail}")
        if check.remedy:
            typer.echo(f"      {check.remedy}")
    if lacking:
        typer.echo(f"{lacking} lacking" if lacking > 1 else "1 lacking", err=True)
        raise typer.Exit(1)
