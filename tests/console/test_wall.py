"""The wall: the figures are routing's own, so that live and history cannot disagree."""

from dataclasses import replace

from flask import render_template

from call_flows.actions import RaiseAlert
from call_flows.kinds import AlertLevel
from console.wall.reading import midnight, read_board
from foundation.events import Bus
from foundation.ids import CountingIds
from ivr.alerts import raise_alert
from ivr.reconcile_rows import CARRIER, Repaired, finish_turn, take_turn
from routing.estimates import Estimate, Quiet


def test_the_wall_shows_queues_and_agents_now(house, browser, story):
    """Who waits, how long, and who could help."""
    story.call()
    story.wait()
    house.clock.advance(30)
    board = read_board(house.services)
    assert [(row.name, row.waiting) for row in board.queues] == [("billing", 1), ("technical", 0)]
    assert (house.clock.now() - board.queues[0].longest_since).total_seconds() == 30
    page = browser(house, "sue").get("/wall").text
    assert "over target" in page, "thirty seconds are more than twenty: said in words, not by colour alone"
    assert "no agent" in page
    assert "Ada Lovelace" in page


def test_an_answered_call_counts_towards_the_service_level(house, browser, story):
    """Answered in time ÷ answered: one of one."""
    story.ring()
    held = browser(house, "ada").get("/desk").text.split('data-reservation="')[1].split('"')[0]
    house.routing.accept(held, "ada")
    house.routing.connected(held)
    [billing, technical] = read_board(house.services).queues
    assert (billing.figures.answered, billing.figures.service_level, billing.figures.abandonment) == (1, 1.0, 0)
    assert (technical.figures.answered, technical.figures.service_level) == (0, None)


def test_the_wall_shows_what_is_expected_and_how_busy_the_agents_are(house, browser, story):
    """The span of the estimate, and in words why callers are not told it."""
    story.ring()
    held = browser(house, "ada").get("/desk").text.split('data-reservation="')[1].split('"')[0]
    house.routing.accept(held, "ada")
    house.routing.connected(held)
    house.clock.advance(100)
    page = browser(house, "sue").get("/wall").text
    assert "100 %</td>" in page, "busy since the call rang"
    queue = read_board(house.services).queues[0]
    assert queue.ewt is None, "nothing is known of handling yet"
    told = replace(queue, ewt=Estimate(240, 130, 372, quiet=Quiet.FEW_AGENTS))
    board = replace(read_board(house.services), queues=(told,))
    with house.app.test_request_context():
        drawn = render_template("wall/board.html", board=board)
    assert "2:10 to 6:12" in drawn
    assert "not told: few agents" in drawn


def test_an_agent_on_a_call_is_busy_in_each_queue_they_serve(house, story):
    """And free nowhere."""
    story.ring()
    [billing, technical] = read_board(house.services).queues
    assert (billing.agents_available, billing.agents_busy) == (0, 1)
    assert (technical.agents_available, technical.agents_busy) == (0, 0)


def test_the_day_begins_at_midnight_where_the_site_is(house):
    """Three in the afternoon in UTC is the morning of the same day in New York."""
    assert midnight(house.clock.now(), "America/New_York").isoformat() == "2026-03-02T00:00:00-05:00"


def test_the_board_alone_is_what_the_page_fetches_again(house, browser):
    """A push says that something changed; the part draws itself anew."""
    part = browser(house, "dee").get("/wall/board", **{"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="board"')


def test_a_wall_that_stands_still_says_so(house, browser, monkeypatch):
    """Without Redis nobody is matched: figures that do not move must not look like a quiet day."""
    monkeypatch.setattr(type(house.routing.board), "degraded", True)
    assert "nobody is being matched" in browser(house, "sue").get("/wall").text


def test_the_wall_counts_what_reconciliation_has_put_right_today(house, browser):
    """A number that grows says that somebody does not tell us something: the carrier, or we ourselves."""
    sue, now = browser(house, "sue"), house.clock.now()
    assert "Put right today" not in sue.get("/wall").text
    number = take_turn(house.services.db, now)
    found = [Repaired("call over", "CW1"), Repaired("call over", "CW2"), Repaired("agent stuck", "ada")]
    finish_turn(house.services.db, number, found, now=now, note="")
    assert "agent stuck 1×, call over 2×." in sue.get("/wall").text
    house.clock.advance(31)
    finish_turn(house.services.db, take_turn(house.services.db, house.clock.now()), [], now=now, note=CARRIER)
    assert "The carrier does not answer" in sue.get("/wall").text


def test_an_alert_stands_on_the_wall_until_somebody_has_seen_it(house, browser, story):
    """With the call it is about; and what a caller put into it is text, never markup."""
    call_id = story.call()
    with house.services.db.begin() as session:
        alert = RaiseAlert("Power cut in <b>Elm Street</b>", AlertLevel.URGENT)
        raise_alert(session, Bus(), CountingIds(), call_id=call_id, alert=alert, now=house.clock.now())
    [shown] = read_board(house.services).alerts
    sue = browser(house, "sue")
    page = sue.get("/wall").text
    assert "Power cut in &lt;b&gt;Elm Street" in page
    assert f"/calls/{call_id}" in page
    assert browser(house, "ada").post(f"/wall/alerts/{shown.id}/seen").status_code in {302, 403}
    assert sue.post(f"/wall/alerts/{shown.id}/seen").status_code == 200
    assert read_board(house.services).alerts == ()
