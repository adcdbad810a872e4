"""The place of the security headers every page carries."""

import re

from flask import Flask, request
from werkzeug.wrappers import Response

from console.desk.token import socket_origin
from foundation.settings import Settings

# the build names a file by what is in it
NEVER_CHANGES = re.compile(r"/build/\w+-[A-Z0-9]{8}\.(?:js|css)$")


def content_policy(settings: Settings) -> str:
    """What a page may load: our own files, and the exchange's socket for the softphone. Nothing inline."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "connect-src": f"'self' {socket_origin(settings)}",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer."""
    fixed = {
        "Content-Security-Policy": content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.public_base_url.startswith("https:"):
        fixed["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def dress(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        elif NEVER_CHANGES.search(request.path):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
