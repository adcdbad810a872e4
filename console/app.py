"""The place where the web app is put together from its services."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from console import access, errors, headers, live, rendering
from console.auth import gate, limits
from console.auth import views as auth_views
from console.auth.browsers import ABSOLUTE
from console.callback_page import views as callback_page
from console.designer import views as designer_views
from console.desk import callbacks as _desk_callbacks  # noqa: F401 - its routes are the desk's
from console.desk import knowledge as _desk_knowledge  # noqa: F401 - its routes are the desk's
from console.desk import orders as desk_orders
from console.here import EXTENSION
from console.review import messages as review_messages
from console.review import searching as review_searching
from console.review import taking as review_taking
from console.review import views as review_views
from console.review.quality import calibration_views as _calibration_views  # noqa: F401 - its routes are quality's
from console.review.quality import export as _quality_export  # noqa: F401
from console.review.quality import note_views as _note_views  # noqa: F401
from console.review.quality import views as quality_views
from console.services import Services
from console.wall import views as wall_views

LARGEST_FORM = 256 * 1024


def create_app(services: Services) -> Flask:
    """The web app: pages and orders behind the log-in, and the blueprints that check their callers themselves."""
    app = Flask("console", static_folder="static", template_folder="templates")
    app.config.update(_configuration(services))
    app.extensions[EXTENSION] = services
    proxies = services.settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    access.install(app, self_checking=frozenset(own.name for own in services.blueprints))
    csrf = CSRFProtect(app)
    gate.install(app)
    limits.install(app, services.limiter_storage)
    headers.install(app, services.settings)
    rendering.install(app)
    errors.install(app)
    for own in (
        auth_views.blueprint,
        desk_orders.blueprint,
        wall_views.blueprint,
        review_views.blueprint,
        review_taking.blueprint,
        review_messages.blueprint,
        review_searching.blueprint,
        quality_views.blueprint,
        designer_views.blueprint,
        live.blueprint,
        callback_page.blueprint,
    ):
        app.register_blueprint(own)
    for foreign in services.blueprints:
        csrf.exempt(foreign)
        app.register_blueprint(foreign)
    return app


def _configuration(services: Services) -> dict[str, object]:
    is_secure = services.settings.public_base_url.startswith("https:")
    return {
        "SECRET_KEY": services.settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-callwright" if is_secure else "callwright",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE,
        "SEND_FILE_MAX_AGE_DEFAULT": 0,
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session itself
        "WTF_CSRF_SSL_STRICT": is_secure,
        "TEMPLATES_AUTO_RELOAD": False,
    }
