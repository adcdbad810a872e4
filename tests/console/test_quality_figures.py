"""Scores, automatic answers and agreement: pure figures, against worked examples and laws."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call_flows.scorecards import NOT_APPLICABLE, Scorecard
from console.review.quality.agreement import agreement, cohen, fleiss
from console.review.quality.automatic import CallFacts, answer_by_itself
from console.review.quality.scoring import AnswerRefused, passes, score
from console.review.quality.states import REVIEW_TABLE, ReviewState
from transcription.query import words_of
from transcription.understanding.turns import Conversation, Span, Turn

ROOT = Path(__file__).resolve().parents[2]


def card(*questions, **also):
    """A scorecard of one section a question."""
    sections = [{"section": one["question"], "questions": [{"ask": "?", **one}]} for one in questions]
    return Scorecard.model_validate({"scorecard": "service", "sections": sections, **also})


GREETING = {"question": "greeting", "weight": 20}
IDENTIFIED = {"question": "identified", "weight": 30, "critical": True, "may_not_apply": True}
LISTENED = {"question": "listened", "weight": 50, "answers": {"no": "0%", "partly": "50%", "yes": "100%"}}
CARD = card(GREETING, IDENTIFIED, LISTENED)


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({"greeting": "yes", "identified": "yes", "listened": "yes"}, 100),
        ({"greeting": "no", "identified": "yes", "listened": "yes"}, 80),
        ({"greeting": "yes", "identified": "yes", "listened": "partly"}, 75),
        ({"greeting": "no", "identified": "n/a", "listened": "yes"}, 71.428571),
        ({"greeting": "yes", "identified": "no", "listened": "yes"}, 0),
        ({"greeting": "yes"}, 100),
        ({}, None),
        ({"identified": "n/a"}, None),
    ],
    ids=["all", "one lost", "a half", "not applicable", "critical", "so far", "nothing", "nothing that counts"],
)
def test_a_score_is_the_weighed_mean_of_what_applies(answers, points):
    """Worked by hand: 50 of the 70 points that are left when 30 do not apply are 71.43."""
    assert score(CARD, answers).points == points


def test_a_score_says_what_is_missing_and_which_critical_question_was_failed():
    found = score(CARD, {"identified": "no", "listened": "partly"})
    assert (found.failed, found.unanswered, found.is_complete) == (("identified",), ("greeting",), False)
    assert dict(found.sections) == {"greeting": None, "identified": 0.0, "listened": 50.0}


@pytest.mark.parametrize(
    "answers", [{"greeting": "n/a"}, {"greeting": "maybe"}, {"nobody": "yes"}, {"listened": "Yes"}], ids=str
)
def test_an_answer_that_the_scorecard_does_not_have_is_refused(answers):
    """Each message names what may be answered instead."""
    with pytest.raises(AnswerRefused):
        score(CARD, answers)


def test_the_mark_is_reached_by_a_score_that_equals_it():
    assert passes(CARD, 80.0) is True
    assert passes(CARD, 79.999) is False
    assert passes(CARD, None) is None


@st.composite
def answered(draw):
    """A scorecard of any weights that make 100, and an answer to every question."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=6)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    asked = [{"question": f"q{n}", "weight": weight, "may_not_apply": True} for n, weight in enumerate(weights)]
    for one in asked:
        one["critical"] = draw(st.booleans())
    answers = {one["question"]: draw(st.sampled_from(["yes", "no", "n/a"])) for one in asked}
    return asked, answers


@given(answered())
def test_what_does_not_apply_is_as_if_it_were_not_asked(made):
    """The law behind the re-weighing: a scorecard without those questions gives the same score."""
    asked, answers = made
    found = score(card(*asked), answers)
    applies = [one for one in asked if answers[one["question"]] != NOT_APPLICABLE]
    assert found.points is None or 0 <= found.points <= 100
    if applies:
        assert (
            score(card(*applies), {one["question"]: answers[one["question"]] for one in applies}).points == found.points
        )
    if any(one["critical"] and answers[one["question"]] == "no" for one in asked):
        assert found.points == 0


def said(*turns, holds=(), hold_seconds=0.0, disposition=""):
    """A conversation of (second, speaker, text); each turn lasts a second."""
    made = tuple(
        Turn(who, round(at * 1000), round(at * 1000) + 1000, text, tuple(words_of(text))) for at, who, text in turns
    )
    return CallFacts(Conversation(made, holds=holds), hold_seconds, disposition)


TALK = (
    (10, "agent", "Welcome to north"),
    (11, "agent", "wind bank, this is Ana"),
    (13, "caller", "my card is lost"),
    (20, "agent", "That is not my fault."),
    (40, "agent", "Anything else? Good-bye."),
)


@pytest.mark.parametrize(
    ("automatic", "facts", "found"),
    [
        ({"said": ["northwind bank"], "within": "15s"}, said(*TALK), ("yes", "heard “northwind bank”", 10.0)),
        ({"said": ["northwind bank"], "at_end": "10s"}, said(*TALK), ("no", "not heard", None)),
        ({"said": ["good bye"], "at_end": "5s"}, said(*TALK), ("yes", "heard “good bye”", 40.0)),
        ({"said": ["good bye"], "within": "15s"}, said(*TALK), ("no", "not heard", None)),
        ({"said": ["wind"]}, said((0, "agent", "northwind")), ("no", "not heard", None)),
        ({"said": ["card"]}, said(*TALK), ("no", "not heard", None)),
        ({"said": ["lost"], "by": "caller"}, said(*TALK), ("yes", "heard “lost”", 13.0)),
        ({"never_said": ["not my fault"]}, said(*TALK), ("no", "heard “not my fault”", 20.0)),
        ({"never_said": ["they always"]}, said(*TALK), ("yes", "not heard", None)),
        ({"said": ["hello"]}, said((1, "caller", "hello")), None),
        ({"never_said": ["hello"]}, said(), None),
        ({"silence_below": "50%"}, said(*TALK), ("no", "81 % silence", None)),
        ({"silence_below": "90%"}, said(*TALK), ("yes", "81 % silence", None)),
        (
            {"silence_below": "50%"},
            said(*TALK, holds=(Span(21_000, 40_000),)),
            ("yes", "19 % silence", None),
        ),
        ({"silence_below": "50%"}, said(), None),
        ({"hold_below": "30s"}, said(hold_seconds=29.0), ("yes", "29 s on hold", None)),
        ({"hold_below": "30s"}, said(hold_seconds=30.0), ("no", "30 s on hold", None)),
        ({"hold_below": "30s"}, said(hold_seconds=None), None),
        ({"disposition": ["resolved"]}, said(disposition="resolved"), ("yes", "closed as resolved", None)),
        ({"disposition": ["resolved"]}, said(disposition="follow up"), ("no", "closed as follow up", None)),
        ({"disposition": ["resolved"]}, said(), ("no", "closed without a disposition", None)),
    ],
)
def test_a_question_answers_itself(automatic, facts, found):
    """With why, and where; and not at all where the facts do not tell: silence of a transcript proves nothing."""
    one = card({"question": "q", "weight": 100, "automatic": automatic})
    answers = [(a.answer, a.why, a.at_seconds) for a in answer_by_itself(one, facts)]
    assert answers == ([found] if found else [])


def test_cohens_kappa_of_a_worked_example():
    """50 grants, two readers: both yes 20, both no 15, 5 and 10 apart: p_o 0.7, p_e 0.5, kappa 0.4."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert cohen(pairs) == pytest.approx(0.4)


FLEISS_1971 = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def test_fleiss_kappa_of_a_worked_example():
    """Ten subjects, fourteen raters, five categories: P 0.378, P_e 0.213, kappa 0.210."""
    rows = [Counter(dict(zip("abcde", row, strict=True))) for row in FLEISS_1971]
    assert fleiss(rows) == pytest.approx(0.210, abs=0.0005)


def test_complete_agreement_is_one_and_one_answer_everywhere_has_no_kappa():
    """Where chance alone would always agree, agreement says nothing."""
    assert cohen([("yes", "yes"), ("no", "no")]) == 1
    assert cohen([("yes", "yes"), ("yes", "yes")]) is None
    assert fleiss([Counter(yes=3), Counter(no=3)]) == 1
    assert fleiss([Counter(yes=3)]) is None


def test_three_reviewers_are_compared_with_each_other_and_with_the_expert():
    """Per question the share of agreeing pairs: of three, all, one pair, or none."""
    given_by = {
        "ann": {"a": "yes", "b": "yes", "c": "yes"},
        "bob": {"a": "yes", "b": "no", "c": "no"},
        "eve": {"a": "yes", "b": "yes", "c": "n/a"},
    }
    found = agreement(["a", "b", "c"], given_by, expert="eve")
    assert [round(one.pairs, 2) for one in found.questions] == [1, 0.33, 0]
    assert [one.with_expert for one in found.questions] == [1, 0.5, 0]
    assert (found.formula, round(found.pairs, 3), found.with_expert) == ("Fleiss", 0.444, 0.5)


def test_one_reviewer_alone_agrees_with_nobody():
    found = agreement(["a"], {"ann": {"a": "yes"}})
    assert (found.kappa, found.formula, found.pairs, found.with_expert) == (None, "", None, None)


@given(st.lists(st.tuples(*[st.sampled_from(["yes", "no", "n/a"])] * 2), min_size=1, max_size=30))
def test_kappa_does_not_mind_who_is_first_and_stays_within_its_bounds(pairs):
    found = cohen(pairs)
    assert found == cohen([(b, a) for a, b in pairs])
    assert found is None or -1 <= found <= 1


def test_the_table_of_a_review_is_printed_in_the_docs():
    """What has no row is refused; docs/quality.md shows the rows."""
    assert REVIEW_TABLE.is_final(ReviewState.ACKNOWLEDGED)
    assert REVIEW_TABLE.is_final(ReviewState.DISCARDED)
    assert REVIEW_TABLE.markdown().strip() in (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
