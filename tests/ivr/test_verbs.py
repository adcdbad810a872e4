"""The verbs that reach out, from the webhook to the database and the carrier: each once, each repeatable."""
# ruff: noqa: E501 - a flow reads best in one line

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from call_flows.loader import load_texts
from foundation.calls import Call
from ivr.alerts import Alert, AlertRaised, see, unseen
from ivr.customers import Customer, CustomerNumber, add_customer
from ivr.fetch import Fetcher
from ivr.messages import TextMessage
from ivr.outside import kept, restored
from ivr.secrets import SecretMissing, SiteSecrets, secrets_of
from ivr.surveys import SurveyAnswer
from ivr.tables import CallEvent, CallSession
from recordings.recording import Recording
from tests.ivr.conftest import CALLER, Line, rows

CARD = "4012888888881881"
SITE = """
site: verbs
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+12025550100": main}
skills: [billing]
queues: {billing: {rings: [{after: 0s, needs: {billing: 1}}]}}
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
dialing: {countries: [US], max_messages_per_number_per_day: 2}
secrets: [bank_key]
"""


@pytest.fixture
def publish(deps, tmp_path):
    """Put a site of one flow on the shelf."""

    def put(nodes, header="", site=SITE, **files):
        people = "  people: {queue: billing, failed: bye}\n" if "people" in nodes else ""
        flow = f"flow: main\n{header}start: go\nnodes:\n{nodes}{people}  bye: {{hang_up: Goodbye.}}\n"
        deps.shelf.publish(load_texts({"site.yaml": site, "flows/main.yaml": flow, **files}), tmp_path)

    return put


def everything(deps):
    """All that the database holds, as one text."""
    found = []
    with deps.db.begin() as session:
        for (name,) in session.execute(text("select name from sqlite_master where type = 'table'")).all():
            found += [str(row) for row in session.execute(text(f'select * from "{name}"')).all()]  # noqa: S608
    return "\n".join(found)


def orders(deps, what):
    return [order for order in deps.carrier.orders if order.what == what]


def ada(deps, **values):
    with deps.db.begin() as session:
        made = add_customer(
            session, customer_id="CU1", numbers=(CALLER, "+12025550143"), now=deps.clock.now(),
            values={"name": "Ada Lovelace", "tier": "gold", "language": "es-US", **values},
        )  # fmt: skip
        made.tags = ["vip"]


# --- customers


GREET = "  go: {when: [{if: \"caller.tier == 'gold'\", next: hello}], else: bye}\n  hello: {say: 'Hello {{ caller.name }}, call {{ caller.calls }}.', next: bye}\n"


def test_a_customer_is_known_from_the_first_step(deps, publish, line, client):
    """`caller.tier` works in any condition; nobody has to look it up."""
    ada(deps)
    publish(GREET)
    assert line.arrive().says == "Hello Ada Lovelace, call 0. Goodbye."
    again = Line(client, "CA" + "2" * 32, caller="+12025550143")
    assert again.arrive().says == "Hello Ada Lovelace, call 1. Goodbye."
    assert Line(client, "CA" + "3" * 32, caller="+12025550199").arrive().says == "Goodbye."


def test_what_the_record_says_is_forgotten_by_the_line_when_the_call_ends(deps, publish, line):
    ada(deps)
    publish("  go: {menu: 'For a person, press 1.', options: [{press: 1, next: people}], failed: bye}\n")
    line.arrive()
    (session,) = rows(deps, CallSession)
    assert session.line["customer"]["name"] == "Ada Lovelace"
    line.post(f"/voice/status/{session.call_id}", CallStatus="completed")
    (session,) = rows(deps, CallSession)
    assert "customer" not in session.line


def test_a_record_is_changed_and_made(deps, publish, line):
    """And what follows in the same call reads the new values."""
    publish(
        "  go: {customer: update, set: {tier: gold}, add_tags: [vip, new], drop_tags: [old], create: true, known: bye, unknown: made}\n"
        "  made: {customer: look_up, known: hello, unknown: bye}\n"
        "  hello: {when: [{if: \"caller.tier == 'gold' and 'vip' in caller.tags\", next: gold}], else: bye}\n"
        "  gold: {say: Gold., next: bye}\n"
    )
    assert line.arrive().says == "Gold. Goodbye."
    (customer,) = rows(deps, Customer)
    assert (customer.tier, customer.tags) == ("gold", ["vip", "new"])
    assert [row.number for row in rows(deps, CustomerNumber)] == [CALLER]


def test_a_name_is_in_the_record_and_not_in_the_log(deps, publish, line, capsys):
    ada(deps)
    publish("  go: {customer: look_up, known: bye, unknown: bye, failed: bye}\n")
    line.arrive()
    (looked_up,) = [event for event in rows(deps, CallEvent) if event.kind == "customer_answered"]
    assert looked_up.payload["known"] is True
    assert "Ada" not in json.dumps(looked_up.payload)
    assert "Ada" not in capsys.readouterr().err


# --- messages


TEXT = "  go: {message: 'Your code is 12.', next: sent, failed: not_sent}\n  sent: {say: Sent., next: wait}\n  not_sent: {say: Not sent., next: wait}\n  wait: {menu: 'Again, press 1.', options: [{press: 1, next: go}], failed: bye}\n"


def test_a_message_is_sent_once_however_often_the_webhook_comes(deps, publish, line):
    publish(TEXT)
    first = line.arrive()
    assert first.says.startswith("Sent.")
    again = line.arrive()
    assert again.text == first.text
    (order,) = orders(deps, "send_message")
    (row,) = rows(deps, TextMessage)
    assert (order.of, order.details["from_"], order.details["text"]) == (CALLER, "+12025550100", "Your code is 12.")
    assert (row.state, row.carrier_sid) == ("queued", "SM" + "1".zfill(32))
    assert order.details["status_url"] == f"https://voice.example.com/voice/message/{row.id}"


@pytest.mark.promise(29)
def test_one_number_gets_only_so_many_messages_a_day(deps, publish, line, client):
    """Whoever calls for them, and however many calls he makes."""
    publish(TEXT)
    heard = [Line(client, f"CA{count:032x}").arrive().says.partition(" Again")[0] for count in range(1, 4)]
    assert heard == ["Sent.", "Sent.", "Not sent."]
    assert len(orders(deps, "send_message")) == 2
    deps.clock.advance(25 * 3600)
    assert Line(client, "CA" + "9" * 32).arrive().says.startswith("Sent.")


@pytest.mark.parametrize("caller", ["+19005550100", "+442079460000", ""])
@pytest.mark.promise(30)
def test_what_may_not_be_dialled_is_not_written_to(deps, publish, client, caller):
    publish(TEXT)
    assert Line(client, caller=caller).arrive().says.startswith("Not sent.")
    assert orders(deps, "send_message") == []


def test_a_carrier_that_refuses_is_told_to_the_caller_and_does_not_count(deps, publish, line, client):
    publish(TEXT)
    deps.carrier.refuses = {"send_message"}
    assert line.arrive().says.startswith("Not sent.")
    (row,) = rows(deps, TextMessage)
    assert (row.state, row.problem) == ("failed", "21220")
    deps.carrier.refuses = set()
    heard = [Line(client, f"CA{count:032x}").arrive().says.partition(" Again")[0] for count in range(5, 8)]
    assert heard == ["Sent.", "Sent.", "Not sent."]


def test_what_becomes_of_a_message_never_moves_back(deps, publish, line):
    publish(TEXT)
    line.arrive()
    (row,) = rows(deps, TextMessage)
    for status, state in [
        ("sent", "sent"),
        ("queued", "sent"),
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("x", "delivered"),
    ]:
        assert (
            line.post(f"/voice/message/{row.id}", MessageStatus=status, MessageSid=row.carrier_sid).status_code == 204
        )
        assert rows(deps, TextMessage)[0].state == state
    assert line.post("/voice/message/TM9", MessageStatus="sent").status_code == 204


# --- surveys, alerts, labels


def test_a_score_is_kept_with_who_served_and_a_comment_comes_home(deps, publish, line):
    publish("  go: {survey: csat, comment: true, next: bye}\n")
    question = line.arrive()
    (call,) = rows(deps, Call)
    with deps.db.begin() as session:
        found = session.get(Call, call.id)
        found.agent_id, found.queue = "ana", "billing"
    tone = line.answer(question, Digits="4")
    record = tone.one("Record")
    assert record.get("recordingStatusCallback").endswith("?kind=comment")
    line.answer(tone, RecordingSid="RE" + "1" * 32, RecordingDuration="6")
    line.post(
        record.get("recordingStatusCallback").removeprefix("https://voice.example.com"),
        RecordingSid="RE" + "1" * 32,
        RecordingStatus="completed",
        RecordingDuration="6",
    )
    (answer,) = rows(deps, SurveyAnswer)
    assert (answer.survey, answer.score, answer.agent_id, answer.queue) == ("csat", 4, "ana", "billing")
    assert (answer.comment_sid, answer.comment_seconds, answer.node) == ("RE" + "1" * 32, 6.0, "go")
    assert answer.flow_version == call.flow_version
    (recording,) = rows(deps, Recording)
    assert (recording.kind, recording.queue) == ("comment", "")


def test_an_alert_is_a_row_and_news_and_is_seen_once(deps, publish, line):
    heard = []
    deps.bus.subscribe(AlertRaised, heard.append)
    publish("  go: {alert: Power cut, level: urgent, next: label}\n  label: {tag: outage, next: bye}\n")
    line.arrive()
    line.arrive()
    (alert,) = rows(deps, Alert)
    assert (alert.text, alert.level) == ("Power cut", "urgent")
    assert [(news.alert_id, news.level) for news in heard] == [(alert.id, "urgent")]
    assert rows(deps, Call)[0].tags == ["outage"]
    with deps.db.begin() as session:
        assert [row.id for row in unseen(session)] == [alert.id]
        assert see(session, alert.id, who="sue", now=deps.clock.now())
        assert not see(session, alert.id, who="sam", now=deps.clock.now())
        assert unseen(session) == []


# --- pay


PAY = "  go: {consent: Recorded., next: card}\n  card: {pay: Your card please., amount: '20.45', into: {token: token, ends: last_four}, next: done, failed: bye}\n  done: {menu: 'Paid with {{ ends }}. Again, press 1.', options: [{press: 1, next: card}], failed: bye}\n"
PAY_SLOTS = "slots: {token: {type: text, private: true}, ends: {type: digits}}\n"
PAID = {"Result": "success", "PaymentToken": "tok_secret", "PaymentCardType": "visa"}


@pytest.mark.promise(32)
def test_recording_and_stream_pause_before_the_card_and_go_on_after_it(deps, publish, line):
    publish(PAY, PAY_SLOTS)
    first = line.answer(line.arrive(), PaymentCardNumber="xxxxxxxxxxxx1881", **PAID)
    asked = line.answer(first, Digits="1")
    assert orders(deps, "recording")[-1].details == {"order": "paused"}
    assert asked.verbs.index("Stop") < asked.verbs.index("Pay")
    paid = line.answer(asked, PaymentCardNumber="xxxxxxxxxxxx1111", **PAID)
    assert orders(deps, "recording")[-1].details == {"order": "in-progress"}
    assert paid.says.startswith("Paid with 1111.")
    assert paid.one("Stream").get("url")


@pytest.mark.promise(32)
def test_a_recording_agreed_to_just_before_the_card_begins_just_after_it(deps, publish, line):
    """There is nothing at the carrier yet that could be paused: begun with this document, it would run on."""
    publish(PAY, PAY_SLOTS)
    asked = line.arrive()
    assert "Start" not in asked.verbs
    assert orders(deps, "recording") == []
    paid = line.answer(asked, PaymentCardNumber="xxxxxxxxxxxx1111", **PAID)
    assert paid.one("Recording").get("channels") == "dual"
    assert paid.one("Stream").get("url")
    assert orders(deps, "recording") == []


@pytest.mark.promise(32)
def test_a_card_number_is_nowhere_even_when_the_carrier_tells_it(deps, publish, line, capsys):
    """A connector that does not mask: what comes in is cut to four digits at the door."""
    publish(PAY, PAY_SLOTS)
    asked = line.arrive()
    paid = line.answer(asked, PaymentCardNumber=CARD, **PAID)
    line.answer(paid, Digits="7")
    held, logged = everything(deps), capsys.readouterr()
    assert CARD[-4:] in held
    for number in (CARD, CARD[:12], CARD[-8:]):
        assert number not in held
        assert number not in logged.err + logged.out + paid.text
    events = [event.payload for event in rows(deps, CallEvent) if event.kind == "payment_ended"]
    assert [event["last_four"] for event in events] == [CARD[-4:]]
    assert not any("tok_secret" in json.dumps(event) for event in events)


def test_who_hangs_up_right_after_paying_has_paid(deps, publish, line):
    publish(PAY, PAY_SLOTS)
    asked = line.arrive()
    line.status = "completed"
    line.answer(asked, PaymentCardNumber="xxxxxxxxxxxx1111", **PAID)
    assert any(event.kind == "payment_ended" for event in rows(deps, CallEvent))


@pytest.mark.parametrize("result", ["too-many-failed-attempts", "caller-interrupted-with-star", ""])
def test_a_card_that_was_not_taken_goes_on_to_failed(publish, line, result):
    publish(PAY, PAY_SLOTS)
    assert line.answer(line.arrive(), Result=result).says == "Goodbye."


# --- secrets


class Bank(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Authorization"], body.decode()))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def bank():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


ASK = "  go: {fetch: '{{ service.bank }}/x', method: POST, headers: {Authorization: 'Bearer {{ secret.bank_key }}'}, body: {key: '{{ secret.bank_key }}'}, next: said, failed: bye}\n  said: {say: Done., next: bye}\n"


@pytest.mark.promise(37)
def test_a_secret_reaches_the_service_and_nothing_else(deps, publish, app, bank, capsys):
    """Neither the database, nor the log, nor a document, nor a repr."""
    secrets = SiteSecrets({"CALLWRIGHT_SECRET_BANK_KEY": 's3cr"et-key'}, deps.settings.home)
    object.__setattr__(deps, "fetcher", Fetcher(deps.clock, secrets=secrets))
    publish(ASK, site=SITE + f"services: {{bank: 'http://127.0.0.1:{bank.server_port}'}}\n")
    document = Line(app.test_client()).arrive()
    assert document.says == "Done. Goodbye."
    assert bank.seen == [('Bearer s3cr"et-key', '{"key": "s3cr\\"et-key"}')]
    written = (
        everything(deps) + capsys.readouterr().err + document.text + repr(secrets) + repr(deps.fetcher) + repr(deps)
    )
    assert "s3cr" not in written


def test_a_secret_that_is_not_there_fails_the_request_and_not_the_call(deps, publish, line, bank):
    publish(ASK, site=SITE + f"services: {{bank: 'http://127.0.0.1:{bank.server_port}'}}\n")
    assert line.arrive().says == "Goodbye."
    assert bank.seen == []


@pytest.mark.promise(37)
def test_a_secret_may_lie_in_a_file_that_only_its_owner_reads(settings):
    folder = settings.home / "secrets" / "site"
    folder.mkdir(parents=True)
    path = folder / "bank_key"
    path.write_text("from-the-file\n")
    path.chmod(0o600)
    secrets = secrets_of(settings)
    assert secrets.value("bank_key") == "from-the-file"
    path.chmod(0o640)
    for name in ("bank_key", "other", "../auth_token", "Bank"):
        with pytest.raises(SecretMissing):
            secrets.value(name)
    assert os.environ.get("CALLWRIGHT_SECRET_BANK_KEY") is None


def test_what_waits_for_the_next_webhook_is_kept_whole():
    """After a promise the next request is made by the next webhook: it comes back as it was."""
    from call_flows.actions import ChangeCustomer, Fetch, FindCustomer, SendMessage

    for action in (
        Fetch("https://x", "POST", {"A": "b"}, "{}", 2.0, 1), FindCustomer(CALLER), SendMessage(CALLER, "Hi"),
        ChangeCustomer(CALLER, {"tier": "gold"}, ("a",), ("b",), create=True),
    ):  # fmt: skip
        assert restored(json.loads(json.dumps(kept(action)))) == action
    assert restored({"url": "https://x"}) == Fetch("https://x")
