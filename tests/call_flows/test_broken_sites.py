"""A site broken in any way is refused with its problems, and never by an exception of another kind."""

import random

import pytest

from call_flows.loader import load_texts
from call_flows.problems import SiteRefused

VALUES = ["null", "[]", "{}", "7", "-1", "true", "'x'", "[1, {a: b}]", "{en-US: [], es-US: 3}", "2h", "'{{ x }}'"]


def broken(texts: dict[str, str], chance: random.Random) -> dict[str, str]:
    """One to three mistakes: a line lost, moved or doubled, a value of another kind, a letter changed."""
    made = dict(texts)
    for _ in range(chance.randint(1, 3)):
        file = chance.choice(sorted(made))
        lines = made[file].splitlines()
        at = chance.randrange(len(lines))
        line = lines[at]
        match chance.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(chance.randrange(len(lines)), line)
            case 2:
                lines[at] = " " * chance.randint(0, 8) + line.lstrip()
            case 3 if ":" in line:
                lines[at] = f"{line.partition(':')[0]}: {chance.choice(VALUES)}"
            case 4 if line:
                place = chance.randrange(len(line))
                lines[at] = line[:place] + chance.choice("abcxyz019{}[]:,'\"&*!#-") + line[place + 1 :]
            case _:
                lines[at] = line.replace(": ", chance.choice([": {", ": [", ":"]), 1)
        made[file] = "\n".join(lines) + "\n"
    return made


def try_to_load(texts: dict[str, str]) -> None:
    try:
        load_texts(texts, services={})
    except SiteRefused as refused:
        for problem in refused.problems:
            assert problem.place.line >= 1
            assert problem.what
            assert str(problem)


@pytest.mark.parametrize("seed", range(60))
def test_a_broken_site_is_refused_in_words(northwind, seed):
    """Whatever the editor, the merge or the cat on the keyboard did."""
    try_to_load(broken(dict(northwind.texts), random.Random(seed)))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(4))
def test_thousands_of_broken_sites_are_refused_in_words(northwind, part):
    """The same, at length."""
    for seed in range(60 + part, 3000, 4):
        try_to_load(broken(dict(northwind.texts), random.Random(seed)))
