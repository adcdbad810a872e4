"""Opening a model's archive: only plain files below one folder, and not more of them than a model has."""

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from foundation.errors import CallwrightError, Problem

MOST_FILES = 500
LARGEST_WHOLE = 12 << 30
LARGEST_RATIO = 100
PIECE = 1 << 18


class ArchiveRefused(CallwrightError):
    """The archive is broken, or holds what a model's archive does not hold."""


def unpack(archive: Path, into: Path) -> None:
    """Write the archive's files below `into` (without their common top folder). Raises ArchiveRefused.

    When it raises, nothing of the archive is left.
    """
    into.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked(archive, opened)
            for path, member in _without_top(members):
                _write(archive, opened, member, into / path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        shutil.rmtree(into, ignore_errors=True)
        raise _refused(archive, "The archive is broken.") from error
    except OSError as error:
        shutil.rmtree(into, ignore_errors=True)
        raise _refused(archive, f"The archive cannot be unpacked: {error.strerror or error}.") from error
    except ArchiveRefused:
        shutil.rmtree(into, ignore_errors=True)
        raise


def _checked(archive: Path, opened: zipfile.ZipFile) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    infos = [info for info in opened.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise _refused(archive, f"The archive holds {len(infos):,} files; a model has not so many.")
    if sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise _refused(archive, "The archive would fill more than 12 GiB.")
    members = []
    for info in infos:
        path = PurePosixPath(info.filename)
        mode = info.external_attr >> 16
        outside = path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename
        if outside or not path.parts:
            raise _refused(archive, f"A file of the archive would be written elsewhere: {info.filename[:80]!r}.")
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            raise _refused(archive, f"The archive holds a link or a device: {info.filename[:80]!r}.")
        if info.file_size > LARGEST_RATIO * max(info.compress_size, 1 << 16):
            raise _refused(archive, f"A file of the archive is too well packed to be a model's: {path.name!r}.")
        members.append((path, info))
    return members


def _without_top(
    members: list[tuple[PurePosixPath, zipfile.ZipInfo]],
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    tops = {path.parts[0] for path, _ in members}
    if len(tops) != 1 or any(len(path.parts) == 1 for path, _ in members):
        return members
    return [(PurePosixPath(*path.parts[1:]), member) for path, member in members]


def _write(archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(member) as source, to.open("xb") as target:
        while piece := source.read(PIECE):
            written += len(piece)
            if written > member.file_size:
                raise _refused(archive, "A file of the archive is larger than it says.")
            target.write(piece)


def _refused(archive: Path, what: str) -> ArchiveRefused:
    return ArchiveRefused(Problem("archive_refused", what, archive.name, "Fetch it again from where it is published."))
