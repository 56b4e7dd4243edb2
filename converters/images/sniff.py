"""What arrives in the place of a picture: judged by its first bytes, as browsers do."""

from __future__ import annotations

import re

from converters.signatures import looks_binary

__all__ = ["no_picture"]

# What pictures begin with (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern), and
# TIFF, HEIF, JPEG 2000 and JPEG XL.
_PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBP|BM.{4}\0\0\0\0|II\*\0|MM\0\*"
    rb"|\0\0[\1\2]\0|\0\0..ftyp(?:avi[fs]|he[iv][cmsx]|m[is]f1|jp2 )|\0\0\0\x0cj(?:P  |XL )"
    rb"|\xff\x0a",
    re.DOTALL,
)
_LONGEST_SIGNATURE = 12
_BLANK = b"\xef\xbb\xbf \t\r\n\f\0"
_SVG = re.compile(
    rb"<(?:[A-Za-z][\w.-]{0,30}:)?svg[\s>/]|<!DOCTYPE\s+(?:[A-Za-z][\w.-]{0,30}:)?svg[\s>\[]",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<!?[A-Za-z]")
# Bytes after which an element has shown its name.
_NAME = 64
_PROLOG = ((b"<?", b"?>"), (b"<!--", b"-->"))


def no_picture(start: bytes, *, whole: bool) -> str | None:
    """Why what begins with ``start`` is no picture; empty where it is one.

    ``None`` means that more has to be seen, of what is not yet ``whole``.
    """
    if not start:
        return "is empty" if whole else None
    if len(start) < _LONGEST_SIGNATURE and not whole:
        return None
    if _PICTURE.match(start):
        return ""
    text = _element(start)
    if _SVG.match(text):
        return ""
    if len(text) < _NAME and not whole:
        return None
    if _TAG.match(text):
        return "is no picture but a web page"
    return f"is no picture but {looks_binary(start) or 'text'}"


def _element(start: bytes) -> bytes:
    """``start`` from the first element or document type on: what stands before may be in any XML.

    https://www.w3.org/TR/xml/#NT-prolog; nothing where that is not in sight.
    """
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, in which some programs write
        start = start.decode("utf-16", "ignore").encode("ascii", "replace")
    text = start.lstrip(_BLANK)
    while found := next((each for each in _PROLOG if text.startswith(each[0])), None):
        text = text.partition(found[1])[2].lstrip(_BLANK)
    return text
