"""`callwright draw`: the flows of a site as pictures, with counts on their exits where there are any."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from foundation.errors import CallwrightError, Problem

Counts = Mapping[str, Mapping[tuple[str, str], int]]


class Format(StrEnum):
    """What a picture is written as."""

    mermaid = "mermaid"
    svg = "svg"


class CannotDraw(CallwrightError):
    """There is no such flow, or the counts cannot be read."""


def draw(
    site: Annotated[Path, typer.Argument(help="The folder of a site.")],
    *,
    flow: Annotated[str, typer.Option(help="The flow to draw.", show_default="every flow")] = "",
    format_: Annotated[Format, typer.Option("--format", help="Text for Mermaid, or a picture.")] = Format.mermaid,
    out: Annotated[
        Path | None,
        typer.Option(
            help="A file, or for several flows a folder, to write to.", metavar="PATH", show_default="the terminal"
        ),
    ] = None,
    counts: Annotated[
        str,
        typer.Option(
            help="Calls by exit: a JSON file {flow: {node: {exit: count}}}, or the address of a Callwright database.",
            metavar="FILE|URL",
        ),
    ] = "",
) -> None:
    """Draw the flows of a site, as Mermaid text or as SVG pictures that need nothing else."""
    from call_flows.diagram import mermaid, svg
    from call_flows.loader import load_site

    flows = load_site(site).flows
    if flow and flow not in flows:
        from call_flows.problems import nearest

        near = nearest(flow, flows)
        todo = f"Did you mean '{near}'?" if near else f"The flows are {', '.join(flows)}."
        raise CannotDraw(Problem("flow_unknown", f"The site has no flow '{flow}'.", where=str(site), todo=todo))
    known = _counts(counts)
    writer = svg if format_ is Format.svg else mermaid
    chosen = {name: one for name, one in flows.items() if not flow or name == flow}
    drawn = {name: writer(one, (known.get(name) or {}) if counts else None) for name, one in chosen.items()}
    _write(drawn, out, ".svg" if format_ is Format.svg else ".mmd")


def _write(drawn: Mapping[str, str], out: Path | None, suffix: str) -> None:
    if out is None:
        sys.stdout.write("\n".join(drawn.values()))
        return
    if len(drawn) == 1 and not out.is_dir():
        out.write_text(next(iter(drawn.values())), encoding="utf-8")
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in drawn.items():
        (out / f"{name}{suffix}").write_text(text, encoding="utf-8")


def _counts(where: str) -> Counts:
    if not where:
        return {}
    if "://" in where:
        return _of_database(where)
    from call_flows.diagram.counting import CountsRefused, counts_from_json

    try:
        return counts_from_json(json.loads(Path(where).read_text(encoding="utf-8")))
    except (OSError, ValueError, CountsRefused) as error:
        todo = "Write a JSON file {flow: {node: {exit: count}}}, or give the database's address."
        raise CannotDraw(Problem("counts_unreadable", str(error), where=where, todo=todo)) from error


def _of_database(url: str) -> Counts:
    """Counts of all the calls in a database."""
    from sqlalchemy import select

    from call_flows.diagram import count_exits
    from foundation.calls import Leg, LegKind
    from foundation.db import Database
    from ivr.tables import CallEvent

    database = Database(url)
    try:
        with database.begin() as session:
            reached = set(session.scalars(select(Leg.call_id).where(Leg.kind == LegKind.AGENT.value)))
            query = select(CallEvent.call_id, CallEvent.payload).order_by(CallEvent.call_id, CallEvent.seq)
            rows = session.execute(query.execution_options(yield_per=1000))
            return count_exits(
                (_notes(of_call), call_id in reached) for call_id, of_call in groupby(rows, key=lambda row: str(row[0]))
            )
    finally:
        database.dispose()


def _notes(rows: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield from row[1].get("notes") or ()
