"""What a caller wants: exact and near phrases first, then the classifier, and how far to believe it."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from call_flows.hearing.phrases import Phrases, normalise
from call_flows.steering.classifier import Classifier
from call_flows.steering.features import Vocabulary
from call_flows.steering.sentence_model import SentenceModel
from call_flows.steering.trust import believe, learn_trust, signs

NONE_OF_THESE: Final = ""
_MOST_KEPT: Final = 64
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """How callers say one intent: short phrases that surely mean it, and whole sentences to learn from."""

    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """The likeliest intent with the chance that it is right, and the next; an empty name is none of them."""

    intent: str
    sure: float
    second: str = ""
    second_sure: float = 0.0


_NOTHING: Final = Meant(NONE_OF_THESE, 0.0)


class Matcher:
    """The intents of one question in one language. What is under the empty name are sentences of none of them."""

    def __init__(self, wishes: Mapping[str, Wish], model: SentenceModel | None = None) -> None:
        read = Vocabulary if model is None else model.read
        self._names = list(wishes)
        self._phrases = Phrases((phrase, name) for name, wish in wishes.items() if name for phrase in wish.phrases)
        pairs = [
            (sentence, place)
            for place, wish in enumerate(wishes.values())
            for sentence in dict.fromkeys((*wish.phrases, *wish.examples))
            if normalise(sentence)
        ]
        self._exact = {normalise(sentence): self._names[place] for sentence, place in reversed(pairs)}
        sentences, intents = [sentence for sentence, _place in pairs], [place for _sentence, place in pairs]
        self._classifier = Classifier(sentences, intents, len(self._names), read) if pairs else None
        self._trust = learn_trust(sentences, intents, len(self._names), read) if pairs else ()

    def phrase(self, speech: str) -> str:
        """The intent of a known sentence, or of a phrase that is said or nearly said; nothing else."""
        return self._exact.get(normalise(speech), "") or self._phrases.match(speech) or ""

    def meant(self, speech: str) -> Meant:
        """The likeliest intents of a sentence, by its words."""
        if self._classifier is None or not normalise(speech):
            return _NOTHING
        scores = self._classifier.scores(speech)
        if not scores.known:
            return _NOTHING
        first, second, seen = signs(scores)
        sure = believe(self._trust, seen)
        other = sure * float(scores.probabilities[second]) / max(1e-9, float(scores.probabilities[first]))
        if first == second:
            return Meant(self._names[first], round(sure, _DECIMALS))
        other = round(min(other, 1 - sure), _DECIMALS)
        return Meant(self._names[first], round(sure, _DECIMALS), self._names[second], other)


_learned: OrderedDict[str, Matcher] = OrderedDict()
_one_at_a_time = Lock()


def learned(wishes: Mapping[str, Wish], model: SentenceModel | None = None) -> Matcher:
    """The matcher of these wishes, kept by the hash of all they say: the same examples are learned once.

    `model` None reads sentences by their words and pieces of words.
    """
    own = model.name if model is not None else ""
    written = json.dumps([own, *([name, wish.phrases, wish.examples] for name, wish in wishes.items())])
    key = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    with _one_at_a_time:
        found = _learned.get(key)
        if found is None:
            found = _learned[key] = Matcher(wishes, model)
            while len(_learned) > _MOST_KEPT:
                _learned.popitem(last=False)
        _learned.move_to_end(key)
        return found
