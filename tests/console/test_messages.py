"""Messages that callers left: owned by a queue, listed and heard by those who serve it and by those who review."""

import pytest

from foundation.audit import AuditRow
from recordings.recording import Recording
from tests.recordings.conftest import make_wav
from transcription.store import add_segments
from transcription.stream import Final

WAV = make_wav(1.0, channels=1)


@pytest.fixture
def left(house, story):
    """A message for billing, whose skill ada and ben have, and one for technical, whose skill neither has."""
    for number, queue in enumerate(("billing", "technical"), 1):
        call_id = story.call(f"CW{number}", status="completed", caller_name=f"Caller of {queue}")
        house.sounds.put(f"m/RC{number}.wav", [WAV])
        with house.services.db.begin() as session:
            session.add(
                Recording(
                    id=f"RC{number}", call_id=call_id, carrier_sid=f"RE{number}", kind="voicemail", queue=queue,
                    state="stored", path=f"m/RC{number}.wav", seconds=1.0, channels=1, asked_at=house.clock.now(),
                )
            )  # fmt: skip
            said = Final(0, "please call me about my invoice", 0, 900, (), 1.0)
            add_segments(session, [said], call_id=call_id, speaker="caller", model="m")


@pytest.mark.parametrize(
    ("login", "seen"), [("ada", {"billing"}), ("ben", {"billing"}), ("sue", {"billing", "technical"})]
)
def test_a_message_is_listed_and_heard_by_those_whose_it_is(house, browser, left, login, seen):
    """With what was said; another queue's is as if it were not there."""
    person = browser(house, login)
    page = person.get("/messages").text
    assert "please call me about my invoice" in page
    for number, queue in enumerate(("billing", "technical"), 1):
        assert (f"Caller of {queue}" in page) is (queue in seen)
        answer = person.get(f"/messages/RC{number}/audio", Range="bytes=0-3")
        assert answer.status_code == (206 if queue in seen else 404)


def test_hearing_a_message_and_being_refused_are_noted(house, browser, left):
    """As with any sound: one door."""
    ada = browser(house, "ada")
    ada.get("/messages/RC1/audio")
    ada.get("/messages/RC2/audio")
    with house.services.db.begin() as session:
        noted = [(row.who, row.what, row.subject) for row in session.query(AuditRow).order_by(AuditRow.id)]
    assert noted == [("ada", "recording.listened", "RC1"), ("ada", "recording.refused", "RC2")]


def test_an_agents_ears_do_not_reach_conversations_by_this_way(house, browser, story, left):
    """Somebody else's call is not a message."""
    story.call("CW9", status="completed", agent_id="ben")
    with house.services.db.begin() as session:
        session.add(
            Recording(
                id="RC9", call_id="CW9", carrier_sid="RE9", kind="call", queue="billing", state="stored",
                path="m/RC1.wav", asked_at=house.clock.now(),
            )
        )  # fmt: skip
    assert browser(house, "ada").get("/messages/RC9/audio").status_code == 404


def test_no_messages_is_said(house, browser):
    """An empty page says what would be there."""
    assert "No messages" in browser(house, "ada").get("/messages").text


def test_a_message_that_is_gone_says_so(house, browser, left):
    """And offers no player."""
    with house.services.db.begin() as session:
        session.get_one(Recording, "RC1").state = "gone"
    page = browser(house, "ada").get("/messages").text
    assert "deleted when its time was over" in page
    assert "<audio" not in page
