"""The carrier as a port: who brings calls and does as we ask. Twilio or our exchange; the twin only remembers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Protocol

from foundation.errors import CallwrightError

RecordingOrder = Literal["paused", "in-progress", "stopped"]


class CarrierRefused(CallwrightError):
    """The carrier was reached and said no; the problem's code is the carrier's own. Asking again will not help."""


class CarrierUnreachable(CallwrightError):
    """The carrier could not be reached, or failed. The order may be repeated."""


class LiveLines(Protocol):
    """What goes on at the carrier, for whoever compares it with what we believe. Raises as orders do."""

    def live_calls(self) -> frozenset[str]:
        """The SIDs of all calls in progress, in as few questions as the carrier allows; the list may lag a little."""
        ...

    def live_conferences(self) -> frozenset[str]:
        """The names of all conferences that go on."""
        ...

    def in_conference(self, conference_name: str) -> frozenset[str]:
        """The SIDs of the calls in the conference of that name; none when it is over."""
        ...


class Carrier(LiveLines, Protocol):
    """What we ask of a carrier. Each order may raise CarrierRefused or CarrierUnreachable."""

    def dial(
        self,
        *,
        to: str,
        from_: str,
        url: str,
        status_url: str,
        key: str,
        timeout: int,
        detect_url: str = "",
        time_limit: int | None = None,
    ) -> str:
        """Begin a call and return its SID; `key` marks the attempt so that it can be found again.

        With a `detect_url` the carrier listens whether a person or a machine answers, and tells it there, a machine's
        at the end of its greeting. After `time_limit` seconds of talk the carrier ends the call.
        """
        ...

    def send_message(self, *, to: str, from_: str, text: str, status_url: str) -> str:
        """Send a text message and return its SID; how it fares is told to the status address."""
        ...

    def redirect(self, call_sid: str, url: str) -> None:
        """Let a call go on with the document at the address."""
        ...

    def hang_up(self, call_sid: str) -> None:
        """End a call; one that is over already is no error."""
        ...

    def hold(self, conference_name: str, call_sid: str, *, on: bool) -> None:
        """Put one party of a conference on hold, or bring it back."""
        ...

    def recording(self, call_sid: str, order: RecordingOrder) -> None:
        """Pause (leaving silence), go on with, or stop the recording of a call."""
        ...

    def fetch_recording(self, recording_sid: str) -> Iterator[bytes]:
        """The sound of a recording as a wav file, in pieces."""
        ...

    def delete_recording(self, recording_sid: str) -> None:
        """Delete the carrier's copy; one that is gone already is no error."""
        ...

    def call_status(self, call_sid: str) -> str:
        """How a call stands, in the carrier's words."""
        ...

    def find_dialled(self, *, to: str, since: datetime) -> list[str]:
        """The SIDs of the calls begun to the party since the moment; asked before an unsure attempt is repeated."""
        ...
