"""`callwright check`: a whole site read, every problem told at once, in the format that is asked for."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


class FailOn(StrEnum):
    """From what on the exit status is 1."""

    ERRORS = "errors"
    WARNINGS = "warnings"


def check(
    site: Annotated[Path | None, typer.Argument(help="The folder of a site.", show_default=False)] = None,
    *,
    form: Annotated[Form, typer.Option("--format", help="For people, for programs, for GitHub.")] = Form.TEXT,
    fail_on: Annotated[FailOn, typer.Option(help="From what on the exit status is 1.")] = FailOn.ERRORS,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what has one reading only, and check again.")] = False,
    explain: Annotated[str, typer.Option(help="Tell all about a code, such as E205.", metavar="CODE")] = "",
) -> None:
    """Read a whole site and report every problem at once, with its place and what to do.

    The exit status is 0 when the site can go live, 1 when it has errors (or warnings, with --fail-on warnings), and 2
    when there is nothing to check.
    """
    from call_flows.check import command
    from call_flows.problems import Severity

    if explain:
        raise typer.Exit(command.explain(explain, sys.stdout))
    if site is None:
        typer.echo("Name the folder of a site, or a code with --explain.", err=True)
        raise typer.Exit(command.NOTHING_TO_CHECK)
    severity = Severity.WARNING if fail_on is FailOn.WARNINGS else Severity.ERROR
    raise typer.Exit(command.run_check(site, sys.stdout, form=form, fail_on=severity, fix=fix))
