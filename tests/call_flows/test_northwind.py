"""The bank that ships: whole calls through it, in both languages, by key and by voice, at any hour."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

from datetime import UTC, datetime

import pytest

from call_flows.actions import ChangeCustomer, Collect, Enqueue, Fetch, HangUp, RecordMessage, StartRecording
from call_flows.events import CustomerAnswered, Fetched
from call_flows.library import NORTHWIND
from call_flows.notes import MASK, SlotSet
from tests.call_flows.conftest import Talk, open_facts

MIDNIGHT = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 7, 3, 15, 0, tzinfo=UTC)  # the Fourth of July of 2026 is observed on Friday the third


@pytest.mark.promise(31)
def test_the_notice_is_heard_before_anything_is_recorded(talk_to_northwind):
    """First the greeting and the notice; the recording starts with the answer to it."""
    talk = talk_to_northwind()
    assert talk.heard == "Thank you for calling Northwind Bank. This call is recorded. To opt out, press 9."
    assert StartRecording() not in talk.actions
    assert StartRecording() in talk.silence().actions
    assert StartRecording() not in talk_to_northwind().press("9").actions


def test_a_caller_hears_a_balance(talk_to_northwind):
    """By key all the way; the account number stays out of the log."""
    talk = talk_to_northwind().silence().press("1")
    assert talk.heard == "Please enter your eight digit account number."
    talk.press("12345678")
    assert talk.last == Fetch("http://127.0.0.1:8099/accounts/12345678", timeout=3.0)
    assert SlotSet("account", MASK) in talk.step.notes
    talk.send(Fetched(talk.facts, 200, {"account": "12345678", "available": 1240.5}))
    assert talk.heard.startswith("Your balance is 1240 dollars and 50 cents. For anything else, press 1.")
    assert "12345678" not in repr(talk.step.notes)
    assert talk.silence().actions[-1] == HangUp()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {"error": "none"}), "I cannot find that account. Please enter your eight digit account number."),
        ((None, None), "I cannot reach your account at the moment. One moment, please."),
        ((500, None), "I cannot reach your account at the moment. One moment, please."),
        ((200, {"available": None}), "I cannot reach your account at the moment. One moment, please."),
    ],
)
def test_a_bank_that_fails_is_told_and_leads_to_a_person(talk_to_northwind, answer, said):
    """Whatever the service does, the caller is not left alone."""
    talk = talk_to_northwind().silence().press("1").press("12345678")
    talk.send(Fetched(talk.facts, *answer))
    assert talk.heard.startswith(said)


@pytest.mark.parametrize(
    ("words", "queue"),
    [("billing", "billing"), ("i have a question about a charge", "billing"), ("two", "billing"), ("three", "technical"),
     ("technical support please", "technical"), ("operator", "technical"), ("agent", "technical")],
)  # fmt: skip
def test_a_choice_may_be_spoken(talk_to_northwind, words, queue):
    """What the recogniser brings, among other words."""
    talk = talk_to_northwind().silence().speak(words)
    assert isinstance(talk.last, Enqueue)
    assert talk.last.queue == queue


def test_the_words_to_listen_for_are_those_of_the_language(talk_to_northwind):
    """They restrict recognition: English words for an English caller."""
    assert {"billing", "two", "operator"} <= set(talk_to_northwind().silence().last.hints)
    spanish = talk_to_northwind(language="es-US").silence().last.hints
    assert {"facturación", "dos", "operador"} <= set(spanish)
    assert "billing" not in spanish


def test_a_spanish_caller_is_served_in_spanish_to_the_end(talk_to_northwind):
    """Key 5, then no English word but the offer to go back to it; the agent must speak Spanish."""
    talk = talk_to_northwind().silence().press("5")
    assert talk.last == ChangeCustomer("+12025550142", {"language": "es-US"}, create=True)
    talk.send(CustomerAnswered(talk.facts, known=True))
    assert talk.heard.startswith("Para su saldo, oprima 1.")
    assert talk.last.language == "es-US"
    talk.press("1").press("20262026")
    talk.send(Fetched(talk.facts, 200, {"available": 87.05}))
    assert talk.heard.startswith("Su saldo es de 87 dólares con 5 centavos. Para otra consulta")
    talk.press("1").speak("facturación")
    assert talk.last.rings[0][1] == {"billing": 3, "spanish": 2}
    assert {action.language for action in talk.actions if hasattr(action, "language")} <= {"es-US"}


def test_the_way_back_to_english(talk_to_northwind):
    """The same key."""
    talk = talk_to_northwind(language="es-US").silence().press("5")
    talk.send(CustomerAnswered(talk.facts, known=True))
    assert talk.heard.startswith("For your balance")


@pytest.mark.parametrize("moment", [MIDNIGHT, HOLIDAY])
def test_technical_help_answers_at_any_hour(northwind, moment):
    """Whoever tries the demo in the evening or on a holiday still reaches an agent."""
    talk = Talk(northwind, open_facts(northwind, moment)).silence()
    assert isinstance(talk.press("3").last, Enqueue)
    talk = Talk(northwind, open_facts(northwind, moment)).silence()
    assert isinstance(talk.press("0").last, Enqueue)


def test_the_billing_office_is_closed_at_night_and_on_holidays(northwind):
    """A message, a time, or technical help."""
    night = Talk(northwind, open_facts(northwind, MIDNIGHT)).silence().press("2")
    assert night.heard.startswith("The billing office is closed now. To leave a message, press 1.")
    assert night.press("1").last == RecordMessage(120.0, 5.0, queue="billing")
    holiday = Talk(northwind, open_facts(northwind, HOLIDAY)).silence().press("2")
    assert holiday.heard.startswith("Today is a public holiday. The billing office is closed now.")


def test_silence_at_the_front_menu_reaches_a_person(talk_to_northwind):
    """Three tries, then the operator."""
    talk = talk_to_northwind().silence().silence().silence()
    assert isinstance(talk.last, Collect)
    assert isinstance(talk.silence().last, Enqueue)


def test_the_hold_music_is_there_and_loops_softly():
    """Eight kilohertz, sixteen seconds, never loud: it plays below nobody's words."""
    import wave

    with wave.open(str(NORTHWIND / "prompts" / "en-US" / "hold_music.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 128000)
        frames = file.readframes(128000)
    loudest = max(abs(int.from_bytes(frames[at : at + 2], "little", signed=True)) for at in range(0, len(frames), 64))
    assert 1000 < loudest < 8000
