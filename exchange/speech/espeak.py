"""The only place that touches espeak-ng: a C library global to the process, so that everything here holds one lock."""

import ctypes
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from foundation.errors import CallwrightError, Problem

Samples = npt.NDArray[np.float32]

_SYNCHRONOUS = 2  # espeak calls us back from within espeak_Synth: no thread of its own, no polling
_UTF8 = 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_MAX_VOLUME = 100
_FULL_SCALE = 32768.0
_SLOWEST, _FASTEST = 80, 450  # words a minute that espeak-ng accepts

_callback_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechUnavailable(CallwrightError):
    """The synthesiser cannot speak; calls go on with tones and recorded prompts."""

    def __init__(self, what: str) -> None:
        super().__init__(Problem("speech", what, "espeak-ng", "Reinstall the espeakng-loader package."))


class _CVoice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h, as far as it is read."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a stretch of text is spoken: espeak's voice name, words a minute, pitch and its range (0 to 100)."""

    voice: str = "gmw/en-US"
    words_a_minute: int = 165
    pitch: int = 50
    pitch_range: int = 50


class Espeak:
    """One loaded espeak-ng. Use `espeak()`: a second one in the same process would share its state unawares."""

    def __init__(self) -> None:
        import espeakng_loader

        self._lock = threading.Lock()
        self._pieces: list[bytes] = []
        try:
            self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as problem:
            raise SpeechUnavailable(f"The library cannot be loaded: {problem}.") from problem
        data_path = espeakng_loader.get_data_path().encode()
        self.sample_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data_path, 0))
        if self.sample_rate <= 0:
            raise SpeechUnavailable(f"No voices were found at {data_path.decode()}.")
        self._callback = _callback_type(self._collect)  # kept: ctypes does not keep it for us
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_CVoice))

    def voices(self) -> dict[str, str]:
        """Language tag in small letters → the voice's own name, for every voice in the package."""
        found: dict[str, str] = {}
        with self._lock:
            listed = self._library.espeak_ListVoices(None)
            index = 0
            while listed[index]:
                voice = listed[index].contents
                tag = ctypes.string_at(voice.languages + 1).decode()  # one byte of priority, then the tag
                found.setdefault(tag.lower(), voice.identifier.decode())
                index += 1
        return found

    def synthesize(self, text: str, manner: Manner) -> Samples:
        """The sound of `text` at the library's own rate, as floats of ±1."""
        encoded = text.encode() + b"\0"
        with self._lock:
            self._pieces.clear()
            if self._library.espeak_SetVoiceByName(manner.voice.encode()) != 0:
                raise SpeechUnavailable(f"There is no voice {manner.voice!r}.")
            self._set(_RATE, min(max(manner.words_a_minute, _SLOWEST), _FASTEST))
            self._set(_VOLUME, _MAX_VOLUME)
            self._set(_PITCH, min(max(manner.pitch, 0), 99))
            self._set(_RANGE, min(max(manner.pitch_range, 0), 99))
            self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # the same words sound the same each time
            self._library.espeak_Synth(encoded, len(encoded), 0, 0, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
            sound = b"".join(self._pieces)
        return np.frombuffer(sound, dtype=np.int16).astype(np.float32) / _FULL_SCALE

    def _set(self, parameter: int, value: int) -> None:
        self._library.espeak_SetParameter(parameter, value, 0)

    def _collect(self, samples: Any, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, count * 2))
        return 0


_starting = threading.Lock()


def espeak() -> Espeak:
    """The process's one synthesiser, loaded when it first speaks."""
    with _starting:  # a cache alone would let two threads load it at once
        return _the_only_one()


@cache
def _the_only_one() -> Espeak:
    return Espeak()
