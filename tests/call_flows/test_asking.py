"""The verb `ask`, talked to: making sure, correcting, giving reasons, helping, and never asking twice."""

import pytest

from call_flows.events import Collected
from call_flows.notes import MASK, Answered, ExitTaken, SlotSet
from tests.call_flows.conftest import SITE


def ask(slot: str, more: str = "", header: str = "") -> str:
    return f"""
flow: main
{header}always: {{"0": people, "agent": people}}
slots: {{it: {slot}}}
start: it
nodes:
  it: {{ask: What is it?, into: it, next: bye, failed: people{more}}}
  people: {{queue: billing, failed: bye}}
  bye: {{hang_up: Goodbye.}}
"""


ACCOUNT = "{type: digits, length: 4}"
PRIVATE = "{type: digits, length: 4, private: true}"
FRENCH = SITE.replace("[en-US, es-US]", "[en-US, es-US, fr-FR]")


def test_a_spoken_account_number_is_read_back_and_confirmed(make_talk):
    """One in three spoken account numbers is misheard somewhere."""
    talk = make_talk(ask(ACCOUNT)).speak("four one one two")
    assert talk.heard == "I heard four, one, one, two. If that is right, press 1. To try again, press 2."
    assert {"yes", "no", "four"} <= set(talk.last.hints)
    assert talk.speak("yes").state.ended
    assert talk.state.slots["it"] == "4112"


def test_a_keyed_account_number_is_taken_at_once(make_talk):
    """Keys are not misheard."""
    assert make_talk(ask(ACCOUNT)).press("4112").state.ended


@pytest.mark.parametrize("said", ["no, four one one three", "no it's four one one three", "four one one three"])
def test_a_correction_in_one_go_is_taken_and_read_back(make_talk, said):
    """A caller who is asked whether it is right says what is right."""
    talk = make_talk(ask(ACCOUNT)).speak("four one one two").speak(said)
    assert talk.heard.startswith("I heard four, one, one, three.")
    assert talk.speak("yes").state.slots["it"] == "4113"


def test_a_plain_no_asks_again_and_keeps_nothing(make_talk):
    """The wrong number must not be used by what comes after."""
    talk = make_talk(ask(ACCOUNT)).speak("four one one two").speak("no")
    assert talk.heard == "What is it?"
    assert talk.state.slots["it"] is None
    assert talk.press("4113").state.slots["it"] == "4113"


@pytest.mark.parametrize("answers", [["no"] * 3, ["", "", ""], ["pizza"] * 3, ["no, four one one three"] * 4])
def test_what_is_never_confirmed_is_never_known(make_talk, answers):
    """The way out of a talk that does not succeed leaves no number behind."""
    talk = make_talk(ask(ACCOUNT)).speak("four one one two")
    for answer in answers:
        if talk.node == "it":
            talk.speak(answer)
    assert (talk.node, talk.state.slots["it"]) == ("people", None)


def test_a_person_is_in_reach_while_confirming(make_talk):
    """What works everywhere works here, and leaves no unconfirmed number."""
    talk = make_talk(ask(ACCOUNT)).speak("four one one two").speak("agent")
    assert (talk.node, talk.state.slots["it"]) == ("people", None)


def test_yes_may_be_said_as_the_key(make_talk):
    """Press 1, says the prompt, so callers say one."""
    assert make_talk(ask(ACCOUNT)).speak("four one one two").speak("one").state.ended


def test_of_a_date_only_what_was_wrong_is_asked_again(make_talk):
    """No; then the day alone."""
    slot = "{type: date}"
    talk = make_talk(ask(slot, ", read_back: always")).speak("twenty third of March")
    assert talk.heard.startswith("I heard Monday, March 23.")
    assert talk.speak("no, the twenty fourth").heard.startswith("I heard Tuesday, March 24.")
    talk.speak("no").speak("the twenty fifth")
    assert talk.heard.startswith("I heard Wednesday, March 25.")
    assert talk.speak("yes").state.slots["it"] == "2026-03-25"


@pytest.mark.promise(32)
def test_a_private_number_is_made_sure_of_without_being_spoken(make_talk):
    """Said twice alike, or keyed: then it is right, and nobody near the caller has heard it from us."""
    talk = make_talk(ask(PRIVATE)).speak("four one one two")
    assert talk.heard == "To be sure, please say it once more, or enter it with the keys."
    talk.speak("four one one three")
    assert talk.heard.startswith("That was not the same as before.")
    talk.speak("four one one three")
    assert talk.state.ended
    assert talk.state.slots["it"] == "4113"
    assert talk.notes(Answered)[0].speech == MASK
    assert talk.notes(SlotSet) == [SlotSet("it", MASK)]


def test_a_private_number_that_is_keyed_the_second_time_is_taken(make_talk):
    """Keys settle it."""
    talk = make_talk(ask(PRIVATE)).speak("four one one two").press("4119")
    assert (talk.state.ended, talk.state.slots["it"]) == (True, "4119")


def test_private_numbers_that_never_agree_lead_to_a_person(make_talk):
    """And are not kept."""
    talk = make_talk(ask(PRIVATE)).speak("four one one two")
    talk.speak("four one one three").speak("four one one four").speak("four one one five")
    assert (talk.node, talk.state.slots["it"]) == ("people", None)


@pytest.mark.parametrize(("confidence", "asked"), [(0.3, True), (0.9, False), (None, False)])
def test_an_amount_of_which_the_recogniser_is_unsure_is_read_back(make_talk, confidence, asked):
    """Asking always would be a nuisance, asking never a risk."""
    talk = make_talk(ask("{type: money}"))
    talk.send(Collected(talk.facts, speech="twenty dollars and fifty cents", confidence=confidence))
    assert talk.heard.startswith("I heard 20 dollars and 50 cents." if asked else "Goodbye.")


def test_a_short_number_is_not_read_back(make_talk):
    """Two people are not an account."""
    assert make_talk(ask("{type: digits, length: 1}")).speak("two").state.ended


def test_once_is_never_asked_twice(make_talk):
    """What the caller has said stays said."""
    flow = (
        ask(ACCOUNT, ", once: true")
        .replace("next: bye", "next: again")
        .replace("  people:", "  again: {ask: Once more?, into: it, once: true, next: bye, failed: people}\n  people:")
    )
    talk = make_talk(flow).press("4112")
    assert talk.state.ended
    assert "Once more?" not in talk.heard


@pytest.mark.parametrize(
    ("slot", "keys", "reason"),
    [
        (ACCOUNT, "12", "That was too short."),
        ("{type: digits, max_length: 3}", "1234", "That was too long."),
        ("{type: number, min: 3}", "2", "It must be at least 3."),
        ("{type: money, max: 100}", "101", "It must be at most 100 dollars."),
        ("{type: date, when: future}", "02012026", "That day has passed."),
        ("{type: date, when: past}", "02012027", "That day is still to come."),
    ],
)
def test_a_refused_answer_is_told_why(make_talk, slot, keys, reason):
    """The caller can only put right what he knows to be wrong."""
    assert make_talk(ask(slot)).press(keys).heard == f"{reason} What is it?"


def test_words_escalate_with_each_failure_of_a_kind(make_talk):
    """The same words again help nobody."""
    talk = make_talk(ask(ACCOUNT, ", tries: 5"))
    assert talk.speak("pizza").heard == "Sorry, I did not understand. What is it?"
    assert talk.silence().heard == "I did not hear you. What is it?"
    talk.speak("pizza")
    assert talk.heard.startswith("Sorry, I still did not understand. Please say the digits one by one, or enter them")
    assert talk.silence().heard.startswith("I still cannot hear you.")


def test_a_designers_own_words_escalate_too(make_talk):
    """`no_input_again` and `no_match_again`."""
    own = ", tries: 5, no_match: Pardon?, no_match_again: Try the keys., no_input: Hello?, no_input_again: Still there?"
    talk = make_talk(ask(ACCOUNT, own))
    heard = [talk.speak("x").heard, talk.speak("x").heard, talk.silence().heard, talk.silence().heard]
    assert heard == [f"{said} What is it?" for said in ("Pardon?", "Try the keys.", "Hello?", "Still there?")]


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en-US", "two digits for the month and two for the day"),
        ("es-US", "dos cifras para el mes y dos para el día"),
        ("fr-FR", "deux chiffres pour le jour et deux pour le mois"),
    ],
)
def test_help_names_the_keys_in_the_order_they_are_taken(make_talk, language, order):
    """MMDD or DDMM: the caller must be told."""
    flow = ask("{type: date}", header=f"language: {language}\n")
    talk = make_talk(flow, FRENCH).speak("x").speak("x")
    assert order in talk.heard


@pytest.mark.parametrize(
    ("slot", "language", "said", "value"),
    [
        ("{type: money}", "es-US", "cinco dólares con veinte", 5.2),
        ("{type: date}", "es-US", "el próximo viernes", "2026-03-06"),
        ("{type: time}", "fr-FR", "neuf heures et demie du matin", "09:30"),
        ("{type: number}", "fr-FR", "soixante et onze", 71),
    ],
)
def test_each_language_is_understood_on_the_line(make_talk, slot, language, said, value):
    """From the words of the caller to the slot, in a whole step."""
    talk = make_talk(ask(slot, header=f"language: {language}\n"), FRENCH).speak(said)
    assert talk.state.slots["it"] == value


def test_today_is_that_of_the_sites_own_clock(make_talk):
    """At one in the morning in London it is still yesterday in New York."""
    from datetime import UTC, datetime

    from call_flows.facts import Facts

    facts = Facts(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    talk = make_talk(ask("{type: date}"), facts=facts).speak("today")
    assert talk.state.slots["it"] == "2026-03-02"


def test_the_exit_for_silence_is_taken_after_silence(make_talk):
    """`silent` beside `failed`."""
    talk = make_talk(ask(ACCOUNT, ", tries: 1, silent: bye")).silence()
    assert talk.notes(ExitTaken)[0].exit == "silent"
