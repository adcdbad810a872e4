"""A sound as those take it who read sounds: a file, bytes, or something that is read in parts and can be sought in."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

Content = Path | bytes | BinaryIO
BUFFER = 256 * 1024
"""So much is asked for at once of what is read in parts."""

ReadPart = Callable[[int, int], bytes]
"""So many bytes from there on; fewer only at the end."""


class PartReader(io.RawIOBase):
    """A sound that lies elsewhere, read in parts as they are wanted: two hours of it need no memory."""

    def __init__(self, read_part: ReadPart, size: int) -> None:
        super().__init__()
        self._read_part = read_part
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; before the beginning is the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something."""
        wanted = min(len(buffer), max(0, self._size - self._at))
        part = self._read_part(self._at, wanted) if wanted else b""
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def in_parts(read_part: ReadPart, size: int) -> BinaryIO:
    """A reader over parts that asks for more than is wanted at the moment."""
    return cast("BinaryIO", io.BufferedReader(PartReader(read_part, size), BUFFER))


def opened(content: Content) -> BinaryIO | str:
    """What soundfile takes, at its beginning."""
    if isinstance(content, Path):
        return str(content)
    if isinstance(content, bytes):
        return io.BytesIO(content)
    content.seek(0)
    return content


def stretch(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` to before `stop`, piece by piece."""
    with content.open("rb") if isinstance(content, Path) else _reader(content) as reader:
        reader.seek(start)
        while start < stop and (piece := reader.read(min(BUFFER, stop - start))):
            yield piece
            start += len(piece)


def _reader(content: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content
