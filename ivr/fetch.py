"""How a flow's `fetch` is performed: within its time, to public addresses only, tried again where that is harmless.

An address of a private network is refused, unless the site itself declares the service that lives there. A name is
looked up once for each request, and the request goes to the address that was checked, so that a second look-up cannot
lead elsewhere; where an answer redirects, the new address is checked like the first.
"""

import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from call_flows.actions import Fetch
from call_flows.events import Fetched
from call_flows.facts import Facts
from foundation.clock import Clock
from ivr.fetch_addresses import PORTS, FetchRefusedError, Resolve, checked, origin, origins, resolve
from ivr.fetch_secrets import revealed
from ivr.secrets import SecretMissing

__all__ = ["MAX_BYTES", "FetchRefusedError", "Fetcher", "origins", "resolve"]

MAX_BYTES = 1024 * 1024
MAX_SECONDS = 10.0
MAX_REDIRECTS = 3
BACK_OFF = 0.2
REPEATABLE = frozenset({"GET", "PUT", "DELETE", "HEAD"})
AGAIN = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEP_METHOD = frozenset({307, 308})


class Secrets(Protocol):
    """Who knows the values of secrets."""

    def value(self, name: str) -> str:
        """The secret's value. Raises SecretMissing."""
        ...


class NoSecrets:
    """A site that has none."""

    def value(self, name: str) -> str:
        """Always missing."""
        raise SecretMissing(name)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    location: str = ""
    wait: float = 0.0


class Fetcher:
    """Performs `Fetch`. `sleep` waits between tries."""

    def __init__(
        self,
        clock: Clock,
        *,
        transport: httpx.BaseTransport | None = None,
        look_up: Resolve = resolve,
        secrets: Secrets | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._client = httpx.Client(transport=transport, follow_redirects=False, trust_env=False)
        self._look_up = look_up
        self._secrets = secrets or NoSecrets()
        self._sleep = sleep

    def perform(self, action: Fetch, *, facts: Facts, allowed: Collection[str], key: str) -> Fetched:
        """What came back, as the event; never raises.

        `allowed` are the origins ("http://host:port") of the site's own services; `key` goes along as Idempotency-Key,
        since a carrier's retry may ask the same again.
        """
        deadline = self._clock.monotonic() + MAX_SECONDS
        tries = 1 + (action.retries if action.method in REPEATABLE else 0)
        event = Fetched(facts=facts, status=None, error="timeout")
        for count in range(tries):
            event, wait = self._try(action, facts, allowed, key, deadline)
            again = wait is not None and count + 1 < tries
            pause = max(BACK_OFF * 2**count, wait or 0.0)
            if not again or self._clock.monotonic() + pause >= deadline:
                break
            self._sleep(pause)
        return event

    def _try(
        self, action: Fetch, facts: Facts, allowed: Collection[str], key: str, deadline: float
    ) -> tuple[Fetched, float | None]:
        """The event, and how long to wait at least before another try; None when another would be of no use."""
        try:
            reply = self._ask(revealed(action, self._secrets.value), allowed, key, deadline)
        except SecretMissing:
            return Fetched(facts=facts, status=None, error="secret_missing"), None
        except FetchRefusedError as refused:
            again = 0.0 if refused.may_pass else None
            return Fetched(facts=facts, status=None, error=str(refused)), again
        except httpx.TimeoutException:
            return Fetched(facts=facts, status=None, error="timeout"), 0.0
        except (httpx.TransportError, OSError) as error:
            return Fetched(facts=facts, status=None, error=type(error).__name__), 0.0
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            return Fetched(facts=facts, status=None, error=type(error).__name__), None
        wait = reply.wait if reply.status in AGAIN else None
        return Fetched(facts=facts, status=reply.status, body=_parsed(reply.body), error=""), wait

    def _ask(self, action: Fetch, allowed: Collection[str], key: str, deadline: float) -> _Reply:
        """The answer, where an address leads on to another too."""
        deadline = min(deadline, self._clock.monotonic() + action.timeout)
        for _ in range(MAX_REDIRECTS + 1):
            reply = self._once(action, allowed, key, deadline)
            if reply.status not in REDIRECTS or not reply.location:
                return reply
            action = _led_on(action, reply)
        raise FetchRefusedError("too_many_redirects")

    def _once(self, action: Fetch, allowed: Collection[str], key: str, deadline: float) -> _Reply:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise FetchRefusedError("timeout", may_pass=True)
        response = self._client.send(self._request(action, allowed, key, left), stream=True)
        try:
            received = bytearray()
            for piece in response.iter_bytes():
                received += piece
                if len(received) > MAX_BYTES:
                    raise FetchRefusedError("too_large")
                if self._clock.monotonic() > deadline:
                    raise FetchRefusedError("timeout", may_pass=True)
            location = response.headers.get("location", "")
            return _Reply(response.status_code, bytes(received), location, _seconds(response))
        finally:
            response.close()

    def _request(self, action: Fetch, allowed: Collection[str], key: str, seconds: float) -> httpx.Request:
        parts = urlsplit(action.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise FetchRefusedError("bad_address")
        port = parts.port or PORTS[parts.scheme]
        trusted = origin(parts.scheme, parts.hostname, port) in allowed
        address = checked(self._look_up, parts.hostname, port, trusted=trusted, seconds=seconds)
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{port}"
        headers = {"Accept": "application/json", "Idempotency-Key": key, **action.headers, "Host": host}
        if action.body is not None:
            headers.setdefault("Content-Type", "application/json")
        return self._client.build_request(
            action.method,
            httpx.URL(action.url).copy_with(host=address, fragment=None, userinfo=b""),
            headers=headers,
            content=action.body,
            timeout=seconds,
            extensions={"sni_hostname": parts.hostname},
        )


def _led_on(action: Fetch, reply: _Reply) -> Fetch:
    """The request to where an answer leads. What was meant for one house is not carried to another."""
    url = urljoin(action.url, reply.location)
    here, there = urlsplit(action.url), urlsplit(url)
    if here.scheme == "https" and there.scheme != "https":
        raise FetchRefusedError("redirect_insecure")
    keeps = reply.status in KEEP_METHOD or action.method in {"GET", "HEAD"}
    same = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)
    if not same and keeps and action.body is not None:
        raise FetchRefusedError("redirect_elsewhere")
    headers = action.headers if same else {}
    return replace(
        action,
        url=url,
        method=action.method if keeps else "GET",
        headers=headers
        if keeps
        else {name: value for name, value in headers.items() if name.title() != "Content-Type"},
        body=action.body if keeps else None,
    )


def _seconds(response: httpx.Response) -> float:
    """How long a service asks us to stay away."""
    written = response.headers.get("retry-after", "")
    return float(written) if written.isdigit() and len(written) < 6 else 0.0  # noqa: PLR2004 - a day has five digits


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return None
