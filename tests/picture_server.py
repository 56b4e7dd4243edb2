"""A pretend web on this machine: an HTTP proxy that answers every address by itself.

A program whose environment names it as ``http_proxy`` gets from it whatever it asks for, under any
name, and nothing leaves the machine. Asked directly it is an ordinary server.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Answer", "PictureServer", "Request", "environment", "running"]


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


class PictureServer(ThreadingHTTPServer):
    """The server; ``answer`` says what a request gets, ``requests`` what was asked so far.

    ``latency`` is what each answer waits, in seconds, as if the server were far away.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Answer], latency: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.latency = latency
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

    def do_GET(self) -> None:
        fields = {name.lower(): value for name, value in self.headers.items()}
        url = self.path
        if url.startswith("/"):
            url = f"http://{fields.get('host', '')}{url}"
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
def running(answer: Callable[[Request], Answer], latency: float = 0.0) -> Iterator[PictureServer]:
    """Yield a server that runs."""
    server = PictureServer(answer, latency)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(server: PictureServer) -> dict[str, str]:
    """Variables that send a program's requests to ``server``; https goes nowhere."""
    nowhere = "http://127.0.0.1:9"  # the port of "discard", where nobody listens
    return {
        "http_proxy": server.address,
        "HTTP_PROXY": server.address,
        "https_proxy": nowhere,
        "HTTPS_PROXY": nowhere,
        "no_proxy": "",
        "NO_PROXY": "",
        "BROADSHEET_OFFLINE": "",
    }
