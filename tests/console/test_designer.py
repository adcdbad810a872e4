"""The designer's page: what is live, what the files would change, the way back, and what calls did on the map."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from call_flows.diagram import GAVE_UP
from console.designer.counting import Event, Tally
from foundation.audit import AuditRow
from foundation.calls import Call
from ivr.tables import CallEvent, SiteRelease

SITE = Path(__file__).parents[1] / "ivr" / "site"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "files"
    shutil.copytree(SITE, copy)
    return copy


@pytest.fixture
def house(build_house, folder):
    return build_house(SITE_DIR=str(folder))


@pytest.fixture
def dee(house, browser):
    return browser(house, "dee")


def edit(folder, before, after, file="flows/front.yaml"):
    path = folder / file
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def publish(dee, **form):
    answer = dee.post("/designer/publish", **form)
    assert answer.status_code == 303, answer.text
    return dee.get("/designer").text


def released(house):
    with house.services.db.begin() as session:
        return [(row.act, row.who, row.why, row.share) for row in session.scalars(select(SiteRelease))]


def test_a_house_without_a_site_says_what_to_do(dee):
    page = dee.get("/designer")
    assert page.status_code == 200
    assert "Nothing was ever published" in page.text


def test_a_designer_publishes_the_files_with_a_reason_and_it_is_in_the_audit(house, dee):
    page = publish(dee, why="opening day")
    assert "What is in the files is what answers" in page
    assert "opening day" in page
    assert released(house) == [("published", "dee", "opening day", 10_000)]
    with house.services.db.begin() as session:
        rows = session.scalars(select(AuditRow)).all()
    assert [(row.who, row.what) for row in rows if row.what.startswith("site.")] == [("dee", "site.published")]


def test_what_the_files_would_change_is_told_before_they_are_published(dee, folder):
    publish(dee)
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    edit(folder, "wait: 3s", "wait: 5s")
    page = dee.get("/designer").text
    assert "<b>2 changes</b> for a caller" in page
    told = dee.get("/designer/diff?after=files").text
    assert "For bills, press 1." in told
    assert "5s" in told


def test_a_comment_is_no_change_for_a_caller(dee, folder):
    publish(dee)
    edit(folder, "flow: front", "# a note\nflow: front")
    assert "What is in the files is what answers" in dee.get("/designer").text


@pytest.mark.promise(17)
def test_a_broken_file_never_goes_live_and_the_page_says_why(house, dee, folder):
    """The button tests first: a wrong name, and the page shows the line; what runs, goes on."""
    publish(dee)
    edit(folder, "next: lookup", "next: nowhere")
    page = publish(dee)
    assert "did not go live" in page
    assert "nowhere" in page
    assert "flows/front.yaml:" in page
    assert len(released(house)) == 1
    assert "files did not go live" in dee.get("/wall").text


@pytest.mark.promise(17)
def test_a_site_whose_own_tests_fail_never_goes_live(house, dee, folder):
    publish(dee)
    (folder / "tests").mkdir()
    (folder / "tests" / "menu.yaml").write_text(
        "test: billing is on key nine\nflow: front\ncall:\n  - hears: press 9 for billing\n  - hangs_up: true\n"
    )
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    page = publish(dee)
    assert "did not go live" in page
    assert "billing is on key nine" in page
    assert len(released(house)) == 1


def test_a_share_is_tried_widened_and_withdrawn(house, dee, folder):
    publish(dee)
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    assert "for 10% of new callers" in publish(dee, share="10%")
    dee.post("/designer/share", share="50%")
    assert "for 50% of new callers" in dee.get("/designer").text
    assert dee.post("/designer/share", share="much").status_code == 409
    dee.post("/designer/withdraw")
    assert "On trial" not in dee.get("/designer").text
    assert dee.post("/designer/finish").status_code == 409
    assert [act for act, *_rest in released(house)] == ["published", "shared", "shared", "withdrawn"]


def test_a_version_is_rolled_back_to(house, dee, folder):
    publish(dee)
    first = house.services.shelf.current().version
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    publish(dee)
    assert house.services.shelf.current().version != first
    dee.post("/designer/rollback", version=first)
    assert house.services.shelf.current().version == first
    assert dee.post("/designer/rollback", version="zzzz").status_code == 409


def notes(*pairs):
    made = []
    for flow, node, verb, exit_name in pairs:
        made.append({"kind": "node_entered", "flow": flow, "node": node, "verb": verb})
        if exit_name:
            made.append({"kind": "exit_taken", "flow": flow, "node": node, "exit": exit_name})
    return made


def told(house, call_id, version, *events, **values):
    now = house.clock.now()
    with house.services.db.begin() as session:
        given = {"direction": "inbound", "status": "completed", "started_at": now, "flow_version": version, **values}
        session.add(Call(id=call_id, tags=[], **given))
        session.flush()
        for kind, payload in events:
            session.add(CallEvent(call_id=call_id, kind=kind, at=now, payload={"notes": payload}))


def test_the_map_shows_counts_on_exits_and_where_callers_give_up(house, dee, browser):
    """Three calls: one goes for billing and gives up there, one hangs up at the menu, one is served by an agent."""
    publish(dee)
    version = house.services.shelf.current().version
    way = notes(("front", "notice", "consent", "next"), ("front", "menu", "menu", ""))
    chosen = [{"kind": "exit_taken", "flow": "front", "node": "menu", "exit": "options.0"}]
    waits = [*chosen, *notes(("front", "to_billing", "queue", ""))]
    told(
        house,
        "CW1",
        version,
        ("arrived", way),
        ("collected", waits),
        ("wait_turn", notes(("hold", "tell", "say", ""))),
        ("hung_up", []),
    )
    told(house, "CW2", version, ("arrived", way), ("hung_up", []))
    told(house, "CW3", version, ("arrived", way), ("collected", waits), ("hung_up", []), agent_id="ada")
    page = dee.get("/designer/flows/front").text
    assert "3 calls came through" in page
    assert page.count(">1 gave up<") == 2
    assert "<svg" in page
    assert "to_billing" in page.split("Where callers give up")[1]
    assert "3 calls" in dee.get("/designer").text
    assert dee.get("/designer/flows/nowhere").status_code == 404
    house.clock.advance(7200)
    dee = browser(house, "dee")  # the first one has been idle for too long
    assert "0 calls came through" in dee.get("/designer/flows/front?span=1h").text
    assert "3 calls came through" in dee.get("/designer/flows/front?span=7d").text


@pytest.mark.parametrize(
    ("events", "served", "gave_up"),
    [
        ([("arrived", notes(("f", "menu", "menu", ""))), ("hung_up", [])], False, {("f", "menu")}),
        ([("arrived", notes(("f", "q", "queue", ""))), ("hung_up", [])], False, {("f", "q")}),
        ([("arrived", notes(("f", "q", "queue", ""))), ("wait_turn", notes(("h", "b", "wait", ""))),
          ("hung_up", [])], False, {("f", "q"), ("h", "b")}),
        ([("arrived", notes(("f", "q", "queue", ""))), ("wait_turn", notes(("h", "a", "say", ""))),
          ("queue_ended", notes(("f", "bye", "say", ""))), ("hung_up", [])], False, {("f", "bye")}),
        ([("arrived", notes(("f", "q", "queue", ""))), ("hung_up", [])], True, set()),
        ([("arrived", notes(("f", "d", "dial", ""))), ("hung_up", [])], False, set()),
        ([("arrived", notes(("f", "x", "hang_up", "")))], False, set()),
    ],
    ids=["at a menu", "before the first turn", "while waiting",
         "after the wait", "served by an agent", "while dialled through", "a goodbye"],
)  # fmt: skip
def test_giving_up_is_hanging_up_before_anybody_has_helped(events, served, gave_up):
    tally = Tally()
    tally.add([Event(kind, found) for kind, found in events], was_served=served)
    found = {(flow, node) for flow, exits in tally.exits.items() for (node, name) in exits if name == GAVE_UP}
    assert found == gave_up


def test_neither_an_agent_nor_a_supervisor_may_publish(house, browser):
    for login in ("ada", "sue"):
        assert browser(house, login).post("/designer/publish").status_code == 403
    assert released(house) == []
