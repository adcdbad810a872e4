"""What a new version changes for a caller: told in sentences, and silent about what nobody on the line can notice."""

import pytest

from call_flows.changes import ChangeKind, changes_between
from call_flows.loader import load_texts

SITE = """
site: shop
languages: [en-US, es-US]
numbers:
  "+12025550100": front
hours:
  office: {mon-fri: "08:00-20:00", sat: "09:00-13:00", holidays: {country: US}}
skills: [sales]
queues:
  sales: {rings: [{after: 0s, needs: {sales: 1}}], max_wait: 20m}
agents:
  - {name: Ana, login: ana, skills: {sales: 3}}
"""
FRONT = """
flow: front
slots:
  account: {type: digits, length: 8}
start: hello
nodes:
  hello:
    say: Welcome.
    next: choose
  choose:
    menu: For sales, press 1. To hear this again, press 2.
    options:
      - {press: "1", says: [sales], next: line}
      - {press: "2", says: [again], next: hello}
    tries: 3
    failed: bye
  line:
    queue: sales
    timed_out: bye
    failed: bye
  bye:
    hang_up: Goodbye.
"""


def site(front=FRONT, settings=SITE, **more):
    return load_texts({"site.yaml": settings, "flows/front.yaml": front, **more}, check=None)


def told(before, after):
    return [(change.kind, change.flow, change.sentence()) for change in changes_between(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "kind", "sentence"),
    [
        ("say: Welcome.", "say: Hello.", "changed", "hello: say says “Hello.” instead of “Welcome.”"),
        ("tries: 3", "tries: 2", "changed", "choose: tries now 2 instead of 3"),
        ("    tries: 3\n", "    tries: 3\n    no_input: Hm?\n", "changed", "choose: no_input says “Hm?”"),
        ("says: [sales], next: line", "says: [sales], next: bye", "rewired",
         "choose: key 1 leads to bye instead of line"),
        ("says: [again]", "says: [again, once more]", "changed",
         "choose: what may be said for key 2 now again, once more instead of again"),
        ('{press: "2", says: [again]', '{press: "9", says: [again]', "changed",
         "choose: the choice for again is now key 9 instead of key 2"),
        ('      - {press: "2", says: [again], next: hello}\n', "", "removed",
         "choose: key 2 is no choice any more; it led to hello"),
        ("    tries: 3\n", '      - {press: "3", next: bye}\n    tries: 3\n', "added",
         "choose: key 3 is a new choice; it leads to bye"),
        ("timed_out: bye", "timed_out: hello", "rewired", "line: timed_out leads to hello instead of bye"),
        ("start: hello", "start: choose", "rewired", "begins at choose instead of hello"),
        ("length: 8", "length: 9", "changed", "slot account: length now 9 instead of 8"),
        ("start: hello", 'always: {"0": line}\nstart: hello', "added",
         "everywhere: key 0 is a new choice; it leads to line"),
        ("hang_up: Goodbye.", "say: Goodbye.\n    next: hello", "changed",
         "bye: does something else: say, not hang_up; it now says or does “Goodbye.”"),
    ],
    ids=["words", "a setting", "new words", "an option's way", "phrases", "another key", "an option gone",
         "an option new",
         "an exit", "the beginning", "a slot", "what works everywhere", "another verb"],
)  # fmt: skip
def test_a_change_of_a_flow_is_a_sentence(before, after, kind, sentence):
    assert before in FRONT
    found = told(site(), site(FRONT.replace(before, after)))
    assert (ChangeKind(kind), "front", sentence) in found


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"+12025550100": front', '"+12025550100": {flow: front, language: es-US}',
         "+12025550100: is answered by front in es-US instead of front"),
        ('  "+12025550100": front', '  "+12025550100": front\n  "+12025550101": front',
         "+12025550101: is answered by front"),
        ("08:00-20:00", "09:00-18:00", "hours office: mon-fri open 09:00-18:00 instead of 08:00-20:00"),
        ('sat: "09:00-13:00"', "sat: closed", "hours office: sat open not at all instead of 09:00-13:00"),
        ("{country: US}", "{country: CA}", "hours office: holidays of now CA instead of US"),
        ("holidays: {country: US}", 'holidays: {country: US}, dates: {"2026-12-24": "08:00-12:00"}',
         "hours office: on 2026-12-24 open 08:00-12:00 instead of as on any such day"),
        ("max_wait: 20m", "max_wait: 10m", "queue sales: max_wait now 10m instead of 20m"),
        ("max_wait: 20m}", "max_wait: 20m}\n  help: {rings: [{after: 0s, needs: {sales: 1}}]}", "queue help: is new"),
        ("skills: {sales: 3}", "skills: {sales: 5}", "agent ana: skills now sales 5 instead of sales 3"),
    ],
    ids=["a number's language", "a new number", "hours", "a day closed", "holidays", "a date", "a queue", "a new queue",
         "an agent"],
)  # fmt: skip
def test_a_change_of_the_site_is_a_sentence(before, after, sentence):
    assert before in SITE
    found = told(site(), site(settings=SITE.replace(before, after)))
    assert [line for _kind, flow, line in found if not flow] == [sentence]


@pytest.mark.parametrize(
    ("front", "settings"),
    [
        (f"# a comment\n{FRONT}", SITE),
        (FRONT.replace("flow: front", "flow: front\ndescription: Now described."), SITE),
        (FRONT.replace("say: Welcome.", 'say: "Welcome."'), SITE),
        (FRONT, SITE.replace('mon-fri: "08:00-20:00", sat', 'mon-thu: "08:00-20:00", fri: "08:00-20:00", sat')),
        (FRONT, SITE.replace("max_wait: 20m", "max_wait: 1200s")),
    ],
    ids=["a comment", "a description", "quotes", "days written apart", "minutes as seconds"],
)
def test_what_nobody_can_notice_is_no_change(front, settings):
    assert told(site(), site(front, settings)) == []


def test_a_node_that_only_has_another_name_is_told_once():
    """Not as one gone and one new, nor as ways that lead elsewhere."""
    found = told(site(), site(FRONT.replace(" bye", " farewell")))
    assert found == [(ChangeKind.RENAMED, "front", "farewell: is a new name; it was bye")]


def test_flows_and_nodes_come_and_go():
    more = {"flows/more.yaml": "flow: more\nstart: bye\nnodes:\n  bye:\n    hang_up: Bye.\n"}
    front = FRONT.replace("next: choose", "next: wait") + "  wait:\n    wait: 3s\n    next: choose\n"
    assert (ChangeKind.ADDED, "more", "the flow is new (1 node)") in told(site(), site(**more))
    assert (ChangeKind.REMOVED, "more", "the flow is gone") in told(site(**more), site())
    assert (ChangeKind.ADDED, "front", "wait: is new (wait) next → choose") in told(site(), site(front))
    assert (ChangeKind.REMOVED, "front", "wait: is gone (wait)") in told(site(front), site())


def test_words_in_several_languages_are_compared_one_by_one():
    both = FRONT.replace("say: Welcome.", "say: {en-US: Welcome., es-US: Hola.}")
    other = both.replace("Hola.", "Bienvenidos.")
    assert told(site(both), site(other)) == [
        (ChangeKind.CHANGED, "front", "hello: say (es-US) says “Bienvenidos.” instead of “Hola.”")
    ]
