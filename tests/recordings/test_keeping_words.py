"""What was said is kept as long as the site says, in virtual time; the search forgets with it; held calls stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import console.tables  # noqa: F401 - every table
from foundation import legal_holds
from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from transcription.again import Hearing
from transcription.retention import purge_old
from transcription.search import search
from transcription.store import Segment, add_segments
from transcription.stream import Final

DAY = 86400


@pytest.fixture
def said(db: Database, clock: ManualClock) -> None:
    """Three calls, a day apart, each with one sentence."""
    for day in range(3):
        with db.begin() as session:
            now = clock.now() + timedelta(days=day)
            session.add(Call(id=f"CW{day}", direction="inbound", status="completed", started_at=now, ended_at=now))
            session.flush()
            words = Final(seq=0, text="my invoice", start_ms=0, end_ms=9, words=(), confidence=1)
            add_segments(session, [words], call_id=f"CW{day}", speaker="caller", model="m")
    clock.advance(2 * DAY)


def kept(db: Database) -> list[str]:
    with db.begin() as session:
        assert search(session, "invoice").total == len(list(session.scalars(select(Segment.call_id))))
        return sorted(session.scalars(select(Segment.call_id)))


@pytest.mark.promise(34)
def test_words_are_kept_as_long_as_the_site_says(db: Database, clock: ManualClock, said: None) -> None:
    """Not a second less, and then each call in its turn."""
    assert purge_old(db, keep_seconds=30 * DAY, now=clock.now()) == 0
    clock.advance(28 * DAY)
    assert purge_old(db, keep_seconds=30 * DAY, now=clock.now()) == 0
    clock.advance(1)
    assert purge_old(db, keep_seconds=30 * DAY, now=clock.now()) == 1
    assert kept(db) == ["CW1", "CW2"]
    clock.advance(5 * DAY)
    assert purge_old(db, keep_seconds=30 * DAY, now=clock.now()) == 2
    assert purge_old(db, keep_seconds=30 * DAY, now=clock.now()) == 0
    assert kept(db) == []


@pytest.mark.promise(34)
def test_the_words_of_a_call_that_is_held_stay(db: Database, clock: ManualClock, said: None) -> None:
    """Until it is released."""
    with db.begin() as session:
        legal_holds.hold(session, "CW0", why="case 7", who="sue", at=clock.now())
    clock.advance(400 * DAY)
    assert purge_old(db, keep_seconds=DAY, now=clock.now()) == 2
    assert kept(db) == ["CW0"]


def test_what_was_heard_again_goes_with_it(db: Database, clock: ManualClock, said: None) -> None:
    """A second transcript is a transcript."""
    with db.begin() as session:
        session.add(
            Hearing(
                id="HE1", call_id="CW0", recording_id="RC1", language="en-US", model="m", state="done", asked_by="sue",
                asked_at=clock.now(),
            )
        )  # fmt: skip
    clock.advance(400 * DAY)
    purge_old(db, keep_seconds=DAY, now=clock.now())
    with db.begin() as session:
        assert session.scalar(select(Hearing.id)) is None
