"""The verbs of the flow language, one file each."""

from typing import Final

from call_flows.nodes.base import Node
from call_flows.nodes.hang_up import HangUpNode
from call_flows.nodes.menu import MenuNode
from call_flows.nodes.play import PlayNode
from call_flows.nodes.queue import QueueNode
from call_flows.nodes.say import SayNode
from call_flows.nodes.wait import WaitNode

_ALL: Final[tuple[type[Node], ...]] = (
    SayNode,
    PlayNode,
    MenuNode,
    QueueNode,
    WaitNode,
    HangUpNode,
)

VERBS: Final[dict[str, type[Node]]] = {node.verb: node for node in _ALL}
"""Every verb by the word a designer writes."""
