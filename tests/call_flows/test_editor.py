"""The shipped schemas in an editor: verbs and keys are completed, explained, and wrong ones underlined."""

import pytest

from call_flows.library import NORTHWIND
from tests.call_flows.language_server import Editor, installed

pytestmark = pytest.mark.e2e

FLOW = NORTHWIND / "flows" / "main_line.yaml"
HEAD = FLOW.read_text(encoding="utf-8").splitlines()[0]
NODES = f"{HEAD}\nflow: main_line\nstart: a\nnodes:\n"


@pytest.fixture
def editor():
    made: list[Editor] = []

    def open_with(text: str, file=FLOW) -> Editor:
        made.append(Editor(installed(), file))
        made[-1].open(text)
        return made[-1]

    yield open_with
    for one in made:
        one.close()


def labels(result) -> set[str]:
    items = result["items"] if isinstance(result, dict) else result or []
    return {item["label"] for item in items}


def test_the_shipped_flow_names_its_schema_and_is_not_underlined(editor):
    """The first line of each shipped file is all that an editor needs."""
    assert HEAD.startswith("# yaml-language-server: $schema=")
    assert editor(FLOW.read_text(encoding="utf-8")).diagnostics() == []
    site = NORTHWIND / "site.yaml"
    assert editor(site.read_text(encoding="utf-8"), site).diagnostics() == []


def test_a_wrong_key_is_underlined_where_it_stands(editor):
    found = editor(NODES + "  a:\n    say: Hello.\n    nxt: a\n").diagnostics()
    assert [problem for problem in found if problem["range"]["start"]["line"] == 6]
    assert any("nxt" in problem["message"] for problem in found)


def test_a_length_of_time_without_a_unit_is_underlined(editor):
    found = editor(NODES + "  a:\n    wait: 20\n    next: a\n").diagnostics()
    assert 5 in {problem["range"]["start"]["line"] for problem in found}


def test_verbs_and_keys_are_completed(editor):
    """At an empty node every verb, and within one its own keys."""
    empty = editor(NODES + "  a:\n    \n")
    verbs = labels(empty.at("completion", 5, 4))
    assert {"say", "menu", "ask", "queue", "hang_up"} <= verbs
    menu = editor(NODES + "  a:\n    menu: Hello.\n    \n")
    assert {"options", "no_input", "no_match", "tries", "failed"} <= labels(menu.at("completion", 6, 4))


def test_a_key_tells_what_it_means(editor):
    """Hovering over a key shows the same words as the reference."""
    text = NODES + "  a:\n    menu: Hello.\n    options: [{press: '1', next: a}]\n    tries: 3\n    failed: a\n"
    shown = editor(text).at("hover", 7, 6)
    assert "How often it is asked" in str(shown["contents"])
