"""The command line of versions and replays: what it does, and what it says when it cannot."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from call_flows.engine import begin
from call_flows.events import CallArrived, Collected, HungUp
from call_flows.facts import CallerFacts, Facts
from call_flows.hours import status
from console.cli.main import app
from console.shares import ShareRefused, read_share, share_told
from foundation import migrations
from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.settings import load_settings
from ivr.drafts import Draft
from ivr.line import Line
from ivr.logbook import Logbook
from ivr.sites import SiteShelf
from ivr.store import SessionStore
from ivr.tables import CallSession

SITE = Path(__file__).parents[1] / "ivr" / "site"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A data folder with tables, and what the command line finds there."""
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings = load_settings()
    database = Database(settings.database_url)
    migrations.upgrade(database)
    yield settings, database
    database.dispose()


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SITE, tmp_path / "site"))


@pytest.fixture
def run(house):
    def command(*words, status=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        if isinstance(done.exception, CallwrightError):
            return str(done.exception)
        assert done.exit_code == status, done.output
        return done.stdout

    return command


def edit(folder, before, after):
    path = folder / "flows" / "front.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def call(house, call_id="CW1"):
    """One call in the log: the notice, billing, hung up."""
    settings, database = house
    clock = SystemClock()
    shelved = SiteShelf(database, clock).current()
    site, number = shelved.loaded, "+12025550142"
    state = begin(site, flow="front", caller=number, dialled="+12025550100")
    now = clock.now()
    facts = Facts(now, status(site.site, now), {}, CallerFacts(number))
    draft = Draft(shelved, state, Line(), state.language, Logbook(settings.secret_key))
    for event in (CallArrived(facts), Collected(facts), Collected(facts, digits="1"), HungUp(facts)):
        draft.feed(event)
    with database.begin() as session:
        known = {"direction": "inbound", "status": "completed", "started_at": now, "flow_version": shelved.version}
        session.add(Call(id=call_id, tags=[], caller=number, **known))
        session.flush()
        fixed = {"revision": 3, "turn": 0, "state": {}, "line": {}, "document": "", "ended_at": now}
        session.add(CallSession(call_id=call_id, site_version=shelved.version, **fixed))
        session.flush()
        store = SessionStore(database)
        store.log(store.driver.cursor_of(session), call_id, draft.entries)


def test_publish_try_widen_finish_and_go_back(run, folder):
    """The whole life of a version, with what is said at each step."""
    assert "answers new calls" in run("publish", folder, "-m", "opening day")
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    assert "answers 10% of new callers" in run("publish", folder, "--share", "10%")
    assert "answers 40% of new callers" in run("publish", "--share", "40%")
    assert "answers new calls" in run("publish", "--finish")
    assert "answers new calls" in run("rollback", "-m", "not yet")
    rows = json.loads(run("versions", "--format", "json"))
    assert [(row["what"], row["why"], row["share"]) for row in rows] == [
        ("rolled_back", "not yet", 1.0), ("finished", "", 0.0),
    ]  # fmt: skip
    assert "not yet" in run("versions")


def test_what_a_version_changes_is_said_flow_by_flow(run, folder):
    run("publish", folder)
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    told = run("diff", folder)
    assert "Flow front" in told
    assert "~ menu: menu says “For bills" in told
    version = json.loads(run("versions", "--format", "json"))[0]["version"]
    changes = json.loads(run("diff", version[:8], folder, "--format", "json"))["changes"]
    assert [(change["kind"], change["flow"], change["place"]) for change in changes] == [("changed", "front", "menu")]
    assert "Nothing changes for a caller." in run("diff", folder, folder)


def test_a_broken_folder_is_refused_with_every_problem(run, folder):
    run("publish", folder)
    edit(folder, "next: lookup", "next: nowhere")
    edit(folder, "queue: billing", "queue: biling")
    told = run("publish", folder)
    assert "nowhere" in told
    assert "biling" in told
    assert len(json.loads(run("versions", "--format", "json"))) == 1


def test_a_folder_whose_tests_fail_is_refused_in_a_sentence(run, folder):
    """Lines of failures alone leave open what is live now."""
    run("publish", folder)
    (folder / "tests").mkdir(exist_ok=True)
    failing = "flow: front\ntests:\n  - {test: one, call: [{hears: Nobody says this}]}\n"
    (folder / "tests" / "more.yaml").write_text(failing + "  - {test: two, call: [{hears: Nor that}]}\n")
    told = run("publish", folder).splitlines()
    assert told[0].startswith("tests/more.yaml:3:")
    assert told[-1].startswith("Nothing went live: 2 of the site's tests fail. `callwright test`")
    assert len(json.loads(run("versions", "--format", "json"))) == 1


def test_what_cannot_be_done_is_said_in_a_sentence(run, folder):
    assert "No version is on trial" in run("publish", "--finish")
    assert "between 0% and 100%" in run("publish", folder, "--share", "120%")
    run("publish", status=2)
    run("publish", folder, "--finish", status=2)
    run("replay", status=2)
    assert "no such call" in run("replay", "CW9")
    assert "no span of time" in run("replay", "--against", folder, "--since", "soon")


def test_a_call_is_replayed_step_by_step_and_becomes_a_test(run, house, folder, tmp_path):
    run("publish", folder)
    call(house)
    told = run("replay", "CW1")
    assert "front.menu" in told
    assert "For billing, press 1." in told
    assert "4 of 4 steps came out exactly as they were logged." in told
    steps = json.loads(run("replay", "CW1", "--format", "json"))["steps"]
    assert [step["verdict"] for step in steps] == ["exact"] * 4
    file = folder / "tests" / "as-it-was.yaml"
    run("replay", "CW1", "--as-test", file)
    assert "+12025550142" in file.read_text()
    assert "queued: billing" in file.read_text()
    run("test", folder)


def test_past_calls_are_stepped_through_a_folder(run, house, folder):
    run("publish", folder)
    for number in range(3):
        call(house, f"CW{number}")
    assert "3 calls: 3 would go the same." in run("replay", "--against", folder)
    edit(folder, '{press: "1", says: [billing], next: to_billing}', '{press: "1", says: [billing], next: message}')
    told = run("replay", "--since", "1h", "--against", folder)
    assert "3 calls: 0 would go the same; 3 another way." in told
    assert "front.menu (1)" in told
    assert "such as CW0, CW1, CW2" in told
    found = json.loads(run("replay", "--against", folder, "--format", "json"))
    assert found["partings"][0]["calls"] == 3


@pytest.mark.parametrize(("text", "share"), [("10%", 1000), ("0.5%", 50), ("99.99 %", 9999), ("0.001%", 1)])
def test_a_share_is_read_as_it_is_written(text, share):
    assert read_share(text) == share


@pytest.mark.parametrize("text", ["10", "", "%", "100%", "0%", "-1%", "ten%", "10%%", "nan%", "inf%"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(ShareRefused):
        read_share(text)
    assert share_told(1000) == "10%"
