"""Expressions, texts, YAML and names that mean harm: bounded in steps and in size, whatever they say."""

# ruff: noqa: E501 - a corpus reads best a sample a line

import sys
import tracemalloc

import pytest

from call_flows.bare_keys import quote_bare_keys
from call_flows.check.fix import fix_texts
from call_flows.check.ignores import read_ignores
from call_flows.draft import draft_site
from call_flows.expressions import FAILURES, ConditionRefused, parse_condition
from call_flows.functions import TEXT_FUNCTIONS
from call_flows.loader import check_folder, load_texts, read_folder
from call_flows.problems import SiteRefused
from call_flows.reading import FILTERS, read_value
from call_flows.text import TextRefused, parse_text
from call_flows.values import PromptName
from ivr.prompts import prompt_path
from tests.call_flows.conftest import SITE, problems_of, texts_of
from tests.call_flows.test_checks import GOOD

MOST_CALLS = 20_000
"""Calls of functions: fifty milliseconds are ten times as many, on a slow machine."""
MOST_BYTES = 4_000_000


def bounded(work):
    """Do it, and say how many functions were called and how much memory was held at most."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    tracemalloc.start()
    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert calls <= MOST_CALLS, calls
    assert peak <= MOST_BYTES, peak
    return result


NAMES = {"t": "a" * 100_000, "n": 9, "f": 1e15, "none": None, "b": True, "caller.name": "'; DROP --"}

ESCAPES = [
    "().__class__.__mro__[1].__subclasses__()", "t.__class__.__init__.__globals__", "''.format(t)", "t.format_map(n)",
    "'{0.__class__}'.format(t)", "f'{t.__class__}'", "__builtins__", "globals()", "vars(t)", "type(t)", "dir(t)",
    "getattr(t, '__class__')", "(lambda: 1)()", "[*t]", "{**t}", "t[0]", "t[:]", "{t}", "{t: 1}", "(x for x in t)",
    "exec('1')", "compile('1', '', 'eval')", "breakpoint()", "input()", "open('/etc/passwd').read()", "help()",
    "caller.__class__", "queue('x').__init__", "is_open.__globals__", "now.__class__", "service.__dict__",
    "__import__('socket')", "𝓮𝔁𝓮𝓬('1')", "t.\u200bupper()", "True.__class__", "1 .__class__", "(1).real", "None.__doc__",
    "n.__add__", "print", "eval", "exit()", "del t", "raise", "assert t", "with t: 1", "async for", "t := 1", "@t",
    "match(t, '(a+)+$')", "matches(t, '(?P<x>a)(?P=x)')", "matches(t, '(a+)\\\\1')", "replace.__self__", "t if t",
]  # fmt: skip
BOMBS = [
    "9**9**9**9", "2 << 999999", "t * 999999999", "'a' * 10**10", "n * n * n * n * n * n * n * n * n", "f * f * f * f",
    "t + t + t", "t in t in t in t", "not " * 90 + "t", "-" * 300 + "n", "(" * 100 + "n" + ")" * 100, "n" + "+n" * 190,
    "t == t" + " and t == t" * 35, "[" + "1," * 190 + "1]", "'" + "x" * 390 + "'", "1e308 * 1e308", "0 / 0", "n % 0",
    "-f // 1e-300", "t < n < t", "'%s' % t", "'%999999999d' % n",
    "replace(replace(replace(t, 'a', t), 'a', t), 'a', t)", "join(" + "t," * 100 + "t)", "upper(" * 14 + "t" + ")" * 14,
    "matches(t, '(a*)*b')", "matches(t, '(a|aa)+$')", "matches(t, 'a{1000}{1000}')", "matches(t, '" + "(" * 90 + "a" + ")*" * 90 + "')",
]  # fmt: skip


def evaluated(source: str):
    try:
        condition = parse_condition(source)
    except ConditionRefused:
        return None
    try:
        return condition.value(NAMES)
    except FAILURES:
        return None


@pytest.mark.promise(19)
@pytest.mark.parametrize("source", [*ESCAPES, *BOMBS], ids=range(len(ESCAPES) + len(BOMBS)))
def test_an_expression_neither_escapes_nor_grows(source):
    """Refused when read, or a plain value after a bounded number of steps in a bounded space."""
    value = bounded(lambda: evaluated(source))
    assert value is None or isinstance(value, bool | int | float | str | tuple)
    assert not isinstance(value, str) or len(value) <= max(500, len(NAMES["t"]))


@pytest.mark.promise(19)
@pytest.mark.parametrize("name", sorted(TEXT_FUNCTIONS))
def test_every_text_function_is_bounded_whatever_it_is_given(name):
    """Long texts, numbers, nothing, one argument or five."""
    for arguments in ("t", "t, t", "t, t, t", "n", "none", "t, n, n", "f, f", "b", "t, none", "t, -n, f"):
        value = bounded(lambda arguments=arguments: evaluated(f"{name}({arguments})"))
        assert not isinstance(value, str) or len(value) <= 500


@pytest.mark.promise(19)
@pytest.mark.parametrize(
    "source",
    ["{{ t.__class__ }}", "{{ t | safe }}", "{{ ''.__class__ }}", "{{ t | map('x') }}", "{{ self }}x{{ }}", "{{" * 1900,
     "{{ a" + "{{ a }}" * 500, "{% include '/etc/passwd' %}", "{{ t\n|\ndigits | spell }}", "{{t|" + "a" * 3000 + "}}",
     "}}" * 1900, "{{ " + " " * 3900, "{{ t }" * 600],
    ids=range(13),
)  # fmt: skip
def test_a_text_is_a_name_and_a_filter_or_is_refused(source):
    def read():
        try:
            return parse_text(source)
        except TextRefused:
            return None

    template = bounded(read)
    assert template is None or all(hole.name == "self" for hole in template.holes)


@pytest.mark.promise(19)
@pytest.mark.parametrize("chosen", ["", *sorted(FILTERS)])
@pytest.mark.parametrize(
    "value", ["9" * 100_000, "1e999", "-" * 9000, "\u0669" * 500, "2026-02-30", "99:99", float("nan"), 10**4000, "²"]
)
def test_a_filter_is_bounded_and_never_raises(chosen, value):
    for language in ("en-US", "es-US", "fr-FR", "xx", ""):
        read_value("1", chosen, language)  # a language's words are read from its file once
        said = bounded(lambda language=language: read_value(value, chosen, language))
        assert len(said) <= 4000


DEEP = "x: " + "{a: " * 23 + "1" + "}" * 23
YAML = {
    "laughs through keys": "a: &a {k1: x, k2: x}\n" + "".join(f"a{i}: &a{i} {{p: *a{i or ''}, q: *a{i or ''}}}\n" for i in range(1)),
    "quadratic": "a: &a " + "x" * 900 + "\nb: [" + "*a, " * 190 + "]",
    "merge keys": "base: &b {" + ", ".join(f"k{i}: 1" for i in range(300)) + "}\n" + "".join(f"m{i}: {{<<: *b}}\n" for i in range(60)),
    "many anchors": "\n".join(f"k{i}: &a{i} x" for i in range(3_000)),
    "deep": DEEP,
    "long key": "? " + "k" * 2000 + "\n: x",
    "tags": "a: !!binary aGk=\nb: !!timestamp 2001-01-01\nc: !!set {x}\nd: !x!y z",
    "nul": "flow: main\0",
    "lone surrogate": "flow: \ud800",
    "directives": "%YAML 9.9\n%TAG ! tag:evil,2000:\n--- !x y",
    "no end": "flow: >\n" + " x\n" * 50_000,
    "hashes": "flow: x " + "#" * 200_000,
    "quotes": "flow: " + "'\"" * 100_000,
    "press": "press: *, " * 50_000,
    "ignores": "a: b # callwright: ignore W601 x\n" * 800,
}  # fmt: skip


@pytest.mark.promise(20)
@pytest.mark.parametrize("name", sorted(YAML))
def test_yaml_that_means_harm_is_refused_in_words(name):
    """As a flow, as site.yaml, for the scanners of comments and bare keys, and for --fix: nothing raises or grows."""
    text = YAML[name]
    for texts in ({"site.yaml": text}, {"site.yaml": SITE, "flows/main.yaml": text}):
        with pytest.raises(SiteRefused):
            load_texts(texts)
        draft = draft_site(texts)
        assert draft.problems
        fix_texts(texts)
    read_ignores(text, "f")
    assert len(quote_bare_keys(text, "f")[0]) <= 2 * len(text) + 100_000


PATHS = ["../secret", "..", "/etc/passwd", "a/../../b", "a\\..\\b", "a\0.wav", "%2e%2e", "CON", ".hidden", "", "a/b",
         "en-US/../../../x", "~root", "a\nb", "x" * 300, "file:///etc/passwd", "\u2025/x", "．．/x"]  # fmt: skip


@pytest.mark.promise(21)
@pytest.mark.parametrize("name", PATHS, ids=range(len(PATHS)))
def test_a_prompts_name_leads_nowhere_else(name, tmp_path):
    """Neither when the flow is read nor when the recording is asked for."""
    (tmp_path / "prompts" / "en-US").mkdir(parents=True)
    (tmp_path / "secret.wav").write_bytes(b"secret")
    assert prompt_path(tmp_path / "prompts", "en-US", name) is None
    assert prompt_path(tmp_path / "prompts", name, "tune") is None
    if name != "CON":
        with pytest.raises(ValueError, match="not a name"):
            PromptName.read(name)


@pytest.mark.promise(21)
def test_a_link_out_of_the_prompts_is_not_followed(tmp_path):
    """Whoever may write prompts may not read the machine."""
    folder = tmp_path / "prompts" / "en-US"
    folder.mkdir(parents=True)
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (folder / "out.wav").symlink_to(tmp_path / "secret.wav")
    (tmp_path / "prompts" / "es-US").symlink_to(tmp_path)
    assert prompt_path(tmp_path / "prompts", "en-US", "out") is None
    assert prompt_path(tmp_path / "prompts", "es-US", "secret") is None


@pytest.mark.promise(21)
def test_a_flow_that_is_a_link_out_of_the_site_is_not_read(tmp_path):
    """Its lines would be shown in the messages about it."""
    (tmp_path / "secret.yaml").write_text("root:x:0:0: secret\n")
    site = tmp_path / "site"
    (site / "flows").mkdir(parents=True)
    (site / "site.yaml").write_text(SITE)
    (site / "flows" / "main.yaml").write_text(GOOD)
    (site / "flows" / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (site / "flows" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    texts, problems = read_folder(site)
    assert set(texts) == {"site.yaml", "flows/main.yaml"}
    assert [(problem.code, problem.place.file) for problem in problems] == [("E006", "flows/out.yaml")]
    assert "secret" not in "".join(map(str, check_folder(site)))


def test_what_is_private_never_stands_in_a_message_of_the_check():
    """Messages are shown in logs of other machines: names of slots, never values."""
    flow = GOOD.replace("say: Hello.", "say: 'Hello {{ account }}.'")
    assert all("12345678" not in str(problem) for problem in problems_of(flow))
    assert texts_of(flow)
