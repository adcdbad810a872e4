"""Requests a second of the voice webhook, over those of a bare Flask view that returns constant TwiML.

`python -m benchmarks.webhook` prints what it did and, last, `ratio N`; it leaves with 1 when that is below the goal, or
when the slowest of a hundred webhooks at 20 calls a second takes longer than its goal.

One gunicorn (gthread, one worker) serves both from the web app of the house, in turns, to the same clients with the
same signed forms on kept connections. The whole path is the house's own: signature, session step, commit to SQLite on
disk (synchronous=FULL), Redis for the stream's token and the wall, TwiML. The calls are whole ones through the shipped
bank: arrival, the notice and with it recording and stream, a wrong key, silence, "a question", a wrong key, silence and
with it a place in a queue, which soon is full: nobody hangs up.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response
from twilio.request_validator import RequestValidator

from console.seeding import seed
from console.web import web_app
from console.wiring import build
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.logs import configure
from foundation.redis import EmbeddedRedis
from foundation.settings import load_settings

GOAL = 0.6
P99_GOAL_MS = 500.0
CALLS_A_SECOND = 20
ROUNDS = 5
SECONDS = 2.0
CLIENTS = 4
TOKEN = "benchmark-token"  # noqa: S105 - opens nothing
KEYS = ("", "7", "", "4", "7", "")
DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you for calling.</Say></Response>'
ACTION = re.compile(rb'action="http://[^/]+([^"]+)"')


def app() -> Flask:
    """What gunicorn serves: the web app of the house as it is, and in it the bare view."""
    configure(level="ERROR")
    served = web_app(build(load_settings()))

    def bare(_rest: str) -> Response:
        return Response(DOCUMENT, mimetype="text/xml")

    # as the webhooks are: a blueprint that needs no log-in and no CSRF token
    served.add_url_rule("/bare/<path:_rest>", "health.bare", bare, methods=["POST"])
    return served


@dataclass
class Client:
    """One kept connection, as a carrier has it, with a call after the other on it."""

    port: int
    base: str
    number: int

    def __post_init__(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._validator = RequestValidator(TOKEN)
        self._calls = 0

    def call(self, prefix: str = "") -> list[float]:
        """One whole call; the seconds each webhook took. With a prefix, as many requests to the bare view."""
        self._calls += 1
        sid = f"CA{os.getpid():08x}{self.number:08x}{self._calls:016x}"
        form = {
            "AccountSid": "AC" + "0" * 32, "ApiVersion": "2010-04-01", "CallSid": sid, "CallStatus": "in-progress",
            "Called": "+12025550100", "Caller": "+12025550142", "Direction": "inbound", "From": "+12025550142",
            "To": "+12025550100", "FromCountry": "US", "ToCountry": "US",
        }  # fmt: skip
        took = []
        target = "/voice/incoming"
        for keys in ("", *KEYS):
            seconds, answer = self._post(prefix + target, {**form, **({"Digits": keys} if keys else {})})
            took.append(seconds)
            if not prefix:
                target = ACTION.findall(answer)[-1].decode()
        return took

    def _post(self, target: str, form: dict[str, str]) -> tuple[float, bytes]:
        body = urlencode(form).encode()
        signature = self._validator.compute_signature(self.base + target, form)
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {self.base[7:]}\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Twilio-Signature: {signature}\r\n"
            f"I-Twilio-Idempotency-Token: {self.number}-{self._calls}\r\nAccept: */*\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        self._socket.sendall(head.encode() + body)
        answer = self._read()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode())
        return time.perf_counter() - began, answer

    def _read(self) -> bytes:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        while len(body) < length:
            more = self._socket.recv(65536)
            answer, body = answer + more, body + more
        return answer


def throughput(clients: list[Client], prefix: str = "") -> float:
    """Requests a second, all clients at once for some seconds."""
    done = [0] * len(clients)
    until = time.perf_counter() + SECONDS

    def run(place: int) -> None:
        while time.perf_counter() < until:
            done[place] += len(clients[place].call(prefix))

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def slowest_of_a_hundred(clients: list[Client]) -> float:
    """Milliseconds within which 99 of 100 webhooks are answered while 20 calls a second begin, whatever is answered."""
    took: list[float] = []
    idle = list(clients)
    lock = threading.Lock()
    began = time.perf_counter()

    def run(client: Client) -> None:
        seconds = client.call()
        with lock:
            took.extend(seconds)
            idle.append(client)

    threads = []
    for number in range(round(CALLS_A_SECOND * SECONDS * 2)):
        time.sleep(max(0.0, began + number / CALLS_A_SECOND - time.perf_counter()))
        with lock:
            client = idle.pop(0)
        threads.append(threading.Thread(target=run, args=(client,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(took, n=100)[98] * 1000


def serve(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start gunicorn and wait until it listens."""
    command = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.webhook:app()", "--worker-class", "gthread"),
        *("--workers", "1", "--threads", str(2 * CLIENTS), "--keep-alive", "60", "--log-level", "error"),
        *("--bind", f"127.0.0.1:{port}"),
    ]
    server = subprocess.Popen(command, env={**os.environ, **environment(home, port)})
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return server
    raise RuntimeError("gunicorn did not start")


def environment(home: Path, port: int) -> dict[str, str]:
    """The settings of the house under test."""
    return {
        "CALLWRIGHT_HOME": str(home),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TWILIO_AUTH_TOKEN": TOKEN,
    }


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(port: int) -> int:
    """Measure in turns, print, and say whether it is good enough."""
    base = f"http://127.0.0.1:{port}"
    clients = [Client(port, base, number) for number in range(CLIENTS)]
    for prefix in ("/bare", ""):
        clients[0].call(prefix)
    rounds = [(throughput(clients, "/bare"), throughput(clients)) for _ in range(ROUNDS)]
    for bare, whole in rounds:
        print(f"bare view {bare:6.0f}/s, voice webhook {whole:6.0f}/s, ratio {whole / bare:.2f}")
    p99 = slowest_of_a_hundred([Client(port, base, 100 + number) for number in range(3 * CLIENTS)])
    print(f"at {CALLS_A_SECOND} calls a second, {CALLS_A_SECOND * (1 + len(KEYS))} webhooks a second: p99 {p99:.1f} ms")
    ratio = statistics.median(whole / bare for bare, whole in rounds)
    print(f"ratio {ratio:.2f}")
    return 0 if ratio >= GOAL and p99 < P99_GOAL_MS else 1


def main() -> int:
    """A house of its own in a folder of its own, measured, and gone."""
    print(__doc__.split("\n\n")[2].replace("\n", " "))
    home, port = Path(tempfile.mkdtemp(prefix="cw")), free_port()
    configure(level="ERROR")
    settings = load_settings({**os.environ, **environment(home, port)})
    redis = EmbeddedRedis(settings.redis_socket.parent)
    redis.start(SystemClock())
    server = None
    try:
        database = Database(settings.database_url)
        database.create_all()
        seed(settings, database, SystemClock())
        database.dispose()
        server = serve(home, port)
        return measure(port)
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        redis.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
