"""The web app of a running house: the screens and the webhooks in one Flask app."""

from flask import Flask

from console.app import create_app
from console.health import health_blueprint
from console.services import Services
from console.wiring import Runtime
from ivr.desk_orders import DeskOrders
from ivr.prompts import create_prompts_blueprint
from ivr.webhooks import create_blueprint


def web_app(runtime: Runtime) -> Flask:
    """Put it together."""
    settings = runtime.parts.settings
    services = Services(
        settings=settings,
        db=runtime.parts.db,
        clock=runtime.parts.clock,
        ids=runtime.parts.ids,
        live=runtime.parts.live,
        routing=runtime.parts.routing,
        calls=DeskOrders(runtime.parts),
        sounds=runtime.recordings,
        shelf=runtime.parts.shelf,
        callbacks=runtime.parts.callbacks,
        timezone=str(runtime.parts.shelf.current().loaded.site.timezone),
        blueprints=(
            create_blueprint(runtime.parts),
            create_prompts_blueprint(runtime.parts.shelf),
            health_blueprint(runtime),
        ),
        limiter_storage=settings.redis_url or f"redis+unix://{settings.redis_socket}",
    )
    return create_app(services)
