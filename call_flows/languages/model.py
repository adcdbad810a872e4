"""What a language's file holds: words for values, how values are read out, and the engine's own texts."""

from pydantic import Field

from call_flows.strict import Strict

Words = list[str]


class Counted(Strict):
    """A text by the plural of its number; `{n}` is the number. A missing category is read as `other`."""

    zero: str = Field("", description="For zero, where the language has a form of its own.")
    one: str = Field("", description="For one, or what is counted like it.")
    two: str = Field("", description="For two.")
    few: str = Field("", description="For a few.")
    many: str = Field("", description="For many.")
    other: str = Field(description="For everything else.")

    def form(self, category: str) -> str:
        """The text of a category."""
        return str(getattr(self, category, "")) or self.other


class Mark(Strict):
    """A sign within numbers."""

    say: str = Field(description="How it is written for a voice.")
    word: str = Field("", description="The word for it.")
    heard: Words = Field(description="What callers say for it.")


class Marks(Strict):
    """How numerals are written."""

    decimal: str = Field(description="Before the fraction.")
    thousands: str = Field(description="Between thousands.")


class Numbers(Strict):
    """Numbers in words."""

    below_hundred: Words = Field(min_length=100, max_length=100, description="0 to 99.")
    also: dict[str, int] = Field(default_factory=dict, description="Other words for them.")
    hundreds: Words = Field(min_length=9, max_length=9, description="100 to 900, as they begin a number.")
    hundreds_also: dict[str, int] = Field(default_factory=dict, description="Other words for them.")
    hundred: str = Field("", description="100 alone, where that differs.")
    after_hundreds: str = Field(description="What joins them to what follows.")
    thousand: Counted = Field(description="Thousands.")
    million: Counted = Field(description="Millions.")
    scales: dict[str, int] = Field(description="Words that multiply what is before them.")
    articles: Words = Field(description="Words that mean one before such a word or a unit, and nothing elsewhere.")
    joints: Words = Field(alias="and", description="Words that join parts of a number.")
    half: Words = Field(description="And a half.")
    point: Mark = Field(description="The decimal point.")
    minus: Mark = Field(description="The sign of numbers below zero.")
    marks: Marks = Field(description="How numerals are written.")


class Digits(Strict):
    """Digits one by one."""

    words: dict[str, str] = Field(description="Words for the ten digits; the first for each is how it is read out.")
    sounds_like: dict[str, str] = Field(description="What a recogniser may write instead.")
    repeats: dict[str, int] = Field(description="Words that repeat the next digit.")


class Part(Counted):
    """The hundredth of a currency."""

    says: Words = Field(description="What callers say for it.")


class Unit(Counted):
    """A currency."""

    says: Words = Field(description="What callers say for it.")
    part: Part = Field(description="Its hundredth.")


class Money(Strict):
    """Amounts."""

    currency: str = Field(description="The currency that is read out.")
    whole_and_part: str = Field(description="`{whole}` and `{part}` joined.")
    joints: Words = Field(alias="and", description="Words between the two.")
    units: dict[str, Unit] = Field(min_length=1, description="The currencies that are understood.")


class Dates(Strict):
    """Days."""

    order: str = Field(pattern="^(mdy|dmy|ymd)$", description="The order in which a date is keyed.")
    months: Words = Field(min_length=12, max_length=12, description="The months.")
    months_also: dict[str, int] = Field(default_factory=dict, description="Other names of months.")
    weekdays: Words = Field(min_length=7, max_length=7, description="From Monday on.")
    ordinals: Words = Field(min_length=31, max_length=31, description="The days of a month.")
    marks: Words = Field(description="What is written after a numeral to make it an ordinal.")
    say: str = Field(description="How a near day is read: `{weekday}`, `{day}`, `{month}`.")
    say_with_year: str = Field(description="How a far day is read.")
    first: str = Field(description="How the first of a month is read.")
    relative: dict[str, int] = Field(description="Days counted from today.")
    next: Words = Field(description="Before or after a weekday: the coming one.")
    this: Words = Field(description="Before a weekday: of this week.")
    last: Words = Field(description="Before or after a weekday: the one before.")
    spans: dict[str, int] = Field(description="Lengths in days.")
    ahead: Words = Field(description="Words that count from today on.")
    ago: Words = Field(description="Words that count back from today.")
    pairs: bool = Field(False, description="Whether years are said in two pairs: nineteen eighty-five.")


class DayPart(Strict):
    """A part of the day, in hours; past 24 is the next day's early hours."""

    begin: int = Field(alias="from", ge=0, le=24, description="Its first hour.")
    until: int = Field(ge=1, le=36, description="The hour after its last.")
    say: str = Field("", description="How times in it are read; the first that fits.")
    heard: Words = Field(default_factory=list, description="What callers say for it.")


class Times(Strict):
    """Times of day."""

    minutes: dict[str, int] = Field(description="Words for minutes beside numbers.")
    past: Words = Field(description="Minutes, this word, the hour.")
    to: Words = Field(description="Minutes, this word, the next hour.")
    plus: Words = Field(description="The hour, this word, minutes.")
    minus: Words = Field(description="The next hour, this word, minutes.")
    hours: Words = Field(description="Words that say no more than that it is a time.")
    noon: Words = Field(description="Twelve at noon.")
    midnight: Words = Field(description="Twelve at night.")
    parts: list[DayPart] = Field(description="The parts of the day.")
    say_noon: str = Field(description="How noon is read.")
    say_midnight: str = Field(description="How midnight is read.")
    say: dict[str, dict[str, str]] = Field(description="By the plural of the hour: `whole`, and with `minutes`.")


class Either(Strict):
    """The answers to a question of this or that."""

    first: Words = Field(description="The first of two.")
    second: Words = Field(description="The second of two.")
    neither: Words = Field(description="None of both.")


class CallbackWords(Strict):
    """What callers say, or write in a text message, of being called back."""

    call_me: Words = Field(description="To be called back.")
    keep: Words = Field(description="To keep the place, or a callback as it is.")
    move: Words = Field(description="To choose a time, or another one.")
    use: Words = Field(description="To wait on the line instead.")
    cancel: Words = Field(description="Not to be called.")
    stop: Words = Field(description="In a text message: never to be called or written to.")


class Tongue(Strict):
    """A language: everything that its values and the engine's texts need."""

    name: str = Field(description="What its speakers call it.")
    plural: dict[str, str] = Field(description="Conditions on `n` for each category but `other`.")
    numbers: Numbers = Field(description="Numbers.")
    digits: Digits = Field(description="Digits.")
    characters: dict[str, str] = Field(description="Other characters, as they are read out.")
    fillers: Words = Field(description="Words that may stand around a value and mean nothing.")
    corrections: Words = Field(description="Words after which a caller says it anew.")
    yes: Words = Field(description="Yes.")
    no: Words = Field(description="No.")
    either: Either = Field(description="This or that.")
    money: Money = Field(description="Amounts.")
    dates: Dates = Field(description="Days.")
    times: Times = Field(description="Times of day.")
    about: Counted = Field(description="A wait in minutes, rounded up.")
    between: str = Field(description="A wait of `{low}` to `{high}` minutes; both are more than one apart.")
    callbacks: CallbackWords = Field(description="Being called back.")
    courtesies: dict[str, str] = Field(description="What the engine says when the flow has no words of its own.")

    def __hash__(self) -> int:
        """A language is read once: it is itself and no other."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other
