"""Places: where a source's own pictures are, and how their bytes are had from there.

What is at hand is a ``data:`` address (RFC 2397), a file below the source's own folder, or what
lies in the same container (a ZIP archive, a saved page), also by the address that it had on the
web. Sources are not trusted: a file outside its folder is never read, whatever the address, a
symbolic link or ``..`` says.
"""

from __future__ import annotations

import binascii
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, unquote_to_bytes

from converters.containers import Resources, relative_to
from converters.errors import ConversionError, ImageError
from converters.images.need import MAX_BYTES, TOO_MANY_BYTES

__all__ = ["Folder", "Place", "at_hand", "decode", "is_data", "is_reference", "is_remote", "shown"]

_LONGEST_NAME = 200
_OUTSIDE = "lies outside the article's folder and is left out"
_DATA = re.compile(r"data:[^,]*,", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder below which the pictures of a source may lie.

    ``urls`` are addresses that the source had on the web: a picture's absolute address is looked
    for where it would lie relative to them, as browsers save it beside the page.
    """

    path: Path
    urls: tuple[str, ...] = ()


Place: TypeAlias = Path | Folder | Resources
"""Where a source's own pictures are: below a folder, or in a container."""


def is_data(address: str) -> bool:
    """Whether ``address`` holds the picture itself."""
    return _DATA.match(address) is not None


def is_remote(address: str) -> bool:
    """Whether ``address`` is one of the web."""
    return _REMOTE.match(address) is not None


def is_reference(address: str) -> bool:
    """Whether a file may refer to ``address``: on the web, ``data:``, or relative."""
    scheme = _SCHEME.match(address)
    if scheme is not None:
        return scheme[0].lower() in ("http:", "https:", "data:")
    return not address.startswith("\\")


def shown(address: str) -> str:
    """``address`` as a message can show it: not the content of a ``data:`` address."""
    if match := _DATA.match(address):
        return match[0][:80] + "…"
    return address if len(address) <= 200 else address[:199] + "…"


def at_hand(address: str, place: Place | None) -> bytes | None:
    """What ``address`` names: the content of a ``data:`` address, or a file in ``place``.

    ``None`` for what is on the web and not here as well.
    """
    if is_data(address):
        return decode(address)
    remote = is_remote(address)
    if isinstance(place, Resources):
        data = _in_container(address, place)
    elif remote:
        data = _saved_beside(address, place)
    else:
        data = _in_folder(address, place.path if isinstance(place, Folder) else place)
    if data is None and not remote:
        raise ImageError(shown(address), "is not there")
    return data


def _in_container(address: str, place: Resources) -> bytes | None:
    try:
        return place.find(address)
    except ConversionError as error:
        raise ImageError(shown(address), error.reason) from error


def _saved_beside(address: str, place: Path | Folder | None) -> bytes | None:
    """The file that a picture on the web was saved as, beside the page."""
    if not isinstance(place, Folder):
        return None
    for relative in relative_to(address, place.urls):
        for name in dict.fromkeys((relative, unquote(relative))):
            try:
                data = _read_below(place.path, name)
            except ImageError:  # the address is no attempt to leave the folder
                data = None
            if data is not None:
                return data
    return None


def _in_folder(address: str, folder: Path | None) -> bytes | None:
    """The file that a relative address names."""
    if _SCHEME.match(address) or address.startswith("/") or "\\" in address:
        raise ImageError(shown(address), _OUTSIDE)
    if folder is None:
        raise ImageError(shown(address), "is a file, but the article comes from no folder")
    for relative in dict.fromkeys((address, unquote(re.sub(r"[?#].*", "", address)))):
        data = _read_below(folder, relative)
        if data is not None:
            return data
    return None


def decode(address: str) -> bytes:
    """The bytes of a ``data:`` address (RFC 2397), in base64 or percent-encoded.

    White space and missing padding are forgiven, as browsers do
    (https://fetch.spec.whatwg.org/#data-url-processor). Raises
    :class:`~converters.errors.ImageError` where it is no base64 or too large.
    """
    head, _, body = address.partition(",")
    if len(body) > 2 * MAX_BYTES:
        raise ImageError(shown(address), TOO_MANY_BYTES)
    data = unquote_to_bytes(body)
    if head.rstrip().lower().endswith(";base64"):
        data = data.translate(None, b" \t\n\r\f").rstrip(b"=")
        try:
            data = binascii.a2b_base64(data + b"=" * (-len(data) % 4), strict_mode=True)
        except binascii.Error as error:
            reason = "is damaged: its base64 cannot be decoded"
            raise ImageError(shown(address), reason) from error
    return data


def _read_below(folder: Path, relative: str) -> bytes | None:
    """The regular file ``relative`` below ``folder``; ``None`` where there is none.

    Links are followed first and the place they lead to is judged, so that neither ``..`` nor a
    symbolic link leads out. The file is opened without following a link that took its place
    since, and without waiting for the other end of a pipe.
    """
    if not relative or "\0" in relative or len(relative) > 4 * _LONGEST_NAME:
        return None
    try:
        root = folder.resolve(strict=True)
        path = (root / relative).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    if not path.is_relative_to(root):
        raise ImageError(relative, _OUTSIDE)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ImageError(relative, "is no regular file and is left out")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageError(relative, f"cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise ImageError(relative, TOO_MANY_BYTES)
    return data
