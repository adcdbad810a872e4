"""YAML as the designer wrote it, and YAML that means harm."""

import pytest

from call_flows.loader import load_texts
from call_flows.problems import SiteRefused
from call_flows.yaml_text import MAX_BYTES, read_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [("NO", "NO"), ("on", "on"), ("12:30:00", "12:30:00"), ("0042", "0042"), ("+12025550100", "+12025550100"),
     ("2026-03-02", "2026-03-02"), ("7", 7), ("1.50", 1.5), ("true", True), ("~", None), ("'7'", "7"), ("1e3", "1e3")],
)  # fmt: skip
def test_a_word_stays_what_the_designer_wrote(written, read):
    """Norway is not false, an opening hour is not 45,000 seconds, a PIN keeps its zeros."""
    assert read_yaml(f"value: {written}", "f").data == {"value": read}


def test_keys_are_text_whatever_they_look_like():
    """The keys of a telephone are strings: 1, '*' and '#' alike."""
    assert read_yaml("1: a\n'*': b\n\"#\": c\n", "f").data == {"1": "a", "*": "b", "#": "c"}


def test_a_number_remembers_how_it_was_written():
    """`say: 1.50` is spoken as it stands."""
    assert read_yaml("v: 1.50", "f").data["v"].written == "1.50"


def test_every_value_and_key_keeps_its_place():
    """An error can only point at what has a place."""
    document = read_yaml("a:\n  b: [x, {c: y}]\n", "file.yaml")
    assert str(document.places.of(("a", "b", 1, "c"))) == "file.yaml:2:14"
    assert str(document.places.key(("a", "b", 1, "c"))) == "file.yaml:2:11"
    assert str(document.places.of(("a", "nothing"))) == "file.yaml:2:3"


def test_a_duplicate_key_is_refused_with_both_lines():
    """PyYAML would let the second win without a word."""
    [problem] = read_yaml("a: 1\nb: 2\na: 3\n", "f").problems
    assert (problem.code, problem.place.line, "line 1" in problem.what) == ("E002", 3, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: [1, 2\nb: 3", "E001"), ("a: *nobody", "E001"), ("--- 1\n--- 2", "E001"), ("? [1]\n: 2", "E001"),
     ("a: !!python/object/apply:os.system [ls]", "E005"), ("a: \x00", "E001"), ("\t- a", "E001")],
)  # fmt: skip
def test_what_is_not_plain_yaml_is_told_with_its_place(text, code):
    """Nothing raises, and nothing is executed."""
    document = read_yaml(text, "f")
    assert [problem.code for problem in document.problems] == [code]
    assert document.problems[0].place.line >= 1


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{this}: &{this} [{', '.join([f'*{last}'] * 9)}]\n" for last, this in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "text",
    [LAUGHS, "a: &a [*a]", "a: &a {b: *a}", "[" * 100_000, "{a: " * 5_000, "- " * 3_000 + "x",
     "a: [" + ", ".join(["*b"] * 10_000) + "]", "x: &x y\na: [" + "*x, " * 5_000 + "]", "a: '" + "x" * MAX_BYTES + "'",
     "- x\n" * 150_000, "? " * 2_000],
    ids=["billion laughs", "itself in a list", "itself in a mapping", "deep brackets", "deep braces", "deep dashes",
         "many lost aliases", "many aliases", "over a megabyte", "many values", "deep question marks"],
)  # fmt: skip
def test_a_bomb_is_refused(text):
    """A file that is huge, deep or that multiplies itself costs no more than reading it, and is refused."""
    document = read_yaml(text, "flows/bomb.yaml")
    assert document.problems
    assert {problem.code for problem in document.problems} <= {"E001", "E003", "E004"}
    with pytest.raises(SiteRefused):
        load_texts({"site.yaml": "site: s", "flows/bomb.yaml": text})
