"""The network desk that the utility's site asks: who lives where, what is out there, faults and meter readings."""

from datetime import timedelta
from http import HTTPStatus
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from call_flows.demos.serving import MISSING, REFUSED, Answer, Asked
from foundation.clock import Clock

ZONE: Final = ZoneInfo("America/New_York")
CUSTOMERS: Final[dict[str, dict[str, str]]] = {
    "+12025550142": {"name": "Sam Carter", "zip": "20001", "meter": "483920"},
    "+12025550143": {"name": "Maria Lopez", "zip": "20005", "meter": "483921"},
}
"""The customers, by telephone number."""
ZIPS: Final = ("20001", "20002", "20005", "20009")
"""Where the network is."""
OUT: Final[dict[str, int]] = {"20001": 1200}
"""Zip codes without power when the demonstration starts, each with how many homes."""
REPAIR: Final = timedelta(hours=2)
REPORTS_FOR_AN_OUTAGE: Final = 3
"""From so many reports of no power in one zip code on, it is an outage that callers are told of."""


class Grid:
    """Answers for customers, outages, faults and meters. It keeps them in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(4711)
        self._back = {code: self._half_hour() for code in OUT}
        self._reports: dict[str, int] = {}
        self._read = {customer["meter"]: 4820 for customer in CUSTOMERS.values()}

    def answer(self, asked: Asked) -> Answer:
        """One request to the desk."""
        match asked.method, asked.path:
            case "GET", ("customers", phone) if phone in CUSTOMERS:
                return HTTPStatus.OK, CUSTOMERS[phone]
            case "GET", ("outages", code) if code in self._back:
                return HTTPStatus.OK, {"zip": code, "homes": OUT.get(code, 1), "back_at": self._back[code]}
            case "POST", ("faults",):
                return self._report(asked.body.get("zip", ""), asked.body.get("kind", ""))
            case "GET", ("meters", meter) if meter in self._read:
                return HTTPStatus.OK, {"meter": meter, "last": self._read[meter]}
            case "POST", ("meters", meter, "readings") if meter in self._read:
                return self._take(meter, asked.body.get("reading", ""))
        return MISSING

    def _half_hour(self) -> str:
        """When power should be back: the next full half hour after the time that repairs take, on the local clock."""
        at = self._clock.now().astimezone(ZONE) + REPAIR
        at += timedelta(minutes=-at.minute % 30)
        return at.strftime("%Y-%m-%dT%H:%M")

    def _report(self, code: str, kind: str) -> Answer:
        if code not in ZIPS:
            return MISSING
        if kind == "no_power":
            self._reports[code] = self._reports.get(code, 0) + 1
            if self._reports[code] >= REPORTS_FOR_AN_OUTAGE:
                self._back.setdefault(code, self._half_hour())
        return HTTPStatus.CREATED, {"report": str(next(self._numbers))}

    def _take(self, meter: str, reading: str) -> Answer:
        if not (reading.isascii() and reading.isdigit()) or int(reading) < self._read[meter]:
            return REFUSED
        used, self._read[meter] = int(reading) - self._read[meter], int(reading)
        return HTTPStatus.CREATED, {"used": used}
