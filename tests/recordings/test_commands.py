"""What `callwright recordings` prints and does, and what the state of recordings is called."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli.main import app
from foundation import migrations
from foundation.calls import Call
from foundation.clock import ManualClock, SystemClock
from foundation.db import Database
from foundation.settings import load_settings
from recordings.keyring import KeyRing
from recordings.recording import Recording, RecordingState
from recordings.sealed import SealedStore
from recordings.standing import ask_again, standing
from recordings.store import DiskStore
from tests.recordings.conftest import make_wav

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def coded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def add(db: Database, clock: ManualClock, **values: object) -> None:
    with db.begin() as session:
        if session.get(Call, "CW1") is None:
            session.add(Call(id="CW1", direction="inbound", status="completed", started_at=clock.now()))
            session.flush()
        sid = str(values.pop("sid"))
        session.add(
            Recording(id=f"RC{sid}", call_id="CW1", carrier_sid=sid, kind="call", asked_at=clock.now(), **values)
        )


def test_the_standing_of_recordings_is_a_word_and_counts(db: Database, clock: ManualClock) -> None:
    """A full disk is named before anything else: it is what somebody must do something about."""

    def found() -> tuple[str, int]:
        with db.begin() as session:
            now = standing(session)
        return now.word, now.at_carrier

    assert found() == ("ok", 0)
    add(db, clock, sid="A", state="stored", retry_at=clock.now())
    add(db, clock, sid="B", state="fetching", problem="20404", retry_at=clock.now())
    assert found() == ("ok", 1)
    add(db, clock, sid="C", state="failed", problem="20404")
    assert found() == ("failed", 1)
    add(db, clock, sid="D", state="fetching", problem="disk", retry_at=clock.now())
    assert found() == ("disk", 1)


def test_what_failed_may_be_asked_for_again(db: Database, clock: ManualClock) -> None:
    """The carrier was away for a day: one command, and every recording has all its attempts anew."""
    add(db, clock, sid="A", state="failed", problem="20404", attempts=9)
    add(db, clock, sid="B", state="gone")
    assert ask_again(db, clock.now() + timedelta(days=1)) == 1
    with db.begin() as session:
        row = session.get_one(Recording, "RCA")
        assert (row.state, row.attempts, row.retry_at) == (RecordingState.FETCHING, 0, clock.now() + timedelta(days=1))


def test_the_commands_tell_the_standing_and_ask_again(home: Path) -> None:
    """On a house of its own."""
    database = Database(load_settings().database_url)
    migrations.upgrade(database)
    now = SystemClock()
    add(database, now, sid="A", state="failed", problem="20404")  # type: ignore[arg-type]
    database.dispose()
    run: Callable[..., object] = CliRunner().invoke
    told = run(app, ["recordings", "state"])
    assert "waiting: 20404" in told.stdout  # type: ignore[attr-defined]
    assert run(app, ["recordings", "retry"]).stdout == "1 asked for again.\n"  # type: ignore[attr-defined]
    assert run(app, ["recordings", "retry"]).stdout == "0 asked for again.\n"  # type: ignore[attr-defined]


@pytest.mark.promise(37)
def test_rekeying_locks_everything_with_the_current_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lay open, and what the old key locked; after it the old key is not needed any more."""
    disk = DiskStore(home / "recordings")
    disk.put("a/RC1.wav", [make_wav()])
    SealedStore(disk, KeyRing("old", {"old": OLD})).put("a/RC2.wav", [make_wav()])
    run = CliRunner().invoke
    refused = run(app, ["recordings", "rekey"])
    assert "no key to lock" in str(refused.exception)
    monkeypatch.setenv("RECORDING_KEYS", f"new:{coded(NEW)} old:{coded(OLD)}")
    done = run(app, ["recordings", "rekey"])
    assert done.stdout.splitlines() == ["a/RC1.wav", "a/RC2.wav", "2 locked with the current key."]
    assert run(app, ["recordings", "rekey", "--quiet"]).stdout == "0 locked with the current key.\n"
    only_new = SealedStore(disk, KeyRing("new", {"new": NEW}))
    assert only_new.read("a/RC1.wav") == only_new.read("a/RC2.wav") == make_wav()
    assert coded(NEW) not in done.output
