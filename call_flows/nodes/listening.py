"""What menus and questions share: how often they ask, what they say to silence and to what they did not understand."""

from collections.abc import Iterable

from pydantic import Field

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.option import Option
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName


class Listening(Node):
    """A node that asks and listens."""

    waits = Waits.CALLER

    no_input: Prompt | None = Field(None, description="Said when nothing was heard, before asking again.")
    no_match: Prompt | None = Field(None, description="Said when it was not understood, before asking again.")
    no_input_again: Prompt | None = Field(None, description="Said instead from the second silence on.")
    no_match_again: Prompt | None = Field(None, description="Said instead from the second misunderstanding on.")
    tries: int = Field(3, ge=1, le=10, description="How often it is asked before `failed`.")
    timeout: Duration = Field(Duration(7), description="How long to wait for the caller.")
    barge_in: bool = Field(True, description="Whether the caller may answer while the prompt is still heard.")
    silent: NodeName | None = Field(
        None, description="Where to go when at the last try nothing was heard; else `failed`."
    )
    failed: NodeName = Field(description="Where to go after the last try: a person or a message, never a dead line.")

    def given_up(self, *, silent: bool) -> Outcome:
        """The exit after the last try."""
        return "silent" if silent and self.silent is not None else "failed"

    def again(
        self,
        turn: Turn,
        asked: tuple[Heard, ...],
        *,
        silent: bool,
        why: tuple[Heard, ...] = (),
        helps: tuple[Heard, ...] = (),
    ) -> tuple[Heard, ...] | None:
        """The prompts of the next try; None when there is none left.

        The second time that the same goes wrong it is said in other words: the designer's, else the engine's with what
        helps. `why` is said instead of the engine's words where the reason is known.
        """
        turn.tries += 1
        if turn.tries >= self.tries:
            return None
        kind = "silences" if silent else "mismatches"
        before = int(turn.scratch.get(kind) or 0)
        turn.scratch = {**turn.scratch, kind: before + 1}
        own = self.no_input if silent else self.no_match
        later = self.no_input_again if silent else self.no_match_again
        if before and later is not None:
            return turn.prompt(later) + asked
        if own is not None:
            return turn.prompt(own) + asked
        if not before:
            return (why or turn.courtesy(Courtesy.NO_INPUT if silent else Courtesy.NO_MATCH)) + asked
        words = turn.courtesy(Courtesy.NO_INPUT_AGAIN if silent else Courtesy.NO_MATCH_AGAIN)
        return (why or words) + (() if silent else helps) + asked


def listen(turn: Turn, collect: Collect) -> None:
    """Wait for the caller."""
    turn.actions.append(collect)


def hints(turn: Turn, own: Iterable[str]) -> tuple[str, ...]:
    """The phrases worth listening for: the node's own, and those that work everywhere."""
    found = dict.fromkeys(own)
    for flow in (turn.flow, *(turn.site.flows[name] for name, _node in turn.stack)):
        found.update(dict.fromkeys(flow.always_hints(turn.language)))
    return tuple(found)


def everywhere(turn: Turn, digits: str, speech: str) -> Outcome:
    """Take what works everywhere: in this flow, else in those that called it."""
    for depth in range(len(turn.stack), -1, -1):
        flow = turn.flow if depth == len(turn.stack) else turn.site.flows[turn.stack[depth][0]]
        option: Option | None = None
        if digits:
            option = flow.always_by_key(digits)
        elif speech:
            option = flow.always_by_speech(speech, turn.language)
        if option is not None:
            turn.jump = (flow, turn.stack[:depth], str(option.next))
            return "always"
    return None
