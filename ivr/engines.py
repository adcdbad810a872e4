"""Which recogniser listens to which language, each model loaded once a process."""

import threading
from typing import Protocol

from foundation.errors import CallwrightError
from foundation.logs import get_logger
from foundation.settings import Settings
from transcription.models import find_model, load_engine
from transcription.recognizer import Engine

log = get_logger(__name__)


class Engines(Protocol):
    """Gives the engine for a language."""

    def for_language(self, language: str) -> Engine | None:
        """The engine; None when nothing listens to the language, and then the call goes on unheard."""
        ...


class ModelEngines:
    """Engines over the models at hand."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded: dict[str, Engine] = {}
        self._by_language: dict[str, Engine | None] = {}
        self._lock = threading.Lock()

    def for_language(self, language: str) -> Engine | None:
        """The engine over the best model; loading takes a while the first time, so ask from a thread."""
        with self._lock:
            if language not in self._by_language:
                self._by_language[language] = self._load(language)
            return self._by_language[language]

    def _load(self, language: str) -> Engine | None:
        try:
            model = find_model(self._settings, language)
            if model.name not in self._loaded:
                self._loaded[model.name] = load_engine(model)
        except CallwrightError as error:
            log.warning("nobody_listens", language=language, problem=error.problem.code)
            return None
        log.info("model_listens", language=language, model=model.name, source=model.source)
        return self._loaded[model.name]


class NoEngines:
    """The twin: nobody listens to anything."""

    def for_language(self, language: str) -> Engine | None:  # noqa: ARG002 - the port's parameter
        """None, always."""
        return None
