"""What callers say and press on the way to a callback, in both languages; when the offer begins and ends."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from call_flows.appointment import Calendar, clock_span, nearest_times, readings, span_of
from call_flows.events import Collected
from call_flows.facts import Facts, QueueFacts
from call_flows.hours import Hours
from call_flows.loader import load_texts
from call_flows.nodes.callback_talk import Stage, answer_of
from call_flows.nodes.callback_times import spoken_day, zone_at
from call_flows.offering import is_offering
from tests.call_flows.conftest import MONDAY_MORNING, SITE

NEW_YORK = ZoneInfo("America/New_York")
FACTS = Facts(MONDAY_MORNING)


@pytest.mark.parametrize(
    ("stage", "language", "said", "meant"),
    [
        (Stage.OFFER, "en-US", "yes please", "1"),
        (Stage.OFFER, "en-US", "call me back", "1"),
        (Stage.OFFER, "en-US", "no thanks", "2"),
        (Stage.OFFER, "es-US", "llámeme", "1"),
        (Stage.OFFER, "es-US", "no", "2"),
        (Stage.OPEN, "en-US", "keep it", "1"),
        (Stage.OPEN, "en-US", "another time please", "2"),
        (Stage.OPEN, "en-US", "I will wait on the line", "3"),
        (Stage.OPEN, "en-US", "cancel it", "4"),
        (Stage.OPEN, "es-US", "otra hora", "2"),
        (Stage.OPEN, "es-US", "cancelarla", "4"),
        (Stage.WHEN, "en-US", "when it is my turn", "1"),
        (Stage.WHEN, "en-US", "choose a time", "2"),
        (Stage.WHEN, "es-US", "elegir una hora", "2"),
        (Stage.NEAR, "en-US", "the second one", "2"),
        (Stage.NEAR, "en-US", "neither", "3"),
        (Stage.NUMBER, "en-US", "two oh two five five five oh one four two", "2025550142"),
        (Stage.NUMBER, "es-US", "dos cero dos cinco cinco cinco cero uno cuatro dos", "2025550142"),
        (Stage.THIS_NUMBER, "en-US", "two oh two five five five oh one four two", "2025550142"),
        (Stage.TIME, "en-US", "half past three", "15:30"),
        (Stage.TIME, "es-US", "las cuatro menos cuarto", "15:45"),
        (Stage.HALF, "en-US", "what", ""),
    ],
)
def test_what_callers_say(stage, language, said, meant):
    assert answer_of(Collected(FACTS, speech=said), stage, language) == meant


@pytest.mark.parametrize(
    ("stage", "keys", "meant"),
    [
        (Stage.TIME, "0930", "0930"),
        (Stage.TIME, "93", ""),
        (Stage.DATE, "0304", "0304"),
        (Stage.DATE, "34", ""),
        (Stage.DAY, "3", "3"),
        (Stage.DAY, "*", "*"),
        (Stage.NUMBER, "2025550142", "2025550142"),
        (Stage.NUMBER, "20#55", ""),
    ],
)
def test_what_callers_press(stage, keys, meant):
    assert answer_of(Collected(FACTS, digits=keys), stage, "en-US") == meant


@pytest.mark.parametrize(
    ("language", "said", "day", "clock"),
    [
        ("en-US", "tomorrow at half past three", "2026-03-03", ["15:30"]),
        ("en-US", "at four thirty on wednesday", "2026-03-04", ["16:30"]),
        ("en-US", "next friday at half past nine in the morning", "2026-03-06", ["09:30"]),
        ("en-US", "March the fifth at ten a.m.", "2026-03-05", ["10:00"]),
        ("en-US", "tomorrow", "2026-03-03", []),
        ("en-US", "at five", "", []),
        ("es-US", "mañana a las tres de la tarde", "2026-03-03", ["15:00"]),
        ("es-US", "el viernes a las diez y media", "2026-03-06", ["10:30"]),
        ("es-US", "pasado mañana", "2026-03-04", []),
    ],
)
def test_a_day_and_its_time_may_be_said_in_one_sentence(language, said, day, clock):
    calendar = Calendar(MONDAY_MORNING, NEW_YORK)
    assert spoken_day(Collected(FACTS, speech=said), language, calendar) == (day, clock)


def test_the_clock_of_a_caller_is_found_by_the_time_it_shows():
    clocks = [("America/Boise", "08:00"), ("America/Los_Angeles", "07:00")]
    assert zone_at(clocks, ["07:58"]) == "America/Boise", "a watch may be wrong by some minutes"
    assert zone_at(clocks, readings("0705")) == "America/Los_Angeles"
    assert zone_at(clocks, ["12:00"]) == ""
    assert zone_at([("A", "23:55"), ("B", "22:55")], ["00:05"]) == "A"


def test_a_calendar_refuses_with_a_reason_on_every_clock_concerned():
    hours = Hours.read({"mon-fri": "08:00-20:00"})
    idaho = (ZoneInfo("America/Boise"), ZoneInfo("America/Los_Angeles"))
    calendar = Calendar(MONDAY_MORNING, idaho[0], hours, NEW_YORK, (time(21), time(8)), idaho)
    reasons = {
        clock: calendar.refusal(calendar.moment("2026-03-03", clock)) for clock in ("06:00", "08:30", "09:00", "18:30")
    }
    assert reasons == {"06:00": "quiet_hours", "08:30": "quiet_hours", "09:00": "", "18:30": "closed"}
    assert calendar.refusal(MONDAY_MORNING) == "time_past"
    assert calendar.refusal(MONDAY_MORNING + timedelta(days=31)) == "time_too_far"


def test_the_nearest_times_lie_on_both_sides_where_both_will_do():
    wanted = datetime(2026, 3, 3, 15, 7, tzinfo=UTC)
    assert [moment.minute for moment in nearest_times(wanted, lambda _moment: True, timedelta(minutes=15))] == [0, 15]
    assert nearest_times(wanted, lambda _moment: False, timedelta(minutes=15)) == []


def test_an_hour_that_summer_time_skips_is_no_time_to_promise():
    calendar = Calendar(datetime(2026, 3, 7, 12, tzinfo=UTC), NEW_YORK)
    assert calendar.possible("2026-03-08", ["02:30", "03:30"]) == ["03:30"]


def test_spans_begin_with_the_hour():
    moment = datetime(2026, 3, 3, 15, 44, 59, tzinfo=UTC)
    assert span_of(moment, timedelta(minutes=15)).minute == 30
    assert span_of(moment, timedelta(hours=1)).minute == 0
    assert span_of(moment, timedelta(hours=4)).hour == 12
    assert clock_span("9:00-24:00") == (time(9), time(0))


@pytest.mark.parametrize(
    ("was", "ewt", "offers"),
    [
        (False, 121, True),
        (False, 90, False),
        (True, 90, True),
        (True, 59, False),
        (True, None, True),
        (False, None, False),
    ],
)
def test_an_offer_begins_at_one_wait_and_ends_at_another(was, ewt, offers):
    policy = '    callback: {offer_when: "ewt > 120", stop_when: "ewt < 60"}\n'
    site = load_texts(
        {
            "site.yaml": SITE.replace("agents:", f"{policy}agents:"),
            "flows/main.yaml": "flow: main\nstart: b\nnodes:\n  b: {hang_up: Bye.}\n",
        }
    )
    facts = replace(FACTS, queues={"billing": QueueFacts(1, 1, ewt)})
    assert is_offering(site, "billing", facts, was=was) is offers
