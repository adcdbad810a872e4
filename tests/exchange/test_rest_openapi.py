"""The map of our REST against Twilio's own: nothing is served that Twilio does not have, and a day's work passes."""

import re

import pytest

from exchange.lines.inside import call
from exchange.rehearsal import ME, NUMBER
from exchange.rest.app import ROUTES

SOUND = "/Recordings/{recording}"  # the sound itself is not in the document


@pytest.mark.data
@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.path != SOUND], ids=lambda one: f"{one.method} {one.path}"
)
def test_every_route_is_one_of_twilios(twilios_document, route):
    """A path of our own would be a trap: it would work here and fail in production."""
    served = re.sub(r"\{\w+\}", "x", "/2010-04-01/Accounts/x" + route.path)
    path = next((path for pattern, path in twilios_document.paths if pattern.match(served)), None)
    assert path is not None
    assert route.method.lower() in twilios_document.document["paths"][path]


@pytest.mark.data
def test_requests_and_answers_of_a_day_keep_the_document(twilios_document, on_rig):
    """Every request of the twilio client and every answer in this suite is judged; here, that the judge is awake."""

    async def scenario(rig):
        rig.app.routes["/voice"] = "<Response><Enqueue waitUrl=''>q</Enqueue></Response>"
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.meets("enqueue")
        await rig.rest(lambda twilio: twilio.calls(caller.sid).fetch())
        await rig.rest(lambda twilio: twilio.queues.list())

    twilios_document.checked.clear()
    on_rig({}, scenario)
    assert {path.split("}", 1)[1] for _, path in twilios_document.checked} == {"/Calls/{Sid}.json", "/Queues.json"}
    with pytest.raises(AssertionError):
        twilios_document.judge("GET", "http://x/2010-04-01/Accounts/AC1/Calls/CA1.json", {}, 200, '{"colour": "red"}')
