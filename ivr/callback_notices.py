"""A message to a customer who was owed a callback and did not get one: too late, or not reached. Once a promise."""

from collections.abc import Mapping
from typing import Any

from callbacks import do_not_call
from callbacks.parts import ENDED
from callbacks.promises import PromiseState
from foundation.logs import get_logger
from foundation.outbox import drain
from ivr.deps import IvrDeps
from ivr.messages import Letter, Messages
from ivr.sentences import Sentence, sentence

log = get_logger(__name__)
MARK = "callback-ended"


class Notices:
    """Writes what the outbox owes to those whose callback has ended without a talk."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        base_url = deps.settings.public_base_url
        self._messages = Messages(db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier, base_url=base_url)

    def give(self) -> int:
        """Send everything that is owed; how many. A repeat sends nothing twice."""
        return drain(self._deps.db, {ENDED: self._tell}, self._deps.clock)

    def _tell(self, owed: Mapping[str, Any]) -> None:
        with self._deps.db.begin() as session:
            promise = self._deps.callbacks.get(str(owed["promise_id"]), session=session)
            if promise is None or do_not_call.is_listed(session, promise.number):
                return
        late = promise.state == PromiseState.EXPIRED
        text, _ = sentence(Sentence.CALLBACK_EXPIRED if late else Sentence.NOT_REACHED, promise.language)
        site = self._deps.shelf.current().loaded.site
        from_ = promise.line if promise.line.startswith("+") else next(iter(site.numbers), "")
        letter = Letter(promise.number, from_, text, promise.id, MARK, promise.call_id or "")
        refused = self._messages.write(letter, site=site)
        if refused:
            log.warning("callback_notice_not_sent", promise=promise.id, reason=refused)
