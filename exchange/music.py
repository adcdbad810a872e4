"""What one hears while waiting: the app's waitUrl or the exchange's own music, until something else happens."""

import asyncio
from typing import Final

from exchange.sound import FRAME_SECONDS
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Inline, Outcome, Proceed, Source

DEFAULT_MUSIC: Final = Inline('<Response><Play loop="0">sound:hold-music</Play></Response>')
_BREATH: Final = 1.0  # seconds between two turns of a document that takes no time


async def listen_while(
    stage: Stage, document: Source | None, *, again: bool, until: asyncio.Event, allowed: frozenset[str]
) -> None:
    """Let the leg hear the document until the event is set: over and over, or once and then nothing.

    Raises `ApplicationError` when the document cannot be had.
    """
    playing = asyncio.ensure_future(_play(stage, document, again=again, allowed=allowed))
    changed = asyncio.ensure_future(until.wait())
    try:
        await asyncio.wait({playing, changed}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done() and not until.is_set():
            playing.result()
            await changed
    finally:
        for task in (playing, changed):
            task.cancel()
        await asyncio.gather(playing, changed, return_exceptions=True)


async def _play(stage: Stage, document: Source | None, *, again: bool, allowed: frozenset[str]) -> None:
    while document is not None:
        await one_turn(stage, document, allowed=allowed)
        if not again:
            return


async def one_turn(stage: Stage, document: Source, *, allowed: frozenset[str]) -> Outcome:
    """Perform the document once; one that takes no time is followed by a second of silence: loops must breathe."""
    began = stage.exchange.clock.monotonic()
    outcome = await stage.perform(document, allowed=allowed)
    if isinstance(outcome, Proceed) and stage.exchange.clock.monotonic() - began < FRAME_SECONDS:
        await stage.exchange.clock.sleep(_BREATH)
    return outcome
