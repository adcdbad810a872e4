"""An interpreter of Studio flows, written from Studio's documented semantics and knowing nothing of the importer.

It follows one call: the widgets it enters, what is said, and what it waits for. What happens outside (keys, words, web
services, people) is asked of a `World`. Liquid is rendered by a Liquid engine, not translated.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from liquid import Environment
from liquid.exceptions import LiquidError

SAME_IN_A_ROW = 10
MOST_STEPS = 1000


@dataclass
class Gathered:
    """What a caller does at a Gather: keys in the order pressed, or words, or nothing."""

    keys: str = ""
    words: str = ""


@dataclass
class Answered:
    """What a web service answers: a status, and JSON or not; no status when nothing came in time."""

    status: int | None
    body: Any = None


class World(Protocol):
    """What happens outside the flow. Each method is one wait; raise `HangsUp` to end the call."""

    def gathered(self, widget: str) -> Gathered: ...
    def answered(self, widget: str) -> Answered: ...
    def dialled(self, widget: str) -> str: ...
    def queued(self, widget: str) -> bool: ...
    def recorded(self, widget: str) -> float: ...
    def sent(self, widget: str) -> bool: ...
    def paid(self, widget: str) -> bool: ...


class HangsUp(Exception):
    """The caller is gone."""


@dataclass
class Run:
    """What became of a call."""

    journey: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    ended: str = ""


class Oracle:
    """One call through one flow."""

    def __init__(self, flow: dict[str, Any], world: World, *, caller: str, dialled: str, now: datetime) -> None:
        self.widgets = {state["name"]: state for state in flow["states"]}
        self.initial = flow["initial_state"]
        self.world = world
        self.now = now
        self.liquid = Environment()
        self.liquid.add_filter("timezone", lambda value, zone: ("moment", zone) if value == "now" else value)
        self.liquid.add_filter("date", self._date)
        self.context: dict[str, Any] = {
            "flow": {"variables": {}, "data": {}, "channel": {"address": dialled}},
            "contact": {"channel": {"address": caller}},
            "trigger": {"call": {"From": caller, "To": dialled}},
            "widgets": {},
        }
        self.run = Run()

    def follow(self, event: str = "incomingCall") -> Run:
        """Follow the call until it ends."""
        here = self._next(self.widgets[self.initial], event)
        try:
            while here is not None and not self._too_often(here):
                self.run.journey.append(here)
                widget = self.widgets[here]
                here = self._after(widget)
            self.run.ended = self.run.ended or "end"
        except HangsUp:
            self.run.ended = "hung up"
        return self.run

    def _too_often(self, here: str) -> bool:
        last = self.run.journey[-SAME_IN_A_ROW:]
        if len(self.run.journey) >= MOST_STEPS or last == [here] * SAME_IN_A_ROW:
            self.run.ended = "limit"
            return True
        return False

    def _next(self, widget: dict[str, Any], event: str) -> str | None:
        for way in widget["transitions"]:
            if way["event"] == event and way.get("next"):
                return way["next"] if way["next"] in self.widgets else None
        return None

    def _after(self, widget: dict[str, Any]) -> str | None:
        perform = getattr(self, "_do_" + widget["type"].replace("-", "_"), None)
        if perform is None:
            self.run.ended = f"unknown {widget['type']}"
            return None
        if widget["type"] == "split-based-on":
            return perform(widget)
        return self._next(widget, perform(widget, widget["properties"]))

    def render(self, template: Any) -> str:
        """A template as Studio renders it."""
        try:
            return self.liquid.from_string(str(template)).render(**self.context)
        except LiquidError:
            return ""

    def _date(self, value: Any, form: str) -> str:
        """The moment of the test, whatever the machine's clock says."""
        zone = value[1] if isinstance(value, tuple) else "UTC"
        return self.now.astimezone(ZoneInfo(zone)).strftime(form) if value == "now" or isinstance(value, tuple) else ""

    def _keep(self, widget: dict[str, Any], **values: Any) -> None:
        self.context["widgets"][widget["name"]] = values

    def _say(self, properties: dict[str, Any]) -> None:
        text = " ".join(self.render(properties.get("say") or "").split())
        self.run.said += [text] * min(max(int(properties.get("loop") or 1), 1), 10) if text else []

    def _do_say_play(self, _widget: dict[str, Any], properties: dict[str, Any]) -> str:
        self._say(properties)
        return "audioComplete"

    def _do_gather_input_on_call(self, widget: dict[str, Any], properties: dict[str, Any]) -> str:
        self._say(properties)
        done = self.world.gathered(widget["name"])
        digits = self._digits(properties, done.keys)
        if digits:
            self._keep(widget, Digits=digits)
            return "keypress"
        listens = self._wired(widget, "speech")
        if done.words.strip() and listens and not done.keys:
            self._keep(widget, SpeechResult=done.words, Confidence="0.9")
            return "speech"
        self._keep(widget)
        return "timeout"

    def _digits(self, properties: dict[str, Any], keys: str) -> str:
        """Up to the number of digits, up to the finish key, which is not among them."""
        most = int(properties.get("number_of_digits") or 0)
        stops = str(properties.get("stop_gather", True)).lower() != "false"
        finish = properties.get("finish_on_key", "#") if stops else ""
        digits = ""
        for key in keys:
            if finish and key == finish:
                break
            digits += key
            if most and len(digits) == most:
                break
        return digits

    def _wired(self, widget: dict[str, Any], event: str) -> bool:
        return any(way["event"] == event and way.get("next") for way in widget["transitions"])

    def _do_split_based_on(self, widget: dict[str, Any]) -> str | None:
        for way in widget["transitions"]:
            if way["event"] != "match":
                continue
            if all(self._holds(widget, condition) for condition in way.get("conditions") or [None]):
                return way["next"] if way.get("next") in self.widgets else None
        return self._next(widget, "noMatch")

    def _holds(self, widget: dict[str, Any], condition: dict[str, Any] | None) -> bool:
        if condition is None:
            return False
        given = (condition.get("arguments") or [widget["properties"].get("input", "")])[0]
        subject = self.render(given).strip().lower()
        raw = str(condition.get("value", ""))
        value = (raw if condition["type"] == "regex" else self.render(raw)).strip().lower()
        return compare(condition["type"], subject, value, raw.strip())

    def _do_set_variables(self, _widget: dict[str, Any], properties: dict[str, Any]) -> str:
        for pair in properties.get("variables") or []:
            self.context["flow"]["variables"][pair["key"]] = self.render(pair.get("value", ""))
        return "next"

    def _do_make_http_request(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return self._service(widget, "failed")

    def _do_run_function(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return self._service(widget, "fail")

    def _service(self, widget: dict[str, Any], bad: str) -> str:
        answer = self.world.answered(widget["name"])
        if answer.status is None:
            self._keep(widget)
            return bad
        parsed = answer.body if isinstance(answer.body, dict) else {}
        good = 200 <= answer.status < 300
        self._keep(widget, status_code=str(answer.status), **({"parsed": parsed} if good else {}))
        return "success" if good else bad

    def _do_connect_call_to(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        self._keep(widget, DialCallStatus=self.world.dialled(widget["name"]))
        return "callCompleted"

    def _do_enqueue_call(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return "callComplete" if self.world.queued(widget["name"]) else "failedToEnqueue"

    _do_send_to_flex = _do_enqueue_call

    def _do_record_voicemail(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return "recordingComplete" if self.world.recorded(widget["name"]) > 0 else "noAudio"

    def _do_record_call(self, _widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return "success"

    def _do_send_message(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return "sent" if self.world.sent(widget["name"]) else "failed"

    def _do_capture_payments(self, widget: dict[str, Any], _properties: dict[str, Any]) -> str:
        return "success" if self.world.paid(widget["name"]) else "maxFailedAttempts"


def compare(operator: str, subject: str, value: str, raw: str) -> bool:
    """One predicate of a split; both sides are trimmed and in small letters."""
    words = [word.strip() for word in value.split(",")]
    plain = {
        "equal_to": lambda: subject == value,
        "not_equal_to": lambda: subject != value,
        "matches_any_of": lambda: subject in words,
        "does_not_match_any_of": lambda: subject not in words,
        "is_blank": lambda: subject == "",
        "is_not_blank": lambda: subject != "",
        "regex": lambda: re.fullmatch(raw, subject, re.IGNORECASE) is not None,
        "contains": lambda: value in subject,
        "does_not_contain": lambda: value not in subject,
        "starts_with": lambda: subject.startswith(value),
        "does_not_start_with": lambda: not subject.startswith(value),
        "less_than": lambda: _less(_number, subject, value),
        "greater_than": lambda: _less(_number, value, subject),
        "is_before_time": lambda: _less(_time, subject, value),
        "is_after_time": lambda: _less(_time, value, subject),
        "is_before_date": lambda: _less(_date, subject, value),
        "is_after_date": lambda: _less(_date, value, subject),
    }
    return plain[operator]()


def _less(read: Any, left: str, right: str) -> bool:
    first, second = read(left), read(right)
    return first is not None and second is not None and first < second


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def _time(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return int(match[1]), int(match[2])


def _date(text: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if match is None:
        match = re.fullmatch(r"(?P<m>\d{2})/(?P<d>\d{2})/(?P<y>\d{4})", text)
        if match is None:
            return None
        parts = int(match["y"]), int(match["m"]), int(match["d"])
    else:
        parts = int(match[1]), int(match[2]), int(match[3])
    try:
        datetime(*parts)
    except ValueError:
        return None
    return parts
