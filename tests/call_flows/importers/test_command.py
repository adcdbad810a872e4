"""`callwright import`: what it writes, what it prints, and what it refuses in words."""

import json

import pytest
from typer.testing import CliRunner

from call_flows.loader import check_folder
from call_flows.problems import Severity
from console.cli.main import app
from tests.call_flows.importers.studio_flows import flow, widget


@pytest.fixture
def export(tmp_path):
    file = tmp_path / "Front Door.json"
    odd = widget("odd", "fork-stream", {"next": "hello"}, stream_action="start")
    hello = widget("hello", "say-play", {"audioComplete": None}, say="Hello, {{trigger.call.From}}.")
    file.write_text(flow("odd", odd, hello), encoding="utf-8")
    return file


def run(*words):
    return CliRunner().invoke(app, ["import", *map(str, words)])


def told(result):
    """What was printed, without the frame and the breaks of lines that an error has."""
    return " ".join(result.output.replace("│", " ").split())


def test_a_studio_flow_becomes_a_folder_that_checks_with_its_report(export, tmp_path):
    """Site, flows and report; the number answers."""
    out = tmp_path / "site"
    result = run("studio", export, "--out", out, "--number", "+1 202 555 0100")
    assert result.exit_code == 0, result.output
    assert not [problem for problem in check_folder(out) if problem.severity is Severity.ERROR]
    assert '"+12025550100": front_door' in (out / "site.yaml").read_text().replace("'", '"')
    assert "| odd | fork-stream | left as a marked node |" in (out / "IMPORT.md").read_text()


def test_the_report_is_json_for_machines(export, tmp_path):
    """One document, nothing else on the output."""
    result = run("studio", export, "--out", tmp_path / "site", "--format", "json")
    assert json.loads(result.stdout)["counts"]["left as a marked node"] == 1


def test_a_folder_of_twiml_becomes_a_site(tmp_path):
    """Named after the folder."""
    folder = tmp_path / "ivr"
    folder.mkdir()
    (folder / "index.xml").write_text("<Response><Say>Hello.</Say></Response>")
    result = run("twiml", folder, "--out", tmp_path / "site")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "site" / "flows" / "ivr.yaml").exists()


def test_what_cannot_be_imported_is_refused_in_words(export, tmp_path):
    """A site that is there is not written over; what is no flow, no number or no subflow is named."""
    out = tmp_path / "site"
    assert run("studio", export, "--out", out).exit_code == 0
    assert "holds a site already" in told(run("studio", export, "--out", out))
    assert run("studio", export, "--out", out, "--force").exit_code == 0
    assert "not a telephone number" in told(run("studio", export, "--number", "12", "--out", tmp_path / "a"))
    assert "FW0123=subflow.json" in told(run("studio", export, "--subflow", "x", "--out", tmp_path / "b"))
    assert "there is no" in told(run("twiml", tmp_path / "nothing"))
    assert "the formats are text and json" in told(run("studio", export, "--format", "xml", "--out", tmp_path / "c"))
