"""The place of the people who log in: their table, their roles, and how they are added and seeded."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from console.auth.passwords import Passwords, generate
from foundation.clock import Clock
from foundation.db import Base, UtcDateTime
from foundation.errors import CallwrightError, Problem
from foundation.ids import IdSource

LOGIN_LONGEST = 64


class Role(StrEnum):
    """What a person may see and do; `console.access` says what each means."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    DESIGNER = "designer"
    ADMIN = "admin"


class User(Base):
    """A person who logs in. Who takes calls also has an agent of routing's."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("login", name="uq_users_login"),
        CheckConstraint("role in ('agent', 'supervisor', 'designer', 'admin')", name="ck_users_role"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    login: Mapped[str] = mapped_column(String(LOGIN_LONGEST))
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to be added."""

    login: str
    name: str
    role: Role
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Seeded:
    """A person who was added, with the password that is shown once."""

    login: str
    name: str
    role: Role
    password: str


class PersonRefused(CallwrightError):
    """The person cannot be added: the login is taken, or is not a login."""


def _refusal(what: str, todo: str) -> PersonRefused:
    return PersonRefused(Problem(code="person_refused", what=what, where="login", todo=todo))


def normal_login(login: str) -> str:
    """The one spelling of a login."""
    return login.strip().casefold()


def find_person(session: Session, login: str) -> User | None:
    """The person with this login, active or not."""
    return session.scalar(select(User).where(User.login == normal_login(login)))


def add_person(  # what the command `user add` calls
    session: Session, person: Newcomer, password: str, *, clock: Clock, ids: IdSource, passwords: Passwords
) -> User:
    """Add a person; `PersonRefused` or `PasswordRefused` says why not."""
    login = normal_login(person.login)
    if not login or len(login) > LOGIN_LONGEST or not login.isprintable() or " " in login:
        raise _refusal(f"“{person.login}” is not a login.", "Use letters, digits, dots or dashes, without spaces.")
    if find_person(session, login) is not None:
        raise _refusal(f"There is already a person with the login “{login}”.", "Choose another login.")
    user = User(
        id=ids.new("US"),
        login=login,
        name=person.name.strip() or login,
        password_hash=passwords.hash(password, login=login),
        role=person.role.value,
        agent_id=person.agent_id,
        active=True,
        failed_count=0,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return user


def change_password(session: Session, login: str, password: str, *, passwords: Passwords) -> User:
    """Give a person a new password; whoever was logged in with the old one is to be logged out by the caller."""
    user = find_person(session, login)
    if user is None:
        raise _refusal(f"There is nobody with the login “{login}”.", "See the logins with `callwright user list`.")
    user.password_hash = passwords.hash(password, login=user.login)
    user.failed_count = 0
    return user


def seed_people(
    session: Session,
    people: Sequence[Newcomer],
    *,
    chance: random.Random,
    clock: Clock,
    ids: IdSource,
    passwords: Passwords,
) -> list[Seeded]:
    """Add these people with generated passwords if nobody is there yet; else add nobody and return nothing."""
    if session.scalar(select(func.count()).select_from(User)):
        return []
    seeded = []
    for person in people:
        password = generate(chance)
        user = add_person(session, person, password, clock=clock, ids=ids, passwords=passwords)
        seeded.append(Seeded(login=user.login, name=user.name, role=person.role, password=password))
    return seeded


def demo_people(agents: Sequence[tuple[str, str]]) -> list[Newcomer]:
    """Who is seeded on a first start: one login for each agent (id, name) of the site, and one for each other role."""
    return [
        *(Newcomer(login=agent_id, name=name, role=Role.AGENT, agent_id=agent_id) for agent_id, name in agents),
        Newcomer(login="supervisor", name="Supervisor", role=Role.SUPERVISOR),
        Newcomer(login="designer", name="Flow designer", role=Role.DESIGNER),
        Newcomer(login="admin", name="Administrator", role=Role.ADMIN),
    ]
