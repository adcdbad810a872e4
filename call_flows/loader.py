"""Reading a site from a folder or from texts: everything wrong is told at once, or the site is ready to run."""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from call_flows.articles import is_article
from call_flows.check import check_draft
from call_flows.draft import SITE_FILE, Draft, draft_site, is_flow
from call_flows.languages import tongue
from call_flows.loaded import LoadedSite
from call_flows.problems import Place, Problem, Severity, SiteRefused
from call_flows.scorecards import is_scorecard
from call_flows.site import Site
from call_flows.steering.examples import is_examples
from call_flows.steering.sentence_model import VARIABLE as SENTENCE_MODEL
from call_flows.yaml_text import MAX_BYTES

MAX_FILES: Final = 500
SERVICE_VARIABLE: Final = "CALLWRIGHT_SERVICE_"
_LONGEST_LETTER: Final = 8
"""Read past the limit by more than a letter's bytes: a file that is cut within one must still count as too large."""
_FOLDERS: Final = (("flows", "*.y*ml"), ("intents", "*.y*ml"), ("knowledge", "*.md"), ("scorecards", "*.y*ml"))
_AUDIO: Final = frozenset({".wav", ".mp3"})

Prompts = Mapping[str, frozenset[str]]
Checker = Callable[[Draft, Prompts | None], Iterable[Problem]]


def load_site(path: Path, *, services: Mapping[str, str] | None = None) -> LoadedSite:
    """Read a site's folder. Raises `SiteRefused` with every error in it."""
    texts, problems = read_folder(path)
    prompts = read_prompts(path)
    return _load(texts, problems, prompts, path, services_of(services), check_draft)


def load_texts(
    texts: Mapping[str, str],
    *,
    services: Mapping[str, str] | None = None,
    prompts: Prompts | None = None,
    check: Checker | None = check_draft,
) -> LoadedSite:
    """Read a site from its texts by relative path, as a version kept in the database is. Raises `SiteRefused`.

    `check` None leaves out the checks of meaning: for a version that once passed them and has calls under way.
    """
    return _load(texts, [], prompts, None, services_of(services), check)


def check_folder(path: Path) -> list[Problem]:
    """Every problem of a site's folder, warnings included, in the order of files and lines."""
    texts, problems = read_folder(path)
    draft = draft_site(texts, os.environ.get(SENTENCE_MODEL, ""))
    return sorted(_all_of(problems, (*draft.problems, *check_draft(draft, read_prompts(path)))))


def _all_of(unread: list[Problem], found: Iterable[Problem]) -> set[Problem]:
    """Everything that is wrong; of a file that could not be read, that alone: the rest is guesswork."""
    files = {problem.place.file for problem in unread}
    return {*unread, *(problem for problem in found if problem.place.file not in files)}


def _load(
    texts: Mapping[str, str],
    problems: list[Problem],
    prompts: Prompts | None,
    root: Path | None,
    services: Mapping[str, str],
    check: Checker | None,
) -> LoadedSite:
    kept = {file: text for file, text in sorted(texts.items()) if _is_text(file)}
    draft = draft_site(kept, os.environ.get(SENTENCE_MODEL, ""))
    found = _all_of(problems, (*draft.problems, *(check(draft, prompts) if check is not None else ())))
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if errors or draft.site is None:
        raise SiteRefused(errors)
    if check is None and draft.no_sentence_model is not None:
        found.add(draft.no_sentence_model)  # its calls go on, led by words: told, and not refused
    for language in draft.site.languages:
        tongue(language)  # read now: a step of the engine reads no file
    return LoadedSite(
        _with_services(draft.site, services),
        draft.flows,
        version_of(kept),
        kept,
        draft.site.zone(),
        tuple(sorted(found)),
        prompts or {},
        root,
        draft.knowledge,
        {name: placed.card for name, placed in draft.scorecards.items()},
    )


def _is_text(file: str) -> bool:
    return file == SITE_FILE or any(is_one(file) for is_one in (is_flow, is_article, is_examples, is_scorecard))


def version_of(texts: Mapping[str, str]) -> str:
    """The hash of a site's texts."""
    digest = hashlib.sha256()
    for file, text in sorted(texts.items()):
        for part in (file, text):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def services_of(given: Mapping[str, str] | None) -> Mapping[str, str]:
    """Addresses that stand in for those of site.yaml: as given, else from CALLWRIGHT_SERVICE_<NAME>."""
    if given is not None:
        return given
    found = {key: value for key, value in os.environ.items() if key.startswith(SERVICE_VARIABLE)}
    return {key.removeprefix(SERVICE_VARIABLE).lower(): value.rstrip("/") for key, value in found.items() if value}


def _with_services(site: Site, services: Mapping[str, str]) -> Site:
    known = {name: services.get(name.lower(), address) for name, address in site.services.items()}
    return site.model_copy(update={"services": known})


def read_folder(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """The texts of a site's folder by relative path, and files that could not be read."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    files = [file for folder, pattern in _FOLDERS for file in sorted((path / folder).rglob(pattern))]
    for file in [path / SITE_FILE, *files][:MAX_FILES]:
        relative = file.relative_to(path).as_posix()
        if not file.is_file():
            continue
        if not file.resolve().is_relative_to(path.resolve()):
            what = "The file is a link that leads out of the site's folder."
            problems.append(Problem(Place(relative), "E006", what, todo="Put the file itself into the folder."))
            continue
        try:
            with file.open("rb") as opened:
                raw = opened.read(MAX_BYTES + _LONGEST_LETTER)
            texts[relative] = raw.decode("utf-8-sig", errors="replace")
            if len(raw) <= MAX_BYTES:
                raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"The file is not UTF-8 text (byte {error.start})."
            problems.append(Problem(Place(relative), "E006", what, todo="Save it as UTF-8."))
        except OSError as error:
            problems.append(Problem(Place(relative), "E006", f"The file cannot be read: {error.strerror}."))
    if len(files) >= MAX_FILES:
        problems.append(Problem(Place("flows"), "E003", f"The site has more than {MAX_FILES} files."))
    return texts, problems


def read_prompts(path: Path) -> dict[str, frozenset[str]]:
    """The names of recorded prompts by language."""
    folder = path / "prompts"
    if not folder.is_dir():
        return {}
    return {
        language.name: frozenset(file.stem for file in language.iterdir() if file.suffix.lower() in _AUDIO)
        for language in sorted(folder.iterdir())
        if language.is_dir()
    }
