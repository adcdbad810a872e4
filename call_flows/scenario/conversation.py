"""A call as it goes: the engine driven in virtual time, with the carrier and the queue played here.

Nothing waits. Time is a number of seconds; it moves when the caller acts, when something is awaited, or when a
dialogue says so, and everything due on the way happens at its moment.
"""

from dataclasses import replace
from typing import Final, assert_never

from call_flows.actions import (
    Action,
    Collect,
    Dial,
    Enqueue,
    HangUp,
    LeaveQueue,
    Pause,
    Play,
    RecordMessage,
    Refuse,
    Say,
)
from call_flows.engine import advance, begin
from call_flows.events import (
    Collected,
    DialEnded,
    DialOutcome,
    Event,
    MessageRecorded,
    QueueEnded,
    QueueOutcome,
    Resumed,
    WaitTurn,
)
from call_flows.facts import Facts
from call_flows.loaded import LoadedSite
from call_flows.notes import Plain
from call_flows.scenario.failure import Unmet
from call_flows.scenario.outside import Outside
from call_flows.scenario.performing import Inside, Ours, ask, keep
from call_flows.scenario.record import Record
from call_flows.scenario.world import Scene
from call_flows.state import CallState

LEAST_TURN: Final = 1.0
"""A turn on hold takes a second at least, so that time goes on."""
MOST_EVENTS: Final = 5000

Waiting = Collect | Enqueue | Dial | RecordMessage | Pause


class Conversation:
    """One call."""

    def __init__(self, site: LoadedSite, flow: str, scene: Scene, outside: Outside, slots: dict[str, Plain]) -> None:
        self.site = site
        self.scene = scene
        self.outside = outside
        self.record = Record()
        self.documents: list[tuple[bool, list[Action]]] = []
        """What each event led to, as the carrier would be answered; and whether a waiting caller hears it."""
        self.now = 0.0
        self.until = 0.0
        """When what is being said ends."""
        self.waiting: Waiting | None = None
        self.held: Collect | Pause | None = None
        """What the flow of a waiting caller waits for; None when it has its next turn."""
        self.joined = 0.0
        self.talking = False
        began = begin(site, flow=flow, language=scene.language, caller=scene.caller.number, dialled=scene.dialled)
        self.state: CallState = replace(began, slots=slots) if slots else began

    @property
    def question(self) -> Collect | None:
        """What listens to the caller now."""
        heard = self.held if isinstance(self.waiting, Enqueue) and not self.talking else self.waiting
        return heard if isinstance(heard, Collect) else None

    @property
    def queued(self) -> Enqueue | None:
        """The wait for an agent, while it lasts."""
        return self.waiting if isinstance(self.waiting, Enqueue) and not self.talking else None

    def facts(self) -> Facts:
        """The facts of this moment."""
        if not isinstance(self.waiting, Enqueue):
            return self.scene.facts(self.now)
        queue = self.scene.queues.get(self.waiting.queue)
        place = 1 + (queue.waiting if queue is not None else 0)
        return self.scene.facts(self.now, place, self.now - self.joined, self.waiting.queue)

    def send(self, event: Event) -> None:
        """Something happens; the engine goes on until it waits."""
        pending: Event | None = event
        self.until = self.now
        self.held = None
        document: list[Action] = []
        while pending is not None:
            step = advance(self.site, self.state, pending)
            self.state = step.state
            self.record.notes.extend(step.notes)
            pending = None
            document += step.actions
            for action in step.actions:
                pending = self._perform(action)
            if pending is None or isinstance(pending, QueueEnded):
                self.documents.append((self.state.hold is not None, document))
                document = []
        if self.state.ended:
            self.waiting, self.held, self.talking = None, None, False
        elif self.held is None and isinstance(self.waiting, Enqueue) and self.now > self.joined:
            self.until = max(self.until, self.now + LEAST_TURN)

    def collected(self, digits: str = "", speech: str = "") -> None:
        """The caller answers, once the question has been asked."""
        self.record.pass_over()
        self.now = max(self.now, self.until)
        self.send(Collected(self.facts(), digits, speech, 1.0 if speech else None))

    def pass_time(self, seconds: float) -> None:
        """Let time go by; what is due happens on the way."""
        end = self.now + seconds
        for _ in range(MOST_EVENTS):
            due = self.due()
            if due is None or due > end:
                self.now = max(self.now, end)
                return
            self.happen(due)
        raise Unmet(f"more than {MOST_EVENTS} things happen within {seconds:g} seconds")

    def due(self) -> float | None:
        """When something happens by itself; None when nothing ever does."""
        if self.talking:
            return None
        match self.waiting:
            case Enqueue(max_wait=longest):
                turn = self.until + _patience(self.held)
                return turn if longest is None else min(turn, max(self.now, self.joined + longest))
            case Collect() | Dial() | RecordMessage() | Pause():
                return self.until + _patience(self.waiting)
            case None:
                return None
            case _:
                assert_never(self.waiting)

    def happen(self, due: float) -> None:
        """What is due happens: nobody has answered, a pause is over, the hold flow has its next turn."""
        self.now = max(self.now, due)
        facts = self.facts()
        match self.waiting:
            case Enqueue(max_wait=longest) if longest is not None and self.now >= self.joined + longest:
                self.leave(QueueOutcome.TIMED_OUT)
            case Enqueue():
                self.send(Collected(facts) if isinstance(self.held, Collect) else WaitTurn(facts))
            case Collect():
                self.send(Collected(facts))
            case Dial():
                self.send(DialEnded(facts, DialOutcome.NO_ANSWER))
            case RecordMessage():
                self.send(MessageRecorded(facts, "", 0.0))
            case Pause():
                self.send(Resumed(facts))
            case None:
                return
            case _:
                assert_never(self.waiting)

    def leave(self, outcome: QueueOutcome) -> None:
        """The wait, or the talk with the agent, ends."""
        facts = self.facts()
        self.waiting, self.talking = None, False
        self.send(QueueEnded(facts, outcome))

    def _perform(self, action: Action) -> Event | None:
        """Do what the engine asks; what follows at once, if anything."""
        match action:
            case Say(text=text, language=language):
                self.record.hear(text, language)
                self.until += self.scene.world.seconds(text)
            case Play(prompt=prompt, text=text, language=language):
                self.record.hear(text or f"[{prompt}]", language)
                self.until += self.scene.world.seconds(text, prompt)
            case Collect() | Enqueue() | Dial() | RecordMessage() | Pause():
                return self._wait(action)
            case LeaveQueue(outcome=outcome):
                facts = self.facts()
                self.waiting = None
                return QueueEnded(facts, QueueOutcome(outcome))
            case HangUp() | Refuse():
                self.waiting = None
            case _:
                return self._ours(action)
        return None

    def _ours(self, action: Inside | Ours) -> Event | None:
        if not isinstance(action, Inside):
            keep(self.record, action)
            return None
        event, seconds = ask(self, action)
        self.until += seconds
        self.now = max(self.now, self.until) if seconds else self.now
        return event

    def _wait(self, action: Waiting) -> Event | None:
        """Begin to wait."""
        if isinstance(action, Collect):
            for prompt in action.prompts:
                self._perform(prompt)
        if isinstance(self.waiting, Enqueue) and isinstance(action, Collect | Pause):
            self.held = action
            return None
        self.waiting, self.talking = action, False
        if isinstance(action, Dial):
            self.record.dialled.append(action.address)
            outcome = self.outside.dial(action)
            return None if outcome is None else DialEnded(self.facts(), outcome)
        if isinstance(action, Enqueue):
            self.joined = self.now
            refused = self.outside.queue(action.queue)
            return None if refused is None else QueueEnded(self.facts(), refused)
        return None


def _patience(wait: Waiting | None) -> float:
    """How long something waits after the last word."""
    match wait:
        case Collect(timeout=seconds) | Dial(timeout=seconds) | Pause(seconds=seconds):
            return seconds
        case RecordMessage(silence_seconds=seconds):
            return seconds
        case _:
            return 0.0
