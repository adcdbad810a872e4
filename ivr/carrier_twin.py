"""The carrier's twin: remembers what it was asked, and can be told to refuse."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from foundation.errors import Problem
from ivr.carrier import CarrierRefused, CarrierUnreachable, RecordingOrder


@dataclass(frozen=True, slots=True)
class Order:
    """One thing asked of the carrier."""

    what: str
    of: str
    details: dict[str, object] = field(default_factory=dict)


class TwinLines:
    """What goes on: `statuses` and `conferences` say it, and are put there by a test."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.refuses: set[str] = set()
        self.refusal = "21220"
        self.silent = False
        self.statuses: dict[str, str] = {}
        self.conferences: dict[str, set[str]] = {}

    def live_calls(self) -> frozenset[str]:
        """Whose status is said to be in progress."""
        self._ask("live_calls", "")
        return frozenset(sid for sid, status in self.statuses.items() if status == "in-progress")

    def live_conferences(self) -> frozenset[str]:
        """Those that were put into `conferences`."""
        self._ask("live_conferences", "")
        return frozenset(self.conferences)

    def in_conference(self, conference_name: str) -> frozenset[str]:
        """Who was put into it."""
        self._ask("in_conference", conference_name)
        return frozenset(self.conferences.get(conference_name, ()))

    def _ask(self, what: str, of: str, details: dict[str, object] | None = None) -> None:
        if self.silent:
            raise CarrierUnreachable(Problem("carrier_unreachable", "The carrier does not answer.", where=of))
        if what in self.refuses:
            raise CarrierRefused(Problem(self.refusal, f"The carrier refuses to {what.replace('_', ' ')}.", where=of))
        self.orders.append(Order(what, of, details or {}))


class RecordingCarrier(TwinLines):
    """A carrier in memory: `orders` is all it was asked, `refuses` names what it shall refuse, with `refusal` as code.

    While it is `silent` nothing that it is asked gets an answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.recordings: dict[str, bytes] = {}
        self._dialled: list[tuple[str, str]] = []

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
        """Begin a call that nobody hears; its SID counts up."""
        details: dict[str, object] = {"from_": from_, "url": url, "status_url": status_url, "key": key}
        details |= {"timeout": timeout, "detect_url": detect_url, "time_limit": time_limit}
        self._ask("dial", to, details)
        sid = f"CA{len(self.statuses) + 1:032x}"
        self.statuses[sid] = "queued"
        self._dialled.append((to, sid))
        return sid

    def send_message(self, *, to: str, from_: str, text: str, status_url: str) -> str:
        """Note a message that nobody reads; its SID counts up."""
        self._ask("send_message", to, {"from_": from_, "text": text, "status_url": status_url})
        return f"SM{sum(order.what == 'send_message' for order in self.orders):032x}"

    def redirect(self, call_sid: str, url: str) -> None:
        """Note the redirection."""
        self._ask("redirect", call_sid, {"url": url})

    def hang_up(self, call_sid: str) -> None:
        """Note the end of the call."""
        self._ask("hang_up", call_sid, {})
        self.statuses[call_sid] = "completed"

    def hold(self, conference_name: str, call_sid: str, *, on: bool) -> None:
        """Note who holds."""
        self._ask("hold", conference_name, {"call_sid": call_sid, "on": on})

    def recording(self, call_sid: str, order: RecordingOrder) -> None:
        """Note what shall become of the recording."""
        self._ask("recording", call_sid, {"order": order})

    def fetch_recording(self, recording_sid: str) -> Iterator[bytes]:
        """The sound that was put into `recordings`."""
        self._ask("fetch_recording", recording_sid, {})
        if recording_sid not in self.recordings:
            raise CarrierRefused(Problem("20404", "There is no such recording."))
        yield self.recordings[recording_sid]

    def delete_recording(self, recording_sid: str) -> None:
        """Forget the sound."""
        self._ask("delete_recording", recording_sid, {})
        self.recordings.pop(recording_sid, None)

    def call_status(self, call_sid: str) -> str:
        """What `statuses` says; a call never heard of is refused."""
        self._ask("call_status", call_sid, {})
        if call_sid not in self.statuses:
            raise CarrierRefused(Problem("20404", "There is no such call."))
        return self.statuses[call_sid]

    def find_dialled(self, *, to: str, since: datetime) -> list[str]:
        """Every call dialled to the party; the twin has no clock, so all of them are since then."""
        self._ask("find_dialled", to, {"since": since})
        return [sid for dialled, sid in self._dialled if dialled == to]
