"""The reference speech for the benchmarks: utterances as the telephone brings them, their words, and word errors."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from transcription.codec import TELEPHONE_RATE, ULAW_SILENCE, Samples, resample_samples, samples_to_ulaw
from transcription.recognizer import words_of

DATA = "CALLWRIGHT_DATA"
_FALLBACK = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said, as µ-law, and the words of it. `kind` is the folder it is from."""

    kind: str
    ulaw: bytes
    words: tuple[str, ...]

    def among(self, before: float, after: float) -> bytes:
        """The sound with so many seconds of silence around it."""
        return quiet(before) + self.ulaw + quiet(after)


def quiet(seconds: float) -> bytes:
    """Digital silence."""
    return ULAW_SILENCE * round(seconds * TELEPHONE_RATE)


def speech(*, without: Sequence[str] = (), only: Sequence[str] = (), every: int = 1) -> list[Utterance]:
    """The utterances of some kinds, each `every`th. Leaves with a sentence when the data are not at hand."""
    folder = Path(os.environ.get(DATA) or _FALLBACK) / "speech" / "audio"
    if not (folder / "manifest.jsonl").is_file():
        sys.exit(f"The reference speech is not at hand: set {DATA} to the folder that holds speech/audio.")
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    kinds = [(row["path"].partition("/")[0], row) for row in rows]
    chosen = [(kind, row) for kind, row in kinds if kind not in without and (not only or kind in only)]
    return [Utterance(kind, _ulaw(folder / row["path"]), tuple(words_of(row["text"]))) for kind, row in chosen[::every]]


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words wrong, missing and too many (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        diagonal, row[0] = row[0], place
        for other, one in enumerate(heard, 1):
            diagonal, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, diagonal + (word != one))
    return row[-1]


def _ulaw(path: Path) -> bytes:
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    mono: Samples = np.ascontiguousarray(samples[:, 0])
    return samples_to_ulaw(resample_samples(mono, rate=rate))
