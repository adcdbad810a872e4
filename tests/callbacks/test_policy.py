"""Who may be called back, and when: each refusal has its code, and leaves no promise."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType
from sqlalchemy import func, select

from call_flows.loader import load_site
from callbacks.policy import DialPolicy, Plan, zones_of
from callbacks.promises import Promise
from callbacks.promising import PromiseRefused
from callbacks.site_policy import policy_of
from foundation.settings import load_settings

NEVER = [
    ("911", "emergency_or_short"),
    ("112", "emergency_or_short"),
    ("+1911", "emergency_or_short"),
    ("999", "emergency_or_short"),
    ("anonymous", "not_a_number"),
    ("", "emergency_or_short"),
    ("+19005550123", "premium"),
    ("+442079460018", "country"),
    ("+8821612345678", "satellite"),
]


@pytest.mark.parametrize(("written", "code"), NEVER, ids=[written or "withheld" for written, _ in NEVER])
def test_a_number_that_must_not_be_dialled_is_refused_with_its_reason(house, written, code):
    refused = house.ask(number=written)
    assert isinstance(refused, PromiseRefused)
    assert refused.reason == code
    with house.db.begin() as session:
        assert session.scalar(select(func.count()).select_from(Promise)) == 0


@pytest.mark.parametrize("kind", [PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.TOLL_FREE])
def test_no_costly_number_of_any_country_is_ever_promised(kind):
    """Every region's own example of such a number, with every country allowed."""
    everywhere = DialPolicy(countries=tuple(phonenumbers.SUPPORTED_REGIONS))
    dialled = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None or phonenumbers.number_type(example) is not kind:
            continue
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        if everywhere.number_refusal(written)[1] == "":
            dialled.append(written)
    assert dialled == []


@pytest.mark.promise(41)
@pytest.mark.parametrize("written", ["112", "911", "999", "000", "110", "119", "1-1-2", "+112"])
def test_emergency_numbers_are_never_dialled(written):
    everywhere = DialPolicy(countries=tuple(phonenumbers.SUPPORTED_REGIONS))
    assert everywhere.number_refusal(written)[1] != ""


HOUR = timedelta(hours=1)
WRONG_TIMES = [
    pytest.param(-HOUR, "time_past", id="in the past"),
    pytest.param(timedelta(days=30, hours=1), "time_too_far", id="too far away"),
    pytest.param(12 * HOUR, "quiet_hours", id="at night"),
]


@pytest.mark.parametrize(("after", "code"), WRONG_TIMES)
def test_a_chosen_time_that_cannot_be_kept_is_refused(house, after, code):
    assert house.ask(due_at=house.clock.now() + after).reason == code


def test_a_chosen_time_outside_the_queues_hours_is_refused(house, policy):
    house.callbacks.policy.replace(
        DialPolicy(countries=("US",), zone=policy.zone, plans={"billing": Plan(is_open=lambda at: at.hour < 18)})
    )
    assert house.ask(due_at=house.clock.now() + 5 * HOUR).reason == "closed"
    assert house.promised(due_at=house.clock.now() + HOUR)


def test_hours_that_never_open_promise_nothing(house):
    house.callbacks.policy.replace(DialPolicy(plans={"billing": Plan(is_open=lambda _at: False)}))
    assert house.ask() == PromiseRefused("closed")


def test_a_number_is_dialled_so_often_a_day_and_no_more(house, policy):
    """Also across promises: who asks again and again does not make us a nuisance to somebody else."""
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    for wait in (300, 1800):
        house.callbacks.attempt_failed(house.dial(promise_id).key, "no_answer")
        house.pass_time(wait)
    house.callbacks.attempt_failed(house.dial(promise_id).key, "no_answer")
    house.callbacks.policy.replace(
        DialPolicy(countries=("US",), max_per_number_per_day=3, zone=policy.zone, plans=policy.plans)
    )
    assert house.ask() == PromiseRefused("too_many")
    house.clock.advance(86_400)
    assert house.promised()


def test_the_zones_of_a_number_are_all_it_may_be_in():
    assert [str(zone) for zone in zones_of("+12125550142", UTC)] == ["America/New_York"]
    assert len(zones_of("+18002345678", UTC)) > 10
    assert zones_of("+8821612345678", ZoneInfo("Europe/Rome")) == [ZoneInfo("Europe/Rome")]


def test_a_number_in_hawaii_is_not_woken_by_a_site_in_new_york():
    policy = DialPolicy(countries=("US",), quiet=(time(21), time(8)), zone=ZoneInfo("America/New_York"))
    nine_in_new_york = datetime(2026, 7, 1, 13, tzinfo=UTC)
    at = policy.next_allowed("+18085550142", "billing", nine_in_new_york)
    assert at.astimezone(ZoneInfo("Pacific/Honolulu")).time() == time(8)


def test_the_shipped_sites_paragraphs_become_a_policy(tmp_path):
    site = load_site(load_settings({"CALLWRIGHT_HOME": str(tmp_path)}).site_dir).site
    policy = policy_of(site)
    assert policy.countries == tuple(site.dialing.countries)
    assert policy.quiet is not None
    assert set(policy.plans) == {str(name) for name, queue in site.queues.items() if queue.callback is not None}
    billing = policy.plan("billing")
    assert billing.retry_after == (300.0, 1800.0)
    assert billing.is_open is not None
    assert not billing.is_open(datetime(2026, 3, 1, 15, tzinfo=UTC)), "a Sunday"
    assert billing.is_open(datetime(2026, 3, 2, 15, tzinfo=UTC))
