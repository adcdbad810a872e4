"""What is kept in git: nothing that was built, nothing that names a machine."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_nothing_that_was_built_is_in_git():
    built = [p for p in tracked() if {"node_modules", "build", "__pycache__", "dist"} & set(p.relative_to(ROOT).parts)]
    assert built == []


def test_no_file_names_a_machines_folder_or_a_registry():
    """A path of the machine it was written on, or a registry's host, is of no use to anybody else."""
    names = re.compile(
        r"/work/(main|shared|notes)|/root/|registry\.npmjs|files\.pythonhosted|pypi\.org/simple|deb\.debian"
    )
    found = []
    for path in tracked():
        if (
            path.suffix in {".wav", ".mp3", ".fst", ".mdl", ".png", ".int"}
            or not path.exists()
            or path == Path(__file__)
        ):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if names.search(text):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_every_large_decision_has_a_page_and_every_page_is_one_page():
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(pages) >= 5
    assert [p.name for p in pages if len(p.read_text(encoding="utf-8").split()) > 650] == []
    assert [p.name for p in pages if not re.match(r"\d{4}-[a-z0-9-]+\.md$", p.name)] == []
