"""A step in the making: the engine advanced until it waits, with what it asked of us on the way performed.

Two halves. `begin` performs web requests and holds no transaction; `Draft.feed` goes on inside the step's transaction,
where promises and places in a queue are made.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from call_flows.actions import Action, InnerAction, OutsideAction
from call_flows.engine import advance
from call_flows.events import Event, QueueEnded, QueueOutcome
from call_flows.notes import Note, Plain, note_to_json
from call_flows.state import CallState
from ivr import lane
from ivr.cards_in_answers import holds_card, masked_note
from ivr.eventlog import kind_of, payload_of
from ivr.line import Line
from ivr.logbook import Logbook
from ivr.sites import Shelved
from ivr.store import Entry
from ivr.twiml import Drawable

MAX_INNER = 40
"""So many requests and promises in one webhook are a flow that has gone astray: the lane takes over."""


class Astray(Exception):
    """The flow asks the outside world without end."""


@dataclass(slots=True)
class Draft:
    """What one webhook makes of a session, until it is written."""

    shelved: Shelved
    state: CallState
    line: Line
    language: str
    logbook: Logbook
    actions: list[Drawable] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    inner: InnerAction | None = None
    left: list[tuple[str, QueueOutcome]] = field(default_factory=list)
    """Places in a queue that are given up with this step."""
    rounds: int = 0

    def feed(self, event: Event) -> None:
        """Advance by one event. Afterwards `inner` is what must be performed first, or None: the step is done."""
        self.rounds += 1
        if self.rounds > MAX_INNER:
            raise Astray
        private, card = self.line.private, holds_card(event, self.language)
        if card:
            self.line = replace(self.line, guarded=True)
        entry = _entry(event, private=private or card)
        self.entries.append(entry)
        if isinstance(event, QueueEnded):
            if self.line.entry_id and event.outcome is not QueueOutcome.ANSWERED:
                self.left.append((self.line.entry_id, event.outcome))
            self.line = replace(self.line, entry_id="", leaving="")
        if self.line.lane:
            where, drawn = lane.go_on(self.line.lane, event, self.line.queue, self.language)
            self.line = replace(self.line, lane=where)
            self.inner = None
            self.actions += drawn
            return
        before = self.state
        step = advance(self.shelved.loaded, before, event)
        self.state, self.language = step.state, step.state.language
        entry.payload["notes"] = [_written(masked_note(note) if card else note) for note in step.notes]
        self.logbook.keep(entry.payload, before, event, step, private=private or card)
        self._take(step.actions)

    def turn_into_lane(self, queue: str) -> None:
        """Let the lane take over, from the beginning of a document."""
        where, drawn = lane.enter(queue, self.language)
        self.line = replace(self.line, lane=where, queue=queue)
        self.inner = None
        self.actions = list(drawn)

    def unmade(self, action: Drawable) -> None:
        """Take an action back that turned out not to be possible: another event follows."""
        self.actions.remove(action)

    def _take(self, actions: tuple[Action, ...]) -> None:
        self.inner = None
        for action in actions:
            if isinstance(action, InnerAction):
                self.inner = action
                return
            self.actions.append(action)


def perform_all(draft: Draft, perform: Callable[[OutsideAction], Event]) -> None:
    """Perform what is asked of others for as long as the engine asks for it."""
    while isinstance(draft.inner, OutsideAction):
        draft.feed(perform(draft.inner))


@lru_cache(maxsize=4096)
def _written(note: Note) -> dict[str, Plain]:
    """A note as JSON; most callers go the same ways, so most notes have been written before."""
    return note_to_json(note)


def _entry(event: Event, *, private: bool) -> Entry:
    return Entry(kind_of(event), event.facts.now, payload_of(event, private=private))
