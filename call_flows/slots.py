"""Slots: what is learned on a call, typed."""

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from call_flows.languages import base, chain
from call_flows.notes import Plain
from call_flows.plain import as_number, clean
from call_flows.strict import Strict
from call_flows.values import Digits, Key, refuse

SlotType = Literal["digits", "number", "money", "yes_no", "phone", "choice", "date", "time", "text"]
MAX_DIGITS: Final = 32


def phrases_in(says: list[str] | dict[str, list[str]], language: str) -> list[str]:
    """Phrases as they are written for a language: its region's, its own, or those of another region of it."""
    if isinstance(says, list):
        return says
    for tag in chain(language):
        if tag in says:
            return says[tag]
    return next((phrases for tag, phrases in says.items() if base(tag) == base(language)), [])


class ChoiceValue(Strict):
    """One answer of a choice."""

    press: Key | None = Field(None, description="The key for it.")
    says: list[str] | dict[str, list[str]] = Field(
        default_factory=list,
        description="Phrases that mean it, beside its own name; a mapping of languages to phrases where they differ.",
    )

    def phrases(self, language: str) -> list[str]:
        """What may be said for it in a language; phrases without a language serve in all."""
        return phrases_in(self.says, language)


class Slot(Strict):
    """A named value of the call. Flows that declare the same name share it."""

    type: SlotType = Field(description="What kind of value.")
    private: bool = Field(False, description="Never spoken, logged, recorded, or sent over an open line.")
    length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: exactly so many.")
    min_length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: at least so many.")
    max_length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: at most so many.")
    pattern: Digits | None = Field(None, description="Of digits: how they look, such as 4xxx or 19xx|20xx.")
    min: float | None = Field(None, description="Of a number or money: the least.")
    max: float | None = Field(None, description="Of a number or money: the most.")
    whole: bool = Field(False, description="Of a number: without a fraction.")
    when: Literal["any", "future", "past"] = Field("any", description="Of a date: whether it lies ahead or behind.")
    order: Literal["mdy", "dmy", "ymd"] | None = Field(
        None, description="Of a date: the order in which it is keyed; else the language's own."
    )
    values: dict[str, ChoiceValue] = Field(default_factory=dict, description="Of a choice: its answers.")

    @model_validator(mode="before")
    @classmethod
    def _listed_values(cls, data: Any) -> Any:
        """A choice may be a plain list: the first is key 1, and so on."""
        if isinstance(data, dict) and isinstance(data.get("values"), list):
            keyed = {str(value): {"press": str(place)} for place, value in enumerate(data["values"][:9], start=1)}
            return {**data, "values": keyed}
        return data

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Slot":
        if self.type == "choice" and not self.values:
            raise refuse("E011", "A choice needs its values.", word="values", todo="Write values: [checking, savings].")
        if self.type != "choice" and self.values:
            raise refuse("E010", f"A slot of type {self.type} has no values.", word="values", todo="Use type: choice.")
        return self

    def coerce(self, value: object) -> Plain:
        """Somebody else's value as one of this slot; None when it is none."""
        if value is None or isinstance(value, list | dict):
            return None
        if self.type in {"number", "money"}:
            return self._number(value)
        if self.type == "yes_no":
            return value if isinstance(value, bool) else None
        text = ("true" if value else "false") if isinstance(value, bool) else clean(value)
        fits = {"digits": text.isascii() and text.isdigit(), "choice": text in self.values}.get(self.type, True)
        return text if fits else None

    def _number(self, value: object) -> Plain:
        number = as_number(value)
        if number is None or (self.whole and number != int(number)):
            return None
        return int(number) if number == int(number) else number
