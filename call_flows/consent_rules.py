"""Where a caller must be told of a recording before it begins, by the region of his number.

Everywhere, unless the number is of a state of the USA in which it is enough that one party knows: then a site with
`consent: none` need not tell. The states below want all parties to agree, by statute or by their courts (California
Penal Code § 632, Florida Statutes § 934.03, RCW 9.73.030 of Washington, and the like; those where it is disputed are
counted among them). A number can be kept when its owner moves, so its region is a guess: to announce always is safer.
"""

from functools import lru_cache
from typing import Final

import phonenumbers

ALL_PARTIES: Final[dict[str, str]] = {
    "CA": "California", "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "IL": "Illinois", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MT": "Montana", "NV": "Nevada", "NH": "New Hampshire", "OR": "Oregon",
    "PA": "Pennsylvania", "VT": "Vermont", "WA": "Washington State",
}  # fmt: skip
"""States of the USA that want every party to know, by their letters, with the names that number plans give them."""
ONE_PARTY: Final[dict[str, str]] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CO": "Colorado", "DC": "Washington D.C.",
    "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "NE": "Nebraska",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming",
}  # fmt: skip
"""The others."""
_LETTERS: Final = {name: letters for letters, name in (ALL_PARTIES | ONE_PARTY).items()}


def must_be_told(number: str) -> bool:
    """Whether the caller of this number must be told; so is everybody whose region is not known for certain."""
    return state_of(number) not in ONE_PARTY


@lru_cache(4096)
def state_of(number: str) -> str:
    """The letters of the state of a number of the USA; empty for any other, and where nobody can tell."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.region_code_for_number(parsed) != "US":
        return ""
    from phonenumbers import geocoder  # large: only houses that ask pay for it

    place = geocoder.description_for_number(parsed, "en")
    letters = place.rpartition(", ")[2]
    return letters if letters in ALL_PARTIES or letters in ONE_PARTY else _LETTERS.get(place, "")
