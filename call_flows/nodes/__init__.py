"""The verbs of the flow language, one file each."""

from typing import Final

from call_flows.nodes.alert import AlertNode
from call_flows.nodes.ask import AskNode
from call_flows.nodes.base import Node
from call_flows.nodes.callback import CallbackNode
from call_flows.nodes.consent import ConsentNode
from call_flows.nodes.customer import CustomerNode
from call_flows.nodes.dial import DialNode
from call_flows.nodes.fetch import FetchNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.hang_up import HangUpNode
from call_flows.nodes.hours import HoursNode
from call_flows.nodes.knowledge import KnowledgeNode
from call_flows.nodes.language import LanguageNode
from call_flows.nodes.leave import LeaveNode
from call_flows.nodes.menu import MenuNode
from call_flows.nodes.message import MessageNode
from call_flows.nodes.pay import PayNode
from call_flows.nodes.play import PlayNode
from call_flows.nodes.queue import QueueNode
from call_flows.nodes.record import RecordNode
from call_flows.nodes.refuse import RefuseNode
from call_flows.nodes.return_ import ReturnNode
from call_flows.nodes.say import SayNode
from call_flows.nodes.set import SetNode
from call_flows.nodes.split import SplitNode
from call_flows.nodes.steer import SteerNode
from call_flows.nodes.survey import SurveyNode
from call_flows.nodes.tag import TagNode
from call_flows.nodes.voicemail import VoicemailNode
from call_flows.nodes.wait import WaitNode
from call_flows.nodes.when import WhenNode

_ALL: Final[tuple[type[Node], ...]] = (
    SayNode,
    PlayNode,
    MenuNode,
    AskNode,
    SteerNode,
    WhenNode,
    SplitNode,
    SetNode,
    HoursNode,
    FetchNode,
    CustomerNode,
    KnowledgeNode,
    ConsentNode,
    RecordNode,
    QueueNode,
    LeaveNode,
    DialNode,
    CallbackNode,
    VoicemailNode,
    MessageNode,
    SurveyNode,
    PayNode,
    LanguageNode,
    TagNode,
    AlertNode,
    FlowNode,
    ReturnNode,
    WaitNode,
    RefuseNode,
    HangUpNode,
)

VERBS: Final[dict[str, type[Node]]] = {node.verb: node for node in _ALL}
"""Every verb by the word a designer writes, in the order of the reference."""
