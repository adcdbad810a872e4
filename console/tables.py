"""Every table of the house, by importing the modules that have one: for migrations and their tests."""

from callbacks import abandoned, do_not_call, offering, pace, promises, refusals
from console.auth import browsers, people
from console.desk import notes
from console.review import saved
from console.review.quality import rows as quality
from foundation import audit, calls, legal_holds, outbox
from foundation.db import Base
from ivr import alerts, customers, emergency, holds, messages, reconcile_rows, replies, surveys, tables
from recordings import recording
from routing import agents, entries, reservations
from transcription import again, store
from transcription.index import is_search_object
from transcription.understanding import kept

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
    saved,
    quality,
    audit,
    calls,
    legal_holds,
    outbox,
    emergency,
    alerts,
    holds,
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
    again,
    kept,
)
METADATA = Base.metadata

__all__ = ["METADATA", "PLACES", "is_search_object"]
