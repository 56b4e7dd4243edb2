"""The command ``broadsheet``: options in, calls out.

Nothing but Typer is imported before it is used, so that help and completion are quick.

Exit status: 0, all was done; 1, some sources failed and their count was printed; 2, the command
was not understood.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from converters import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from converters.article import Article
    from converters.batch import Job, Outcome, Plan
    from converters.errors import ConversionError
    from converters.fetch import FetchPolicy
    from converters.images import Policy
    from converters.output import Names
    from converters.readers import ReadOptions
    from converters.source import Source
    from converters.writers import Writer

__all__ = ["app", "main"]

_NAMED = 3  # missing pictures that are named, each on a line

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


class Links(StrEnum):
    """What becomes of links."""

    notes = "notes"
    inline = "inline"
    none = "none"


class Images(StrEnum):
    """What becomes of pictures."""

    embed = "embed"
    link = "link"
    none = "none"
    folder = "folder"


# What a person can say about a source, to each command that reads one.
_Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="Files, folders, addresses, or -", show_default=False),
]
_From = Annotated[
    str, typer.Option("--from", metavar="READER", help="Read as this, whatever it looks like.")
]
_Language = Annotated[
    str, typer.Option(metavar="TAG", help="Language of the articles (zh-Hans, en, ...).")
]
_Url = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Address of a source that does not name its own.")
]
_Headings = Annotated[
    bool,
    typer.Option(
        "--headings/--no-headings", help="Make headings of bold lines that stand as such."
    ),
]
_Chapters = Annotated[
    bool, typer.Option("--chapters", help="Make every chapter of a book an article.")
]
_Full = Annotated[bool, typer.Option("--full", help="Fetch the pages that a feed only summarises.")]
_Offline = Annotated[
    bool, typer.Option("--offline", help="Use what was fetched before, never the network.")
]
_Refresh = Annotated[
    bool, typer.Option("--refresh", help="Ask servers anew for what was fetched before.")
]


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


_CONVERT_HELP = """Convert articles to another format.

SOURCE is a file, a folder (all that is in it), a pattern ('2024-*.html'), an archive (.zip,
.tar.gz, .mht, .maff, .warc.gz), an address (https://...), a list of addresses, a feed, or - for
standard input. What it holds is told from its content: archived articles, posts, web pages,
Markdown, DOCX, EPUB and what else 'broadsheet formats' lists.

The format to write is told by -t or by the suffix of -o; without either it is Markdown. One source
without -o goes to standard output in a text format, and to a file beside you otherwise. For several
sources -o is a folder, and files in it are named after their sources.

\b
Examples:
  broadsheet convert article.txt                     Markdown on the screen
  broadsheet convert saved.html -o article.epub      an e-book
  broadsheet convert https://example.org/a -t pdf    a PDF, here
  broadsheet convert feed.xml --full -o week.epub    a feed's articles in one book
  broadsheet convert archive/ -t text -o texts/      a whole folder
"""


@app.command(help=_CONVERT_HELP)
def convert(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: _Sources,
    to: Annotated[
        str,
        typer.Option(
            "-t", "--to", metavar="FORMAT", help="markdown, text, html, epub, pdf, docx..."
        ),
    ] = "",
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PATH", help="The file or folder to write.")
    ] = "",
    reader: _From = "",
    links: Annotated[
        Links, typer.Option(help="Links as numbered notes, in the text, or left out.")
    ] = Links.notes,
    images: Annotated[
        Images | None,
        typer.Option(
            help="Pictures in the file (fetched if need be), as links, left out, or in a folder "
            "beside it. [by format]",
            show_default=False,
        ),
    ] = None,
    image_width: Annotated[
        int | None,
        typer.Option(
            metavar="PIXELS",
            min=1,
            help="Width that pictures are scaled down to. [by format]",
            show_default=False,
        ),
    ] = None,
    gray: Annotated[
        bool, typer.Option("--gray", help="Make everything black, grey, white.")
    ] = False,
    width: Annotated[
        int | None,
        typer.Option(
            metavar="COLUMNS",
            min=0,
            help="Width of plain text; 0 for unbroken lines. [72]",
            show_default=False,
        ),
    ] = None,
    style: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Look of HTML, EPUB, PDF: name or CSS file.")
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "-O",
            "--option",
            metavar="NAME=VALUE",
            help="An option of the format ('formats' lists them).",
        ),
    ] = None,
    language: _Language = "",
    url: _Url = "",
    headings: _Headings = True,
    chapters: _Chapters = False,
    full: _Full = False,
    offline: _Offline = False,
    refresh: _Refresh = False,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", metavar="N", min=1, help="Work on N sources at once.")
    ] = 1,
    report: Annotated[
        str, typer.Option(metavar="FILE", help="Write what was done and dropped, as JSON.")
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")
    ] = False,
    force: Annotated[
        bool, typer.Option("-f", "--force", help="Overwrite files that exist.")
    ] = False,
) -> None:
    writer = _writer(to, output)
    reading = _reading(reader, language, url, headings, chapters, full, _fetching(offline, refresh))
    values = _values(writer, links, option or [], _said(width, style, image_width, gray))
    plan = _plan(writer, values, reader, reading, images, force)
    work = _jobs(sources, writer, output)
    _no_folder_beside_standard_output(plan, work)
    outcomes: list[Outcome] = []
    told: set[str] = set()
    for outcome in _progress(_run(work, plan, jobs), len(work)):
        _tell_plugins(outcome.plugins, told)
        _tell(outcome)
        if outcome.data:
            _to_standard_output(outcome.data, writer)
        outcomes.append(outcome)
    if report:
        _write_report(report, outcomes)
    failed = sum(bool(o.error or (strict and o.warnings)) for o in outcomes)
    if failed:
        if len(outcomes) > 1:
            _say(f"{failed} of {len(outcomes)} sources failed")
        raise typer.Exit(1)


def _reading(  # noqa: PLR0913, PLR0917 - the commands' options, one by one
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
        with _usage_errors():
            find_reader(reader)
    return ReadOptions(
        language=_tag(language),
        url=url,
        headings=headings,
        chapters=chapters,
        full=full,
        fetch=fetch,
    )


def _fetching(offline: bool, refresh: bool) -> FetchPolicy:
    from converters.fetch import FetchPolicy

    if offline and refresh:
        reason = "the network is needed to ask anew; leave out one of the two"
        raise typer.BadParameter(reason, param_hint="--offline --refresh")
    return FetchPolicy(max_age=0.0) if refresh else FetchPolicy(offline=offline)


def _writer(to: str, output: str) -> Writer:
    """The writer that was asked for by name or by suffix; Markdown where neither tells."""
    from converters.writers import WRITERS, find_writer

    with _usage_errors():
        if to:
            return find_writer(to)
        if output and output != "-" and Path(output).suffix and not _is_folder(output):
            return find_writer(output)
    return WRITERS["markdown"]


def _said(width: int | None, style: str, image_width: int | None, gray: bool) -> dict[str, Any]:
    """The options of writers that have a name of their own on the command line, where given."""
    given = {"width": width, "style": style, "image_width": image_width, "gray": gray}
    return {name: value for name, value in given.items() if value not in (None, "", False)}


def _values(
    writer: Writer, links: Links, options: Sequence[str], said: dict[str, Any]
) -> dict[str, Any]:
    """The writer's options from the command line's; those it lacks are found later."""
    fields = writer.load().Options.__struct_fields__
    values: dict[str, Any] = {"links": links.value} if "links" in fields else {}
    values |= said
    for pair in options:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair} is not NAME=VALUE", param_hint="--option")
        values[name.strip().replace("-", "_")] = value
    return values


def _plan(
    writer: Writer,
    values: dict[str, Any],
    reader: str,
    reading: ReadOptions,
    images: Images | None,
    force: bool,
) -> Plan:
    """What all sources of the call share; what the writer does not know is a usage error."""
    from converters.batch import Plan
    from converters.convert import make_options

    policy: Policy | None = images.value if images else None
    with _usage_errors():
        make_options(writer, values)
        writer.policy(policy)
    return Plan(
        writer=writer.name,
        options=values,
        reader=reader,
        reading=reading,
        images=policy,
        force=force,
    )


def _no_folder_beside_standard_output(plan: Plan, work: Sequence[Job]) -> None:
    from converters.source import Source

    nowhere = any(job.target is None and isinstance(job.source, Source) for job in work)
    if plan.images == "folder" and nowhere:
        reason = "pictures in a folder need a file to lie beside: add -o FILE"
        raise typer.BadParameter(reason, param_hint="--images")


def _tag(language: str) -> str:
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


def _jobs(sources: Sequence[str], writer: Writer, output: str) -> list[Job]:
    """Every source with the path of its file."""
    from converters.batch import Job
    from converters.output import Names
    from converters.source import open_sources

    found = list(open_sources(sources))
    alone = len(sources) == 1 and len(found) == 1 and not Path(sources[0]).is_dir()
    if alone:
        target = _single_target(found[0], writer, output)
        return [Job(source=found[0], target=target, together=not _is_folder(output))]
    if not output or output == "-":
        raise typer.BadParameter(
            "several sources need a folder to go to: add -o FOLDER", param_hint="-o"
        )
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(
            f"{output} is a file; several sources need a folder", param_hint="-o"
        )
    names = Names()
    return [Job(source=each, target=_target(each, folder, writer, names)) for each in found]


def _target(
    source: Source | ConversionError, folder: Path, writer: Writer, names: Names
) -> Path | None:
    from converters.errors import ConversionError

    if isinstance(source, ConversionError):
        return None
    return folder / names.path_for(source.relative, writer.suffixes[0])


def _single_target(source: Source | ConversionError, writer: Writer, output: str) -> Path | None:
    """Where one source's file goes; ``None`` is standard output."""
    from converters.errors import ConversionError
    from converters.output import Names

    if output == "-" or (not output and writer.text) or isinstance(source, ConversionError):
        return None
    name = Path(source.relative).name if source.name != "-" else "article"
    named = Names().path_for(name, writer.suffixes[0])
    if not output:
        return Path(named)
    return Path(output) / named if _is_folder(output) else Path(output)


def _is_folder(output: str) -> bool:
    """Whether the person means a folder."""
    return bool(output) and (Path(output).is_dir() or output.endswith(("/", os.sep)))


def _run(work: Sequence[Job], plan: Plan, jobs: int) -> Iterator[Outcome]:
    from converters.batch import run

    return run(work, plan, jobs)


def _progress(outcomes: Iterator[Outcome], count: int) -> Iterator[Outcome]:
    """``outcomes`` with a bar on a terminal's standard error, where there are many."""
    if count < 3 or not sys.stderr.isatty():
        yield from outcomes
        return
    with typer.progressbar(outcomes, length=count, file=sys.stderr, label="Converting") as bar:
        yield from bar


def _tell(outcome: Outcome) -> None:
    """Print an outcome's warnings and its error, each on a line of standard error.

    Of many missing pictures a few are named, the others counted: the report has them all.
    """
    missing = dict.fromkeys(map(str, outcome.pictures.missing))
    unnamed = set(list(missing)[_NAMED:]) if len(missing) > _NAMED + 1 else set()
    for warning in outcome.warnings:
        # A warning about a picture names the article's source itself: an edition has several.
        said = warning.removeprefix(f"{outcome.source}: ")
        if said not in unnamed:
            _say(f"{outcome.source}: warning: {said}")
    if unnamed:
        _say(
            f"{outcome.source}: warning: {len(unnamed)} more pictures are missing; "
            "--report FILE names them"
        )
    if outcome.error:
        _say(f"{outcome.source}: {outcome.error}")


def _tell_plugins(broken: Sequence[str], told: set[str]) -> None:
    """Print what is wrong with plug-ins, each once in a run."""
    for line in broken:
        if line not in told:
            told.add(line)
            _say(f"warning: {line}")


def _say(line: str) -> None:
    from converters.output import visible

    typer.echo(visible(line), err=True)


def _to_standard_output(data: bytes, writer: Writer) -> None:
    if not writer.text and sys.stdout.isatty():
        _say(f"-: {writer.name} is no text for a terminal; add -o FILE")
        raise typer.Exit(2)
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _write_report(path: str, outcomes: Sequence[Outcome]) -> None:
    import msgspec

    from converters.errors import ConversionError
    from converters.output import write_whole

    entries = []
    for outcome in outcomes:
        entry = msgspec.to_builtins(outcome)
        del entry["data"]
        entries.append(entry)
    failed = sum(bool(outcome.error) for outcome in outcomes)
    document = {"version": 1, "sources": len(outcomes), "failed": failed, "results": entries}
    try:
        data = msgspec.json.format(msgspec.json.encode(document), indent=2)
        write_whole(Path(path), data + b"\n", force=True)
    except ConversionError as error:
        _say(str(error))
        raise typer.Exit(1) from error


class _usage_errors:  # noqa: N801 - a context manager, read as a phrase
    """Turn what a person asked for and cannot have into a usage error: exit status 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        from converters.errors import UnknownFormat

        if isinstance(error, UnknownFormat):
            _say(str(error))
            raise typer.Exit(2) from error


@app.command()
def inspect(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: _Sources,
    json: Annotated[
        bool, typer.Option("--json", help="Print the article as JSON; several as an array.")
    ] = False,
    reader: _From = "",
    language: _Language = "",
    url: _Url = "",
    headings: _Headings = True,
    chapters: _Chapters = False,
    full: _Full = False,
    offline: _Offline = False,
    refresh: _Refresh = False,
) -> None:
    """Show what is recognised in sources, and what would be dropped."""
    from converters.batch import bounded
    from converters.convert import read_articles
    from converters.errors import ConversionError
    from converters.source import open_sources

    reading = _reading(reader, language, url, headings, chapters, full, _fetching(offline, refresh))
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
            _say(str(error))
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
    _tell_plugins(tuple(map(str, plugins.problems())), set())


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
