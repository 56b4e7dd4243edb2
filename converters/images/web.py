"""Pictures from the web: many, from many servers, of which some are gone and some misbehave.

Each address is asked for as :mod:`converters.fetch` asks, with the same checks, and with limits
that fit pictures: several at once from one host, as browsers do, little patience, and few
repetitions. An answer counts by its content, never by its declared type, and what is no picture
is left after its first bytes. A host that does not answer is not asked again; all pictures
together are limited in number, bytes, hosts and time. Nothing is sent that tells of the person:
no cookies, and no referrer but the picture's own site, where the server insists on one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Self
from urllib.parse import urlsplit

import msgspec

from converters.errors import ConversionError, ImageError
from converters.fetch import START, Fetcher, FetchPolicy, Refusal, Watch
from converters.images.need import MAX_BYTES
from converters.images.sniff import no_picture

__all__ = ["Hosts", "Limits", "PictureFetcher"]

# JPEG and PNG before what would be turned into them. WebP and AVIF are not named: servers that
# choose by this field would take it for a wish.
_ACCEPT = (
    "image/jpeg",
    "image/png",
    "image/gif;q=0.9",
    "image/svg+xml;q=0.9",
    "image/*;q=0.5",
)
_AT_ONCE = 6  # as browsers ask one host
_CONNECT, _READ, _TOTAL, _PATIENCE = 6.0, 15.0, 45.0, 5.0  # seconds
_RETRIES = 1
_MAX_AGE = 30 * 86400.0  # seconds
# Weight of failures after which a host is left alone.
_GIVEN_UP = 2.0
# Pictures from this size on, in bytes, wait until there is room for them among the others.
_LARGE = 1024 * 1024
_ROOM = 48 * 1024 * 1024
# A picture whose size nobody announced is a large one from here on.
_SURPRISING = 4 * 1024 * 1024
_FORBIDDEN = 403
# What may be otherwise with a server at another time: a copy in the cache then serves.
_PASSING = frozenset({408, 425, 429, *range(500, 600)})


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most that one :class:`PictureFetcher` asks of the network, all pictures together.

    ``pictures`` and ``hosts`` are numbers of those that are asked, ``size`` counts the bytes that
    come in, ``seconds`` run from the first request on. All are far above what an issue of a
    magazine needs: they bound what a hostile document can make of us.
    """

    pictures: int = 5_000
    hosts: int = 300
    size: int = 1024 * 1024 * 1024
    seconds: float = 900.0


class Hosts:
    """Which hosts do not answer: remembered for a run, and shared between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: dict[str, tuple[float, str]] = {}

    def answered(self, host: str) -> None:
        """Forget the failures of ``host``."""
        with self._lock:
            self._failures.pop(host, None)

    def failed(self, host: str, reason: str, weight: float) -> None:
        """Note that ``host`` gave no answer, and why."""
        with self._lock:
            before, _ = self._failures.get(host, (0.0, ""))
            self._failures[host] = (before + weight, reason)

    def given_up(self, host: str) -> str:
        """Why ``host`` is not to be asked again; empty where it may be."""
        weight, reason = self._failures.get(host, (0.0, ""))
        return reason if weight >= _GIVEN_UP else ""


class PictureFetcher:
    """Fetches pictures; for several threads at once, and for one edition or one run.

    ``policy`` says what may be fetched and where the cache is; its times, sizes and numbers hold
    where they are stricter than what pictures get. ``hosts`` may be shared with the fetchers
    before and after this one.
    """

    def __init__(
        self, policy: FetchPolicy, *, limits: Limits | None = None, hosts: Hosts | None = None
    ) -> None:
        self.hosts = hosts or Hosts()
        self.tally = _Tally(limits or Limits())
        self.room = _Room(_ROOM)
        self._fetcher = Fetcher(_for_pictures(policy))
        self._lock = Lock()
        self._under_way: dict[str, Future[bytes]] = {}
        self._failures: dict[str, str] = {}

    def fetch(self, url: str) -> bytes:
        """The picture at ``url``: the file as it is, not decoded.

        Threads that ask for the same address at the same time share one request, and an address
        that gave no picture is not asked again. A server that refuses (HTTP 403) is asked once
        more with a referrer, the picture's own site. Raises
        :class:`~converters.errors.ImageError`.
        """
        with self.lent(url) as data:
            return data

    @contextmanager
    def lent(self, url: str) -> Iterator[bytes]:
        """As :meth:`fetch`, for who works with the picture before the next one.

        Large pictures are lent as far as there is room for them, which bounds the memory that they
        take together; who asks for another waits.
        """
        with self._lock:
            if url in self._failures:
                raise ImageError(url, self._failures[url])
            future = self._under_way.get(url)
            leads = future is None
            if future is None:
                future = self._under_way[url] = Future()
        with _Watch(self, url) as watch:
            if leads:
                self._lead(future, url, watch)
            try:
                data = future.result()
            except ImageError as error:  # the same for all who waited: each raises its own
                raise ImageError(url, error.reason) from error.__cause__
            del future  # which would keep what it gave
            yield data

    def stop(self) -> None:
        """End what is under way at once, for good: every further picture fails."""
        self._fetcher.stop()

    def close(self) -> None:
        """Close the connections that are kept."""
        self._fetcher.close()

    def _lead(self, future: Future[bytes], url: str, watch: _Watch) -> None:
        """Bring ``url``, for all who wait for ``future``."""
        try:
            future.set_result(self._brought(url, watch))
        except ImageError as error:
            self._failures[url] = error.reason
            future.set_exception(error)
        except BaseException:
            future.set_exception(ImageError(url, "is no longer wanted"))
            raise
        finally:
            with self._lock:
                self._under_way.pop(url, None)

    def _brought(self, url: str, watch: _Watch) -> bytes:
        """What ``url`` gives, or gave earlier where it may again."""
        try:
            return self._asked(url, watch)
        except _NoPicture:
            raise
        except ConversionError as error:
            passing = not isinstance(error, Refusal) or error.status in _PASSING
            kept = self._fetcher.kept(url, accept=_ACCEPT, watch=watch) if passing else None
            if kept is not None:
                return kept.data
            raise ImageError(url, _reason(error)) from error

    def _asked(self, url: str, watch: _Watch) -> bytes:
        try:
            return self._fetcher.fetch(url, accept=_ACCEPT, watch=watch).data
        except Refusal as error:
            site = _site(url)
            if error.status != _FORBIDDEN or not site:
                raise
            return self._fetcher.fetch(url, accept=_ACCEPT, watch=watch, referrer=site).data


class _NoPicture(ImageError):
    """What an address gives is no picture."""


class _Tally:
    """Counts what the network is asked, against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = Lock()
        self._begin: float | None = None
        self._pictures = 0
        self._hosts: set[str] = set()
        self._size = 0

    def picture(self) -> str:
        """Count a picture; why it is one too many, or nothing."""
        with self._lock:
            self._pictures += 1
            if self._pictures > self.limits.pictures:
                return f"is one of more than {self.limits.pictures:,} pictures, {_MOST}"
            return ""

    def host(self, name: str) -> str:
        """Count a request to a host, likewise."""
        with self._lock:
            now = time.monotonic()
            self._begin = now if self._begin is None else self._begin
            if now - self._begin > self.limits.seconds:
                return f"was left out after {self.limits.seconds / 60:g} minutes, {_MOST}"
            if name not in self._hosts and len(self._hosts) >= self.limits.hosts:
                return f"is on one of more than {self.limits.hosts:,} servers, {_MOST}"
            self._hosts.add(name)
            return self._full()

    def bytes(self, count: int) -> str:
        """Count bytes that came in, likewise."""
        with self._lock:
            self._size += count
            return self._full()

    def _full(self) -> str:
        if self._size <= self.limits.size:
            return ""
        return f"was left out after {self.limits.size // 2**20:,} MiB of pictures, {_MOST}"


_MOST = "the most that are fetched together"


class _Watch(Watch):
    """Follows the fetching of one picture."""

    def __init__(self, owner: PictureFetcher, url: str) -> None:
        self._owner = owner
        self._url = url
        self._counted = False
        self._size = 0
        self._is_picture = False
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave_room()

    def waiting(self) -> None:
        # Others have the turns while they wait for room: who had room and waited for a turn would
        # keep them, and they us.
        self._leave_room()

    def expecting(self, size: int) -> None:
        if size > _LARGE:
            self._take_room(size)

    def asking(self, host: str) -> None:
        if reason := self._owner.hosts.given_up(host):
            raise ImageError(self._url, _told(reason))
        tally = self._owner.tally
        if reason := ("" if self._counted else tally.picture()) or tally.host(host):
            raise ImageError(self._url, reason)
        self._counted = True
        self._size = 0  # this may be another attempt, with another answer
        self._is_picture = False

    def reading(self, start: bytes, size: int, *, whole: bool) -> None:
        more, self._size = size - self._size, size
        if reason := self._owner.tally.bytes(more):
            raise ImageError(self._url, reason)
        if not self._is_picture:
            verdict = no_picture(start, whole=whole or len(start) >= START)
            if verdict:
                raise _NoPicture(self._url, verdict)
            self._is_picture = verdict is not None
        if size > _SURPRISING:
            self._take_room(MAX_BYTES)

    def answered(self, host: str) -> None:
        self._owner.hosts.answered(host)

    def failed(self, host: str, reason: str, weight: float) -> None:
        reason = reason.partition("; ")[0]
        name = host if host not in reason else ""
        self._owner.hosts.failed(host, f"{name} {reason}".strip(), weight)

    def _take_room(self, size: int) -> None:
        """Wait for room for ``size`` bytes, unless there is some already."""
        from converters.network import deadline, sleep

        if self._held:
            return
        began = time.monotonic()
        self._held = self._owner.room.enter(size, sleep)
        deadline.set(deadline.get() + time.monotonic() - began)  # waiting is not its fault

    def _leave_room(self) -> None:
        self._owner.room.leave(self._held)
        self._held = 0


class _Room:
    """Bytes that several threads share; may be used by them at the same time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._left = size
        self._changed = Condition()

    def enter(self, size: int, sleep: Callable[[float], None]) -> int:
        """Wait until ``size`` bytes are left, or all where it is more, and take them.

        Gives what is to be given back. ``sleep`` may raise to give up.
        """
        size = min(size, self._size)
        with self._changed:
            while self._left < size:
                self._changed.wait(0.1)
                sleep(0)
            self._left -= size
        return size

    def leave(self, size: int) -> None:
        """Give ``size`` bytes back."""
        with self._changed:
            self._left += size
            self._changed.notify_all()


def _for_pictures(policy: FetchPolicy) -> FetchPolicy:
    """``policy`` as pictures are fetched by."""
    return msgspec.structs.replace(
        policy,
        connect=min(policy.connect, _CONNECT),
        read=min(policy.read, _READ),
        total=min(policy.total, _TOTAL),
        max_bytes=min(policy.max_bytes, MAX_BYTES),
        retries=min(policy.retries, _RETRIES),
        patience=min(policy.patience, _PATIENCE),
        at_once=_AT_ONCE,
        pause=0.0,
        # Who wants everything asked for anew means pictures too.
        max_age=max(policy.max_age, _MAX_AGE) if policy.max_age else 0.0,
    )


def _site(url: str) -> str:
    """The origin of ``url`` as a Referer field: neither its path nor a password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if not host.isascii():
        return ""
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}/"


def _reason(error: ConversionError) -> str:
    """The reason without advice, which is for the one address that a person named."""
    reason = error.reason.partition("; ")[0]
    if isinstance(error, Refusal) and "(HTTP" not in reason:
        reason += f" (HTTP {error.status})"
    return _told(reason)


# What is said of a picture; other reasons are said of its server.
_OF_PICTURE = re.compile(
    r"(?:is|was|has|holds|leads|names|redirects|cannot|port|the address|took)\b"
)


def _told(reason: str) -> str:
    """``reason`` as it can stand behind the picture's name."""
    return reason if _OF_PICTURE.match(reason) else f"cannot be fetched: {reason}"
