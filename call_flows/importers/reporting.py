"""The report of an import, as a table for people and as JSON for machines."""

import json
from typing import Any

from call_flows.importers.made import Fate, Imported


def report_json(imported: Imported) -> str:
    """The report as JSON."""
    return json.dumps(_data(imported), ensure_ascii=False, indent=1) + "\n"


def report_text(imported: Imported, source: str) -> str:
    """The report as Markdown."""
    parts = imported.parts
    carried = sum(part.fate is not Fate.LEFT for part in parts)
    lines = [f"# {imported.name}: imported from {source}", ""]
    lines += [f"{carried} of {len(parts)} parts were carried over; {_counts(imported)}.", ""]
    lines += ["| part | kind | what became of it | notes |", "|---|---|---|---|"]
    for part in parts:
        notes = [*part.notes, *(f"`{event}` leads nowhere: the call ends there." for event in part.unwired)]
        lines.append(f"| {_cell(part.name)} | {_cell(part.kind)} | {part.fate} | {_cell(' '.join(notes))} |")
    if imported.notes:
        lines += ["", *(f"- {note}" for note in imported.notes)]
    lines += ["", "## What `check` says", ""]
    lines += [f"- {problem}" for problem in imported.problems] or ["No problems."]
    return "\n".join(lines) + "\n"


def _counts(imported: Imported) -> str:
    return ", ".join(f"{imported.count(fate, voice=False)} {fate}" for fate in Fate)


def _data(imported: Imported) -> dict[str, Any]:
    return {
        "name": imported.name,
        "files": sorted(imported.texts),
        "counts": {str(fate): imported.count(fate, voice=False) for fate in Fate},
        "parts": [
            {
                "name": part.name,
                "kind": part.kind,
                "fate": str(part.fate),
                "voice": part.on_the_phone,
                "flows": part.flows,
                "notes": part.notes,
                "unwired": part.unwired,
            }
            for part in imported.parts
        ],
        "notes": list(imported.notes),
        "problems": [
            {
                "place": str(problem.place),
                "code": problem.code,
                "severity": str(problem.severity),
                "what": problem.what,
                "todo": problem.todo,
            }
            for problem in imported.problems
        ],
    }


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
