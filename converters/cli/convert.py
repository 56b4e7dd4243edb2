"""``broadsheet convert``: each source by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from converters.cli.app import app
from converters.cli.common import (
    asked_writer,
    check_report,
    check_writing,
    fetching,
    is_folder,
    reading_options,
    said,
    values_of,
)
from converters.cli.options import (
    Chapters,
    Force,
    From,
    Full,
    Gray,
    Headings,
    Images,
    ImageWidth,
    Language,
    Links,
    Offline,
    PicturePolicy,
    Refresh,
    Report,
    Sources,
    Strict,
    Style,
    To,
    Url,
    Width,
    WriterOptions,
)
from converters.cli.telling import (
    progress,
    say,
    tell,
    tell_plugins,
    to_standard_output,
    write_report,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from converters.batch import Job, Outcome, Plan
    from converters.errors import ConversionError
    from converters.images import Policy
    from converters.output import Names
    from converters.readers import ReadOptions
    from converters.source import Source
    from converters.writers import Writer

__all__ = ["convert"]

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
    sources: Sources,
    to: To = "",
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PATH", help="The file or folder to write.")
    ] = "",
    reader: From = "",
    links: Annotated[
        Links, typer.Option(help="Links as numbered notes, in the text, or left out.")
    ] = Links.notes,
    images: PicturePolicy = None,
    image_width: ImageWidth = None,
    gray: Gray = False,
    width: Width = None,
    style: Style = "",
    option: WriterOptions = None,
    language: Language = "",
    url: Url = "",
    headings: Headings = True,
    chapters: Chapters = False,
    full: Full = False,
    offline: Offline = False,
    refresh: Refresh = False,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", metavar="N", min=1, help="Work on N sources at once.")
    ] = 1,
    report: Report = "",
    strict: Strict = False,
    force: Force = False,
) -> None:
    """Do what was asked, source by source."""
    writer = asked_writer(to, output)
    reading = reading_options(
        reader, language, url, headings, chapters, full, fetching(offline, refresh)
    )
    given = said(width=width, style=style, image_width=image_width, gray=gray)
    values = values_of(writer, links.value, option or [], given)
    plan = _plan(writer, values, reader, reading, images, force)
    work = _jobs(sources, writer, output)
    _no_folder_beside_standard_output(plan, work)
    check_report(report, (job.target for job in work if job.target is not None), force)
    outcomes: list[Outcome] = []
    told: set[str] = set()
    for outcome in progress(_run(work, plan, jobs), len(work)):
        tell_plugins(outcome.plugins, told)
        tell(outcome)
        if outcome.data:
            to_standard_output(outcome.data, writer)
        outcomes.append(outcome)
    if report:
        write_report(report, outcomes)
    failed = sum(bool(o.error or (strict and o.warnings)) for o in outcomes)
    if failed:
        if len(outcomes) > 1:
            say(f"{failed} of {len(outcomes)} sources failed")
        raise typer.Exit(1)


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

    policy: Policy | None = images.value if images else None
    check_writing(writer, values, policy)
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


def _jobs(sources: Sequence[str], writer: Writer, output: str) -> list[Job]:
    """Every source with the path of its file."""
    from converters.batch import Job
    from converters.output import Names
    from converters.source import open_sources

    found = list(open_sources(sources))
    alone = len(sources) == 1 and len(found) == 1 and not Path(sources[0]).is_dir()
    if alone:
        target = _single_target(found[0], writer, output)
        return [Job(source=found[0], target=target, together=not is_folder(output))]
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
    return Path(output) / named if is_folder(output) else Path(output)


def _run(work: Sequence[Job], plan: Plan, jobs: int) -> Iterator[Outcome]:
    from converters.batch import run

    return run(work, plan, jobs)
