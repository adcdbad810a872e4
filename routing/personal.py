"""The tables of this folder that know persons: places in queues, and what agents wrote when they wrapped up."""

from foundation.personal import CALL, Personal

ENTRY = "entry"
PERSONAL = (
    Personal("queue_entries", by={"call_id": CALL, "promise_id": "promise"}, gives={"id": ENTRY}, blank={}),
    Personal("reservations", by={"entry_id": ENTRY}, blank={"notes": "", "reason": ""}),
)
IMPERSONAL = {
    "agents": "staff",
    "agent_state_log": "staff",
}
