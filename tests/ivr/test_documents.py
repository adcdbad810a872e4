"""Documents: every action drawn, nothing of a caller's ever markup."""

import typing
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from call_flows.actions import (
    Action,
    Collect,
    Dial,
    DialTarget,
    Enqueue,
    HangUp,
    InnerAction,
    KeepComment,
    KeepScore,
    LeaveQueue,
    NoteConsent,
    Pause,
    PauseRecording,
    Play,
    RaiseAlert,
    RecordMessage,
    Refuse,
    ResumeRecording,
    Say,
    StartRecording,
    StopRecording,
    TagCall,
    TakeCard,
)
from call_flows.kinds import CardToken, SurveyKind
from ivr.sentences import Sentence
from ivr.twiml import DocumentTooLarge, Page, render
from ivr.twiml.apology import farewell, go_on_at, hold_on, message_for_nobody, nothing
from ivr.twiml.calling_back import hold_for_agent, leave_message, press_one
from ivr.twiml.meeting import agent_joins, caller_joins, customer_joins, whisper

PAGE = Page("https://voice.example.com", "CW1", "3", "v1", frozenset({("en-US", "welcome")}))
LINK = "https://voice.example.com/voice/calls/CW1/3"

PAYLOADS = [
    "</Say><Hangup/><Say>",
    "<Redirect>https://evil.example/</Redirect>",
    '" action="https://evil.example/',
    "&lt;Dial&gt;+19005550100&lt;/Dial&gt;",
    "<![CDATA[<Dial>+19005550100</Dial>]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<?xml version='1.0'?><Response><Dial>+19005550100</Dial></Response>",
    "{{ account }} {% for x in y %} ${7*7} #{7*7}",
    "a\x00b\x08c\x1bd\ufffe\ud800",
    "<speak><break time='3600s'/><audio src='https://evil.example/a.mp3'/></speak>",
    "Robert'); DROP TABLE calls;--",
    "\u202eevil\u2066",
    "mark \ue000\ue001",
    "]]>",
    "=cmd|' /C calc'!A0",
]


def drawn(*actions, page=PAGE):
    return ET.XML(render(actions, page))


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Say("Hello", "en-US"), '<Say language="en-US" voice="Polly.Joanna">Hello</Say>'),
        (Say("Moi", "fi-FI"), '<Say language="fi-FI">Moi</Say>'),
        (Play("welcome", "en-US", "Hi"), "<Play>https://voice.example.com/prompts/v1/en-US/welcome.wav</Play>"),
        (Play("missing", "en-US", "Hi"), '<Say language="en-US" voice="Polly.Joanna">Hi</Say>'),
        (Play("welcome", "es-US", ""), "<Play>https://voice.example.com/prompts/v1/en-US/welcome.wav</Play>"),
        (Play("welcome", "es-US", "Hola"), '<Say language="es-US" voice="Polly.Lupe">Hola</Say>'),
        (Play("missing", "es-US", ""), ""),
        (NoteConsent(given=True), ""),
        (TagCall("vip"), ""),
        (HangUp(), "<Hangup />"),
        (Refuse("busy"), '<Reject reason="busy" />'),
        (Refuse("other"), '<Reject reason="rejected" />'),
        (LeaveQueue("left"), "<Leave />"),
        (Pause(2.5), f'<Pause length="3" /><Redirect method="POST">{LINK}/resumed</Redirect>'),
        (PauseRecording(), '<Stop><Stream name="listen" /></Stop>'),
        (StopRecording(), '<Stop><Stream name="listen" /></Stop>'),
        (ResumeRecording(), ""),
        (
            Enqueue("billing", ((0.0, {"billing": 3}),)),
            (
                f'<Enqueue action="{LINK}/queued" maxQueueSize="5000" method="POST" '
                'waitUrl="https://voice.example.com/voice/calls/CW1/wait" waitUrlMethod="POST">billing</Enqueue>'
            ),
        ),
        (
            Dial(DialTarget.NUMBER, "+12025550177", timeout=20, caller_id="+12025550100"),
            (
                f'<Dial action="{LINK}/dialled" answerOnBridge="true" callerId="+12025550100" method="POST" '
                'timeout="20"><Number>+12025550177</Number></Dial>'
            ),
        ),
        (
            Dial(DialTarget.AGENT, "ana", whisper="Hi"),
            (
                f'<Dial action="{LINK}/dialled" answerOnBridge="true" method="POST" timeout="30">'
                f'<Client method="POST" url="{LINK}/whisper">ana</Client></Dial>'
            ),
        ),
        (
            Dial(DialTarget.SIP, "sip:a@example.com"),
            (
                f'<Dial action="{LINK}/dialled" answerOnBridge="true" method="POST" timeout="30">'
                "<Sip>sip:a@example.com</Sip></Dial>"
            ),
        ),
        (
            Collect((Say("Press 1", "en-US"),), max_digits=1),
            (
                f'<Gather action="{LINK}/gathered" actionOnEmptyResult="true" finishOnKey="#" input="dtmf" '
                'method="POST" numDigits="1" timeout="5">'
                '<Say language="en-US" voice="Polly.Joanna">Press 1</Say></Gather>'
            ),
        ),
        (
            Collect((), keys=False, speech=True, hints=("my bill, please", "balance"), timeout=3, barge_in=False),
            (
                f'<Gather action="{LINK}/gathered" actionOnEmptyResult="true" bargeIn="false" '
                'hints="my bill please,balance" input="speech" language="en-US" method="POST" profanityFilter="false" '
                'speechTimeout="auto" timeout="3" />'
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_action_is_drawn_as_the_carrier_wants_it(action, expected):
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    body = f"<Response>{expected}</Response>" if expected else "<Response />"
    assert render([action], PAGE) == declaration + body


def test_no_action_is_forgotten():
    """The union is closed: what is not drawn here is performed by ourselves, and nothing else exists."""
    drawables = set(typing.get_args(Action)) - set(typing.get_args(InnerAction))
    shown = [
        Say("x", "en-US"), Play("x", "en-US"), StartRecording(), PauseRecording(), ResumeRecording(), StopRecording(),
        NoteConsent(given=True), TagCall("x"), Collect(()), Enqueue("x", ()), LeaveQueue("x"),
        Dial(DialTarget.SIP, "x"), RecordMessage(), Pause(1), HangUp(), Refuse(), RaiseAlert("x"), TakeCard(()),
        KeepScore(SurveyKind.CSAT, 5, "f", "n"), KeepComment(SurveyKind.CSAT, "RE1", 3.0, "f", "n"),
    ]  # fmt: skip
    assert {type(action) for action in shown} == drawables
    assert drawn(*shown).tag == "Response"


def test_a_card_is_asked_for_by_the_carrier_and_never_by_a_gather():
    """The number is never in a document of ours, nor in an answer to one."""
    root = drawn(TakeCard((Say("Your card, please.", "en-US"),), "Shop", "20.45", description="<b>", attempts=2))
    assert [child.tag for child in root] == ["Say", "Pay", "Redirect"]
    pay = root.find("Pay").attrib
    assert pay == {
        "input": "dtmf", "action": f"{LINK}/paid", "paymentMethod": "credit-card", "paymentConnector": "Shop",
        "chargeAmount": "20.45", "currency": "usd", "description": "<b>", "tokenType": "reusable",
        "securityCode": "true", "postalCode": "true", "validCardTypes": "visa mastercard amex", "maxAttempts": "2",
        "timeout": "7", "language": "en-US",
    }  # fmt: skip


def test_a_card_that_is_not_charged_is_only_made_a_token():
    pay = drawn(TakeCard((), token=CardToken.ONE_TIME)).find("Pay").attrib
    assert (pay["chargeAmount"], pay["tokenType"], "currency" in pay) == ("0", "one-time", False)


def test_a_comment_after_a_survey_is_nobodys_task():
    record = drawn(RecordMessage(comment=True)).find("Record")
    assert record.attrib["recordingStatusCallback"].endswith("/voice/recording/CW1?kind=comment")


def test_a_message_is_taken_with_its_limits_and_told_of_twice():
    record = drawn(RecordMessage(60, 3, finish_on_key="*", queue="billing")).find("Record")
    assert record.attrib["maxLength"] == "60"
    assert record.attrib["timeout"] == "3"
    assert record.attrib["action"] == f"{LINK}/recorded"
    assert record.attrib["recordingStatusCallback"].endswith("/voice/recording/CW1?kind=message")


def test_a_stream_is_started_only_where_there_is_somewhere_to_send_it():
    page = Page("https://voice.example.com", "CW1", "3", stream_url="wss://media.example.com/media/ST1")
    stream = drawn(StartRecording(), page=page).find("Start/Stream")
    assert stream.attrib["url"] == "wss://media.example.com/media/ST1"
    assert drawn(StartRecording()).find("Start/Stream") is None
    assert drawn(StartRecording()).find("Start/Recording") is not None


def test_in_a_wait_links_lead_back_into_the_wait_and_a_pause_needs_none():
    page = Page("https://voice.example.com", "CW1", "wait/4")
    assert drawn(Collect(()), page=page).find("Gather").attrib["action"].endswith("/voice/calls/CW1/wait/4/gathered")
    assert [verb.tag for verb in drawn(Pause(5), page=page)] == ["Pause"]


def test_a_kept_document_is_the_same_as_one_drawn_afresh():
    """Menus are drawn once and kept; only their links differ from caller to caller."""
    menu = Collect((Say("Press 1", "en-US"),))
    first = render([menu], PAGE)
    other = render([menu], Page("https://voice.example.com", "CW2", "9", "v1", PAGE.prompts))
    assert other == first.replace("CW1/3", "CW2/9")
    assert render([menu], PAGE) == first


@pytest.mark.promise(23)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_caller_says_is_never_markup(payload):
    """Names, speech and digits come back in prompts: as text, in every place a text can stand."""
    actions = [
        Say(payload, "en-US"),
        Play("missing", "en-US", payload),
        Collect((Say(payload, "en-US"),), speech=True, hints=(payload, "balance")),
        Dial(DialTarget.NUMBER, payload, caller_id=payload),
        Enqueue(payload, ()),
    ]
    root = drawn(*actions)
    assert [verb.tag for verb in root] == ["Say", "Say", "Gather", "Dial", "Enqueue"]
    assert [verb.tag for verb in root.find("Gather")] == ["Say"]
    assert [verb.tag for verb in root.find("Dial")] == ["Number"]
    hosts = {
        value for element in root.iter() for name, value in element.items() if name in {"action", "url", "waitUrl"}
    }
    assert all(value.startswith("https://voice.example.com/voice/calls/CW1") for value in hosts)


@pytest.mark.promise(23)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_documents_of_the_house_itself_are_as_safe(payload):
    root = ET.XML(whisper(payload, "en-US"))
    assert {verb.tag for verb in root} <= {"Say"}
    for text in (agent_joins(PAGE, payload), caller_joins(PAGE, payload), customer_joins(PAGE, payload, recorded=True)):
        assert {element.tag for element in ET.XML(text).iter()} <= {
            "Response", "Dial", "Conference", "Start", "Recording",
        }  # fmt: skip


@pytest.mark.promise(23)
@hypothesis_settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_makes_a_document_that_parses(text):
    root = drawn(Say(text, "en-US"), Collect((Say(text, "en-US"),), speech=True, hints=(text,)))
    assert [verb.tag for verb in root if verb.tag != "Say"] == ["Gather"]


def test_a_long_text_is_spoken_in_pieces_at_spaces():
    says = drawn(Say("word " * 2000, "en-US")).findall("Say")
    assert [len(say.text) <= 4096 for say in says] == [True] * 3
    assert " ".join(say.text for say in says).split() == ["word"] * 2000
    assert len(drawn(Say("x" * 9000, "en-US")).findall("Say")) == 3


def test_a_document_no_carrier_would_read_to_its_end_is_refused():
    with pytest.raises(DocumentTooLarge, match="64 KB"):
        render([Say("é" * 40_000, "en-US")], PAGE)


def test_the_house_has_a_word_for_each_occasion_in_each_language_it_speaks():
    for which in Sentence:
        for language, spoken in (("en-GB", "en-GB"), ("es-MX", "es-MX"), ("fi-FI", "en-US")):
            say = ET.XML(farewell(which, language)).find("Say")
            assert say.text
            assert say.attrib["language"] == spoken


def test_the_houses_own_documents():
    assert nothing().endswith("<Response />")
    assert [verb.tag for verb in ET.XML(hold_on())] == ["Say", "Pause"]
    assert [verb.tag for verb in ET.XML(message_for_nobody("https://voice.example.com"))] == ["Say", "Record"]
    assert ET.XML(go_on_at([Say("x", "en-US")], PAGE)).find("Redirect").text == f"{LINK}/resumed"
    asked = ET.XML(press_one(PAGE, "https://voice.example.com/x", "es-US", recorded=True, hints="sí, no"))
    assert len(asked.findall("Gather/Say")) == 3
    held = ET.XML(hold_for_agent(PAGE, "https://voice.example.com/again", "en-US", first=True))
    assert [verb.tag for verb in held] == ["Say", "Say", "Pause", "Redirect"], (
        "without the site's music a word, not silence"
    )
    assert [verb.tag for verb in ET.XML(leave_message(PAGE, PAYLOADS[0], "en-US"))] == ["Pause", "Say", "Hangup"]
    conference = ET.XML(agent_joins(PAGE, "RV1")).find("Dial/Conference").attrib
    assert (conference["startConferenceOnEnter"], conference["endConferenceOnExit"]) == ("true", "true")
    waiting = ET.XML(caller_joins(PAGE, "RV1"))
    assert waiting.find("Dial").attrib["action"] == f"{LINK}/answered"
    assert waiting.find("Dial/Conference").attrib["startConferenceOnEnter"] == "false"


def test_a_caller_who_says_nothing_after_the_tone_comes_back_to_the_flow():
    """Silence is trimmed; the carrier then asks no action, and goes on with the verb after the Record."""
    document = drawn(RecordMessage(queue="billing"))
    record = document.find("Record")
    assert record.get("trim") == "trim-silence"
    assert document.find("Redirect").text == record.get("action")
