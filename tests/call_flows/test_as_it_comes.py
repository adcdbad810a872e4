"""Answers taken as they come, silence told apart, fields that may be missing, and what is still to be done."""

import pytest

from call_flows.actions import Collect
from call_flows.events import Fetched

ASK = """
flow: main
slots: {{answer: {{type: text}}}}
start: ask
nodes:
  ask: {{
    ask: Go on., into: answer, tries: 1, most_keys: {most}, finish: {finish},
    next: keyed, spoken: said, silent: hush, failed: hush
  }}
  keyed: {{hang_up: "Keyed {{{{ answer }}}}."}}
  said: {{hang_up: "Said {{{{ answer }}}}."}}
  hush: {{hang_up: Nothing.}}
"""


def test_free_text_may_be_keyed_and_the_carrier_is_told_how(make_talk):
    """So many keys, and the key that ends them."""
    talk = make_talk(ASK.format(most=4, finish='"*"'))
    assert talk.last == Collect(
        talk.last.prompts, keys=True, speech=True, max_digits=4, finish_on_key="*", timeout=7.0, hints=talk.last.hints
    )
    assert make_talk(ASK.format(most=0, finish="~")).last.finish_on_key == ""
    assert make_talk(ASK.format(most=0, finish="~")).last.max_digits is None


@pytest.mark.parametrize(
    ("act", "heard"),
    [
        (lambda talk: talk.press("1*2"), "Keyed 1*2."),
        (lambda talk: talk.speak("my bill"), "Said my bill."),
        (lambda talk: talk.silence(), "Nothing."),
    ],
    ids=["keys", "words", "nothing"],
)
def test_keys_words_and_silence_go_their_own_ways(make_talk, act, heard):
    """`next` for keys, `spoken` for words, `silent` for neither."""
    assert act(make_talk(ASK.format(most=4, finish='"#"'))).heard == heard


def test_a_menu_tells_silence_from_a_wrong_key(make_talk):
    """After the last try: `silent` when nothing was heard, else `failed`."""
    menu = """
flow: main
start: pick
nodes:
  pick: {menu: "For one, press 1.", options: [{press: "1", next: one}], tries: 1, silent: hush, failed: wrong}
  one: {hang_up: One.}
  hush: {hang_up: Nothing.}
  wrong: {hang_up: Wrong.}
"""
    assert make_talk(menu).silence().heard == "Nothing."
    assert make_talk(menu).press("7").heard == "Wrong."


FETCH = """
flow: main
slots: {name: {type: text}, code: {type: text}}
start: ask
nodes:
  ask: {fetch: "https://x.example/", into: {name: $.name?}, status: code, next: tell, failed: tell}
  tell: {hang_up: "{{ code }} {{ name }}"}
"""


def test_a_field_that_may_be_missing_empties_its_slot_and_the_status_is_kept(make_talk):
    """Whether the answer was good or not."""
    talk = make_talk(
        FETCH.replace("start: ask", "start: none").replace("nodes:", "nodes:\n  none: {set: {name: \"''\"}, next: ask}")
    )
    assert talk.send(Fetched(talk.facts, 200, {"other": 1})).heard.strip() == "200"
    again = make_talk(
        FETCH.replace("start: ask", "start: none").replace("nodes:", "nodes:\n  none: {set: {name: \"''\"}, next: ask}")
    )
    assert again.send(Fetched(again.facts, 503, None)).heard.strip() == "503"


def test_what_is_still_to_be_done_is_reminded_of(problems):
    """By the check, with the designer's or the importer's own words."""
    flow = "flow: main\nstart: bye\nnodes:\n  bye: {hang_up: Bye., todo: Record this prompt.}\n"
    found = [problem for problem in problems(flow) if problem.code == "W690"]
    assert [problem.what for problem in found] == ["Still to be done here: Record this prompt."]
