"""`callwright calls`: the calls of the past on the command line."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


class Kind(StrEnum):
    """What the file holds."""

    csv = "csv"
    jsonl = "jsonl"


@app.callback()
def calls() -> None:
    """The calls of the past."""


@app.command()
def export(
    words: Annotated[str, typer.Argument(help='Words that were said, "phrases", -not, begin*; empty for all.')] = "",
    *,
    out: Annotated[Path | None, typer.Option(help="The file to write; else it is printed.")] = None,
    format_: Annotated[Kind, typer.Option("--format", help="csv or jsonl.")] = Kind.csv,
    queue: Annotated[str, typer.Option(help="Of this queue only.")] = "",
    agent: Annotated[str, typer.Option(help="With this agent only.")] = "",
    since: Annotated[str, typer.Option("--from", help="From this day on, as 2026-03-02, in the site's zone.")] = "",
    until: Annotated[str, typer.Option("--to", help="To the end of this day.")] = "",
    topic: Annotated[str, typer.Option(help="On this topic only.")] = "",
    speaker: Annotated[str, typer.Option(help="Said by caller or agent.")] = "",
    most: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1, max=1_000_000)] = 10_000,
) -> None:
    """Write the calls found as CSV, which no spreadsheet can compute, or as one JSON object a line."""
    from werkzeug.datastructures import MultiDict

    from console.looking import looking
    from console.review.exporting import as_csv, as_jsonl, exported
    from console.review.wanted import read_filter
    from console.wiring import build, site_that_runs
    from foundation.logs import configure
    from foundation.settings import load_settings

    settings = load_settings()
    configure(json=settings.log_json, level="ERROR")
    runtime = build(settings)
    asked = {"q": words, "queue": queue, "agent": agent, "from": since, "to": until}
    try:
        zone = site_that_runs(runtime.parts.shelf).timezone
        wanted = read_filter(MultiDict({**asked, "topic": topic, "speaker": speaker, "zone": zone}))
        with looking(runtime.parts.db) as session:
            rows = exported(session, wanted, for_agent=None, most=most)
    finally:
        runtime.close()
    text = as_csv(rows) if format_ is Kind.csv else as_jsonl(rows)
    if out is None:
        sys.stdout.write(text)
        return
    out.write_text(text, encoding="utf-8", newline="")
    typer.echo(f"{len(rows)} call{'' if len(rows) == 1 else 's'} written to {out}.")
