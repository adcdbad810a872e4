"""A whole exchange on twins under a virtual clock, for tests and simulations: built, run and closed in one call."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from exchange.clock import VirtualClock
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Exchange, Senses
from exchange.transports import Scripted, ScriptedApp
from exchange.twins import TwinEars, TwinPrompts, TwinVoice
from exchange.wire import Transport
from foundation.ids import CountingIds

T = TypeVar("T")

APP = "http://app.test"
NUMBER = "+15550001000"
ME = "+15557654321"


def twin_exchange(transport: Transport, *, senses: Senses | None = None, clock: VirtualClock | None = None) -> Exchange:
    """An exchange whose one number (`NUMBER`) asks `APP`/voice and `APP`/written, and tells `APP`/status."""
    number = Number(
        voice_url=f"{APP}/voice",
        fallback_url=f"{APP}/fallback",
        status_callback=f"{APP}/status",
        sms_url=f"{APP}/written",
    )
    return Exchange(
        config=ExchangeConfig(auth_token="12345", numbers={NUMBER: number}, data_dir=""),  # noqa: S106 - the vectors' token
        clock=clock or VirtualClock(),
        ids=CountingIds(),
        transport=transport,
        senses=senses or Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars()),
    )


def rehearse(
    routes: Mapping[str, Scripted],
    scenario: Callable[[Exchange, ScriptedApp], Awaitable[T]],
    *,
    senses: Senses | None = None,
) -> T:
    """Play the scenario on an exchange whose app answers by these routes (path → TwiML); whatever it returns."""

    async def whole() -> T:
        app = ScriptedApp(dict(routes))
        exchange = twin_exchange(app, senses=senses)
        try:
            return await scenario(exchange, app)
        finally:
            await exchange.close()

    return asyncio.run(whole())
