"""A web server on this machine that misbehaves as its test says, and lives only as long."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.picture_server import served

__all__ = [
    "PAGE",
    "Handler",
    "Server",
    "certify",
    "drip",
    "drip_header",
    "gzipped",
    "serving",
    "to",
]

PAGE = "<p>文章</p>".encode()


class Handler(BaseHTTPRequestHandler):
    """Answers with what the test put under the path."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        answer = self.server.answers[self.path.partition("?")[0]]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            answer(self)
        self.close_connection = True

    def send(self, body: bytes = PAGE, status: int = 200, **fields: str) -> None:
        """Send a whole answer; a field that is empty is left out."""
        known = {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body))}
        self.send_response(status)
        for name, value in {**known, **fields}.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server on this machine: ``answers`` by path, ``requests`` as they came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Callable[[Handler], None]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str, answer: Callable[[Handler], None] | None = None) -> str:
        if answer is not None:
            self.answers[path] = answer
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Run a server in a thread."""
    with served(Server()) as server:
        yield server


def certify(server: Server, folder: Path) -> tuple[Path, list[str | None]]:
    """Make the server speak TLS as example.org; OpenSSL's program makes the certificate.

    Gives the certificate's file, and the names that clients will have asked for.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl program to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-subj", "/CN=test", "-addext", "subjectAltName=DNS:example.org",
               "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    names_asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _, name, __: names_asked.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return certificate, names_asked


# --- Answers -------------------------------------------------------------------------------


def drip(h: Handler, piece: bytes = b"x", every: float = 0.05) -> None:
    """Answer with ``piece`` again and again."""
    h.send_response(200)
    h.send_header("Content-Type", "text/html")
    h.end_headers()
    while True:
        h.wfile.write(piece)
        h.wfile.flush()
        time.sleep(every)


def drip_header(h: Handler) -> None:
    """Answer with a header without end."""
    h.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        h.wfile.write(b"x")
        h.wfile.flush()
        time.sleep(0.05)


def to(target: str, status: int = 302) -> Callable[[Handler], None]:
    """Make an answer that leads to ``target``."""
    return lambda h: h.send(b"", status, Location=target)


def gzipped(data: bytes) -> bytes:
    """Return ``data`` as gzip, the same at any time: workers must find tests of the same names."""
    return gzip.compress(data, mtime=0)
