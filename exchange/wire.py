"""One HTTP request as Twilio puts it on the wire: form, signature, patience; and the port that carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

from exchange.twiml.verb import Ask

AGENT: Final = "TwilioProxy/1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request on the wire. The URL has no fragment; the body is a form (empty for GET)."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    connect: float = 5.0  # seconds to wait for a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class ConnectionFailed(Exception):
    """Nobody answered at that address (refused, unknown host, broken off)."""


class Transport(Protocol):
    """Carries one request, follows no redirect. Holds `clock.working()` while the app works."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The answer; raises `ConnectionFailed`."""
        ...

    async def close(self) -> None:
        """Give back what is held open."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often one request is tried: the connection overrides in a URL's fragment."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


def patience(url: str) -> Patience:
    """The overrides #ct=&rt=&tt=&rc=&rp= of a URL; what is not a number in range is passed over."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    found = Patience(
        connect=_seconds(given.get("ct", ""), default=5.0, most=10.0),
        read=_seconds(given.get("rt", ""), default=15.0, most=15.0),
        total=_seconds(given.get("tt", ""), default=15.0, most=15.0),
    )
    if given.get("rc", "") in {"0", "1", "2", "3", "4", "5"}:
        found = replace(found, retries=int(given["rc"]))
    if "rp" in given:
        policies = frozenset(given["rp"].split(","))
        found = replace(found, retry_on=frozenset({"4xx", "5xx", "ct", "rt"}) if "all" in policies else policies)
    return found


def _seconds(milliseconds: str, *, default: float, most: float) -> float:
    seconds = int(milliseconds) / 1000 if milliseconds.isdecimal() else 0.0
    return seconds if 0.1 <= seconds <= most else default  # noqa: PLR2004 - Twilio's least


def signed_request(ask: Ask, params: Mapping[str, str], *, auth_token: str, token: str) -> HttpRequest:
    """The request as Twilio would send it. GET carries the fields in its query and signs them there."""
    url = urlunsplit(urlsplit(ask.url)._replace(fragment=""))
    headers = {"User-Agent": AGENT, "Accept": "*/*", "I-Twilio-Idempotency-Token": token, "X-Home-Region": "us1"}
    body = b""
    signed: Mapping[str, str] = {}
    if ask.method == "GET":
        parts = urlsplit(url)
        url = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(params))))))
    else:
        body = urlencode(params).encode()
        signed = params
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    headers["X-Twilio-Signature"] = RequestValidator(auth_token).compute_signature(url, signed)
    return HttpRequest(method=ask.method, url=url, headers=headers, body=body, connect=patience(ask.url).connect)
