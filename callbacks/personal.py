"""The tables of this folder that know persons."""

from foundation.personal import CALL, NUMBER, Personal

PROMISE = "promise"
PERSONAL = (
    Personal(
        "promises",
        by={"number": NUMBER, "call_id": CALL},
        gives={"id": PROMISE},
        blank={"number": "", "note": ""},
    ),
    Personal("dial_attempts", by={"promise_id": PROMISE, "number": NUMBER}, blank={"number": "", "carrier_sid": None}),
    Personal("do_not_call", by={"number": NUMBER}),
    Personal("abandoned_calls", by={"number": NUMBER, "call_id": CALL}, blank={"number": ""}),
)
IMPERSONAL = {
    "dial_pace": "the carrier's pace",
    "dial_refusals": "counts: whose number it was is not kept",
    "queue_offers": "queues",
}
