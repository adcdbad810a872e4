"""Whether this process lives, and whether the parts it stands on can be used."""

from flask import Blueprint, Response, jsonify
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from console.looking import looking
from console.wiring import Runtime
from foundation.errors import CallwrightError
from recordings.standing import standing


def health_blueprint(runtime: Runtime) -> Blueprint:
    """`/healthz` (this process answers) and `/readyz` (it can take calls); nothing personal is told."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return jsonify(web="ok")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        parts = {"database": _database(runtime), "redis": _redis(runtime), "recordings": _recordings(runtime)}
        # without Redis calls still get a voice, only the screens stand still: degraded, and yet ready
        return jsonify(parts), 200 if parts["database"] == "ok" else 503

    return blueprint


def _database(runtime: Runtime) -> str:
    try:
        runtime.parts.db.check()
    except CallwrightError as error:
        return error.problem.code
    return "ok"


def _recordings(runtime: Runtime) -> str:
    """`ok`, `failed`, or that there is no room (`disk`) or no storage (`store_down`); calls go on meanwhile."""
    try:
        with looking(runtime.parts.db) as session:
            return standing(session).word
    except SQLAlchemyError as error:
        return type(error).__name__


def _redis(runtime: Runtime) -> str:
    try:
        runtime.redis.ping()
    except RedisError as error:
        return type(error).__name__
    return "ok"
