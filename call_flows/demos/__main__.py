"""Starts one demonstration service: `python -m call_flows.demos clinic --port 8098`."""

import argparse
import sys

from call_flows.demos import DEMOS, HOST
from call_flows.demos.bank import Bank
from call_flows.demos.clinic import Clinic
from call_flows.demos.grid import Grid
from call_flows.demos.serving import Service, make_server
from foundation.clock import SystemClock


def service_of(name: str) -> Service:
    """The service of that name, as new."""
    if name == "bank":
        return Bank()
    return Clinic(SystemClock()) if name == "clinic" else Grid(SystemClock())


def main(arguments: list[str] | None = None) -> int:
    """Run one until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m call_flows.demos", description=__doc__)
    parser.add_argument("name", choices=sorted(DEMOS), help="which service")
    parser.add_argument("--port", type=int, help="the port to listen on; else the one in the shipped site.yaml")
    given = parser.parse_args(arguments)
    demo = DEMOS[given.name]
    port = demo.port if given.port is None else given.port
    try:
        server = make_server(service_of(demo.name), port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"The {demo.name} cannot listen on port {port}: {error}. Choose another with --port.\n")
        return 1
    sys.stdout.write(f"The {demo.name} answers on http://{HOST}:{server.server_address[1]}{demo.sample}\n")
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
