"""The exchange's settings, read from a JSON file or given as keywords; all that is wrong with them is said at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from foundation.errors import CallwrightError, Problem

DEFAULT_PORT: Final = 8090
_NUMBER_KEYS: Final = ("voice_url", "voice_method", "fallback_url", "status_callback", "status_callback_method")


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
    """The configuration of a mapping such as the JSON file holds; raises `ConfigRefused`."""
    if not isinstance(raw, Mapping):
        raise ConfigRefused("an object with settings is wanted", where=where)
    known = {one.name: one for one in fields(ExchangeConfig)}
    wrong = [f"unknown setting {name!r}" for name in raw if name not in known]
    for name, value in raw.items():
        wanted = int if name == "port" else str
        if name in known and name != "numbers" and not isinstance(value, wanted):
            wrong.append(f"{name} is {value!r}, which is no {'whole number' if wanted is int else 'text'}")
    given = raw.get("numbers", {})
    numbers = {}
    for number, what in given.items() if isinstance(given, Mapping) else ():
        if not isinstance(what, Mapping) or not what.get("voice_url") or not set(what) <= set(_NUMBER_KEYS):
            wrong.append(f"numbers.{number}: an object with voice_url (and {', '.join(_NUMBER_KEYS[1:])}) is wanted")
        else:
            numbers[number] = Number(**what)
    if wrong:
        raise ConfigRefused("; ".join(wrong), where=where)
    return ExchangeConfig(**{**raw, "numbers": numbers})
