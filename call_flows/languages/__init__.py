"""Languages as data: a file each, with what differs in a region beside it. See README.md."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from call_flows.languages.model import Tongue

FOLDER: Final = Path(__file__).parent
LAST_RESORT: Final = "en"


def written_languages() -> tuple[str, ...]:
    """The languages that have a file of their own, regions left out."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml") if "-" not in file.stem))


def base(language: str) -> str:
    """The language without its region."""
    return language.partition("-")[0]


def chain(*languages: str) -> tuple[str, ...]:
    """Languages in the order in which they are tried: es-US, es, then the next one's, and so on."""
    found: dict[str, None] = {}
    for language in languages:
        if language:
            found[language] = None
            found[base(language)] = None
    return tuple(found)


@lru_cache(256)
def tongue(language: str, first: str = LAST_RESORT) -> Tongue:
    """A language's words: of its region, else of the language, else of the site's first language, else English."""
    found = next(tag for tag in chain(language, first, LAST_RESORT) if _is_written(tag))
    return read_tongue(found, language if found == base(language) else found)


@lru_cache(256)
def read_tongue(language: str, region: str) -> Tongue:
    """A language's file with what differs in a region laid over it."""
    data = _read(language)
    if region != language and _is_file(region):
        data = _over(data, _read(region))
    return Tongue.model_validate(data)


def is_spoken(language: str) -> bool:
    """Whether a language has words of its own here."""
    return _is_written(base(language))


def _is_written(tag: str) -> bool:
    return "-" not in tag and _is_file(tag)


def _is_file(tag: str) -> bool:
    return tag.replace("-", "").isalnum() and (FOLDER / f"{tag}.yaml").is_file()


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for key, value in above.items():
        known = below.get(key)
        made[key] = _over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return made
