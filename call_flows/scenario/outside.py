"""The outside world of one dialogue: mocks in their order, each as often as it holds."""

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, TypeVar

from call_flows.actions import ChangeCustomer, Dial, Fetch, FindCustomer, SendMessage, TakeCard
from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.events import (
    CallbackAnswered,
    CustomerAnswered,
    DialOutcome,
    Fetched,
    MessageAnswered,
    PaymentEnded,
    QueueOutcome,
)
from call_flows.facts import Facts
from call_flows.nodes.fetch import LONGEST, REPEATABLE
from call_flows.problems import nearest
from call_flows.scenario.failure import Unmet
from call_flows.scenario.kinds import matcher
from call_flows.scenario.mocks import (
    CallbackMock,
    CustomerMock,
    DialMock,
    FetchMock,
    MessageMock,
    Mock,
    PayMock,
    QueueMock,
)
from call_flows.scenario.world import Scene, caller_of

PASSING: Final = frozenset({429, 502, 503, 504})
"""Answers after which a request is tried again, where the flow says so."""
_MAY_PASS: Final = frozenset({"timeout", "refused", "unreachable"})
_SERVICE: Final = re.compile(r"\{\{\s*service\.(\w+)\s*\}\}")

_Kind = TypeVar("_Kind", bound=Mock)


@lru_cache(maxsize=1024)
def address_of(written: str, services: tuple[tuple[str, str], ...]) -> str:
    """An address as it is asked: services of the site stand by name."""
    known = dict(services)
    return _SERVICE.sub(lambda match: known.get(match.group(1), match.group(0)), written)


class Outside:
    """Answers for everything that is not the engine."""

    def __init__(self, mocks: Iterable[Mock], scene: Scene) -> None:
        self._mocks = tuple(mocks)
        self._scene = scene
        self._used: dict[int, int] = {}
        self._services = tuple(scene.world.site.site.services.items())

    def fetched(self, action: Fetch, facts: Facts) -> tuple[Fetched, float]:
        """What a web service answers, tried again as the flow says, and the seconds it takes. Raises Unmet."""
        taken = 0.0
        tries = 1 + (action.retries if action.method in REPEATABLE else 0)
        for count in range(tries):
            event, seconds = self._answered(action, facts)
            taken += seconds
            passing = event.status in PASSING or (event.status is None and event.error in _MAY_PASS)
            if not passing or count + 1 == tries or taken >= LONGEST:
                break
        return event, taken

    def _answered(self, action: Fetch, facts: Facts) -> tuple[Fetched, float]:
        """One try."""
        mock = self._next(
            FetchMock,
            lambda one: one.method in {None, action.method} and matcher(self.address(one.fetch)).match(action.url),
        )
        if mock is None:
            raise Unmet(
                f"the flow asks {action.method} {action.url}, and no mock answers it",
                self._near(action.url),
                todo=f'Write under mock: - {{fetch: "{action.url}", gives: {{…}}}}',
            )
        if mock.failure is not None and mock.failure != "not_json":
            taken = action.timeout if mock.failure == "timeout" else min(float(mock.delay), action.timeout)
            return Fetched(facts, None, None, mock.failure), taken
        if mock.delay > action.timeout:
            return Fetched(facts, None, None, "timeout"), action.timeout
        return Fetched(facts, mock.status, None if mock.failure else mock.gives), float(mock.delay)

    def customer(self, action: FindCustomer | ChangeCustomer, facts: Facts) -> CustomerAnswered:
        """The record of a number; the caller's own is what the dialogue gives."""
        mock = self._next(CustomerMock, lambda one: matcher(one.customer).match(action.number))
        if mock is not None and mock.failure is not None:
            return CustomerAnswered(facts, known=False, error=mock.failure)
        if mock is not None:
            record = caller_of(action.number, mock.gives)
            return CustomerAnswered(facts, known=record.known, record=record)
        if action.number == facts.caller.number:
            return CustomerAnswered(facts, known=facts.caller.known, record=facts.caller)
        return CustomerAnswered(facts, known=False, record=caller_of(action.number, None))

    def message(self, action: SendMessage, facts: Facts) -> MessageAnswered:
        """What becomes of a text message."""
        mock = self._next(MessageMock, lambda one: matcher(one.message).match(action.number))
        return MessageAnswered(facts, taken=mock is None, reason="" if mock is None else mock.refused)

    def promise(self, action: PromiseCallback, facts: Facts) -> CallbackAnswered:
        """What becomes of a promise to call back, or of asking whether it could be made."""
        mock = self._next(CallbackMock, lambda one: one.callback != "being_called" and _concerns(one, action))
        if mock is None:
            return CallbackAnswered(facts, promised=True)
        zone = self._scene.world.site.zone
        nearest = tuple(one if one.tzinfo else one.replace(tzinfo=zone) for one in mock.free)
        return CallbackAnswered(facts, promised=False, reason=mock.why, nearest=nearest)

    def change(self, _action: ChangeCallback, facts: Facts) -> CallbackAnswered:
        """What becomes of cancelling what is owed, or of waiting in its place."""
        mock = self._next(CallbackMock, lambda one: one.callback == "being_called")
        return CallbackAnswered(facts, promised=mock is None, reason="" if mock is None else mock.why)

    def payment(self, _action: TakeCard, facts: Facts) -> PaymentEnded:
        """What becomes of a card. Raises Unmet when no mock says."""
        mock = self._next(PayMock, lambda _one: True)
        if mock is None:
            raise Unmet(
                "the flow takes a card, and no mock says what becomes of it", todo="Write under mock: pay: taken"
            )
        if mock.pay != "taken":
            return PaymentEnded(facts, taken=False, result=mock.pay)
        return PaymentEnded(
            facts,
            taken=True,
            result="success",
            token="tok_of_a_test",  # noqa: S106, last_four=mock.last_four, card=mock.card
        )

    def dial(self, action: Dial) -> DialOutcome | None:
        """How a dialled party ends before it answers; None lets it ring."""
        mock = self._next(DialMock, lambda one: matcher(one.dial).match(action.address))
        return None if mock is None else DialOutcome(mock.gives)

    def queue(self, name: str) -> QueueOutcome | None:
        """Why a wait cannot begin; None when it can."""
        mock = self._next(QueueMock, lambda one: one.queue == name)
        return None if mock is None else QueueOutcome(mock.gives)

    def address(self, written: str) -> str:
        """An address of a test as it is asked."""
        return address_of(written, self._services) if "{{" in written else written

    def _next(self, kind: type[_Kind], fits: Callable[[_Kind], object]) -> _Kind | None:
        """The first mock of a kind that fits and is not used up."""
        for place, mock in enumerate(self._mocks):
            if not isinstance(mock, kind) or not fits(mock):
                continue
            used = self._used.get(place, 0)
            if used < (mock.times or self._by_turns(place, mock)):
                self._used[place] = used + 1
                return mock
        return None

    def _by_turns(self, place: int, mock: Mock) -> float:
        """How often a mock holds that does not say: once where another with the same words follows."""
        word = _words(mock)
        follows = any(type(other) is type(mock) and _words(other) == word for other in self._mocks[place + 1 :])
        return 1 if follows else math.inf

    def _near(self, url: str) -> tuple[str, ...]:
        known = [self.address(mock.fetch) for mock in self._mocks if isinstance(mock, FetchMock)]
        near = nearest(url, known)
        if near:
            return (f"did you mean the mock of {near}, which is for another address or used up?",)
        return tuple(f"there is a mock of {one}" for one in known) or ("there are no mocks of web services",)


def _concerns(mock: CallbackMock, action: PromiseCallback) -> bool:
    """Whether a mock is about this: only a full time is told before it is promised."""
    return action.due_at is not None if mock.callback == "full" else not action.tentative


def _words(mock: Mock) -> tuple[object, ...]:
    return getattr(mock, mock.kind), getattr(mock, "method", None)
