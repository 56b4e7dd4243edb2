"""One conversion, from a source to a file: what the command does, as functions.

:func:`read` and :func:`write` are the Python interface; :func:`read_articles` and
:func:`write_edition` are the same with every choice open.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, cast, get_args, get_origin

import msgspec
from msgspec.structs import replace as changed

from converters import plugins
from converters.article import Article
from converters.containers import find_resources
from converters.edition import Edition, edition
from converters.edition.shelf import Mapped
from converters.errors import ConversionError, UnknownFormat, UnreadableSource, WriteError
from converters.fetch import FetchPolicy
from converters.images import Folder, Need, Pictures, Place, Policy
from converters.output import NewFiles, require_free, write_whole
from converters.readers import ReadOptions, read_document
from converters.source import Document, Source, open_source
from converters.writers import WRITERS, Context, Writer, WriterModule, find_writer

__all__ = [
    "make_options",
    "picture_folders",
    "picture_place",
    "read",
    "read_articles",
    "render",
    "write",
    "write_edition",
    "write_folder",
]

_IN_MEMORY = 16 * 1024 * 1024  # bytes of a file that stay in memory while it is made
_YES_NO = {"yes": True, "on": True, "no": False, "off": False}


def read(
    source: str | os.PathLike[str] | bytes,
    *,
    reader: str = "",
    language: str = "",
    url: str = "",
    headings: bool = True,
    fetch: FetchPolicy | None = None,
) -> Article:
    """The article of ``source``: a path, an address, or the document itself as bytes.

    ``reader`` names the format where it should not be told by content. ``language`` (BCP 47)
    overrides what the source says; ``url`` is the address of a source that names none.
    ``headings=False`` leaves bold paragraphs as they are; ``fetch`` says how an address is
    fetched. Of a source with several articles this is the first; :func:`read_articles` gives all.

    Raises :class:`~converters.errors.ConversionError`: the source cannot be had, is in no known
    format, or holds no article.
    """
    options = ReadOptions(language=language, url=url, headings=headings, fetch=fetch)
    opened = Source("-", content=source) if isinstance(source, bytes) else open_source(source)
    return next(read_articles(opened, reader=reader, options=options))


def read_articles(
    source: Source, *, reader: str = "", options: ReadOptions | None = None
) -> Iterator[Article]:
    """All articles of ``source``, as the reader finds them.

    Raises :class:`~converters.errors.ConversionError` as :func:`read` does.
    """
    options = options or ReadOptions()
    if options.fetch is not None and source.fetch is None:
        source = replace(source, fetch=options.fetch)
    document = source.open()
    if options.url:
        document = replace(document, url=options.url)
    count = 0
    for article in read_document(document, options, reader):
        count += 1
        yield _with_document(article, document)
    if not count:
        raise UnreadableSource(source.name, "holds no article")


def _with_document(article: Article, document: Document) -> Article:
    """``article`` with what is known of the bytes that it was read from."""
    if article.archived is None and document.archived is not None:
        article = changed(article, archived=document.archived)
    if document.warnings:
        known = article.provenance
        known = changed(known, warnings=(*document.warnings, *known.warnings))
        article = changed(article, provenance=known)
    return article


def write(  # noqa: PLR0913 - all but two are keywords
    articles: Iterable[Article] | Article,
    target: str | os.PathLike[str] | BinaryIO,
    format: str = "",  # noqa: A002 - the word people look for
    *,
    title: str = "",
    force: bool = True,
    images: Policy | None = None,
    fetch: FetchPolicy | None = None,
    warn: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> None:
    """Write ``articles`` to ``target``: a path, or a file opened for writing bytes.

    ``format`` is a writer's name (``markdown``, ``text``, ``epub``, ``pdf``, ``json``); for a path
    it may be left out, and the suffix tells. ``options`` are the writer's own (``links``,
    ``width``, ...); ``title`` names an edition of several articles. A path is written whole or not
    at all; with ``force=False`` an existing file stays. ``images`` is ``embed``, ``link``,
    ``none``, or ``folder`` for pictures beside a path; each format has its own default. Pictures
    that lie beside an article's source file are embedded, others are fetched as ``fetch`` allows.
    ``warn`` takes a sentence for everything that the file could not hold.

    Raises :class:`~converters.errors.UnknownFormat` for a format or option that does not exist
    and :class:`~converters.errors.WriteError` where the file cannot be made.
    """
    members = (articles,) if isinstance(articles, Article) else tuple(articles)
    path = Path(target) if isinstance(target, str | os.PathLike) else None
    if not members:
        raise WriteError("-" if path is None else str(path), "there are no articles to write")
    writer = find_writer(format or ("" if path is None else str(path)))
    settings = make_options(writer, options)
    policy = writer.policy(images)
    if policy == "folder" and path is None:
        raise WriteError("-", "pictures in a folder need a file to lie beside; give a path")
    with Pictures(
        picture_folders(members),
        policy=policy,
        fetch=fetch or FetchPolicy(),
        warn=warn,
    ) as pictures:
        made = edition(members, title=title)
        context = Context(pictures, warn)
        if path is not None:
            write_edition(made, path, writer, settings, context, force=force)
        else:
            assert not isinstance(target, str | os.PathLike)
            render(made, target, writer, settings, context)


def picture_folders(articles: Iterable[Article]) -> Mapping[str, Place]:
    """Where each article's own pictures may lie: beside its source file, or in its container."""
    urls: dict[str, tuple[str, ...]] = {}
    for article in articles:
        name = article.provenance.source
        if name and name != "-":
            known = urls.setdefault(name, ())
            urls[name] = tuple(dict.fromkeys((*known, article.url))) if article.url else known
    folders: dict[str, Place] = {}
    for name, addresses in urls.items():
        place = find_resources(name, addresses)
        if place is None and os.path.isfile(name):  # noqa: PTH113 - a name need not be a path
            folders[name] = Folder(Path(name).parent, addresses)
        elif place is not None:
            folders[name] = place
    return folders


def picture_place(source: Source, urls: Iterable[str]) -> Place | None:
    """Where the own pictures of ``source`` may lie, whose articles have the addresses ``urls``."""
    known = tuple(dict.fromkeys(url for url in urls if url))
    found = source.pictures(known)
    return Folder(found, known) if isinstance(found, Path) else found


def make_options(writer: Writer, values: Mapping[str, Any]) -> Any:
    """The options of ``writer`` from names and values (text values are converted).

    Raises :class:`~converters.errors.UnknownFormat` where the writer has no such option or the
    value is none that it takes.
    """
    kind = writer.load().Options
    known = ", ".join(kind.__struct_fields__)
    if unknown := [name for name in values if name not in kind.__struct_fields__]:
        raise UnknownFormat(writer.name, f"has no option {unknown[0]!r}; its options are {known}")
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    found = {}
    for name, value in values.items():
        given = _YES_NO.get(str(value).lower(), value) if types[name] is bool else value
        try:
            found[name] = msgspec.convert(given, types[name], strict=False)
        except msgspec.ValidationError as error:
            reason = f"{name} cannot be {value!r}: it takes {_taken(types[name])}"
            raise UnknownFormat(writer.name, reason) from error
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:  # two that do not go together
        raise UnknownFormat(writer.name, str(error)) from error


def _taken(kind: Any) -> str:
    """What an option of the type ``kind`` takes, in words."""
    if get_origin(kind) is Literal:
        *others, last = (str(value) or "nothing" for value in get_args(kind))
        return f"{', '.join(others)} or {last}" if others else last
    if get_origin(kind) is Annotated:
        plain, *limits = get_args(kind)
        least = [f" from {each.ge} on" for each in limits if getattr(each, "ge", None) is not None]
        return _taken(plain) + "".join(least)
    return {bool: "yes or no", int: "a whole number"}.get(kind, "text")


def render(
    articles: Edition, target: BinaryIO, writer: Writer, options: Any, context: Context
) -> None:
    """Write ``articles`` in the writer's format to ``target``, their pictures collected first.

    Raises :class:`~converters.errors.WriteError`; a plug-in's own failures become one.
    """
    with _foreign_errors(writer):
        module = writer.load()
        module.write(_with_pictures(articles, module, options, context), target, options, context)


def _with_pictures(
    articles: Edition, module: WriterModule, options: Any, context: Context
) -> Edition:
    """``articles``, whose pictures are collected as the writer needs them."""
    pictures = context.pictures
    if pictures.travel:
        needs = getattr(module, "picture_need", None)
        pictures.need = needs(articles, options) if needs else Need()
        pictures.collect(articles.articles, ((m.source, m.url) for m in articles.members))
    if isinstance(articles.articles, tuple):
        if not pictures.travel:
            return articles
        return changed(articles, articles=tuple(map(pictures.without_pixels, articles.articles)))

    def taken(article: Article) -> Article:
        if context.taken is not None:
            context.taken(article)
        return pictures.without_pixels(article)

    return changed(articles, articles=Mapped(articles.articles, taken))


@contextmanager
def _foreign_errors(writer: Writer) -> Iterator[None]:
    """Make one of ours of what goes wrong in a plug-in; faults of our own stay faults."""
    try:
        yield
    except ConversionError:
        raise
    except Exception as error:
        if writer.name in WRITERS:
            raise
        raise WriteError(writer.name, str(plugins.blame(writer.name, error))) from error


def write_edition(
    articles: Edition, path: Path, writer: Writer, options: Any, context: Context, *, force: bool
) -> None:
    """Render ``articles`` and put the file in its place, whole or not at all.

    Pictures that belong beside the file are put there before it. Raises
    :class:`~converters.errors.WriteError` as :func:`render` and
    :func:`~converters.output.write_whole` do.
    """
    if not force:
        require_free(path)
    context.pictures.beside.clear()  # those of the file before are where they belong
    if context.pictures.policy == "link" and "folder" in writer.images:
        left = context.pictures.left_behind(articles.articles, path.parent)
        if left:
            are = "1 picture lies" if left == 1 else f"{left} pictures lie"
            context.warn(f"{are} beside the source, not the file; --images folder brings them")
    advice = getattr(writer.load(), "name_advice", None)
    if advice is not None and (words := advice(path.name, options)):
        context.warn(words)
    # A large book waits on the disk for its name.
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as made:
        try:
            render(articles, cast(BinaryIO, made), writer, options, context)
        except OSError as error:
            reason = (
                f"cannot be made: {error.strerror or error}; is there room for temporary files?"
            )
            raise WriteError(str(path), reason) from error
        for name, picture in context.pictures.beside.items():
            write_whole(path.parent / name, picture.data, force=True)
        made.seek(0)
        write_whole(path, cast(BinaryIO, made), force=force)


def write_folder(
    articles: Edition, folder: Path, writer: Writer, options: Any, context: Context, *, force: bool
) -> list[Path]:
    """Write ``articles`` as a folder of files with an index, all of them or none.

    Gives the paths, the index first. Raises :class:`~converters.errors.UnknownFormat` for a format
    that is always one file, and :class:`~converters.errors.WriteError` as :func:`render` does and
    where a file of the folder exists and ``force`` is false.
    """
    module = writer.load()
    write = getattr(module, "write_folder", None)
    if write is None:
        raise UnknownFormat(writer.name, "is always one file; name it with -o FILE")
    context.pictures.beside.clear()
    with NewFiles(folder, force=force) as files:
        with _foreign_errors(writer):
            write(_with_pictures(articles, module, options, context), files.put, options, context)
        for name, picture in context.pictures.beside.items():
            files.put(name, picture.data)
        return files.finish()
