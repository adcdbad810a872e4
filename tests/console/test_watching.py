"""Hot reload: what is saved goes live once it is in order; a bad file never does, and the pages say why."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from call_flows.loader import load_site
from console.seeding import put_on_shelf
from console.watching import SiteWatch
from foundation.live import MemoryLive
from ivr.releases import By
from ivr.sites import SiteShelf
from ivr.tables import SiteRelease
from ivr.versions import read_refusals

SITE = Path(__file__).parents[1] / "ivr" / "site"
UP = By("up")


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SITE, tmp_path / "site"))


@pytest.fixture
def shelf(db, clock):
    return SiteShelf(db, clock)


@pytest.fixture
def live(clock):
    return MemoryLive(clock)


@pytest.fixture
def watch(folder, shelf, db, live):
    """A watch that has seen the folder at rest, with its site live."""
    put_on_shelf(load_site(folder), folder, shelf, db, UP)
    made = SiteWatch(folder, shelf, db, live)
    assert [made.look() for _ in range(3)] == [False, False, False]
    return made


def edit(folder, before, after, name="flows/front.yaml"):
    path = folder / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    seen = path.stat()
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1_000_000))


def looks(watch):
    """Once while the file may still be written, once when it rests."""
    return [watch.look(), watch.look()]


def refusals(db):
    with db.begin() as session:
        return read_refusals(session)


@pytest.mark.promise(17)
def test_what_is_saved_goes_live_once_it_rests(watch, folder, shelf, live):
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    assert looks(watch) == [False, True]
    assert "For bills" in shelf.current().loaded.texts["flows/front.yaml"]
    assert live.last_id("wall") != "0"
    assert looks(watch) == [False, False]


@pytest.mark.promise(17)
def test_a_bad_file_never_replaces_a_good_one_and_is_told_of_until_it_is_mended(watch, folder, shelf, db):
    running = shelf.current().version
    edit(folder, "next: lookup", "next: nowhere")
    edit(folder, "queue: billing", "queue: biling")
    assert looks(watch) == [False, False]
    assert shelf.current().version == running
    (refusal,) = refusals(db)
    assert any("nowhere" in line for line in refusal.problems)
    assert any("biling" in line for line in refusal.problems)
    edit(folder, "next: nowhere", "next: lookup")
    edit(folder, "queue: biling", "queue: billing")
    looks(watch)
    assert refusals(db) == ()
    assert shelf.current().version == running


@pytest.mark.promise(17)
@pytest.mark.parametrize(
    "text", ["", "- 1", "a: [", "\x00", "flow: front", "nodes: {}", "x" * 2_000_000, "a: &a [*a, *a]"],
    ids=["empty", "a list", "cut off", "NUL", "half a flow", "no nodes", "two megabytes", "an alias of itself"],
)  # fmt: skip
def test_no_half_written_file_ever_goes_live(watch, folder, shelf, text):
    """Whatever an editor leaves behind in the middle of saving."""
    running = shelf.current().version
    (folder / "flows" / "front.yaml").write_text(text)
    assert looks(watch) == [False, False]
    assert shelf.current().version == running


@pytest.mark.promise(17)
def test_a_site_whose_tests_fail_stays_where_it_is(watch, folder, shelf, db):
    running = shelf.current().version
    (folder / "tests").mkdir()
    test = folder / "tests" / "menu.yaml"
    test.write_text("test: bills\nflow: front\ncall:\n  - hears: For bills, press 1.\n  - hangs_up: true\n")
    assert looks(watch) == [False, False]
    assert "“bills”" in refusals(db)[0].problems[0]
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    assert looks(watch) == [False, True]
    assert shelf.current().version != running
    assert refusals(db) == ()


def test_a_file_that_goes_away_while_it_is_looked_at_is_no_accident(watch, folder, shelf):
    (folder / "flows" / "hold.yaml").unlink()
    assert looks(watch) == [False, False]
    shutil.rmtree(folder)
    assert looks(watch) == [False, False]
    assert shelf.current().loaded.flows.keys() == {"front", "hold"}


def test_a_restart_does_not_undo_a_way_back(folder, shelf, db):
    """The files are as they were taken last: what a person decided since, holds."""
    put_on_shelf(load_site(folder), folder, shelf, db, UP)
    first = shelf.current().version
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    assert put_on_shelf(load_site(folder), folder, shelf, db, UP)
    shelf.releases.roll_back(By("ann"))
    shelf.look()
    assert not put_on_shelf(load_site(folder), folder, shelf, db, UP)
    assert shelf.current().version == first
    edit(folder, "For bills, press 1.", "For the bill, press 1.")
    assert put_on_shelf(load_site(folder), folder, shelf, db, UP)
    assert shelf.current().version != first


def test_another_folder_is_taken_and_the_first_one_again(folder, shelf, db, tmp_path):
    """`up` with one site, then with another, then with the first: each time what was asked for is live."""
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    edit(other, "For billing, press 1.", "For bills, press 1.")
    for asked in (folder, other, folder):
        put_on_shelf(load_site(asked), asked, shelf, db, UP)
        assert shelf.current().version == load_site(asked).version
    with db.begin() as session:
        assert len(session.scalars(select(SiteRelease)).all()) == 3
