"""The place of the pass with which the page's softphone registers as the agent's client."""

from urllib.parse import urlsplit

from foundation.settings import Settings
from ivr.twilio_rest import SoftphoneTokens

VALID_SECONDS = 3600


def socket_origin(settings: Settings) -> str:
    """Where the exchange's sockets are, for the softphone and for the content policy that allows it."""
    parts = urlsplit(settings.exchange_url)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"


def softphone_pass(settings: Settings, agent_id: str) -> dict[str, object]:
    """Token, identity and the socket to register at."""
    return {
        "token": SoftphoneTokens(settings).issue(agent_id, seconds=VALID_SECONDS),
        "identity": agent_id,
        "url": f"{socket_origin(settings)}/lines/client",
        "seconds": VALID_SECONDS,
    }
