"""Where a review stands: the table of it. `python -m console.review.quality.states` prints it."""

from enum import StrEnum

from routing.state_table import StateTable


class ReviewState(StrEnum):
    """How far a review has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    DISCARDED = "discarded"


class ReviewEvent(StrEnum):
    """What can happen to it."""

    ANSWER = "answer"
    SUBMIT = "submit"
    DISCARD = "discard"
    TAKE_BACK = "take back"
    ACKNOWLEDGE = "acknowledge"


_S, _E = ReviewState, ReviewEvent

REVIEW_TABLE: StateTable[ReviewState, ReviewEvent] = StateTable(
    "review",
    _S.DRAFT,
    {
        (_S.DRAFT, _E.ANSWER): _S.DRAFT,
        (_S.DRAFT, _E.SUBMIT): _S.SUBMITTED,
        (_S.DRAFT, _E.DISCARD): _S.DISCARDED,
        (_S.SUBMITTED, _E.TAKE_BACK): _S.DRAFT,
        (_S.SUBMITTED, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    },
)

if __name__ == "__main__":
    print(REVIEW_TABLE.markdown())  # noqa: T201
