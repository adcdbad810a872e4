"""The place where Flask learns who is asking: the log-in manager over our own sessions."""

from flask import Flask, request
from flask_login import LoginManager

from console.access import BY_THE_PAGE
from console.auth.browsers import find, needs_touch, touch
from console.auth.people import User
from console.here import services
from console.looking import looking


class Person:
    """Who is asking, as Flask-Login knows them: a user and the session of this browser."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User, token: str) -> None:
        self.user_id = user.id
        self.login = user.login
        self.name = user.name
        self.role = user.role
        self.agent_id = user.agent_id
        self._token = token

    def get_id(self) -> str:
        """What the cookie holds: the session's token, never the user's id."""
        return self._token


def install(app: Flask) -> None:
    """Load the person of each request from the session table, and count what they do as activity."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session is a row of ours, not a claim of the cookie

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Person | None:
        here = services()
        with looking(here.db) as session:
            found = find(session, token, clock=here.clock)
        if found is None:
            return None
        row, user = found
        if request.endpoint not in BY_THE_PAGE and needs_touch(row, clock=here.clock):
            with here.db.begin() as session:
                touch(session, token, clock=here.clock)
        return Person(user, token)
