"""Sound is silent where words were taken out, on every channel, and as it was elsewhere."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from foundation.clock import ManualClock
from foundation.db import Database
from recordings.fetching import Fetcher
from recordings.muting import AFTER, BEFORE, Stretch, is_muted, mute, muted
from recordings.recording import RecordingState, find_by_carrier, note_taken_out
from recordings.store import DiskStore, MemoryStore
from tests.recordings.conftest import SlowCarrier

Told = Callable[..., str]


def _noise(seconds: float = 20.0, *, subtype: str = "PCM_16", rate: int = 8000) -> bytes:
    """Two channels that are loud all the time."""
    chance = np.random.default_rng(1)
    sound = (chance.random((int(seconds * rate), 2)) - 0.5).astype(np.float32)
    out = io.BytesIO()
    soundfile.write(out, sound, rate, format="WAV", subtype=subtype)
    return out.getvalue()


def _energy(content: bytes, start: float, end: float) -> npt.NDArray[np.float64]:
    samples, rate = soundfile.read(io.BytesIO(content), always_2d=True)
    found: npt.NDArray[np.float64] = np.abs(samples[int(start * rate) : int(end * rate)]).max(axis=0)
    return found


@pytest.mark.promise(33)
@pytest.mark.parametrize(("subtype", "rate"), [("PCM_16", 8000), ("ULAW", 8000), ("PCM_16", 16000)])
def test_both_channels_are_silent_in_the_stretch_and_nothing_else_is_changed(subtype: str, rate: int) -> None:
    """µ-law files, too: their silence is decoded as exactly nothing."""
    before = _noise(subtype=subtype, rate=rate)
    after = b"".join(muted(before, [Stretch(4.0, 7.0), Stretch(12.0, 12.5)]))
    for start, end in ((4.0 - BEFORE, 7.0 + AFTER), (12.0 - BEFORE, 12.5 + AFTER)):
        assert _energy(after, start, end).max() == 0.0
    old, _ = soundfile.read(io.BytesIO(before), dtype="int16", always_2d=True)
    new, _ = soundfile.read(io.BytesIO(after), dtype="int16", always_2d=True)
    left_alone = [slice(0, int(3.4 * rate)), slice(int(7.4 * rate), int(11.4 * rate)), slice(int(13 * rate), None)]
    assert len(old) == len(new)
    for part in left_alone:
        np.testing.assert_array_equal(old[part], new[part])


def test_a_stretch_at_the_edges_of_the_sound_is_no_trouble() -> None:
    after = b"".join(muted(_noise(2.0), [Stretch(-1.0, 0.1), Stretch(1.9, 90.0)]))
    assert _energy(after, 0.0, 0.3).max() == 0.0
    assert _energy(after, 1.5, 2.0).max() == 0.0
    assert _energy(after, 0.5, 1.3).min() > 0.1


def test_muting_twice_writes_once(tmp_path: Path) -> None:
    """The job may be repeated at any time."""
    store = DiskStore(tmp_path)
    store.put("a.wav", [_noise(3.0)])
    assert mute(store, "a.wav", []) is None
    assert mute(store, "a.wav", [Stretch(1.0, 2.0)]) is not None
    assert is_muted(store.content("a.wav"), [Stretch(1.0, 2.0)])
    assert mute(store, "a.wav", [Stretch(1.0, 2.0)]) is None


@pytest.mark.promise(33)
def test_a_recording_is_never_kept_with_what_was_taken_out_of_its_words(
    db: Database, carrier: SlowCarrier, clock: ManualClock, told: Told
) -> None:
    """The stretch known when the sound comes is muted before it can be heard; what is known later, later."""
    known = [Stretch(4.0, 5.0)]
    store = MemoryStore()
    fetcher = Fetcher(db, store, carrier, clock, taken_out=lambda _recording: known)
    told(seconds=20)
    carrier.answers = [_noise()]
    assert fetcher.fetch("RE1")
    with db.begin() as session:
        row = find_by_carrier(session, "RE1")
    assert row is not None
    assert row.state == RecordingState.STORED
    first = store.read(row.path)
    assert _energy(first, 4.0, 5.0).max() == 0.0
    assert _energy(first, 10.0, 11.0).min() > 0.1

    known.append(Stretch(10.0, 11.0))
    with db.begin() as session:
        assert note_taken_out(session, "CW1", now=clock.now()) == 1
    assert fetcher.fetch("RE1")
    assert carrier.asked == ["RE1"], "what is here is muted here"
    later = store.read(row.path)
    assert _energy(later, 10.0, 11.0).max() == 0.0
    with db.begin() as session:
        again = find_by_carrier(session, "RE1")
        assert again is not None
        assert (again.bytes, again.sha256 != row.sha256) == (len(later), True)
        assert again.retry_at is None
