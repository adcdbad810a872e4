"""The exchange's settings, read from a JSON file or given as keywords; all that is wrong with them is said at once."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from exchange.faults import FaultRates
from foundation.errors import CallwrightError, Problem

DEFAULT_PORT: Final = 8090
_FAULTS: Final = tuple(one.name for one in fields(FaultRates))
_NUMBER_KEYS: Final = (
    *("voice_url", "voice_method", "fallback_url", "status_callback", "status_callback_method", "sms_url"),
)


class ConfigRefused(CallwrightError):
    """The exchange's configuration cannot be used; correct what the message names."""

    def __init__(self, what: str, *, where: str = "exchange configuration") -> None:
        super().__init__(Problem(code="exchange-config", what=what, where=where, todo="Correct it and start again."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What happens to a call to one of our numbers; a client's outgoing call goes to the number `app:<sid>`."""

    voice_url: str
    voice_method: str = "POST"
    fallback_url: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""  # asked when somebody writes to the number; empty: nobody reads there


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeConfig:
    """Everything the exchange is told from outside."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    public_url: str = ""  # how the app reaches us; by default http://host:port
    account_sid: str = "AC" + "0" * 32
    auth_token: str = "exchange"  # noqa: S105 - the laptop's default; `callwright up` makes a fresh one
    api_key_sid: str = ""
    api_key_secret: str = ""
    phone_password: str = ""  # empty: phones only from this machine
    numbers: Mapping[str, Number] = field(default_factory=dict)
    engine: str = ""  # path of the speech model for Gather; empty: the one transcription finds
    data_dir: str = "var/exchange"  # recordings lie here
    faults: FaultRates = field(default_factory=FaultRates)  # for tests: webhooks doubled, swapped, late or lost

    @property
    def base_url(self) -> str:
        """The exchange's own URL, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_config(path: Path) -> ExchangeConfig:
    """The configuration in a JSON file; raises `ConfigRefused`."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConfigRefused(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    except ValueError as problem:
        raise ConfigRefused(f"not JSON: {problem}", where=str(path)) from problem
    return make_config(raw, where=str(path))


def make_config(raw: Mapping[str, Any], *, where: str = "exchange configuration") -> ExchangeConfig:
    """The configuration of a mapping such as the JSON file holds; raises `ConfigRefused` with all that is wrong."""
    if not isinstance(raw, Mapping):
        raise ConfigRefused("an object with settings is wanted", where=where)
    wrong = list(_wrong_settings(raw))
    numbers, faults = raw.get("numbers", {}), raw.get("faults", {})
    if not isinstance(numbers, Mapping) or not isinstance(faults, Mapping):
        raise ConfigRefused("; ".join([*wrong, "numbers and faults are objects"]), where=where)
    wrong += [
        f"numbers.{number}: an object with voice_url (and {', '.join(_NUMBER_KEYS[1:])}) is wanted"
        for number, what in numbers.items()
        if not isinstance(what, Mapping) or not what.get("voice_url") or not set(what) <= set(_NUMBER_KEYS)
    ]
    wrong += [
        f"faults.{name} is {rate!r}: {', '.join(_FAULTS)} are numbers"
        for name, rate in faults.items()
        if name not in _FAULTS or not isinstance(rate, int | float) or rate < 0
    ]
    if wrong:
        raise ConfigRefused("; ".join(wrong), where=where)
    made = {"numbers": {number: Number(**what) for number, what in numbers.items()}, "faults": FaultRates(**faults)}
    return ExchangeConfig(**{**raw, **made})


def _wrong_settings(raw: Mapping[str, Any]) -> Iterator[str]:
    known = {one.name for one in fields(ExchangeConfig)}
    for name, value in raw.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            yield f"unknown setting {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
        elif name == "port" and not isinstance(value, int):
            yield f"port is {value!r}, which is no whole number"
        elif name not in {"port", "numbers", "faults"} and not isinstance(value, str):
            yield f"{name} is {value!r}, which is no text"
