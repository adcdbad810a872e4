"""On a cluster of three nodes: all keys of a site under one hash tag, and every script at home on one of them."""

import json
import re
from importlib import resources
from pathlib import Path

import pytest

from foundation.redis import Keys
from routing.match import Line
from routing.simulate.golden import replay
from routing.waitlist import Idle, Waiting
from routing.waitlist_redis import SCRIPTS, RedisWaitlist

EXCERPT = Path(__file__).parent.parent / "data" / "routing" / "golden_excerpt.json"
NOW = 1_772_463_600_000_000


def test_all_keys_of_a_site_stand_on_one_node_and_sites_are_spread_over_the_nodes(cluster):
    """One site is one slot; another site may well be on another server."""
    homes = set()
    for number in range(12):
        keys = Keys(f"site{number}")
        waitlist = RedisWaitlist(cluster, keys)
        waitlist.reset(built=False)
        waitlist.reset(built=True)
        waitlist.open_line(Line("q", "q", (0, 45)), {"alice": 0})
        waitlist.place(Waiting("QE1", 1, "q", NOW, NOW, 20, "alice", NOW + 9), now=NOW, token="RV1")
        waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV2")
        waitlist.place(Waiting("QE2", 1, "q", NOW, NOW, 20), now=NOW, token="RV3")
        names = list(cluster.scan_iter(match=f"{keys.name('routing', '')}*"))
        assert len(names) >= 8
        slots = {cluster.keyslot(name) for name in names}
        assert slots == {cluster.keyslot(f"{{site{number}}}")}
        homes.add(cluster.get_node_from_key(names[0]).port)
    assert len(homes) > 1


@pytest.mark.parametrize("name", ["hold", *SCRIPTS])
def test_no_script_names_a_key_that_does_not_begin_with_the_sites_prefix(name):
    """The prefix is the declared key; whatever is derived from it has its hash tag, and so its slot."""
    source = resources.files("routing").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
    for command, first in re.findall(r"redis\.call\('(\w+)', ([^,)]+)", source):
        derived = first.strip().startswith(("P ..", "key", "wait_key(", "idle_key(", "set", "row[", "old["))
        assert derived, f"{name}: {command} {first}"


def test_what_one_node_loses_is_asked_for_again(cluster):
    """Scripts are sent anew to a node that does not know them: after a restart it has none."""
    waitlist = RedisWaitlist(cluster, Keys("again"))
    waitlist.reset(built=False)
    waitlist.reset(built=True)
    waitlist.open_line(Line("q", "q", (0,)), {"alice": 0})
    cluster.script_flush()
    waitlist.free(Idle("alice", 1, NOW), now=NOW, token="RV1")
    cluster.script_flush()
    assert waitlist.place(Waiting("QE1", 1, "q", NOW, NOW, 20), now=NOW, token="RV2").agent_id == "alice"


@pytest.mark.parametrize("name", ["g1_fifo_single", "g2_multiskill_longest", "g3_trunks_wrap_priority"])
def test_the_first_calls_of_a_golden_trace_are_decided_identically_on_a_cluster(cluster, name):
    trace = json.loads(EXCERPT.read_text(encoding="utf-8"))[name]

    def made(discipline):
        waitlist = RedisWaitlist(cluster, Keys(name), discipline=discipline)
        waitlist.reset(built=True)
        return waitlist

    decided = {decision[0]: decision for decision in replay(trace, made)}
    assert [decided[expected[0]] for expected in trace["expected"]] == trace["expected"]
