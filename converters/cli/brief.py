"""``broadsheet brief``: many sources, one briefing for print."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from converters.cli.app import app
from converters.cli.common import (
    asked_writer,
    check_writing,
    fetching,
    is_folder,
    reading_options,
    refusals,
    said,
    values_of,
)
from converters.cli.editions import check_print, make, plan_of, settings_of
from converters.cli.options import (
    LOOK,
    PAPER,
    PARTS,
    Appears,
    AsLinks,
    Author,
    Chapters,
    Description,
    EditionFile,
    EditionLanguage,
    Force,
    From,
    Full,
    Gray,
    Grouped,
    Headings,
    ImageWidth,
    Jobs,
    KeepDuplicates,
    Links,
    Match,
    Offline,
    OfSource,
    OfTag,
    Output,
    PicturePolicy,
    Refresh,
    Report,
    Series,
    SeriesIndex,
    Since,
    Sorted,
    SourcesOrEdition,
    Strict,
    Subtitle,
    Title,
    Until,
    WriterOptions,
)
from converters.cli.panels import PanelCommand

if TYPE_CHECKING:
    from converters.edition.settings import Settings
    from converters.writers import Writer

__all__ = ["brief"]


class Notes(StrEnum):
    """Where notes stand."""

    PAGE = "page"
    END = "end"


_HELP = """Set many articles as a briefing for print.

SOURCE is what 'bundle' takes: files, folders, archives, feeds, addresses. The articles become one
PDF: a masthead, contents, two lines about each article in its own words, the articles with their
notes at the foot of the page, and a list of all sources and addresses.

What a briefing is made of can be kept in a file (--edition, docs/edition-file.md); options win
over it. docs/briefings.md shows more.

\b
Examples:
  broadsheet brief week/ -o week.pdf --group source
  broadsheet brief saved/ --since 2020-10-12 --page A5 --duplex --style newspaper
  broadsheet brief feed.xml --title "Monday" --logo house.svg --note @note.txt
  broadsheet brief --edition weekly.toml --qr --archive
"""


@app.command(cls=PanelCommand, help=_HELP)
def brief(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: SourcesOrEdition = None,
    output: Output = "",
    title: Title = "",
    subtitle: Subtitle = "",
    author: Author = None,
    language: EditionLanguage = "",
    description: Description = "",
    series: Series = "",
    series_index: SeriesIndex = "",
    date: Appears = "",
    edition: EditionFile = "",
    since: Since = "",
    until: Until = "",
    match: Match = None,
    source: OfSource = None,
    tag: OfTag = None,
    keep_duplicates: KeepDuplicates = False,
    sort: Sorted = None,
    group: Grouped = "",
    logo: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="A picture above the title: PNG, JPEG, SVG.", rich_help_panel=PARTS
        ),
    ] = "",
    note: Annotated[
        str,
        typer.Option(
            metavar="TEXT|@FILE",
            help="The editor's note; @FILE takes it from a text file.",
            rich_help_panel=PARTS,
        ),
    ] = "",
    glance: Annotated[
        bool | None,
        typer.Option(
            "--glance/--no-glance",
            help="Two lines about each article, in its own words. [glance]",
            show_default=False,
            rich_help_panel=PARTS,
        ),
    ] = None,
    addresses: Annotated[
        bool | None,
        typer.Option(
            "--addresses/--no-addresses",
            help="All addresses in the list of sources. [addresses]",
            show_default=False,
            rich_help_panel=PARTS,
        ),
    ] = None,
    qr: Annotated[
        bool | None,
        typer.Option(
            "--qr/--no-qr",
            help="Each article's address as a QR code, too. [no-qr]",
            show_default=False,
            rich_help_panel=PARTS,
        ),
    ] = None,
    notes: Annotated[
        Notes | None,
        typer.Option(
            help="Notes at the foot of the page or at the article's end. [page]",
            show_default=False,
            rich_help_panel=PARTS,
        ),
    ] = None,
    links: AsLinks = None,
    page: Annotated[
        str,
        typer.Option(
            metavar="SIZE",
            help="A4, A5, B5, Letter, Legal, ..., or millimetres: 120x160. [A4]",
            rich_help_panel=PAPER,
        ),
    ] = "",
    duplex: Annotated[
        bool | None,
        typer.Option(
            "--duplex/--simplex",
            help="Margins for two sides and a binding. [simplex]",
            show_default=False,
            rich_help_panel=PAPER,
        ),
    ] = None,
    continuous: Annotated[
        bool | None,
        typer.Option(
            "--continuous/--page-per-article",
            help="Articles one below the other, or each on a new page. [page-per-article]",
            show_default=False,
            rich_help_panel=PAPER,
        ),
    ] = None,
    columns: Annotated[
        int | None,
        typer.Option(
            metavar="1|2",
            min=1,
            max=2,
            help="Columns of text. [by style]",
            show_default=False,
            rich_help_panel=PAPER,
        ),
    ] = None,
    style: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE",
            help="briefing, newspaper, plain, large, or a CSS file. [briefing]",
            rich_help_panel=LOOK,
        ),
    ] = "",
    gray: Gray = False,
    toner_save: Annotated[
        bool,
        typer.Option(
            "--toner-save", help="No grounds, light pictures: less toner.", rich_help_panel=LOOK
        ),
    ] = False,
    archive: Annotated[
        bool, typer.Option("--archive", help="PDF/A-3u, for keeping.", rich_help_panel=LOOK)
    ] = False,
    images: PicturePolicy = None,
    image_width: ImageWidth = None,
    option: WriterOptions = None,
    reader: From = "",
    headings: Headings = True,
    chapters: Chapters = False,
    full: Full = False,
    offline: Offline = False,
    refresh: Refresh = False,
    jobs: Jobs = 0,
    report: Report = "",
    strict: Strict = False,
    force: Force = False,
) -> None:
    """Take what was said apart, make the briefing, exit with its status."""
    from msgspec.structs import replace

    from converters.briefing import FORMAT, for_print

    known = settings_of(
        edition,
        title=title,
        subtitle=subtitle,
        authors=author,
        language=language,
        description=description,
        series=series,
        series_index=series_index,
        date=date,
        sort=sort,
        group=group,
        since=since,
        until=until,
        match=match,
        source=source,
        tag=tag,
        keep_duplicates=keep_duplicates,
        links=links,
        images=images,
        sources=sources,
    )
    flow = None if continuous is None else "continuous" if continuous else "page"
    own = {
        "output": output,
        "style": style,
        "page": page,
        "columns": columns,
        "duplex": duplex,
        "flow": flow,
        "notes": notes.value if notes else None,
        "glance": glance,
        "addresses": addresses,
        "qr": qr,
        "logo": logo,
        "note": note,
        "gray": gray or None,
        "toner_save": toner_save or None,
        "archive": archive or None,
    }
    said_here = {name: value for name, value in own.items() if value not in ("", None)}
    known = replace(known, briefing=replace(known.briefing, **said_here))
    settings = for_print(known)
    _check_output(settings.output, _place("output", output, edition))
    writer = asked_writer(FORMAT, settings.output)
    values = _values(settings, writer, option, image_width, archive)
    check_writing(writer, values, settings.images)
    check_print(values, _place("page", page, edition))
    reading = reading_options(reader, "", "", headings, chapters, full, fetching(offline, refresh))
    plan = plan_of(settings, writer, values, reader, reading, force, jobs, report)
    raise typer.Exit(make(plan, writer, report, strict))


def _place(name: str, given: str, edition: str) -> str:
    """Where ``name`` was said, as an error has it: in the file ``edition`` if not ``given``."""
    return f"{name} in {edition}" if edition and not given else f"--{name}"


def _check_output(output: str, place: str) -> None:
    if output and output != "-" and not is_folder(output):
        suffix = Path(output).suffix
        if suffix.lower() != ".pdf":
            reason = f"a briefing is a PDF, and {output} is not named as one: name it *.pdf"
            other = ", or take 'broadsheet bundle' for other formats" if suffix else ""
            raise typer.BadParameter(reason + other, param_hint=place)


def _values(
    settings: Settings,
    writer: Writer,
    option: list[str] | None,
    image_width: int | None,
    archive: bool,
) -> dict[str, Any]:
    """The writer's options: what a briefing has, the edition file's, the command's."""
    from converters.briefing import ARCHIVE, print_options

    with refusals():
        given = print_options(settings) | said(image_width=image_width)
    links = settings.links or Links.notes.value
    values = values_of(writer, links, option or [], given)
    if archive and values["variant"] != ARCHIVE:
        reason = f"--archive is variant={ARCHIVE}, not {values['variant'] or 'none'}"
        raise typer.BadParameter(f"{reason}; leave out one", param_hint="--archive --option")
    return values
