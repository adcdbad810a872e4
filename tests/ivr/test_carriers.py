"""The carrier's port: the twin, and the real client against a server that answers as a carrier does."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from ivr.carrier import Carrier, CarrierRefused, CarrierUnreachable
from ivr.carrier_twin import RecordingCarrier
from ivr.twilio_rest import RedirectingHttpClient, SoftphoneTokens, TwilioCarrier

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
KNOWN, GONE = "CA" + "1" * 32, "CA" + "4" * 32
SOUND = b"RIFF" + b"\x00" * 200_000


class Rest(BaseHTTPRequestHandler):
    """As much of the carrier's REST as the port asks for."""

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode())
        path = urlsplit(self.path)
        self.server.seen.append((self.command, path.path, form, parse_qs(path.query), self.headers["Authorization"]))
        status, body, kind = self._decide(path.path, form)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names the base class calls

    def _decide(self, path, form):  # noqa: PLR0911 - one return an answer
        as_json = "application/json"
        if self.server.fault:
            return self.server.fault, {"code": 20500, "message": "out of order", "status": self.server.fault}, as_json
        if GONE in path:
            return 404, {"code": 20404, "message": "not found", "status": 404}, as_json
        if self.command == "DELETE":
            return 204, b"", as_json
        if path.endswith(".wav"):
            return 200, SOUND, "audio/wav"
        if path.endswith("/Calls.json"):
            call = {"sid": KNOWN, "status": "queued", "date_created": format_datetime(NOW)}
            return (201, call, as_json) if form else (200, {"calls": [call], "page": 0}, as_json)
        if path.endswith("/Participants.json"):
            return 200, {"participants": [{"call_sid": KNOWN}], "page": 0}, as_json
        if path.endswith("/Conferences.json"):
            return 200, {"conferences": [{"sid": "CF" + "1" * 32, "friendly_name": "CW1"}], "page": 0}, as_json
        return 200, {"sid": KNOWN, "status": "in-progress"}, as_json

    def log_message(self, *_):
        pass


@pytest.fixture
def rest():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rest)
    server.seen, server.fault = [], None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def real(rest, settings):
    return TwilioCarrier(replace(settings, carrier_api_url=f"http://127.0.0.1:{rest.server_port}/api"))


@pytest.fixture(params=["twin", "real"])
def carrier(request):
    """Both carriers, knowing one call and one recording."""
    if request.param == "real":
        return request.getfixturevalue("real")
    twin = RecordingCarrier()
    twin.statuses[KNOWN] = "in-progress"
    twin.conferences["CW1"] = {KNOWN}
    twin.recordings["RE" + "1" * 32] = SOUND
    return twin


def test_the_port_is_kept(carrier: Carrier):
    """Twin and real client do what each order says, in the same words."""
    sid = carrier.dial(
        to="client:ana?reservation=RV1",
        from_="+12025550100",
        url="https://v/x",
        status_url="https://v/s",
        key="RV1",
        timeout=20,
    )
    assert sid.startswith("CA")
    carrier.redirect(KNOWN, "https://v/y")
    carrier.hold("CW1", KNOWN, on=True)
    carrier.hold("CW1", KNOWN, on=False)
    for order in ("paused", "in-progress", "stopped"):
        carrier.recording(KNOWN, order)
    assert carrier.call_status(KNOWN) == "in-progress"
    assert carrier.live_calls() == {KNOWN}
    assert carrier.live_conferences() == {"CW1"}
    assert carrier.in_conference("CW1") == {KNOWN}
    assert b"".join(carrier.fetch_recording("RE" + "1" * 32)) == SOUND
    carrier.delete_recording("RE" + "1" * 32)
    carrier.hang_up(KNOWN)
    assert carrier.find_dialled(to="client:ana?reservation=RV1", since=NOW - timedelta(minutes=1)) == [sid]


def test_what_the_carrier_does_not_know_is_refused(carrier: Carrier):
    with pytest.raises(CarrierRefused) as refused:
        carrier.call_status(GONE)
    assert refused.value.problem.code == "20404"


def test_a_dial_says_all_that_is_needed_and_carries_its_key(real, rest):
    real.dial(
        to="client:ana?reservation=RV1",
        from_="+1",
        url="https://v/x",
        status_url="https://v/s?leg=L1",
        key="RV1",
        timeout=20,
    )
    method, path, form, _, auth = rest.seen[0]
    assert (method, path) == ("POST", f"/api/2010-04-01/Accounts/AC{'0' * 32}/Calls.json")
    assert form["To"] == ["client:ana?reservation=RV1"]
    assert form["StatusCallback"] == ["https://v/s?leg=L1&key=RV1"]
    assert form["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert auth.startswith("Basic ")


def test_a_pause_leaves_silence_so_that_times_stay_true(real, rest):
    real.recording(KNOWN, "paused")
    _, path, form, _, _ = rest.seen[0]
    assert path.endswith(f"/Calls/{KNOWN}/Recordings/Twilio.CURRENT.json")
    assert form == {"Status": ["paused"], "PauseBehavior": ["silence"]}


def test_both_channels_of_a_recording_are_asked_for(real, rest):
    assert len(list(real.fetch_recording("RE1"))) > 1, "in pieces"
    assert rest.seen[0][3] == {"RequestedChannels": ["2"]}


def test_to_end_what_has_ended_is_no_error(real):
    real.hang_up(GONE)
    real.delete_recording(GONE)
    with pytest.raises(CarrierRefused):
        real.redirect(GONE, "https://v/y")


@pytest.mark.parametrize("fault", [500, 503, 429])
def test_a_carrier_out_of_order_may_be_asked_again(real, rest, fault):
    rest.fault = fault
    with pytest.raises(CarrierUnreachable):
        real.redirect(KNOWN, "https://v/y")


def test_a_carrier_out_of_reach_is_told_in_a_sentence(settings):
    nowhere = TwilioCarrier(replace(settings, carrier_api_url="http://127.0.0.1:9"))
    for order in (lambda: nowhere.hang_up(KNOWN), lambda: list(nowhere.fetch_recording("RE1"))):
        with pytest.raises(CarrierUnreachable, match="CARRIER_API_URL"):
            order()


def test_only_what_is_meant_for_the_carrier_is_sent_elsewhere():
    client = RedirectingHttpClient(api_url="http://127.0.0.1:8090/x")
    assert client.rewritten("https://api.twilio.com/2010-04-01/a?b=1") == "http://127.0.0.1:8090/x/2010-04-01/a?b=1"
    assert client.rewritten("https://elsewhere.example/a") == "https://elsewhere.example/a"
    assert RedirectingHttpClient(api_url=None).rewritten("https://api.twilio.com/a") == "https://api.twilio.com/a"
    assert client.timeout > 0


def test_a_softphone_token_lets_one_desk_be_rung_and_nothing_else(settings):
    keyed = replace(settings, api_key_secret="s" * 32)
    token = SoftphoneTokens(keyed).issue("ana", seconds=600)
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, "s" * 32, algorithms=["HS256"], options={"verify_exp": False, "verify_nbf": False})
    assert header["cty"] == "twilio-fpa;v=1"
    assert claims["grants"] == {"identity": "ana", "voice": {"incoming": {"allow": True}}}
    assert (claims["iss"], claims["sub"]) == (settings.api_key_sid, settings.account_sid)
