"""Every table of the house, by importing the modules that have one: for migrations and their tests."""

from callbacks import abandoned, do_not_call, offering, pace, promises, refusals
from console.auth import browsers, people
from console.desk import notes
from foundation import audit, calls, outbox
from foundation.db import Base
from ivr import alerts, customers, emergency, messages, reconcile_rows, replies, surveys, tables
from recordings import recording
from routing import agents, entries, reservations
from transcription import store
from transcription.index import is_search_object

PLACES = (
    abandoned,
    do_not_call,
    pace,
    refusals,
    offering,
    promises,
    browsers,
    people,
    notes,
    audit,
    calls,
    outbox,
    emergency,
    alerts,
    customers,
    messages,
    reconcile_rows,
    replies,
    surveys,
    tables,
    recording,
    agents,
    entries,
    reservations,
    store,
)
METADATA = Base.metadata

__all__ = ["METADATA", "PLACES", "is_search_object"]
