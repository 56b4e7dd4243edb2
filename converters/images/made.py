"""Pictures that were made before: kept in the cache, so that no picture is decoded twice.

Decoding and encoding anew takes a hundred times as long as reading a file. What was made of the
same bytes, for the same need, by the same code is therefore kept beside what was fetched, under
the same limits of age and size (:mod:`converters.cache`). Only pictures from the web are kept:
nothing of a person's own files is copied there.
"""

from __future__ import annotations

import contextlib
import time
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from converters import __version__
from converters.cache import Entry
from converters.fetch import FetchPolicy, cache_of
from converters.images.need import Encoded, Need

__all__ = ["KeptPictures", "Made"]


class Made(msgspec.Struct, frozen=True):
    """What was made of a file, and what was said to be wrong with it."""

    encoded: Encoded
    faults: tuple[str, ...] = ()


class KeptPictures:
    """The pictures that the cache of ``policy`` holds; may be used by several threads."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._cache = cache_of(policy)

    def get(self, digest: bytes, need: Need) -> Made | None:
        """What was made of the file with this ``digest``; ``None`` where nothing is kept."""
        found = self._cache.get(_key(digest, need))
        if found is None:
            return None
        try:
            return msgspec.msgpack.decode(found[1], type=Made)
        except (msgspec.MsgspecError, ValueError):
            return None

    def keep(self, digest: bytes, need: Need, made: Made) -> None:
        """Keep ``made``; what cannot be written is not kept, and that is no error.

        Drawings are not kept: their words depend on the fonts that are installed.
        """
        if made.encoded.drawn:
            return
        entry = Entry(url="", digest="", stored=time.time())
        self._cache.put(_key(digest, need), entry, msgspec.msgpack.encode(made))


def _key(digest: bytes, need: Need) -> str:
    return f"made by {_recipe()} of {digest.hex()} for {need}"


@cache
def _recipe() -> str:
    """What the result depends on besides the file and the need: the code that makes it."""
    code = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    for library in ("Pillow", "pi-heif"):
        with contextlib.suppress(PackageNotFoundError):  # packaged under another name
            code.update(version(library).encode())
    return f"{__version__} {code.hexdigest()[:20]}"
