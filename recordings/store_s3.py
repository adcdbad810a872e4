"""Sounds in an S3-compatible storage (the extra `callwright[s3]`): Amazon's, MinIO, Ceph, whatever speaks it."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from foundation.errors import Problem
from recordings.content import Content, in_parts
from recordings.store import Stored, StoreDown, checked_key, is_key, missing

IN_MEMORY = 8 * 1024 * 1024
"""So much of a sound is held in memory before it is kept aside in a file while it comes."""
ATTEMPTS = 3
CONNECT_SECONDS = 3
READ_SECONDS = 30
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
PAST_THE_END = frozenset({"416", "InvalidRange"})
T = TypeVar("T")


class S3Store:
    """Sounds as objects of one bucket, below a prefix. An object is there whole or not at all: the storage sees to it.

    `client` is a boto3 S3 client. What the storage refuses or does not answer is raised as StoreDown.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Take all of it first, then send it; what breaks off on the way here is never sent."""
        name, digest, count = self._name(key), hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as aside:
            for piece in pieces:
                aside.write(piece)
                digest.update(piece)
                count += len(piece)
            aside.seek(0)
            self._asked(lambda: self._client.upload_fileobj(aside, self._bucket, name))
        return Stored(count, digest.hexdigest())

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """A range of the object."""
        if length == 0:
            self.size(key)
            return b""
        stop = "" if length is None else str(start + length - 1)
        wanted = {"Bucket": self._bucket, "Key": self._name(key), "Range": f"bytes={start}-{stop}"}
        try:
            return self._asked(lambda: bytes(self._client.get_object(**wanted)["Body"].read()), key=key)
        except _PastTheEnd:
            return b""

    def size(self, key: str) -> int:
        """The object's size."""
        name = self._name(key)
        head = self._asked(lambda: self._client.head_object(Bucket=self._bucket, Key=name), key=key)
        return int(head["ContentLength"])

    def content(self, key: str) -> Content:
        """The object, read in parts."""
        return in_parts(lambda start, length: self.read(key, start=start, length=length), self.size(key))

    def delete(self, key: str) -> bool:
        """Remove the object; of a bucket that keeps versions, whoever looks after the bucket must see to the old."""
        name = self._name(key)
        there = self._there(name)
        if there:
            self._asked(lambda: self._client.delete_object(Bucket=self._bucket, Key=name))
        return there

    def keys(self) -> Iterable[str]:
        """The names of the objects below the prefix, a page at a time."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        found = self._asked(lambda: [one["Key"] for page in pages for one in page.get("Contents", [])])
        return sorted(key for key in (name.removeprefix(self._prefix) for name in found) if is_key(key))

    def _there(self, name: str) -> bool:
        listed = self._asked(lambda: self._client.list_objects_v2(Bucket=self._bucket, Prefix=name, MaxKeys=1))
        return any(one["Key"] == name for one in listed.get("Contents", []))

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _asked(self, order: Callable[[], T], *, key: str = "") -> T:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return order()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if key and code in ABSENT:
                raise missing(key) from error
            if key and code in PAST_THE_END:
                raise _PastTheEnd from error
            raise _down(code) from error
        except (BotoCoreError, Boto3Error) as error:
            raise _down(type(error).__name__) from error


class _PastTheEnd(Exception):
    """The range begins after the last byte."""


def open_bucket(bucket: str, prefix: str = "", *, endpoint: str | None = None) -> S3Store:
    """The store over a bucket. The key and its secret come as Amazon's own tools take them (AWS_ACCESS_KEY_ID, …).

    Raises StoreDown when the extra is not installed.
    """
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        problem = Problem("no_s3", "boto3 is not installed.", todo="Install callwright[s3].")
        raise StoreDown(problem) from error
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"max_attempts": ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path"} if endpoint else {},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return S3Store(boto3.client("s3", endpoint_url=endpoint, config=config), bucket, prefix)


def _down(code: str) -> StoreDown:
    return StoreDown(
        Problem(
            "store_down",
            f"The storage of recordings cannot be used ({code}).",
            where="RECORDINGS_URL",
            todo="See that the bucket is there, and that the key may read, write, list and delete in it.",
        )
    )
