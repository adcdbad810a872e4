"""`callwright user`: who may log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth.passwords import Passwords
from console.auth.people import Newcomer, Role, User, add_person, change_password
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.ids import RandomIds
from foundation.settings import load_settings

app = typer.Typer(no_args_is_help=True)
Password = Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="Asked if absent.")]


@contextmanager
def _session() -> Iterator[Session]:
    database = Database(load_settings().database_url)
    database.check()
    try:
        with database.begin() as session:
            yield session
    finally:
        database.dispose()


@app.command()
def add(
    login: str,
    *,
    role: Annotated[Role, typer.Option(help="What the person may see and do.")],
    password: Password,
    name: Annotated[str, typer.Option(help="The name shown to others.")] = "",
    agent: Annotated[str | None, typer.Option(help="The agent of the site who this is.")] = None,
) -> None:
    """Add a person. The password has twelve characters or more."""
    person = Newcomer(login=login, name=name or login, role=role, agent_id=agent)
    with _session() as session:
        user = add_person(session, person, password, clock=SystemClock(), ids=RandomIds(), passwords=Passwords())
    typer.echo(f"{user.login} may log in as {user.role}.")


@app.command()
def password(login: str, *, password: Password) -> None:
    """Give a person a new password."""
    with _session() as session:
        change_password(session, login, password, passwords=Passwords())
    typer.echo(f"{login} has a new password.")


@app.command("list")
def everybody() -> None:
    """List everybody who may log in."""
    with _session() as session:
        for user in session.scalars(select(User).order_by(User.login)):
            state = "" if user.active else " (may not log in)"
            typer.echo(f"{user.login:24} {user.role:12} {user.name}{state}")
