"""Documentation that cannot rot: generated pages equal what the code says, links lead somewhere, commands exist."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli.main import app
from docs.generate import PAGES

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "exchange" / "README.md",
]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_what_the_code_says(name, monkeypatch):
    """`make docs` writes it anew."""
    monkeypatch.setenv("COLUMNS", "120")
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_make_command_in_the_docs_exists():
    targets = set(re.findall(r"^([a-z0-9_-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for name in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert set(name) & targets, name


def test_every_callwright_command_in_the_docs_exists():
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    for page in WRITTEN:
        if page.name == "promises.md":
            continue  # also tells what is still to come
        for name in re.findall(r"`callwright ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8")):
            assert name in known, f"{page.name}: callwright {name}"


def test_bare_make_names_every_command_it_explains():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z0-9_-]+):.*## ", makefile, re.MULTILINE))
    assert {"setup", "run", "test", "check", "bench", "docs"} <= explained


def test_the_command_line_explains_itself():
    told = CliRunner().invoke(app, ["--help"])
    assert told.exit_code == 0
    for name in ("up", "call", "check", "models"):
        assert name in told.output
