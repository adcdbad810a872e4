"""Which version a call begins on: shares by caller, the way back, and calls that stay where they began."""

import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from call_flows.loader import load_texts
from foundation.audit import AuditRow
from ivr.releases import WHOLE, By, ReleaseRefused, Standing, bucket
from ivr.sites import SiteShelf
from ivr.tables import CallSession, SiteRelease
from ivr.versions import read_versions

ANN = By("ann", "because")


def numbers(count):
    chance = random.Random(5)
    return [f"+1202555{chance.randrange(10**7):07d}" for _ in range(count)]


@pytest.fixture
def other(deps):
    """The site with other words, not published."""
    return changed_site(deps, "For bills, press 1.")


def changed_site(deps, words):
    texts = dict(deps.shelf.current().loaded.texts)
    texts["flows/front.yaml"] = texts["flows/front.yaml"].replace("For billing, press 1.", words)
    return load_texts(texts)


def folder_of(deps):
    return deps.shelf.current().prompts_folder.parent


def acts(deps):
    with deps.db.begin() as session:
        return list(session.scalars(select(SiteRelease.act).order_by(SiteRelease.id)))


@pytest.mark.promise(17)
@pytest.mark.parametrize("share", [100, 1000, 5000, 9900], ids=["1 %", "10 %", "50 %", "99 %"])
def test_a_share_is_met_over_many_callers(share):
    """Twenty thousand numbers: within three standard deviations of the share, every time the same callers."""
    standing = Standing("a" * 64, share, "b" * 64)
    callers = numbers(20_000)
    on_trial = [caller for caller in callers if standing.for_caller(caller) == "a" * 64]
    wanted = share / WHOLE
    spread = 3 * (20_000 * wanted * (1 - wanted)) ** 0.5
    assert abs(len(on_trial) - 20_000 * wanted) <= spread
    assert on_trial == [caller for caller in callers if standing.for_caller(caller) == "a" * 64]


@pytest.mark.promise(17)
@given(caller=st.text(max_size=20), share=st.integers(1, WHOLE - 1), wider=st.integers(1, WHOLE - 1))
def test_who_is_within_a_share_stays_within_a_wider_one(caller, share, wider):
    low, high = sorted((share, wider))
    narrow, wide = Standing("v", low, "w"), Standing("v", high, "w")
    assert narrow.for_caller(caller) == "w" or wide.for_caller(caller) == "v"
    assert 0 <= bucket("v", caller) < WHOLE


def test_another_version_on_trial_falls_to_other_callers():
    """The same people are not always the ones on whom things are tried."""
    callers = numbers(2000)
    first = {caller for caller in callers if Standing("v", 1000, "w").for_caller(caller) == "v"}
    second = {caller for caller in callers if Standing("x", 1000, "w").for_caller(caller) == "x"}
    assert 0 < len(first & second) < len(first) / 2


@pytest.mark.promise(17)
def test_calls_of_a_trial_hear_it_from_end_to_end_and_others_do_not(line, deps, app, other):
    """Half the callers on trial; it is widened and withdrawn under them, and nobody changes sides on the line."""
    deps.shelf.publish(other, folder_of(deps), ANN, share=5000)
    calls = [
        type(line)(app.test_client(), call_sid=f"CA{at:032x}", caller=caller) for at, caller in enumerate(numbers(40))
    ]
    menus = [call.answer(call.arrive()) for call in calls]
    deps.shelf.releases.share(9000, ANN)
    deps.shelf.releases.withdraw(ANN)
    deps.shelf.look()
    heard = set()
    for call, menu in zip(calls, menus, strict=True):
        words = "For bills" if deps.shelf.current().version != version_of(deps, menu) else "For billing"
        heard.add(words)
        assert words in menu.says
        assert words in call.answer(call.answer(menu, Digits="5")).says
    assert heard == {"For bills", "For billing"}
    newcomer = type(line)(app.test_client(), call_sid="CA" + "e" * 32)
    assert "For billing" in newcomer.answer(newcomer.arrive()).says


def version_of(deps, document):
    with deps.db.begin() as session:
        return session.get(CallSession, document.action.split("/")[5]).site_version


def test_a_caller_without_a_number_falls_by_the_call(line, deps, app, other):
    """All who withhold their number are not one caller: they are dealt out call by call."""
    deps.shelf.publish(other, folder_of(deps), ANN, share=5000)
    heard = set()
    for at in range(24):
        caller = type(line)(app.test_client(), call_sid=f"CA{at:032x}", caller="")
        heard.add(version_of(deps, caller.answer(caller.arrive())))
    assert heard == {deps.shelf.current().version, other.version}


def test_a_trial_is_finished(deps, other):
    deps.shelf.publish(other, folder_of(deps), ANN, share=1000)
    assert [shelved.version for shelved in deps.shelf.running()] == [deps.shelf.current().version, other.version]
    deps.shelf.releases.finish(ANN)
    deps.shelf.look()
    assert deps.shelf.current().version == other.version
    assert len(deps.shelf.running()) == 1


def test_the_way_back_goes_one_version_further_each_time(deps):
    first = deps.shelf.current().version
    second = deps.shelf.publish(changed_site(deps, "Two."), folder_of(deps), ANN).version
    deps.shelf.publish(_three(deps), folder_of(deps), ANN)
    back = deps.shelf.releases.roll_back(ANN)
    assert back.main == second
    assert deps.shelf.releases.roll_back(ANN).main == first
    with pytest.raises(ReleaseRefused, match="no version before"):
        deps.shelf.releases.roll_back(ANN)


def _three(deps):
    texts = dict(deps.shelf.current().loaded.texts)
    texts["flows/front.yaml"] = texts["flows/front.yaml"].replace("Two.", "Three.")
    return load_texts(texts)


def test_the_way_back_from_a_trial_is_to_withdraw_it(deps, other):
    first = deps.shelf.current().version
    deps.shelf.publish(other, folder_of(deps), ANN, share=1000)
    assert deps.shelf.releases.roll_back(ANN) == Standing(first)


def test_a_version_is_named_by_its_first_letters(deps, other):
    first = deps.shelf.current().version
    deps.shelf.publish(other, folder_of(deps), ANN)
    assert deps.shelf.releases.roll_back(ANN, first[:8]).main == first
    with pytest.raises(ReleaseRefused, match="live already"):
        deps.shelf.releases.roll_back(ANN, first[:8])
    for wrong in ("zzzz", "%%%%", "ab", "____"):
        with pytest.raises(ReleaseRefused):
            deps.shelf.releases.roll_back(ANN, wrong)


def test_what_is_live_already_is_not_decided_again(deps):
    """`callwright up` publishes at every start: the list of decisions shows only those that decided something."""
    deps.shelf.publish(deps.shelf.current().loaded, folder_of(deps), ANN)
    assert acts(deps) == ["published"]


def test_without_a_trial_there_is_nothing_to_widen_finish_or_withdraw(deps):
    releases = deps.shelf.releases
    for act in (releases.finish, releases.withdraw, lambda by: releases.share(100, by)):
        with pytest.raises(ReleaseRefused, match="No version is on trial"):
            act(ANN)


def test_a_share_of_everything_or_nothing_is_none(deps, other):
    deps.shelf.publish(other, folder_of(deps), ANN, share=1000)
    for share in (0, WHOLE, -5):
        with pytest.raises(ReleaseRefused, match="between 0 and 100"):
            deps.shelf.releases.share(share, ANN)


def test_every_decision_is_in_the_audit_with_who_and_in_the_list_with_why(line, deps, other):
    line.arrive()
    deps.shelf.publish(other, folder_of(deps), ANN, share=1000)
    deps.shelf.releases.finish(By("ben", "it went well"))
    with deps.db.begin() as session:
        audit = [(row.who, row.what, row.subject) for row in session.scalars(select(AuditRow))][-2:]
        rows = {row.version: row for row in read_versions(session, deps.shelf.releases.standing())}
    assert audit == [("ann", "site.shared", other.version), ("ben", "site.finished", other.version)]
    assert (rows[other.version].who, rows[other.version].why, rows[other.version].share) == (
        "ben", "it went well", WHOLE,
    )  # fmt: skip
    before = next(row for row in rows.values() if row.version != other.version)
    assert (before.calls, before.calls_now, before.share) == (1, 1, 0)


def test_who_listens_hears_of_a_change_made_by_another_process(deps, clock, other):
    """Routing's queues follow the site in every process, not only in the one where it was published."""
    seen = []
    elsewhere = SiteShelf(deps.db, clock)
    elsewhere.current()
    elsewhere.when_changed(lambda: seen.append(elsewhere.current().version))
    deps.shelf.publish(other, folder_of(deps), ANN)
    elsewhere.current()
    assert seen == []
    clock.advance(3)
    elsewhere.current()
    assert seen == [other.version]


def test_decisions_of_many_at_once_leave_one_that_holds(deps):
    """Whoever decides last wins, whole: no call ever begins on a mixture."""
    sites = [changed_site(deps, f"For bill {at}, press 1.") for at in range(8)]
    barrier = threading.Barrier(8)

    def decide(site):
        barrier.wait()
        deps.shelf.publish(site, folder_of(deps), ANN)

    threads = [threading.Thread(target=decide, args=(site,)) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standing = deps.shelf.releases.standing()
    assert standing.main in {site.version for site in sites}
    assert deps.shelf.current().version == standing.main
    assert len(acts(deps)) == 9
