"""The place where an error becomes a page, or one sentence on the page that is open."""

import json

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from foundation.errors import CallwrightError
from foundation.logs import get_logger

log = get_logger(__name__)
CONFLICT = 409

SENTENCES = {
    400: ("That request could not be read.", "Reload the page and try again."),
    401: ("Your session has ended.", "Log in again."),
    403: ("Your role does not include this.", "Ask an administrator if you need it."),
    404: ("There is no such page, or it is not yours to see.", "Check the address, or go back to where you began."),
    405: ("That cannot be done here.", "Go back and use the buttons of the page."),
    409: ("That is no longer possible.", "The page shows how things stand now."),
    413: ("That is too much at once.", "Send less."),
    416: ("That part of the recording does not exist.", "Reload the page."),
    429: ("Too many attempts.", "Wait a little, then try again."),
    500: ("Something went wrong on our side.", "Try again; if it stays, tell whoever runs Callwright."),
    503: ("A part of Callwright is not available right now.", "Try again in a moment."),
}


def install(app: Flask) -> None:
    """Answer every error in the same two ways."""

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> AnyResponse:
        return _answer(400, "This page has become too old to be sent.", "Reload it and try again.")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        what, todo = SENTENCES.get(status, (error.name + ".", ""))
        answer = _answer(status, what, todo)
        for name, value in error.get_headers():
            if name.lower() in {"retry-after", "allow"}:
                answer.headers[name] = value
        return answer

    @app.errorhandler(CallwrightError)
    def impossible(error: CallwrightError) -> AnyResponse:
        return _answer(CONFLICT, error.problem.what, error.problem.todo, code=error.problem.code)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> AnyResponse:
        log.error("request_failed", endpoint=request.endpoint, exc_info=error)
        return _answer(500, *SENTENCES[500])


def is_part() -> bool:
    """Whether a script of the page asks, not the person's address bar."""
    return "HX-Request" in request.headers or "application/json" in request.headers.get("Accept", "")


def _answer(status: int, what: str, todo: str, *, code: str = "") -> Response:
    if not is_part():
        return make_response(render_template("error.html", status=status, what=what, todo=todo), status)
    text = f"{what} {todo}".strip()
    answer = make_response({"error": {"code": code or str(status), "text": text}}, status)
    return with_toast(answer, text, is_error=True)


def with_toast(answer: Response, text: str, *, is_error: bool = False) -> Response:
    """Let the page show one sentence, and keep what it shows otherwise."""
    answer.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "kind": "error" if is_error else "note"}})
    if is_error:
        answer.headers["HX-Reswap"] = "none"
    return answer
