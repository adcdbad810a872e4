"""A bank's calls of 1999, told their wait as they came: our rule and Asterisk's, against what they really waited.

The log is of the "Anonymous Bank" (I. Guedj and A. Mandelbaum, Technion). It knows calls, not staff, so what the house
knows of itself is inferred, always from what was past at the moment:

- A server works while on a call and for twenty minutes after the last.
- A server serves a kind of call when he has in the days before, up to fourteen.
- A call takes of its server its conversation, and the time until his next call where one of his callers waited for
  it, up to two minutes: after-call work is not in the log.
- A caller of priority 2 stands 90 seconds earlier in line, as was the bank's rule.
"""

import csv
import gzip
import heapq
import os
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import fmean

from call_flows.reading.waits import tell
from routing.estimates import EwtRules, Handling, Pool, Seen, estimate, leaving_rate

STAYS = 1200
"""Seconds after a call for which a server is taken to be there still; this and the next were chosen on January."""
AFTER_WORK = 120
HEAD_START = 90
LATELY = 4 * 3600
DAYS = 14
LEARNED = 7
"""Days with which each month begins, on which nobody is told anything: the servers are still unknown."""
AGAIN = 60
UNKNOWN = frozenset({"", "NO_SERVER"})
RULES = EwtRules(min_samples=5, quiet_when_agents_below=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that asked for an agent; seconds of its day. `wait` is until an agent, or until it gave up."""

    kind: str
    arrived: int
    place: int
    wait: int
    queued: bool
    server: str
    talked: int

    @property
    def ended(self) -> int:
        """When the wait was over."""
        return self.arrived + self.wait


def days() -> Iterator[tuple[str, list[Call]]]:
    """The log, day by day."""
    folder = Path(os.environ.get("CALLWRIGHT_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    file = folder / "routing" / "anonymous_bank_clean.csv.gz"
    if not file.is_file():
        raise SystemExit(f"not measured: {file} is not here; set CALLWRIGHT_DATA to the folder of the reference data")
    calls: dict[str, list[Call]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["req"] == "True":
                calls[row["date"]].append(_call(row))
    for date in sorted(calls):
        yield date, sorted(calls[date], key=lambda call: call.arrived)


def _call(row: dict[str, str]) -> Call:
    arrived, is_served = int(row["arr"]), row["served"] == "True"
    wait = int(row["ser_start"]) - arrived if is_served else int(row["q_time"])
    place = arrived - (HEAD_START if row["prio"] == "2" else 0)
    server = row["server"] if is_served else ""
    return Call(row["type"], arrived, place, max(0, wait), row["queued"] == "True", server, int(row["ser_time"]))


class Asterisk:
    """The moving average of app_queue, per queue: (3 × old + new) >> 2 at every answer. The line is not looked at."""

    def __init__(self) -> None:
        self._hold: Counter[str] = Counter()

    def answered(self, call: Call) -> None:
        """One more past wait."""
        self._hold[call.kind] = (3 * self._hold[call.kind] + call.wait) >> 2

    def tell(self, call: Call, waited: int) -> float:
        """What a caller is told who has waited so long."""
        return float(max(0, self._hold[call.kind] - waited))


@dataclass(slots=True)
class Server:
    """A server as the log shows him."""

    began: int = -1
    until: int = -1
    kind: str = ""
    awaited: bool = False
    """Whether one of his callers waited when his last call ended."""


@dataclass(slots=True)
class Office:
    """The office as it would know itself, brought forward event by event."""

    skills: dict[str, Counter[str]]
    servers: dict[str, Server] = field(default_factory=lambda: defaultdict(Server))
    line: dict[Call, None] = field(default_factory=dict)
    handled: dict[str, deque[tuple[int, float]]] = field(default_factory=lambda: defaultdict(deque))
    waits: dict[str, deque[tuple[int, float, bool]]] = field(default_factory=lambda: defaultdict(deque))
    talking: list[tuple[int, str]] = field(default_factory=list)

    def advance(self, now: int) -> None:
        """Conversations that have ended by now."""
        while self.talking and self.talking[0][0] <= now:
            ended, name = heapq.heappop(self.talking)
            server = self.servers[name]
            if server.until == ended:
                server.awaited = any(self._serves(name, call.kind) for call in self.line)

    def over(self, call: Call) -> None:
        """A wait ends: an agent, or the caller gave up."""
        self.line.pop(call, None)
        self.waits[call.kind].append((call.ended, float(call.wait), not call.server))
        if call.server in UNKNOWN:
            return
        server, now = self.servers[call.server], call.ended
        if server.until >= 0:
            gap = now - server.until if server.awaited and 0 < now - server.until <= AFTER_WORK else 0
            self.handled[call.server].append((now, float(server.until - server.began + gap)))
        server.began, server.until, server.kind, server.awaited = now, now + call.talked, call.kind, False
        heapq.heappush(self.talking, (server.until, call.server))

    def tell(self, call: Call, now: int) -> float | None:
        """What our rule says to a caller who comes, or has waited until now."""
        before = [one for one in self.line if (one.place, one.arrived) < (call.place, call.arrived) and one is not call]
        mine = [one for one in before if one.kind == call.kind]
        elsewhere = Counter(one.kind for one in before if one.kind != call.kind)
        agents, heads, lengths = 0.0, 0, list[float]()
        for name, server in self.servers.items():
            if self._serves(name, call.kind) and now - server.until <= STAYS:
                others = sum(count for kind, count in elsewhere.items() if self._serves(name, kind))
                agents += (len(mine) + 1) / (len(mine) + 1 + others)
                heads += 1
                lengths += _lately(self.handled[name], now)
        seen = Seen(
            ahead=len(mine),
            pools=(Pool(agents, heads),),
            handling=Handling.of(lengths),
            leaving=leaving_rate(
                [(wait, lost) for at, wait, lost in self.waits[call.kind] if at > now - LATELY][-200:]
            ),
            head_waited=max((now - one.arrived for one in mine), default=0),
            waited=now - call.arrived,
        )
        found = estimate(seen, RULES)
        return None if found is None else found.seconds

    def _serves(self, name: str, kind: str) -> bool:
        return self.skills[name][kind] > 0


@dataclass(frozen=True, slots=True)
class Said:
    """What one caller was told, by both rules, when he came or a minute, two … later; and what was left to wait."""

    date: str
    kind: str
    is_first: bool
    left: float
    ours: float
    asterisk: float


def told(limit: int | None = None) -> Iterator[Said]:
    """Everybody who waited and was answered, on every day of the log; `limit` days of it."""
    past: deque[Counter[tuple[str, str]]] = deque(maxlen=DAYS)
    asterisk, month = Asterisk(), ""
    for date, calls in islice(days(), limit):
        if date[:7] != month:
            past.clear()
            month = date[:7]
        yield from _day(date, calls, past, asterisk)
        past.append(Counter((call.server, call.kind) for call in calls if call.server not in UNKNOWN))


def _day(
    date: str, calls: Sequence[Call], past: Sequence[Counter[tuple[str, str]]], asterisk: Asterisk
) -> Iterator[Said]:
    skills: dict[str, Counter[str]] = defaultdict(Counter)
    for (name, kind), count in (pair for day in past for pair in day.items()):
        skills[name][kind] += count
    office = Office(skills)
    for now, _order, _number, deed, call in _events(calls):
        office.advance(now)
        if deed == OVER:
            office.over(call)
            if call.server:
                asterisk.answered(call)
            continue
        if call.server and call.queued and call.wait > 0 and len(past) >= LEARNED:
            ours = office.tell(call, now)
            if ours is not None:
                waited = now - call.arrived
                yield Said(date, call.kind, deed == CAME, call.wait - waited, ours, asterisk.tell(call, waited))
        if call.wait > 0:
            office.line[call] = None


CAME, WAITS, OVER = range(3)


def _events(calls: Sequence[Call]) -> list[tuple[int, int, int, int, Call]]:
    """Who comes, still waits at a full minute, or waits no more; at one moment ends come first."""
    found = []
    for number, call in enumerate(calls):
        found.append((call.arrived, 1, number, CAME, call))
        found += [(at, 1, number, WAITS, call) for at in range(call.arrived + AGAIN, call.ended, AGAIN)]
        found.append((call.ended, 0 if call.wait > 0 else 1, number, OVER, call))
    return sorted(found, key=lambda event: event[:4])


def _lately(found: deque[tuple[int, float]], now: int) -> list[float]:
    while found and found[0][0] < now - LATELY:
        found.popleft()
    return [length for _at, length in found]


def _row(name: str, said: Sequence[Said]) -> tuple[float, float, float]:
    """Print one line; returns the ratio of the mean absolute errors, and both biases."""
    wait = fmean(one.left for one in said)
    ours, theirs = ([getattr(one, rule) - one.left for one in said] for rule in ("ours", "asterisk"))
    errors = [fmean(map(abs, rule)) for rule in (ours, theirs)]
    ratio = errors[0] / errors[1]
    late = [
        sum(one.left > 60 * tell(one.ours).high for one in said) / len(said),
        sum(one.left > 60 * max(1, (one.asterisk + 30) // 60) for one in said) / len(said),
    ]
    print(
        f"{name:<24} {len(said):>7} {wait:>6.1f} {errors[0]:>7.1f} {errors[1]:>9.1f} {ratio:>6.3f}"
        f" {fmean(ours):>7.1f} {fmean(theirs):>9.1f} {late[0]:>7.1%} {late[1]:>9.1%}"
    )
    return ratio, fmean(ours), fmean(theirs)


def print_bank(*, short: bool) -> None:
    """The table; January is where what is inferred was tuned, February and October were not looked at."""
    said = list(told(21 if short else None))
    first = [one for one in said if one.is_first]
    print(
        f"\n{'bank, told to':<24} {'callers':>7} {'wait':>6} {'MAE':>7} {'Asterisk':>9} {'ratio':>6}"
        f" {'bias':>7} {'Asterisk':>9} {'late':>7} {'Asterisk':>9}"
    )
    ratio, ours, theirs = _row("all, on coming", first)
    for month in sorted({one.date[:7] for one in first}):
        _row(f"{month}, on coming", [one for one in first if one.date.startswith(month)])
    for kind, _count in Counter(one.kind for one in first).most_common(4):
        _row(f"{kind}, on coming", [one for one in first if one.kind == kind])
    _row("all, every minute more", [one for one in said if not one.is_first])
    print(f"mae_ratio {ratio:.3f} bias_ours {ours:.1f} bias_asterisk {theirs:.1f}")
