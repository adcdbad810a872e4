"""The verbs that reach out of the house, and those that divide, label and ask: what each says and where it goes."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

import json
from collections import Counter

import pytest

from call_flows.actions import (
    ChangeCustomer,
    Collect,
    Fetch,
    FindCustomer,
    HangUp,
    KeepComment,
    KeepScore,
    RaiseAlert,
    RecordMessage,
    Say,
    SendMessage,
    TagCall,
    TakeCard,
)
from call_flows.events import CustomerAnswered, Fetched, MessageAnswered, MessageRecorded, PaymentEnded
from call_flows.facts import CallerFacts, Facts
from call_flows.kinds import AlertLevel, CardToken, SurveyKind
from call_flows.loader import load_texts
from call_flows.notes import ExitTaken, Fault
from call_flows.secret import mark, reveal
from tests.call_flows.conftest import MONDAY_MORNING, SITE, Talk, texts_of

ME = "+12025550142"
PEOPLE = "  people: {queue: billing, failed: bye}\n"
BYE = "  bye: {hang_up: Goodbye.}\n"
SECRETS = SITE + "secrets: [bank_key]\n"


def flow(nodes: str, header: str = "") -> str:
    return f"flow: main\n{header}start: go\nnodes:\n{nodes}{PEOPLE if 'people' in nodes else ''}{BYE}"


def left(talk) -> str:
    """The exit by which the node was left."""
    return [note.exit for note in talk.notes(ExitTaken) if note.node == "go"][-1]


def faults(talk) -> list[str]:
    return [note.code for note in talk.notes(Fault)]


# --- split


SPLIT = flow(
    "  go: {split: [{share: 20%, next: a}, {share: 80%, next: b}]}\n  a: {say: A., next: bye}\n  b: {say: B., next: bye}\n"
)


def test_a_caller_always_goes_the_same_way_and_the_shares_come_out(make_talk):
    """A hash, not chance: who calls again hears the same, and a replayed call goes the same way."""
    ways = Counter()
    for number in range(400):
        facts = Facts(MONDAY_MORNING, caller=CallerFacts(f"+1202555{number:04d}"))
        first, again = make_talk(SPLIT, facts=facts), make_talk(SPLIT, facts=facts)
        assert left(first) == left(again)
        ways[left(first)] += 1
    assert set(ways) == {"share 1", "share 2"}
    assert 50 < ways["share 1"] < 115


def test_who_withholds_the_number_takes_the_first_share(make_talk):
    talk = make_talk(SPLIT, facts=Facts(MONDAY_MORNING))
    talk.state.caller  # noqa: B018 - the state knows the number that the talk was begun with
    assert left(make_talk(SPLIT.replace("20%", "100%").replace("80%", "0%"), facts=Facts(MONDAY_MORNING))) == "share 1"


def test_two_splits_of_one_experiment_divide_callers_alike(make_talk):
    nodes = SPLIT.replace("80%, next: b}]", "80%, next: b}], experiment: tone")
    nodes = nodes.replace(
        "a: {say: A., next: bye}",
        "a: {split: [{share: 20%, next: c}, {share: 80%, next: bye}], experiment: tone}\n  c: {say: C., next: bye}",
    )
    for number in range(60):
        talk = make_talk(nodes, facts=Facts(MONDAY_MORNING, caller=CallerFacts(f"+1202555{number:04d}")))
        assert talk.heard in {"C. Goodbye.", "B. Goodbye."}


# --- tag and alert


def test_a_label_and_an_alert_hold_what_was_learned(make_talk):
    nodes = "  go: {set: {topic: \"'power cut'\"}, next: label}\n  label: {tag: 'about {{ topic }}', next: call}\n  call: {alert: 'Outage: {{ topic }}', level: urgent, next: bye}\n"
    talk = make_talk(flow(nodes, "slots: {topic: {type: text}}\n"))
    assert talk.actions == (
        TagCall("about power cut"), RaiseAlert("Outage: power cut", AlertLevel.URGENT), Say("Goodbye.", "en-US"), HangUp(),
    )  # fmt: skip


def test_a_label_of_nothing_is_none(make_talk):
    nodes = "  go: {set: {topic: None}, next: label}\n  label: {tag: '{{ topic }}', next: bye}\n"
    talk = make_talk(flow(nodes, "slots: {topic: {type: text}}\n"))
    assert not any(isinstance(action, TagCall) for action in talk.actions)
    assert faults(talk) == ["label_empty"]


# --- customer


CUSTOMER = flow(
    "  go: {customer: look_up, into: {who: name, visits: calls}, known: greet, unknown: people, failed: bye}\n"
    "  greet: {say: 'Hello {{ caller.name }}, {{ caller.tier }}, {{ visits }}.', next: bye}\n",
    "slots: {who: {type: text}, visits: {type: number}}\n",
)


def test_the_callers_record_is_found_and_read(make_talk):
    """The record comes in as facts and into slots; the engine looks nothing up."""
    talk = make_talk(CUSTOMER)
    assert talk.last == FindCustomer(ME)
    ada = CallerFacts(ME, "Ada", "gold", known=True, calls=3)
    talk.send(CustomerAnswered(Facts(MONDAY_MORNING, caller=ada), known=True, record=ada))
    assert talk.heard.startswith("Hello Ada, gold, 3.")
    assert talk.state.slots == {"who": "Ada", "visits": 3}


@pytest.mark.parametrize(
    ("known", "error", "way"), [(False, "", "unknown"), (False, "database", "failed"), (True, "", "known")]
)
def test_a_record_that_is_not_there_or_cannot_be_had_has_its_own_way(make_talk, known, error, way):
    talk = make_talk(CUSTOMER)
    talk.send(CustomerAnswered(talk.facts, known=known, error=error))
    assert left(talk) == way


def test_a_caller_without_a_number_has_no_record(make_talk):
    site = load_texts(
        texts_of(
            CUSTOMER.replace("look_up,", "look_up, number: '{{ who }}',")
            .replace("go:", "first:")
            .replace("nodes:\n", "nodes:\n  go: {set: {who: \"'nobody'\"}, next: first}\n")
        )
    )
    talk = Talk(site)
    assert [note.exit for note in talk.notes(ExitTaken) if note.node == "first"] == ["unknown"]


def test_an_update_says_what_shall_change(make_talk):
    nodes = "  go: {customer: update, set: {tier: gold, name: '{{ caller.name }}'}, add_tags: [vip], drop_tags: [new], create: true, known: bye, unknown: bye}\n"
    talk = make_talk(flow(nodes))
    assert talk.last == ChangeCustomer(ME, {"tier": "gold"}, ("vip",), ("new",), create=True)


def test_conditions_read_the_record(make_talk):
    nodes = "  go: {when: [{if: \"'vip' in caller.tags and caller.calls > 2\", next: people}], else: bye}\n"
    facts = Facts(MONDAY_MORNING, caller=CallerFacts(ME, tags=("vip",), calls=3))
    assert make_talk(flow(nodes), facts=facts).node == "people"
    assert make_talk(flow(nodes)).node == "bye"


# --- message


MESSAGE = flow(
    "  go: {message: {en-US: 'Your code is {{ caller.tier }}.', es-US: Su código.}, next: bye, failed: people}\n"
)


def test_a_message_goes_to_the_number_that_calls_in_the_callers_language(make_talk):
    facts = Facts(MONDAY_MORNING, caller=CallerFacts(ME, tier="12"))
    talk = make_talk(MESSAGE, facts=facts)
    assert talk.last == SendMessage(ME, "Your code is 12.")
    talk.send(MessageAnswered(facts, taken=True))
    assert left(talk) == "next"


@pytest.mark.parametrize("to", ["+19005550100", "+33123456789", "911", "nobody"])
def test_a_number_that_may_not_be_written_to_is_refused_before_anything_is_sent(make_talk, to):
    """Premium numbers, other countries, emergency numbers, and what is no number."""
    talk = make_talk(MESSAGE.replace("next: bye, failed", f"to: '{to}', next: bye, failed"))
    assert left(talk) == "failed"
    assert faults(talk) == ["message_refused"]


def test_a_message_the_carrier_refuses_leaves_by_failed(make_talk):
    talk = make_talk(MESSAGE)
    talk.send(MessageAnswered(talk.facts, taken=False, reason="21610"))
    assert left(talk) == "failed"


# --- survey


SURVEY = flow("  go: {survey: nps, comment: true, into: score, next: bye}\n", "slots: {score: {type: number}}\n")


@pytest.mark.parametrize(
    ("how", "said", "score"), [("press", "9", 9), ("press", "10", 10), ("speak", "nine", 9), ("press", "0", 0)]
)
def test_a_score_is_taken_by_key_and_by_voice_and_a_comment_after_it(make_talk, how, said, score):
    talk = make_talk(SURVEY)
    assert "0 to 10" in talk.heard
    getattr(talk, how)(said)
    assert talk.actions[0] == KeepScore(SurveyKind.NPS, score, "main", "go")
    assert talk.last == RecordMessage(60.0, 4.0, comment=True)
    assert talk.state.slots == {"score": score}
    talk.send(MessageRecorded(talk.facts, "RE1", 4.0))
    assert talk.actions[0] == KeepComment(SurveyKind.NPS, "RE1", 4.0, "main", "go")
    assert left(talk) == "next"


@pytest.mark.parametrize("keys", ["11", "99", "*"])
def test_a_score_that_is_none_is_asked_for_again_and_then_let_be(make_talk, keys):
    """Nobody has to answer a survey."""
    talk = make_talk(SURVEY).press(keys)
    assert isinstance(talk.last, Collect)
    talk.press(keys)
    assert talk.actions == (Say("Goodbye.", "en-US"), HangUp())


@pytest.mark.parametrize(("kind", "words"), [("csat", "satisfecho"), ("nps", "recomiende"), ("ces", "fácil")])
def test_surveys_ask_in_spanish(kind, words):
    nodes = f"  go: {{language: es-US, next: ask}}\n  ask: {{survey: {kind}, next: bye}}\n"
    assert words in Talk(load_texts(texts_of(flow(nodes)))).heard


def test_the_designer_may_ask_in_own_words(make_talk):
    talk = make_talk(flow("  go: {survey: csat, question: From 1 to 5?, comment: Why?, next: bye}\n"))
    assert talk.heard == "From 1 to 5?"
    talk.press("4")
    assert Say("Why?", "en-US") in talk.actions


# --- knowledge


ARTICLES = {
    "knowledge/opening_hours.md": "# Opening hours\n\nWe are open from eight to eight on **weekdays**.\n\n## Questions\n\n- when do you open\n- what time do you close\n",
    "knowledge/lost_card.md": "# A lost or stolen card\n\nWe block your card at once; a new one comes in [five days](x.md).\n\n## Questions\n\n- I lost my card\n- my card was stolen\n",
    "knowledge/es-US/horario.md": "# Horario\n\nAbrimos de ocho a ocho.\n\n## Preguntas\n\n- a qué hora abren\n",
}
KNOWLEDGE = flow("  go: {knowledge: What would you like to know?, answered: bye, unsure: people}\n")


def knowing(text: str = KNOWLEDGE) -> Talk:
    return Talk(load_texts({**texts_of(text), **ARTICLES}))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("when do you open on weekdays", "We are open from eight to eight on weekdays."),
        ("what are your opening hours please", "We are open from eight to eight on weekdays."),
        ("somebody has stolen my cards", "We block your card at once; a new one comes in five days."),
    ],
)
def test_a_question_is_answered_by_the_article_that_is_about_it(question, answer):
    talk = knowing()
    assert talk.last.hints == ()
    talk.speak(question)
    assert talk.actions[0] == Say(answer, "en-US")
    assert left(talk) == "answered"


def test_a_question_no_article_answers_is_asked_again_and_then_left_to_a_person():
    """A wrong answer is worse than none."""
    talk = knowing().speak("do you sell bicycles in Boston")
    assert isinstance(talk.last, Collect)
    talk.speak("bicycles and helmets")
    assert left(talk) == "unsure"


def test_articles_answer_in_their_own_language_only():
    nodes = "  go: {language: es-US, next: ask}\n  ask: {knowledge: ¿Qué desea saber?, answered: bye, unsure: people}\n"
    talk = knowing(flow(nodes)).speak("a qué hora abren ustedes")
    assert talk.actions[0] == Say("Abrimos de ocho a ocho.", "es-US")
    assert knowing(flow(nodes)).speak("when do you open").node == "ask"


def test_a_question_that_is_known_already_is_not_asked():
    nodes = "  go: {set: {q: \"'I lost my card'\"}, next: find}\n  find: {knowledge: What?, about: q, answered: bye, unsure: people}\n"
    talk = knowing(flow(nodes, "slots: {q: {type: text}}\n"))
    assert talk.heard.startswith("We block your card")


def test_an_article_is_part_of_the_version():
    """A call stays on the answers with which it began."""
    changed = {**ARTICLES, "knowledge/lost_card.md": "# Lost\n\nCall the police.\n"}
    first, second = (load_texts({**texts_of(KNOWLEDGE), **articles}) for articles in (ARTICLES, changed))
    assert first.version != second.version
    assert load_texts(first.texts).knowledge.articles == first.knowledge.articles


# --- pay


PAY = flow(
    "  go:\n    set: {due: '20.455'}\n    next: card\n"
    "  card:\n    pay: Your card, please.\n    amount: due\n    receipt: Northwind\n    token: one-time\n"
    "    into: {token: token, ends: last_four}\n    next: bye\n    failed: people\n",
    "slots: {due: {type: money}, token: {type: text, private: true}, ends: {type: digits}}\n",
)


@pytest.mark.promise(32)
def test_a_card_is_left_to_the_carrier_and_little_is_kept_of_it(make_talk):
    """The engine has no place where a card's number could be."""
    talk = make_talk(PAY)
    assert talk.last == TakeCard(
        (Say("Your card, please.", "en-US"),), amount="20.46", description="Northwind", token=CardToken.ONE_TIME
    )
    talk.send(PaymentEnded(talk.facts, True, "success", "tok_1", "4111111111111111", "visa"))
    assert talk.state.slots == {"due": 20.455, "token": "tok_1", "ends": "1111"}
    assert "tok_1" not in str(talk.step.notes)
    assert talk.state.ended


@pytest.mark.parametrize(
    "result", ["too-many-failed-attempts", "payment-connector-error", "caller-interrupted-with-star", ""]
)
def test_a_card_that_was_not_taken_leaves_by_failed(make_talk, result):
    talk = make_talk(PAY).send(PaymentEnded(Facts(MONDAY_MORNING), False, result))
    assert talk.node == "people"


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "1000000", "None", "'much'"])
def test_an_amount_that_cannot_be_charged_is_not(make_talk, amount):
    talk = make_talk(flow(f'  go: {{pay: Card., amount: "{amount}", next: bye, failed: people}}\n'))
    assert talk.node == "people"
    assert faults(talk) == ["amount_unfit"]


# --- fetch


def test_a_secret_goes_along_by_name_only(make_talk):
    """The engine never knows its value; who performs the request puts it in."""
    nodes = "  go: {fetch: '{{ service.bank }}/x', method: POST, headers: {Authorization: 'Bearer {{ secret.bank_key }}'}, body: {key: '{{ secret.bank_key }}'}, next: bye, failed: bye}\n"
    talk = make_talk(flow(nodes), SECRETS)
    assert talk.last.headers["Authorization"] == f"Bearer {mark('bank_key')}"
    assert json.loads(reveal(talk.last.body, lambda name: name.upper())) == {"key": "BANK_KEY"}


def test_what_a_caller_says_is_never_taken_for_a_secret(make_talk):
    """Neither the written form nor the mark itself."""
    nodes = "  go: {ask: Say it., into: t, next: send, failed: bye}\n  send: {fetch: '{{ service.bank }}/x', method: POST, headers: {X-Said: '{{ t }}'}, body: {said: '{{ t }}', both: 'a {{ t }}'}, next: bye, failed: bye}\n"
    for said in (mark("bank_key"), "{{ secret.bank_key }}"):
        talk = make_talk(flow(nodes, "slots: {t: {type: text}}\n"), SECRETS).speak(f"well {said}")
        sent = f"{talk.last.headers} {talk.last.body}"
        assert reveal(sent, lambda _name: "LEAKED") == sent


def test_a_body_keeps_the_types_of_values_and_its_depth(make_talk):
    nodes = (
        "  go: {set: {n: '3', b: 'True', t: \"'x'\"}, next: send}\n"
        "  send: {fetch: '{{ service.bank }}/x', method: POST, body: {n: '{{ n }}', list: ['{{ b }}', 7, 'is {{ n }}'], in: {t: '{{ t }}', none: null}}, next: bye, failed: bye}\n"
    )
    talk = make_talk(flow(nodes, "slots: {n: {type: number}, b: {type: yes_no}, t: {type: text}}\n"))
    assert json.loads(talk.last.body) == {"n": 3, "list": [True, 7, "is 3"], "in": {"t": "x", "none": None}}


def test_a_form_is_quoted_field_by_field(make_talk):
    nodes = "  go: {set: {t: \"'a&b=c d'\"}, next: send}\n  send: {fetch: 'https://x.example/y', method: POST, form: {t: '{{ t }}', key: '{{ secret.bank_key }}'}, next: bye, failed: bye}\n"
    talk = make_talk(flow(nodes, "slots: {t: {type: text}}\n"), SECRETS)
    assert talk.last.body == f"t=a%26b%3Dc+d&key={mark('bank_key')}"
    assert talk.last.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("method", "retries"), [("GET", 2), ("PUT", 2), ("DELETE", 2)])
def test_only_what_may_be_repeated_is_tried_again(make_talk, method, retries):
    nodes = f"  go: {{fetch: 'https://x.example/y', method: {method}, retries: 2, next: bye, failed: bye}}\n"
    talk = make_talk(flow(nodes))
    assert talk.last == Fetch("https://x.example/y", method, timeout=3.0, retries=retries)
    talk.send(Fetched(talk.facts, 200, {}))
    assert left(talk) == "next"


# --- what check says


CHECKS = [
    ("E210", "  go: {split: [{share: 20%, next: people}, {share: 70%, next: bye}]}\n", ""),
    ("E211", "  go: {customer: look_up, set: {tier: gold}, known: people, unknown: bye}\n", ""),
    ("E211", "  go: {customer: update, known: people, unknown: bye}\n", ""),
    ("E212", "  go: {fetch: 'https://x.example', method: POST, retries: 2, next: people, failed: bye}\n", ""),
    ("E212", "  go: {fetch: 'https://x.example', form: {a: b}, next: people, failed: bye}\n", ""),
    ("E212", "  go: {fetch: 'https://x.example', body: {a: b}, next: people, failed: bye}\n", ""),
    (
        "E113",
        "  go: {fetch: 'https://x.example', headers: {X: '{{ secret.bank_keey }}'}, next: people, failed: bye}\n",
        "",
    ),
    ("E405", "  go: {fetch: 'https://x.example/{{ secret.bank_key }}', next: people, failed: bye}\n", ""),
    ("E405", "  go: {say: 'The key is {{ secret.bank_key }}.', next: people}\n", ""),
    ("E405", "  go: {tag: '{{ secret.bank_key }}', next: people}\n", ""),
    (
        "E404",
        "  go: {fetch: 'http://x.example', headers: {X: '{{ secret.bank_key }}'}, next: people, failed: bye}\n",
        "",
    ),
    ("E114", "  go: {knowledge: What?, answered: people, unsure: bye}\n", ""),
    (
        "E403",
        "  go: {ask: PIN?, into: pin, next: t, failed: bye}\n  t: {alert: 'PIN {{ pin }}', next: people}\n",
        "pin",
    ),
    (
        "E403",
        "  go: {ask: PIN?, into: pin, next: t, failed: bye}\n  t: {customer: update, set: {name: '{{ pin }}'}, known: people, unknown: bye}\n",
        "pin",
    ),
    (
        "E404",
        "  go: {ask: PIN?, into: pin, next: t, failed: bye}\n  t: {message: 'PIN {{ pin }}', next: people, failed: bye}\n",
        "pin",
    ),
    ("W608", "  go: {ask: Card?, into: card, next: people, failed: bye}\n", "card"),
    ("E403", "  go: {pay: Card., into: {open: token}, next: people, failed: bye}\n", "open"),
]


@pytest.mark.parametrize(
    ("code", "nodes", "word"), CHECKS, ids=[f"{code} {nodes.strip()[:40]}" for code, nodes, _ in CHECKS]
)
def test_check_finds_it(problems, code, nodes, word):
    """Each with its place, and the word that offends."""
    header = "slots: {pin: {type: digits, length: 4, private: true}, open: {type: text}, card: {type: digits, length: 16, private: true}}\n"
    found = [problem for problem in problems(flow(nodes, header), SECRETS) if problem.code == code]
    assert len(found) == 1
    assert found[0].place.line > 1
    assert word in found[0].word


def test_an_article_without_an_answer_is_found():
    from call_flows.problems import SiteRefused

    with pytest.raises(SiteRefused) as refused:
        load_texts({**texts_of(KNOWLEDGE), "knowledge/empty.md": "# Nothing\n"})
    assert {problem.code for problem in refused.value.problems} == {"E018", "E114"}
