"""The keys that lock recordings: which one locks from now on, and all that still open; from the environment or a file.

Written `id:key` with a space or a line between, the current one first; a key is 32 bytes in base64.
"""

import base64
import binascii
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foundation.errors import CallwrightError, Problem

KEY_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
VARIABLE, FILE_VARIABLE = "RECORDING_KEYS", "RECORDING_KEYS_FILE"


class KeysRefused(CallwrightError):
    """The keys are not written as keys, or others could read them."""


class KeyUnknown(CallwrightError):
    """A sound is locked with a key that is not here."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by their ids; `current` locks. Never shows a key."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str) -> bytes:
        """The key of that id. Raises KeyUnknown."""
        found = self.keys.get(key_id)
        if found is None:
            what, todo = "A recording is locked with a key that is not here.", "Add that key after the current one."
            raise KeyUnknown(Problem("key_unknown", what, where=key_id, todo=f"{VARIABLE}: {todo}"))
        return found


def read_keys(environment: Mapping[str, str], home: Path) -> KeyRing | None:
    """The keys of RECORDING_KEYS, of the file RECORDING_KEYS_FILE, or of `secrets/recording_keys`; None: no locking.

    Raises KeysRefused.
    """
    written = environment.get(VARIABLE, "")
    if written:
        return parse_keys(written, where=VARIABLE)
    named = environment.get(FILE_VARIABLE, "")
    path = Path(named) if named else home / "secrets" / "recording_keys"
    if not named and not path.exists():
        return None
    return parse_keys(_private(path), where=str(path))


def parse_keys(written: str, *, where: str) -> KeyRing:
    """The keys as they are written. Raises KeysRefused, which never quotes a key."""
    keys: dict[str, bytes] = {}
    for entry in written.split():
        key_id, _, coded = entry.partition(":")
        try:
            key = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _ID.fullmatch(key_id) or len(key) != KEY_BYTES or key_id in keys:
            todo = "Write id:key, each id once; `openssl rand -base64 32` makes a key."
            raise KeysRefused(Problem("recording_keys", "This is not a list of keys.", where=where, todo=todo))
        keys[key_id] = key
    if not keys:
        todo = "Write at least one, or take the setting away."
        raise KeysRefused(Problem("recording_keys", "There is no key in it.", where=where, todo=todo))
    return KeyRing(next(iter(keys)), keys)


def _private(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY)
        with os.fdopen(descriptor) as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                todo = f"chmod 600 {path}"
                raise KeysRefused(Problem("recording_keys", "Others may read these keys.", str(path), todo))
            return file.read()
    except OSError as error:
        raise KeysRefused(
            Problem("recording_keys", f"The keys cannot be read: {error.strerror}.", str(path), f"See {FILE_VARIABLE}.")
        ) from error
