"""Numbers that are never called: who asked for it, when and how. Looked at when a promise is made and at each dial."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from foundation.phone import NumberRefused, parse_number


class AskedBy(StrEnum):
    """How somebody came onto the list."""

    KEY = "key"  # pressed on a call back
    VOICE = "voice"  # said on a call back
    MESSAGE = "message"  # STOP, by text message
    COMMAND = "command"
    LIST = "list"  # imported


class DoNotCall(Base):
    """One number in E.164 that is never called."""

    __tablename__ = "do_not_call"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    asked_by: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of a list that names no number."""

    line: int
    written: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    added: int
    known: int
    bad: tuple[BadRow, ...]


def is_listed(session: Session, number: str) -> bool:
    """Whether the number asked never to be called."""
    return session.get(DoNotCall, number) is not None


def add(session: Session, number: str, *, asked_by: AskedBy, now: datetime, note: str = "") -> bool:
    """Put a number (in E.164) on the list; False when it is there already."""
    if is_listed(session, number):
        return False
    session.add(DoNotCall(number=number, since=now, asked_by=asked_by, note=note[:200]))
    session.flush()
    return True


def remove(session: Session, number: str) -> bool:
    """Take a number off the list; False when it is not there."""
    row = session.get(DoNotCall, number)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def listed(session: Session) -> list[DoNotCall]:
    """The whole list, the newest first."""
    return list(session.scalars(select(DoNotCall).order_by(DoNotCall.since.desc(), DoNotCall.number)))


def import_list(session: Session, file: TextIO, *, region: str, now: datetime) -> Imported:
    """Add every number of a CSV file: its column `number` or `phone`, else its first one. Bad lines are left out."""
    added = known = 0
    bad: list[BadRow] = []
    for line, written, note in _rows(csv.reader(file)):
        try:
            number = parse_number(written, region=region)
        except NumberRefused:
            bad.append(BadRow(line, written))
            continue
        if add(session, number, asked_by=AskedBy.LIST, now=now, note=note):
            added += 1
        else:
            known += 1
    return Imported(added, known, tuple(bad))


def _rows(reader: Iterable[list[str]]) -> Iterator[tuple[int, str, str]]:
    """Line, number and note of each row that holds anything."""
    column, remark = 0, -1
    for line, row in enumerate(reader, 1):
        words = [word.strip().lower() for word in row]
        if line == 1 and not any(character.isdigit() for word in words for character in word):
            named = [at for at, word in enumerate(words) if word in {"number", "phone", "phone_number", "telephone"}]
            column, remark = (named or [0])[0], words.index("note") if "note" in words else -1
            continue
        if column < len(row) and row[column].strip():
            yield line, row[column].strip(), row[remark].strip() if 0 <= remark < len(row) else ""
