"""The pandoc reader: office and text formats, and Markdown, through pandoc's document tree.

pandoc runs in its sandbox, inside bounds (:mod:`converters.pandoc`); its tree is mapped to the
model (:mod:`~converters.readers._pandoc_ast`). What a document is in is told by its content
(:mod:`~converters.readers._pandoc_formats`). ``broadsheet convert --from NAME`` with one of
:data:`FORMATS` says it where nothing else does: every name is also an attribute of this module
that reads as that format (``pandoc:rst``).
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from unicodedata import normalize

from converters.addresses import site_of
from converters.article import (
    Article,
    Block,
    Dropped,
    Field,
    Figure,
    Heading,
    Image,
    Provenance,
    Text,
    clean,
    plain_text,
    query,
    trimmed,
)
from converters.errors import UnknownFormat, UnreadableSource
from converters.languages import detect, direction
from converters.readers import ReadOptions
from converters.readers._own_bundle import is_bundle, taken_apart
from converters.readers._pandoc_body import Settings, Tree, read_body, read_tree
from converters.readers._pandoc_formats import FORMATS, Format, guess, member, open_package
from converters.readers._pandoc_media import Media
from converters.readers._pandoc_meta import About, about, take_fields
from converters.readers.bylines import Byline, take_bylines
from converters.readers.dates import home_zones, within
from converters.readers.finish import lead_picture, squeezed, without_own_language
from converters.readers.markdown import DIALECT, OwnFile, own_file, read_markdown
from converters.readers.markup import Body
from converters.readers.pieces import Findings, Piece
from converters.source import Document

__all__ = ["FORMATS", "NAME", "FormatReader", "read", "recognises"]

NAME = "pandoc"

_OWN = 97
_HEAD = 6  # blocks from the top: where a text repeats its title and authors
_YAML = "+yaml_metadata_block"
# pandoc takes the first cell after these commands of longtable for their argument.
_LONG_TABLE = re.compile(r"\\end(?:last)?foot\b(?!\{)")
_CODE_PAGE = re.compile(rb"\\ansicpg([0-9]{3,5})")
# A run of such bytes, and (left alone) one that stands in for the character before it.
_RTF_BYTES = re.compile(
    rb"(?P<kept>\\u-?[0-9]{1,5} ?(?:\\'[0-9a-fA-F]{2})+)"
    rb"|(?:\\'[0-9a-fA-F]{2}|(?<=\\'[0-9a-fA-F]{2})[\x40-\x5b\x5d-\x7a\x7e])+"
)


def recognises(document: Document) -> int:
    """How sure it is that pandoc should read ``document``: very, where its content says so."""
    found = guess(document)
    if found.format is not None and found.format.name == "markdown":
        return _OWN if own_file(document.text) is not None else found.sure
    return found.sure


def read(document: Document, options: ReadOptions) -> Iterator[Article]:
    """The article of a document, or of each chapter of a book where ``options`` asks for them.

    Raises :class:`~converters.errors.UnreadableSource` where the document is not what it seems,
    :class:`~converters.errors.UnsafeSource` where it would take too much, and
    :class:`~converters.errors.UnknownFormat` where no format of pandoc's fits.
    """
    found = guess(document)
    if found.format is None:
        reason = f"is {document.binary}, which" if document.binary else "is in a format that"
        reason = f"{reason} the reader pandoc does not read"
        raise UnknownFormat(document.name, reason)
    yield from FormatReader(found.format).read(document, options)


def __getattr__(name: str) -> FormatReader:
    """The reader of one format, by its name in :data:`FORMATS`."""
    if name in FORMATS:
        return FormatReader(FORMATS[name])
    raise AttributeError(name)


@dataclass(frozen=True, slots=True)
class FormatReader:
    """Reads documents in one format, whatever they look like."""

    format: Format

    def recognises(self, document: Document) -> int:
        """As sure as the whole reader, of documents in this format."""
        found = guess(document)
        return found.sure if found.format is self.format else 0

    def read(self, document: Document, options: ReadOptions) -> Iterator[Article]:
        """The articles; raises as :func:`read` does."""
        if self.format.binary and self.format.name != "rtf":
            yield from _read_package(document, options, self.format)
        elif self.format.name == "markdown":
            yield from _read_markdown(document, options)
        else:
            yield from _read_text(document, options, self.format)


def _read_package(document: Document, options: ReadOptions, kind: Format) -> Iterator[Article]:
    package = open_package(document.data, kind, document.name)
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as name:
        folder = Path(name) if kind.media else None
        tree = read_tree(
            document.data, kind.reader, document.name, media=folder, arguments=kind.arguments
        )
        yield from _articles(document, options, kind, tree, (folder, package))


def _read_text(document: Document, options: ReadOptions, kind: Format) -> Iterator[Article]:
    if kind.binary:
        data = _with_characters(document.data)
    else:
        if document.binary:
            raise UnreadableSource(document.name, f"is {document.binary}, no {kind.name} text")
        text = document.text
        if kind.name == "latex":
            text = _LONG_TABLE.sub(r"\g<0>{}", text)
        data = text.encode("utf-8", "replace")
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as name:
        folder = Path(name) if kind.media else None
        tree = read_tree(data, kind.reader, document.name, media=folder, arguments=kind.arguments)
        yield from _articles(document, options, kind, tree, (folder, None))


def _read_markdown(document: Document, options: ReadOptions) -> Iterator[Article]:
    """Markdown: our own as the article that it was, other with pandoc's own front matter."""
    if document.binary:
        raise UnreadableSource(document.name, f"is {document.binary}, no Markdown text")
    own = own_file(document.text)
    if own is not None:
        yield from _own_articles(own, document, options)
        return
    tree = read_tree(document.text.encode("utf-8", "replace"), DIALECT + _YAML, document.name)
    yield from _articles(document, options, FORMATS["markdown"], tree, (None, None))


# --- Our own Markdown ----------------------------------------------------------------------


def _own_articles(own: OwnFile, document: Document, options: ReadOptions) -> Iterator[Article]:
    """The article of a file of ours, or all those of an edition.

    In a bundle each article begins at an anchor; in another edition with its title, which is the
    only heading of level 1.
    """
    body = read_markdown(own.body, document.name, exact=True)
    bundled = list(taken_apart(body.blocks, own.fields)) if is_bundle(own.fields) else []
    for fields, blocks in bundled:
        yield _own_article(fields, blocks, body, document, options)
    if bundled:
        return
    parts: list[list[Block]] = []
    for block in body.blocks:
        if not parts or (isinstance(block, Heading) and block.level == 1):
            parts.append([])
        parts[-1].append(block)
    if len(parts) < 2:
        yield _own_article(own.fields, body.blocks, body, document, options)
        return
    for part in parts:
        first = part[0]
        titled = isinstance(first, Heading) and first.level == 1
        fields = {
            **own.fields,
            "title": plain_text(first) if titled else own.fields.get("title", ""),
        }
        yield _own_article(fields, tuple(part), body, document, options)


def _own_article(
    fields: Mapping[str, Any],
    blocks: tuple[Block, ...],
    body: Body,
    document: Document,
    options: ReadOptions,
) -> Article:
    title = fields.get("title", "")
    first = blocks[0] if blocks else None
    if isinstance(first, Heading) and first.level == 1 and _is_title(first, title):
        blocks = blocks[1:]
    language = options.language or fields.get("language", "")
    return Article(
        title=title,
        url=fields.get("url", "") or options.url,
        site=fields.get("site", ""),
        authors=fields.get("authors", ()),
        published=fields.get("published"),
        updated=fields.get("updated"),
        archived=fields.get("archived"),
        language=language,
        direction=direction(language),
        summary=fields.get("description", ""),
        tags=fields.get("tags", ()),
        image=fields.get("image", ""),
        body=blocks,
        provenance=_provenance(document, body.findings, (), "markdown"),
    )


def _is_title(heading: Heading, title: str) -> bool:
    """Whether a heading repeats the title: as a block has it, and composed as pandoc composes."""
    shown = plain_text(trimmed((Text(title),)))
    return normalize("NFC", plain_text(heading)) == normalize("NFC", shown)


# --- Everything else -----------------------------------------------------------------------


def _articles(
    document: Document,
    options: ReadOptions,
    kind: Format,
    tree: Tree,
    parts: tuple[Path | None, zipfile.ZipFile | None],
) -> Iterator[Article]:
    """The articles in a tree: one, or one for each chapter."""
    folder, package = parts
    findings = Findings()
    for markup in tree.skipped:
        if "{" in markup:  # others hold no words
            findings.drop("unknown command", "is not known to pandoc", clean(markup).strip())
    if package is not None and kind.name == "odt":
        _tell_formulas(package, findings)
    if kind.name == "rst":
        take_fields(tree.meta, tree.blocks)
    said = about(tree.meta, package, kind.name, findings)
    whole = _Reading(document, options, kind, said, folder)
    if options.chapters and kind.name in ("epub", "fb2"):
        chapters = list(_chapters(tree))
        if len(chapters) > 1:
            yield from whole.chapters(chapters)
            return
    yield whole.article(tree, findings)


def _tell_formulas(package: zipfile.ZipFile, findings: Findings) -> None:
    """Formulas of an ODT are objects of their own, which pandoc passes over."""
    for name in package.namelist():
        if name != "content.xml" and name.endswith("/content.xml"):
            data = member(package, name).decode("utf-8", "replace")
            if "<math" in data or "<math:math" in data:
                words = " ".join(re.sub(r"<[^>]*>", " ", data).split())
                findings.drop("formula", "is an object that pandoc does not read", clean(words))


def _chapters(tree: Tree) -> Iterator[Tree]:
    """The chapters of a book: pandoc marks where each file of an EPUB begins.

    A book in one file has its chapters in sections of the first level.
    """
    blocks: list[Any] = []
    for block in tree.blocks:
        if _begins_chapter(block) and blocks:
            yield Tree(tree.source, blocks, tree.meta, targets=tree.targets)
            blocks = []
        blocks.append(block)
    if blocks:
        yield Tree(tree.source, blocks, tree.meta, targets=tree.targets)


def _begins_chapter(block: Any) -> bool:
    match block:
        case {"t": "Para", "c": [{"t": "Span", "c": [[str(name), _, _], []]}]}:
            return bool(name)
        case {"t": "Div", "c": [[_, ["section", *_], _], _]}:
            return True
        case _:
            return False


class _Reading:
    """Putting the articles of one document together."""

    def __init__(
        self,
        document: Document,
        options: ReadOptions,
        kind: Format,
        said: About,
        folder: Path | None,
    ) -> None:
        self.document = document
        self.options = options
        self.kind = kind
        self.said = said
        self.url = document.url or options.url
        self.media = Media(folder, Findings()) if folder is not None else None
        self.byline = Byline()

    def article(self, tree: Tree, findings: Findings) -> Article:
        """The document as one article."""
        body = self.body(tree)
        title, blocks = _title(self.said.title, body.blocks)
        if not title:
            stem = PurePath(self.document.name).stem
            title = "" if stem in ("", "-") else stem
        self._check(blocks, title)
        return self.made(title, blocks, body, (*findings.dropped(), *self._lost()), tree.warnings)

    def chapters(self, chapters: Sequence[Tree]) -> Iterator[Article]:
        """Each chapter that holds words, as an article of the book."""
        count = 0
        for tree in chapters:
            body = self.body(tree)
            title, blocks = _title("", body.blocks, any_level=True)
            if not _holds_something(blocks):
                continue
            count += 1
            title = title or f"{self.said.title} ({count})".lstrip()
            yield self.made(title, blocks, body, self._lost(), tree.warnings, chapter=count)
        if not count:
            raise UnreadableSource(self.document.name, "holds no article: there is no text in it")

    def body(self, tree: Tree) -> Body:
        """The body of a tree, pictures in the document at hand, its byline taken."""
        self.byline = Byline()
        if self.media is not None:
            self.media.findings = Findings()
        settings = Settings(
            base=self.url,
            headings=self.options.headings,
            before=self._take_head,
            web=self.kind.name == "markdown",
            picture=self.media.address if self.media is not None else str,
        )
        return read_body(tree, settings)

    def _take_head(self, pieces: list[Piece], findings: Findings) -> list[Piece]:
        """Take a title that the metadata has, and the byline under it, off the text."""
        title = squeezed(self.said.title)
        known = {title, *map(squeezed, self.said.authors)} - {""}
        head: list[Piece] = []
        for index, piece in enumerate(pieces):
            text = squeezed(piece.text)
            if index >= _HEAD or len(pieces) <= index + 1 or text not in known:
                if index >= _HEAD or (isinstance(piece.block, Heading) and head):
                    pieces = [*head, *pieces[index:]]
                    break
                head.append(piece)
            elif text == title:
                findings.drop("title", "repeats the title", piece.text)
            else:
                findings.drop("byline", "stands in the metadata", piece.text)
        else:
            pieces = head
        return take_bylines(pieces, self.byline, findings)

    def _lost(self) -> tuple[Dropped, ...]:
        return self.media.findings.dropped() if self.media is not None else ()

    def _check(self, blocks: Sequence[Block], title: str) -> None:
        if not _holds_something(blocks) and not self.said.title:
            raise UnreadableSource(self.document.name, "holds no article: there is no text in it")

    def made(
        self,
        title: str,
        blocks: tuple[Block, ...],
        body: Body,
        dropped: tuple[Dropped, ...],
        warnings: tuple[str, ...],
        *,
        chapter: int = 0,
    ) -> Article:
        """An article with all that is known about it."""
        said = self.said
        words = f"{title}\n{plain_text(blocks)}"
        language = self.options.language or detect(words, said.language or body.language or None)
        language = language or said.language
        blocks = without_own_language(blocks, language)
        moment = said.published or self.byline.published
        late = self.byline.updated
        zones = home_zones(site_of(self.url), language)
        others = [*said.others]
        if chapter:
            others.append(Field("chapter", str(chapter)))
        body.findings.warnings[:0] = warnings
        provenance = _provenance(self.document, body.findings, others, self.kind.name)
        if not _holds_something(blocks):
            body.findings.warnings.append("there is nothing below the title")
        return Article(
            title=clean(" ".join(title.split())),
            url=self.url,
            site=clean(said.title) if chapter else "",
            authors=tuple(map(clean, said.authors or self.byline.authors)),
            published=within(moment, None, zones).when if moment is not None else None,
            updated=said.updated or (late.when if late is not None else None),
            language=language,
            direction=direction(language),
            summary="" if chapter else clean(said.summary),
            tags=tuple(map(clean, said.tags)),
            image=lead_picture(blocks),
            body=blocks,
            provenance=Provenance(
                reader=NAME,
                source=provenance.source,
                encoding=provenance.encoding,
                dropped=(*provenance.dropped, *dropped),
                changes=provenance.changes,
                warnings=tuple(body.findings.warnings),
                metadata=provenance.metadata,
            ),
        )


def _provenance(
    document: Document, findings: Findings, others: Sequence[Field], kind: str
) -> Provenance:
    text = FORMATS[kind].binary
    return Provenance(
        reader=NAME,
        source=document.name,
        encoding="" if text else document.decoded.encoding,
        dropped=findings.dropped(),
        changes=tuple(findings.changes),
        warnings=(*(() if text else document.decoded.warnings), *findings.warnings),
        metadata=tuple(others),
    )


def _title(
    known: str, blocks: tuple[Block, ...], *, any_level: bool = False
) -> tuple[str, tuple[Block, ...]]:
    """The title, and the blocks without the heading that it was.

    Where the metadata has none, a heading that opens the text and has no equal is one.
    """
    if known:
        return known, blocks
    headings = [block for block in blocks if isinstance(block, Heading)]
    first = next((block for block in blocks if _holds_something((block,))), None)
    if not headings or first is not headings[0]:
        return "", blocks
    alone = all(block.level > headings[0].level for block in headings[1:])
    if not (alone or any_level):
        return "", blocks
    rest = tuple(block for block in blocks if block is not first)
    return plain_text(headings[0]), _raised(rest) if alone else rest


def _raised(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """``blocks`` with their headings one level up: what was above them is the title now."""
    lowest = min((block.level for block in blocks if isinstance(block, Heading)), default=2)
    if lowest <= 2:
        return blocks
    return tuple(
        Heading(block.level - lowest + 2, block.content, block.identifier)
        if isinstance(block, Heading)
        else block
        for block in blocks
    )


def _holds_something(blocks: Sequence[Block]) -> bool:
    return bool(plain_text(tuple(blocks)).strip()) or (
        next(query(tuple(blocks), Image, Figure), None) is not None
    )


def _with_characters(data: bytes) -> bytes:
    r"""RTF with the bytes of its code page as Unicode characters, and its notes where pandoc looks.

    pandoc takes every byte for one of Windows-1252, whatever ``\ansicpg`` says (RTF 1.9.1,
    "Unicode RTF"), and passes over notes that are marked as optional.
    """
    data = data.replace(b"{\\*\\footnote", b"{\\footnote")
    match = _CODE_PAGE.search(data[:4096])
    page = int(match[1]) if match else 1252
    if page == 1252 or b"\\'" not in data:
        return data
    codec = {10000: "mac-roman", 65001: "utf-8"}.get(page, f"cp{page}")
    try:
        "".encode(codec)
    except LookupError:
        return data

    def characters(run: re.Match[bytes]) -> bytes:
        if run["kept"]:
            return run[0]
        raw = re.sub(rb"\\'([0-9a-fA-F]{2})", lambda m: bytes((int(m[1], 16),)), run[0])
        text = raw.decode(codec, "replace").encode("utf-16-le")
        units = (
            int.from_bytes(text[i : i + 2], "little", signed=True) for i in range(0, len(text), 2)
        )
        return b"{\\uc0" + b"".join(b"\\u%d " % unit for unit in units) + b"}"

    return _RTF_BYTES.sub(characters, data)
