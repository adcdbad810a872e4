"""`callwright diff`: what another version changes for a caller."""

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Annotated

import typer

from call_flows.changes import SIGNS, Change, changes_between
from console.cli.publish import SHOWN, Format
from console.shelf import open_shelf


def diff(
    before: Annotated[str, typer.Argument(help="A version (its first letters), or the folder of a site.")],
    after: Annotated[
        str, typer.Argument(help="Another one; without it, what is live now is compared with the first.")
    ] = "",
    *,
    format_: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.text,
) -> None:
    """Say what changes for a caller between two versions: numbers, hours, queues, then flow by flow.

    What nobody on the line can notice (comments, descriptions, the order of nodes) is left out.
    """
    with open_shelf() as open_:
        old = open_.site(before) if after else open_.shelf.current().loaded
        new = open_.site(after or before)
    changes = changes_between(old, new)
    if format_ is Format.json:
        told = {"before": old.version, "after": new.version, "changes": [_as_json(change) for change in changes]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{old.version[:SHOWN]} → {new.version[:SHOWN]}")
    for line in lines(changes) or ["Nothing changes for a caller."]:
        typer.echo(line)


def lines(changes: Iterable[Change]) -> list[str]:
    """Changes for people: a paragraph a flow, a line a change."""
    told = []
    for flow, group in groupby(changes, key=lambda change: change.flow):
        told += ["", f"Flow {flow}" if flow else "The whole site"]
        told += [f"  {SIGNS[change.kind]} {change.sentence()}" for change in group]
    return told


def _as_json(change: Change) -> dict[str, str]:
    return {
        "kind": change.kind.value,
        "flow": change.flow,
        "place": change.place,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "sentence": change.sentence(),
    }
