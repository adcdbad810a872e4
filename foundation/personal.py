"""What the house knows of a person, by telephone number: which tables, found how, and what erasing does to each.

Each folder declares its own tables in its `personal.py`; a table that nobody declares fails a test. The scope of a
person grows from the number: its calls, their promises, their places in queues, the customer's record; what a table
`gives` finds rows in others, until nothing more is found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, cast, delete, false, or_, select, update
from sqlalchemy.orm import Session

NUMBER, CALL, TEXT = "number", "call", "text"
"""Links: a telephone number; the id of a call. `TEXT` finds rows whose column contains a number or the id of a call."""
PIECE = 400
"""So many ids are asked for at once."""

Scope = dict[str, set[str]]
"""What is known of a person so far: the ids of each link."""


@dataclass(frozen=True, slots=True)
class Personal:
    """One table with something of a person in it.

    `by` says which column holds what link; `gives` which column's values are links for other tables. Erasing deletes
    the rows; with `blank` they stay, for the figures, with these values instead, and their numbers blanked.
    `private` columns are not part of what a person is given: they hold what is ours, or what was sealed.
    """

    table: str
    by: Mapping[str, str]
    gives: Mapping[str, str] = field(default_factory=dict)
    blank: Mapping[str, object] | None = None
    private: frozenset[str] = frozenset()


class PersonalData:
    """Finds, exports and erases; `tables` are those of the metadata, `declared` what each folder says of its own."""

    def __init__(self, tables: Mapping[str, Table], declared: Sequence[Personal]) -> None:
        self._tables = tables
        order = {name: place for place, name in enumerate(tables)}
        self._declared = sorted(declared, key=lambda one: order[one.table])

    def scope(self, session: Session, number: str) -> Scope:
        """Everything by which the person's rows are found."""
        return self.scope_of(session, {NUMBER: {number}})

    def scope_of(self, session: Session, known: Scope) -> Scope:
        """What is known, and everything that it leads to."""
        found: Scope = {link: set(ids) for link, ids in known.items()}
        while True:
            before = {link: len(ids) for link, ids in found.items()}
            for one in self._declared:
                self._follow(session, one, found)
            if {link: len(ids) for link, ids in found.items()} == before:
                return found

    def count(self, session: Session, scope: Scope) -> dict[str, int]:
        """How many rows of each table are the person's; tables without any are left out."""
        counted = {one.table: sum(1 for _ in self._rows(session, one, scope)) for one in self._declared}
        return {table: count for table, count in counted.items() if count}

    def export(self, session: Session, scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every row that is the person's: its table, and its columns but the private ones."""
        for one in self._declared:
            for row in self._rows(session, one, scope):
                yield one.table, {name: value for name, value in row.items() if name not in one.private}

    def erase(self, session: Session, scope: Scope) -> dict[str, int]:
        """Delete or blank every row of the person's; how many of each table. What depends on others goes first."""
        done: dict[str, int] = {}
        for one in reversed(self._declared):
            count = sum(1 for _ in self._rows(session, one, scope))
            if count:
                done[one.table] = count
                self._erase(session, one, scope)
        return done

    def _follow(self, session: Session, one: Personal, found: Scope) -> None:
        if one.gives:
            for row in list(self._rows(session, one, found)):
                for column, link in one.gives.items():
                    if row[column]:
                        found.setdefault(link, set()).add(str(row[column]))

    def _rows(self, session: Session, one: Personal, scope: Scope) -> Iterator[dict[str, Any]]:
        table = self._tables[one.table]
        keys = [column.name for column in table.primary_key]
        seen: set[tuple[Any, ...]] = set()
        for condition in _conditions(table, one, scope):
            for row in session.execute(select(table).where(condition)).mappings():
                key = tuple(row[name] for name in keys)
                if key not in seen:
                    seen.add(key)
                    yield dict(row)

    def _erase(self, session: Session, one: Personal, scope: Scope) -> None:
        table = self._tables[one.table]
        for condition in list(_conditions(table, one, scope)):
            if one.blank is None:
                session.execute(delete(table).where(condition))
            elif one.blank:
                session.execute(update(table).where(condition).values(dict(one.blank)))
        for column, link in one.by.items():
            if one.blank is not None and link == NUMBER:
                whose = table.c[column].in_(scope.get(NUMBER, ()))
                session.execute(update(table).where(whose).values({column: ""}))


def _conditions(table: Table, one: Personal, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """What finds the rows, in pieces: a database takes only so many values at once."""
    for column, link in one.by.items():
        if link == TEXT:
            words = [*scope.get(NUMBER, ()), *scope.get(CALL, ())]
            for some in _batched(sorted(words), PIECE // 4):
                yield or_(false(), *(contains(table.c[column], word) for word in some))
        else:
            for some in _batched(sorted(scope.get(link, ())), PIECE):
                yield table.c[column].in_(some)


def contains(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether the column, as text, contains the word; nothing in the word means anything else."""
    return cast(column, Text).contains(word, autoescape=True)


def _batched(words: list[str], size: int) -> Iterator[list[str]]:
    for at in range(0, len(words), size):
        yield words[at : at + size]
