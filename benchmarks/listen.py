"""What listening costs: streams a core beside vosk-server, processor time beside bare recognition, memory, words.

`python -m benchmarks.listen --server PATH` prints what it did and, last, `ratio R`: streams a core of ours over those
of alphacep's vosk-server, whose published script stands at PATH (its websocket/asr_server.py, kept outside the house).
Without it, R is over bare recognition. It leaves with 1 below the goal. `--short` uses a third of the sound.

One model and the same sound for all, in one run. A stream is one track of a call of two in which one speaks while the
other listens. Streams a core is one second over the processor seconds that a second of a stream costs a server under
load: cores here are shared, so that lag by the clock says more about the neighbours; it is told beside.
"""

import gc
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.listen_servers import ours, theirs
from benchmarks.speech_data import Utterance, quiet, speech, word_errors
from foundation.settings import load_settings
from transcription.codec import ulaw_to_pcm
from transcription.models import find_model, load_engine
from transcription.recognizer import Engine, VoskEngine
from transcription.stream import Final, TrackStream

GOAL, BOTH_GOAL, CALL_GOAL = 1.5, 1.05, 0.6
FRAME = 160
STREAMS = 32
LIVES = 1000
PARALLEL = 4
_ENGINES: list[Engine] = []


def both_speak(utterances: Sequence[Utterance]) -> list[bytes]:
    """Two tracks without a rest."""
    return [b"".join(one.ulaw for one in utterances[first::2]) for first in (0, 1)]


def normal_call(utterances: Sequence[Utterance]) -> list[bytes]:
    """Two tracks that take turns: while one speaks the other is digitally silent, with a breath in between."""
    tracks = [b"", b""]
    for place, one in enumerate(utterances):
        speaking, listening = place % 2, 1 - place % 2
        tracks[speaking] += one.ulaw + quiet(0.4)
        tracks[listening] += quiet(len(one.ulaw) / 8000 + 0.4)
    return tracks


def bare(engine: Engine, track: bytes) -> list[str]:
    """AcceptWaveform of each frame, and nothing else."""
    recognizer = engine.listen(partial_every=None)
    heard = [one for at in range(0, len(track), FRAME) for one in recognizer.feed(ulaw_to_pcm(track[at : at + FRAME]))]
    words = [word.text for one in [*heard, *recognizer.finish()] for word in one.words]
    recognizer.close()
    return words


def listened(engine: Engine, track: bytes) -> list[str]:
    """The same through a track of ours, partials and all."""
    stream = TrackStream(engine)
    news = [one for at in range(0, len(track), FRAME) for one in stream.push(track[at : at + FRAME])]
    return [word.text for one in [*news, *stream.finish()] if isinstance(one, Final) for word in one.words]


def beside_bare(engine: Engine, name: str, tracks: Sequence[bytes], said: Sequence[Sequence[str]]) -> float:
    """Our processor time over that of bare recognition of the same frames."""
    spent, errors = [0.0, 0.0], [0, 0]
    for track, words in zip(tracks, said, strict=True):
        for which, hear in enumerate((bare, listened)):
            began = time.process_time()
            heard = hear(engine, track)
            spent[which] += time.process_time() - began
            errors[which] += word_errors(words, heard)
    seconds, count = sum(len(track) for track in tracks) / 8000, sum(len(words) for words in said)
    print(
        f"{name}: {seconds:.0f} s of sound; bare {spent[0] / seconds:.4f}, ours {spent[1] / seconds:.4f} processor "
        f"seconds a second, {spent[1] / spent[0]:.2f} of bare; word errors {errors[0]} and {errors[1]} of {count}",
        flush=True,
    )
    return spent[1] / spent[0]


def idle(engine: Engine) -> None:
    """What a track costs on which nobody speaks."""
    began = time.process_time()
    listened(engine, quiet(120))
    cost = (time.process_time() - began) / 120
    print(f"an idle track: {cost:.5f} processor seconds a second", flush=True)


def memory(engine: Engine, sound: bytes) -> None:
    """Resident memory over so many lives of a recogniser, each with a second of speech."""
    sizes = {}
    for life in range(1, LIVES + 1):
        listened(engine, sound)
        if life in {LIVES // 5, LIVES}:
            gc.collect()
            sizes[life] = _resident()
    grown = sizes[LIVES] - sizes[LIVES // 5]
    print(f"memory: {sizes[LIVES]:.0f} MB after {LIVES} lives, {grown:+.1f} MB since the {LIVES // 5}th", flush=True)


def threads_or_processes(engine: Engine, sound: bytes) -> None:
    """The same tracks by two threads, and by two processes that share the model by fork."""
    _ENGINES[:] = [engine]
    pools: dict[str, Executor] = {
        "processes": ProcessPoolExecutor(2, mp_context=get_context("fork")),
        "threads": ThreadPoolExecutor(2),
    }
    for name, pool in pools.items():
        with pool:
            began = time.monotonic()
            spent = sum(pool.map(_timed, [sound] * PARALLEL))
            wall = time.monotonic() - began
        seconds = PARALLEL * len(sound) / 8000
        print(
            f"pool of 2 {name}: {spent / seconds:.4f} processor seconds a second, {seconds / wall:.0f} times real time"
        )


def _timed(sound: bytes) -> float:
    began = time.thread_time()
    listened(_ENGINES[0], sound)
    return time.thread_time() - began


def _resident() -> float:
    """Megabytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _script() -> Path | None:
    named = sys.argv[sys.argv.index("--server") + 1] if "--server" in sys.argv[:-1] else ""
    return Path(named) if named and Path(named).is_file() else None


def main() -> int:
    """Everything, one after the other."""
    print((__doc__ or "").split("\n\n")[2].replace("\n", " "))
    model = find_model(load_settings(), "en-US")
    engine = load_engine(model)
    assert isinstance(engine, VoskEngine)
    utterances = speech(without=("fsdd", "lca_agent", "kw"), every=3 if "--short" in sys.argv else 1)
    said = [[word for one in utterances[first::2] for word in one.words] for first in (0, 1)]
    both = beside_bare(engine, "both tracks speak", both_speak(utterances), said)
    call = normal_call(utterances)
    turns = beside_bare(engine, "a normal call of two", call, said)
    idle(engine)
    threads_or_processes(engine, call[0][: 30 * 8000])
    memory(engine, utterances[0].ulaw[:8000])
    seconds = 12 if "--short" in sys.argv else 20
    sounds = [call[n % 2][n // 2 * 8 * 8000 :][: seconds * 8000] for n in range(STREAMS)]
    mine = ours(sounds)
    print(f"our media process: {1 / mine.cost:.0f} streams a core, {mine.lag:.2f} s late with {STREAMS}", flush=True)
    script = _script()
    if script is None:
        print("vosk-server is not here (--server names its script): the ratio is over bare recognition")
        ratio = 1 / turns
    else:
        other = theirs(script, Path(model.path), sounds)
        print(f"vosk-server: {1 / other.cost:.0f} streams a core, {other.lag:.2f} s late with {STREAMS}")
        ratio = other.cost / mine.cost
    print(f"ratio {ratio:.1f}")
    return 0 if ratio >= GOAL and both <= BOTH_GOAL and turns <= CALL_GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
