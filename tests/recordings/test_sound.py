"""Sound files: what they hold, their picture, and a stretch of them written as wav, mp3 or ogg."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recordings.audio import SoundFormat, SoundUnreadable, examine, export
from recordings.ranges import part_of
from recordings.waveform import peaks
from tests.recordings.conftest import make_wav


def test_a_file_and_its_bytes_are_read_alike(tmp_path: Path) -> None:
    """Stores give the one or the other."""
    path = tmp_path / "a.wav"
    path.write_bytes(make_wav(1.5))
    assert examine(path) == examine(path.read_bytes())
    assert (examine(path).seconds, examine(path).channels, examine(path).sample_rate) == (1.5, 2, 8000)
    assert peaks(path) == peaks(path.read_bytes())


def test_the_picture_shows_where_somebody_speaks() -> None:
    """Silence, then a tone: the second half of the first channel is high, the other channel is flat."""
    sound = np.zeros((16000, 2), dtype=np.float32)
    sound[8000:, 0] = 0.8
    out = io.BytesIO()
    soundfile.write(out, sound, 8000, format="WAV", subtype="PCM_16")
    first, second = peaks(out.getvalue(), points=10)
    assert first == [0.0] * 5 + [0.8] * 5
    assert second == [0.0] * 10


@pytest.mark.parametrize("seconds", [0.001, 0.5, 61.0])
def test_a_picture_has_at_most_so_many_points(seconds: float) -> None:
    """An hour must not send a page a million numbers."""
    rows = peaks(make_wav(seconds), points=100)
    assert all(0 < len(row) <= 100 for row in rows)
    assert max(rows[0]) <= 1.0


@pytest.mark.parametrize("kind", SoundFormat)
def test_a_stretch_is_exported_in_every_format(kind: SoundFormat) -> None:
    """Both channels, half a second from the middle, with no outside program."""
    out = export(make_wav(2.0), kind, start=0.5, end=1.0)
    with soundfile.SoundFile(io.BytesIO(out)) as sound:
        assert sound.channels == 2
        assert sound.frames / sound.samplerate == pytest.approx(0.5, abs=0.1)
    assert kind.mimetype.startswith("audio/")


def test_levelling_brings_a_quiet_sound_up() -> None:
    """A caller far from the microphone; what is silent stays silent."""
    quiet, loud = make_wav(level=0.05), export(make_wav(level=0.05), SoundFormat.WAV, level=True)
    assert max(peaks(quiet)[0]) == pytest.approx(0.05, abs=0.01)
    assert max(peaks(loud)[0]) == pytest.approx(0.89, abs=0.02)
    assert max(peaks(export(make_wav(level=0.0), SoundFormat.WAV, level=True))[0]) == 0.0


def test_what_is_no_sound_is_refused() -> None:
    """In one sentence, by a stable code."""
    for nonsense in (b"", b"RIFF", b"\x00" * 100):
        with pytest.raises(SoundUnreadable):
            examine(nonsense)
        with pytest.raises(SoundUnreadable):
            export(nonsense, SoundFormat.WAV)
    with pytest.raises(SoundUnreadable, match="stretch"):
        export(make_wav(), SoundFormat.WAV, start=10)


RANGES = {
    "no header": (None, (200, 0, 100)),
    "from a byte on": ("bytes=40-", (206, 40, 100)),
    "a stretch": ("bytes=40-59", (206, 40, 60)),
    "past the end is cut": ("bytes=90-500", (206, 90, 100)),
    "the last ten": ("bytes=-10", (206, 90, 100)),
    "more than all of the last": ("bytes=-500", (206, 0, 100)),
    "the first byte": ("bytes=0-0", (206, 0, 1)),
    "nothing is there": ("bytes=100-", (416, 0, 0)),
    "the last none": ("bytes=-0", (416, 0, 0)),
    "backwards is no range": ("bytes=9-3", (200, 0, 100)),
    "several are answered whole": ("bytes=0-1,5-6", (200, 0, 100)),
    "not bytes": ("lines=1-2", (200, 0, 100)),
    "nonsense": ("bytes=-", (200, 0, 100)),
    "absurd": ("bytes=" + "9" * 50 + "-", (200, 0, 100)),
}


@pytest.mark.parametrize(("header", "answer"), RANGES.values(), ids=RANGES)
def test_a_player_gets_the_part_it_asks_for(header: str | None, answer: tuple[int, int, int]) -> None:
    """RFC 9110: what is no valid single range means the whole."""
    part = part_of(header, 100)
    assert (part.status, part.start, part.stop) == answer
    assert part.headers["Content-Length"] == str(part.length)
    if part.status == 206:
        assert part.headers["Content-Range"] == f"bytes {part.start}-{part.stop - 1}/100"
