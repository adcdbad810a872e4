"""Calls are understood while they are on: alerts reach supervisors once, by rules of the site's own."""

import shutil
from datetime import timedelta

import pytest

from call_flows.loader import load_site
from foundation.calls import Call
from ivr.alerts import Alert, AlertRaised, unseen
from ivr.holds import holds_of, note_hold
from ivr.tables import Meeting
from ivr.understanding import Understandings
from tests.ivr.conftest import SITE, rows
from transcription.store import add_segments
from transcription.stream import Final
from transcription.understanding.kept import CallFinding, CallInsight

LISTENING = """
listening:
  topics:
    lost_card: {said: [lost my card, perdí mi tarjeta], by: caller}
  alerts:
    leaves: {said: [close my account], by: caller, text: The caller may leave., level: urgent}
    refused: {said: [refund*], then: [cannot], then_by: agent, within: 30s, text: A refund was refused.}
    third: {calls_again: 3, text: Calls for the third time.}
    silence: {silence: 40s, text: Nobody speaks., level: info}
"""


@pytest.fixture
def site(deps, tmp_path):
    """The tests' site, listening."""
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder)
    with (folder / "site.yaml").open("a") as file:
        file.write(LISTENING)
    loaded = load_site(folder)
    deps.shelf.publish(loaded, folder)
    return loaded


@pytest.fixture
def talk(deps, site, clock):
    """A call on which an agent is, and who says what when."""
    now = clock.now()
    with deps.db.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="in-progress", started_at=now, tags=[]))
        session.flush()
        given = {"reservation_id": "WR1", "entry_id": "QE1", "agent_id": "ana", "state": "together", "leg_id": "LG1"}
        session.add(Meeting(call_id="CW1", began_at=now, connected_at=now, **given))

    def says(speaker, seconds, text, seq):
        start = seconds * 1000
        with deps.db.begin() as session:
            final = Final(seq, text, start, start + 2000, (), 0.9)
            add_segments(session, [final], call_id="CW1", speaker=speaker, model="m")

    return says


def test_an_alert_is_raised_once_while_the_call_is_on(deps, talk):
    """Two tickers look, and look again: one row, one piece of news, the level of the rule."""
    heard = []
    deps.bus.subscribe(AlertRaised, heard.append)
    talk("caller", 1, "i lost my card and i want to close my account", 0)
    first, second = Understandings(deps), Understandings(deps)
    assert first.look() == 1
    second.look()
    first.look()
    with deps.db.begin() as session:
        (alert,) = unseen(session)
    assert (alert.text, alert.level, alert.call_id) == ("The caller may leave.", "urgent", "CW1")
    assert len(heard) == 1
    assert {(row.kind, row.name) for row in rows(deps, CallFinding)} == {("topic", "lost_card"), ("alert", "leaves")}


def test_what_was_said_is_in_no_finding_and_no_alert(deps, talk):
    """Speech stays in the transcript, where it can be redacted and forgotten."""
    talk("caller", 1, "i lost my card four one one one close my account", 0)
    Understandings(deps).look()
    told = [str(vars(row)) for model in (CallFinding, CallInsight, Alert) for row in rows(deps, model)]
    assert told
    assert not [text for text in told if "four one" in text]


def test_one_thing_after_another_is_found_when_the_second_is_said(deps, talk):
    """In order, within its time, each by the one who is meant."""
    talk("caller", 1, "i would like a refund", 0)
    look = Understandings(deps)
    look.look()
    assert rows(deps, Alert) == []
    talk("agent", 10, "we cannot do that", 0)
    look.look()
    assert [row.text for row in rows(deps, Alert)] == ["A refund was refused."]


def test_a_silence_is_told_while_it_lasts(deps, talk, clock):
    """Nothing new is said, and that is the news."""
    talk("caller", 1, "hello are you there", 0)
    look = Understandings(deps)
    clock.advance(30)
    look.look()
    assert rows(deps, Alert) == []
    clock.advance(14)
    look.look()
    look.look()
    assert [row.text for row in rows(deps, Alert)] == ["Nobody speaks."]


def test_music_on_hold_is_no_silence(deps, talk, clock):
    """The agent put the caller on hold: nobody is expected to speak."""
    talk("caller", 1, "hello", 0)
    clock.advance(5)
    with deps.db.begin() as session:
        note_hold(session, "CW1", on=True, now=clock.now())
        note_hold(session, "CW1", on=True, now=clock.now())
    clock.advance(60)
    with deps.db.begin() as session:
        note_hold(session, "CW1", on=False, now=clock.now())
        (hold,) = holds_of(session, "CW1")
    assert hold.ended_at - hold.began_at == timedelta(seconds=60)
    look = Understandings(deps)
    look.look()
    assert rows(deps, Alert) == []
    assert rows(deps, CallInsight)[0].hold_ms == 60_000


def test_a_call_that_is_over_is_understood_once_more_and_then_left(deps, talk, clock):
    """Its last words come a moment after its end; afterwards nobody looks again."""
    talk("caller", 1, "i lost my card and need a new one", 0)
    look = Understandings(deps)
    look.look()
    with deps.db.begin() as session:
        session.get(Call, "CW1").ended_at = clock.now()
    talk("caller", 4, "this is the third time i call", 1)
    clock.advance(1)
    assert look.look() == 0
    clock.advance(5)
    assert look.look() == 1
    assert look.look() == 0
    (insight,) = rows(deps, CallInsight)
    assert (insight.settled, insight.segments) == (True, 2)
    assert [row.text for row in rows(deps, Alert)] == ["Calls for the third time."]


def test_whoever_watches_the_call_is_told(deps, talk):
    """The call's page and desk draw themselves again."""
    talk("caller", 1, "i lost my card", 0)
    Understandings(deps).look()
    (item,) = deps.live.read({"call:CW1": "0"})
    assert (item.kind, item.data["name"]) == ("understood", "lost_card")
