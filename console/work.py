"""What a worker is given before it begins: every job with what it works on."""

from callbacks.jobs import dial_recorded, fire_due
from console.wiring import Runtime
from ivr.callback_dialer import CarrierDialer
from ivr.redaction import taken_out
from recordings import jobs
from recordings.fetching import Fetcher
from transcription.again import Hearing

_RUNTIME: dict[str, Runtime] = {}


def install(runtime: Runtime) -> None:
    """Equip this process's jobs."""
    _RUNTIME["here"] = runtime
    jobs.equip(
        Fetcher(
            db=runtime.parts.db,
            store=runtime.recordings,
            source=runtime.parts.carrier.fetch_recording,
            clock=runtime.parts.clock,
            bus=runtime.parts.bus,
            delete=runtime.parts.carrier.delete_recording,
            taken_out=lambda recording: taken_out(runtime.parts.db, recording.call_id),
        )
    )


def fire_callbacks() -> None:
    """Bring in line the callbacks whose time has come; asked for at their time, and harmless at any other."""
    runtime = _RUNTIME["here"]
    fire_due(runtime.parts.callbacks, CarrierDialer(runtime.parts), runtime.parts.jobs)


def dial_callback(key: str) -> None:
    """Make a dial that was recorded under that key, if nobody has set out to: of several jobs one does."""
    runtime = _RUNTIME["here"]
    dial_recorded(runtime.parts.callbacks, CarrierDialer(runtime.parts), key, None)


def hear_again(hearing_id: str) -> None:
    """Hear a recording again with the model its row names; harmless to repeat, what is done stays done."""
    from console.hearing import engine_of, hearings_of_house

    runtime = _RUNTIME["here"]
    with runtime.parts.db.begin() as session:
        row = session.get_one(Hearing, hearing_id)
    hearings_of_house(runtime).hear(hearing_id, engine_of(runtime.parts.settings, row.model))
