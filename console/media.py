"""The media process of a running house: its parts, and its loop."""

from console.wiring import Runtime
from ivr.engines import ModelEngines
from ivr.media import MediaDeps, run


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
        ),
        reuse_port=True,
    )
