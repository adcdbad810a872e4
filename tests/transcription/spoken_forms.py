"""Spoken forms for the measure of redaction: values as callers say them, and what only sounds like them.

Seeded: the same number gives the same forms.
A form is a few turns of a conversation; the words of the value are known, and so is what kind it is ("" for none).
"""

import random
from dataclasses import dataclass

from call_flows.languages import tongue
from tests.transcription import spoken_lines as lines
from transcription.redact.items import Heard
from transcription.redact.numbers import luhn

WORD_MS = 350
_LITTLE = {"the", "of", "de"}
"""Words of a date that tell nothing by themselves."""
_SHARES = {"card": 6, "cvv": 2, "expiry": 2, "ssn": 3, "phone": 4, "birth_date": 3, "email": 4, "": 16}


@dataclass(frozen=True, slots=True)
class Form:
    """One conversation: turns (speaker, words), the kind of what is said by the caller, and which words it is."""

    kind: str
    language: str
    turns: tuple[tuple[str, tuple[Heard, ...]], ...]
    truth: frozenset[int]
    """Places among all the caller's words."""

    def words_of(self, speaker: str) -> list[Heard]:
        """All that one party says."""
        return [word for who, words in self.turns if who == speaker for word in words]


def forms(count: int, seed: int = 1) -> list[Form]:
    """So many forms, kinds and languages mixed."""
    chance = random.Random(seed)
    kinds, weights = list(_SHARES), list(_SHARES.values())
    return [_form(chance, chance.choices(kinds, weights)[0]) for _ in range(count)]


def _form(chance: random.Random, kind: str) -> Form:
    language = "es" if chance.random() < 0.3 else "en"
    voice = Voice(chance, language)
    if not kind:
        if chance.random() < 0.15:
            asked = chance.choice(lines.ASKED_OTHERS[language]).split()
            said = f"{chance.choice(lines.BETWEEN[language])} {voice.code()}"
            turns = [("agent", [(word, False) for word in asked]), ("caller", [(word, False) for word in said.split()])]
            return _timed(kind, language, turns, chance)
        said = voice.harmless()
        return _timed(kind, language, [("caller", [(word, False) for word in said.split()])], chance)
    pieces = voice.value(kind)
    frame = chance.choice(lines.SAYS[language][kind])
    asked = chance.random() < 0.4 or frame in {"{}", "it's {}", "the number is {}", "es {} gracias"}
    turns: list[tuple[str, list[tuple[str, bool]]]] = []
    if (asked and kind not in {"card", "email"}) or chance.random() < 0.2:
        turns.append(("agent", [(word, False) for word in chance.choice(lines.ASKS[language][kind]).split()]))
    before, _, after = frame.partition("{}")
    own: list[tuple[str, bool]] = [(word, False) for word in before.split()]
    for place, piece in enumerate(pieces):
        if place and chance.random() < 0.25 and kind in {"card", "phone", "ssn"}:
            turns.append(("caller", own))
            own = []
            if chance.random() < 0.4:
                turns.append(("agent", [(chance.choice(lines.BETWEEN[language]), False)]))
        elif place and kind != "email":
            own += [(word, False) for word in chance.choice(lines.PAUSES[language]).split()]
        own += [(voice.misheard(word), word not in _LITTLE) for word in piece.split()]
    own += [(word, False) for word in after.split()]
    turns.append(("caller", own))
    return _timed(kind, language, turns, chance)


def _timed(kind: str, language: str, turns: list[tuple[str, list[tuple[str, bool]]]], chance: random.Random) -> Form:
    at, made, truth, place = 1000, [], set(), 0
    for who, words in turns:
        heard = []
        for text, hidden in words:
            heard.append(Heard(text, at, at + WORD_MS - 50))
            at += WORD_MS
            if who == "caller":
                truth |= {place} if hidden else set()
                place += 1
        made.append((who, tuple(heard)))
        at += chance.randint(400, 2500)
    return Form(kind, language, tuple(made), frozenset(truth))


class Voice:
    """Says values in one language as people do and recognisers write it down."""

    def __init__(self, chance: random.Random, language: str) -> None:
        self._chance = chance
        self._language = language
        self._tongue = tongue(language)
        self._below = [word.replace("-", " ") for word in self._tongue.numbers.below_hundred]

    def value(self, kind: str) -> list[str]:
        """The value in pieces, between which a caller may pause."""
        return getattr(self, f"_{kind}")()

    def misheard(self, word: str) -> str:
        """The word, or now and then what a recogniser writes for it."""
        return lines.ALIKE[self._language].get(word, word) if self._chance.random() < 0.015 else word

    def harmless(self) -> str:
        """A sentence with numbers that anybody may read."""
        chance, number = self._chance, self._number
        filled = chance.choice(lines.HARMLESS[self._language]).format(
            n=number(chance.randint(2, 99)),
            m=number(chance.randint(10, 59)),
            hour=number(chance.randint(1, 12)),
            hundreds=self._scaled(chance.randint(1, 9) * 100 + chance.choice([0, 0, 20, 50, 75])),
            code=self._said(self._figures(chance.randint(5, 9))),
            long=self._said(self._figures(chance.randint(10, 12))),
            flight=self._said(self._figures(chance.randint(3, 4), "123456789")),
            four=self._said(self._figures(4)),
            zip=self._said(self._figures(5)),
            five=self._said(self._figures(self._chance.randint(5, 6))),
            year=self._year(chance.randint(1950, 2030)),
            month=chance.choice(self._tongue.dates.months).lower(),
            day=self._day(chance.randint(1, 28)),
        )
        return " ".join(filled.split())

    def code(self) -> str:
        """A number of a case or an order, as an answer."""
        return self._said(self._figures(self._chance.randint(5, 12)))

    def _card(self) -> list[str]:
        begin, size = self._chance.choice(
            [
                ("4", 16),
                ("4", 16),
                ("51", 16),
                ("55", 16),
                ("2221", 16),
                ("37", 15),
                ("34", 15),
                ("6011", 16),
                ("36", 14),
            ]
        )
        body = begin + self._figures(size - len(begin) - 1)
        digits = next(body + last for last in "0123456789" if luhn(body + last))
        sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[size]
        groups = [digits[sum(sizes[:place]) : sum(sizes[: place + 1])] for place in range(len(sizes))]
        return self._grouped(groups, digits)

    def _ssn(self) -> list[str]:
        digits = str(self._chance.randint(100, 665)) + f"{self._chance.randint(1, 99):02}" + self._figures(3) + "7"
        return self._grouped([digits[:3], digits[3:5], digits[5:]], digits)

    def _phone(self) -> list[str]:
        area = self._chance.choice(["202", "415", "312", "646", "800", "305", "720"])
        rest = self._chance.choice("23456789") + self._figures(6)
        groups = [area, rest[:3], rest[3:]]
        if area == "800" and self._chance.random() < 0.5:
            hundred = self._scaled(800)
            return [hundred, *self._grouped(groups[1:], rest)]
        return self._grouped(groups, area + rest)

    def _cvv(self) -> list[str]:
        return [self._said(self._figures(self._chance.choice([3, 3, 3, 4])))]

    def _expiry(self) -> list[str]:
        month, year = self._chance.randint(1, 12), self._chance.randint(26, 34)
        named = self._tongue.dates.months[month - 1].lower()
        joint = " de " if self._language == "es" else " "
        written = self._chance.random()
        if written < 0.3:
            return [f"{named}{joint}{self._year(2000 + year)}"]
        if written < 0.6:
            return [f"{self._said(f'{month:02}', pairs=False)} {self._number(year)}"]
        if written < 0.8:
            slash = self._chance.choice(["slash ", ""]) if self._language == "en" else ""
            return [f"{self._number(month)} {slash}{self._number(year)}"]
        return [f"{month:02}/{year}"]

    def _birth_date(self) -> list[str]:
        day, month, year = self._chance.randint(1, 28), self._chance.randint(1, 12), self._chance.randint(1935, 2006)
        named, short = self._tongue.dates.months[month - 1].lower(), self._short(year)
        if self._language == "es":
            long = f"{self._day(day)} de {named} de {self._year(year)}"
            return [self._chance.choice([long, long, f"{self._number(day)} {self._number(month)} {short}"])]
        forms_of_it = (
            f"{named} {self._day(day)} {self._year(year)}",
            f"the {self._day(day)} of {named} {self._year(year)}",
            f"{self._said(f'{month:02}', pairs=False)} {self._said(f'{day:02}')} {self._year(year)}",
            f"{self._number(month)} {self._number(day)} {short}",
            f"{month:02}/{day:02}/{year}",
        )
        return [self._chance.choices(forms_of_it, [7, 3, 4, 4, 2])[0]]

    def _short(self, year: int) -> str:
        return self._number(year % 100) if year % 100 > 9 else self._year(year)

    def _email(self) -> list[str]:
        at, dot = ("arroba", "punto") if self._language == "es" else ("at", "dot")
        first, last = self._chance.choice(lines.NAMES[self._language]), self._chance.choice(lines.NAMES[self._language])
        under = "guion bajo" if self._language == "es" else "underscore"
        name = self._chance.choice(
            [
                f"{first} {dot} {last}",
                f"{first} {last}",
                first,
                f"{first[0]} {last}",
                f"{first} {under} {last}",
                " ".join(f"{first[0]}{last}"),
                f"{first} {self._said(self._figures(2))}",
                f"{first} {dot} {last} {self._said(self._figures(2))}",
            ]
        )
        place = self._chance.choice(["example", "gmail", "yahoo", "hotmail", "sunny garden", "outlook", "acme"])
        end = self._chance.choice(["com", "com", "com", "net", "org"])
        if self._chance.random() < 0.1:
            return [f"{first}.{last}@{place.replace(' ', '')}.{end}"]
        return [f"{name} {at} {place} {dot} {end}"]

    def _grouped(self, groups: list[str], digits: str) -> list[str]:
        written = self._chance.random()
        if written < 0.06:
            return [self._chance.choice([" ".join(groups), "-".join(groups), digits])]
        style = self._chance.choice(["one by one", "pairs", "mixed", "mixed"])
        return [
            self._group(group, style if style != "mixed" else self._chance.choice(["one by one", "pairs", "scaled"]))
            for group in groups
        ]

    def _group(self, group: str, style: str) -> str:
        if style == "scaled" and group[0] != "0" and len(group) in {3, 4} and self._chance.random() < 0.5:
            return self._scaled(int(group))
        return self._said(group, pairs=style == "pairs")

    def _said(self, digits: str, *, pairs: bool | None = None) -> str:
        """Digits one by one with double and triple, or in pairs."""
        pairs = self._chance.random() < 0.3 if pairs is None else pairs
        words, at = [], 0
        repeats = {times: word for word, times in reversed(self._tongue.digits.repeats.items())}
        while at < len(digits):
            same = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
            if pairs and at + 1 < len(digits) and digits[at] != "0":
                words.append(self._number(int(digits[at : at + 2])))
                at += 2
            elif same in {2, 3} and self._chance.random() < 0.35:
                words += [repeats[same], self._digit(digits[at])]
                at += same
            else:
                words.append(self._digit(digits[at]))
                at += 1
        return " ".join(words)

    def _digit(self, digit: str) -> str:
        named = [word for word, value in self._tongue.digits.words.items() if value == digit]
        return self._chance.choice(named)

    def _number(self, number: int) -> str:
        return self._below[number]

    def _scaled(self, number: int) -> str:
        thousands, rest = divmod(number, 1000)
        said = []
        if thousands:
            one = thousands == 1 and self._language == "es"
            said.append(
                "mil" if one else f"{self._number(thousands)} {'mil' if self._language == 'es' else 'thousand'}"
            )
        hundreds, below = divmod(rest, 100)
        if hundreds:
            alone = self._tongue.numbers.hundred if hundreds == 1 and not below else ""
            said.append(alone or self._tongue.numbers.hundreds[hundreds - 1])
        if below:
            said.append(self._number(below))
        return " ".join(said)

    def _year(self, year: int) -> str:
        if self._language == "es" or 2000 <= year < 2010:
            return self._scaled(year)
        oh = "" if year % 100 >= 10 else "oh "
        return f"{self._number(year // 100)} {oh}{self._number(year % 100)}"

    def _day(self, day: int) -> str:
        return self._tongue.dates.ordinals[day - 1].replace("-", " ").lower()

    def _figures(self, count: int, among: str = "0123456789") -> str:
        return "".join(self._chance.choice(among) for _ in range(count))
