"""Writes the generated pages: `make docs`. The suite fails when a page differs from what this writes."""

import re
from collections.abc import Callable
from pathlib import Path

import click
import typer

from call_flows.check.explained import index_page, pages
from call_flows.reference import flow_reference
from call_flows.scenario.reference import tests_reference
from callbacks.refusals import page as refusals_page
from callbacks.states_page import page as states_page
from console.cli.main import app
from foundation import settings
from routing.metrics_page import page as metrics_page

HERE = Path(__file__).parent


def settings_page() -> str:
    """Every setting: its variable, what it means, its default."""
    source = Path(settings.__file__).read_text(encoding="utf-8")
    rows = [
        "# Settings",
        "",
        "Read once from the environment, at the start of each process; all problems are told together.",
        "",
        "| variable | meaning | default |",
        "|---|---|---|",
    ]
    rows += [f"| `{name}` | {meaning} | {default} |" for name, (meaning, default) in SETTINGS.items()]
    read = set(re.findall(r"env(?:\.get\(|\[|, )\"([A-Z_]+)\"", source)) | set(settings.SECRETS.values())
    missing = read - set(SETTINGS) - {"HOME", "XDG_DATA_HOME"}
    if missing:
        raise SystemExit(f"say in docs/generate.py what these settings mean: {', '.join(sorted(missing))}")
    return "\n".join(rows) + "\n"


SETTINGS = {
    "CALLWRIGHT_HOME": ("where data lives (`make run`: `var/`)", "`~/.local/share/callwright`"),
    "SITE_DIR": ("the folder of the site that runs", "Northwind, which ships"),
    "SITE_WATCH": ("`1`: the ticker lets what is saved in that folder go live, as `callwright up --watch`", "off"),
    "DATABASE_URL": ("`sqlite:///…` or `postgresql+psycopg://…`", "SQLite in the data folder"),
    "REDIS_URL": ("a Redis server", "an embedded one on a private socket"),
    "PUBLIC_BASE_URL": ("how the carrier reaches the web app; signatures are made over it", "`http://127.0.0.1:8080`"),
    "MEDIA_BASE_URL": ("how the carrier reaches the media process, `ws://` or `wss://`", "`ws://127.0.0.1:8081`"),
    "WEB_BIND": ("where the web app listens", "`127.0.0.1:8080`"),
    "MEDIA_BIND": ("where the media process listens", "`127.0.0.1:8081`"),
    "BANK_BIND": ("where the bank's demonstration service listens", "`127.0.0.1:8099`"),
    "CLINIC_BIND": ("where the clinic's demonstration service listens", "`127.0.0.1:8098`"),
    "GRID_BIND": ("where the utility's demonstration service listens", "`127.0.0.1:8097`"),
    "WEB_WORKERS": ("processes of the web app", "two, or one on a single core"),
    "EXCHANGE_URL": ("where the exchange of our own listens", "`http://127.0.0.1:8090`"),
    "EXCHANGE_HOST": ("the address the exchange binds, when it is not the host of its URL", "the URL's host"),
    "EXCHANGE_PHONE_PASSWORD": ("lets phones of other machines call; without it only this machine", "none"),
    "CARRIER_API_URL": ("a carrier that speaks Twilio's REST protocol", "our exchange, or Twilio with its account"),
    "TWILIO_ACCOUNT_SID": ("the account; with it, Twilio is the carrier", "none"),
    "TWILIO_AUTH_TOKEN": ("signs webhooks and REST; required with the account", "made at the first start, kept 0600"),
    "TWILIO_AUTH_TOKEN_SECONDARY": ("also accepted, while a token is being changed", "none"),
    "TWILIO_API_KEY_SID": ("signs the softphone's access tokens", "a placeholder for our exchange"),
    "TWILIO_API_KEY_SECRET": ("the key's secret", "made at the first start, kept 0600"),
    "SECRET_KEY": ("signs the browser's cookies", "made at the first start, kept 0600"),
    "TRUSTED_PROXIES": ("how many reverse proxies in front may set `X-Forwarded-*`", "0"),
    "VOSK_MODEL_PATH": ("the speech model that listens", "the best in the model cache, else the starter model"),
    "STEER_MODEL_PATH": (
        "the folder of a sentence model (`model.onnx`, `tokenizer.json`), for sites with `steering: sentences`",
        "none",
    ),
    "RECORDINGS_URL": (
        "`s3://bucket/prefix`: recordings are kept in an S3-compatible storage (with the extra `callwright[s3]`)",
        "the folder `recordings` in the data folder",
    ),
    "RECORDINGS_S3_ENDPOINT": ("the address of a storage that is not Amazon's", "Amazon's"),
    "RECORDING_KEYS": (
        "keys that lock recordings, `id:key` each, the current one first; a key is 32 bytes in base64",
        "none: recordings lie open",
    ),
    "RECORDING_KEYS_FILE": ("a file with those keys, for its owner alone", "`secrets/recording_keys`, if it is there"),
    "LOG_LEVEL": ("`DEBUG`, `INFO`, `WARNING` or `ERROR`", "`INFO`"),
    "LOG_FORMAT": ("`json` for machines", "lines for people"),
    "CALLWRIGHT_SERVICE_NAME": ("the address of the site's service `name`", "site.yaml"),
}  # fmt: skip


def command_page() -> str:
    """Every command with its arguments and options."""
    rows = ["# The command line", "", "`callwright` and what it can do. `--help` on any of them says the same.", ""]
    root = typer.main.get_command(app)
    for words, command in _commands(root, ("callwright",)):
        rows += [f"## `{' '.join(words)}`", "", *_paragraphs(command), ""]
        for parameter in command.params:
            record = _told(parameter, command)
            if record and "--help" not in record[0]:
                rows.append(f"- `{record[0]}`: {record[1] or 'see above'}")
        rows.append("")
    return "\n".join(rows).rstrip() + "\n"


def _commands(command: click.Command, words: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    children = getattr(command, "commands", {})
    if not children:
        return [(words, command)]
    return [found for name, child in children.items() for found in _commands(child, (*words, name))]


def _paragraphs(command: click.Command) -> list[str]:
    return [line.strip() for line in (command.help or "").splitlines()]


def _told(parameter: click.Parameter, command: click.Command) -> tuple[str, str] | None:
    record = parameter.get_help_record(typer.Context(command))
    if record is None:
        return None
    return record[0].strip(), " ".join(record[1].split())


PAGES: dict[str, Callable[[], str]] = {
    "flows.md": flow_reference,
    "tests.md": tests_reference,
    "states.md": states_page,
    "refusals.md": refusals_page,
    "metrics.md": metrics_page,
    "settings.md": settings_page,
    "cli.md": command_page,
    "checks/README.md": index_page,
    **{f"checks/{code}.md": page.markdown for code, page in pages().items()},
}


def main() -> None:
    """Write them."""
    for name, make in PAGES.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(make(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
