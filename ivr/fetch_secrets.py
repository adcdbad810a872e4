"""Where secrets are put into a request: at the last moment, each written as its place wants it."""

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote_plus

from call_flows.actions import Fetch
from call_flows.secret import reveal

FORM = "application/x-www-form-urlencoded"
ValueOf = Callable[[str], str]


def revealed(action: Fetch, value_of: ValueOf) -> Fetch:
    """The request with its secrets. Raises what `value_of` raises."""
    kind = next((value for name, value in action.headers.items() if name.lower() == "content-type"), "")
    written = _in_form if kind.startswith(FORM) else _in_json
    return replace(
        action,
        headers={
            name: reveal(value, lambda secret: _in_header(value_of(secret))) for name, value in action.headers.items()
        },
        body=None if action.body is None else reveal(action.body, lambda secret: written(value_of(secret))),
    )


def _in_header(value: str) -> str:
    return "".join(char for char in value if char.isprintable())


def _in_form(value: str) -> str:
    return quote_plus(value)


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
