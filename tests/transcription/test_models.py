"""Which model listens, and how a better one comes into the house: verified or not at all."""

import hashlib
import http.server
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import transcription.catalogue as catalogue_module
from console.cli.models import app
from foundation.errors import CallwrightError
from foundation.settings import Settings, load_settings
from transcription.catalogue import KnownModel, known_model, known_models
from transcription.fetching import Wish, get_model
from transcription.models import (
    NOTE,
    STARTER,
    ModelMissing,
    ModelUnusable,
    cached_models,
    find_model,
    load_engine,
    models_at_hand,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"CALLWRIGHT_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)})


@pytest.fixture
def cache(settings: Settings) -> Path:
    return settings.home / "models"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The starter model, zipped as the Vosk project zips: below one folder."""
    path = tmp_path_factory.mktemp("zip") / "vosk-model-test-en-0.1.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        for file in sorted(STARTER.rglob("*")):
            if file.is_file():
                zipped.write(file, Path("vosk-model-test-en-0.1") / file.relative_to(STARTER))
    return path.read_bytes()


class Shop:
    """A real HTTP server on loopback: serves `content`, with ranges, and misbehaves when told to."""

    def __init__(self) -> None:
        self.content = b""
        self.stop_after: int | None = None
        self.status = 200
        self.has_ranges = True
        self.asked: list[str | None] = []
        self.url = ""

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        self.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.has_ranges else 0
        if start > len(self.content):
            handler.send_response(416)
            handler.end_headers()
            return
        body = self.content[start:]
        handler.send_response(206 if start else self.status)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body if self.stop_after is None else body[: self.stop_after])


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, *_args: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """A client that hangs up in the middle is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/vosk-model-test-en-0.1.zip"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch, shop: Shop, archive: bytes) -> KnownModel:
    """A catalogue whose English model is on the shop's shelf."""
    shop.content = archive
    model = KnownModel(
        name="vosk-model-test-en-0.1",
        language="en",
        sha256=hashlib.sha256(archive).hexdigest(),
        licence="CC-BY-SA-4.0",
        good_for="tests",
        size=len(archive),
        default=True,
    )
    monkeypatch.setattr(catalogue_module, "BASE_URL", shop.url.rpartition("/")[0] + "/")
    for module in ("catalogue", "fetching", "models"):
        monkeypatch.setattr(f"transcription.{module}.known_models", lambda: (model,), raising=False)
    return model


def _left_in(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".incoming") if cache.is_dir() else []


def test_the_catalogue_knows_the_checksum_of_every_model() -> None:
    """Nothing in it is fetched on trust, and each language has one usual model."""
    for model in known_models():
        assert len(model.sha256) == 64
        assert int(model.sha256, 16)
        assert model.url.startswith("https://")
        assert known_model(model.name) is model
        assert known_model(model.language).default


def test_the_starter_listens_until_something_better_is_here(settings: Settings) -> None:
    """Works with no download."""
    found = find_model(settings, "en-US")
    assert (found.name, found.source, found.sample_rate) == ("starter-en-8k", "starter", 16000)
    assert "not free conversation" in found.good_for


def test_the_environment_comes_first_then_the_cache(settings: Settings, cache: Path, tmp_path: Path) -> None:
    """VOSK_MODEL_PATH, else the best in the cache, else the starter."""
    for name in ("vosk-model-small-en-us-0.15", "vosk-model-en-us-0.22-lgraph", "vosk-model-small-es-0.42"):
        shutil.copytree(STARTER, cache / name, ignore=shutil.ignore_patterns("*.fst"))
    (cache / "notes").mkdir()
    assert find_model(settings, "en-US").name == "vosk-model-en-us-0.22-lgraph"
    assert find_model(settings, "es-US").name == "vosk-model-small-es-0.42"
    given = tmp_path / "my-model"
    shutil.copytree(STARTER, given, ignore=shutil.ignore_patterns("*.fst"))
    told = replace(settings, vosk_model_path=given)
    assert (find_model(told, "en-US").path, find_model(told, "en-US").source) == (given, "environment")
    assert [model.name for model in models_at_hand(told)] == [
        "my-model",
        "vosk-model-en-us-0.22-lgraph",
        "vosk-model-small-en-us-0.15",
        "vosk-model-small-es-0.42",
        "starter-en-8k",
    ]


def test_a_model_of_another_language_does_not_listen(settings: Settings, tmp_path: Path) -> None:
    """Spanish heard by an English model is worse than nothing."""
    given = tmp_path / "vosk-model-small-es-0.42"
    shutil.copytree(STARTER, given, ignore=shutil.ignore_patterns("*.fst"))
    told = replace(settings, vosk_model_path=given)
    assert find_model(told, "es-US").path == given
    assert find_model(told, "en-US").source == "starter"
    with pytest.raises(ModelMissing, match="callwright models get de"):
        find_model(told, "de-DE")


def test_a_path_that_is_no_model_is_said_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    """VOSK_MODEL_PATH mistyped."""
    with pytest.raises(ModelUnusable, match="VOSK_MODEL_PATH names no Vosk model"):
        find_model(replace(settings, vosk_model_path=tmp_path / "nowhere"))


def test_a_model_is_fetched_verified_and_listens(
    settings: Settings, cache: Path, shop: Shop, listed: KnownModel
) -> None:
    """From a real server, with its progress told, into the cache, and it hears."""
    steps: list[tuple[int, int | None]] = []
    model = get_model(cache, Wish("en"), progress=lambda done, total: steps.append((done, total)))
    assert (model.name, model.language, model.verified) == (listed.name, "en", True)
    assert steps[-1] == (len(shop.content), len(shop.content))
    assert _left_in(cache) == [listed.name]
    assert list((cache / ".incoming").iterdir()) == []
    found = find_model(settings, "en-US")
    assert (found.path, found.source, found.good_for) == (cache / listed.name, "cache", "tests")
    assert load_engine(found).listen().feed(bytes(16000)) == []


def test_a_download_that_broke_off_goes_on_where_it_stopped(cache: Path, shop: Shop, listed: KnownModel) -> None:
    """A bad line must not begin again each time."""
    shop.stop_after = 100_000
    with pytest.raises(CallwrightError, match="goes on from there"):
        get_model(cache, Wish("en"))
    assert _left_in(cache) == []
    shop.stop_after = None
    assert get_model(cache, Wish("en")).verified
    assert shop.asked == [None, "bytes=100000-"]


def test_a_server_without_ranges_is_asked_for_the_whole(cache: Path, shop: Shop, listed: KnownModel) -> None:
    """It answers 200 to a range: what was there is written over."""
    shop.stop_after = 100_000
    with pytest.raises(CallwrightError):
        get_model(cache, Wish("en"))
    shop.stop_after, shop.has_ranges = None, False
    assert get_model(cache, Wish("en")).verified


def test_a_damaged_download_is_refused_and_fetched_anew(
    cache: Path, shop: Shop, listed: KnownModel, archive: bytes
) -> None:
    """One bit is enough; nothing of it stays."""
    shop.content = archive[:5000] + bytes([archive[5000] ^ 1]) + archive[5001:]
    with pytest.raises(CallwrightError, match="checksum"):
        get_model(cache, Wish("en"))
    assert _left_in(cache) == []
    shop.content = archive
    assert get_model(cache, Wish("en")).verified
    assert shop.asked == [None, None]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda shop: setattr(shop, "status", 404), "answered 404"),
        (lambda shop: setattr(shop, "content", shop.content + b"more"), "should be"),
        (lambda shop: setattr(shop, "content", shop.content[:-10]), "should be"),
        (lambda shop: setattr(shop, "url", ""), ""),
    ],
    ids=["not found", "too long", "too short", "fine"],
)
def test_what_is_not_the_file_is_refused_in_one_sentence(
    cache: Path, shop: Shop, listed: KnownModel, spoil: Callable[[Shop], None], said: str
) -> None:
    """Length first, checksum second."""
    spoil(shop)
    if not said:
        assert get_model(cache, Wish("en")).verified
        return
    with pytest.raises(CallwrightError, match=said) as refused:
        get_model(cache, Wish("en"))
    assert "\n" not in str(refused.value)
    assert _left_in(cache) == []


def test_nobody_at_the_address(cache: Path, shop: Shop) -> None:
    """No network: one sentence."""
    with pytest.raises(CallwrightError, match="connection failed"):
        get_model(cache, Wish("en", source="http://127.0.0.1:1/model.zip"))
    with pytest.raises(CallwrightError, match="download_failed"):
        get_model(cache, Wish("en", source="nonsense://[/"))


def test_a_file_works_offline_and_stays_where_it_is(
    cache: Path, tmp_path: Path, listed: KnownModel, archive: bytes
) -> None:
    """Carried on a stick; recognised by its checksum, whatever it is called."""
    stick = tmp_path / "renamed.zip"
    stick.write_bytes(archive)
    model = get_model(cache, Wish("en", source=str(stick)))
    assert (model.name, model.verified) == (listed.name, True)
    assert stick.is_file()


def test_an_archive_nobody_vouches_for_is_refused_unless_accepted(
    cache: Path, tmp_path: Path, archive: bytes, shop: Shop
) -> None:
    """A checksum computed here proves nothing: said plainly, and it stays marked."""
    shop.content = archive
    digest = hashlib.sha256(archive).hexdigest()
    with pytest.raises(CallwrightError, match=f"{digest}, which proves nothing"):
        get_model(cache, Wish("en", source=shop.url))
    with pytest.raises(CallwrightError, match="should be 0000"):
        get_model(cache, Wish("en", source=shop.url, sha256="0" * 64))
    assert not get_model(cache, Wish("en-US", source=shop.url, unverified=True)).verified
    assert get_model(cache, Wish("en", source=shop.url, sha256=digest.upper())).verified
    assert _left_in(cache) == ["vosk-model-test-en-0.1"]


def _zip(path: Path, members: dict[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return path


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("m/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


EVIL: dict[str, dict[str | zipfile.ZipInfo, bytes]] = {
    "a path upwards": {"m/../../evil": b"x"},
    "an absolute path": {"/tmp/evil": b"x"},
    "a path of another system": {"m\\..\\evil": b"x"},
    "a drive": {"C:/evil": b"x"},
    "a link": {_link(): b"/etc/passwd"},
    "a bomb": {"m/zeros": bytes(30_000_000)},
    "too many files": {f"m/{number}": b"" for number in range(600)},
    "no model": {"m/readme.txt": b"hello"},
    "the same file twice as file and folder": {"m/a": b"x", "m/a/b": b"x"},
}


@pytest.mark.parametrize("members", EVIL.values(), ids=EVIL)
def test_an_archive_that_is_no_models_is_refused(
    cache: Path, tmp_path: Path, members: dict[str | zipfile.ZipInfo, bytes]
) -> None:
    """Nothing is written outside, nothing is left inside, the model that was there goes on."""
    evil = _zip(tmp_path / "evil.zip", members)
    with pytest.raises(CallwrightError) as refused:
        get_model(cache, Wish("en", source=str(evil), unverified=True))
    assert "\n" not in str(refused.value)
    assert _left_in(cache) == []
    assert not (tmp_path / "evil").exists()
    assert not (cache.parent / "evil").exists()


def test_what_is_no_zip_is_refused(cache: Path, tmp_path: Path) -> None:
    """An error page saved as model.zip."""
    page = tmp_path / "model.zip"
    page.write_text("<html>sign in to continue</html>")
    with pytest.raises(CallwrightError, match="broken"):
        get_model(cache, Wish("en", source=str(page), unverified=True))


def test_a_model_got_again_replaces_the_old_one_at_once(
    settings: Settings, cache: Path, listed: KnownModel, shop: Shop
) -> None:
    """A reader of the old folder sees the one or the other."""
    get_model(cache, Wish("en"))
    (cache / listed.name / "old").touch()
    get_model(cache, Wish("en"))
    assert not (cache / listed.name / "old").exists()
    assert (cache / listed.name / NOTE).is_file()
    assert len(cached_models(settings)) == 1


def test_the_commands_say_what_they_did(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shop: Shop, listed: KnownModel
) -> None:
    """`callwright models get en`, `list`, `check`, as a person types them."""
    monkeypatch.setattr(os, "environ", {**os.environ, "CALLWRIGHT_HOME": str(tmp_path / "home"), "COLUMNS": "160"})
    run = CliRunner()
    got = run.invoke(app, ["get", "en"])
    assert got.exit_code == 0, got.output
    assert "its checksum is right" in got.output
    shown = run.invoke(app, ["list"]).output
    assert shown.index(listed.name) < shown.index("starter-en-8k")
    checked = run.invoke(app, ["check", "en-US"])
    assert f"{listed.name} (cache) listens to en and works" in checked.output


def test_a_damaged_model_is_said_by_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disk that lost a block: one sentence, not a stack of Kaldi's."""
    shutil.copytree(STARTER, tmp_path / "model")
    (tmp_path / "model" / "am" / "final.mdl").write_bytes(b"nonsense")
    home = {"CALLWRIGHT_HOME": str(tmp_path / "home"), "VOSK_MODEL_PATH": str(tmp_path / "model")}
    monkeypatch.setattr(os, "environ", {**os.environ, **home})
    checked = CliRunner().invoke(app, ["check"])
    assert isinstance(checked.exception, CallwrightError)
    assert "Fetch it again" in str(checked.exception)
