"""How well free speech is steered, on banking77: 77 intents of a bank, 3,080 sentences to try.

`python -m benchmarks.steer` reads `intents/` of CALLWRIGHT_DATA, else of ../shared/data, and prints how many sentences
are taken to the right intent with 5, 10 and all examples an intent, beside a plain TF-IDF classifier (words only,
nearest middle of each intent) in the same run; what the shipped threshold takes, asks and lets go; how many sentences
of intents that are not listed are wrongly taken; and the time a sentence takes. Last, `accuracy_10 N baseline N`.

With STEER_MODEL_PATH, the sentence model in that folder is measured on the same sentences. Without it only the time
is, on an encoder of the usual size (6 layers, 384 wide, 12 heads, 30,522 pieces) whose weights are chance: what such a
model gets right cannot be said without one.
"""

import csv
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from call_flows.hearing.phrases import normalise
from call_flows.nodes.steer import THRESHOLD
from call_flows.steering.matcher import Matcher, Wish
from call_flows.steering.sentence_model import VARIABLE, SentenceModel, SentenceModelUnusable, open_model

GOAL_MS = 20.0
Examples = dict[str, list[str]]
Pairs = list[tuple[str, str]]


def read(name: str) -> Pairs:
    """The sentences of a file, each with its intent."""
    folder = Path(os.environ.get("CALLWRIGHT_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    file = folder / "intents" / name
    if not file.is_file():
        raise SystemExit(f"not measured: {file} is not here; set CALLWRIGHT_DATA to the folder of the reference data")
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def draw(pairs: Pairs, each: int | None, seed: int = 0) -> Examples:
    """Some examples of every intent, always the same ones."""
    by: Examples = defaultdict(list)
    for sentence, intent in pairs:
        by[intent].append(sentence)
    chance = random.Random(seed)
    drawn = {}
    for intent in sorted(by):
        chance.shuffle(by[intent])
        drawn[intent] = by[intent][:each]
    return drawn


def matcher(examples: Examples, model: SentenceModel | None = None) -> Matcher:
    """The shipped matcher over these examples, reading by words or by a sentence model."""
    return Matcher({intent: Wish((), tuple(sentences)) for intent, sentences in examples.items()}, model)


def baseline(examples: Examples) -> Callable[[str], str]:
    """Plain TF-IDF: words only, the intent whose examples' middle is nearest."""
    bags = [(intent, Counter(normalise(sentence))) for intent, found in examples.items() for sentence in found]
    seen = Counter(word for _intent, bag in bags for word in bag)
    telling = {word: math.log((1 + len(bags)) / (1 + many)) + 1 for word, many in seen.items()}

    def weigh(bag: Counter[str]) -> dict[str, float]:
        made = {word: many * telling[word] for word, many in bag.items() if word in telling}
        length = math.sqrt(sum(weight * weight for weight in made.values())) or 1.0
        return {word: weight / length for word, weight in made.items()}

    middles: dict[str, Counter[str]] = {intent: Counter() for intent in examples}
    for intent, bag in bags:
        middles[intent].update(weigh(bag))
    lengths = {intent: math.sqrt(sum(w * w for w in middle.values())) for intent, middle in middles.items()}

    def nearest(sentence: str) -> str:
        said = weigh(Counter(normalise(sentence)))
        near = {i: sum(w * m[word] for word, w in said.items()) / lengths[i] for i, m in middles.items()}
        return max(near, key=lambda intent: near[intent])

    return nearest


def share(pairs: Pairs, guess: Callable[[str], str]) -> float:
    """Per cent that are right."""
    return 100 * sum(guess(sentence) == intent for sentence, intent in pairs) / len(pairs)


def taken(found: Matcher, pairs: Pairs) -> Counter[str]:
    """What the shipped threshold does with sentences: taken rightly or wrongly, asked back, let go."""
    counts: Counter[str] = Counter()
    for sentence, intent in pairs:
        meant = found.meant(sentence)
        if meant.sure >= THRESHOLD:
            counts["right" if meant.intent == intent else "wrong"] += 1
        elif meant.sure + meant.second_sure >= THRESHOLD:
            counts["asked right" if intent in {meant.intent, meant.second} else "asked wrong"] += 1
        else:
            counts["let go"] += 1
    return counts


def tell(title: str, counts: Counter[str]) -> None:
    """One line of shares."""
    whole = counts.total()
    parts = ", ".join(f"{name} {100 * counts[name] / whole:.1f} %" for name in sorted(counts))
    print(f"{title}: {parts}")


def not_listed(train: Pairs, test: Pairs, each: int | None) -> None:
    """Train on every other intent, and try the sentences of the others."""
    intents = sorted({intent for _sentence, intent in train})
    for half in (0, 1):
        listed = set(intents[half::2])
        found = matcher(draw([pair for pair in train if pair[1] in listed], each))
        title = f"{len(listed)} of {len(intents)} intents listed, {each or 'all'} examples each"
        tell(f"{title}; sentences of those", taken(found, [pair for pair in test if pair[1] in listed]))
        tell(f"{title}; sentences of the others", taken(found, [pair for pair in test if pair[1] not in listed]))


def with_a_model(train: Pairs, test: Pairs, sizes: Sequence[int | None]) -> float:
    """The user's sentence model, where there is one; returns the time a sentence took, in ms, or 0."""
    try:
        model = open_model(os.environ.get(VARIABLE, ""))
    except SentenceModelUnusable as unusable:
        print(f"sentence model: what it gets right is not measured ({unusable.problem.sentence()})")
        return time_of_a_model([sentence for sentence, _intent in test[::10]])
    slowest = 0.0
    for each in sizes:
        found = matcher(draw(train, each), model)
        model.embed.cache_clear()
        began = time.process_time()
        right = share(test, lambda sentence, found=found: found.meant(sentence).intent)
        slowest = max(slowest, 1000 * (time.process_time() - began) / len(test))
        print(f"sentence model, {each or 'all'} examples an intent: {right:.1f} % right, {slowest:.2f} ms a sentence")
        tell("  at the shipped threshold", taken(found, test))
    return slowest


def time_of_a_model(sentences: Sequence[str]) -> float:
    """How long an encoder of the usual size takes for a sentence, in ms; 0 where the extra is not installed."""
    try:
        from benchmarks.encoder import encoder
    except ImportError as error:
        print(f"sentence model: not timed ({error}); install callwright[steer] and onnx")
        return 0.0
    with tempfile.TemporaryDirectory() as folder:
        model = encoder(Path(folder), sentences)
        began = time.process_time()
        for sentence in sentences:
            model.embed(sentence)
        took = 1000 * (time.process_time() - began) / len(sentences)
    print(f"an encoder of the usual size with weights of chance: {took:.2f} ms a sentence (goal {GOAL_MS:g})")
    return took


def main(sizes: Sequence[int | None] = (5, 10, None)) -> int:
    """Measure, print, and say whether a sentence takes no longer than it may."""
    train, test = read("banking77_train.csv"), read("banking77_test.csv")
    figures: dict[int | None, tuple[float, float]] = {}
    slowest = 0.0
    for each in sizes:
        examples = draw(train, each)
        began = time.process_time()
        found = matcher(examples)
        learned = time.process_time() - began
        began = time.process_time()
        right = share(test, lambda sentence, found=found: found.meant(sentence).intent)
        took = 1000 * (time.process_time() - began) / len(test)
        slowest = max(slowest, took)
        figures[each] = (right, share(test, baseline(examples)))
        count = sum(map(len, examples.values()))
        print(
            f"{each or 'all'} examples an intent ({count}): {right:.1f} % right, plain TF-IDF {figures[each][1]:.1f} %;"
            f" learned in {learned:.1f} s, {took:.2f} ms a sentence"
        )
        tell("  at the shipped threshold", taken(found, test))
    for each in (10, None):
        not_listed(train, test, each)
    slowest = max(slowest, with_a_model(train, test, sizes))
    print(f"threshold {THRESHOLD:.2f}; longest {slowest:.2f} ms a sentence (goal {GOAL_MS:g})")
    print(f"accuracy_10 {figures[10][0]:.1f} baseline {figures[10][1]:.1f}")
    return 0 if slowest <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
