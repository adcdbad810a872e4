"""The Twilio AccessToken an agent's softphone shows: who it says he is, when all of it holds."""

from dataclasses import dataclass
from typing import Any, Final

import jwt
from jwt.types import Options

from foundation.clock import Clock

CONTENT_TYPE: Final = "twilio-fpa"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: to be rung under this name, and perhaps to call out."""

    identity: str
    incoming: bool
    application_sid: str
    parameters: dict[str, str]
    expires: float  # seconds since 1970


class TokenRefused(ValueError):
    """The token is no good; the sentence says why, the code is of Twilio's 20101 family."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def verify(token: str, *, account_sid: str, api_key_sid: str, api_key_secret: str, clock: Clock) -> Grant:
    """The grant of a token signed HS256 with our API key, for our account, in its time, with a voice grant."""
    claims = _claims(token, api_key_secret)
    now = clock.now().timestamp()
    if claims.get("iss") != api_key_sid:
        raise TokenRefused(20103, "the token was issued by another API key")
    if claims.get("sub") != account_sid:
        raise TokenRefused(20103, "the token is for another account")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
        raise TokenRefused(20104, "the token has expired")
    if float(claims.get("nbf") or 0) > now:
        raise TokenRefused(20105, "the token is not valid yet")
    return _grant(claims.get("grants"), float(claims["exp"]))


def _claims(token: str, secret: str) -> dict[str, Any]:
    # time is checked against our own clock, which may be a virtual one
    unchecked: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        if not str(jwt.get_unverified_header(token).get("cty", "")).startswith(CONTENT_TYPE):
            raise TokenRefused(20102, "the token is not a Twilio access token")
        claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=unchecked)
    except jwt.InvalidSignatureError as problem:
        raise TokenRefused(20107, "the token's signature is wrong") from problem
    except jwt.PyJWTError as problem:
        raise TokenRefused(20101, "the token cannot be read") from problem
    return claims


def _grant(grants: object, expires: float) -> Grant:
    match grants:
        case {"identity": str(identity), "voice": dict(voice)} if identity:
            outgoing = voice.get("outgoing") or {}
            return Grant(
                identity=identity,
                incoming=bool((voice.get("incoming") or {}).get("allow")),
                application_sid=str(outgoing.get("application_sid", "")),
                parameters={str(key): str(value) for key, value in (outgoing.get("params") or {}).items()},
                expires=expires,
            )
        case _:
            raise TokenRefused(20106, "the token has no voice grant with an identity")
