"""What a first start puts into the house: the site's version, its agents, and people who may log in."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from console.auth.passwords import Passwords
from console.auth.people import demo_people, seed_people
from foundation.clock import Clock
from foundation.db import Database
from foundation.ids import RandomIds
from foundation.settings import Settings
from ivr.releases import By, was_taken_from
from ivr.sites import SiteShelf
from routing import agents
from transcription.models import find_model


@dataclass(frozen=True, slots=True)
class Welcome:
    """What `up` tells: the site, its numbers, who may log in (login, role, password), and what listens."""

    site: str
    numbers: tuple[str, ...]
    people: tuple[tuple[str, str, str], ...]
    people_file: Path
    model: str


def seed(settings: Settings, db: Database, clock: Clock) -> Welcome:
    """Put the site, its agents and its people in; what is there already stays. Raises SiteRefused with all problems."""
    site = load_site(settings.site_dir)
    put_on_shelf(site, settings.site_dir, SiteShelf(db, clock), db, By("up", "the files have changed"))
    with db.begin() as session:
        agents.seed(session, agent_specs(site), now=clock.now())
    people = _seed_people(settings, db, clock, site)
    model = find_model(settings, str(site.site.languages[0]))
    return Welcome(
        site=site.name.capitalize(),
        numbers=tuple(site.site.numbers),
        people=people,
        people_file=_people_file(settings),
        model=f"{model.name} ({model.source})",
    )


def put_on_shelf(site: LoadedSite, folder: Path, shelf: SiteShelf, db: Database, by: By) -> bool:
    """Publish what stands in the folder; whether that was needed.

    A folder that is as it was taken last is left alone: what somebody has decided since outlives a restart.
    """
    with db.begin() as session:
        if was_taken_from(session, folder, site.version):
            return False
    shelf.publish(site, folder, by)
    return True


def agent_specs(site: LoadedSite) -> list[agents.AgentSpec]:
    """The site's agents, as routing takes them."""
    return [
        agents.AgentSpec(id=agent.login, name=agent.name, skills={str(k): int(v) for k, v in agent.skills.items()})
        for agent in site.site.agents
    ]


def _people_file(settings: Settings) -> Path:
    return settings.home / "secrets" / "first_logins.json"


def _seed_people(settings: Settings, db: Database, clock: Clock, site: LoadedSite) -> tuple[tuple[str, str, str], ...]:
    """Log-ins made at the first start, kept in a file only its owner reads, so that every start can tell them."""
    path = _people_file(settings)
    newcomers = demo_people([(agent.login, agent.name) for agent in site.site.agents])
    chance = secrets.SystemRandom()
    with db.begin() as session:
        seeded = seed_people(session, newcomers, chance=chance, clock=clock, ids=RandomIds(), passwords=Passwords())
    if seeded:
        rows = [(person.login, person.role.value, person.password) for person in seeded]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(rows, file)
    if not path.exists():
        return ()
    return tuple((row[0], row[1], row[2]) for row in json.loads(path.read_text(encoding="utf-8")))
