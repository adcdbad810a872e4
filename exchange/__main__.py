"""`python -m exchange --config FILE`: the exchange alone, for whoever wants to point an app of his own at it."""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from exchange.config import ExchangeConfig, load_config
from exchange.server import serve
from foundation.errors import CallwrightError
from foundation.logs import configure


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m exchange", description=__doc__)
    parser.add_argument("--config", type=Path, help="JSON: host, port, account_sid, auth_token, numbers, …")
    parser.add_argument("--port", type=int, help="instead of the configuration's")
    given = parser.parse_args(arguments)
    configure()
    try:
        config = load_config(given.config) if given.config else ExchangeConfig()
        asyncio.run(serve(config if given.port is None else replace(config, port=given.port)))
    except CallwrightError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
