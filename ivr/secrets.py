"""A site's secrets by name: from the environment, or from a file that only its owner can read.

CALLWRIGHT_SECRET_<NAME> holds the value; else the file `secrets/site/<name>` in the data folder. A value is handed out
to the one who sends it, and shows nowhere.
"""

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from foundation.logs import get_logger
from foundation.settings import Settings

log = get_logger(__name__)
VARIABLE = "CALLWRIGHT_SECRET_"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretMissing(Exception):
    """The secret has no value here, or lies in a file that others can read; the message is its name."""


class SiteSecrets:
    """Hands out values by name."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder

    def __repr__(self) -> str:
        return "SiteSecrets(…)"

    def value(self, name: str) -> str:
        """The secret's value. Raises SecretMissing."""
        if not _NAME.fullmatch(name):
            raise SecretMissing(name)
        given = self._environment.get(VARIABLE + name.upper())
        return given or self._from_file(name)

    def _from_file(self, name: str) -> str:
        path = self._folder / name
        try:
            if path.stat().st_mode & _OTHERS:
                log.warning("secret_open_to_others", secret=name, todo="chmod 600")
                raise SecretMissing(name)
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SecretMissing(name) from None
        if not value:
            raise SecretMissing(name)
        return value


def secrets_of(settings: Settings) -> SiteSecrets:
    """The secrets of the site that runs here."""
    return SiteSecrets(settings.environment, settings.home / "secrets" / "site")
