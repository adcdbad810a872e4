"""How far several reviewers of one call agree: per question a share of pairs, over all questions a kappa. Pure.

Answers are categories without an order. Sources of the formulas:
- Cohen's kappa, two reviewers: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
  Measurement 20 (1960), 37-46: (p_o - p_e) / (1 - p_e), p_e from each reviewer's own shares.
- Fleiss' kappa, three and more: J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological
  Bulletin 76 (1971), 378-382: the same with the mean share of agreeing pairs P and the shares of all answers together.
  The share of agreeing pairs of one question is his P_i.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from console.review.quality.scoring import Answers

PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class QuestionAgreement:
    """One question: who answered what, the share of pairs that agree, and of reviewers that agree with the expert."""

    question: str
    answers: Mapping[str, str]
    pairs: float | None
    with_expert: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A whole calibration. `kappa` is None where it is not defined: one reviewer, or one answer everywhere."""

    questions: tuple[QuestionAgreement, ...]
    pairs: float | None
    with_expert: float | None
    kappa: float | None
    formula: str
    """`Cohen` or `Fleiss`; empty without a kappa."""


def agreement(questions: Sequence[str], reviewers: Mapping[str, Answers], *, expert: str = "") -> Agreement:
    """Compare what several reviewers answered, with each other and, where there is one among them, with the expert."""
    looked_at = tuple(_question(name, reviewers, expert) for name in questions)
    shared = [name for name in questions if reviewers and all(name in given for given in reviewers.values())]
    table = [[given[name] for given in reviewers.values()] for name in shared]
    found, formula = kappa_of(table)
    return Agreement(
        questions=looked_at,
        pairs=_mean([one.pairs for one in looked_at]),
        with_expert=_mean([one.with_expert for one in looked_at]),
        kappa=found,
        formula=formula if found is not None else "",
    )


def kappa_of(table: Sequence[Sequence[str]]) -> tuple[float | None, str]:
    """The kappa of rows of answers, a column a reviewer, and whose it is."""
    if not table or len(table[0]) < PAIR:
        return None, ""
    if len(table[0]) == PAIR:
        return cohen([(row[0], row[1]) for row in table]), "Cohen"
    return fleiss([Counter(row) for row in table]), "Fleiss"


def cohen(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two reviewers' answers, a pair a question; None where chance alone would always agree."""
    count = len(pairs)
    ones, others = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    observed = Fraction(sum(one == other for one, other in pairs), count)
    expected = sum((Fraction(ones[answer] * others[answer], count * count) for answer in ones), Fraction(0))
    return _kappa(observed, expected)


def fleiss(rows: Sequence[Mapping[str, int]]) -> float | None:
    """Fleiss' kappa: a row a question, in it how many reviewers gave each answer, as many in every row."""
    raters = sum(rows[0].values())
    each = [Fraction(sum(n * (n - 1) for n in row.values()), raters * (raters - 1)) for row in rows]
    totals: Counter[str] = Counter()
    for row in rows:
        totals.update(row)
    expected = sum((Fraction(n, raters * len(rows)) ** 2 for n in totals.values()), Fraction(0))
    return _kappa(sum(each, Fraction(0)) / len(rows), expected)


def _kappa(observed: Fraction, expected: Fraction) -> float | None:
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def _question(name: str, reviewers: Mapping[str, Answers], expert: str) -> QuestionAgreement:
    given = {who: answers[name] for who, answers in reviewers.items() if name in answers}
    pairs = [one == other for one, other in combinations(given.values(), 2)]
    beside = [answer == given[expert] for who, answer in given.items() if who != expert] if expert in given else []
    return QuestionAgreement(
        question=name,
        answers=given,
        pairs=sum(pairs) / len(pairs) if pairs else None,
        with_expert=sum(beside) / len(beside) if beside else None,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
