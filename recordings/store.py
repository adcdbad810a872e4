"""Where sound is kept, as a port: on disk, and its twin in memory; `store_s3` and `sealed` pass the same tests."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from foundation.errors import CallwrightError, Problem
from recordings.content import Content

_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_KEY = re.compile(rf"{_PART}(?:/{_PART})*(?:\.[a-z0-9]{{1,5}})?")
LONGEST_KEY = 160


class KeyRefused(CallwrightError):
    """A name that is no name of a recording: it could lead elsewhere."""


class StoreDown(CallwrightError):
    """The place where sounds are kept cannot be used now; asking again later may help."""


class SoundMissing(CallwrightError):
    """There is no sound under this key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was kept: how much, and its checksum."""

    bytes: int
    sha256: str


class RecordingStore(Protocol):
    """Keeps sounds under keys such as 2026/03/02/RC….wav."""

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Keep the sound, all of it or nothing; replaces what was there."""
        ...

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """Some of the sound. Raises SoundMissing."""
        ...

    def size(self, key: str) -> int:
        """How many bytes there are. Raises SoundMissing."""
        ...

    def content(self, key: str) -> Content:
        """The sound for those who can read a file, bytes or parts. Raises SoundMissing."""
        ...

    def delete(self, key: str) -> bool:
        """Remove the sound; whether there was one."""
        ...

    def keys(self) -> Iterable[str]:
        """The keys of all sounds, in their order."""
        ...


class DiskStore:
    """Sounds as files below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Write aside, flush to the disk, then move into place: a reader never sees half a sound."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, count = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".incoming-", delete=False) as aside:
            try:
                for piece in pieces:
                    aside.write(piece)
                    digest.update(piece)
                    count += len(piece)
                aside.flush()
                os.fsync(aside.fileno())
                Path(aside.name).replace(path)
            finally:  # whatever happened, no half file is left behind
                Path(aside.name).unlink(missing_ok=True)
        return Stored(count, digest.hexdigest())

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """Some of the file."""
        with self._existing(key).open("rb") as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def size(self, key: str) -> int:
        """The file's size."""
        return self._existing(key).stat().st_size

    def content(self, key: str) -> Content:
        """The file."""
        return self._existing(key)

    def delete(self, key: str) -> bool:
        """Remove the file."""
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def keys(self) -> Iterable[str]:
        """The files, by their paths below the folder."""
        found = (path.relative_to(self._root).as_posix() for path in self._root.rglob("*") if path.is_file())
        return sorted(key for key in found if is_key(key))

    def _path(self, key: str) -> Path:
        path = self._root / checked_key(key)
        # a link planted below the folder must not lead out of it either
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise _refused(key)
        return path

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise missing(key)
        return path


class MemoryStore:
    """The twin: sounds in a dictionary."""

    def __init__(self) -> None:
        self._sounds: dict[str, bytes] = {}

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Keep the sound once all of it has come."""
        self._sounds[checked_key(key)] = sound = b"".join(pieces)
        return Stored(len(sound), hashlib.sha256(sound).hexdigest())

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """Some of the sound."""
        return self._sound(key)[start : None if length is None else start + length]

    def size(self, key: str) -> int:
        """How many bytes there are."""
        return len(self._sound(key))

    def content(self, key: str) -> Content:
        """The bytes."""
        return self._sound(key)

    def delete(self, key: str) -> bool:
        """Forget the sound."""
        return self._sounds.pop(checked_key(key), None) is not None

    def keys(self) -> Iterable[str]:
        """The names in the dictionary."""
        return sorted(self._sounds)

    def _sound(self, key: str) -> bytes:
        if checked_key(key) not in self._sounds:
            raise missing(key)
        return self._sounds[key]


def is_key(key: str) -> bool:
    """Whether this is a name of a recording."""
    return len(key) <= LONGEST_KEY and bool(_KEY.fullmatch(key))


def checked_key(key: str) -> str:
    """The key, if it is one: names of letters, digits, - and _, with / between. Raises KeyRefused."""
    if not is_key(key):
        raise _refused(key)
    return key


def _refused(key: str) -> KeyRefused:
    return KeyRefused(Problem("key_refused", "This is no name of a recording.", repr(key[:80])))


def missing(key: str) -> SoundMissing:
    """What to raise where there is no sound."""
    return SoundMissing(Problem("sound_missing", "There is no sound under this name.", key))
