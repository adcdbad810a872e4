"""The carriers of webhooks pass the same tests, whether the app is across a socket or in this process."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, redirect, request
from werkzeug.serving import make_server

from exchange.clock import RealClock
from exchange.transports import HttpTransport, WsgiTransport
from exchange.wire import ConnectionFailed, HttpRequest, HttpResponse, Transport


def app() -> Flask:
    flask = Flask("app")

    @flask.route("/echo", methods=["GET", "POST"])
    def echo() -> Response:
        told = (
            f"{request.method} {request.form.get('Digits', '')} {request.args.get('q', '')} {request.headers['X-Mark']}"
        )
        response = Response(told, mimetype="text/plain")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", path="/")
        return response

    @flask.post("/moved")
    def moved() -> Response:
        return redirect("/echo")

    return flask


@pytest.fixture(params=["http", "wsgi"])
def origin(request) -> Iterator[tuple[str, str]]:
    if request.param == "wsgi":
        yield "wsgi", "http://app.test"
        return
    server = make_server("127.0.0.1", 0, app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "http", f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def send(origin: tuple[str, str], method: str, path: str, body: bytes = b"") -> HttpResponse:
    async def whole() -> HttpResponse:
        kind, url = origin
        clock = RealClock()
        transport: Transport = HttpTransport(clock) if kind == "http" else WsgiTransport({url: app()}, clock=clock)
        headers = {"X-Mark": "m", "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        try:
            address = path if "://" in path else url + path
            return await transport.send(HttpRequest(method=method, url=address, headers=headers, body=body))
        finally:
            await transport.close()

    return asyncio.run(whole())


def test_form_query_and_headers_arrive(origin: tuple[str, str]):
    """The app sees the same request either way."""
    answer = send(origin, "POST", "/echo?q=x%20y", b"Digits=12%23")
    assert (answer.status, answer.body) == (200, b"POST 12# x y m")
    assert answer.headers["content-type"].startswith("text/plain")
    assert send(origin, "GET", "/echo").body == b"GET   m"


def test_every_cookie_comes_back(origin: tuple[str, str]):
    """Several Set-Cookie headers are kept apart, one a line."""
    cookies = send(origin, "POST", "/echo").headers["set-cookie"].splitlines()
    assert [cookie.split(";")[0] for cookie in cookies] == ["a=1", "b=2"]


def test_redirects_are_left_to_the_exchange_and_errors_are_answers(origin: tuple[str, str]):
    """Twilio's own rules for redirects apply, not the client's."""
    assert send(origin, "POST", "/moved").status == 302
    assert send(origin, "POST", "/none").status == 404


def test_nobody_at_that_address_is_a_failed_connection(origin: tuple[str, str]):
    """Refused and unknown addresses are one error, which is retried."""
    with pytest.raises(ConnectionFailed):
        send(origin, "POST", "http://127.0.0.1:1/echo")
