"""Front matter: what stands above a post about it, in the forms of the site generators.

* YAML between ``---`` lines (Jekyll, Hugo, Hexo: https://jekyllrb.com/docs/front-matter/), or with
  only the closing line (Hexo: https://hexo.io/docs/front-matter);
* TOML between ``+++`` lines, and a JSON object (Hugo: https://gohugo.io/content-management/front-matter/);
* JSON without its braces before ``;;;`` (Hexo).

:func:`split` takes it off a text, :func:`facts` reads it in the names that are in use. Nothing in
it is trusted: no tags, no growing aliases, plain values only; and nothing of it is lost: what
cannot be read, or has no place in the model, stays as :class:`~converters.article.Field`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from converters.addresses import resolve
from converters.article import Field
from converters.languages import normalise_tag
from converters.readers.bylines import split_names
from converters.readers.dates import Moment, find, parse

__all__ = ["Facts", "FrontMatter", "facts", "split"]

_MAX_LENGTH = 64 * 1024  # characters
_MAX_VALUE = 10_000  # characters of an unknown value
_MAX_DEPTH = 40
_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+|;;;)[ \t]*\n(?P<text>(?:[^\n]*\n){0,4000}?)"
    r"(?P<end>---|\+\+\+|;;;|\.\.\.)[ \t]*(?:\n|\Z)"
)
_CLOSED_ONLY = re.compile(
    r"(?P<text>(?:[^\n]*\n){1,200}?)(?P<end>-{3,}|;{3,})[ \t]*(?:\n|\Z)"
)  # Hexo
_KEY_LINE = re.compile(r"(?P<key>[\w.-]+|\"[^\"\n]+\")[ \t]*:(?:[ \t]|$)")
_TOML_LINE = re.compile(r"(?P<key>[\w.-]+)[ \t]*=")
_LITERAL = re.compile(
    r"(?:-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?|true|false|null)"
)


@dataclass(slots=True)
class FrontMatter:
    """Front matter that was found: its ``text``, of which ``kind``, and the ``body`` below it."""

    text: str
    kind: Literal["yaml", "toml", "json"]
    body: str
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Facts:
    """What front matter says, in the model's terms; ``others`` is all the rest."""

    title: str = ""
    url: str = ""
    site: str = ""
    authors: list[str] = field(default_factory=list)
    published: Moment | None = None
    updated: Moment | None = None
    archived: Moment | None = None
    language: str = ""
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    image: str = ""
    others: list[Field] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


# --- Taking it off ---------------------------------------------------------------------------


def split(text: str) -> FrontMatter | None:
    """The front matter at the head of ``text``; ``None`` where there is none.

    Only looked for, not read yet: that is :func:`facts`' work.
    """
    text = text.lstrip("\ufeff\n\t ")
    for form in (_fenced, _json_object, _closed_only, _not_closed):
        found = form(text)
        if found is not None:
            return found
    return None


def _fenced(text: str) -> FrontMatter | None:
    match = _FENCED.match(text, 0, _MAX_LENGTH)
    if match is None:
        return None
    fence, end = match["fence"], match["end"]
    if end != fence and not (fence == "---" and end == "..."):
        return None
    inner, body = match["text"], text[match.end() :]
    if fence == "+++":
        return FrontMatter(inner, "toml", body)
    if fence == ";;;":
        return FrontMatter(_braced(inner), "json", body)
    if inner.strip() and not _looks_like_fields(inner):
        return None  # a rule, words, and another rule
    return FrontMatter(inner, "yaml", body)


def _looks_like_fields(text: str) -> bool:
    """Whether ``text`` is meant to be YAML, good or bad: not words between two rules."""
    lines = [line for line in text.splitlines() if line.strip()]
    fields = sum(bool(_KEY_LINE.match(line)) or line[0] in " \t-#[{]}?:" for line in lines)
    return 2 * fields > len(lines)


def _json_object(text: str) -> FrontMatter | None:
    if not re.match(r"\{\s*\"", text):
        return None
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text[:_MAX_LENGTH])
    except (ValueError, RecursionError):
        return None
    rest = text[end:]
    known = isinstance(value, dict) and _KNOWN & {_key(str(name)) for name in value}
    # JSON with nothing below it is another format's document.
    if not known or not rest.startswith("\n") or not rest.strip():
        return None
    return FrontMatter(text[:end], "json", rest)


def _closed_only(text: str) -> FrontMatter | None:
    match = _CLOSED_ONLY.match(text, 0, _MAX_LENGTH)
    if match is None:
        return None
    inner, body = match["text"], text[match.end() :]
    if match["end"].startswith(";"):
        return FrontMatter(_braced(inner), "json", body)
    names = _names(inner)
    if names is None or len(names) < 2 or not _KNOWN & names:
        return None
    return FrontMatter(inner, "yaml", body)


def _not_closed(text: str) -> FrontMatter | None:
    """Front matter whose closing line is missing: the fields end where other words begin."""
    match = re.match(r"(---|\+\+\+)[ \t]*\n", text)
    if match is None:
        return None
    line_of = _TOML_LINE if match[1] == "+++" else _KEY_LINE
    place = match.end()
    for line in text[place : place + _MAX_LENGTH].splitlines(keepends=True)[:200]:
        if not (line_of.match(line) or (line[0] in " \t#-" and line.strip())):
            break
        place += len(line)
    inner = text[match.end() : place]
    names = {
        _key(found["key"].strip('"')) for found in map(line_of.match, inner.splitlines()) if found
    }
    if not _KNOWN & names:
        return None
    warning = f"the front matter is not closed by a line of {match[1]}"
    kind: Literal["toml", "yaml"] = "toml" if match[1] == "+++" else "yaml"
    return FrontMatter(inner, kind, text[place:], [warning])


def _braced(text: str) -> str:
    """Hexo's JSON, with or without the braces and the last comma."""
    text = text.strip().rstrip(",")
    return text if text.startswith("{") else f"{{{text}}}"


def _names(text: str) -> set[str] | None:
    """The keys of lines that all are fields, lists or comments; ``None`` where one is not."""
    names = set()
    for line in text.splitlines():
        match = _KEY_LINE.match(line)
        if match:
            names.add(_key(match["key"].strip('"')))
        elif line.strip() and line[0] not in " \t#-":
            return None
    return names


# --- Reading it ------------------------------------------------------------------------------


def _read(front: FrontMatter, warnings: list[str], lost: list[Field]) -> dict[str, Any]:
    """The fields of ``front``; what cannot be read goes into ``lost``, with a warning."""
    try:
        return _PARSERS[front.kind](front.text, warnings)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "it is nested too deeply"
        warnings.append(f"the front matter cannot be read as {front.kind.upper()}: {reason}")
    fields, rest = _line_by_line(front.text, front.kind)
    if rest.strip():
        lost.append(Field("front matter", rest.strip()[:_MAX_LENGTH]))
    return fields


def _line_by_line(text: str, kind: str) -> tuple[dict[str, Any], str]:
    """The fields that can be read each for itself, and the lines of the others.

    ``title: One: two`` is no YAML, but what was meant is plain.
    """
    starts = _TOML_LINE if kind == "toml" else _KEY_LINE
    chunks: list[list[str]] = [[]]
    for line in text.splitlines():
        if starts.match(line):
            chunks.append([])
        chunks[-1].append(line)
    fields: dict[str, Any] = {}
    lost = chunks[0]
    for chunk in chunks[1:501]:
        whole = "\n".join(chunk)
        try:
            fields.update(_PARSERS[kind](whole, []))
        except (ValueError, RecursionError):
            name, _, value = chunk[0].partition("=" if kind == "toml" else ":")
            if len(chunk) == 1 and value.strip():
                fields[_key(name.strip('" '))] = value.strip().strip("\"'")
            else:
                lost += chunk
    return fields, "\n".join(lost)


class _Plain(str):
    """A YAML scalar without quotes: it may have been meant as a number or a truth value."""

    __slots__ = ()


def _yaml(text: str, warnings: list[str]) -> dict[str, Any]:
    from converters.readers.plainyaml import load  # not before there is some

    value, notes = load(text, _Plain, _MAX_DEPTH)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise ValueError("it is not a list of keys and values")
    warnings += notes
    return _keyed(value)


def _toml(text: str, warnings: list[str]) -> dict[str, Any]:
    import tomllib

    return _keyed(tomllib.loads(text))


def _json(text: str, warnings: list[str]) -> dict[str, Any]:
    value = json.loads(text, strict=False)
    return _keyed(value) if isinstance(value, dict) else {}


_PARSERS: dict[str, Callable[[str, list[str]], dict[str, Any]]] = {
    "yaml": _yaml,
    "toml": _toml,
    "json": _json,
}


def _key(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _keyed(fields: dict[Any, Any]) -> dict[str, Any]:
    """``fields`` with one way of writing keys; Hugo's ``params`` and Zola's ``extra`` opened."""
    out = {_key(str(name)): value for name, value in fields.items()}
    for name in ("params", "extra", "taxonomies"):
        inner = out.get(name)
        if isinstance(inner, dict):
            del out[name]
            for key, value in inner.items():
                out.setdefault(_key(str(key)), value)
    return out


# --- What it says ----------------------------------------------------------------------------

_TITLES = ("title", "headline", "标题", "標題")
_URLS = (
    "url", "canonical", "canonical_url", "canonicalurl", "source", "from", "original", "link",
    "original_url", "source_url", "external_url", "permalink",
)  # fmt: skip
_SITES = ("site", "site_name", "website", "publication", "source_name", "publisher")
_AUTHORS = ("authors", "author", "creator", "creators", "byline", "by", "作者")
_PUBLISHED = (
    "published", "pubdate", "publishdate", "publish_date", "pub_date", "date_published",
    "published_at", "publication_date", "datepublished", "date", "posted", "issued", "created",
    "created_at", "日期",
)  # fmt: skip
_UPDATED = (
    "updated", "lastmod", "modified", "last_modified", "last_modified_at", "updated_at",
    "date_modified", "date_updated", "last_updated", "datemodified", "edited", "revised",
)  # fmt: skip
_ARCHIVED = (
    "archived",
    "saved",
    "date_saved",
    "archived_at",
    "saved_at",
    "clipped",
    "date_archived",
)
_LANGUAGES = ("language", "lang", "locale")
_SUMMARIES = (
    "description", "summary", "excerpt", "abstract", "standfirst", "dek", "teaser", "摘要",
)  # fmt: skip
_TAGS = (
    "tags", "tag", "categories", "category", "keywords", "keyword", "topics", "subjects",
    "labels", "标签", "標籤",
)  # fmt: skip
_IMAGES = (
    "image", "cover", "cover_image", "coverimage", "thumbnail", "featured_image", "feature_image",
    "featuredimage", "feature_img", "featured_img", "hero", "hero_image", "banner", "banner_img",
    "og_image", "teaser_image", "thumb", "header", "images", "cover_url",
)  # fmt: skip
_KNOWN = frozenset().union(
    _TITLES, _URLS, _SITES, _AUTHORS, _PUBLISHED, _UPDATED, _ARCHIVED, _LANGUAGES, _SUMMARIES,
    _TAGS, _IMAGES, ("layout", "draft", "slug"),
)  # fmt: skip
_PICTURE_KEYS = ("url", "src", "path", "image", "feature", "overlay_image", "teaser", "relative")
_WHITESPACE_LISTS = frozenset(("tags", "categories"))  # Jekyll reads a string so


def facts(front: FrontMatter) -> Facts:
    """What ``front`` says, by the names that site generators and clippers use.

    Of several names for one thing the first in the tables wins; the others stay in ``others``
    unless they say the same.
    """
    return _Reading(front).facts()


class _Reading:
    """Taking the fields, each once."""

    def __init__(self, front: FrontMatter) -> None:
        self.found = Facts(warnings=list(front.warnings))
        fields = _read(front, self.found.warnings, self.found.others)
        self.fields = {name: value for name, value in fields.items() if not _is_empty(value)}
        self.taken: set[str] = set()

    def facts(self) -> Facts:
        """All of it."""
        found = self.found
        found.title = self._first(_TITLES, _text)
        found.url = self._first(_URLS, _address)
        found.site = self._first((*_SITES, "source", "from"), _site)
        found.authors = self._first(_AUTHORS, _people) or []
        found.published = self._date(_PUBLISHED)
        found.updated = self._date(_UPDATED)
        found.archived = self._date(_ARCHIVED)
        found.language = self._first(_LANGUAGES, lambda value: normalise_tag(_text(value)))
        found.summary = self._first(_SUMMARIES, _text)
        found.image = self._first(_IMAGES, _picture)
        found.tags = self._tags()
        for name, value in self.fields.items():
            # A mapping says more than its name or its address.
            if name not in self.taken or _holds_mapping(value):
                found.others.append(Field(name, as_text(value)))
        return found

    def _first(self, names: Iterable[str], reading: Callable[[Any], Any]) -> Any:
        """The first of ``names`` that ``reading`` can use; further names that say the same go."""
        best: Any = None
        for name in names:
            if name in self.fields and name not in self.taken:
                value = reading(self.fields[name])
                if value and (best is None or value == best):
                    best = value
                    self.taken.add(name)
        return best if best is not None else ""

    def _date(self, names: Iterable[str]) -> Moment | None:
        moment = self._first(names, _moment)
        if moment:
            return moment if isinstance(moment, Moment) else None
        for name in names:
            value = self.fields.get(name)
            if name not in self.taken and isinstance(value, str) and len(value) > 5:
                self.found.warnings.append(
                    f"the {name} “{value[:60]}” in the front matter is no date"
                )
        return None

    def _tags(self) -> list[str]:
        tags: dict[str, None] = {}
        for name in _TAGS:
            if name in self.fields:
                self.taken.add(name)
                tags.update(dict.fromkeys(_words(self.fields[name], name in _WHITESPACE_LISTS)))
        return list(tags)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, "~", "null")


def _holds_mapping(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and len(item) > 1 for item in items)


def _text(value: Any) -> str:
    """``value`` as words: text, a number, or the first of a list."""
    if isinstance(value, list):
        value = next((item for item in value if not _is_empty(item)), "")
    if isinstance(value, dict):
        return ""
    return " ".join(str(value).split())


def _address(value: Any) -> str:
    """An absolute web address: a path is one on the writer's own site, which nobody knows."""
    if isinstance(value, dict):
        value = value.get("url") or value.get("href") or value.get("link")
    text = str(_text(value)).strip("<>")
    match = re.fullmatch(r"\[[^\]]*\]\((?P<url>\S+)\)", text)  # as Obsidian writes links
    text = resolve(match["url"] if match else text)
    return text if re.match(r"https?://[^\s/]", text) else ""


def _site(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("title")
    text = _text(value)
    return text if 1 < len(text) <= 80 and "://" not in text else ""


def _people(value: Any) -> list[str]:
    """Names: of a string that may hold several, a list, or mappings with ``name``."""
    if isinstance(value, str):
        return split_names(_unlinked(value))
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = _person(item)  # noqa: PLW2901 - the same person, as words
        text = _unlinked(_text(item))
        if text:
            names.append(text)
    return list(dict.fromkeys(names))


def _person(item: dict[Any, Any]) -> str:
    for name in ("name", "display_name", "title", "full_name"):
        if not _is_empty(item.get(name)):
            return _text(item[name])
    parts = [
        _text(item[name]) for name in ("given", "first_name", "family", "last_name") if name in item
    ]
    if parts:
        return " ".join(parts)
    keys = list(item)  # authors: {ana: {…}} of data files
    return str(keys[0]) if len(keys) == 1 else ""


def _unlinked(text: str) -> str:
    """A name without its link: ``[[Ana]]`` of wikis, ``[Ana](https://…)`` of Markdown."""
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]", r"\1", text)
    return re.sub(r"\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)


def _words(value: Any, spaced: bool) -> Iterator[str]:
    """The words of a list of tags, nested or written in one string."""
    if isinstance(value, list):
        for item in value:
            yield from (
                _words(item, spaced=False)
                if isinstance(item, list)
                else [_text(item)] * (not isinstance(item, dict))
            )
        return
    if isinstance(value, dict):
        yield from map(str, value)
        return
    marks = [mark for mark in ("、", "，", ";", "；", ",") if mark in str(value)]
    parts = re.split("[" + "".join(marks) + "]", str(value)) if marks else [str(value)]
    if spaced and not marks:
        parts = str(value).split()
    yield from (word for part in parts if (word := " ".join(part.split()).removeprefix("#")))


def _picture(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next((value[key] for key in _PICTURE_KEYS if isinstance(value.get(key), str)), "")
    text = _text(value)
    return (
        text if len(text) > 4 and " " not in text.strip() and ("." in text or "/" in text) else ""
    )


def _moment(value: Any) -> Moment | None:
    if isinstance(value, date):  # a date with a time too
        value = value.isoformat()
    if not isinstance(value, str):
        return None
    text = value.strip()
    return parse(text) or find(text)


def as_text(value: Any) -> str:
    """``value`` for :class:`~converters.article.Field`: text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value[:_MAX_VALUE]
    text = "".join(_dumped(value))
    return text[:_MAX_VALUE]


def _dumped(value: Any) -> Iterator[str]:
    """JSON, with what YAML left unquoted as the number or truth value that it looks like."""
    if isinstance(value, _Plain) and _LITERAL.fullmatch(value):
        yield str(value)
    elif isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _dumped(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield ", " if number else ""
            yield json.dumps(str(key), ensure_ascii=False) + ": "
            yield from _dumped(item)
        yield "}"
    elif isinstance(value, date | datetime | time):
        yield json.dumps(value.isoformat())
    else:
        yield json.dumps(value, ensure_ascii=False, default=str)
