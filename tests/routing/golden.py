"""Drives a waitlist through a golden trace: calls, agents, patience are the trace's, every decision is its own."""

import heapq
import itertools

from routing.match import Line
from routing.waitlist import Idle, Waiting

LEVELS = 3


class Rehearsal:
    """One trace on one waitlist. Events never tie, so their order is the trace's own."""

    def __init__(self, trace, waitlist):
        self.trace = trace
        self.waitlist = waitlist
        self.events = []
        self.order = itertools.count()
        self.tokens = itertools.count(1)
        self.revision = dict.fromkeys(self.agent_ids(), 1)
        self.calls = {call[0]: call for call in trace["calls"]}
        self.level = {}
        self.decided = {}
        self.waiting = set()
        self.in_system = 0

    def agent_ids(self):
        return [f"a{number:03d}" for number in range(len(self.trace["agents"]))]

    def run(self):
        self.waitlist.reset(built=False)
        self.waitlist.reset(built=True)
        skills = sorted({skill for agent in self.trace["agents"] for skill in agent})
        for skill in skills:
            members = {
                agent_id: levels[skill] - 1
                for agent_id, levels in zip(self.agent_ids(), self.trace["agents"], strict=True)
                if skill in levels
            }
            self.level[skill] = members
            self.waitlist.open_line(Line(skill, skill, (0,) * LEVELS), members)
        for agent_id in self.agent_ids():
            self.waitlist.free(Idle(agent_id, 1, -1), now=0, token=self.token())
        for call_id, arrival, *_ in self.trace["calls"]:
            self.at(arrival, self.arrive, call_id)
        while self.events:
            now, _, what, subject = heapq.heappop(self.events)
            what(now, subject)
        return [self.decided[call_id] for call_id in sorted(self.decided)]

    def token(self):
        return f"RV{next(self.tokens):08d}"

    def at(self, when, what, subject):
        heapq.heappush(self.events, (when, next(self.order), what, subject))

    def arrive(self, now, call_id):
        trunks = self.trace["trunks"]
        if trunks is not None and self.in_system >= trunks:
            self.decided[call_id] = [call_id, "b", None, None, None, None]
            return
        self.in_system += 1
        self.waiting.add(call_id)
        _, arrival, skill, _, patience = self.calls[call_id]
        waiting = Waiting(f"c{call_id:06d}", 1, skill, arrival, arrival, 10**9)
        self.serve(now, self.waitlist.place(waiting, now=now, token=self.token()))
        if call_id in self.waiting:
            self.at(now + patience, self.give_up, call_id)

    def give_up(self, now, call_id):
        if call_id in self.waiting:
            self.waiting.remove(call_id)
            self.in_system -= 1
            self.waitlist.gone(f"c{call_id:06d}", 2)
            arrival = self.calls[call_id][1]
            self.decided[call_id] = [call_id, "a", None, None, now - arrival, None]

    def serve(self, now, offer):
        if offer is None:
            return
        call_id = int(offer.entry_id[1:])
        _, arrival, skill, service, _ = self.calls[call_id]
        self.waiting.remove(call_id)
        self.revision[offer.agent_id] += 1
        self.waitlist.gone(offer.entry_id, 2)
        self.waitlist.busy(offer.agent_id, self.revision[offer.agent_id])
        self.waitlist.offers.done(offer)
        level = self.level[skill][offer.agent_id] + 1
        self.decided[call_id] = [call_id, "s", int(offer.agent_id[1:]), now, now - arrival, level]
        self.at(now + service, self.hang_up, offer.agent_id)

    def hang_up(self, now, agent_id):
        self.in_system -= 1
        if self.trace["wrapup_us"]:
            self.at(now + self.trace["wrapup_us"], self.release, agent_id)
        else:
            self.release(now, agent_id)

    def release(self, now, agent_id):
        self.revision[agent_id] += 1
        idle = Idle(agent_id, self.revision[agent_id], now)
        self.serve(now, self.waitlist.free(idle, now=now, token=self.token()))
