"""The port: what comes late or twice changes nothing, holds are fenced, timers and offers are not lost. Both twins."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.redis import Keys
from routing.errors import WaitlistLost
from routing.match import AgentChoice, Line
from routing.waitlist import LEASE, Discipline, Idle, LineUnknown, TimerKind, Waiting
from routing.waitlist_memory import MemoryWaitlist
from routing.waitlist_redis import RedisWaitlist

from .conftest import maker_of_waitlists

NOW = 1_772_463_600_000_000
SECOND = 1_000_000
LINE = Line("billing", "billing", (0, 45 * SECOND))


FAIR = Line("fair", "fair", (0,), AgentChoice.LEAST_OCCUPIED)


def entry(name="QE1", revision=1, *, line="billing", place=NOW, arrived=NOW, preferred="", alone=0, floor=0):
    return Waiting(name, revision, line, place, arrived, 20 * SECOND, preferred, alone, floor)


@pytest.fixture(params=["memory", "redis", "cluster"])
def new_waitlist(request):
    """The twins, and the one in Redis on a cluster of three nodes."""
    return maker_of_waitlists(request)


@pytest.fixture
def line(waitlist):
    waitlist.open_line(LINE, {"alice": 0, "bob": 0, "novice": 1})
    return waitlist


def test_a_match_is_an_offer_in_the_box_and_a_lease_among_the_timers(line):
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    offer = line.place(entry(), now=NOW, token="RV2")
    assert (offer.token, offer.entry_id, offer.agent_id, offer.until) == ("RV2", "QE1", "alice", NOW + 20 * SECOND)
    assert line.offers.pending() == [offer]
    assert line.timers.due(NOW + 20 * SECOND - 1) == []
    assert [(due.kind, due.subject) for due in line.timers.due(NOW + 20 * SECOND)] == [(TimerKind.HOLD, "RV2")]
    line.offers.done(offer)
    assert line.offers.pending() == []


def test_fences_grow_with_each_hold(line):
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    line.free(Idle("bob", 1, NOW + 1), now=NOW, token="RV2")
    first = line.place(entry("QE1"), now=NOW, token="RV3")
    second = line.place(entry("QE2"), now=NOW, token="RV4")
    assert second.fence > first.fence


def test_nobody_is_held_twice(line):
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    assert line.place(entry("QE1"), now=NOW, token="RV2")
    assert line.place(entry("QE2"), now=NOW, token="RV3") is None
    assert line.place(entry("QE1"), now=NOW, token="RV4") is None
    assert line.free(Idle("alice", 1, NOW), now=NOW, token="RV5") is None
    assert len(line.offers.pending()) == 1


def test_what_comes_late_is_ignored(line):
    """Webhooks overtake each other: an older revision never undoes a newer one."""
    line.gone("QE1", 3)
    assert line.place(entry("QE1", 2), now=NOW, token="RV1") is None
    line.busy("alice", 5)
    line.free(Idle("alice", 4, NOW), now=NOW, token="RV2")
    assert line.place(entry("QE2"), now=NOW, token="RV3") is None
    line.free(Idle("alice", 6, NOW), now=NOW, token="RV4")
    assert line.offers.pending()[0].entry_id == "QE2"
    line.gone("QE2", 0)
    line.busy("alice", 5)
    assert line.free(Idle("bob", 1, NOW), now=NOW, token="RV5") is None


def test_a_refused_offer_gives_both_back_by_its_token_only(line):
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    offer = line.place(entry("QE1"), now=NOW, token="RV2")
    assert line.free(Idle("alice", 1, NOW), now=NOW, token="RV3", settled="RVwrong") is None
    line.busy("alice", 2)
    assert line.place(entry("QE1"), now=NOW, token="RV4", settled=offer.token) is None
    again = line.free(Idle("bob", 1, NOW), now=NOW, token="RV5")
    assert (again.entry_id, again.agent_id) == ("QE1", "bob")


def test_rings_open_when_the_caller_has_waited_and_not_before(line):
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV1")
    assert line.place(entry(), now=NOW, token="RV2") is None
    assert line.timers.due(NOW + 45 * SECOND - 1) == []
    assert line.widen("QE1", now=NOW + 45 * SECOND - 1, token="RV3") is None
    due = line.timers.due(NOW + 45 * SECOND)
    assert [(timer.kind, timer.subject) for timer in due] == [(TimerKind.RING, "QE1")]
    offer = line.widen("QE1", now=NOW + 45 * SECOND, token="RV4")
    assert offer.agent_id == "novice"


def test_priority_does_not_open_rings_sooner(line):
    """Credit moves the place; the ring looks at the time really waited."""
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV1")
    assert line.place(entry(place=NOW - 600 * SECOND), now=NOW, token="RV2") is None


def test_the_preferred_agent_must_be_good_enough_for_an_open_ring(line):
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV2")
    assert line.place(entry("QE1", preferred="novice"), now=NOW, token="RV3").agent_id == "alice"
    assert line.place(entry("QE2", arrived=NOW - 45 * SECOND), now=NOW, token="RV4").agent_id == "novice"


def test_who_waits_for_one_agent_alone_is_offered_to_nobody_else_until_then(line):
    """The known agent first; when that time is over the rings go on, and no place is lost by it."""
    line.free(Idle("bob", 1, NOW), now=NOW, token="RV1")
    until = NOW + 30 * SECOND
    assert line.place(entry(preferred="alice", alone=until), now=NOW, token="RV2") is None
    assert line.free(Idle("bob", 2, NOW), now=NOW + 1, token="RV3") is None
    assert line.widen("QE1", now=until - 1, token="RV4") is None
    (due,) = line.timers.due(until)
    assert (due.kind, due.subject) == (TimerKind.RING, "QE1")
    assert line.widen("QE1", now=until, token="RV5").agent_id == "bob"


def test_who_is_waited_for_alone_takes_the_caller_when_he_is_free_and_by_place(line):
    line.place(entry("QE1", place=NOW), now=NOW, token="RV1")
    line.place(entry("QE2", place=NOW - 1, preferred="alice", alone=NOW + SECOND), now=NOW, token="RV2")
    line.place(entry("QE3", place=NOW + 1, preferred="alice", alone=NOW + SECOND), now=NOW, token="RV3")
    taken = []
    for revision in range(1, 4):
        taken.append(line.free(Idle("alice", revision, NOW), now=NOW, token=f"RV1{revision}").entry_id)
        line.gone(taken[-1], 2)
    assert taken == ["QE2", "QE1", "QE3"]


def test_an_agent_of_a_later_ring_may_be_the_one_who_is_waited_for(line):
    """Who knows the caller is worth more than a level: SQL has seen to it that he can serve the line at all."""
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV1")
    offer = line.place(entry(preferred="novice", alone=NOW + SECOND), now=NOW, token="RV2")
    assert offer.agent_id == "novice"


def test_the_wait_for_one_agent_may_outlast_the_opening_of_rings(line):
    line.place(entry(preferred="alice", alone=NOW + 60 * SECOND), now=NOW, token="RV1")
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV2")
    assert line.widen("QE1", now=NOW + 45 * SECOND, token="RV3") is None
    assert line.widen("QE1", now=NOW + 60 * SECOND, token="RV4").agent_id == "novice"


def test_a_ring_may_be_open_whatever_the_time(line):
    """Too many wait, or nobody is signed in for the rings before: a newer revision of the entry says so."""
    line.free(Idle("novice", 1, NOW), now=NOW, token="RV1")
    assert line.place(entry("QE1", 1), now=NOW, token="RV2") is None
    assert line.place(entry("QE1", 2, floor=1), now=NOW, token="RV3").agent_id == "novice"


def test_a_ring_that_was_opened_early_closes_again(line):
    line.place(entry("QE1", 1, floor=1), now=NOW, token="RV1")
    line.place(entry("QE1", 2, floor=0), now=NOW, token="RV2")
    assert line.free(Idle("novice", 1, NOW), now=NOW, token="RV3") is None
    assert [(due.kind, due.subject) for due in line.timers.due(NOW + 45 * SECOND)] == [(TimerKind.RING, "QE1")]


def test_the_least_occupied_agent_is_taken_where_the_queue_says_so(waitlist):
    """And where it does not, the one who has been free for longest: the same agents, in two lines."""
    waitlist.open_line(FAIR, {"alice": 0, "bob": 0})
    waitlist.free(Idle("alice", 1, NOW, occupied=700_000_000), now=NOW, token="RV1")
    waitlist.free(Idle("bob", 1, NOW + 1, occupied=600_000_000), now=NOW, token="RV2")
    waitlist.open_line(LINE, {"alice": 0, "bob": 0})
    assert waitlist.place(entry("QE1", line="fair"), now=NOW, token="RV3").agent_id == "bob"
    waitlist.busy("bob", 2)
    waitlist.free(Idle("bob", 3, NOW + 1, occupied=650_000_000), now=NOW, token="RV4")
    assert waitlist.place(entry("QE2"), now=NOW, token="RV5").agent_id == "alice"


def test_an_agent_may_have_a_discipline_of_his_own(waitlist):
    """Of two queues he takes the longest waiting caller, or one of his innermost ring first."""
    for discipline, first in ((None, "QE1"), (Discipline.INNERMOST, "QE2")):
        waitlist.reset(built=False)
        waitlist.reset(built=True)
        waitlist.open_line(LINE, {"alice": 1})
        waitlist.open_line(FAIR, {"alice": 0})
        waitlist.place(entry("QE1", place=NOW - 1, arrived=NOW - 45 * SECOND), now=NOW, token="RV1")
        waitlist.place(entry("QE2", line="fair"), now=NOW, token="RV2")
        agent = Idle("alice", 1, NOW, discipline=discipline)
        assert waitlist.free(agent, now=NOW, token="RV3").entry_id == first


def test_fences_never_count_backwards_after_a_rebuild(line):
    """An older copy of the store may come back; what SQL has seen is the least."""
    line.reset(built=False)
    line.open_line(LINE, {"alice": 0})
    line.reset(built=True, fence=41)
    line.reset(built=True, fence=7)
    line.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    assert line.place(entry(), now=NOW, token="RV2").fence == 42


def test_a_timer_is_handed_out_again_when_nobody_said_done(line):
    line.timers.set(TimerKind.WRAP, "RV9", NOW)
    (due,) = line.timers.due(NOW)
    assert line.timers.due(NOW) == []
    (again,) = line.timers.due(NOW + LEASE)
    assert (again.kind, again.subject) == (TimerKind.WRAP, "RV9")
    line.timers.done(due)
    assert line.timers.due(NOW + 2 * LEASE), "the first taker's lease had run out"
    line.timers.done(line.timers.due(NOW + 4 * LEASE)[0])
    assert line.timers.due(NOW + 9 * LEASE) == []


def test_a_timer_set_anew_while_it_was_dealt_with_stays(line):
    line.timers.set(TimerKind.LIMIT, "QE9", NOW)
    (due,) = line.timers.due(NOW)
    line.timers.set(TimerKind.LIMIT, "QE9", NOW + SECOND)
    line.timers.done(due)
    assert [timer.subject for timer in line.timers.due(NOW + SECOND)] == ["QE9"]


def test_a_line_nobody_opened_is_asked_for(waitlist):
    with pytest.raises(LineUnknown):
        waitlist.place(entry(), now=NOW, token="RV1")


def test_a_line_opened_while_agents_are_free_has_them(waitlist):
    waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    waitlist.open_line(LINE, {"alice": 0})
    assert waitlist.place(entry(), now=NOW, token="RV2").agent_id == "alice"


def test_an_empty_store_says_that_it_is_lost_instead_of_matching(waitlist):
    waitlist.reset(built=False)
    waitlist.open_line(LINE, {"alice": 0})
    for asked in (
        lambda: waitlist.place(entry(), now=NOW, token="RV1"),
        lambda: waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV2"),
        lambda: waitlist.widen("QE1", now=NOW, token="RV3"),
    ):
        with pytest.raises(WaitlistLost):
            asked()


def test_building_places_everybody_and_matches_nobody(waitlist):
    waitlist.reset(built=False)
    waitlist.open_line(LINE, {"alice": 0})
    waitlist.place(entry("QE2", place=NOW + 1), now=NOW, token="RV1", building=True)
    waitlist.place(entry("QE1"), now=NOW, token="RV2", building=True)
    assert waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV3", building=True) is None
    waitlist.reset(built=True)
    assert waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV4").entry_id == "QE1"


DISCIPLINES = [None, *Discipline]
AGENTS, ENTRIES = ["alice", "bob", "novice"], ["QE1", "QE2", "QE3", "QE4"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.sampled_from(ENTRIES), st.integers(-5, 5), st.integers(1, 4)),
        st.tuples(st.just("alone"), st.sampled_from(ENTRIES), st.integers(-5, 5), st.integers(1, 4)),
        st.tuples(st.just("fair"), st.sampled_from(ENTRIES), st.integers(-5, 5), st.integers(1, 4)),
        st.tuples(st.just("gone"), st.sampled_from(ENTRIES), st.integers(0, 0), st.integers(1, 4)),
        st.tuples(st.just("free"), st.sampled_from(AGENTS), st.integers(-5, 5), st.integers(1, 4)),
        st.tuples(st.just("busy"), st.sampled_from(AGENTS), st.integers(0, 0), st.integers(1, 4)),
        st.tuples(st.just("widen"), st.sampled_from(ENTRIES), st.integers(0, 60), st.integers(1, 4)),
        st.tuples(st.just("due"), st.just(""), st.integers(0, 60), st.integers(1, 4)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_twins_do_the_same_whatever_happens(redis_client, steps):
    """The one in memory is the oracle: the same offers and the same timers for any order of news, late ones too."""
    redis = RedisWaitlist(redis_client, Keys("twins"))
    redis.reset(built=False)
    redis.reset(built=True)
    assert _play(MemoryWaitlist(), steps) == _play(redis, steps)


def _play(waitlist, steps):
    waitlist.open_line(LINE, {"alice": 0, "bob": 0, "novice": 1})
    waitlist.open_line(FAIR, {"novice": 0, "bob": 0})
    seen, settled = [], ""
    for number, (what, name, shift, revision) in enumerate(steps):
        token, moment = f"RV{number}", NOW + shift * SECOND
        if what == "place":
            placed = entry(name, revision, place=moment, floor=revision % 2)
            seen.append(waitlist.place(placed, now=NOW, token=token, settled=settled))
        elif what == "alone":
            placed = entry(name, revision, place=NOW, preferred=AGENTS[revision % 3], alone=NOW + 20 * SECOND)
            seen.append(waitlist.place(placed, now=NOW + shift * 5 * SECOND, token=token, settled=settled))
        elif what == "fair":
            placed = entry(name, revision, line="fair", place=moment)
            seen.append(waitlist.place(placed, now=NOW, token=token, settled=settled))
        elif what == "gone":
            waitlist.gone(name, revision)
        elif what == "free":
            idle = Idle(name, revision, moment, (revision * 3) % 4, DISCIPLINES[shift % 3])
            seen.append(waitlist.free(idle, now=NOW, token=token, settled=settled))
        elif what == "busy":
            waitlist.busy(name, revision)
        elif what == "widen":
            seen.append(waitlist.widen(name, now=moment, token=token))
        else:
            seen.append(waitlist.timers.due(moment))
        if seen and hasattr(seen[-1], "token"):
            settled = seen[-1].token
    return seen, waitlist.offers.pending()
