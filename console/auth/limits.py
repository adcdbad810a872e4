"""The place of throttling: how often a log-in may be tried, from one address and for one login."""

import hashlib

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from console.auth.people import normal_login

PER_ADDRESS = "20 per minute; 100 per hour"
PER_LOGIN = "5 per minute; 20 per hour"
FOUND = 302

limiter = Limiter(
    key_func=get_remote_address,
    headers_enabled=True,
    in_memory_fallback_enabled=True,  # a Redis that is down costs exactness, not the log-in
    key_prefix="callwright-login",
)


def login_named() -> str:
    """The login that is tried, hashed, so that no counter holds a name."""
    return hashlib.sha256(normal_login(request.form.get("login", "")).encode()).hexdigest()


def failed(response: Response) -> bool:
    """Only attempts that fail are counted."""
    return response.status_code != FOUND


def install(app: Flask, storage: str) -> None:
    """Count in the given storage, a Redis URL or `memory://`."""
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter.init_app(app)
