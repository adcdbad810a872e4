"""How well redaction does on spoken forms: of each kind, how many are taken out whole, and how much else is."""

from collections import Counter
from dataclasses import dataclass, field

from ivr.redaction_words import lexicon_of
from tests.transcription.spoken_forms import Form
from transcription.redact.find import asked_by, find


@dataclass
class Measure:
    """Counts by kind: `wanted` forms, `taken` out whole; `right` spans, `wrong` ones."""

    wanted: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    false: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of all values, those of which no word can be read any more."""
        return self.taken.total() / self.wanted.total()

    @property
    def precision(self) -> float:
        """Of all spans, those that are what they are said to be."""
        return self.right.total() / (self.right.total() + self.wrong.total())


def measure(forms: list[Form]) -> Measure:
    """Redaction against what is known of the forms."""
    made = Measure()
    for form in forms:
        lexicon = lexicon_of(form.language)
        words = form.words_of("caller")
        spans = find(words, lexicon, asked=asked_by(form.words_of("agent"), lexicon))
        hidden = {place for span in spans for place in range(span.first, span.last + 1)}
        said = " ".join(word.text for word in words)
        if form.kind:
            made.wanted[form.kind] += 1
            if form.truth <= hidden:
                made.taken[form.kind] += 1
            else:
                made.missed.append(
                    (form.kind, f"{said} | {' '.join(w.text for w in form.words_of('agent'))} | {spans}")
                )
        for span in spans:
            own = form.truth & set(range(span.first, span.last + 1))
            if own and span.kind == form.kind:
                made.right[span.kind] += 1
            else:
                made.wrong[span.kind] += 1
                made.false.append((f"{form.kind}->{span.kind}", f"{said} | {span}"))
    return made
