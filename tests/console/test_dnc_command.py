"""`callwright dnc` on the command line: numbers come onto the list, off it, and out of a file."""

import pytest
from typer.testing import CliRunner

from console.cli.main import app
from foundation import migrations
from foundation.db import Database
from foundation.settings import load_settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database = Database(load_settings().database_url)
    migrations.upgrade(database)
    database.dispose()
    return lambda *words: CliRunner().invoke(app, ["dnc", *words])


def test_a_number_is_listed_once_and_taken_off_again(run):
    assert "+12025550142: never called." in run("add", "+1 202 555 0142", "--note", "moved").output
    assert "as before" in run("add", "+12025550142").output
    listed = run("list").output
    assert "+12025550142" in listed
    assert "by command: moved" in listed
    assert "may be called again" in run("remove", "+12025550142").output
    assert run("list").output.strip() == "None."


def test_a_list_is_imported_and_its_bad_lines_are_told_by_their_number_alone(run, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("phone,note\n(202) 555-0143,asked by letter\nnot a number,\n", encoding="utf-8")
    done = run("import", str(path))
    assert done.exit_code == 1
    assert "1 added, 0 on the list before, 1 not understood." in done.output
    assert "line 3: no telephone number" in done.output
    assert "+12025550143" in run("list").output


def test_a_file_that_is_not_there_is_told_in_a_sentence(run, tmp_path):
    done = run("import", str(tmp_path / "no.csv"))
    assert done.exit_code != 0
    assert "cannot be read" in str(done.exception)
