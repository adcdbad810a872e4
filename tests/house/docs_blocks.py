"""Reads the blocks of a page: what a reader would write into files, type into a terminal, and see there."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_BLOCK = re.compile(r"^```(?P<info>[a-z]+[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## .+$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the words after it, and what stands in it."""

    language: str
    words: dict[str, str]
    body: str
    line: int
    section: str


@dataclass(frozen=True)
class Typed:
    """One command as typed, what is typed into it, and what the page shows of its output."""

    argv: list[str]
    keyed: str
    shown: list[str]


def blocks(text: str) -> list[Block]:
    """Every block of a page, in order."""
    headings = [(match.start(), match.group(0)) for match in _HEADING.finditer(text)]
    found = []
    for match in _BLOCK.finditer(text):
        language, *words = match.group("info").split()
        pairs = dict(word.partition("=")[::2] for word in words)
        section = next((title for start, title in reversed(headings) if start < match.start()), "")
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(language, pairs, match.group("body"), line, section))
    return found


def write(block: Block, root: Path) -> None:
    """Do what the reader does: write the file, or put what stands in the block into it."""
    if "file" in block.words:
        (root / block.words["file"]).write_text(block.body, encoding="utf-8")
        return
    path = root / block.words["into"]
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(_with(whole, yaml.safe_load(block.body)), sort_keys=False, allow_unicode=True))


def _with(whole: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """Of what has names (nodes, queues, hours) the named ones are added or replaced; the rest is replaced."""
    merged = dict(whole)
    for key, value in added.items():
        before = merged.get(key)
        merged[key] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return merged


def commands(block: Block) -> list[Typed]:
    """The commands of a shell block."""
    found: list[Typed] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            found.append(Typed(shlex.split(line[2:]), "", []))
        elif line.startswith("›"):
            last = found[-1]
            found[-1] = Typed(last.argv, f"{last.keyed}{line[1:].strip()}\n", [*last.shown, line])
        elif line.strip():
            found[-1].shown.append(line)
    return found


def unseen(shown: list[str], output: str) -> list[str]:
    """The shown lines that the output does not have, in this order; spaces do not matter, … is any text."""
    actual = [" ".join(line.split()) for line in output.splitlines()]
    missing = []
    for line in shown:
        parts = [re.escape(part) for part in " ".join(line.split()).split("…")]
        pattern = re.compile(".*".join(parts) + r"\Z")
        at = next((place for place, found in enumerate(actual) if pattern.match(found)), None)
        if at is None:
            missing.append(line)
        else:
            actual = actual[at + 1 :]
    return missing
