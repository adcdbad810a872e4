"""The steps in which a caller chooses a time: on which clock, which day, when, or one of those that are proposed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.nodes.base import Outcome
from call_flows.nodes.callback_asking import AGAIN, MOST_TIMES, Step, Talk, promise
from call_flows.nodes.callback_talk import Stage
from call_flows.nodes.callback_times import (
    REFUSED,
    clocks_of,
    days_of,
    few,
    is_sure,
    near_at,
    near_of,
    spoken_clock,
    spoken_day,
    times_of,
    wanted_moment,
    zone_at,
)


def on_a_clock(talk: Talk) -> Outcome:
    """On which clock the caller will name a time: that of the number, where it tells; else it is asked for."""
    turn, number = talk.turn, talk.known("number")
    if talk.known("zone"):
        return _ask_day(talk)
    clocks = clocks_of(turn, number)
    if is_sure(turn, number):
        turn.scratch = {**turn.scratch, "zone": clocks[0][0]}
        elsewhere = clocks[0][1] != turn.facts.now.astimezone(turn.site.zone).strftime("%H:%M")
        return _ask_day(talk, turn.courtesy(Courtesy.CALLBACK_YOUR_TIME, {"time": clocks[0][1]}) if elsewhere else None)
    if not few(clocks, number):
        return talk.ask(Stage.CLOCK)
    shown = {f"clock_{key}": time for key, (_name, time) in enumerate(clocks, 1)}
    turn.scratch = {**turn.scratch, **shown}
    return talk.ask(Stage.ZONE)


def _zone(talk: Talk, answer: str, event: Collected) -> Outcome:
    clocks = clocks_of(talk.turn, talk.known("number"))
    said = spoken_clock(event, talk.turn.language)
    if not said and answer.isdigit() and 1 <= int(answer) <= len(clocks):
        return _in_zone(talk, clocks[int(answer) - 1][0])
    return _in_zone(talk, zone_at(clocks, [said])) if said else AGAIN


def _clock(talk: Talk, answer: str, _event: Collected) -> Outcome:
    return _in_zone(talk, zone_at(clocks_of(talk.turn, talk.known("number")), times_of(answer))) if answer else AGAIN


def _in_zone(talk: Talk, zone: str) -> Outcome:
    if not zone:
        return AGAIN
    talk.turn.scratch = {**talk.turn.scratch, "zone": zone}
    return _ask_day(talk)


def _ask_day(talk: Talk, before: Sequence[Heard] | None = None) -> Outcome:
    today = talk.calendar.day(0)
    return talk.ask(Stage.DAY, before, **days_of(talk.calendar), today=today)


def _day(talk: Talk, answer: str, event: Collected) -> Outcome:
    if event.digits:
        if answer == "4":
            return talk.ask(Stage.DATE)
        return talk.ask(Stage.TIME, day=talk.calendar.day(int(answer) - 1)) if answer in {"1", "2", "3"} else AGAIN
    return _date(talk, answer, event)


def _date(talk: Talk, _answer: str, event: Collected) -> Outcome:
    day, times = spoken_day(event, talk.turn.language, talk.calendar)
    if not day:
        return AGAIN
    talk.turn.scratch = {**talk.turn.scratch, "day": day}
    return _timed(talk, times) if times else talk.ask(Stage.TIME)


def _time(talk: Talk, answer: str, _event: Collected) -> Outcome:
    clocks = times_of(answer) if answer else []
    return _timed(talk, clocks) if clocks else AGAIN


def _timed(talk: Talk, clocks: list[str]) -> Outcome:
    """A time was named; of four keys it may be the morning's or the evening's."""
    calendar, day = talk.calendar, talk.known("day")
    possible = calendar.possible(day, clocks)
    if len(possible) > 1:
        return talk.ask(Stage.HALF, morning=possible[0], afternoon=possible[1])
    if possible:
        return _chosen(talk, possible[0])
    moment = wanted_moment(calendar, day, clocks)
    return propose(talk, calendar.refusal(moment), calendar.nearest(moment))


def _chosen(talk: Talk, time: str) -> Outcome:
    """A time that will do: is there room? Then it is read back."""
    talk.turn.scratch = {**talk.turn.scratch, "time": time}
    policy = talk.turn.site.site.queues[talk.queue].callback if talk.queue in talk.turn.site.site.queues else None
    if policy is not None and policy.slots is not None:
        return promise(talk, tentative=True)
    return talk.ask(Stage.TIME_CONFIRM)


def propose(talk: Talk, reason: str, moments: Sequence[datetime]) -> Outcome:
    """A time will not do: say why, and name the nearest that will."""
    times = int(talk.turn.scratch.get("refusals") or 0) + 1
    if times > MOST_TIMES:
        return "refused"
    said = talk.turn.courtesy(REFUSED.get(reason, Courtesy.CALLBACK_TIME_CLOSED))
    if not moments:
        talk.turn.scratch = {**talk.turn.scratch, "refusals": times}
        return _ask_day(talk, said)
    return talk.ask(Stage.NEAR, said, refusals=times, **near_of(talk.calendar, moments))


def _half(talk: Talk, answer: str, _event: Collected) -> Outcome:
    half = {"1": "morning", "2": "afternoon"}.get(answer)
    return AGAIN if half is None else _chosen(talk, talk.known(half))


def _near(talk: Talk, answer: str, event: Collected) -> Outcome:
    day, time = near_at(talk.turn.scratch, answer, event.speech, talk.turn.language)
    if day:
        talk.turn.scratch = {**talk.turn.scratch, "day": day, "time": time}
        return promise(talk)
    if answer in {"2", "3"}:
        return _ask_day(talk)
    said = spoken_clock(event, talk.turn.language)
    return _timed(talk, [said]) if said else AGAIN


def _time_confirm(talk: Talk, answer: str, event: Collected) -> Outcome:
    said = spoken_clock(event, talk.turn.language)
    if said and answer != "1":
        return _timed(talk, [said])
    return promise(talk) if answer == "1" else _ask_day(talk) if answer == "2" else AGAIN


CHOOSING: Final[Mapping[Stage, Step]] = {
    Stage.ZONE: _zone,
    Stage.CLOCK: _clock,
    Stage.DAY: _day,
    Stage.DATE: _date,
    Stage.TIME: _time,
    Stage.HALF: _half,
    Stage.NEAR: _near,
    Stage.TIME_CONFIRM: _time_confirm,
}
"""What each answer on the way to a time leads to."""
