"""What the engine says when the flow has no words of its own; the texts are in the files of the languages."""

from enum import StrEnum
from functools import lru_cache

from call_flows.languages import LAST_RESORT, chain, is_spoken, tongue
from call_flows.text import Template, parse_text


class Courtesy(StrEnum):
    """One thing the engine may have to say."""

    NO_INPUT = "no_input"
    NO_INPUT_AGAIN = "no_input_again"
    NO_MATCH = "no_match"
    NO_MATCH_AGAIN = "no_match_again"
    FAULT = "fault"
    SILENCE = "silence"
    HOLD = "hold"
    CONFIRM = "confirm"
    CONFIRM_DIGITS = "confirm_digits"
    CONFIRM_NUMBER = "confirm_number"
    CONFIRM_MONEY = "confirm_money"
    CONFIRM_DATE = "confirm_date"
    CONFIRM_TIME = "confirm_time"
    CONFIRM_OTHER = "confirm_other"
    CONFIRM_PRIVATE = "confirm_private"
    NOT_THE_SAME = "not_the_same"
    HELP_DIGITS = "help_digits"
    HELP_NUMBER = "help_number"
    HELP_MONEY = "help_money"
    HELP_DATE = "help_date"
    HELP_TIME = "help_time"
    HELP_PHONE = "help_phone"
    HELP_YES_NO = "help_yes_no"
    MONTH = "month"
    DAY = "day"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_BIG = "too_big"
    NOT_FUTURE = "not_future"
    NOT_PAST = "not_past"
    STEER_AGAIN = "steer_again"
    STEER_WHICH = "steer_which"
    SURVEY_CSAT = "survey_csat"
    SURVEY_NPS = "survey_nps"
    SURVEY_CES = "survey_ces"
    SURVEY_COMMENT = "survey_comment"
    CALLBACK_THIS_NUMBER = "callback_this_number"
    CALLBACK_NUMBER = "callback_number"
    CALLBACK_NUMBER_CONFIRM = "callback_number_confirm"
    CALLBACK_DAY = "callback_day"
    CALLBACK_TIME = "callback_time"
    CALLBACK_HALF = "callback_half"
    CALLBACK_TIME_CONFIRM = "callback_time_confirm"
    CALLBACK_TIME_CLOSED = "callback_time_closed"
    CALLBACK_WRONG_NUMBER = "callback_wrong_number"


@lru_cache(2048)
def courtesy(which: Courtesy, language: str, first: str = "") -> tuple[Template, str]:
    """The text and the language it is in: the caller's, else the site's first, else English."""
    for tag in chain(language, first, "en-US"):
        if is_spoken(tag) and (text := tongue(tag).courtesies.get(str(which))):
            return parse_text(text), tag
    return parse_text(tongue(LAST_RESORT).courtesies[str(which)]), "en-US"
