"""`callwright test`: plays the calls that a site's tests are written as."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How the outcome is told."""

    text = "text"
    json = "json"
    github = "github"


def run(
    site: Annotated[Path, typer.Argument(help="The folder of a site.")],
    *,
    words: Annotated[str, typer.Option("-k", help="Only tests whose file or name has these words.")] = "",
    format_: Annotated[Format, typer.Option("--format", help="text, json, or annotations for github.")] = Format.text,
    junit: Annotated[Path | None, typer.Option(help="Write the outcome as JUnit XML.", metavar="FILE")] = None,
    fail_under: Annotated[
        float, typer.Option(help="Fail when fewer percent of the nodes, or of the exits, were taken.", min=0, max=100)
    ] = 0,
    audio: Annotated[
        bool, typer.Option("--audio", help="Through the real exchange, with spoken words and a recogniser.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Name every test.")] = False,
) -> None:
    """Play the calls of a site's tests in virtual time; tell what failed, and which nodes and exits no test took.

    Ends with 1 when a test fails or the coverage is below --fail-under, with 2 when there is nothing to test.
    """
    from call_flows.scenario.command import Wanted, run_tests

    wanted = Wanted(words, format_.value, junit, fail_under, verbose)
    if not audio:
        raise typer.Exit(run_tests(site, sys.stdout, wanted))
    from console.rehearsal import player

    raise typer.Exit(run_tests(site, sys.stdout, wanted, player))
