"""What goes on at the exchange, asked as reconciliation asks: in lists, with the real twilio client."""

from ivr.twilio_rest import TwilioLines

from .test_rest_conferences import room_of, talking


def test_calls_conferences_and_who_is_in_them_are_listed_while_they_go_on(on_rig):
    """And no longer once they are over: the agent who is left alone is on a line, and in no conference of that name."""

    async def scenario(rig):
        lines = TwilioLines(rig.client)

        def look(_client):
            return lines.live_calls(), lines.live_conferences(), lines.in_conference("room")

        people = await talking(rig, caller_more='endConferenceOnExit="true"')
        talks = await rig.rest(look)
        sids = set(room_of(rig).seats)
        people["caller"].hangs_up()
        await rig.settle(1)
        return sids, talks, await rig.rest(look)

    sids, (calls, rooms, there), (calls_after, rooms_after, there_after) = on_rig({}, scenario)
    assert len(sids) == 2
    assert (calls, rooms, there) == (sids, {"room"}, sids)
    assert (rooms_after, there_after) == (frozenset(), frozenset())
    assert len(calls_after) < 2
