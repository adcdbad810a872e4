"""Messages about callbacks: that one is promised or moved, with a link; and the offer to who hung up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from call_flows.courtesies import Courtesy, courtesy
from call_flows.site import Site
from callbacks import abandoned, links, promising
from callbacks.abandoned import AbandonedCall
from callbacks.promises import OPEN_STATES, Promise, PromiseState
from foundation.logs import get_logger
from foundation.outbox import drain
from ivr.deps import IvrDeps
from ivr.messages import Letter, Messages

log = get_logger(__name__)
IN_LINE = (PromiseState.WAITING, PromiseState.DUE)


class Confirmations:
    """Writes to customers what is owed to be written: rows of the outbox, each written once."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._messages = Messages(
            db=deps.db,
            clock=deps.clock,
            ids=deps.ids,
            carrier=deps.carrier,
            base_url=deps.settings.public_base_url,
        )

    def give(self) -> int:
        """Send everything that is owed; how many."""
        performers = {promising.CONFIRM: self._confirm, abandoned.OFFER: self._offer}
        return drain(self._deps.db, performers, self._deps.clock)

    def _confirm(self, owed: Mapping[str, Any]) -> None:
        promise = self._deps.callbacks.get(str(owed["promise_id"]))
        if promise is None or promise.state not in OPEN_STATES or promise.due_at.isoformat() != owed["due_at"]:
            return  # moved again, or over: another message tells of that
        site = self._deps.shelf.current().loaded.site
        token = links.sign(promise.id, promise.due_at, secret=self._deps.settings.secret_key)
        link = f"{self._deps.settings.public_base_url}/callback/{token}"
        text = (
            f"{promise_words(promise, site)} {words(Courtesy.MESSAGE_CALLBACK_LINK, promise.language, site, link=link)}"
        )
        mark = f"callback-{int(promise.due_at.timestamp())}"
        self._send(Letter(promise.number, promise.line, text, promise.id, mark, promise.call_id or ""), site)

    def _offer(self, owed: Mapping[str, Any]) -> None:
        with self._deps.db.begin() as session:
            row = session.get(AbandonedCall, str(owed["entry_id"]))
        if row is None:
            return
        site = self._deps.shelf.current().loaded.site
        text = words(Courtesy.MESSAGE_CALLBACK_OFFER, row.language, site)
        self._send(Letter(row.number, row.line, text, row.entry_id, "callback-offer", row.call_id), site)

    def _send(self, letter: Letter, site: Site) -> None:
        line = letter.from_ if letter.from_.startswith("+") else next(iter(site.numbers), "")
        letter = Letter(letter.number, line, letter.text, letter.owner, letter.mark, letter.call_id)
        refused = self._messages.write(letter, site=site)
        if refused:
            log.warning("callback_message_not_sent", owner=letter.owner, reason=refused)


def promise_words(promise: Promise, site: Site) -> str:
    """What is owed, in the customer's language and on the customer's clock."""
    if promise.state in IN_LINE or not promise.chosen_time:
        return words(Courtesy.MESSAGE_CALLBACK_LINE, promise.language, site, number=shown(promise.number))
    moment = clock_words(promise.due_at, promise.zone, site)
    return words(Courtesy.MESSAGE_CALLBACK_TIME, promise.language, site, number=shown(promise.number), **moment)


def clock_words(moment: datetime, zone: str, site: Site) -> dict[str, str]:
    """A moment as the texts read it: `day` and `time` on that clock, else on the site's."""
    local = moment.astimezone(ZoneInfo(zone) if zone else site.zone())
    return {"day": local.date().isoformat(), "time": local.strftime("%H:%M")}


def words(which: Courtesy, language: str, site: Site, **values: str) -> str:
    """A text of the house in a customer's language."""
    text, spoken = courtesy(which, language, str(site.languages[0]))
    known = {"site": site.title or str(site.site).replace("_", " ").title(), **values}
    return text.render(known.get, spoken)


def shown(number: str) -> str:
    """A number of which only the owner needs to know which: the last four digits."""
    written = phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    hidden = sum(char.isdigit() for char in written) - 4
    made = ""
    for char in written:
        made += "•" if char.isdigit() and hidden > 0 else char
        hidden -= char.isdigit()
    return made
