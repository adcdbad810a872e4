"""Fetching a file over HTTP: goes on where it stopped, and is believed only when its checksum is right."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx

from foundation.errors import CallwrightError, Problem

PIECE = 1 << 18
LARGEST = 4 << 30
"""More than this no model is."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0)

Progress = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many."""


class DownloadFailed(CallwrightError):
    """The file did not come whole, or is not what it should be."""


def silent(_done: int, _total: int | None) -> None:
    """Tell nobody."""


def download(url: str, to: Path, *, size: int | None = None, progress: Progress = silent) -> None:
    """Bring the file at the address to `to`; what an earlier attempt left there is continued.

    Raises DownloadFailed in one sentence; what has come stays, so that the next attempt need not begin again.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    here = to.stat().st_size if to.is_file() else 0
    if size is not None and here == size:
        return
    headers = {"Range": f"bytes={here}-"} if here else {}
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            _receive(answer, to, here=here, size=size, progress=progress)
    except httpx.InvalidURL as error:
        raise _failed(url, "This is not an address.", "Write https://…/model.zip.") from error
    except httpx.HTTPError as error:
        come = to.stat().st_size if to.is_file() else 0
        what = f"The connection failed after {come:,} bytes ({type(error).__name__})."
        raise _failed(url, what, "Repeat the command: it goes on from there.") from error
    except OSError as error:
        raise _failed(str(to), f"The file cannot be written: {error.strerror}.", "Make room, then repeat.") from error


def sha256_of(path: Path, progress: Progress = silent) -> str:
    """The checksum of a file."""
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            done += len(piece)
            progress(done, total)
    return digest.hexdigest()


def _receive(answer: httpx.Response, to: Path, *, here: int, size: int | None, progress: Progress) -> None:
    if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        to.unlink(missing_ok=True)
        raise _failed(str(answer.url), "The earlier part of this file is of no use.", "Repeat the command.")
    if answer.status_code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
        raise _failed(str(answer.url), f"The server answered {answer.status_code}.", "Check the address.")
    goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and _begins_at(answer, here)
    done = here if goes_on else 0
    total = _total(answer, done)
    if size is not None and total is not None and total != size:
        raise _failed(str(answer.url), f"The file is {total:,} bytes, but should be {size:,}.", "It is not fetched.")
    limit = size if size is not None else LARGEST
    with to.open("ab" if goes_on else "wb") as file:
        for piece in answer.iter_raw():
            done += len(piece)
            if done > limit:
                break
            file.write(piece)
            progress(done, total)
    if done > limit:
        to.unlink()
        raise _failed(str(answer.url), f"More than {limit:,} bytes came.", "It is not kept.")
    if total is not None and done < total:
        raise _failed(
            str(answer.url), f"Only {done:,} of {total:,} bytes came.", "Repeat the command: it goes on from there."
        )


def _begins_at(answer: httpx.Response, here: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {here}-")


def _total(answer: httpx.Response, done: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return done + int(length) if length.isdigit() else None


def _failed(where: str, what: str, todo: str) -> DownloadFailed:
    return DownloadFailed(Problem("download_failed", what, where, todo))
