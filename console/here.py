"""The place where a view finds the services of the app it runs in."""

from typing import cast

from flask import current_app

from console.services import Services

EXTENSION = "callwright"


def services() -> Services:
    """The services given to `create_app`."""
    return cast("Services", current_app.extensions[EXTENSION])
