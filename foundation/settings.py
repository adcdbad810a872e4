"""The settings: one frozen object, read once from the environment, all its problems told together."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from foundation.errors import Problem, SettingsRefused

SID_LENGTH = 34
SECRETS = {
    "secret_key": "SECRET_KEY",
    "auth_token": "TWILIO_AUTH_TOKEN",
    "api_key_secret": "TWILIO_API_KEY_SECRET",
}
LONGEST_SOCKET_PATH = 100  # a unix socket's path has 104 to 108 bytes
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides. Secrets never show in `repr`."""

    home: Path
    """Where data lives: database, recordings, models, secrets (CALLWRIGHT_HOME)."""
    database_url: str
    """SQLAlchemy URL (DATABASE_URL)."""
    redis_url: str | None
    """Redis URL (REDIS_URL); None: the embedded server at `redis_socket`."""
    public_base_url: str
    """How the carrier reaches our webhooks (PUBLIC_BASE_URL); signatures are made over it."""
    media_base_url: str
    """How the carrier reaches the media process, ws:// or wss:// (MEDIA_BASE_URL)."""
    carrier_api_url: str | None
    """The carrier's REST address (CARRIER_API_URL); None: Twilio's own."""
    exchange_url: str
    """Where the exchange of our own listens, http:// (EXCHANGE_URL)."""
    site_dir: Path
    """The folder of the site that runs (SITE_DIR); the shipped one by default."""
    account_sid: str
    """TWILIO_ACCOUNT_SID; a placeholder for our exchange by default."""
    api_key_sid: str
    """TWILIO_API_KEY_SID, which signs the softphone's access tokens."""
    web_bind: tuple[str, int]
    """Where the web app listens (WEB_BIND)."""
    media_bind: tuple[str, int]
    """Where the media process listens (MEDIA_BIND)."""
    trusted_proxies: int
    """How many reverse proxies in front may set X-Forwarded-* (TRUSTED_PROXIES)."""
    log_json: bool
    log_level: str
    vosk_model_path: Path | None
    environment: Mapping[str, str] = field(repr=False)
    """Site variables and the rest, for those who need a named secret."""
    auth_tokens: tuple[str, ...] = field(repr=False, default=())
    """TWILIO_AUTH_TOKEN, then TWILIO_AUTH_TOKEN_SECONDARY while a token is being changed."""
    api_key_secret: str = field(repr=False, default="")
    secret_key: str = field(repr=False, default="")

    @property
    def redis_socket(self) -> Path:
        """The embedded Redis server's private socket; elsewhere when the data folder's path is too long for one."""
        here = self.home / "redis" / "redis.sock"
        if len(str(here)) <= LONGEST_SOCKET_PATH:
            return here
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"callwright-{mark}" / "redis.sock"

    @property
    def uses_exchange(self) -> bool:
        """Whether calls come from our own exchange, not from Twilio."""
        return self.carrier_api_url is not None


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment. Raises SettingsRefused with every problem found."""
    env = dict(os.environ if environment is None else environment)
    problems: list[Problem] = []
    home = Path(env.get("CALLWRIGHT_HOME") or _default_home(env)).expanduser().absolute()
    _prepare_home(home, problems)
    secret = {name: _secret(env, home, name, problems) for name in SECRETS}
    exchange_url = _url(env, "EXCHANGE_URL", "http://127.0.0.1:8090", {"http", "https"}, problems)
    on_twilio = bool(env.get("TWILIO_ACCOUNT_SID"))
    settings = Settings(
        home=home,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{home / 'callwright.db'}",
        redis_url=env.get("REDIS_URL") or None,
        public_base_url=_url(env, "PUBLIC_BASE_URL", "http://127.0.0.1:8080", {"http", "https"}, problems),
        media_base_url=_url(env, "MEDIA_BASE_URL", "ws://127.0.0.1:8081", {"ws", "wss"}, problems),
        carrier_api_url=env.get("CARRIER_API_URL") or (None if on_twilio else exchange_url),
        exchange_url=exchange_url,
        site_dir=Path(env.get("SITE_DIR") or _shipped_site()),
        account_sid=_sid(env, "TWILIO_ACCOUNT_SID", "AC", problems),
        api_key_sid=_sid(env, "TWILIO_API_KEY_SID", "SK", problems),
        web_bind=_bind(env, "WEB_BIND", "127.0.0.1:8080", problems),
        media_bind=_bind(env, "MEDIA_BIND", "127.0.0.1:8081", problems),
        trusted_proxies=_whole(env, "TRUSTED_PROXIES", problems),
        log_json=env.get("LOG_FORMAT", "text") == "json",
        log_level=_level(env, problems),
        vosk_model_path=Path(env["VOSK_MODEL_PATH"]) if env.get("VOSK_MODEL_PATH") else None,
        environment=env,
        auth_tokens=tuple(t for t in (secret["auth_token"], env.get("TWILIO_AUTH_TOKEN_SECONDARY", "")) if t),
        api_key_secret=secret["api_key_secret"],
        secret_key=secret["secret_key"],
    )
    _check_twilio(env, problems)
    if problems:
        raise SettingsRefused(tuple(problems))
    return settings


def _shipped_site() -> Path:
    return Path(__file__).resolve().parent.parent / "call_flows" / "library" / "northwind"


def _default_home(env: Mapping[str, str]) -> str:
    base = env.get("XDG_DATA_HOME") or str(Path(env.get("HOME", "~")) / ".local" / "share")
    return f"{base}/callwright"


def _prepare_home(home: Path, problems: list[Problem]) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        problems.append(
            Problem(
                "home",
                f"The data folder cannot be written: {error.strerror}.",
                where=str(home),
                todo="Set CALLWRIGHT_HOME to a folder you may write.",
            )
        )


def _secret(env: Mapping[str, str], home: Path, name: str, problems: list[Problem]) -> str:
    """From the environment, else from a file only its owner can read, made at the first start."""
    variable = SECRETS[name]
    given = env.get(variable)
    if given:
        return given
    path = home / "secrets" / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(16))
        return path.read_text().strip()
    except OSError:
        if not any(problem.code == "home" for problem in problems):
            problems.append(Problem("secret", "A secret cannot be kept.", str(path), f"Set {variable}."))
        return ""


def _url(env: Mapping[str, str], name: str, default: str, schemes: set[str], problems: list[Problem]) -> str:
    written = env.get(name) or default
    parts = urlsplit(written)
    if parts.scheme not in schemes or not parts.netloc or parts.query or parts.fragment:
        wanted = " or ".join(f"{scheme}://host[:port]" for scheme in sorted(schemes))
        problems.append(Problem("url", f"{name} is not an address.", where=written, todo=f"Write it as {wanted}."))
    return written.rstrip("/")


def _sid(env: Mapping[str, str], name: str, prefix: str, problems: list[Problem]) -> str:
    written = env.get(name) or prefix + "0" * (SID_LENGTH - 2)
    tail = written[2:]
    if len(written) != SID_LENGTH or not written.startswith(prefix) or set(tail) - set("0123456789abcdefABCDEF"):
        todo = f"It begins with {prefix}, then 32 hexadecimal digits."
        problems.append(Problem("sid", f"{name} is not a SID.", where=written[:6] + "…", todo=todo))
    return written


def _bind(env: Mapping[str, str], name: str, default: str, problems: list[Problem]) -> tuple[str, int]:
    written = env.get(name) or default
    host, _, port = written.rpartition(":")
    if not host or not port.isdigit():
        problems.append(Problem("bind", f"{name} is not host:port.", where=written, todo=f"Write it as {default}."))
        return default.rpartition(":")[0], int(default.rpartition(":")[2])
    return host, int(port)


def _whole(env: Mapping[str, str], name: str, problems: list[Problem]) -> int:
    written = env.get(name) or "0"
    if not written.isdigit():
        problems.append(Problem("number", f"{name} is not a whole number.", where=written, todo="Write 0, 1 or 2."))
        return 0
    return int(written)


def _level(env: Mapping[str, str], problems: list[Problem]) -> str:
    written = (env.get("LOG_LEVEL") or "INFO").upper()
    if written not in LEVELS:
        todo = "Write DEBUG, INFO, WARNING or ERROR."
        problems.append(Problem("log_level", "LOG_LEVEL is not a level.", where=written, todo=todo))
    return written


def _check_twilio(env: Mapping[str, str], problems: list[Problem]) -> None:
    if env.get("TWILIO_ACCOUNT_SID") and not env.get("TWILIO_AUTH_TOKEN"):
        problems.append(
            Problem(
                "twilio",
                "TWILIO_ACCOUNT_SID is set without TWILIO_AUTH_TOKEN.",
                todo="Set both, or neither to use the exchange of our own.",
            )
        )
