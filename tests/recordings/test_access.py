"""The one door to sound: who may hear, and a row for each hearing and each refusal."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from foundation.audit import AuditRow
from foundation.clock import ManualClock
from foundation.db import Database
from recordings.access import Listener, open_audio, read_peaks
from recordings.fetching import Fetcher
from recordings.recording import RecordingKind
from tests.recordings.conftest import SlowCarrier, make_wav

SUPERVISOR = Listener("sue", hears_all=True)
ANN = Listener("ann", queues=("technical",))
BEN = Listener("ben", queues=("billing",))


@pytest.fixture
def house(fetcher: Fetcher, carrier: SlowCarrier, told: Callable[..., str]) -> dict[str, str]:
    """Ann's call, and a message for billing."""
    ids = {
        "call": told("RE1"),
        "message": told("RE2", kind=RecordingKind.VOICEMAIL, queue="billing"),
        "due": told("RE3"),
    }
    carrier.answers = [make_wav(), make_wav()]
    fetcher.fetch("RE1")
    fetcher.fetch("RE2")
    return ids


def _audit(db: Database) -> list[tuple[str, str]]:
    with db.begin() as session:
        return [(row.who, row.what) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


@pytest.mark.parametrize(
    ("listener", "which", "heard"),
    [
        (SUPERVISOR, "call", True),
        (SUPERVISOR, "message", True),
        (ANN, "call", True),
        (ANN, "message", False),
        (BEN, "call", False),
        (BEN, "message", True),
        (Listener(""), "call", False),
    ],
)
def test_who_may_hear_what(
    house: dict[str, str], fetcher: Fetcher, db: Database, clock: ManualClock,
    listener: Listener, which: str, heard: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """An agent hears the own calls, and messages of the own queues; a refusal is noted like a hearing."""
    with db.begin() as session:
        sound = open_audio(session, fetcher.store, house[which], listener=listener, at=clock.now())
        peaks = read_peaks(session, house[which], listener=listener)
    assert (sound is not None) == heard == bool(peaks)
    assert _audit(db) == [(listener.who, "recording.listened" if heard else "recording.refused")]


def test_an_open_sound_says_what_a_player_needs(
    house: dict[str, str], fetcher: Fetcher, db: Database, clock: ManualClock
) -> None:
    """Length in bytes and seconds."""
    with db.begin() as session:
        sound = open_audio(session, fetcher.store, house["call"], listener=SUPERVISOR, at=clock.now())
    assert sound is not None
    assert (sound.content, sound.size, sound.seconds, sound.channels) == (make_wav(), len(make_wav()), 2.0, 2)


def test_seeking_in_a_sound_is_one_hearing(
    house: dict[str, str], fetcher: Fetcher, db: Database, clock: ManualClock
) -> None:
    """Twenty ranges of one player are one row; tomorrow is another hearing, and so is another listener."""
    for listener, pause in ((SUPERVISOR, 1), (SUPERVISOR, 1), (ANN, 3600), (SUPERVISOR, 0)):
        with db.begin() as session:
            open_audio(session, fetcher.store, house["call"], listener=listener, at=clock.now())
        clock.advance(pause)
    assert [who for who, _ in _audit(db)] == ["sue", "ann", "sue"]


def test_what_is_not_here_cannot_be_told_from_what_is_not_yours(
    house: dict[str, str], fetcher: Fetcher, db: Database, clock: ManualClock
) -> None:
    """Not fetched yet, unknown, lost from the disk, another's: all None."""
    with db.begin() as session:
        fetcher.store.delete(f"2026/03/02/{house['call']}.wav")
        for recording_id in (house["due"], "RC-unknown", house["call"]):
            assert open_audio(session, fetcher.store, recording_id, listener=SUPERVISOR, at=clock.now()) is None
        assert read_peaks(session, "RC-unknown", listener=SUPERVISOR) == []
    assert _audit(db) == []
