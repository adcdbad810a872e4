"""The live stream: what changes now, from any process to any screen, replayable from the last id seen.

One Redis stream a topic, trimmed; the in-memory twin is for one process and for tests.
"""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from redis import Redis
from redis.exceptions import RedisError

from foundation.clock import Clock
from foundation.logs import get_logger
from foundation.redis import Keys

log = get_logger(__name__)
KEPT = 1000
TTL_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class LiveItem:
    """One change: its id (grows within the topic), the topic, its kind and its data."""

    id: str
    topic: str
    kind: str
    data: dict[str, Any]


class LiveStream(Protocol):
    """Push a change; read what came after the ids already seen."""

    def push(self, topic: str, kind: str, data: Mapping[str, Any]) -> str:
        """Tell whoever watches the topic; the id of the item, or empty when the stream is down (news is lost)."""
        ...

    def read(self, after: Mapping[str, str], *, block_ms: int = 0, limit: int = 200) -> list[LiveItem]:
        """Items after the given id of each topic; "$" is now, "0" the oldest kept. Waits up to `block_ms`."""
        ...

    def last_id(self, topic: str) -> str:
        """The id of the newest item of the topic, "0" when there is none."""
        ...

    def forget(self, words: Collection[str]) -> int:
        """Take out every item of any topic that contains one of these words, and topics named so; how many items."""
        ...

    def take_back(self, topic: str, unwanted: Callable[[Mapping[str, Any]], bool]) -> int:
        """Remove what should not have been told from the topic; how many items. Who has read it has read it."""
        ...


class RedisLive:
    """The live stream between processes."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    def push(self, topic: str, kind: str, data: Mapping[str, Any]) -> str:
        """Tell whoever watches; a Redis that is down costs the news, never the call."""
        key = self._keys.live(topic)
        try:
            pipe = self._redis.pipeline(transaction=False)
            pipe.xadd(key, {"kind": kind, "data": json.dumps(data)}, maxlen=KEPT, approximate=True)
            pipe.expire(key, TTL_SECONDS)
            return str(pipe.execute()[0])
        except RedisError as error:
            log.warning("live_stream_down", topic=topic.partition(":")[0], error=type(error).__name__)
            return ""

    def read(self, after: Mapping[str, str], *, block_ms: int = 0, limit: int = 200) -> list[LiveItem]:
        """Items after the given ids; raises RedisError when the stream is down, so that the screen can say so."""
        names = {self._keys.live(topic): topic for topic in after}
        wanted: dict[Any, Any] = {self._keys.live(topic): item_id for topic, item_id in after.items()}
        answer = cast("Any", self._redis.xread(wanted, count=limit, block=block_ms or None))
        streams = answer.items() if isinstance(answer, dict) else (answer or [])
        items = []
        for key, entries in streams:
            rows = entries[0] if isinstance(answer, dict) and entries and isinstance(entries[0], list) else entries
            items += [
                LiveItem(item_id, names[key], fields["kind"], json.loads(fields["data"])) for item_id, fields in rows
            ]
        return items

    def last_id(self, topic: str) -> str:
        """The newest id of the topic, "0" when nothing is kept."""
        newest = cast("Any", self._redis.xrevrange(self._keys.live(topic), count=1))
        return str(newest[0][0]) if newest else "0"

    def forget(self, words: Collection[str]) -> int:
        """Stream by stream; raises RedisError when Redis is away, for then nothing was forgotten."""
        keys = list(self._redis.scan_iter(self._keys.live("*"), count=KEPT))
        gone = 0
        for key in map(str, keys):
            gone += self._without(key, partial(_names, words, key))
        return gone

    def take_back(self, topic: str, unwanted: Callable[[Mapping[str, Any]], bool]) -> int:
        """Out of the one stream; a Redis that is down keeps them until it trims them or forgets them."""
        try:
            return self._without(self._keys.live(topic), lambda said: unwanted(json.loads(said)))
        except RedisError as error:
            log.warning("live_stream_down", topic=topic.partition(":")[0], error=type(error).__name__)
            return 0

    def _without(self, key: str, unwanted: Callable[[str], bool]) -> int:
        """Write the stream anew, for one that only deletes items still holds what they said, on the disk too."""
        gone = 0

        def write_anew(pipe: Any) -> None:
            nonlocal gone
            items = pipe.xrange(key)
            kept = [(item_id, fields) for item_id, fields in items if not unwanted(fields["data"])]
            gone = len(items) - len(kept)
            left = pipe.ttl(key)
            pipe.multi()
            if not gone:
                return
            pipe.delete(key)
            for item_id, fields in kept:
                pipe.xadd(key, fields, id=item_id)
            if kept and left > 0:
                pipe.expire(key, left)

        self._redis.transaction(write_anew, key)
        return gone


class MemoryLive:
    """The twin, within one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._items: dict[str, deque[LiveItem]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._count = 0
        self._changed = threading.Condition()

    def push(self, topic: str, kind: str, data: Mapping[str, Any]) -> str:
        """Tell whoever watches."""
        with self._changed:
            self._count += 1
            item = LiveItem(f"{self._count}-0", topic, kind, json.loads(json.dumps(data)))
            self._items[topic].append(item)
            self._changed.notify_all()
        return item.id

    def read(self, after: Mapping[str, str], *, block_ms: int = 0, limit: int = 200) -> list[LiveItem]:
        """Items after the given ids, waiting up to `block_ms`."""
        with self._changed:
            marks = {topic: self._count if mark == "$" else _number(mark) for topic, mark in after.items()}
            found = self._after(marks, limit)
            if not found and block_ms:
                self._changed.wait(block_ms / 1000)
                found = self._after(marks, limit)
            return found

    def last_id(self, topic: str) -> str:
        """The newest id of the topic, "0" when nothing is kept."""
        with self._changed:
            return self._items[topic][-1].id if self._items[topic] else "0"

    def forget(self, words: Collection[str]) -> int:
        """From every topic's list."""
        with self._changed:
            before = sum(map(len, self._items.values()))
            for topic, items in self._items.items():
                kept = [item for item in items if not _names(words, topic, json.dumps(item.data))]
                items.clear()
                items.extend(kept)
            return before - sum(map(len, self._items.values()))

    def take_back(self, topic: str, unwanted: Callable[[Mapping[str, Any]], bool]) -> int:
        """Remove the items."""
        with self._changed:
            before = self._items[topic]
            self._items[topic] = deque((item for item in before if not unwanted(item.data)), maxlen=KEPT)
            return len(before) - len(self._items[topic])

    def _after(self, marks: Mapping[str, int], limit: int) -> list[LiveItem]:
        found = [item for topic, mark in marks.items() for item in self._items[topic] if _number(item.id) > mark]
        return sorted(found, key=lambda item: _number(item.id))[:limit]


def _names(words: Collection[str], topic: str, data: str) -> bool:
    return any(word in topic or word in data for word in words)


def _number(item_id: str) -> int:
    return int(item_id.partition("-")[0])
