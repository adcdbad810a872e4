"""`callwright new`: a folder of your own, begun as a copy of a shipped site."""

import re
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from call_flows.library import SHIPPED
from foundation.errors import CallwrightError, Problem

_SCHEMAS: Final = SHIPPED["bank"].parents[1] / "schemas"
_WITH_SCHEMAS: Final = ("flows", "tests", "scorecards")
_SCHEMA_LINE: Final = re.compile(r"(?m)^(# yaml-language-server: \$schema=)(?:\.\./)+schemas/")
_SITE_LINE: Final = re.compile(r"(?m)^site: .*$")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


class Kind(StrEnum):
    """The shipped sites."""

    BANK = "bank"
    CLINIC = "clinic"
    UTILITY = "utility"


class FolderTaken(CallwrightError):
    """The folder has something in it already: name one that is empty, or not there yet."""


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    *,
    begin_from: Annotated[Kind, typer.Option("--from", help="The shipped site to begin with.")] = Kind.BANK,
) -> None:
    """Make a site of your own from one that ships, with the schemas that your editor completes and checks by."""
    copy_site(SHIPPED[begin_from.value], folder)
    typer.echo(f"{folder} is a copy of the {begin_from}. README.md says what to change first.")
    typer.echo(f"  callwright check {folder}")
    typer.echo(f"  callwright test {folder}")
    typer.echo(f"  callwright up --site {folder}")


def copy_site(shipped: Path, folder: Path) -> None:
    """Copy a site and the schemas into a folder that is empty or not there. Raises FolderTaken."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        todo = "Name a folder that is empty, or not there yet."
        raise FolderTaken(Problem("folder_taken", "There is something in it already.", where=str(folder), todo=todo))
    shutil.copytree(shipped, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copytree(_SCHEMAS, folder / "schemas")
    for file in [folder / "site.yaml", *(file for part in _WITH_SCHEMAS for file in folder.glob(f"{part}/*.yaml"))]:
        up = "../" * (len(file.relative_to(folder).parts) - 1)
        text = _SCHEMA_LINE.sub(rf"\g<1>{up}schemas/", file.read_text(encoding="utf-8"), count=1)
        if file.name == "site.yaml" and _NAME.match(folder.name):
            text = _SITE_LINE.sub(f"site: {folder.name}", text, count=1)
        file.write_text(text, encoding="utf-8")
