"""Which model listens: VOSK_MODEL_PATH, else the best in the model cache, else the starter model that ships with us."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foundation.errors import CallwrightError, Problem
from foundation.settings import Settings
from transcription.catalogue import base_language, known_models, rank

if TYPE_CHECKING:
    from transcription.recognizer import VoskEngine

STARTER = Path(__file__).parent / "starter_en_8k"
NOTE = "callwright-model.json"
"""The file in a fetched model's folder that says what it is and where it came from."""

_NAMED = re.compile(r"^vosk-model(?:-small)?-([a-z]{2})(?:-|$)")
_RATE = re.compile(r"^--sample-frequency=(\d+)", re.MULTILINE)


class ModelMissing(CallwrightError):
    """No model listens to this language."""


class ModelUnusable(CallwrightError):
    """What is there is not a Vosk model."""


class ModelSource(StrEnum):
    """Why this model was chosen."""

    ENVIRONMENT = "environment"
    CACHE = "cache"
    STARTER = "starter"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model at hand. `language` is empty when nobody knows it; `verified` when its archive's checksum was known."""

    name: str
    path: Path
    language: str
    sample_rate: int
    licence: str
    source: ModelSource
    good_for: str
    verified: bool = False


def find_model(settings: Settings, language: str = "en-US") -> ModelInfo:
    """The model that listens to a language.

    Raises ModelUnusable when VOSK_MODEL_PATH is not a model, ModelMissing when nothing listens to the language.
    """
    wanted = base_language(language)
    if settings.vosk_model_path is not None:
        given = read_model(settings.vosk_model_path, ModelSource.ENVIRONMENT)
        if given.language in {"", wanted}:
            return given
    for cached in cached_models(settings):
        if cached.language == wanted:
            return cached
    starter = starter_model()
    if starter.language == wanted:
        return starter
    raise ModelMissing(
        Problem(
            "model_missing",
            f"No speech model listens to {language}.",
            todo=f"Run `callwright models get {wanted}`, or set VOSK_MODEL_PATH.",
        )
    )


def models_at_hand(settings: Settings) -> list[ModelInfo]:
    """Every model of this machine, in the order in which they are chosen."""
    given = settings.vosk_model_path
    first = [] if given is None else [read_model(given, ModelSource.ENVIRONMENT)]
    return [*first, *cached_models(settings), starter_model()]


def cached_models(settings: Settings) -> list[ModelInfo]:
    """The models that were fetched, best first; a folder that is no model is passed over."""
    folder = cache_folder(settings)
    paths = [path for path in folder.iterdir() if is_model(path)] if folder.is_dir() else []
    found = [read_model(path, ModelSource.CACHE) for path in paths if not path.name.startswith(".")]
    return sorted(found, key=lambda model: (rank(model.name), model.name))


def cache_folder(settings: Settings) -> Path:
    """Where fetched models are kept."""
    return settings.home / "models"


def starter_model() -> ModelInfo:
    """The model that ships with us."""
    return ModelInfo(
        name="starter-en-8k",
        path=STARTER,
        language="en",
        sample_rate=_sample_rate(STARTER),
        licence="CC-BY-SA-4.0",
        source=ModelSource.STARTER,
        good_for="menus, digits, yes and no, short requests; not free conversation",
        verified=True,
    )


def read_model(path: Path, source: ModelSource) -> ModelInfo:
    """What is known of the model in a folder. Raises ModelUnusable when there is none."""
    if not is_model(path):
        where = "VOSK_MODEL_PATH" if source is ModelSource.ENVIRONMENT else "the model cache"
        raise ModelUnusable(
            Problem(
                "model_unusable",
                f"{where} names no Vosk model.",
                where=str(path),
                todo="A model folder holds am/final.mdl and conf/mfcc.conf. See `callwright models list`.",
            )
        )
    if path.resolve() == STARTER.resolve():
        return starter_model()
    note = _note(path)
    known = next((model for model in known_models() if model.name == path.name), None)
    named = _NAMED.match(path.name)
    return ModelInfo(
        name=str(note.get("name") or path.name),
        path=path,
        language=str(note.get("language") or (known.language if known else named[1] if named else "")),
        sample_rate=_sample_rate(path),
        licence=str(note.get("licence") or (known.licence if known else "")),
        source=source,
        good_for=str(note.get("good_for") or (known.good_for if known else "")),
        verified=bool(note.get("verified")),
    )


def is_model(path: Path) -> bool:
    """Whether a folder looks like a Vosk model of either of its layouts."""
    new = (path / "am" / "final.mdl").is_file() and (path / "conf" / "mfcc.conf").is_file()
    return new or ((path / "final.mdl").is_file() and (path / "mfcc.conf").is_file())


def load_engine(model: ModelInfo) -> "VoskEngine":
    """The engine over a model. Raises ModelDamaged when its files are of no use."""
    from transcription.recognizer import VoskEngine

    return VoskEngine(model.path, name=model.name)


def _note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads((path / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _sample_rate(path: Path) -> int:
    for conf in (path / "conf" / "mfcc.conf", path / "mfcc.conf"):
        if conf.is_file():
            found = _RATE.search(conf.read_text(encoding="utf-8", errors="replace"))
            return int(found[1]) if found else 16000
    return 16000
