"""A rig for REST: the real twilio client, virtual time, and Twilio's OpenAPI document as judge."""

import asyncio
import base64
import functools
import json
import os
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from aiohttp import web
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from exchange.rehearsal import rehearse
from exchange.rest.app import add_rest

DATA = Path(os.environ.get("CALLWRIGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))
DOCUMENT = DATA / "twilio_api_v2010.json"
ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"

_formats = FormatChecker(formats=())


@_formats.checks("date-time-rfc-2822", raises=(TypeError, ValueError))
def _is_rfc_2822(value):
    return value is None or parsedate_to_datetime(value) is not None


class Contract:
    """Twilio's OpenAPI document, as a judge of requests and answers."""

    def __init__(self):
        self.document = json.loads(DOCUMENT.read_text())
        # its own description says: "When a conference is in progress, will be `null`"
        reason = self.document["components"]["schemas"]["conference_enum_reason_conference_ended"]
        reason |= {"nullable": True, "enum": [*reason["enum"], None]}
        self.registry = Registry().with_resource("urn:twilio", Resource(self.document, DRAFT4))
        self.paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in self.document["paths"]]
        self.checked = set()

    def judge(self, method, url, form, status, text):
        """Fail unless request and answer are as published."""
        path = next((path for pattern, path in self.paths if pattern.match(urlsplit(url).path)), None)
        assert path is not None, f"{urlsplit(url).path} is not in the document"
        operation = self.document["paths"][path][method.lower()]
        self._request(operation, form, parse_qsl(urlsplit(url).query))
        answers = operation["responses"]
        if status < 400:
            assert str(status) in answers, f"{method} {path} answered {status}"
            self.checked.add((method, path))
            if "content" in answers[str(status)]:
                self._body(path, method, status, json.loads(text))

    def _body(self, path, method, status, body):
        steps = ("paths", path, method.lower(), "responses", str(status), "content", "application/json", "schema")
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        judge = OAS30Validator({"$ref": f"urn:twilio#/{pointer}"}, registry=self.registry, format_checker=_formats)
        judge.validate(body)
        schema = self._schema(steps)
        assert set(body) <= set(schema["properties"]), set(body) - set(schema["properties"])

    def _schema(self, steps):
        found = self.document
        for step in steps:
            found = found[step]
        while "$ref" in found:
            found = functools.reduce(lambda at, step: at[step], found["$ref"][2:].split("/"), self.document)
        return found

    def _request(self, operation, form, query):
        body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        known = set(body.get("schema", {}).get("properties", {}))
        assert set(form or {}) <= known, f"form fields that Twilio does not know: {set(form) - known}"
        assert set(body.get("schema", {}).get("required", ())) <= set(form or {})
        parameters = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert {name for name, _ in query} <= parameters | {"Page", "PageSize", "PageToken"}


@functools.cache
def contract():
    return Contract() if DOCUMENT.exists() else None


class ExchangeHttp(HttpClient):
    """What a user writes to point the twilio client at the exchange: another address, the same words."""

    def __init__(self, base):
        self.base = base

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=None):
        at = url.replace("https://api.twilio.com", self.base)
        given = {key: value for key, value in (params or {}).items() if value is not None}
        form = {key: value for key, value in (data or {}).items() if value is not None}
        answer = requests.request(method, at, params=given, data=form, headers=headers, auth=auth, timeout=10)
        if contract():
            contract().judge(method, answer.url, form, answer.status_code, answer.text)
        return Response(answer.status_code, answer.text, answer.headers)


class MediaApp:
    """An app's media socket on loopback: keeps what it is sent; `answer` makes its messages, `refuses` a status."""

    def __init__(self, *, answer=lambda _message: (), refuses=0, reads=True, closes_after=0):
        self.answer, self.refuses, self.reads, self.closes_after = answer, refuses, reads, closes_after
        self.messages = []
        self.signature = ""

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/media", self._serve)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self.runner.addresses[0][1]}/media"
        return self

    async def __aexit__(self, *_):
        await self.runner.cleanup()

    def of(self, event):
        return [one for one in self.messages if one["event"] == event]

    def sound(self, track="inbound"):
        sound = [one["media"]["payload"] for one in self.of("media") if one["media"]["track"] == track]
        return b"".join(base64.b64decode(payload) for payload in sound)

    async def _serve(self, request):
        self.signature = request.headers.get("X-Twilio-Signature", "")
        if self.refuses:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if not self.reads:
            await asyncio.Event().wait()
        async for message in socket:
            self.messages.append(json.loads(message.data))
            for reply in self.answer(self.messages[-1]):
                await socket.send_str(json.dumps(reply))
            if self.closes_after and len(self.messages) >= self.closes_after:
                break
        return socket


@pytest.fixture
def media_app():
    """The class `MediaApp`."""
    return MediaApp


class Rig:
    """What a scenario has in hand."""

    def __init__(self, exchange, app, base):
        self.exchange, self.app, self.base = exchange, app, base
        self.client = Client(ACCOUNT, TOKEN, http_client=ExchangeHttp(base))

    async def rest(self, ask):
        """Do something with the twilio client, in a thread; virtual time waits for it."""
        with self.exchange.clock.working():
            return await asyncio.to_thread(ask, self.client)

    async def get(self, path, **options):
        """A plain GET below the account."""
        options.setdefault("auth", (ACCOUNT, TOKEN))
        url = f"{self.base}/2010-04-01/Accounts/{ACCOUNT}{path}"
        with self.exchange.clock.working():
            return await asyncio.to_thread(functools.partial(requests.get, url, timeout=10, **options))

    async def settle(self, seconds=1.0):
        """Let everything under way come to its end."""
        await self.exchange.clock.sleep(seconds)


@pytest.fixture
def on_rig():
    """Rehearses a scenario with REST served on loopback."""
    return _on_rig


@pytest.fixture
def twilios_document():
    """The judge, or a skip that says what was not shown."""
    if contract() is None:
        pytest.skip("not shown: twilio_api_v2010.json is not here (set CALLWRIGHT_DATA)")
    return contract()


def _on_rig(routes, scenario, *, serve=add_rest, senses=None):
    """Rehearse a scenario with REST served on loopback."""

    async def whole(exchange, app):
        site = web.Application()
        serve(site, exchange)
        runner = web.AppRunner(site, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        try:
            return await scenario(Rig(exchange, app, f"http://{host}:{port}"))
        finally:
            await runner.cleanup()

    return rehearse(routes, whole, senses=senses)
