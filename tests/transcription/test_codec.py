"""G.711 by table agrees with an independent implementation for every value there is."""

import io

import numpy as np
import pytest
import soundfile

from transcription import codec

EVERY_SAMPLE = np.arange(-32768, 32768, dtype=np.int16)
EVERY_BYTE = bytes(range(256))


def test_every_byte_decodes_as_libsndfile_decodes_it() -> None:
    """An off-by-one in a table is audible only as a little noise: compare all 256."""
    reference, _ = soundfile.read(
        io.BytesIO(EVERY_BYTE), dtype="int16", format="RAW", subtype="ULAW", samplerate=8000, channels=1
    )
    assert codec.ulaw_to_pcm(EVERY_BYTE) == reference.astype("<i2").tobytes()


def test_every_sample_encodes_as_libsndfile_encodes_it() -> None:
    """All 65,536 of them; below zero the two round the last two bits differently, so only multiples of four count."""
    out = io.BytesIO()
    soundfile.write(out, EVERY_SAMPLE, 8000, format="RAW", subtype="ULAW")
    reference = np.frombuffer(out.getvalue(), dtype=np.uint8)
    ours = np.frombuffer(codec.pcm_to_ulaw(EVERY_SAMPLE.astype("<i2").tobytes()), dtype=np.uint8)
    comparable = ((EVERY_SAMPLE >= 0) | (EVERY_SAMPLE % 4 == 0)) & (EVERY_SAMPLE != -32768)
    assert (ours == reference)[comparable].all()


def test_decoding_then_encoding_changes_no_byte() -> None:
    """A frame passed through us unchanged must stay the same frame; only minus zero becomes plus zero."""
    back = codec.pcm_to_ulaw(codec.ulaw_to_pcm(EVERY_BYTE))
    assert back == EVERY_BYTE.replace(b"\x7f", b"\xff")


def test_silence_is_zero_and_has_no_power() -> None:
    """The gate reads power straight from µ-law."""
    assert codec.ulaw_to_pcm(codec.ULAW_SILENCE * 3) == bytes(6)
    assert codec.ulaw_power(codec.ULAW_SILENCE * 160) == 0.0
    assert codec.ulaw_power(b"") == 0.0


def test_power_is_the_mean_square_of_the_samples() -> None:
    """Reading the power must give what decoding and squaring gives."""
    samples = np.frombuffer(codec.ulaw_to_pcm(EVERY_BYTE), dtype="<i2").astype(np.float64)
    assert codec.ulaw_power(EVERY_BYTE) == pytest.approx(np.square(samples).mean())


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
def test_resampling_keeps_length_and_pitch(rate: int) -> None:
    """A second stays a second and 440 Hz stays 440 Hz."""
    tone = (np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 12000).astype("<i2").tobytes()
    samples = np.frombuffer(codec.resample(tone, rate=rate), dtype="<i2")
    assert len(samples) == 8000
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 440


def test_resampling_to_the_same_rate_is_no_work() -> None:
    """The same bytes come back."""
    assert codec.resample(b"\x01\x02", rate=8000) == b"\x01\x02"
