"""The place of what every template may use: built assets, times, numbers, names of states."""

import json
from datetime import datetime
from pathlib import Path

import phonenumbers
from flask import Flask, request, url_for
from flask_login import current_user
from markupsafe import Markup

from console.access import may
from console.here import services
from routing.estimates import Estimate

BUILD = Path(__file__).parent / "static" / "build"
MINUTE, HOUR = 60, 3600

STATE_NAMES = {
    "offline": "Offline",
    "available": "Available",
    "reserved": "Ringing",
    "on_call": "On a call",
    "wrapping_up": "Wrapping up",
    "not_ready": "Not ready",
}
REASON_NAMES = {
    "no answer": "did not answer",
    "line failed": "the line failed",
    "signed in": "not yet available",
    "lost contact": "no contact while it rang",
}


class Assets:
    """Names of built files, by the name they are asked for."""

    def __init__(self, folder: Path) -> None:
        try:
            self._names: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._names = {}

    @property
    def is_built(self) -> bool:
        """Whether the front-end build has been run."""
        return bool(self._names)

    def url(self, name: str) -> str:
        """The address of a built file."""
        return url_for("static", filename=f"build/{self._names.get(name, name)}")


def install(app: Flask) -> None:
    """Give the templates their words."""
    assets = Assets(BUILD)
    app.jinja_env.filters.update(
        moment=moment,
        since=since,
        duration=duration,
        telephone=telephone,
        percent=percent,
        words=words,
        expected=expected,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def everywhere() -> dict[str, object]:
        return {
            "asset": assets.url,
            "is_built": assets.is_built,
            "may": lambda endpoint: current_user.is_authenticated and may(current_user.role, endpoint),
            "state_names": STATE_NAMES,
            "reason_names": REASON_NAMES,
            "theme": _theme(),
            "now": services().clock.now(),
        }


def _theme() -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def moment(at: datetime | None, shape: str = "time") -> Markup:
    """A moment as an element that the page rewrites in the reader's zone; until then it reads in UTC."""
    if at is None:
        return Markup("–")
    plain = at.strftime("%H:%M" if shape == "time" else "%Y-%m-%d %H:%M") + " UTC"
    return Markup('<time datetime="{}" data-shape="{}">{}</time>').format(at.isoformat(), shape, plain)


def since(at: datetime | None) -> Markup:
    """How long ago, counting on the page."""
    if at is None:
        return Markup("–")
    seconds = max(0.0, (services().clock.now() - at).total_seconds())
    return Markup('<time class="ticks" datetime="{}" data-since="{}">{}</time>').format(
        at.isoformat(), round(at.timestamp() * 1000), duration(seconds)
    )


def duration(seconds: float | None) -> str:
    """Seconds as a clock shows them: 0:07, 12:30, 1:02:03."""
    if seconds is None:
        return "–"
    whole = int(seconds)
    minutes = f"{whole % HOUR // MINUTE:02d}:{whole % MINUTE:02d}"
    return f"{whole // HOUR}:{minutes}" if whole >= HOUR else f"{whole // MINUTE}:{whole % MINUTE:02d}"


def expected(wait: Estimate | None) -> str:
    """An estimated wait as the span in which it will probably lie."""
    if wait is None:
        return "–"
    low, high = duration(wait.low), duration(wait.high)
    return low if low == high else f"{low} to {high}"


def telephone(number: str) -> str:
    """A number as people write it; what is not one is shown as it is."""
    if not number:
        return "Number withheld"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def percent(share: float | None) -> str:
    """A share of 1 as a percentage."""
    return "–" if share is None else f"{share * 100:.0f} %"


def words(name: str) -> str:
    """A name from a file as words: `front_menu` becomes `front menu`."""
    return name.replace("_", " ").replace("-", " ").strip()
