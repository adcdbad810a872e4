"""The table of this folder that knows persons; files and the carrier's copies go by `retention.give_up_of`."""

from foundation.personal import CALL, Personal

PERSONAL = (
    Personal("recordings", by={"call_id": CALL}, blank={"peaks": [], "sha256": ""}, private=frozenset({"peaks"})),
)
IMPERSONAL: dict[str, str] = {}
