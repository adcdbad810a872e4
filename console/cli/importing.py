"""`callwright import`: flows of other systems become a site's folder and a report."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from call_flows.importers.made import Imported

app = typer.Typer(no_args_is_help=True)

_OUT = typer.Option(help="The folder to write the site to.", show_default="the file's name, in this folder")
_NUMBER = typer.Option(help="The number that the flow answers, such as +12025550100.")
_FORMAT = typer.Option("--format", help="How the report is written: text (Markdown) or json.")
_FORCE = typer.Option(help="Write into a folder that holds a site already.")


@app.command()
def studio(
    file: Annotated[Path, typer.Argument(help="The flow's JSON, as Studio shows or its API gives it.")],
    *,
    out: Annotated[Path | None, _OUT] = None,
    number: Annotated[str | None, _NUMBER] = None,
    subflow: Annotated[
        list[str] | None, typer.Option(help="A flow that it runs, as FlowSid=FILE; once for each.")
    ] = None,
    form: Annotated[str, _FORMAT] = "text",
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Make a site of a Twilio Studio flow. What has no home here stays in it as a marked node, with its reason."""
    from call_flows.importers.studio.importing import import_studio

    others = dict(_subflow(written) for written in subflow or [])
    imported = import_studio(_read(file), name=file.stem, number=_number(number), subflows=others)
    _finish(imported, out or Path(imported.name), str(file), form=form, force=force)


@app.command()
def twiml(
    path: Annotated[Path, typer.Argument(help="A TwiML document, or a folder of documents that lead to each other.")],
    *,
    out: Annotated[Path | None, _OUT] = None,
    number: Annotated[str | None, _NUMBER] = None,
    start: Annotated[
        str | None, typer.Option(help="The document with which calls begin.", show_default="the likeliest")
    ] = None,
    form: Annotated[str, _FORMAT] = "text",
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Make a site of TwiML documents. What only a program behind them could know stays as a marked node."""
    from call_flows.importers.twiml.importing import import_twiml, read_texts

    if not path.exists():
        raise typer.BadParameter(f"there is no {path}")
    name = path.stem if path.is_file() else path.resolve().name
    imported = import_twiml(read_texts(path), name=name, number=_number(number), start=start)
    _finish(imported, out or Path(imported.name), str(path), form=form, force=force)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read as text: {error}") from error


def _subflow(written: str) -> tuple[str, str]:
    sid, _, file = written.partition("=")
    if not sid or not file:
        raise typer.BadParameter("write --subflow FW0123=subflow.json")
    return sid, _read(Path(file))


def _number(written: str | None) -> str | None:
    from foundation.phone import NumberRefused, parse_number

    try:
        return None if written is None else parse_number(written, region="US")
    except NumberRefused as refused:
        raise typer.BadParameter(f"{written} is not a telephone number; write it as +12025550100") from refused


def _finish(imported: "Imported", folder: Path, source: str, *, form: str, force: bool) -> None:
    """Write the site and the report. The status is 1 when `check` finds errors in it."""
    from call_flows.importers.reporting import report_json, report_text

    if form not in {"text", "json"}:
        raise typer.BadParameter("the formats are text and json")
    if (folder / "site.yaml").exists() and not force:
        raise typer.BadParameter(f"{folder} holds a site already; name another folder, or say --force")
    for relative, text in imported.texts.items():
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    report = report_text(imported, source)
    (folder / "IMPORT.md").write_text(report, encoding="utf-8")
    typer.echo(report_json(imported) if form == "json" else report, nl=False)
    if form == "text":
        typer.echo(f"\nWritten to {folder}/, with this report as IMPORT.md.", file=sys.stderr)
    raise typer.Exit(1 if imported.errors else 0)
