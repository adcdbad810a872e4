"""A person erased by number leaves nothing: not in tables, files, index, Redis, at the carrier; others lose nothing."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from redis.exceptions import RedisError
from sqlalchemy import JSON, select, text
from typer.testing import CliRunner

from call_flows.loader import load_site
from callbacks.abandoned import AbandonedCall
from callbacks.do_not_call import DoNotCall
from callbacks.promises import DialAttempt, Promise, PromiseState
from console.cli.main import app
from console.desk.notes import DeskNote
from console.erasing import Erasing, PersonKept
from console.personal import DECLARED, IMPERSONAL
from console.seeding import agent_specs
from console.tables import METADATA
from console.wiring import Runtime, build
from foundation import legal_holds, migrations
from foundation.audit import AuditRow
from foundation.calls import Call, Leg
from foundation.db import Database
from foundation.live import RedisLive
from foundation.outbox import OutboxRow
from foundation.redis import EmbeddedRedis
from foundation.settings import load_settings
from ivr.alerts import Alert
from ivr.carrier_twin import RecordingCarrier
from ivr.customers import add_customer
from ivr.messages import TextMessage
from ivr.replies import ReceivedMessage
from ivr.sites import SiteShelf
from ivr.surveys import SurveyAnswer
from ivr.tables import CallEvent, CallSession, Meeting
from recordings.recording import Recording, RecordingState
from routing import agents
from routing.entries import QueueEntry
from routing.reservations import Reservation
from tests.recordings.conftest import make_wav
from transcription.search import search
from transcription.store import Segment, add_segments
from transcription.stream import Final

NORTHWIND = Path(__file__).resolve().parents[2] / "call_flows" / "library" / "northwind"
GRACE, OTHER = "+12025550142", "+12025550143"
WORDS = ("Zorblax", "zorblax")
TRACES = (GRACE, GRACE[1:], GRACE[2:], *WORDS)


@pytest.fixture
def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redis_server: EmbeddedRedis, redis_client: redis.Redis
) -> Iterator[Runtime]:
    """The house on files and a Redis of its own, with a carrier that remembers, and two persons who called."""
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REDIS_URL", f"unix://{redis_server.socket}")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings = load_settings()
    database = Database(settings.database_url)
    migrations.upgrade(database)
    made = build_over(database)
    with made.parts.db.begin() as session:
        agents.seed(session, agent_specs(load_site(NORTHWIND)), now=made.parts.clock.now())
    yield made
    made.close()


def build_over(database: Database) -> Runtime:
    from foundation.clock import SystemClock

    SiteShelf(database, SystemClock()).publish(load_site(NORTHWIND), NORTHWIND)
    database.dispose()
    made = build(load_settings())
    return dataclasses.replace(made, parts=dataclasses.replace(made.parts, carrier=RecordingCarrier()))


def seed(house: Runtime, number: str, mark: str, call_id: str) -> None:
    """A person in every table that knows persons: calls, words, sound, callback, messages, notes, customer's record."""
    now = house.parts.clock.now()
    path = f"2026/03/02/RC{call_id}.wav"
    with house.parts.db.begin() as session:
        session.add(
            Call(
                id=call_id, carrier_sid=f"CA{call_id}", direction="inbound", status="completed", caller=number,
                dialled="+12025550100", caller_name=mark, queue="billing", agent_id="ana", tags=[mark], started_at=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(Leg(id=f"LG{call_id}", call_id=call_id, kind="caller", status="completed", started_at=now))
        said = Final(
            seq=0, start_ms=0, end_ms=900, text=f"my name is {mark.lower()}", words=(), confidence=0.9,
        )  # fmt: skip
        add_segments(session, [said], call_id=call_id, speaker="caller", model="m")
        session.add(CallEvent(call_id=call_id, kind="arrived", at=now, payload={"from": number, "name": mark}))
        session.add(
            CallSession(
                call_id=call_id, revision=1, site_version="v", state={"caller": number}, line={}, document=f"<{mark}/>"
            )
        )
        session.add(
            Promise(
                id=f"PR{call_id}", call_id=call_id, number=number, queue="billing", state=PromiseState.SCHEDULED,
                place=now, asked_at=now, due_at=now + timedelta(hours=2), note=f"call {mark}",
            )
        )  # fmt: skip
        session.flush()
        session.add(
            DialAttempt(
                id=f"PR{call_id}-1", promise_id=f"PR{call_id}", attempt=1, number=number, reservation_id="",
                carrier_sid=f"CAd{call_id}", recorded_at=now, ended_at=now, result="busy",
            )
        )  # fmt: skip
        session.add(
            TextMessage(
                id=f"TM{call_id}", call_id=call_id, call_sid=f"CA{call_id}", mark="1", number=number,
                text=f"Dear {mark}", state="sent", asked_at=now, moved_at=now,
            )
        )  # fmt: skip
        session.add(
            ReceivedMessage(carrier_sid=f"SM{call_id}", number=number, wish="none", answer=mark, received_at=now)
        )
        add_customer(session, customer_id=f"CU{call_id}", numbers=(number,), now=now, values={"name": mark})
        session.add(DoNotCall(number=number, since=now, asked_by="key", note=mark))
        session.add(
            AbandonedCall(
                entry_id=f"QX{call_id}", number=number, queue="billing", call_id=call_id, decided="none", decided_at=now
            )
        )
        session.add(Alert(id=f"AL{call_id}", call_id=call_id, level="info", text=f"{mark} is angry", raised_at=now))
        session.add(
            SurveyAnswer(
                id=f"SA{call_id}", call_id=call_id, survey="csat", score=4, flow="f", node="n", flow_version="v",
                answered_at=now, comment_sid=f"RE{call_id}",
            )
        )  # fmt: skip
        session.add(DeskNote(reservation_id=f"RV{call_id}", call_id=call_id, agent_id="ana", text=mark, updated_at=now))
        session.add(
            QueueEntry(
                id=f"QE{call_id}", call_id=call_id, queue="billing", rings=[], arrived_at=now, place=now, state="left"
            )
        )
        session.flush()
        session.add(
            Reservation(
                id=f"RV{call_id}", entry_id=f"QE{call_id}", agent_id="ana", queue="billing", state="ended",
                fence=1, created_at=now, ended_at=now, notes=f"{mark} paid",
            )
        )  # fmt: skip
        session.add(
            Meeting(
                reservation_id=f"RV{call_id}", call_id=call_id, entry_id=f"QE{call_id}", agent_id="ana", state="ended",
                leg_id=f"LM{call_id}", document=f"<Say>{mark}</Say>", began_at=now, ended_at=now,
            )
        )  # fmt: skip
        session.add(
            OutboxRow(id=f"OB{call_id}", kind="x", payload={"to": number, "for": mark}, created_at=now, due_at=now)
        )
        wav = make_wav(0.5) + mark.encode()
        house.recordings.put(path, [wav])
        session.add(
            Recording(
                id=f"RC{call_id}", call_id=call_id, carrier_sid=f"RE{call_id}", kind="call", state="stored",
                path=path, peaks=[[0.5]], bytes=len(wav), sha256="0" * 64, asked_at=now,
            )
        )  # fmt: skip
    house.parts.carrier.recordings[f"RE{call_id}"] = wav  # type: ignore[attr-defined]
    house.parts.live.push(f"call:{call_id}", "final", {"text": mark})
    house.parts.live.push("wall", "queue", {"caller": number, "name": mark})


def traces(house: Runtime, words: tuple[str, ...]) -> list[str]:
    """Where any of the words stands: in any file of the house (database, its log, sounds, secrets) and in Redis."""
    found = []
    for path in sorted(house.parts.settings.home.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path.name}: {word}" for word in words if word.encode() in content]
    for key in house.redis.scan_iter("*"):
        raw = repr(house.redis.xrange(key)) if house.redis.type(key) == "stream" else repr(key)
        found += [f"{key}: {word}" for word in words if word in raw]
    return found


@pytest.mark.promise(35)
def test_every_table_says_whether_it_knows_persons() -> None:
    """A new table declares what erasing does to it, or says why it knows nobody; else this fails."""
    declared = [one.table for one in DECLARED]
    assert len(declared) == len(set(declared))
    assert set(declared) | set(IMPERSONAL) == set(METADATA.tables)
    assert not set(declared) & set(IMPERSONAL)
    for one in DECLARED:
        named = {*one.by, *one.gives, *(one.blank or ()), *one.private}
        assert named <= set(METADATA.tables[one.table].c.keys()), one.table


def test_a_table_that_points_to_a_call_is_found_by_its_calls() -> None:
    """Whatever hangs on a call is the caller's; a declaration that forgets that column would leave it behind."""
    for table in METADATA.tables.values():
        if "call_id" in table.c and table.name not in IMPERSONAL:
            (one,) = (each for each in DECLARED if each.table == table.name)
            assert one.by.get("call_id") == "call", table.name


@pytest.mark.promise(35)
def test_a_person_who_is_erased_leaves_no_trace(house: Runtime, redis_server: EmbeddedRedis) -> None:
    """The database's file and its log, the index, sounds, the carrier, Redis: nothing of her is in any of them."""
    seed(house, GRACE, "Zorblax", "CW1")
    seed(house, OTHER, "Quimbly", "CW2")
    assert len(traces(house, TRACES)) > 5
    erasing = Erasing(house)
    counted = erasing.look(GRACE)
    assert set(counted) >= {"calls", "segments", "promises", "text_messages", "customers", "desk_notes", "outbox"}
    done = erasing.erase(GRACE, who="sue")
    assert (done.left, done.sounds) == ((), 1)
    assert {name: done.rows[name] for name in ("calls", "segments")} == {"calls": 1, "segments": 1}
    assert traces(house, TRACES) == []
    assert [order.what for order in house.parts.carrier.orders] == ["delete_recording"]  # type: ignore[attr-defined]
    assert list(house.recordings.keys()) == ["2026/03/02/RCCW2.wav"]
    assert erasing.look(GRACE) == {}
    while house.redis.info("persistence")["aof_rewrite_in_progress"]:
        house.redis.ping()
    written = [path for path in redis_server.folder.rglob("*") if path.is_file() and path.name != "redis.log"]
    assert written
    assert not [path.name for path in written for word in TRACES if word.encode() in path.read_bytes()]


@pytest.mark.promise(35)
def test_erasing_one_person_leaves_the_others_and_the_figures(house: Runtime) -> None:
    """The other's rows are as they were; of the erased call remain its times, queue and agent."""
    seed(house, GRACE, "Zorblax", "CW1")
    seed(house, OTHER, "Quimbly", "CW2")
    erasing = Erasing(house)
    before = erasing.look(OTHER)
    erasing.erase(GRACE, who="sue")
    assert erasing.look(OTHER) == before
    with house.parts.db.begin() as session:
        assert search(session, "quimbly").total == 1
        assert search(session, "zorblax").total == 0
        call = session.get_one(Call, "CW1")
        assert (call.caller, call.caller_name, call.queue, call.agent_id) == ("", "", "billing", "ana")
        assert session.get_one(Promise, "PRCW1").state == PromiseState.CANCELLED
        assert session.get_one(SurveyAnswer, "SACW1").score == 4
        assert session.get_one(Recording, "RCCW1").state == RecordingState.GONE
        noted = session.scalars(select(AuditRow).where(AuditRow.what == "person.erased")).one()
        assert (noted.who, noted.subject) == ("sue", erasing.mark(GRACE))
        assert GRACE not in noted.subject


@pytest.mark.promise(35)
def test_a_held_call_stands_against_erasing_with_its_reason(house: Runtime) -> None:
    """And nothing is changed, not even the callback that is owed."""
    seed(house, GRACE, "Zorblax", "CW1")
    erasing, now = Erasing(house), house.parts.clock.now()
    with house.parts.db.begin() as session:
        legal_holds.hold(session, "CW1", why="court case 7", who="sue", at=now)
    before = erasing.look(GRACE)
    with pytest.raises(PersonKept, match="court case 7"):
        erasing.erase(GRACE, who="sue")
    assert erasing.look(GRACE) == before
    with house.parts.db.begin() as session:
        assert session.get_one(Promise, "PRCW1").state == PromiseState.SCHEDULED
        legal_holds.release(session, "CW1", who="sue", at=now)
    assert erasing.erase(GRACE, who="sue").left == ()


def test_nobody_is_erased_while_talking(house: Runtime) -> None:
    """What is said next would be kept."""
    seed(house, GRACE, "Zorblax", "CW1")
    with house.parts.db.begin() as session:
        session.get_one(Call, "CW1").status = "in-progress"
    with pytest.raises(PersonKept, match="A call is on"):
        Erasing(house).erase(GRACE, who="sue")


def test_a_carrier_that_is_silent_is_told_and_asked_again_later(house: Runtime) -> None:
    """The rest is erased all the same."""
    seed(house, GRACE, "Zorblax", "CW1")
    house.parts.carrier.silent = True  # type: ignore[attr-defined]
    done = Erasing(house).erase(GRACE, who="sue")
    assert "still at the carrier" in done.left[0]
    with house.parts.db.begin() as session:
        assert session.get_one(Recording, "RCCW1").retry_at is not None
    assert traces(house, TRACES) == []


@pytest.mark.promise(35)
def test_after_a_restore_everybody_who_was_erased_is_erased_anew(house: Runtime) -> None:
    """A backup is older than the wish: the list of marks outside the database says whom it concerns."""
    seed(house, GRACE, "Zorblax", "CW1")
    seed(house, OTHER, "Quimbly", "CW2")
    erasing = Erasing(house)
    erasing.erase(GRACE, who="sue")
    with house.parts.db.begin() as session:  # as the backup had it
        session.get_one(Call, "CW1").caller = GRACE
        session.get_one(Call, "CW1").caller_name = "Zorblax"
    assert erasing.again(who="sue") == 1
    assert traces(house, TRACES) == []
    assert erasing.look(OTHER)


@pytest.mark.promise(35)
def test_a_person_is_given_all_that_is_known(house: Runtime) -> None:
    """A line of JSON for each row; nothing of anybody else, nothing that was sealed or is ours."""
    seed(house, GRACE, "Zorblax", "CW1")
    seed(house, OTHER, "Quimbly", "CW2")
    told = CliRunner().invoke(app, ["export-person", GRACE])
    assert told.exit_code == 0, told.output
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    found = {row["table"] for row in rows}
    assert found >= {"calls", "segments", "promises", "text_messages", "customers", "recordings", "do_not_call"}
    assert "my name is zorblax" in {row.get("text") for row in rows}
    assert "Quimbly" not in told.stdout
    assert OTHER not in told.stdout
    ours = [row for row in rows if row["table"] in {"call_sessions", "call_events"}]
    assert ours
    assert not any({"document", "payload", "state"} & set(row) for row in ours)


def test_the_commands_count_ask_hold_and_erase(house: Runtime) -> None:
    """A dry run changes nothing; without a yes nothing is erased; a number is what it is."""
    seed(house, GRACE, "Zorblax", "CW1")
    run = CliRunner().invoke
    dry = run(app, ["erase", GRACE, "--dry-run"])
    assert (dry.exit_code, "segments" in dry.stdout) == (0, True)
    assert run(app, ["erase", GRACE], input="n\n").exit_code == 1
    assert Erasing(house).look(GRACE)
    assert run(app, ["hold", "CW1", "--why", "case 7"]).stdout == "CW1: held.\n"
    assert run(app, ["hold", "CW1", "--why", "case 8"]).stdout == "CW1: held already.\n"
    assert "case 7" in run(app, ["holds"]).stdout
    assert isinstance(run(app, ["erase", GRACE, "--yes"]).exception, PersonKept)
    assert run(app, ["release", "CW1"]).stdout == "CW1: released.\n"
    assert run(app, ["release", "CW1"]).stdout == "CW1: was not held.\n"
    assert run(app, ["hold", "CW9", "--why", "x"]).exception is not None
    assert run(app, ["erase"]).exception is not None


@pytest.mark.parametrize("act", ["look", "erase", "export"])
def test_a_number_of_the_house_is_no_person(house: Runtime, act: str) -> None:
    """Everybody dialled it: a slip of the finger must not erase the whole house."""
    seed(house, GRACE, "Zorblax", "CW1")
    erasing, ours = Erasing(house), next(iter(load_site(NORTHWIND).site.numbers))
    acts = {
        "look": lambda: erasing.look(ours),
        "erase": lambda: erasing.erase(ours, who="sue"),
        "export": lambda: list(erasing.export(ours, who="sue")),
    }
    with pytest.raises(PersonKept, match="a number of the house"):
        acts[act]()
    assert erasing.look(GRACE)["calls"] == 1


def test_a_redis_that_is_away_is_told_and_the_rest_is_erased(house: Runtime) -> None:
    """What Redis still tells ends by itself; a second time, nothing else is left to do."""

    class Away(RedisLive):
        def forget(self, words: object) -> int:
            raise RedisError

    seed(house, GRACE, "Zorblax", "CW1")
    away = dataclasses.replace(house.parts, live=Away(house.redis, house.keys))
    done = Erasing(dataclasses.replace(house, parts=away)).erase(GRACE, who="sue")
    assert "Redis could not be asked" in done.left[0]
    assert all("live" in where for where in traces(house, TRACES))
    assert Erasing(house).erase(GRACE, who="sue").left == ()


def test_json_is_searched_as_text(house: Runtime) -> None:
    """A number within a payload is found whatever stands around it, and % means %."""
    assert isinstance(METADATA.tables["outbox"].c.payload.type, JSON)
    now = house.parts.clock.now()
    with house.parts.db.begin() as session:
        session.add(OutboxRow(id="OB1", kind="x", payload={"a": [{"to": GRACE}]}, created_at=now, due_at=now))
        session.add(OutboxRow(id="OB2", kind="x", payload={"a": "100%"}, created_at=now, due_at=now))
    assert Erasing(house).look(GRACE) == {"outbox": 1}
    with house.parts.db.begin() as session:
        assert session.scalar(select(Segment.id)) is None
        assert session.scalar(text("select count(*) from outbox")) == 2
