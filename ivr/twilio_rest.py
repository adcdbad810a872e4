"""The carrier through Twilio's own client, pointed at CARRIER_API_URL where that is set: our exchange answers it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client

from foundation.errors import Problem
from foundation.settings import Settings
from ivr.carrier import CarrierRefused, CarrierUnreachable, RecordingOrder

TWILIO = "https://api.twilio.com"
SECONDS = 4.0
PIECE = 64 * 1024
STATUS_EVENTS = ["initiated", "ringing", "answered", "completed"]
PAGE = 1000
GONE = 404
TOO_MANY = 429
SERVER_FAULT = 500
NOT_IN_PROGRESS = 21220
SKEW = timedelta(seconds=5)
"""The carrier tells whole seconds of a clock of its own: a call begun so shortly before is one begun since."""
T = TypeVar("T")


class RedirectingHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the base has no types
    """Twilio's HTTP client, sending what is meant for api.twilio.com to another address, never waiting for ever."""

    def __init__(self, *, api_url: str | None, timeout: float = SECONDS) -> None:
        super().__init__(timeout=timeout)
        self._api = urlsplit(api_url) if api_url else None

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """As the base does, to the rewritten address."""
        return super().request(method, self.rewritten(url), *args, **options)

    def rewritten(self, url: str) -> str:
        """The address that is really asked."""
        parts = urlsplit(url)
        if self._api is None or not parts.netloc.endswith("twilio.com"):
            return url
        path = self._api.path.rstrip("/") + parts.path
        return urlunsplit((self._api.scheme, self._api.netloc, path, parts.query, ""))


class TwilioLines:
    """What goes on, asked of Twilio or of whoever speaks its protocol."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def live_calls(self) -> frozenset[str]:
        """Calls in progress: one question for each thousand."""
        found = _asked(lambda: self._client.calls.list(status="in-progress", page_size=PAGE))
        return frozenset(str(call.sid) for call in found)

    def live_conferences(self) -> frozenset[str]:
        """Conferences in progress: one question for each thousand."""
        found = _asked(lambda: self._client.conferences.list(status="in-progress", page_size=PAGE))
        return frozenset(str(conference.friendly_name) for conference in found)

    def in_conference(self, conference_name: str) -> frozenset[str]:
        """Who is in it; two questions."""
        running = _asked(
            lambda: self._client.conferences.list(friendly_name=conference_name, status="in-progress", limit=1)
        )
        if not running:
            return frozenset()
        found = _asked(lambda: self._client.conferences(running[0].sid).participants.list(page_size=PAGE))
        return frozenset(str(one.call_sid) for one in found)


class TwilioCarrier(TwilioLines):
    """Orders to Twilio, or to whoever speaks its protocol."""

    def __init__(self, settings: Settings) -> None:
        self._http = RedirectingHttpClient(api_url=settings.carrier_api_url)
        self._account = settings.account_sid
        self._auth = (settings.account_sid, settings.auth_tokens[0])
        super().__init__(Client(*self._auth, http_client=self._http))

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
        """Begin a call. The carrier has no idempotency key of its own: ours travels in the status address."""
        options: dict[str, object] = {} if time_limit is None else {"time_limit": time_limit}
        if detect_url:
            options |= {
                "machine_detection": "DetectMessageEnd",
                "async_amd": "true",
                "async_amd_status_callback": detect_url,
                "async_amd_status_callback_method": "POST",
            }
        call = _asked(
            lambda: self._client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                status_callback=f"{status_url}{'&' if '?' in status_url else '?'}key={key}",
                status_callback_event=STATUS_EVENTS,
                status_callback_method="POST",
                timeout=timeout,
                **options,
            )
        )
        return str(call.sid)

    def send_message(self, *, to: str, from_: str, text: str, status_url: str) -> str:
        """Send a text message from the number that was called."""
        message = _asked(
            lambda: self._client.messages.create(to=to, from_=from_, body=text, status_callback=status_url)
        )
        return str(message.sid)

    def redirect(self, call_sid: str, url: str) -> None:
        """Let the call go on with the document at the address."""
        _asked(lambda: self._client.calls(call_sid).update(url=url, method="POST"))

    def hang_up(self, call_sid: str) -> None:
        """End the call, whether it is talking or still ringing."""
        _asked(lambda: self._client.calls(call_sid).update(status="completed"), over_is_fine=True)

    def hold(self, conference_name: str, call_sid: str, *, on: bool) -> None:
        """Put one party of the running conference of that name on hold, or bring it back."""
        running = _asked(
            lambda: self._client.conferences.list(friendly_name=conference_name, status="in-progress", limit=1)
        )
        if not running:
            raise CarrierRefused(Problem("no_conference", "The conference is over.", where=conference_name))
        _asked(lambda: self._client.conferences(running[0].sid).participants(call_sid).update(hold=on))

    def recording(self, call_sid: str, order: RecordingOrder) -> None:
        """Pause, go on with, or stop whatever recording of the call is running."""
        options = {"pause_behavior": "silence"} if order == "paused" else {}
        recording = self._client.calls(call_sid).recordings("Twilio.CURRENT")
        _asked(lambda: recording.update(status=order, **options))

    def fetch_recording(self, recording_sid: str) -> Iterator[bytes]:
        """The wav file, both channels, in pieces."""
        path = f"/2010-04-01/Accounts/{self._account}/Recordings/{recording_sid}.wav?RequestedChannels=2"
        answer = _asked(lambda: self._open(self._http.rewritten(TWILIO + path)))
        with answer:
            try:
                yield from answer.iter_content(PIECE)
            except RequestException as error:
                raise _unreachable(error) from error

    def delete_recording(self, recording_sid: str) -> None:
        """Delete the carrier's copy."""
        _asked(lambda: self._client.recordings(recording_sid).delete(), over_is_fine=True)

    def call_status(self, call_sid: str) -> str:
        """The call's status as the carrier has it."""
        return str(_asked(lambda: self._client.calls(call_sid).fetch()).status)

    def find_dialled(self, *, to: str, since: datetime) -> list[str]:
        """Calls to the party begun since the moment; the carrier's list may lag by a few seconds."""
        day = (since - SKEW).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        found = _asked(lambda: self._client.calls.list(to=to, start_time_after=day, limit=50))
        earliest = since - SKEW
        return [str(call.sid) for call in found if _moment(call) is None or cast("datetime", _moment(call)) >= earliest]

    def _open(self, url: str) -> requests.Response:
        answer = requests.get(url, auth=self._auth, stream=True, timeout=SECONDS)
        if answer.status_code != requests.codes.ok:
            answer.close()
            raise TwilioRestException(answer.status_code, url, answer.reason or "")
        return answer


class SoftphoneTokens:
    """Access tokens with which an agent's desk registers as `client:<agent id>`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def issue(self, agent_id: str, *, seconds: int = 3600) -> str:
        """A token that lets the agent's desk be rung, and nothing else."""
        settings = self._settings
        token = AccessToken(
            settings.account_sid, settings.api_key_sid, settings.api_key_secret, identity=agent_id, ttl=seconds
        )
        token.add_grant(VoiceGrant(incoming_allow=True))
        return str(token.to_jwt())


def _moment(call: Any) -> datetime | None:
    return cast("datetime | None", call.date_created or call.start_time)


def _asked(order: Callable[[], T], *, over_is_fine: bool = False) -> T:
    try:
        return order()
    except TwilioRestException as error:
        if over_is_fine and (error.status == GONE or error.code == NOT_IN_PROGRESS):
            return cast("T", None)
        problem = Problem(str(error.code or error.status), f"The carrier refuses: {error.msg}", where=str(error.uri))
        if error.status >= SERVER_FAULT or error.status == TOO_MANY:
            raise CarrierUnreachable(problem) from error
        raise CarrierRefused(problem) from error
    except (TwilioException, RequestException) as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> CarrierUnreachable:
    return CarrierUnreachable(
        Problem(
            "carrier_unreachable",
            f"The carrier cannot be reached ({type(error).__name__}).",
            todo="See CARRIER_API_URL.",
        )
    )
