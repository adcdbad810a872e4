"""Getting a model into the cache: fetched or given, verified, unpacked aside, and put in place in one move."""

import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from foundation.errors import CallwrightError, Problem
from transcription.catalogue import KnownModel, base_language, known_archive, known_model
from transcription.download import Progress, download, sha256_of, silent
from transcription.models import NOTE, ModelInfo, ModelSource, is_model, read_model
from transcription.unpack import unpack

Stage = str


class ModelRefused(CallwrightError):
    """The archive is not what it should be, or nothing says what it should be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be got. `what` is a language or a catalogue name; `source` an address or a file instead of the usual.

    `sha256` is a checksum the asker knows; `unverified` accepts an archive nobody vouches for.
    """

    what: str
    source: str = ""
    sha256: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class _Note:
    name: str
    language: str
    licence: str
    good_for: str
    sha256: str
    source: str
    verified: bool


def get_model(cache: Path, wish: Wish, *, progress: Progress = silent) -> ModelInfo:
    """The model, in the cache. Raises a CallwrightError that says in one sentence why not; the cache is then as before.

    A checksum computed here is never called verification: without one known beforehand the archive is refused,
    unless the asker says that he accepts it unverified.
    """
    known = None if wish.source else known_model(wish.what)
    archive, is_ours = _archive(cache, wish, known, progress)
    actual = sha256_of(archive)
    note = _verified(wish, known, actual, archive, is_ours=is_ours)
    model = _place(cache, archive, note)
    if is_ours:
        archive.unlink()
    return model


def _archive(cache: Path, wish: Wish, known: KnownModel | None, progress: Progress) -> tuple[Path, bool]:
    """The archive's file, and whether it is ours to delete."""
    if wish.source and "://" not in wish.source:
        given = Path(wish.source).expanduser()
        if not given.is_file():
            raise ModelRefused(Problem("model_file", "There is no such file.", wish.source))
        return given, False
    url = wish.source or (known.url if known else "")
    part = cache / ".incoming" / f"{_plain_name(url)}.part"
    download(url, part, size=known.size if known else None, progress=progress)
    return part, True


def _verified(wish: Wish, known: KnownModel | None, actual: str, archive: Path, *, is_ours: bool) -> _Note:
    """What is known of the archive with this checksum. Raises ModelRefused when it is the wrong one or unknown."""
    expected = wish.sha256.lower() or (known.sha256 if known else "")
    if expected and actual != expected:
        if is_ours:
            archive.unlink()
        what = f"The checksum is {actual[:16]}…, but should be {expected[:16]}…: the file is damaged or not the same."
        raise ModelRefused(Problem("checksum", what, archive.name, "It is not used."))
    found = known or known_archive(actual)
    if found is None and not expected and not wish.unverified:
        what = (
            f"Nobody has told Callwright the checksum of this archive; it is {actual}, which proves nothing by itself."
        )
        todo = "Compare it with a source you trust and repeat with --sha256, or accept it with --unverified."
        raise ModelRefused(Problem("unverified", what, archive.name, todo))
    if found is not None:
        return _Note(
            found.name, found.language, found.licence, found.good_for, actual, wish.source or found.url, verified=True
        )
    name = _plain_name(archive.name.removesuffix(".part")).removesuffix(".zip")
    language = base_language(wish.what)
    return _Note(name, language, "", "", actual, wish.source, verified=bool(expected))


def _plain_name(address: str) -> str:
    """The last part of an address, if it can be the name of a folder of ours."""
    name = re.split(r"[?#]", address)[0].rpartition("/")[2]
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", name) else "model.zip"


def _place(cache: Path, archive: Path, note: _Note) -> ModelInfo:
    aside = cache / f".unpacking-{note.name}"
    shutil.rmtree(aside, ignore_errors=True)
    unpack(archive, aside)
    if not is_model(aside):
        shutil.rmtree(aside)
        raise ModelRefused(
            Problem("model_unusable", "The archive holds no Vosk model.", archive.name, "It is not used.")
        )
    (aside / NOTE).write_text(json.dumps(asdict(note), indent=2), encoding="utf-8")
    final = cache / note.name
    old = cache / f".old-{note.name}"
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    aside.rename(final)
    shutil.rmtree(old, ignore_errors=True)
    return read_model(final, ModelSource.CACHE)
