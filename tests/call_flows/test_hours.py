"""Opening hours at a moment: weeks, nights, holidays, single dates, time zones."""

from datetime import UTC, datetime

import pytest

from call_flows.facts import HoursStatus
from call_flows.hours import Hours, status
from call_flows.loader import load_texts
from tests.call_flows.conftest import SITE

OPEN, CLOSED, HOLIDAY = HoursStatus.OPEN, HoursStatus.CLOSED, HoursStatus.HOLIDAY


@pytest.mark.parametrize(
    ("written", "moment", "expected"),
    [
        ({"mon-fri": "08:00-20:00"}, "2026-03-02T08:00", OPEN),
        ({"mon-fri": "08:00-20:00"}, "2026-03-02T07:59", CLOSED),
        ({"mon-fri": "08:00-20:00"}, "2026-03-02T20:00", CLOSED),
        ({"mon-fri": "08:00-20:00"}, "2026-03-01T12:00", CLOSED),
        ({"sat": ["09:00-12:00", "13:00-15:00"]}, "2026-03-07T12:30", CLOSED),
        ({"sat": ["09:00-12:00", "13:00-15:00"]}, "2026-03-07T13:30", OPEN),
        ({"fri": "22:00-02:00"}, "2026-03-07T01:59", OPEN),
        ({"fri": "22:00-02:00"}, "2026-03-06T01:59", CLOSED),
        ({"sat-mon": "09:00-10:00"}, "2026-03-02T09:30", OPEN),
        ({"mon-sun": "00:00-24:00"}, "2026-03-02T23:59", OPEN),
        ({"mon-sun": "08:00-20:00", "holidays": {"country": "US"}}, "2026-12-25T12:00", HOLIDAY),
        ({"mon-sun": "08:00-20:00", "holidays": {"country": "NO"}}, "2026-05-17T12:00", HOLIDAY),
        ({"mon-sun": "08:00-20:00", "dates": {"2026-03-02": "closed"}}, "2026-03-02T12:00", HOLIDAY),
        ({"holidays": {"country": "US"}, "dates": {"2026-12-25": "10:00-12:00"}}, "2026-12-25T11:00", OPEN),
    ],
)
def test_hours_at_a_moment(written, moment, expected):
    """On the site's own clock."""
    assert Hours.read(written).at(datetime.fromisoformat(moment)) is expected


def test_all_hours_of_a_site_are_told_in_its_own_zone():
    """New York is five hours behind in March, and four after the clocks go forward."""
    site = load_texts(
        {
            "site.yaml": SITE.replace('numbers: {"+12025550100": main}\n', ""),
            "flows/m.yaml": "flow: m\nstart: b\nnodes:\n  b: {hang_up: B.}\n",
        }
    ).site
    assert status(site, datetime(2026, 3, 2, 12, 59, tzinfo=UTC)) == {"office": CLOSED}
    assert status(site, datetime(2026, 3, 2, 13, 0, tzinfo=UTC)) == {"office": OPEN}
    assert status(site, datetime(2026, 3, 9, 12, 0, tzinfo=UTC)) == {"office": OPEN}
