"""A pretend web on this machine: an HTTP proxy that answers every address by itself.

A program whose environment names it as ``http_proxy`` gets from it whatever it asks for, under any
name, and nothing leaves the machine. Asked directly it is an ordinary server. With an
:class:`Authority` it answers https as well, with a certificate for each name.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

__all__ = [
    "Answer",
    "Authority",
    "PictureServer",
    "Request",
    "environment",
    "running",
    "served",
]

S = TypeVar("S", bound=ThreadingHTTPServer)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers.

    ``wait`` is for how many seconds it says nothing first. ``broken`` ends the connection instead
    of answering.
    """

    body: bytes = b""
    media_type: str = "image/jpeg"
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request: the whole address and the fields' values, their names in lower case.

    ``earlier`` is how often the address was asked for before.
    """

    url: str
    fields: Mapping[str, str]
    earlier: int = 0


class Authority:
    """Certifies any name; who takes ``certificate`` (SSL_CERT_FILE) for true believes it.

    OpenSSL's program, which must be there, makes the certificates in ``folder``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._make(self.certificate, self._key, "authority")

    def context(self, host: str) -> ssl.SSLContext:
        """What speaks TLS as ``host``."""
        if not re.fullmatch(r"[\w.-]{1,250}", host, re.ASCII):
            host = "invalid.example"
        with self._lock:
            if host not in self._contexts:
                made, key = self.folder / f"{host[:100]}.pem", self.folder / "host.key"
                signed = ["-CA", str(self.certificate), "-CAkey", str(self._key)]
                self._make(made, key, "host", *signed, "-addext", f"subjectAltName=DNS:{host}")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(made, key)
                self._contexts[host] = context
            return self._contexts[host]

    @staticmethod
    def _make(certificate: Path, key: Path, name: str, *options: str) -> None:
        program = shutil.which("openssl") or "openssl"
        command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        files = ["-nodes", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run(
            [*command, *files, "-subj", f"/CN={name}", *options], check=True, capture_output=True
        )


class PictureServer(ThreadingHTTPServer):
    """The server; ``answer`` says what a request gets, ``requests`` what was asked so far.

    ``latency`` is what each answer waits, in seconds, as if the server were far away. Without an
    ``authority`` nothing is answered under https.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        answer: Callable[[Request], Answer],
        latency: float = 0.0,
        authority: Authority | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.latency = latency
        self.authority = authority
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._asked: dict[str, int] = {}

    @property
    def address(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def urls(self) -> list[str]:
        """The addresses that were asked for, in that order."""
        return [request.url for request in self.requests]

    def note(self, url: str, fields: Mapping[str, str]) -> Request:
        """Remember a request."""
        with self._lock:
            request = Request(url, fields, self._asked.get(url, 0))
            self._asked[url] = request.earlier + 1
            self.requests.append(request)
        return request

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients hang up as they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it the last piece of an answer waits for an acknowledgement that the client delays.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: PictureServer
    tunnel = ""  # what a connection through the proxy leads to

    def do_CONNECT(self) -> None:
        """Become the server that is asked for."""
        host = self.path.rpartition(":")[0]
        if self.server.authority is None:
            self.send_error(502)
            return
        context = self.server.authority.context(host)
        self.send_response_only(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]
        self.tunnel = f"https://{host}"
        self.close_connection = False

    def finish(self) -> None:
        """Close what TLS made of the connection: the server knows only the bare one."""
        super().finish()
        if self.tunnel:
            self.connection.close()

    def do_GET(self) -> None:
        fields = {name.lower(): value for name, value in self.headers.items()}
        url = self.path
        if url.startswith("/"):
            url = (self.tunnel or f"http://{fields.get('host', '')}") + url
        answer = self.server.answer(self.server.note(url, fields))
        time.sleep(self.server.latency + answer.wait)
        if answer.broken:
            self._hang_up()
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(answer.status)
            known = {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body))}
            for name, value in {**known, **answer.fields}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

    def _hang_up(self) -> None:
        """End the connection as a machine that is switched off does: reset, not closed."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def served(server: S) -> Iterator[S]:
    """Run ``server`` in a thread, and close it at the end."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def running(
    answer: Callable[[Request], Answer], latency: float = 0.0, authority: Authority | None = None
) -> Iterator[PictureServer]:
    """Yield a server that runs."""
    with served(PictureServer(answer, latency, authority)) as server:
        yield server


def environment(server: PictureServer) -> dict[str, str]:
    """Variables that send all of a program's requests to ``server``."""
    variables = {
        "http_proxy": server.address,
        "https_proxy": server.address,
        "no_proxy": "",
        "BROADSHEET_OFFLINE": "",
    }
    variables |= {name.upper(): value for name, value in variables.items()}
    if server.authority is not None:
        variables["SSL_CERT_FILE"] = str(server.authority.certificate)
    return variables
