"""The models that can be fetched by name: `catalogue.yaml`, read."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from foundation.errors import CallwrightError, Problem

BASE_URL = "https://alphacephei.com/vosk/models/"


class ModelUnknown(CallwrightError):
    """The catalogue has no such model."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model of the catalogue: where it is, how large, and what its archive must hash to."""

    name: str
    language: str
    sha256: str
    licence: str
    good_for: str
    size: int | None
    default: bool = False

    @property
    def url(self) -> str:
        """Where its archive is."""
        return f"{BASE_URL}{self.name}.zip"


@cache
def known_models() -> tuple[KnownModel, ...]:
    """All of them; within a language the best first."""
    text = files("transcription").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return tuple(KnownModel(**row) for row in yaml.safe_load(text)["models"])


def known_model(wanted: str) -> KnownModel:
    """The model of that name, or the usual one for that language. Raises ModelUnknown, naming what there is."""
    language = base_language(wanted)
    for model in known_models():
        if model.name == wanted or (model.default and model.language == language):
            return model
    languages = ", ".join(sorted({model.language for model in known_models()}))
    names = ", ".join(model.name for model in known_models())
    raise ModelUnknown(
        Problem("model_unknown", f"No model is known as {wanted}.", todo=f"Languages: {languages}. Names: {names}.")
    )


def known_archive(sha256: str) -> KnownModel | None:
    """The model whose archive has this checksum, if it is one of the catalogue's."""
    return next((model for model in known_models() if model.sha256 == sha256), None)


def rank(name: str) -> int:
    """Where a model stands among its kind: lower is better; a model not in the catalogue comes before all that are."""
    names = [model.name for model in known_models()]
    return names.index(name) if name in names else -1


def base_language(language: str) -> str:
    """The language without its region: "en-US" is "en"."""
    return language.replace("_", "-").partition("-")[0].lower()
