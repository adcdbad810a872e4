"""The supervisor: what falls is started again, and nothing is left behind when the house closes."""

import sys
import threading
from datetime import UTC, datetime

import pytest

from console.supervisor import Program, Supervisor
from foundation.clock import ManualClock, SystemClock


@pytest.fixture
def falls():
    return []


@pytest.fixture
def supervisor(tmp_path, falls):
    made = Supervisor(
        tmp_path / "logs", SystemClock(), on_fall=lambda program, code: falls.append((program.name, code))
    )
    yield made
    made.stop()


def _python(code):
    return (sys.executable, "-c", code)


def test_a_program_that_falls_is_started_again(supervisor, falls, tmp_path):
    """A kill -9 of the web or a worker: the house heals by itself."""
    mark = tmp_path / "starts"
    code = f"""
import pathlib, sys, time
mark = pathlib.Path({str(mark)!r})
starts = len(mark.read_text()) + 1 if mark.exists() else 1
mark.write_text("x" * starts)
time.sleep(60) if starts > 2 else sys.exit(3)
"""
    supervisor.start([Program("web", _python(code))])
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()
    patience = threading.Event()
    for _ in range(300):
        if mark.exists() and len(mark.read_text()) >= 3:
            break
        patience.wait(0.05)
    supervisor.ask_to_stop()
    watcher.join(10)
    assert falls == [("web", 3), ("web", 3)]


def test_stopping_leaves_no_process_behind_even_one_that_does_not_listen(supervisor, monkeypatch, tmp_path):
    monkeypatch.setattr("console.supervisor.STOP_SECONDS", 0.5)
    ready = tmp_path / "ready"
    deaf = (
        f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(ready)!r}, 'w'); time.sleep(60)"
    )
    supervisor.start([Program("deaf", _python(deaf)), Program("kind", _python("import time; time.sleep(60)"))])
    processes = [child.process for child in supervisor._children]
    patience = threading.Event()
    for _ in range(200):
        if ready.exists():
            break
        patience.wait(0.05)
    supervisor.stop()
    assert all(process.poll() is not None for process in processes)


def test_each_program_writes_a_log_of_its_own_and_gets_its_own_environment(supervisor):
    program = Program("talker", _python("import os; print(os.environ['WORD'])"), {"WORD": "hello"})
    supervisor.start([program])
    supervisor._children[0].process.wait(10)
    assert supervisor.fallen() == ["talker"]
    assert supervisor.log_of("talker").read_text() == "hello\n"


def test_a_fall_is_punished_for_three_seconds_at_most(tmp_path, monkeypatch):
    """The tenth in a row, too: what falls because of a neighbour is not kept shut when the neighbour is back."""
    monkeypatch.setattr("console.supervisor.WATCH_SECONDS", 0.0)
    clock, falls = ManualClock(datetime(2026, 3, 2, tzinfo=UTC)), []
    house = Supervisor(tmp_path / "logs", clock, on_fall=lambda _program, code: falls.append(code))
    house.start([Program("falling", ("false",))])
    for fall in range(1, 11):
        _until(lambda: len(house.fallen()) == 1)
        house.tend()
        assert len(falls) == fall
        clock.advance(3)
        house.tend()
    house.stop()


def _until(condition):
    patience = threading.Event()
    for _ in range(500):
        if condition():
            return
        patience.wait(0.01)
    pytest.fail("that never came true")
