"""What every folder says of persons in its tables, and this folder's own."""

import callbacks.personal as of_callbacks
import foundation.personal_tables as of_foundation
import ivr.personal as of_ivr
import recordings.personal as of_recordings
import routing.personal as of_routing
import transcription.personal as of_transcription
from console.tables import METADATA
from foundation.personal import CALL, TEXT, Personal, PersonalData

OWN = (
    Personal("desk_notes", by={"call_id": CALL}),
    Personal("saved_searches", by={"query": TEXT, "name": TEXT}),
    Personal("coaching_notes", by={"call_id": CALL}),
    Personal("quality_calibrations", by={"call_id": CALL}, blank={}),
    Personal("quality_reviews", by={"call_id": CALL}, gives={"id": "review"}, blank={"summary": "", "reply": ""}),
    Personal("quality_answers", by={"review_id": "review"}, blank={"comment": "", "found": ""}),
)
OWN_IMPERSONAL = {"users": "staff", "browser_sessions": "staff"}
FOLDERS = (of_foundation, of_routing, of_callbacks, of_recordings, of_transcription, of_ivr)

DECLARED = (*OWN, *(one for folder in FOLDERS for one in folder.PERSONAL))
IMPERSONAL = OWN_IMPERSONAL | {table: why for folder in FOLDERS for table, why in folder.IMPERSONAL.items()}


def personal_data() -> PersonalData:
    """The persons of this house."""
    tables = {table.name: table for table in METADATA.sorted_tables}
    return PersonalData(tables, DECLARED)
