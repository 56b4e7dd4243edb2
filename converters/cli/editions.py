"""What the commands share that make one edition of many sources: from options to an exit status."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import typer

from converters.cli.common import check_report, is_folder, language_tag, refusals
from converters.cli.telling import Bar, say, tell, tell_plugins, to_standard_output, write_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from converters.bundling import Bundle, Gathered, Plan
    from converters.edition.settings import Settings
    from converters.errors import ConversionError
    from converters.source import Source
    from converters.writers import Writer

__all__ = ["check_print", "make", "plan_of", "settings_of"]


def settings_of(path: str, **given: Any) -> Settings:
    """The settings of the edition file, if there is one, and of the command, which wins.

    ``given`` are fields of :class:`~converters.edition.settings.Settings` as Typer has them: lists,
    members of enumerations, and days, groups and a language as a person writes them. What is
    none of these is a usage error.
    """
    from msgspec.structs import replace

    from converters.edition.settings import Settings, read_settings

    known = Settings()
    if path:
        with refusals(2):
            known = read_settings(path)
    fields = {name: _plain(value) for name, value in given.items()}
    fields["language"] = language_tag(given["language"])
    fields["group"] = _groups(given["group"])
    fields["date"] = _day(given["date"], "--date")
    fields["since"] = _day(given["since"], "--since")
    fields["until"] = _day(given["until"], "--until", last=True)
    said = {name: value for name, value in fields.items() if value not in ("", (), None, False)}
    if fields["group"] == ():  # somebody said none, against the file
        said["group"] = ()
    settings = replace(known, **said)
    if settings.since and settings.until and settings.since > settings.until:
        reason = f"{settings.since} is after {settings.until}"
        raise typer.BadParameter(reason, param_hint="--since --until")
    if not settings.sources:
        reason = "nothing to read; name files, folders or addresses"
        raise typer.BadParameter(reason, param_hint="SOURCE")
    return settings


def _plain(value: Any) -> Any:
    """What Typer gives, as settings have it."""
    if isinstance(value, list):
        return tuple(value)
    return value.value if isinstance(value, Enum) else value


def _day(text: str, option: str, *, last: bool = False) -> date | None:
    """A day as a person writes it; what is none is a usage error that names ``option``."""
    from converters.edition.choice import parse_day

    return _parsed(lambda: parse_day(text, last=last), option) if text else None


def _groups(text: str) -> tuple[str, ...] | None:
    """The groups of ``source,day``; what is none is a usage error."""
    from converters.edition.settings import parse_groups

    return _parsed(lambda: parse_groups(text), "--group") if text else None


def _parsed(parse: Callable[[], Any], option: str) -> Any:
    try:
        return parse()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def check_print(values: dict[str, Any], option: str) -> None:
    """See to it that paper, look and logo can be had before the first source is read.

    ``values`` are the PDF writer's options, ``option`` is where a person says the paper.
    """
    from converters import styles
    from converters.writers._chosen import chosen_logo
    from converters.writers._pdf_look import find_look
    from converters.writers._pdf_page import find_page

    _parsed(lambda: find_page(values.get("page") or "A4", "en"), option)
    style, look = values.get("style", ""), values.get("look", "")
    with refusals():
        find_look(style or look, styles.style(style), look)
        if logo := values.get("logo"):
            chosen_logo(logo)


def plan_of(  # noqa: PLR0913, PLR0917 - what the command was told, one by one
    settings: Settings,
    writer: Writer,
    values: dict[str, Any],
    reader: str,
    reading: Any,
    force: bool,
    jobs: int,
    report: str,
) -> Plan:
    """What to make; what cannot be had at all is told before the first source is read."""
    from pathlib import Path

    from converters.bundling import Plan
    from converters.output import require_free

    target = settings.output
    if settings.images == "folder" and target == "-":
        reason = "pictures in a folder need a file to lie beside: add -o FILE"
        raise typer.BadParameter(reason, param_hint="--images")
    named = target not in {"", "-"} and not is_folder(target)
    if named and not force:
        with refusals():
            require_free(Path(target))
    check_report(report, [target] if named else [], force)
    return Plan(
        writer=writer.name,
        options=values,
        settings=settings,
        reader=reader,
        reading=reading,
        target=target,
        force=force,
        workers=jobs,
        details=bool(report),
    )


def make(plan: Plan, writer: Writer, report: str, strict: bool) -> int:
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
