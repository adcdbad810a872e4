"""<Pay>: each case quotes what Twilio publishes; the card's number reaches nobody."""

import pytest

from exchange.exchange import Exchange
from exchange.rehearsal import ME, NUMBER, rehearse
from exchange.transports import ScriptedApp
from exchange.twiml.card import is_good, is_right, kind_of

VISA, AMEX, DECLINED = "4111111111111111", "378282246310005", "4000000000000002"


def paid(attributes: str, keys: list[str], *, inner: str = ""):
    """(the fields brought to the action, what the caller heard, everything the app was ever told)."""

    async def scenario(exchange: Exchange, app: ScriptedApp):
        caller = exchange.call(to=NUMBER, from_=ME)
        app.routes["/paid"] = "<Response><Say>thank you</Say></Response>"
        for step in keys:
            if step is None:
                break
            await caller.meets("pay-step")
            await caller.presses(step)
        await caller.ended()
        asked = app.at("/paid")
        heard = [str(one["text"]) for one in caller.notices if one.get("kind") == "say"]
        told = " ".join(f"{one.request.url} {one.params}" for one in app.asked)
        log = " ".join(f"{entry.message} {entry.url}" for entry in exchange.log.entries())
        return asked[0].params if asked else {}, heard, f"{told} {log} {caller.notices}"

    twiml = f'<Response><Pay action="/paid" {attributes}>{inner}</Pay><Say>nothing came</Say></Response>'
    return rehearse({"/voice": twiml, "/status": ""}, scenario)


GOOD = [f"{VISA}#", "1230", "123#", "94105#"]


@pytest.mark.promise(32)
def test_a_good_card_brings_a_token_and_four_digits_and_never_its_number():
    """Twilio: "PaymentCardNumber: the partial, redacted number", "PaymentToken: the tokenized data"."""
    fields, heard, everything = paid('chargeAmount="20.45" maxAttempts="2"', GOOD)
    assert fields["Result"] == "success"
    assert fields["PaymentCardNumber"] == "xxxxxxxxxxxx1111"
    assert fields["PaymentCardType"] == "visa"
    assert fields["SecurityCode"] == "xxx"
    assert fields["PaymentToken"].startswith("tok_")
    assert fields["PaymentConfirmationCode"].startswith("ch_")
    assert heard[-1] == "thank you"
    assert VISA not in everything
    assert VISA[:12] not in everything.replace(" ", "")


def test_without_an_amount_only_a_token_is_made():
    """Twilio: "To create a token, set chargeAmount to 0 or leave it out"."""
    fields, _, _ = paid("", GOOD)
    assert fields["Result"] == "success"
    assert "PaymentConfirmationCode" not in fields


def test_only_what_is_wanted_is_asked_for():
    """Twilio: "securityCode: ... true by default", "postalCode: true, false, or a default postal code"."""
    fields, heard, _ = paid('securityCode="false" postalCode="94105"', GOOD[:2])
    assert fields["Result"] == "success"
    assert not any("security" in words or "postal" in words for words in heard)


@pytest.mark.parametrize(
    ("keys", "attributes", "result"),
    [
        (["4111111111111112#"] * 2, "", "too-many-failed-attempts"),
        ([f"{AMEX}#"] * 2, 'validCardTypes="visa"', "too-many-failed-attempts"),
        ([f"{VISA}#", "0101", "0101"], "", "too-many-failed-attempts"),
        ([f"{VISA}#", "1230", "12#", "1234#"], "", "too-many-failed-attempts"),
        ([f"{DECLINED}#", *GOOD[1:]], "", "payment-connector-error"),
        (["41*"], "", "caller-interrupted-with-star"),
        ([], 'timeout="2"', "too-many-failed-attempts"),
        ([], 'chargeAmount="much"', "validation-error"),
    ],
    ids=["wrong number", "kind not taken", "past date", "wrong code", "declined", "star", "silence", "no amount"],
)
@pytest.mark.promise(32)
def test_a_card_that_is_not_taken_says_why_and_not_which(keys, attributes, result):
    """Twilio: "Pay will terminate when the DTMF * keypress is received at any point"."""
    fields, _, everything = paid(attributes, keys)
    assert fields["Result"] == result
    assert "PaymentToken" not in fields
    assert not any(number in everything for number in (VISA, AMEX, DECLINED, "4111111111111112"))


def test_a_wrong_number_may_be_put_right():
    """Twilio: "maxAttempts: how many times Pay should retry when collecting each piece"."""
    fields, heard, _ = paid("", ["4111#", *GOOD])
    assert fields["Result"] == "success"
    assert any(words.startswith("That is not a card number.") for words in heard)


def test_the_app_may_have_words_of_its_own():
    """Twilio: "<Prompt> ... for, errorType, cardType, attempt"."""
    inner = (
        '<Prompt for="payment-card-number"><Say>Card, please.</Say></Prompt>'
        '<Prompt for="payment-card-number" errorType="invalid-card-number timeout"><Say>Once more.</Say></Prompt>'
        '<Prompt for="security-code" cardType="amex"><Say>Four digits on the front.</Say></Prompt>'
    )
    keys = ["1#", f"{AMEX}#", "1230", "1234#", "94105#"]
    fields, heard, _ = paid("", keys, inner=inner)
    assert fields["PaymentCardType"] == "amex"
    assert [heard[0], heard[1], heard[3]] == ["Card, please.", "Once more.", "Four digits on the front."]


def test_words_in_spanish():
    _, heard, _ = paid('language="es-US"', ["*"])
    assert heard[0].startswith("Por favor, marque el número de su tarjeta")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (VISA, "visa"), (AMEX, "amex"), ("5555555555554444", "mastercard"), ("2223003122003222", "mastercard"),
        ("6011111111111117", "discover"), ("3530111333300000", "jcb"), ("30569309025904", "diners-club"),
        ("6759649826438453", "maestro"), ("9999999999999995", ""), ("411111111111111", ""),
    ],
)  # fmt: skip
def test_kinds_of_cards_are_known_by_their_first_digits(number, kind):
    assert kind_of(number) == kind
    assert not kind or is_right(number)


@pytest.mark.parametrize("number", ["4111111111111112", "0000000000000000", "", "4111x11111111111"])
def test_a_slip_of_the_finger_is_found(number):
    assert not is_right(number)


def test_a_card_is_good_until_the_end_of_its_month():
    from datetime import date

    today = date(2026, 3, 31)
    assert [is_good(expiry, today) for expiry in ("0326", "0226", "1326", "0350", "326")] == [
        True, False, False, False, False,
    ]  # fmt: skip
