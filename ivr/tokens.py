"""One-time tokens for media streams: each opens one stream of one leg of one call, once, and soon."""

import threading
from dataclasses import asdict, dataclass
from typing import Protocol, cast

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from foundation.logs import get_logger
from foundation.redis import Keys

log = get_logger(__name__)
TTL_SECONDS = 120


@dataclass(frozen=True, slots=True)
class StreamGrant:
    """What a token allows: the sound of this leg of this call. `speaker` is caller or agent.

    `since` is the moment (ISO) from which the call's times count: that of its recording's beginning.
    """

    call_id: str
    call_sid: str
    speaker: str
    language: str = "en-US"
    agent_id: str = ""
    since: str = ""


class StreamTokens(Protocol):
    """Keeps tokens and takes each back once."""

    def keep(self, token: str, grant: StreamGrant) -> bool:
        """Let the token open what is granted; False when it cannot be kept, and then the call goes on unheard."""
        ...

    def redeem(self, token: str) -> StreamGrant | None:
        """What the token allows, once; None for any other."""
        ...


class RedisTokens:
    """Tokens between the web and the media processes."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    def keep(self, token: str, grant: StreamGrant) -> bool:
        """Keep it for two minutes; a Redis that is down costs the transcript, never the call."""
        try:
            self._redis.set(self._keys.stream_token(token), msgspec.json.encode(asdict(grant)), ex=TTL_SECONDS)
        except RedisError as error:
            log.warning("stream_token_lost", call_id=grant.call_id, error=type(error).__name__)
            return False
        return True

    def redeem(self, token: str) -> StreamGrant | None:
        """Read and delete in one command, so that no two sockets can use the same token."""
        if not token.isalnum():
            return None
        try:
            kept = cast("str | None", self._redis.getdel(self._keys.stream_token(token)))
        except RedisError as error:
            log.warning("stream_token_unreadable", error=type(error).__name__)
            return None
        return msgspec.json.decode(kept, type=StreamGrant) if kept else None


class MemoryTokens:
    """The twin, within one process."""

    def __init__(self) -> None:
        self._kept: dict[str, StreamGrant] = {}
        self._lock = threading.Lock()

    def keep(self, token: str, grant: StreamGrant) -> bool:
        """Keep it until it is used."""
        with self._lock:
            self._kept[token] = grant
        return True

    def redeem(self, token: str) -> StreamGrant | None:
        """What the token allows, once."""
        with self._lock:
            return self._kept.pop(token, None)
