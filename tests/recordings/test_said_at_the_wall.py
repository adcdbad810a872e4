"""Trouble with recordings is said where somebody looks: at the wall, and where machines ask for health."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from console.health import health_blueprint
from console.wiring import Runtime
from ivr.alerts import unseen
from recordings.fetching import Fetcher
from recordings.recording import BACK_OFF, Recording
from tests.recordings.test_erasing import GRACE, house, seed  # noqa: F401 - a fixture


@pytest.fixture
def due(house: Runtime) -> Runtime:  # noqa: F811
    """A recording that is to be fetched, of which the carrier knows nothing."""
    seed(house, GRACE, "Zorblax", "CW1")
    house.parts.carrier.recordings.clear()  # type: ignore[attr-defined]
    with house.parts.db.begin() as session:
        session.execute(update(Recording).values(state="fetching", path="", retry_at=house.parts.clock.now()))
    return house


def test_a_recording_that_could_not_be_had_is_told_at_the_wall(due: Runtime) -> None:
    """Once, when the last attempt has failed."""
    parts = due.parts
    fetcher = Fetcher(parts.db, due.recordings, parts.carrier.fetch_recording, parts.clock, parts.bus)
    for _ in range(len(BACK_OFF) + 1):
        with parts.db.begin() as session:
            assert [one.text for one in unseen(session) if "recording" in one.text] == []
        assert not fetcher.fetch("RECW1")
    with parts.db.begin() as session:
        (told,) = [one for one in unseen(session) if "recording" in one.text]
        assert (told.call_id, told.text) == ("CW1", "The recording of this call could not be fetched (20404).")


@pytest.mark.parametrize(("problem", "word"), [("", "ok"), ("disk", "disk"), ("store_down", "store_down")])
def test_health_names_a_full_disk_and_calls_go_on(due: Runtime, problem: str, word: str) -> None:
    """The process is ready all the same: callers need no recording."""
    with due.parts.db.begin() as session:
        later = due.parts.clock.now() + timedelta(hours=1)
        session.execute(update(Recording).values(problem=problem, retry_at=later))
    app = Flask("health")
    app.register_blueprint(health_blueprint(replace(due)))
    told = app.test_client().get("/readyz")
    assert (told.status_code, told.get_json()["recordings"]) == (200, word)
