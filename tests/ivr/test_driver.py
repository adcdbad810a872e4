"""Writes that share a commit: all or each, never half of one."""

import threading

import pytest
from sqlalchemy import text

from foundation.db import Database
from ivr.driver import Driver, Undone, to_json


@pytest.fixture
def numbers(tmp_path):
    """A database with one table of numbers."""
    database = Database(f"sqlite:///{tmp_path / 'numbers.db'}")
    with database.engine.begin() as connection:
        connection.execute(text("create table numbers (n integer primary key)"))
    yield database
    database.dispose()


def kept(database):
    with database.engine.connect() as connection:
        return [row[0] for row in connection.execute(text("select n from numbers order by n"))]


def add(*values, fail=None):
    def work(cursor):
        for value in values:
            cursor.execute("insert into numbers values (:n)", {"n": value})
        if fail is not None:
            raise fail

    return work


def together(driver, works):
    """Let all works come while another is writing, so that they share the next commit; what each raised."""
    holding, outcomes = threading.Event(), [None] * len(works)
    go = threading.Event()

    def hold(_cursor):
        holding.set()
        go.wait(5)

    def run(place):
        try:
            driver.commit(works[place])
        except Exception as error:  # noqa: BLE001 - what it raises is what is asked
            outcomes[place] = error

    first = threading.Thread(target=driver.commit, args=(hold,))
    first.start()
    holding.wait(5)
    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    while len(driver._waiting) < len(works):
        holding.wait(0.01)
    go.set()
    for thread in (first, *threads):
        thread.join()
    return outcomes


def test_what_comes_while_another_writes_is_written_with_one_commit(numbers):
    driver = Driver(numbers)
    assert together(driver, [add(n) for n in range(5)]) == [None] * 5
    assert kept(numbers) == [0, 1, 2, 3, 4]


def test_a_work_that_is_undone_takes_nobody_with_it(numbers):
    """Its own rows are gone, the others' are there, and only its own thread hears of it."""
    driver = Driver(numbers)
    outcomes = together(driver, [add(1), add(2, 3, fail=Undone()), add(4), add(1)])
    assert [type(outcome).__name__ for outcome in outcomes[1:3]] == ["Undone", "NoneType"]
    assert sorted(type(outcome).__name__ for outcome in (outcomes[0], outcomes[3])) == ["IntegrityError", "NoneType"]
    assert kept(numbers) == [1, 4]


def test_a_fault_of_the_work_itself_undoes_all_and_all_hear_of_it(numbers):
    """Nothing is acknowledged that was not committed."""
    driver = Driver(numbers)
    outcomes = together(driver, [add(1), add(2, fail=ZeroDivisionError()), add(3)])
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 3
    assert kept(numbers) == []


def test_alone_a_work_is_a_transaction_of_its_own(numbers):
    driver = Driver(numbers)
    driver.commit(add(1, 2))
    with pytest.raises(Undone):
        driver.commit(add(3, fail=Undone()))
    with pytest.raises(driver.taken):
        driver.commit(add(4, 1))
    assert kept(numbers) == [1, 2]
    assert driver.one("select max(n) from numbers where n < :n", {"n": 2}) == (1,)


def test_names_of_a_site_are_kept_as_the_texts_they_are():
    class Name(str):
        __slots__ = ()

    assert to_json({"queue": Name("billing"), "of": [Name("a")]}) == '{"queue":"billing","of":["a"]}'
    with pytest.raises(TypeError):
        to_json({"queue": object()})
