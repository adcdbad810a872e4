"""In which order a language keys a day: the words for what comes first and second."""

from call_flows.courtesies import Courtesy
from call_flows.languages import tongue
from call_flows.turn import Turn


def month_and_day(turn: Turn) -> tuple[str, str]:
    """`month`, `day`; or the other way round where days come first."""
    month, day = (turn.courtesy(which)[0].text for which in (Courtesy.MONTH, Courtesy.DAY))
    return (day, month) if tongue(turn.language).dates.order == "dmy" else (month, day)
