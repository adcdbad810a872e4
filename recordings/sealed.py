"""Sounds locked where they lie: AES-256-GCM in chunks, so that a player may seek, over whatever store keeps them.

Each sound has a data key of its own, which lies beside it wrapped with the current key of the ring. Changing the ring's
key rewraps the data key and leaves the sound as it is.

An object is HEAD, then chunks of `CHUNK` bytes of sound, each with 16 bytes of proof. HEAD is: b"CWS1", the key's id
padded to 16 bytes, 12 bytes of nonce, the wrapped data key (48), 8 bytes of salt. A chunk's nonce is the salt and its
number; what is proved with it is the object's name and whether it is the last: chunks can be neither swapped, nor
dropped from the end, nor moved to another name. (As in "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", Hoang et al. 2015: STREAM.)
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.errors import CallwrightError, Problem
from recordings.content import Content, in_parts
from recordings.keyring import KEY_BYTES, KeyRing
from recordings.store import RecordingStore, Stored, checked_key

MARK = b"CWS1"
CHUNK = 64 * 1024
PROOF = 16
NONCE = 12
SALT = 8
_HEAD = struct.Struct(f"4s16s{NONCE}s{KEY_BYTES + PROOF}s{SALT}s")
HEAD = _HEAD.size


class SoundForged(CallwrightError):
    """What lies there was changed, or is not what was locked under this name."""


@dataclass(frozen=True, slots=True)
class _Lock:
    key_id: str
    data_key: bytes
    salt: bytes


class SealedStore:
    """Locks what it puts into the store within, and unlocks what it reads there.

    A sound that was kept before there were keys is read as it lies; `rekey` locks it.
    """

    def __init__(self, within: RecordingStore, ring: KeyRing, chance: Callable[[int], bytes] = os.urandom) -> None:
        self._within = within
        self._ring = ring
        self._chance = chance

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Lock it piece by piece; length and checksum are the sound's own."""
        checked_key(key)
        lock, digest, counted = self._new_lock(), hashlib.sha256(), [0]

        def watched() -> Iterator[bytes]:
            for piece in pieces:
                digest.update(piece)
                counted[0] += len(piece)
                yield piece

        self._within.put(key, self._sealed(key, lock, watched()))
        return Stored(counted[0], digest.hexdigest())

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """Some of the sound: only the chunks that hold it are fetched. Raises SoundForged."""
        lock = self._lock_of(key)
        if lock is None:
            return self._within.read(key, start=start, length=length)
        size = self.size(key)
        stop = size if length is None else min(size, start + length)
        if start >= stop:
            return b""
        first, last = start // CHUNK, (stop - 1) // CHUNK
        span = CHUNK + PROOF
        wanted = self._within.read(key, start=HEAD + first * span, length=(last - first + 1) * span)
        end, cipher = max(0, size - 1) // CHUNK, AESGCM(lock.data_key)
        opened = b"".join(
            _open_chunk(cipher, lock, key, number, wanted[at : at + span], is_last=number == end)
            for number, at in zip(range(first, last + 1), range(0, len(wanted), span), strict=True)
        )
        return opened[start - first * CHUNK : stop - first * CHUNK]

    def size(self, key: str) -> int:
        """How long the sound is, in bytes, unlocked."""
        size = self._within.size(key)
        if self._lock_of(key) is None:
            return size
        sealed = size - HEAD
        return max(0, sealed - PROOF * max(1, -(-sealed // (CHUNK + PROOF))))

    def content(self, key: str) -> Content:
        """The sound, unlocked part by part; nothing of it is written anywhere in the open."""
        return in_parts(lambda start, length: self.read(key, start=start, length=length), self.size(key))

    def delete(self, key: str) -> bool:
        """Remove it."""
        return self._within.delete(key)

    def keys(self) -> Iterable[str]:
        """The keys of all sounds."""
        return self._within.keys()

    def locked_with(self, key: str) -> str | None:
        """The id of the key that locks it; None when it lies open."""
        head = _HEAD.unpack(raw) if (raw := self._head(key)) else None
        return None if head is None else str(head[1].rstrip(b"\0").decode())

    def rekey(self, key: str) -> bool:
        """Lock it with the current key; False when it is already. Whoever is listening meanwhile hears on."""
        with_key = self.locked_with(key)
        if with_key == self._ring.current:
            return False
        lock, size = self._lock_of(key), self._within.size(key)
        if lock is None:
            self.put(key, self._stretches(key, 0, size))
            return True
        head = self._written(_Lock(self._ring.current, lock.data_key, lock.salt))
        self._within.put(key, _after(head, self._stretches(key, HEAD, size)))
        return True

    def _stretches(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        for at in range(start, stop, CHUNK):
            yield self._within.read(key, start=at, length=min(CHUNK, stop - at))

    def _new_lock(self) -> _Lock:
        return _Lock(self._ring.current, self._chance(KEY_BYTES), self._chance(SALT))

    def _written(self, lock: _Lock) -> bytes:
        nonce = self._chance(NONCE)
        name = lock.key_id.encode().ljust(16, b"\0")
        wrapped = AESGCM(self._ring.key(lock.key_id)).encrypt(nonce, lock.data_key, MARK + name + lock.salt)
        return _HEAD.pack(MARK, name, nonce, wrapped, lock.salt)

    def _head(self, key: str) -> bytes | None:
        raw = self._within.read(key, start=0, length=HEAD)
        return raw if len(raw) == HEAD and raw.startswith(MARK) else None

    def _lock_of(self, key: str) -> _Lock | None:
        raw = self._head(key)
        if raw is None:
            return None
        _, name, nonce, wrapped, salt = _HEAD.unpack(raw)
        key_id = name.rstrip(b"\0").decode("ascii", "replace")
        try:
            data_key = AESGCM(self._ring.key(key_id)).decrypt(nonce, wrapped, MARK + name + salt)
        except InvalidTag as error:
            raise _forged(key) from error
        return _Lock(key_id, data_key, salt)

    def _sealed(self, key: str, lock: _Lock, pieces: Iterable[bytes]) -> Iterator[bytes]:
        yield self._written(lock)
        cipher, number, waiting = AESGCM(lock.data_key), 0, bytearray()
        for piece in pieces:
            waiting += piece
            while len(waiting) > CHUNK:  # the last chunk is known only when nothing comes after it
                yield cipher.encrypt(*_proved(lock, key, number, bytes(waiting[:CHUNK]), is_last=False))
                del waiting[:CHUNK]
                number += 1
        yield cipher.encrypt(*_proved(lock, key, number, bytes(waiting), is_last=True))


def _proved(lock: _Lock, key: str, number: int, part: bytes, *, is_last: bool) -> tuple[bytes, bytes, bytes]:
    return lock.salt + struct.pack(">I", number), part, key.encode() + (b"\1" if is_last else b"\0")


def _open_chunk(cipher: AESGCM, lock: _Lock, key: str, number: int, part: bytes, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(*_proved(lock, key, number, part, is_last=is_last))
    except InvalidTag as error:
        raise _forged(key) from error


def _after(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _forged(key: str) -> SoundForged:
    what = "A recording is not what was locked here: it was changed, cut or moved."
    return SoundForged(Problem("sound_forged", what, where=key, todo="Restore it from a backup."))
