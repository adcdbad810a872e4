"""`callwright transcribe`: a call's recording heard again with another model, beside what was heard at first."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from console.wiring import Runtime
    from transcription.again import Hearing

LOOK_SECONDS = 0.5
CONTEXT = 3


def transcribe(
    call: Annotated[str, typer.Argument(help="The call's id.")],
    *,
    model: Annotated[str, typer.Option(help="The model that listens; else the best for the language.")] = "",
    language: Annotated[str, typer.Option(help="The language; else the call's.")] = "",
    here: Annotated[bool, typer.Option("--here", help="Listen in this process, without a worker.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Put it in the transcript's place.")] = False,
) -> None:
    """Hear a call's recording again, channel by channel, and show where the two transcripts differ.

    The worker listens while this shows how far it is; `--here` needs none.
    """
    from console.hearing import choose_model, hearings_of_house
    from console.wiring import build
    from foundation.calls import Call
    from foundation.logs import configure
    from foundation.settings import load_settings

    settings = load_settings()
    configure(json=settings.log_json, level="ERROR")
    runtime = build(settings)
    try:
        with runtime.parts.db.begin() as session:
            known = session.get(Call, call)
        spoken = language or (known.language if known else "en-US")
        chosen = choose_model(settings, name=model, language=spoken)
        hearings = hearings_of_house(runtime)
        row = hearings.ask(call, model=chosen.name, language=spoken, who="command")
        done = _listen(runtime, row, here=here)
        _show(runtime, done)
        if adopt and done.state == "done":
            typer.echo(f"Adopted: {hearings.adopt(done.id)} segments are the transcript now.")
    finally:
        runtime.close()
    raise typer.Exit(0 if done.state == "done" else 1)


def _listen(runtime: "Runtime", row: "Hearing", *, here: bool) -> "Hearing":
    """Have it done, here or by a worker, with a bar that follows its row."""
    import threading

    from rich.progress import Progress

    from ivr.hearings import JOB

    if here:
        from console.hearing import engine_of, hearings_of_house

        engine = engine_of(runtime.parts.settings, row.model)
        work = threading.Thread(target=hearings_of_house(runtime).hear, args=(row.id, engine), daemon=True)
        work.start()
        is_at_it = work.is_alive
    else:
        runtime.parts.jobs.enqueue(JOB, row.id, job_id=f"hear-{row.id}")
        is_at_it = lambda: _row(runtime, row.id).state in {"asked", "hearing"}  # noqa: E731 - the thread's counterpart
    with Progress(transient=True) as bar:
        task = bar.add_task(f"{row.model} listens", total=None)
        while is_at_it():
            now = _row(runtime, row.id)
            bar.update(task, completed=now.done_ms, total=now.total_ms or None)
            time.sleep(LOOK_SECONDS)
    return _row(runtime, row.id)


def _row(runtime: "Runtime", hearing_id: str) -> "Hearing":
    from transcription.again import Hearing

    with runtime.parts.db.begin() as session:
        return session.get_one(Hearing, hearing_id)


def _show(runtime: "Runtime", row: "Hearing") -> None:
    """The two beside each other: what only the first has in [-…-], what only the second has in {+…+}."""
    from ivr.hearings import compared

    if row.state != "done":
        typer.echo(f"It could not be heard: {row.problem}.", err=True)
        return
    with runtime.parts.db.begin() as session:
        found = compared(session, row)
    for speaker, comparison in found.items():
        rate = "nothing was heard at first" if comparison.wer is None else f"{comparison.wer:.1%} of words differ"
        typer.echo(f"{speaker}: {rate}")
        for part in comparison.parts:
            first, second = (" ".join(word.text for word in side) for side in (part.first, part.second))
            if part.edit == "same":
                words = first.split()
                typer.echo("  " + (first if len(words) <= 2 * CONTEXT else f"… {' '.join(words[-CONTEXT:])}"))
            else:
                typer.echo(
                    "  " + " ".join(filter(None, [f"[-{first}-]" * bool(first), f"{{+{second}+}}" * bool(second)]))
                )
    total = "unknown" if row.wer is None else f"{row.wer:.1%}"
    typer.echo(f"Word error rate of {row.model} against the first transcript: {total}")
