"""A small site, and dialogues with it in a few lines."""

import pytest

from call_flows.loader import load_texts
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from tests.call_flows.conftest import texts_of

SITE = """
site: small
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+12025550100": main, "+12025550101": {flow: main, language: es-US}}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing, spanish]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}, {after: 45s, needs: {billing: 1}}]
    max_wait: 10m
    while_waiting: hold
agents: [{name: Ana, login: ana, skills: {billing: 5, spanish: 5}}]
services: {bank: "http://127.0.0.1:8099"}
"""

MAIN = """
flow: main
slots:
  account: {type: digits, length: 4, private: true}
  balance: {type: money}
  plan: {type: text}
always: {"0": person}
start: hello
nodes:
  hello: {say: {en-US: Welcome., es-US: Bienvenido.}, next: notice}
  notice: {consent: This call is recorded. To opt out press 9., opt_out: "9", next: choice}
  choice:
    menu: {en-US: "For your balance, press 1. For billing, press 2.", es-US: "Saldo, 1. Factura, 2."}
    options:
      - {press: "1", says: [balance], next: account}
      - {press: "2", says: [billing], next: open}
    failed: person
  account: {ask: Which account?, into: account, next: lookup, failed: person}
  lookup:
    fetch: "{{ service.bank }}/accounts/{{ account }}"
    into: {balance: $.available}
    next: tell
    missing: account
    failed: sorry
  tell: {say: "You have {{ balance | money }}.", next: label}
  label: {tag: balance told, next: choice}
  sorry: {say: Our books are closed., next: person}
  open: {hours: office, open: person, closed: message}
  person:
    queue: billing
    needs: {spanish: 2}
    needs_when: "language == 'es-US'"
    priority: "10 if caller.tier == 'gold' else 0"
    timed_out: message
    failed: message
  message: {voicemail: Speak after the tone., queue: billing, next: bye, empty: bye}
  bye: {hang_up: Goodbye.}
"""

HOLD = """
flow: hold
start: place
nodes:
  place: {say: "You are number {{ queue.position | number }}.", next: quiet}
  quiet: {wait: 20s, next: place}
"""


@pytest.fixture(scope="session")
def small():
    return load_texts(texts_of(MAIN, SITE, hold=HOLD), services={})


@pytest.fixture
def read(small):
    """What one test file's text becomes: its dialogues and its problems."""
    return lambda text: read_tests(small, text, "tests/one.yaml")


@pytest.fixture
def played(read, small):
    """How a dialogue went, from its steps and whatever else it is given."""

    def made(call: str, more: str = ""):
        steps = "".join(f"  - {line.strip()}\n" for line in call.strip().splitlines())
        scenarios, problems = read(f"test: one\nflow: main\n{more}\ncall:\n{steps}")
        assert problems == []
        return play(world_of(small), scenarios[0])

    return made


@pytest.fixture
def failure(played):
    """Why a dialogue fails, in one text."""

    def told(call: str, more: str = "") -> str:
        outcome = played(call, more)
        assert outcome.failure is not None
        return "\n".join(outcome.failure.lines())

    return told


@pytest.fixture
def passes(played):
    """Whether a dialogue goes through, else why not."""

    def check(call: str, more: str = "") -> None:
        failure = played(call, more).failure
        assert failure is None, "\n".join(failure.lines())

    return check
