"""News goes up: what a lower folder has to tell is published here and heard only after the commit."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from foundation.logs import get_logger

log = get_logger(__name__)
_PENDING = "callwright.news"


@dataclass(frozen=True, slots=True)
class News:
    """Something that has happened; the base of every folder's news."""


N = TypeVar("N", bound=News)


class Bus:
    """Who listens to what, within one process. `console/wiring.py` is the only place that subscribes."""

    def __init__(self) -> None:
        self._listeners: dict[type[News], list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[N], listener: Callable[[N], None]) -> None:
        """Call the listener with each piece of news of exactly this kind."""
        self._listeners[kind].append(listener)

    def announce(self, news: News) -> None:
        """Tell every listener now. One that fails is logged and does not keep the others from hearing."""
        for listener in self._listeners[type(news)]:
            try:
                listener(news)
            except Exception:  # like a job, a listener may not undo what has happened
                log.exception("news_listener_failed", news=type(news).__name__)


def publish(session: Session, bus: Bus, news: News) -> None:
    """Announce the news once the session's transaction is committed; a roll-back forgets it."""
    session.info.setdefault(_PENDING, []).append((bus, news))


def deliver(session: Session) -> None:
    """Announce what a transaction has published; `Database.begin` does so once its connection is given back.

    Listeners open transactions of their own: many threads that each hold one connection while they wait for a
    second would wait for each other.
    """
    for bus, news in session.info.pop(_PENDING, []):
        bus.announce(news)
