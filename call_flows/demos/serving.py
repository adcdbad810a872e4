"""How a demonstration answers over HTTP: JSON in, JSON out, on this machine only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from call_flows.demos import HOST

MAX_BODY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the parts of its path, what stands after the question mark, and the JSON that was sent."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)


Answer = tuple[HTTPStatus, Mapping[str, object]]
MISSING: Final[Answer] = (HTTPStatus.NOT_FOUND, {"error": "There is no such thing."})
REFUSED: Final[Answer] = (HTTPStatus.BAD_REQUEST, {"error": "That cannot be read."})
HEALTHY: Final[Answer] = (HTTPStatus.OK, {"status": "ok"})


class Service(Protocol):
    """What a demonstration knows."""

    def answer(self, asked: Asked) -> Answer:
        """Answer one request; one at a time."""
        ...


def make_server(service: Service, port: int) -> ThreadingHTTPServer:
    """The service, listening on this machine; `serve_forever()` runs it, port 0 takes any free one."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        server_version = "CallwrightDemo/1"

        def _serve(self) -> None:
            asked = self._asked()
            if asked is None:
                status, body = REFUSED
            elif asked.path == ("health",):
                status, body = HEALTHY
            else:
                with lock:
                    status, body = service.answer(asked)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names http.server looks for

        def log_message(self, *_arguments: object) -> None:
            """What callers ask is nobody's business: nothing is logged."""

        def _asked(self) -> Asked | None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > MAX_BODY:
                return None
            sent = _json(self.rfile.read(int(length)))
            parts = urlsplit(self.path)
            path = tuple(unquote(part) for part in parts.path.split("/") if part)
            return None if sent is None else Asked(self.command, path, dict(parse_qsl(parts.query)), sent)

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    return server


def _json(raw: bytes) -> dict[str, str] | None:
    if not raw:
        return {}
    try:
        sent = json.loads(raw)
    except ValueError:
        return None
    return {str(key): str(value) for key, value in sent.items()} if isinstance(sent, dict) else None
