"""A bundle: many sources become one edition, and the edition one file or a folder of files.

:func:`gather` reads every source by itself, in processes where that pays, and puts what was chosen
onto a shelf on the disk; :func:`write_bundle` makes the edition of it and hands it to the writer.
What stays in memory is the index: a :class:`~converters.edition.Member` for each article.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from converters import plugins
from converters.article import Article, Dropped
from converters.batch import Outcome, bounded
from converters.convert import (
    make_options,
    picture_place,
    read_articles,
    render,
    write_edition,
    write_folder,
)
from converters.edition import Edition, LeftOut, Member, member
from converters.edition.assemble import assembled
from converters.edition.choice import Choice, refusal
from converters.edition.fingerprints import fingerprint
from converters.edition.settings import Settings
from converters.edition.shelf import Shelf, packed
from converters.errors import ConversionError, WriteError
from converters.fetch import FetchPolicy
from converters.images import Account, Pictures, Place
from converters.output import safe_name
from converters.readers import ReadOptions
from converters.source import Source, open_sources
from converters.workers import KILLED, in_order
from converters.writers import Context, Writer, find_writer

__all__ = [
    "Bundle",
    "Gathered",
    "Item",
    "Plan",
    "Tell",
    "bundle",
    "gather",
    "said_of_writer",
    "write_bundle",
]

Tell = Callable[[str, int, int, str], None]
"""Told while work goes on: what is being done, how many are done, of how many, and the one now."""

Item: TypeAlias = Source | ConversionError | Article
"""What is gathered: a source, the error that opening it gave, or an article that is there."""

# For fewer sources a second process, which has to load what it needs, gains nothing.
_WORTH_A_PROCESS = 100


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be made: how sources are read, what is chosen, and where the edition goes.

    ``settings`` are the edition's own, what is chosen among them. ``target`` is a file, a folder,
    ``""`` for a file here that is named by the edition's title, or ``-`` for its bytes.
    ``workers`` are the processes that read; 0 leaves that to the number of sources. ``details``:
    what reading dropped is kept for a report.
    """

    writer: str
    options: dict[str, Any]
    settings: Settings = Settings()
    reader: str = ""
    reading: ReadOptions = ReadOptions()
    target: str = ""
    force: bool = False
    workers: int = 0
    details: bool = False

    @property
    def choice(self) -> Choice:
        """Which articles are taken."""
        said = self.settings
        return Choice(
            since=said.since,
            until=said.until,
            match=said.match,
            sources=said.source,
            tags=said.tag,
        )


class _Read(Struct, frozen=True, kw_only=True):
    """What came of a source: its articles packed, each with its line of the index."""

    outcome: Outcome
    articles: tuple[tuple[bytes, Member], ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Gathered(Struct, kw_only=True):
    """What was read: the articles on their shelf, the index, and what came of each source."""

    shelf: Shelf
    members: list[Member] = []
    left_out: list[LeftOut] = []
    outcomes: list[Outcome] = []
    places: dict[str, Place] = {}


class Bundle(Struct, frozen=True, kw_only=True):
    """What was made: the edition, its files (or its bytes), and what there is to say of it."""

    edition: Edition
    outputs: tuple[str, ...] = ()
    pictures: Account = Account()
    warnings: tuple[str, ...] = ()
    data: bytes = b""


def _silent(what: str, done: int, of: int, now: str) -> None:
    """Tell nobody."""


def bundle(  # noqa: PLR0913 - all but three are keywords
    sources: Iterable[str | os.PathLike[str] | Article] | str | os.PathLike[str],
    target: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    format: str = "",  # noqa: A002 - the word people look for
    force: bool = True,
    fetch: FetchPolicy | None = None,
    workers: int = 1,
    **options: Any,
) -> Bundle:
    """Make one book of many articles, as the command ``bundle`` does.

    ``sources`` are paths (files, folders, archives, patterns), addresses, or articles. ``target``
    is a path; a folder (or a name with a slash at its end) takes a file for each article in the
    formats that can be so divided. ``settings`` is what a person says of an edition
    (:class:`~converters.edition.settings.Settings`; its ``sources`` and ``output`` are the
    command's), ``format`` a writer's name where the suffix does not tell, ``options`` are the
    writer's own.

    Gives the edition with what was left out of it, the files, and warnings; a source that cannot
    be read is left out. Raises :class:`~converters.errors.ConversionError` where no article is
    left, an option does not exist, or the file cannot be made.
    """
    settings = settings or Settings()
    many = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    items: list[Item] = []
    for each in many:
        items += [each] if isinstance(each, Article) else open_sources([os.fspath(each)])
    name = os.fspath(target)
    writer = find_writer(format or settings.to or name)
    plan = Plan(
        writer=writer.name,
        options={**said_of_writer(settings), **settings.options, **options},
        settings=settings,
        reading=ReadOptions(fetch=fetch),
        target=name,
        force=force,
        workers=workers,
    )
    return write_bundle(gather(items, plan), plan)


def said_of_writer(settings: Settings) -> dict[str, Any]:
    """What ``settings`` say that is the writer's: its options by their names."""
    names = ("links", "style", "gray", "cover", "device", "vertical")
    said = {name: getattr(settings, name) for name in names}
    return {name: value for name, value in said.items() if value not in ("", None, False)}


# --- Reading -------------------------------------------------------------------------------


def gather(sources: Sequence[Item], plan: Plan, tell: Tell = _silent) -> Gathered:
    """Read all of ``sources``. One that cannot be read is left out, and its outcome says why."""
    found = Gathered(shelf=Shelf())
    workers = plan.workers or (_processes() if len(sources) > _WORTH_A_PROCESS else 1)
    work = partial(_read, plan=plan)
    tell("reading", 0, len(sources), "")
    for done, read in enumerate(in_order(work, sources, workers, killed=_killed), 1):
        now = ""
        for data, each in read.articles:
            found.shelf.put(data)
            found.members.append(replace(each, given=len(found.members)))
            now = each.title
        found.left_out += read.left_out
        found.outcomes.append(read.outcome)
        source = sources[done - 1]
        if read.articles and isinstance(source, Source):
            place = picture_place(source, (each.url for _, each in read.articles))
            found.places |= {source.name: place} if place is not None else {}
        tell("reading", done, len(sources), now or read.outcome.source)
    return found


def _processes() -> int:
    """How many processes this one may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return min(8, len(os.sched_getaffinity(0)))
    return min(8, os.cpu_count() or 1)


def _read(source: Item, plan: Plan) -> _Read:
    """Read one source, in this process."""
    if isinstance(source, ConversionError):
        return _failed(source.source, source.reason)
    name = _name(source)
    articles: list[tuple[bytes, Member]] = []
    left_out: list[LeftOut] = []
    warnings: list[str] = []
    dropped: list[Dropped] = []
    error = ""
    choice = plan.choice
    try:
        with bounded(name):
            for article in _articles(source, plan):
                if reason := refusal(article, choice):
                    left_out.append(_left_out(article, reason))
                    continue
                articles.append(_shelved(article, plan))
                warnings += article.provenance.warnings
                if plan.details:
                    dropped += article.provenance.dropped
    except ConversionError as failure:
        error = failure.reason if failure.source == name else str(failure)
        left_out.append(_not_read(name, failure.reason))  # without a path of the person's
    outcome = Outcome(
        source=name,
        articles=len(articles),
        dropped=tuple(dropped),
        warnings=tuple(dict.fromkeys(warnings)),
        error=error,
        plugins=tuple(map(str, plugins.problems())),
    )
    return _Read(outcome=outcome, articles=tuple(articles), left_out=tuple(left_out))


def _articles(source: Source | Article, plan: Plan) -> Iterable[Article]:
    if isinstance(source, Article):
        return (source,)
    return read_articles(source, reader=plan.reader, options=plan.reading)


def _shelved(article: Article, plan: Plan) -> tuple[bytes, Member]:
    """An article as the shelf takes it, and its line of the index."""
    mark = b"" if plan.settings.keep_duplicates else fingerprint(article)
    return packed(article), member(article, fingerprint=mark)


def _left_out(article: Article, reason: str) -> LeftOut:
    return LeftOut(
        title=article.title,
        url=article.url,
        source=article.provenance.source,
        kind="filtered",
        reason=reason,
    )


def _not_read(source: str, reason: str) -> LeftOut:
    return LeftOut(source=source, kind="failed", reason=reason)


def _failed(source: str, reason: str) -> _Read:
    left = (_not_read(source, reason),)
    return _Read(outcome=Outcome(source=source, error=reason), left_out=left)


def _killed(source: Item) -> _Read:
    return _failed(_name(source), KILLED)


def _name(source: Item) -> str:
    """What messages call it."""
    if isinstance(source, Article):
        return source.provenance.source
    return source.source if isinstance(source, ConversionError) else source.name


# --- Writing -------------------------------------------------------------------------------


def write_bundle(gathered: Gathered, plan: Plan, tell: Tell = _silent) -> Bundle:
    """Make the edition of what was gathered and write it, whole or not at all.

    Raises :class:`~converters.errors.ConversionError` where no article is left or the file
    cannot be made.
    """
    if not gathered.members:
        raise WriteError(plan.target or plan.settings.title or "bundle", _nothing(gathered))
    writer = find_writer(plan.writer)
    edition = assembled(gathered.members, gathered.shelf, plan.settings, left_out=gathered.left_out)
    warnings: list[str] = []
    with Pictures(
        gathered.places,
        policy=writer.policy(plan.settings.images),
        fetch=plan.reading.fetch or FetchPolicy(),
        warn=warnings.append,
        tell=partial(tell, "pictures"),
    ) as pictures:
        taken = _counted(len(edition.members), tell)
        workers = plan.workers or _processes()
        context = Context(pictures, warnings.append, taken, workers)
        outputs, data = _write(edition, plan, writer, context)
        account = pictures.account()
    return Bundle(
        edition=edition,
        outputs=tuple(map(str, outputs)),
        pictures=account,
        warnings=tuple(dict.fromkeys(warnings)),
        data=data,
    )


# What a reason says of the one article: its day, its source.
_OWN = re.compile(r"(?<=is )of \d+-\d\d-\d\d, |(?<=comes from ).*(?=, which was not chosen$)")


def _nothing(gathered: Gathered) -> str:
    """Why there is no article to write, and what to do."""
    refused = [each.reason for each in gathered.left_out if each.kind == "filtered"]
    if not refused:
        return "there is no article to write: no source could be read"
    reasons: dict[str, int] = {}
    for reason in refused:
        cause = _OWN.sub("", reason).replace(" from , which", " from a source that")
        reasons[cause] = reasons.get(cause, 0) + 1
    common = sorted(reasons, key=lambda reason: (-reasons[reason], reason))[:3]
    told = "; ".join(f"{reasons[reason]} x {reason}" for reason in common)
    more = "; ..." if len(reasons) > len(common) else ""
    count = f"{len(refused)} articles were" if len(refused) > 1 else "1 article was"
    return f"no article is left: {count} read and not chosen ({told}{more})"


def _write(
    edition: Edition, plan: Plan, writer: Writer, context: Context
) -> tuple[list[Path], bytes]:
    """Write the edition where the plan wants it: its files, or its bytes."""
    options = make_options(writer, plan.options)
    if plan.target == "-":
        from io import BytesIO

        buffer = BytesIO()
        render(edition, buffer, writer, options, context)
        return [], buffer.getvalue()
    path = Path(plan.target) if plan.target else Path()
    if not plan.target or path.is_dir() or plan.target.endswith(("/", os.sep)):
        if plan.target and hasattr(writer.load(), "write_folder"):
            return write_folder(edition, path, writer, options, context, force=plan.force), b""
        path /= safe_name(edition.title or "edition", _suffix(writer, plan.options))
    write_edition(edition, path, writer, options, context, force=plan.force)
    return [path], b""


def _suffix(writer: Writer, options: dict[str, Any]) -> str:
    """The suffix of a file that nobody named. Kobo's own reader wants one of its own."""
    return ".kepub.epub" if options.get("device") == "kobo" else writer.suffixes[0]


def _counted(count: int, tell: Tell) -> Callable[[Article], None]:
    """What tells of each article that the writer takes, of ``count``."""
    numbers = itertools.count(1)
    return lambda article: tell("writing", min(next(numbers), count), count, article.title)
