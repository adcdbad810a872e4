"""Where hearing a recording again is put together, for the worker and the command line."""

from console.wiring import Runtime
from foundation.errors import CallwrightError, Problem
from foundation.settings import Settings
from ivr.hearings import Hearings
from ivr.logbook import Logbook
from ivr.redaction import Redaction
from transcription.models import ModelInfo, find_model, load_engine, models_at_hand
from transcription.recognizer import Engine


class NoSuchModel(CallwrightError):
    """No model of this name is on this machine."""


def hearings_of_house(runtime: Runtime) -> Hearings:
    """Hearings over the house's parts."""
    parts = runtime.parts
    redaction = Redaction(parts.db, parts.shelf, Logbook(parts.settings.secret_key))
    return Hearings(parts.db, parts.clock, parts.ids, parts.live, runtime.recordings, redaction)


def choose_model(settings: Settings, *, name: str, language: str) -> ModelInfo:
    """The model of that name, or the best for the language. Raises NoSuchModel, ModelMissing."""
    if not name:
        return find_model(settings, language)
    known = models_at_hand(settings)
    found = next((model for model in known if model.name == name), None)
    if found is None:
        todo = f"Choose {', '.join(model.name for model in known)}, or fetch it with `callwright models get`."
        raise NoSuchModel(Problem("no_such_model", f"There is no model {name} here.", todo=todo))
    return found


def engine_of(settings: Settings, name: str) -> Engine:
    """The engine over the model of that name."""
    return load_engine(choose_model(settings, name=name, language=""))
