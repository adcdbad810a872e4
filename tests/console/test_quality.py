"""Reviews, coaching notes and calibrations through the app: each step, who may take it, and who sees what of it."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from console.review.quality.rows import CoachingNote, Review, ReviewAnswer
from foundation.audit import AuditRow
from ivr.holds import Hold
from tests.console.quality_house import CARD, answer_all, begun, hire, over, publish, reviewed


@pytest.fixture
def quality(house, story, tmp_path):
    """The house with a scorecard, and a call of Ada's that is over."""
    publish(house, tmp_path)
    over(house, story)
    return house


def stored(house, row, key):
    with house.services.db.begin() as session:
        return session.get(row, key)


def noted(house):
    with house.services.db.begin() as session:
        return [(row.who, row.what) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_a_review_begins_with_the_answers_that_give_themselves(quality, browser):
    """The greeting was heard at its second; there is no disposition; what nobody can know is left to the reviewer."""
    review_id = begun(browser(quality, "sue"))
    greeting = stored(quality, ReviewAnswer, (review_id, "greeting"))
    assert (greeting.answer, greeting.found, greeting.at_seconds) == ("yes", "yes", 1.0)
    assert stored(quality, ReviewAnswer, (review_id, "solved")).answer == "no"
    assert stored(quality, ReviewAnswer, (review_id, "listened")) is None


def test_a_hold_is_counted_from_what_the_desk_noted(quality, browser, tmp_path):
    """Seconds between hold and back, of this agent's part of the call."""
    card = CARD.replace("automatic: {disposition: [resolved]}", "automatic: {hold_below: 5s}")
    publish(quality, tmp_path, card)
    with quality.services.db.begin() as session:
        began = quality.clock.now()
        session.add(Hold(call_id="CW1", began_at=began, ended_at=None))
    found = stored(quality, ReviewAnswer, (begun(browser(quality, "sue")), "solved"))
    assert (found.answer, found.why) == ("no", "20 s on hold")


def test_begun_twice_it_is_the_same_draft(quality, browser):
    """Two clicks, one review."""
    sue = browser(quality, "sue")
    assert begun(sue) == begun(sue)


def test_a_whole_review_from_draft_to_the_agents_word(quality, browser):
    """Draft, submitted, acknowledged: the score is fixed when it is submitted, and each step is in the audit."""
    sue, ada = browser(quality, "sue"), browser(quality, "ada")
    review_id = begun(sue)
    assert ada.get(f"/quality/reviews/{review_id}").status_code == 404, "a draft is the reviewer's own"
    answer_all(sue, review_id)
    assert sue.post(f"/quality/reviews/{review_id}/submit", summary="Look again at billing").status_code == 200
    row = stored(quality, Review, review_id)
    assert (row.state, row.score, row.passed) == ("submitted", 70.0, False)
    page = ada.get(f"/quality/reviews/{review_id}")
    assert "Look again at billing" in page.text
    assert "I have read it" in page.text
    assert ada.post(f"/quality/reviews/{review_id}/acknowledge", reply="I shall").status_code == 200
    assert stored(quality, Review, review_id).reply == "I shall"
    assert noted(quality)[-3:] == [("sue", "review begun"), ("sue", "review submitted"), ("ada", "review acknowledged")]


def test_acknowledging_twice_keeps_the_first_word(quality, browser):
    ada, review_id = browser(quality, "ada"), reviewed(browser(quality, "sue"))
    ada.post(f"/quality/reviews/{review_id}/acknowledge", reply="first")
    ada.post(f"/quality/reviews/{review_id}/acknowledge", reply="second")
    assert stored(quality, Review, review_id).reply == "first"


def test_the_reviewer_may_say_otherwise_and_both_answers_are_kept(quality, browser):
    """A machine mishears: what it found stays beside what the reviewer says."""
    sue = browser(quality, "sue")
    review_id = begun(sue)
    answer_all(sue, review_id, solved="yes")
    row = stored(quality, ReviewAnswer, (review_id, "solved"))
    assert (row.found, row.answer) == ("no", "yes")
    assert "the reviewer says otherwise" in sue.get(f"/quality/reviews/{review_id}").text


def test_it_cannot_be_submitted_while_a_question_is_open(quality, browser):
    """The message names the first of them, and the draft stays."""
    sue = browser(quality, "sue")
    review_id = begun(sue)
    answer = sue.post(f"/quality/reviews/{review_id}/submit")
    assert answer.status_code == 409
    assert "2 questions without an answer" in answer.text
    assert "Was the caller identified?" in answer.text
    assert stored(quality, Review, review_id).state == "draft"


def test_the_critical_question_zeroes_what_the_agent_is_shown(quality, browser):
    review_id = reviewed(browser(quality, "sue"), identified="no", listened="yes")
    assert stored(quality, Review, review_id).score == 0
    assert "A critical question earned nothing" in browser(quality, "ada").get(f"/quality/reviews/{review_id}").text


def test_a_submitted_review_is_changed_only_after_it_was_taken_back(quality, browser):
    """And not any more once the agent has acknowledged it."""
    sue, ada = browser(quality, "sue"), browser(quality, "ada")
    review_id = reviewed(sue)
    form = {"question": "listened", "answer-listened": "yes"}
    assert sue.post(f"/quality/reviews/{review_id}/answer", **form).status_code == 409
    assert sue.post(f"/quality/reviews/{review_id}/take-back").status_code == 200
    assert ada.get(f"/quality/reviews/{review_id}").status_code == 404
    assert sue.post(f"/quality/reviews/{review_id}/answer", **form).status_code == 200
    sue.post(f"/quality/reviews/{review_id}/submit")
    assert stored(quality, Review, review_id).score == 90
    ada.post(f"/quality/reviews/{review_id}/acknowledge")
    assert sue.post(f"/quality/reviews/{review_id}/take-back").status_code == 409


def test_a_review_goes_on_with_the_scorecard_on_which_it_began(quality, browser, tmp_path):
    """Who changes a question does not change what was answered."""
    sue = browser(quality, "sue")
    review_id = begun(sue)
    publish(quality, tmp_path, CARD.replace("Did the agent listen?", "Was the agent all ears?"))
    assert "Did the agent listen?" in sue.get(f"/quality/reviews/{review_id}").text
    answer_all(sue, review_id)
    assert sue.post(f"/quality/reviews/{review_id}/submit").status_code == 200


@pytest.mark.parametrize("status", ["in-progress", "ringing"])
def test_a_call_that_is_still_on_is_not_reviewed(quality, browser, story, status):
    story.call("CW2", status=status, agent_id="ada")
    answer = browser(quality, "sue").post("/quality/reviews", call="CW2", agent="ada", scorecard="service")
    assert (answer.status_code, "still on" in answer.text) == (409, True)


def test_an_agent_who_was_not_on_the_call_is_not_reviewed_for_it(quality, browser):
    answer = browser(quality, "sue").post("/quality/reviews", call="CW1", agent="ben", scorecard="service")
    assert answer.status_code == 409


@pytest.mark.promise(26)
def test_what_is_anothers_does_not_exist_for_an_agent(quality, browser):
    """Another agent's review, note and their orders answer as if there were none: ids cannot be tried."""
    sue, ben = browser(quality, "sue"), browser(quality, "ben")
    review_id = reviewed(sue)
    sue.post("/quality/notes", call="CW1", agent="ada", at="0:06", text="Breathe")
    with quality.services.db.begin() as session:
        note_id = session.scalar(select(CoachingNote.id))
    assert ben.get(f"/quality/reviews/{review_id}").status_code == 404
    assert ben.post(f"/quality/reviews/{review_id}/acknowledge", reply="mine").status_code == 404
    assert ben.post(f"/quality/notes/{note_id}/read").status_code == 404
    assert "Breathe" not in ben.get("/quality/mine").text
    assert stored(quality, CoachingNote, note_id).read_at is None
    for path in ("/quality", "/quality/export.csv", "/quality/calibrations/QC1"):
        assert browser(quality, "ada").get(path).status_code == 403, path


@pytest.mark.promise(26)
def test_a_review_is_changed_by_nobody_but_its_reviewer(quality, browser):
    """Not even by an administrator: a score has one author."""
    review_id = begun(browser(quality, "sue"))
    root = browser(quality, "root")
    form = {"question": "listened", "answer-listened": "yes"}
    assert root.get(f"/quality/reviews/{review_id}").status_code == 404
    for order in ("answer", "submit", "take-back", "discard"):
        assert root.post(f"/quality/reviews/{review_id}/{order}", **form).status_code == 404, order


def test_nobody_reviews_their_own_calls(quality, browser):
    """A supervisor who takes calls asks another one."""
    with quality.services.db.begin() as session:
        from console.auth.people import find_person

        find_person(session, "root").agent_id = "ada"
    answer = browser(quality, "root").post("/quality/reviews", call="CW1", agent="ada", scorecard="service")
    assert (answer.status_code, "own calls" in answer.text) == (409, True)


def test_a_discarded_draft_is_on_no_page(quality, browser):
    sue = browser(quality, "sue")
    review_id = begun(sue)
    assert sue.post(f"/quality/reviews/{review_id}/discard").status_code == 200
    assert sue.get(f"/quality/reviews/{review_id}").status_code == 404
    assert review_id not in sue.get("/quality").text
    assert begun(sue) != review_id


def test_a_note_comes_to_the_agent_at_its_moment_until_it_is_read(quality, browser):
    """In the bar, in the inbox, and on the call's page; the link opens the call at that second."""
    sue, ada = browser(quality, "sue"), browser(quality, "ada")
    answer = sue.post("/quality/notes", call="CW1", agent="ada", at="0:06", text="  A fine pause here.  ")
    assert "A fine pause here." in answer.text
    inbox = ada.get("/quality/mine").text
    assert "A fine pause here." in inbox
    assert "/calls/CW1?at=6.0" in inbox
    assert '1<span class="unseen"> new</span>' in ada.get("/desk").text
    assert "A fine pause here." in ada.get("/calls/CW1").text
    with quality.services.db.begin() as session:
        note_id = session.scalar(select(CoachingNote.id))
    ada.post(f"/quality/notes/{note_id}/read")
    assert '<span class="unseen"> new</span>' not in ada.get("/desk").text
    assert noted(quality)[-2:] == [("sue", "coaching note written"), ("ada", "coaching note read")]


def test_the_desk_hears_of_a_note_at_once(quality, browser):
    """The page of an agent who waits is told through its stream, and then shows a way to it."""
    assert "for you" not in browser(quality, "ada").get("/desk/panel").text
    browser(quality, "sue").post("/quality/notes", call="CW1", agent="ada", at="6", text="Well said")
    items = quality.live.read({"agent:ada": "0"}, limit=50)
    assert ("changed", {}) in [(item.kind, item.data) for item in items]
    assert "1 new review or note for you" in browser(quality, "ada").get("/desk/panel").text


@pytest.mark.parametrize(
    ("at", "status"),
    [("1:13", 200), ("73", 200), ("1:01:13", 200), ("", 400), ("soon", 400), ("-5", 400), ("1:2:3:4", 400)],
)
def test_a_moment_is_written_as_people_write_it(quality, browser, at, status):
    assert (
        browser(quality, "sue").post("/quality/notes", call="CW1", agent="ada", at=at, text="x").status_code == status
    )


def test_a_note_without_words_and_the_same_note_twice(quality, browser):
    """One is refused, of the other there is one."""
    sue = browser(quality, "sue")
    assert sue.post("/quality/notes", call="CW1", agent="ada", at="6", text="  ").status_code == 409
    for _ in range(2):
        sue.post("/quality/notes", call="CW1", agent="ada", at="6", text="Well said")
    with quality.services.db.begin() as session:
        assert len(session.scalars(select(CoachingNote)).all()) == 1


def test_a_withdrawn_note_is_gone_from_every_page_and_only_its_author_withdraws_it(quality, browser):
    sue, root, ada = browser(quality, "sue"), browser(quality, "root"), browser(quality, "ada")
    sue.post("/quality/notes", call="CW1", agent="ada", at="6", text="Too harsh")
    with quality.services.db.begin() as session:
        note_id = session.scalar(select(CoachingNote.id))
    assert root.post(f"/quality/notes/{note_id}/withdraw").status_code == 404
    assert "Too harsh" not in sue.post(f"/quality/notes/{note_id}/withdraw").text
    assert "Too harsh" not in ada.get("/quality/mine").text
    assert "Too harsh" not in ada.get("/calls/CW1").text
    assert ada.post(f"/quality/notes/{note_id}/read").status_code == 404


@pytest.fixture
def calibration(quality, browser):
    """A calibration of three, compared with Eve; nobody has scored yet. Its address."""
    hire(quality, "eve", "Eve Expert")
    sue = browser(quality, "sue")
    form = {"call": "CW1", "agent": "ada", "scorecard": "service", "expert": "eve", "reviewer": ["sue", "root"]}
    answer = sue.post("/quality/calibrations", **form)
    assert answer.status_code == 200, answer.text
    return answer.headers["HX-Redirect"]


def scored(person, calibration, **answers):
    """One reviewer's score for the calibration, submitted; its id."""
    review_id = person.post(f"{calibration}/score").headers["HX-Redirect"].rsplit("/", 1)[1]
    answer_all(person, review_id, **answers)
    assert person.post(f"/quality/reviews/{review_id}/submit").status_code == 200
    return review_id


def test_reviewers_of_a_calibration_see_nothing_of_each_other_before_it_is_closed(quality, browser, calibration):
    """Neither the review, nor a score, nor an answer; then all of it, side by side."""
    sue, root, eve = (browser(quality, login) for login in ("sue", "root", "eve"))
    first = scored(sue, calibration, listened="no")
    second = scored(root, calibration, listened="yes")
    assert root.get(f"/quality/reviews/{first}").status_code == 404
    assert "partly" not in root.get(calibration).text
    assert "1 of 3 ready" not in eve.get("/quality").text
    assert "2 of 3 ready" in eve.get("/quality").text
    third = scored(eve, calibration, listened="yes")
    assert sue.post(f"{calibration}/close").status_code == 200
    compared = sue.get(calibration).text
    assert "Fleiss’ kappa" in compared
    assert "50 %" in compared, "one of two agrees with the expert on listening"
    for review_id in (first, second, third):
        assert eve.get(f"/quality/reviews/{review_id}").status_code == 200


def test_a_calibration_is_nothing_that_the_agent_hears_of(quality, browser, calibration):
    """Scores of a calibration are about the reviewers."""
    review_id = scored(browser(quality, "sue"), calibration)
    ada = browser(quality, "ada")
    assert ada.get(f"/quality/reviews/{review_id}").status_code == 404
    assert "None of your calls was reviewed yet" in ada.get("/quality/mine").text
    assert ada.post(f"/quality/reviews/{review_id}/acknowledge").status_code == 404
    assert browser(quality, "sue").get("/quality/export.jsonl").text == ""


def test_a_closed_calibration_stays_as_it_is(quality, browser, calibration):
    sue, root = browser(quality, "sue"), browser(quality, "root")
    review_id = scored(sue, calibration)
    assert sue.post(f"{calibration}/close").status_code == 409, "one alone is nothing to compare"
    scored(root, calibration)
    sue.post(f"{calibration}/close")
    assert sue.post(f"/quality/reviews/{review_id}/take-back").status_code == 409
    assert browser(quality, "eve").post(f"{calibration}/score").status_code == 409


def test_only_who_was_asked_scores_a_calibration(quality, browser, calibration):
    hire(quality, "max", "Max Other")
    assert browser(quality, "max").post(f"{calibration}/score").status_code == 404


@pytest.mark.parametrize(
    ("reviewers", "expert"), [(["sue"], ""), ([], "eve"), (["sue", "ada"], ""), (["sue", "nobody"], "")], ids=str
)
def test_a_calibration_needs_two_who_may_review(quality, browser, reviewers, expert):
    hire(quality, "eve", "Eve Expert")
    form = {"call": "CW1", "agent": "ada", "scorecard": "service", "expert": expert, "reviewer": reviewers}
    assert browser(quality, "sue").post("/quality/calibrations", **form).status_code == 409


def test_reviews_are_exported_with_every_answer_and_no_formula(quality, browser):
    """What a reviewer wrote is text in every spreadsheet; the caller's number and name are not in it."""
    sue = browser(quality, "sue")
    review_id = begun(sue)
    answer_all(sue, review_id)
    form = {"question": "listened", "answer-listened": "partly", "comment-listened": '=HYPERLINK("http://x")'}
    sue.post(f"/quality/reviews/{review_id}/answer", **form)
    sue.post(f"/quality/reviews/{review_id}/submit", summary="+1")
    answer = sue.get("/quality/export.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["question"], row["answer"], row["found"]) for row in rows] == [
        ("greeting", "yes", "yes"), ("identified", "yes", ""), ("listened", "partly", ""), ("solved", "no", "no"),
    ]  # fmt: skip
    assert rows[2]["comment"].startswith("'=")
    assert rows[0]["summary"] == "'+1"
    assert rows[0]["score"] == "70.0"
    assert "attachment" in answer.headers["Content-Disposition"]
    line = json.loads(sue.get("/quality/export.jsonl?agent=ada&scorecard=service").text)
    assert (line["agent"], line["passed"], len(line["answers"])) == ("ada", False, 4)
    assert "Grace" not in answer.text + json.dumps(line)
    assert sue.get("/quality/export.jsonl?agent=ben").text == ""
    assert noted(quality)[-1] == ("sue", "reviews exported")


def test_the_overview_takes_an_agents_reviews_together(quality, browser, story):
    over(quality, story, "CW2", "ada")
    sue = browser(quality, "sue")
    reviewed(sue, "CW1", listened="yes")
    reviewed(sue, "CW2", listened="no")
    page = sue.get("/quality").text
    assert "<b>70</b>" in page, "the mean of 90 and 50"
    assert "50 %" in page, "one of two reached the mark"
    assert "No review matches" in sue.get("/quality?agent=ben").text


def test_empty_pages_say_what_to_do(house, browser, story):
    """Without a scorecard, without reviews, without notes."""
    over(house, story)
    sue = browser(house, "sue")
    assert "The site has no scorecard" in sue.get("/calls/CW1").text
    assert "No reviews yet" in sue.get("/quality").text
    assert "No notes yet" in browser(house, "ada").get("/quality/mine").text
