"""`callwright new`: a copy that checks, tests, finds its schemas and its demonstration service; nothing overwritten."""

import re

import pytest
from typer.testing import CliRunner

from call_flows.demos import demos_of
from call_flows.library import SHIPPED
from call_flows.loader import check_folder, load_site
from console.cli.main import app


@pytest.mark.parametrize("kind", sorted(SHIPPED))
def test_a_copy_is_as_sound_as_what_it_is_a_copy_of(kind, tmp_path):
    """Its own name, the schemas beside it, the same service at the same address."""
    folder = tmp_path / "my_place"
    told = CliRunner().invoke(app, ["new", str(folder), "--from", kind])
    assert told.exit_code == 0, told.output
    assert f"callwright up --site {folder}" in told.output.replace("\n", "")
    assert check_folder(folder) == []
    site = load_site(folder, services={})
    assert site.name == "my_place"
    assert demos_of(site.site.services) == demos_of(load_site(SHIPPED[kind], services={}).site.services) != []
    schemas = [
        (file.parent / found).resolve()
        for file in folder.rglob("*.yaml")
        for found in re.findall(r"\$schema=(\S+)", file.read_text(encoding="utf-8"))
    ]
    assert len(schemas) == len(list(folder.rglob("*.yaml")))
    assert all(schema.is_file() and schema.is_relative_to(folder.resolve()) for schema in schemas)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    """One sentence, and what was there is as it was."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    told = CliRunner().invoke(app, ["new", str(tmp_path)])
    assert told.exit_code == 1
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_whose_name_is_no_name_keeps_the_sites_own(tmp_path):
    """A site's name stands in addresses and reports."""
    folder = tmp_path / "My Place 2"
    assert CliRunner().invoke(app, ["new", str(folder), "--from", "clinic"]).exit_code == 0
    assert load_site(folder, services={}).name == "riverside"
