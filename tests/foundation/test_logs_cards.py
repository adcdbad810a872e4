"""A card's number is in no log, whatever field it came in."""

import json

import pytest

from foundation.logs import configure, get_logger


@pytest.mark.promise(32)
@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111 1111 1111", "5500-0055-5555-5559"])
def test_a_number_like_a_cards_is_not_logged_in_any_field(number, capsys):
    """An error of a database or a service tells what it was given."""
    configure(json=True)
    log = get_logger("test")
    try:
        int(f"no {number}")
    except ValueError:
        log.exception("service_failed", detail=f"body was {number}.")
    told = capsys.readouterr().err
    assert number not in told
    fields = json.loads(told)
    assert fields["detail"] == "body was ‹card›."
    assert "‹card›" in fields["exception"]


def test_ids_and_moments_are_logged_as_they_are(capsys):
    configure(json=True)
    get_logger("test").info("step", call_sid="CA" + "4" * 32, ms="1795332854470", at="2026-03-02T15:00:00Z")
    told = capsys.readouterr().err
    assert "CA" + "4" * 32 in told
    assert "1795332854470" in told
