"""Queues and their members over REST, with the real twilio client."""

import pytest
from twilio.base.exceptions import TwilioRestException

from exchange.lines.inside import ScriptedPhone, call
from exchange.rehearsal import APP, ME, NUMBER

WAITING = '<Response><Enqueue action="/over" waitUrl="">billing</Enqueue></Response>'


async def waiting(rig, *numbers):
    rig.app.routes |= {"/voice": WAITING, "/over": "<Response/>"}
    callers = []
    for number in numbers or (ME,):
        callers.append(call(rig.exchange, to=NUMBER, from_=number))
        await callers[-1].meets("enqueue")
        await rig.settle(10)
    (queue,) = await rig.rest(lambda twilio: twilio.queues.list())
    return queue, callers


def test_a_queue_shows_its_size_and_average_wait(on_rig):
    """Twilio: current_size, average_wait_time "in seconds of the members in this queue", max_size."""

    async def scenario(rig):
        queue, _ = await waiting(rig, ME, "+15550009999")
        made = await rig.rest(lambda twilio: twilio.queues.create("technical", max_size=5))
        fetched = await rig.rest(lambda twilio: twilio.queues(made.sid).fetch())
        return queue, fetched

    queue, fetched = on_rig({}, scenario)
    assert (queue.friendly_name, queue.current_size, queue.max_size) == ("billing", 2, 1000)
    assert queue.average_wait_time == 15
    assert (fetched.friendly_name, fetched.current_size, fetched.max_size) == ("technical", 0, 5)


def test_members_are_listed_in_their_order_and_the_front_is_the_first(on_rig):
    """Twilio: position, wait_time, date_enqueued; Members/Front is the one at the front."""

    async def scenario(rig):
        queue, callers = await waiting(rig, ME, "+15550009999")
        members = await rig.rest(lambda twilio: twilio.queues(queue.sid).members.list())
        front = await rig.rest(lambda twilio: twilio.queues(queue.sid).members("Front").fetch())
        second = await rig.rest(lambda twilio: twilio.queues(queue.sid).members(callers[1].sid).fetch())
        return callers, members, front, second

    callers, members, front, second = on_rig({}, scenario)
    assert [one.call_sid for one in members] == [one.sid for one in callers]
    assert [one.wait_time for one in members] == [20, 10]
    assert (front.call_sid, second.position) == (callers[0].sid, 2)


def test_a_member_is_dequeued_by_a_url(on_rig):
    """Twilio: POST with Url dequeues the member, who goes on with the TwiML there; the action is told redirected."""

    async def scenario(rig):
        queue, callers = await waiting(rig)
        rig.app.routes["/agent"] = "<Response><Say>your turn</Say></Response>"
        await rig.rest(
            lambda twilio: twilio.queues(queue.sid).members("Front").update(url=f"{APP}/agent", method="GET")
        )
        await callers[0].hears("your turn")
        with pytest.raises(TwilioRestException) as gone:
            await rig.rest(lambda twilio: twilio.queues(queue.sid).members("Front").fetch())
        return rig.app.at("/over")[0].params["QueueResult"], gone.value.code

    assert on_rig({}, scenario) == ("redirected", 20404)


def test_a_caller_taken_out_of_the_talk_he_was_fetched_for(on_rig):
    """Twilio: redirected-from-bridged: "The queued and then successfully bridged session was transferred out"."""

    async def scenario(rig):
        _, callers = await waiting(rig)
        rig.app.routes["/next"] = "<Response><Say>transferred</Say></Response>"
        rig.app.routes["/dialled"] = "<Response/>"
        agent = ScriptedPhone(rig.exchange, "client:ada")
        fetch = f"<Response><Dial action='{APP}/dialled'><Queue>billing</Queue></Dial></Response>"
        await rig.rest(lambda twilio: twilio.calls.create(to="client:ada", from_=NUMBER, twiml=fetch))
        desk = await agent.rings()
        desk.accepts()
        await rig.settle(5)
        await rig.rest(lambda twilio: twilio.calls(callers[0].sid).update(url=f"{APP}/next"))
        await callers[0].hears("transferred")
        await desk.ended()
        return rig.app.at("/over")[0].params["QueueResult"], rig.app.at("/dialled")[0].params["DialCallStatus"]

    assert on_rig({}, scenario) == ("redirected-from-bridged", "completed")


def test_a_queue_is_renamed_and_removed_only_when_nobody_waits(on_rig):
    """Two queues of one name are refused (22003), and so is removing one in which somebody waits (22002)."""

    async def scenario(rig):
        queue, callers = await waiting(rig)
        codes = []
        for ask in (
            lambda twilio: twilio.queues.create("billing"),
            lambda twilio: twilio.queues(queue.sid).delete(),
            lambda twilio: twilio.queues("QU" + "f" * 32).fetch(),
        ):
            with pytest.raises(TwilioRestException) as refusal:
                await rig.rest(ask)
            codes.append(refusal.value.code)
        renamed = await rig.rest(lambda twilio: twilio.queues(queue.sid).update(friendly_name="bills", max_size=7))
        callers[0].hangs_up()
        await rig.settle()
        assert await rig.rest(lambda twilio: twilio.queues(queue.sid).delete())
        return codes, renamed, await rig.rest(lambda twilio: twilio.queues.list())

    codes, renamed, left = on_rig({}, scenario)
    assert codes == [22003, 22002, 20404]
    assert (renamed.friendly_name, renamed.max_size, left) == ("bills", 7, [])
