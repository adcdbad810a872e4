"""`callwright erase` and `callwright export-person`: a person by telephone number, forgotten or given what is known."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.who import who
from foundation.errors import CallwrightError, Problem
from foundation.phone import parse_number

if TYPE_CHECKING:
    from console.erasing import Erasing

Number = Annotated[str, typer.Argument(help="The telephone number, as +12025550142.", metavar="NUMBER")]


class NobodyNamed(CallwrightError):
    """Neither a number nor --again was given."""


def erase(
    number: Annotated[str, typer.Argument(help="The telephone number, as +12025550142.", metavar="[NUMBER]")] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Everybody who was erased before: after a restore.")] = False,
) -> None:
    """Erase a person everywhere: calls' particulars, words, sounds here and at the carrier, messages, callbacks, notes.

    Rows that figures are made of stay, without the person. It cannot be undone. A call that is held, or still on,
    stands against it.
    """
    with erasing() as here:
        if again:
            typer.echo(f"{here.again(who=who())} erased anew.")
            return
        if not number:
            todo = "Write callwright erase +12025550142."
            raise NobodyNamed(Problem("no_number", "Whom? No number is given.", todo=todo))
        person = parse_number(number)
        found = here.look(person)
        typer.echo(_counted(found) or "Nothing is known of this number.")
        if dry_run:
            return
        if not yes:
            typer.confirm("Erase all of it for ever?", abort=True)
        done = here.erase(person, who=who())
        typer.echo(f"Erased: {sum(done.rows.values())} rows, {done.sounds} recordings.")
        for sentence in done.left:
            typer.echo(sentence, err=True)
        raise typer.Exit(1 if done.left else 0)


def export_person(
    number: Number,
    *,
    into: Annotated[Path | None, typer.Option("--into", help="A file; else it is printed.")] = None,
) -> None:
    """Write down all that is known of a person: a line of JSON for each row, with the name of its table."""
    person = parse_number(number)
    with erasing() as here:
        lines = [
            json.dumps({"table": table, **row}, ensure_ascii=True, default=str)
            for table, row in here.export(person, who=who())
        ]
    if into is None:
        typer.echo("\n".join(lines))
        return
    into.touch(mode=0o600)
    into.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    typer.echo(f"{len(lines)} lines written to {into}.")


def _counted(found: dict[str, int]) -> str:
    return "\n".join(f"  {table:<22}{count:>6}" for table, count in found.items())


@contextmanager
def erasing() -> Iterator["Erasing"]:
    """What erases, over the house of the settings."""
    from console.erasing import Erasing
    from console.wiring import build
    from foundation.logs import configure
    from foundation.settings import load_settings

    settings = load_settings()
    configure(json=settings.log_json, level="ERROR")
    runtime = build(settings)
    try:
        yield Erasing(runtime)
    finally:
        runtime.close()
