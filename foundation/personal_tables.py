"""The tables of this folder that know persons."""

from foundation.personal import CALL, NUMBER, TEXT, Personal

PERSONAL = (
    Personal(
        "calls",
        by={"caller": NUMBER, "dialled": NUMBER},
        gives={"id": CALL},
        blank={"caller_name": "", "carrier_sid": None, "tags": []},
    ),
    Personal("legs", by={"call_id": CALL}, blank={"carrier_sid": None}),
    Personal("outbox", by={"payload": TEXT}),
    Personal("legal_holds", by={"call_id": CALL}),
)
IMPERSONAL = {"audit": "who of the staff did what to which id; erasing is noted by a hash of the number"}
