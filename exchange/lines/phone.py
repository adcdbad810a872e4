"""The door of the phones: the WebSocket /lines/phone, open to this machine alone unless a password is set."""

import hmac
import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from exchange.lines.socket import Station, serve

if TYPE_CHECKING:
    from exchange.exchange import Exchange

PATH: Final = "/lines/phone"
LARGEST: Final = 64 * 1024


def add_phone_line(app: web.Application, exchange: "Exchange") -> None:
    """Let phones connect."""

    async def phone(request: web.Request) -> web.WebSocketResponse:
        refuse_stranger(request, password=exchange.config.phone_password)
        socket = open_socket()
        await socket.prepare(request)
        await serve(Station(exchange), socket)
        return socket

    app.router.add_get(PATH, phone)


def open_socket() -> web.WebSocketResponse:
    """A socket that notices when the other side is gone."""
    return web.WebSocketResponse(heartbeat=20.0, max_msg_size=LARGEST, compress=False)


def refuse_stranger(request: web.Request, *, password: str) -> None:
    """Raise 403 for whoever may not use a phone: from elsewhere without the password, or a page of another site."""
    if not same_site(request):
        raise web.HTTPForbidden(text="This page may not use the telephone: it comes from another site.")
    if password:
        if not hmac.compare_digest(request.query.get("password", ""), password):
            raise web.HTTPForbidden(text="The telephone wants a password: add ?password=… to its address.")
    elif not _is_loopback(request.remote or ""):
        raise web.HTTPForbidden(text="Telephones connect from this machine only. Set phone_password to open the door.")


def same_site(request: web.Request) -> bool:
    """Whether no browser sent this, or a page of this exchange or of this machine."""
    origin = request.headers.get("Origin", "")
    parts = urlsplit(origin)
    return not origin or parts.netloc == request.host or _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host in {"localhost", ""}:
        return host != ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
