"""The carriers of webhooks: HTTP by aiohttp, a WSGI app in this process, or a scripted app in a test."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from werkzeug.test import EnvironBuilder, run_wsgi_app

from exchange.clock import Clock
from exchange.wire import ConnectionFailed, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LARGEST = 1024 * 1024


class HttpTransport:
    """The real one. Its session is opened with the first request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The answer of the app at that address."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=request.connect)
        try:
            with self._clock.working():
                async with self._session.request(
                    request.method,
                    request.url,
                    data=request.body or None,
                    headers=request.headers,
                    allow_redirects=False,
                    timeout=timeout,
                ) as response:
                    body = await response.content.read(_LARGEST)
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    headers["set-cookie"] = "\n".join(response.headers.getall("Set-Cookie", []))
                    return HttpResponse(status=response.status, headers=headers, body=body)
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            raise ConnectionFailed(str(problem) or type(problem).__name__) from problem

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


class WsgiTransport:
    """Calls WSGI apps of this process, each in a thread; by origin ("https://app.test")."""

    def __init__(self, apps: "Mapping[str, WSGIApplication]", *, clock: Clock) -> None:
        self._apps = apps
        self._clock = clock
        self._under_way: set[asyncio.Task[HttpResponse]] = set()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The answer of the app."""
        parts = urlsplit(request.url)
        app = self._apps.get(f"{parts.scheme}://{parts.netloc}")
        if app is None:
            raise ConnectionFailed(f"no app at {parts.netloc}")
        carried = asyncio.create_task(self._carry(app, request))
        self._under_way.add(carried)
        carried.add_done_callback(self._under_way.discard)
        return await asyncio.shield(carried)  # what is on its way arrives, even when nobody waits for the answer

    async def close(self) -> None:
        """Wait for what is still on its way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _carry(self, app: "WSGIApplication", request: HttpRequest) -> HttpResponse:
        with self._clock.working():
            return await asyncio.to_thread(_run, app, request)


def _run(app: "WSGIApplication", request: HttpRequest) -> HttpResponse:
    parts = urlsplit(request.url)
    builder = EnvironBuilder(
        path=f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",  # so that REQUEST_URI has the query too
        base_url=f"{parts.scheme}://{parts.netloc}",
        method=request.method,
        headers=list(request.headers.items()),
        data=request.body,
    )
    try:
        body, status, headers = run_wsgi_app(app, builder.get_environ(), buffered=True)
        found = {name.lower(): value for name, value in headers.items()}
        found["set-cookie"] = "\n".join(headers.getlist("Set-Cookie"))
        return HttpResponse(status=int(status.split()[0]), headers=found, body=b"".join(body))
    finally:
        builder.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """One webhook as the scripted app received it."""

    path: str
    params: Mapping[str, str]
    request: HttpRequest


Scripted = str | HttpResponse | Callable[[Mapping[str, str]], "str | HttpResponse"]


@dataclass(slots=True)
class ScriptedApp:
    """The app's twin: answers by path with TwiML or a function of the fields; keeps what it was asked."""

    routes: dict[str, Scripted] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The scripted answer; 404 for a path without one."""
        parts = urlsplit(request.url)
        text = parts.query if request.method == "GET" else request.body.decode()
        params = dict(parse_qsl(text, keep_blank_values=True))
        self.asked.append(Asked(parts.path, params, request))
        answer: Any = self.routes.get(parts.path, HttpResponse(status=404))
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, str):
            return HttpResponse(status=200, headers={"content-type": "text/xml"}, body=answer.encode())
        assert isinstance(answer, HttpResponse)  # noqa: S101 - for the type checker
        return answer

    async def close(self) -> None:
        """Nothing is held open."""

    def at(self, path: str) -> list[Asked]:
        """What was asked at that path, oldest first."""
        return [one for one in self.asked if one.path == path]
