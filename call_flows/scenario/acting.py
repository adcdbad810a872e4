"""The caller of a dialogue: does the steps, politely, and tells when a step cannot be done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from call_flows.actions import Collect, Dial, Enqueue, Pause, RecordMessage
from call_flows.events import DialEnded, DialOutcome, HungUp, MessageRecorded, QueueOutcome
from call_flows.facts import HoursStatus
from call_flows.nodes.consent import ConsentNode
from call_flows.scenario.conversation import MOST_EVENTS, Conversation
from call_flows.scenario.failure import Unmet
from call_flows.scenario.judging import judge
from call_flows.scenario.kinds import finder, is_pattern
from call_flows.scenario.steps import (
    PATIENCE,
    After,
    AgentDoes,
    CallbackIs,
    Expects,
    HangsUp,
    Hears,
    LeavesMessage,
    Presses,
    QueueDoes,
    QueuesAre,
    Says,
    Silent,
    Step,
)
from call_flows.scenario.world import WORDS_A_SECOND
from call_flows.values import Duration

KEY_SECONDS: Final = 0.4
MOST_TOLD: Final = 8


def act(call: Conversation, step: Step) -> None:
    """Do one step. Raises Unmet."""
    match step:
        case Hears():
            for words in step.hears:
                _hear(call, words, str(step.language or ""), float(step.within))
        case Presses(presses=keys):
            press(call, keys)
        case Says(says=words):
            say(call, words)
        case Silent(silence=silence):
            _keep_silent(call, silence)
        case After(after=seconds):
            _alive(call, "time goes by")
            call.pass_time(float(seconds))
        case Expects(expect=expected):
            judge(call, expected)
        case AgentDoes() | QueueDoes() | QueuesAre():
            _house(call, step)
        case CallbackIs(callback=wanted):
            _callback(call, wanted)
        case LeavesMessage(leaves_message=message):
            leave_message(call, message)
        case HangsUp():
            _alive(call, "the caller hangs up")
            call.record.pass_over()
            call.send(HungUp(call.facts()))
        case _:
            raise Unmet(f"nobody knows how to do '{step.kind}'")


def _house(call: Conversation, step: AgentDoes | QueueDoes | QueuesAre) -> None:
    if isinstance(step, QueueDoes):
        queue(call, step.queue)
    elif isinstance(step, QueuesAre):
        call.scene.change_queues(step.queues)
    else:
        agent(call, answers=step.agent == "answers")


def press(call: Conversation, keys: str) -> None:
    """Press keys at the next question."""
    if _to_a_person(call):
        return
    question = await_question(call, "the caller presses keys", lambda asked: asked.keys, keys)
    most = question.max_digits
    pressed = keys.removesuffix(question.finish_on_key) if question.finish_on_key and len(keys) > 1 else keys
    if most is not None and len(pressed) > most:
        todo = "Write one step for each question: the next one is asked after the first answer."
        raise Unmet(
            f"the question takes {most} key{'s' if most > 1 else ''}, and {len(pressed)} are pressed", todo=todo
        )
    finished = most == len(pressed) or pressed != keys
    call.now = max(call.now, call.until) + KEY_SECONDS * len(keys) + (0.0 if finished else question.timeout)
    call.until = call.now
    call.collected(digits=pressed)


def say(call: Conversation, words: str) -> None:
    """Say something at the next question, or to a person."""
    if _to_a_person(call):
        return
    await_question(call, "the caller speaks", lambda asked: asked.speech, "")
    call.now = call.until = max(call.now, call.until) + (words.count(" ") + 1) / WORDS_A_SECOND
    call.collected(speech=words)


def agent(call: Conversation, *, answers: bool) -> None:
    """The agent, or the dialled party, answers or hangs up."""
    if answers:
        if not isinstance(call.waiting, Enqueue | Dial) or call.talking:
            raise Unmet("an agent answers, but the caller waits for nobody")
        call.talking = True
        call.record.pass_over()
        return
    if not call.talking:
        raise Unmet("the agent hangs up, but has not answered", todo="Write before it: - agent: answers")
    if isinstance(call.waiting, Enqueue):
        call.leave(QueueOutcome.ANSWERED)
    else:
        call.send(DialEnded(call.facts(), DialOutcome.ANSWERED, 60.0))


def queue(call: Conversation, befalls: str) -> None:
    """The queue in which the caller waits closes, or its last agent signs out."""
    queued = call.queued
    if queued is None:
        raise Unmet(f"the queue {befalls}, but the caller waits in none")
    rules = call.site.site.queues[queued.queue]
    if befalls == "closes":
        if rules.hours is None:
            raise Unmet("the queue closes, but it has no hours", todo="Give it hours: that the switch can close.")
        call.scene.hours[str(rules.hours)] = HoursStatus.EMERGENCY
        call.leave(QueueOutcome.CLOSED)
        return
    call.scene.queues[queued.queue] = replace(call.scene.queues[queued.queue], agents=0)
    if rules.leave_when_empty:
        call.leave(QueueOutcome.NOBODY)


def leave_message(call: Conversation, message: Duration | str) -> None:
    """Speak after the tone."""
    for _ in range(MOST_EVENTS):
        if isinstance(call.waiting, RecordMessage) or not isinstance(call.waiting, Pause):
            break
        call.happen(call.due() or call.now)
    if not isinstance(call.waiting, RecordMessage):
        raise Unmet("the caller leaves a message, but nothing records one", _heard(call))
    seconds = float(message) if isinstance(message, Duration) else max(1.0, len(message.split()) / WORDS_A_SECOND)
    seconds = min(seconds, call.waiting.max_seconds)
    call.record.left.append(call.waiting)
    call.record.pass_over()
    call.now = max(call.now, call.until) + seconds
    call.send(MessageRecorded(call.facts(), "RE" + "0" * 32, seconds))


def await_question(call: Conversation, what: str, fits: Callable[[Collect], bool], keys: str) -> Collect:
    """Listen until a question is asked that takes this kind of answer; notices, pauses and music pass."""
    limit = call.now + float(PATIENCE)
    for _ in range(MOST_EVENTS):
        question = call.question
        if question is not None and not _is_notice(call, keys):
            if not fits(question):
                raise Unmet(f"{what}, but the question does not listen for {'words' if question.keys else 'keys'}")
            return question
        due = call.due()
        if due is None or due > limit or not _passes(call):
            break
        call.happen(due)
    raise Unmet(f"{what}, but nothing is asked", _heard(call))


def notice_of(call: Conversation) -> ConsentNode | None:
    """The notice that the caller listens to, if it is one."""
    flow = call.site.flows.get(call.state.at.flow)
    node = None if flow is None else flow.nodes.get(call.state.at.node)
    return node if isinstance(node, ConsentNode) and call.held is None else None


def _is_notice(call: Conversation, keys: str) -> bool:
    """Whether the caller listens to a notice that these keys do not answer."""
    notice = notice_of(call)
    return notice is not None and notice.opt_out != keys


def _passes(call: Conversation) -> bool:
    """Whether what the call waits for goes by without the caller's fault."""
    return isinstance(call.waiting, Enqueue | Pause) or (call.question is not None and _is_notice(call, ""))


def _hear(call: Conversation, words: str, language: str, within: float) -> None:
    pattern = finder(words)
    limit = call.now + within
    record = call.record
    for _ in range(MOST_EVENTS):
        found = pattern.search(record.text, record.read)
        if found is not None:
            _in_language(call, found.start(), language)
            record.read = found.end()
            return
        due = call.due()
        if due is None or due > limit or not _passes(call):
            break
        call.happen(due)
    wanted = f"something like {words}" if is_pattern(words) else f"“{words}”"
    raise Unmet(f"the caller should hear {wanted}", _heard(call))


def _in_language(call: Conversation, at: int, language: str) -> None:
    if not language:
        return
    spoken = next(one for one in reversed(call.record.spoken) if one.at <= at)
    if spoken.language != language:
        raise Unmet(
            f"the caller should hear this in {language}, and hears it in {spoken.language}", (f"“{spoken.text}”",)
        )


def _heard(call: Conversation) -> tuple[str, ...]:
    """What was heard instead."""
    told = [f"{one.language}  “{one.text}”" for one in call.record.unread()]
    if not told and call.record.spoken:
        last = call.record.spoken[-1]
        return ("nothing was heard since; the last words were", f"{last.language}  “{last.text}”")
    more = [f"… and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
    return ("heard instead:", *(f"  {line}" for line in told[:MOST_TOLD] + more)) if told else ("nothing was heard",)


def _keep_silent(call: Conversation, silence: int | Duration) -> None:
    _alive(call, "the caller is silent")
    call.record.pass_over()
    if isinstance(silence, Duration):
        call.pass_time(float(silence))
        return
    for _ in range(silence):
        _let_pass(call)
        due = call.due()
        if due is None:
            raise Unmet("the caller is silent, but nobody asks anything", _heard(call))
        call.happen(due)


def _let_pass(call: Conversation) -> None:
    """Go on to the next thing that waits for the caller."""
    for _ in range(MOST_EVENTS):
        due = call.due()
        asked = call.question is not None and not _is_notice(call, "")
        asked = asked or isinstance(call.waiting, RecordMessage | Dial)
        if due is None or asked:
            return
        call.happen(due)


def _callback(call: Conversation, wanted: str) -> None:
    record = call.record
    fresh = record.callbacks[record.promises_read :]
    record.promises_read = len(record.callbacks)
    if not fresh:
        raise Unmet(f"a callback should be {wanted}, but none was asked for", _heard(call))
    if fresh[-1] != wanted:
        reason = f": {record.promises[-1][1]}" if fresh[-1] == "refused" else ""
        raise Unmet(f"a callback should be {wanted}, and was {fresh[-1]}{reason}")


def _to_a_person(call: Conversation) -> bool:
    """Whether the caller speaks to a person, who takes keys and words as they come."""
    _alive(call, "the caller answers")
    return call.talking


def _alive(call: Conversation, what: str) -> None:
    if call.state.ended:
        raise Unmet(f"{what}, but the call is over", _heard(call))
