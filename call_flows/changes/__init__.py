"""What another version of a site changes for a caller: told in sentences, from two sites that have been read. Pure."""

from call_flows.changes.change import SIGNS, Change, ChangeKind
from call_flows.changes.flows import renamed_nodes
from call_flows.changes.whole import changes_between

__all__ = ["SIGNS", "Change", "ChangeKind", "changes_between", "renamed_nodes"]
