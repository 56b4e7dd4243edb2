"""Addresses on the web: from ``https://…`` to bytes, politely, within limits, and from a cache.

:func:`fetch` asks for one address and gives what it answered. Redirects are followed by hand and
each is judged as the first address was: http or https, no password in it, a public server
(:mod:`converters.network`). Time is limited for connecting, for each wait and altogether; size is
limited where it counts, after decompression. Requests to one host take turns
(:mod:`converters.turns`), those that may succeed later are repeated a few times, and answers are
kept (:mod:`converters.cache`) and asked for again only with conditions (RFC 9110, 13; RFC 9111).

No cookies are kept or sent, no referrer is named that the caller does not name, and no password is
taken from anywhere.
"""

from __future__ import annotations

import atexit
import contextlib
import fnmatch
import functools
import os
import random
import re
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Event, RLock
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from converters import __version__
from converters.cache import Cache, Entry, cache_folder
from converters.errors import ConversionError, UnreadableSource, UnsafeSource

if TYPE_CHECKING:
    import httpcore
    import httpx

    from converters.network import SafeBackend

__all__ = [
    "DOCUMENTS",
    "PICTURES",
    "FetchPolicy",
    "Fetched",
    "Fetcher",
    "Refusal",
    "Watch",
    "cache_of",
    "clear_cache",
    "fetch",
    "is_offline",
]

DOCUMENTS = ("text/*", "application/*", "message/*", "multipart/*")
"""Media types that can hold articles: everything but pictures, sound, video and fonts."""

PICTURES = ("image/*",)
"""Media types of pictures."""

_MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Answers that may be another one in a moment (RFC 9110, 15; RFC 6585, 4).
_PASSING = frozenset({429, 502, 503, 504})
_UNTYPED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
# Ports of other protocols, whose servers take a request for commands of their own
# (https://fetch.spec.whatwg.org/#port-blocking).
_PORTS = frozenset(
    map(
        int,
        "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 "
        "111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 "
        "532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 "
        "5060 5061 6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 10080 11211".split(),
    )
)
_LONGEST_ADDRESS = 8192
_TURNS = "turns"  # folder in the cache's
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:+-]{1,40})""", re.IGNORECASE)
_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


class FetchPolicy(Struct, frozen=True, kw_only=True):
    """What may be fetched, and how.

    ``offline``: only what is in the cache, never the network (BROADSHEET_OFFLINE=1 says the
    same). ``allow_private``: also servers that are not on the public internet; for tests and for
    trusted networks. Times are in seconds: ``connect`` to reach a server, ``read`` for each wait
    on it, ``total`` for one address with all redirects and repetitions, waits for our turn and
    those that the server asked for not counted. ``max_bytes`` limits an answer after
    decompression. ``retries`` is how often what may pass is tried again, first after about
    ``backoff`` seconds; a Retry-After of at most ``patience`` seconds is waited for. ``at_once``
    and ``pause`` are the requests that one host gets at the same time and the seconds between
    two. ``cache`` names the cache's folder (empty: BROADSHEET_CACHE, or the user's), ``max_age``
    says for how long an answer is used without asking the server again, unless it allows less,
    ``keep`` how long one that nobody used stays, and ``cache_bytes`` how large the folder may
    grow. ``user_agent`` is how we introduce ourselves.
    """

    offline: bool = False
    allow_private: bool = False
    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    max_bytes: int = 64 * 1024 * 1024
    retries: int = 2
    backoff: float = 1.0
    patience: float = 30.0
    at_once: int = 2
    pause: float = 0.5
    cache: str = ""
    max_age: float = 3600.0
    keep: float = 90 * 86400.0
    cache_bytes: int = 1024 * 1024 * 1024
    user_agent: str = f"Broadsheet/{__version__} (article converter)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    ``url`` is where ``data`` really came from, after redirects. ``media_type`` is in lower case
    without parameters, ``encoding`` the label of its charset parameter; both are empty where the
    server said nothing. ``status`` is that of HTTP. ``from_cache`` says that no content was
    transferred.
    """

    url: str
    data: bytes
    media_type: str = ""
    encoding: str = ""
    status: int = 200
    from_cache: bool = False


class Refusal(UnreadableSource):
    """A server answered, but not with what was asked for; ``status`` is that of HTTP."""

    def __init__(self, source: str, reason: str, status: int = 0) -> None:
        super().__init__(source, reason)
        self.status = status


class Watch:
    """One who follows a fetch and has a say in it; this one lets everything pass.

    Each method is called in the thread that fetches, and ends the fetch by raising a
    :class:`~converters.errors.ConversionError`; nothing is kept then. A ``host`` is as in the
    address, with its port where that is named.
    """

    def expecting(self, size: int) -> None:
        """Before so many bytes come from the cache, or from a server that announces them."""

    def waiting(self) -> None:
        """Before a turn is waited for: what came in before is not used any more."""

    def asking(self, host: str) -> None:
        """Before a request is sent to ``host``."""

    def reading(self, start: bytes, size: int, *, whole: bool) -> None:
        """While content comes in: its first bytes (at most :data:`START`), how many there are so
        far, and whether that is all.
        """  # noqa: D205 - the first sentence needs two lines

    def answered(self, host: str) -> None:
        """``host`` gave a whole answer, whatever it was."""

    def failed(self, host: str, reason: str, weight: float) -> None:
        """``host`` gave none: 1 weighs what will hardly pass, less what may be an accident."""


START = 4096
"""Bytes at the beginning of an answer that a :class:`Watch` sees."""


def fetch(
    url: str, policy: FetchPolicy | None = None, *, accept: Sequence[str] = DOCUMENTS
) -> Fetched:
    """What ``url`` answers, of one of the media types ``accept`` (wildcards as in ``image/*``).

    An answer that names no type passes, for its content to be judged. Connections are kept for
    the next call in this process.

    Raises :class:`~converters.errors.UnreadableSource` where there is no such answer and
    :class:`~converters.errors.UnsafeSource` where a safety rule or a limit forbids it.
    """
    return _fetcher(policy or FetchPolicy(), os.getpid()).fetch(url, accept=accept)


def cache_of(policy: FetchPolicy) -> Cache:
    """Where answers that are fetched by ``policy`` are kept."""
    return Cache(cache_folder(policy.cache), max_bytes=policy.cache_bytes, keep=policy.keep)


def clear_cache(policy: FetchPolicy) -> int:
    """Remove all that was fetched, and the turns that nobody holds; the bytes that were there."""
    from converters import turns

    cache = cache_of(policy)
    removed = cache.clear()
    turns.clear(cache.folder / _TURNS)
    return removed


def is_offline(policy: FetchPolicy) -> bool:
    """Whether the network is forbidden, by the policy or by BROADSHEET_OFFLINE."""
    return policy.offline or os.environ.get("BROADSHEET_OFFLINE", "") not in {"", "0"}


@functools.lru_cache(maxsize=8)
def _fetcher(policy: FetchPolicy, process: int) -> Fetcher:
    """This process's fetcher: a child of a fork must not share its parent's connections."""
    fetcher = Fetcher(policy)
    atexit.register(fetcher.close)
    return fetcher


class Fetcher:
    """Fetches by one policy; its connections and its cache may be used by several threads."""

    def __init__(self, policy: FetchPolicy) -> None:
        self.policy = policy
        self.cache = cache_of(policy)
        self.stopped = Event()
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._proxies: dict[str, str] = {}
        self._backends: list[SafeBackend] = []
        self._lock = RLock()

    def stop(self) -> None:
        """End what is under way in other threads, and let nothing begin; for good."""
        self.stopped.set()
        with self._lock:
            for backend in self._backends:
                backend.abort()

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            for pool in self._pools.values():
                with contextlib.suppress(Exception):
                    pool.close()
            self._pools.clear()
            self._backends.clear()

    def fetch(
        self,
        url: str,
        *,
        accept: Sequence[str] = DOCUMENTS,
        watch: Watch | None = None,
        referrer: str = "",
    ) -> Fetched:
        """As :func:`fetch`.

        A ``watch`` judges the answer by its content, so that any type passes. ``referrer`` is
        sent as the Referer field (RFC 9110, 10.1.3).
        """
        named = url
        url = _address(url)
        key = _key(url, accept)
        stored = self.cache.entry(key)
        if stored is not None:
            if watch is None:
                _check_type(named, stored.media_type, accept)
            if self._is_fresh(stored) or is_offline(self.policy):
                data = self.cache.content(key, stored, watch.expecting if watch else None)
                if data is not None:
                    return _from_cache(stored, data)
            if not self.cache.is_whole(stored):
                stored = None
        request = _Request(self, named, url, accept, stored, key, watch, referrer)
        if is_offline(self.policy):
            request.check()
            raise UnreadableSource(
                named, "is not in the cache, and the network may not be used (offline)"
            )
        return request.answer()

    def kept(
        self, url: str, *, accept: Sequence[str] = DOCUMENTS, watch: Watch | None = None
    ) -> Fetched | None:
        """What is in the cache for ``url``, of whatever age."""
        sized = watch.expecting if watch is not None else None
        stored = self.cache.get(_key(_address(url), accept), sized)
        return _from_cache(*stored) if stored else None

    def _is_fresh(self, entry: Entry) -> bool:
        allowed = self.policy.max_age
        if entry.lifetime is not None:
            allowed = min(allowed, entry.lifetime)
        return 0 <= time.time() - entry.stored < allowed

    def pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        """The connections for ``url``: direct ones, or those through the environment's proxy."""
        site = f"{url.scheme}://{_netloc(url)}"
        with self._lock:
            if site not in self._proxies:
                self._proxies[site] = _proxy(url)
            proxy = self._proxies[site]
            if proxy not in self._pools:
                self._pools[proxy], backend = _make_pool(proxy, self.policy, url)
                self._backends.append(backend)
            return self._pools[proxy]


def _address(url: str) -> str:
    return url.strip().partition("#")[0]


def _key(address: str, accept: Sequence[str]) -> str:
    return f"{', '.join(accept)}\n{address}"


def _from_cache(entry: Entry, data: bytes) -> Fetched:
    return Fetched(entry.url, data, entry.media_type, entry.encoding, entry.status, True)


_CONNECTIONS = 20
_KEPT_ALIVE = 15.0  # seconds


# --- Connections ---------------------------------------------------------------------------


def _proxy(url: httpx.URL) -> str:
    """The proxy that the environment names for ``url``, by the rules of urllib; mostly none.

    Behind a proxy it is the proxy that resolves names: what is checked here is the name, and
    that it does not spell a private address; the rest is the proxy's to refuse.
    """
    import urllib.request

    proxies = urllib.request.getproxies()
    if urllib.request.proxy_bypass(url.netloc.decode("ascii")):
        return ""
    return proxies.get(url.scheme) or proxies.get("all") or ""


def _make_pool(
    proxy: str, policy: FetchPolicy, url: httpx.URL
) -> tuple[httpcore.ConnectionPool, SafeBackend]:
    import httpcore
    import httpx

    from converters.network import SafeBackend

    tls = httpx.create_ssl_context()
    if not proxy:
        backend = SafeBackend(allow_private=policy.allow_private)
        pool = httpcore.ConnectionPool(
            ssl_context=tls,
            network_backend=backend,
            max_connections=_CONNECTIONS,
            keepalive_expiry=_KEPT_ALIVE,
        )
        return pool, backend
    address = httpx.URL(proxy if "://" in proxy else f"http://{proxy}")
    if address.scheme not in {"http", "https"}:
        reason = "the environment's proxy is of a kind that is not used; name an HTTP proxy"
        raise UnsafeSource(str(url), reason)
    user = (address.username, address.password) if address.userinfo else None
    backend = SafeBackend(
        allow_private=policy.allow_private, trusted=[address.raw_host.decode("ascii")]
    )
    through = httpcore.HTTPProxy(
        str(address.copy_with(userinfo=None)),
        proxy_auth=user,
        ssl_context=tls,
        network_backend=backend,
        max_connections=_CONNECTIONS,
        keepalive_expiry=_KEPT_ALIVE,
    )
    return through, backend


# --- One address ---------------------------------------------------------------------------


class _Passing(Exception):
    """What failed may succeed if it is tried again, after ``wait`` seconds if the server said."""

    def __init__(self, error: ConversionError, wait: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Request:
    """The fetching of one address, from the first request to the answer."""

    fetcher: Fetcher
    source: str  # what the person named, for messages
    address: str  # the same as it is asked for
    accept: Sequence[str]
    stored: Entry | None
    key: str
    watch: Watch | None = None
    referrer: str = ""

    @property
    def policy(self) -> FetchPolicy:
        return self.fetcher.policy

    def check(self) -> None:
        """Raise what forbids to ask at all."""
        self._checked(self.address)

    def answer(self) -> Fetched:
        """Ask, and ask again where that may help."""
        from converters.network import Stopped, deadline, stopping

        token = deadline.set(time.monotonic() + self.policy.total)
        event = stopping.set(self.fetcher.stopped)
        try:
            for attempt in range(self.policy.retries + 1):
                try:
                    return self._follow()
                except _Passing as passing:
                    wait = passing.wait
                    if attempt == self.policy.retries or (wait or 0) > self.policy.patience:
                        raise passing.error from passing.__cause__
                    if wait is None:
                        wait = self.policy.backoff * 2**attempt * random.uniform(0.8, 1.2)  # noqa: S311
                    _sleep(wait)
            raise UnreadableSource(self.source, "was not asked for")  # retries below zero
        except Stopped as error:
            raise UnreadableSource(self.source, "is no longer wanted") from error
        finally:
            deadline.reset(token)
            stopping.reset(event)

    def _follow(self) -> Fetched:
        """Follow redirects to the answer."""
        url = self._checked(self.address)
        for _ in range(_MAX_REDIRECTS + 1):
            result = self._ask(url)
            if isinstance(result, Fetched):
                return result
            url = self._checked(result)
        raise UnreadableSource(self.source, f"redirects more than {_MAX_REDIRECTS} times")

    def _checked(self, address: str) -> httpx.URL:
        """``address`` parsed, if it may be asked for at all."""
        import httpx

        from converters.network import refusal

        if len(address) > _LONGEST_ADDRESS:
            raise UnsafeSource(self.source, "is or leads to an address that is too long")
        try:
            url = httpx.URL(address)
            port = url.port
            host = url.raw_host.decode("ascii")
        except (httpx.InvalidURL, ValueError, UnicodeError, TypeError) as error:
            raise UnreadableSource(self.source, f"{self._whose(address)} is no address") from error
        if url.scheme not in {"http", "https"}:
            reason = f"{self._whose(address)} is not http: or https:, which alone are fetched"
            raise UnsafeSource(self.source, reason)
        if url.userinfo:
            whose = self._whose(address, hide=True)
            reason = f"{whose} holds a user name or password, which are never sent"
            raise UnsafeSource(self.source, reason)
        if port in _PORTS:
            raise UnsafeSource(self.source, f"port {port} is not one of the web's")
        reason = "" if self.policy.allow_private and host else refusal(host)
        if reason:
            raise UnsafeSource(self.source, self._blamed(reason, address))
        return url

    def _whose(self, address: str, *, hide: bool = False) -> str:
        """How a message calls the address: the one given, or one that it led to."""
        if address == self.address:
            return "the address"
        return "the address that it leads to" + ("" if hide else f" ({_shown(address)})")

    def _blamed(self, reason: str, address: str) -> str:
        return reason if address == self.address else f"leads to {_shown(address)}: {reason}"

    def _ask(self, url: httpx.URL) -> Fetched | str:
        """One request: its answer, or the address that it leads to."""
        from converters.network import deadline, sleep
        from converters.turns import turn

        policy = self.policy
        started = time.monotonic()
        folder = self.fetcher.cache.folder / _TURNS
        host = url.raw_host.decode("ascii")
        if self.watch is not None:
            self.watch.waiting()
        with turn(folder, host, at_once=policy.at_once, pause=policy.pause, sleep=sleep):
            deadline.set(deadline.get() + time.monotonic() - started)  # waiting is not its fault
            if self.watch is not None:
                self.watch.asking(_netloc(url))
            with self._errors(url), self._response(url) as response:
                return self._judged(url, response)

    @contextlib.contextmanager
    def _response(self, url: httpx.URL) -> Iterator[httpcore.Response]:
        import httpcore

        policy = self.policy
        timeout = {
            "connect": policy.connect,
            "read": policy.read,
            "write": policy.read,
            "pool": policy.total,
        }
        request = httpcore.Request(
            "GET",
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=self._headers(url),
            extensions={"timeout": timeout},
        )
        response = self.fetcher.pool(url).handle_request(request)
        try:
            yield response
        finally:
            response.close()

    def _headers(self, url: httpx.URL) -> list[tuple[bytes, bytes]]:
        fields = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self.policy.user_agent,
            "Accept": ", ".join([*self.accept, "*/*;q=0.1"]),
            # What can be unpacked in bounded steps.
            "Accept-Encoding": "gzip, deflate",
        }
        if self.referrer:
            fields["Referer"] = self.referrer
        if self.stored is not None and self.stored.url == str(url):
            if self.stored.etag:
                fields["If-None-Match"] = self.stored.etag
            if self.stored.last_modified:
                fields["If-Modified-Since"] = self.stored.last_modified
        return [
            (name.encode("ascii"), value.encode("latin-1", "replace"))
            for name, value in fields.items()
        ]

    def _judged(self, url: httpx.URL, response: httpcore.Response) -> Fetched | str:
        """What to make of an answer."""
        fields = _fields(response)
        status = response.status
        if status in _REDIRECTS:
            if not fields.get("location"):
                raise UnreadableSource(self.source, f"redirects to nowhere ({status})")
            return _joined(self.source, url, fields["location"])
        if status == 304 and self.stored is not None:
            self._answered(url)
            return self._confirmed(self.stored, fields)
        if status in _PASSING:
            wait = _retry_after(fields)
            if (wait or 0) > self.policy.patience or status == 429:
                self._failed(url, "asks to be left alone for a while", 2 if wait else 1)
            raise _Passing(self._refusal(status), wait)
        if not 200 <= status < 300 or status in {204, 205, 206}:
            self._answered(url)
            raise self._refusal(status)
        media_type = _media_type(fields)
        if self.watch is None:
            _check_type(self.source, media_type, self.accept)
        data = self._body(response, fields)
        self._answered(url)
        charset = _CHARSET.search(fields.get("content-type", ""))
        found = Fetched(str(url), data, media_type, charset[1].lower() if charset else "", status)
        self._keep(found, fields)
        return found

    def _confirmed(self, stored: Entry, fields: Mapping[str, str]) -> Fetched:
        """What the cache has, of which the server says that it still holds.

        It is read only now: who waits for a turn has nothing large in memory.
        """
        cache = self.fetcher.cache
        sized = self.watch.expecting if self.watch is not None else None
        data = cache.content(self.key, stored, sized)
        if data is None:  # it was there before we asked
            reason = "was removed from the cache while its server was asked; try again"
            raise UnreadableSource(self.source, reason)
        entry = _renewed(stored, fields)
        cache.put(self.key, entry)
        return _from_cache(entry, data)

    def _refusal(self, status: int) -> Refusal:
        return Refusal(self.source, _status(status), status)

    def _answered(self, url: httpx.URL) -> None:
        if self.watch is not None:
            self.watch.answered(_netloc(url))

    def _failed(self, url: httpx.URL, reason: str, weight: float) -> None:
        if self.watch is not None:
            self.watch.failed(_netloc(url), reason, weight)

    def _body(self, response: httpcore.Response, fields: Mapping[str, str]) -> bytes:
        """The body, decompressed, within the limit."""
        limit = self.policy.max_bytes
        size = fields.get("content-length", "")
        coding = fields.get("content-encoding", "")
        if size.isdecimal():
            if int(size[:20]) > limit:
                self._too_large()
            if self.watch is not None and not coding:
                self.watch.expecting(int(size))
        body = BytesIO()  # whose value is handed over without a copy
        start, count = b"", 0
        for piece in _decoded(response.iter_stream(), coding, limit):
            count += body.write(piece)
            if count > limit:
                self._too_large()
            if self.watch is not None:
                if len(start) < START:
                    start += piece[: START - len(start)]
                self.watch.reading(start, count, whole=False)
        if self.watch is not None:
            self.watch.reading(start, count, whole=True)
        return body.getvalue()

    def _too_large(self) -> NoReturn:
        limit = self.policy.max_bytes
        size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit:,} bytes"
        raise UnsafeSource(self.source, f"is larger than {size}, the most that is fetched")

    def _keep(self, found: Fetched, fields: Mapping[str, str]) -> None:
        control = fields.get("cache-control", "").lower()
        if "no-store" in control:
            return
        entry = Entry(
            url=found.url,
            digest="",
            stored=time.time(),
            status=found.status,
            media_type=found.media_type,
            encoding=found.encoding,
            etag=fields.get("etag", ""),
            last_modified=fields.get("last-modified", ""),
            lifetime=_lifetime(fields),
        )
        self.fetcher.cache.put(self.key, entry, found.data)

    @contextlib.contextmanager
    def _errors(self, url: httpx.URL) -> Iterator[None]:
        """Translate what goes wrong between us and the server."""
        import httpcore

        from converters.network import Refused, Unresolved

        host = url.host
        try:
            yield
        except Refused as error:
            raise UnsafeSource(self.source, self._blamed(str(error), str(url))) from error
        except Unresolved as error:
            self._failed(url, str(error), 1)
            reason = f"{error}; check its spelling and whether this machine is connected"
            raise _Passing(UnreadableSource(self.source, reason)) from error
        except httpcore.TimeoutException as error:
            never = isinstance(error, httpcore.ConnectTimeout)
            self._failed(url, "does not answer", 1 if never else _SLOW)
            reason = f"{host} answers too slowly; try again later"
            raise UnreadableSource(self.source, reason) from error
        except httpcore.ProxyError as error:
            raise UnreadableSource(self.source, f"the proxy refuses: {_clean(error)}") from error
        except httpcore.ConnectError as error:
            if tls := _tls_reason(error):
                self._failed(url, tls, 2)
                raise UnsafeSource(self.source, f"{host} {tls}") from error
            reason = f"cannot be reached ({_clean(error)})"
            self._failed(url, reason, 1)
            reason = f"{host} {reason}; try again later"
            raise _Passing(UnreadableSource(self.source, reason)) from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            self._failed(url, "breaks off or is not HTTP", _BROKEN)
            reason = f"the answer of {host} breaks off or is not HTTP ({_clean(error)})"
            raise _Passing(UnreadableSource(self.source, reason)) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, zlib.error) as error:
            reason = f"the answer of {host} cannot be understood ({_clean(error)})"
            raise UnreadableSource(self.source, reason) from error


# What it weighs that a host is slow or breaks off, against 1 for one that is not there.
_SLOW = 0.5
_BROKEN = 0.25


def _netloc(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


def _sleep(seconds: float) -> None:
    """Sleep without using up the time that the work has."""
    from converters.network import deadline, sleep

    deadline.set(deadline.get() + seconds)
    sleep(seconds)


# --- What answers say ----------------------------------------------------------------------

_STATUS = {
    401: "asks for a user name and password; save the page from a browser and give the saved file",
    402: "asks to be paid for; save the page from a browser and give the saved file",
    403: "is refused to programs; save the page from a browser and give the saved file",
    404: "is not there; check the address, or look for a copy at https://web.archive.org/",
    410: "is gone for good; look for a copy at https://web.archive.org/",
    429: "the server was asked too often; try again later, with fewer --jobs",
    451: "is withheld for legal reasons",
    503: "the server is overloaded or closed for repair; try again later",
}


def _status(status: int) -> str:
    """A status as people should hear of it (RFC 9110, 15)."""
    words = _STATUS.get(status)
    if words is None:
        if status >= 500:
            words = "the server failed; try again later"
        elif status >= 400:
            words = "the server refuses the request"
        else:
            words = "the server answers without content"
    return f"{words} (HTTP {status})"


def _fields(response: httpcore.Response) -> dict[str, str]:
    """The header fields, names in lower case; of a repeated one the last."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1").strip()
        for name, value in response.headers
    }


def _joined(source: str, url: httpx.URL, location: str) -> str:
    """Where a redirect leads; browsers read the field's bytes as UTF-8."""
    import httpx

    with contextlib.suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return str(url.join(location).copy_with(fragment=None))
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise UnreadableSource(source, "redirects to what is no address") from error


def _media_type(fields: Mapping[str, str]) -> str:
    return fields.get("content-type", "").partition(";")[0].partition(",")[0].strip().lower()[:100]


def _check_type(source: str, media_type: str, accept: Sequence[str]) -> None:
    """Refuse an answer that is not of a type that was asked for."""
    if media_type in _UNTYPED or any(fnmatch.fnmatchcase(media_type, each) for each in accept):
        return
    kinds = {"image": "a picture", "audio": "a recording", "video": "a video", "font": "a font"}
    what = kinds.get(media_type.partition("/")[0], "something else")
    wanted = "picture" if tuple(accept) == PICTURES else "document"
    raise UnreadableSource(source, f"is {what} ({_shown(media_type)}), not a {wanted}")


def _lifetime(fields: Mapping[str, str]) -> float | None:
    """For how many seconds the server allows its answer to be used again (RFC 9111, 4.2.1)."""
    control = fields.get("cache-control", "").lower()
    if "no-cache" in control:
        return 0.0
    if match := _AGE.search(control):
        return float(match[1])
    return None


def _renewed(entry: Entry, fields: Mapping[str, str]) -> Entry:
    """``entry`` after a server said that it still holds (RFC 9111, 4.3.4)."""
    import msgspec

    return msgspec.structs.replace(
        entry,
        stored=time.time(),
        etag=fields.get("etag", entry.etag),
        last_modified=fields.get("last-modified", entry.last_modified),
        lifetime=_lifetime(fields) if "cache-control" in fields else entry.lifetime,
    )


def _retry_after(fields: Mapping[str, str]) -> float | None:
    """The seconds that the server asks us to wait (RFC 9110, 10.2.3)."""
    import email.utils

    value = fields.get("retry-after", "")
    if value.isdecimal():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, moment.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _decoded(pieces: Iterator[bytes], coding: str, limit: int) -> Iterator[bytes]:
    """``pieces`` without their content coding (RFC 9110, 8.4), in pieces of bounded size."""
    codings = [each.strip().lower() for each in coding.split(",") if each.strip()]
    for each in reversed([each for each in codings if each != "identity"]):
        if each not in {"gzip", "x-gzip", "deflate"}:
            raise zlib.error(f"compressed as {_shown(each)}, which was not asked for")
        pieces = _inflated(pieces, gzip=each != "deflate")
    return pieces


_STEP = 1024 * 1024


def _inflated(pieces: Iterator[bytes], *, gzip: bool) -> Iterator[bytes]:
    """Decompress at most a mebibyte at a time, whatever the ratio."""
    inflater = None
    for piece in pieces:
        if not piece:
            continue
        if inflater is None:
            # "deflate" means zlib's format, but some servers send what is inside it alone.
            raw = not gzip and (piece[0] & 0x0F) != 8
            inflater = zlib.decompressobj(31 if gzip else (-15 if raw else 15))
        while piece:
            yield inflater.decompress(piece, _STEP)
            piece = inflater.unconsumed_tail  # noqa: PLW2901
        if inflater.eof:
            break  # what follows a gzip stream on the web is padding
    if inflater is not None:
        yield inflater.flush()
        if not inflater.eof:
            raise zlib.error("the compressed data end too early")


def _tls_reason(error: BaseException | None) -> str:
    """Why a secure connection failed, where that is what failed."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"has no valid certificate ({_shown(error.verify_message)})"
        if isinstance(error, ssl.SSLError):
            return f"offers no secure connection ({_shown(error.reason or 'handshake failed')})"
        error = error.__cause__ or error.__context__
    return ""


def _clean(error: Exception) -> str:
    return _shown(str(error) or type(error).__name__)


def _shown(text: str) -> str:
    """``text`` of a server or document as a message can show it."""
    text = "".join(each if each.isprintable() else "�" for each in text)
    return text if len(text) <= 200 else text[:199] + "…"
