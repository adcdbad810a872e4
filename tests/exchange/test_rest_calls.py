"""Calls over REST, with the real twilio client: place, look, redirect, hang up, cancel; refusals in Twilio's shape."""

import asyncio

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from exchange.lines.inside import ScriptedPhone, call
from exchange.rehearsal import APP, ME, NUMBER

ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"
HOLD = "<Response><Pause length='600'/></Response>"


def test_a_placed_call_rings_is_answered_and_told_of(on_rig):
    """Twilio: calls.create returns at once with `queued`; status callbacks are numbered from 0."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        made = await rig.rest(
            lambda twilio: twilio.calls.create(
                to="+15550002000",
                from_=NUMBER,
                url=f"{APP}/answer",
                status_callback=f"{APP}/told",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        )
        callee = await phone.rings()
        callee.accepts()
        await callee.hears("hello")
        talking = await rig.rest(lambda twilio: twilio.calls(made.sid).fetch())
        await callee.ended()
        await rig.settle()
        over = await rig.rest(lambda twilio: twilio.calls(made.sid).fetch())
        return made, talking, over, rig.app

    made, talking, over, app = on_rig({"/answer": "<Response><Say>Hello there</Say></Response>"}, scenario)
    assert (made.status, made.direction, made.to) == ("queued", "outbound-api", "+15550002000")
    assert (talking.status, over.status) == ("in-progress", "completed")
    assert int(over.duration) >= 0
    told = [(one.params["CallStatus"], one.params["SequenceNumber"]) for one in app.at("/told")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]


def test_a_client_is_rung_with_the_parameters_behind_its_name(on_rig):
    """Twilio: "Custom parameters may also be specified": client:ada?reservation=WR1."""

    async def scenario(rig):
        ada = ScriptedPhone(rig.exchange, "client:ada")
        await rig.rest(lambda twilio: twilio.calls.create(to="client:ada?reservation=WR1", from_=NUMBER, twiml=HOLD))
        agent = await ada.rings()
        return await agent.meets("incoming")

    assert on_rig({}, scenario)["parameters"] == {"reservation": "WR1"}


@pytest.mark.parametrize("keys", ["", "1w2"], ids=["as it is", "after SendDigits"])
def test_twiml_may_stand_in_the_request(on_rig, keys):
    """Twilio: Twiml instead of Url; SendDigits are pressed once the call is answered, before the document."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        document = "<Response><Say>inline</Say></Response>"
        more = {"send_digits": keys} if keys else {}
        await rig.rest(lambda twilio: twilio.calls.create(to="+15550002000", from_=NUMBER, twiml=document, **more))
        callee = await phone.rings()
        callee.accepts()
        if keys:
            await callee.hears("keys 1w2")
        await callee.hears("inline")

    on_rig({}, scenario)


def test_nobody_answers_within_the_timeout_and_its_buffer(on_rig):
    """Twilio: "We always add a 5-second timeout buffer to outgoing calls"."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        await rig.rest(lambda t: t.calls.create(to="+15550002000", from_=NUMBER, twiml=HOLD, timeout=10))
        callee = await phone.rings()
        began = rig.exchange.clock.monotonic()
        return await callee.ended(), rig.exchange.clock.monotonic() - began

    assert on_rig({}, scenario) == ("no-answer", pytest.approx(15, abs=0.1))


def test_a_live_call_is_redirected(on_rig):
    """Twilio: Url or Twiml given to a call in progress takes over at once, whatever it was doing."""

    async def scenario(rig):
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.meets("answered")
        await rig.settle()
        shown = await rig.rest(lambda twilio: twilio.calls(caller.sid).update(url=f"{APP}/next", method="GET"))
        await caller.hears("moved")
        await caller.ended()
        return shown

    routes = {"/voice": HOLD, "/next": "<Response><Say>moved on</Say></Response>"}
    assert on_rig(routes, scenario).status == "in-progress"


def test_a_dialled_leg_taken_out_of_the_bridge_goes_its_own_way(on_rig):
    """A blind transfer: REST gives the called leg another document, and the caller's dial is over."""

    async def scenario(rig):
        rig.app.routes |= {
            "/voice": '<Response><Dial action="/over">+15550002000</Dial></Response>',
            "/over": "<Response><Say>your agent has left</Say></Response>",
            "/next": "<Response><Say>another talk</Say><Pause length='30'/></Response>",
        }
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        callee.accepts()
        await callee.silence(2)
        await rig.rest(lambda twilio: twilio.calls(callee.sid).update(url=f"{APP}/next"))
        await callee.hears("another talk")
        await caller.hears("your agent has left")
        await caller.ended()
        return callee.status, rig.app.at("/over")[0].params["DialCallStatus"]

    assert on_rig({}, scenario) == ("", "completed")


def test_completed_hangs_up_and_canceled_only_what_is_not_answered(on_rig):
    """Twilio: canceled "does not affect calls already in progress"; completed ends them."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.meets("answered")
        still = await rig.rest(lambda twilio: twilio.calls(caller.sid).update(status="canceled"))
        over = await rig.rest(lambda twilio: twilio.calls(caller.sid).update(status="completed"))
        made = await rig.rest(lambda twilio: twilio.calls.create(to="+15550002000", from_=NUMBER, twiml=HOLD))
        await phone.rings()
        gone = await rig.rest(lambda twilio: twilio.calls(made.sid).update(status="canceled"))
        return still.status, over.status, gone.status

    assert on_rig({"/voice": HOLD}, scenario) == ("in-progress", "completed", "canceled")


def test_a_finished_call_is_not_redirected(on_rig):
    """Twilio's 21220: Call is not in-progress. Cannot redirect."""

    async def scenario(rig):
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.ended()
        with pytest.raises(TwilioRestException) as refusal:
            await rig.rest(lambda twilio: twilio.calls(caller.sid).update(twiml=HOLD))
        return refusal.value

    refusal = on_rig({"/voice": "<Response/>"}, scenario)
    assert (refusal.status, refusal.code) == (400, 21220)
    assert "Call is not in-progress. Cannot redirect." in refusal.msg


def test_lists_are_filtered_and_newest_first(on_rig):
    """Twilio: filters To, From, Status, StartTime; pages by PageSize."""

    async def scenario(rig):
        for number in (ME, "+15550003000", ME):
            caller = call(rig.exchange, to=NUMBER, from_=number)
            await caller.ended()
            await rig.settle(60)
        now = rig.exchange.clock.now()
        of_me = await rig.rest(lambda twilio: twilio.calls.list(from_=ME, status="completed"))
        by_page = await rig.rest(lambda twilio: twilio.calls.list(page_size=1))
        today = await rig.rest(lambda twilio: twilio.calls.list(start_time=now.date()))
        later = await rig.rest(lambda twilio: twilio.calls.list(start_time_after=now.replace(year=2027)))
        nobody = await rig.rest(lambda twilio: twilio.calls.list(to="+19999999999"))
        return of_me, by_page, today, later, nobody

    of_me, by_page, today, later, nobody = on_rig({"/voice": "<Response/>"}, scenario)
    assert len(of_me) == 2
    assert [one._from for one in by_page] == [ME, "+15550003000", ME]
    assert (len(today), later, nobody) == (3, [], [])
    assert by_page[0].date_created > by_page[2].date_created


def test_a_call_placed_with_record_is_recorded_from_its_answer(on_rig):
    """Twilio: Record=true; source OutboundAPI; dual when RecordingChannels says so."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        made = await rig.rest(
            lambda twilio: twilio.calls.create(
                to="+15550002000",
                from_=NUMBER,
                twiml="<Response><Pause length='3'/></Response>",
                record=True,
                recording_channels="dual",
                recording_status_callback=f"{APP}/recorded",
            )
        )
        callee = await phone.rings()
        callee.accepts()
        await callee.ended()
        await rig.settle()
        (recording,) = await rig.rest(lambda twilio: twilio.recordings.list(call_sid=made.sid))
        return recording, rig.app.at("/recorded")[0].params

    recording, told = on_rig({}, scenario)
    assert (recording.source, recording.channels, recording.duration) == ("OutboundAPI", 2, "3")
    assert (told["RecordingStatus"], told["RecordingDuration"]) == ("completed", "3")


@pytest.mark.parametrize(
    ("ask", "code", "status"),
    [
        (lambda twilio: twilio.calls("CA" + "f" * 32).fetch(), 20404, 404),
        (lambda twilio: twilio.calls("CA" + "f" * 32).update(status="completed"), 20404, 404),
        (lambda twilio: twilio.calls.create(to="+15550002000", from_=NUMBER), 21205, 400),
        (lambda twilio: twilio.calls.create(to="+15550002000", from_=NUMBER, url="nonsense"), 21205, 400),
        (lambda twilio: twilio.calls.create(to="", from_=NUMBER, twiml=HOLD), 21201, 400),
        (lambda twilio: twilio.calls.create(to="+1555", from_=NUMBER, twiml=HOLD, send_digits="x"), 21215, 400),
        (lambda twilio: twilio.calls.create(to="+1555", from_=NUMBER, twiml=HOLD, timeout=9999), 20001, 400),
    ],
    ids=["fetch", "update", "no url", "bad url", "no to", "bad digits", "bad timeout"],
)
def test_refusals_have_twilios_code(on_rig, ask, code, status):
    """An error tells its code, a sentence and where to read more."""

    async def scenario(rig):
        with pytest.raises(TwilioRestException) as refusal:
            await rig.rest(ask)
        return refusal.value

    refusal = on_rig({}, scenario)
    assert (refusal.code, refusal.status) == (code, status)


@pytest.mark.parametrize("auth", [None, (ACCOUNT, "wrong"), ("AC9", TOKEN), ("", "")])
def test_without_credentials_nothing_is_shown(on_rig, auth):
    """Twilio's 20003, 401, before anything else, also for paths that do not exist."""

    async def scenario(rig):
        return [await rig.get(path, auth=auth) for path in ("/Calls.json", "/Nonsense.json")]

    for answer in on_rig({}, scenario):
        assert answer.status_code == 401
        assert answer.json() == {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        }


def test_what_is_not_there_is_20404_and_a_wrong_method_20004(on_rig):
    """Every refusal is JSON in Twilio's shape, also from the edges of the map."""

    async def scenario(rig):
        missing = await rig.get("/Addresses.json")
        assert (await rig.get("/Calls.json?StartTime=yesterday")).json()["code"] == 20001
        wrong = await asyncio.to_thread(
            requests.put, f"{rig.base}/2010-04-01/Accounts/{ACCOUNT}/Calls.json", auth=(ACCOUNT, TOKEN), timeout=5
        )
        return missing.json()["code"], wrong.json()["code"], wrong.status_code

    assert on_rig({}, scenario) == (20404, 20004, 405)
