"""A card in a whole run: keyed into a private question, spoken by the caller in groups, read back by the agent.

Then every artefact is searched for it: the database with its journal and its index, Redis' dump, the sound, the logs.
"""

import io
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from call_flows.loader import load_texts
from foundation.calls import Call
from foundation.live import RedisLive
from foundation.redis import Keys
from ivr.listener import Ear, Frame, Listener
from ivr.logbook import Logbook
from ivr.redaction import Redaction, taken_out
from ivr.tokens import StreamGrant
from recordings.fetching import Fetcher
from recordings.recording import find_by_carrier, note_complete, note_recording
from recordings.store import DiskStore
from tests.ivr.conftest import rows
from transcription.scripted import Line, ScriptedEngine
from transcription.store import transcript

CARD_WORDS = ["four", *["one"] * 15]
KEYED = "5500005555555559"
TRACES = re.compile(
    rb"4111[ -]?1111|5500[ -]?0055|(?:one[ ,\"]+){3}one|(?:eleven ){2}eleven|double five oh oh|five five five",
    re.IGNORECASE,
)
LOUD = np.random.default_rng(1).integers(0, 256, 160 * 60, dtype=np.uint8).tobytes()
SITE = """
site: canary
timezone: America/New_York
languages: [en-US]
numbers: {"+12025550100": main}
skills: [billing]
queues: {billing: {rings: [{after: 0s, needs: {billing: 1}}]}}
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
privacy: {redact: [card, cvv, expiry, ssn, phone, birth_date, email]}
"""
FLOW = """
flow: main
slots: {member: {type: digits, length: 16, private: true}, wish: {type: text}}
start: notice
nodes:
  notice: {consent: This call is recorded., next: ask}
  ask: {ask: Please key your member number., into: member, speech: false, next: open, failed: bye}
  menu: {menu: 'To end, press 1.', options: [{press: 1, next: bye}], failed: bye}
  open: {ask: How can we help?, into: wish, next: menu, failed: bye}
  bye: {hang_up: Goodbye.}
"""
CALLER_SAYS = [
    Line("pineapple my card number is four one one one", 1.0, 4.0),
    Line("one one one one", 5.0, 6.2),
    Line("um one one one one", 7.5, 9.0),
    Line("and one one one one", 10.5, 12.0),
    Line(
        "double five oh oh double oh double five five five five five five five five nine is my member number",
        14.0,
        20.0,
    ),
]
AGENT_SAYS = [
    Line("so that is forty one eleven eleven eleven eleven eleven eleven eleven right", 14.0, 19.0),
    Line("thank you", 21.0, 22.0),
]


def artefacts(*folders: Path) -> bytes:
    """Every byte of every file."""
    return b"\n".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())


def heard(listener: Listener, seconds: float) -> None:
    """The stream of one party, in batches of a tenth of a second as the pump gives them."""
    frames = [Frame(LOUD[at % 60 * 160 :][:160], 20 * at, 0.0) for at in range(int(seconds * 50))]
    for at in range(0, len(frames), 5):
        listener.hear(frames[at : at + 5])
    listener.finish([])


def loud_wav(seconds: float) -> bytes:
    out = io.BytesIO()
    sound = np.random.default_rng(2).random((int(seconds * 8000), 2)).astype(np.float32) - 0.5
    soundfile.write(out, sound, 8000, format="WAV", subtype="PCM_16")
    return out.getvalue()


@pytest.mark.promise(32)
@pytest.mark.promise(33)
def test_a_card_is_in_no_artefact_of_a_whole_run(deps, line, redis_client, tmp_path, capsys):
    deps.shelf.publish(load_texts({"site.yaml": SITE, "flows/main.yaml": FLOW}), tmp_path)
    asked = line.answer(line.arrive())
    wish = line.answer(asked, Digits=KEYED)
    assert "help" in wish.says, "the member number was taken"
    menu = line.answer(wish, SpeechResult=f"please charge my card {' '.join(CARD_WORDS)}", Confidence="0.9")
    assert "press 1" in menu.says
    (call,) = rows(deps, Call)
    live = RedisLive(redis_client, Keys("canary"))
    ear = Ear(deps.db, live, deps.clock, Redaction(deps.db, deps.shelf, Logbook(deps.settings.secret_key)))
    for speaker, said in (("agent", AGENT_SAYS), ("caller", CALLER_SAYS)):
        grant = StreamGrant(call.id, line.sid, speaker)
        heard(Listener(grant, f"MZ{speaker}", ScriptedEngine(said), ear, start_ms=0), 24.0)
    store = _recorded(deps, call.id, tmp_path)
    line.answer(menu, Digits="1")

    with deps.db.begin() as session:
        lines = {segment.text for segment in transcript(session, call.id)}
        sound = find_by_carrier(session, "RE1")
    assert lines >= {"pineapple my card number is [card]", "so that is [card] right", "thank you"}
    assert any("[card]" in text or "[private]" in text for text in lines if "member number" in text)
    assert not _loud(store, sound.path, 2.8, 4.0), "the first group is silent, on both channels"
    assert _loud(store, sound.path, 1.0, 1.6)

    dump = _dumped(redis_client)
    logs = "".join(capsys.readouterr()).encode()
    kept = artefacts(tmp_path) + b"\n".join(dump) + logs
    assert b"pineapple" in kept, "the search would find what was said"
    assert any(b"pineapple" in part for part in dump)
    assert not TRACES.findall(kept)


def _recorded(deps, call_id: str, folder: Path) -> DiskStore:
    """The carrier's recording, loud from end to end, brought home."""
    with deps.db.begin() as session:
        made = note_recording(session, deps.ids, call_id=call_id, carrier_sid="RE1", now=deps.clock.now())
        note_complete(made, now=deps.clock.now(), seconds=24, channels=2)
    deps.carrier.recordings["RE1"] = loud_wav(24.0)
    store = DiskStore(folder / "sounds")
    fetcher = Fetcher(
        deps.db,
        store,
        deps.carrier.fetch_recording,
        deps.clock,
        delete=deps.carrier.delete_recording,
        taken_out=lambda recording: taken_out(deps.db, recording.call_id),
    )
    assert fetcher.fetch("RE1")
    return store


def _loud(store: DiskStore, key: str, start: float, end: float) -> bool:
    samples, rate = soundfile.read(str(store.content(key)), always_2d=True)
    return bool(np.abs(samples[int(start * rate) : int(end * rate)]).max() > 0.01)


def _dumped(redis_client) -> list[bytes]:
    """All files that Redis has written, its dump not compressed so that it can be searched."""
    redis_client.config_set("rdbcompression", "no")
    redis_client.save()
    folder = Path(redis_client.config_get("dir")["dir"])
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_socket()]
