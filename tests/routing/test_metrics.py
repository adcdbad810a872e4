"""One definition of every figure: the wall's are those of the history, and both those of the events."""

import dataclasses
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.clock import ManualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import CountingIds
from routing.errors import MoveRefused
from routing.metrics import MEANING, Ending, Figures, Handled, Records, Stay, Tallies, Wait, intervals
from routing.waitlist_memory import MemoryWaitlist
from tests.routing.conftest import BILLING, COMPLAINTS, TECHNICAL, House
from tests.routing.diary import Diary

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def wait(seconds, ending, **more):
    return Wait(seconds, ending, NOON, "billing", **more)


def counted_in(records, within=20):
    return Tallies().count(records, {"billing": within}).queue("billing", ["tom"])


def test_a_queue_is_counted_as_the_glossary_says():
    waits = (
        wait(10, Ending.ANSWERED),
        wait(30, Ending.ANSWERED),
        wait(3, Ending.SHORT),
        wait(60, Ending.ABANDONED),
        wait(900, Ending.ELSEWHERE),
        wait(0, Ending.TURNED_AWAY),
    )
    counted = counted_in(Records(waits))
    assert (counted.offered, counted.answered, counted.abandoned, counted.short_abandons) == (5, 2, 1, 1)
    assert (counted.elsewhere, counted.turned_away, counted.longest_wait) == (1, 1, 900)
    assert (counted.asa, counted.service_level, counted.abandonment) == (20, 1 / 3, 1 / 3)


def test_who_hangs_up_is_in_the_service_level_and_who_hangs_up_at_once_is_not():
    """80/20 means of those who waited for us, not of those we answered."""
    answered = tuple(wait(5, Ending.ANSWERED) for _ in range(8))
    lost = tuple(wait(40, Ending.ABANDONED) for _ in range(2))
    short = tuple(wait(2, Ending.SHORT) for _ in range(5))
    assert counted_in(Records(answered + lost + short)).service_level == 0.8


def test_promises_that_keep_a_place_are_counted_apart():
    """A callback an hour after it was asked for is no wait of an hour on the telephone."""
    counted = counted_in(Records((wait(10, Ending.ANSWERED), wait(3600, Ending.ANSWERED, is_callback=True))))
    assert (counted.offered, counted.answered, counted.asa, counted.service_level) == (1, 1, 10, 1)
    assert (counted.longest_wait, counted.callbacks_answered, counted.callback_wait) == (10, 1, 3600)


def test_handling_is_conversation_and_wrap_up_and_occupancy_leaves_rests_out():
    calls = (Handled(100, 20, NOON, "billing", "tom"), Handled(200, 0, NOON, "billing", "tom"))
    minute = timedelta(minutes=1)
    stays = (Stay("tom", True, NOON, NOON + 3 * minute), Stay("tom", False, NOON + 5 * minute, NOON + 6 * minute))
    records = Records((), calls, stays)
    for counted in (counted_in(records), Tallies().count(records, {}).agent("tom")):
        assert (counted.handled, counted.aht, counted.occupancy) == (2, 160, 0.75)
    assert Tallies().count(records, {}).queue("billing", []).occupancy is None, "he cannot serve it"


def test_there_is_no_figure_of_nothing():
    assert counted_in(Records()) == Tallies().agent("tom") == Figures()


def test_every_figure_has_its_definition():
    assert list(MEANING) == [field.name for field in dataclasses.fields(Figures)]


def test_half_hours_add_up_to_the_day():
    """What ends at the stroke belongs to the half-hour that begins; the last one may be short."""
    end = NOON + timedelta(minutes=70)
    cuts = list(intervals(NOON, end))
    assert [(b - a).total_seconds() / 60 for a, b in cuts] == [30, 30, 10]
    day = Records(
        tuple(Wait(1, Ending.ANSWERED, NOON + timedelta(minutes=m)) for m in (0, 29, 30, 60, 69)),
        (),
        (Stay("tom", True, NOON - timedelta(hours=1), NOON + timedelta(minutes=45)),),
    )
    parts = [day.within(*cut) for cut in cuts]
    assert [len(part.waits) for part in parts] == [2, 1, 2]
    assert [sum((s.until - s.since).total_seconds() for s in part.stays) / 60 for part in parts] == [30, 15, 0]


def test_tallies_of_two_times_add_up_to_that_of_both():
    first = Records(
        (wait(10, Ending.ANSWERED), wait(70, Ending.ABANDONED)), (Handled(100, 20, NOON, "billing", "tom"),)
    )
    second = Records((wait(30, Ending.ANSWERED), wait(2, Ending.SHORT)), (), (Stay("tom", True, NOON, NOON),))
    both = Records(first.waits + second.waits, first.handled, second.stays)
    added = Tallies().count(first, {"billing": 20}).add(Tallies().count(second, {"billing": 20}))
    assert added.queue("billing", ["tom"]) == counted_in(both)


NAMES = ("tom", "alice", "zoe")
SKILLS = {"tom": {"technical": 1}, "alice": {"billing": 3}, "zoe": {"technical": 1, "billing": 1}}
QUEUES = (BILLING, TECHNICAL, COMPLAINTS)
ABLE = {"billing": {"alice", "zoe"}, "technical": {"tom", "zoe"}, "complaints": set(NAMES)}
who = st.sampled_from(NAMES)
where = st.sampled_from([queue.name for queue in QUEUES])
steps = st.one_of(
    st.tuples(st.just("arrive"), where),
    st.tuples(st.just("promise"), where),
    st.tuples(st.sampled_from(["ready", "rest", "sign_in", "sign_out"]), who),
    st.tuples(st.sampled_from(["accept", "meet", "hang_up", "finish", "reject", "lose"]), st.integers(0, 9)),
    st.tuples(st.just("leave"), st.integers(0, 9)),
    st.tuples(st.just("time"), st.sampled_from([0.5, 3, 4.999999, 5, 12, 20, 31, 65, 600])),
    st.tuples(st.just("midnight"), st.just(0)),
)


class Day:
    """A real centre in virtual time, and its diary."""

    def __init__(self, folder):
        self.db = Database(f"sqlite:///{Path(folder) / 'day.db'}")
        self.db.create_all()
        self.clock = ManualClock(NOON)
        bus = Bus()
        self.house = House(self.db, MemoryWaitlist(), self.clock, CountingIds(), bus, QUEUES)
        self.diary = Diary(self.clock)
        self.diary.listen(bus)
        self.since, self.calls = NOON, 0
        for name in NAMES:
            self.house.agent(name, **SKILLS[name])

    def do(self, what, which):
        """One step, where it is possible now."""
        getattr(self, what)(which)

    def arrive(self, queue):
        self.calls += 1
        entry_id = self.house.call(f"CW{self.calls}", queue=queue)
        if entry_id not in self.diary.came:
            self.diary.turned_away.append((queue, self.clock.now()))

    def promise(self, queue):
        self.calls += 1
        self.house.call(None, queue=queue, kind="callback", promise_id=f"PR{self.calls}")

    def ready(self, agent):
        self._if_allowed(self.house.routing.agents.set_available, agent)

    def rest(self, agent):
        self._if_allowed(self.house.routing.agents.set_not_ready, agent, "lunch")

    def sign_in(self, agent):
        self.house.routing.agents.sign_in(agent)

    def sign_out(self, agent):
        self._if_allowed(self.house.routing.agents.sign_out, agent)

    def accept(self, index):
        for offer in self._offer(index, "pending"):
            self.house.routing.accept(offer.reservation_id, offer.agent_id)

    def reject(self, index):
        for offer in self._offer(index, "pending"):
            self.house.routing.reject(offer.reservation_id, offer.agent_id)

    def meet(self, index):
        for offer in self._offer(index, "accepted"):
            if self.house.routing.connected(offer.reservation_id):
                self.diary.connected(offer.reservation_id, offer.entry_id)

    def hang_up(self, index):
        for offer in self._offer(index, "accepted"):
            self.house.routing.ended(offer.reservation_id)

    def lose(self, index):
        for offer in self._offer(index, "accepted"):
            self.house.routing.rescind(offer.reservation_id, "line failed")

    def finish(self, index):
        for offer in self._offer(index, "wrapping"):
            self.house.routing.finish_wrap_up(offer.reservation_id, "sorry" if offer.queue == "complaints" else "")

    def leave(self, index):
        gone = {entry for entry, _, _ in self.diary.went}
        here = [entry for entry in self.diary.came if entry not in gone]
        if here:
            self.house.routing.leave(here[index % len(here)], ("abandoned", "left", "callback")[index % 3])

    def time(self, seconds):
        self.house.pass_time(seconds)

    def midnight(self, _index):
        self.since = self.clock.now()

    def check(self):
        """The wall against the diary, at this moment."""
        wall = self.house.routing.board.snapshot(since=self.since)
        for queue in wall.queues:
            name = queue.now.name
            told = self.diary.queue(name, self.since, _within(name), ABLE[name])
            assert _close(dataclasses.asdict(queue.figures)) == told
            assert (queue.now.waiting, queue.now.longest_wait) == self.diary.waiting(name)
        for agent in wall.agents:
            shown = {name: getattr(agent.figures, name) for name in ("handled", "aht", "occupancy")}
            assert _close(shown) == self.diary.work(self.since, {agent.id})

    def check_history(self):
        """The half-hours add up to the day."""
        end = self.clock.now() + timedelta(microseconds=1)
        parts = self.house.routing.board.history(NOON, end)
        wall = self.house.routing.board.snapshot(since=NOON)
        for queue in wall.queues:
            mine = [part.queues[queue.now.name] for part in parts]
            for name in ("offered", "answered", "abandoned", "short_abandons", "elsewhere", "handled"):
                assert sum(getattr(one, name) for one in mine) == getattr(queue.figures, name)

    def _offer(self, index, state):
        ended = {entry for entry, outcome, _ in self.diary.went if outcome != "answered"}
        offers = [offer for offer in self.house.offers() if offer.entry_id not in ended]
        open_ones = [
            offer for offer in offers if self.house.routing.board.reservation(offer.reservation_id).state == state
        ]
        return open_ones[index % len(open_ones) :][:1] if open_ones else []

    @staticmethod
    def _if_allowed(deed, *words):
        try:
            deed(*words)
        except MoveRefused:
            return


def _within(name):
    return next(queue.service_level.within for queue in QUEUES if queue.name == name)


def _close(shown):
    return {name: pytest.approx(value) if isinstance(value, float) else value for name, value in shown.items()}


def live_is_history(chosen):
    with tempfile.TemporaryDirectory() as folder:
        day = Day(folder)
        try:
            for what, which in chosen:
                day.do(what, which)
                day.check()
            day.check_history()
        finally:
            day.db.dispose()


QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.lists(steps, min_size=5, max_size=40))
def test_the_wall_says_at_every_moment_what_the_events_say(chosen):
    """Live equals recomputed: callers come, give up, are answered, promised, wrapped up; agents come and go."""
    live_is_history(chosen)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(QUICK, max_examples=80)
@given(st.lists(steps, min_size=20, max_size=100))
def test_the_wall_says_what_the_events_say_on_many_long_days(chosen):
    live_is_history(chosen)
