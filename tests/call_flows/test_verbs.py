"""Each verb, talked to: what it says, what it waits for, where it goes."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

import pytest

from call_flows.actions import (
    Collect,
    Dial,
    DialTarget,
    Enqueue,
    Fetch,
    HangUp,
    NoteConsent,
    Pause,
    PauseRecording,
    Play,
    RecordMessage,
    Refuse,
    Say,
    StartRecording,
    TagCall,
)
from call_flows.events import (
    DialEnded,
    DialOutcome,
    Fetched,
    HungUp,
    MessageRecorded,
    QueueEnded,
    QueueOutcome,
    Resumed,
)
from call_flows.facts import CallerFacts, Facts, QueueFacts
from call_flows.notes import MASK, Answered, ExitTaken, Fault, NodeEntered, SlotSet
from tests.call_flows.conftest import MONDAY_MORNING, SITE

TAIL = """
  people: {queue: billing, failed: bye}
  bye: {hang_up: Goodbye.}
"""

MENU = f"""
flow: main
always: {{"0": people, "agent, help me": people}}
start: front
nodes:
  front:
    menu: For cats, press 1. For dogs, press 2.
    options:
      - {{press: 1, says: [cats, my cat], next: cats}}
      - {{press: 2, says: [dogs], next: dogs}}
    no_input: Nothing heard.
    failed: bye
  cats: {{say: Cats., next: people}}
  dogs: {{say: Dogs., next: bye}}
{TAIL}"""


def test_a_menu_takes_a_key(make_talk):
    """The commonest step of all."""
    talk = make_talk(MENU)
    assert isinstance(talk.last, Collect)
    assert (talk.last.max_digits, talk.last.speech, "cats" in talk.last.hints) == (1, True, True)
    talk.press("2")
    assert talk.actions == (Say("Dogs.", "en-US"), Say("Goodbye.", "en-US"), HangUp())
    assert talk.state.ended


@pytest.mark.parametrize(
    ("words", "node"),
    [("cats", "people"), ("um my cat please", "people"), ("DOGS!", "bye"), ("dog", "bye"), ("one", "people"),
     ("agent", "people"), ("cats or dogs", "front"), ("pizza", "front")],
)  # fmt: skip
def test_a_menu_takes_words_and_refuses_to_guess(make_talk, words, node):
    """The phrase, the phrase among others, nearly the phrase, the key as a word; two at once are asked again."""
    talk = make_talk(MENU).speak(words)
    assert talk.state.at.node == node


def test_a_menu_asks_three_times_and_then_goes_where_failed_leads(make_talk):
    """Silence and nonsense are answered differently, and neither lasts for ever."""
    talk = make_talk(MENU).silence()
    assert talk.heard.startswith("Nothing heard. For cats")
    talk.press("7")
    assert talk.heard.startswith("Sorry, I did not understand. For cats")
    talk.silence()
    assert talk.state.ended
    assert talk.notes(ExitTaken)[0].exit == "failed"


def test_the_way_through_is_told_to_the_log(make_talk):
    """Journeys on the desk and in reports come from here."""
    talk = make_talk(MENU).press("1")
    assert talk.step.notes == (
        Answered("main", "front", "1", "", understood=True),
        ExitTaken("main", "front", "press 1"),
        NodeEntered("main", "cats", "say"),
        ExitTaken("main", "cats", "next"),
        NodeEntered("main", "people", "queue"),
    )


def ask(slot: str, more: str = "") -> str:
    return f"""
flow: main
always: {{"0": people, "agent": people}}
slots: {{it: {slot}}}
start: it
nodes:
  it: {{ask: What is it?, into: it, next: bye, failed: people{more}}}
{TAIL}"""


@pytest.mark.parametrize(
    ("slot", "digits", "speech", "value"),
    [
        ("{type: digits, length: 4}", "0042", "", "0042"),
        ("{type: digits, length: 4}", "", "zero zero four two", "0042"),
        ("{type: digits, length: 4}", "", "double oh four two", "0042"),
        ("{type: digits, length: 4}", "123", "", None),
        ("{type: number, min: 1, max: 10}", "5", "", 5),
        ("{type: number, min: 1, max: 10}", "", "eleven", None),
        ("{type: number}", "2*5", "", 2.5),
        ("{type: money}", "", "a hundred and five dollars", 105),
        ("{type: money}", "", "twenty dollars and fifty cents", 20.5),
        ("{type: yes_no}", "2", "", False),
        ("{type: yes_no}", "", "yes please", True),
        ("{type: phone}", "2025550142", "", "+12025550142"),
        ("{type: phone}", "123", "", None),
        ("{type: choice, values: [checking, savings]}", "2", "", "savings"),
        ("{type: choice, values: [checking, savings]}", "", "my checking account", "checking"),
        ("{type: date}", "0323", "", "2026-03-23"),
        ("{type: date}", "03232027", "", "2027-03-23"),
        ("{type: date}", "0231", "", None),
        ("{type: date}", "", "the twenty third of March", "2026-03-23"),
        ("{type: date}", "", "tomorrow", "2026-03-03"),
        ("{type: date}", "", "next friday", "2026-03-06"),
        ("{type: time}", "1545", "", "15:45"),
        ("{type: time}", "", "half past nine in the morning", "09:30"),
        ("{type: time}", "2561", "", None),
        ("{type: text}", "", "I lost my card", "I lost my card"),
    ],
)
def test_a_question_understands_its_type(make_talk, slot, digits, speech, value):
    """By key and by voice; what is not an answer is asked again."""
    talk = make_talk(ask(slot))
    talk.press(digits) if digits else talk.speak(speech)
    assert talk.state.slots.get("it") == value
    if speech and "digits" in slot:
        talk.speak("yes")  # a spoken number is never taken unconfirmed
    assert talk.state.ended is (value is not None)


def test_what_works_everywhere_works_at_a_question_unless_it_is_an_answer(make_talk):
    """0 is an operator where an account number is asked for, and a number where a number is."""
    assert make_talk(ask("{type: digits, length: 4}")).press("0").node == "people"
    assert make_talk(ask("{type: digits, length: 4}")).speak("agent").node == "people"
    assert make_talk(ask("{type: number}")).press("0").state.slots == {"it": 0}
    assert make_talk(ask("{type: text}")).speak("agent").node == "people"


def test_a_question_reads_back_and_asks_anew_when_it_was_wrong(make_talk):
    """Confirm and correct."""
    talk = make_talk(ask("{type: digits, length: 4}", ', confirm: "You said {{ it | digits }}."')).press("1234")
    assert talk.heard.startswith("You said one, two, three, four. If that is right, press 1.")
    talk.speak("no")
    assert talk.heard == "What is it?"
    assert talk.press("4321").press("1").state.ended
    assert talk.state.slots["it"] == "4321"


def test_a_question_checks_its_answer(make_talk):
    """A condition of the designer's own."""
    talk = make_talk(ask("{type: number}", ", valid: it % 2 == 0, invalid: That is odd.")).press("3")
    assert talk.heard == "That is odd. What is it?"
    assert "it" not in talk.state.slots
    assert talk.press("4").state.slots["it"] == 4


@pytest.mark.promise(32)
def test_a_private_answer_is_masked_in_the_log(make_talk):
    """Sensitive keys reach neither the log nor the recording."""
    talk = make_talk(ask("{type: digits, length: 4, private: true}"))
    assert talk.last.private
    talk.press("4111")
    assert talk.notes(SlotSet) == [SlotSet("it", MASK)]
    assert talk.notes(Answered)[0].digits == MASK
    assert "4111" not in str(talk.step.notes)


def flow(nodes: str, header: str = "") -> str:
    tail = [line for line in TAIL.splitlines() if line.strip().partition(":")[0] in nodes + header]
    if any("people" in line for line in tail):
        tail = TAIL.splitlines()
    return f"flow: main\n{header}start: go\nnodes:\n{nodes}" + "\n".join(tail) + "\n"


def test_when_takes_the_first_branch_that_holds(make_talk):
    """A condition that cannot be computed does not hold, and is noted."""
    nodes = """
  go:
    when:
      - {if: "it > 3", next: people}
      - {if: "caller.number == '+12025550142' and now.hour == 10", next: bye}
    else: people
"""
    talk = make_talk(
        flow(nodes, "slots: {it: {type: number}}\n")
        .replace("start: go", "start: first")
        .replace("nodes:\n", "nodes:\n  first: {set: {it: None}, next: go}\n")
    )
    assert talk.node == "bye"
    assert [fault.code for fault in talk.notes(Fault)] == ["condition_failed"]


def test_set_computes_in_order_and_keeps_the_type(make_talk):
    """A value of another type empties the slot and is noted."""
    header = "slots: {a: {type: number}, b: {type: number}, c: {type: number}}\n"
    talk = make_talk(flow("""  go: {set: {a: 2, b: "a * 3", c: "'x'"}, next: bye}\n""", header))
    assert talk.state.slots == {"a": 2, "b": 6, "c": None}
    assert [fault.code for fault in talk.notes(Fault)] == ["value_refused"]


@pytest.mark.parametrize(
    ("status", "node"), [("open", "people"), ("closed", "bye"), ("holiday", "bye"), ("emergency", "bye"), (None, "bye")]
)
def test_hours_branch_by_the_facts(make_talk, status, node):
    """A holiday and an emergency count as closed where they have no exit, and so do hours nobody knows."""
    from call_flows.facts import HoursStatus

    hours = {"office": HoursStatus(status)} if status else {}
    talk = make_talk(flow("  go: {hours: office, open: people, closed: bye}\n"), facts=Facts(MONDAY_MORNING, hours))
    assert talk.node == node


def test_an_emergency_has_an_exit_of_its_own(make_talk):
    """It goes before the week and before holidays."""
    from call_flows.facts import HoursStatus

    nodes = "  go: {hours: office, open: bye, closed: bye, emergency: people}\n"
    facts = Facts(MONDAY_MORNING, {"office": HoursStatus.EMERGENCY})
    assert make_talk(flow(nodes), facts=facts).node == "people"


def test_consent_announces_and_records_unless_opted_out(make_talk):
    """The notice cannot be talked over; silence accepts."""
    consent = flow("""  go: {consent: "This call is recorded. To opt out, press 9.", opt_out: 9, next: people}\n""")
    talk = make_talk(consent)
    assert (talk.last.barge_in, talk.last.max_digits) == (False, 1)
    assert talk.silence().actions[:2] == (NoteConsent(given=True), StartRecording())
    talk = make_talk(consent).press("9")
    assert NoteConsent(given=False) in talk.actions
    assert StartRecording() not in talk.actions


def test_a_key_pressed_during_the_notice_answers_the_menu_after_it(make_talk):
    """Who calls often knows the menu; the notice was given, and another key than the opt-out accepts it."""
    nodes = """  go: {consent: "This call is recorded. To opt out, press 9.", opt_out: 9, next: front}
  front:
    menu: For a person, press 1.
    options: [{press: 1, next: people}]
    failed: bye
"""
    talk = make_talk(flow(nodes)).press("1")
    assert StartRecording() in talk.actions
    assert isinstance(talk.last, Enqueue)
    assert make_talk(flow(nodes)).press("7").heard == "For a person, press 1."
    assert make_talk(flow(nodes)).press("9").heard == "For a person, press 1."


def test_consent_without_opt_out_waits_for_nothing(make_talk):
    """One step, one document."""
    talk = make_talk(flow("  go: {consent: This call is recorded., next: people}\n"))
    assert talk.actions[:3] == (Say("This call is recorded.", "en-US"), NoteConsent(given=True), StartRecording())


def test_record_tag_language_and_play_are_done_at_once(make_talk):
    """Immediate actions, in order."""
    nodes = """
  go: {consent: Recorded., next: a}
  a: {record: pause, next: b}
  b: {tag: "vip {{ caller.number }}", next: c}
  c: {language: es-US, next: d}
  d: {play: jingle, text: {en-US: La la., es-US: Lara.}, next: bye}
"""
    talk = make_talk(flow(nodes))
    assert talk.actions[3:6] == (PauseRecording(), TagCall("vip +12025550142"), Play("jingle", "es-US", "Lara."))
    assert talk.state.language == "es-US"


def test_a_text_without_the_callers_language_is_spoken_in_its_own(make_talk):
    """An English text is not read by a Spanish voice."""
    talk = make_talk(flow("  go: {language: es-US, next: hi}\n  hi: {say: Hello., next: bye}\n"))
    assert talk.actions[0] == Say("Hello.", "en-US")


def test_a_prompt_may_mix_languages_and_recordings(make_talk):
    """`Para español` is spoken by a Spanish voice."""
    nodes = """
  go:
    say:
      - Hello.
      - {say: Hola., language: es-US}
      - {play: jingle, say: La la.}
    next: bye
"""
    talk = make_talk(flow(nodes))
    assert talk.actions[:3] == (Say("Hello.", "en-US"), Say("Hola.", "es-US"), Play("jingle", "en-US", "La la."))


QUEUE = flow("""
  go:
    queue: billing
    needs: {spanish: 2}
    needs_when: "language == 'es-US'"
    priority: "10 if caller.tier == 'gold' else 0"
    full: bye
    closed: bye
    answered: after
    failed: bye
  after: {say: Anything else?, next: people}
""")


def test_a_queue_merges_needs_and_computes_priority(make_talk):
    """The rings of the queue, with the needs of the node added to each."""
    talk = make_talk(QUEUE, facts=Facts(MONDAY_MORNING, caller=CallerFacts(tier="gold")))
    assert talk.last == Enqueue("billing", ((0.0, {"billing": 3}), (45.0, {"billing": 1})), 10.0)
    from tests.call_flows.conftest import Talk

    talk = Talk(talk.site, language="es-US")
    assert talk.last.rings == ((0.0, {"billing": 3, "spanish": 2}), (45.0, {"billing": 1, "spanish": 2}))


def test_a_queue_is_left_by_the_way_the_wait_ended(make_talk):
    """Every outcome is an exit; one that is not written is `failed`."""
    talk = make_talk(QUEUE)
    assert talk.send(QueueEnded(talk.facts, QueueOutcome.ANSWERED)).heard == "Anything else?"
    talk = make_talk(QUEUE)
    assert talk.send(QueueEnded(talk.facts, QueueOutcome.TIMED_OUT)).state.ended


def test_a_caller_who_stays_after_the_agent_is_let_go_where_no_exit_is_written(make_talk):
    """`answered` may be left out."""
    talk = make_talk(flow("  go: {queue: billing, failed: people}\n"))
    assert talk.send(QueueEnded(talk.facts, QueueOutcome.ANSWERED)).actions == (HangUp(),)


def test_a_full_or_closed_queue_is_not_entered(make_talk):
    """What the facts already say needs no queue."""
    site = SITE.replace("queues:\n  billing:", "queues:\n  billing:\n    max_size: 2\n    hours: office")
    full = Facts(MONDAY_MORNING, queues={"billing": QueueFacts(2, 1)})
    closed = Facts(MONDAY_MORNING, queues={"billing": QueueFacts(0, 1, is_open=False)})
    for facts, way in ((full, "full"), (closed, "closed")):
        both = "{queue: billing, failed: bye, full: bye, closed: bye}"
        talk = make_talk(QUEUE.replace("{queue: billing, failed: bye}", both), site, facts)
        assert ExitTaken("main", "go", way) in talk.step.notes


FETCH = flow(
    """
  go:
    fetch: "{{ service.bank }}/accounts/{{ account }}"
    headers: {X-Who: "{{ caller.number }}"}
    into: {balance: "$.data.list[1].available"}
    next: tell
    missing: people
    failed: bye
  tell: {say: "{{ balance | money }}", next: bye}
""",
    "slots: {account: {type: text}, balance: {type: money}}\n",
).replace("start: go\nnodes:", "start: first\nnodes:\n  first: {set: {account: \"'../1?x=2&y #'\"}, next: go}")  # fmt: skip


def test_fetch_makes_what_it_puts_into_an_address_safe(make_talk):
    """A value can neither climb out of its place in the address nor add to it."""
    talk = make_talk(FETCH)
    assert talk.last == Fetch(
        "http://127.0.0.1:8099/accounts/..%2F1%3Fx%3D2%26y%20%23", headers={"X-Who": "+12025550142"}, timeout=3.0
    )


@pytest.mark.parametrize(
    ("status", "body", "way"),
    [
        (200, {"data": {"list": [0, {"available": "12.50"}]}}, "next"),
        (200, {"data": {"list": []}}, "failed"),
        (200, {"data": {"list": [0, {"available": "much"}]}}, "failed"),
        (200, ["not", "an", "object"], "failed"),
        (200, None, "failed"),
        (404, None, "missing"),
        (500, {}, "failed"),
        (None, None, "failed"),
    ],
)
def test_fetch_leaves_by_what_was_answered(make_talk, status, body, way):
    """Whatever a web service sends, there is an exit for it."""
    talk = make_talk(FETCH)
    talk.send(Fetched(talk.facts, status, body, "" if status else "timed out"))
    assert talk.notes(ExitTaken)[0].exit == way
    assert way != "next" or talk.heard.startswith("12 dollars and 50 cents")


@pytest.mark.parametrize(
    ("address", "target"),
    [("+12025550199", DialTarget.NUMBER), ("agent:ana", DialTarget.AGENT), ("sip:desk@example.com", DialTarget.SIP)],
)
def test_dial_connects_numbers_agents_and_addresses(make_talk, address, target):
    """What the address names decides."""
    talk = make_talk(flow(f"  go: {{dial: '{address}', timeout: 20s, busy: people, failed: bye}}\n"))
    assert isinstance(talk.last, Dial)
    assert (talk.last.target, talk.last.timeout, talk.last.caller_id) == (target, 20.0, "+12025550100")
    assert talk.send(DialEnded(talk.facts, DialOutcome.BUSY)).node == "people"


@pytest.mark.promise(30)
def test_dial_refuses_what_the_site_does_not_dial_even_when_a_caller_says_it(make_talk):
    """A number that came in on the call goes through the same door."""
    header = "slots: {number: {type: text}}\n"
    go = "  go: {set: {number: \"'+19005550100'\"}, next: d}\n  d: {dial: '{{ number }}', failed: bye}\n"
    talk = make_talk(flow(go, header))
    assert talk.node == "bye"
    assert [fault.code for fault in talk.notes(Fault)] == ["number_refused"]


def test_voicemail_takes_a_message_or_none(make_talk):
    """Its exits are a message and no message."""
    voicemail = flow("  go: {voicemail: Speak., queue: billing, longest: 1m, next: bye, empty: people}\n")
    talk = make_talk(voicemail)
    assert talk.actions == (Say("Speak.", "en-US"), RecordMessage(60.0, 5.0, queue="billing"))
    assert talk.send(MessageRecorded(talk.facts, "RE1", 7.5)).node == "bye"
    talk = make_talk(voicemail)
    assert talk.send(MessageRecorded(talk.facts, "", 0.0)).node == "people"


def test_wait_pauses_and_goes_on(make_talk):
    """A pause is a waiting action."""
    talk = make_talk(flow("  go: {wait: 5s, next: people}\n"))
    assert talk.actions == (Pause(5.0),)
    assert talk.send(Resumed(talk.facts)).node == "people"


def test_refuse_ends_the_call_unanswered(make_talk):
    """Nothing is said."""
    assert make_talk(flow("  go: {refuse: busy}\n")).actions == (Refuse("busy"),)


INNER = """
flow: inner
start: choose
nodes:
  choose: {menu: Which?, options: [{press: 1, next: one}, {press: 2, next: two}], failed: two}
  one: {return: won}
  two: {return: }
"""
OUTER = flow("  go: {flow: inner, results: {won: people}, next: bye}\n", 'always: {"0": people}\n')


def test_a_flow_comes_back_with_its_result(make_talk):
    """By the exit of that name, else by `next`."""
    assert make_talk(OUTER, inner=INNER).press("1").node == "people"
    assert make_talk(OUTER, inner=INNER).press("2").node == "bye"


def test_what_works_everywhere_reaches_into_the_flows_it_runs(make_talk):
    """0 for an operator is not lost in a sub-flow; the sub-flow is left for good."""
    talk = make_talk(OUTER, inner=INNER)
    assert talk.state.at.stack == (("main", "go"),)
    talk.press("0")
    assert (talk.state.at.flow, talk.state.at.node, talk.state.at.stack) == ("main", "people", ())


def test_a_hang_up_ends_every_state(make_talk):
    """And what comes after it changes nothing."""
    talk = make_talk(MENU).send(HungUp(Facts(MONDAY_MORNING)))
    assert (talk.state.ended, talk.actions) == (True, ())
    before = talk.state
    talk.press("1")
    assert (talk.state, talk.actions, talk.step.notes) == (before, (HangUp(),), ())


def test_what_is_invalid_is_told_in_the_designers_words_for_it(make_talk):
    """`invalid` goes before `no_match`: a day that is over was understood."""
    header = "slots: {day: {type: date}}\n"
    nodes = """  go:
    ask: Which day?
    into: day
    valid: "day >= now.date"
    invalid: That day is over.
    no_match: That was not a day.
    next: bye
    failed: bye
"""
    assert make_talk(flow(nodes, header)).press("03012026").heard == "That day is over. Which day?"
    assert make_talk(flow(nodes, header)).press("99").heard.startswith("That was not a day.")
