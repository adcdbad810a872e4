"""A table over a folder of Studio exports: `python -m call_flows.importers.studio.report FOLDER`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from call_flows.importers.made import Fate, Imported
from call_flows.importers.studio.importing import import_studio
from call_flows.importers.studio.source import StudioRefused

_HEAD: Final = (
    "| flow | widgets | on the phone | carried over | with a note | left marked | share | errors | unwired exits |"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One flow of the folder."""

    file: str
    imported: Imported | None
    refused: str = ""

    @property
    def is_voice(self) -> bool:
        """Whether a call can come to anything but the trigger."""
        return self.imported is not None and len(self.imported.voice) > 1


def rows(folder: Path) -> list[Row]:
    """Every export of a folder, imported."""
    found = []
    for file in sorted(folder.glob("*.json")):
        text = file.read_text(encoding="utf-8")
        if isinstance(json.loads(text), list):
            continue  # a list of the files, not one of them
        try:
            found.append(Row(file.name, import_studio(text, name=file.stem)))
        except StudioRefused as refused:
            found.append(Row(file.name, None, str(refused)))
    return found


def table(found: Iterable[Row]) -> str:
    """The table. Of flows that only messages reach every widget is counted, and the total leaves them out."""
    lines = [_HEAD, "|---|" + "---:|" * 8]
    total = [0] * 6
    for row in found:
        if row.imported is None:
            lines.append(f"| {row.file} | refused: {row.refused} |" + " |" * 7)
            continue
        counts = _counts(row.imported, voice=row.is_voice)
        if row.is_voice:
            total = [sum(pair) for pair in zip(total, counts, strict=True)]
        lines.append(_line(row.file, len(row.imported.parts), row.is_voice, counts))
    lines.append(_line("**voice flows together**", None, True, total))
    return "\n".join(lines) + "\n"


def _counts(imported: Imported, *, voice: bool) -> list[int]:
    parts = imported.voice if voice else imported.parts
    fates = [imported.count(fate, voice=voice) for fate in Fate]
    return [len(parts), *fates, len(imported.errors), sum(len(part.unwired) for part in parts)]


def _line(name: str, widgets: int | None, voice: bool, counts: list[int]) -> str:  # noqa: FBT001 - a cell
    parts, carried, noted, left, errors, unwired = counts
    share = f"{(carried + noted) / parts:.0%}" if parts else "–"
    shown = f"{parts}" if voice else "none"
    return (
        f"| {name} | {'' if widgets is None else widgets} | {shown} | {carried} | {noted} | {left} | {share} "
        f"| {errors} | {unwired} |"
    )


def main() -> None:
    """Print the table."""
    sys.stdout.write(table(rows(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
