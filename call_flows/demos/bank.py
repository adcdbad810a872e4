"""The small bank that the Northwind site asks for balances."""

from http import HTTPStatus
from typing import Final

from call_flows.demos.serving import MISSING, Answer, Asked

ACCOUNTS: Final[dict[str, dict[str, object]]] = {
    "12345678": {"holder": "Sam Carter", "available": 1240.50, "currency": "USD"},
    "20262026": {"holder": "Maria Lopez", "available": 87.05, "currency": "USD"},
    "55501234": {"holder": "Priya Nair", "available": 15000, "currency": "USD"},
    "00000042": {"holder": "Douglas Reed", "available": -42.10, "currency": "USD"},
}
"""The accounts that exist, by number."""


class Bank:
    """Answers `GET /accounts/<number>`."""

    def answer(self, asked: Asked) -> Answer:
        """One account, or nothing."""
        match asked.method, asked.path:
            case "GET", ("accounts", number) if number in ACCOUNTS and not asked.query:
                return HTTPStatus.OK, {"account": number, **ACCOUNTS[number]}
        return MISSING
