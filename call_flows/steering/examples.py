"""Examples of intents: files `intents/<name>.yaml` of a site, sentences by intent and, where needed, by language."""

from collections.abc import Iterable, Mapping
from typing import Final

from call_flows.places import Places
from call_flows.problems import Place, Problem
from call_flows.yaml_text import read_yaml

FOLDER: Final = "intents/"
LONGEST: Final = 300
Sentences = Mapping[str, list[str] | dict[str, list[str]]]


def is_examples(file: str) -> bool:
    """Whether a file of a site holds examples of intents."""
    return file.startswith(FOLDER) and file.endswith((".yaml", ".yml"))


def all_languages(said: Iterable[object]) -> list[str]:
    """The languages in which sentences are written; an empty one for those that serve in all."""
    found: dict[str, None] = {}
    plain = False
    for each in said:
        if isinstance(each, Mapping):
            found.update(dict.fromkeys(map(str, each)))
        plain = plain or (isinstance(each, list) and bool(each))
    return [*found] or ([""] if plain else [])


def read_examples(texts: Mapping[str, str]) -> tuple[dict[str, Sentences], list[Problem]]:
    """Every file of examples by its name without suffix, and what is wrong with them."""
    found: dict[str, Sentences] = {}
    problems: list[Problem] = []
    for file in sorted(filter(is_examples, texts)):
        document = read_yaml(texts[file], file)
        problems += document.problems
        name = file.removeprefix(FOLDER).rpartition(".")[0]
        found[name] = _read(document.data, document.places, file, problems)
    return found, problems


def _read(data: object, places: Places, file: str, problems: list[Problem]) -> Sentences:
    if not isinstance(data, dict):
        todo = "Write an intent's name and a list of sentences below it."
        problems.append(Problem(Place(file), "E012", "The file is no mapping of intents to sentences.", todo=todo))
        return {}
    made: dict[str, list[str] | dict[str, list[str]]] = {}
    for intent, said in data.items():
        groups = said if isinstance(said, dict) else {"": said}
        for language, sentences in groups.items():
            if not isinstance(sentences, list) or not all(_is_sentence(sentence) for sentence in sentences):
                path = (str(intent), str(language)) if language else (str(intent),)
                what = f"'{intent}' is no list of sentences."
                todo = f"Write each sentence on a line of its own, with up to {LONGEST} characters."
                problems.append(Problem(places.of(path), "E012", what, str(intent), todo=todo))
                break
        else:
            made[str(intent)] = {str(key): [str(one) for one in value] for key, value in groups.items()}
            if not isinstance(said, dict):
                made[str(intent)] = [str(one) for one in said]
    return made


def _is_sentence(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST
