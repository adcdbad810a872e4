"""The tables of agents, reservations, entries and promises: what has no row is refused, and what is over stays over."""

import pytest

from callbacks.promises import PROMISE_TABLE, PromiseEvent, PromiseState
from routing.agents import AGENT_TABLE, AgentEvent, AgentState
from routing.entries import ENTRY_TABLE, EntryEvent, EntryState
from routing.errors import MoveRefused
from routing.reservations import RESERVATION_TABLE, ReservationEvent, ReservationState

TABLES = [
    pytest.param(AGENT_TABLE, AgentState, AgentEvent, set(), id="agent"),
    pytest.param(
        RESERVATION_TABLE,
        ReservationState,
        ReservationEvent,
        {"rejected", "timeout", "cancelled", "rescinded", "completed"},
        id="reservation",
    ),
    pytest.param(ENTRY_TABLE, EntryState, EntryEvent, {"answered", "left"}, id="entry"),
    pytest.param(PROMISE_TABLE, PromiseState, PromiseEvent, {"kept", "given_up", "cancelled", "expired"}, id="promise"),
]


@pytest.mark.parametrize(("table", "states", "events", "final"), TABLES)
def test_every_move_without_a_row_is_refused_and_says_what_is_possible(table, states, events, final):
    for state in states:
        for event in events:
            if table.allows(state, event):
                assert table.after(state, event) in states
                continue
            with pytest.raises(MoveRefused) as refused:
                table.after(state, event)
            possible = sorted(move.value for move in events if table.allows(state, move))
            assert refused.value.problem.todo.removeprefix("Possible now: ").rstrip(".") == (
                ", ".join(possible) or "nothing any more"
            )


@pytest.mark.parametrize(("table", "states", "events", "final"), TABLES)
def test_nothing_leads_out_of_an_end(table, states, events, final):
    assert {state for state in states if table.is_final(state)} == final


@pytest.mark.parametrize(("table", "states", "events", "final"), TABLES)
def test_every_state_can_be_reached_and_every_event_is_used(table, states, events, final):
    reached = {table.start} | set(table.rows.values())
    assert reached == set(states)
    assert {event for _, event in table.rows} == set(events)


@pytest.mark.parametrize(("table", "states", "events", "final"), TABLES)
def test_the_diagram_is_drawn_from_the_table(table, states, events, final):
    drawn = table.mermaid().splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert drawn[1] == f"    [*] --> {table.start}"
    moves = [line for line in drawn[2:] if ": " in line]
    assert moves == [f"    {state} --> {then}: {event}" for (state, event), then in table.rows.items()]
    assert {line.split()[0] for line in drawn if line.endswith("--> [*]")} == final
    assert len(list(table.lines())) == len(table.rows)


@pytest.mark.parametrize(("table", "states", "events", "final"), TABLES)
def test_the_written_table_has_a_row_for_every_arrow_in_the_order_of_the_states(table, states, events, final):
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.markdown().splitlines()[2:]]
    assert sorted(rows) == sorted((state, event, then) for (state, event), then in table.rows.items())
    order = list(states)
    assert [order.index(state) for state, _, _ in rows] == sorted(order.index(state) for state, _, _ in rows)


def test_reservations_have_the_eight_states_of_taskrouter():
    assert {state.value for state in ReservationState} == {
        "pending",
        "accepted",
        "rejected",
        "timeout",
        "cancelled",
        "rescinded",
        "wrapping",
        "completed",
    }
