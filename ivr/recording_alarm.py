"""A recording that could not be had is told at the wall: somebody may still get it from the carrier by hand."""

from call_flows.actions import RaiseAlert
from ivr.alerts import raise_alert
from ivr.deps import IvrDeps
from recordings.news import RecordingFailed


class RecordingAlarm:
    """Raises an alert for each."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps

    def told(self, news: RecordingFailed) -> None:
        """Call attention to the call; `callwright recordings retry` asks for its sound again."""
        text = f"The recording of this call could not be fetched ({news.problem})."
        deps = self._deps
        with deps.db.begin() as session:
            raise_alert(
                session, deps.bus, deps.ids, call_id=news.call_id, alert=RaiseAlert(text[:200]), now=deps.clock.now()
            )
