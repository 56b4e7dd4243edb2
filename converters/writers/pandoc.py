"""The writers that pandoc renders: DOCX, ODT, reStructuredText, Org, LaTeX and Typst.

The model becomes pandoc's document tree (:mod:`~converters.writers._pandoc_ast`), and pandoc, in
its sandbox, the file: a standalone one, with its title, authors, date and language. Pictures go
into DOCX and ODT inside the tree, as ``data:`` addresses, so that pandoc needs no file and no
network. The module's names (``docx``, ``odt``, ...) are the writers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from converters import pandoc
from converters.article import Image, clean
from converters.edition import Edition
from converters.errors import ConversionError, WriteError
from converters.images import Need, Picture, referable
from converters.languages import direction, format_date, is_cjk
from converters.notes import Links, number
from converters.writers import Context
from converters.writers._matter import newest
from converters.writers._pandoc_ast import Node, Shape, TreeWriter, source_line, words
from converters.writers._pandoc_edition import Whole
from converters.writers._pandoc_package import finished, office_tag

__all__ = ["PandocOptions", "PandocWriter", "docx", "latex", "odt", "org", "rst", "typst"]

_SECONDS = 120.0
# LaTeX: the packages that set Chinese, Japanese and Korean with XeLaTeX and LuaLaTeX. ctex takes
# the fonts that a system has (https://ctan.org/pkg/ctex), so none is named.
_LATEX_CJK = "\\ifPDFTeX\\else\\usepackage[UTF8,scheme=plain]{ctex}\\fi"


class PandocOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the file is written.

    ``links``: what becomes of links: notes at the foot, links in the text, or only words.
    ``image_width``: the most pixels across of pictures that travel; ``gray``: whether they are
    made grey.
    """

    links: Links = "notes"
    image_width: int = 1600
    gray: bool = False


@dataclass(frozen=True, slots=True)
class PandocWriter:
    """Writes one of pandoc's formats.

    ``name`` is pandoc's own, with extensions; ``shape`` says what the format can hold;
    ``contents`` that the format makes a list of contents itself.
    """

    name: str
    shape: Shape
    package: bool = False
    contents: bool = False
    Options: type[Any] = PandocOptions

    def picture_need(self, edition: Edition, options: PandocOptions) -> Need:
        """What word processors and typesetters can use of a picture."""
        return Need(width=options.image_width, grey=options.gray)

    def write(
        self, edition: Edition, target: BinaryIO, options: PandocOptions, context: Context
    ) -> None:
        """Write ``edition`` to ``target``.

        Raises :class:`~converters.errors.WriteError` where pandoc cannot make the file.
        """
        whole = Whole(edition, links=options.links != "none", inner=self.shape.places)
        blocks = [node for part in self._parts(edition, whole, options, context) for node in part]
        if edition.is_bundle:
            own = not self.contents
            blocks = [*whole.front(contents=own), *blocks, *whole.back()]
        tree = {"pandoc-api-version": [1, 23, 1], "meta": self._meta(edition), "blocks": blocks}
        arguments = ["--standalone"]
        if edition.is_bundle and self.contents:
            arguments += ["--toc", f"--toc-depth={whole.level}"]
        language = edition.language
        name = edition.title or self.name
        try:
            made = pandoc.run(
                msgspec.json.encode(tree),
                "json",
                self.name,
                source=name,
                arguments=arguments,
                seconds=_SECONDS,
            )
        except ConversionError as error:
            raise WriteError(name, f"cannot be written as {self.name}: {error.reason}") from error
        for warning in made.warnings:
            context.warn(warning)
        data = made.data
        if self.package:
            data = finished(data, self.name, language, _modified(edition))
        else:
            data = clean(data.decode("utf-8", "replace")).rstrip("\n").encode() + b"\n"
        target.write(data)

    def _parts(
        self, edition: Edition, whole: Whole, options: PandocOptions, context: Context
    ) -> Iterator[list[Node]]:
        """The blocks of each article; among others it is a chapter with its own title."""
        several = edition.is_bundle or len(edition.articles) > 1
        pictures = context.pictures
        for place, article in enumerate(edition.articles):
            source = article.provenance.source
            kept = pictures.placed(article) if pictures.policy == "none" else referable(article)
            inside = whole.inside(place)
            numbered = number(
                kept,
                options.links,
                shared=False,
                in_headings=False,
                inside=lambda url, inside=inside: bool(inside(url)),  # type: ignore[misc]
            )

            def address(image: Image, source: str = source) -> str | None:
                within = pictures.policy == "embed"
                return pictures.address(image, source) if self.shape.embeds or not within else None

            def picture(image: Image, source: str = source) -> Picture | None:
                travels = pictures.policy in ("embed", "folder")
                return pictures.get(image, source) if travels else None

            writer = TreeWriter(
                self.shape,
                address,
                picture,
                inside,
                shift=whole.level - 1 if several or not article.title else -1,
                prefix=f"a{place + 1}-" if several else "",
            )
            if several:
                yield whole.opening(place)
            yield source_line(article, byline=several)
            yield writer.document(numbered.body)
            if writer.left and not self.shape.embeds:
                reason = f"no place in {self.name}; beside the file (--images folder) they have one"
                about = f"{source}: " if source else ""
                count = "1 picture" if writer.left == 1 else f"{writer.left} pictures"
                context.warn(f"{about}{count}: {reason}")

    def _meta(self, edition: Edition) -> dict[str, Any]:
        """What is known about the whole, in the names that pandoc's templates have."""
        single = len(edition.members) == 1 and not edition.is_bundle
        one = edition.members[0] if single else None
        language = edition.language
        tag = office_tag(language) if self.name in ("docx", "odt", "typst") else language
        meta: dict[str, Any] = {
            "title": _inlines(edition.title),
            "author": _list([_inlines(name) for name in edition.authors]),
            "lang": _string(tag),
            "dir": _string("rtl" if _is_rtl(edition, language) else ""),
        }
        if edition.is_bundle:
            day = format_date(edition.date, language) if edition.date is not None else ""
            meta["subtitle"] = _inlines(edition.subtitle)
            meta["date"] = _inlines(day)
            meta["description"] = _string(edition.description)
        if one is not None:
            date = one.published or one.updated
            meta["date"] = _inlines(format_date(date.date(), language) if date else "")
            meta["description"] = _string(one.summary)
            meta["keywords"] = _list([_inlines(tag) for tag in one.tags])
        if self.name == "latex" and is_cjk(language):
            raw = {"t": "RawBlock", "c": ["latex", _LATEX_CJK]}
            meta["header-includes"] = {"t": "MetaBlocks", "c": [raw]}
        if self.name == "org" and language:
            lines = [f"#+language: {language}"]
            if subtitle := clean(" ".join(edition.subtitle.split())):
                lines.append(f"#+subtitle: {subtitle}")
            raw = {"t": "RawBlock", "c": ["org", "\n".join(lines)]}
            meta["header-includes"] = {"t": "MetaBlocks", "c": [raw]}
        if self.name == "typst":
            meta["papersize"] = _string("a4")
            # pandoc's template puts them into code, where they are to be strings.
            meta["keywords"] = _list([_typst_string(tag) for tag in one.tags] if one else [])
        return {key: value for key, value in meta.items() if value["c"]}


def _is_rtl(edition: Edition, language: str) -> bool:
    if len(edition.members) == 1 and not edition.is_bundle:
        return edition.members[0].direction == "rtl"
    return direction(language) == "rtl"


def _string(text: str) -> dict[str, Any]:
    return {"t": "MetaString", "c": clean(text)}


def _inlines(text: str) -> dict[str, Any]:
    return {"t": "MetaInlines", "c": words(clean(text).strip())}


def _typst_string(text: str) -> dict[str, Any]:
    """``text`` as a string of Typst's code, whose escapes for these two are JSON's."""
    quoted = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return {"t": "MetaInlines", "c": [{"t": "RawInline", "c": ["typst", f'"{quoted}"']}]}


def _list(values: list[dict[str, Any]]) -> dict[str, Any]:
    return {"t": "MetaList", "c": [value for value in values if value["c"]]}


def _modified(edition: Edition) -> datetime:
    """The newest date that an article has, or SOURCE_DATE_EPOCH, or 1980, in UTC."""
    dates = (
        date
        for member in edition.members
        for date in (member.updated, member.published, member.archived)
    )
    return newest(dates) or _OLDEST


_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)

docx = PandocWriter("docx", Shape(embeds=True), package=True)
odt = PandocWriter("odt", Shape(embeds=True), package=True)
rst = PandocWriter(
    "rst",
    Shape(remote=True, highlight=False, places=False, rules=False, nests=False),
    contents=True,
)
org = PandocWriter("org", Shape(remote=True, highlight=False, captions=False, spaced=True))
latex = PandocWriter("latex", Shape(highlight=False), contents=True)
typst = PandocWriter(
    "typst", Shape(anchor=("typst", "#metadata(none)"), dot=("typst", "\\.")), contents=True
)
