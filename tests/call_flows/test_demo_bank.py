"""The demo bank: balances for accounts that exist, 404 for all else, and nothing but this machine."""

import json
import threading
from http.client import HTTPConnection

import pytest

from call_flows.demo_bank import HOST, main, make_bank


@pytest.fixture(scope="module")
def bank():
    server = make_bank(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def get(bank, path: str) -> tuple[int, dict]:
    connection = HTTPConnection(HOST, bank.server_address[1], timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


def test_an_account_has_a_balance(bank):
    """What the flow reads stands at $.available."""
    assert get(bank, "/accounts/12345678") == (
        200,
        {"account": "12345678", "holder": "Sam Carter", "available": 1240.5, "currency": "USD"},
    )


@pytest.mark.parametrize("path", ["/accounts/99999999", "/accounts/", "/accounts/..%2F1", "/", "/accounts/1?x=1"])
def test_everything_else_is_missing(bank, path):
    """404, as a bank that knows no such account says it."""
    assert get(bank, path)[0] == 404


def test_it_says_that_it_is_well(bank):
    """For whoever starts it."""
    assert get(bank, "/health")[1]["status"] == "ok"


def test_a_taken_port_is_told_in_one_sentence(bank, capsys):
    """And what to do about it."""
    assert main(["--port", str(bank.server_address[1])]) == 1
    assert "Choose another with --port." in capsys.readouterr().err
