"""The exchange's real voice, prompts and ears: espeak-ng, fetched recordings, the best speech model at hand."""

import threading
from importlib.resources import as_file, files
from pathlib import Path

import aiohttp

from exchange.exchange import Senses
from exchange.log import ExchangeLog
from exchange.speech.listen import RecognizingEars
from exchange.speech.play import FetchedPrompts
from exchange.speech.say import EspeakVoice
from transcription.recognizer import Engine, VoskEngine


class Models:
    """Speech models by language, each loaded once, when it is first asked for (safe from any thread)."""

    def __init__(self, given: str = "") -> None:
        self._given = given
        self._loaded: dict[str, Engine | None] = {}
        self._lock = threading.Lock()

    def find(self, language: str) -> Engine | None:
        """The engine for a language such as en-US; None where there is no model for it."""
        base = language.partition("-")[0].lower()
        with self._lock:
            if base not in self._loaded:
                path = self._path(base)
                self._loaded[base] = VoskEngine(path, name=path.name) if path is not None else None
            return self._loaded[base]

    def _path(self, base: str) -> Path | None:
        if base != "en":
            return None
        if self._given:
            return Path(self._given)
        with as_file(files("transcription") / "starter_en_8k") as folder:
            return folder if folder.is_dir() else None


def real_senses(session: aiohttp.ClientSession, models: Models, log: ExchangeLog) -> Senses:
    """Voice, prompts and ears; what they complain of goes to the log."""
    return Senses(
        voice=EspeakVoice(log.warning),
        prompts=FetchedPrompts(session),
        ears=RecognizingEars(models.find, log.warning),
    )
