"""Text messages: the real twilio client sends them, a phone reads them, the app is told how they fare."""

import pytest
from twilio.base.exceptions import TwilioRestException

from exchange.lines.inside import ScriptedPhone
from exchange.lines.phone import add_phone_line
from exchange.rehearsal import APP, ME, NUMBER
from exchange.rest.app import add_rest


def statuses(app):
    return [request.params["MessageStatus"] for request in app.at("/message")]


def test_a_message_reaches_the_phone_that_has_the_number(on_rig):
    """Twilio's states: queued in the answer, then sent, then delivered, each told to StatusCallback."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, ME)
        rig.app.routes["/message"] = ""
        sent = await rig.rest(
            lambda twilio: twilio.messages.create(to=ME, from_=NUMBER, body="Hello", status_callback=f"{APP}/message")
        )
        assert (sent.status, sent.num_segments, sent.direction) == ("queued", "1", "outbound-api")
        await rig.settle(3)
        assert phone.messages == [
            {"type": "message", "messageSid": sent.sid, "from": NUMBER, "to": ME, "text": "Hello"}
        ]
        assert statuses(rig.app) == ["sent", "delivered"]
        told = rig.app.at("/message")[0]
        assert told.params["MessageSid"] == sent.sid
        assert "CallSid" not in told.params
        fetched = await rig.rest(lambda twilio: twilio.messages(sent.sid).fetch())
        assert (fetched.status, fetched.error_code) == ("delivered", None)
        listed = await rig.rest(lambda twilio: twilio.messages.list(to=ME))
        assert [one.sid for one in listed] == [sent.sid]
        await rig.rest(lambda twilio: twilio.messages(sent.sid).delete())
        assert await rig.rest(lambda twilio: twilio.messages.list()) == []

    on_rig({"/status": ""}, scenario)


def test_a_message_to_nobody_is_undelivered_with_twilios_code(on_rig):
    async def scenario(rig):
        rig.app.routes["/message"] = ""
        sent = await rig.rest(
            lambda twilio: twilio.messages.create(to=ME, from_=NUMBER, body="Hello", status_callback=f"{APP}/message")
        )
        await rig.settle(3)
        fetched = await rig.rest(lambda twilio: twilio.messages(sent.sid).fetch())
        assert (fetched.status, fetched.error_code) == ("undelivered", 30003)
        assert statuses(rig.app) == ["sent", "undelivered"]
        assert rig.app.at("/message")[1].params["ErrorCode"] == "30003"

    on_rig({"/status": ""}, scenario)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": ME, "from_": "+15550009999", "body": "x"}, 21606),
        ({"to": "nobody", "from_": NUMBER, "body": "x"}, 21211),
        ({"to": ME, "from_": NUMBER, "body": ""}, 21602),
        ({"to": ME, "from_": NUMBER, "body": "x" * 1601}, 21617),
    ],
)
def test_what_twilio_refuses_is_refused(on_rig, fields, code):
    async def scenario(rig):
        with pytest.raises(TwilioRestException) as refused:
            await rig.rest(lambda twilio: twilio.messages.create(**fields))
        assert refused.value.code == code

    on_rig({"/status": ""}, scenario)


def test_who_is_on_a_call_reads_messages_too(on_rig):
    """A caller need not have registered the number to get what the flow sends to it."""

    async def scenario(rig):
        caller = rig.exchange.call(to=NUMBER, from_=ME)
        await rig.rest(lambda twilio: twilio.messages.create(to=ME, from_=NUMBER, body="Your code is 12"))
        assert (await caller.meets("message"))["text"] == "Your code is 12"

    on_rig({"/voice": '<Response><Pause length="60"/></Response>', "/status": ""}, scenario)


def test_a_phone_on_a_socket_shows_the_message(on_rig):
    async def scenario(rig):
        from exchange.lines.remote import remote_phone

        async with remote_phone(f"{rig.base}/lines/phone".replace("http", "ws"), listens=False) as phone:
            phone.send({"type": "register", "number": ME})
            await phone.caller.meets("registered")
            await rig.rest(lambda twilio: twilio.messages.create(to=ME, from_=NUMBER, body="Hi"))
            assert (await phone.caller.meets("message"))["text"] == "Hi"

    def serve(site, exchange):
        add_rest(site, exchange)
        add_phone_line(site, exchange)

    on_rig({"/status": ""}, scenario, serve=serve)


def test_what_a_customer_writes_is_brought_to_the_app_and_its_answer_back(on_rig):
    """As Twilio asks a number's messaging URL: the message's own fields, and a document of replies."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, ME)
        rig.app.routes["/written"] = "<Response><Message>We call you &amp; soon.</Message></Response>"
        sid = phone.writes("call me", to=NUMBER)
        await rig.settle(3)
        (asked,) = rig.app.at("/written")
        told = {key: asked.params[key] for key in ("MessageSid", "From", "To", "Body", "NumMedia")}
        assert told == {"MessageSid": sid, "From": ME, "To": NUMBER, "Body": "call me", "NumMedia": "0"}
        assert "CallSid" not in asked.params
        assert [(one["from"], one["text"]) for one in phone.messages] == [(NUMBER, "We call you & soon.")]

    on_rig({}, scenario)


@pytest.mark.parametrize("answer", ["<Response/>", "", "no document at all"])
def test_an_app_that_has_nothing_to_say_sends_nothing(on_rig, answer):
    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, ME)
        rig.app.routes["/written"] = answer
        phone.writes("hello", to=NUMBER)
        phone.writes("hello", to="+15550009999")
        await rig.settle(3)
        assert len(rig.app.at("/written")) == 1
        assert phone.messages == []

    on_rig({}, scenario)
