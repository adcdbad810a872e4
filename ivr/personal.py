"""The tables of this folder that know persons."""

from foundation.personal import CALL, NUMBER, Personal

CUSTOMER = "customer"
PERSONAL = (
    Personal("customer_numbers", by={"number": NUMBER, "customer_id": CUSTOMER}, gives={"customer_id": CUSTOMER}),
    Personal("customers", by={"id": CUSTOMER}),
    Personal("call_sessions", by={"call_id": CALL}, private=frozenset({"state", "line", "document"})),
    Personal("call_events", by={"call_id": CALL}, private=frozenset({"payload", "answer"})),
    Personal(
        "meetings",
        by={"call_id": CALL},
        blank={"document": None, "caller_document": None, "agent_sid": None, "caller_sid": None},
        private=frozenset({"document", "caller_document"}),
    ),
    Personal("alerts", by={"call_id": CALL}),
    Personal("survey_answers", by={"call_id": CALL}, blank={"comment_sid": ""}),
    Personal("text_messages", by={"number": NUMBER, "call_id": CALL}),
    Personal("received_messages", by={"number": NUMBER}),
    Personal("holds", by={"call_id": CALL}, blank={}),
)
IMPERSONAL = {
    "site_versions": "what designers wrote",
    "site_releases": "what designers did",
    "site_refusals": "what is wrong with files",
    "hours_switches": "opening hours",
    "reconcile_rounds": "when the house looked at itself",
    "reconcile_repairs": "what it put right, by ids",
}
