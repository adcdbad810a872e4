"""How a flow's `fetch` is performed: one request within its time, to public addresses only.

An address of a private network is refused, unless the site itself declares the service that lives there. The name is
looked up once and the request goes to the address that was checked, so that a second look-up cannot lead elsewhere.
"""

import ipaddress
import json
import socket
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

import httpx

from call_flows.actions import Fetch
from call_flows.events import Fetched
from call_flows.facts import Facts
from foundation.clock import Clock

MAX_BYTES = 1024 * 1024
MAX_SECONDS = 10.0
PORTS = {"http": 80, "https": 443}
Resolve = Callable[[str, int], list[str]]


class FetchRefusedError(Exception):
    """Why a request was not made or its answer not taken: a stable word for the event."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name stands for."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Performs `Fetch`."""

    def __init__(
        self, clock: Clock, *, transport: httpx.BaseTransport | None = None, look_up: Resolve = resolve
    ) -> None:
        self._clock = clock
        self._client = httpx.Client(transport=transport, follow_redirects=False, trust_env=False)
        self._look_up = look_up

    def perform(self, action: Fetch, *, facts: Facts, allowed: Collection[str], key: str) -> Fetched:
        """What came back, as the event; never raises.

        `allowed` are the origins ("http://host:port") of the site's own services; `key` goes along as Idempotency-Key,
        since a carrier's retry may ask the same again.
        """
        try:
            status, body = self._ask(action, allowed, key)
        except FetchRefusedError as refused:
            return Fetched(facts=facts, status=None, error=str(refused))
        except httpx.TimeoutException:
            return Fetched(facts=facts, status=None, error="timeout")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
            return Fetched(facts=facts, status=None, error=type(error).__name__)
        return Fetched(facts=facts, status=status, body=_parsed(body), error="")

    def _ask(self, action: Fetch, allowed: Collection[str], key: str) -> tuple[int, bytes]:
        seconds = min(action.timeout, MAX_SECONDS)
        deadline = self._clock.monotonic() + seconds
        request = self._request(action, allowed, key, seconds)
        response = self._client.send(request, stream=True)
        try:
            received = bytearray()
            for piece in response.iter_bytes():
                received += piece
                if len(received) > MAX_BYTES:
                    raise FetchRefusedError("too_large")
                if self._clock.monotonic() > deadline:
                    raise FetchRefusedError("timeout")
            return response.status_code, bytes(received)
        finally:
            response.close()

    def _request(self, action: Fetch, allowed: Collection[str], key: str, seconds: float) -> httpx.Request:
        parts = urlsplit(action.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise FetchRefusedError("bad_address")
        port = parts.port or PORTS[parts.scheme]
        address = self._address(parts.hostname, port, trusted=_origin(parts.scheme, parts.hostname, port) in allowed)
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{port}"
        headers = {"Accept": "application/json", "Idempotency-Key": key, **action.headers, "Host": host}
        if action.body is not None:
            headers.setdefault("Content-Type", "application/json")
        return self._client.build_request(
            action.method,
            httpx.URL(action.url).copy_with(host=address),
            headers=headers,
            content=action.body,
            timeout=seconds,
            extensions={"sni_hostname": parts.hostname},
        )

    def _address(self, host: str, port: int, *, trusted: bool) -> str:
        addresses = self._look_up(host, port)
        if not addresses:
            raise FetchRefusedError("unknown_host")
        if not trusted and not all(_public(address) for address in addresses):
            raise FetchRefusedError("private_address")
        return addresses[0]


def origins(urls: Collection[str]) -> frozenset[str]:
    """The origins of the addresses a site declares as its services."""
    found = set()
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme in PORTS and parts.hostname:
            found.add(_origin(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]))
    return frozenset(found)


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host.lower()}:{port}"


def _public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    return number.is_global and not number.is_multicast


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return None
