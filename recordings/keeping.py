"""Which store the settings ask for: a folder or a bucket, locked where there are keys."""

from urllib.parse import urlsplit

from foundation.errors import Problem
from foundation.settings import Settings
from recordings.keyring import read_keys
from recordings.sealed import SealedStore
from recordings.store import DiskStore, RecordingStore, StoreDown

PLACE, ENDPOINT = "RECORDINGS_URL", "RECORDINGS_S3_ENDPOINT"


def store_of(settings: Settings) -> RecordingStore:
    """The store of this house. Raises KeysRefused or StoreDown when it cannot be had."""
    place = _place(settings)
    ring = read_keys(settings.environment, settings.home)
    return place if ring is None else SealedStore(place, ring)


def _place(settings: Settings) -> RecordingStore:
    written = settings.environment.get(PLACE, "")
    if not written:
        return DiskStore(settings.home / "recordings")
    parts = urlsplit(written)
    if parts.scheme == "s3" and parts.netloc:
        from recordings.store_s3 import open_bucket

        return open_bucket(parts.netloc, parts.path, endpoint=settings.environment.get(ENDPOINT) or None)
    todo = "Write s3://bucket/prefix, or leave it away for the folder `recordings` below CALLWRIGHT_HOME."
    raise StoreDown(Problem("recordings_url", f"{PLACE} names no place for recordings.", where=written, todo=todo))
