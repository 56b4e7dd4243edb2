"""Many conversions: each source by itself, so that one bad document never stops the rest.

A :class:`Job` says what to make of a source; :func:`run` does the jobs, here or in a pool of
processes, and gives an :class:`Outcome` for each, in the order of the jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from converters import plugins
from converters.article import Article, Dropped
from converters.convert import (
    make_options,
    picture_place,
    read_articles,
    render,
    write_edition,
)
from converters.edition import edition
from converters.errors import ConversionError, UnsafeSource
from converters.fetch import FetchPolicy
from converters.images import Account, Pictures, Policy
from converters.output import Names
from converters.readers import ReadOptions
from converters.source import Source
from converters.workers import KILLED, in_order
from converters.writers import Context, Writer, find_writer

__all__ = ["Job", "Outcome", "Plan", "bounded", "do", "run"]


class Plan(Struct, frozen=True, kw_only=True):
    """What all jobs of a run share."""

    writer: str
    options: dict[str, Any]
    reader: str = ""
    reading: ReadOptions = ReadOptions()
    images: Policy | None = None
    force: bool = False


class Job(Struct, frozen=True, kw_only=True):
    """One source and where its file goes; without ``target`` the bytes come back.

    ``source`` may be the error that opening it gave. Of a source with several articles each gets
    a file of its own, named by its title, in a folder called as ``target``; ``together`` puts
    them into one file.
    """

    source: Source | ConversionError
    target: Path | None = None
    together: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a job: the files made, what reading dropped, warnings, or an error.

    ``pictures`` says how many pictures travel and which are missing; each of these is a warning
    too. ``plugins`` are the plug-ins that did not work, in the process that did the job.
    """

    source: str
    outputs: tuple[str, ...] = ()
    articles: int = 0
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    pictures: Account = Account()
    plugins: tuple[str, ...] = ()
    data: bytes = b""


def run(jobs: Sequence[Job], plan: Plan, workers: int = 1) -> Iterator[Outcome]:
    """Do ``jobs`` and give their outcomes in order; more than one worker means processes."""
    return in_order(
        partial(do, plan=plan),
        jobs,
        workers,
        killed=lambda job: Outcome(source=_name(job), error=KILLED),
    )


def _name(job: Job) -> str:
    return job.source.source if isinstance(job.source, ConversionError) else job.source.name


def do(job: Job, plan: Plan) -> Outcome:
    """Do one job. Errors that a person can act on are part of the outcome, not raised."""
    outcome = _do(job, plan)
    broken = tuple(map(str, plugins.problems()))
    return replace(outcome, plugins=broken) if broken else outcome


@contextmanager
def bounded(name: str) -> Iterator[None]:
    """Raise :class:`~converters.errors.UnsafeSource` of ``name`` where Python meets its limits."""
    try:
        yield
    except RecursionError as error:
        raise UnsafeSource(name, "nests too deeply to be converted") from error
    except MemoryError as error:
        raise UnsafeSource(name, "needs more memory than there is") from error


def _do(job: Job, plan: Plan) -> Outcome:
    if isinstance(job.source, ConversionError):
        return Outcome(source=job.source.source, error=job.source.reason)
    name = job.source.name
    warnings: list[str] = []
    try:
        with bounded(name):
            articles = tuple(read_articles(job.source, reader=plan.reader, options=plan.reading))
            for article in articles:
                warnings += article.provenance.warnings
            with _pictures(articles, job, plan, warnings.append) as pictures:
                outputs, data = _write(articles, job, plan, pictures, warnings)
                account = pictures.account()
    except ConversionError as error:
        reason = error.reason if error.source == name else str(error)
        return Outcome(source=name, warnings=tuple(warnings), error=reason)
    return Outcome(
        source=name,
        outputs=tuple(map(str, outputs)),
        articles=len(articles),
        dropped=(
            *(drop for article in articles for drop in article.provenance.dropped),
            *_pixels(account),
        ),
        pictures=account,
        warnings=tuple(dict.fromkeys(warnings)),
        data=data,
    )


def _pixels(account: Account) -> Iterator[Dropped]:
    """What collecting dropped, as reading tells it."""
    if account.pixels:
        yield Dropped("tracking pixel", "shows nothing", account.pixels)


def _write(
    articles: tuple[Article, ...], job: Job, plan: Plan, pictures: Pictures, warnings: list[str]
) -> tuple[list[Path], bytes]:
    """Write what was read: one file, or a folder of files where there are several articles."""
    writer = find_writer(plan.writer)
    context = Context(pictures, warnings.append)
    options = make_options(writer, plan.options)
    if job.target is None:
        target = BytesIO()
        render(edition(articles), target, writer, options, context)
        return [], target.getvalue()
    outputs = []
    for members, path in _targets(articles, job, job.target, writer):
        write_edition(edition(members), path, writer, options, context, force=plan.force)
        outputs.append(path)
    return outputs, b""


def _pictures(
    articles: tuple[Article, ...], job: Job, plan: Plan, warn: Callable[[str], None]
) -> Pictures:
    """Where the pictures of a job's articles are looked for."""
    assert isinstance(job.source, Source)
    place = picture_place(job.source, (each.url for each in articles))
    return Pictures(
        {job.source.name: place} if place is not None else {},
        policy=find_writer(plan.writer).policy(plan.images),
        fetch=plan.reading.fetch or FetchPolicy(),
        warn=warn,
    )


def _targets(
    articles: tuple[Article, ...], job: Job, target: Path, writer: Writer
) -> Iterator[tuple[tuple[Article, ...], Path]]:
    """The articles of each file, with its path: the target itself, or names from titles."""
    if len(articles) == 1 or job.together:
        yield articles, target
        return
    names = Names()
    for article in articles:
        name = names.name_for(article.title or "article", writer.suffixes[0])
        yield (article,), target.with_suffix("") / name
