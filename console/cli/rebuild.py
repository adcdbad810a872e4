"""`callwright rebuild`: Redis restored from SQL, with a count of everything that was put back."""

import typer


def rebuild() -> None:
    """Restore all of Redis from the truth in SQL: waiting callers in their places, free agents, timers, lost jobs.

    For a Redis that was replaced, flushed, or that nobody trusts any more. Calls go on meanwhile; repeating it changes
    nothing.
    """
    from console import rebuilding
    from console.wiring import build
    from foundation.logs import configure
    from foundation.settings import load_settings

    settings = load_settings()
    configure(json=settings.log_json, level="ERROR")
    runtime = build(settings)
    try:
        done = rebuilding.rebuild(runtime)
    finally:
        runtime.close()
    queues = ", ".join(f"{name} {count}" for name, count in done.by_queue)
    rows = [
        ("callers waiting", done.waitlist.entries, queues),
        ("agents", done.waitlist.agents, ""),
        ("reservations", done.waitlist.reservations, ""),
        ("callbacks asked for", done.callbacks, ""),
        ("recordings asked for", done.recordings, ""),
    ]
    typer.echo("Restored from SQL:")
    for what, count, more in rows:
        typer.echo(f"  {what:<22}{count:>6}{f'  ({more})' if more else ''}")
