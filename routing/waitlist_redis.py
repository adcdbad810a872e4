"""The waitlist in Redis: sorted sets and Lua scripts, all keys of a site under one hash tag."""

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, TypeVar

from redis import Redis
from redis.commands.core import Script
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from foundation.errors import Problem
from foundation.redis import Keys
from routing.census import Census
from routing.errors import WaitlistDown, WaitlistLost
from routing.match import AgentChoice, Line
from routing.waitlist import LEASE, Discipline, Due, Idle, LineUnknown, Offer, TimerKind, Waiting

T = TypeVar("T")
SCRIPTS = ("place", "gone", "free", "busy", "widen", "open_line", "due", "done", "built")
LETTERS = {AgentChoice.LONGEST_IDLE: "i", AgentChoice.LEAST_OCCUPIED: "o"}


class _Store:
    """The client, the prefix and the scripts; turns Redis's failures into ours."""

    def __init__(self, client: "Redis", keys: Keys) -> None:
        self.client = client
        self.prefix = keys.name("routing", "")
        folder = resources.files("routing") / "lua"
        prelude = folder.joinpath("hold.lua").read_text(encoding="utf-8")
        self._scripts: dict[str, Script] = {
            name: client.register_script(prelude + folder.joinpath(f"{name}.lua").read_text(encoding="utf-8"))
            for name in SCRIPTS
        }

    def run(self, name: str, *args: str | int) -> list[Any]:
        """Call a script."""
        return self.ask(lambda: self._scripts[name](keys=[self.prefix], args=list(args))) or []

    def match(self, name: str, *args: str | int) -> Offer | None:
        """Call a script that may answer with an offer."""
        answer = [_text(part) for part in self.run(name, *args)]
        if not answer:
            return None
        if answer == ["LOST"]:
            raise lost()
        if answer == ["LINE"]:
            raise LineUnknown
        return Offer(answer[0], answer[1], answer[2], int(answer[3]), int(answer[4]), answer[5])

    def ask(self, question: Callable[[], T]) -> T:
        """Anything asked of Redis. Raises WaitlistDown when it cannot answer."""
        try:
            return question()
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise WaitlistDown(
                Problem("waitlist_down", f"Redis does not answer: {type(error).__name__}.", todo="Start Redis again.")
            ) from error


class RedisTimers:
    """Timers as one sorted set."""

    def __init__(self, store: _Store) -> None:
        self._store = store
        self._key = f"{store.prefix}due"

    def set(self, kind: TimerKind, subject: str, at: int) -> None:
        """Wake at that time."""
        self._store.ask(lambda: self._store.client.zadd(self._key, {f"{kind}|{subject}": at}))

    def due(self, now: int, *, limit: int = 100) -> list[Due]:
        """What has run out, under a lease."""
        answer = self._store.run("due", now, LEASE, limit)
        if len(answer) == 1:
            raise lost()
        till, members = answer
        split = (_text(member).split("|", 1) for member in members)
        return [Due(TimerKind(kind), subject, int(_text(till))) for kind, subject in split]

    def done(self, due: Due) -> None:
        """Dealt with."""
        self._store.run("done", f"{due.kind}|{due.subject}", due.lease)


class RedisOffers:
    """Offers as a stream, written by the matching scripts; an entry deleted is an offer done."""

    def __init__(self, store: _Store) -> None:
        self._store = store
        self._key = f"{store.prefix}offers"

    def pending(self, *, limit: int = 100) -> list[Offer]:
        """The open offers, oldest first."""
        items: Any = self._store.ask(lambda: self._store.client.xrange(self._key, count=limit))
        found = []
        for place, raw in items:
            row = {_text(name): _text(value) for name, value in raw.items()}
            slip = _text(place)
            found.append(Offer(row["token"], row["entry"], row["agent"], int(row["fence"]), int(row["till"]), slip))
        return found

    def done(self, offer: Offer) -> None:
        """SQL has spoken."""
        self._store.ask(lambda: self._store.client.xdel(self._key, offer.slip))


class RedisWaitlist:
    """The waitlist of a living house."""

    def __init__(self, client: "Redis", keys: Keys, *, discipline: Discipline = Discipline.LONGEST) -> None:
        self._store = _Store(client, keys)
        self._discipline = discipline
        self.timers = RedisTimers(self._store)
        self.offers = RedisOffers(self._store)

    def open_line(self, line: Line, members: Mapping[str, int]) -> None:
        """Make the line with its members."""
        pairs = [part for agent, ring in members.items() for part in (agent, ring)]
        opens = ",".join(str(after) for after in line.opens)
        self._store.run("open_line", line.id, line.queue, opens, len(line.opens), LETTERS[line.choice], *pairs)

    def place(
        self, waiting: Waiting, *, now: int, token: str, settled: str = "", building: bool = False
    ) -> Offer | None:
        """The entry waits."""
        w = waiting
        row = (w.entry_id, w.revision, w.line, w.place, w.arrived, w.hold, w.preferred, w.alone, w.floor)
        return self._store.match("place", int(building), now, token, settled, *row)

    def gone(self, entry_id: str, revision: int) -> None:
        """The entry no longer waits."""
        self._store.run("gone", entry_id, revision)

    def free(self, idle: Idle, *, now: int, token: str, settled: str = "", building: bool = False) -> Offer | None:
        """The agent is free."""
        row = (idle.agent_id, idle.revision, idle.since, idle.discipline or self._discipline, idle.occupied)
        return self._store.match("free", int(building), now, token, settled, *row)

    def busy(self, agent_id: str, revision: int) -> None:
        """The agent is not free."""
        self._store.run("busy", agent_id, revision)

    def widen(self, entry_id: str, *, now: int, token: str) -> Offer | None:
        """Open the rings the entry has waited for."""
        return self._store.match("widen", now, token, entry_id)

    def behind(self, entries: Mapping[str, int], agents: Mapping[str, int]) -> tuple[list[str], list[str]]:
        """Those it has not been told of."""
        return self._behind("en", entries), self._behind("ag", agents)

    def census(self) -> Census:
        """Everybody in a set of waiting entries, and every agent who is idle and stands in the sets he belongs to."""
        waiting = {entry for kind in ("wait:", "mine:") for entry in self._members(kind)}
        standing, named = set(self._members("idle:")), self._keys("ag:")
        agents = [key.removeprefix(f"{self._store.prefix}ag:") for key in named]
        pipeline = self._store.client.pipeline(transaction=False)
        for key, agent in zip(named, agents, strict=True):
            pipeline.hget(key, "state")
            pipeline.hlen(f"{self._store.prefix}rings:{agent}")
        told = iter(self._store.ask(pipeline.execute))
        states = [(agent, _text(next(told) or ""), next(told)) for agent in agents]
        idle = {agent for agent, state, rings in states if state == "idle" and (not rings or agent in standing)}
        return Census(frozenset(waiting), frozenset(idle))

    def reset(self, *, built: bool, fence: int = 0) -> None:
        """Forget everything, or declare it complete."""
        client, prefix = self._store.client, self._store.prefix
        if built:
            self._store.run("built", fence)
            return
        self._store.ask(lambda: client.delete(f"{prefix}built"))
        self._store.ask(lambda: [client.unlink(key) for key in client.scan_iter(match=f"{prefix}*", count=1000)])
        # whoever restored in between restored what was then thrown away
        self._store.ask(lambda: client.delete(f"{prefix}built"))

    def _keys(self, kind: str) -> list[str]:
        found: Any = self._store.ask(
            lambda: list(self._store.client.scan_iter(match=f"{self._store.prefix}{kind}*", count=1000))
        )
        return [_text(key) for key in found]

    def _members(self, kind: str) -> list[str]:
        pipeline = self._store.client.pipeline(transaction=False)
        for key in self._keys(kind):
            pipeline.zrange(key, 0, -1)
        return [_text(member) for found in self._store.ask(pipeline.execute) for member in found]

    def _behind(self, kind: str, wanted: Mapping[str, int]) -> list[str]:
        if not wanted:
            return []
        pipeline = self._store.client.pipeline(transaction=False)
        for name in wanted:
            pipeline.hget(f"{self._store.prefix}{kind}:{name}", "rev")
        known = self._store.ask(pipeline.execute)
        return [name for name, found in zip(wanted, known, strict=True) if int(found or -1) < wanted[name]]


def lost() -> WaitlistLost:
    """Redis was emptied, or has never been filled."""
    return WaitlistLost(Problem("waitlist_lost", "Redis holds no waitlist.", todo="Run callwright rebuild."))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
