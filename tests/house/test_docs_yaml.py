"""The pages for designers are executed: their YAML is written and checked as a reader would, their commands are run."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from call_flows.loader import check_folder, load_texts
from call_flows.nodes import VERBS
from call_flows.scenario.reading import read_tests
from console.cli.main import app
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.migrations import upgrade
from tests.house.docs_blocks import Block, Typed, blocks, commands, unseen, write

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CODE_PAGES = DOCS / "checks"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
HELP = {"mkdir", "sed"}
HOUSE = {"up", "call", "replay"}
"""Commands that need calls to be answered, or to have been."""

STAND_IN = """
site: stand_in
languages: [en-US, es-US]
numbers: {"+12025550100": NAME}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing, spanish]
queues: {billing: {rings: [{after: 0s, needs: {billing: 1}}]}}
agents: [{name: Ana, login: ana, skills: {billing: 5, spanish: 5}}]
"""
"""What flows that stand alone on a page stand in."""


def yaml_blocks(page: Path) -> list[Block]:
    return [block for block in blocks(page.read_text(encoding="utf-8")) if block.language in {"yaml", "yml"}]


WITH_YAML = [page for page in PAGES if page.parent != CODE_PAGES and yaml_blocks(page)]


def test_there_are_pages_to_look_at():
    """A check of nothing cannot fail."""
    assert {"tutorial.md", "flows.md"} <= {page.name for page in WITH_YAML}


@pytest.mark.parametrize("page", WITH_YAML, ids=lambda page: page.name)
def test_every_block_of_yaml_says_what_it_is(page):
    """`flow=`, `site=`, `test=`, `scorecard=`, `fragment`, or the file it belongs in: otherwise nobody checks it."""
    kinds = {"file", "into", "flow", "site", "test", "scorecard", "fragment"}
    assert [block.line for block in yaml_blocks(page) if not kinds & set(block.words)] == []


@pytest.mark.parametrize("page", WITH_YAML, ids=lambda page: page.name)
def test_every_block_that_stands_alone_is_right(page):
    """A flow, a site or a test loads without errors; a fragment is at least nodes of verbs that exist."""
    for block in yaml_blocks(page):
        where = f"{page.name}:{block.line}"
        if "flow" in block.words:
            name = block.words["flow"]
            load_texts({"site.yaml": STAND_IN.replace("NAME", name), f"flows/{name}.yaml": block.body}, services={})
        elif "site" in block.words:
            site = yaml.safe_load(block.body)
            empty = "flow: {}\nstart: bye\nnodes: {{bye: {{hang_up: Goodbye.}}}}\n"
            named = [value if isinstance(value, str) else value["flow"] for value in site.get("numbers", {}).values()]
            load_texts({"site.yaml": block.body, **{f"flows/{n}.yaml": empty.format(n) for n in named}}, services={})
        elif "scorecard" in block.words:
            stand_in = {"site.yaml": STAND_IN.replace("NAME", "main"), "flows/main.yaml": _SILENT}
            name = block.words["scorecard"]
            assert name in load_texts({**stand_in, f"scorecards/{name}.yaml": block.body}).scorecards, where
        elif "test" in block.words:
            site = load_texts(
                {"site.yaml": STAND_IN.replace("NAME", "main"), "flows/main.yaml": _SILENT}, services={}, check=None
            )
            problems = [problem for problem in read_tests(site, block.body, where)[1] if problem.code != "E102"]
            assert problems == [], where
        elif "fragment" in block.words:
            for name, node in (yaml.safe_load(block.body).get("nodes") or {}).items():
                assert next(iter(node)) in VERBS, f"{where}: {name}"


_SILENT = "flow: main\nstart: bye\nnodes: {bye: {hang_up: Goodbye.}}\n"


def test_a_newcomer_who_follows_the_tutorial_ends_with_a_tested_site(monkeypatch):
    """Every file is written, every command typed; what is shown is seen; no section ends with an error."""
    with tempfile.TemporaryDirectory(prefix="tutorial-") as folder:
        root = Path(folder)
        monkeypatch.chdir(root)
        monkeypatch.setenv("CALLWRIGHT_HOME", str(root / "home"))
        monkeypatch.setenv("COLUMNS", "150")
        (root / "home").mkdir()
        page = blocks((DOCS / "tutorial.md").read_text(encoding="utf-8"))
        _follow(page, root)
        assert check_folder(root / "tide") == []
        assert run(Typed(["callwright", "test", "tide", "--fail-under", "90"], "", []))[1] == 0


def _follow(page: list[Block], root: Path) -> None:
    for place, block in enumerate(page):
        if block.language == "yaml":
            write(block, root)
        elif block.language == "sh":
            for typed in commands(block):
                _type(typed, in_house="house" in block.words, broken=_is_broken(page[:place]))
        last = place + 1 == len(page) or page[place + 1].section != block.section
        if last and (root / "tide" / "site.yaml").exists():
            errors = [problem for problem in check_folder(root / "tide") if problem.code.startswith("E")]
            assert errors == [], block.section


def _is_broken(before: list[Block]) -> bool:
    written = [block for block in before if block.language == "yaml"]
    return bool(written) and "broken" in written[-1].words


def _type(typed: Typed, *, in_house: bool, broken: bool) -> None:
    line = " ".join(typed.argv)
    if typed.argv[0] in HELP:
        subprocess.run(typed.argv, check=True)
        return
    assert typed.argv[0] == "callwright", line
    if in_house:
        assert typed.argv[1] in HOUSE, f"{line}: nothing keeps this from being run here"
        _known(typed.argv)
        if typed.argv[1] == "up":
            _start(Path(typed.argv[-1]))
        return
    output, status = run(typed)
    assert unseen(typed.shown, output) == [], f"{line}\n{output}"
    refused = broken or any("should hear" in shown for shown in typed.shown)
    assert (status != 0) is refused, f"{line}\n{output}"


def _known(argv: list[str]) -> None:
    """The command and its options exist, though nobody answers here."""
    told = CliRunner().invoke(app, [argv[1], "--help"]).output
    for word in argv[2:]:
        assert not word.startswith("--") or word.partition("=")[0] in told, word


def _start(folder: Path) -> None:
    """What `up` does to the records: the tables, and the folder as the version that answers."""
    database = Database(f"sqlite:///{Path(os.environ['CALLWRIGHT_HOME']) / 'callwright.db'}")
    upgrade(database)
    database.dispose()
    assert run(Typed(["callwright", "publish", str(folder)], "", []))[1] == 0


def run(typed: Typed) -> tuple[str, int]:
    """What the command prints, and how it ends."""
    done = CliRunner().invoke(app, typed.argv[1:], input=typed.keyed)
    if isinstance(done.exception, CallwrightError):
        return f"{done.output}\n{done.exception}", 1
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output, done.exit_code
