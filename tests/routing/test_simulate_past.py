"""Past calls are read as files and our own history have them; what is missing is named with what to do."""

import gzip
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foundation.db import Base, Database
from routing.agents import Agent
from routing.entries import EntryKind, EntryState, Outcome, QueueEntry
from routing.reservations import Reservation, ReservationState
from routing.simulate.past import moments, services, waits
from routing.simulate.past_rows import read_history
from routing.simulate.past_table import Reading, TableUnreadable, read_calls, read_rates
from routing.simulate.rates import counted, span_of, table_of

PLAIN = """arrived,queue,waited,handled,outcome
2026-03-02T09:10:00,billing,0,120,answered
2026-03-02T09:40:00,billing,0:35,,abandoned
2026-03-03T09:40:00,technical,4,1:00:01,Answered
2026-03-09T09:05:00,billing,20,60,answered
"""


def write(tmp_path, text, name="calls.csv"):
    file = tmp_path / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["calls.csv", "calls.csv.gz"])
def test_a_log_with_our_columns_is_read_as_it_is(tmp_path, name):
    calls = read_calls(write(tmp_path, PLAIN, name), Reading())
    assert [call.queue for call in calls] == ["billing", "billing", "technical", "billing"]
    assert services(calls) == [120.0, 3601.0, 60.0]
    assert waits(calls) == ([35.0, 4.0, 20.0], [True, False, False])
    assert moments(calls, "billing", datetime(2026, 3, 2)) == (33000.0, 34800.0)


def test_other_columns_words_and_rows_are_mapped(tmp_path):
    text = (
        "day,at,talk,end,voice,kind\n1999-02-09,32400,100,AGENT,y,PS\n"
        "1999-02-09,9:30:00,0,HANG,y,\n1999-02-09,5,9,HANG,n,PS\n"
    )
    reading = Reading(
        {"arrived": "day+at", "handled": "talk", "outcome": "end", "queue": "kind"},
        {"AGENT": "answered", "HANG": "abandoned", "PS": "billing"},
        {"voice": "y"},
        "calls",
    )
    first, second = read_calls(write(tmp_path, text), reading)
    assert (first.queue, first.arrived, first.handled, first.gave_up) == (
        "billing",
        datetime(1999, 2, 9, 9),
        100,
        False,
    )
    assert second.queue == "calls"
    assert (second.arrived, second.handled, second.gave_up) == (datetime(1999, 2, 9, 9, 30), None, True)


@pytest.mark.parametrize(
    ("text", "reading", "told"),
    [
        ("arrived_at,queue\n", Reading(), "no column 'arrived'.*arrived_at, queue.*Nearest is 'arrived_at'"),
        ("arrived\n", Reading(), "no column 'queue'.*--queue"),
        ("arrived,queue\n", Reading({"waited": "hold"}), "no column 'hold'.*--column waited="),
        ("arrived,queue\n", Reading(only={"type": "voice"}), "no column 'type'.*--only"),
        ("arrived,queue\n", Reading(), "There is no call in it"),
        ("arrived,queue\nnoon,billing\n", Reading(), "calls.csv:2: arrived 'noon' is no moment"),
        ("arrived,queue,waited\n2026-03-02,b,long\n", Reading(), "calls.csv:2: waited 'long' is no number"),
        ("arrived,queue,outcome\n2026-03-02,b,AGENT\n", Reading(), "'AGENT' is no outcome.*--value AGENT=answered"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_what_to_do(tmp_path, text, reading, told):
    with pytest.raises(TableUnreadable, match=told):
        read_calls(write(tmp_path, text), reading)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TableUnreadable, match="cannot be read"):
        read_calls(tmp_path / "none.csv", Reading())


def test_rates_are_means_over_the_days_of_a_weekday(tmp_path):
    """Two Mondays: a caller on each in the half-hour after nine, one on one of them in the next."""
    rates = counted(read_calls(write(tmp_path, PLAIN), Reading()))
    monday = rates.on(0)["billing"]
    assert (monday[18], monday[19], sum(monday)) == (1.0, 0.5, 1.5)
    assert rates.busiest() == 0
    assert span_of(rates.on(0)) == (9 * 3600, 10 * 3600)


def test_a_table_of_rates_is_read_by_weekday_and_for_all_days(tmp_path):
    text = "half_hour,calls,weekday\n08:00,10,\n08:30,4,mon-wed\n09:00,2,sat\n"
    rates = read_rates(write(tmp_path, text), "billing")
    assert rates.on(1)["billing"][16:19] == [10, 4, 0]
    assert rates.on(5)["billing"][16:19] == [10, 0, 2]
    arrivals = table_of(rates.on(1)["billing"], (8 * 3600, 9 * 3600))
    assert arrivals.rates == ((0.0, 10 / 1800), (1800.0, 4 / 1800))
    assert arrivals.until == 3600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,calls\n", "no column 'half_hour'"),
        ("half_hour,calls\n08:15,3\n", "rates.csv:2: '08:15' is no half-hour. .*08:00 or 08:30"),
        ("half_hour,calls,weekday\n08:00,3,today\n", "'today' is no day of the week"),
    ],
)
def test_a_wrong_table_of_rates_is_told(tmp_path, text, told):
    with pytest.raises(TableUnreadable, match=told):
        read_rates(write(tmp_path, text, "rates.csv"), "billing")


MONDAY = datetime(2026, 3, 2, 14, tzinfo=UTC)


def entry(number, *, outcome, arrived, over=None, kind=EntryKind.CALL, queue="billing", first=""):
    state = EntryState.ANSWERED if outcome is Outcome.ANSWERED else EntryState.LEFT
    return QueueEntry(
        id=f"QE{number}",
        call_id=f"CA{number}",
        queue=queue,
        first_queue=first,
        kind=kind,
        rings=[],
        needs={},
        arrived_at=arrived,
        place=arrived,
        state=state,
        outcome=outcome,
        answered_at=over if outcome is Outcome.ANSWERED else None,
        left_at=over,
    )


def test_our_own_history_is_read_by_the_site_s_clock(tmp_path):
    """Answered with wrap-up, given up, turned away at the door, gone to another queue; a promise is no caller."""
    database = Database(f"sqlite:///{tmp_path / 'history.db'}")
    Base.metadata.create_all(database.engine)
    second = timedelta(seconds=1)
    with database.begin() as session:
        session.add(Agent(id="ana", name="Ana", skills={}, state="available", since=MONDAY))
        session.flush()
        session.add(entry(1, outcome=Outcome.ANSWERED, arrived=MONDAY, over=MONDAY + 30 * second, first="technical"))
        session.add(entry(2, outcome=Outcome.ABANDONED, arrived=MONDAY + second, over=MONDAY + 41 * second))
        session.add(entry(3, outcome=Outcome.FULL, arrived=MONDAY + 2 * second, over=MONDAY + 2 * second))
        session.add(entry(4, outcome=Outcome.ANSWERED, arrived=MONDAY, over=MONDAY, kind=EntryKind.CALLBACK))
        session.add(entry(5, outcome=Outcome.ABANDONED, arrived=MONDAY - timedelta(days=9), over=MONDAY))
        session.flush()
        session.add(
            Reservation(
                id="RV1",
                entry_id="QE1",
                agent_id="ana",
                queue="billing",
                state=ReservationState.COMPLETED,
                fence=1,
                created_at=MONDAY,
                connected_at=MONDAY + 30 * second,
                hung_up_at=MONDAY + 130 * second,
                ended_at=MONDAY + 150 * second,
            )
        )
        session.flush()
        zone = ZoneInfo("America/New_York")
        calls = read_history(session, MONDAY - timedelta(days=1), MONDAY + timedelta(days=1), zone)
    database.dispose()
    assert [(call.queue, call.waited, call.gave_up, call.handled) for call in calls] == [
        ("technical", 30.0, False, 120.0),
        ("billing", 40.0, True, None),
        ("billing", 0.0, False, None),
    ]
    assert calls[0].arrived == datetime(2026, 3, 2, 9)
