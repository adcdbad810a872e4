"""The processes of the house: what each command of `callwright` runs until it is told to stop."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from console.wiring import build
from foundation.logs import configure, get_logger
from foundation.redis import connect
from foundation.settings import Settings, load_settings

log = get_logger(__name__)
TICK_SECONDS = 0.25
WEB_THREADS = 48


def _settings() -> Settings:
    settings = load_settings()
    configure(json=settings.log_json, level=settings.log_level)
    return settings


def run_web() -> None:
    """Serve webhooks, pages and live events under gunicorn, a thread each."""
    from gunicorn.app.base import BaseApplication

    # read before the port is open and before any fork: nobody is let in who would have to wait for it, and a child
    # that died is followed by the next one within a tenth of a second
    from console.web import web_app

    settings = _settings()
    host, port = settings.web_bind
    options = {
        "bind": f"{host}:{port}",
        "reuse_port": True,  # another web process of this house may stand beside this one, so that one can fall
        "workers": int(settings.environment.get("WEB_WORKERS") or min(2, os.cpu_count() or 1)),
        "worker_class": "gthread",
        "threads": WEB_THREADS,
        "graceful_timeout": 5,
        "timeout": 60,
        "keepalive": 20,
        "accesslog": None,
        "loglevel": "warning",
        "control_socket_disable": True,
    }

    class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return web_app(build(settings))

    Web().run()


def run_media() -> None:
    """Take streams of sound and write down what is said."""
    from console.media import serve

    serve(build(_settings()))


def run_worker() -> None:
    """Do jobs."""
    from console.work import install
    from foundation.jobs import work

    runtime = build(_settings())
    install(runtime)
    work(connect(runtime.parts.settings, as_bytes=True))


def run_ticker() -> None:
    """Fire what is due, four times a second; several may run, none leads."""
    runtime = build(_settings())
    _beat(runtime.parts.routing.rebuild)  # whoever waits in SQL, waits; agents that are new or whose skills changed too
    stop = _until_told_to_stop()
    from console.ticking import ticks

    beats = ticks(runtime)
    while not stop.wait(TICK_SECONDS):
        for beat in beats:
            _beat(beat)


def run_exchange() -> None:
    """Be the telephone network."""
    from console.exchange import serve

    serve(_settings())


def _beat(beat: Callable[[], object]) -> None:
    try:
        beat()
    except Exception:  # a job: what is due now is due again in a moment
        log.exception("tick_failed")


class Apart:
    """A beat in a thread of its own: what asks others over the network does not keep ringing desks waiting.

    While it is at it, further beats do nothing.
    """

    def __init__(self, beat: Callable[[], object], *, name: str) -> None:
        self._beat = beat
        self._name = name
        self._thread: threading.Thread | None = None

    def begin(self) -> bool:
        """Begin, unless it is still at it; whether it began."""
        if self._thread is not None and self._thread.is_alive():
            return False
        self._thread = threading.Thread(target=_beat, args=(self._beat,), name=self._name, daemon=True)
        self._thread.start()
        return True

    def is_done(self, *, within: float) -> bool:
        """Whether it has done what it is at, or does so within so many seconds."""
        if self._thread is not None:
            self._thread.join(within)
        return self._thread is None or not self._thread.is_alive()


def _until_told_to_stop() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop
