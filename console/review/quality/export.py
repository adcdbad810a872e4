"""The place where reviews leave the house: a line an answer as CSV, a line a review as JSONL. Each taking is noted.

No caller's name, number or words are in it but what reviewers wrote; cells cannot become formulas.
"""

import json
from collections.abc import Iterator

from flask import Response, abort, request
from flask_login import current_user
from sqlalchemy.orm import Session

from console.here import services
from console.looking import looking
from console.review.quality.reading import card_of, read_reviews, submitted_of
from console.review.quality.reviewing import answers_of
from console.review.quality.shown import ReviewShown
from console.review.quality.viewing import viewer
from console.review.quality.views import blueprint
from console.review.quality.wanted import read_wanted
from foundation.audit import record_access
from foundation.spreadsheet import csv_text

__all__ = ["blueprint"]

REVIEW_COLUMNS = (
    *("review", "call", "call_at", "agent", "reviewer", "scorecard", "site_version", "state"),
    *("score", "passed", "submitted_at", "acknowledged_at", "summary", "reply"),
)
ANSWER_COLUMNS = ("section", "question", "weight", "answer", "found", "comment")


@blueprint.get("/export.<kind>")
def export(kind: str) -> Response:
    """The submitted reviews of a filter, `csv` or `jsonl`."""
    if kind not in {"csv", "jsonl"}:
        abort(404)
    here, wanted = services(), read_wanted(request.args)
    is_csv = kind == "csv"
    with here.db.begin() as session:
        record_access(session, who=current_user.login, what="reviews exported", subject=kind, at=here.clock.now())
    with looking(here.db) as session:
        reviews = read_reviews(session, here, viewer(), submitted_of(wanted), most=None)
        text = _csv(session, reviews) if is_csv else _jsonl(session, reviews)
    answer = Response(text, mimetype="text/csv" if is_csv else "application/jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="reviews.{kind}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _csv(session: Session, reviews: list[ReviewShown]) -> str:
    rows = ([*_review(one).values(), *found.values()] for one in reviews for found in _answers(session, one))
    return csv_text([*REVIEW_COLUMNS, *ANSWER_COLUMNS], rows)


def _jsonl(session: Session, reviews: list[ReviewShown]) -> str:
    lines = ({**_review(one), "answers": list(_answers(session, one))} for one in reviews)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _review(one: ReviewShown) -> dict[str, object]:
    row = one.row
    return dict(
        zip(
            REVIEW_COLUMNS,
            (
                *(row.id, row.call_id, one.call_at.isoformat(), row.agent_id, row.reviewer, row.scorecard),
                *(row.site_version, row.state, row.score, row.passed),
                row.submitted_at.isoformat() if row.submitted_at else None,
                row.acknowledged_at.isoformat() if row.acknowledged_at else None,
                *(row.summary, row.reply),
            ),
            strict=True,
        )
    )


def _answers(session: Session, one: ReviewShown) -> Iterator[dict[str, object]]:
    given = answers_of(session, one.row.id)
    for section in card_of(services(), one.row.site_version, one.row.scorecard).sections:
        for question in section.questions:
            row = given.get(question.question)
            yield {
                "section": section.section,
                "question": str(question.question),
                "weight": question.weight,
                "answer": row.answer if row else "",
                "found": row.found if row else "",
                "comment": row.comment if row else "",
            }
