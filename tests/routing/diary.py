"""A centre's day kept by hand: from the news alone, with arithmetic of its own, to check what the wall says."""

from collections import defaultdict
from dataclasses import dataclass, field

from routing.news import AgentStateChanged, EntryJoined, EntryLeft, ReservationEnded

BUSY = {"reserved", "on_call", "wrapping_up"}


@dataclass
class Diary:
    """Everything heard, with its moment. What the news does not tell, the test notes: who met, who was turned away."""

    clock: object
    came: dict = field(default_factory=dict)
    went: list = field(default_factory=list)
    met: dict = field(default_factory=dict)
    turned_away: list = field(default_factory=list)
    done: list = field(default_factory=list)
    states: dict = field(default_factory=lambda: defaultdict(list))

    def listen(self, bus):
        bus.subscribe(EntryJoined, self._joined)
        bus.subscribe(EntryLeft, lambda news: self.went.append((news.entry_id, news.outcome, self.clock.now())))
        bus.subscribe(ReservationEnded, self._ended)
        bus.subscribe(AgentStateChanged, lambda n: self.states[n.agent_id].append((n.state, self.clock.now())))

    def _joined(self, news):
        self.came[news.entry_id] = (news.queue, news.call_id is None, self.clock.now())

    def _ended(self, news):
        if (
            news.reservation_id in self.met and news.outcome != "wrapping"
        ):  # told once more when the work after it is over
            self.done.append((news.reservation_id, news.agent_id, news.queue, self.clock.now()))

    def connected(self, reservation_id, entry_id):
        self.met[reservation_id] = self.clock.now()
        self.went.append((entry_id, "answered", self.clock.now()))

    def queue(self, name, since, within, agents):
        """What the wall must say of a queue."""
        ended = [
            (outcome, (at - self.came[entry][2]).total_seconds(), self.came[entry][1])
            for entry, outcome, at in self.went
            if self.came[entry][0] == name and at >= since
        ]
        live = [(outcome, waited) for outcome, waited, promised in ended if not promised]
        answered = [waited for outcome, waited in live if outcome == "answered"]
        lost = sum(outcome == "abandoned" for outcome, _ in live)
        short = sum(outcome == "short_abandon" for outcome, _ in live)
        back = [waited for outcome, waited, promised in ended if promised and outcome == "answered"]
        counted = len(answered) + lost
        return {
            "offered": len(live),
            "answered": len(answered),
            "abandoned": lost,
            "short_abandons": short,
            "elsewhere": len(live) - len(answered) - lost - short,
            "turned_away": sum(queue == name and at >= since for queue, at in self.turned_away),
            "service_level": sum(waited <= within for waited in answered) / counted if counted else None,
            "asa": sum(answered) / len(answered) if answered else None,
            "abandonment": lost / counted if counted else None,
            "longest_wait": max((waited for _, waited in live), default=None),
            "callbacks_answered": len(back),
            "callback_wait": sum(back) / len(back) if back else None,
            **self.work(since, agents, queue=name),
        }

    def work(self, since, agents, *, queue=None):
        """What the wall must say of the work of some agents: that of one queue, or all of it."""
        of = {queue} if queue else {name for _, _, name, _ in self.done}
        spent = [
            (at - self.met[one]).total_seconds()
            for one, agent, name, at in self.done
            if at >= since and name in of and (queue or agent in agents)
        ]
        busy = idle = 0.0
        for agent in agents:
            for state, begin, end in self._spells(agent):
                seconds = max(0.0, (end - max(begin, since)).total_seconds())
                busy += seconds * (state in BUSY)
                idle += seconds * (state == "available")
        return {
            "handled": len(spent),
            "aht": sum(spent) / len(spent) if spent else None,
            "occupancy": busy / (busy + idle) if busy + idle else None,
        }

    def waiting(self, name):
        """Who is in line, and how long the first of them has waited."""
        gone = {entry for entry, _, _ in self.went}
        mine = [(entry, at) for entry, (queue, promised, at) in self.came.items() if queue == name and not promised]
        callers = [at for entry, at in mine if entry not in gone]
        return len(callers), max(((self.clock.now() - at).total_seconds() for at in callers), default=0.0)

    def _spells(self, agent):
        moves = self.states[agent]
        ends = [at for _, at in moves[1:]] + [self.clock.now()]
        return [(state, begin, end) for (state, begin), end in zip(moves, ends, strict=True)]
