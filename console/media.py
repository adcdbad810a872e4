"""The media process of a running house: its parts, and its loop."""

from console.wiring import Runtime
from ivr.engines import ModelEngines
from ivr.logbook import Logbook
from ivr.media import MediaDeps, run
from ivr.redaction import Redaction


def serve(runtime: Runtime) -> None:
    """Take streams until told to stop."""
    engines = ModelEngines(runtime.parts.settings)
    engines.for_language(
        str(runtime.parts.shelf.current().loaded.site.languages[0])
    )  # before the first call, not in it
    run(
        MediaDeps(
            settings=runtime.parts.settings,
            db=runtime.parts.db,
            clock=runtime.parts.clock,
            live=runtime.parts.live,
            tokens=runtime.parts.tokens,
            engines=engines,
            redaction=Redaction(runtime.parts.db, runtime.parts.shelf, Logbook(runtime.parts.settings.secret_key)),
        ),
        reuse_port=True,
    )
