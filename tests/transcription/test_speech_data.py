"""What the starter model hears in the recordings of `tests/data/speech`, which the whole-house test relies on."""

from pathlib import Path

import pytest
import soundfile

from transcription import codec
from transcription.recognizer import VoskEngine

STARTER = Path(__file__).parents[2] / "transcription" / "starter_en_8k"
SPEECH = Path(__file__).parents[1] / "data" / "speech"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MENU = ("balance", "how much do i have", "billing", "a charge", "my bill", "computer", "agent", "operator")
CASES = {
    "agent_corporation": ("this gradually was forced upon the consciousness of the corporation", None),
    "agent_families": (
        "besides these although the families of debtors were no longer permitted to live with them inside the jail",
        None,
    ),
    "caller_order": ("i want a single shot coffee", None),
    "caller_request": ("i'd like a single shot medium roast mocha with milk", None),
    "caller_sunday": ("sunday is the best part of the week", None),
    "digits_spoken": ("one zero zero zero one nine oh two one oh zero one eight zero three", None),
    "word_computer": ("computer", MENU),
    "word_half_an_hour": ("half an hour", None),
    **{f"digit_{digit}": (digit, (*DIGITS, "oh")) for digit in DIGITS},
}


@pytest.fixture(scope="module")
def engine() -> VoskEngine:
    return VoskEngine(STARTER, name="starter-en-8k")


@pytest.mark.parametrize("name", CASES)
def test_the_starter_model_hears_what_the_readme_says(engine: VoskEngine, name: str) -> None:
    """The whole-house test speaks these and looks for the words."""
    text, grammar = CASES[name]
    samples, rate = soundfile.read(SPEECH / f"{name}.wav", dtype="int16")
    assert rate == 8000
    line = codec.samples_to_ulaw(samples)
    recognizer = engine.listen(grammar=grammar, partial_every=None)
    heard = [one for at in range(0, len(line), 160) for one in recognizer.feed(codec.ulaw_to_pcm(line[at : at + 160]))]
    assert " ".join(one.text for one in [*heard, *recognizer.finish()]) == text


def test_every_recording_is_named_in_the_readme() -> None:
    """A recording whose licence is not written down may not be here."""
    readme = (SPEECH / "README.md").read_text()
    assert {path.stem for path in SPEECH.glob("*.wav")} == set(CASES)
    assert all(f"{name}.wav" in readme for name in CASES if not name.startswith("digit_"))
