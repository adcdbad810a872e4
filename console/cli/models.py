"""`callwright models`: which speech models are here, fetching a better one, and trying the one that listens."""

from typing import Annotated

import typer

from foundation.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """The models of this machine in the order of choice, and those that can be fetched."""
    from rich.console import Console
    from rich.table import Column, Table

    from transcription.catalogue import known_models
    from transcription.models import models_at_hand

    here = models_at_hand(load_settings())
    table = Table(
        Column("model", no_wrap=True),
        "language",
        "from",
        "licence",
        "good for",
        title="On this machine, first one first",
    )
    for model in here:
        name = model.name if model.verified or model.source == "environment" else f"{model.name} (unverified)"
        table.add_row(name, model.language or "?", model.source, model.licence or "?", model.good_for)
    console = Console()
    console.print(table)
    more = Table(
        Column("model", no_wrap=True),
        "language",
        "MB",
        "licence",
        "good for",
        title="To be had with `callwright models get`",
    )
    for known in known_models():
        if known.name not in {model.name for model in here}:
            size = f"{known.size / 1e6:.0f}" if known.size else "?"
            more.add_row(known.name, known.language, size, known.licence, known.good_for)
    console.print(more)


@app.command()
def get(
    what: Annotated[str, typer.Argument(help="A language (en, es, de, fr, pt) or a model's name.")],
    *,
    from_: Annotated[str, typer.Option("--from", help="A file or an address instead of the usual one.")] = "",
    sha256: Annotated[str, typer.Option(help="The archive's checksum, where you know it.")] = "",
    unverified: Annotated[bool, typer.Option(help="Accept an archive that nobody vouches for.")] = False,
) -> None:
    """Fetch a model into the cache: continued where it stopped, verified, then used by the next start."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from transcription.fetching import Wish, get_model
    from transcription.models import cache_folder

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(what, total=None)
        model = get_model(
            cache_folder(load_settings()),
            Wish(what, source=from_, sha256=sha256, unverified=unverified),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    seal = "its checksum is right" if model.verified else "UNVERIFIED: nobody vouches for its contents"
    typer.echo(f"{model.name} is in {model.path} ({seal}). It listens to {model.language} from the next start.")


@app.command()
def check(language: Annotated[str, typer.Argument(help="A language, such as en-US.")] = "en-US") -> None:
    """Say which model listens to a language, load it, and let it hear a second of nothing."""
    from transcription.models import find_model, load_engine

    model = find_model(load_settings(), language)
    recognizer = load_engine(model).listen()
    recognizer.feed(bytes(16000))
    recognizer.finish()
    typer.echo(f"{model.name} ({model.source}) listens to {model.language or language} and works: {model.path}")
    if model.good_for:
        typer.echo(f"Good for {model.good_for}. Licence: {model.licence or 'not known'}.")
