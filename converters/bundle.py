"""A bundle: many sources become one edition, and the edition one file or a folder of files.

:func:`gather` reads every source by itself, in processes where that pays, and puts what was chosen
onto a shelf on the disk; :func:`write_bundle` makes the edition of it and hands it to the writer.
What stays in memory is the index: a :class:`~converters.edition.Member` for each article.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from converters import plugins
from converters.article import Article, Dropped
from converters.batch import Outcome, bounded
from converters.convert import make_options, read_articles, render, write_edition, write_folder
from converters.edition import Edition, LeftOut, Member, member
from converters.edition.assemble import assembled
from converters.edition.choice import Choice, refusal
from converters.edition.doubles import fingerprint
from converters.edition.settings import Settings
from converters.edition.shelf import Shelf, packed
from converters.errors import ConversionError, WriteError
from converters.fetch import FetchPolicy
from converters.images import Account, Folder, Pictures, Place, Policy
from converters.output import safe_name
from converters.readers import ReadOptions
from converters.source import Source
from converters.workers import KILLED, in_order
from converters.writers import Context, Writer, find_writer

__all__ = ["Bundle", "Gathered", "Plan", "Tell", "gather", "write_bundle"]

Tell = Callable[[str, int, int, str], None]
"""Told while work goes on: what is being done, how many are done, of how many, and the one now."""

# For fewer sources a second process, which has to load what it needs, gains nothing.
_WORTH_A_PROCESS = 100


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be made: how sources are read, what is chosen, and where the edition goes.

    ``settings`` are the edition's own. ``target`` is a file, a folder, ``None`` for a file here
    that is named by the edition's title, or ``-`` for its bytes. ``workers`` are the processes
    that read; 0 leaves that to the number of sources. ``details``: what reading dropped is kept
    for a report.
    """

    writer: str
    options: dict[str, Any]
    settings: Settings
    choice: Choice = Choice()
    reader: str = ""
    reading: ReadOptions = ReadOptions()
    images: Policy | None = None
    target: str = ""
    force: bool = False
    workers: int = 0
    details: bool = False


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


# --- Reading -------------------------------------------------------------------------------


def gather(
    sources: Sequence[Source | ConversionError], plan: Plan, tell: Tell = _silent
) -> Gathered:
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
            found.places |= _places(source, read.articles)
        tell("reading", done, len(sources), now or read.outcome.source)
    return found


def _processes() -> int:
    """How many processes this one may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return min(8, len(os.sched_getaffinity(0)))
    return min(8, os.cpu_count() or 1)


def _places(source: Source, articles: Sequence[tuple[bytes, Member]]) -> dict[str, Place]:
    """Where the pictures of a source's articles may lie."""
    urls = tuple(dict.fromkeys(each.url for _, each in articles if each.url))
    found = source.pictures(urls)
    if found is None:
        return {}
    return {source.name: Folder(found, urls) if isinstance(found, Path) else found}


def _read(source: Source | ConversionError, plan: Plan) -> _Read:
    """Read one source, in this process."""
    if isinstance(source, ConversionError):
        return _failed(source.source, source.reason)
    articles: list[tuple[bytes, Member]] = []
    left_out: list[LeftOut] = []
    warnings: list[str] = []
    dropped: list[Dropped] = []
    error = ""
    try:
        with bounded(source.name):
            for article in read_articles(source, reader=plan.reader, options=plan.reading):
                if reason := refusal(article, plan.choice):
                    left_out.append(_left_out(article, reason))
                    continue
                articles.append(_shelved(article, plan))
                warnings += article.provenance.warnings
                if plan.details:
                    dropped += article.provenance.dropped
    except ConversionError as failure:
        error = failure.reason if failure.source == source.name else str(failure)
        left_out.append(_not_read(source.name, error))
    outcome = Outcome(
        source=source.name,
        articles=len(articles),
        dropped=tuple(dropped),
        warnings=tuple(dict.fromkeys(warnings)),
        error=error,
        plugins=tuple(map(str, plugins.problems())),
    )
    return _Read(outcome=outcome, articles=tuple(articles), left_out=tuple(left_out))


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


def _killed(source: Source | ConversionError) -> _Read:
    return _failed(source.source if isinstance(source, ConversionError) else source.name, KILLED)


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
        policy=writer.policy(plan.images),
        fetch=plan.reading.fetch or FetchPolicy(),
        warn=warnings.append,
        tell=partial(tell, "pictures"),
    ) as pictures:
        taken = _counted(len(edition.members), tell)
        context = Context(pictures, warnings.append, taken)
        outputs, data = _write(edition, plan, writer, context)
        account = pictures.account()
    return Bundle(
        edition=edition,
        outputs=tuple(map(str, outputs)),
        pictures=account,
        warnings=tuple(dict.fromkeys(warnings)),
        data=data,
    )


def _nothing(gathered: Gathered) -> str:
    """Why there is no article to write, and what to do."""
    refused = [each.reason for each in gathered.left_out if each.kind == "filtered"]
    if not refused:
        return "there is no article to write: no source could be read"
    reasons: dict[str, int] = {}
    for reason in refused:
        reasons[reason] = reasons.get(reason, 0) + 1
    common = sorted(reasons, key=lambda reason: (-reasons[reason], reason))[:3]
    told = "; ".join(f"{reasons[reason]} {reason}" for reason in common)
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
