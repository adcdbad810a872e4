"""A YAML language server from npm, spoken to as an editor does: enough of LSP for one document."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.frontend_build import NoNode, find_tools

ROOT = Path(__file__).resolve().parents[2]
LOCKED = ROOT / "tests" / "tools" / "language_server"


def installed() -> list[str]:
    """The command of the server, installed once by its lock file into the cache of the tests; else the test skips."""
    try:
        tools = find_tools()
    except NoNode as missing:
        pytest.skip(f"the schemas cannot be shown to work in an editor: {missing}")
    lock = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = ROOT / ".pytest_cache" / f"language_server-{lock}"
    server = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if not server.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCKED / name, folder / name)
        path = f"{Path(tools.node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [*tools.npm, "ci", "--silent", "--ignore-scripts"],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            check=False,
        )
        if done.returncode or not server.exists():
            pytest.skip("npm could not install yaml-language-server: no network, or no registry")
    return [tools.node, str(server), "--stdio"]


class Editor:
    """One document open in an editor."""

    def __init__(self, command: list[str], file: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.uri = file.as_uri()
        self.told: list[dict[str, Any]] = []
        self.number = 0
        self.ask("initialize", {"processId": None, "rootUri": ROOT.as_uri(), "capabilities": {}})
        self.tell("initialized", {})
        settings = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "completion": True, "hover": True}}
        self.tell("workspace/didChangeConfiguration", {"settings": settings})

    def open(self, text: str) -> None:
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def at(self, method: str, line: int, character: int) -> Any:
        """What the server says of a place, counted from zero."""
        where = {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}
        return self.ask(f"textDocument/{method}", where)

    def diagnostics(self) -> list[dict[str, Any]]:
        """What is underlined; waits until the server has said so for this document."""
        while True:
            for message in self.told:
                if message.get("method") == "textDocument/publishDiagnostics":
                    found: list[dict[str, Any]] = message["params"]["diagnostics"]
                    return found
            self.read()

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        number = self.number
        while (message := self.read()).get("id") != number or "method" in message:
            continue
        return message.get("result")

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self.send({"method": method, "params": params})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """The next message; what the server asks of the editor is answered with nothing."""
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()) not in {b"\r\n", b""}:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:
            items = message.get("params", {}).get("items", [])
            self.send({"id": message["id"], "result": [None for _ in items] if items else None})
        self.told.append(message)
        return message

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
