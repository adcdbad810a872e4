"""A flow as a picture: Mermaid text for documents, and an SVG that needs nothing else.

`svg(flow, counts, current)` draws counts on exits. `counts` is by node and exit, as the log's `exit_taken` notes name
them; the exit `GAVE_UP` stands for callers who hung up at a node, and is drawn as a red mark on it.
"""

from call_flows.diagram.counting import count_exits
from call_flows.diagram.drawing import svg
from call_flows.diagram.mermaid import mermaid
from call_flows.diagram.picture import ALWAYS, GAVE_UP, Counts

__all__ = ["ALWAYS", "GAVE_UP", "Counts", "count_exits", "mermaid", "svg"]
