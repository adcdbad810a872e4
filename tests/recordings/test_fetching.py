"""A recording comes home whole, once, however often it is asked for and however badly the carrier behaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import recordings.jobs as jobs_module
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.events import Bus
from foundation.ids import CountingIds
from foundation.jobs import MemoryJobs
from recordings.fetching import BACK_OFF, JOB, Fetcher, nudge_due
from recordings.jobs import equip, fetch_recording
from recordings.news import RecordingFailed, RecordingStored
from recordings.recording import (
    TRANSITIONS,
    Recording,
    RecordingKind,
    RecordingState,
    expect_after_end,
    find_by_carrier,
    note_absent,
    note_complete,
    note_recording,
    recordings_of,
    voicemails_of,
)
from recordings.store import DiskStore, Stored
from tests.recordings.conftest import SlowCarrier, make_wav, not_yet

Told = Callable[..., str]


def _row(db: Database, sid: str = "RE1") -> Recording:
    with db.begin() as session:
        row = find_by_carrier(session, sid)
        assert row is not None
        session.refresh(row, ["peaks"])
        return row


def test_a_recording_is_fetched_verified_and_kept(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, bus: Bus
) -> None:
    """Length, channels, checksum and picture are measured, not believed."""
    news: list[RecordingStored] = []
    bus.subscribe(RecordingStored, news.append)
    recording_id, wav = told(), make_wav()
    carrier.answers = [wav]
    assert fetcher.fetch("RE1")
    row = _row(db)
    assert (row.state, row.seconds, row.channels, row.bytes) == (RecordingState.STORED, 2.0, 2, len(wav))
    assert row.path == f"2026/03/02/{recording_id}.wav"
    assert fetcher.store.read(row.path) == wav
    assert len(row.sha256) == 64
    assert max(row.peaks[0]) == pytest.approx(0.5, abs=0.01)
    assert max(row.peaks[1]) == 0.0
    assert [one.recording_id for one in news] == [recording_id]


def test_fetching_twice_changes_nothing(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, bus: Bus
) -> None:
    """Jobs are repeated; the carrier is asked once and the news is told once."""
    news: list[RecordingStored] = []
    bus.subscribe(RecordingStored, news.append)
    told()
    carrier.answers = [make_wav()]
    assert fetcher.fetch("RE1")
    before = _row(db).sha256
    assert fetcher.fetch("RE1")
    assert (carrier.asked, len(news), _row(db).sha256) == (["RE1"], 1, before)


def test_a_recording_that_is_not_ready_is_fetched_later(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock
) -> None:
    """404 first, 200 then: the row says when to ask again, each time later."""
    told()
    carrier.answers = [not_yet(), not_yet(), make_wav()]
    waits = []
    for _ in range(2):
        assert not fetcher.fetch("RE1")
        row = _row(db)
        assert row.retry_at is not None
        waits.append((row.retry_at - clock.now()).total_seconds())
        clock.advance(waits[-1])
    assert waits == [2, 5]
    assert fetcher.fetch("RE1")
    assert (_row(db).problem, _row(db).retry_at) == ("", None)


WRONG = {
    "cut short on the way": (make_wav()[:-4000], "sound_cut_short"),
    "shorter than the carrier said": (make_wav(0.4), "sound_too_short"),
    "one channel of two": (make_wav(channels=1), "sound_channels"),
    "no sound at all": (b"<html>not found</html>" * 40, "sound_unreadable"),
    "nothing": (b"", "sound_unreadable"),
    "a head without a body": (make_wav(0.0), "sound_empty"),
}


@pytest.mark.parametrize(("wrong", "problem"), WRONG.values(), ids=WRONG)
def test_a_sound_that_is_not_what_was_told_is_not_kept(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, wrong: bytes, problem: str
) -> None:
    """It is asked for again, and until it is right there is none."""
    told()
    carrier.answers = [wrong, make_wav()]
    assert not fetcher.fetch("RE1")
    assert (_row(db).state, _row(db).problem) == (RecordingState.FETCHING, problem)
    assert fetcher.fetch("RE1")
    assert _row(db).state == RecordingState.STORED


def test_after_the_last_attempt_it_has_failed_and_is_said(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, bus: Bus
) -> None:
    """Nobody waits for ever, and nobody has to guess why."""
    news: list[RecordingFailed] = []
    bus.subscribe(RecordingFailed, news.append)
    told()
    carrier.answers = [not_yet() for _ in range(len(BACK_OFF) + 1)]
    for _ in range(len(BACK_OFF) + 1):
        assert not fetcher.fetch("RE1")
    assert (_row(db).state, _row(db).problem, _row(db).retry_at) == (RecordingState.FAILED, "20404", None)
    assert [one.problem for one in news] == ["20404"]


def test_a_failed_recording_may_still_come(fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database) -> None:
    """The carrier tells again, or a person asks again."""
    told()
    with db.begin() as session:
        recording = find_by_carrier(session, "RE1")
        assert recording is not None
        recording.state = RecordingState.FAILED
    told()
    carrier.answers = [make_wav()]
    assert fetcher.fetch("RE1")


def test_a_full_disk_is_said_and_tried_again(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock
) -> None:
    """Nothing is lost: the carrier still has it."""

    class FullDisk(DiskStore):
        def put(self, key: str, pieces: object) -> Stored:
            raise OSError(28, "No space left on device")

    told()
    full = Fetcher(db, FullDisk(None), carrier, clock)  # type: ignore[arg-type]
    assert not full.fetch("RE1")
    assert (_row(db).state, _row(db).problem) == (RecordingState.FETCHING, "disk")


def test_a_recording_deleted_while_it_was_fetched_is_not_kept(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database
) -> None:
    """Erasing wins."""
    told()

    def erased(sid: str) -> list[bytes]:
        with db.begin() as session:
            recording = find_by_carrier(session, sid)
            assert recording is not None
            recording.state = RecordingState.GONE
        return [make_wav()]

    racing = Fetcher(db, fetcher.store, erased, fetcher.clock)
    assert not racing.fetch("RE1")
    row = _row(db)
    assert (row.state, row.path) == (RecordingState.GONE, "")


def test_an_unknown_or_absent_recording_is_not_fetched(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock, ids: CountingIds
) -> None:
    """A stray job asks nobody."""
    assert not fetcher.fetch("RE9")
    told("RE1")
    with db.begin() as session:
        silent = note_recording(session, ids, call_id="CW1", carrier_sid="RE2", now=clock.now())
        note_absent(silent)
    assert _row(db, "RE2").state == RecordingState.GONE
    assert not fetcher.fetch("RE2")
    assert carrier.asked == []


def test_the_carrier_may_tell_the_same_twice(told: Told, db: Database) -> None:
    """One row, and what was stored stays stored."""
    assert told() == told()
    with db.begin() as session:
        assert len(recordings_of(session, "CW1")) == 1


def test_the_ticker_asks_for_what_is_due_and_once(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock
) -> None:
    """The row is the truth, the job a nudge: asked once, and again when nobody came."""
    told()
    jobs = MemoryJobs()
    assert nudge_due(db, jobs, clock.now()) == 1
    assert nudge_due(db, jobs, clock.now()) == 0
    assert [(job, args) for job, args, _, _ in jobs.waiting] == [(JOB, ("RE1",))]
    clock.advance(61)
    assert nudge_due(db, jobs, clock.now()) == 1
    assert len(jobs.waiting) == 1
    carrier.answers = [make_wav()]
    equip(fetcher)
    assert jobs.run_all() == 1
    clock.advance(10_000)
    assert nudge_due(db, jobs, clock.now()) == 0


def test_a_job_queue_that_is_down_costs_seconds_only(told: Told, db: Database, clock: ManualClock) -> None:
    """Redis is away: the ticker asks again soon."""

    class Down(MemoryJobs):
        def enqueue(self, *_args: object, **_options: object) -> bool:
            return False

    told()
    nudge_due(db, Down(), clock.now())
    clock.advance(2)
    assert nudge_due(db, MemoryJobs(), clock.now()) == 1


def test_a_recording_whose_end_was_never_told_is_asked_for(
    told: Told, db: Database, clock: ManualClock, ids: CountingIds
) -> None:
    """A status callback got lost; the call's end is known all the same."""
    told("RE0")
    with db.begin() as session:
        note_recording(session, ids, call_id="CW1", carrier_sid="RE1", now=clock.now())
    assert _row(db).retry_at is None
    with db.begin() as session:
        assert expect_after_end(session, "CW1", now=clock.now()) == 1
        assert expect_after_end(session, "CW1", now=clock.now()) == 0
    assert _row(db).retry_at == clock.now() + timedelta(seconds=60)


def test_a_recording_told_complete_after_the_calls_end_is_fetched_now(
    told: Told, db: Database, clock: ManualClock, ids: CountingIds
) -> None:
    """The two callbacks come in any order; the later word of completion must not wait out the earlier minute."""
    told("RE0")
    with db.begin() as session:
        kept = note_recording(session, ids, call_id="CW1", carrier_sid="RE1", now=clock.now())
        expect_after_end(session, "CW1", now=clock.now())
        note_complete(kept, now=clock.now(), seconds=2)
    assert _row(db).retry_at == clock.now()


def test_a_worker_that_was_not_equipped_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ notes it, and the row stays due."""
    monkeypatch.setattr(jobs_module, "_EQUIPMENT", {})
    with pytest.raises(CallwrightError, match="cannot fetch"):
        fetch_recording("RE1")


def test_a_voicemail_is_a_recording_with_an_owner(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database
) -> None:
    """Owned by a queue, one channel."""
    told("RE1", channels=1, kind=RecordingKind.VOICEMAIL, queue="billing")
    told("RE2")
    carrier.answers = [make_wav(channels=1)]
    assert fetcher.fetch("RE1")
    with db.begin() as session:
        assert [row.carrier_sid for row in voicemails_of(session, ["billing"])] == ["RE1"]
        assert voicemails_of(session, ["technical"]) == []


@pytest.mark.parametrize("before", RecordingState)
@pytest.mark.parametrize("after", RecordingState)
def test_only_the_steps_of_the_table_are_possible(before: RecordingState, after: RecordingState) -> None:
    """Every refusal, too, leaves the state as it was."""
    recording = Recording(state=before)
    assert recording.become(after) == (after in TRANSITIONS[before])
    assert recording.state == (after if after in TRANSITIONS[before] else before)


@pytest.mark.parametrize("state", [RecordingState.STORED, RecordingState.GONE])
def test_news_of_completion_does_not_reopen_what_is_settled(clock: ManualClock, state: RecordingState) -> None:
    """Callbacks come late and twice."""
    recording = Recording(state=state)
    note_complete(recording, now=clock.now(), seconds=9)
    assert (recording.state, recording.retry_at, recording.told_seconds) == (state, None, None)
