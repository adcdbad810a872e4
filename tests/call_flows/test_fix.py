"""`check --fix`: mends what has one reading, changes no other line, is done after once, and never makes it worse."""

import random

import pytest

from call_flows.check import check_draft
from call_flows.check.fix import fix_folder, fix_texts
from call_flows.draft import draft_site
from tests.call_flows.conftest import SITE, texts_of
from tests.call_flows.test_broken_sites import broken
from tests.call_flows.test_checks import GOOD

BLOCK = "  hello:  # the first\n    say: Hello.   # said to all\n    next: front\n"
FLOW = GOOD.replace("  hello: {say: Hello., next: front}\n", BLOCK)

MENDED = [
    # what the designer wrote, in place of what; the line as it is mended
    ("    failed: people\n", "    timeout: 5  # patient\n    failed: people\n", "    timeout: 5s  # patient"),
    ("    failed: people\n", "    timeout: 20 seconds\n    failed: people\n", "    timeout: 20s"),
    ("    failed: people\n", "    timeout: 1 Minute\n    failed: people\n", "    timeout: 1m"),
    ("    failed: people\n", "    no_inptu: What?\n    failed: people\n", "    no_input: What?"),
    ("    say: Hello.", "    sai: Hello.", "    say: Hello.   # said to all"),
    ("press: 1,", "press: *,", '      - {press: "*", says: [cats], next: cats}'),
    ("press: 1,", "press: #,", '      - {press: "#", says: [cats], next: cats}'),
    ("press: 1,", "press: '\"1\"',", '      - {press: "1", says: [cats], next: cats}'),
    ("press: 1,", "press: “1”,", '      - {press: "1", says: [cats], next: cats}'),
    ("next: front\n", "next: Front\n", "    next: front"),
    ("say: Hello.   #", "say: {en_US: Hello.}   #", "    say: {en-US: Hello.}   # said to all"),
    ("say: Hello.   # said to all", "say: Note: hello.", '    say: "Note: hello."'),
    ("say: Hello.   # said to all", 'say: ""Hello.""', '    say: "Hello."'),
    ("    next: front\n", "\tnext: front\n", "  next: front"),
    (
        "say: Hello.   # said to all\n    next: front",
        "when: [{if: caller.tier = 'gold' && !(now.hour > 3), next: front}]\n    else: people",
        "    when: [{if: caller.tier == 'gold' and not (now.hour > 3), next: front}]",
    ),
]


def problems(texts: dict[str, str]) -> set:
    draft = draft_site(texts)
    return {*draft.problems, *check_draft(draft)}


@pytest.mark.parametrize(("old", "new", "line"), MENDED, ids=range(len(MENDED)))
def test_what_has_one_reading_is_mended_and_nothing_else_changes(old, new, line):
    """Comments, layout and every other line stay as they were; a second time there is nothing left to do."""
    assert old in FLOW
    texts = texts_of(FLOW.replace(old, new, 1))
    mended, fixed = fix_texts(texts)
    before, after = texts["flows/main.yaml"].splitlines(), mended["flows/main.yaml"].splitlines()
    assert len(fixed) >= 1
    assert line in after or line.strip() in [each.strip() for each in after]
    assert [at for at, (one, two) in enumerate(zip(before, after, strict=True)) if one != two] == sorted(
        each.edit.line - 1 for each in fixed
    )
    assert mended["site.yaml"] == SITE
    assert fix_texts(mended) == (mended, [])


def test_a_line_that_stands_twice_is_taken_out_once():
    texts = texts_of(FLOW.replace("    next: front\n", "    next: front\n    next: front\n"))
    assert fix_texts(texts)[0]["flows/main.yaml"] == FLOW


def test_a_telephone_number_gets_its_country():
    texts = texts_of(FLOW, SITE.replace('"+12025550100"', '"(202) 555-0100"'))
    assert fix_texts(texts)[0]["site.yaml"] == SITE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("next: front\n", "next: frnt\n"),  # another node may be meant
        ("    next: front\n", "    nxt: people\n    next: front\n"),  # mended, the key would stand twice
        ("say: Hello.", "sxyz: Hello."),
        ("press: 1,", "press: 12,"),
        ("    failed: people\n", "    tmeout: x\n    tries: many\n    failed: people\n"),
        ("    next: front\n", "    next: front\n    next: people\n"),
    ],
)
def test_a_guess_is_left_to_the_designer(old, new):
    """What could be meant otherwise is told, with the nearest word, and not written."""
    texts = texts_of(FLOW.replace(old, new, 1))
    mended, _fixed = fix_texts(texts)
    changed = [
        (one, two)
        for one, two in zip(texts["flows/main.yaml"].splitlines(), mended["flows/main.yaml"].splitlines(), strict=True)
        if one != two
    ]
    assert changed in ([], [("    tmeout: x", "    timeout: x")])


def test_only_changed_files_are_written_with_their_ends_of_lines(tmp_path):
    """A file of Windows keeps its ends of lines and its mark; another is not touched at all."""
    (tmp_path / "flows").mkdir()
    raw = b"\xef\xbb\xbf" + FLOW.replace("next: front\n", "next: Front\n").replace("\n", "\r\n").encode()
    (tmp_path / "flows" / "main.yaml").write_bytes(raw)
    (tmp_path / "site.yaml").write_text(SITE)
    stamp = (tmp_path / "site.yaml").stat().st_mtime_ns
    assert [fixed.problem.code for fixed in fix_folder(tmp_path)] == ["E101"]
    assert (tmp_path / "flows" / "main.yaml").read_bytes() == raw.replace(b"Front", b"front")
    assert (tmp_path / "site.yaml").stat().st_mtime_ns == stamp
    assert fix_folder(tmp_path) == []


def keys(found) -> set:
    return {(problem.place.file, problem.code, problem.word) for problem in found}


@pytest.mark.parametrize("seed", range(25))
def test_mending_never_makes_a_site_worse(northwind, seed):
    """Sites broken at random: nothing new is wrong but what was hidden in a flow that could not be read before."""
    texts = broken(dict(northwind.texts), random.Random(seed))
    mended, fixed = fix_texts(texts)
    before, after = problems(texts), problems(mended)
    if not fixed:
        assert mended == texts
        return
    assert {problem.code for problem in after - before} & {"E003", "E004"} == set()
    draft = draft_site(texts)
    if draft.site is not None and not draft.broken and "E101" not in {problem.code for problem in before}:
        assert keys(after) < keys(before)
    assert fix_texts(mended) == (mended, [])


@pytest.mark.parametrize("seed", range(20))
def test_several_mechanical_mistakes_are_all_mended(seed):
    """Two or three at once, in any combination: the site is as good as before."""
    chance = random.Random(seed)
    flow = FLOW
    for old, new, _line in chance.sample([MENDED[place] for place in (0, 3, 4, 5, 9, 10)], 3):
        flow = flow.replace(old, new, 1) if old in flow else flow
    mended, _fixed = fix_texts(texts_of(flow))
    left = {problem.code for problem in problems(mended)}
    assert {code for code in left if code.startswith("E")} == set()
    assert {one for one in problems(mended) if one.code[0] == "W"} == set() or left <= {"W612", "W613"}
