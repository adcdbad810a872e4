"""The place of saved searches: a filter of the calls list under a name, each person's own."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime

MOST: int = 50
LONGEST_NAME: int = 60
LONGEST_QUERY: int = 1000


class SavedSearch(Base):
    """One saved search: whose it is (a login), its name, and the address's query without the page."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("login", "name", name="uq_saved_searches_name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


def save_search(session: Session, login: str, name: str, query: str, *, now: datetime) -> bool:
    """Keep the search; one of the same name is replaced. False when it has no name or there are too many."""
    name = " ".join(name.split())[:LONGEST_NAME]
    mine = searches_of(session, login)
    known = next((one for one in mine if one.name == name), None)
    if not name or (known is None and len(mine) >= MOST):
        return False
    row = known or SavedSearch(login=login, name=name)
    row.query, row.saved_at = query[:LONGEST_QUERY], now
    session.add(row)
    return True


def forget_search(session: Session, login: str, search_id: int) -> bool:
    """Delete one of the person's own; whether there was one."""
    own = delete(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.login == login)
    return session.scalar(own.returning(SavedSearch.id)) is not None


def searches_of(session: Session, login: str) -> list[SavedSearch]:
    """The person's searches by name."""
    return list(session.scalars(select(SavedSearch).where(SavedSearch.login == login).order_by(SavedSearch.name)))
