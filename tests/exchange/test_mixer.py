"""The mixer: everybody hears everybody else, once, and nobody hears himself."""

import random

import numpy as np
import pytest

from exchange.mixer import decode, encode, loudness, mix, tone
from exchange.sound import FRAME, SILENCE

A, B, C = (tone(hertz, milliseconds=20) for hertz in (400, 700, 1100))


def everybody(*names):
    return {name: frozenset(names) - {name} for name in names}


def test_a_call_of_two_passes_bit_for_bit():
    """Coding twice would add noise: with one speaker in the mix his frame is passed on as it is."""
    heard = mix({"a": A, "b": B}, everybody("a", "b"))
    assert heard == {"a": B, "b": A}


def test_three_hear_the_sum_of_the_other_two():
    """Mix-minus: the frame for each is the sum of the others, never with himself in it."""
    heard = mix({"a": A, "b": B, "c": C}, everybody("a", "b", "c"))
    expected = encode(np.clip(decode(B).astype(int) + decode(C).astype(int), -32768, 32767).astype(np.int16))
    assert heard["a"] == expected


def test_loud_voices_together_are_clipped_and_do_not_wrap():
    """A sum beyond 16 bits must stay loud, not turn over into its opposite."""
    loud = encode(np.full(FRAME, 30000, np.int16))
    heard = mix({"a": loud, "b": loud, "c": SILENCE}, everybody("a", "b", "c"))
    assert decode(heard["c"]).min() > 30000


def test_who_hears_nobody_hears_silence():
    """A leg on hold, or before the start, gets silence and not nothing: the line never stops."""
    assert mix({"a": A}, {"a": frozenset(), "b": frozenset()}) == {"a": SILENCE, "b": SILENCE}


def test_a_leg_without_a_frame_adds_nothing():
    """A lost frame is silence, not an error."""
    assert mix({"a": b"", "b": B}, everybody("a", "b")) == {"a": B, "b": SILENCE}


@pytest.mark.parametrize("parties", [2, 5, 12])
def test_any_number_of_parties_mixes_within_one_step_of_the_exact_sum(parties):
    """The law of the mixer, on random sound: decode(mix) is the clipped sum within µ-law's own step."""
    chance = random.Random(parties)
    frames = {str(n): bytes(chance.randrange(256) for _ in range(FRAME)) for n in range(parties)}
    for listener, heard in mix(frames, everybody(*frames)).items():
        exact = sum(decode(frame).astype(int) for name, frame in frames.items() if name != listener)
        error = np.abs(decode(heard).astype(int) - np.clip(exact, -32635, 32635))
        assert (error <= np.abs(exact) / 16 + 8).all()


def test_the_codec_is_g711():
    """Known values of G.711: silence, full scale, and every code but negative zero comes back as it went."""
    assert decode(b"\xff\x00\x80").tolist() == [0, -32124, 32124]
    codes = bytes(code for code in range(256) if code != 0x7F)
    assert encode(decode(codes)) == codes


def test_loudness_tells_speech_from_silence():
    """Speaker events are decided by it."""
    assert loudness(SILENCE) == 0
    assert loudness(b"") == 0
    assert loudness(A) == pytest.approx(0.2 / 2**0.5, rel=0.05)
