"""Telephone numbers: read what people write, and refuse what must not be dialled."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from foundation.errors import CallwrightError, Problem

COSTLY = {
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
SATELLITE_COUNTRY_CODES = frozenset({870, 881, 882, 883, 979})
EMERGENCY_LENGTH = 4


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

    Emergency, premium, shared-cost, satellite and toll-free numbers are refused whatever the country.
    """
    digits = written.lstrip("+")
    if len(digits) <= EMERGENCY_LENGTH:
        raise _refused("emergency_or_short", "Short and emergency numbers are never dialled for anybody.")
    number = parse_number(written)
    parsed = phonenumbers.parse(number)
    if parsed.country_code in SATELLITE_COUNTRY_CODES:
        raise _refused("satellite", "Satellite and global-service numbers are not dialled.")
    kind = phonenumbers.number_type(parsed)
    if kind in COSTLY:
        raise _refused(COSTLY[kind], "Numbers of this kind are not dialled.")
    if phonenumbers.region_code_for_number(parsed) not in countries:
        raise _refused("country", "This site does not dial that country.")
    return number


def _refused(code: str, what: str) -> NumberRefused:
    return NumberRefused(Problem(code, what, todo="Give another number, or add its country to `dialing` in site.yaml."))
