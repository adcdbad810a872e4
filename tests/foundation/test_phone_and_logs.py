"""Numbers that must not be dialled are refused by rule; personal data is masked in every log."""

import json

import pytest
import structlog

from foundation.logs import configure, get_logger, mask
from foundation.phone import NumberRefused, dialable, parse_number


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+1 (202) 555-0142", None, "+12025550142"),
        ("202 555 0142", "US", "+12025550142"),
        ("+34 912 345 678", None, "+34912345678"),
    ],
    ids=["international", "national", "spain"],
)
def test_a_number_is_read_as_people_write_it(written, region, number):
    assert parse_number(written, region=region) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("911", "emergency_or_short"),
        ("112", "emergency_or_short"),
        ("+19002345678", "premium"),
        ("+18002345678", "toll_free"),
        ("+881612345678", "satellite"),
        ("+442079460018", "country"),
        ("+1", "emergency_or_short"),
        ("+1555", "emergency_or_short"),
        ("hello there", "not_a_number"),
    ],
)
def test_what_must_not_be_dialled_is_refused_with_its_rule(written, code):
    """Premium, satellite and emergency numbers are how telephony is robbed, or worse."""
    with pytest.raises(NumberRefused) as refused:
        dialable(written, countries={"US", "CA"})
    assert refused.value.problem.code == code


def test_a_plain_number_of_an_allowed_country_may_be_dialled():
    assert dialable("+12025550142", countries={"US"}) == "+12025550142"


def test_personal_fields_are_masked_and_others_are_not(capsys):
    configure(json=True)
    try:
        get_logger("t").info("call_arrived", caller="+12025550142", speech="my name is Ann", queue="billing")
    finally:
        structlog.reset_defaults()
    line = json.loads(capsys.readouterr().err)
    assert line["caller"] == "‹12›42"
    assert "Ann" not in line["speech"]
    assert line["queue"] == "billing"


def test_a_mask_of_nothing_is_nothing():
    assert mask("") == ""
