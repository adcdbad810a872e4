"""Our exchange as this house's carrier: the same account, the site's numbers, webhooks to our web app."""

import asyncio
from urllib.parse import urlsplit

from call_flows.loader import load_site
from exchange.config import ExchangeConfig, Number
from foundation.settings import Settings


def exchange_config(settings: Settings) -> ExchangeConfig:
    """The exchange's configuration, from the settings and the site. Raises SiteRefused with all problems."""
    site = load_site(settings.site_dir)
    address = urlsplit(settings.exchange_url)
    voice = Number(
        voice_url=f"{settings.public_base_url}/voice/incoming",
        fallback_url=f"{settings.public_base_url}/voice/fallback",
        status_callback=f"{settings.public_base_url}/voice/status",
        sms_url=f"{settings.public_base_url}/voice/message",
    )
    return ExchangeConfig(
        host=settings.environment.get("EXCHANGE_HOST") or address.hostname or "127.0.0.1",
        port=address.port or 80,
        public_url=settings.exchange_url,
        account_sid=settings.account_sid,
        auth_token=settings.auth_tokens[0],
        api_key_sid=settings.api_key_sid,
        api_key_secret=settings.api_key_secret,
        phone_password=settings.environment.get("EXCHANGE_PHONE_PASSWORD", ""),
        numbers=dict.fromkeys(site.site.numbers, voice),
        engine=str(settings.vosk_model_path or ""),
        data_dir=str(settings.home / "exchange"),
    )


def serve(settings: Settings) -> None:
    """Run the exchange until told to stop."""
    from exchange.server import serve as serve_exchange
    from transcription.models import find_model

    asyncio.run(serve_exchange(exchange_config(settings), find_model=lambda language: find_model(settings, language)))
