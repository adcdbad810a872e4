"""What a worker is given before it begins: every job with what it works on."""

from console.wiring import Runtime
from recordings import jobs
from recordings.fetching import Fetcher


def install(runtime: Runtime) -> None:
    """Equip this process's jobs."""
    jobs.equip(
        Fetcher(
            db=runtime.parts.db,
            store=runtime.recordings,
            source=runtime.parts.carrier.fetch_recording,
            clock=runtime.parts.clock,
            bus=runtime.parts.bus,
        )
    )
