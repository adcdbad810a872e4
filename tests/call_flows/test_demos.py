"""The demonstration services: what the shipped sites ask is answered, the rest is 404, and nothing but this machine."""

import json
import threading
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from call_flows.demos import DEMOS, HOST, demos_of
from call_flows.demos.__main__ import main
from call_flows.demos.bank import Bank
from call_flows.demos.clinic import Clinic
from call_flows.demos.grid import Grid
from call_flows.demos.serving import Asked, make_server
from call_flows.library import SHIPPED
from call_flows.loader import load_site
from foundation.clock import ManualClock

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in New York


@pytest.fixture(scope="module")
def bank():
    server = make_server(Bank(), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def request(server, path: str, method: str = "GET", body: str = "") -> tuple[int, dict]:
    connection = HTTPConnection(HOST, server.server_address[1], timeout=5)
    connection.request(method, path, body=body)
    answer = connection.getresponse()
    read = json.loads(answer.read())
    connection.close()
    return answer.status, read


def ask(service, method: str, path: str, query: dict | None = None, **body) -> tuple[int, dict]:
    parts = tuple(part for part in path.split("/") if part)
    status, told = service.answer(Asked(method, parts, query or {}, body))
    return int(status), dict(told)


def test_an_account_has_a_balance(bank):
    """What the flow reads stands at $.available."""
    assert request(bank, "/accounts/12345678") == (
        200,
        {"account": "12345678", "holder": "Sam Carter", "available": 1240.5, "currency": "USD"},
    )


@pytest.mark.parametrize("path", ["/accounts/99999999", "/accounts/", "/accounts/..%2F1", "/", "/accounts/1?x=1"])
def test_everything_else_is_missing(bank, path):
    """404, as a bank that knows no such account says it."""
    assert request(bank, path)[0] == 404


@pytest.mark.parametrize("body", ["{", "[1]", "x" * 20_000])
def test_what_cannot_be_read_is_refused(bank, body):
    """400, and the service goes on."""
    assert request(bank, "/accounts/12345678", "POST", body)[0] == 400
    assert request(bank, "/health") == (200, {"status": "ok"})


def test_a_taken_port_is_told_in_one_sentence(bank, capsys):
    """And what to do about it."""
    assert main(["bank", "--port", str(bank.server_address[1])]) == 1
    assert "Choose another with --port." in capsys.readouterr().err


def test_each_shipped_site_finds_its_service():
    """The address in site.yaml is the one at which `up` starts the service; another address is somebody else's."""
    for kind, name in (("bank", "bank"), ("clinic", "clinic"), ("utility", "grid")):
        services = load_site(SHIPPED[kind], services={}).site.services
        assert demos_of(services) == [DEMOS[name]]
    assert demos_of({"bank": "https://bank.example", "other": DEMOS["bank"].address}) == []


@pytest.fixture
def clinic():
    return Clinic(ManualClock(MONDAY))


def test_a_patient_is_known_by_number_and_birthday_together(clinic):
    """One alone would tell anybody."""
    assert ask(clinic, "POST", "patients/find", phone="+12025550142", born="1984-03-05")[1]["patient"] == "sam"
    assert ask(clinic, "POST", "patients/find", phone="+12025550142", born="1984-03-06")[0] == 404
    assert ask(clinic, "POST", "patients/find", phone="+12025550142")[0] == 404


def test_a_free_time_is_offered_booked_moved_and_cancelled(clinic):
    """A whole life of an appointment; a time that was taken is taken."""
    offer = ask(clinic, "GET", "free", {"day": "2026-03-03", "time": "09:00"})[1]
    later = ask(clinic, "GET", "free", {**offer, "later": "1"})[1]
    assert (offer["day"], later["day"]) == ("2026-03-03", "2026-03-03")
    assert offer["time"] < later["time"]
    status, made = ask(clinic, "POST", "appointments", patient="maria", **offer)
    assert status == 201
    assert ask(clinic, "POST", "appointments", patient="sam", **offer)[0] == 409
    assert ask(clinic, "GET", "patients/maria/appointment") == (200, made)
    assert ask(clinic, "PUT", f"appointments/{made['appointment']}", **later) == (200, {**made, **later})
    assert ask(clinic, "GET", "free", offer)[1] == offer
    assert ask(clinic, "DELETE", f"appointments/{made['appointment']}")[0] == 200
    assert ask(clinic, "DELETE", f"appointments/{made['appointment']}")[0] == 404
    assert ask(clinic, "GET", "patients/maria/appointment")[0] == 404


def test_an_hour_keyed_as_small_is_in_the_afternoon(clinic):
    """Half past two is 0 2 3 0 on the telephone, and nobody sees a doctor then."""
    assert ask(clinic, "GET", "free", {"day": "2026-03-03", "time": "02:30"})[1]["time"] >= "14:30"


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-03-07", "2026-03-09"), ("2026-02-01", "2026-03-02"), ("", "2026-03-02")],
    ids=["a Saturday", "in the past", "no day"],
)
def test_the_nearest_free_time_is_a_working_day_to_come(clinic, day, first):
    """Whatever day the caller names."""
    assert ask(clinic, "GET", "free", {"day": day})[1]["day"] == first


def test_what_is_no_day_is_refused(clinic):
    """And so is a patient nobody knows."""
    assert ask(clinic, "GET", "free", {"day": "soon"})[0] == 400
    assert ask(clinic, "POST", "appointments", patient="nobody", day="2026-03-03", time="09:00")[0] == 400


def test_a_reminder_is_written_in_the_patients_language(clinic):
    """The day before, with the number to call."""
    for day in range(3, 10):
        when = {"day": f"2026-03-0{day}", "time": "00:00"}
        ask(clinic, "POST", "appointments", patient="maria", **ask(clinic, "GET", "free", when)[1])
    found = ask(clinic, "GET", "reminders")[1]["reminders"]
    assert [(row["to"], row["text"][:16]) for row in found] == [("+12025550143", "Clínica Riversid")]


@pytest.fixture
def grid():
    return Grid(ManualClock(MONDAY))


def test_an_outage_is_known_with_the_time_it_should_end(grid):
    """Two hours on, at a full half hour, on the local clock."""
    assert ask(grid, "GET", "outages/20001")[1]["back_at"] == "2026-03-02T12:00"
    assert ask(grid, "GET", "outages/20005")[0] == 404


def test_many_reports_from_one_place_are_an_outage(grid):
    """The third caller's neighbours are told at once."""
    for number in ("4711", "4712", "4713"):
        assert ask(grid, "POST", "faults", zip="20005", kind="no_power")[1] == {"report": number}
    assert ask(grid, "GET", "outages/20005")[0] == 200
    assert ask(grid, "POST", "faults", zip="99999", kind="no_power")[0] == 404


def test_a_meter_never_runs_backwards(grid):
    """What was used since the last reading comes back."""
    assert ask(grid, "POST", "meters/483920/readings", reading="4900")[1] == {"used": 80}
    assert ask(grid, "GET", "meters/483920")[1]["last"] == 4900
    assert ask(grid, "POST", "meters/483920/readings", reading="4899")[0] == 400
    assert ask(grid, "POST", "meters/1/readings", reading="1")[0] == 404
