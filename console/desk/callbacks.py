"""An agent owes a customer a call: at a time on the customer's clock, by anyone or by this agent, with a note."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask_login import current_user

from call_flows.appointment import Calendar
from callbacks.promises import Why
from callbacks.promising import PromiseRefused
from console.desk.views import blueprint
from console.here import services
from foundation.phone import NumberRefused, parse_number, zones_of

NOTE_LONGEST = 500
BAD, REFUSED, MADE = 400, 409, 201
WHY_NOT = {
    "not_a_number": "That is not a telephone number.",
    "zone": "The number may be in several time zones. Choose the customer's.",
    "time": "Write the day and the time, such as 2026-03-04 and 15:30.",
    "no_such_time": "The clocks skip that time on that day.",
    "time_past": "That time has passed.",
    "time_too_far": "That is more than 30 days ahead.",
    "closed": "The queue makes no callbacks at that time.",
    "quiet_hours": "It is too early or too late there.",
    "slot_full": "That time is taken.",
    "do_not_call": "This number asked never to be called.",
    "queue": "There is no such queue.",
}


@blueprint.post("/callbacks")
def call_back() -> Response:
    """Owe the call. Refused: why, and the nearest times that would do, on the customer's clock."""
    form = request.form
    queue, note = form.get("queue", ""), form.get("note", "").strip()[:NOTE_LONGEST]
    if queue not in services().shelf.current().loaded.site.queues:
        return _refused("queue", BAD)
    try:
        number = parse_number(form.get("number", ""), region=_country())
    except NumberRefused as refused:
        return _refused(refused.problem.code, BAD)
    zones = zones_of(number) or (str(services().timezone),)
    zone = form.get("zone", "") or (zones[0] if _one_clock(zones) else "")
    if zone not in {*zones, str(services().timezone)}:
        return _refused("zone", BAD, zones=zones)
    moment = _moment(form.get("day", ""), form.get("time", ""), zone)
    if isinstance(moment, str):
        return _refused(moment, BAD)
    return _owe(number, queue, moment, zone, note)


def _owe(number: str, queue: str, moment: datetime, zone: str, note: str) -> Response:
    here = services()
    agent = str(current_user.agent_id or "")
    with here.db.begin() as session:
        promised = here.callbacks.promise(
            session,
            call_id=None,
            number=number,
            queue=queue,
            due_at=moment,
            language=request.form.get("language", "") or str(here.shelf.current().loaded.site.languages[0]),
            zone=zone,
            why=Why.AGENT,
            note=note,
            owner=agent if request.form.get("owner") == "me" else "",
            asked_by=agent or current_user.login,
        )
    if isinstance(promised, PromiseRefused):
        return _refused(promised.reason, REFUSED, nearest=tuple(_local(one, zone) for one in promised.nearest))
    page = render_template("desk/call_back.html", made=_local(promised.due_at, zone), zone=zone, number=number)
    return make_response(page, MADE)


def _moment(day: str, clock: str, zone: str) -> datetime | str:
    try:
        parsed, at = date.fromisoformat(day), time.fromisoformat(clock)
    except ValueError:
        return "time"
    calendar = Calendar(services().clock.now(), ZoneInfo(zone))
    moment = calendar.moment(parsed.isoformat(), at.strftime("%H:%M"))
    return moment if calendar.said(moment) == (parsed.isoformat(), at.strftime("%H:%M")) else "no_such_time"


def _one_clock(zones: tuple[str, ...]) -> bool:
    now = services().clock.now()
    return len({now.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}) == 1


def _country() -> str:
    return services().shelf.current().loaded.site.dialing.countries[0]


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _refused(code: str, status: int, *, zones: tuple[str, ...] = (), nearest: tuple[str, ...] = ()) -> Response:
    why = WHY_NOT.get(code, "This number cannot be called.")
    page = render_template("desk/call_back.html", code=code, why=why, zones=zones, nearest=nearest)
    return make_response(page, status)
