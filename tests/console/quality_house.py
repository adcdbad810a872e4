"""A house with a scorecard, and calls that are over: what the tests of quality stand on."""

import shutil
from datetime import timedelta
from pathlib import Path

from call_flows.loader import load_site
from console.auth.people import Newcomer, Role, add_person
from transcription.store import add_segments
from transcription.stream import Final

SITE = Path(__file__).parents[1] / "ivr" / "site"
CARD = """\
scorecard: service
title: Good service
pass_mark: 80%
sections:
  - section: Opening
    questions:
      - {question: greeting, ask: Did the agent greet?, weight: 20, automatic: {said: [good morning], within: 10s}}
      - {question: identified, ask: Was the caller identified?, weight: 30, critical: true, may_not_apply: true}
  - section: Talk
    questions:
      - {question: listened, ask: Did the agent listen?, weight: 40, answers: {no: 0%, partly: 50%, yes: 100%}}
      - {question: solved, ask: Was it solved?, weight: 10, automatic: {disposition: [resolved]}}
"""
ANSWERS = {"identified": "yes", "listened": "partly"}
"""What the reviewer still has to answer; the other two answer themselves."""


def publish(house, tmp_path, card=CARD):
    """The site with its scorecard is what runs."""
    folder = tmp_path / "quality_site"
    if not folder.exists():
        shutil.copytree(SITE, folder)
    (folder / "scorecards").mkdir(exist_ok=True)
    (folder / "scorecards" / "service.yaml").write_text(card, encoding="utf-8")
    house.services.shelf.publish(load_site(folder), folder)


def over(house, story, call_id="CW1", agent_id="ada"):
    """A call that is over: twenty seconds, with words of both."""
    now = house.clock.now()
    story.call(call_id, status="completed", answered_at=now, ended_at=now + timedelta(seconds=20), agent_id=agent_id)
    with house.services.db.begin() as session:
        for seq, (speaker, at, text) in enumerate(
            (
                ("agent", 1000, "good morning this is ada"),
                ("caller", 3000, "i have a question about a charge"),
                ("agent", 6000, "let me look at that"),
                ("agent", 15000, "it is taken off"),
            )
        ):
            final = Final(seq=seq, text=text, start_ms=at, end_ms=at + 1500, words=(), confidence=0.9)
            add_segments(session, [final], call_id=call_id, speaker=speaker, model="m")
    return call_id


def hire(house, login, name, role=Role.SUPERVISOR):
    """One more person who may review."""
    here = house.services
    with here.db.begin() as session:
        add_person(
            session,
            Newcomer(login, name, role),
            "a long enough sentence",
            clock=here.clock,
            ids=here.ids,
            passwords=here.passwords,
        )


def begun(person, call_id="CW1", agent_id="ada"):
    """Begin a review; its id."""
    answer = person.post("/quality/reviews", call=call_id, agent=agent_id, scorecard="service")
    assert answer.status_code == 200, answer.text
    return answer.headers["HX-Redirect"].rsplit("/", 1)[1]


def answer_all(person, review_id, **answers):
    """Give the answers that do not give themselves."""
    for question, chosen in {**ANSWERS, **answers}.items():
        form = {"question": question, f"answer-{question}": chosen}
        assert person.post(f"/quality/reviews/{review_id}/answer", **form).status_code == 200


def reviewed(person, call_id="CW1", agent_id="ada", **answers):
    """A whole review, submitted; its id."""
    review_id = begun(person, call_id, agent_id)
    answer_all(person, review_id, **answers)
    answer = person.post(f"/quality/reviews/{review_id}/submit", summary="Well done")
    assert answer.status_code == 200, answer.text
    return review_id
