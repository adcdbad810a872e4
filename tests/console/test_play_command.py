"""`callwright play` and `callwright draw`: read from a pipe as from a terminal, and say what they cannot do."""

import io
import json

import pytest
from typer.testing import CliRunner

from call_flows.library import NORTHWIND
from call_flows.scenario.folder import test_files
from console.cli.main import app
from console.cli.play_setting import CannotPlay, Setting, set_up
from console.cli.play_table import HELP, Table

MOCKS = NORTHWIND / "tests" / "balance.yaml"
BALANCE = Setting(NORTHWIND, at="2026-03-02T10:00", caller="+12025550142", mocks=MOCKS, test="hears a balance")


def talked(*lines: str, twiml: bool = False, setting: Setting = BALANCE) -> str:
    out = io.StringIO()
    Table(set_up(setting), out, twiml=twiml).play(io.StringIO("".join(f"{line}\n" for line in lines)))
    return out.getvalue()


def test_keys_and_words_are_answered():
    """What a caller hears, the way through the flow, the requests, the slots."""
    told = talked("1", "12345678", ":slots", "")
    assert "says    Thank you for calling Northwind Bank." in told
    assert "asks    GET http://127.0.0.1:8099/accounts/12345678" in told
    assert "says    Your balance is 1240 dollars and 50 cents." in told
    assert "slot    balance = 1240.5" in told
    assert "ends    goodbye" in told


def test_a_wait_an_agent_and_the_end():
    """The queue's place and needs as time goes by; the agent answers and hangs up."""
    told = talked("operator", ":wait 50s", ":queue", ":agent", "hello", ":agent", ":where", ":hangup")
    assert "an agent needs technical 1" in told
    assert "talks   to a person; :agent hangs up" in told
    assert "stands  main_line." in told
    assert "ends    hung_up" in told


def test_what_cannot_be_done_is_said_and_the_call_goes_on():
    """A slip of the finger ends nothing."""
    told = talked(":nonsense", "12", ":wait soon", ":agent", ":message hello", "1")
    assert "there is no :nonsense; :help tells what there is" in told
    assert "the question takes 1 key" in told
    assert "'soon' is not a length of time" in told
    assert "waits for nobody" in told
    assert "nothing records one" in told
    assert "Please enter your eight digit account number." in told


def test_the_help_names_every_command():
    """Nothing is hidden."""
    told = talked(":help")
    assert all(command in told for command in HELP)


def test_the_documents_are_shown_as_a_carrier_would_get_them():
    """Each step's TwiML, also that of the hold flow; `:twiml` shows it or not."""
    told = talked("3", twiml=True)
    assert "<Gather " in told
    assert ">technical</Enqueue>" in told
    assert "/voice/calls/CALL/wait/1/gathered" in told
    assert "<Gather " not in talked("3")
    assert "<Enqueue " in talked(":twiml", "3")


def test_a_message_is_left():
    """With its words, or so long."""
    told = talked("3", "2", "2", "Please call me back.")
    assert "records say your message" in told
    assert "ends    goodbye" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--flow", "main_lin"], "The site has no flow 'main_lin'"),
        (["--flow", "main_lin"], "Did you mean 'main_line'?"),
        (["--to", "+12025550109"], "The site has no number '+12025550109'"),
        (["--at", "tomorrow"], "'tomorrow' is not a moment."),
        (["--language", "eo"], "eo"),
        (["--mocks", str(MOCKS), "-k", "no such test"], "No test in tests/balance.yaml has the words"),
    ],
)
def test_what_cannot_be_set_up_is_told(arguments, told):
    """In a sentence, with what to write instead."""
    ran = CliRunner().invoke(app, ["play", str(NORTHWIND), *arguments], input="")
    assert ran.exit_code == 1
    assert told in str(ran.exception) + ran.output


def test_it_talks_through_a_pipe_with_the_real_command():
    """As a script would use it."""
    ran = CliRunner().invoke(
        app, ["play", str(NORTHWIND), "--at", "2026-03-02T22:30", "--flow", "main_line"], input="2\n1\n:message 5s\n"
    )
    assert ran.exit_code == 0, ran.output
    assert "The billing office is closed now." in ran.output
    assert "We will see to your message soon." in ran.output


def test_every_test_file_can_be_played_with():
    """What holds for its first test holds at the table."""
    for file in test_files(NORTHWIND):
        assert set_up(Setting(NORTHWIND, mocks=file)).state.ended is False
    with pytest.raises(CannotPlay):
        set_up(Setting(NORTHWIND, mocks=MOCKS, test="nowhere"))


def test_draw_writes_text_and_pictures(tmp_path):
    """To the terminal, to a file, to a folder."""
    ran = CliRunner().invoke(app, ["draw", str(NORTHWIND), "--flow", "balance"])
    assert ran.output.startswith("---\ntitle: balance\n---\nflowchart TD\n")
    CliRunner().invoke(app, ["draw", str(NORTHWIND), "--format", "svg", "--out", str(tmp_path / "all")])
    assert {"balance.svg", "hold_treatment.svg", "main_line.svg"} <= {
        file.name for file in (tmp_path / "all").iterdir()
    }
    one = tmp_path / "one.svg"
    CliRunner().invoke(app, ["draw", str(NORTHWIND), "--flow", "balance", "--format", "svg", "--out", str(one)])
    assert one.read_text(encoding="utf-8").startswith("<svg ")


def test_draw_takes_counts_from_a_file(tmp_path):
    """{flow: {node: {exit: count}}}."""
    counts = tmp_path / "counts.json"
    counts.write_text(json.dumps({"balance": {"account": {"next": 12, "gave_up": 3}}}))
    arguments = ["draw", str(NORTHWIND), "--flow", "balance", "--format", "svg", "--counts", str(counts)]
    assert "3 gave up" in CliRunner().invoke(app, arguments).output
    counts.write_text("[]")
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 1
    assert "Counts are written as" in str(ran.exception)


def test_draw_takes_counts_from_a_database(tmp_path):
    """Those of its calls' logs."""
    from datetime import UTC, datetime

    from foundation.calls import Call
    from foundation.db import Database
    from ivr.tables import CallEvent

    url = f"sqlite:///{tmp_path / 'calls.db'}"
    database = Database(url)
    database.create_all()
    now = datetime(2026, 3, 2, tzinfo=UTC)
    notes = [
        {"kind": "exit_taken", "flow": "balance", "node": "lookup", "exit": "missing"},
        {"kind": "node_entered", "flow": "balance", "node": "account", "verb": "ask"},
        {"kind": "call_ended", "reason": "hung_up"},
    ]
    with database.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="completed", started_at=now))
        session.flush()
        session.add(CallEvent(call_id="CW1", kind="hung_up", at=now, payload={"notes": notes}))
    database.dispose()
    ran = CliRunner().invoke(app, ["draw", str(NORTHWIND), "--flow", "balance", "--format", "svg", "--counts", url])
    assert "missing: 1" in ran.output
    assert "1 gave up" in ran.output


def test_an_unknown_flow_is_not_drawn():
    """The nearest is named."""
    ran = CliRunner().invoke(app, ["draw", str(NORTHWIND), "--flow", "balanse"])
    assert ran.exit_code == 1
    assert "Did you mean 'balance'?" in str(ran.exception)


def test_the_test_command_runs_the_shipped_dialogues(tmp_path):
    """With its options, as a build would."""
    arguments = ["test", str(NORTHWIND), "--fail-under", "90", "--junit", str(tmp_path / "out.xml")]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0, ran.output
    assert "0 failed" in ran.output
    assert (tmp_path / "out.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert CliRunner().invoke(app, ["test", str(NORTHWIND), "-k", "no such test"]).exit_code == 2
