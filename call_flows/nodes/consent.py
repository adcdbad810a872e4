"""The verb `consent`: announce the recording, let the caller opt out, and begin to record."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import Collect, NoteConsent, StartRecording
from call_flows.consent_rules import must_be_told
from call_flows.events import Collected, Event
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import Duration, Key, NodeName


class ConsentNode(Node):
    """Announces that the call is recorded and transcribed: from here on, unless the caller presses the opt-out key.

    The notice cannot be talked over. Without `opt_out` it is announced and nothing is waited for. On a site with
    `privacy: {consent: none}` it is left out for numbers of regions where callers need not be told.
    """

    verb: ClassVar[str] = "consent"
    waits = Waits.CALLER
    on_hold = False

    consent: Prompt = Field(description="The notice.")
    opt_out: Key | None = Field(None, description="The key that opts out.")
    timeout: Duration = Field(Duration(2), description="How long to wait for that key after the notice.")
    next: NodeName = Field(description="Where the call goes then.")
    refused: NodeName | None = Field(None, description="Where the call goes when the caller opted out; else `next`.")

    def enter(self, turn: Turn) -> Outcome:
        """Announce; wait for the key if there is one."""
        if turn.site.site.privacy.consent == "none" and not must_be_told(turn.caller):
            turn.actions += [NoteConsent(given=True), StartRecording()]
            return "next"
        notice = turn.prompt(self.consent)
        if self.opt_out is None:
            turn.actions += [*notice, NoteConsent(given=True), StartRecording()]
            return "next"
        turn.actions.append(
            Collect(
                notice,
                max_digits=1,
                finish_on_key="",
                timeout=float(self.timeout),
                language=turn.language,
                barge_in=False,
            )
        )
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Only the opt-out key opts out; silence and other keys accept. Such a key answers the next menu."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        given = event.digits != self.opt_out
        if event.digits:
            turn.answered(event.digits, "", understood=not given)
        turn.actions.append(NoteConsent(given=given))
        if given:
            turn.actions.append(StartRecording())
            turn.ahead = event.digits  # who knows the menu presses its key during the notice
        return "next" if given or self.refused is None else "refused"
