"""The time line: which bytes are heard follows from the moment alone."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.sound import FRAME, RATE, SILENCE, Sound, TimeLine, joined, silence


def heard(line: TimeLine, first: int, last: int) -> bytes:
    return b"".join(line.frame(tick) or SILENCE for tick in range(first, last + 1))


@given(start=st.integers(0, 5 * FRAME), length=st.integers(1, 5 * FRAME))
def test_a_sound_is_heard_once_whole_and_at_its_moment(start: int, length: int):
    """Wherever between two ticks a sound begins, every byte of it arrives, in its place."""
    sound = Sound(bytes(place % 251 for place in range(length)))
    line = TimeLine()
    line.lay(sound, start / RATE)
    everything = heard(line, 1, 12)
    assert everything[start : start + length] == sound.ulaw
    assert everything[:start] == b"\xff" * start
    assert set(everything[start + length :]) <= {0xFF}


def test_who_begins_to_listen_late_hears_the_middle():
    """No frame is made while nobody listens, and none is made up for afterwards."""
    line = TimeLine()
    line.lay(Sound(bytes(range(200)) * 8), 0.0)
    assert line.frame(5) == (bytes(range(200)) * 8)[4 * FRAME : 5 * FRAME]


def test_a_new_sound_cuts_the_old_one_within_the_frame():
    """A prompt that is interrupted ends to the sample."""
    line = TimeLine()
    line.lay(Sound(b"\x01" * 320), 0.0)
    line.lay(Sound(b"\x02" * 320), 0.01)
    assert line.frame(1) == b"\x01" * 80 + b"\x02" * 80


def test_a_cut_sound_is_followed_by_silence():
    """Cutting is for the caller who speaks while he is spoken to."""
    line = TimeLine()
    piece = line.lay(Sound(b"\x01" * 1600), 0.0)
    line.cut(piece, 0.01)
    assert line.frame(1) == b"\x01" * 80 + b"\xff" * 80
    assert line.frame(2) is None


def test_sounds_join_and_silence_has_its_length():
    """Lengths are counted in samples, so that nothing drifts."""
    whole = joined(Sound(b"\x01" * 8), silence(0.5))
    assert len(whole.ulaw) == 4008
    assert whole.seconds == 0.501
