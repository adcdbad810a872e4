"""A flow's web requests: in time, to public addresses, of bounded size, and never an exception."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from call_flows.actions import Fetch
from call_flows.facts import Facts
from foundation.clock import ManualClock
from ivr.fetch import MAX_BYTES, Fetcher, origins

FACTS = Facts(now=datetime(2026, 3, 2, tzinfo=UTC))
SERVICE = "http://bank.example"


class Service(BaseHTTPRequestHandler):
    """A bank that also misbehaves."""

    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        status, body = {
            "/accounts/1": (200, json.dumps({"available": 120.5}).encode()),
            "/missing": (404, b'{"error": "no such account"}'),
            "/broken": (500, b"<html>"),
            "/empty": (204, b""),
            "/deep": (200, b"[" * 100_000),
            "/huge": (200, b'"' + b"x" * (MAX_BYTES + 1) + b'"'),
            "/redirect": (302, b""),
        }.get(self.path, (200, b"{}"))
        self.send_response(status)
        if self.path == "/redirect":
            self.send_header("Location", "/accounts/1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name the base class calls

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher():
    return Fetcher(ManualClock(FACTS.now))


def fetched(fetcher, action, allowed=()):
    return fetcher.perform(action, facts=FACTS, allowed=origins(allowed), key="CW1-3-1")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/accounts/1", 200, {"available": 120.5}),
        ("/missing", 404, {"error": "no such account"}),
        ("/broken", 500, None),
        ("/empty", 204, None),
        ("/deep", 200, None),
        ("/redirect", 200, {"available": 120.5}),
    ],
)
def test_what_the_service_answers_comes_back_as_the_event(service, fetcher, path, status, body):
    event = fetched(fetcher, Fetch(service.url + path), [service.url])
    assert (event.status, event.body, event.error) == (status, body, "")


def test_an_answer_over_a_megabyte_is_not_taken(service, fetcher):
    assert fetched(fetcher, Fetch(service.url + "/huge"), [service.url]).error == "too_large"


def test_headers_body_and_a_key_for_repeats_go_along(service, fetcher):
    action = Fetch(service.url + "/x", method="POST", headers={"Authorization": "Bearer s"}, body='{"a": 1}')
    assert fetched(fetcher, action, [service.url]).status == 200
    method, _, headers = service.seen[0]
    assert method == "POST"
    assert headers["Authorization"] == "Bearer s"
    assert headers["Idempotency-Key"] == "CW1-3-1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == service.url.removeprefix("http://")


def test_an_address_of_our_own_network_is_refused_unless_the_site_declares_it(service, fetcher):
    assert fetched(fetcher, Fetch(service.url + "/accounts/1")).error == "private_address"
    assert service.seen == []
    other_port = "http://127.0.0.1:1"
    assert fetched(fetcher, Fetch(service.url + "/accounts/1"), [other_port]).error == "private_address"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - what is refused
      "::1", "fe80::1", "fc00::1",
     "::ffff:10.0.0.1", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_a_public_name_that_leads_inside_is_refused(address):
    """Also when only one of its addresses does: whoever answers the name decides which is taken."""
    fetcher = Fetcher(ManualClock(FACTS.now), look_up=lambda *_: ["93.184.216.34", address])
    assert fetched(fetcher, Fetch(SERVICE + "/x")).error == "private_address"


def test_the_address_that_was_checked_is_the_one_that_is_asked():
    """A name looked up twice could answer differently the second time."""
    asked, names = [], []

    def look_up(host, _port):
        names.append(host)
        return ["93.184.216.34"]

    def answer(request):
        asked.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        return httpx.Response(200, json={})

    fetcher = Fetcher(ManualClock(FACTS.now), transport=httpx.MockTransport(answer), look_up=look_up)
    assert fetched(fetcher, Fetch("https://bank.example/x")).status == 200
    assert (asked, names) == ([("93.184.216.34", "bank.example", "bank.example")], ["bank.example"])


def test_a_service_that_drips_is_cut_off_at_its_time():
    clock = ManualClock(FACTS.now)

    class Dripping(httpx.SyncByteStream):
        def __iter__(self):
            for _ in range(100):
                clock.advance(0.5)
                yield b" "

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Dripping()))
    fetcher = Fetcher(clock, transport=transport, look_up=lambda *_: ["93.184.216.34"])
    assert fetched(fetcher, Fetch(SERVICE + "/x", timeout=3)).error == "timeout"
    assert clock.monotonic() < 5


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("ftp://bank.example/x", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("http:///x", "bad_address"),
        ("http://[::1", "ValueError"),
        ("http://bank.example:99999/", "ValueError"),
        ("http://\udc80/", "ValueError"),
    ],
)
def test_an_address_that_is_none_is_an_error_of_the_fetch_and_no_exception(fetcher, url, error):
    event = fetched(fetcher, Fetch(url))
    assert event.status is None
    assert event.error in {error, "UnicodeError", "gaierror"}


@pytest.mark.parametrize("raised", [httpx.ConnectTimeout("x"), httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_a_service_out_of_reach_is_an_event_too(raised):
    def fail(_request):
        raise raised

    fetcher = Fetcher(ManualClock(FACTS.now), transport=httpx.MockTransport(fail), look_up=lambda *_: ["93.184.216.34"])
    event = fetched(fetcher, Fetch(SERVICE))
    assert event.status is None
    assert event.error in {"timeout", "ConnectError"}
