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
    is_folder,
    language_tag,
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
    ImageWidth,
    Links,
    Offline,
    PicturePolicy,
    Refresh,
    Report,
    Strict,
    Style,
    To,
    Width,
    WriterOptions,
)
from converters.cli.telling import Bar, say, tell, tell_plugins, to_standard_output, write_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from converters.bundling import Bundle, Gathered, Plan
    from converters.edition.settings import Settings
    from converters.errors import ConversionError
    from converters.source import Source
    from converters.writers import Writer

__all__ = ["bundle"]


class Sort(StrEnum):
    """The order of an edition's articles."""

    GIVEN = "given"
    DATE = "date"
    TITLE = "title"
    SOURCE = "source"


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


@app.command(help=_HELP)
def bundle(  # noqa: PLR0913, PLR0917 - Typer takes a command's options from its signature
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE", help="Files, folders, addresses, or -", show_default=False
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="PATH", help="The file to write. [by the title]"),
    ] = "",
    to: To = "",
    title: Annotated[str, typer.Option(help="Title. [dates, or the site]")] = "",
    subtitle: Annotated[str, typer.Option(help="Subtitle. [numbers of articles, sources]")] = "",
    author: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Author or editor of the whole; can be repeated."),
    ] = None,
    language: Annotated[
        str, typer.Option(metavar="TAG", help="Language of the book. [most of its articles']")
    ] = "",
    description: Annotated[str, typer.Option(help="What the book is about.")] = "",
    series: Annotated[str, typer.Option(metavar="NAME", help="Series that it belongs to.")] = "",
    series_index: Annotated[str, typer.Option(metavar="N", help="Its number in the series.")] = "",
    date: Annotated[
        str, typer.Option(metavar="DATE", help="When it appears. [its newest article]")
    ] = "",
    cover: Annotated[
        str, typer.Option(metavar="FILE", help="A picture as cover, or none. [drawn]")
    ] = "",
    sort: Annotated[Sort | None, typer.Option(help="Order. [given]", show_default=False)] = None,
    group: Annotated[
        str,
        typer.Option(
            metavar="GROUP", help="Sections: source, day, month, tag; or nested: source,day."
        ),
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Articles of this day (2020-10-12, 2020) or later.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="Articles of this day or earlier.")
    ] = "",
    match: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Articles that say this; all, if more than one."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="SITE", help="Articles of this site; any, if more than one."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="Articles with this tag; any, if more than one."),
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Take an article as often as it is there.")
    ] = False,
    edition: Annotated[
        str, typer.Option(metavar="FILE", help="An edition file: title, sources and all the rest.")
    ] = "",
    device: Annotated[
        Device | None,
        typer.Option("--for", help="What the EPUB is read on. [generic]", show_default=False),
    ] = None,
    vertical: Annotated[
        bool, typer.Option("--vertical", help="Write Chinese and Japanese from top to bottom.")
    ] = False,
    reader: From = "",
    links: Annotated[
        Links | None,
        typer.Option(
            help="Links as numbered notes, in the text, or left out. [notes]", show_default=False
        ),
    ] = None,
    images: PicturePolicy = None,
    image_width: ImageWidth = None,
    gray: Gray = False,
    width: Width = None,
    style: Style = "",
    option: WriterOptions = None,
    headings: Headings = True,
    chapters: Chapters = False,
    full: Full = False,
    offline: Offline = False,
    refresh: Refresh = False,
    jobs: Annotated[
        int,
        typer.Option(
            "-j",
            "--jobs",
            metavar="N",
            min=0,
            help="Read N sources at once. [by their number]",
            show_default=False,
        ),
    ] = 0,
    report: Report = "",
    strict: Strict = False,
    force: Force = False,
) -> None:
    """Take what was said apart, make the bundle, exit with its status."""
    from converters.bundling import said_of_writer

    settings = _settings(
        edition,
        title=title,
        subtitle=subtitle,
        authors=tuple(author or ()),
        language=language_tag(language),
        description=description,
        series=series,
        series_index=series_index,
        date=_day(date, "--date"),
        cover=cover,
        sort=sort.value if sort else None,
        group=_groups(group),
        since=_day(since, "--since"),
        until=_day(until, "--until", last=True),
        match=tuple(match or ()),
        source=tuple(source or ()),
        tag=tuple(tag or ()),
        keep_duplicates=keep_duplicates,
        device=device.value if device else None,
        vertical=vertical,
        links=links.value if links else None,
        images=images.value if images else None,
        gray=gray,
        style=style,
        output=output,
        to=to,
        sources=tuple(sources or ()),
    )
    if not settings.sources:
        reason = "nothing to read; name files, folders or addresses"
        raise typer.BadParameter(reason, param_hint="SOURCE")
    writer = asked_writer(settings.to, settings.output, default="epub")
    own = [f"{name}={value}" for name, value in settings.options.items()]
    given = said_of_writer(settings) | said(width=width, image_width=image_width)
    links_said = settings.links or Links.notes.value
    values = values_of(writer, links_said, [*own, *(option or [])], given)
    _check_device(writer, given)
    check_writing(writer, values, settings.images)
    _check_files(values)
    reading = reading_options(reader, "", "", headings, chapters, full, fetching(offline, refresh))
    plan = _plan(settings, writer, values, reader, reading, force, jobs, bool(report))
    raise typer.Exit(_run(plan, writer, report, strict))


def _settings(path: str, **given: Any) -> Settings:
    """The settings of the edition file, if there is one, and of the command, which wins."""
    from msgspec.structs import replace

    from converters.edition.settings import Settings, read_settings
    from converters.errors import ConversionError

    known = Settings()
    if path:
        try:
            known = read_settings(path)
        except ConversionError as error:
            say(str(error))
            raise typer.Exit(2) from error
    said = {name: value for name, value in given.items() if value not in ("", (), None, False)}
    if given["group"] == ():  # somebody said none, against the file
        said["group"] = ()
    settings = replace(known, **said)
    if settings.since and settings.until and settings.since > settings.until:
        reason = f"{settings.since} is after {settings.until}"
        raise typer.BadParameter(reason, param_hint="--since --until")
    return settings


def _check_device(writer: Writer, given: dict[str, Any]) -> None:
    """Name the option as the person did where the format has none of its kind."""
    for name, option in (("device", "--for"), ("cover", "--cover"), ("vertical", "--vertical")):
        if name in given and name not in writer.load().Options.__struct_fields__:
            raise typer.BadParameter(f"{writer.name} has none, EPUB has", param_hint=option)


def _check_files(values: dict[str, Any]) -> None:
    """See to it that a cover and a style sheet can be had before the first source is read."""
    from converters import styles
    from converters.errors import ConversionError

    try:
        if style := values.get("style"):
            styles.style(style)
        if (cover := values.get("cover")) and cover != "none":
            from converters.writers._cover import chosen_cover

            chosen_cover(cover)
    except ConversionError as error:
        say(str(error))
        raise typer.Exit(1) from error


def _day(text: str, option: str, *, last: bool = False) -> date | None:
    from converters.edition.choice import parse_day

    return _parsed(lambda: parse_day(text, last=last), option) if text else None


def _groups(text: str) -> tuple[str, ...] | None:
    from converters.edition.settings import parse_groups

    return _parsed(lambda: parse_groups(text), "--group") if text else None


def _parsed(parse: Callable[[], Any], option: str) -> Any:
    try:
        return parse()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _plan(  # noqa: PLR0913, PLR0917 - what the command was told, one by one
    settings: Settings,
    writer: Writer,
    values: dict[str, Any],
    reader: str,
    reading: Any,
    force: bool,
    jobs: int,
    details: bool,
) -> Plan:
    """What to make; what cannot be had at all is told before the first source is read."""
    from pathlib import Path

    from converters.bundling import Plan
    from converters.errors import ConversionError
    from converters.output import require_free

    target = settings.output
    if settings.images == "folder" and target == "-":
        reason = "pictures in a folder need a file to lie beside: add -o FILE"
        raise typer.BadParameter(reason, param_hint="--images")
    if target and target != "-" and not is_folder(target) and not force:
        try:
            require_free(Path(target))
        except ConversionError as error:
            say(str(error))
            raise typer.Exit(1) from error
    return Plan(
        writer=writer.name,
        options=values,
        settings=settings,
        reader=reader,
        reading=reading,
        target=target,
        force=force,
        workers=jobs,
        details=details,
    )


def _run(plan: Plan, writer: Writer, report: str, strict: bool) -> int:
    """Make the bundle, tell of it, and give the exit status."""
    from converters.bundling import Gathered, gather, write_bundle
    from converters.edition.shelf import Shelf
    from converters.errors import ConversionError
    from converters.source import open_sources

    found = _without_output(list(open_sources(plan.settings.sources)), plan)
    gathered = Gathered(shelf=Shelf())
    made: Bundle | None = None
    error = ""
    with Bar() as bar:
        try:
            gathered = gather(found, plan, bar)
            made = write_bundle(gathered, plan, bar)
        except ConversionError as failure:
            error = str(failure)
    _tell_all(gathered, made, error)
    if made is not None and made.data:
        to_standard_output(made.data, writer)
    if report:
        _report(report, gathered, made, error)
    failed = sum(bool(outcome.error) for outcome in gathered.outcomes)
    if failed and len(gathered.outcomes) > 1:
        say(f"{failed} of {len(gathered.outcomes)} sources failed")
    warned = any(outcome.warnings for outcome in gathered.outcomes) or (made and made.warnings)
    return int(bool(error or failed or (strict and warned)))


def _without_output(
    found: list[Source | ConversionError], plan: Plan
) -> list[Source | ConversionError]:
    """``found`` without what an earlier run made where this one writes, which is told.

    ``bundle . -o week.epub`` gives the same book when it is done again. What was named as a source
    is one, and so is what lies in the folder that is written to where its sources do.
    """
    from os.path import normpath
    from pathlib import Path

    from converters.errors import ConversionError

    target = plan.target
    if target in {"", "-"} or not Path(target).exists():
        return found

    def place(name: str) -> Path:
        return Path(normpath(Path(name).absolute()))

    written = place(target)
    named = {place(name) for name in plan.settings.sources}
    within = is_folder(target) and not any(each.is_relative_to(written) for each in named)

    def is_output(each: Source | ConversionError) -> bool:
        path = place(each.source if isinstance(each, ConversionError) else each.name)
        if path in named:
            return False
        return path == written or (within and path.is_relative_to(written))

    kept = [each for each in found if not is_output(each)]
    if len(kept) < len(found):
        count = len(found) - len(kept)
        files = "1 file that lies" if count == 1 else f"{count} files that lie"
        say(f"{target}: {files} where this edition goes: not read")
    return kept


def _tell_all(gathered: Gathered, made: Bundle | None, error: str) -> None:
    """Print what is wrong with sources, what the book lacks, and what was left out."""
    from converters.batch import Outcome

    told: set[str] = set()
    for outcome in gathered.outcomes:
        tell_plugins(outcome.plugins, told)
        tell(outcome)
    if made is not None:
        name = made.outputs[0] if made.outputs else "-"
        tell(Outcome(source=name, warnings=made.warnings, pictures=made.pictures))
        doubles = sum(each.kept != "" or each.kept_url != "" for each in made.edition.left_out)
        if doubles:
            are = "1 article was" if doubles == 1 else f"{doubles} articles were"
            say(f"{name}: {are} there twice; --report FILE names what was left out")
    if error:
        say(error)


def _report(path: str, gathered: Gathered, made: Bundle | None, error: str) -> None:
    """Write the report: what came of each source, and of the edition."""
    import msgspec

    edition: dict[str, Any] = {"error": error}
    if made is not None:
        edition = {
            "title": made.edition.title,
            "subtitle": made.edition.subtitle,
            "language": made.edition.language,
            "articles": len(made.edition.members),
            "outputs": made.outputs,
            "pictures": made.pictures,
            "warnings": made.warnings,
        }
    left_out = made.edition.left_out if made is not None else tuple(gathered.left_out)
    write_report(
        path,
        gathered.outcomes,
        edition=msgspec.to_builtins(edition),
        left_out=msgspec.to_builtins(left_out),
    )
