"""Connections to public servers only, none of which lasts longer than it may.

A name in an address is resolved once; every address that it has must be a public one, and the
connection goes to just that checked address. So neither a redirect nor a name that changes its
answer between two look-ups (DNS rebinding) reaches this machine, its network or the metadata
service of a cloud. TLS still sees, and verifies, the name.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from weakref import WeakSet

import httpcore

if TYPE_CHECKING:
    import ssl

__all__ = [
    "Refused",
    "SafeBackend",
    "Stopped",
    "Unresolved",
    "deadline",
    "is_public",
    "refusal",
    "sleep",
    "stopping",
]

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the registries call not globally reachable, or special:
# https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry.
# Written out, since what Python calls "global" differs between its versions.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
            "192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 "
            "192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
            "224.0.0.0/4 240.0.0.0/4 "
            "::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 "
            "2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 "
            "fec0::/10 ff00::/8"
        ).split(),
    )
)
# NAT64 (RFC 6052): what an IPv6-only network makes of a public IPv4 address is as public.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The only part of IPv6 that is given to anybody (https://www.iana.org/assignments/
# ipv6-unicast-address-assignments).
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Names that mean this machine or its own network (RFC 6761, RFC 6762, RFC 8375, and the domain that
# ICANN keeps for private use).
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain", "lan", "intranet")

# When the work that this thread does must be over, on time.monotonic()'s clock.
deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))
# What is set when the work that this thread does is no longer wanted.
stopping: ContextVar[threading.Event | None] = ContextVar("stopping", default=None)
# Seconds between two looks at that, while something is waited for that cannot be interrupted.
_LOOK = 0.1

_OVERDUE = "took too long altogether"


class Refused(Exception):
    """An address may not be connected to; the message says why."""


class Unresolved(Exception):
    """A name has no address; the message says so."""


class Stopped(Exception):
    """The work is no longer wanted."""


def sleep(seconds: float) -> None:
    """Sleep; raises :class:`Stopped` as soon as the work is no longer wanted."""
    event = stopping.get()
    if event is None:
        time.sleep(seconds)
    elif event.wait(seconds):
        raise Stopped


T = TypeVar("T")


def _awaited(work: Callable[[], T], timeout: float | None, discard: Callable[[T], None]) -> T:
    """What ``work`` gives, done by a thread, so that it can be given up.

    Raises :class:`queue.Empty` after ``timeout`` seconds and :class:`Stopped`; a thread that
    comes back later hands what it has to ``discard``, one that never does ends with the process.
    """
    answers: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()
    given_up = threading.Event()

    def drain() -> None:
        with contextlib.suppress(queue.Empty):
            late = answers.get_nowait()
            if not isinstance(late, BaseException):
                discard(late)

    def run() -> None:
        try:
            answers.put(work())
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            answers.put(error)
        if given_up.is_set():
            drain()

    threading.Thread(target=run, daemon=True, name="connect").start()
    try:
        answer = _first(answers, timeout)
    except BaseException:
        given_up.set()
        drain()
        raise
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _first(answers: queue.SimpleQueue[T], timeout: float | None) -> T:
    """What comes first; raises :class:`queue.Empty` and :class:`Stopped`."""
    event = stopping.get()
    end = time.monotonic() + (3.2e7 if timeout is None else timeout)
    while True:
        left = max(0.0, end - time.monotonic())
        try:
            return answers.get(timeout=left if event is None else min(left, _LOOK))
        except queue.Empty:
            if event is not None and event.is_set():
                raise Stopped from None
            if time.monotonic() >= end:
                raise


def is_public(address: Address) -> bool:
    """Whether an IP address belongs to the public internet.

    Private, loopback, link-local, shared (100.64/10), multicast, reserved, unspecified and
    documentation addresses do not, nor do IPv6 forms that wrap an IPv4 address (mapped,
    compatible, translated, 6to4, Teredo), except NAT64's of a public one.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address.version == net.version and address in net for net in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def refusal(host: str) -> str:
    """Why ``host``, a name or an IP address in any spelling, may not be asked; empty if it may.

    Nothing is resolved: a name that passes may still have addresses that do not.
    """
    name = host.strip("[]").rstrip(".").lower()
    if not name:
        return "names no server"
    if any(name == local or name.endswith("." + local) for local in _LOCAL_NAMES):
        return f"{host} is this machine or its own network, from which nothing is fetched"
    literal = _literal(name)
    if literal is not None and not is_public(literal):
        return _private(host, literal)
    return ""


def _private(host: str, address: Address) -> str:
    shown = host if host == str(address) else f"{host} ({address})"
    return f"{shown} is no address of the public internet, from which alone is fetched"


def _literal(name: str) -> Address | None:
    """The IP address that ``name`` spells: dotted, or decimal, octal, hexadecimal and shortened as
    inet_aton(3) and browsers read it (https://url.spec.whatwg.org/#concept-ipv4-parser).
    """  # noqa: D205 - the first sentence needs two lines
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):  # UnicodeEncodeError is a ValueError
        return None


def resolve(host: str, port: int, timeout: float | None) -> list[Address]:
    """The addresses of ``host``, in the resolver's order; raises :class:`Unresolved`.

    The system's resolver cannot be given a time, so a thread waits for it.
    """

    def ask() -> list[Address]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(each[4][0]) for each in found]

    try:
        answer = _awaited(ask, timeout, lambda _: None)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"looking up {host} took too long") from None
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"the name {host} is not known") from error
    if not answer:
        raise Unresolved(f"the name {host} is not known")
    return list(dict.fromkeys(answer))


class SafeBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses, as the module's docstring says.

    ``trusted`` are host names that are not checked: those of a proxy that the person set.
    ``allow_private`` switches the check off, for tests and for networks that are trusted.
    """

    def __init__(self, *, allow_private: bool = False, trusted: Iterable[str] = ()) -> None:
        self.allow_private = allow_private
        self.trusted = frozenset(trusted)
        self._inner = httpcore.SyncBackend()
        self._open: WeakSet[_Stream] = WeakSet()
        self._lock = threading.Lock()

    def abort(self) -> None:
        """End all connections at once, also those that other threads wait on."""
        with self._lock:
            streams = list(self._open)
        for stream in streams:
            stream.abort()

    def _watched(self, inner: httpcore.NetworkStream) -> _Stream:
        stream = _Stream(inner, self._watched)
        with self._lock:
            self._open.add(stream)
        return stream

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises :class:`Refused`, :class:`Unresolved` and httpcore's errors.
        """
        checked = not self.allow_private and host not in self.trusted
        if checked and (reason := refusal(host)):
            raise Refused(reason)
        addresses = resolve(host, port, _remaining(timeout))
        if checked:
            for address in addresses:
                if not is_public(address):
                    raise Refused(_private(host, address))
        failure: Exception = httpcore.ConnectError(f"no address of {host} answers")
        for address in addresses[:4]:
            connect = partial(
                self._inner.connect_tcp,
                str(address),
                port,
                _remaining(timeout),
                local_address,
                [] if socket_options is None else socket_options,
            )
            try:
                stream = _awaited(connect, None, httpcore.NetworkStream.close)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return self._watched(stream)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Never: no address leads to one."""
        raise Refused("sockets of this machine are not read")

    def sleep(self, seconds: float) -> None:
        """Sleep, for httpcore's own retries, which are not used."""
        sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection on which no operation outlasts the deadline.

    ``watched`` takes the stream that encryption puts in its place.
    """

    def __init__(
        self,
        inner: httpcore.NetworkStream,
        watched: Callable[[httpcore.NetworkStream], httpcore.NetworkStream],
    ) -> None:
        self._inner = inner
        self._watched = watched

    def abort(self) -> None:
        """End the connection from another thread: who waits on it is told that it ended."""
        with contextlib.suppress(OSError, AttributeError):
            # Not SSLSocket's own, which takes the encryption from under the other thread.
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        start = partial(self._inner.start_tls, ssl_context, server_hostname, _remaining(timeout))
        return self._watched(_awaited(start, None, httpcore.NetworkStream.close))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _remaining(timeout: float | None) -> float:
    """The seconds that an operation may take."""
    event = stopping.get()
    if event is not None and event.is_set():
        raise Stopped
    left = deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(_OVERDUE)
    # A year stands for ever, which select() has no number for.
    return min(left, 3.2e7 if timeout is None else timeout)
