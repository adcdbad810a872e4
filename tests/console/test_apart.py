"""A beat beside the ticker: one at a time, and an error of its own does not reach the others."""

import threading

from console.processes import Apart


def test_while_it_is_at_it_further_beats_do_nothing():
    """A carrier that answers slowly is not asked twice at once, and keeps no desk waiting."""
    go_on, begun = threading.Event(), []

    def slow():
        begun.append(threading.current_thread().name)
        go_on.wait(10)

    apart = Apart(slow, name="reconcile")
    assert apart.begin()
    assert not apart.begin()
    go_on.set()
    assert apart.is_done(within=10)
    assert apart.begin()
    assert apart.is_done(within=10)
    assert begun == ["reconcile", "reconcile"]


def test_an_error_is_logged_and_the_next_beat_comes():
    """As for every other beat of the ticker."""
    tries = []

    def fails():
        tries.append(1)
        raise ValueError("broken")

    apart = Apart(fails, name="fails")
    for _ in range(2):
        assert apart.begin()
        assert apart.is_done(within=10)
    assert len(tries) == 2
