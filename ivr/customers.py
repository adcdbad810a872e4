"""Customers: who calls, by number. The one door to their records; what they say of a person is fields, never logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from call_flows.actions import ChangeCustomer
from call_flows.facts import CallerFacts
from foundation.calls import Call
from foundation.clock import Clock
from foundation.db import Base, Database, UtcDateTime
from foundation.ids import IdSource
from ivr.driver import Driver, from_json

MOST_TAGS = 50


class Customer(Base):
    """What is known of one customer beside his numbers."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    tier: Mapped[str] = mapped_column(String(32), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerNumber(Base):
    """A telephone number of a customer, in E.164. A number is one customer's."""

    __tablename__ = "customer_numbers"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)


_OWN = select(CustomerNumber.number).where(CustomerNumber.customer_id == Customer.id).correlate(Customer)
_CALLS = (
    select(func.count())
    .select_from(Call)
    .where(Call.caller.in_(_OWN), Call.id != bindparam("of"))
    .correlate(Customer)
    .scalar_subquery()
)
_FIND = (
    select(Customer.name, Customer.tier, Customer.language, Customer.tags, _CALLS)
    .join(CustomerNumber, CustomerNumber.customer_id == Customer.id)
    .where(CustomerNumber.number == bindparam("called_from"))
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A record after a change; None when there is none, and whether there was one before."""

    record: CallerFacts | None
    known: bool


class Customers:
    """Finds and changes records."""

    def __init__(self, db: Database, driver: Driver, clock: Clock, ids: IdSource) -> None:
        self._db = db
        self._driver = driver
        self._clock = clock
        self._ids = ids
        self._find = driver.compiled(_FIND)

    def find(self, number: str, *, besides: str = "") -> CallerFacts | None:
        """The record of a number, with the count of its customer's calls besides this one; None when there is none."""
        row = self._driver.one(self._find, {"called_from": number, "of": besides}) if number else None
        if row is None:
            return None
        name, tier, language, tags, calls = row
        return CallerFacts(number, name, tier, language, known=True, tags=tuple(from_json(tags)), calls=calls)

    def change(self, wanted: ChangeCustomer, *, besides: str = "") -> Changed:
        """Change the record, or make one if that is wanted. Repeated, it changes nothing more."""
        try:
            known = self._change(wanted)
        except IntegrityError:  # somebody made the same number's record at the same moment
            known = self._change(wanted)
        return Changed(self.find(wanted.number, besides=besides), known)

    def _change(self, wanted: ChangeCustomer) -> bool:
        with self._db.begin() as session:
            row = _row(session, wanted.number)
            known = row is not None
            if row is None and wanted.create:
                row = self._make(session, wanted.number)
            if row is not None:
                _apply(row, wanted.values, wanted.add_tags, wanted.drop_tags)
                row.updated_at = self._clock.now()
            return known

    def _make(self, session: Session, number: str) -> Customer:
        now = self._clock.now()
        row = Customer(id=self._ids.new("CU"), tags=[], created_at=now, updated_at=now)
        session.add(row)
        session.flush()
        session.add(CustomerNumber(number=number, customer_id=row.id))
        session.flush()
        return row


def add_customer(
    session: Session, *, customer_id: str, numbers: tuple[str, ...], now: datetime, values: Mapping[str, str]
) -> Customer:
    """A record from elsewhere: an import, a seed. Raises IntegrityError when a number has a record already."""
    row = Customer(id=customer_id, tags=[], created_at=now, updated_at=now)
    _apply(row, values, (), ())
    session.add(row)
    session.flush()
    session.add_all([CustomerNumber(number=number, customer_id=customer_id) for number in numbers])
    session.flush()
    return row


def _row(session: Session, number: str) -> Customer | None:
    wanted = select(Customer).join(CustomerNumber).where(CustomerNumber.number == number).with_for_update()
    return session.scalar(wanted)


def _apply(row: Customer, values: Mapping[str, str], add: tuple[str, ...], drop: tuple[str, ...]) -> None:
    for name in ("name", "tier", "language"):
        if name in values:
            setattr(row, name, values[name])
    kept = [tag for tag in row.tags if tag not in drop]
    row.tags = list(dict.fromkeys([*kept, *add]))[:MOST_TAGS]
