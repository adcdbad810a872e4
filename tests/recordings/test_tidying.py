"""A sound is in one place: here once verified, nowhere once it is given up; the carrier's copy goes either way."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from foundation import legal_holds
from foundation.audit import AuditRow
from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.jobs import MemoryJobs
from recordings.fetching import Fetcher, nudge_due
from recordings.jobs import equip
from recordings.recording import BACK_OFF, Recording, RecordingKind, RecordingState, find_by_carrier
from recordings.retention import give_up_of, purge_old
from recordings.sealed import SealedStore
from recordings.store import DiskStore, MemoryStore, StoreDown
from tests.recordings.conftest import RING, SlowCarrier, make_wav, not_yet

Told = Callable[..., str]
DAY = 86400.0


class Copies:
    """The carrier's copies: `there` until deleted; each order is noted, and refused with what is in `refusals`."""

    def __init__(self) -> None:
        self.there: set[str] = {"RE1", "RE2"}
        self.orders: list[str] = []
        self.refusals: list[CallwrightError] = []

    def __call__(self, sid: str) -> None:
        self.orders.append(sid)
        if self.refusals:
            raise self.refusals.pop(0)
        self.there.discard(sid)


@pytest.fixture
def copies() -> Copies:
    return Copies()


@pytest.fixture(params=["memory", "disk", "locked"])
def tidy(request: pytest.FixtureRequest, fetcher: Fetcher, copies: Copies, tmp_path: Path) -> Fetcher:
    """A fetcher that also deletes the carrier's copies."""
    stores = {"memory": MemoryStore(), "disk": DiskStore(tmp_path / "s"), "locked": SealedStore(MemoryStore(), RING)}
    made = Fetcher(fetcher.db, stores[request.param], fetcher.source, fetcher.clock, fetcher.bus, copies)
    equip(made)
    return made


def row(db: Database, sid: str = "RE1") -> Recording:
    with db.begin() as session:
        found = find_by_carrier(session, sid)
        assert found is not None
        return found


def run_due(db: Database, clock: ManualClock, jobs: MemoryJobs) -> int:
    """What a ticker and a worker do."""
    nudge_due(db, jobs, clock.now())
    return jobs.run_all()


def refusal(code: str) -> CallwrightError:
    return CallwrightError(Problem(code, "No."))


def test_the_carriers_copy_goes_once_ours_is_verified(
    tidy: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, clock: ManualClock
) -> None:
    """And never before: until then the carrier's is the only one."""
    told()
    carrier.answers = [not_yet(), make_wav(0.4), make_wav()]
    for _ in range(2):
        assert not tidy.fetch("RE1")
        assert copies.orders == []
    assert tidy.fetch("RE1")
    assert (copies.orders, copies.there) == (["RE1"], {"RE2"})
    kept = row(db)
    assert (kept.state, kept.carrier_gone_at, kept.retry_at) == (RecordingState.STORED, clock.now(), None)
    assert tidy.fetch("RE1")
    assert copies.orders == ["RE1"]


def test_a_copy_that_cannot_be_deleted_now_is_deleted_later_however_long_it_takes(
    tidy: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, clock: ManualClock
) -> None:
    """More often than a fetch is repeated: nobody gives up."""
    told()
    carrier.answers = [make_wav()]
    copies.refusals = [refusal("carrier_unreachable") for _ in range(len(BACK_OFF) + 4)]
    jobs, waits = MemoryJobs(), []
    assert tidy.fetch("RE1")
    while row(db).carrier_gone_at is None:
        due = row(db).retry_at
        assert due is not None
        waits.append(round((due - clock.now()).total_seconds()))
        clock.advance(waits[-1])
        assert run_due(db, clock, jobs) == 1
    assert waits == [*BACK_OFF, *[BACK_OFF[-1]] * 4]
    assert "RE1" not in copies.there
    clock.advance(DAY)
    assert run_due(db, clock, jobs) == 0


@pytest.mark.parametrize("code", ["20404", "404"])
def test_a_copy_that_is_not_there_is_gone(
    tidy: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, code: str
) -> None:
    """Somebody else deleted it: that is what we wanted."""
    told()
    carrier.answers, copies.refusals = [make_wav()], [refusal(code)]
    assert tidy.fetch("RE1")
    assert row(db).carrier_gone_at is not None


def test_a_sound_damaged_here_is_fetched_again_while_the_carrier_has_it(
    fetcher: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, clock: ManualClock
) -> None:
    """What is kept is read again before the only other copy is given up."""

    class Rotting(MemoryStore):
        rots = True

        def content(self, key: str) -> bytes:
            if not self.rots or row(db).state != RecordingState.STORED:
                return self.read(key)
            return self.read(key)[:-1] + b"\x55"

    told()
    carrier.answers = [make_wav(), make_wav()]
    store = Rotting()
    tidying = Fetcher(db, store, carrier, clock, delete=copies)
    assert not tidying.fetch("RE1")
    assert (row(db).state, row(db).problem, copies.orders) == (RecordingState.FETCHING, "sound_damaged", [])
    store.rots = False
    assert tidying.fetch("RE1")
    assert (row(db).state, copies.orders) == (RecordingState.STORED, ["RE1"])


def test_a_disk_that_is_full_for_a_day_loses_nothing(
    fetcher: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, clock: ManualClock, tmp_path: Path
) -> None:
    """It is not the sound's fault: it is asked for until there is room, and the carrier keeps it so long."""
    folder = tmp_path / "full"
    folder.write_bytes(b"")  # where the folder should be there is a file: every write fails
    told()
    carrier.answers = [make_wav() for _ in range(40)]
    full = Fetcher(db, DiskStore(folder), carrier, clock, delete=copies)
    for _ in range(len(BACK_OFF) + 20):
        assert not full.fetch("RE1")
        due = row(db).retry_at
        assert due is not None
        clock.advance((due - clock.now()).total_seconds())
    assert (row(db).state, row(db).problem, copies.orders) == (RecordingState.FETCHING, "disk", [])
    folder.unlink()
    assert full.fetch("RE1")
    assert copies.orders == ["RE1"]


FULL = """
import resource, signal, sys
from pathlib import Path
from recordings.store import DiskStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    DiskStore(Path(sys.argv[1])).put("a.wav", [b"x" * 1000] * 100)
except OSError as error:
    print(type(error).__name__, [path.name for path in Path(sys.argv[1]).iterdir()])
"""


def test_a_write_that_really_fails_half_way_leaves_no_half_sound(tmp_path: Path) -> None:
    """The kernel itself refuses the twenty-first thousand bytes, in a process of its own."""
    assert resource.RLIMIT_FSIZE is not None
    run = [sys.executable, "-c", FULL, str(tmp_path)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    told = subprocess.run(run, capture_output=True, text=True, check=True, env=here)
    assert told.stdout.strip() == "OSError []"


def test_a_storage_that_is_down_is_waited_for(
    fetcher: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock
) -> None:
    """As a full disk."""

    class Down(MemoryStore):
        def put(self, key: str, pieces: object) -> None:  # type: ignore[override]
            raise StoreDown(Problem("store_down", "The storage cannot be used."))

    told()
    carrier.answers = [make_wav() for _ in range(20)]
    down = Fetcher(db, Down(), carrier, clock)
    for _ in range(len(BACK_OFF) + 3):
        assert not down.fetch("RE1")
    assert (row(db).state, row(db).problem) == (RecordingState.FETCHING, "store_down")


@pytest.mark.promise(34)
@pytest.mark.parametrize("kind", RecordingKind)
def test_what_was_kept_long_enough_is_gone_here_and_at_the_carrier(
    tidy: Fetcher,
    carrier: SlowCarrier,
    copies: Copies,
    told: Told,
    db: Database,
    clock: ManualClock,
    kind: RecordingKind,
) -> None:
    """Conversations, messages and comments alike; not a second before, and the carrier hears DELETE."""
    told(kind=kind, queue="billing")
    carrier.answers, copies.refusals = [make_wav()], [refusal("carrier_unreachable")]
    assert tidy.fetch("RE1")
    path, jobs = row(db).path, MemoryJobs()
    clock.advance(90 * DAY)
    assert purge_old(db, keep_seconds=90 * DAY, now=clock.now()) == 0
    assert tidy.store.size(path) > 0
    clock.advance(1)
    assert purge_old(db, keep_seconds=90 * DAY, now=clock.now()) == 1
    assert purge_old(db, keep_seconds=90 * DAY, now=clock.now()) == 0
    assert run_due(db, clock, jobs) == 1
    gone = row(db)
    assert (gone.state, gone.path, gone.sha256, gone.retry_at) == (RecordingState.GONE, "", "", None)
    assert list(tidy.store.keys()) == []
    assert copies.there == {"RE2"}


@pytest.mark.promise(34)
def test_what_never_came_home_is_deleted_at_the_carrier_too(
    tidy: Fetcher, carrier: SlowCarrier, copies: Copies, told: Told, db: Database, clock: ManualClock
) -> None:
    """A fetch that failed for good must not leave the only copy with the carrier for ever."""
    told()
    carrier.answers = [not_yet() for _ in range(len(BACK_OFF) + 1)]
    for _ in range(len(BACK_OFF) + 1):
        tidy.fetch("RE1")
    assert row(db).state == RecordingState.FAILED
    clock.advance(91 * DAY)
    assert purge_old(db, keep_seconds=90 * DAY, now=clock.now()) == 1
    run_due(db, clock, MemoryJobs())
    assert copies.there == {"RE2"}


@pytest.mark.promise(34)
def test_a_call_that_is_held_keeps_its_sound_until_it_is_released(
    tidy: Fetcher, carrier: SlowCarrier, told: Told, db: Database, clock: ManualClock
) -> None:
    """Whatever the site says; who held it and why is noted."""
    told()
    carrier.answers = [make_wav()]
    tidy.fetch("RE1")
    with db.begin() as session:
        assert legal_holds.hold(session, "CW1", why="case 7", who="sue", at=clock.now())
        assert not legal_holds.hold(session, "CW1", why="again", who="sue", at=clock.now())
    clock.advance(1000 * DAY)
    assert purge_old(db, keep_seconds=DAY, now=clock.now()) == 0
    with db.begin() as session:
        assert [one.why for one in legal_holds.holds(session)] == ["case 7"]
        assert legal_holds.release(session, "CW1", who="sue", at=clock.now())
        assert not legal_holds.release(session, "CW1", who="sue", at=clock.now())
        assert [one.what for one in session.query(AuditRow).order_by(AuditRow.id)] == ["call.held", "call.released"]
    assert purge_old(db, keep_seconds=DAY, now=clock.now()) == 1


def test_a_call_that_is_on_loses_nothing(told: Told, db: Database, clock: ManualClock) -> None:
    """However long it lasts."""
    told()
    with db.begin() as session:
        session.execute(update(Call).values(status="in-progress"))
    assert purge_old(db, keep_seconds=0, now=clock.now() + timedelta(days=1)) == 0


def test_giving_up_wins_over_a_fetch_that_is_under_way(
    tidy: Fetcher, copies: Copies, told: Told, db: Database, clock: ManualClock
) -> None:
    """Nothing comes back that somebody wanted gone."""

    def erased(_sid: str) -> list[bytes]:
        with db.begin() as session:
            assert len(give_up_of(session, ["CW1"], why="erased", now=clock.now())) == 1
        return [make_wav()]

    told()
    racing = Fetcher(db, tidy.store, erased, clock, delete=copies)
    assert not racing.fetch("RE1")
    equip(racing)
    run_due(db, clock, MemoryJobs())
    assert (row(db).state, row(db).problem, list(tidy.store.keys())) == (RecordingState.GONE, "erased", [])
    assert copies.there == {"RE2"}
