"""The house rules that a machine can hold: sizes, names, opening sentences, broad excepts, unfinished work."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "console", "ivr", "callbacks", "routing", "recordings", "transcription", "call_flows", "foundation", "exchange",
)  # fmt: skip
MODULE_LINES, FUNCTION_LINES, PUBLIC_METHODS = 300, 40, 10
NAMELESS = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
SOURCES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts and "versions" not in path.parts
)


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path):
    return str(path.relative_to(ROOT))


def functions(path):
    return [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_there_is_a_house_to_look_at():
    """A budget that looks at nothing cannot fail."""
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(FOLDERS)


def test_no_module_is_longer_than_three_hundred_lines():
    long = {name(p): n for p in SOURCES if (n := len(p.read_text(encoding="utf-8").splitlines())) > MODULE_LINES}
    assert long == {}


def test_no_function_is_longer_than_forty_lines():
    long = {
        f"{name(p)}:{f.lineno} {f.name}": f.end_lineno - f.lineno + 1
        for p in SOURCES
        for f in functions(p)
        if f.end_lineno - f.lineno + 1 > FUNCTION_LINES
    }
    assert long == {}


def test_no_class_has_more_than_ten_public_methods():
    wide = {}
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                defs = [m for m in node.body if isinstance(m, ast.FunctionDef | ast.AsyncFunctionDef)]
                public = {m.name for m in defs if not m.name.startswith("_")}
                if len(public) > PUBLIC_METHODS:
                    wide[f"{name(path)} {node.name}"] = len(public)
    assert wide == {}


def test_every_module_opens_with_a_sentence():
    assert [name(p) for p in SOURCES if not ast.get_docstring(tree(p))] == []


def test_nothing_is_called_utils_or_the_like():
    """If it has no name, it has no place yet."""
    assert [name(p) for p in SOURCES if set(p.with_suffix("").relative_to(ROOT).parts) & NAMELESS] == []


def test_nothing_is_left_unfinished():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|not implemented yet")
    left = [
        f"{name(p)}:{i}"
        for p in SOURCES
        for i, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert left == []


EDGES = re.compile(
    r"ivr/webhooks|ivr/media|foundation/(outbox|events|jobs)|console/(cli|app|live|processes)|exchange/(server|lines|webhooks|streams|rest|media|errors|interpreter|calls)"
    r"|/jobs\.py|ivr/perform|console/services|call_flows/demos|call_flows/steering/sentence_model"
)


def test_broad_excepts_live_at_the_edges_only():
    """Webhook, job, socket, command line: everywhere else the error that is meant is named."""
    broad = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                if caught in {"Exception", "BaseException", "everything"} and not EDGES.search(name(path)):
                    broad.append(f"{name(path)}:{node.lineno}")
    assert broad == []


def test_only_the_foundation_asks_the_machine_for_the_time():
    """Time, ids and chance are parameters; ruff's banned API says so too, this also sees `from time import time`."""
    asked = []
    for path in SOURCES:
        if path.is_relative_to(ROOT / "foundation" / "clock.py"):
            continue
        text = path.read_text(encoding="utf-8")
        if re.search(r"datetime\.(now|utcnow|today)\(|\btime\.(time|time_ns)\(|from time import|uuid\.uuid4\(", text):
            asked.append(name(path))
    assert asked == []


def test_the_stairs_go_down_only():
    """import-linter holds the direction of the folders."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        pytest.fail(done.stderr)
    assert done.returncode == 0, done.stdout
