"""Pictures from the web, from servers that misbehave on purpose; nothing leaves this machine."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import network
from converters.article import Image
from converters.cache import Cache, cache_folder
from converters.errors import ImageError
from converters.fetch import START, FetchPolicy
from converters.images import web
from converters.images.candidates import addresses
from converters.images.raster import Need
from converters.images.sniff import no_picture
from converters.images.web import Hosts, Limits, PictureFetcher
from tests.misbehaving import Handler, Server, certify, drip, drip_header, gzipped, serving, to
from tests.test_fetch import ATTACKS

pytestmark = pytest.mark.usefixtures("online")


def jpeg(shade: int = 0) -> bytes:
    from PIL import Image as Pillow

    out = BytesIO()
    Pillow.new("L", (8, 8), shade).save(out, "JPEG")
    return out.getvalue()


PICTURE = jpeg()
HTML = b"<!DOCTYPE html><title>Not found</title><p>There is no such picture here, sorry."


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


Make = Callable[..., PictureFetcher]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """``make(limits=..., hosts=..., **policy)``: a fetcher with a cache of the test's own."""
    made: list[PictureFetcher] = []

    def make(
        limits: Limits | None = None, hosts: Hosts | None = None, **policy: object
    ) -> PictureFetcher:
        values: dict[str, object] = {
            "cache": str(tmp_path / "cache"),
            "allow_private": True,
            "backoff": 0.01,
            "connect": 10.0,
            "read": 10.0,
            "total": 20.0,
            **policy,
        }
        made.append(PictureFetcher(FetchPolicy(**values), limits=limits, hosts=hosts))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


def picture(body: bytes = PICTURE, **fields: str) -> Callable[[Handler], None]:
    fields.setdefault("Content_Type", "image/jpeg")
    return lambda h: h.send(body, 200, **fields)


def in_turn(*answers: Callable[[Handler], None]) -> Callable[[Handler], None]:
    left = iter(answers)

    def answer(h: Handler) -> None:
        next(left)(h)

    return answer


def reason(fetcher: PictureFetcher, url: str) -> str:
    with pytest.raises(ImageError) as caught:
        fetcher.fetch(url)
    assert caught.value.source == url
    return caught.value.reason


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / "cache" / "content").glob("??/*")]


# --- What is sent --------------------------------------------------------------------------


@pytest.mark.requirement("SEC-1")
def test_a_picture(server: Server, make: Make) -> None:
    """Asked for politely, without a word about the person, also the second time."""
    url = server.url("/a.jpg", picture(Set_Cookie="id=1", Cache_Control="no-store"))
    fetcher = make()
    assert fetcher.fetch(url) == PICTURE
    assert fetcher.fetch(url + "#part") == PICTURE
    for _, fields in server.requests:
        assert fields["user-agent"].startswith("Broadsheet/")
        assert fields["accept"].startswith("image/jpeg, image/png, ")
        assert "webp" not in fields["accept"]
        assert not {"cookie", "referer", "authorization"} & set(fields)


@pytest.mark.requirement("SEC-1")
def test_a_referrer_where_the_server_insists(server: Server, make: Make) -> None:
    """The picture's own site, and never more of an address than its origin."""

    def answer(h: Handler) -> None:
        if "Referer" in h.headers:
            picture()(h)
        else:
            h.send(b"no hotlinks", 403)

    url = server.url("/a.jpg", answer)
    assert make().fetch(url + "?secret") == PICTURE
    first, second = (fields for _, fields in server.requests)
    assert "referer" not in first
    assert second["referer"] == url.removesuffix("a.jpg")


def test_a_server_that_refuses_anyhow(server: Server, make: Make) -> None:
    url = server.url("/a.jpg", lambda h: h.send(b"", 403))
    assert reason(make(), url) == "is refused to programs (HTTP 403)"
    assert len(server.requests) == 2


# --- Content -------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
PICTURES = [
    PICTURE,
    b"\x89PNG\r\n\x1a\n" + b"x" * 10,
    b"GIF89a" + b"x" * 10,
    b"RIFFxxxxWEBPVP8 ",
    b"\0\0\0\x20ftypavif\0\0\0\0",
    b"\0\0\0\x20ftypheic\0\0\0\0",
    b"BMxxxx\0\0\0\0xx",
    b"II*\0" + b"x" * 10,
    b"MM\0*" + b"x" * 10,
    SVG,
    b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC '-//W3C'>" + SVG,
    b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
    SVG.decode().encode("utf-16"),
    b"<?xml version='1.0'?><!-- " + b"x" * 2000 + b"-->" + SVG,
]
NO_PICTURES = [
    (b"", "is empty"),
    (HTML, "is no picture but a web page"),
    (b"\n\n<html><svg></svg>", "is no picture but a web page"),
    (b"<!-- x --><p>" + SVG, "is no picture but a web page"),
    (b"<?xml version='1.0'?><rss><channel/></rss>", "is no picture but a web page"),
    (b"<!--" + b"x" * 5000 + b"-->" + SVG, "is no picture but text"),
    (b'{"error": "not found"}', "is no picture but text"),
    (b"Forbidden", "is no picture but text"),
    (b"%PDF-1.7\n", "is no picture but a PDF document"),
    (b"\0\0\0\x20ftypisom\0\0\0\0", "is no picture but a video"),
    (b"PK\x03\x04" + b"x" * 30, "is no picture but a ZIP archive"),
    (bytes(range(32)), "is no picture but binary data"),
]


@pytest.mark.requirement("SEC-4")
@pytest.mark.parametrize("body", PICTURES)
def test_pictures_of_any_declared_type(server: Server, make: Make, body: bytes) -> None:
    fetcher = make()
    types = ("text/plain", "application/octet-stream", "text/html; charset=utf-8", "x", "")
    for number, declared in enumerate(types):
        url = server.url(f"/{number}", picture(body, Content_Type=declared))
        assert fetcher.fetch(url) == body


@pytest.mark.requirement("SEC-4")
@pytest.mark.parametrize(("body", "words"), NO_PICTURES)
def test_what_is_called_a_picture_and_is_none(
    server: Server, make: Make, tmp_path: Path, body: bytes, words: str
) -> None:
    """It is not kept, so that another run may find the picture; this run asks once."""
    url = server.url("/a.jpg", picture(body))
    fetcher = make()
    assert reason(fetcher, url) == words
    assert reason(fetcher, url) == words
    assert len(server.requests) == 1
    assert not contents(tmp_path)
    server.url("/a.jpg", picture())
    assert make().fetch(url) == PICTURE


@given(
    st.binary(max_size=80), st.sampled_from([b"", b"<", b"<?xml", b"<!--", b"\xff\xfe", b"\xff"])
)
def test_any_beginning_is_judged(data: bytes, start: bytes) -> None:
    data = start + data
    verdict = no_picture(data, whole=True)
    assert verdict is not None
    for size in range(len(data)):
        early = no_picture(data[:size], whole=False)
        if early is not None and size >= 64:
            assert early.startswith(verdict[:5])
    assert no_picture(PICTURE + data, whole=False) == ""


@pytest.mark.requirement("SEC-7")
def test_a_page_without_end_is_left_early(server: Server, make: Make) -> None:
    sent = 0

    def flood(h: Handler) -> None:
        nonlocal sent
        h.send_response(200)
        h.send_header("Content-Type", "image/jpeg")
        h.end_headers()
        for _ in range(1000):
            h.wfile.write(HTML.ljust(65536))
            sent += 65536

    assert "web page" in reason(make(), server.url("/a.jpg", flood))
    server.shutdown()
    assert sent < 16 * 2**20  # what the system's buffers take


# --- Answers that are none -----------------------------------------------------------------


@pytest.mark.requirement("SEC-1", "SEC-7")
@pytest.mark.parametrize("answer", [drip, drip_header, lambda h: time.sleep(1.5)])
def test_servers_that_are_slow(
    server: Server, make: Make, answer: Callable[[Handler], None]
) -> None:
    fetcher = make(total=0.6, read=0.4)
    if answer is drip:
        url = server.url("/", lambda h: drip(h, PICTURE[:20]))
    else:
        url = server.url("/", answer)
    assert reason(fetcher, url) == "cannot be fetched: 127.0.0.1 answers too slowly"


@pytest.mark.requirement("SEC-1", "SEC-7")
def test_pictures_without_end(server: Server, make: Make) -> None:
    url = server.url("/a", lambda h: drip(h, PICTURE.ljust(65536), 0))
    assert "is larger than 1 MiB" in reason(make(max_bytes=2**20), url)
    bomb = gzipped(PICTURE + bytes(50 * 2**20))
    url = server.url("/b", picture(bomb, Content_Encoding="gzip"))
    assert "is larger than 1 MiB" in reason(make(max_bytes=2**20), url)
    url = server.url("/c", picture(Content_Length=str(33 * 2**20)))
    assert "is larger than 32 MiB" in reason(make(), url)


def test_a_length_that_is_wrong(server: Server, make: Make) -> None:
    """Too short a length gives what it says; too long a one is an answer that breaks off."""
    url = server.url("/short", picture(PICTURE + b"more", Content_Length=str(len(PICTURE))))
    assert make().fetch(url) == PICTURE
    url = server.url("/long", picture(Content_Length=str(len(PICTURE) + 1)))
    server.requests.clear()
    assert "breaks off" in reason(make(), url)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "first",
    [
        lambda h: h.send(b"", 503),
        lambda h: h.send(b"", 429),
        lambda h: h.send(b"", 429, Retry_After="0"),
        lambda h: None,
        picture(Content_Length=str(len(PICTURE) + 1)),
        lambda h: h.wfile.write(b"HTTP/1.1 nonsense\r\n\r\n"),
    ],
)
def test_what_passes_is_asked_for_again(
    server: Server, make: Make, first: Callable[[Handler], None]
) -> None:
    assert make().fetch(server.url("/a.jpg", in_turn(first, picture()))) == PICTURE
    assert len(server.requests) == 2


def test_another_attempt_is_judged_anew(server: Server, make: Make, tmp_path: Path) -> None:
    answer = in_turn(picture(Content_Length=str(len(PICTURE) + 1)), picture(HTML))
    assert "web page" in reason(make(), server.url("/a.jpg", answer))
    assert not contents(tmp_path)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "is not there (HTTP 404)"),
        (410, "is gone for good (HTTP 410)"),
        (500, "cannot be fetched: the server failed (HTTP 500)"),
        (204, "cannot be fetched: the server answers without content (HTTP 204)"),
    ],
)
def test_reasons_are_short(server: Server, make: Make, status: int, words: str) -> None:
    url = server.url("/a.jpg", lambda h: h.send(PICTURE if status != 204 else b"", status))
    assert reason(make(), url) == words
    assert len(server.requests) == 1


# --- Redirects and private addresses -------------------------------------------------------


def test_redirects(server: Server, make: Make) -> None:
    server.url("/b.jpg", picture())
    assert make().fetch(server.url("/a.jpg", to("/b.jpg"))) == PICTURE
    assert "redirects more than 10 times" in reason(make(), server.url("/loop", to("/loop")))


OTHER_ATTACKS = [
    "file:///etc/passwd",
    "ftp://example.org/a.jpg",
    "gopher://example.org/a.jpg",
    "data:text/html,<script>alert(1)</script>",
    "javascript:alert(1)",
    "http://user:secret@example.org/a.jpg",
    "http://example.org:22/a.jpg",
    "http://example.org:6379/a.jpg",
    "//127.0.0.1/a.jpg",
    "http:/127.0.0.1/a.jpg",
    "http://" + "x" * 9000,
]


@pytest.mark.requirement("SEC-1", "SEC-2")
@pytest.mark.parametrize("url", [*ATTACKS, *OTHER_ATTACKS])
def test_attack_addresses(
    url: str, make: Make, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """Named, wrapped in a proxy's address, or as the aim of a redirect: nothing is connected to."""
    opened: list[object] = []
    wraps = server.url("/_ipx/w_1/") + url
    leads = server.url("/to", to(url))
    connect = socket.create_connection

    def connecting(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
        if address != server.server_address:
            opened.append(address)
        return connect(address, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    fetcher = make(allow_private=False, retries=0)
    reason(fetcher, url)
    for address in addresses(Image(wraps), Need())[:-1]:
        reason(fetcher, address)
    assert not opened
    if not url.startswith(("//", "http:/1")):  # relative to the server, which is for now public
        with only_public(monkeypatch, server):
            assert "secret" not in reason(make(allow_private=False, retries=0), leads)
        assert not opened


def everywhere_here(_: str, port: int, *rest: object, **more: object) -> list[tuple[object, ...]]:
    """A resolver that finds every name on this machine."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]


def resolving(host: str, port: int, *rest: object, **more: object) -> list[tuple[object, ...]]:
    """A resolver that knows addresses and nobody's name."""
    if not host.replace(".", "").isdecimal():
        raise socket.gaierror(host)
    return [(0, 0, 0, "", (host, port))]


@contextlib.contextmanager
def only_public(monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[None]:
    """The server's address is public for one look, by its name and by its number."""
    real = network.is_public
    looks = iter([True, True])
    with monkeypatch.context() as patched:
        patched.setattr(network, "is_public", lambda each: next(looks, False) or real(each))
        yield


@pytest.mark.requirement("SEC-1", "IN-11")
def test_a_proxy_of_what_is_private(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wraps is refused, and the proxy itself is asked."""
    monkeypatch.setattr(network, "is_public", lambda address: str(address) == "127.0.0.1")
    proxy = server.url("/_ipx/w_1/http://10.0.0.1/a.jpg", picture())
    original, last = addresses(Image(proxy), Need())
    fetcher = make(allow_private=False)
    assert original == "http://10.0.0.1/a.jpg"
    assert "no address of the public internet" in reason(fetcher, original)
    assert fetcher.fetch(last) == PICTURE


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "::1"], ["169.254.169.254"]])
def test_names_of_private_addresses(
    make: Make, monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a))
    found = [(0, 0, 0, "", (answer, 0)) for answer in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    assert "no address of the public internet" in reason(
        make(allow_private=False), "https://example.org/a.jpg"
    )
    assert not opened


# --- Hosts that do not answer --------------------------------------------------------------


def failing(error: OSError, asked: list[object]) -> Callable[..., object]:
    def fail(*args: object, **_: object) -> object:
        asked.append(args[0])
        raise error

    return fail


@pytest.mark.parametrize(
    ("what", "error", "words"),
    [
        ("getaddrinfo", socket.gaierror(), "the name gone.example is not known"),
        ("create_connection", ConnectionRefusedError("refused"), "cannot be reached"),
        ("create_connection", TimeoutError(), "does not answer"),
    ],
)
@pytest.mark.requirement("SEC-7")
def test_a_dead_host_is_left_alone(
    make: Make, monkeypatch: pytest.MonkeyPatch, what: str, error: OSError, words: str
) -> None:
    """Archives name hundreds of pictures on hosts that are gone."""
    asked: list[object] = []
    if what != "getaddrinfo":
        found = [(0, 0, 0, "", ("127.0.0.1", 0))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    monkeypatch.setattr(socket, what, failing(error, asked))
    hosts = Hosts()
    fetcher = make(hosts=hosts)
    reasons = [reason(fetcher, f"http://gone.example/{number}.jpg") for number in range(50)]
    assert len(asked) == 2
    assert words in reasons[-1]
    assert "gone.example" in reasons[-1]
    reason(make(hosts=hosts), "http://gone.example/another.jpg")
    assert len(asked) == 2
    reason(fetcher, "http://gone.example:81/another.jpg")  # which may be another server
    assert len(asked) > 2


def test_a_host_without_a_secure_connection(server: Server, make: Make) -> None:
    fetcher = make()
    url = server.url("/a.jpg").replace("http:", "https:")
    assert "offers no secure connection" in reason(fetcher, url)
    server.shutdown()
    assert "offers no secure connection" in reason(fetcher, url + "?other")


def test_a_host_that_asks_to_be_left_alone(server: Server, make: Make) -> None:
    fetcher = make()
    url = server.url("/a", lambda h: h.send(b"", 429, Retry_After="3600"))
    assert "asked too often (HTTP 429)" in reason(fetcher, url)
    assert "asks to be left alone" in reason(fetcher, server.url("/b", picture()))
    assert len(server.requests) == 1


def test_a_host_that_only_stumbles_is_asked_on(server: Server, make: Make) -> None:
    fetcher = make(retries=0)
    for number in range(20):
        broken = server.url(f"/{number}", lambda h: None)
        assert "breaks off" in reason(fetcher, broken)
        assert fetcher.fetch(server.url(f"/{number}.jpg", picture())) == PICTURE


# --- Limits --------------------------------------------------------------------------------


@pytest.mark.requirement("SEC-1", "SEC-7")
@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(pictures=3), "is one of more than 3 pictures"),
        (Limits(size=3 * len(PICTURE)), "was left out after 0 MiB of pictures"),
        (Limits(seconds=-1), "was left out after"),
    ],
)
def test_all_pictures_together_are_limited(
    server: Server, make: Make, limits: Limits, words: str
) -> None:
    fetcher = make(limits=limits)
    urls = [server.url(f"/{number}", picture(jpeg(number))) for number in range(6)]
    had = 0
    for url in urls[:-1]:
        with contextlib.suppress(ImageError):
            had += bool(fetcher.fetch(url))
    assert had == (0 if limits.seconds < 0 else 3)
    asked = len(server.requests)
    assert words in reason(fetcher, urls[-1])
    assert len(server.requests) <= asked + (limits.size < 2**30)


@pytest.mark.requirement("SEC-7")
def test_hosts_are_limited(server: Server, make: Make) -> None:
    fetcher = make(limits=Limits(hosts=1))
    assert fetcher.fetch(server.url("/a", picture())) == PICTURE
    other = server.url("/b", picture()).replace("127.0.0.1", "localhost")
    assert "is on one of more than 1 servers" in reason(fetcher, other)
    assert "servers" in reason(fetcher, server.url("/c", to(other)))
    assert fetcher.fetch(server.url("/d", picture())) == PICTURE


# --- The cache -----------------------------------------------------------------------------


@pytest.mark.requirement("ALL-4")
def test_a_second_run_asks_nobody(server: Server, make: Make) -> None:
    pictures = {
        server.url(f"/{number}", picture(jpeg(number))): jpeg(number) for number in range(9)
    }
    for _ in range(2):
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(make().fetch, pictures)) == list(pictures.values())
    assert len(server.requests) == len(pictures)


def aged(folder: Path, days: float) -> None:
    """Make what is in the cache older."""
    import msgspec

    for path in (folder / "cache" / "entries").glob("??/*"):
        entry = msgspec.json.decode(path.read_bytes())
        path.write_bytes(msgspec.json.encode({**entry, "stored": entry["stored"] - days * 86400}))


def test_an_old_picture_is_asked_after(server: Server, make: Make, tmp_path: Path) -> None:
    def answer(h: Handler) -> None:
        known = h.headers.get("If-None-Match") == '"x"'
        h.send(b"", 304) if known else picture(ETag='"x"')(h)

    url = server.url("/a.jpg", answer)
    for days, asked in ((0, 1), (29, 1), (2, 2), (2, 2)):
        aged(tmp_path, days)
        assert make().fetch(url) == PICTURE
        assert len(server.requests) == asked
    assert make(max_age=0).fetch(url) == PICTURE
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "later", [lambda h: h.send(b"", 503), lambda h: None, lambda h: h.send(b"", 500)]
)
def test_an_old_picture_serves_where_its_server_fails(
    server: Server, make: Make, later: Callable[[Handler], None], tmp_path: Path
) -> None:
    url = server.url("/a.jpg", picture())
    make().fetch(url)
    aged(tmp_path, 40)
    server.url("/a.jpg", later)
    assert make(retries=0).fetch(url) == PICTURE
    server.url("/a.jpg", lambda h: h.send(b"", 404))
    assert "is not there" in reason(make(), url)


@pytest.mark.requirement("ALL-4", "SEC-1")
@pytest.mark.parametrize("how", ["policy", "environment"])
def test_offline(
    server: Server, make: Make, how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = server.url("/a.jpg", picture(Cache_Control="max-age=0"))
    make().fetch(url)
    aged(tmp_path, 400)
    if how == "environment":
        monkeypatch.setenv("BROADSHEET_OFFLINE", "1")
    monkeypatch.setattr(socket, "create_connection", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    fetcher = make(offline=how == "policy")
    assert fetcher.fetch(url) == PICTURE
    assert "is not in the cache" in reason(fetcher, server.url("/b.jpg"))


# --- Threads -------------------------------------------------------------------------------


def test_one_request_for_all_who_ask(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for what is not there, and where the server lets nothing be kept."""
    waiting = threading.Semaphore(0)

    class Counted(Future[bytes]):
        def result(self, timeout: float | None = None) -> bytes:
            waiting.release()
            return super().result(timeout)

    monkeypatch.setattr(web, "Future", Counted)
    fetcher = make()
    asked = threading.Barrier(8)
    answered = threading.Event()

    def slow(answer: Callable[[Handler], None]) -> Callable[[Handler], None]:
        def wait(h: Handler) -> None:
            answered.wait(5)
            answer(h)

        return wait

    good = server.url("/a.jpg", slow(picture(Cache_Control="no-store")))
    bad = server.url("/b.jpg", slow(lambda h: h.send(b"", 404)))

    def ask(url: str) -> object:
        asked.wait()
        try:
            return fetcher.fetch(url)
        except ImageError as error:
            return error.reason

    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(ask, url) for url in [good, bad] * 4]
        for _ in range(6):  # all but the two that ask
            assert waiting.acquire(timeout=5)
        answered.set()
    assert [each.result() for each in results] == [PICTURE, "is not there (HTTP 404)"] * 4
    assert len(server.requests) == 2


def test_some_at_once_from_one_host(server: Server, make: Make) -> None:
    """As many as a browser asks, and no more."""
    at_once: list[int] = []
    lock = threading.Lock()
    first = threading.Barrier(6)
    now = 0

    def answer(h: Handler) -> None:
        nonlocal now
        with lock:
            now += 1
            at_once.append(now)
            waits = len(at_once) <= 6
        if waits:  # for each other, so that so many are under way
            first.wait(5)
        with lock:
            now -= 1
        picture()(h)

    urls = [server.url(f"/{number}", answer) for number in range(30)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(make().fetch, urls))
    assert max(at_once) == 6


def test_few_large_pictures_at_once(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory of what comes in is bounded, and nobody waits for ever."""
    monkeypatch.setattr(web, "_LARGE", 10_000)
    monkeypatch.setattr(web, "_SURPRISING", 20_000)
    monkeypatch.setattr(web, "_ROOM", 500_000)
    bodies = [jpeg(number) + bytes(200_000) for number in range(12)]
    lengths = [{"Content_Length": ""} if number % 3 else {} for number in range(12)]
    urls = [
        server.url(f"/{number}", picture(body, **fields))
        for number, (body, fields) in enumerate(zip(bodies, lengths, strict=True))
    ]
    lock = threading.Lock()
    lent: list[int] = []
    now = 0

    def use(url: str) -> bytes:
        nonlocal now
        with fetcher.lent(url) as data:
            with lock:
                now += 1
                lent.append(now)
            time.sleep(0.01)
            with lock:
                now -= 1
            return data

    for _ in range(2):  # from the network, and from the cache
        fetcher = make()  # has room for two
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(use, urls)) == bodies
    assert len(lent) == 24
    assert max(lent) <= 2
    assert len(server.requests) == 12


@pytest.mark.parametrize("second", ["in the cache", "broken off"])
def test_who_has_room_waits_for_no_turn(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """One has the only turn and waits for room; the other has the room."""
    monkeypatch.setattr(web, "_LARGE", 10_000)
    monkeypatch.setattr(web, "_ROOM", 300_000)
    monkeypatch.setattr(web, "_AT_ONCE", 1)
    large = jpeg() + bytes(200_000)
    asked = threading.Event()
    free = threading.Event()

    def late(h: Handler) -> None:
        asked.set()
        assert free.wait(20)
        picture(large)(h)

    def broken(h: Handler) -> None:
        picture(PICTURE, Content_Length=str(len(large)))(h)

    url = server.url("/a", picture(large))
    if second == "broken off":
        url = server.url("/b", in_turn(broken, picture(large)))
    else:
        make().fetch(url)
    fetcher = make(max_age=0.0, backoff=0.5)
    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(fetcher.fetch, url)] if second == "broken off" else []
        if work:
            assert until(lambda: fetcher.room._left < 300_000)
        work.append(pool.submit(fetcher.fetch, server.url("/late", late)))
        assert asked.wait(10)
        if len(work) < 2:
            work.append(pool.submit(fetcher.fetch, url))
        until(lambda: fetcher.room._left < 300_000, seconds=0.3)
        time.sleep(0.6)  # so that who broke off tries again
        free.set()
        try:
            assert [each.result(timeout=10) for each in work] == [large, large]
        finally:
            fetcher.stop()


def until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait until something is true; whether it is."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.mark.parametrize("where", ["header", "body", "backoff", "turn", "secure"])
def test_stopping(
    server: Server, make: Make, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C does not wait for servers."""
    reached = threading.Event()
    over = threading.Event()

    def answer(h: Handler) -> None:
        reached.set()
        if where == "backoff":
            h.send(b"", 503, Retry_After="4")
        elif where == "body":
            picture(Content_Length="1000000")(h)
        if where != "backoff":
            over.wait(20)

    url = server.url("/a.jpg", answer)
    if where == "secure":
        certificate, _ = certify(server, tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setattr(socket, "getaddrinfo", everywhere_here)
        url = url.replace("http://127.0.0.1", "https://example.org")
    fetcher = make(read=60.0, total=60.0, backoff=30.0)
    with ThreadPoolExecutor(8) as pool:
        count = 8 if where == "turn" else 1
        results = [pool.submit(fetcher.fetch, f"{url}?{number}") for number in range(count)]
        assert reached.wait(10)
        began = time.monotonic()
        fetcher.stop()
        for result in results:
            assert isinstance(result.exception(timeout=10), ImageError)
        assert time.monotonic() - began < 10  # the servers would take longer
        over.set()
    with pytest.raises(ImageError, match="no longer wanted"):
        fetcher.fetch(url + "?later")


def test_a_handshake_that_never_ends(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system accepts the connection, and nobody is there to speak."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/a.jpg"
        fetcher = make(connect=0.3)
        assert reason(fetcher, url) == "cannot be fetched: 127.0.0.1 answers too slowly"
        listening.accept()[0].close()
        fetcher = make(connect=30.0)
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(fetcher.fetch, url)
            with listening.accept()[0] as connection:
                connection.recv(1)  # the greeting, to which nothing is said
                fetcher.stop()
                assert isinstance(result.exception(timeout=10), ImageError)


def test_stopping_while_connecting(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = threading.Event()
    over = threading.Event()

    def hanging(*_: object, **__: object) -> socket.socket:
        reached.set()
        over.wait(20)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", hanging)
    fetcher = make(connect=30.0, total=60.0)
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(fetcher.fetch, "http://127.0.0.1:9/a.jpg".replace(":9", ":8099"))
        assert reached.wait(10)
        fetcher.stop()
        assert isinstance(result.exception(timeout=10), ImageError)
        over.set()


def test_the_content_of_the_cache_is_whole(server: Server, make: Make, tmp_path: Path) -> None:
    make().fetch(server.url("/a.jpg", picture(gzip.compress(PICTURE), Content_Encoding="gzip")))
    assert contents(tmp_path) == [PICTURE]
    cache = Cache(cache_folder(str(tmp_path / "cache")), max_bytes=2**20, keep=1000)
    assert cache.size()[0] == 2


def test_enough_is_seen_to_judge() -> None:
    assert START >= 1024
