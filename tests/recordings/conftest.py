"""Sounds made of sines, a house with one call, and a carrier that is slow, wrong or gone as a test wants it."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import numpy as np
import pytest
import soundfile

import recordings.recording  # noqa: F401 - its tables
from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.events import Bus
from foundation.ids import CountingIds
from recordings.fetching import Fetcher
from recordings.keyring import KeyRing
from recordings.recording import note_complete, note_recording
from recordings.store import MemoryStore
from recordings.store_s3 import S3Store, open_bucket

RING = KeyRing("k1", {"k1": bytes(range(32))})


def make_wav(seconds: float = 2.0, *, channels: int = 2, level: float = 0.5) -> bytes:
    """A tone on the first channel, silence on the others."""
    at = np.arange(int(seconds * 8000))
    sound = np.zeros((len(at), channels), dtype=np.float32)
    sound[:, 0] = np.sin(at * 0.3) * level
    out = io.BytesIO()
    soundfile.write(out, sound, 8000, format="WAV", subtype="PCM_16")
    return out.getvalue()


class SlowCarrier:
    """Answers with what is in `answers`, one by one; an exception is raised, bytes come in pieces."""

    def __init__(self) -> None:
        self.answers: list[bytes | Exception] = []
        self.asked: list[str] = []

    def __call__(self, sid: str) -> Iterable[bytes]:
        self.asked.append(sid)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        for at in range(0, len(answer), 1000):
            yield answer[at : at + 1000]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A storage that really listens on this machine and speaks S3 (moto's server); its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[S3Store]:
    """An empty bucket, and a prefix in it."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-the-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=s3_server)
    client.create_bucket(Bucket="sounds")
    yield open_bucket("sounds", "house/", endpoint=s3_server)
    for one in client.list_objects_v2(Bucket="sounds").get("Contents", []):
        client.delete_object(Bucket="sounds", Key=one["Key"])
    client.close()


def not_yet() -> CallwrightError:
    return CallwrightError(Problem("20404", "There is no such recording."))


@pytest.fixture
def carrier() -> SlowCarrier:
    return SlowCarrier()


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def fetcher(db: Database, carrier: SlowCarrier, clock: ManualClock, bus: Bus) -> Fetcher:
    return Fetcher(db, MemoryStore(), carrier, clock, bus)


@pytest.fixture
def told(db: Database, clock: ManualClock, ids: CountingIds) -> Callable[..., str]:
    """The carrier tells of a complete recording of call CW1; its id here."""
    with db.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="completed", agent_id="ann", started_at=clock.now()))

    def _told(sid: str = "RE1", *, seconds: float | None = 2, channels: int | None = 2, **more: object) -> str:
        with db.begin() as session:
            began = clock.now() - timedelta(seconds=2)
            made = note_recording(
                session, ids, call_id="CW1", carrier_sid=sid, now=clock.now(), started_at=began, **more
            )
            note_complete(made, now=clock.now(), seconds=seconds, channels=channels)
            return made.id

    return _told
