"""The one door to recorded prompts: a file of the version's folder of prompts, or nothing."""

import re
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from foundation.errors import CallwrightError
from ivr.sites import SiteShelf

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def prompt_path(folder: Path, language: str, name: str) -> Path | None:
    """Where the prompt lies; None for whatever is not a plain name of a file in that folder, links included."""
    if not _NAME.fullmatch(language) or not _NAME.fullmatch(name):
        return None
    path = folder / language / f"{name}.wav"
    try:
        real = path.resolve(strict=True)
        if not real.is_file() or not real.is_relative_to(folder.resolve(strict=True)):
            return None
    except OSError:
        return None
    return real


def create_prompts_blueprint(shelf: SiteShelf) -> Blueprint:
    """Serves /prompts/<version>/<language>/<name>.wav to whoever asks: they are what every caller hears."""
    blueprint = Blueprint("prompts", __name__, url_prefix="/prompts")

    @blueprint.get("/<version>/<language>/<name>.wav")
    def prompt(version: str, language: str, name: str) -> Response:
        try:
            folder = shelf.version(version).prompts_folder
        except CallwrightError:
            abort(404)
        path = prompt_path(folder, language, name)
        if path is None:
            abort(404)
        response = send_file(path, mimetype="audio/wav", conditional=True)
        response.headers["Cache-Control"] = "public, max-age=86400, immutable"
        return response

    return blueprint
