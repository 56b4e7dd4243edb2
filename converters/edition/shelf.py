"""The shelf: articles of an edition wait on the disk, not in memory, for those who read them."""

from __future__ import annotations

import tempfile
import weakref
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import overload

import msgspec

from converters.article import Article
from converters.errors import WriteError

__all__ = ["Mapped", "Shelf", "packed"]

_IN_MEMORY = 4 * 1024 * 1024  # bytes; fewer are not worth a file
# JSON, since msgspec writes dates to MessagePack as seconds, without their time zone, and the day
# of an article is that of its zone. It takes as long, and a fifteenth more room.
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Article)


def packed(article: Article) -> bytes:
    """``article`` as a shelf keeps it (JSON of the model)."""
    return _ENCODER.encode(article)


class _File:
    """A file without a name that grows at its end."""

    def __init__(self) -> None:
        # Lives as long as the shelves that stand on it.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._lock = Lock()
        self._end = 0

    def put(self, data: bytes) -> tuple[int, int]:
        """Add ``data`` and give where it is: its start and its size."""
        with self._lock:
            start = self._end
            try:
                self._file.seek(start)
                self._file.write(data)
            except OSError as error:
                why = f"an article does not fit into the temporary folder ({error.strerror})"
                raise WriteError("edition", f"{why}; make room there or set TMPDIR") from error
            self._end = start + len(data)
            return start, len(data)

    def get(self, start: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


class _Taken(Sequence[Article]):
    """Articles that are made when they are taken: one, or some of them as such a sequence."""

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Article]: ...
    def __getitem__(self, place: int | slice) -> Article | Sequence[Article]:
        return self._some(place) if isinstance(place, slice) else self._one(place)

    @abstractmethod
    def _one(self, place: int) -> Article: ...

    @abstractmethod
    def _some(self, places: slice) -> Sequence[Article]: ...


class Shelf(_Taken):
    """Articles on the disk, in some order. What is taken from it is made anew each time.

    :meth:`put` adds one at the end; :meth:`arranged` is the same shelf in another order. The file
    has no name and goes with the last of them.
    """

    def __init__(self, file: _File | None = None, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._file = file or _File()
        self._spans = list(spans)

    def put(self, article: bytes) -> int:
        """Add an article, :func:`packed`, and give its place.

        Raises :class:`~converters.errors.WriteError` where the disk is full.
        """
        self._spans.append(self._file.put(article))
        return len(self._spans) - 1

    def arranged(self, order: Iterable[int]) -> Shelf:
        """The articles at the places of ``order``, without a copy of them."""
        return Shelf(self._file, [self._spans[place] for place in order])

    def __len__(self) -> int:
        return len(self._spans)

    def _one(self, place: int) -> Article:
        return _DECODER.decode(self._file.get(*self._spans[place]))

    def _some(self, places: slice) -> Sequence[Article]:
        return Shelf(self._file, self._spans[places])


class Mapped(_Taken):
    """``articles``, each changed by ``change`` when it is taken."""

    def __init__(self, articles: Sequence[Article], change: Callable[[Article], Article]) -> None:
        self._articles, self._change = articles, change

    def __len__(self) -> int:
        return len(self._articles)

    def _one(self, place: int) -> Article:
        return self._change(self._articles[place])

    def _some(self, places: slice) -> Sequence[Article]:
        return Mapped(self._articles[places], self._change)
