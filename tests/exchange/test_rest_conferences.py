"""Conferences and participants over REST, with the real twilio client: hold, mute, whisper, announce, end."""

import pytest
from twilio.base.exceptions import TwilioRestException

from exchange.calls import Outgoing
from exchange.lines.inside import ScriptedPhone, call
from exchange.rehearsal import APP, ME, NUMBER
from exchange.rooms import Rooms
from exchange.twiml.verb import Inline
from exchange.twins import sound_as_words

EVENTS = "start end join leave mute hold modify speaker announcement"


def into_room(more="", name="room"):
    return (
        f'<Response><Dial action="{APP}/over"><Conference beep="false" waitUrl="" {more} statusCallback="{APP}/told" '
        f'statusCallbackEvent="{EVENTS}">{name}</Conference></Dial></Response>'
    )


async def talking(rig, *others, caller_more=""):
    """A caller and others (agents, by identity) in one conference; who they are, by name."""
    rig.app.routes |= {"/voice": into_room(caller_more), "/over": "<Response/>", "/told": ""}
    people = {"caller": call(rig.exchange, to=NUMBER, from_=ME, listens=True)}
    await people["caller"].meets("conference")
    for name in others or ("ada",):
        phone = ScriptedPhone(rig.exchange, f"client:{name}", listens=True)
        rig.exchange.dial(Outgoing(to=f"client:{name}", from_=NUMBER, source=Inline(into_room())))
        people[name] = await phone.rings()
        people[name].accepts()
        await people[name].meets("conference")
    await rig.settle(0.1)
    return people


def room_of(rig):
    return next(iter(rig.exchange.part(Rooms).rooms.values()))


def heard(person):
    words = sound_as_words(bytes(person._handset.sound_heard))
    person._handset.sound_heard.clear()
    return words


async def says(person, words):
    await person.says(words)
    await person.silence(0.1)  # the last frame is on its way


def told(rig, event=None):
    return [one.params for one in rig.app.at("/told") if event in {None, one.params["StatusCallbackEvent"]}]


def test_events_are_numbered_and_carry_every_field(on_rig):
    """Twilio's documented request parameters; SequenceNumber counts from 1 within the conference."""

    async def scenario(rig):
        people = await talking(rig, caller_more='endConferenceOnExit="true" participantLabel="customer"')
        people["caller"].hangs_up()
        await people["ada"].ended()
        await rig.settle()
        return rig, people, room_of(rig)

    rig, people, room = on_rig({}, scenario)
    events = told(rig)
    assert [one["StatusCallbackEvent"] for one in events] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert [one["SequenceNumber"] for one in events] == ["1", "2", "3", "4", "5", "6"]
    assert events[0] == {
        "AccountSid": "AC" + "0" * 32,
        "ConferenceSid": room.sid,
        "FriendlyName": "room",
        "SequenceNumber": "1",
        "StatusCallbackEvent": "participant-join",
        "Timestamp": events[0]["Timestamp"],
        "CallSid": people["caller"].sid,
        "ParticipantLabel": "customer",
        "Muted": "false",
        "Hold": "false",
        "Coaching": "false",
        "EndConferenceOnExit": "true",
        "StartConferenceOnEnter": "true",
    }
    assert events[0]["Timestamp"].endswith("+0000")
    left = [(one["ReasonParticipantLeft"], one["ParticipantCallStatus"]) for one in events[3:5]]
    assert left == [("participant_hung_up", "completed"), ("moderator_ended_conference", "in-progress")]
    end = events[5]
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert (end["CallSidEndingConference"], end["ParticipantLabelEndingConference"]) == (
        people["caller"].sid,
        "customer",
    )
    assert end["Reason"]


def test_the_action_of_the_dial_is_told_answered(on_rig):
    """Twilio: answered: "When calling a conference, the called party … was connected to the conference"."""

    async def scenario(rig):
        people = await talking(rig)
        people["caller"].hangs_up()
        people["ada"].hangs_up()
        await rig.settle()
        return [one.params["DialCallStatus"] for one in rig.app.at("/over")]

    assert on_rig({}, scenario) == ["answered", "answered"]


def test_mute_and_hold_by_rest(on_rig):
    """Participants update: Muted is heard by nobody; Hold hears the HoldUrl's music instead of the talk."""

    async def scenario(rig):
        people = await talking(rig)
        caller, agent = people["caller"], people["ada"]
        rig.app.routes["/hold"] = "<Response><Say>we are holding</Say></Response>"
        room = room_of(rig)
        of = room.sid, caller.sid
        await rig.rest(lambda twilio: twilio.conferences(of[0]).participants(of[1]).update(muted=True))
        await says(caller, "not for your ears")
        assert heard(agent) == ""
        await rig.rest(lambda twilio: twilio.conferences(of[0]).participants(of[1]).update(muted=False))
        shown = await rig.rest(
            lambda twilio: twilio.conferences(of[0]).participants(of[1]).update(hold=True, hold_url=f"{APP}/hold")
        )
        await caller.hears("we are holding")
        await says(agent, "let me see")
        await says(caller, "hello")
        held = heard(agent), heard(caller)
        await rig.rest(lambda twilio: twilio.conferences(of[0]).participants(of[1]).update(hold=False))
        await says(agent, "back again")
        await caller.silence(0.5)
        return shown, held, heard(caller), rig

    shown, (agent_heard, caller_heard), after, rig = on_rig({}, scenario)
    assert (shown.hold, shown.muted) == (True, False)
    assert agent_heard == ""
    assert set(caller_heard.split()) == {"we", "are", "holding"}
    assert after.endswith("back again")
    kinds = [one["StatusCallbackEvent"] for one in told(rig) if one["StatusCallbackEvent"].split("-")[1] != "speech"]
    assert kinds[3:7] == ["participant-mute", "participant-unmute", "participant-hold", "participant-unhold"]


def test_on_hold_without_a_hold_url_the_exchange_plays_its_own_music(on_rig):
    """Nobody waits in silence: hold music is heard though the waitUrl was empty."""

    async def scenario(rig):
        people = await talking(rig)
        room, caller = room_of(rig), people["caller"]
        await rig.rest(lambda twilio: twilio.conferences("room").participants(caller.sid).update(hold=True))
        await caller.hears("sound:hold-music")
        await rig.settle(60)
        return room.conference.status.value, caller.status

    assert on_rig({}, scenario) == ("in-progress", "")


def test_a_supervisor_listens_whispers_and_barges_in(on_rig):
    """Monitor is muted; whisper is Coaching with CallSidToCoach; barge is neither. Twilio's three ways."""

    async def scenario(rig):
        people = await talking(rig, "ada", "sue")
        caller, agent, supervisor = people["caller"], people["ada"], people["sue"]
        room = room_of(rig).sid

        def change(**wanted):
            return rig.rest(lambda twilio: twilio.conferences(room).participants(supervisor.sid).update(**wanted))

        await change(muted=True)
        await says(caller, "monitored")
        monitor = heard(supervisor), heard(agent)
        await change(muted=False, coaching=True, call_sid_to_coach=agent.sid)
        await says(supervisor, "offer a refund")
        whisper = heard(agent), heard(caller)
        await change(coaching=False)
        await says(supervisor, "this is the supervisor")
        return monitor, whisper, (heard(agent), heard(caller)), rig

    monitor, whisper, barge, rig = on_rig({}, scenario)
    assert monitor == ("monitored", "monitored")
    assert whisper == ("offer a refund", "")
    assert barge == ("this is the supervisor",) * 2
    modified = [one["Coaching"] for one in told(rig, "participant-modify")]
    assert modified == ["true", "false"]


def test_the_wait_document_is_heard_until_the_conference_starts_and_then_no_more(on_rig):
    """Twilio: waitUrl "will be played before the conference has started"; when it runs out, silence."""

    async def scenario(rig):
        voice = '<Response><Dial><Conference beep="false" waitUrl="/music">room</Conference></Dial></Response>'
        rig.app.routes |= {"/voice": voice, "/music": "<Response><Say>soon</Say></Response>", "/told": ""}
        caller = call(rig.exchange, to=NUMBER, from_=ME, listens=True)
        await caller.hears("soon")
        await rig.settle(20)
        asked = len(rig.app.at("/music"))
        phone = ScriptedPhone(rig.exchange, "client:ada", listens=True)
        rig.exchange.dial(Outgoing(to="client:ada", from_=NUMBER, source=Inline(into_room())))
        agent = await phone.rings()
        agent.accepts()
        await agent.meets("conference")
        await says(agent, "good morning")
        return asked, heard(caller)

    asked, words = on_rig({}, scenario)
    assert asked == 1
    assert words.endswith("good morning")


def test_a_broken_wait_document_puts_the_caller_out_to_the_action(on_rig):
    """Twilio: "If the request to your waitUrl fails, the Conference will not be fully established"."""

    async def scenario(rig):
        voice = '<Response><Dial action="/over"><Conference waitUrl="/absent">room</Conference></Dial></Response>'
        rig.app.routes |= {"/voice": voice, "/over": "<Response><Say>sorry</Say></Response>"}
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.hears("sorry")
        return rig.app.at("/over")[0].params["DialCallStatus"]

    assert on_rig({}, scenario) == "failed"


def test_a_beep_tells_who_comes_and_goes(on_rig):
    """Twilio: beep true "plays a beep both when a participant joins and when a participant leaves"."""

    async def scenario(rig):
        people = await talking(rig)
        caller = people["caller"]
        document = '<Response><Dial><Conference waitUrl="">room</Conference></Dial></Response>'
        phone = ScriptedPhone(rig.exchange, "client:sue")
        caller._handset.sound_heard.clear()
        rig.exchange.dial(Outgoing(to="client:sue", from_=NUMBER, source=Inline(document)))
        third = await phone.rings()
        third.accepts()
        await third.meets("conference")
        await rig.settle()
        came = bytes(caller._handset.sound_heard)
        caller._handset.sound_heard.clear()
        third.hangs_up()
        await rig.settle()
        return came, bytes(caller._handset.sound_heard)

    for sound in on_rig({}, scenario):
        assert 0.2 * 8000 < len(sound) - sound.count(0xFF) < 0.3 * 8000


def test_an_announcement_is_heard_by_all_or_by_one(on_rig):
    """Conference AnnounceUrl is for all, a participant's for him alone; announcement-end follows, or -fail."""

    async def scenario(rig):
        people = await talking(rig)
        caller, agent = people["caller"], people["ada"]
        rig.app.routes["/announce"] = "<Response><Say>five minutes left</Say></Response>"
        sid = room_of(rig).sid
        await rig.rest(lambda twilio: twilio.conferences(sid).update(announce_url=f"{APP}/announce"))
        await rig.settle(3)
        everybody = heard(caller), heard(agent)
        one = lambda twilio: twilio.conferences(sid).participants(agent.sid)  # noqa: E731
        await rig.rest(lambda twilio: one(twilio).update(announce_url=f"{APP}/announce"))
        await rig.settle(3)
        alone = heard(caller), heard(agent)
        await rig.rest(lambda twilio: one(twilio).update(announce_url=f"{APP}/nowhere"))
        await rig.settle(3)
        return everybody, alone, rig, agent.sid

    everybody, alone, rig, agent = on_rig({}, scenario)
    assert everybody == ("five minutes left",) * 2
    assert alone == ("", "five minutes left")
    ends, failed = told(rig, "announcement-end"), told(rig, "announcement-fail")
    assert [one.get("CallSid") for one in ends] == [None, agent]
    assert ends[0]["AnnounceUrl"] == f"{APP}/announce"
    assert failed[0]["ReasonAnnouncementFailed"]


def test_speakers_are_told_of(on_rig):
    """Twilio: speaker: "A participant has started or stopped speaking"."""

    async def scenario(rig):
        people = await talking(rig)
        await says(people["caller"], "a rather long sentence")
        await rig.settle(3)
        return rig, people["caller"].sid

    rig, sid = on_rig({}, scenario)
    spoke = [
        (one["StatusCallbackEvent"], one["CallSid"]) for one in told(rig) if "speech" in one["StatusCallbackEvent"]
    ]
    assert spoke == [("participant-speech-start", sid), ("participant-speech-stop", sid)]


def test_a_conference_is_listed_fetched_and_ended(on_rig):
    """Conferences: status init, in-progress, completed; ended by REST everybody is out and goes on."""

    async def scenario(rig):
        people = await talking(rig)
        sid = room_of(rig).sid
        live = await rig.rest(lambda twilio: twilio.conferences.list(status="in-progress", friendly_name="room"))
        none = await rig.rest(lambda twilio: twilio.conferences.list(status="init"))
        ended = await rig.rest(lambda twilio: twilio.conferences(sid).update(status="completed"))
        await people["caller"].ended()
        fetched = await rig.rest(lambda twilio: twilio.conferences(sid).fetch())
        with pytest.raises(TwilioRestException) as gone:
            await rig.rest(lambda twilio: twilio.conferences("CF" + "f" * 32).fetch())
        return live, none, ended, fetched, gone.value.code, sid

    live, none, ended, fetched, code, sid = on_rig({}, scenario)
    assert ([one.sid for one in live], none) == ([sid], [])
    assert (ended.status, fetched.reason_conference_ended) == ("completed", "conference-ended-via-api")
    assert code == 20404


def test_participants_are_listed_fetched_by_call_or_label_and_put_out(on_rig):
    """Twilio: a participant is found by CallSid or label; DELETE puts him out, and his call goes on."""

    async def scenario(rig):
        people = await talking(rig, caller_more='participantLabel="customer"')
        rig.app.routes["/over"] = "<Response><Say>out of it</Say></Response>"
        sid = room_of(rig).sid
        everybody = await rig.rest(lambda twilio: twilio.conferences(sid).participants.list())
        muted = await rig.rest(lambda twilio: twilio.conferences(sid).participants.list(muted=True))
        customer = await rig.rest(lambda twilio: twilio.conferences(sid).participants("customer").fetch())
        assert await rig.rest(lambda twilio: twilio.conferences(sid).participants("customer").delete())
        await people["caller"].hears("out of it")
        with pytest.raises(TwilioRestException) as gone:
            await rig.rest(lambda twilio: twilio.conferences(sid).participants("customer").fetch())
        return everybody, muted, customer, people, gone.value.code

    everybody, muted, customer, people, code = on_rig({}, scenario)
    assert ({one.call_sid for one in everybody}, muted) == ({one.sid for one in people.values()}, [])
    assert (customer.call_sid, customer.status, customer.label) == (people["caller"].sid, "connected", "customer")
    assert code == 20404


def test_somebody_is_brought_into_a_conference_by_rest(on_rig):
    """Participants create: the call is placed, and who answers is in; the conference may be named."""

    async def scenario(rig):
        people = await talking(rig)
        phone = ScriptedPhone(rig.exchange, "+15550002000", listens=True)
        made = await rig.rest(
            lambda twilio: twilio.conferences("room").participants.create(
                from_=NUMBER, to="+15550002000", label="expert", beep="false", end_conference_on_exit=True
            )
        )
        expert = await phone.rings()
        ringing = await rig.rest(lambda twilio: twilio.conferences("room").participants("expert").fetch())
        expert.accepts()
        await expert.meets("conference")
        await rig.settle(0.1)
        await says(expert, "I can help")
        words = heard(people["caller"])
        joined = await rig.rest(lambda twilio: twilio.conferences("room").participants("expert").fetch())
        expert.hangs_up()
        await people["caller"].ended()
        return made, ringing, joined, words

    made, ringing, joined, words = on_rig({}, scenario)
    assert (made.status, ringing.status, joined.status) == ("queued", "ringing", "connected")
    assert (joined.end_conference_on_exit, words) == (True, "I can help")


def test_who_does_not_answer_the_invitation_has_left_before_he_came(on_rig):
    """Twilio: participant-leave with ReasonParticipantLeft participant_add_failed and ParticipantCallStatus."""

    async def scenario(rig):
        await talking(rig)
        phone = ScriptedPhone(rig.exchange, "+15550002000")
        made = await rig.rest(
            lambda twilio: twilio.conferences("room").participants.create(from_=NUMBER, to="+15550002000", timeout=10)
        )
        await (await phone.rings()).ended()
        await rig.settle()
        return told(rig, "participant-leave")[-1], made.call_sid

    last, sid = on_rig({}, scenario)
    assert (last["CallSid"], last["ReasonParticipantLeft"]) == (sid, "participant_add_failed")
    assert last["ParticipantCallStatus"] == "no-answer"


def test_a_participant_redirected_by_rest_leaves_the_conference(on_rig):
    """Twilio: participant_updated_via_api; the others stay and talk on."""

    async def scenario(rig):
        people = await talking(rig, "ada", "sue")
        rig.app.routes["/next"] = "<Response><Say>elsewhere</Say></Response>"
        await rig.rest(lambda twilio: twilio.calls(people["ada"].sid).update(url=f"{APP}/next"))
        await people["ada"].hears("elsewhere")
        await says(people["caller"], "are you there")
        return told(rig, "participant-leave")[0], heard(people["sue"])

    left, words = on_rig({}, scenario)
    assert (left["ReasonParticipantLeft"], words) == ("participant_updated_via_api", "are you there")


def test_a_conference_is_recorded_mono_from_its_start(on_rig):
    """Twilio: "the recording begins when the first two participants are bridged"; mono, without the music before."""

    async def scenario(rig):
        recorded = 'record="record-from-start" trim="do-not-trim" recordingStatusCallback="/recorded"'
        people = await talking(rig, caller_more=recorded)
        await says(people["caller"], "for the record")
        await people["ada"].silence(2)
        people["caller"].hangs_up()
        people["ada"].hangs_up()
        await rig.settle()
        sid = room_of(rig).sid
        (recording,) = await rig.rest(lambda twilio: twilio.conferences(sid).recordings.list())
        return recording, rig.app.at("/recorded")[0].params, sid

    recording, callback, sid = on_rig({}, scenario)
    assert (recording.source, recording.channels, recording.conference_sid) == ("Conference", 1, sid)
    assert (callback["RecordingSource"], callback["ConferenceSid"]) == ("Conference", sid)
    assert int(callback["RecordingDuration"]) in {2, 3}


@pytest.mark.parametrize(
    ("more", "code"),
    [('maxParticipants="1"', 16020), ('participantLabel="customer"', 16025), (f'coach="CA{"9" * 32}"', 13240)],
    ids=["full", "label taken", "nobody to coach"],
)
def test_who_may_not_enter_goes_on_to_the_action(on_rig, more, code):
    """Twilio's 16020, 16025, 13240: the call "will not be added into the conference" and goes on."""

    async def scenario(rig):
        first = 'maxParticipants="1"' if code == 16020 else 'participantLabel="customer"'
        rig.app.routes |= {"/voice": into_room(first), "/told": ""}
        await call(rig.exchange, to=NUMBER, from_=ME).meets("conference")
        rig.app.routes |= {"/voice": into_room(more), "/over": "<Response><Say>turned away</Say></Response>"}
        second = call(rig.exchange, to=NUMBER, from_="+15550009999")
        await second.hears("turned away")
        return rig.app.at("/over")[0].params["DialCallStatus"], len(rig.exchange.log.entries(code=code))

    assert on_rig({}, scenario) == ("failed", 1)
