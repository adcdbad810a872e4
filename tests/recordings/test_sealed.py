"""Locked sounds: nothing of them lies readable, nothing can be changed unnoticed, and keys are changed in place."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.settings import load_settings
from recordings.audio import SoundFormat, examine, export
from recordings.keeping import store_of
from recordings.keyring import KeyRing, KeysRefused, KeyUnknown, parse_keys, read_keys
from recordings.sealed import CHUNK, HEAD, PROOF, SealedStore, SoundForged
from recordings.store import DiskStore, MemoryStore, StoreDown
from recordings.store_s3 import S3Store, open_bucket
from recordings.waveform import peaks
from tests.recordings.conftest import RING, make_wav

KEY = "2026/03/02/RC1.wav"
NEWER = KeyRing("k2", {"k2": bytes(range(32, 64)), **RING.keys})
LONG = os.urandom(3 * CHUNK + 17)


@pytest.mark.promise(38)
def test_what_lies_on_the_disk_is_not_the_sound(tmp_path: Path) -> None:
    """Whoever carries the disk away hears nothing: not even that it was a wav."""
    store, wav = SealedStore(DiskStore(tmp_path), RING), make_wav()
    store.put(KEY, [wav])
    lying = (tmp_path / KEY).read_bytes()
    assert b"RIFF" not in lying
    assert not any(wav[at : at + 16] in lying for at in range(0, len(wav) - 16, 16))
    assert store.locked_with(KEY) == "k1"


def test_the_same_sound_twice_looks_different_each_time() -> None:
    """Each has a data key of its own."""
    within = MemoryStore()
    store = SealedStore(within, RING)
    store.put("a.wav", [b"the same"])
    store.put("b.wav", [b"the same"])
    assert within.read("a.wav")[HEAD:] != within.read("b.wav")[HEAD:]


@settings(deadline=None, max_examples=60)
@given(
    size=st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(LONG)]),
    piece=st.sampled_from([1000, CHUNK, 100_000]),
    start=st.integers(0, len(LONG) + 10),
    length=st.none() | st.integers(0, len(LONG) + 10),
)
def test_every_range_of_a_locked_sound_is_that_of_the_open_one(
    size: int, piece: int, start: int, length: int | None
) -> None:
    """At the edges of chunks above all."""
    sound = LONG[:size]
    store = SealedStore(MemoryStore(), RING)
    store.put(KEY, [sound[at : at + piece] for at in range(0, size, piece)])
    assert store.size(KEY) == size
    assert store.read(KEY, start=start, length=length) == sound[start : None if length is None else start + length]


def test_a_range_costs_no_more_than_its_chunks() -> None:
    """A player that seeks in two hours of sound does not wait for two hours of it."""

    class Counting(MemoryStore):
        fetched = 0

        def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
            part = super().read(key, start=start, length=length)
            self.fetched += len(part)
            return part

    within = Counting()
    store = SealedStore(within, RING)
    store.put(KEY, [LONG])
    within.fetched = 0
    store.read(KEY, start=2 * CHUNK + 5, length=10)
    assert within.fetched <= CHUNK + PROOF + 3 * HEAD


def _flipped(sealed: bytes, at: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


SPAN = CHUNK + PROOF
CHANGED = {
    "a byte of the wrapped key": lambda sealed: _flipped(sealed, 40),
    "a byte of the salt": lambda sealed: _flipped(sealed, HEAD - 1),
    "a byte of the sound": lambda sealed: _flipped(sealed, HEAD + 100),
    "the last byte": lambda sealed: _flipped(sealed, len(sealed) - 1),
    "cut in a chunk": lambda sealed: sealed[:-5],
    "the last chunk dropped": lambda sealed: sealed[: HEAD + 3 * SPAN],
    "two chunks swapped": lambda sealed: (
        sealed[:HEAD] + sealed[HEAD + SPAN : HEAD + 2 * SPAN] + sealed[HEAD : HEAD + SPAN] + sealed[HEAD + 2 * SPAN :]
    ),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_locked_sound_that_was_changed_is_refused(change) -> None:
    """Changed, cut or put together anew: said, and not played."""
    within = MemoryStore()
    store = SealedStore(within, RING)
    store.put(KEY, [LONG])
    within.put(KEY, [change(within.read(KEY))])
    with pytest.raises(SoundForged, match="not what was locked"):
        store.read(KEY)


def test_a_sound_moved_to_another_name_is_refused() -> None:
    """One caller's words cannot be put under another's call."""
    within = MemoryStore()
    store = SealedStore(within, RING)
    store.put(KEY, [LONG])
    within.put("b.wav", [within.read(KEY)])
    with pytest.raises(SoundForged):
        store.read("b.wav")


def test_a_new_key_locks_what_comes_and_the_old_still_opens() -> None:
    """Rotation begins with a line in a file."""
    within = MemoryStore()
    SealedStore(within, RING).put(KEY, [LONG])
    store = SealedStore(within, NEWER)
    store.put("b.wav", [LONG])
    assert (store.locked_with(KEY), store.locked_with("b.wav")) == ("k1", "k2")
    assert store.read(KEY) == store.read("b.wav") == LONG


def test_rekeying_wraps_anew_without_touching_the_sound() -> None:
    """And after it the old key may be thrown away."""
    within = MemoryStore()
    SealedStore(within, RING).put(KEY, [LONG])
    before = within.read(KEY)[HEAD:]
    store = SealedStore(within, NEWER)
    assert store.rekey(KEY)
    assert not store.rekey(KEY)
    assert within.read(KEY)[HEAD:] == before
    assert SealedStore(within, KeyRing("k2", {"k2": NEWER.keys["k2"]})).read(KEY) == LONG


def test_what_was_kept_open_is_heard_and_locked_by_rekeying() -> None:
    """A house that begins to lock later loses nothing."""
    within, wav = MemoryStore(), make_wav()
    within.put(KEY, [wav])
    store = SealedStore(within, RING)
    assert (store.read(KEY, start=4, length=8), store.size(KEY), store.locked_with(KEY)) == (wav[4:12], len(wav), None)
    assert store.rekey(KEY)
    assert (store.read(KEY), store.locked_with(KEY)) == (wav, "k1")
    assert b"RIFF" not in within.read(KEY)


def test_a_key_that_is_not_here_is_named() -> None:
    """By its id, never itself."""
    within = MemoryStore()
    SealedStore(within, NEWER).put(KEY, [LONG])
    with pytest.raises(KeyUnknown, match="k2"):
        SealedStore(within, RING).read(KEY)


def test_a_locked_sound_is_measured_drawn_and_exported_like_an_open_one() -> None:
    """Peaks and export read it part by part."""
    store, wav = SealedStore(MemoryStore(), RING), make_wav(3.0)
    store.put(KEY, [wav])
    assert examine(store.content(KEY)) == examine(wav)
    assert peaks(store.content(KEY)) == peaks(wav)
    assert export(store.content(KEY), SoundFormat.WAV, start=1, end=2) == export(wav, SoundFormat.WAV, start=1, end=2)


def _coded(first: int) -> str:
    return base64.b64encode(bytes(range(first, first + 32))).decode()


def test_keys_are_read_from_the_environment_and_never_shown(tmp_path: Path) -> None:
    """The first locks, all open."""
    ring = read_keys({"RECORDING_KEYS": f"new:{_coded(1)} old:{_coded(2)}"}, tmp_path)
    assert ring is not None
    assert (ring.current, ring.key("old")) == ("new", bytes(range(2, 34)))
    assert _coded(1) not in repr(ring)
    assert str(bytes(range(1, 33))) not in repr(ring)


@pytest.mark.promise(37)
def test_keys_in_a_file_are_its_owners_alone(tmp_path: Path) -> None:
    """A file that others may read is refused with the command that mends it."""
    assert read_keys({}, tmp_path) is None
    path = tmp_path / "secrets" / "recording_keys"
    path.parent.mkdir()
    path.write_text(f"k1:{_coded(1)}\n")
    path.chmod(0o640)
    with pytest.raises(KeysRefused, match="chmod 600"):
        read_keys({}, tmp_path)
    path.chmod(0o600)
    assert read_keys({}, tmp_path) == read_keys({"RECORDING_KEYS_FILE": str(path)}, tmp_path / "elsewhere")
    with pytest.raises(KeysRefused, match="cannot be read"):
        read_keys({"RECORDING_KEYS_FILE": str(tmp_path / "none")}, tmp_path)


@pytest.mark.parametrize(
    "written", ["k1", "k1:short", f"k1:{_coded(1)} k1:{_coded(2)}", "k1:***", f"no spaces:{_coded(1)}", f"{_coded(1)}"]
)
def test_what_is_no_key_is_refused_without_being_quoted(written: str) -> None:
    """A mistyped secret is still nearly one."""
    with pytest.raises(KeysRefused) as refused:
        parse_keys(written, where="RECORDING_KEYS")
    assert written not in str(refused.value)


def test_the_settings_choose_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder unless told otherwise; locked once there are keys; a bucket by its address."""
    home = {"CALLWRIGHT_HOME": str(tmp_path)}
    assert isinstance(store_of(load_settings(home)), DiskStore)
    assert isinstance(store_of(load_settings({**home, "RECORDING_KEYS": f"k1:{_coded(1)}"})), SealedStore)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    there = {"RECORDINGS_URL": "s3://sounds/house", "RECORDINGS_S3_ENDPOINT": "http://127.0.0.1:1"}
    assert isinstance(store_of(load_settings({**home, **there})), S3Store)
    with pytest.raises(StoreDown, match="no place for recordings"):
        store_of(load_settings({**home, "RECORDINGS_URL": "ftp://sounds"}))


def test_a_storage_that_is_down_or_has_no_such_bucket_is_said(s3_server: str, bucket: S3Store) -> None:
    """With what to look at; a fetch that meets it is repeated later."""
    with pytest.raises(StoreDown, match="NoSuchBucket"):
        open_bucket("elsewhere", endpoint=s3_server).put(KEY, [b"x"])
    with pytest.raises(StoreDown, match="cannot be used"):
        open_bucket("sounds", endpoint="http://127.0.0.1:1").delete(KEY)
