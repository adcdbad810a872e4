"""The exchange's real voice, prompts and ears: espeak-ng, fetched recordings, the best speech model at hand."""

import threading
from collections.abc import Callable
from pathlib import Path

import aiohttp

from exchange.exchange import Senses
from exchange.log import ExchangeLog
from exchange.speech.listen import RecognizingEars
from exchange.speech.play import FetchedPrompts
from exchange.speech.say import EspeakVoice
from transcription.catalogue import base_language
from transcription.models import ModelInfo, ModelMissing, ModelSource, load_engine, read_model, starter_model
from transcription.recognizer import Engine

FindModel = Callable[[str], ModelInfo | None]
"""Which model listens to a language (BCP 47); None, or `ModelMissing` raised, where there is none."""


def given_model(path: str) -> FindModel:
    """The model in that folder for its own language, and the starter model for the rest; no path: the starter alone."""

    def find(language: str) -> ModelInfo | None:
        wanted = base_language(language)
        models = [read_model(Path(path), ModelSource.ENVIRONMENT)] if path else []
        return next((one for one in [*models, starter_model()] if one.language in {"", wanted}), None)

    return find


class Engines:
    """Speech engines by language, each loaded once, when it is first asked for (safe from any thread)."""

    def __init__(self, find_model: FindModel) -> None:
        self._find_model = find_model
        self._loaded: dict[str, Engine | None] = {}
        self._lock = threading.Lock()

    def find(self, language: str) -> Engine | None:
        """The engine for a language such as en-US; None where no model listens to it."""
        base = base_language(language)
        with self._lock:
            if base not in self._loaded:
                self._loaded[base] = self._load(language)
            return self._loaded[base]

    def _load(self, language: str) -> Engine | None:
        try:
            model = self._find_model(language)
        except ModelMissing:
            return None
        return load_engine(model) if model is not None else None


def real_senses(session: aiohttp.ClientSession, engines: Engines, log: ExchangeLog) -> Senses:
    """Voice, prompts and ears; what they complain of goes to the log."""
    return Senses(
        voice=EspeakVoice(log.warning),
        prompts=FetchedPrompts(session),
        ears=RecognizingEars(engines.find, log.warning),
    )
