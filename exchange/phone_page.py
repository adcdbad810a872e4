"""The place where the exchange serves its browser phone: one page and the few files it loads, under a strict policy."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

LINE = "/lines/phone"
_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def add_phone_page(app: web.Application, *, numbers: Iterable[str], line: str = LINE) -> None:
    """Serve /phone and /static/…; `numbers` are those the page offers to call."""
    offered = tuple(number for number in numbers if number.startswith("+"))

    async def phone(request: web.Request) -> web.Response:
        body = _pages().get_template("phone.html").render(numbers=offered, line=line)
        return web.Response(text=body, content_type="text/html", headers=_headers(request))

    app.router.add_get("/phone", phone)
    app.router.add_get("/static/{name}", _static)


async def _static(request: web.Request) -> web.Response:
    """One shipped file, by its plain name; the browser asks each time whether it has changed."""
    name = request.match_info["name"]
    kind = _TYPES.get(name.rpartition(".")[2])
    file = files("exchange.static").joinpath(name)
    if kind is None or "/" in name or not file.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=headers)


def _headers(request: web.Request) -> dict[str, str]:
    """Nothing from elsewhere, nothing inline, nobody's frame; the microphone for this page alone."""
    host = request.host if _HOST.fullmatch(request.host) else ""
    sockets = f" ws://{host} wss://{host}" if host else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }


@cache
def _pages() -> Environment:
    return Environment(loader=PackageLoader("exchange"), autoescape=True, undefined=StrictUndefined)
