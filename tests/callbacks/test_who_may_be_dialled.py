"""Who is never dialled: by kind of number in every country, by wish, by cap; each refusal has its code."""

import io
from dataclasses import replace
from datetime import timedelta

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from sqlalchemy import select

from callbacks import do_not_call
from callbacks.caps import Caps
from callbacks.do_not_call import AskedBy
from callbacks.pace import take_turn
from callbacks.policy import DialPolicy
from callbacks.promises import DialAttempt
from callbacks.promising import PromiseRefused
from callbacks.refusals import REFUSALS, DialRefusal, page, refusals_since
from foundation.phone import KINDS, REASONS

from .conftest import CUSTOMER

EVERYWHERE = DialPolicy(countries=tuple(phonenumbers.SUPPORTED_REGIONS))
NEVER = sorted(set(KINDS) - {PhoneNumberType.UNKNOWN})


def examples(kind):
    """Every region's example of that kind, as the metadata have it."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            yield phonenumbers.format_number(example, PhoneNumberFormat.E164)


@pytest.mark.promise(30)
@pytest.mark.parametrize("kind", NEVER, ids=lambda kind: KINDS[kind])
def test_no_number_of_a_costly_kind_in_any_country_is_ever_dialled(kind):
    written = list(examples(kind))
    assert len(written) > 3
    assert [number for number in written if EVERYWHERE.number_refusal(number)[1] == ""] == []


@pytest.mark.promise(30)
def test_no_number_of_no_country_is_dialled():
    """Satellite telephones, international premium and free numbers."""
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        example = phonenumbers.example_number_for_non_geo_entity(code)
        written = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        refusal = replace(EVERYWHERE, countries=(*EVERYWHERE.countries, "001")).number_refusal(written)[1]
        assert refusal in REFUSALS, written


@pytest.mark.promise(30)
def test_ordinary_numbers_are_dialled_in_the_countries_that_are_named_and_in_no_other():
    """A policy that refuses everything would keep the promises above, too."""
    dialled = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if example is None or phonenumbers.region_code_for_number(example) != region:
            continue
        written = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        dialled += DialPolicy(countries=(region,)).number_refusal(written)[1] == ""
        others = DialPolicy(countries=tuple(set(EVERYWHERE.countries) - {region}))
        assert others.number_refusal(written)[1] != "", written
    assert dialled > 200


@pytest.mark.promise(41)
def test_no_emergency_number_of_any_country_is_dialled_however_it_is_written():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        policy = DialPolicy(countries=(region,))
        for written in ("911", "112", "999", "000", "110", "119", "+112"):
            assert policy.number_refusal(written)[1] == "emergency_or_short", (region, written)
        for written in ("1-1-2", "9 1 1", "+1 911", "+49112"):
            assert policy.number_refusal(written)[1] != "", (region, written)


def test_every_code_is_explained_on_the_page_and_no_code_is_without_a_meaning():
    assert set(REASONS) <= set(REFUSALS)
    for code, meaning in REFUSALS.items():
        assert f"| `{code}` | {meaning} |" in page()


def due(house, **options):
    """A promise that has come in line, with an agent who has been offered it."""
    promise_id = house.promised(**options)
    house.agent()
    house.pass_time(20)
    return promise_id


def test_a_number_on_the_list_is_not_dialled_even_when_it_came_onto_it_after_the_promise(house):
    promise_id = due(house)
    with house.db.begin() as session:
        do_not_call.add(session, CUSTOMER, asked_by=AskedBy.MESSAGE, now=house.clock.now())
    assert house.dial(promise_id) == PromiseRefused("do_not_call")
    assert (house.row(promise_id).state, house.agent_state()) == ("given_up", "available")


def test_who_says_never_again_on_the_line_is_never_called_again(house):
    promise_id = due(house)
    order = house.dial(promise_id)
    assert house.callbacks.dials.never_call(order.key, AskedBy.KEY)
    assert not house.callbacks.dials.never_call(order.key, AskedBy.KEY)
    row = house.row(promise_id)
    assert (row.state, row.last_result, house.agent_state()) == ("given_up", "stopped", "available")
    with house.db.begin() as session:
        (listed,) = do_not_call.listed(session)
        assert (listed.number, listed.asked_by) == (CUSTOMER, "key")


def test_a_list_is_imported_line_by_line_and_bad_lines_are_told(house):
    file = io.StringIO("Name,Phone,Note\nAnn,(202) 555-0142,moved\nBob,+12025550143,\nEve,not a number,\n,,\n")
    with house.db.begin() as session:
        done = do_not_call.import_list(session, file, region="US", now=house.clock.now())
        assert (done.added, done.known, [(bad.line, bad.written) for bad in done.bad]) == (2, 0, [(4, "not a number")])
        assert do_not_call.is_listed(session, CUSTOMER)
    with house.db.begin() as session:
        again = do_not_call.import_list(session, io.StringIO("2025550142\n"), region="US", now=house.clock.now())
        assert (again.added, again.known) == (0, 1)
        assert do_not_call.remove(session, CUSTOMER)
        assert not do_not_call.remove(session, CUSTOMER)


def dialled(house, count, *, minutes=0.0):
    """So many dials made lately, to numbers alike, each having lasted so long."""
    now = house.clock.now()
    other = house.promised(number="+13035550100", call_id="CW0", due_at=now + timedelta(hours=3))
    ended = now - timedelta(minutes=1)
    with house.db.begin() as session:
        for at in range(count):
            session.add(
                DialAttempt(
                    id=f"{other}-{at}",
                    promise_id=other,
                    attempt=at,
                    number=f"+1202555{at:04d}",
                    reservation_id="",
                    recorded_at=now - timedelta(minutes=50),
                    answered_at=ended - timedelta(minutes=minutes) if minutes else None,
                    ended_at=ended,
                    result="answered" if minutes else "busy",
                )
            )


CAPS = [
    pytest.param(Caps(per_prefix_per_hour=4), "prefix_cap", id="numbers alike"),
    pytest.param(Caps(per_day=4), "day_cap", id="a day"),
    pytest.param(Caps(minutes_per_day=20), "minutes_cap", id="minutes"),
    pytest.param(Caps(spend_per_day=2.0, price_per_minute=0.1), "spend_cap", id="money"),
]


@pytest.mark.promise(30)
@pytest.mark.parametrize(("caps", "code"), CAPS)
def test_a_cap_that_is_reached_puts_the_dial_off_and_frees_the_agent(house, policy, caps, code):
    dialled(house, 4, minutes=5.0)
    promise_id = due(house)
    house.callbacks.policy.replace(replace(policy, caps=caps))
    assert house.dial(promise_id) == PromiseRefused(code)
    row = house.row(promise_id)
    assert (row.state, row.attempts, house.agent_state()) == ("scheduled", 0, "available")
    assert row.due_at == house.clock.now() + timedelta(hours=1)
    with house.db.begin() as session:
        assert refusals_since(session, house.clock.now()) == {code: 1}
        assert CUSTOMER not in str([vars(row) for row in session.scalars(select(DialRefusal))])


@pytest.mark.parametrize(("caps", "code"), CAPS)
def test_below_the_cap_the_dial_is_made(house, policy, caps, code):
    dialled(house, 3, minutes=5.0)
    promise_id = due(house)
    house.callbacks.policy.replace(replace(policy, caps=caps))
    assert house.dial(promise_id).go, code


def test_a_long_line_for_the_carrier_keeps_no_agent_waiting(house, policy):
    promise_id = due(house)
    house.callbacks.policy.replace(replace(policy, caps=Caps(calls_per_second=0.05)))
    with house.db.begin() as session:
        take_turn(session, now=house.clock.now(), per_second=0.05)
    assert house.dial(promise_id) == PromiseRefused("carrier_pace")
    house.pass_time(15)
    assert house.row(promise_id).state == "due"


def test_so_many_callbacks_at_once_and_the_next_one_keeps_its_place_for_seconds(house, policy):
    first = due(house)
    second = house.promised(number="+13015550142", call_id="CW2")
    house.callbacks.policy.replace(replace(policy, caps=Caps(concurrent=1, calls_per_second=0)))
    house.dial(first)
    house.agent("bob")
    house.pass_time(20)
    assert house.dial(second) == PromiseRefused("concurrent")
    assert house.row(second).due_at == house.clock.now() + timedelta(seconds=15)


def test_the_carriers_calls_a_second_are_given_turns_and_a_turn_is_waited_for(house, policy):
    """Two agents accept in one second; one dial goes out now, the other when its turn has come."""
    promises = [house.promised(), house.promised(number="+13015550142", call_id="CW2")]
    house.agent()
    house.agent("bob")
    house.pass_time(20)
    now = house.clock.now()
    orders = []
    for offer in house.offers:
        house.routing.accept(offer.reservation_id, offer.agent_id)
        orders.append(house.callbacks.attempt_started(offer.promise_id, reservation_id=offer.reservation_id))
    assert sorted(order.promise_id for order in orders) == sorted(promises)
    assert [(order.go, order.dial_at - now) for order in orders] == [
        (True, timedelta()),
        (False, timedelta(seconds=1)),
    ]
    house.callbacks.attempt_dialled(orders[0].key, "CA1")
    house.pass_time(0.5)
    assert house.dialer.dialled == []
    house.pass_time(0.5)
    assert [order.key for order in house.dialer.dialled] == [orders[1].key]


def test_a_number_that_came_onto_the_list_meanwhile_does_not_even_come_in_line(house):
    promise_id = house.promised()
    house.agent()
    with house.db.begin() as session:
        do_not_call.add(session, CUSTOMER, asked_by=AskedBy.LIST, now=house.clock.now())
    house.pass_time(20)
    assert (house.row(promise_id).state, house.offers) == ("given_up", [])
    with house.db.begin() as session:
        assert refusals_since(session, house.clock.now()) == {"do_not_call": 1}
