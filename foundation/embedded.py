"""`python -m foundation.embedded FOLDER SOCKET`: the embedded Redis server as a process of its own, ended with it."""

import os
import sys
from pathlib import Path

from foundation.redis import server_binary, write_configuration


def main() -> None:
    """Become the Redis server: same process id, so whoever watches us watches it."""
    folder, socket = Path(sys.argv[1]), Path(sys.argv[2])
    for place in (folder, socket.parent):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    binary = server_binary()
    os.execv(binary, [binary, str(write_configuration(folder, socket))])  # noqa: S606 - our own binary, our own arguments


if __name__ == "__main__":
    main()
