"""What `callwright check` refuses and warns of, one row each; and that it is silent about what is right."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

import io
import re

import pytest

from call_flows.check.codes import CODES
from call_flows.check.command import run_check
from call_flows.library import NORTHWIND
from tests.call_flows.conftest import SITE, problems_of

GOOD = """
flow: main
always: {"0": people}
slots:
  account: {type: digits, length: 8, private: true}
  name: {type: text}
start: hello
nodes:
  hello: {say: Hello., next: front}
  front:
    menu: For cats, press 1. For dogs, press 2.
    options:
      - {press: 1, says: [cats], next: cats}
      - {press: 2, says: [dogs], next: people}
    failed: people
  cats: {ask: Your account?, into: account, next: people, failed: people}
  people: {queue: billing, failed: bye}
  bye: {hang_up: Goodbye.}
"""


def test_a_good_site_has_no_problems():
    """A checker that cries wolf is switched off."""
    assert problems_of(GOOD) == []


ROWS = [
    # code, what to put in place of what, the word told, the nearest right one
    ("E101", "next: front}", "next: frnt}", "frnt", "front"),
    ("E101", 'always: {"0": people}', 'always: {"0": peple}', "peple", "people"),
    ("E101", "start: hello", "start: helo", "helo", "hello"),
    ("E102", "say: Hello.", "flow: mein", "mein", "main"),
    ("E103", "queue: billing", "queue: biling", "biling", "billing"),
    ("E103", "hello: {say: Hello., next: front}", "hello: {when: [{if: \"queue('bling').ewt > 3\", next: front}], else: front}", "bling", "billing"),
    ("E104", "queue: billing, failed", "queue: billing, needs: {spannish: 2}, failed", "spannish", "spanish"),
    ("E105", "into: account", "into: acount", "acount", "account"),
    ("E105", "say: Hello.", "say: 'Hello {{ caller.nme }}.'", "caller.nme", "caller.name"),
    ("E105", "hello: {say: Hello., next: front}", "hello: {when: [{if: caler.tier == 'x', next: front}], else: front}", "caler.tier", "caller.tier"),
    ("E107", "hello: {say: Hello., next: front}", "hello: {hours: ofice, open: front, closed: people}", "ofice", "office"),
    ("E107", "hello: {say: Hello., next: front}", "hello: {when: [{if: \"is_open('ofice')\", next: front}], else: people}", "ofice", "office"),
    ("E108", "hello: {say: Hello., next: front}", "hello: {language: es-US2, next: front}", "es-US2", "es-US"),
    ("E108", "say: Hello.", "say: {en-GB: Hello.}", "en-GB", "en-US"),
    ("E109", "hello: {say: Hello., next: front}", "hello: {fetch: '{{ service.bnk }}/x', next: front, failed: people}", "bnk", "bank"),
    ("E111", "hello: {say: Hello., next: front}", "hello: {dial: 'agent:anna', answered: front, failed: people}", "anna", "ana"),
    ("E201", "say: Hello., next: front", "say: Hello.", "next", ""),
    ("E202", "hello: {say: Hello., next: front}", "hello: {say: Hello., next: people}", "front", ""),
    ("E204", "hello: {say: Hello., next: front}", "hello: {when: [{if: now.hour > 3, next: more}], else: front}\n  more: {say: Wait., next: hello}", "hello", ""),
    ("E205", "    failed: people\n", "", "failed", ""),
    ("E206", "say: Hello.", "say: 'Hello {{ name }}.'", "name", ""),
    ("E208", "say: Hello.", "say: 'You are {{ queue.position }}.'", "queue.position", ""),
    ("E208", "people: {queue: billing, failed: bye}", "people: {queue: billing, failed: out}\n  out: {leave: left}", "leave", ""),
    ("E209", "cats: {ask: Your account?, into: account,", "cats: {ask: Your name?, into: name, speech: false,", "", ""),
    ("E301", "press: 2", "press: 1", "1", ""),
    ("E302", "[dogs]", "[cads]", "cads", ""),
    ("E302", 'always: {"0": people}', 'always: {"0": people, "kats": people}', "cats", ""),
    ("E401", "hello: {say: Hello., next: front}", "hello: {record: start, next: front}", "", ""),
    ("E402", "people: {queue: billing, failed: bye}\n", "people: {queue: billing, failed: tell}\n  tell: {when: [{if: account != None, next: speak}], else: bye}\n  speak: {say: '{{ account | digits }}', next: bye}\n", "account", ""),
    ("E403", "next: people, failed: people}", "next: label, failed: people}\n  label: {tag: 'a {{ account }}', next: people}", "account", ""),
    ("E403", "next: people, failed: people}", "next: copy, failed: people}\n  copy: {set: {name: account}, next: people}", "account", ""),
    ("E404", "next: people, failed: people}", "next: send, failed: people}\n  send: {fetch: 'http://bank.example/{{ account }}', next: people, failed: people}", "account", ""),
    ("E404", "next: people, failed: people}", "next: send, failed: people}\n  send: {dial: '{{ account }}', failed: people}", "account", ""),
    ("E501", "queue: billing, failed", "queue: billing, needs: {spanish: 9}, failed", "billing", ""),
    ("W601", "      - {press: 2, says: [dogs], next: people}\n", "".join(f"      - {{press: {key}, next: people}}\n" for key in "23456"), "6", ""),
    ("W602", "For cats, press 1.", "Press 1 for cats.", "Press 1 for", ""),
    ("W602", "For cats, press 1.", "Oprima 1 para gatos.", "Oprima 1 para", ""),
    ("W603", "say: Hello.", f"say: {'Please listen carefully to this. ' * 14}", "", ""),
    ("W604", "next: people}\n    failed: people\n", "next: deep}\n    failed: people\n  deep: {menu: A, options: [{press: 1, next: deeper}], failed: people}\n  deeper: {menu: B, options: [{press: 1, next: bye}], failed: people}\n", "deeper", ""),
    ("W606", "hello: {say: Hello., next: front}", "hello: {language: es-US, next: hi}\n  hi: {say: Hello., next: front}", "es-US", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "old", "new", "word", "near"), ROWS, ids=[f"{row[0]}-{place}" for place, row in enumerate(ROWS)]
)
def test_a_mistake_is_found_with_its_word_and_the_nearest_right_one(code, old, new, word, near):
    """One mistake in a good flow; the problem points at the line on which it was made."""
    assert old in GOOD
    flow = GOOD.replace(old, new, 1)
    found = [problem for problem in problems_of(flow) if problem.code == code and problem.word == word]
    assert found, [str(problem) for problem in problems_of(flow)]
    assert near is None or found[0].nearest == near
    first_changed = GOOD[: GOOD.index(old)].count("\n") + 1
    assert found[0].place.file == "flows/main.yaml"
    assert found[0].place.line >= first_changed - 1 or code in {"E302", "E205"}
    assert found[0].what


def test_a_dead_end_is_told():
    """A caller who can neither reach anybody nor be said goodbye to."""
    flow = GOOD.replace("next: people}\n    failed", "next: round}\n    failed").replace(
        "  bye:", "  round: {menu: Again?, options: [{press: 1, next: round}], failed: round}\n  bye:"
    )
    flow = flow.replace('always: {"0": people}\n', "")
    assert [problem.word for problem in problems_of(flow) if problem.code == "E203"] == ["round"]


HOLD = "flow: hold\nstart: tune\nnodes:\n  tune: {wait: 20s, next: tune}\n"
WAITING_SITE = SITE.replace(
    "  billing:\n", "  billing:\n    while_waiting: hold\n    max_wait: 5m\n    max_size: 9\n    hours: office\n", 1
)


def test_a_queue_must_be_wired_for_what_its_settings_make_possible():
    """max_wait, max_size, hours, and what the hold flow may leave by."""
    hold = HOLD.replace("next: tune}", "next: go}\n  go: {leave: callback}")
    found = problems_of(GOOD, WAITING_SITE, hold=hold)
    assert [problem.word for problem in found if problem.code == "E201"] == ["callback", "closed", "full", "timed_out"]


@pytest.mark.parametrize(
    ("hold", "code"),
    [
        (HOLD.replace("wait: 20s", "say: Please hold."), "E204"),
        (
            HOLD.replace(
                "tune: {wait: 20s, next: tune}", "tune: {queue: billing, failed: bye}\n  bye: {hang_up: Bye.}"
            ),
            "E207",
        ),
        (HOLD.replace("tune: {wait: 20s", "tune: {play: tune"), "E204"),
        (HOLD.replace("nodes:", "nodes:\n  lost: {leave: left}"), "E202"),
    ],
)
def test_a_flow_for_waiting_callers_has_rules_of_its_own(hold, code):
    """It must wait, and may only hold what a waiting caller can hear."""
    wired = "failed: bye, timed_out: bye, full: bye, closed: bye}"
    found = problems_of(GOOD.replace("failed: bye}", wired, 1), WAITING_SITE, hold=hold)
    assert code in [problem.code for problem in found]


def test_an_unrecorded_prompt_without_text_is_an_error_where_recordings_are_known():
    """Silence where a prompt should be."""
    from call_flows.check import check_draft
    from call_flows.draft import draft_site

    flow = GOOD.replace("say: Hello.", "play: jingl")
    draft = draft_site({"site.yaml": SITE, "flows/main.yaml": flow})
    [problem] = check_draft(draft, {"en-US": frozenset({"jingle"})})
    assert (problem.code, problem.nearest) == ("E106", "jingle")
    assert check_draft(draft, None) == []


INNER = "flow: inner\nstart: go\nnodes:\n  go: {return: won}\n"


def test_results_of_flows_must_exist_and_shared_slots_agree():
    """What a flow is expected to return, it must return; what two flows share, they must mean alike."""
    flow = GOOD.replace("say: Hello.", "flow: inner, results: {wun: bye}")
    [problem] = [found for found in problems_of(flow, inner=INNER) if found.code == "E110"]
    assert (problem.word, problem.nearest) == ("wun", "won")
    inner = INNER.replace("start:", "slots: {account: {type: digits}}\nstart:")
    assert "E112" in [found.code for found in problems_of(GOOD, inner=inner)]


def test_what_a_flow_sets_on_every_way_back_is_set_after_it():
    """Reading it then is right; reading what only one way sets is not."""
    inner = """
flow: inner
slots: {name: {type: text}}
start: ask
nodes:
  ask: {ask: Your name?, into: name, next: done, failed: done2}
  done: {return: }
  done2: {set: {name: "'nobody'"}, next: done}
"""
    flow = GOOD.replace(
        "hello: {say: Hello., next: front}",
        "hello: {flow: inner, next: hi}\n  hi: {say: 'Hi {{ name }}.', next: front}",
    )
    assert problems_of(flow, inner=inner) == []
    assert "E206" in [
        found.code
        for found in problems_of(
            flow, inner=inner.replace("failed: done2", "failed: done").replace("  done2:", "  other:")
        )
    ]


SITE_ROWS = [
    ("E010", "skills:", "skils:", "skils", "skills"),
    ("E010", "mon-fri:", "mon-fry:", "mon-fry", "mon-fri"),
    ("E012", "America/New_York", "America/NewYork", "America/NewYork", "America/New_York"),
    ("E012", '"08:00-20:00"', '"8-20"', "8-20", ""),
    ("E013", "after: 45s", "after: 45", "45", "45s"),
    ("E102", '"+12025550100": main', '"+12025550100": mian', "mian", "main"),
    ("E104", "{after: 45s, needs: {billing: 1}}", "{after: 45s, needs: {biling: 1}}", "biling", "billing"),
    ("E501", "skills: {billing: 5, spanish: 5}", "skills: {spanish: 5}", "billing", ""),
    ("E502", '{mon-fri: "08:00-20:00"}', "{mon-fri: closed}", "office", ""),
    ("E002", "skills: [billing, spanish]", "skills: [billing, spanish]\nskills: []", "skills", ""),
]


@pytest.mark.parametrize(
    ("code", "old", "new", "word", "near"), SITE_ROWS, ids=[f"{row[0]}-{row[3]}" for row in SITE_ROWS]
)
def test_a_mistake_in_site_yaml_is_found(code, old, new, word, near):
    """And the flows are still checked against the rest of it."""
    assert old in SITE
    found = problems_of(GOOD.replace("next: front}", "next: frnt}"), SITE.replace(old, new, 1))
    [problem] = [problem for problem in found if problem.code == code and problem.word == word]
    assert (problem.nearest, problem.place.file) == (near, "site.yaml")
    assert "E101" in [problem.code for problem in found]


def test_a_number_that_leads_to_nobody_is_warned_of():
    """No way to a person."""
    flow = "flow: main\nstart: bye\nnodes:\n  bye: {hang_up: Goodbye.}\n"
    assert [problem.code for problem in problems_of(flow)] == ["W605", "W626"]
    unused = "flow: other\nstart: bye\nnodes:\n  bye: {hang_up: Goodbye.}\n"
    assert [problem.code for problem in problems_of(GOOD, other=unused)] == ["W607"]


def test_every_code_that_is_raised_is_explained():
    """The reference has a line for each, and no line for none."""
    from pathlib import Path

    import call_flows

    folder = Path(call_flows.__file__).parent
    sources = [file.read_text() for file in folder.rglob("*.py") if file.name not in {"codes.py", "reference.py"}]
    raised = {code for source in sources for code in re.findall(r'"([EW]\d{3})"', source)}
    assert raised == set(CODES)


def test_the_command_prints_problems_and_its_status_says_whether_the_site_can_go_live(tmp_path):
    """0, 1 and 2: good, errors, no folder."""
    out = io.StringIO()
    assert (run_check(NORTHWIND, out), out.getvalue()) == (0, "No problems.\n")
    (tmp_path / "flows").mkdir()
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "flows" / "main.yaml").write_text(GOOD.replace("next: front}", "next: frnt}"))
    out = io.StringIO()
    assert run_check(tmp_path, out) == 1
    assert "flows/main.yaml:9:30: error E101: There is no node 'frnt'. Did you mean 'front'?" in out.getvalue()
    assert out.getvalue().endswith("1 error, 0 warnings.\n")
    assert run_check(tmp_path / "nowhere", io.StringIO()) == 2


def test_a_slot_set_on_the_way_back_by_one_result_is_set_there(codes):
    """What another flow sets before it comes back by `next` is not asked of its other results."""
    main = """
flow: main
slots: {day: {type: date}}
start: ask
nodes:
  ask: {flow: asking, results: {help: people}, next: tell}
  tell: {hang_up: "{{ day | date }}"}
  people: {queue: billing, failed: bye}
  bye: {hang_up: Goodbye.}
"""
    asking = """
flow: asking
slots: {day: {type: date}}
start: day
nodes:
  day: {ask: Which day?, into: day, next: done, failed: help}
  done: {return: }
  help: {return: help}
"""
    assert "E206" not in codes(main, asking=asking)
    assert "E206" in codes(
        main.replace("people: {queue: billing, failed: bye}", "people: {say: '{{ day | date }}', next: bye}"),
        asking=asking,
    )
