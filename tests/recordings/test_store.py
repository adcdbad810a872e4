"""The store: on disk, in memory and in a bucket, open or locked, the same; whole sounds or none; no name leads out."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings.content import Content
from recordings.sealed import SealedStore
from recordings.store import DiskStore, KeyRefused, MemoryStore, RecordingStore, SoundMissing
from tests.recordings.conftest import RING

KEY = "2026/03/02/RC1.wav"


@pytest.fixture(params=["disk", "memory", "s3", "disk, locked", "s3, locked"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RecordingStore:
    place, _, locked = request.param.partition(", ")
    made: RecordingStore = MemoryStore()
    if place == "disk":
        made = DiskStore(tmp_path / "sounds")
    elif place == "s3":
        made = request.getfixturevalue("bucket")
    return SealedStore(made, RING) if locked else made


def test_what_is_put_can_be_read_in_parts(store: RecordingStore) -> None:
    """A player seeks."""
    kept = store.put(KEY, [b"0123", b"4567", b"89"])
    assert (kept.bytes, kept.sha256) == (10, hashlib.sha256(b"0123456789").hexdigest())
    assert store.size(KEY) == 10
    assert store.read(KEY) == b"0123456789"
    assert store.read(KEY, start=3, length=4) == b"3456"
    assert store.read(KEY, start=8) == b"89"
    assert store.read(KEY, start=20, length=4) == b""
    assert whole(store.content(KEY)) == b"0123456789"


def whole(content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.read_bytes() if isinstance(content, Path) else content.read()


def test_every_sound_can_be_listed(store: RecordingStore) -> None:
    """For those who look after all of them: locking anew, and looking for what nobody owns."""
    for key in ("b/RC2.wav", "a/RC1.wav"):
        store.put(key, [b"x"])
    assert list(store.keys()) == ["a/RC1.wav", "b/RC2.wav"]


def test_putting_again_replaces(store: RecordingStore) -> None:
    """A fetch repeated is harmless."""
    store.put(KEY, [b"old"])
    store.put(KEY, [b"new"])
    assert store.read(KEY) == b"new"


def test_a_sound_that_breaks_off_leaves_what_was_there(store: RecordingStore) -> None:
    """Half a sound must never be seen."""

    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(KEY, breaks())
    with pytest.raises(SoundMissing):
        store.size(KEY)
    store.put(KEY, [b"whole"])
    with pytest.raises(ConnectionError):
        store.put(KEY, breaks())
    assert store.read(KEY) == b"whole"


def test_deleting_says_whether_there_was_something(store: RecordingStore) -> None:
    """Deleting twice is harmless."""
    store.put(KEY, [b"x"])
    assert store.delete(KEY)
    assert not store.delete(KEY)
    for ask in (store.read, store.size, store.content):
        with pytest.raises(SoundMissing):
            ask(KEY)


@pytest.mark.promise(21)
@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x.wav", "a/../b", "/etc/passwd", "a//b", "a/", "a\\b", "a\x00b", ".hidden", "a/.b", "-x", "~/x",
     "a b", "a.wav.wav", "ü", "x" * 200, "a\n", "C:x"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(store: RecordingStore, key: str) -> None:
    """Promise 21 begins at the store itself."""
    for ask in (store.read, store.size, store.content, store.delete):
        with pytest.raises(KeyRefused):
            ask(key)
    with pytest.raises(KeyRefused):
        store.put(key, [b"x"])


@pytest.mark.promise(21)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.text(alphabet="ab./\\-~\x00 %2eC:", max_size=12)
    | st.lists(st.sampled_from(["..", ".", "a", "", "%2e%2e", "..%2f", "\x00", "a.wav", "\u2024\u2024"])).map("/".join)
)
def test_whatever_the_name_everything_stays_below_the_folder(tmp_path: Path, key: str) -> None:
    """Fuzzed: either refused or inside."""
    root = tmp_path / "sounds"
    store = DiskStore(root)
    try:
        store.put(key, [b"x"])
    except (KeyRefused, OSError):  # a/a after a: the file system itself says no
        return
    content = store.content(key)
    assert isinstance(content, Path)
    assert content.resolve().is_relative_to(root.resolve())
    assert {path.name for path in tmp_path.iterdir()} == {"sounds"}


@pytest.mark.promise(21)
def test_a_link_planted_below_the_folder_does_not_lead_out(tmp_path: Path) -> None:
    """Someone with a foot in the folder must not read the rest of the disk through us."""
    (tmp_path / "sounds").mkdir()
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / "sounds" / "link.wav").symlink_to(tmp_path / "secret.wav")
    with pytest.raises(KeyRefused):
        DiskStore(tmp_path / "sounds").read("link.wav")


def test_nothing_is_left_beside_the_sounds(tmp_path: Path) -> None:
    """No half files, and nobody else may look into the folders."""
    store = DiskStore(tmp_path / "sounds")
    store.put(KEY, [b"x"])
    with pytest.raises(TypeError):
        store.put(KEY, [b"x", "no bytes"])  # type: ignore[list-item]
    folder = tmp_path / "sounds" / "2026" / "03" / "02"
    assert [path.name for path in folder.iterdir()] == ["RC1.wav"]
    assert (folder / "RC1.wav").stat().st_mode & 0o077 == 0
