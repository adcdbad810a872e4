"""A flow as a picture: whole, well formed, accessible, and nothing in it that came from elsewhere."""

import re
import xml.etree.ElementTree as ET

import pytest

from call_flows.diagram import GAVE_UP, count_exits, mermaid, svg
from call_flows.diagram.counting import CountsRefused, counts_from_json
from call_flows.diagram.drawing import _points
from call_flows.diagram.labels import overlap, place_labels, room_of
from call_flows.diagram.layout import BOX_HEIGHT, plan
from call_flows.diagram.picture import picture_of
from call_flows.loader import load_texts
from tests.call_flows.conftest import SITE, texts_of

NS = {"s": "http://www.w3.org/2000/svg"}


def flow_of(text: str):
    return load_texts(texts_of(text, SITE), services={}, check=None).flows["main"]


@pytest.fixture(params=["main_line", "hold_treatment", "balance"])
def flow(northwind, request):
    return northwind.flows[request.param]


def test_every_node_and_every_way_is_in_the_picture(flow):
    """Nothing is left out for being awkward to draw."""
    root = ET.fromstring(svg(flow))  # noqa: S314 - our own
    assert {g.get("data-node") for g in root.iterfind(".//s:g[@data-node]", NS)} >= set(flow.nodes)
    drawn = {(g.get("data-from"), g.get("data-to")) for g in root.iterfind(".//s:g[@data-from]", NS)}
    loops = {(name, name) for name in flow.nodes}
    assert {(name, target) for name, node in flow.nodes.items() for target in node.exits.values()} - loops <= drawn


def test_it_says_what_it_is_to_who_cannot_see(flow):
    """A title, a description, and a title for each node and each way."""
    root = ET.fromstring(svg(flow))  # noqa: S314 - our own
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    assert [root.find(f".//*[@id='{one}']") is not None for one in ids] == [True, True]
    assert all(group.find("s:title", NS) is not None for group in root.iterfind(".//s:g[@data-node]", NS))
    assert all(group.find("s:title", NS).text for group in root.iterfind(".//s:g[@data-from]", NS))


def test_it_needs_nothing_else(flow):
    """No script, no style, no address but the name of SVG itself: a page may forbid them all."""
    text = svg(flow)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert re.search(r"<script|<style|\sstyle=|<image|<foreignObject|\son[a-z]+=", text) is None


def test_boxes_do_not_overlap_and_stay_in_the_picture(flow):
    """A picture in which a box hides another says nothing."""
    placed = plan(picture_of(flow))
    spots = list(placed.spots.values())
    for place, one in enumerate(spots):
        assert one.x - one.width / 2 >= -0.01
        assert one.x + one.width / 2 <= placed.width + 0.01
        assert one.y + BOX_HEIGHT / 2 <= placed.height
        for other in spots[place + 1 :]:
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2 or abs(one.y - other.y) >= BOX_HEIGHT
            assert apart, (one.key, other.key)


def test_the_names_of_exits_do_not_lie_upon_each_other(flow):
    """A name that nobody can read is none."""
    placed = plan(picture_of(flow))
    curves = [(road, _points(road)) for road in placed.roads]
    found = place_labels(curves, placed.spots.values())
    rooms = [room_of(*found[id(road)], road.way.labels) for road, _curve in curves if id(road) in found]
    assert rooms
    for place, one in enumerate(rooms):
        assert [other for other in rooms[place + 1 :] if overlap(one, other) > 60] == []


def test_counts_are_written_beside_the_exits_and_giving_up_is_seen(northwind):
    """Where callers give up is what a designer looks for."""
    counts = {("front_menu", "press 1"): 40, ("front_menu", GAVE_UP): 7, ("welcome", "next"): 90}
    text = svg(northwind.flows["main_line"], counts, current="front_menu")
    assert "press 1: 40" in text
    assert "7 gave up" in text
    assert "the call is here" in text
    assert "front_menu: menu" in text
    assert ", 47 callers, 7 gave up here" in text


def test_without_counts_there_are_none(northwind):
    """A zero that nobody counted would be a lie."""
    assert "callers" not in svg(northwind.flows["balance"])
    assert ": 0" not in svg(northwind.flows["balance"])


HOSTILE = """
flow: main
description: '"><script>alert(1)</script>'
start: a
nodes:
  a: {say: '</text><script>x</script> & "quotes" `ticks` #;', next: a}
"""


def test_what_a_designer_writes_is_text_and_nothing_else():
    """In SVG and in Mermaid."""
    flow = flow_of(HOSTILE)
    root = ET.fromstring(svg(flow))  # noqa: S314 - our own
    assert root.find(".//s:script", NS) is None
    text = mermaid(flow)
    assert "<script" not in text
    assert "accDescr:" in text
    assert text.count('"') % 2 == 0


def test_a_flow_that_goes_round_is_drawn_too():
    """Back edges, loops of one node, and several exits to one target."""
    flow = flow_of("""
flow: main
always: {"0": c}
start: a
nodes:
  a: {menu: A, options: [{press: "1", next: b}, {press: "2", next: b}, {press: "3", next: a}], failed: c}
  b: {say: B, next: a}
  c: {hang_up: C}
  lost: {hang_up: Nobody comes here.}
""")
    text = svg(flow)
    assert all(f'data-node="{name}"' in text for name in ("a", "b", "c", "lost", "always"))
    assert "press 1</tspan>" in text


def test_a_large_flow_is_drawn_in_reasonable_time_and_order():
    """Two hundred nodes in a row: as many layers."""
    nodes = "".join(f"  n{n}: {{say: N{n}, next: n{n + 1}}}\n" for n in range(200))
    flow = flow_of(f"flow: main\nstart: n0\nnodes:\n{nodes}  n200: {{hang_up: Bye.}}\n")
    placed = plan(picture_of(flow))
    assert placed.spots["n200"].layer == 200
    assert [placed.spots[f"n{n}"].y for n in range(201)] == sorted(spot.y for spot in placed.spots.values())


def test_mermaid_names_every_exit(flow):
    """Each way once, exits of one target together."""
    text = mermaid(flow)
    assert text.startswith(f"---\ntitle: {flow.name}\n---\nflowchart TD\n")
    assert all(f"<b>{name}</b>" in text for name in flow.nodes)
    assert len(re.findall(r"^  n\d+ -->", text, re.MULTILINE)) == sum(
        len(set(node.exits.values())) for node in flow.nodes.values()
    )


def test_counts_come_from_the_logs_of_calls():
    """Exits by flow; who hangs up without having reached anybody gave up where he stood."""
    entered = {"kind": "node_entered", "flow": "main", "node": "menu", "verb": "menu"}
    left = {"kind": "exit_taken", "flow": "main", "node": "hello", "exit": "next"}
    gone = {"kind": "call_ended", "reason": "hung_up"}
    counts = count_exits([([left, entered, gone], False), ([left, entered, gone], True), ([left], False)])
    assert counts == {"main": {("hello", "next"): 3, ("menu", GAVE_UP): 1}}


def test_counts_of_a_file():
    """{flow: {node: {exit: count}}}, and nothing else."""
    assert counts_from_json({"main": {"a": {"next": 3}}}) == {"main": {("a", "next"): 3}}
    for wrong in ([], {"main": 3}, {"main": {"a": 3}}, {"main": {"a": {"next": "3"}}}, {"main": {"a": {"next": -1}}}):
        with pytest.raises(CountsRefused):
            counts_from_json(wrong)
