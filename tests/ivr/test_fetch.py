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


@pytest.mark.promise(22)
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


@pytest.mark.promise(22)
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


@pytest.mark.promise(22)
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


@pytest.mark.promise(22)
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


# --- tried again


class Flaky:
    """A service that answers one thing after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, request):
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer, json={})


def flaky(*answers, clock=None, secrets=None):
    service, waits = Flaky(*answers), []
    clock = clock or ManualClock(FACTS.now)

    def sleep(seconds):
        waits.append(seconds)
        clock.advance(seconds)

    fetcher = Fetcher(
        clock,
        transport=httpx.MockTransport(service),
        look_up=lambda *_: ["93.184.216.34"],
        secrets=secrets,
        sleep=sleep,
    )
    return fetcher, service, waits


@pytest.mark.parametrize("first", [502, 503, 504, 429, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_a_passing_failure_is_tried_again_with_a_longer_wait_each_time(first):
    fetcher, service, waits = flaky(first, first, 200)
    assert fetched(fetcher, Fetch(SERVICE, retries=2)).status == 200
    assert (len(service.asked), waits) == (3, [0.2, 0.4])
    keys = {request.headers["idempotency-key"] for request in service.asked}
    assert keys == {"CW1-3-1"}


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
def test_what_will_not_pass_is_not_tried_again(status):
    fetcher, service, _ = flaky(status)
    assert fetched(fetcher, Fetch(SERVICE, retries=3)).status == status
    assert len(service.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_might_be_done_twice_is_not_tried_again(method):
    fetcher, service, _ = flaky(503)
    assert fetched(fetcher, Fetch(SERVICE, method, retries=3)).status == 503
    assert len(service.asked) == 1


def test_a_service_says_how_long_to_stay_away_and_nobody_waits_over_ten_seconds():
    fetcher, service, waits = flaky(httpx.Response(503, headers={"Retry-After": "2"}), 200)
    assert fetched(fetcher, Fetch(SERVICE, retries=1)).status == 200
    assert waits == [2.0]
    fetcher, service, waits = flaky(httpx.Response(503, headers={"Retry-After": "30"}), 200)
    assert fetched(fetcher, Fetch(SERVICE, retries=1)).status == 503
    assert (len(service.asked), waits) == (1, [])


# --- led on


def leading(location, status=302, *, url=SERVICE + "/a", method="GET", headers=None, body=None, look_up=None):
    asked = []

    def answer(request):
        asked.append(request)
        first = len(asked) == 1
        return httpx.Response(status, headers={"Location": location}) if first else httpx.Response(200, json={"ok": 1})

    look_up = look_up or (lambda *_: ["93.184.216.34"])
    fetcher = Fetcher(ManualClock(FACTS.now), transport=httpx.MockTransport(answer), look_up=look_up)
    return fetched(fetcher, Fetch(url, method, headers or {}, body)), asked


@pytest.mark.promise(22)
def test_an_answer_that_leads_inside_is_not_followed():
    """The first address was public; the second is checked like it."""
    inside = {"bank.example": ["93.184.216.34"], "evil.example": ["169.254.169.254"]}
    event, asked = leading("http://evil.example/latest/meta-data", look_up=lambda host, _port: inside[host])
    assert (event.error, len(asked)) == ("private_address", 1)
    event, asked = leading("http://127.0.0.1:6379/", look_up=lambda host, _port: inside.get(host, [host]))
    assert (event.error, len(asked)) == ("private_address", 1)


@pytest.mark.promise(22)
def test_a_name_that_changes_its_mind_between_two_requests_is_looked_at_each_time():
    """DNS rebinding: public when checked first, inside when asked again."""
    answers = iter([["93.184.216.34"], ["10.0.0.1"]])
    event, asked = leading("/b", look_up=lambda *_: next(answers))
    assert (event.error, len(asked)) == ("private_address", 1)
    assert asked[0].url.host == "93.184.216.34"


@pytest.mark.promise(22)
def test_what_was_meant_for_one_house_is_not_carried_to_another():
    secret = {"Authorization": "Bearer s"}
    event, asked = leading("http://other.example/b", headers=secret)
    assert (event.status, "authorization" in asked[1].headers) == (200, False)
    event, asked = leading("/b", headers=secret)
    assert asked[1].headers["authorization"] == "Bearer s"
    event, asked = leading("http://other.example/b", 307, method="POST", body='{"pin": 1}')
    assert (event.error, len(asked)) == ("redirect_elsewhere", 1)
    event, asked = leading("http://bank.example/b", url="https://bank.example/a")
    assert (event.error, len(asked)) == ("redirect_insecure", 1)


@pytest.mark.parametrize(
    ("status", "method", "body"), [(303, "GET", b""), (302, "GET", b""), (307, "POST", b"{}"), (308, "POST", b"{}")]
)
def test_a_post_is_led_on_as_browsers_do(status, method, body):
    event, asked = leading("/b", status, method="POST", body="{}")
    assert (event.status, asked[1].method, asked[1].content) == (200, method, body)


def test_a_circle_ends():
    fetcher, service, _ = flaky(httpx.Response(302, headers={"Location": "/a"}))
    assert fetched(fetcher, Fetch(SERVICE)).error == "too_many_redirects"
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "::ffff:169.254.169.254", "2001:0:a00:1::1",
     "64:ff9b:1::a00:1"],
)  # fmt: skip
@pytest.mark.promise(22)
def test_an_inside_address_in_the_dress_of_another_is_refused(address):
    """NAT64, 6to4 and Teredo carry an IPv4 address within: it is the one that counts."""
    fetcher = Fetcher(ManualClock(FACTS.now), look_up=lambda *_: [address])
    assert fetched(fetcher, Fetch(SERVICE)).error == "private_address"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "0177.0.0.1"])
@pytest.mark.promise(22)
def test_other_spellings_of_this_machine_are_this_machine(fetcher, host):
    """Resolved by the system as browsers and curl would."""
    event = fetched(fetcher, Fetch(f"http://{host}:1/"))
    assert event.error in {"private_address", "gaierror"}


def test_an_address_of_the_newer_kind_is_asked():
    asked = []

    def answer(request):
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    fetcher = Fetcher(
        ManualClock(FACTS.now), transport=httpx.MockTransport(answer), look_up=lambda *_: ["2606:2800:220:1::1"]
    )
    assert fetched(fetcher, Fetch(SERVICE + "/x")).status == 200
    assert asked == ["http://[2606:2800:220:1::1]/x"]


# --- secrets


class Vault:
    def value(self, name):
        return {"key": 'k"&=é\n'}[name]


def test_a_secret_is_written_as_its_place_wants_it():
    """In a header, in JSON and in a form the same secret looks differently; none can break out of its place."""
    from call_flows.secret import mark

    fetcher, service, _ = flaky(200, secrets=Vault())
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    fetched(fetcher, Fetch(SERVICE, "POST", {"X-Key": "k"}, '{"a": "' + mark("key") + '"}'))
    fetched(fetcher, Fetch(SERVICE, "POST", form, "a=" + mark("key")))
    first, second = service.asked
    assert json.loads(first.content) == {"a": 'k"&=é\n'}
    assert second.content == b"a=k%22%26%3D%C3%A9%0A"


def test_without_secrets_a_request_that_needs_one_is_not_made():
    from call_flows.secret import mark

    fetcher, service, _ = flaky(200)
    assert fetched(fetcher, Fetch(SERVICE, headers={"X": mark("key")}, retries=2)).error == "secret_missing"
    assert service.asked == []
