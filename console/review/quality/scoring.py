"""The score of a call: answers by question and a scorecard in, points of a hundred out. Pure.

Source of the formula: none is standard; this is the usual weighed mean of quality monitoring. Over the questions that
apply, score = 100 × Σ weight × share / Σ weight, so that the weight of what does not apply goes to the others in
proportion; 0 when a critical question earns nothing; None when no question with a weight applies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from call_flows.scorecards import NOT_APPLICABLE, Question, Scorecard
from foundation.errors import CallwrightError, Problem

Answers = Mapping[str, str]
"""Question to answer; what is not answered yet is not in it."""


class AnswerRefused(CallwrightError):
    """The scorecard has no such question, or the question no such answer: choose one of those it has."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers so far make. `points` and the sections' points are 0 to 100, None where nothing applies."""

    points: float | None
    sections: tuple[tuple[str, float | None], ...]
    failed: tuple[str, ...]
    """Critical questions that earned nothing: each makes the whole score 0."""
    unanswered: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question has an answer."""
        return not self.unanswered


def score(card: Scorecard, answers: Answers) -> Score:
    """The score of these answers. Raises AnswerRefused for an answer that the scorecard does not have."""
    for name, answer in answers.items():
        check_answer(card, name, answer)
    failed = tuple(
        str(one.question)
        for one in card.questions()
        if one.critical and answers.get(one.question) in one.choices and float(one.choices[answers[one.question]]) == 0
    )
    return Score(
        points=0.0 if failed else _points(card.questions(), answers),
        sections=tuple((section.section, _points(section.questions, answers)) for section in card.sections),
        failed=failed,
        unanswered=tuple(str(one.question) for one in card.questions() if one.question not in answers),
    )


def check_answer(card: Scorecard, name: str, answer: str) -> Question:
    """The question of an answer that is possible. Raises AnswerRefused for any other."""
    question = card.question(name)
    if question is None:
        raise AnswerRefused(
            Problem("no_question", f"This scorecard has no question “{name[:64]}”.", todo="Reload the page.")
        )
    if answer not in question.choices and not (answer == NOT_APPLICABLE and question.may_not_apply):
        possible = ", ".join([*question.choices, *([NOT_APPLICABLE] if question.may_not_apply else [])])
        what = f"“{answer[:40]}” is no answer to this question."
        raise AnswerRefused(Problem("no_answer", what, where=name, todo=f"Choose one of: {possible}."))
    return question


def passes(card: Scorecard, points: float | None) -> bool | None:
    """Whether the score is good enough; None where there is none."""
    return None if points is None else points >= float(card.pass_mark) * 100 - 1e-9


def _points(questions: Iterable[Question], answers: Answers) -> float | None:
    earned = weights = Fraction(0)
    for one in questions:
        answer = answers.get(one.question)
        if answer is None or answer == NOT_APPLICABLE:
            continue
        weights += one.weight
        earned += one.weight * Fraction(str(float(one.choices[answer])))
    return float(round(100 * earned / weights, 6)) if weights else None
