"""A site is read whole: it is ready, or everything that is wrong with it is told at once."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

import pytest

from call_flows.loader import load_site, load_texts
from call_flows.problems import SiteRefused, nearest
from tests.call_flows.conftest import SITE, problems_of, texts_of

GOOD = """
flow: main
start: hello
nodes:
  hello: {say: Hello., next: people}
  people: {queue: billing, failed: bye}
  bye: {hang_up: Goodbye.}
"""


def test_every_problem_of_every_file_is_told_at_once():
    """A designer who mends one thing must not be sent back for the next."""
    with pytest.raises(SiteRefused) as refused:
        load_texts(
            {
                "site.yaml": SITE.replace("after: 45s", "after: 45").replace("timezone", "timezon"),
                "flows/a.yaml": "flow: main\nstart: hello\nnodes:\n  hello: {sai: Hello., next: bye}\n  bye: {hang_up:\n  }\n",
                "flows/b.yaml": "flow: [",
            }
        )
    told = {(problem.place.file, problem.code) for problem in refused.value.problems}
    assert told >= {("site.yaml", "E013"), ("site.yaml", "E010"), ("flows/a.yaml", "E014"), ("flows/b.yaml", "E001")}
    assert "site.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    ("line", "code", "word", "near"),
    [
        ("hello: {say: Hi., nxt: people}", "E010", "nxt", "next"),
        ("hello: {sy: Hi., next: people}", "E014", "sy", "say"),
        ("hello: {next: people, say: Hi.}", "E014", "next", "say"),
        ("hello: {wait: 20, next: people}", "E013", "20", "20s"),
        ("hello: {say: 'Hi {{ nam.x', next: people}", "E015", "{{", ""),
        ("hello: {say: 'Hi {{ caller.name | spel }}', next: people}", "E015", "spel", "spell"),
        ("hello: {when: [{if: 'a ==', next: people}], else: people}", "E016", "a ==", ""),
        ("hello: {record: strat, next: people}", "E012", "strat", "start"),
        ("hello: {say: true, next: people}", "E012", "True", ""),
        ("hello: {say: Hi.}", "E201", "next", ""),
        ("hello: {menu: Hi., options: [{press: 1, next: people}]}", "E205", "failed", ""),
        ("hello: {menu: Hi., options: [{press: 12, next: people}], failed: people}", "E012", "12", ""),
        ("hello: {menu: Hi., options: [{next: people}], failed: people}", "E011", "press", ""),
        ("hello: Hi.", "E011", "hello", ""),
    ],
)
def test_a_wrong_value_is_told_with_place_word_nearest_and_advice(line, code, word, near):
    """An error says what, where, and what to do."""
    found = problems_of(GOOD.replace("hello: {say: Hello., next: people}", line))
    [problem] = [problem for problem in found if problem.code == code]
    assert (problem.word, problem.nearest) == (word, near)
    assert (problem.place.file, problem.place.line) == ("flows/main.yaml", 5)
    assert problem.place.column > 2 or word in {"next", "failed", "hello"}
    assert problem.todo


def test_a_key_of_the_telephone_may_be_written_as_a_number():
    """`press: 1` and `press: "1"` are the same key."""
    flow = GOOD.replace("say: Hello., next: people", "menu: Hello., options: [{press: 1, next: people}], failed: bye")
    assert load_texts(texts_of(flow)).flows["main"].nodes["hello"].exits == {"press 1": "people", "failed": "bye"}


def test_the_version_is_the_hash_of_what_calls_depend_on():
    """The same texts are the same version; a changed word is another; a test beside them changes nothing."""
    first, second = load_texts(texts_of(GOOD)), load_texts(texts_of(GOOD.replace("Hello.", "Hi.")))
    assert first.version == load_texts({**texts_of(GOOD), "tests/a.yaml": "test: x"}).version
    assert first.version != second.version
    assert len(first.version) == 64
    assert load_texts(first.texts).version == first.version


@pytest.mark.promise(17)
def test_a_bad_file_never_becomes_a_site():
    """Loading is all or nothing, so whoever swaps a site in has either a good one or an exception."""
    with pytest.raises(SiteRefused) as refused:
        load_texts(texts_of(GOOD.replace("next: people", "next: poeple")))
    [problem] = [problem for problem in refused.value.problems if problem.code == "E101"]
    assert (problem.word, problem.nearest) == ("poeple", "people")


def test_a_kept_version_can_be_loaded_without_the_checks_it_once_passed():
    """Checks grow stricter with the years; a call under way stays on its version."""
    broken = texts_of(GOOD.replace("queue: billing", "queue: biling"))
    assert load_texts(broken, check=None).flows["main"].nodes["people"].queue == "biling"


def test_services_can_be_pointed_elsewhere_without_changing_the_version(monkeypatch):
    """The demo may find its port taken; the flows stay the same version."""
    monkeypatch.setenv("CALLWRIGHT_SERVICE_BANK", "http://127.0.0.1:9999/")
    moved, plain = load_texts(texts_of(GOOD)), load_texts(texts_of(GOOD), services={})
    assert (moved.site.services["bank"], plain.site.services["bank"]) == (
        "http://127.0.0.1:9999",
        "http://127.0.0.1:8099",
    )
    assert moved.version == plain.version


def test_a_folder_is_read_with_its_prompts(tmp_path):
    """Prompts are known by name and language; what is not UTF-8 is told."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "prompts" / "en-US").mkdir(parents=True)
    (tmp_path / "prompts" / "en-US" / "tune.wav").write_bytes(b"")
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "flows" / "main.yaml").write_text(GOOD)
    site = load_site(tmp_path)
    assert (site.prompts, site.root) == ({"en-US": frozenset({"tune"})}, tmp_path)
    (tmp_path / "flows" / "bad.yaml").write_bytes(b"flow: \xff\xfe")
    with pytest.raises(SiteRefused) as refused:
        load_site(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E006"]


def test_a_folder_without_site_yaml_says_so(tmp_path):
    """The first mistake anybody makes."""
    with pytest.raises(SiteRefused) as refused:
        load_site(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E017"]


def test_the_nearest_word_is_found_whatever_its_case():
    """Did you mean."""
    assert nearest("Biling", ["billing", "technical"]) == "billing"
    assert nearest("zzz", ["billing"]) == ""
