"""The softphone's token: only ours, only now, only with a voice grant."""

from datetime import UTC, datetime

import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant, VoiceGrant

from exchange.access_token import TokenRefused, verify
from foundation.clock import ManualClock

ACCOUNT, KEY, SECRET = "AC" + "1" * 32, "SK" + "2" * 32, "a secret of thirty-two characters!"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def token(*, grant=None, key=KEY, account=ACCOUNT, secret=SECRET, issued=NOW, ttl=600, **options):
    made = AccessToken(account, key, secret, identity="ada", ttl=ttl, **({"nbf": int(issued.timestamp())} | options))
    made.add_grant(grant or VoiceGrant(incoming_allow=True))
    payload = jwt.decode(made.to_jwt(), options={"verify_signature": False})
    payload["exp"] = int(issued.timestamp()) + ttl
    return jwt.encode(payload, secret, headers={"cty": "twilio-fpa;v=1"})


def check(text, clock=None):
    return verify(text, account_sid=ACCOUNT, api_key_sid=KEY, api_key_secret=SECRET, clock=clock or ManualClock(NOW))


def test_a_token_made_by_the_twilio_library_opens_the_door():
    """The desk makes tokens with twilio.jwt.access_token; the exchange takes what Twilio takes."""
    made = AccessToken(ACCOUNT, KEY, SECRET, identity="ada", ttl=10**9, nbf=int(NOW.timestamp()))
    made.add_grant(
        VoiceGrant(incoming_allow=True, outgoing_application_sid="AP1", outgoing_application_params={"a": 1})
    )
    grant = check(made.to_jwt())
    assert (grant.identity, grant.incoming, grant.application_sid, grant.parameters) == ("ada", True, "AP1", {"a": "1"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (token(secret="another secret of thirty-two chars"), 20107),
        (token(key="SK" + "9" * 32), 20103),
        (token(account="AC" + "9" * 32), 20103),
        (token(ttl=-1), 20104),
        (token(grant=ChatGrant(service_sid="IS1")), 20106),
        (token(nbf=int(NOW.timestamp()) + 60), 20105),
        ("nonsense", 20101),
        (jwt.encode({"iss": KEY}, SECRET), 20102),
        (jwt.encode({"iss": KEY}, "", algorithm="none", headers={"cty": "twilio-fpa;v=1"}), 20101),
    ],
    ids=["forged", "other key", "other account", "expired", "no voice", "not yet", "nonsense", "no cty", "unsigned"],
)
def test_any_other_token_is_refused_with_its_reason(text, code):
    """Each refusal has Twilio's code of the 20101 family."""
    with pytest.raises(TokenRefused) as refused:
        check(text)
    assert refused.value.code == code


def test_a_token_expires_by_the_exchange_clock():
    """Under the virtual clock an hour passes in no time, and so does a token."""
    clock = ManualClock(NOW)
    text = token(ttl=3600)
    check(text, clock)
    clock.advance(3601)
    with pytest.raises(TokenRefused):
        check(text, clock)
