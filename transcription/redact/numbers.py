"""Which runs of digits are a card, a social security number, a telephone number or a security code.

A card's check digit is ISO/IEC 7812's (Luhn); its first digits are those of the schemes in use. Where a recogniser has
lost or changed a digit the check fails, so what is said of the number counts as well.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from transcription.redact.meaning import OTHER, Surroundings
from transcription.redact.runs import Chunk, Run
from transcription.redact.spans import CARD, CVV, PHONE, SSN, Span

CARD_LENGTHS: Final = range(13, 20)
_SCHEMES: Final = re.compile(r"4|5[0-8]|2[2-7]|3[0456789]|6")
_MASTERED: Final = 12
"""A run of so many digits beside words of a card is one, whatever its check digit."""
_NANP: Final = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_SOCIAL: Final = re.compile(r"(?!000|666)\d{3}(?!00)\d{2}(?!0000)\d{4}")
_REST: Final = 8
"""So many digits beside a card in the same breath are its own: a date, a code, a false start."""
_APART: Final = 12
"""So many words may stand between the groups of one card."""
_APART_MS: Final = 45_000


def luhn(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812-1 Annex B is right."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)) % 10 == 0


def cards_of(here: Surroundings) -> Iterator[Span]:
    """Cards within one run; then those of which the groups stand in several runs."""
    found: set[int] = set()
    for place, run in enumerate(here.runs):
        span = _card(run, here)
        if span is not None:
            found.add(place)
            yield span
    for place in range(len(here.runs)):
        for size in range(2, 6):
            group = here.runs[place : place + size]
            taken = found & set(range(place, place + size))
            if len(group) == size and not taken and _is_card_apart(group, here):
                found |= set(range(place, place + size))
                yield from (Span(CARD, run.first, run.last) for run in group)


def cut(run: Run) -> list[Run]:
    """A run in which several numbers follow each other, as its parts; most runs are one."""
    for at in range(1, len(run.chunks)):
        if _NANP.fullmatch(_digits(run.chunks[:at])) and _NANP.fullmatch(_digits(run.chunks[at:])):
            return [Run(run.chunks[:at]), Run(run.chunks[at:])]
    for reading in run.readings():
        window = _checked_window(reading)
        if window is not None:
            begin, end = window
            parts = [reading[:begin], reading[begin : end + 1], reading[end + 1 :]]
            if any(len(_digits(part)) > _REST for part in (parts[0], parts[2])):
                return [*_parts(parts[0]), Run(tuple(parts[1])), *_parts(parts[2])]
            return [run]
    return [run]


def _parts(chunks: Sequence[Chunk]) -> list[Run]:
    return cut(Run(tuple(chunks))) if chunks else []


def _digits(chunks: Sequence[Chunk]) -> str:
    return "".join(chunk.digits for chunk in chunks)


def number_of(run: Run, here: Surroundings) -> Span | None:
    """What else a run may be: by the nearest words, else by its own shape."""
    near = here.near(run.first, run.last)
    leading = min(near, key=near.__getitem__) if near else ""
    sizes = {len(_digits(reading)) for reading in run.readings()}
    digits = run.digits
    if leading == CVV and (sizes & {3, 4} or (near[CVV] <= 6 and len(digits) == 2)):
        return Span(CVV, run.first, run.last)
    if leading == SSN and sizes & {4, 7, 8, 9, 10}:
        return Span(SSN, run.first, run.last)
    if leading == PHONE and sizes & set(range(7, 16)):
        return Span(PHONE, run.first, run.last)
    if leading == OTHER or len(digits) < 9:
        return None
    return _by_shape(run, leading)


def _by_shape(run: Run, leading: str) -> Span | None:
    for reading in run.readings():
        digits = _digits(reading)
        if _NANP.fullmatch(digits) and leading != SSN:
            return Span(PHONE, run.first, run.last)
        if _SOCIAL.fullmatch(digits) and leading not in {PHONE, CARD}:
            return Span(SSN, run.first, run.last)
    return None


def _card(run: Run, here: Surroundings) -> Span | None:
    leading = here.leading(run.first, run.last)
    if leading == PHONE and _NANP.fullmatch(run.digits):
        return None
    for reading in run.readings():
        window = _checked_window(reading)
        if window is not None:
            return Span(CARD, *_with_the_rest(reading, *window))
    many = max(len(_digits(reading)) for reading in run.readings())
    spoken_of = here.spoken_of(CARD, run.first, words=40, seconds=40)
    likely = bool(_SCHEMES.match(run.digits)) and many in range(13, 24) and leading != OTHER
    if likely or (spoken_of and many >= _MASTERED and leading not in {OTHER, PHONE}):
        return Span(CARD, run.first, run.last)
    return None


def _checked_window(reading: Sequence[Chunk]) -> tuple[int, int] | None:
    """The chunks that are a card by their check digit: those from the run's beginning first, the longest first."""
    for begin in range(len(reading)):
        digits, found = "", None
        for end in range(begin, len(reading)):
            digits += reading[end].digits
            if len(digits) in CARD_LENGTHS and _SCHEMES.match(digits) and luhn(digits):
                found = (begin, end)
        if found is not None:
            return found
    return None


def _with_the_rest(reading: Sequence[Chunk], begin: int, end: int) -> tuple[int, int]:
    """The card's words, and a few digits in the same breath: its expiry date and code, or a false start."""
    after = _digits(reading[end + 1 :])
    before = _digits(reading[:begin])
    first = reading[0].first if len(before) <= _REST else reading[begin].first
    last = reading[-1].last if len(after) <= _REST else reading[end].last
    return first, last


def _is_card_apart(group: Sequence[Run], here: Surroundings) -> bool:
    """Whether runs with other words between them are the groups of one card."""
    for one, following in pairwise(group):
        pause = here.words[following.first].start_ms - here.words[one.last].end_ms
        if following.first - one.last > _APART or pause > _APART_MS:
            return False
    if any(len(run.digits) < 2 for run in group):
        return False
    chunks = [chunk for run in group for chunk in run.chunks if not chunk.doubtful]
    digits = _digits(chunks)
    if len(digits) not in CARD_LENGTHS or not _SCHEMES.match(digits):
        return False
    about = here.spoken_of(CARD, group[0].first, words=40, seconds=60)
    in_fours = all(len(run.digits) % 4 == 0 for run in group)
    return (luhn(digits) and (about or in_fours)) or (about and in_fours)
