"""Fetching, against servers that misbehave on purpose; nothing leaves this machine."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from converters import convert, network
from converters import fetch as fetching
from converters.article import Link, plain_text, query
from converters.batch import Job, Plan, run
from converters.cache import Cache, CacheInfo, Entry, cache_folder
from converters.errors import ConversionError, UnreadableSource, UnsafeSource
from converters.fetch import PICTURES, Fetched, Fetcher, FetchPolicy, cache_of, clear_cache, fetch
from converters.readers import ReadOptions
from converters.source import open_sources
from converters.turns import turn
from tests.misbehaving import (
    PAGE,
    Handler,
    Server,
    certify,
    drip,
    drip_header,
    gzipped,
    serving,
    to,
)

pytestmark = pytest.mark.usefixtures("online")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def get(tmp_path: Path) -> Iterator[Callable[..., Fetched]]:
    """``get(url, accept=..., **policy)``: fetch with short times and a cache of the test's own."""
    fetchers: list[Fetcher] = []

    def get(url: str, accept: tuple[str, ...] = fetching.DOCUMENTS, **policy: object) -> Fetched:
        fetchers.append(Fetcher(made(tmp_path, **policy)))
        return fetchers[-1].fetch(url, accept=accept)

    yield get
    for fetcher in fetchers:
        fetcher.close()


def made(folder: Path, **policy: object) -> FetchPolicy:
    values: dict[str, object] = {
        "cache": str(folder / "cache"),
        "allow_private": True,
        "pause": 0.0,
        "backoff": 0.01,
        "connect": 2.0,
        "read": 2.0,
        "total": 5.0,
        **policy,
    }
    return FetchPolicy(**values)  # type: ignore[arg-type]


def refused(get: Callable[..., Fetched], url: str, **policy: object) -> ConversionError:
    with pytest.raises(ConversionError) as caught:
        get(url, **policy)
    assert caught.value.source == url
    return caught.value


# --- What answers say ----------------------------------------------------------------------


def test_an_answer(server: Server, get: Callable[..., Fetched]) -> None:
    url = server.url("/a%20b", lambda h: h.send(Content_Type='Text/HTML; Charset="GBK"; x=y'))
    assert get(url + "?q=1#part") == Fetched(url + "?q=1", PAGE, "text/html", "gbk", 200, False)
    (path, fields) = server.requests[0]
    assert path == "/a%20b?q=1"
    assert fields["user-agent"].startswith("Broadsheet/")
    assert "cookie" not in fields
    assert "referer" not in fields


@pytest.mark.parametrize(
    ("status", "words", "asked"),
    [
        (204, "without content", 1),
        (304, "without content", 1),
        (401, "user name and password", 1),
        (403, "refused to programs", 1),
        (404, "check the address", 1),
        (410, "gone for good", 1),
        (418, "refuses the request", 1),
        (429, "too often", 3),
        (451, "legal", 1),
        (500, "the server failed", 1),
        (503, "overloaded", 3),
    ],
)
def test_answers_that_are_none(
    server: Server, get: Callable[..., Fetched], status: int, words: str, asked: int
) -> None:
    url = server.url("/", lambda h: h.send(b"", status))
    error = refused(get, url)
    assert isinstance(error, UnreadableSource)
    assert words in error.reason
    assert str(status) in error.reason
    assert len(server.requests) == asked


def test_what_passes_is_asked_for_again(server: Server, get: Callable[..., Fetched]) -> None:
    answers: Iterator[Callable[[Handler], None]] = iter(
        [
            lambda h: h.send(b"", 503),
            lambda h: h.send(b"", 429, Retry_After="0"),
            lambda h: h.send(),
        ]
    )

    def answer(h: Handler) -> None:
        next(answers)(h)

    assert get(server.url("/", answer)).data == PAGE
    assert len(server.requests) == 3


def test_retry_after_is_honoured_within_limits(
    server: Server, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(fetching, "_sleep", slept.append)
    soon = formatdate(time.time() + 20, usegmt=True)
    times = iter(["7", soon, "31"])
    url = server.url("/", lambda h: h.send(b"", 503, Retry_After=next(times)))
    assert "overloaded" in refused(get, url, retries=5).reason
    assert slept[0] == 7
    assert 15 < slept[1] <= 20
    assert len(server.requests) == 3  # half a minute is as long as anybody waits


def test_types_are_judged_by_who_asks(server: Server, get: Callable[..., Fetched]) -> None:
    picture = server.url("/p", lambda h: h.send(b"\x89PNG", Content_Type="image/png"))
    page = server.url("/a", lambda h: h.send())
    untyped = server.url("/u", lambda h: h.send(Content_Type=""))
    error = refused(get, picture)
    assert "is a picture (image/png), not a document" in error.reason
    assert get(picture, PICTURES).data == b"\x89PNG"
    assert "not a picture" in str(refused(get, page, accept=PICTURES))
    assert get(untyped) == Fetched(untyped, PAGE, "", "", 200, False)
    assert get(untyped, PICTURES).media_type == ""


# --- Time and size -------------------------------------------------------------------------


@pytest.mark.requirement("SEC-1", "SEC-7")
@pytest.mark.parametrize("answer", [drip, drip_header, lambda h: time.sleep(1.5)])
def test_servers_that_never_end(
    server: Server, get: Callable[..., Fetched], answer: Callable[[Handler], None]
) -> None:
    began = time.monotonic()
    error = refused(get, server.url("/", answer), total=0.6, read=0.4)
    assert "too slowly" in error.reason
    assert time.monotonic() - began < 4


@pytest.mark.requirement("SEC-1", "SEC-7")
def test_an_endless_flood(server: Server, get: Callable[..., Fetched]) -> None:
    error = refused(get, server.url("/", lambda h: drip(h, b"x" * 65536, 0)), max_bytes=2**20)
    assert isinstance(error, UnsafeSource)
    assert "larger than 1 MiB" in error.reason


@pytest.mark.requirement("SEC-1", "SEC-7")
@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_not_unpacked(
    server: Server, get: Callable[..., Fetched], layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bytes(200 * 2**20)
    for _ in range(layers):
        body = gzipped(body)
    largest = 0
    inflated = fetching._inflated

    def watched(pieces: Iterator[bytes], *, gzip: bool) -> Iterator[bytes]:
        nonlocal largest
        for piece in inflated(pieces, gzip=gzip):
            largest = max(largest, len(piece))
            yield piece

    monkeypatch.setattr(fetching, "_inflated", watched)
    coding = ", ".join(["gzip"] * layers)
    url = server.url("/", lambda h: h.send(body, Content_Encoding=coding))
    error = refused(get, url, max_bytes=4 * 2**20)
    assert isinstance(error, UnsafeSource)
    assert largest <= 2**20


def test_a_size_that_is_announced_is_believed(server: Server, get: Callable[..., Fetched]) -> None:
    url = server.url("/", lambda h: h.send(b"", Content_Length="5000000000"))
    assert "larger than" in refused(get, url).reason


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzipped(PAGE)),
        ("x-gzip", gzipped(PAGE) + b"padding"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", raw_deflate(PAGE)),
        ("identity", PAGE),
        ("deflate, gzip", gzipped(zlib.compress(PAGE))),
    ],
)
def test_content_codings(
    server: Server, get: Callable[..., Fetched], coding: str, body: bytes
) -> None:
    assert get(server.url("/", lambda h: h.send(body, Content_Encoding=coding))).data == PAGE


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda h: h.send(PAGE, Content_Length="1000"), "breaks off"),
        (lambda h: h.send(PAGE, Content_Encoding="gzip"), "cannot be understood"),
        (lambda h: h.send(gzipped(PAGE)[:-4], Content_Encoding="gzip"), "too early"),
        (lambda h: h.send(PAGE, Content_Encoding="br"), "compressed as br"),
        (lambda h: h.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "not HTTP"),
        (lambda h: None, "breaks off"),
        (lambda h: h.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100000), "breaks off"),
    ],
)
def test_answers_that_are_broken(
    server: Server, get: Callable[..., Fetched], answer: Callable[[Handler], None], words: str
) -> None:
    error = refused(get, server.url("/", answer))
    assert isinstance(error, UnreadableSource)
    assert words in error.reason


def test_a_server_that_is_not_there(get: Callable[..., Fetched]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "cannot be reached" in refused(get, f"http://127.0.0.1:{port}/").reason
    error = refused(get, "http://nobody.invalid/", retries=0)
    assert "the name nobody.invalid is not known" in error.reason


def test_a_connection_that_is_not_secure(server: Server, get: Callable[..., Fetched]) -> None:
    plain = server.url("/", lambda h: h.send()).replace("http:", "https:")
    assert "offers no secure connection" in refused(get, plain).reason


@pytest.fixture
def certified(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Make the server speak TLS as example.org, which it also is for our resolver.

    What is returned are the names that clients asked for. OpenSSL's program makes the certificate.
    """
    certificate, names_asked = certify(server, tmp_path)
    server.answers["/"] = lambda h: h.send()
    monkeypatch.setattr(socket, "getaddrinfo", names(["127.0.0.1"]))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return names_asked


@pytest.mark.requirement("SEC-1")
def test_certificates_are_verified_for_the_name(
    server: Server, get: Callable[..., Fetched], certified: list[str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Connecting to a checked address changes nothing in what TLS asks for and verifies."""
    port = server.server_address[1]
    url = f"https://example.org:{port}/"
    assert get(url).data == PAGE
    assert certified == ["example.org"]
    assert server.requests[0][1]["host"] == f"example.org:{port}"
    error = refused(get, f"https://other.org:{port}/")
    assert isinstance(error, UnsafeSource)
    assert "other.org has no valid certificate" in error.reason
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "no valid certificate" in refused(get, url + "?again").reason


# --- Redirects -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, get: Callable[..., Fetched], status: int) -> None:
    end = server.url("/b/%E6%96%87?x=1", None)
    server.answers["/b/%E6%96%87"] = lambda h: h.send()
    found = get(server.url("/a", to("b/%E6%96%87?x=1#part", status)))
    assert (found.url, found.data) == (end, PAGE)


def test_redirects_without_end(server: Server, get: Callable[..., Fetched]) -> None:
    assert "more than 10 times" in refused(get, server.url("/", to("/"))).reason
    assert len(server.requests) == 11
    assert "to nowhere" in refused(get, server.url("/n", to(""))).reason
    assert "no address" in refused(get, server.url("/m", to("http://e.org:port/"))).reason


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://user:secret@127.0.0.1/",
        "//user@127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://" + "x" * 9000,
    ],
)
def test_redirects_to_what_is_not_the_web(
    server: Server, get: Callable[..., Fetched], target: str
) -> None:
    error = refused(get, server.url("/", to(target)))
    assert isinstance(error, UnsafeSource)
    assert "secret" not in error.reason


# --- Private addresses ---------------------------------------------------------------------

# Every spelling of an address that is not public, as attacks use them.
ATTACKS = """
http://127.0.0.1/ http://127.0.0.1:8080/ http://127.8.9.1/ http://127.1/ http://0/ http://0.0.0.0/
http://2130706433/ http://0x7f000001/ http://0x7f.1/ http://017700000001/ http://0177.0.0.1/
http://0x7f.0x0.0x0.0x1/ http://127.0.0.1./ http://localhost/ http://LOCALHOST/ http://localhost./
http://a.localhost/ http://printer.local/ http://metadata.google.internal/ http://router.lan/
http://10.0.0.1/ http://10.255.255.255/ http://172.16.0.1/ http://172.31.255.255/
http://192.168.0.1/ http://192.168.1/ http://3232235777/ http://100.64.0.1/ http://100.127.255.255/
http://169.254.169.254/latest/meta-data/ http://2852039166/ http://0xa9fea9fe/
http://0251.0376.0251.0376/ http://192.0.0.1/ http://192.0.2.1/ http://198.18.0.1/
http://198.51.100.1/ http://203.0.113.1/ http://192.88.99.1/ http://224.0.0.1/ http://239.1.2.3/
http://240.0.0.1/ http://255.255.255.255/
http://[::]/ http://[::1]/ http://[0:0:0:0:0:0:0:1]/ http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/ http://[::ffff:10.0.0.1]/ http://[::127.0.0.1]/ http://[::ffff:0:127.0.0.1]/
http://[64:ff9b::127.0.0.1]/ http://[64:ff9b::a00:1]/ http://[64:ff9b:1::1]/
http://[2002:7f00:1::]/ http://[2002:a00:1::1]/ http://[2001:0:7f00:1::1]/ http://[2001:db8::1]/
http://[fe80::1]/ http://[fe80::1%25eth0]/ http://[fc00::1]/ http://[fd00:ec2::254]/
http://[fec0::1]/ http://[ff02::1]/ http://[100::1]/ http://[4000::1]/ http://[5f00::1]/
http://example.org@127.0.0.1/ http://127.0.0.1@example.org/ http://example.org:80@127.0.0.1/
http://127。0。0。1/ http://①②⑦.⓪.⓪.①/ http://１２７.0.0.1/ http://127.000.000.001/
http://%31%32%37.0.0.1/ http://localhost%00.example.org/ http://foo@localhost#@example.org/
http://example.org\\@127.0.0.1/ http:\\\\127.0.0.1/ http://[::1%25lo]/ http://[0:0::ffff:7f00:1]/
http://ⓛocalhost/ http://0x7f000001.:80/ http://127.0.0.1:80:80/ http://[127.0.0.1]/
http://127.0.0.1%2f@example.org/ http:///etc/passwd https://[::ffff:169.254.169.254]/
""".split()


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("url", ATTACKS)
def test_attack_addresses(
    url: str, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """Named, and as the aim of a redirect: no connection is ever opened."""
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a))
    assert isinstance(refused(get, url, allow_private=False, retries=0), ConversionError)
    assert not opened


@pytest.mark.requirement("SEC-1")
def test_a_redirect_to_a_private_address(
    server: Server, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first server counts as public, so that only the second address is to blame."""
    server.answers["/secret"] = lambda h: h.send(b"planted secret")
    elsewhere = server.url("/secret").replace("127.0.0.1", "127.0.0.2")
    for target in (elsewhere, "http://localhost/secret", "http://[::1]/", "http://2130706433/"):
        with monkeypatch.context() as patched:
            verdicts = iter([True, False])
            patched.setattr(network, "is_public", lambda _, left=verdicts: next(left))
            patched.setattr(network, "_literal", lambda name: None)
            error = refused(get, server.url("/", to(target)), allow_private=False)
        assert isinstance(error, UnsafeSource)
        assert "leads to" in error.reason
    assert {path for path, _ in server.requests} == {"/"}


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["93.184.216.34", "::1"],
        ["::ffff:192.168.0.1"],
    ],
)
def test_names_of_private_addresses(
    get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a))
    monkeypatch.setattr(socket, "getaddrinfo", names(answers))
    error = refused(get, "https://example.org/a", allow_private=False)
    assert isinstance(error, UnsafeSource)
    assert "no address of the public internet" in error.reason
    assert not opened


def names(answers: list[str]) -> Callable[..., object]:
    """A resolver that gives these addresses for every name."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: object, **more: object) -> object:
        if host[0].isdigit():  # an address is no name
            return real(host, *rest, **more)  # type: ignore[arg-type]
        return [(0, 0, 0, "", (answer, 0)) for answer in answers]

    return getaddrinfo


@pytest.mark.requirement("SEC-1")
def test_the_checked_address_is_the_one_connected_to(
    server: Server, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its answer after the check (DNS rebinding) gains nothing by it."""
    asked = 0
    public, port = "93.184.216.34", server.server_address[1]
    connected: list[tuple[str, int]] = []
    connect, getaddrinfo = socket.create_connection, socket.getaddrinfo

    def rebinding(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        nonlocal asked
        asked += 1
        return [(0, 0, 0, "", (public if asked == 1 else "127.0.0.1", 80))]

    def connecting(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
        connected.append(address)
        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", getaddrinfo)
            return connect(("127.0.0.1", port), timeout=2)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connecting)
    server.answers["/"] = lambda h: h.send()
    assert get("http://example.org/", allow_private=False).data == PAGE
    assert connected == [(public, 80)]
    assert asked == 1
    assert server.requests[0][1]["host"] == "example.org"


def test_the_first_address_that_answers_is_used(
    server: Server, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url("/", lambda h: h.send())
    monkeypatch.setattr(socket, "getaddrinfo", names(["127.255.255.254", "127.0.0.1"]))
    assert get(url.replace("127.0.0.1", "example.org")).data == PAGE


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("93.184.216.34", True),
        ("172.32.0.1", True),
        ("100.128.0.1", True),
        ("2606:4700:4700::1111", True),
        ("2a00:1450:4001:801::200e", True),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b::10.0.0.1", False),
        ("::ffff:8.8.8.8", False),
        ("2002:808:808::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert network.is_public(ipaddress.ip_address(address)) is public


@pytest.mark.requirement("SEC-1", "SEC-7")
def test_a_resolver_that_never_answers(
    get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def waiting(*_: object, **__: object) -> list[tuple[object, ...]]:
        release.wait(5)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", waiting)
    began = time.monotonic()
    assert "too slowly" in refused(get, "http://example.org/", connect=0.2).reason
    assert time.monotonic() - began < 4
    release.set()


@pytest.mark.requirement("SEC-1")
def test_a_proxy_of_the_environment(
    server: Server, get: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for what is elsewhere, is itself not judged, and gets no private address."""
    seen: list[str] = []

    def proxied(h: Handler) -> None:
        seen.append(h.path)
        h.send()

    monkeypatch.setenv("http_proxy", server.url(""))
    server.answers["http://example.org/a"] = proxied
    assert get("http://example.org/a", allow_private=False).data == PAGE
    assert seen == ["http://example.org/a"]
    for url in ("http://10.0.0.1/", "http://2130706433/", "http://printer.local/"):
        assert isinstance(refused(get, url, allow_private=False), UnsafeSource)
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9/")
    assert "name an HTTP proxy" in refused(get, "http://example.org/b").reason


# --- Turns ---------------------------------------------------------------------------------


def test_a_pause_between_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("converters.turns.time.sleep", slept.append)
    for host in ("one.org", "one.org", "one.org", "two.org"):
        with turn(tmp_path, host, at_once=1, pause=100):
            pass
    assert [round(each, -1) for each in slept] == [0, 100, 200, 0]


def test_few_requests_at_once(server: Server, tmp_path: Path) -> None:
    running = most = 0
    lock = threading.Lock()

    def answer(h: Handler) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        h.send()

    fetcher = Fetcher(made(tmp_path, at_once=2))
    threads = [
        threading.Thread(target=fetcher.fetch, args=[server.url(f"/{number}", answer)])
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fetcher.close()
    assert len(server.requests) == 8
    assert most == 2


def test_turns_are_shared_between_processes(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, time; from converters.turns import turn\n"
        "with turn(pathlib.Path(sys.argv[1]), 'h', at_once=1, pause=1): print(time.time())"
    )
    ours = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(ours, stdout=subprocess.PIPE) for _ in range(2)]
    times = sorted(float(each.communicate()[0]) for each in running)
    assert times[1] - times[0] > 0.5


def test_turns_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with turn(tmp_path / "file" / "turns", "host", at_once=1, pause=0.01):
        pass


# --- The cache -----------------------------------------------------------------------------


def test_an_answer_is_used_again(server: Server, get: Callable[..., Fetched]) -> None:
    url = server.url("/", lambda h: h.send(Content_Type="text/html; charset=big5"))
    first, second = get(url), get(url + "#other")
    assert second == Fetched(url, PAGE, "text/html", "big5", 200, True)
    assert (first.data, first.from_cache) == (PAGE, False)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"ETag": '"x"'}, {"if-none-match": '"x"'}),
        (
            {"Last_Modified": "Thu, 02 Jul 2020 18:28:24 GMT"},
            {"if-modified-since": "Thu, 02 Jul 2020 18:28:24 GMT"},
        ),
    ],
)
def test_conditional_requests(
    server: Server, get: Callable[..., Fetched], fields: dict[str, str], sent: dict[str, str]
) -> None:
    def answer(h: Handler) -> None:
        if sent.items() <= {k.lower(): v for k, v in h.headers.items()}.items():
            h.send(b"", 304, **{"Content_Type": "", **fields})
        else:
            h.send(PAGE, 200, **fields)

    start = server.url("/start", to("/"))
    url = server.url("/", answer)
    assert not get(start, max_age=0).from_cache
    assert get(start, max_age=0) == Fetched(url, PAGE, "text/html", "utf-8", 200, True)
    assert get(start, max_age=60).from_cache
    assert len(server.requests) == 4
    server.answers["/"] = lambda h: h.send(b"new")
    assert get(start, max_age=0).data == b"new"
    assert get(start).data == b"new"


@pytest.mark.parametrize(
    ("control", "asked"),
    [
        ("max-age=0", 2),
        ("no-cache", 2),
        ("no-store", 2),
        ("private, max-age=600", 1),
        ("nonsense", 1),
    ],
)
def test_what_the_server_allows(
    server: Server, get: Callable[..., Fetched], control: str, asked: int
) -> None:
    url = server.url("/", lambda h: h.send(Cache_Control=control))
    assert get(url).data == get(url).data
    assert len(server.requests) == asked


@pytest.mark.requirement("ALL-4", "SEC-1")
@pytest.mark.parametrize("how", ["policy", "environment"])
def test_offline(
    server: Server, get: Callable[..., Fetched], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url("/", lambda h: h.send(Cache_Control="max-age=0"))
    get(url)
    offline = {"offline": True} if how == "policy" else {}
    if how == "environment":
        monkeypatch.setenv("BROADSHEET_OFFLINE", "1")
    monkeypatch.setattr(socket, "create_connection", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    found = get(url, **offline)
    assert (found.data, found.from_cache) == (PAGE, True)
    error = refused(get, server.url("/other"), **offline)
    assert isinstance(error, UnreadableSource)
    assert "not in the cache" in error.reason
    error = refused(get, "file:///etc/passwd", **offline)  # which no network would bring
    assert "is not http: or https:" in error.reason


def test_failures_are_not_kept(server: Server, get: Callable[..., Fetched]) -> None:
    url = server.url("/", lambda h: h.send(b"", 404))
    refused(get, url)
    server.answers["/"] = lambda h: h.send()
    assert get(url).data == PAGE


def test_a_damaged_cache_is_no_cache(
    server: Server, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    url = server.url("/", lambda h: h.send())
    for kind in ("content", "entries"):
        get(url)
        for path in (tmp_path / "cache" / kind).glob("*/*"):
            path.write_bytes(b'{"digest": "../../../../etc/passwd"}')
        assert get(url) == Fetched(url, PAGE, "text/html", "utf-8", 200, False)


def test_a_cache_that_cannot_be_written(
    server: Server, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    assert get(server.url("/", lambda h: h.send())).data == PAGE
    assert (tmp_path / "cache").read_bytes() == b"a file"


def test_turns_without_a_cache_leave_nothing_behind(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys\n"
        "from converters.turns import turn\n"
        "with turn(pathlib.Path(sys.argv[1]), 'h', at_once=1, pause=1): pass"
    )
    unusable = tmp_path / "cache"
    unusable.write_bytes(b"a file")
    (tmp_path / "temporary").mkdir()
    subprocess.run(
        [sys.executable, "-c", script, str(unusable / "turns")],
        check=True,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
    )
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of another kind")
def test_the_cache_is_the_persons_alone(
    server: Server, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    """Whatever of it is made first: what somebody read is nobody else's business."""
    folder = tmp_path / "cache"
    get(server.url("/", lambda h: h.send()))
    assert (folder / "turns").is_dir()
    assert (folder / "content").is_dir()
    assert folder.stat().st_mode & 0o077 == 0


def entry(digest: str = "", url: str = "http://e.org/") -> Entry:
    return Entry(url=url, digest=digest, stored=1.5e9)


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=10**9, keep=1000)
    for key in "ab":
        cache.put(key, entry(), PAGE)
    assert [path.name for path in (tmp_path / "content").glob("*/*")] == [
        hashlib.sha256(PAGE).hexdigest()
    ]
    assert cache.size()[0] == 3
    assert cache.get("a") == cache.get("b")
    assert cache.get("c") is None
    assert cache.clear() > len(PAGE)
    assert cache.get("a") is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_cache_stays_within_its_size_and_age(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=100_000, keep=1000)
    for number in range(20):
        cache.put(str(number), entry(), os.urandom(10_000))
        for path in (tmp_path / "content").glob("*/*"):
            os.utime(path, (path.stat().st_mtime - 10, path.stat().st_mtime - 10))
    cache.prune()
    assert cache.size()[1] <= 100_000
    assert cache.get("19") is not None
    assert cache.get("0") is None
    for path in tmp_path.rglob("*"):
        os.utime(path, (time.time() - 2000,) * 2)
    cache.prune()
    assert cache.size() == (0, 0)


def test_writing_and_reading_at_the_same_time(tmp_path: Path) -> None:
    """Whoever reads sees an entry whole or not at all."""
    cache = Cache(tmp_path, max_bytes=10**9, keep=1000)
    bodies = [bytes([number]) * 50_000 for number in range(8)]
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(20):
            cache.put("key", entry(), bodies[number])
            found = cache.get("key")
            if found is None or found[1] not in bodies:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_the_cache_holds(server: Server, get: Callable[..., Fetched], tmp_path: Path) -> None:
    """What ``cache info`` and ``cache clear`` work with."""
    policy = made(tmp_path)
    assert cache_of(policy).info() == CacheInfo(
        folder=tmp_path / "cache", answers=0, contents=0, size=0, oldest=None,
        max_bytes=policy.cache_bytes, keep=policy.keep,
    )  # fmt: skip
    assert clear_cache(policy) == 0
    before = time.time() - 1
    for path in ("/a", "/b"):
        get(server.url(path, lambda h: h.send()))
    info = cache_of(policy).info()
    assert (info.answers, info.contents) == (2, 1)
    assert info.oldest is not None
    assert before <= info.oldest <= time.time() + 1
    turns = tmp_path / "cache" / "turns"
    with turn(turns, "held.example", at_once=1, pause=0.0):
        assert clear_cache(policy) == info.size > len(PAGE)
        assert len(list(turns.iterdir())) == 1
    assert clear_cache(policy) == 0
    assert not turns.exists()
    assert cache_of(policy).info().answers == 0
    assert not get(server.url("/a")).from_cache  # the folders are made anew
    assert turns.exists()


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path / "named"))
    assert cache_folder() == tmp_path / "named"
    assert cache_folder("/other") == Path("/other")
    monkeypatch.delenv("BROADSHEET_CACHE")
    assert cache_folder().name == "broadsheet"


# --- The module ----------------------------------------------------------------------------


def test_a_policy_travels_to_another_process() -> None:
    policy = FetchPolicy(offline=True, cache="x")
    assert pickle.loads(pickle.dumps(policy)) == policy  # noqa: S301 - our own bytes


def test_the_function_keeps_connections(server: Server, tmp_path: Path) -> None:
    url = server.url("/", lambda h: h.send())
    assert fetch(url, made(tmp_path)).data == PAGE
    fetching._fetcher(made(tmp_path), os.getpid()).close()


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys; import converters.fetch;"
        "print(*sorted({'httpx', 'httpcore', 'ssl', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


# --- From an address to an article ---------------------------------------------------------

ARTICLE = (
    "<!DOCTYPE html><html lang=en><head><meta charset=gbk><title>A title</title></head><body>"
    "<article><h1>A title</h1>"
    + "".join(
        f"<p>The words of paragraph {n} of an article about something. 文章</p>" for n in range(9)
    )
    + "<p>The same author wrote <a href='../b'>another article</a> about that.</p></article></body></html>"
)


def test_an_address_becomes_an_article(server: Server, tmp_path: Path) -> None:
    policy = made(tmp_path)
    server.url(
        "/x/final.html",
        lambda h: h.send(ARTICLE.encode("gbk"), Content_Type="text/html; charset=gbk"),
    )
    article = convert.read(server.url("/start", to("/x/final.html")), fetch=policy)
    assert article.title == "A title"
    assert article.url == server.url("/x/final.html")
    assert "文章" in plain_text(article.body)
    assert [link.url for link in query(article.body, Link)] == [server.url("/b")]
    assert article.provenance.source == server.url("/start")
    fetching._fetcher(policy, os.getpid()).close()


def test_addresses_in_several_processes(server: Server, tmp_path: Path) -> None:
    """Failures are outcomes in their place, and the processes share their turns."""
    policy = made(tmp_path, pause=0.1)
    urls = [server.url(f"/{n}", lambda h: h.send(ARTICLE.encode("gbk"))) for n in range(4)]
    urls.insert(2, server.url("/gone", lambda h: h.send(b"", 404)))
    jobs = [
        Job(source=source, target=tmp_path / f"{n}.txt")
        for n, source in enumerate(open_sources(urls))
    ]
    plan = Plan(writer="text", options={}, reading=ReadOptions(fetch=policy))
    outcomes = list(run(jobs, plan, workers=2))
    assert [outcome.source for outcome in outcomes] == urls
    assert [bool(outcome.error) for outcome in outcomes] == [False, False, True, False, False]
    assert "is not there" in outcomes[2].error
    assert len(list(tmp_path.glob("*.txt"))) == 4
