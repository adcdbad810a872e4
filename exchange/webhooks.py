"""Asking the app what to do, as Twilio asks: signed, 15 s, one retry with the same token, redirects, cookies."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from exchange.clock import Clock, within
from exchange.faults import Fate, FaultSwitch
from exchange.fields import call_fields
from exchange.legs import Leg
from exchange.log import ExchangeLog
from exchange.twiml.verb import Ask
from exchange.wire import ConnectionFailed, HttpRequest, HttpResponse, Transport, patience, signed_request
from foundation.ids import IdSource

REDIRECTS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A document the app has given. `url` is where it came from after redirects."""

    url: str
    content_type: str
    body: bytes


class WebhookFailed(Exception):
    """The app did not answer as it should; `code` is Twilio's error, `policy` its name among the retry policies."""

    def __init__(self, message: str, *, code: int, url: str, policy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.url = url
        self.policy = policy


@dataclass(slots=True)
class Webhooks:
    """The one door from the exchange to the app."""

    transport: Transport
    clock: Clock
    ids: IdSource
    log: ExchangeLog
    auth_token: str
    spawn: Callable[[Coroutine[Any, Any, None]], object]  # runs a callback in the background
    faults: FaultSwitch = field(default_factory=FaultSwitch)
    _cookies: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    _overtaking: asyncio.Event | None = None

    async def ask(self, leg: Leg, ask: Ask) -> Answer:
        """The app's answer, or `WebhookFailed`. The fallback URL is the interpreter's: bad documents need it too."""
        fate = self.faults.fate()
        await self._wait_out(fate)
        params = call_fields(leg) | dict(ask.params)
        token = self.ids.new("")
        if fate.copies > 1:
            await self._try(leg, ask, params, token)
        return await self._try(leg, ask, params, token, lost=fate.copies == 0)

    async def ask_aside(self, ask: Ask) -> Answer:
        """The app's answer to what belongs to no call, such as a text message; or `WebhookFailed`."""
        fate, params = self.faults.fate(), dict(ask.params)
        await self._wait_out(fate)
        token = self.ids.new("")
        if fate.copies > 1:
            await self._try(None, ask, params, token)
        return await self._try(None, ask, params, token, lost=fate.copies == 0)

    def tell(self, leg: Leg, ask: Ask) -> None:
        """Send a callback in the background; its answer does not matter, its failure is logged."""
        params = call_fields(leg) | dict(ask.params)  # as things are now, not when it gets its turn
        self.spawn(self._tell(leg, ask, params))

    def report(self, leg: Leg | None, ask: Ask) -> None:
        """Like `tell`, with the callback's own fields only: conferences, recordings, streams, messages."""
        self.spawn(self._tell(leg, ask, dict(ask.params)))

    def forget(self, leg: Leg) -> None:
        """The call is over and told: drop its cookies."""
        for key in [key for key in self._cookies if key[0] == leg.sid]:
            del self._cookies[key]

    async def _tell(self, leg: Leg | None, ask: Ask, params: Mapping[str, str]) -> None:
        fate = self.faults.fate()
        await self._wait_out(fate)
        token = self.ids.new("")
        for _copy in range(fate.copies):
            try:
                await self._try(leg, ask, params, token)
            except WebhookFailed as failed:
                self.log.warning(
                    failed.code, f"callback: {failed}", call_sid="" if leg is None else leg.sid, url=failed.url
                )

    async def _wait_out(self, fate: Fate) -> None:
        if fate.delay:
            await self.clock.sleep(fate.delay)
        if fate.overtaken:
            mine = self._overtaking = asyncio.Event()
            try:
                await within(self.clock, 1.0, mine.wait())
            except TimeoutError:
                return  # nothing came that could overtake
        elif self._overtaking is not None:
            self.spawn(self._release(self._overtaking))
            self._overtaking = None

    async def _release(self, waiting: asyncio.Event) -> None:
        await self.clock.sleep(0.05)  # the overtaker is on the wire by now
        waiting.set()

    async def _try(
        self, leg: Leg | None, ask: Ask, params: Mapping[str, str], token: str, *, lost: bool = False
    ) -> Answer:
        limits = patience(ask.url)
        for remaining in range(limits.retries, -1, -1):
            try:
                if not lost:
                    return await within(self.clock, limits.total, self._follow(leg, ask, params, token, limits.read))
                lost = False
                failed = WebhookFailed("the request was lost on its way", code=11205, url=ask.url, policy="ct")
            except TimeoutError:
                failed = WebhookFailed(f"no answer within {limits.total:g} s", code=11200, url=ask.url, policy="rt")
            except WebhookFailed as problem:
                failed = problem
            if not remaining or failed.policy not in limits.retry_on:
                raise failed
        raise AssertionError("unreachable: the last try returns or raises")

    async def _follow(self, leg: Leg | None, ask: Ask, params: Mapping[str, str], token: str, read: float) -> Answer:
        for _hop in range(REDIRECTS + 1):
            if not ask.url.startswith(("http://", "https://")):
                raise WebhookFailed(f"{ask.url!r} is not an absolute http or https URL", code=11100, url=ask.url)
            request = signed_request(ask, params, auth_token=self.auth_token, token=token)
            response = await self._send(leg, request, read)
            location = response.headers.get("location", "")
            if response.status not in {301, 302, 303, 307, 308} or not location:
                return _accepted(request.url, response)
            keeps = response.status in {307, 308}  # 301 and 302 lose the POST's fields, on Twilio too
            ask = Ask(url=urljoin(request.url, location), method=ask.method if keeps else "GET")
            params = params if keeps else {}
        raise WebhookFailed(f"more than {REDIRECTS} redirects", code=11215, url=ask.url)

    async def _send(self, leg: Leg | None, request: HttpRequest, read: float) -> HttpResponse:
        place = ("" if leg is None else leg.sid, urlsplit(request.url).netloc)
        jar = self._cookies.get(place, {})
        if jar:
            cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
            request = replace(request, headers={**request.headers, "Cookie": cookies})
        try:
            response = await within(self.clock, read, self.transport.send(request))
        except ConnectionFailed as problem:
            raise WebhookFailed(f"no connection: {problem}", code=11205, url=request.url, policy="ct") from problem
        fresh = _cookies(response.headers.get("set-cookie", ""))
        if fresh and leg is not None and not leg.status.final:
            self._cookies[place] = jar | fresh
        return response


def _accepted(url: str, response: HttpResponse) -> Answer:
    if not 200 <= response.status < 300:  # noqa: PLR2004 - HTTP's own numbers
        policy = f"{response.status // 100}xx"
        raise WebhookFailed(f"the app answered HTTP {response.status}", code=11200, url=url, policy=policy)
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return Answer(url=url, content_type=kind, body=response.body)


def _cookies(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in header.splitlines():
        with suppress(CookieError):
            found.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
    return found
