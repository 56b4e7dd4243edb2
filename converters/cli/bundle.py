"""``broadsheet bundle``: many sources, one edition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from converters.cli.app import app
from converters.cli.common import (
    asked_writer,
    check_writing,
    fetching,
    reading_options,
    refusals,
    said,
    values_of,
)
from converters.cli.editions import check_print, make, plan_of, settings_of
from converters.cli.options import (
    LOOK,
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
    Style,
    Subtitle,
    Title,
    To,
    Until,
    Width,
    WriterOptions,
)
from converters.cli.panels import PanelCommand

if TYPE_CHECKING:
    from converters.writers import Writer

__all__ = ["bundle"]


class Device(StrEnum):
    """What an EPUB is made for."""

    GENERIC = "generic"
    KINDLE = "kindle"
    KOBO = "kobo"


_HELP = """Bundle many articles into one book.

SOURCE is what 'convert' takes: files, folders, archives, feeds, addresses. The articles become one
EPUB with a cover, contents, an index of sources and links between the articles; or, by -t or the
suffix of -o, one file of another format. With -t markdown or -t html and a folder as -o, each
article gets a file of its own beside an index.

Articles that are there twice, at the same address or with the same text, are taken once. What an
edition is made of can be kept in a file (--edition, docs/edition-file.md); options win over it.

\b
Examples:
  broadsheet bundle week/ -o week.epub --sort date
  broadsheet bundle archive/ --since 2020-10-12 --until 2020-10-18 --group source,day
  broadsheet bundle feed.xml saved/ --match climate --title Climate -o climate.epub
  broadsheet bundle week/ -t html -o site/           a small web site
  broadsheet bundle --edition weekly.toml
"""


@app.command(cls=PanelCommand, help=_HELP)
def bundle(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: SourcesOrEdition = None,
    output: Output = "",
    to: To = "",
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
    cover: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="A picture as cover, or none. [drawn]", rich_help_panel=LOOK
        ),
    ] = "",
    device: Annotated[
        Device | None,
        typer.Option(
            "--for",
            help="What the EPUB is read on. [generic]",
            show_default=False,
            rich_help_panel=LOOK,
        ),
    ] = None,
    vertical: Annotated[
        bool,
        typer.Option(
            "--vertical",
            help="Write Chinese and Japanese from top to bottom.",
            rich_help_panel=LOOK,
        ),
    ] = False,
    links: AsLinks = None,
    images: PicturePolicy = None,
    image_width: ImageWidth = None,
    gray: Gray = False,
    width: Width = None,
    style: Style = "",
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
    """Take what was said apart, make the bundle, exit with its status."""
    from converters.bundling import said_of_writer

    settings = settings_of(
        edition,
        title=title,
        subtitle=subtitle,
        authors=author,
        language=language,
        description=description,
        series=series,
        series_index=series_index,
        date=date,
        cover=cover,
        sort=sort,
        group=group,
        since=since,
        until=until,
        match=match,
        source=source,
        tag=tag,
        keep_duplicates=keep_duplicates,
        device=device,
        vertical=vertical,
        links=links,
        images=images,
        gray=gray,
        style=style,
        output=output,
        to=to,
        sources=sources,
    )
    writer = asked_writer(settings.to, settings.output, default="epub")
    own = [f"{name}={value}" for name, value in settings.options.items()]
    given = said_of_writer(settings) | said(width=width, image_width=image_width)
    links_said = settings.links or Links.notes.value
    values = values_of(writer, links_said, [*own, *(option or [])], given)
    _check_device(writer, given)
    check_writing(writer, values, settings.images)
    _check_files(writer, values)
    reading = reading_options(reader, "", "", headings, chapters, full, fetching(offline, refresh))
    plan = plan_of(settings, writer, values, reader, reading, force, jobs, report)
    raise typer.Exit(make(plan, writer, report, strict))


def _check_device(writer: Writer, given: dict[str, Any]) -> None:
    """Name the option as the person did where the format has none of its kind."""
    for name, option in (("device", "--for"), ("cover", "--cover"), ("vertical", "--vertical")):
        if name in given and name not in writer.load().Options.__struct_fields__:
            raise typer.BadParameter(f"{writer.name} has none, EPUB has", param_hint=option)


def _check_files(writer: Writer, values: dict[str, Any]) -> None:
    """See to it that a cover and a style sheet can be had before the first source is read."""
    from converters import styles

    if writer.name == "pdf":
        check_print(values, "--option")
        return
    with refusals():
        if style := values.get("style"):
            styles.style(style, printed=False)
        if (cover := values.get("cover")) and cover != "none":
            from converters.writers._cover import chosen_cover

            chosen_cover(cover)
