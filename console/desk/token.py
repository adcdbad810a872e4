"""The place of the pass with which the page's softphone registers as the agent's client."""

from urllib.parse import urlsplit

from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

from console.services import Services

VALID_SECONDS = 3600


def softphone_pass(services: Services, agent_id: str) -> dict[str, object]:
    """Token, identity and the socket to register at."""
    settings = services.settings
    made = AccessToken(
        settings.account_sid, settings.api_key_sid, settings.api_key_secret, identity=agent_id, ttl=VALID_SECONDS
    )
    made.add_grant(VoiceGrant(incoming_allow=True))
    parts = urlsplit(settings.exchange_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return {
        "token": made.to_jwt(),
        "identity": agent_id,
        "url": f"{scheme}://{parts.netloc}/lines/client",
        "seconds": VALID_SECONDS,
    }
