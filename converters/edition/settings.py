"""The edition file (``edition.toml``): what an edition is made of, told once and kept.

Its keys are those of the command ``bundle``; docs/edition-file.md lists them. Its table
``[briefing]`` has those that only ``brief`` knows, so that one file serves a book for reading and
a briefing on paper. What the command is given wins over the file.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from msgspec import Struct

from converters.edition.choice import parse_day
from converters.edition.model import Group
from converters.edition.order import Sort
from converters.errors import ConversionError, UnreadableSource
from converters.languages import normalise_tag

__all__ = ["Briefing", "Settings", "parse_groups", "read_settings"]

_LARGEST = 1024 * 1024  # bytes; an edition file is written by hand
# A key such as ``a.b.c``: tomllib takes a time for it that grows with the square of its parts.
_DEEP_KEY = re.compile(r"""(?:(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){40}""")

Links = Literal["notes", "inline", "none"]
Images = Literal["embed", "link", "folder", "none"]
Device = Literal["generic", "kindle", "kobo"]
_Day: TypeAlias = date  # the name of a field hides the type's


class Briefing(Struct, frozen=True, kw_only=True):
    """What a person says of an edition in print. ``""`` or ``None`` is what was not said.

    The fields are the command's options; those that the PDF writer has mean there what they mean
    here. ``note`` is the editor's, or ``@`` and the path of its file; ``output``, ``logo``, that
    path and a ``style`` that is a file are absolute where they came from a file. ``archive``: the
    file follows PDF/A-3u.
    """

    output: str = ""
    style: str = ""
    page: str = ""
    columns: Literal[1, 2] | None = None
    duplex: bool | None = None
    flow: Literal["page", "continuous"] | None = None
    notes: Literal["page", "end"] | None = None
    glance: bool | None = None
    addresses: bool | None = None
    qr: bool | None = None
    logo: str = ""
    note: str = ""
    gray: bool | None = None
    toner_save: bool | None = None
    archive: bool | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """What a person says of an edition. ``""``, ``()`` or ``None`` is what was not said.

    ``authors`` are those of the whole, ``language`` is its BCP 47 tag, ``date`` when it appears,
    ``identifier`` names an edition whose articles change. ``sources`` are what the command takes
    as SOURCE; those, ``cover``, ``output`` and a ``style`` that is a file are absolute where
    they came from a file. ``match``, ``source`` and ``tag`` are those of
    :class:`~converters.edition.choice.Choice`. ``group`` is ``()`` where somebody said ``none``.
    ``to`` is a writer's name, ``device`` the file's key ``for``. ``options`` are the writer's own,
    ``briefing`` is what holds for an edition in print alone.
    """

    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    description: str = ""
    series: str = ""
    series_index: str = ""
    date: _Day | None = None
    identifier: str = ""
    cover: str = ""
    sources: tuple[str, ...] = ()
    sort: Sort | None = None
    group: tuple[Group, ...] | None = None
    since: _Day | None = None
    until: _Day | None = None
    match: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    keep_duplicates: bool | None = None
    links: Links | None = None
    images: Images | None = None
    style: str = ""
    device: Device | None = None
    vertical: bool | None = None
    gray: bool | None = None
    output: str = ""
    to: str = ""
    options: Mapping[str, str | int | bool] = {}
    briefing: Briefing = Briefing()


class _Wrong(ValueError):
    """What is wrong with a value, as it goes on from its key."""


def read_settings(path: str | os.PathLike[str]) -> Settings:
    """Read the edition file at ``path``.

    Raises :class:`~converters.errors.ConversionError` where it cannot be had, is not TOML, or
    says something that is not understood; the reason names the key and what it takes.
    """
    name = os.fspath(path)
    try:
        text = _bytes(Path(name)).decode("utf-8-sig")
        if _DEEP_KEY.search(text):
            raise ConversionError(name, "has a key of too many parts; see https://toml.io/")
        known = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConversionError(name, "is not in UTF-8, which TOML is; save it as UTF-8") from error
    except OSError as error:
        raise UnreadableSource(name, f"cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) or "nests too deep"
        raise ConversionError(name, f"is not TOML: {reason}; see https://toml.io/") from error
    return _settings(known, name)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ConversionError(str(path), "is too large for an edition file (more than 1 MiB)")
    return data


def _settings(known: Mapping[str, Any], name: str) -> Settings:
    folder = Path(name).absolute().parent
    found = _values(known, name, _READERS, _OTHER_NAMES)
    for field in ("cover", "output", "style"):
        if field in found:
            found[field] = _placed(found[field], folder, field)
    if "sources" in found:
        found["sources"] = tuple(_beside(each, folder) for each in found["sources"])
    if "briefing" in found:
        found["briefing"] = _briefing(found["briefing"], folder, name)
    settings = Settings(**found)
    if settings.since and settings.until and settings.since > settings.until:
        raise ConversionError(name, f"since ({settings.since}) is after until ({settings.until})")
    return settings


def _briefing(known: Mapping[str, Any], folder: Path, name: str) -> Briefing:
    found = _values(known, name, _BRIEFING_READERS, {}, "briefing.")
    for field in ("output", "style", "logo"):
        if field in found:
            found[field] = _placed(found[field], folder, field)
    note = found.get("note", "")
    if note.startswith("@"):
        found["note"] = "@" + _beside(note[1:].strip(), folder)
    return Briefing(**found)


def _values(
    known: Mapping[str, Any],
    name: str,
    readers: Mapping[str, Callable[[Any], Any]],
    others: Mapping[str, str],
    within: str = "",
) -> dict[str, Any]:
    """What the keys of a table say, by their fields; ``within`` is the table's own name."""
    found: dict[str, Any] = {}
    for key, value in known.items():
        field = key.replace("-", "_").lower()
        field = others.get(field, field)
        if field not in readers:
            raise ConversionError(name, _unknown(key, within, {*readers, *others} - {"device"}))
        if field in found:
            raise ConversionError(name, f"has {within + key!r} twice, under two names")
        try:
            found[field] = readers[field](value)
        except ValueError as error:
            raise ConversionError(name, f"{within}{key} {error}") from error
    return found


def _unknown(key: str, within: str, fields: Collection[str]) -> str:
    """What to say of a key that there is none of among ``fields``."""
    shown = [field.replace("_", "-") for field in sorted(fields)]
    near = difflib.get_close_matches(key.replace("_", "-").lower(), shown, n=1)
    meant = f"did you mean {within + near[0]!r}? " if near else ""
    if not near and key.replace("-", "_").lower() in _BRIEFING_READERS:
        meant = "it belongs below [briefing]; "
    return (
        f"has a key {within + key!r} that means nothing here; {meant}known are {', '.join(shown)}"
    )


def _placed(value: str, folder: Path, field: str) -> str:
    """``value`` where it is a path, beside the edition file; a word of ours as it is."""
    if field == "cover" and value == "none":
        return value
    if field == "style" and not _is_path(value):
        return value
    return _beside(value, folder)


def _is_path(value: str) -> bool:
    """Whether a style is a file, not one of ours: it has a folder or a suffix."""
    return "/" in value or os.sep in value or "." in value


def _beside(value: str, folder: Path) -> str:
    if not value or value == "-" or "://" in value:
        return value
    path = str(folder / Path(value).expanduser())
    return path + os.sep if value.endswith(("/", os.sep)) else path  # a folder is meant


# --- Values --------------------------------------------------------------------------------


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be text in quotation marks, not {_shown(value)}")
    return value.strip()


def _number_or_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Wrong(f"must be a number or text, not {_shown(value)}")
    return str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    """Texts from a list of them, or from one."""
    values = value if isinstance(value, list) else [value]
    for each in values:
        if not isinstance(each, str) or not each.strip():
            raise _Wrong(f"must be text or a list of texts, none of them empty, not {_shown(each)}")
    return tuple(each.strip() for each in values)


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {_shown(value)}")
    return value


def _language(value: Any) -> str:
    tag = normalise_tag(_text(value))
    if tag is None:
        raise _Wrong(f"must be a language tag such as zh-Hans or en, not {_shown(value)}")
    return tag


def _one_of(kind: Any) -> Callable[[Any], Any]:
    allowed = get_args(kind)

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise _Wrong(f"must be one of {', '.join(allowed)}, not {_shown(value)}")
        return value

    return read


def _day(value: Any, *, last: bool = False) -> date:
    """A day from TOML's own date, or from text or a year as the command takes it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Wrong(f"must be a date such as 2020-10-12, not {_shown(value)}")
    try:
        return parse_day(str(value), last=last)
    except ValueError as error:
        raise _Wrong(f"must be a date: {error}") from error


def _last_day(value: Any) -> date:
    return _day(value, last=True)


def parse_groups(text: str) -> tuple[Group, ...]:
    """Groups from ``source,day`` as the command has them; ``none`` is none.

    Raises :class:`ValueError` that says what is allowed.
    """
    return _groups([part.strip() for part in text.split(",")])


def _groups(value: Any) -> tuple[Group, ...]:
    if isinstance(value, str):
        return parse_groups(value)
    names = value if isinstance(value, list) else [value]
    if names in ([], ["none"]):
        return ()
    allowed = get_args(Group)
    for name in names:
        if name not in allowed:
            known = ", ".join(allowed)
            raise _Wrong(f"must be none or one or several of {known}, not {_shown(name)}")
    if len(set(names)) < len(names):
        raise _Wrong(f"names a group twice: {', '.join(names)}")
    return tuple(names)


def _columns(value: Any) -> int:
    if isinstance(value, bool) or value not in (1, 2):
        raise _Wrong(f"must be 1 or 2, not {_shown(value)}")
    return int(value)


def _note(value: Any) -> str:
    """An editor's note: its lines and paragraphs are kept."""
    if not isinstance(value, str):
        raise _Wrong(f"must be text, or @ and the name of a file, not {_shown(value)}")
    return value


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong(f"must be a table: a line [briefing] above its keys, not {_shown(value)}")
    return value


def _options(value: Any) -> Mapping[str, str | int | bool]:
    if not isinstance(value, dict):
        raise _Wrong(f"must be a table of a format's own options, not {_shown(value)}")
    for name, each in value.items():
        if not isinstance(each, str | int | bool):
            raise _Wrong(f"has {name}, which must be text, a number, true or false")
    return {name.replace("-", "_"): each for name, each in value.items()}


def _shown(value: Any) -> str:
    """A value as an error shows it: short, and as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": _text,
    "subtitle": _text,
    "authors": _texts,
    "language": _language,
    "description": _text,
    "series": _text,
    "series_index": _number_or_text,
    "date": _day,
    "identifier": _text,
    "cover": _text,
    "sources": _texts,
    "sort": _one_of(Sort),
    "group": _groups,
    "since": _day,
    "until": _last_day,
    "match": _texts,
    "source": _texts,
    "tag": _texts,
    "keep_duplicates": _yes,
    "links": _one_of(Links),
    "images": _one_of(Images),
    "style": _text,
    "device": _one_of(Device),
    "vertical": _yes,
    "gray": _yes,
    "output": _text,
    "to": _text,
    "options": _options,
    "briefing": _table,
}
_BRIEFING_READERS: Mapping[str, Callable[[Any], Any]] = {
    "output": _text,
    "style": _text,
    "page": _text,
    "columns": _columns,
    "duplex": _yes,
    "flow": _one_of(Literal["page", "continuous"]),
    "notes": _one_of(Literal["page", "end"]),
    "glance": _yes,
    "addresses": _yes,
    "qr": _yes,
    "logo": _text,
    "note": _note,
    "gray": _yes,
    "toner_save": _yes,
    "archive": _yes,
}
_OTHER_NAMES = {"author": "authors", "for": "device", "tags": "tag", "option": "options"}
