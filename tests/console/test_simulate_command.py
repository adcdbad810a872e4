"""`callwright simulate` as it is typed: figures, what-ifs, pictures, staff, errors that teach; the page's commands."""

import json
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from call_flows.library import NORTHWIND
from call_flows.loader import load_site
from console.cli.main import app
from console.cli.simulate_setting import Day, not_played, offered_above
from docs import demonstration_day
from foundation import migrations
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--replications", "3"]
STAFF = """
shifts:
  - {who: [ana, ben], hours: {mon-fri: ["08:00-09:00", "09:30-10:00"]}}
  - {name: evening, count: 2, skills: {billing: 3}, hours: {mon-fri: "09:00-10:00"}}
"""
LOG = "arrived,queue,waited,handled,outcome\n" + "".join(
    f"2026-03-0{2 + day}T09:{minute:02d}:00,billing,{minute},{120 + minute},{'answer' if minute % 3 else 'abandon'}ed\n"
    for day in range(2)
    for minute in range(60)
)


@pytest.fixture
def simulate(monkeypatch, tmp_path):
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words):
        return CliRunner().invoke(app, ["simulate", str(NORTHWIND), *map(str, words)])

    return run


def refused(result):
    assert isinstance(result.exception, CallwrightError), result.output
    return str(result.exception)


def test_a_day_is_told_with_what_was_taken_for_granted_and_how_fast_it_was(simulate):
    told = simulate("--rate", "billing=20", "--hours", "08:00-10:00", *QUICK)
    assert told.exit_code == 0
    assert "northwind, mon 08:00-10:00" in told.stdout
    assert "for nothing was said (--patience)" in told.stdout
    assert re.search(r"billing: \d+ callers a day, aim 80% within 20 s", told.stdout)
    assert re.search(r"\d+ calls simulated in .* calls/s", told.stdout.replace("\n", " "))


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(simulate):
    words = ("--rate", "billing=20", "--hours", "08:00-10:00", "--format", "json", "--what-if", "callbacks off", *QUICK)
    first, again, other = simulate(*words), simulate(*words), simulate(*words, "--seed", "2")
    assert first.stdout == again.stdout != other.stdout
    data = json.loads(first.stdout)
    assert [one["name"] for one in data["variants"]] == ["as it is", "callbacks off"]
    assert data["variants"][1]["queues"]["billing"]["callers"]["change"] == {"mean": 0.0, "half_width": 0.0}


def test_the_designer_s_site_is_what_is_simulated(simulate, tmp_path):
    """A folder with another rule is another variant: full at once, so callers are sent away."""
    draft = tmp_path / "draft"
    shutil.copytree(NORTHWIND, draft)
    text = (draft / "site.yaml").read_text(encoding="utf-8").replace("max_size: 50", "max_size: 1")
    (draft / "site.yaml").write_text(text, encoding="utf-8")
    words = ("--rate", "billing=60", "--hours", "08:00-10:00", "--format", "json", "--what-if", f"site {draft}", *QUICK)
    base, drafted = json.loads(simulate(*words).stdout)["variants"]
    assert base["queues"]["billing"]["sent away"]["mean"] == 0
    assert drafted["queues"]["billing"]["sent away"]["mean"] > 0


def test_callbacks_are_offered_from_where_the_site_s_condition_holds():
    loaded, monday = load_site(NORTHWIND, services={}), Day(0, (8 * 3600.0, 20 * 3600.0))
    assert offered_above(loaded, "billing", monday) == 120


def test_half_hours_come_as_csv_and_as_a_picture_for_each_queue(simulate, tmp_path):
    plot = tmp_path / "day.svg"
    words = (
        "--rate",
        "billing=20",
        "--rate",
        "technical=5",
        "--hours",
        "08:00-09:00",
        "--plot",
        plot,
        "--format",
        "csv",
    )
    told = simulate(*words, *QUICK)
    rows = told.stdout.splitlines()
    assert rows[0] == "variant,queue,from,figure,mean,half_width"
    assert {row.split(",")[2] for row in rows[1:]} == {"08:00", "08:30"}
    for queue in ("billing", "technical"):
        assert "service level" in (tmp_path / f"day-{queue}.svg").read_text(encoding="utf-8")


def test_shifts_come_and_go(simulate, tmp_path):
    """Nobody but the shift of nine serves between nine and half past: ana and ben have their break."""
    (tmp_path / "staff.yaml").write_text(STAFF, encoding="utf-8")
    words = ("--rate", "billing=20", "--hours", "08:00-10:00", "--staff", tmp_path / "staff.yaml", "--format", "json")
    gone = json.loads(simulate(*words, "--what-if", "remove evening", *QUICK).stdout)["variants"]
    assert gone[1]["queues"]["billing"]["service level"]["change"]["mean"] < 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shifts: [{who: [anna], hours: {mon: '08:00-09:00'}}]", "staff.yaml:1:17: .*'anna'. Did you mean 'ana'"),
        ("shifts: [{name: x, count: 1, skills: {biling: 1}, hours: {mon: '08:00-09:00'}}]", "Did you mean 'billing'"),
        ("shifts: [{count: 2, hours: {mon: '08:00-09:00'}}]", "Others need a name and skills"),
        ("shifts: [{name: ana, count: 1, skills: {billing: 1}, hours: {mon: '08:00-09:00'}}]", "'ana' is there"),
        ("shifts: [{hours: {mon: '08:00-09:00'}}]", "by login, or of a number of others"),
        ("shifts: [{who: [ana], hours: {mon: '8-9'}}]", "E012"),
        ("shift: []", "'shift' is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_staff_file_is_told_with_its_place(simulate, tmp_path, text, told):
    (tmp_path / "staff.yaml").write_text(text, encoding="utf-8")
    assert re.search(told, refused(simulate("--rate", "billing=20", "--staff", tmp_path / "staff.yaml")))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Nobody calls.*--rate billing=30"),
        (["--rate", "biling=3"], "no queue 'biling'.*Did you mean 'billing'"),
        (["--rate", "billing"], "no pair.*NAME=VALUE"),
        (["--rate", "billing=-3"], "no number above 0"),
        (["--rate", "billing=3", "--hours", "8-20h"], "no span of a day.*08:00-20:00"),
        (["--rate", "billing=3", "--day", "someday"], "no day.*tue"),
        (["--rate", "billing=3", "--handling", "weibull:3"], "'weibull' is no law"),
        (["--rate", "billing=3", "--patience", "gamma"], "too few past calls to fit gamma"),
        (["--rate", "billing=3", "--what-if", "teach ana spansh:3"], "no skill 'spansh'.*Did you mean 'spanish'"),
        (["--rate", "billing=3", "--as-they-came"], "on a date of a log"),
        (["--log", "none.csv"], "cannot be read"),
    ],
)
def test_what_cannot_be_simulated_teaches(simulate, words, told):
    assert re.search(told, refused(simulate(*words)))


def test_real_calls_give_rates_laws_and_their_fits(simulate, tmp_path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    told = simulate("--log", tmp_path / "log.csv", "--day", "2026-03-02", "--as-they-came", *QUICK)
    assert told.exit_code == 0, told.exception
    assert "2026-03-02 09:00-10:00, callers as they came" in told.stdout
    assert "billing: 60 callers a day" in told.stdout
    assert re.search(r"handling gamma +.*gamma mean 150 s", told.stdout)
    assert "patience measured" in told.stdout


def test_our_own_history_without_calls_says_so(simulate):
    database = Database(load_settings().database_url)
    migrations.upgrade(database)
    database.dispose()
    assert "The history has no callers in the last 28 days." in refused(simulate("--history"))


def test_staff_is_suggested(simulate):
    told = simulate("--rate", "billing=40", "--hours", "08:00-09:00", "--suggest", "--format", "json", *QUICK)
    slots = json.loads(told.stdout)["staff"]["billing"]
    assert [slot["from"] for slot in slots] == ["08:00", "08:30"]
    assert all(slot["service_level"] >= 0.8 for slot in slots)


def test_so_many_calls_are_as_many_days_as_they_need(simulate):
    words = ("--rate", "billing=100", "--hours", "08:00-10:00", "--calls", "1000", "--format", "json")
    data = json.loads(simulate(*words).stdout)
    assert data["replications"] == 5
    assert data["calls"] == pytest.approx(1000, rel=0.15)


def test_what_is_not_played_is_told():
    site = load_site(NORTHWIND, services={})
    billing = site.site.queues["billing"].model_copy(update={"skip_unstaffed": True, "when_nobody": "leave"})
    other = site.site.model_copy(update={"queues": {"billing": billing}})
    told = not_played(replace(site, site=other))
    assert told == ["billing: skip_unstaffed is not played.", "billing: when_nobody: leave is not played."]


def page_commands():
    page = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(r"^callwright simulate (.+)$", page, re.MULTILINE)


@pytest.mark.parametrize("typed", page_commands())
def test_every_command_of_the_page_runs_as_shown(typed, simulate, tmp_path, monkeypatch):
    """With few days, on the bank; the staff file is the page's own."""
    page = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8")
    shutil.copytree(NORTHWIND, tmp_path / "flow")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "staff.yaml").write_text(
        re.search(r"# staff.yaml\n(.+?)```", page, re.DOTALL).group(1), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["simulate", *shlex.split(typed), *QUICK])
    assert told.exit_code == 0, told.exception


def test_the_page_tells_the_figures_of_the_demonstration_day():
    assert demonstration_day.table() in demonstration_day.PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_demonstration_day_comes_out_the_same_again():
    """Same seed, same figures, same picture: what the page shows is what `python -m docs.demonstration_day` makes."""
    ran = demonstration_day.by_rates()
    kept = json.loads(demonstration_day.FIGURES.read_text(encoding="utf-8"))
    assert demonstration_day.figures(ran) == kept["rates"]
    assert demonstration_day.drawn(ran) == demonstration_day.PICTURE.read_text(encoding="utf-8")


def test_callbacks_lose_fewer_callers_on_the_demonstration_day():
    """What the page says of callbacks: fewer lost, less time on hold, both beyond doubt."""
    known = json.loads(demonstration_day.FIGURES.read_text(encoding="utf-8"))
    for found in (known["log"]["as_they_came"], known["rates"]):
        (on, on_width), (off, off_width) = (found[name]["lost"] for name in ("as it is", "callbacks off"))
        assert on + on_width < off - off_width
        assert found["as it is"]["on hold"][0] < found["callbacks off"]["on hold"][0]


@pytest.mark.data
def test_the_day_is_what_the_bank_s_log_says(data, monkeypatch):
    """Its calls, its staff, and what really happened are made from the log again."""
    monkeypatch.setenv("CALLWRIGHT_DATA", str(data))
    folder = demonstration_day.FOLDER
    assert demonstration_day.calls_table() == (folder / "calls.csv").read_text(encoding="utf-8")
    assert demonstration_day.staff_file() == (folder / "staff.yaml").read_text(encoding="utf-8")
    kept = json.loads(demonstration_day.FIGURES.read_text(encoding="utf-8"))["log"]
    assert demonstration_day.really() == kept["really"]


@pytest.mark.data
@pytest.mark.slow
def test_the_day_s_own_callers_come_out_the_same_again(data, monkeypatch):
    monkeypatch.setenv("CALLWRIGHT_DATA", str(data))
    kept = json.loads(demonstration_day.FIGURES.read_text(encoding="utf-8"))["log"]
    assert demonstration_day.figures(demonstration_day.as_they_came()) == kept["as_they_came"]
