"""Telephone numbers and log-ins of a site: each must be one, and each but once."""

import re
from typing import Final

from call_flows.check.finding import Review
from foundation.phone import NumberRefused, parse_number

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def check(review: Review) -> None:
    """Look at numbers and agents."""
    if review.site is None:
        return
    for number in review.site.numbers:
        if not _E164.match(number):
            near = _nearest(number, review.site.dialing.countries[0])
            todo = 'Write "+" and the country first: "+12025550100".'
            what = f"'{number}' is not a telephone number as carriers write it; no call would come to it."
            review.in_site("E121", ("numbers", number), what, word=number, near=near, todo=todo)
    first: dict[str, str] = {}
    for place, agent in enumerate(review.site.agents):
        if agent.login in first:
            what = f"The log-in '{agent.login}' is already that of {first[agent.login]}."
            path = ("agents", place, "login")
            review.in_site("E120", path, what, word=agent.login, todo="Give each agent a log-in.")
        first.setdefault(agent.login, agent.name)


def _nearest(number: str, country: str) -> str:
    try:
        return parse_number(number, region=country)
    except NumberRefused:
        return ""
