"""What office and text documents say about themselves: metadata to the article's fields."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from converters.article import Field, clean, plain_text
from converters.languages import normalise_tag
from converters.readers._pandoc_ast import Mapper, meta_text, meta_texts
from converters.readers._pandoc_formats import member
from converters.readers.dates import Moment, find
from converters.readers.pieces import Findings

__all__ = ["About", "about", "take_fields"]

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
# Elements of the core properties of OPC (ECMA-376-2, 10) and of ODF's meta.xml (1.3, 4.3).
_PROPERTIES: Mapping[str, str] = {
    f"{_DC}title": "title",
    f"{_DC}creator": "author",
    f"{_META}initial-creator": "author",
    f"{_DC}description": "description",
    f"{_DC}language": "lang",
    f"{_DC}subject": "subject",
    f"{_CORE}keywords": "keywords",
    f"{_META}keyword": "keywords",
    f"{_CORE}category": "category",
    f"{_TERMS}created": "created",
    f"{_META}creation-date": "created",
    f"{_TERMS}modified": "modified",
    f"{_DC}date": "modified",
}
_MEMBERS = {"docx": "docProps/core.xml", "pptx": "docProps/core.xml", "xlsx": "docProps/core.xml"}
_SEPARATORS = str.maketrans(dict.fromkeys("，；、;", ","))
# What programs write where nobody wrote anything.
_NOBODY = frozenset(
    ("user", "admin", "administrator", "microsoft office user", "unknown", "python-docx")
)
_TITLES = frozenset(("title", "title-meta", "pagetitle"))
_AUTHORS = frozenset(("author", "authors", "creator", "by"))
_DATES = frozenset(("date", "created", "published"))
_LANGUAGES = frozenset(("lang", "language"))
_SUMMARIES = ("abstract", "description", "summary")
_TAGS = frozenset(("keywords", "tags", "category", "categories"))
# pandoc's own notes, not the document's.
_IGNORED = frozenset(("generator", "bibliography", "csl", "header-includes", "nocite"))


@dataclass(slots=True)
class About:
    """What a document says about itself; unknown strings are empty."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    published: Moment | None = None
    updated: datetime | None = None
    language: str = ""
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    others: list[Field] = field(default_factory=list)


def about(
    meta: Mapping[str, Any], package: zipfile.ZipFile | None, kind: str, findings: Findings
) -> About:
    """The metadata that pandoc found, and behind it the package's own properties.

    ``kind`` is the format's name. Notes in a title are told in ``findings``.
    """
    reader = _Reader(Mapper(findings=findings, lenient=True))
    for name, value in meta.items():
        reader.take(name, value)
    made = reader.finish()
    if package is not None:
        path = "meta.xml" if kind == "odt" else _MEMBERS.get(kind, "")
        _fill(made, _properties(member(package, path)) if path else {})
    return made


# Docutils' bibliographic fields
# (https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#bibliographic-fields).
_FIELDS = frozenset(
    "author authors organization contact address version revision status date copyright "
    "dedication abstract keywords tags language lang summary category".split()
)


def take_fields(meta: dict[str, Any], blocks: list[Any]) -> None:
    """Move a list of bibliographic fields that opens reStructuredText into its metadata."""
    if not blocks or blocks[0]["t"] != "DefinitionList":
        return
    found: dict[str, list[Any]] = {}
    for term, meanings in blocks[0]["c"]:
        name = "".join(node.get("c", "") for node in term if node["t"] == "Str").lower()
        if name not in _FIELDS:
            return
        found.setdefault(name, []).extend({"t": "MetaBlocks", "c": part} for part in meanings)
    for name, values in found.items():
        meta.setdefault(name, values[0] if len(values) == 1 else {"t": "MetaList", "c": values})
    del blocks[0]


class _Reader:
    """Takes one value after another."""

    def __init__(self, mapper: Mapper) -> None:
        self.mapper = mapper
        self.made = About()
        self.summaries: dict[str, str] = {}
        self.subtitle = ""

    def take(self, name: str, value: Any) -> None:
        key, made = name.lower(), self.made
        text = meta_text(value, self.mapper)
        if not text or key in _IGNORED:
            return
        if key in _TITLES and not made.title:
            made.title = text
            self.notes(value)
        elif key == "subtitle":
            self.subtitle = text
        elif key in _AUTHORS:
            made.authors += [name for name in self.names(value) if name not in made.authors]
        elif key in _DATES and (moment := find(text)) is not None and made.published is None:
            made.published = moment
        elif key in _LANGUAGES and (tag := normalise_tag(text)) is not None:
            made.language = tag
        elif key in _SUMMARIES:
            self.summaries[key] = "\n".join(meta_texts(value, self.mapper)).strip()
        elif key in _TAGS:
            found = meta_texts(value, self.mapper)
            made.tags += (
                _split(found[0]) if len(found) == 1 else [" ".join(t.split()) for t in found]
            )
        else:
            made.others.append(Field(clean(name), self.plain(value)))

    def notes(self, value: Any) -> None:
        """A note at the title, such as LaTeX's thanks, has no place in plain text."""
        stack: list[Any] = [value]
        while stack:
            node = stack.pop()
            if isinstance(node, dict):
                if node.get("t") == "Note":
                    words = plain_text(self.mapper.blocks(node["c"], 24))
                    self.mapper.findings.drop("note at the title", "a title is plain text", words)
                    continue
                node = list(node.values())
            if isinstance(node, list):
                stack.extend(node)

    def names(self, value: Any) -> list[str]:
        """Names of people: a text, a list, or mappings with a ``name``."""
        if value["t"] == "MetaMap":
            named = value["c"].get("name") or value["c"].get("literal")
            return self.names(named) if named else [meta_text(value, self.mapper)]
        if value["t"] == "MetaList":
            return [name for part in value["c"] for name in self.names(part)]
        text = meta_text(value, self.mapper)
        return [name for part in text.split(";") if (name := part.strip())]

    def plain(self, value: Any) -> str:
        """A value that the model has no place for: its text, or JSON."""
        if value["t"] in ("MetaList", "MetaMap", "MetaBool"):
            return json.dumps(self.value(value), ensure_ascii=False)
        return meta_text(value, self.mapper)

    def value(self, value: Any) -> Any:
        match value["t"]:
            case "MetaList":
                return [self.value(part) for part in value["c"]]
            case "MetaMap":
                return {key: self.value(part) for key, part in value["c"].items()}
            case "MetaBool":
                return bool(value["c"])
        return meta_text(value, self.mapper)

    def finish(self) -> About:
        made = self.made
        for key in _SUMMARIES:
            if text := self.summaries.get(key, ""):
                if made.summary:
                    made.others.append(Field(key, text))
                else:
                    made.summary = text
        if self.subtitle and made.summary:
            made.others.append(Field("subtitle", self.subtitle))
        else:
            made.summary = made.summary or self.subtitle
        made.tags = list(dict.fromkeys(tag for tag in made.tags if tag))
        return made


def _split(text: str) -> list[str]:
    """Keywords that one text holds: apart by commas or semicolons, else it is one."""
    return [
        part for part in (word.strip() for word in text.translate(_SEPARATORS).split(",")) if part
    ]


def _properties(data: bytes) -> dict[str, list[str]]:
    """The properties in a package's own file; none where it is no XML."""
    if not data:
        return {}
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, list[str]] = {}
    for element in root.iter():
        name = _PROPERTIES.get(element.tag) if isinstance(element.tag, str) else None
        text = clean(" ".join((element.text or "").split()))
        if name and text:
            found.setdefault(name, []).append(text)
    return found


def _fill(made: About, properties: Mapping[str, Sequence[str]]) -> None:
    """Fill what the document's own text does not say."""
    first = {name: values[0] for name, values in properties.items()}
    made.title = made.title or first.get("title", "")
    if not made.authors:
        names = [part for value in properties.get("author", ())[:1] for part in value.split(";")]
        made.authors = [n.strip() for n in names if n.strip() and n.strip().lower() not in _NOBODY]
    made.summary = made.summary or first.get("description", "")
    made.language = made.language or normalise_tag(first.get("lang", "")) or ""
    if not made.tags:
        made.tags = [tag for value in properties.get("keywords", ()) for tag in _split(value)]
    created, modified = _moment(first.get("created")), _moment(first.get("modified"))
    if made.published is None and created is not None:
        made.published = Moment(created, zone_known=True)
    if created and modified and modified - created >= timedelta(days=1):
        made.updated = modified
    known = {field.name for field in made.others}
    for name in ("subject", "category"):
        if name in first and name not in known:
            made.others.append(Field(name, "; ".join(properties[name])))


def _moment(text: str | None) -> datetime | None:
    """A date of W3CDTF (https://www.w3.org/TR/NOTE-datetime); none in the first hours of 1970 or
    1601, which programs write for "unknown".
    """  # noqa: D205 - the first sentence needs two lines
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text[:19] + ("+00:00" if text.endswith("Z") else text[26:]))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if moment.year > 1980 else None
