"""The agents of the chaos run: logged in over HTTP, they take every callback that rings, and click ready again.

That a desk rings they learn from the reservations' rows; everything they do goes through the desk's own addresses, as
the page does it, with cookie and CSRF token. A web process that dies under a click costs the click: it is made again.
"""

import asyncio
import itertools
import re
from dataclasses import dataclass

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.db import Database
from routing.agents import Agent, AgentState
from routing.reservations import Reservation, ReservationState

LOOK = 0.1
LOOKS_A_HEARTBEAT = 80
PATIENCE = aiohttp.ClientTimeout(total=10)
CSRF = re.compile(r'name="csrf(?:_token)?" (?:value|content)="([^"]+)"')


@dataclass(slots=True)
class Desk:
    """One agent's browser."""

    web: str
    login: str
    session: aiohttp.ClientSession
    _csrf: str = ""

    async def log_in(self, password: str) -> None:
        """With name and password, once; the session outlives every process."""
        token = await self._token("/login")
        form = {"login": self.login, "password": password, "csrf_token": token}
        async with self.session.post(f"{self.web}/login", data=form, headers=self._headers()) as answer:
            answer.raise_for_status()
        self._csrf = await self._token("/desk")

    async def click(self, path: str, **form: str) -> bool:
        """Whether the order reached a desk that lives; what it answers is seen in the rows."""
        try:
            async with self.session.post(f"{self.web}/desk{path}", data=form, headers=self._headers()) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _token(self, path: str) -> str:
        async with self.session.get(f"{self.web}{path}") as page:
            found = CSRF.search(await page.text())
        if found is None:
            raise RuntimeError(f"{path} has no CSRF token: HTTP {page.status}")
        return found[1]

    def _headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self._csrf, "Referer": f"{self.web}/desk"}


class Floor:
    """All the agents. `at_work` can be taken away for a while: then nobody is ready."""

    def __init__(self, web: str, db: Database, people: dict[str, str]) -> None:
        self._db = db
        self._people = people
        self._desks = {login: Desk(web, login, _browser()) for login in people}
        self._clicks: dict[str, asyncio.Task[bool]] = {}  # under way
        self.at_work = True

    async def open(self) -> None:
        """Everybody logs in, once the web app answers. Raises aiohttp.ClientError until then."""
        desk = next(iter(self._desks.values()))
        async with desk.session.get(f"{desk.web}/readyz") as answer:
            answer.raise_for_status()
        for login, password in self._people.items():
            await self._desks[login].log_in(password)

    async def work(self) -> None:
        """Answer whatever rings and be ready again, until cancelled."""
        try:
            for look in itertools.count():
                for key, agent, path, form in await asyncio.to_thread(self._wanted):
                    self._click(key, agent, path, form)
                if look % LOOKS_A_HEARTBEAT == 0:
                    for agent in self._desks:
                        self._click(f"heart of {agent}", agent, "/heartbeat", {})
                await asyncio.sleep(LOOK)
        finally:
            for desk in self._desks.values():
                await desk.session.close()

    async def all_rest(self) -> None:
        """Until nobody is ready any more."""
        self.at_work = False
        while await asyncio.to_thread(self._working):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(LOOK)

    def _wanted(self) -> list[tuple[str, str, str, dict[str, str]]]:
        """What the agents would click now: a key, the agent, the address, the form."""
        with self._looking() as session:
            ringing = session.execute(
                select(Reservation.id, Reservation.agent_id).where(Reservation.state == ReservationState.PENDING)
            ).all()
            wrong = AgentState.AVAILABLE if not self.at_work else AgentState.NOT_READY
            states = (wrong, AgentState.OFFLINE) if self.at_work else (wrong,)
            idle = list(session.scalars(select(Agent.id).where(Agent.state.in_(states))))
        clicks: list[tuple[str, str, str, dict[str, str]]] = [
            (row.id, row.agent_id, f"/reservations/{row.id}/accept", {}) for row in ringing
        ]
        form = {"state": "available"} if self.at_work else {"reason": "pause"}
        return clicks + [(agent, agent, "/state", form) for agent in idle]

    def _working(self) -> bool:
        with self._looking() as session:
            resting = (AgentState.NOT_READY, AgentState.OFFLINE)
            return session.scalar(select(Agent.id).where(Agent.state.not_in(resting)).limit(1)) is not None

    def _looking(self) -> Session:
        return Session(self._db.engine.execution_options(isolation_level="AUTOCOMMIT"))

    def _click(self, key: str, agent: str, path: str, form: dict[str, str]) -> None:
        if agent not in self._desks or key in self._clicks:
            return
        self._clicks[key] = task = asyncio.create_task(self._desks[agent].click(path, **form))
        task.add_done_callback(lambda _: self._clicks.pop(key, None))


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=PATIENCE, cookie_jar=aiohttp.CookieJar(unsafe=True))
