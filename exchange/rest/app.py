"""REST as routes of the exchange's web application: credentials, forms, errors; the resources do the rest."""

import binascii
import hmac
import inspect
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, cast

from aiohttp import web

from exchange.rest import (
    calls,
    conferences,
    members,
    messages,
    notifications,
    participants,
    queues,
    recordings,
    streams,
)
from exchange.rest.errors import RestError, not_allowed, not_found, unauthorised
from exchange.rest.request import ROOT, Form, Reply, RestRequest, Route
from foundation.logs import get_logger

if TYPE_CHECKING:
    from multidict import MultiMapping

    from exchange.exchange import Exchange

log = get_logger(__name__)

ROUTES: Final[tuple[Route, ...]] = (
    *calls.ROUTES,
    *conferences.ROUTES,
    *participants.ROUTES,
    *queues.ROUTES,
    *members.ROUTES,
    *recordings.ROUTES,
    *streams.ROUTES,
    *notifications.ROUTES,
    *messages.ROUTES,
)


def add_rest(app: web.Application, exchange: "Exchange") -> None:
    """Serve REST; whatever else is asked for below its root is not found, in Twilio's words."""
    for route in ROUTES:
        app.router.add_route(route.method, f"{ROOT}/{{account}}{route.path}", _serve(exchange, route))
    known = {route.path for route in ROUTES}
    for path in known:
        app.router.add_route("*", f"{ROOT}/{{account}}{path}", _refuse(exchange, not_allowed()))
    app.router.add_route("*", "/2010-04-01/{rest:.*}", _refuse(exchange, None))


def _serve(exchange: "Exchange", route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            _check(exchange, request)
            _own(exchange, request)
            asked = RestRequest(
                exchange=exchange,
                path=request.path,
                names=dict(request.match_info),
                form=Form(cast("MultiMapping[str]", await request.post())),
                query=request.query,
            )
            reply = route.handler(asked)
            return _response(await reply if inspect.isawaitable(reply) else reply)
        except RestError as problem:
            return _error(problem)
        except Exception:  # the edge: a request of REST
            log.exception("rest request failed", path=request.path)
            return _error(RestError(500, 20500, "An internal server error has occurred"))

    return serve


def _refuse(exchange: "Exchange", problem: RestError | None) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def refuse(request: web.Request) -> web.Response:
        try:
            _check(exchange, request)
        except RestError as refused:
            return _error(refused)
        return _error(problem or not_found(request.path))

    return refuse


def _check(exchange: "Exchange", request: web.Request) -> None:
    """Basic authentication: account SID and token, or API key and secret."""
    config = exchange.config
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise unauthorised() from None
    secret = {config.account_sid: config.auth_token, config.api_key_sid: config.api_key_secret}.get(user, "")
    if kind.lower() != "basic" or not secret or not hmac.compare_digest(password.encode(), secret.encode()):
        raise unauthorised()


def _own(exchange: "Exchange", request: web.Request) -> None:
    if request.match_info["account"] != exchange.config.account_sid:
        raise not_found(request.path)


def _response(reply: Reply) -> web.Response:
    if reply.media_type:
        return web.Response(status=reply.status, body=reply.media, content_type=reply.media_type)
    if reply.body is None:
        return web.Response(status=reply.status)
    return web.json_response(dict(reply.body), status=reply.status)


def _error(problem: RestError) -> web.Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if problem.status == 401 else {}  # noqa: PLR2004
    return web.json_response(dict(problem.body()), status=problem.status, headers=headers)
