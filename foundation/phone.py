"""Telephone numbers: read what people write, and refuse what must not be dialled."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, shortnumberinfo, timezone

from foundation.errors import CallwrightError, Problem

KINDS = {
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.UNKNOWN: "not_a_number",
}
"""The kinds of number that are never dialled, each with the code of its refusal."""
SATELLITE_COUNTRY_CODES = frozenset({870, 881, 882, 883})
PREMIUM_COUNTRY_CODES = frozenset({979})
EMERGENCY_LENGTH = 4
NO_COUNTRY = "001"
UNKNOWN_ZONE = "Etc/Unknown"
REASONS = {
    "not_a_number": "No telephone has that number.",
    "emergency_or_short": "An emergency service or a short number: dialled for nobody.",
    "premium": "Who calls it pays whoever owns it.",
    "shared_cost": "Who calls it pays part of what its owner chooses.",
    "satellite": "A satellite telephone or a service of no country: dear, and often a fraud.",
    "toll_free": "A company's free number: nobody who asked to be called back answers there.",
    "pager": "A pager: nobody can talk there.",
    "company": "A company's number for all its branches.",
    "voicemail": "A voice mailbox.",
    "personal": "A number that follows a person, at a price the person chooses.",
    "country": "A country that `dialing.countries` in site.yaml does not name.",
}
"""Every code with which a number is refused, and what it means."""


class NumberRefused(CallwrightError):
    """The number cannot or must not be dialled; `problem.code` says which rule refused it."""


def parse_number(written: str, *, region: str | None = None) -> str:
    """The number in E.164, from what a person or a carrier wrote. Raises NumberRefused when it is none."""
    try:
        parsed = phonenumbers.parse(written, region)
    except NumberParseException as error:
        raise _refused("not_a_number", "That is not a telephone number.") from error
    if not phonenumbers.is_valid_number(parsed):
        raise _refused("not_a_number", "No such telephone number can exist.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def dialable(written: str, *, countries: Collection[str]) -> str:
    """The number in E.164 when we may dial it; `countries` are ISO regions. Raises NumberRefused otherwise.

    Emergency, premium, shared-cost, satellite, toll-free and other numbers of `KINDS` are refused whatever the country.
    """
    digits = written.lstrip("+")
    if len(digits) <= EMERGENCY_LENGTH:
        raise _refused("emergency_or_short", "Short and emergency numbers are never dialled for anybody.")
    number = parse_number(written)
    parsed = phonenumbers.parse(number)
    if parsed.country_code in SATELLITE_COUNTRY_CODES:
        raise _refused("satellite", "Satellite and global-service numbers are not dialled.")
    if parsed.country_code in PREMIUM_COUNTRY_CODES:
        raise _refused("premium", "Numbers of this kind are not dialled.")
    kind = phonenumbers.number_type(parsed)
    if kind in KINDS:
        raise _refused(KINDS[kind], "Numbers of this kind are not dialled.")
    region = phonenumbers.region_code_for_number(parsed)
    if region == NO_COUNTRY:
        raise _refused("satellite", "Satellite and global-service numbers are not dialled.")
    if region not in countries:
        raise _refused("country", "This site does not dial that country.")
    return number


def zones_of(number: str) -> tuple[str, ...]:
    """The names of every time zone that a number in E.164 may be in; none where nobody knows."""
    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return ()
    return tuple(name for name in names if name != UNKNOWN_ZONE)


def zones_of_countries(countries: Collection[str]) -> tuple[str, ...]:
    """The names of the zones of the countries' numbers, where the number itself does not tell."""
    found: dict[str, None] = {}
    for country in countries:
        example = phonenumbers.example_number_for_type(country, PhoneNumberType.TOLL_FREE)
        if example is not None:
            names = timezone.time_zones_for_number(example)
            found.update((name, None) for name in names if name != UNKNOWN_ZONE)
    return tuple(found)


def is_emergency(written: str, countries: Collection[str]) -> bool:
    """Whether dialling this would reach an emergency service in any of the countries."""
    return any(shortnumberinfo.connects_to_emergency_number(written, country) for country in countries)


def _refused(code: str, what: str) -> NumberRefused:
    return NumberRefused(Problem(code, what, todo="Give another number, or add its country to `dialing` in site.yaml."))
