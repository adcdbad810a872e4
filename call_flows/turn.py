"""The working memory of one step: what nodes read and write while the engine goes from one wait to the next."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from call_flows.actions import Action, Prompt, Say
from call_flows.courtesies import Courtesy, courtesy
from call_flows.expressions import FAILURES, Condition
from call_flows.facts import Facts
from call_flows.names import read_name
from call_flows.notes import MASK, Answered, CallEnded, Fault, Note, Plain, SlotSet
from call_flows.prompt import Prompt as Written
from call_flows.state import NOTHING, CallState, Position
from call_flows.text import CURRENCY

if TYPE_CHECKING:
    from call_flows.flow import Flow
    from call_flows.loaded import LoadedSite

HOLD_AGAIN = 20.0
"""Seconds of music before a waiting caller is spoken to again when the hold flow says nothing else."""


class Turn:
    """One step being made. Lives for one call of `advance` and is never shared."""

    __slots__ = (
        *("actions", "ahead", "caller", "dialled", "ended", "facts", "flow", "holding", "inner", "jump", "language"),
        *("node_name", "notes", "queued_at", "scratch", "silent", "site", "slots", "stack", "tries"),
    )

    flow: "Flow"
    facts: Facts
    caller: str
    dialled: str
    language: str

    def __init__(self, site: "LoadedSite", state: CallState, facts: Facts) -> None:
        self.site = site
        self.facts = facts
        self.slots: Mapping[str, Plain] = state.slots
        self.language = state.language
        self.caller = state.caller
        self.dialled = state.dialled
        self.silent = state.silent
        self.inner = state.inner
        self.ended = False
        self.ahead = ""
        """A key pressed during a notice, for the menu that this step comes to."""
        self.holding = False
        self.queued_at = state.at
        self.jump: tuple[Flow, tuple[tuple[str, str], ...], str] | None = None
        self.actions: list[Action] = []
        self.notes: list[Note] = []

    def stand(self, position: Position) -> None:
        """Take up a position: in the flow, or in the hold flow."""
        self.flow = self.site.flows[position.flow]
        self.node_name = position.node
        self.tries = position.tries
        self.scratch = position.scratch
        self.stack = position.stack

    def position(self) -> Position:
        """The position as it is now."""
        return Position(self.flow.name, self.node_name, self.tries, self.scratch, self.stack)

    def __getitem__(self, name: str) -> object:
        """What a name in a condition or a text stands for."""
        slots = self.slots
        return slots[name] if name in slots else read_name(self, name)

    def evaluate(self, condition: Condition) -> object:
        """A condition's value; None, and a note, when the values do not fit it."""
        try:
            return condition.value(self)
        except FAILURES as error:
            self.fault("condition_failed", f"{condition.source}: {type(error).__name__}")
            return None

    def prompt(self, written: Written) -> tuple[Prompt, ...]:
        """A prompt as it is heard now."""
        return written.fixed.get(self.language) or written.render(self.__getitem__, self.language)

    def courtesy(self, which: Courtesy, values: Mapping[str, Plain] = NOTHING) -> tuple[Prompt, ...]:
        """The engine's own words."""
        text, language = courtesy(which, self.language, self.site.site.languages[0])
        known = {CURRENCY: self.site.site.currency, **values}
        return (Say(text.render(known.get, language), language),)

    def set_slot(self, name: str, value: Plain) -> None:
        """Give a slot a value, and tell the log."""
        self.slots = {**self.slots, name: value}
        slot = self.flow.header.slots.get(name)
        self.notes.append(SlotSet(name, MASK if slot is not None and slot.private and value is not None else value))

    def answered(self, digits: str, speech: str, *, understood: bool, private: bool = False) -> None:
        """Tell the log what the caller pressed or said."""
        if private:
            digits, speech = MASK if digits else "", MASK if speech else ""
        self.notes.append(Answered(self.flow.name, self.node_name, digits, speech, understood))

    def fault(self, code: str, detail: str = "") -> None:
        """Tell the log that something did not go as meant."""
        self.notes.append(Fault(code, self.flow.name, self.node_name, detail))

    def end(self, reason: str, *actions: Action) -> None:
        """End the call."""
        self.actions.extend(actions)
        self.notes.append(CallEnded(reason))
        self.ended = True
