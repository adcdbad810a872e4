"""What the exchange has to complain of, with Twilio's codes: kept for tests and for the REST page of notifications."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

KEPT: Final = 10_000


class Level(StrEnum):
    """How grave an entry is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One complaint: what, where and about which call. `code` is the number of Twilio's error page."""

    sid: str
    at: datetime
    level: Level
    code: int
    message: str
    call_sid: str = ""
    url: str = ""
    line: int = 0


class ExchangeLog:
    """The last entries, newest last. Full: the oldest go."""

    def __init__(self, *, now: Callable[[], datetime], new_sid: Callable[[str], str], kept: int = KEPT) -> None:
        self._now = now
        self._new_sid = new_sid
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._watchers: list[Callable[[Entry], None]] = []

    def error(self, code: int, message: str, *, call_sid: str = "", url: str = "", line: int = 0) -> Entry:
        """Something failed and the caller notices."""
        return self._write(Level.ERROR, code, message, call_sid, url, line)

    def warning(self, code: int, message: str, *, call_sid: str = "", url: str = "", line: int = 0) -> Entry:
        """Something is wrong and the call goes on."""
        return self._write(Level.WARNING, code, message, call_sid, url, line)

    def entries(self, *, call_sid: str = "", code: int | None = None, level: Level | None = None) -> list[Entry]:
        """The entries that match everything given, oldest first."""
        return [
            entry
            for entry in self._entries
            if (not call_sid or entry.call_sid == call_sid)
            and (code is None or entry.code == code)
            and (level is None or entry.level is level)
        ]

    def watch(self, watcher: Callable[[Entry], None]) -> None:
        """Be told of each new entry."""
        self._watchers.append(watcher)

    def _write(self, level: Level, code: int, message: str, call_sid: str, url: str, line: int) -> Entry:
        entry = Entry(
            sid=self._new_sid("NO"),
            at=self._now(),
            level=level,
            code=code,
            message=message,
            call_sid=call_sid,
            url=url,
            line=line,
        )
        self._entries.append(entry)
        for watcher in self._watchers:
            watcher(entry)
        return entry
