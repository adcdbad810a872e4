"""The few fixed words that both a flow's verbs and what they ask for are written with."""

from enum import StrEnum


class AlertLevel(StrEnum):
    """How soon a supervisor should look."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


class SurveyKind(StrEnum):
    """What is asked: satisfaction 1-5, whether one would recommend 0-10, how easy it was 1-7."""

    CSAT = "csat"
    NPS = "nps"
    CES = "ces"


class CardToken(StrEnum):
    """What the carrier's payment connector gives for the card."""

    ONE_TIME = "one-time"
    REUSABLE = "reusable"
