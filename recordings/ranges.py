"""A part of a sound, as a player asks for it over HTTP (RFC 9110, single byte ranges): what makes seeking possible."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Part:
    """What to answer: status 200, 206 or 416, the bytes from `start` to before `stop`, and the headers that say so."""

    status: int
    start: int
    stop: int
    headers: dict[str, str]

    @property
    def length(self) -> int:
        """How many bytes the answer has."""
        return self.stop - self.start


def part_of(header: str | None, size: int) -> Part:
    """What a `Range` header asks for of so many bytes. A header that is none, or asks for several, means the whole."""
    found = _RANGE.fullmatch(header) if header else None
    first, last = (found[1], found[2]) if found else ("", "")
    if found is None or not (first or last) or max(len(first), len(last)) > _DIGITS:
        return Part(200, 0, size, {"Accept-Ranges": "bytes", "Content-Length": str(size)})
    if first:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    else:  # the last so many bytes
        start, stop = max(size - int(last), 0), size
    if last and first and int(last) < int(first):
        return Part(200, 0, size, {"Accept-Ranges": "bytes", "Content-Length": str(size)})
    if start >= size:
        return Part(416, 0, 0, {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{size}", "Content-Length": "0"})
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Range": f"bytes {start}-{stop - 1}/{size}",
        "Content-Length": str(stop - start),
    }
    return Part(206, start, stop, headers)
