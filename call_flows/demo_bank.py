"""The small bank that the Northwind site asks for balances: a web service for demonstrations, on this machine only.

`python -m call_flows.demo_bank --port 8099` starts it.
"""

import argparse
import json
import re
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PORT: Final = 8099
HOST: Final = "127.0.0.1"

ACCOUNTS: Final[dict[str, dict[str, object]]] = {
    "12345678": {"holder": "Sam Carter", "available": 1240.50, "currency": "USD"},
    "20262026": {"holder": "Maria Lopez", "available": 87.05, "currency": "USD"},
    "55501234": {"holder": "Priya Nair", "available": 15000, "currency": "USD"},
    "00000042": {"holder": "Douglas Reed", "available": -42.10, "currency": "USD"},
}
"""The accounts that exist, by number."""

_ACCOUNT: Final = re.compile(r"/accounts/([0-9]{1,32})\Z")


class BankHandler(BaseHTTPRequestHandler):
    """Answers `GET /accounts/<number>` with JSON, and 404 for everything else."""

    server_version = "NorthwindBank/1"

    def do_GET(self) -> None:
        """One account, or the sign of life at `/health`."""
        if self.path == "/health":
            self._answer(HTTPStatus.OK, {"status": "ok", "accounts": len(ACCOUNTS)})
            return
        match = _ACCOUNT.match(self.path)
        account = ACCOUNTS.get(match.group(1)) if match else None
        if match is None or account is None:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "There is no such account."})
        else:
            self._answer(HTTPStatus.OK, {"account": match.group(1), **account})

    def log_message(self, *_arguments: object) -> None:
        """Account numbers are nobody's business: nothing is logged."""

    def _answer(self, status: HTTPStatus, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def make_bank(port: int = PORT) -> ThreadingHTTPServer:
    """The bank, listening on this machine only; `serve_forever()` runs it, port 0 takes any free one."""
    server = ThreadingHTTPServer((HOST, port), BankHandler)
    server.daemon_threads = True
    return server


def main(arguments: list[str] | None = None) -> int:
    """Run the bank until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m call_flows.demo_bank", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="the port to listen on (default: %(default)s)")
    port = parser.parse_args(arguments).port
    try:
        server = make_bank(port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"The demo bank cannot listen on port {port}: {error}. Choose another with --port.\n")
        return 1
    sys.stdout.write(f"The demo bank answers on http://{HOST}:{server.server_address[1]}/accounts/12345678\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
