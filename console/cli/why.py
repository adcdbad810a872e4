"""`callwright why`: why a caller waits, who would do, what each of them is doing, and what opens next."""

import json
from typing import Annotated

import typer

from console.cli.publish import Format


def why(
    call: Annotated[str, typer.Argument(help="The call's id, the carrier's SID, or the caller's number.")],
    *,
    format_: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.text,
) -> None:
    """Say why a caller waits: the requirement, who would do and what each is doing, the next ring, the estimate.

    For a call that does not wait, where it is instead. The number is shown with its last two digits only.
    """
    from console.looking import looking
    from console.why import find_call, why_call
    from console.why_words import as_json, text
    from console.wiring import build, site_that_runs
    from foundation.logs import configure
    from foundation.settings import load_settings

    settings = load_settings()
    configure(json=settings.log_json, level="ERROR")
    runtime = build(settings)
    try:
        runtime.parts.routing.why.look()
        site = site_that_runs(runtime.parts.shelf)
        with looking(runtime.parts.db) as session:
            found = find_call(session, call, region=site.dialing.countries[0])
            told = why_call(session, found, runtime.parts.routing, site, runtime.parts.clock.now())
    finally:
        runtime.close()
    typer.echo(json.dumps(as_json(told), indent=2) if format_ is Format.json else "\n".join(text(told)))
