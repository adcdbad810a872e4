"""Sound that leaves the page: as a file, by a link for some minutes, and only to those whose call it is."""

import io
from datetime import timedelta

import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from foundation.audit import AuditRow
from foundation.calls import Call
from ivr.tables import CallEvent
from recordings.links import read, sign
from recordings.recording import Recording
from tests.recordings.conftest import make_wav

WAV = make_wav(3.0, level=0.2)
AUDIO = "/calls/CW1/recordings/RC1/audio"
DOWNLOAD = "/calls/CW1/recordings/RC1/download"


def recorded(house, call_id="CW1", recording_id="RC1"):
    path = f"2026/03/02/{recording_id}.wav"
    house.sounds.put(path, [WAV])
    with house.services.db.begin() as session:
        session.add(
            Recording(
                id=recording_id, call_id=call_id, carrier_sid=f"RE{recording_id}", kind="call", state="stored",
                channels=2, seconds=3.0, bytes=len(WAV), path=path, peaks=[[0.5]], asked_at=house.clock.now(),
            )
        )  # fmt: skip


def audit(house):
    with house.services.db.begin() as session:
        return [(row.who, row.what) for row in session.query(AuditRow).order_by(AuditRow.id)]


@pytest.fixture
def call(house, story):
    story.call(status="completed", ended_at=house.clock.now(), agent_id="ada")
    recorded(house)


@pytest.mark.parametrize(("kind", "mimetype"), [("wav", "audio/wav"), ("mp3", "audio/mpeg"), ("ogg", "audio/ogg")])
def test_a_sound_is_taken_away_as_a_file(house, browser, call, kind, mimetype):
    """Named by its id: no name of a person stands in a download folder."""
    taken = browser(house, "sue").get(f"{DOWNLOAD}?as={kind}")
    assert (taken.status_code, taken.mimetype) == (200, mimetype)
    assert taken.headers["Content-Disposition"] == f'attachment; filename="RC1.{kind}"'
    facts = soundfile.info(io.BytesIO(taken.data))
    assert (facts.channels, facts.samplerate) == (2, 8000)
    assert facts.duration == pytest.approx(3.0, abs=0.2)
    assert audit(house) == [("sue", "recording.exported")]


def test_a_stretch_of_it_is_taken_at_one_loudness(house, browser, call):
    """From the first second to the second, its loudest moment just below full."""
    taken = browser(house, "sue").get(f"{DOWNLOAD}?as=wav&from=1&to=2&level=1")
    samples, rate = soundfile.read(io.BytesIO(taken.data))
    assert len(samples) / rate == pytest.approx(1.0, abs=0.01)
    assert abs(samples).max() == pytest.approx(0.89, abs=0.02)


@pytest.mark.parametrize("asked", ["as=exe", "from=-1", "from=2&to=1", "from=x", "to=nan", "from=inf"])
def test_what_cannot_be_cut_is_refused(house, browser, call, asked):
    """And nothing is noted, for nothing left."""
    assert browser(house, "sue").get(f"{DOWNLOAD}?{asked}").status_code == 400
    assert audit(house) == []


def test_a_stretch_with_no_sound_in_it_is_said(house, browser, call):
    """After the end there is nothing."""
    answer = browser(house, "sue").get(f"{DOWNLOAD}?from=10")
    assert (answer.status_code, "no sound in this stretch" in answer.text) == (409, True)


def test_the_page_offers_the_files(house, browser, call):
    """A supervisor need not know an address."""
    page = browser(house, "sue").get("/calls/CW1").text
    for kind in ("wav", "mp3", "ogg"):
        assert f"{DOWNLOAD}?as={kind}" in page


@pytest.mark.promise(38)
def test_a_link_opens_for_five_minutes_and_then_no_more(house, browser, call):
    """Used again after its time: 403. Whoever made it is noted as the listener."""
    token = browser(house, "ada").post("/calls/CW1/recordings/RC1/link").get_json()["url"].rpartition("/sounds/")[2]
    stranger = house.app.test_client()
    first = stranger.get(f"/sounds/{token}", headers={"Range": "bytes=4-7"})
    assert (first.status_code, first.data) == (206, WAV[4:8])
    house.clock.advance(299)
    assert stranger.get(f"/sounds/{token}").data == WAV
    house.clock.advance(2)
    assert stranger.get(f"/sounds/{token}").status_code == 403
    assert set(audit(house)) == {("ada", "recording.listened")}


@pytest.mark.promise(38)
def test_a_link_that_nobody_here_made_opens_nothing(house, call):
    """Changed in any letter, prolonged, or signed with another secret."""
    now, secret = house.clock.now(), house.services.settings.secret_key
    token = sign("RC1", "ada", now=now, secret=secret)
    forged = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    forged += ["", ".", "x.y", "ü", sign("RC1", "ada", now=now, secret="another"), token.partition(".")[0]]
    stranger = house.app.test_client()
    assert {stranger.get(f"/sounds/{one}").status_code for one in forged if one} == {404}
    assert read(token, secret=secret).until == now + timedelta(minutes=5)


def test_a_link_does_not_outlive_its_recording(house, browser, call):
    """Erased is erased, whoever holds an address."""
    token = sign("RC1", "ada", now=house.clock.now(), secret=house.services.settings.secret_key)
    with house.services.db.begin() as session:
        session.get_one(Recording, "RC1").state = "gone"
    assert house.app.test_client().get(f"/sounds/{token}").status_code == 404


VIEWS = ("", "/transcript", "/recordings/{}/audio", "/recordings/{}/peaks", "/recordings/{}/download?as=wav")


@pytest.mark.promise(27)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owners=st.lists(st.sampled_from(["ada", "ben", None]), min_size=1, max_size=5), data=st.data())
def test_ids_of_other_peoples_calls_open_nothing(house, browser, story, owners, data):
    """Whoever owns which calls, and whichever call's and recording's ids an agent puts together: 404, or the own."""
    with house.services.db.begin() as session:
        for table in (Recording, CallEvent, Call):
            session.execute(delete(table))
    for at, owner in enumerate(owners):
        story.call(f"CW{at}", status="completed", agent_id=owner)
        recorded(house, f"CW{at}", f"RC{at}")
    who = data.draw(st.sampled_from(["ada", "ben"]))
    numbers = st.integers(0, len(owners))
    asked, sound = data.draw(numbers), data.draw(numbers)
    person = browser(house, who)
    own = asked < len(owners) and owners[asked] == who
    for view in VIEWS:
        found = own and (not view.startswith("/recordings") or sound == asked)
        answer = person.get(f"/calls/CW{asked}{view.format(f'RC{sound}')}")
        assert answer.status_code == (200 if found else 404), view
    made = person.post(f"/calls/CW{asked}/recordings/RC{sound}/link")
    assert made.status_code == (200 if own and sound == asked else 404)
