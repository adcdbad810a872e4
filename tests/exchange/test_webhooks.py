"""Webhooks as Twilio sends them: signature, form, patience, retry, redirects, cookies, fallback, faults."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from exchange.exchange import Exchange
from exchange.faults import FaultRates, FaultSwitch
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.transports import ScriptedApp
from exchange.twiml.verb import Ask
from exchange.wire import ConnectionFailed, HttpRequest, HttpResponse, patience, signed_request

DATA = Path(os.environ.get("CALLWRIGHT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
HANGUP = "<Response><Hangup/></Response>"


async def one_call(exchange: Exchange, app: ScriptedApp) -> list[str]:
    caller = exchange.call(to=NUMBER, from_=ME)
    await caller.ended()
    await exchange.clock.sleep(60)
    return [asked.path for asked in app.asked]


@pytest.mark.parametrize(
    ("params", "signature"),
    [
        pytest.param(
            {
                "CallSid": "CA1234567890ABCDE",
                "Digits": "1234",
                "From": "+14158675309",
                "To": "+18005551212",
                "Caller": "+14158675309",
            },
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            id="twilio-python's canonical example",
        ),
        pytest.param({}, "zYQTYrRWXE7LtzbG4PfP7/bkkGo=", id="no fields"),
    ],
)
def test_the_signature_is_twilios(params: dict[str, str], signature: str):
    """HMAC-SHA1 over the URL and the sorted fields, as published with these two vectors (token 12345)."""
    ask = Ask(url="https://mycompany.com/myapp.php?foo=1&bar=2")
    request = signed_request(ask, params, auth_token="12345", token="x")
    assert request.headers["X-Twilio-Signature"] == signature


@pytest.mark.data
def test_the_signature_agrees_with_every_vector():
    """Fifteen vectors, among them empty values, unicode and a fragment; duplicate names cannot come from us."""
    file = DATA / "signature_vectors.json"
    if not file.is_file():
        pytest.skip(f"no signature vectors at {file}; set CALLWRIGHT_DATA")
    checked = 0
    for vector in json.loads(file.read_text()):
        params = dict(vector["params"])
        if len(params) != len(vector["params"]) or "server sees" in vector["name"] or "#" in vector["url"]:
            continue
        request = signed_request(Ask(url=vector["url"]), params, auth_token=vector["token"], token="x")
        assert request.headers["X-Twilio-Signature"] == vector["signature"], vector["name"]
        checked += 1
    assert checked >= 4


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_our_requests_pass_the_apps_own_validator(method: str):
    """What we send, the SDK accepts: the fields in the body for POST, in the query for GET, the fragment nowhere."""
    ask = Ask(url="https://app.test/voice?x=1#rc=2", method=method)
    request = signed_request(ask, {"From": "+1 555", "Empty": "", "Text": "naïve & co"}, auth_token="t", token="x")
    fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert "#" not in request.url
    assert RequestValidator("t").validate(request.url, fields, request.headers["X-Twilio-Signature"])


def test_an_inbound_call_sends_twilios_fields():
    """CallSid, AccountSid, From, To, CallStatus, ApiVersion, Direction, Caller, Called and the countries."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        params = app.at("/voice")[0].params
        assert params["CallSid"].startswith("CA")
        assert params["CallStatus"] == "ringing"
        assert params["Direction"] == "inbound"
        assert params["ApiVersion"] == "2010-04-01"
        assert (params["From"], params["Caller"]) == (ME, ME)
        assert (params["To"], params["Called"]) == (NUMBER, NUMBER)
        headers = app.at("/voice")[0].request.headers
        assert headers["User-Agent"] == "TwilioProxy/1.1"
        assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"

    rehearse({"/voice": HANGUP, "/status": ""}, scenario)


def test_the_end_of_a_call_is_told_once_with_its_length():
    """The number's status callback hears "completed" with CallDuration, SequenceNumber and CallbackSource."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        (told,) = app.at("/status")
        assert told.params["CallStatus"] == "completed"
        assert told.params["CallDuration"] == "7"
        assert told.params["Duration"] == "1"
        assert told.params["SequenceNumber"] == "0"
        assert told.params["CallbackSource"] == "call-progress-events"
        assert told.params["Timestamp"].endswith("+0000")

    rehearse({"/voice": '<Response><Pause length="7"/></Response>', "/status": ""}, scenario)


class Faulty(ScriptedApp):
    """Fails as told before it answers."""

    failures: list[str]

    def __init__(self, routes: dict[str, str], failures: list[str], sleep: Callable[[float], object]) -> None:
        super().__init__(dict(routes))
        self.failures = failures
        self.sleep = sleep

    async def send(self, request: HttpRequest) -> HttpResponse:
        answer = await super().send(request)
        failure = self.failures.pop(0) if self.failures and "status" not in request.url else ""
        if failure == "refused":
            raise ConnectionFailed("connection refused")
        if failure == "slow":
            await self.sleep(60)
        return HttpResponse(status=int(failure)) if failure.isdecimal() else answer


def faulty_call(
    failures: list[str], *, url: str = f"{APP}/voice"
) -> tuple[list[tuple[str, str]], list[int], str, float]:
    """One call to an app that fails so: (path, token) asked, codes in the log, how the call ended, and when."""

    async def scenario(exchange: Exchange, _app: ScriptedApp):
        app = Faulty({"/voice": HANGUP, "/fallback": HANGUP, "/status": ""}, failures, exchange.clock.sleep)
        exchange.webhooks.transport = app
        number = exchange.config.numbers[NUMBER]
        object.__setattr__(number, "voice_url", url)
        caller = exchange.call(to=NUMBER, from_=ME)
        status = await caller.ended()
        asked = [(one.path, one.request.headers["I-Twilio-Idempotency-Token"]) for one in app.asked]
        return asked, [entry.code for entry in exchange.log.entries()], status, exchange.clock.monotonic()

    return rehearse({}, scenario)


def test_a_connection_that_fails_is_tried_once_more_with_the_same_token():
    """Default connection overrides: rc=1, rp=ct."""
    asked, codes, status, _ = faulty_call(["refused"])
    paths, tokens = zip(*asked[:2], strict=True)
    assert paths == ("/voice", "/voice")
    assert tokens[0] == tokens[1] != ""
    assert (codes, status) == ([], "completed")


def test_two_failed_connections_lead_to_the_fallback_with_the_reason():
    """Twilio asks the fallback URL with ErrorCode and ErrorUrl."""
    asked, codes, status, _ = faulty_call(["refused", "refused"])
    assert [path for path, _ in asked][:3] == ["/voice", "/voice", "/fallback"]
    assert (codes, status) == ([11205], "completed")


def test_fifteen_seconds_are_the_limit():
    """Twilio: "Twilio makes an HTTP request ... 15 seconds"; a slow answer is not retried."""
    asked, codes, _, seconds = faulty_call(["slow"])
    assert [path for path, _ in asked][:2] == ["/voice", "/fallback"]
    assert codes == [11200]
    assert seconds >= 15


def test_the_fragment_changes_patience_and_retries():
    """Connection overrides: #rt and #rp with #rc; the fragment itself is not sent."""
    asked, _, _, seconds = faulty_call(["slow", "503"], url=f"{APP}/voice#rt=2000&rc=2&rp=rt,5xx")
    assert [path for path, _ in asked][:3] == ["/voice", "/voice", "/voice"]
    assert 2 <= seconds < 3


def test_an_error_status_goes_to_the_fallback_at_once():
    """Error 11200: HTTP retrieval failure; a 5xx is not retried unless asked for."""
    asked, codes, _, _ = faulty_call(["500"])
    assert [path for path, _ in asked][:2] == ["/voice", "/fallback"]
    assert codes == [11200]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", (5.0, 15.0, 1, {"ct"})),
        ("#ct=200&rt=1000&rc=3&rp=all", (0.2, 1.0, 3, {"4xx", "5xx", "ct", "rt"})),
        ("#ct=99&rt=99999&rc=9", (5.0, 15.0, 1, {"ct"})),
    ],
    ids=["none", "all", "out of range is ignored"],
)
def test_connection_overrides_are_read(fragment: str, expected: tuple[float, float, int, set[str]]):
    """#ct=100..10000&rt=100..15000&rc=0..5&rp=…."""
    found = patience(f"http://x.test/{fragment}")
    assert (found.connect, found.read, found.retries, set(found.retry_on)) == expected


def test_a_bad_document_goes_to_the_fallback_too():
    """The fallback URL is asked "when an error occurs retrieving or executing the TwiML"."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        assert await one_call(exchange, app) == ["/voice", "/fallback", "/status"]
        params = app.at("/fallback")[0].params
        assert (params["ErrorCode"], params["ErrorUrl"]) == ("12100", f"{APP}/voice")

    rehearse({"/voice": "<Respons", "/fallback": HANGUP, "/status": ""}, scenario)


def test_without_a_good_answer_the_caller_hears_the_apology_and_the_log_tells_why():
    """Twilio says that an application error has occurred, and hangs up."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.hears("an application error has occurred")
        assert await caller.ended() == "completed"
        entries = exchange.log.entries(call_sid=caller.sid)
        assert [(entry.code, entry.url) for entry in entries][:2] == [
            (12100, f"{APP}/voice"),
            (11200, f"{APP}/fallback"),
        ]
        assert entries[0].line == 1
        assert "not XML" in entries[0].message

    rehearse({"/voice": "<Respons", "/status": ""}, scenario)


def test_a_redirect_is_followed_and_loses_its_fields():
    """301 and 302 lose POST parameters; 307 keeps them; relative URLs are then those of the new place."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        assert app.at("/two")[0].request.method == "GET"
        assert app.at("/two")[0].params == {}
        assert app.at("/dir/three")[0].params["CallStatus"] == "in-progress"
        assert app.at("/dir/four")[0].request.method == "POST"

    moved = HttpResponse(status=302, headers={"location": "/two"})
    kept = HttpResponse(status=307, headers={"location": "/dir/four"})
    two = "<Response><Pause/><Redirect>/dir/three</Redirect></Response>"
    rehearse({"/voice": moved, "/two": two, "/dir/three": kept, "/dir/four": HANGUP, "/status": ""}, scenario)


def test_redirects_have_an_end():
    """Error 11215: too many HTTP redirects."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        assert exchange.log.entries(code=11215)
        assert len(app.at("/voice")) == 11

    rehearse({"/voice": HttpResponse(status=302, headers={"location": "/voice"}), "/status": ""}, scenario)


def test_cookies_live_as_long_as_the_call():
    """Twilio keeps cookies for the requests of one call, and for no other."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        await one_call(exchange, app)
        sent = [one.request.headers.get("Cookie", "") for one in app.asked if one.path != "/status"]
        assert sent == ["", "basket=7", "", "basket=7"]

    body = b"<Response><Redirect>/next</Redirect></Response>"
    first = HttpResponse(status=200, headers={"set-cookie": "basket=7; Path=/", "content-type": "text/xml"}, body=body)
    rehearse({"/voice": first, "/next": HANGUP, "/status": ""}, scenario)


def test_an_action_that_is_no_url_is_an_error():
    """Error 11100: invalid URL format."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        await one_call(exchange, app)
        assert next(entry.code for entry in exchange.log.entries()) == 11100

    rehearse({"/voice": "<Response><Redirect>tel:5</Redirect></Response>", "/status": ""}, scenario)


def with_faults(rates: FaultRates, calls: int = 1) -> tuple[list[ScriptedApp], list[str]]:
    async def scenario(exchange: Exchange, app: ScriptedApp):
        exchange.faults.rates = rates
        ends = [await one_call(exchange, app) for _ in range(calls)]
        return app, ends[-1]

    app, paths = rehearse({"/voice": HANGUP, "/status": "", "/fallback": HANGUP}, scenario)
    return app, paths


def test_a_duplicated_webhook_arrives_twice_with_one_token():
    """What the app must bear: the same webhook twice."""
    app, paths = with_faults(FaultRates(duplicate=1.0))
    assert paths == ["/voice", "/voice", "/status", "/status"]
    tokens = [one.request.headers["I-Twilio-Idempotency-Token"] for one in app.asked]
    assert tokens[0] == tokens[1] != tokens[2] == tokens[3]


def test_a_dropped_callback_never_arrives_and_a_dropped_question_is_asked_again():
    """A status callback has no second try; the voice webhook is retried like a failed connection."""
    _, paths = with_faults(FaultRates(drop=1.0))
    assert paths == ["/voice"]


def test_a_delayed_webhook_arrives_late():
    """The delay is in the exchange's own time."""
    _, paths = with_faults(FaultRates(delay=1.0, delay_seconds=3))
    assert paths == ["/voice", "/status"]


def test_reordered_callbacks_overtake_each_other():
    """Order is not guaranteed: the one held back arrives after the one behind it."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> list[str]:
        leg = exchange.arrive(exchange.call(to=NUMBER, from_=ME)._handset, to=NUMBER, from_=ME)
        exchange.faults = FaultSwitch(FaultRates(reorder=0.5), random.Random(3))
        exchange.webhooks.faults = exchange.faults
        for number in range(20):
            exchange.webhooks.report(leg, Ask(url=f"{APP}/told", params=(("n", str(number)),)))
            await exchange.clock.sleep(0.01)
        await exchange.clock.sleep(10)
        return [one.params["n"] for one in app.at("/told")]

    arrived = rehearse({"/voice": HANGUP, "/told": "", "/status": ""}, scenario)
    assert sorted(arrived, key=int) == [str(number) for number in range(20)]
    assert arrived != sorted(arrived, key=int)
